//! When a pause on a leg is taken, forward (how early can we go on?) and backward (how late may we set out?).
//!
//! A pause belongs to a leg, and is taken at one of its two ends, wherever that lets the rep go on sooner. With travel
//! times that do not change, arriving first and pausing there is never later; at the end of a rush hour, pausing first may
//! be sooner. The moment of going on never decreases with the moment of setting out, which makes the earliest schedule the
//! best one and lets a search work with one earliest and one latest time a stop.
//!
//! A day with a pause has two *layers*, the pause still due or already done; times that may be either come in pairs, by layer.

use super::problem::Pause;
use super::travel::Leg;

/// Later than any time of a problem; still fits 32 bits with an unreachable leg and a month on top.
pub(super) const TOO_LATE: i32 = 1 << 30;

/// Earlier than any time of a problem.
pub(super) const NEVER: i32 = -1;

/// The layer in which the pause is still to be taken.
pub(super) const DUE: usize = 0;
/// The layer in which the pause is taken, or none is needed.
pub(super) const DONE: usize = 1;

/// When a rep who may leave from `open` on is ready to, by layer.
pub(super) fn at_start(pause: Option<PauseRule>, open: i32) -> [i32; 2] {
    match pause {
        Some(_) => [open, TOO_LATE],
        None => [TOO_LATE, open],
    }
}

/// The earliest arrival, by layer, at the end of a leg that is left at `ready`.
#[inline]
pub(super) fn arrive(pause: Option<PauseRule>, ready: [i32; 2], leg: impl Leg) -> [i32; 2] {
    match pause {
        None => [TOO_LATE, leg.arrival(ready[DONE])],
        Some(pause) => {
            let pausing = pause.arrival(ready[DUE], leg);
            [leg.arrival(ready[DUE]), pausing.min(leg.arrival(ready[DONE]))]
        }
    }
}

/// By when the rep has to be back, by layer: without the pause before it could last begin, with it by the end `close`.
#[inline]
pub(super) fn back_by(pause: Option<PauseRule>, close: i32) -> [i32; 2] {
    [pause.map_or(NEVER, |pause| pause.latest.min(close)), close]
}

/// A [`Pause`] in the numbers of the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PauseRule {
    /// It may begin from here …
    pub(super) earliest: i32,
    /// … to here.
    pub(super) latest: i32,
    /// How long it is.
    pub(super) duration: i32,
}

/// At which end of a leg a pause is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PauseSide {
    /// At the place where the leg starts.
    BeforeLeaving,
    /// At the place where the leg ends, before the visit there.
    AfterArriving,
}

impl From<Pause> for PauseRule {
    fn from(pause: Pause) -> Self {
        Self {
            earliest: pause.start.start.0 as i32,
            latest: pause.start.end.0 as i32,
            duration: pause.duration.0 as i32,
        }
    }
}

impl PauseRule {
    /// The pause, taken where a rep who is free to leave at `ready` can go on sooner; after arriving if it makes no
    /// difference. `None` if it would come too late.
    pub(super) fn take(self, ready: i32, leg: impl Leg) -> Option<PausedLeg> {
        let arrival = leg.arrival(ready);
        let after = (arrival <= self.latest).then(|| {
            let begin = arrival.max(self.earliest);
            let (side, go_on) = (PauseSide::AfterArriving, begin + self.duration);
            PausedLeg { side, begin, depart: ready, arrival, go_on }
        });
        let before = (ready <= self.latest).then(|| {
            let begin = ready.max(self.earliest);
            let depart = begin + self.duration;
            let arrival = leg.arrival(depart);
            PausedLeg { side: PauseSide::BeforeLeaving, begin, depart, arrival, go_on: arrival }
        });
        after.into_iter().chain(before).min_by_key(|paused| paused.go_on)
    }

    /// When the rep, with leg and pause behind them, can begin the next visit; [`TOO_LATE`] if that cannot be.
    #[inline]
    pub(super) fn arrival<L: Leg>(self, ready: i32, leg: L) -> i32 {
        let arrived = leg.arrival(ready);
        let after_arriving = if arrived <= self.latest {
            arrived.max(self.earliest) + self.duration
        } else {
            TOO_LATE
        };
        // No rush hour passes while the rep only waits for the pause to begin.
        if after_arriving < TOO_LATE && (!L::VARIES || arrived <= self.earliest) {
            return after_arriving;
        }
        let before_leaving = if ready <= self.latest {
            leg.arrival(ready.max(self.earliest) + self.duration)
        } else {
            TOO_LATE
        };
        after_arriving.min(before_leaving)
    }

    /// The latest `ready` for which [`arrival`](Self::arrival) is no later than `limit`; below zero if there is none.
    #[inline]
    pub(super) fn latest_ready(self, limit: i32, leg: impl Leg) -> i32 {
        let begin = self.latest.min(limit - self.duration);
        let after_arriving = if begin >= self.earliest { leg.departure(begin) } else { NEVER };
        let begin = self.latest.min(leg.departure(limit) - self.duration);
        let before_leaving = if begin >= self.earliest { begin } else { NEVER };
        after_arriving.max(before_leaving)
    }
}

/// A leg with a pause at one of its ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct PausedLeg {
    /// At which end.
    pub(super) side: PauseSide,
    /// When the pause begins.
    pub(super) begin: i32,
    /// When the rep leaves the place where the leg starts.
    pub(super) depart: i32,
    /// When the rep is where it ends.
    pub(super) arrival: i32,
    /// When the rep, with leg and pause behind them, can begin the visit there.
    pub(super) go_on: i32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::travel::Paces;

    /// A leg that takes 9 up to a moment and `1` from then on.
    #[derive(Debug, Clone, Copy)]
    struct UntilRushEnds(i32);

    impl Paces for UntilRushEnds {
        fn change(self, slot: usize) -> Option<i32> {
            (slot == 0).then_some(self.0)
        }

        fn whole(self, slot: usize) -> i32 {
            [9, 1][slot]
        }
    }

    const PAUSE: PauseRule = PauseRule { earliest: 10, latest: 14, duration: 5 };

    fn hold_together(leg: impl Leg + std::fmt::Debug) {
        for limit in 0..50 {
            let latest = (0..40).rev().find(|&t| PAUSE.arrival(t, leg) <= limit);
            let found = PAUSE.latest_ready(limit, leg);
            assert_eq!(latest, (found >= 0).then_some(found), "{leg:?} limit {limit}");
        }
        for ready in 0..40 {
            assert!(PAUSE.arrival(ready, leg) <= PAUSE.arrival(ready + 1, leg), "{leg:?} {ready}");
            let taken = PAUSE.take(ready, leg).map_or(TOO_LATE, |paused| paused.go_on);
            assert_eq!(taken, PAUSE.arrival(ready, leg), "{leg:?} {ready}");
        }
    }

    #[test]
    fn leaving_later_never_means_going_on_earlier_and_the_way_back_in_time_is_the_inverse() {
        (0..12).for_each(hold_together);
        (1..30).map(UntilRushEnds).for_each(hold_together);
    }

    #[test]
    fn a_pause_is_taken_after_arriving_unless_that_would_be_in_the_rush_hour() {
        let side = |ready, leg| PAUSE.take(ready, leg).map(|paused| paused.side);
        assert_eq!(side(4, 6), Some(PauseSide::AfterArriving));
        assert_eq!(side(9, 6), Some(PauseSide::BeforeLeaving));
        assert_eq!(side(15, 6), None);
        let paused = PAUSE.take(4, UntilRushEnds(15)).unwrap();
        assert_eq!((paused.side, paused.go_on), (PauseSide::BeforeLeaving, 16));
    }
}
