//! Holds one tour during a search, with earliest and latest times, so that each insertion is tested
//! in O(1).
//!
//! A shift with a break has two layers: in the first the break is still *due*, in the second it is
//! *done*. For each layer, a stop has the earliest departure, and the latest begin that keeps the
//! rest of the tour feasible. In the layer of the due break, the rest of the tour includes the
//! break, or a return in time without a break. Both times are exact, because a rep who leaves later
//! never arrives earlier. A shift without a break uses only the layer of the done break.
//!
//! Therefore, each insertion also chooses the best position of the break, at no extra cost. Where
//! travel depends on the hour, the position of the break also depends on travel; see
//! [`hourly`](super::hourly).

use super::hourly::least_travel;
use super::instance::Instance;
use super::legs::{Legs, ShiftLegs};
use super::score::Score;
use crate::solver::breaks::{DONE, DUE, NEVER, TOO_LATE, arrive, at_start, back_by};
use crate::solver::travel::Leg;

/// Value of [`TourStop::visit`] for the start and the end of a tour.
pub(super) const NO_VISIT: u32 = u32::MAX;

/// A stop of a tour: the start place, a visit, or the end place.
#[derive(Debug, Clone, Copy)]
pub(super) struct TourStop {
    /// The visit; [`NO_VISIT`] for the start and the end place.
    pub(super) visit: u32,
    /// Place of the stop.
    pub(super) place: u32,
    /// Travel time from the stop before, left as early as possible, in seconds. It is zero from the
    /// start to the end of a tour without visits.
    pub(super) leg: i32,
    /// Earliest end of the visit, in each layer.
    pub(super) ready: [i32; 2],
    /// Latest begin of the visit that keeps the rest of the tour feasible, in each layer.
    pub(super) latest: [i32; 2],
    /// Earliest begin of the visit, with the break done before it if that is possible.
    pub(super) begin: i32,
}

impl TourStop {
    /// Returns a stop without times.
    fn at(visit: u32, place: u32) -> Self {
        Self { visit, place, leg: 0, ready: [TOO_LATE; 2], latest: [NEVER; 2], begin: TOO_LATE }
    }

    /// Returns a stop for `visit`, without times.
    pub(super) fn new(instance: &Instance, visit: u32) -> Self {
        Self::at(visit, instance.place[visit as usize])
    }
}

/// One tour during a search.
#[derive(Debug, Clone)]
pub(in crate::solver) struct TourState {
    /// Stops in order: the start place, the visits, the end place.
    pub(super) stops: Vec<TourStop>,
    /// Total travel time, in seconds.
    pub(super) travel: i64,
    /// Sum of the gains of the visits.
    pub(super) gain: i64,
    /// Total duration of the visits, in seconds.
    pub(super) service: i64,
    /// Number of mandatory visits in the tour.
    pub(super) mandatory: i64,
    /// Number that changes when visits are removed. Copies of a tour have the same stamp. A visit
    /// that does not fit into a tour still does not fit after other visits are inserted.
    pub(super) stamp: u64,
}

impl TourState {
    /// Returns the tour without visits.
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

    /// Returns the gains minus the cost of travel and work.
    fn value(&self, instance: &Instance) -> i64 {
        let work = instance.work_price(self.travel + self.service);
        self.gain - self.travel * instance.travel_cost - work
    }

    /// Returns the price, for balance, of `seconds` more of travel and visits.
    #[inline]
    pub(in crate::solver) fn price_of_more(&self, instance: &Instance, seconds: i64) -> i64 {
        let work = self.travel + self.service;
        instance.work_price(work + seconds) - instance.work_price(work)
    }

    /// Returns the number of visits.
    #[inline]
    pub(in crate::solver) fn len(&self) -> usize {
        self.stops.len() - 2
    }

    /// Returns the visits in order.
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

    /// Inserts `visit` after stop `at`. Returns whether the tour is then feasible.
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

    /// Removes the visits that `remove` selects, and then the visits that are too late; calls
    /// `removed` for each of them.
    ///
    /// The arguments of `remove` are the index of the stop and the visit. Removing visits can make
    /// another visit late in two cases: the way over a removed visit was shorter than the direct
    /// way, or later legs fall into an hour with more travel.
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

    /// Removes visits until the tour is feasible. Calls `dropped` for each removed visit.
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

    /// Replaces the visits between the stops `from` and `to`. Returns whether the tour is then
    /// feasible. O(stops).
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

    /// Computes all sums and times anew. Returns whether the tour is feasible. O(stops).
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

    /// Adds the gain, the duration and the mandatory count of `visit` to the sums, multiplied by
    /// `times`.
    fn count(&mut self, instance: &Instance, shift: usize, visit: u32, times: i64) {
        self.gain += times * instance.terms(shift, visit).gain;
        self.service += times * instance.duration(shift, visit);
        self.mandatory += times * i64::from(instance.mandatory[visit as usize]);
    }

    /// Computes the earliest times and the travel time. Returns the index of the first stop that is
    /// too late; `None` if no stop is too late.
    ///
    /// The tour must have been feasible before the stops from `first` to `last` got new
    /// predecessors.
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

    /// Computes the latest times from the end to the start of the tour. The arguments are those of
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

    /// Returns the number of visits before the break; `None` if the tour needs no break.
    ///
    /// The break is that of the earliest schedule. Where travel depends on the hour, it is that of
    /// the schedule with the least travel.
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
