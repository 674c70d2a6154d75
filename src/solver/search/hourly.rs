//! The travel of a tour where it depends on the hour: by going through the day.
//!
//! A change early in such a tour changes what the legs after it take, and so does the place of the pause. What a tour
//! costs is therefore found anew for every tour that is looked at in earnest; only the ranking of positions for an
//! insertion makes do with what the two new legs take.

use super::instance::{Instance, ShiftTerms};
use super::roads::Roads;
use crate::solver::drive::{Drive, SetOut};
use crate::solver::pause::{PauseRule, TOO_LATE};

/// The schedule of a tour with the least travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeastTravel {
    /// Seconds on the road.
    pub(super) travel: i64,
    /// After how many visits the pause is taken, if it is.
    pub(super) pause_after: Option<usize>,
}

/// With the pause where it makes for the least travel, then for the earliest return, then latest; at least one visit.
///
/// `None` if the tour cannot keep to its hours. The most visits and the most travel are not looked at. O(visits²) with a
/// pause, else O(visits).
pub(super) fn least_travel(
    instance: &Instance,
    shift: usize,
    roads: impl Roads,
    visits: impl Iterator<Item = u32> + Clone,
) -> Option<LeastTravel> {
    let terms = &instance.shifts[shift];
    let mut legs = visits.map(Some).chain([None]);
    let mut walk = Walk::new(terms);
    let mut best: Option<(i64, i32, LeastTravel)> = None;
    let mut keep_best = |walk: Walk, pause_after| {
        let key = (walk.travel, walk.ready);
        if best.is_none_or(|(travel, back, _)| key <= (travel, back)) {
            best = Some((key.0, key.1, LeastTravel { travel: walk.travel, pause_after }));
        }
    };
    let Some(rule) = terms.pause else {
        let on_time = legs.all(|visit| walk.step(instance, shift, roads, visit, None));
        return on_time.then_some(LeastTravel { travel: walk.travel, pause_after: None });
    };
    loop {
        let (mut rest, mut paused) = (legs.clone(), walk);
        if let Some(visit) = rest.next()
            && paused.step(instance, shift, roads, visit, Some(rule))
            && rest.all(|visit| paused.step(instance, shift, roads, visit, None))
        {
            keep_best(paused, Some(walk.done));
        }
        let Some(visit) = legs.next() else { break };
        if !walk.step(instance, shift, roads, visit, None) || walk.ready > rule.latest {
            break;
        }
        if visit.is_none() {
            keep_best(walk, None);
            break;
        }
    }
    best.map(|(_, _, found)| found)
}

/// How far a day has come.
#[derive(Debug, Clone, Copy)]
struct Walk {
    done: usize,
    place: u32,
    ready: i32,
    travel: i64,
}

impl Walk {
    fn new(terms: &ShiftTerms) -> Self {
        Self { done: 0, place: terms.start_place, ready: terms.open, travel: 0 }
    }

    /// One leg, with a pause on it or without, and the visit after it; `None` is the way back. Whether it is in time.
    fn step(
        &mut self,
        instance: &Instance,
        shift: usize,
        roads: impl Roads,
        visit: Option<u32>,
        pause: Option<PauseRule>,
    ) -> bool {
        let terms = &instance.shifts[shift];
        let next = visit.map_or(terms.end_place, |visit| instance.place[visit as usize]);
        let leg = roads.leg(self.place, next);
        let Some(drive) = Drive::at_once(self.ready, leg, pause) else { return false };
        let Some(visit) = visit else {
            self.travel += i64::from(drive.arrival - drive.depart);
            self.ready = drive.go_on;
            return drive.go_on <= terms.close;
        };
        let what = instance.terms(shift, visit);
        let begin = instance.begin(what, drive.go_on);
        if begin >= TOO_LATE {
            return false;
        }
        self.travel += i64::from(match self.done {
            0 => {
                let first = SetOut::new(terms.open, begin, leg, pause);
                first.arrival - first.depart
            }
            _ => {
                let earliness = instance.earliness[visit as usize];
                let drive = drive.not_too_early(self.ready, leg, pause, begin, earliness);
                drive.arrival - drive.depart
            }
        });
        (self.done, self.place, self.ready) = (self.done + 1, next, begin + what.duration);
        true
    }
}
