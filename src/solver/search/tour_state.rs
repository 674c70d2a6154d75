//! One tour during the search, with earliest and latest times that let every insertion be tested in
//! O(1).
//!
//! A shift with a break has two layers: the break is still *due*, or it is *done*. Each stop knows,
//! by layer, the earliest departure and the latest begin that keeps the rest of the tour feasible.
//! In the due layer the rest includes the break, or a return in time without one. Both times are
//! exact, as leaving later never means arriving earlier. A shift without a break uses the done
//! layer only.
//!
//! So every insertion chooses the position of the break anew, at no cost. Where travel depends on
//! the hour, travel influences that choice too; see [`hourly`](super::hourly).

use super::hourly::least_travel;
use super::instance::Instance;
use super::legs::{Legs, ShiftLegs};
use super::score::Score;
use crate::solver::breaks::{DONE, DUE, NEVER, TOO_LATE, arrive, at_start, back_by};
use crate::solver::travel::Leg;

/// Visit number of the two ends of a tour.
pub(super) const NO_VISIT: u32 = u32::MAX;

/// A stop of a tour: the start place, a visit, or the end place.
#[derive(Debug, Clone, Copy)]
pub(super) struct TourStop {
    /// The visit, or [`NO_VISIT`].
    pub(super) visit: u32,
    /// The place.
    pub(super) place: u32,
    /// Travel from the stop before, left as early as possible; zero between the two ends of an
    /// empty tour.
    pub(super) leg: i32,
    /// Earliest end of the visit, by layer.
    pub(super) ready: [i32; 2],
    /// Latest begin of the visit that keeps the rest feasible, by layer.
    pub(super) latest: [i32; 2],
    /// Earliest begin of the visit, with the break done if possible, else due.
    pub(super) begin: i32,
}

impl TourStop {
    /// A stop without times.
    fn at(visit: u32, place: u32) -> Self {
        Self { visit, place, leg: 0, ready: [TOO_LATE; 2], latest: [NEVER; 2], begin: TOO_LATE }
    }

    /// The stop for `visit`, without times.
    pub(super) fn new(instance: &Instance, visit: u32) -> Self {
        Self::at(visit, instance.place[visit as usize])
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub(in crate::solver) struct TourState {
    /// The start place, the visits, the end place.
    pub(super) stops: Vec<TourStop>,
    /// Total travel.
    pub(super) travel: i64,
    /// Sum of the gains.
    pub(super) gain: i64,
    /// Total duration of the visits.
    pub(super) service: i64,
    /// Number of mandatory visits.
    pub(super) mandatory: i64,
    /// Changes whenever visits are removed; copies share it. A visit that does not fit still does
    /// not fit after insertions.
    pub(super) stamp: u64,
}

impl TourState {
    /// The tour without visits.
    pub(super) fn empty(instance: &Instance, shift: usize) -> Self {
        let terms = &instance.shifts[shift];
        let stops = vec![
            TourStop::at(NO_VISIT, terms.start_place),
            TourStop::at(NO_VISIT, terms.end_place),
        ];
        let mut tour = Self { stops, travel: 0, gain: 0, service: 0, mandatory: 0, stamp: 0 };
        tour.refresh(instance, shift);
        tour
    }

    /// Returns the score of the tour.
    #[inline]
    pub(super) fn score(&self, instance: &Instance) -> Score {
        Score { mandatory: self.mandatory, value: self.value(instance), spare: -self.travel }
    }

    /// Returns the gains less the cost of travel and work.
    fn value(&self, instance: &Instance) -> i64 {
        let work = instance.work_price(self.travel + self.service);
        self.gain - self.travel * instance.travel_cost - work
    }

    /// Returns the price for balance of `seconds` more of travel and visits.
    #[inline]
    pub(in crate::solver) fn price_of_more(&self, instance: &Instance, seconds: i64) -> i64 {
        let work = self.travel + self.service;
        instance.work_price(work + seconds) - instance.work_price(work)
    }

    /// Number of visits.
    #[inline]
    pub(in crate::solver) fn len(&self) -> usize {
        self.stops.len() - 2
    }

    /// The visits, in order.
    pub(in crate::solver) fn visits(&self) -> impl DoubleEndedIterator<Item = u32> + Clone + '_ {
        self.stops[1..self.stops.len() - 1].iter().map(|s| s.visit)
    }

    /// Copies `other` into the memory of this tour.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.stops.clear();
        self.stops.extend_from_slice(&other.stops);
        self.travel = other.travel;
        self.gain = other.gain;
        self.service = other.service;
        self.mandatory = other.mandatory;
        self.stamp = other.stamp;
    }

    /// Inserts `visit` behind stop `at`; returns whether the tour is feasible then.
    ///
    /// O(stops whose times change).
    pub(super) fn insert(
        &mut self,
        instance: &Instance,
        shift: usize,
        at: usize,
        visit: u32,
    ) -> bool {
        self.stops.insert(at + 1, TourStop::new(instance, visit));
        self.count(instance, shift, visit, 1);
        let changed = (at + 1, at + 2);
        match instance.legs(shift) {
            ShiftLegs::Steady(legs) => self.refresh_on(legs, instance, shift, changed),
            ShiftLegs::Hourly(legs) => self.refresh_on(legs, instance, shift, changed),
        }
    }

    /// Removes the visits that `remove` selects, and any that are too late then; calls `removed`
    /// for each.
    ///
    /// The arguments of `remove` are the index of the stop and the visit. Other visits become too
    /// late only where the way over a removed visit was shorter than the direct one, or where later
    /// legs fall into an hour with more travel.
    pub(super) fn remove_where(
        &mut self,
        instance: &Instance,
        shift: usize,
        mut remove: impl FnMut(usize, u32) -> bool,
        mut removed: impl FnMut(u32),
    ) {
        let end = self.stops.len() - 1;
        let (mut kept, mut gap, mut changed) = (1, false, None);
        for at in 1..=end {
            let stop = self.stops[at];
            if at < end && remove(at, stop.visit) {
                self.travel -= i64::from(stop.leg);
                self.count(instance, shift, stop.visit, -1);
                removed(stop.visit);
                gap = true;
                continue;
            }
            if gap {
                let (first, _) = changed.unwrap_or((kept, kept));
                changed = Some((first, kept));
            }
            gap = false;
            self.stops[kept] = stop;
            kept += 1;
        }
        self.stops.truncate(kept);
        let Some(changed) = changed else { return };
        match instance.legs(shift) {
            ShiftLegs::Steady(legs) => self.repair(legs, instance, shift, changed, removed),
            ShiftLegs::Hourly(legs) => self.repair(legs, instance, shift, changed, removed),
        }
    }

    /// Removes visits until the tour is feasible; calls `dropped` for each.
    fn repair(
        &mut self,
        legs: impl Legs,
        instance: &Instance,
        shift: usize,
        (mut first, mut last): (usize, usize),
        mut dropped: impl FnMut(u32),
    ) {
        while let Some(late) = self.forward(legs, instance, shift, (first, last)) {
            let at = late.min(self.len());
            let stop = self.stops.remove(at);
            self.travel -= i64::from(stop.leg);
            self.count(instance, shift, stop.visit, -1);
            dropped(stop.visit);
            (first, last) = (first.min(at), self.stops.len() - 1);
        }
        self.backward(legs, instance, shift, (first, last));
    }

    /// Replaces the visits between the stops `from` and `to`; returns whether the tour is feasible
    /// then. O(stops).
    pub(super) fn splice(
        &mut self,
        instance: &Instance,
        shift: usize,
        (from, to): (usize, usize),
        visits: impl Iterator<Item = u32>,
    ) -> bool {
        self.stops.splice(from + 1..to, visits.map(|visit| TourStop::new(instance, visit)));
        self.refresh(instance, shift)
    }

    /// Computes all sums and times anew; returns whether the tour is feasible. O(stops).
    fn refresh(&mut self, instance: &Instance, shift: usize) -> bool {
        let terms = &instance.shifts[shift];
        self.stops[0].ready = at_start(terms.break_rule, terms.open);
        (self.travel, self.gain, self.service, self.mandatory) = (0, 0, 0, 0);
        for at in 1..self.stops.len() {
            self.stops[at].leg = 0;
            if self.stops[at].visit != NO_VISIT {
                self.count(instance, shift, self.stops[at].visit, 1);
            }
        }
        let all = (1, self.stops.len() - 1);
        match instance.legs(shift) {
            ShiftLegs::Steady(legs) => self.refresh_on(legs, instance, shift, all),
            ShiftLegs::Hourly(legs) => self.refresh_on(legs, instance, shift, all),
        }
    }

    fn refresh_on(
        &mut self,
        legs: impl Legs,
        instance: &Instance,
        shift: usize,
        changed: (usize, usize),
    ) -> bool {
        let first_late = self.forward(legs, instance, shift, changed);
        self.backward(legs, instance, shift, changed);
        first_late.is_none()
    }

    /// Adds the gain, duration and mandatory count of `visit`, `times` times.
    fn count(&mut self, instance: &Instance, shift: usize, visit: u32, times: i64) {
        self.gain += times * instance.terms(shift, visit).gain;
        self.service += times * instance.duration(shift, visit);
        self.mandatory += times * i64::from(instance.mandatory[visit as usize]);
    }

    /// Computes earliest times and travel; returns the index of the first stop that is too late, if
    /// any.
    ///
    /// Before the stops from `first` to `last` got new predecessors, the tour was feasible.
    fn forward<R: Legs>(
        &mut self,
        legs: R,
        instance: &Instance,
        shift: usize,
        (first, last): (usize, usize),
    ) -> Option<usize> {
        let terms = &instance.shifts[shift];
        let end = self.stops.len() - 1;
        if end == 1 {
            self.stops[1].leg = 0;
            self.travel = 0;
            return None;
        }
        let mut first_late = None;
        let mut before = self.stops[first - 1];
        for (at, stop) in self.stops.iter_mut().enumerate().skip(first) {
            let old = (stop.leg, stop.ready);
            let leg = legs.leg(before.place, stop.place);
            stop.leg = leg.time(before.ready[DUE].min(before.ready[DONE]));
            self.travel += i64::from(stop.leg - old.0);
            let arrival = arrive(terms.break_rule, before.ready, leg);
            let in_time = if at == end {
                let by = back_by(terms.break_rule, terms.close);
                stop.ready = arrival;
                stop.begin = if arrival[DONE] < TOO_LATE { arrival[DONE] } else { arrival[DUE] };
                arrival[DUE] <= by[DUE] || arrival[DONE] <= by[DONE]
            } else {
                let visit = instance.terms(shift, stop.visit);
                stop.ready = instance.serve(visit, arrival);
                let layer = if stop.ready[DONE] < TOO_LATE { DONE } else { DUE };
                stop.begin = stop.ready[layer] - visit.duration;
                stop.ready[DUE] < TOO_LATE || stop.ready[DONE] < TOO_LATE
            };
            if !in_time && first_late.is_none() {
                first_late = Some(at);
            }
            if at >= last && stop.ready == old.1 {
                break;
            }
            before = *stop;
        }
        if R::Leg::VARIES && first_late.is_none() {
            let found = least_travel(instance, shift, legs, self.visits());
            self.travel = found.expect("what is in time in a layer has a schedule").travel;
        }
        if self.travel > terms.travel_max || self.len() > terms.visits_max {
            first_late = first_late.or(Some(end));
        }
        first_late
    }

    /// Computes the latest times, from the end to the start; arguments as for
    /// [`forward`](Self::forward).
    fn backward(
        &mut self,
        legs: impl Legs,
        instance: &Instance,
        shift: usize,
        (first, last): (usize, usize),
    ) {
        let terms = &instance.shifts[shift];
        let end = self.stops.len() - 1;
        self.stops[end].latest = back_by(terms.break_rule, terms.close);
        let mut after = self.stops[last];
        for (at, stop) in self.stops[..last].iter_mut().enumerate().skip(1).rev() {
            let old = stop.latest;
            let leg = legs.leg(stop.place, after.place);
            let mut ready = after.latest.map(|latest| leg.departure(latest));
            if let Some(rule) = terms.break_rule {
                ready[DUE] = ready[DUE].max(rule.latest_ready(after.latest[DONE], leg));
            }
            let visit = instance.terms(shift, stop.visit);
            let [due, done] = ready;
            stop.latest = [
                instance.latest_begin(visit, due - visit.duration),
                instance.latest_begin(visit, done - visit.duration),
            ];
            if at < first && stop.latest == old {
                break;
            }
            after = *stop;
        }
    }

    /// Returns the number of visits before the break; `None` if no break is needed.
    ///
    /// The break is that of the earliest schedule, or of the one with the least travel where travel
    /// depends on the hour.
    pub(super) fn break_after(&self, instance: &Instance, shift: usize) -> Option<usize> {
        let terms = &instance.shifts[shift];
        let rule = terms.break_rule?;
        let end = self.stops.len() - 1;
        if end == 1 {
            return None;
        }
        if let ShiftLegs::Hourly(legs) = instance.legs(shift) {
            return least_travel(instance, shift, legs, self.visits())?.break_after;
        }
        if self.stops[end].ready[DUE] <= back_by(terms.break_rule, terms.close)[DUE] {
            return None;
        }
        (0..end).rev().find(|&at| {
            let leg = self.stops[at + 1].leg;
            let ready = self.stops[at].ready;
            rule.arrival(ready[DUE], leg) <= ready[DONE] + leg
        })
    }
}
