//! Computes the travel times that the checkers use. It implements them again, as the documentation
//! of the problem defines them, in 64 bits.

use super::problem::VisitProblem;
use super::shift::{Break, Shift};
use super::travel_times::{PlaceId, TravelTimes};

/// A leg in a shift.
#[derive(Debug, Clone, Copy)]
pub(super) struct CheckedLeg<'a> {
    problem: &'a VisitProblem,
    shift: &'a Shift,
    from: PlaceId,
    to: PlaceId,
}

impl<'a> CheckedLeg<'a> {
    pub(super) fn new(
        problem: &'a VisitProblem,
        shift: &'a Shift,
        from: PlaceId,
        to: PlaceId,
    ) -> Self {
        Self { problem, shift, from, to }
    }

    /// Returns whether the two places have a way between them in all slots.
    pub(super) fn has_way(&self) -> bool {
        (0..self.shift.travel.len()).all(|slot| self.whole(slot) < TravelTimes::UNREACHABLE.into())
    }

    /// Returns the travel time of the whole leg in the first slot, in seconds.
    pub(super) fn at_midnight(&self) -> u64 {
        self.whole(0)
    }

    /// Returns the travel time of the whole leg at the speed of `slot`, in seconds.
    fn whole(&self, slot: usize) -> u64 {
        let table = self.shift.travel[slot].table;
        u64::from(self.problem.tables()[table].get(self.from, self.to))
    }

    /// Returns the arrival for a departure at `depart`.
    pub(super) fn arrival(&self, depart: u64) -> u64 {
        let begins = self.shift.travel.iter().map(|slot| u64::from(slot.from.0));
        let slot = begins.filter(|begin| *begin <= depart).count() - 1;
        self.go_on(slot, depart, self.whole(slot))
    }

    /// Returns the arrival of a rep who at `clock` still has `left` seconds to travel at the speed
    /// of `slot`.
    fn go_on(&self, slot: usize, clock: u64, left: u64) -> u64 {
        match self.shift.travel.get(slot + 1).map(|next| u64::from(next.from.0)) {
            Some(end) if clock + left > end => {
                let undone = (left - (end - clock)) * self.whole(slot + 1);
                let rounded_up = undone.div_ceil(self.whole(slot));
                self.go_on(slot + 1, end, rounded_up)
            }
            _ => clock + left,
        }
    }

    /// Finds the latest departure that is not before `earliest` and arrives by `arrive_by`; `None`
    /// if there is none. Uses bisection.
    pub(super) fn departure(&self, earliest: u64, arrive_by: u64) -> Option<u64> {
        if self.arrival(earliest) > arrive_by {
            return None;
        }
        let (mut good, mut bad) = (earliest, arrive_by + 1);
        while bad - good > 1 {
            let middle = good.midpoint(bad);
            match self.arrival(middle) <= arrive_by {
                true => good = middle,
                false => bad = middle,
            }
        }
        Some(good)
    }

    /// Returns the travel time of a rep who is free from `free` on and leaves as late as an arrival
    /// by `there_by` allows. The arrival includes the break `after` arriving, if there is one.
    pub(super) fn left_late_for(&self, after: Option<Break>, free: u64, there_by: u64) -> u64 {
        let arrive_by = after.map_or(there_by, |rules| {
            u64::from(rules.start.end.0).min(there_by - u64::from(rules.duration.0))
        });
        self.departure(free, arrive_by).map_or(0, |left| self.arrival(left) - left)
    }

    /// Returns the travel time of the first leg of a tour. The rep leaves as late as the begin of
    /// the first visit allows.
    ///
    /// The rep takes a break on this leg before leaving if there is time for it, else after
    /// arriving.
    pub(super) fn left_late(&self, break_here: Option<Break>, open: u64, begin: u64) -> u64 {
        let at_home = |rules: Break| {
            let over = open.max(rules.start.start.0.into()) + u64::from(rules.duration.0);
            self.departure(over, begin)
        };
        let after_arriving = |rules: Break| {
            let begin_there = u64::from(rules.start.end.0).min(begin - u64::from(rules.duration.0));
            self.departure(open, begin_there)
        };
        let left = match break_here {
            None => self.departure(open, begin),
            Some(rules) => at_home(rules).or_else(|| after_arriving(rules)),
        };
        left.map_or(0, |left| self.arrival(left) - left)
    }
}
