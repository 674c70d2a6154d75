//! Computes the times at which a break on a leg is taken.
//!
//! A break belongs to a leg. It is taken at the place before the leg or at the place after it:
//! where the rep can go on sooner. The functions that work forward return how early the rep can go
//! on; those that work backward return how late the rep may set out. With constant travel times, a
//! break after arriving never ends later than a break before leaving. At the end of a rush hour, a
//! break before leaving can be better. A rep who sets out later never goes on earlier. Therefore
//! the earliest schedule is the best one, and a search needs only one earliest and one latest time
//! for each stop.
//!
//! A day with a break has two *layers*: in the first layer the break is still due, in the second it
//! is done. Pairs of times are indexed by layer.

use super::shift::Break;
use super::travel::Leg;

/// A time later than all times of a problem. The sum of this time, an unreachable leg and a month
/// fits into 32 bits.
pub(super) const TOO_LATE: i32 = 1 << 30;

/// A time earlier than all times of a problem.
pub(super) const NEVER: i32 = -1;

/// Layer in which the break is still due.
pub(super) const DUE: usize = 0;
/// Layer in which the break is done or not needed.
pub(super) const DONE: usize = 1;

/// Returns the earliest departure from the start place in each layer, for a shift that begins at
/// `open`.
pub(super) fn at_start(break_rule: Option<BreakRule>, open: i32) -> [i32; 2] {
    match break_rule {
        Some(_) => [open, TOO_LATE],
        None => [TOO_LATE, open],
    }
}

/// Returns the earliest arrival in each layer at the end of a leg. `ready` holds the earliest
/// departure in each layer.
#[inline]
pub(super) fn arrive(break_rule: Option<BreakRule>, ready: [i32; 2], leg: impl Leg) -> [i32; 2] {
    match break_rule {
        None => [TOO_LATE, leg.arrival(ready[DONE])],
        Some(rule) => {
            let with_break = rule.arrival(ready[DUE], leg);
            [leg.arrival(ready[DUE]), with_break.min(leg.arrival(ready[DONE]))]
        }
    }
}

/// Returns the latest return in each layer. While the break is due, this is the last moment at
/// which the break could begin; when it is done, it is `close`.
#[inline]
pub(super) fn back_by(break_rule: Option<BreakRule>, close: i32) -> [i32; 2] {
    [break_rule.map_or(NEVER, |rule| rule.latest.min(close)), close]
}

/// A [`Break`], with its times as the integers that the search uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BreakRule {
    /// Earliest begin of the break.
    pub(super) earliest: i32,
    /// Latest begin of the break.
    pub(super) latest: i32,
    /// Length of the break.
    pub(super) duration: i32,
}

/// The end of a leg at which the break is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BreakSide {
    /// At the place where the leg starts.
    BeforeLeaving,
    /// At the place where the leg ends, before the visit there.
    AfterArriving,
}

impl From<Break> for BreakRule {
    fn from(terms: Break) -> Self {
        Self {
            earliest: terms.start.start.0 as i32,
            latest: terms.start.end.0 as i32,
            duration: terms.duration.0 as i32,
        }
    }
}

impl BreakRule {
    /// Returns the earliest time at which the rep can go on after the leg and the break;
    /// [`TOO_LATE`] if the break would begin too late.
    #[inline]
    pub(super) fn arrival<L: Leg>(self, ready: i32, leg: L) -> i32 {
        let arrived = leg.arrival(ready);
        let after_arriving = if arrived <= self.latest {
            arrived.max(self.earliest) + self.duration
        } else {
            TOO_LATE
        };
        // No rush hour can end before the break begins.
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

    /// Returns the latest `ready` for which [`arrival`](Self::arrival) is at most `limit`; below
    /// zero if there is none.
    #[inline]
    pub(super) fn latest_ready(self, limit: i32, leg: impl Leg) -> i32 {
        let begin = self.latest.min(limit - self.duration);
        let after_arriving = if begin >= self.earliest { leg.departure(begin) } else { NEVER };
        let begin = self.latest.min(leg.departure(limit) - self.duration);
        let before_leaving = if begin >= self.earliest { begin } else { NEVER };
        after_arriving.max(before_leaving)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::drive::Drive;
    use crate::solver::travel::Paces;

    /// A leg that takes 9 seconds up to a moment and 1 second from then on.
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

    const BREAK: BreakRule = BreakRule { earliest: 10, latest: 14, duration: 5 };

    fn at_once(ready: i32, leg: impl Leg) -> Option<Drive> {
        Drive::at_once(ready, leg, Some(BREAK))
    }

    fn hold_together(leg: impl Leg + std::fmt::Debug) {
        for limit in 0..50 {
            let latest = (0..40).rev().find(|&t| BREAK.arrival(t, leg) <= limit);
            let found = BREAK.latest_ready(limit, leg);
            assert_eq!(latest, (found >= 0).then_some(found), "{leg:?} limit {limit}");
        }
        for ready in 0..40 {
            assert!(BREAK.arrival(ready, leg) <= BREAK.arrival(ready + 1, leg), "{leg:?} {ready}");
            let taken = at_once(ready, leg).map_or(TOO_LATE, |drive| drive.go_on);
            assert_eq!(taken, BREAK.arrival(ready, leg), "{leg:?} {ready}");
        }
    }

    #[test]
    fn leaving_later_never_means_going_on_earlier_and_the_way_back_in_time_is_the_inverse() {
        (0..12).for_each(hold_together);
        (1..30).map(UntilRushEnds).for_each(hold_together);
    }

    #[test]
    fn a_break_is_taken_after_arriving_unless_that_would_be_in_the_rush_hour() {
        let side = |drive: Drive| drive.break_taken.map(|(_, side)| side);
        assert_eq!(at_once(4, 6).and_then(side), Some(BreakSide::AfterArriving));
        assert_eq!(at_once(9, 6).and_then(side), Some(BreakSide::BeforeLeaving));
        assert!(at_once(15, 6).is_none());
        let drive = at_once(4, UntilRushEnds(15)).unwrap();
        assert_eq!((side(drive), drive.go_on), (Some(BreakSide::BeforeLeaving), 16));
    }
}
