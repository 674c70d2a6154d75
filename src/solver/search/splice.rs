//! The one move all local moves are made of: other visits between two stops of a tour.

use super::hourly::least_travel;
use super::instance::Instance;
use super::roads::{Roads, ShiftRoads};
use super::state::Score;
use super::tour_state::TourState;
use crate::solver::pause::{DONE, DUE, TOO_LATE, arrive};
use crate::solver::travel::Leg;

/// What it would bring to make `visits` between the stops `from` and `to` of `tour`, instead of those made now.
///
/// `None` if the tour would break a rule of its shift. Exact; O(visits + visits replaced), however long the tour is, unless
/// travel depends on the hour: then what is feasible takes a schedule.
pub(in crate::solver) fn splice_gain(
    instance: &Instance,
    shift: usize,
    tour: &TourState,
    ends: (usize, usize),
    visits: impl Iterator<Item = u32> + Clone,
) -> Option<Score> {
    match instance.roads(shift) {
        ShiftRoads::Steady(roads) => gain_on(roads, instance, shift, tour, ends, visits),
        ShiftRoads::Hourly(roads) => gain_on(roads, instance, shift, tour, ends, visits),
    }
}

fn gain_on<R: Roads>(
    roads: R,
    instance: &Instance,
    shift: usize,
    tour: &TourState,
    (from, to): (usize, usize),
    visits: impl Iterator<Item = u32> + Clone,
) -> Option<Score> {
    let terms = &instance.shifts[shift];
    let (mut travel, mut service, mut change) = (0i64, 0i64, Score::default());
    for stop in &tour.stops[from + 1..to] {
        change.value -= instance.terms(shift, stop.visit).gain;
        service -= instance.duration(shift, stop.visit);
        change.mandatory -= i64::from(instance.mandatory[stop.visit as usize]);
        travel -= i64::from(stop.leg);
    }
    travel -= i64::from(tour.stops[to].leg);
    let mut count = tour.len() + 1 - (to - from);
    let (mut place, mut ready) = (tour.stops[from].place, tour.stops[from].ready);
    for visit in visits.clone() {
        let what = instance.terms(shift, visit);
        let next = instance.place[visit as usize];
        let leg = roads.leg(place, next);
        travel += i64::from(leg.time(ready[DUE].min(ready[DONE])));
        ready = instance.serve(what, arrive(terms.pause, ready, leg));
        if ready[DUE] >= TOO_LATE && ready[DONE] >= TOO_LATE {
            return None;
        }
        change.value += what.gain;
        service += i64::from(what.duration);
        change.mandatory += i64::from(instance.mandatory[visit as usize]);
        place = next;
        count += 1;
    }
    if count > 0 {
        let after = &tour.stops[to];
        let leg = roads.leg(place, after.place);
        let arrival = arrive(terms.pause, ready, leg);
        if arrival[DUE] > after.latest[DUE] && arrival[DONE] > after.latest[DONE] {
            return None;
        }
        travel += i64::from(leg.time(ready[DUE].min(ready[DONE])));
    }
    if R::Leg::VARIES {
        travel = -tour.travel;
        if count > 0 {
            let kept = (tour.visits().take(from), tour.visits().skip(to - 1));
            let visits = kept.0.chain(visits).chain(kept.1);
            travel += least_travel(instance, shift, roads, visits)?.travel;
        }
    }
    if count > terms.visits_max || tour.travel + travel > terms.travel_max {
        return None;
    }
    change.value -= travel * instance.travel_cost;
    change.value -= tour.price_of_more(instance, travel + service);
    change.spare = -travel;
    Some(change)
}
