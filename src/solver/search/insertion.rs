//! Finds the position at which a visit fits best into a tour. This is the innermost loop of the
//! search.

use super::hourly::least_travel;
use super::instance::{Instance, NO_TRAVEL_MAX, ShiftTerms, VisitTerms};
use super::legs::{Legs, ShiftLegs};
use super::random::Random;
use super::tour_state::{TourState, TourStop};
use crate::solver::breaks::{DONE, DUE, TOO_LATE, arrive};
use crate::solver::travel::Leg;

/// A position for a visit in a tour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InsertionPosition {
    /// Index of the stop before the position.
    pub(super) at: usize,
    /// Additional travel time in seconds. Where travel depends on the hour, it is that of the two
    /// new legs minus that of the old leg.
    pub(super) travel: i64,
    /// Cost of the position, in seconds; the search minimises it. See [`Criterion`].
    pub(super) cost: i64,
}

/// The cost by which positions are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Criterion {
    /// The additional travel time.
    Travel,
    /// The delay of the next visit: the additional travel and duration, minus the waiting time that
    /// they replace.
    Delay,
}

/// The visit for which a position is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct InsertionQuery {
    pub(super) shift: usize,
    pub(super) visit: u32,
    pub(super) criterion: Criterion,
}

/// Decides which positions are skipped. Each position is skipped with the same small probability.
///
/// These "blinks" prevent the greedy insertion from making the same choice every time (Christiaens
/// & Vanden Berghe 2020). The number of positions until the next blink is drawn from the geometric
/// distribution, so that each position costs only one subtraction.
#[derive(Debug, Clone)]
pub(super) struct Blinks {
    left: u32,
    per_log: f64,
    random: Random,
}

impl Blinks {
    /// Returns blinks that skip a fraction `rate` of the positions on average.
    pub(super) fn new(rate: f64, random: Random) -> Self {
        let mut blinks = Self { left: 0, per_log: 1.0 / libm::log(1.0 - rate), random };
        blinks.draw();
        blinks
    }

    /// Returns blinks that skip no position.
    pub(super) fn none(random: Random) -> Self {
        Self { left: u32::MAX, per_log: 0.0, random }
    }

    fn draw(&mut self) {
        self.left = (libm::log(1.0 - self.random.unit()) * self.per_log) as u32;
    }

    #[inline]
    fn blink(&mut self) -> bool {
        if self.left == 0 {
            self.draw();
            return true;
        }
        self.left -= 1;
        false
    }
}

/// Result of a search for the best position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BestPosition {
    /// The best position of those that were examined.
    At(InsertionPosition),
    /// The visit fits at no position.
    Nowhere,
    /// The visit fits, but all positions where it fits were skipped.
    Overlooked,
}

/// Finds the position for `visit` in `tour` that has the least cost by the criterion.
///
/// O(stops). Where travel depends on the hour and is limited, a schedule is computed for each
/// promising position.
pub(super) fn best_position(
    instance: &Instance,
    tour: &TourState,
    query: InsertionQuery,
    blinks: &mut Blinks,
) -> BestPosition {
    let terms = &instance.shifts[query.shift];
    if tour.len() >= terms.visits_max {
        return BestPosition::Nowhere;
    }
    match (instance.legs(query.shift), terms.break_rule) {
        (ShiftLegs::Steady(legs), Some(_)) => scan::<_, true>(legs, instance, tour, query, blinks),
        (ShiftLegs::Steady(legs), None) => scan::<_, false>(legs, instance, tour, query, blinks),
        (ShiftLegs::Hourly(legs), Some(_)) => scan::<_, true>(legs, instance, tour, query, blinks),
        (ShiftLegs::Hourly(legs), None) => scan::<_, false>(legs, instance, tour, query, blinks),
    }
}

fn scan<R: Legs, const BREAK: bool>(
    legs: R,
    instance: &Instance,
    tour: &TourState,
    query: InsertionQuery,
    blinks: &mut Blinks,
) -> BestPosition {
    let InsertionQuery { shift, visit, criterion } = query;
    let terms = &instance.shifts[shift];
    let visit_terms = instance.terms(shift, visit);
    let place = instance.place[visit as usize];
    let to = legs.legs_to(place);
    let from = legs.legs_from(place);
    let travel_left = terms.travel_max - tour.travel;
    let mut best = BestPosition::Nowhere;
    let mut least = i64::MAX;
    for (at, pair) in tour.stops.windows(2).enumerate() {
        let (before, after) = (&pair[0], &pair[1]);
        let earliest =
            if BREAK { before.ready[DUE].min(before.ready[DONE]) } else { before.ready[DONE] };
        if earliest > visit_terms.last {
            break;
        }
        let latest =
            if BREAK { after.latest[DUE].max(after.latest[DONE]) } else { after.latest[DONE] };
        // A quick test excludes most positions: they are infeasible even with the shortest two
        // legs.
        if (earliest + visit_terms.least_in).max(visit_terms.start) + visit_terms.least_out > latest
        {
            continue;
        }
        let (leg_in, leg_out) = (to(before.place), from(after.place));
        if R::Leg::VARIES {
            let (least_in, least_out) = (R::least(leg_in), R::least(leg_out));
            let leave = (earliest + least_in).max(visit_terms.start) + visit_terms.duration;
            let travel = i64::from(least_in + least_out - after.leg);
            if leave + least_out > latest || (criterion == Criterion::Travel && travel >= least) {
                continue;
            }
        }
        let time_in = leg_in.time(earliest);
        let leave = (earliest + time_in).max(visit_terms.start) + visit_terms.duration;
        let travel = i64::from(time_in + leg_out.time(leave) - after.leg);
        if (!R::Leg::VARIES && travel > travel_left)
            || (criterion == Criterion::Travel && travel >= least)
        {
            continue;
        }
        let arrival =
            arrival_after::<BREAK>(instance, terms, visit_terms, before.ready, (leg_in, leg_out));
        if !in_time::<BREAK>(arrival, after) {
            continue;
        }
        if R::Leg::VARIES && terms.travel_max < NO_TRAVEL_MAX {
            let visits = tour.visits().take(at).chain([visit]).chain(tour.visits().skip(at));
            let found = least_travel(instance, shift, legs, visits);
            if found.is_none_or(|found| found.travel > terms.travel_max) {
                continue;
            }
        }
        let cost = match criterion {
            Criterion::Travel => travel,
            Criterion::Delay => {
                let arrival = if arrival[DONE] < TOO_LATE { arrival[DONE] } else { arrival[DUE] };
                i64::from((arrival - after.begin).max(0))
            }
        };
        if cost >= least {
            continue;
        }
        if blinks.blink() {
            if best == BestPosition::Nowhere {
                best = BestPosition::Overlooked;
            }
            continue;
        }
        least = cost;
        best = BestPosition::At(InsertionPosition { at, travel, cost });
    }
    best
}

/// Returns the arrival, in each layer, at the stop after an inserted visit. O(1).
#[inline]
pub(super) fn arrival_after<const BREAK: bool>(
    instance: &Instance,
    terms: &ShiftTerms,
    visit_terms: &VisitTerms,
    ready: [i32; 2],
    (leg_in, leg_out): (impl Leg, impl Leg),
) -> [i32; 2] {
    if BREAK {
        let arrival = arrive(terms.break_rule, ready, leg_in);
        arrive(terms.break_rule, instance.serve(visit_terms, arrival), leg_out)
    } else {
        let begin = instance.begin(visit_terms, leg_in.arrival(ready[DONE]));
        [TOO_LATE, leg_out.arrival(begin + visit_terms.duration)]
    }
}

/// Returns whether the tour remains feasible from the stop `after` on. The test is exact.
#[inline]
fn in_time<const BREAK: bool>(arrival: [i32; 2], after: &TourStop) -> bool {
    arrival[DONE] <= after.latest[DONE] || (BREAK && arrival[DUE] <= after.latest[DUE])
}
