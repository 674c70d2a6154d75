//! Computes the times of one leg and of the break on it.

use super::breaks::{BreakRule, BreakSide};
use super::travel::Leg;

/// One leg with its times, in seconds after midnight.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drive {
    /// Departure from the place before.
    pub(super) depart: i32,
    /// Arrival at the place.
    pub(super) arrival: i32,
    /// Earliest begin of the visit there, after the leg and the break.
    pub(super) go_on: i32,
    /// Begin of the break on this leg, and the end of the leg at which it is taken; `None` without
    /// a break.
    pub(super) break_taken: Option<(i32, BreakSide)>,
}

impl Drive {
    /// Returns the drive of a rep who is ready at `ready` and leaves as soon as possible, with a
    /// break by `rule`.
    ///
    /// The break is taken at that end of the leg where the rep can go on sooner; if both are equal,
    /// after arriving. Returns `None` if the break would begin too late.
    pub(super) fn at_once(ready: i32, leg: impl Leg, rule: Option<BreakRule>) -> Option<Self> {
        let arrival = leg.arrival(ready);
        let Some(rule) = rule else {
            return Some(Self { depart: ready, arrival, go_on: arrival, break_taken: None });
        };
        let after = (arrival <= rule.latest).then(|| {
            let begin = arrival.max(rule.earliest);
            let break_taken = Some((begin, BreakSide::AfterArriving));
            Self { depart: ready, arrival, go_on: begin + rule.duration, break_taken }
        });
        let before = (ready <= rule.latest).then(|| {
            let begin = ready.max(rule.earliest);
            let depart = begin + rule.duration;
            let arrival = leg.arrival(depart);
            let break_taken = Some((begin, BreakSide::BeforeLeaving));
            Self { depart, arrival, go_on: arrival, break_taken }
        });
        after.into_iter().chain(before).min_by_key(|drive| drive.go_on)
    }

    /// Delays the drive if the rep would arrive more than `earliness` before the visit, which
    /// begins at `begin`.
    ///
    /// The rep then leaves as late as this time allows. The break is taken before leaving if there
    /// is time for it, else after arriving.
    pub(super) fn not_too_early(
        self,
        ready: i32,
        leg: impl Leg,
        rule: Option<BreakRule>,
        begin: i32,
        earliness: Option<i32>,
    ) -> Self {
        let Some(target) = earliness.map(|early| begin - early).filter(|t| self.go_on < *t) else {
            return self;
        };
        let leave = |arrive_by: i32, break_taken| {
            let depart = leg.departure(arrive_by);
            let arrival = leg.arrival(depart);
            Self { depart, arrival, go_on: arrival, break_taken }
        };
        let Some(rule) = rule else { return leave(target, None) };
        let break_begin = rule.earliest.max(ready);
        if break_begin <= rule.latest && leg.arrival(break_begin + rule.duration) <= target {
            return leave(target, Some((break_begin, BreakSide::BeforeLeaving)));
        }
        let break_begin = rule.latest.min(target - rule.duration);
        let drive = leave(break_begin, Some((break_begin, BreakSide::AfterArriving)));
        Self { go_on: break_begin + rule.duration, ..drive }
    }

    /// Returns the first drive of a tour. The rep starts at `open` or later, and leaves as late as
    /// possible for a visit that begins at `begin`.
    ///
    /// The break is taken before leaving if there is time for it, else after arriving. The drive
    /// must be feasible.
    pub(super) fn just_in_time(
        open: i32,
        begin: i32,
        leg: impl Leg,
        rule: Option<BreakRule>,
    ) -> Self {
        let leave = |arrive_by: i32, break_taken| {
            let depart = leg.departure(arrive_by);
            Self { depart, arrival: leg.arrival(depart), go_on: begin, break_taken }
        };
        let Some(rule) = rule else { return leave(begin, None) };
        if leg.arrival(rule.earliest.max(open) + rule.duration) <= begin {
            let break_begin = rule.latest.min(leg.departure(begin) - rule.duration);
            leave(begin, Some((break_begin, BreakSide::BeforeLeaving)))
        } else {
            let break_begin = rule.latest.min(begin - rule.duration);
            leave(break_begin, Some((break_begin, BreakSide::AfterArriving)))
        }
    }
}
