//! All places in a tour for one more visit, with what stands against each: for explanations, not for the search.

use super::hourly::least_travel;
use super::insertion::arrival_after;
use super::instance::Instance;
use super::roads::{Roads, ShiftRoads};
use super::tour_state::TourState;
use crate::solver::pause::{DONE, DUE, NEVER, TOO_LATE, arrive};
use crate::solver::problem::TravelTimes;
use crate::solver::travel::Leg;

/// One place in a tour for one more visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::solver) struct Slot {
    /// After so many visits.
    pub(in crate::solver) at: usize,
    /// Additional travel. Where it depends on the hour and there is no time for the visit: what the two new legs take, left
    /// as early as can be, less the old one.
    pub(in crate::solver) extra_travel: i64,
    /// Seconds that are missing, zero or less if there is time; `None` if the pause would come too late.
    pub(in crate::solver) missing: Option<i64>,
    /// Seconds by which the tour would have too much travel; zero or less if it has not.
    pub(in crate::solver) travel_over: i64,
    /// Whether the tour has as many visits as it may have.
    pub(in crate::solver) full: bool,
}

/// All places for `visit` in `tour` that have a way there and back; none if it is not offered. O(stops).
pub(in crate::solver) fn slots(
    instance: &Instance,
    shift: usize,
    tour: &TourState,
    visit: u32,
) -> Vec<Slot> {
    match instance.roads(shift) {
        ShiftRoads::Steady(roads) => slots_on(roads, instance, shift, tour, visit),
        ShiftRoads::Hourly(roads) => slots_on(roads, instance, shift, tour, visit),
    }
}

fn slots_on<R: Roads>(
    roads: R,
    instance: &Instance,
    shift: usize,
    tour: &TourState,
    visit: u32,
) -> Vec<Slot> {
    let terms = &instance.shifts[shift];
    let what = instance.terms(shift, visit);
    let place = instance.place[visit as usize];
    if what.last < what.start {
        return Vec::new();
    }
    let pairs = tour.stops.windows(2).enumerate();
    pairs
        .filter_map(|(at, pair)| {
            let (before, after) = (&pair[0], &pair[1]);
            let legs = (roads.leg(before.place, place), roads.leg(place, after.place));
            let free = before.ready[DUE].min(before.ready[DONE]);
            let time_in = legs.0.time(free);
            let time_out = legs.1.time((free + time_in).max(what.start) + what.duration);
            if time_in.max(time_out) >= TravelTimes::UNREACHABLE as i32 {
                return None;
            }
            let there = arrive(terms.pause, before.ready, legs.0);
            let late_there = i64::from(there[DUE].min(there[DONE])) - i64::from(what.last);
            // If the rep comes after closing time, the rest is told as if the door had stayed open.
            let next = if late_there > 0 {
                let open = there.map(|t| t.min(TOO_LATE) + what.duration);
                arrive(terms.pause, open, legs.1)
            } else if terms.pause.is_some() {
                arrival_after::<true>(instance, terms, what, before.ready, legs)
            } else {
                arrival_after::<false>(instance, terms, what, before.ready, legs)
            };
            let late = [DUE, DONE].map(|layer| {
                let possible = next[layer] < TOO_LATE && after.latest[layer] > NEVER;
                possible.then(|| i64::from(next[layer]) - i64::from(after.latest[layer]))
            });
            let missing = late.into_iter().flatten().min().map(|late| late.max(late_there));
            let mut extra_travel = i64::from(time_in + time_out - after.leg);
            if R::Leg::VARIES && missing.is_some_and(|missing| missing <= 0) {
                let visits = tour.visits().take(at).chain([visit]).chain(tour.visits().skip(at));
                let found = least_travel(instance, shift, roads, visits);
                extra_travel = found.expect("there is time for it").travel - tour.travel;
            }
            Some(Slot {
                at,
                extra_travel,
                missing,
                travel_over: tour.travel + extra_travel - terms.travel_max,
                full: tour.len() >= terms.visits_max,
            })
        })
        .collect()
}
