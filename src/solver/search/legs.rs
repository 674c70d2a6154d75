//! Gives the search the legs of a shift.
//!
//! Legs are implemented twice: for constant and for time-dependent travel times. The search is
//! generic over both and chooses one implementation for each tour.

use crate::solver::travel::{Leg, Paces};
use crate::solver::travel_times::TravelTimes;

/// The travel slots of a shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slots {
    /// For each slot: index of its travel time in an entry of the table. Neighbouring slots have
    /// different indices.
    pub(super) pace: Vec<usize>,
    /// Times at which the slots after the first one begin.
    pub(super) changes: Vec<i32>,
}

/// Travel times, stored by row and by column. An entry holds the times of all slots, side by side.
#[derive(Debug)]
pub(super) struct TravelTable {
    pub(super) rows: Vec<i32>,
    pub(super) columns: Vec<i32>,
    /// Number of times in an entry.
    pub(super) paces: usize,
}

impl TravelTable {
    pub(super) fn new(places: usize, times: &[&TravelTimes]) -> Self {
        let all = |place: usize, other: usize| {
            times.iter().map(move |t| t.seconds()[place * places + other] as i32)
        };
        let pairs = || (0..places).flat_map(|a| (0..places).map(move |b| (a, b)));
        Self {
            rows: pairs().flat_map(|(from, to)| all(from, to)).collect(),
            columns: pairs().flat_map(|(to, from)| all(from, to)).collect(),
            paces: times.len(),
        }
    }

    /// Returns, for each place, the shortest travel time to it and from it. The other end of the
    /// leg may be any other stop, and the hour any hour.
    ///
    /// `stops_at` is the number of visits and of ends of shifts at each place.
    pub(super) fn least(&self, stops_at: &[u32]) -> Vec<(i32, i32)> {
        let places = stops_at.len();
        let least = |times: &[i32], place: usize| {
            let of_place = &times[place * places * self.paces..(place + 1) * places * self.paces];
            let others = of_place.chunks(self.paces).enumerate();
            let others = others.filter(|(at, _)| *at != place || stops_at[place] > 1);
            others.flat_map(|(_, times)| times.iter().copied()).min().unwrap_or(0)
        };
        (0..places).map(|place| (least(&self.columns, place), least(&self.rows, place))).collect()
    }
}

/// Legs of one shift.
pub(super) trait Legs: Copy {
    /// Type of one leg.
    type Leg: Leg;
    /// Returns the leg from place `from` to place `to`.
    fn leg(self, from: u32, to: u32) -> Self::Leg;
    /// Returns a function that takes a place and returns its leg to `to`; it is faster than
    /// [`leg`](Self::leg).
    fn legs_to(self, to: u32) -> impl Fn(u32) -> Self::Leg;
    /// Returns a function that takes a place and returns the leg from `from` to this place.
    fn legs_from(self, from: u32) -> impl Fn(u32) -> Self::Leg;
    /// Returns the shortest travel time of a leg at any hour.
    fn least(leg: Self::Leg) -> i32;
}

/// Legs of a shift, with constant or time-dependent travel times.
pub(super) enum ShiftLegs<'a> {
    /// Constant travel times.
    Steady(SteadyLegs<'a>),
    /// Time-dependent travel times.
    Hourly(HourlyLegs<'a>),
}

/// Legs with constant travel times.
#[derive(Clone, Copy)]
pub(super) struct SteadyLegs<'a> {
    pub(super) table: &'a TravelTable,
    pub(super) places: usize,
}

impl Legs for SteadyLegs<'_> {
    type Leg = i32;

    #[inline]
    fn leg(self, from: u32, to: u32) -> i32 {
        self.table.rows[from as usize * self.places + to as usize]
    }

    #[inline]
    fn legs_to(self, to: u32) -> impl Fn(u32) -> i32 {
        let start = to as usize * self.places;
        let column = &self.table.columns[start..start + self.places];
        move |from| column[from as usize]
    }

    #[inline]
    fn legs_from(self, from: u32) -> impl Fn(u32) -> i32 {
        let start = from as usize * self.places;
        let row = &self.table.rows[start..start + self.places];
        move |to| row[to as usize]
    }

    #[inline]
    fn least(leg: i32) -> i32 {
        leg
    }
}

/// Legs with time-dependent travel times.
#[derive(Clone, Copy)]
pub(super) struct HourlyLegs<'a> {
    pub(super) table: &'a TravelTable,
    pub(super) slots: &'a Slots,
    pub(super) places: usize,
}

impl<'a> HourlyLegs<'a> {
    /// Returns the leg that has the entry `pair` of `times`.
    #[inline]
    fn leg_at(self, times: &'a [i32], pair: usize) -> HourlyLeg<'a> {
        let first = pair * self.table.paces;
        HourlyLeg { slots: self.slots, times: &times[first..first + self.table.paces] }
    }
}

impl<'a> Legs for HourlyLegs<'a> {
    type Leg = HourlyLeg<'a>;

    #[inline]
    fn leg(self, from: u32, to: u32) -> HourlyLeg<'a> {
        self.leg_at(&self.table.rows, from as usize * self.places + to as usize)
    }

    #[inline]
    fn legs_to(self, to: u32) -> impl Fn(u32) -> HourlyLeg<'a> {
        let start = to as usize * self.places;
        move |from| self.leg_at(&self.table.columns, start + from as usize)
    }

    #[inline]
    fn legs_from(self, from: u32) -> impl Fn(u32) -> HourlyLeg<'a> {
        move |to| self.leg(from, to)
    }

    #[inline]
    fn least(leg: HourlyLeg<'a>) -> i32 {
        leg.times.iter().copied().min().unwrap_or(0)
    }
}

/// A leg with a time-dependent travel time.
#[derive(Clone, Copy)]
pub(super) struct HourlyLeg<'a> {
    slots: &'a Slots,
    times: &'a [i32],
}

impl Paces for HourlyLeg<'_> {
    #[inline]
    fn change(self, slot: usize) -> Option<i32> {
        self.slots.changes.get(slot).copied()
    }

    #[inline]
    fn whole(self, slot: usize) -> i32 {
        self.times[self.slots.pace[slot]]
    }
}
