//! All tours during the search, kept consistent with who is served where.

use super::instance::Instance;
use super::tour_state::TourState;
use crate::solver::problem::{ShiftId, VisitId};
use crate::solver::tour::{Tour, Tours};

/// The value of [`State::tour_of`] for a visit in no tour.
pub(super) const ABSENT: u32 = u32::MAX;

/// How good a set of tours is; the greater the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::solver) struct Score {
    /// How many mandatory visits are served.
    pub(super) mandatory: u32,
    /// The objective: gains less cost of travel.
    pub(super) value: i64,
    /// Minus the travel, to prefer the shorter among equals.
    pub(super) spare: i64,
}

/// See the module.
#[derive(Debug, Clone)]
pub(super) struct State {
    /// One a shift.
    pub(super) tours: Vec<TourState>,
    /// The shift in which a visit is made, or [`ABSENT`].
    pub(super) tour_of: Vec<u32>,
    stamps: u64,
}

impl State {
    /// Nobody is visited.
    pub(super) fn empty(instance: &Instance) -> Self {
        let tours = (0..instance.shifts.len()).map(|s| TourState::empty(instance, s)).collect();
        let mut state = Self { tours, tour_of: vec![ABSENT; instance.visits], stamps: 0 };
        for shift in 0..instance.shifts.len() {
            state.stamp(shift);
        }
        state
    }

    /// What the tours are worth. O(shifts).
    pub(super) fn score(&self, instance: &Instance) -> Score {
        let mut score = Score { mandatory: 0, value: 0, spare: 0 };
        for tour in &self.tours {
            score.mandatory += tour.mandatory;
            score.value += tour.gain - tour.travel * instance.travel_cost;
            score.spare -= tour.travel;
        }
        score
    }

    /// Puts an absent visit behind stop `at` of the tour of `shift`, where it is known to fit.
    pub(super) fn insert(&mut self, instance: &Instance, shift: usize, at: usize, visit: u32) {
        let tour = &mut self.tours[shift];
        tour.insert(instance, at, visit);
        let feasible = tour.refresh(instance, shift);
        debug_assert!(feasible, "visit {visit} was said to fit behind stop {at} of tour {shift}");
        self.tour_of[visit as usize] = shift as u32;
        self.stamp(shift);
    }

    /// Takes the visits out of the tour of `shift` for which `remove` says so, and any that no longer fit then.
    ///
    /// `remove` is asked with the number of the stop and of the visit.
    pub(super) fn remove_where(
        &mut self,
        instance: &Instance,
        shift: usize,
        mut remove: impl FnMut(usize, u32) -> bool,
    ) {
        let tour_of = &mut self.tour_of;
        let tour = &mut self.tours[shift];
        let (mut kept, last) = (1, tour.stops.len() - 1);
        for at in 1..last {
            let stop = tour.stops[at];
            if remove(at, stop.visit) {
                tour_of[stop.visit as usize] = ABSENT;
            } else {
                tour.stops[kept] = stop;
                kept += 1;
            }
        }
        tour.stops[kept] = tour.stops[last];
        tour.stops.truncate(kept + 1);
        tour.repair(instance, shift, |visit| tour_of[visit as usize] = ABSENT);
        self.stamp(shift);
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
