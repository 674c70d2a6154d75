//! When a leg is left, and when a pause on it is taken: at once, or later where that is wanted.

use super::pause::{PauseRule, PauseSide};
use super::travel::Leg;

/// One leg on the clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drive {
    /// When the rep leaves.
    pub(super) depart: i32,
    /// When the rep is there.
    pub(super) arrival: i32,
    /// When the rep, with leg and pause behind them, can begin the visit there.
    pub(super) go_on: i32,
    /// When the pause begins, if one is taken on this leg, and at which end.
    pub(super) pause: Option<(i32, PauseSide)>,
}

impl Drive {
    /// For a rep who leaves at `ready`, with a pause if `rule` is given, where it lets them go on sooner. `None` if the pause
    /// would come too late.
    pub(super) fn at_once(ready: i32, leg: impl Leg, rule: Option<PauseRule>) -> Option<Self> {
        let Some(rule) = rule else {
            let arrival = leg.arrival(ready);
            return Some(Self { depart: ready, arrival, go_on: arrival, pause: None });
        };
        let paused = rule.take(ready, leg)?;
        Some(Self {
            depart: paused.depart,
            arrival: paused.arrival,
            go_on: paused.go_on,
            pause: Some((paused.begin, paused.side)),
        })
    }

    /// The same, or if the rep would be at the door more than `earliness` before the visit begins at `begin`: as late as
    /// being there by then allows. A pause is taken at once and before leaving if there is time for it.
    pub(super) fn not_too_early(
        self,
        ready: i32,
        leg: impl Leg,
        rule: Option<PauseRule>,
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
            return Self { depart, arrival, go_on: arrival, pause: None };
        };
        let pause_begin = rule.earliest.max(ready);
        if pause_begin <= rule.latest && leg.arrival(pause_begin + rule.duration) <= target {
            let (depart, arrival) = leave(target);
            let pause = Some((pause_begin, PauseSide::BeforeLeaving));
            return Self { depart, arrival, go_on: arrival, pause };
        }
        let pause_begin = rule.latest.min(target - rule.duration);
        let (depart, arrival) = leave(pause_begin);
        let pause = Some((pause_begin, PauseSide::AfterArriving));
        Self { depart, arrival, go_on: pause_begin + rule.duration, pause }
    }
}

/// The first leg of a tour, left as late as can be.
#[derive(Debug, Clone, Copy)]
pub(super) struct SetOut {
    /// When the rep leaves.
    pub(super) depart: i32,
    /// When the rep is at the first visit.
    pub(super) arrival: i32,
    /// When the pause begins, if one is taken on this leg, and at which end.
    pub(super) pause: Option<(i32, PauseSide)>,
}

impl SetOut {
    /// For a rep who could leave from `open` on, on a leg that gets them to a visit at `begin` in time, with a pause if
    /// `rule` is given: before leaving home if there is time for it.
    pub(super) fn new(open: i32, begin: i32, leg: impl Leg, rule: Option<PauseRule>) -> Self {
        let leave = |arrive_by: i32, pause| {
            let depart = leg.departure(arrive_by);
            Self { depart, arrival: leg.arrival(depart), pause }
        };
        let Some(rule) = rule else { return leave(begin, None) };
        if leg.arrival(rule.earliest.max(open) + rule.duration) <= begin {
            let pause_begin = rule.latest.min(leg.departure(begin) - rule.duration);
            leave(begin, Some((pause_begin, PauseSide::BeforeLeaving)))
        } else {
            let pause_begin = rule.latest.min(begin - rule.duration);
            leave(pause_begin, Some((pause_begin, PauseSide::AfterArriving)))
        }
    }
}
