//! What a solver hands back: who is visited when, in which order, and what that is worth.

use crate::units::Seconds;

use super::problem::{ShiftId, VisitId, VisitProblem};
use super::schedule::schedule;

/// An objective, or a change of one, in points: its unit is the 3,600th part of a thousandth of a point.
pub fn objective_points(objective: i64) -> f64 {
    objective as f64 / 3_600_000.0
}

/// The visits of one shift, in order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tour {
    /// The rep and day.
    pub shift: ShiftId,
    /// In the order they are made; empty: the rep stays where they are.
    pub visits: Vec<VisitId>,
    /// How many visits are done before the pause; `None`: no pause is taken.
    pub pause_after: Option<usize>,
}

impl Tour {
    /// A shift in which nobody goes anywhere.
    pub fn empty(shift: ShiftId) -> Self {
        Self { shift, visits: Vec::new(), pause_after: None }
    }

    /// Time on the road, from the start place over all visits to the end place; zero for an empty tour.
    ///
    /// As in its [`schedule`](schedule()). A tour that has none, as it breaks a rule, counts as if each leg were left at
    /// midnight, and a leg without a way as [`TravelTimes::UNREACHABLE`](super::TravelTimes::UNREACHABLE).
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

    /// What its work costs for the sake of [balance](VisitProblem::balance()): in the unit of [`Solution::objective`].
    pub fn work_price(&self, problem: &VisitProblem) -> i64 {
        let offers = self.visits.iter().filter_map(|&visit| problem.offer(visit, self.shift));
        let visiting: i128 = offers.map(|offer| i128::from(offer.duration.0)).sum();
        let work = i128::from(self.travel(problem).0) + visiting;
        let price = i128::from(problem.balance().0) * work * work / 3600;
        i64::try_from(price).unwrap_or(i64::MAX)
    }

    /// Sum of the prizes of its visits in this shift, in thousandths of a point.
    pub fn prize(&self, problem: &VisitProblem) -> u64 {
        self.visits
            .iter()
            .filter_map(|&v| problem.offer(v, self.shift))
            .map(|offer| u64::from(offer.prize.0))
            .sum()
    }
}

/// One tour a shift, in order of the shifts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tours(pub Vec<Tour>);

impl Tours {
    /// Nobody goes anywhere.
    pub fn empty(problem: &VisitProblem) -> Self {
        let shifts = 0..problem.shifts().len() as u32;
        Self(shifts.map(|s| Tour::empty(ShiftId(s))).collect())
    }

    /// All visits that are made, tour by tour.
    pub fn visits(&self) -> impl Iterator<Item = VisitId> + '_ {
        self.0.iter().flat_map(|tour| tour.visits.iter().copied())
    }

    /// Where `visit` is made: its shift and how many visits come before it.
    pub fn find(&self, visit: VisitId) -> Option<(ShiftId, usize)> {
        self.0.iter().find_map(|tour| {
            let at = tour.visits.iter().position(|&v| v == visit)?;
            Some((tour.shift, at))
        })
    }
}

/// The tours found and what they are worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// One a shift, empty ones included.
    pub tours: Tours,
    /// Mandatory visits that are in no tour, in order.
    pub unserved_mandatory: Vec<VisitId>,
    /// Sum of prizes, in thousandths of a point.
    pub prize: u64,
    /// Time on the road of all tours together.
    pub travel: Seconds,
    /// `prize · 3600 − travel seconds · travel cost per hour − Σ ⌊balance · (seconds of travel and visits of a tour)² / 3600⌋`:
    /// thousandths of a point times seconds an hour, exact.
    ///
    /// Of two solutions the better one serves more mandatory visits; among equals the greater objective wins.
    pub objective: i64,
    /// Ruin-and-recreate steps taken, over all starts.
    pub iterations: u64,
    /// Whether a [`Stop`](super::Stop) ended the search before its iterations were used up.
    pub stopped_early: bool,
}

impl Solution {
    /// Adds up what `tours` are worth. O(visits · log offers).
    pub fn of(problem: &VisitProblem, tours: Tours) -> Self {
        let prize: u64 = tours.0.iter().map(|t| t.prize(problem)).sum();
        let travel: Seconds = tours.0.iter().map(|t| t.travel(problem)).sum();
        let mut served = vec![false; problem.visits().len()];
        for visit in tours.visits() {
            served[visit.0 as usize] = true;
        }
        let unserved_mandatory = (0..served.len() as u32)
            .map(VisitId)
            .filter(|&v| problem.visit(v).mandatory && !served[v.0 as usize])
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
