//! The times of one leg and of a break on it.

use super::breaks::{BreakRule, BreakSide};
use super::travel::Leg;

/// One leg with its times.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drive {
    /// Departure.
    pub(super) depart: i32,
    /// Arrival.
    pub(super) arrival: i32,
    /// Earliest begin of the visit there, after leg and break.
    pub(super) go_on: i32,
    /// Begin of the break on this leg, and the end of the leg at which it is taken.
    pub(super) break_taken: Option<(i32, BreakSide)>,
}

impl Drive {
    /// The drive of a rep who leaves at `ready`; with `rule`, the break is taken where the rep can
    /// go on sooner.
    /// `None` if the break would begin too late.
    pub(super) fn at_once(ready: i32, leg: impl Leg, rule: Option<BreakRule>) -> Option<Self> {
        let Some(rule) = rule else {
            let arrival = leg.arrival(ready);
            return Some(Self { depart: ready, arrival, go_on: arrival, break_taken: None });
        };
        let with_break = rule.take(ready, leg)?;
        Some(Self {
            depart: with_break.depart,
            arrival: with_break.arrival,
            go_on: with_break.go_on,
            break_taken: Some((with_break.begin, with_break.side)),
        })
    }

    /// Delays the drive if the rep would arrive more than `earliness` before the visit begins at
    /// `begin`.
    ///
    /// The rep then leaves as late as that allows. A break is taken before leaving if there is time
    /// for it, else after arriving.
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
        let leave = |arrive_by: i32| {
            let depart = leg.departure(arrive_by);
            (depart, leg.arrival(depart))
        };
        let Some(rule) = rule else {
            let (depart, arrival) = leave(target);
            return Self { depart, arrival, go_on: arrival, break_taken: None };
        };
        let break_begin = rule.earliest.max(ready);
        if break_begin <= rule.latest && leg.arrival(break_begin + rule.duration) <= target {
            let (depart, arrival) = leave(target);
            let break_taken = Some((break_begin, BreakSide::BeforeLeaving));
            return Self { depart, arrival, go_on: arrival, break_taken };
        }
        let break_begin = rule.latest.min(target - rule.duration);
        let (depart, arrival) = leave(break_begin);
        let break_taken = Some((break_begin, BreakSide::AfterArriving));
        Self { depart, arrival, go_on: break_begin + rule.duration, break_taken }
    }
}

/// The first leg of a tour, left as late as possible.
#[derive(Debug, Clone, Copy)]
pub(super) struct SetOut {
    /// Departure.
    pub(super) depart: i32,
    /// Arrival at the first visit.
    pub(super) arrival: i32,
    /// Begin of the break on this leg, and the end of the leg at which it is taken.
    pub(super) break_taken: Option<(i32, BreakSide)>,
}

impl SetOut {
    /// The first drive of a rep who can leave from `open` on and begins the first visit at `begin`,
    /// which must be feasible.
    /// With `rule`, the break is taken before leaving if there is time for it, else after arriving.
    pub(super) fn new(open: i32, begin: i32, leg: impl Leg, rule: Option<BreakRule>) -> Self {
        let leave = |arrive_by: i32, break_taken| {
            let depart = leg.departure(arrive_by);
            Self { depart, arrival: leg.arrival(depart), break_taken }
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
