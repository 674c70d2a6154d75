//! When a pause on a leg is taken, forward (how early can we go on?) and backward (how late may we set out?).
//!
//! A pause belongs to a leg, and is taken at one of its two ends. Arriving first and pausing there is never later
//! than pausing before leaving; so it is what happens whenever the road is short enough to arrive while the pause may
//! still begin. The moment of going on never decreases with the moment of setting out, which makes the earliest
//! schedule the best one and lets a search work with one earliest and one latest time a stop.

use super::problem::Pause;

/// Later than any time of a problem; still fits 32 bits with an unreachable leg and a month on top.
pub(super) const TOO_LATE: i32 = 1 << 30;

/// Earlier than any time of a problem.
pub(super) const NEVER: i32 = -1;

/// A [`Pause`] in the numbers of the search.
#[derive(Debug, Clone, Copy)]
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
    /// When the pause begins, and at which end, for a rep who is free to leave at `ready` on a leg of `travel`.
    pub(super) fn begin(self, ready: i32, travel: i32) -> Option<(i32, PauseSide)> {
        if ready + travel <= self.latest {
            Some(((ready + travel).max(self.earliest), PauseSide::AfterArriving))
        } else if ready <= self.latest {
            Some((ready.max(self.earliest), PauseSide::BeforeLeaving))
        } else {
            None
        }
    }

    /// When the rep, with leg and pause behind them, can begin the next visit; [`TOO_LATE`] if that cannot be.
    #[inline]
    pub(super) fn arrival(self, ready: i32, travel: i32) -> i32 {
        let arrived = ready + travel;
        if arrived <= self.latest {
            arrived.max(self.earliest) + self.duration
        } else if ready <= self.latest {
            ready.max(self.earliest) + self.duration + travel
        } else {
            TOO_LATE
        }
    }

    /// The latest `ready` for which [`arrival`](Self::arrival) is no later than `limit`; below zero if there is none.
    #[inline]
    pub(super) fn latest_ready(self, limit: i32, travel: i32) -> i32 {
        let begin = self.latest.min(limit - self.duration);
        let after_arriving = if begin >= self.earliest { begin - travel } else { NEVER };
        let begin = self.latest.min(limit - self.duration - travel);
        let before_leaving = if begin >= self.earliest { begin } else { NEVER };
        after_arriving.max(before_leaving)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_in_time_is_the_inverse_of_the_way_forward() {
        let pause = PauseRule { earliest: 10, latest: 14, duration: 5 };
        for travel in 0..12 {
            for limit in 0..40 {
                let latest = (0..30).rev().find(|&t| pause.arrival(t, travel) <= limit);
                let found = pause.latest_ready(limit, travel);
                assert_eq!(latest, (found >= 0).then_some(found), "travel {travel} limit {limit}");
            }
        }
    }

    #[test]
    fn leaving_later_never_means_going_on_earlier() {
        let pause = PauseRule { earliest: 10, latest: 14, duration: 5 };
        for travel in 0..12 {
            for ready in 0..30 {
                assert!(pause.arrival(ready, travel) <= pause.arrival(ready + 1, travel));
            }
        }
    }
}
