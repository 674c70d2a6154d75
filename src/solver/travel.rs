//! Computes time-dependent travel: the arrival for a given departure, and the latest departure for
//! a given arrival.
//!
//! Each slot of a shift has a table of travel times. A leg starts at the speed of the slot in which
//! the rep departs. If this slot ends before the leg does, the rest of the leg continues at the
//! speed of the next slot. This is the model of Ichoua, Gendreau & Potvin (2003), "Vehicle
//! dispatching with time-dependent travel times", doi:10.1016/S0377-2217(02)00147-9, applied to a
//! whole leg instead of an arc.
//!
//! All times are whole seconds. If `rest` seconds at the speed of one slot remain when this slot
//! ends, they become `⌈rest · next / now⌉` seconds of the next slot. `now` and `next` are the
//! travel times of the whole leg in the two slots. Because of the rounding up, an arrival is never
//! computed too early, and a rep who leaves later never arrives earlier. All searches rely on the
//! second property.

use super::shift::{Shift, TravelSlot};
use super::travel_times::{PlaceId, TravelTimes};
use crate::units::Seconds;

/// The travel time of one leg. A later departure never gives an earlier arrival, and the reverse.
pub(super) trait Leg: Copy {
    /// True if the travel time depends on the hour.
    const VARIES: bool;
    /// Returns the arrival for a departure at `depart`.
    fn arrival(self, depart: i32) -> i32;
    /// Returns the latest departure that arrives by `arrive_by`; a number below zero if it is
    /// before midnight.
    fn departure(self, arrive_by: i32) -> i32;

    /// Returns the travel time for a departure at `depart`.
    #[inline]
    fn time(self, depart: i32) -> i32 {
        self.arrival(depart) - depart
    }
}

/// A leg with a constant travel time.
impl Leg for i32 {
    const VARIES: bool = false;

    #[inline]
    fn arrival(self, depart: i32) -> i32 {
        depart + self
    }

    #[inline]
    fn departure(self, arrive_by: i32) -> i32 {
        arrive_by - self
    }
}

/// The travel times of one leg in the slots of a day.
pub(super) trait Paces: Copy {
    /// Returns the time at which the slot after `slot` begins; `None` for the last slot.
    fn change(self, slot: usize) -> Option<i32>;
    /// Returns the travel time of the whole leg at the speed of `slot`.
    fn whole(self, slot: usize) -> i32;

    /// Returns the slot in which `moment` lies.
    #[inline]
    fn slot_at(self, moment: i32) -> usize {
        let mut slot = 0;
        while self.change(slot).is_some_and(|change| change <= moment) {
            slot += 1;
        }
        slot
    }
}

impl<P: Paces> Leg for P {
    const VARIES: bool = true;

    #[inline]
    fn arrival(self, depart: i32) -> i32 {
        let slot = self.slot_at(depart);
        let arrival = depart + self.whole(slot);
        match self.change(slot) {
            Some(end) if arrival > end => arrival_after_change(self, slot, end, arrival - end),
            _ => arrival,
        }
    }

    fn departure(self, arrive_by: i32) -> i32 {
        let mut slot = self.slot_at(arrive_by);
        // The latest allowed arrival, as if the speed of this slot lasted forever.
        let mut by = arrive_by;
        loop {
            let now = self.whole(slot);
            let begin = slot.checked_sub(1).and_then(|before| self.change(before));
            let Some(begin) = begin.filter(|begin| by - now < *begin) else { return by - now };
            slot -= 1;
            // The part of the leg that may remain at `begin`. It is less than the whole leg, which
            // would take too long from there.
            let before = self.whole(slot);
            let undone = (by - begin) as u64 * before as u64 / now as u64;
            by = begin + (undone as i32).min(before - 1);
        }
    }
}

/// Returns the arrival if `left` seconds at the speed of `slot` remain when this slot ends at
/// `end`.
fn arrival_after_change(paces: impl Paces, mut slot: usize, mut end: i32, mut left: i32) -> i32 {
    loop {
        // The result is not zero, because a part of the leg remains.
        let (now, next) = (paces.whole(slot) as u64, paces.whole(slot + 1) as u64);
        let arrival = end + (left as u64 * next).div_ceil(now) as i32;
        slot += 1;
        match paces.change(slot) {
            Some(next_end) if arrival > next_end => {
                (left, end) = (arrival - next_end, next_end);
            }
            _ => return arrival,
        }
    }
}

/// A leg between two places of a [`VisitProblem`](super::VisitProblem), in one of its shifts.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShiftLeg<'a> {
    slots: &'a [TravelSlot],
    tables: &'a [TravelTimes],
    from: PlaceId,
    to: PlaceId,
}

impl Paces for ShiftLeg<'_> {
    fn change(self, slot: usize) -> Option<i32> {
        self.slots.get(slot + 1).map(|next| next.from.0 as i32)
    }

    fn whole(self, slot: usize) -> i32 {
        self.tables[self.slots[slot].table].get(self.from, self.to) as i32
    }
}

/// Travel times in one shift, which may depend on the departure.
#[derive(Debug, Clone, Copy)]
pub struct ShiftTravel<'a> {
    slots: &'a [TravelSlot],
    tables: &'a [TravelTimes],
}

impl<'a> ShiftTravel<'a> {
    pub(super) fn new(shift: &'a Shift, tables: &'a [TravelTimes]) -> Self {
        Self { slots: &shift.travel, tables }
    }

    /// Returns the leg between two places; `None` if no way leads from one to the other.
    pub(super) fn leg(self, from: PlaceId, to: PlaceId) -> Option<ShiftLeg<'a>> {
        let leg = ShiftLeg { slots: self.slots, tables: self.tables, from, to };
        (leg.whole(0) < TravelTimes::UNREACHABLE as i32).then_some(leg)
    }

    /// Returns the arrival at `to` for a departure from `from` at `depart`; `None` if there is no
    /// way. O(slots).
    pub fn arrival(self, from: PlaceId, to: PlaceId, depart: Seconds) -> Option<Seconds> {
        Some(Seconds(self.leg(from, to)?.arrival(depart.0 as i32) as u32))
    }

    /// Returns the latest departure from `from` that arrives at `to` by `arrive_by`.
    /// `None` if there is no way, or if the departure would be before midnight. O(slots).
    pub fn departure(self, from: PlaceId, to: PlaceId, arrive_by: Seconds) -> Option<Seconds> {
        let depart = self.leg(from, to)?.departure(arrive_by.0 as i32);
        u32::try_from(depart).ok().map(Seconds)
    }

    /// Returns whether a way leads from `from` to `to`.
    pub fn has_way(self, from: PlaceId, to: PlaceId) -> bool {
        self.leg(from, to).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::tests::hold;
    use proptest::prelude::*;

    /// A leg: the begins of the slots after the first, and its travel time in each slot.
    #[derive(Debug, Clone, Copy)]
    struct Given<'a>(&'a [i32], &'a [i32]);

    impl Paces for Given<'_> {
        fn change(self, slot: usize) -> Option<i32> {
            self.0.get(slot).copied()
        }

        fn whole(self, slot: usize) -> i32 {
            self.1[slot]
        }
    }

    /// Up to five slots of a day of about 200 seconds, with the travel times of a leg.
    fn slots() -> impl Strategy<Value = (Vec<i32>, Vec<i32>)> {
        let changes = prop::collection::btree_set(1..200i32, 0..5);
        let times = prop_oneof![0..4i32, 0..90i32];
        (changes, prop::collection::vec(times, 5))
            .prop_map(|(changes, times)| (changes.into_iter().collect(), times))
    }

    #[test]
    fn the_rest_of_a_drive_takes_the_speed_of_the_new_slot() {
        // Ten seconds until 100, four from then on.
        let leg = Given(&[100], &[10, 4]);
        assert_eq!(leg.arrival(90), 100);
        assert_eq!(leg.arrival(95), 102, "half is undone, which takes two");
        assert_eq!(leg.arrival(99), 104, "nine tenths of four are rounded up");
        assert_eq!(leg.arrival(100), 104);
        assert_eq!(leg.departure(103), 97, "three tenths, or two of ten seconds, take no longer");
    }

    #[test]
    fn a_leg_may_last_for_several_slots() {
        // A third of the leg in each slot.
        let leg = Given(&[110, 115], &[30, 15, 60]);
        assert_eq!(leg.arrival(100), 135);
        assert_eq!(leg.departure(135), 100);
        assert_eq!(leg.departure(134), 98, "leaving at 99 is rounded up to 135");
    }

    #[test]
    fn a_way_is_there_at_every_hour_or_at_none() {
        let minutes = Seconds::from_minutes;
        let table =
            |time| TravelTimes::new(2, move |from, to| (from <= to).then_some(minutes(time)));
        let tables = [table(10), table(20)];
        let slots =
            [(0, 0), (60, 1)].map(|(from, table)| TravelSlot { from: minutes(from), table });
        let travel_times = ShiftTravel { slots: &slots, tables: &tables };
        let (here, there) = (PlaceId(0), PlaceId(1));
        assert_eq!(travel_times.arrival(here, there, minutes(55)), Some(minutes(70)));
        assert_eq!(travel_times.departure(here, there, minutes(70)), Some(minutes(55)));
        assert_eq!(travel_times.departure(here, there, minutes(9)), None, "the day before");
        assert!(travel_times.has_way(here, there) && !travel_times.has_way(there, here));
        assert_eq!(travel_times.arrival(there, here, minutes(55)), None);
    }

    #[test]
    fn leaving_later_never_means_arriving_earlier() {
        hold(1000, slots(), |(changes, times)| {
            let leg = Given(&changes, &times);
            for depart in -20..250 {
                assert!(leg.arrival(depart) >= depart, "{leg:?} {depart}");
                assert!(leg.arrival(depart) <= leg.arrival(depart + 1), "{leg:?} {depart}");
            }
        });
    }

    #[test]
    fn the_latest_departure_is_the_inverse_of_the_arrival() {
        hold(1000, slots(), |(changes, times)| {
            let leg = Given(&changes, &times);
            for arrive_by in -20..250 {
                let depart = leg.departure(arrive_by);
                assert!(leg.arrival(depart) <= arrive_by, "{leg:?} {arrive_by}");
                assert!(leg.arrival(depart + 1) > arrive_by, "{leg:?} {arrive_by}");
            }
        });
    }

    #[test]
    fn with_equal_slots_the_hour_does_not_matter() {
        hold(1000, (slots(), 0..90i32), |((changes, _), time)| {
            let leg = Given(&changes, &[time; 6]);
            for moment in -20..250 {
                assert_eq!(leg.arrival(moment), time.arrival(moment), "{leg:?} {moment}");
                assert_eq!(leg.departure(moment), time.departure(moment), "{leg:?} {moment}");
            }
        });
    }

    #[test]
    fn nobody_arrives_before_the_exact_moment_nor_a_second_later_at_one_change_of_pace() {
        hold(1000, slots(), |(changes, times)| {
            let leg = Given(&changes, &times);
            for depart in 0..250 {
                let late = f64::from(leg.arrival(depart)) - exact_arrival(leg, depart);
                assert!(late > -1e-6, "{leg:?} {depart}: {late}");
                if leg.slot_at(leg.arrival(depart)) <= leg.slot_at(depart) + 1 {
                    assert!(late < 1.0, "{leg:?} {depart}: {late}");
                }
            }
        });
    }

    /// The arrival without rounding, computed with the remaining fraction of the leg.
    fn exact_arrival(leg: Given<'_>, depart: i32) -> f64 {
        let (mut clock, mut undone) = (f64::from(depart), 1.0);
        for slot in leg.slot_at(depart).. {
            let rest = undone * f64::from(leg.whole(slot));
            match leg.change(slot).map(f64::from) {
                Some(end) if clock + rest > end => {
                    undone -= (end - clock) / f64::from(leg.whole(slot));
                    clock = end;
                }
                _ => return clock + rest,
            }
        }
        unreachable!("the last slot does not end")
    }
}
