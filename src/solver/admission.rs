//! What it would take to admit one more visit to finished tours.

use super::problem::{ShiftId, TravelTimes, VisitId, VisitProblem};
use super::schedule::schedule;
use super::tour::{Tour, Tours};
use crate::units::Seconds;

/// What it would take to make a visit that no tour makes, where that is easiest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It fits as things are.
    Fits {
        /// Travel it would add.
        extra_travel: Seconds,
    },
    /// It would fit if the shift could have one more visit.
    VisitsFull {
        /// Travel it would add.
        extra_travel: Seconds,
    },
    /// It would fit if the shift were longer.
    TooLong {
        /// By so much.
        missing: Seconds,
        /// Travel it would add.
        extra_travel: Seconds,
    },
    /// While it can be made, the tours have no room, however long the shifts.
    NoRoom,
    /// It does not even fit into an empty shift.
    NeverFits,
}

/// Asks what it would take to admit visits; prepared once for many questions.
pub struct Admissions<'a> {
    problem: &'a VisitProblem,
    /// The same problem with endless shifts of any number of visits.
    endless: VisitProblem,
    tours: &'a Tours,
}

impl<'a> Admissions<'a> {
    /// Prepares to ask about `tours`, which must be sound tours of `problem`.
    pub fn new(problem: &'a VisitProblem, tours: &'a Tours) -> Self {
        Self { problem, endless: problem.with_endless_shifts(), tours }
    }

    /// What it would take to make `visit`, at any place of any tour. O(shifts · stops³).
    ///
    /// Of several places the one that needs least is told: fitting before one visit too many, before too long; among
    /// these the one with the least missing time, then the least extra travel.
    pub fn of(&self, visit: VisitId) -> Admission {
        let offers = &self.problem.visit(visit).offers;
        let alone = |shift: ShiftId| {
            let tours = with_pauses(Tour { visits: vec![visit], ..Tour::empty(shift) });
            tours.into_iter().any(|tour| schedule(self.problem, shift, &tour).is_some())
        };
        if !offers.iter().any(|offer| alone(offer.shift)) {
            return Admission::NeverFits;
        }
        let found = offers.iter().filter_map(|offer| self.in_shift(visit, offer.shift));
        found.min_by_key(rank).unwrap_or(Admission::NoRoom)
    }

    fn in_shift(&self, visit: VisitId, shift: ShiftId) -> Option<Admission> {
        let tour = &self.tours.0[shift.0 as usize];
        let terms = self.problem.shift(shift);
        let is_full = tour.visits.len() >= terms.visits_max as usize;
        (0..=tour.visits.len())
            .filter_map(|at| {
                let extra_travel = self.extra_travel(tour, visit, at)?;
                let mut longer = tour.clone();
                longer.visits.insert(at, visit);
                let back = with_pauses(longer)
                    .into_iter()
                    .filter_map(|tour| Some(schedule(&self.endless, shift, &tour)?.back))
                    .min()?;
                Some(if back > terms.window.end {
                    Admission::TooLong { missing: back - terms.window.end, extra_travel }
                } else if is_full {
                    Admission::VisitsFull { extra_travel }
                } else {
                    Admission::Fits { extra_travel }
                })
            })
            .min_by_key(rank)
    }

    /// Travel that `visit` would add as number `at` of `tour`; `None` if there is no way.
    fn extra_travel(&self, tour: &Tour, visit: VisitId, at: usize) -> Option<Seconds> {
        let table = self.problem.travel(tour.shift);
        let terms = self.problem.shift(tour.shift);
        let place = |visit: &VisitId| self.problem.visit(*visit).place;
        let before = at.checked_sub(1).map_or(terms.start_place, |at| place(&tour.visits[at]));
        let after = tour.visits.get(at).map_or(terms.end_place, place);
        let with = table.get(before, place(&visit)) + table.get(place(&visit), after);
        let without = if tour.visits.is_empty() { 0 } else { table.get(before, after) };
        (with < TravelTimes::UNREACHABLE).then(|| Seconds(with.saturating_sub(without)))
    }
}

/// The tour without a pause, and with it at every place.
fn with_pauses(tour: Tour) -> Vec<Tour> {
    let places = (0..=tour.visits.len()).map(Some).chain([None]);
    places.map(|pause_after| Tour { pause_after, ..tour.clone() }).collect()
}

/// The less it takes, the smaller.
fn rank(admission: &Admission) -> (u8, Seconds, Seconds) {
    match *admission {
        Admission::Fits { extra_travel } => (0, Seconds::ZERO, extra_travel),
        Admission::VisitsFull { extra_travel } => (1, Seconds::ZERO, extra_travel),
        Admission::TooLong { missing, extra_travel } => (2, missing, extra_travel),
        Admission::NoRoom => (3, Seconds::ZERO, Seconds::ZERO),
        Admission::NeverFits => (4, Seconds::ZERO, Seconds::ZERO),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::{Offer, PlaceId, Shift, TimeWindow, Visit};
    use crate::units::Prize;

    const ALL_DAY: TimeWindow = TimeWindow { start: Seconds(0), end: Seconds(1000) };

    /// Home and three visits on a line, 10 s apart, each taking 10 s; the shift lasts 70 s.
    fn problem(visits_max: u32, last: TimeWindow) -> VisitProblem {
        let travel = TravelTimes::new(4, |a, b| Some(Seconds(10 * a.0.abs_diff(b.0))));
        let shift = Shift {
            travel: 0,
            start_place: PlaceId(0),
            end_place: PlaceId(0),
            window: TimeWindow { start: Seconds(0), end: Seconds(70) },
            pause: None,
            visits_max,
            travel_max: None,
        };
        let visit = |place, window| Visit {
            place: PlaceId(place),
            mandatory: false,
            offers: vec![Offer {
                shift: ShiftId(0),
                prize: Prize(1000),
                duration: Seconds(10),
                windows: vec![window],
            }],
        };
        let visits = vec![visit(1, ALL_DAY), visit(2, ALL_DAY), visit(3, last)];
        VisitProblem::new(vec![travel], vec![shift], visits, Prize(0)).unwrap()
    }

    fn admission(problem: &VisitProblem, planned: &[u32], asked: u32) -> Admission {
        let visits = planned.iter().map(|v| VisitId(*v)).collect();
        let tours = Tours(vec![Tour { visits, ..Tour::empty(ShiftId(0)) }]);
        Admissions::new(problem, &tours).of(VisitId(asked))
    }

    #[test]
    fn what_lies_on_the_way_fits_without_a_detour() {
        let fits = Admission::Fits { extra_travel: Seconds(0) };
        assert_eq!(admission(&problem(9, ALL_DAY), &[1], 0), fits);
        assert_eq!(
            admission(&problem(9, ALL_DAY), &[], 1),
            Admission::Fits { extra_travel: Seconds(40) }
        );
    }

    #[test]
    fn a_full_day_is_told_from_a_short_one() {
        let full = Admission::VisitsFull { extra_travel: Seconds(0) };
        assert_eq!(admission(&problem(1, ALL_DAY), &[1], 0), full);
        // Out to the third and back with three visits takes 90 s.
        let long = Admission::TooLong { missing: Seconds(20), extra_travel: Seconds(20) };
        assert_eq!(admission(&problem(9, ALL_DAY), &[0, 1], 2), long);
    }

    #[test]
    fn a_closed_door_is_told_from_a_day_that_is_too_short_for_it() {
        let early = TimeWindow { start: Seconds(0), end: Seconds(30) };
        let with_appointment = problem(9, early);
        assert_eq!(
            admission(&with_appointment, &[2], 0),
            Admission::TooLong { missing: Seconds(10), extra_travel: Seconds(0) }
        );
        let too_early = TimeWindow { start: Seconds(0), end: Seconds(29) };
        assert_eq!(admission(&problem(9, too_early), &[1], 2), Admission::NeverFits);
    }
}
