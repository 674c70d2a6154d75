//! Computes the travel time of a tour, leg by leg, if travel depends on the hour.
//!
//! A change early in such a tour changes the travel times of all later legs and the best position
//! of the break. Therefore, every tour that is examined closely is computed anew. Only the ranking
//! of the positions for an insertion uses the travel times of the two new legs alone.

use super::instance::{Instance, ShiftTerms};
use super::legs::Legs;
use crate::solver::breaks::{BreakRule, TOO_LATE};
use crate::solver::drive::Drive;

/// The schedule of a tour with the least travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeastTravel {
    /// Travel time of the tour, in seconds.
    pub(super) travel: i64,
    /// Number of visits before the break; `None`: no break is taken.
    pub(super) break_after: Option<usize>,
}

/// Finds the schedule with the least travel; among equal ones, that with the earliest return, then
/// that with the latest break. The tour must have at least one visit.
///
/// Returns `None` if the tour misses a window or the end of the shift. The limits of visits and
/// travel are ignored. O(visits²) with a break, O(visits) without one.
pub(super) fn least_travel(
    instance: &Instance,
    shift: usize,
    shift_legs: impl Legs,
    visits: impl Iterator<Item = u32> + Clone,
) -> Option<LeastTravel> {
    let terms = &instance.shifts[shift];
    let mut legs = visits.map(Some).chain([None]);
    let mut tour = PartialTour::new(terms);
    let mut best: Option<(i64, i32, LeastTravel)> = None;
    let mut keep_best = |tour: PartialTour, break_after| {
        let key = (tour.travel, tour.ready);
        if best.is_none_or(|(travel, back, _)| key <= (travel, back)) {
            best = Some((key.0, key.1, LeastTravel { travel: tour.travel, break_after }));
        }
    };
    let Some(rule) = terms.break_rule else {
        let on_time = legs.all(|visit| tour.step(instance, shift, shift_legs, visit, None));
        return on_time.then_some(LeastTravel { travel: tour.travel, break_after: None });
    };
    loop {
        let (mut rest, mut with_break) = (legs.clone(), tour);
        if let Some(visit) = rest.next()
            && with_break.step(instance, shift, shift_legs, visit, Some(rule))
            && rest.all(|visit| with_break.step(instance, shift, shift_legs, visit, None))
        {
            keep_best(with_break, Some(tour.done));
        }
        let Some(visit) = legs.next() else { break };
        if !tour.step(instance, shift, shift_legs, visit, None) || tour.ready > rule.latest {
            break;
        }
        if visit.is_none() {
            keep_best(tour, None);
            break;
        }
    }
    best.map(|(_, _, found)| found)
}

/// The first part of a tour, up to one of its visits.
#[derive(Debug, Clone, Copy)]
struct PartialTour {
    done: usize,
    place: u32,
    ready: i32,
    travel: i64,
}

impl PartialTour {
    fn new(terms: &ShiftTerms) -> Self {
        Self { done: 0, place: terms.start_place, ready: terms.open, travel: 0 }
    }

    /// Adds a leg, the break on it if given, and the visit after the leg; `None` is the end place.
    /// Returns whether the rep is in time.
    fn step(
        &mut self,
        instance: &Instance,
        shift: usize,
        shift_legs: impl Legs,
        visit: Option<u32>,
        break_rule: Option<BreakRule>,
    ) -> bool {
        let terms = &instance.shifts[shift];
        let next = visit.map_or(terms.end_place, |visit| instance.place[visit as usize]);
        let leg = shift_legs.leg(self.place, next);
        let Some(drive) = Drive::at_once(self.ready, leg, break_rule) else { return false };
        let Some(visit) = visit else {
            self.travel += i64::from(drive.arrival - drive.depart);
            self.ready = drive.go_on;
            return drive.go_on <= terms.close;
        };
        let visit_terms = instance.terms(shift, visit);
        let begin = instance.begin(visit_terms, drive.go_on);
        if begin >= TOO_LATE {
            return false;
        }
        self.travel += i64::from(match self.done {
            0 => {
                let first = Drive::just_in_time(terms.open, begin, leg, break_rule);
                first.arrival - first.depart
            }
            _ => {
                let earliness = instance.earliness[visit as usize];
                let drive = drive.not_too_early(self.ready, leg, break_rule, begin, earliness);
                drive.arrival - drive.depart
            }
        });
        (self.done, self.place, self.ready) = (self.done + 1, next, begin + visit_terms.duration);
        true
    }
}
