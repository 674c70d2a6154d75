//! All tours during the search, kept consistent with who is served where.

use std::ops::Add;

use super::instance::Instance;
use super::tour_state::TourState;
use crate::solver::problem::{ShiftId, VisitId};
use crate::solver::tour::{Tour, Tours};

/// The value of [`State::tour_of`] for a visit in no tour.
pub(super) const ABSENT: u32 = u32::MAX;

/// How good a set of tours is, or how much better a change makes it; the greater the better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::solver) struct Score {
    /// How many mandatory visits are served.
    pub(super) mandatory: i64,
    /// The objective: gains less cost of travel.
    pub(super) value: i64,
    /// Minus the travel, to prefer the shorter among equals.
    pub(super) spare: i64,
}

/// See the module.
#[derive(Debug, Clone)]
pub(in crate::solver) struct State {
    /// One a shift.
    pub(super) tours: Vec<TourState>,
    /// The shift in which a visit is made, or [`ABSENT`].
    pub(super) tour_of: Vec<u32>,
    /// The visits taken out by [`remove_where`](Self::remove_where) since this list was last cleared.
    pub(super) removed: Vec<u32>,
    stamps: u64,
}

impl Add for Score {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            mandatory: self.mandatory + other.mandatory,
            value: self.value + other.value,
            spare: self.spare + other.spare,
        }
    }
}

impl Score {
    /// How many more mandatory visits are served.
    pub(in crate::solver) fn mandatory(self) -> i64 {
        self.mandatory
    }

    /// By how much the objective grows.
    pub(in crate::solver) fn value(self) -> i64 {
        self.value
    }

    /// How many seconds of travel are saved.
    pub(in crate::solver) fn spare(self) -> i64 {
        self.spare
    }
}

impl State {
    /// Nobody is visited.
    pub(super) fn empty(instance: &Instance) -> Self {
        let tours = (0..instance.shifts.len()).map(|s| TourState::empty(instance, s)).collect();
        let mut state =
            Self { tours, tour_of: vec![ABSENT; instance.visits], removed: Vec::new(), stamps: 0 };
        for shift in 0..instance.shifts.len() {
            state.stamp(shift);
        }
        state
    }

    /// What the tours are worth. O(shifts).
    pub(super) fn score(&self, instance: &Instance) -> Score {
        let mut score = Score::default();
        for tour in &self.tours {
            score = score + tour.score(instance);
        }
        score
    }

    /// Puts an absent visit behind stop `at` of the tour of `shift`, where it is known to fit.
    pub(super) fn insert(&mut self, instance: &Instance, shift: usize, at: usize, visit: u32) {
        let feasible = self.tours[shift].insert(instance, shift, at, visit);
        debug_assert!(feasible, "visit {visit} was said to fit behind stop {at} of tour {shift}");
        self.tour_of[visit as usize] = shift as u32;
    }

    /// Takes the visits out of the tour of `shift` for which `remove` says so, and any that no longer fit then.
    ///
    /// `remove` is asked with the number of the stop and of the visit.
    pub(super) fn remove_where(
        &mut self,
        instance: &Instance,
        shift: usize,
        remove: impl FnMut(usize, u32) -> bool,
    ) {
        let (tour_of, removed) = (&mut self.tour_of, &mut self.removed);
        self.tours[shift].remove_where(instance, shift, remove, |visit| {
            tour_of[visit as usize] = ABSENT;
            removed.push(visit);
        });
        self.stamp(shift);
    }

    /// Puts `visits` in the place of what lies between the stops `from` and `to` of a tour, where they are known to fit.
    ///
    /// They may still be in another tour, as long as they leave it next.
    pub(super) fn splice(
        &mut self,
        instance: &Instance,
        shift: usize,
        (from, to): (usize, usize),
        visits: impl Iterator<Item = u32>,
    ) {
        let tour = &mut self.tours[shift];
        for stop in &tour.stops[from + 1..to] {
            let tour_of = &mut self.tour_of[stop.visit as usize];
            if *tour_of == shift as u32 {
                *tour_of = ABSENT;
            }
        }
        let feasible = tour.splice(instance, shift, (from, to), visits);
        debug_assert!(feasible, "the splice of tour {shift} was said to fit");
        for visit in tour.visits() {
            self.tour_of[visit as usize] = shift as u32;
        }
        self.stamp(shift);
    }

    /// The state in which `tours` are driven; `None` if they break a rule.
    pub(in crate::solver) fn of(instance: &Instance, tours: &Tours) -> Option<Self> {
        let mut state = Self::empty(instance);
        state.set(instance, tours).then_some(state)
    }

    /// Makes `tours`, one a shift, the ones that are driven; whether they keep all rules.
    pub(super) fn set(&mut self, instance: &Instance, tours: &Tours) -> bool {
        self.tour_of.fill(ABSENT);
        for tour in &tours.0 {
            let shift = tour.shift.0 as usize;
            for visit in &tour.visits {
                match self.tour_of.get_mut(visit.0 as usize) {
                    Some(absent) if *absent == ABSENT => *absent = tour.shift.0,
                    _ => return false,
                }
            }
            let Some(state) = self.tours.get_mut(shift) else { return false };
            let ends = (0, state.stops.len() - 1);
            if !state.splice(instance, shift, ends, tour.visits.iter().map(|visit| visit.0)) {
                return false;
            }
            self.stamp(shift);
        }
        instance.spacing.holds(&self.tour_of)
    }

    /// Whether `visit` would keep apart from the others of its series in `shift`.
    pub(in crate::solver) fn keeps_apart(
        &self,
        instance: &Instance,
        visit: u32,
        shift: usize,
    ) -> bool {
        instance.spacing.allows(&self.tour_of, visit, shift, None)
    }

    /// Whether `visit` is made.
    pub(in crate::solver) fn is_served(&self, visit: u32) -> bool {
        self.tour_of[visit as usize] != ABSENT
    }

    /// The shift and the number of the stop where `visit` is made.
    pub(in crate::solver) fn find(&self, visit: u32) -> Option<(usize, usize)> {
        let shift = self.tour_of[visit as usize];
        let tour = self.tours.get(shift as usize)?;
        let at = tour.visits().position(|v| v == visit)?;
        Some((shift as usize, at + 1))
    }

    /// The tour of one shift.
    pub(in crate::solver) fn tour(&self, shift: usize) -> &TourState {
        &self.tours[shift]
    }

    /// Makes the tours marked in `touched` copies of those of `other`; all others are equal already.
    pub(super) fn copy_touched(&mut self, other: &Self, touched: &[bool]) {
        let changed = || (0..touched.len()).filter(|&s| touched[s]);
        for shift in changed() {
            for visit in self.tours[shift].visits() {
                self.tour_of[visit as usize] = ABSENT;
            }
        }
        for shift in changed() {
            for visit in other.tours[shift].visits() {
                self.tour_of[visit as usize] = shift as u32;
            }
            self.tours[shift].copy_from(&other.tours[shift]);
        }
        self.stamps = self.stamps.max(other.stamps);
    }

    /// The tours as the caller knows them.
    pub(in crate::solver) fn to_tours(&self, instance: &Instance) -> Tours {
        let tours = self.tours.iter().enumerate().map(|(shift, tour)| Tour {
            shift: ShiftId(shift as u32),
            visits: tour.visits().map(VisitId).collect(),
            pause_after: tour.pause_after(instance, shift),
        });
        Tours(tours.collect())
    }

    fn stamp(&mut self, shift: usize) {
        self.stamps += 1;
        self.tours[shift].stamp = self.stamps;
    }
}
