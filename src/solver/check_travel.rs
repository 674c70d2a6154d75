//! What the judges think a leg takes: written again from the problem's documentation, in 64 bits.

use super::problem::{Pause, PlaceId, Shift, TravelTimes, VisitProblem};

/// A leg of a shift.
#[derive(Debug, Clone, Copy)]
pub(super) struct JudgedLeg<'a> {
    problem: &'a VisitProblem,
    shift: &'a Shift,
    from: PlaceId,
    to: PlaceId,
}

impl<'a> JudgedLeg<'a> {
    pub(super) fn new(
        problem: &'a VisitProblem,
        shift: &'a Shift,
        from: PlaceId,
        to: PlaceId,
    ) -> Self {
        Self { problem, shift, from, to }
    }

    /// Whether there is a way, in all slots.
    pub(super) fn has_way(&self) -> bool {
        (0..self.shift.travel.len()).all(|slot| self.whole(slot) < TravelTimes::UNREACHABLE.into())
    }

    /// What the whole leg takes at the pace of the first slot.
    pub(super) fn at_midnight(&self) -> u64 {
        self.whole(0)
    }

    /// What the whole leg takes at the pace of a slot.
    fn whole(&self, slot: usize) -> u64 {
        let table = self.shift.travel[slot].table;
        u64::from(self.problem.tables()[table].get(self.from, self.to))
    }

    /// When one is there who leaves at `depart`.
    pub(super) fn arrival(&self, depart: u64) -> u64 {
        let begins = self.shift.travel.iter().map(|slot| u64::from(slot.from.0));
        let slot = begins.filter(|begin| *begin <= depart).count() - 1;
        self.go_on(slot, depart, self.whole(slot))
    }

    /// The arrival of one who has `left` seconds to go at the pace of `slot`, at `clock`.
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

    /// The latest departure at or after `earliest` that arrives by `arrive_by`, by bisection; `None` if it is too late.
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

    /// What it takes if it is left as late, from `free` on, as being at a door by `there_by` allows, with a pause `after`
    /// arriving or without.
    pub(super) fn left_late_for(&self, after: Option<Pause>, free: u64, there_by: u64) -> u64 {
        let arrive_by = after.map_or(there_by, |pause| {
            u64::from(pause.start.end.0).min(there_by - u64::from(pause.duration.0))
        });
        self.departure(free, arrive_by).map_or(0, |left| self.arrival(left) - left)
    }

    /// What it takes as the first leg of a tour, left as late as a visit at `begin` allows, with `pause` on it or without.
    ///
    /// The pause is taken at home if there is time for it before leaving, else after arriving.
    pub(super) fn left_late(&self, pause: Option<Pause>, open: u64, begin: u64) -> u64 {
        let at_home = |pause: Pause| {
            let over = open.max(pause.start.start.0.into()) + u64::from(pause.duration.0);
            self.departure(over, begin)
        };
        let there = |pause: Pause| {
            let rest_begin = u64::from(pause.start.end.0).min(begin - u64::from(pause.duration.0));
            self.departure(open, rest_begin)
        };
        let left = match pause {
            None => self.departure(open, begin),
            Some(pause) => at_home(pause).or_else(|| there(pause)),
        };
        left.map_or(0, |left| self.arrival(left) - left)
    }
}
