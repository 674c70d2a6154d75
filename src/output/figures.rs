//! The figures of a plan, as `summary.json` and the report of a batch have them.

use serde::Serialize;

use super::routes::minutes;
use crate::call_plan::{Due, Entry};
use crate::planning::Plan;
use crate::solver::objective_points;
use crate::units::thousandths;

/// The plan in sums.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Totals {
    /// Outlets of the lists that have a position.
    pub prospects: usize,
    /// Of these, those that are due.
    pub due: usize,
    /// Outlets that have been visited on the day itself.
    pub done: usize,
    /// Visits planned.
    pub visits: usize,
    /// Visits wanted: of an outlet more than one where its interval asks for it.
    pub visits_wanted: usize,
    /// Telephone calls due.
    pub phone_calls: usize,
    /// What the visits planned are worth, in points.
    pub prize: f64,
    /// What the visits wanted are worth, in points, each on its best day.
    pub prize_due: f64,
    /// On the road, in kilometres.
    pub distance_km: f64,
    /// On the road, in minutes.
    pub travel_minutes: f64,
    /// Waiting at doors, in minutes.
    pub wait_minutes: f64,
}

/// What the solver has to say of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SolverFigures {
    /// Σ prize − travel_cost_per_hour · travel hours, in points.
    pub objective: f64,
    /// No plan that serves as many mandatory visits has a greater objective; in points, rounded up.
    pub bound: f64,
    /// By how much the objective may fall short of the best possible, in percent of the bound, rounded up.
    pub gap_percent: Option<f64>,
    /// Steps of the search.
    pub iterations: u64,
    /// A time limit ended the search or the work on the bound: another run may find something else.
    pub stopped_early: bool,
}

impl Totals {
    /// Those of `plan`.
    pub fn of(plan: &Plan) -> Self {
        let beats = &plan.itinerary.beats;
        let entries = &plan.call_plan.entries;
        let best_prize = |(_, due): (u32, Vec<Option<&Due>>)| {
            due.into_iter().flatten().map(|due| due.prize.points()).reduce(f64::max)
        };
        let prizes_due: Vec<f64> =
            entries.iter().flat_map(|entry| entry.wanted().filter_map(best_prize)).collect();
        Self {
            prospects: plan.prospects.len(),
            due: entries.iter().filter(|entry| entry.visits_wanted() > 0).count(),
            done: plan.itinerary.outcomes.iter().filter(|outcome| outcome.is_done()).count(),
            visits: beats.iter().map(|beat| beat.stops.len()).sum(),
            visits_wanted: entries.iter().map(Entry::visits_wanted).sum(),
            phone_calls: plan.phone_calls.calls.len(),
            prize: thousandths(plan.solution.prize as f64 / 1000.0),
            prize_due: thousandths(prizes_due.iter().sum()),
            distance_km: thousandths(beats.iter().map(|b| b.distance_m()).sum::<f64>() / 1000.0),
            travel_minutes: minutes(beats.iter().map(|b| b.travel().0).sum()),
            wait_minutes: minutes(beats.iter().map(|b| b.waiting().0).sum()),
        }
    }
}

impl SolverFigures {
    /// Those of `plan`.
    pub fn of(plan: &Plan) -> Self {
        Self {
            objective: thousandths(objective_points(plan.solution.objective)),
            bound: (plan.bound.objective as f64 / 3600.0).ceil() / 1000.0,
            gap_percent: plan.bound.gap(plan.solution.objective).map(|gap| gap as f64 / 1000.0),
            iterations: plan.solution.iterations,
            stopped_early: plan.solution.stopped_early || plan.bound.stopped_early,
        }
    }
}
