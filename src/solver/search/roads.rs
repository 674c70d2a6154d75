//! The legs of a shift, as the search reads them: of one kind if the hour does not matter, of another if it does.
//!
//! All that the search does with legs is written once, for either kind; which one a tour has is asked once a tour.

use super::instance::{ShiftTerms, Table};
use crate::solver::travel::{Leg, Paces};

/// The legs of one shift.
pub(super) trait Roads: Copy {
    /// One leg.
    type Leg: Leg;
    /// From one place to another.
    fn leg(self, from: u32, to: u32) -> Self::Leg;
    /// From any place to `to`: quicker to ask than [`leg`](Self::leg).
    fn legs_to(self, to: u32) -> impl Fn(u32) -> Self::Leg;
    /// From `from` to any place.
    fn legs_from(self, from: u32) -> impl Fn(u32) -> Self::Leg;
    /// What a leg takes at the least, whatever the hour.
    fn least(leg: Self::Leg) -> i32;
}

/// Roads of either kind.
pub(super) enum ShiftRoads<'a> {
    /// The same all day.
    Steady(SteadyRoads<'a>),
    /// By the hour.
    Hourly(HourlyRoads<'a>),
}

/// Roads on which the hour does not matter.
#[derive(Clone, Copy)]
pub(super) struct SteadyRoads<'a> {
    pub(super) table: &'a Table,
    pub(super) places: usize,
}

impl Roads for SteadyRoads<'_> {
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

/// Roads on which it does.
#[derive(Clone, Copy)]
pub(super) struct HourlyRoads<'a> {
    pub(super) table: &'a Table,
    pub(super) terms: &'a ShiftTerms,
    pub(super) places: usize,
}

impl<'a> HourlyRoads<'a> {
    /// The leg whose times stand at `pair` of `times`.
    #[inline]
    fn leg_at(self, times: &'a [i32], pair: usize) -> HourlyLeg<'a> {
        let first = pair * self.table.paces;
        HourlyLeg { terms: self.terms, times: &times[first..first + self.table.paces] }
    }
}

impl<'a> Roads for HourlyRoads<'a> {
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

/// A leg whose time depends on the hour.
#[derive(Clone, Copy)]
pub(super) struct HourlyLeg<'a> {
    terms: &'a ShiftTerms,
    times: &'a [i32],
}

impl Paces for HourlyLeg<'_> {
    #[inline]
    fn change(self, slot: usize) -> Option<i32> {
        self.terms.changes.get(slot).copied()
    }

    #[inline]
    fn whole(self, slot: usize) -> i32 {
        self.times[self.terms.pace[slot]]
    }
}
