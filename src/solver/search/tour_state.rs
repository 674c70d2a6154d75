//! One tour during the search, with the earliest and latest times that make every insertion an O(1) question.
//!
//! With a pause in the shift there are two layers: the pause still *due*, or already *done*. Each stop knows, per
//! layer, when the rep is free to leave at the earliest, and until when they may begin at the latest so that the rest
//! of the tour still works out (in the due layer by taking the pause later, or by being back in time without one).
//! Both are exact, as leaving later never means arriving earlier, whatever the hour. A shift without pause lives in the
//! done layer only. Where the pause is taken is thus decided anew with every insertion, at no cost; where travel depends
//! on the hour, the travel has a say in it too, see [`hourly`](super::hourly).

use super::hourly::least_travel;
use super::instance::Instance;
use super::roads::{Roads, ShiftRoads};
use super::state::Score;
use crate::solver::pause::{DONE, DUE, NEVER, TOO_LATE, arrive, at_start, back_by};
use crate::solver::travel::Leg;

/// The visit number of the two ends of a tour.
pub(super) const NO_VISIT: u32 = u32::MAX;

/// One stop of a tour: its start place, a visit, or its end place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    /// Which visit, or [`NO_VISIT`].
    pub(super) visit: u32,
    /// Where.
    pub(super) place: u32,
    /// Travel from the stop before, if it is left as early as can be; zero between the two ends of an empty tour.
    pub(super) leg: i32,
    /// Earliest end of the visit, by layer.
    pub(super) ready: [i32; 2],
    /// Latest begin of the visit that keeps the rest feasible, by layer.
    pub(super) latest: [i32; 2],
    /// Earliest begin of the visit with the pause done, or else due.
    pub(super) begin: i32,
}

impl Stop {
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
    pub(super) stops: Vec<Stop>,
    /// Time on the road.
    pub(super) travel: i64,
    /// Sum of the gains.
    pub(super) gain: i64,
    /// Time in visits.
    pub(super) service: i64,
    /// How many mandatory visits are in it.
    pub(super) mandatory: i64,
    /// Changes whenever visits are removed; copies share it. Who has no room in a tour has none after insertions.
    pub(super) stamp: u64,
}

impl TourState {
    /// The tour without visits.
    pub(super) fn empty(instance: &Instance, shift: usize) -> Self {
        let terms = &instance.shifts[shift];
        let stops =
            vec![Stop::at(NO_VISIT, terms.start_place), Stop::at(NO_VISIT, terms.end_place)];
        let mut tour = Self { stops, travel: 0, gain: 0, service: 0, mandatory: 0, stamp: 0 };
        tour.refresh(instance, shift);
        tour
    }

    /// What it is worth.
    #[inline]
    pub(super) fn score(&self, instance: &Instance) -> Score {
        Score { mandatory: self.mandatory, value: self.value(instance), spare: -self.travel }
    }

    /// Gains less the cost of travel and work.
    fn value(&self, instance: &Instance) -> i64 {
        let work = instance.work_price(self.travel + self.service);
        self.gain - self.travel * instance.travel_cost - work
    }

    /// What so many more seconds of travel and visits would cost for the sake of balance.
    #[inline]
    pub(in crate::solver) fn price_of_more(&self, instance: &Instance, seconds: i64) -> i64 {
        let work = self.travel + self.service;
        instance.work_price(work + seconds) - instance.work_price(work)
    }

    /// How many visits it has.
    #[inline]
    pub(in crate::solver) fn len(&self) -> usize {
        self.stops.len() - 2
    }

    /// The numbers of its visits, in order.
    pub(in crate::solver) fn visits(&self) -> impl DoubleEndedIterator<Item = u32> + Clone + '_ {
        self.stops[1..self.stops.len() - 1].iter().map(|s| s.visit)
    }

    /// Makes this tour a copy of `other`, keeping its memory.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.stops.clear();
        self.stops.extend_from_slice(&other.stops);
        self.travel = other.travel;
        self.gain = other.gain;
        self.service = other.service;
        self.mandatory = other.mandatory;
        self.stamp = other.stamp;
    }

    /// Puts `visit` behind stop number `at`; whether the tour is feasible then.
    ///
    /// O(stops whose times change).
    pub(super) fn insert(
        &mut self,
        instance: &Instance,
        shift: usize,
        at: usize,
        visit: u32,
    ) -> bool {
        self.stops.insert(at + 1, Stop::new(instance, visit));
        self.count(instance, shift, visit, 1);
        let changed = (at + 1, at + 2);
        match instance.roads(shift) {
            ShiftRoads::Steady(roads) => self.refresh_on(roads, instance, shift, changed),
            ShiftRoads::Hourly(roads) => self.refresh_on(roads, instance, shift, changed),
        }
    }

    /// Takes out the visits for which `remove` says so, and any that are not in time then; `removed` is told of each.
    ///
    /// `remove` is asked with the number of the stop and of the visit. More than those it names have to go only where the
    /// way over a removed visit was shorter than the direct one, or what follows comes into an hour with more travel.
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
        match instance.roads(shift) {
            ShiftRoads::Steady(roads) => self.repair(roads, instance, shift, changed, removed),
            ShiftRoads::Hourly(roads) => self.repair(roads, instance, shift, changed, removed),
        }
    }

    /// Takes out visits until the tour is feasible; calls `dropped` for each.
    fn repair(
        &mut self,
        roads: impl Roads,
        instance: &Instance,
        shift: usize,
        (mut first, mut last): (usize, usize),
        mut dropped: impl FnMut(u32),
    ) {
        while let Some(late) = self.forward(roads, instance, shift, (first, last)) {
            let at = late.min(self.len());
            let stop = self.stops.remove(at);
            self.travel -= i64::from(stop.leg);
            self.count(instance, shift, stop.visit, -1);
            dropped(stop.visit);
            (first, last) = (first.min(at), self.stops.len() - 1);
        }
        self.backward(roads, instance, shift, (first, last));
    }

    /// Makes `visits` the ones between the stops `from` and `to`; whether the tour is feasible then. O(stops).
    pub(super) fn splice(
        &mut self,
        instance: &Instance,
        shift: usize,
        (from, to): (usize, usize),
        visits: impl Iterator<Item = u32>,
    ) -> bool {
        self.stops.splice(from + 1..to, visits.map(|visit| Stop::new(instance, visit)));
        self.refresh(instance, shift)
    }

    /// Works out all sums and times anew; whether the tour is feasible. O(stops).
    fn refresh(&mut self, instance: &Instance, shift: usize) -> bool {
        let terms = &instance.shifts[shift];
        self.stops[0].ready = at_start(terms.pause, terms.open);
        (self.travel, self.gain, self.service, self.mandatory) = (0, 0, 0, 0);
        for at in 1..self.stops.len() {
            self.stops[at].leg = 0;
            if self.stops[at].visit != NO_VISIT {
                self.count(instance, shift, self.stops[at].visit, 1);
            }
        }
        let all = (1, self.stops.len() - 1);
        match instance.roads(shift) {
            ShiftRoads::Steady(roads) => self.refresh_on(roads, instance, shift, all),
            ShiftRoads::Hourly(roads) => self.refresh_on(roads, instance, shift, all),
        }
    }

    fn refresh_on(
        &mut self,
        roads: impl Roads,
        instance: &Instance,
        shift: usize,
        changed: (usize, usize),
    ) -> bool {
        let first_late = self.forward(roads, instance, shift, changed);
        self.backward(roads, instance, shift, changed);
        first_late.is_none()
    }

    /// Counts what `visit` brings `times` times.
    fn count(&mut self, instance: &Instance, shift: usize, visit: u32, times: i64) {
        self.gain += times * instance.terms(shift, visit).gain;
        self.service += times * instance.duration(shift, visit);
        self.mandatory += times * i64::from(instance.mandatory[visit as usize]);
    }

    /// Earliest times and travel; the number of the first stop that cannot be reached in time, if any.
    ///
    /// Of a tour that was feasible before the stops from `first` to `last` got another stop before them.
    fn forward<R: Roads>(
        &mut self,
        roads: R,
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
            let leg = roads.leg(before.place, stop.place);
            stop.leg = leg.time(before.ready[DUE].min(before.ready[DONE]));
            self.travel += i64::from(stop.leg - old.0);
            let arrival = arrive(terms.pause, before.ready, leg);
            let in_time = if at == end {
                let by = back_by(terms.pause, terms.close);
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
            let found = least_travel(instance, shift, roads, self.visits());
            self.travel = found.expect("what is in time in a layer has a schedule").travel;
        }
        if self.travel > terms.travel_max || self.len() > terms.visits_max {
            first_late = first_late.or(Some(end));
        }
        first_late
    }

    /// Latest times, from the end to the start; of a tour as [`forward`](Self::forward) takes it.
    fn backward(
        &mut self,
        roads: impl Roads,
        instance: &Instance,
        shift: usize,
        (first, last): (usize, usize),
    ) {
        let terms = &instance.shifts[shift];
        let end = self.stops.len() - 1;
        self.stops[end].latest = back_by(terms.pause, terms.close);
        let mut after = self.stops[last];
        for (at, stop) in self.stops[..last].iter_mut().enumerate().skip(1).rev() {
            let old = stop.latest;
            let leg = roads.leg(stop.place, after.place);
            let mut ready = after.latest.map(|latest| leg.departure(latest));
            if let Some(pause) = terms.pause {
                ready[DUE] = ready[DUE].max(pause.latest_ready(after.latest[DONE], leg));
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

    /// After how many visits the pause is taken in the earliest schedule, or in that with the least travel if it depends on
    /// the hour; `None` if none is needed.
    pub(super) fn pause_after(&self, instance: &Instance, shift: usize) -> Option<usize> {
        let terms = &instance.shifts[shift];
        let pause = terms.pause?;
        let end = self.stops.len() - 1;
        if end == 1 {
            return None;
        }
        if let ShiftRoads::Hourly(roads) = instance.roads(shift) {
            return least_travel(instance, shift, roads, self.visits())?.pause_after;
        }
        if self.stops[end].ready[DUE] <= back_by(terms.pause, terms.close)[DUE] {
            return None;
        }
        (0..end).rev().find(|&at| {
            let leg = self.stops[at + 1].leg;
            let ready = self.stops[at].ready;
            pause.arrival(ready[DUE], leg) <= ready[DONE] + leg
        })
    }
}
