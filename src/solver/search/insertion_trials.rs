//! Lists all positions in a tour for one more visit, each with its obstacles. Explanations use this
//! list; the search does not.

use super::hourly::least_travel;
use super::insertion::arrival_after;
use super::instance::Instance;
use super::legs::{Legs, ShiftLegs};
use super::tour_state::TourState;
use crate::solver::breaks::{DONE, DUE, NEVER, TOO_LATE, arrive};
use crate::solver::travel::Leg;
use crate::solver::travel_times::TravelTimes;

/// A position in a tour for one more visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::solver) struct InsertionTrial {
    /// Number of visits before the position.
    pub(in crate::solver) at: usize,
    /// Additional travel time in seconds. Where travel depends on the hour and time is missing, it
    /// is that of the two new legs, left as early as possible, minus that of the old leg.
    pub(in crate::solver) extra_travel: i64,
    /// Missing time in seconds; zero or less if the visit fits; `None` if the break would begin too
    /// late.
    pub(in crate::solver) missing: Option<i64>,
    /// Travel time above the limit, in seconds; zero or less if the travel is within the limit.
    pub(in crate::solver) travel_over: i64,
    /// True if the tour has its maximum number of visits.
    pub(in crate::solver) full: bool,
    /// True if the rep arrives after the last moment at which the visit may begin.
    pub(in crate::solver) closed: bool,
}

/// Returns all positions for `visit` in `tour` that a way leads to and from. Returns no position if
/// the shift does not offer the visit. O(stops).
pub(in crate::solver) fn insertion_trials(
    instance: &Instance,
    shift: usize,
    tour: &TourState,
    visit: u32,
) -> Vec<InsertionTrial> {
    match instance.legs(shift) {
        ShiftLegs::Steady(shift_legs) => trials_on(shift_legs, instance, shift, tour, visit),
        ShiftLegs::Hourly(shift_legs) => trials_on(shift_legs, instance, shift, tour, visit),
    }
}

fn trials_on<R: Legs>(
    shift_legs: R,
    instance: &Instance,
    shift: usize,
    tour: &TourState,
    visit: u32,
) -> Vec<InsertionTrial> {
    let terms = &instance.shifts[shift];
    let visit_terms = instance.terms(shift, visit);
    let place = instance.place[visit as usize];
    if visit_terms.last < visit_terms.start {
        return Vec::new();
    }
    let pairs = tour.stops.windows(2).enumerate();
    pairs
        .filter_map(|(at, pair)| {
            let (before, after) = (&pair[0], &pair[1]);
            let legs = (shift_legs.leg(before.place, place), shift_legs.leg(place, after.place));
            let free = before.ready[DUE].min(before.ready[DONE]);
            let time_in = legs.0.time(free);
            let time_out =
                legs.1.time((free + time_in).max(visit_terms.start) + visit_terms.duration);
            if time_in.max(time_out) >= TravelTimes::UNREACHABLE as i32 {
                return None;
            }
            let there = arrive(terms.break_rule, before.ready, legs.0);
            let late_there = i64::from(there[DUE].min(there[DONE])) - i64::from(visit_terms.last);
            // If the rep arrives after the closing time, the times are computed as if the visit
            // could still begin.
            let next = if late_there > 0 {
                let open = there.map(|t| t.min(TOO_LATE) + visit_terms.duration);
                arrive(terms.break_rule, open, legs.1)
            } else if terms.break_rule.is_some() {
                arrival_after::<true>(instance, terms, visit_terms, before.ready, legs)
            } else {
                arrival_after::<false>(instance, terms, visit_terms, before.ready, legs)
            };
            let late = [DUE, DONE].map(|layer| {
                let possible = next[layer] < TOO_LATE && after.latest[layer] > NEVER;
                possible.then(|| i64::from(next[layer]) - i64::from(after.latest[layer]))
            });
            let missing = late.into_iter().flatten().min().map(|late| late.max(late_there));
            let mut extra_travel = i64::from(time_in + time_out - after.leg);
            if R::Leg::VARIES && missing.is_some_and(|missing| missing <= 0) {
                let visits = tour.visits().take(at).chain([visit]).chain(tour.visits().skip(at));
                let found = least_travel(instance, shift, shift_legs, visits);
                extra_travel = found.expect("there is time for it").travel - tour.travel;
            }
            Some(InsertionTrial {
                at,
                extra_travel,
                missing,
                travel_over: tour.travel + extra_travel - terms.travel_max,
                full: tour.len() >= terms.visits_max,
                closed: late_there > 0,
            })
        })
        .collect()
}
