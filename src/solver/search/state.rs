//! Holds all tours during a search, and the tour of each visit.

use super::instance::Instance;
use super::score::Score;
use super::spacing::ABSENT;
use super::tour_state::TourState;
use crate::ids::Id;
use crate::solver::shift::ShiftId;
use crate::solver::tour::{Tour, Tours};
use crate::solver::visit::VisitId;

/// All tours during a search, and the tour of each visit.
#[derive(Debug, Clone)]
pub(in crate::solver) struct State {
    /// Tours, one for each shift.
    pub(in crate::solver) tours: Vec<TourState>,
    /// For each visit: the shift of its tour, or [`ABSENT`].
    pub(super) tour_of: Vec<u32>,
    /// Visits that [`remove_where`](Self::remove_where) removed since this list was last cleared.
    pub(super) removed: Vec<u32>,
    stamps: u64,
}

impl State {
    /// Returns a state whose tours have no visits.
    pub(super) fn empty(instance: &Instance) -> Self {
        let tours = (0..instance.shifts.len()).map(|s| TourState::empty(instance, s)).collect();
        let mut state =
            Self { tours, tour_of: vec![ABSENT; instance.visits], removed: Vec::new(), stamps: 0 };
        for shift in 0..instance.shifts.len() {
            state.stamp(shift);
        }
        state
    }

    /// Returns the sum of the scores of all tours. O(shifts).
    pub(super) fn score(&self, instance: &Instance) -> Score {
        let mut score = Score::default();
        for tour in &self.tours {
            score = score + tour.score(instance);
        }
        score
    }

    /// Inserts a visit that is in no tour after stop `at` of the tour of `shift`. The visit must
    /// fit there.
    pub(super) fn insert(&mut self, instance: &Instance, shift: usize, at: usize, visit: u32) {
        let feasible = self.tours[shift].insert(instance, shift, at, visit);
        debug_assert!(feasible, "visit {visit} was said to fit behind stop {at} of tour {shift}");
        self.tour_of[visit as usize] = shift as u32;
    }

    /// Removes the visits that `remove` selects from the tour of `shift`. Also removes visits that
    /// no longer fit after that.
    ///
    /// The arguments of `remove` are the index of the stop and the visit.
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

    /// Replaces the visits between the stops `from` and `to` of a tour by `visits`, which must fit
    /// there.
    ///
    /// The new visits may still be in another tour if the caller then removes them from it.
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

    /// Returns the state with the given `tours`; `None` if they break a rule.
    pub(in crate::solver) fn of(instance: &Instance, tours: &Tours) -> Option<Self> {
        let mut state = Self::empty(instance);
        state.set(instance, tours).then_some(state)
    }

    /// Replaces all tours by `tours`, one for each shift. Returns whether the new tours keep all
    /// rules.
    pub(super) fn set(&mut self, instance: &Instance, tours: &Tours) -> bool {
        self.tour_of.fill(ABSENT);
        for tour in &tours.0 {
            let shift = tour.shift.index();
            for visit in &tour.visits {
                match self.tour_of.get_mut(visit.index()) {
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

    /// Returns whether `visit` would keep the spacing of its series if it were made in `shift`.
    pub(in crate::solver) fn keeps_apart(
        &self,
        instance: &Instance,
        visit: u32,
        shift: usize,
    ) -> bool {
        instance.spacing.allows(&self.tour_of, visit, shift, None)
    }

    /// Returns whether `visit` is in a tour.
    pub(in crate::solver) fn is_served(&self, visit: u32) -> bool {
        self.tour_of[visit as usize] != ABSENT
    }

    /// Returns the shift of `visit` and the index of its stop; `None` if it is in no tour.
    pub(in crate::solver) fn find(&self, visit: u32) -> Option<(usize, usize)> {
        let shift = self.tour_of[visit as usize];
        let tour = self.tours.get(shift as usize)?;
        let at = tour.visits().position(|v| v == visit)?;
        Some((shift as usize, at + 1))
    }

    /// Copies the tours that are marked in `touched` from `other`. All other tours must already be
    /// equal.
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

    /// Returns the tours as the public type [`Tours`].
    pub(in crate::solver) fn to_tours(&self, instance: &Instance) -> Tours {
        let tours = self.tours.iter().enumerate().map(|(shift, tour)| Tour {
            shift: ShiftId(shift as u32),
            visits: tour.visits().map(VisitId).collect(),
            break_after: tour.break_after(instance, shift),
        });
        Tours(tours.collect())
    }

    fn stamp(&mut self, shift: usize) {
        self.stamps += 1;
        self.tours[shift].stamp = self.stamps;
    }
}
