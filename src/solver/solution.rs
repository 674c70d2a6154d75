//! Defines the result of a search: tours with their prize, travel time and objective.

use super::problem::VisitProblem;
use super::schedule::schedule;
use super::tour::{Tour, Tours};
use super::visit::VisitId;
use crate::ids::Id;
use crate::units::Seconds;

/// Tours with their totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// Tours, one for each shift; a tour may be empty.
    pub tours: Tours,
    /// Mandatory visits that are in no tour, in order.
    pub unserved_mandatory: Vec<VisitId>,
    /// Sum of the prizes of all visits in tours, in thousandths of a point.
    pub prize: u64,
    /// Total travel time of all tours.
    pub travel: Seconds,
    /// Objective, in units of 1/3,600,000 point, without rounding; see [`objective_points`].
    ///
    /// `prize · 3600 − travel · travel_cost_per_hour − Σ ⌊balance · work² / 3600⌋`, where `work` is
    /// the time of travel and visits of one tour. All times are in seconds.
    ///
    /// The better of two solutions makes more mandatory visits. If both make the same number, the
    /// better one has the greater objective.
    pub objective: i64,
    /// Number of ruin-and-recreate steps that all searches made together.
    pub iterations: u64,
    /// True if a [`StopCriterion`](super::StopCriterion) ended the search early.
    pub stopped_early: bool,
}

impl Solution {
    /// Computes the totals of `tours`. O(visits · log offers).
    pub fn of(problem: &VisitProblem, tours: Tours) -> Self {
        let prize: u64 = tours.0.iter().map(|t| t.prize(problem)).sum();
        let travel: Seconds = tours.0.iter().map(|t| t.travel(problem)).sum();
        let mut served = vec![false; problem.visits().len()];
        for visit in tours.visits() {
            served[visit.index()] = true;
        }
        let unserved_mandatory = (0..served.len() as u32)
            .map(VisitId)
            .filter(|&v| problem.visit(v).mandatory && !served[v.index()])
            .collect();
        let cost = i64::from(travel.0) * i64::from(problem.travel_cost_per_hour().0);
        let work: i64 = tours.0.iter().fold(0, |sum, t| sum.saturating_add(t.work_price(problem)));
        let objective = (prize as i64 * 3600 - cost).saturating_sub(work);
        Self {
            tours,
            unserved_mandatory,
            prize,
            travel,
            objective,
            iterations: 0,
            stopped_early: false,
        }
    }
}

impl Tour {
    /// Returns the travel time from the start place over all visits to the end place; zero for an
    /// empty tour.
    ///
    /// It is the travel time of the [`schedule`](schedule()) of the tour. A tour that breaks a rule
    /// has no schedule: each leg then counts as if the rep left at midnight, and a leg without a
    /// way counts as [`TravelTimes::UNREACHABLE`](super::TravelTimes::UNREACHABLE).
    pub fn travel(&self, problem: &VisitProblem) -> Seconds {
        if self.visits.is_empty() {
            return Seconds::ZERO;
        }
        let shift = problem.shift(self.shift);
        if shift.travel.len() > 1
            && let Some(times) = schedule(problem, self.shift, self)
        {
            return times.travel;
        }
        let table = &problem.tables()[shift.travel[0].table];
        let mut at = shift.start_place;
        let mut sum = 0u32;
        let places = self.visits.iter().map(|&v| problem.visit(v).place).chain([shift.end_place]);
        for next in places {
            sum = sum.saturating_add(table.get(at, next));
            at = next;
        }
        Seconds(sum)
    }

    /// Returns the price of the work of the tour for [balance](VisitProblem::balance()), in the
    /// unit of [`Solution::objective`].
    pub fn work_price(&self, problem: &VisitProblem) -> i64 {
        let offers = self.visits.iter().filter_map(|&visit| problem.offer(visit, self.shift));
        let visiting: i128 = offers.map(|offer| i128::from(offer.duration.0)).sum();
        let work = i128::from(self.travel(problem).0) + visiting;
        let price = i128::from(problem.balance().0) * work * work / 3600;
        i64::try_from(price).unwrap_or(i64::MAX)
    }

    /// Returns the sum of the prizes of the visits, in thousandths of a point.
    pub fn prize(&self, problem: &VisitProblem) -> u64 {
        self.visits
            .iter()
            .filter_map(|&v| problem.offer(v, self.shift))
            .map(|offer| u64::from(offer.prize.0))
            .sum()
    }
}

/// Converts an objective, or the difference of two objectives, from units of 1/3,600,000 point to
/// points.
pub fn objective_points(objective: i64) -> f64 {
    objective as f64 / 3_600_000.0
}
