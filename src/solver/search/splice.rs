//! Computes the effect of a local change: other visits between two stops of a tour.

use super::hourly::least_travel;
use super::instance::Instance;
use super::legs::{Legs, ShiftLegs};
use super::score::Score;
use super::tour_state::TourState;
use crate::solver::breaks::{DONE, DUE, TOO_LATE, arrive};
use crate::solver::travel::Leg;

/// Returns the change of the score if `visits` replace the visits between the stops `from` and `to`
/// of `tour`.
///
/// Returns `None` if the tour would break a rule of its shift. The result is exact. O(visits +
/// replaced visits), whatever the length of the tour. Where travel depends on the hour, a schedule
/// is computed for each feasible change.
pub(in crate::solver) fn splice_gain(
    instance: &Instance,
    shift: usize,
    tour: &TourState,
    ends: (usize, usize),
    visits: impl Iterator<Item = u32> + Clone,
) -> Option<Score> {
    match instance.legs(shift) {
        ShiftLegs::Steady(legs) => gain_on(legs, instance, shift, tour, ends, visits),
        ShiftLegs::Hourly(legs) => gain_on(legs, instance, shift, tour, ends, visits),
    }
}

fn gain_on<R: Legs>(
    legs: R,
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
        let visit_terms = instance.terms(shift, visit);
        let next = instance.place[visit as usize];
        let leg = legs.leg(place, next);
        travel += i64::from(leg.time(ready[DUE].min(ready[DONE])));
        ready = instance.serve(visit_terms, arrive(terms.break_rule, ready, leg));
        if ready[DUE] >= TOO_LATE && ready[DONE] >= TOO_LATE {
            return None;
        }
        change.value += visit_terms.gain;
        service += i64::from(visit_terms.duration);
        change.mandatory += i64::from(instance.mandatory[visit as usize]);
        place = next;
        count += 1;
    }
    if count > 0 {
        let after = &tour.stops[to];
        let leg = legs.leg(place, after.place);
        let arrival = arrive(terms.break_rule, ready, leg);
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
            travel += least_travel(instance, shift, legs, visits)?.travel;
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
