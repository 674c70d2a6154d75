//! Computes the figures of a plan for `summary.json` and for the report of a batch.

use super::routes::minutes;
use crate::call_plan::{CallPlanEntry, Due};
use crate::plan_files::{PlanTotals, SolverFigures};
use crate::planning::Plan;
use crate::solver::objective_points;
use crate::units::thousandths;

impl PlanTotals {
    /// Returns the sums of all beats of `plan`.
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
            visits_wanted: entries.iter().map(CallPlanEntry::visits_wanted).sum(),
            phone_calls: plan.phone_calls.calls.len(),
            prize: thousandths(plan.solution.prize as f64 / 1000.0),
            prize_due: thousandths(prizes_due.iter().sum()),
            distance_km: thousandths(beats.iter().map(|b| b.distance_m()).sum::<f64>() / 1000.0),
            travel_minutes: minutes(beats.iter().map(|b| b.travel().0).sum()),
            park_minutes: minutes(beats.iter().map(|b| b.parking().0).sum()),
            walk_minutes: minutes(beats.iter().map(|b| b.walking().0).sum()),
            visit_minutes: minutes(beats.iter().map(|b| b.visiting().0).sum()),
            wait_minutes: minutes(beats.iter().map(|b| b.waiting().0).sum()),
        }
    }
}

impl SolverFigures {
    /// Returns the figures that measure the quality of `plan`.
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
