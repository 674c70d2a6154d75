//! Recomputes a solution from the problem alone, to find errors of the search.
//!
//! The check shares no code with the search and with the computation of schedules. It implements
//! time windows and breaks again, as the documentation of the problem defines them, and computes in
//! 64 bits.

use super::check_tour::{TourCheck, TourViolation};
use super::problem::VisitProblem;
use super::shift::ShiftId;
use super::solution::Solution;
use super::visit::{Series, VisitId};
use crate::ids::Id;

/// A rule of the problem that a solution breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SolutionViolation {
    /// The solution does not have exactly one tour for each shift, in the order of the shifts.
    #[error(
        "expected one tour for each of the {shifts} shifts in order; tour {at} is missing or out of place"
    )]
    NotOneTourAShift {
        /// Number of shifts.
        shifts: usize,
        /// Index of the first wrong tour.
        at: usize,
    },
    /// One tour breaks a rule.
    #[error("shift {}: {violation}", shift.0)]
    InTour {
        /// Shift of the tour.
        shift: ShiftId,
        /// The broken rule.
        violation: TourViolation,
    },
    /// A visit is made more than once.
    #[error("visit {} is made {times} times", visit.0)]
    VisitRepeated {
        /// The visit.
        visit: VisitId,
        /// Number of times that the visit is made.
        times: usize,
    },
    /// Two visits of a series are made in the wrong order, or with too few days between them.
    #[error("visit {} is made {days} days after visit {}, at least {spacing_days} are needed", later.0, earlier.0)]
    TooSoonAgain {
        /// The visit that comes first in the series.
        earlier: VisitId,
        /// The visit that comes later in the series.
        later: VisitId,
        /// Number of days from the earlier to the later visit.
        days: i64,
        /// Minimum number of days between two visits of the series.
        spacing_days: u32,
    },
    /// A total of the solution is not the sum over its tours.
    #[error("the {what} of the tours is {expected}, the solution says {found}")]
    WrongTotal {
        /// Name of the total: `"prize"`, `"travel"` or `"objective"`.
        what: &'static str,
        /// Sum over all tours.
        expected: i128,
        /// Total that the solution states.
        found: i128,
    },
    /// The list of unserved mandatory visits is wrong.
    #[error("visit {} is wrongly listed, or not listed, as mandatory and unserved", visit.0)]
    WrongUnserved {
        /// Visit that is missing in the list, or that must not be in it.
        visit: VisitId,
    },
}

/// Returns all rules that `solution` breaks. The list is empty if the solution is correct. O(visits
/// · log offers).
///
/// # Examples
/// The problem of the example of [`VisitProblem::new`]:
/// ```
#[doc = include_str!("example_problem.txt")]
/// let mut solution = solve(&problem, &SolveOptions::default(), &NoLimit, &Silent);
/// assert_eq!(check(&problem, &solution), []);
/// solution.tours.0[0].visits.push(VisitId(0));
/// assert!(!check(&problem, &solution).is_empty(), "the visit is made twice");
/// ```
#[must_use]
pub fn check(problem: &VisitProblem, solution: &Solution) -> Vec<SolutionViolation> {
    let mut violations = Vec::new();
    let tours = &solution.tours.0;
    let shifts = problem.shifts().len();
    let wrong = (0..shifts.max(tours.len()))
        .find(|&at| at >= shifts || tours.get(at).is_none_or(|t| t.shift.index() != at));
    if let Some(at) = wrong {
        return vec![SolutionViolation::NotOneTourAShift { shifts, at }];
    }
    let mut times = vec![0; problem.visits().len()];
    for tour in tours {
        let unknown = tour.visits.iter().filter(|v| v.index() >= times.len());
        violations.extend(unknown.map(|&visit| SolutionViolation::InTour {
            shift: tour.shift,
            violation: TourViolation::NoSuchVisit(visit),
        }));
        for visit in &tour.visits {
            if let Some(count) = times.get_mut(visit.index()) {
                *count += 1;
            }
        }
    }
    if !violations.is_empty() {
        return violations;
    }
    for (visit, &times) in times.iter().enumerate() {
        if times > 1 {
            violations
                .push(SolutionViolation::VisitRepeated { visit: VisitId(visit as u32), times });
        }
    }
    check_series(problem, solution, &mut violations);
    let mut totals = Totals::default();
    for tour in tours {
        let checked = TourCheck::new(problem, tour);
        let (travel, broken) = checked.check();
        let shift = tour.shift;
        let in_tour = |violation| SolutionViolation::InTour { shift, violation };
        violations.extend(broken.into_iter().map(in_tour));
        let work = i128::from(travel) + i128::from(checked.visiting());
        totals.travel += travel;
        totals.prize += checked.prize();
        totals.work_price += work * work * i128::from(problem.balance().0) / 3600;
    }
    check_totals(problem, solution, totals, &mut violations);
    check_unserved(problem, solution, &times, &mut violations);
    violations
}

/// Totals of all tours.
#[derive(Default)]
struct Totals {
    prize: u64,
    travel: u64,
    /// Sum of the prices of the work of all tours, for balance.
    work_price: i128,
}

/// Checks the spacing of each pair of planned visits of each series.
fn check_series(
    problem: &VisitProblem,
    solution: &Solution,
    violations: &mut Vec<SolutionViolation>,
) {
    let day = |visit: VisitId| {
        let tour = solution.tours.0.iter().find(|tour| tour.visits.contains(&visit))?;
        Some(i64::from(problem.shift(tour.shift).day))
    };
    for Series { visits, spacing_days } in problem.series() {
        for (at, &later) in visits.iter().enumerate() {
            for &earlier in &visits[..at] {
                let (Some(first), Some(second)) = (day(earlier), day(later)) else { continue };
                let days = second - first;
                if days < i64::from(*spacing_days) {
                    let spacing_days = *spacing_days;
                    violations.push(SolutionViolation::TooSoonAgain {
                        earlier,
                        later,
                        days,
                        spacing_days,
                    });
                }
            }
        }
    }
}

fn check_totals(
    problem: &VisitProblem,
    solution: &Solution,
    Totals { prize, travel, work_price }: Totals,
    violations: &mut Vec<SolutionViolation>,
) {
    let cost = i128::from(problem.travel_cost_per_hour().0);
    let objective = i128::from(prize) * 3600 - i128::from(travel) * cost - work_price;
    for (what, expected, found) in [
        ("prize", i128::from(prize), i128::from(solution.prize)),
        ("travel", i128::from(travel), i128::from(solution.travel.0)),
        ("objective", objective, i128::from(solution.objective)),
    ] {
        if expected != found {
            violations.push(SolutionViolation::WrongTotal { what, expected, found });
        }
    }
}

fn check_unserved(
    problem: &VisitProblem,
    solution: &Solution,
    times: &[usize],
    violations: &mut Vec<SolutionViolation>,
) {
    let listed = &solution.unserved_mandatory;
    for (at, visit) in problem.visits().iter().enumerate() {
        let id = VisitId(at as u32);
        let count = listed.iter().filter(|&&v| v == id).count();
        if count != usize::from(visit.mandatory && times[at] == 0) {
            violations.push(SolutionViolation::WrongUnserved { visit: id });
        }
    }
    let unknown = listed.iter().filter(|v| v.index() >= times.len());
    violations.extend(unknown.map(|&visit| SolutionViolation::WrongUnserved { visit }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::tests::problems::{line, line_with};
    use crate::solver::{Break, TimeWindow, Tours};
    use crate::units::Seconds;

    fn in_tour(violation: TourViolation) -> SolutionViolation {
        SolutionViolation::InTour { shift: ShiftId(0), violation }
    }

    const HOURS_8: Seconds = Seconds::from_hours(8);

    fn solution(problem: &VisitProblem, visits: &[u32]) -> Solution {
        let mut tours = Tours::empty(problem);
        tours.0[0].visits = visits.iter().map(|&v| VisitId(v)).collect();
        Solution::of(problem, tours)
    }

    #[test]
    fn accepts_what_is_right() {
        let problem = line(HOURS_8);
        assert_eq!(check(&problem, &solution(&problem, &[0, 1])), []);
    }

    #[test]
    fn finds_a_visit_made_twice() {
        let problem = line(HOURS_8);
        let violations = check(&problem, &solution(&problem, &[1, 1]));
        assert_eq!(violations, [SolutionViolation::VisitRepeated { visit: VisitId(1), times: 2 }]);
    }

    #[test]
    fn finds_a_visit_that_does_not_exist() {
        let problem = line(HOURS_8);
        let mut wrong = solution(&problem, &[1]);
        wrong.tours.0[0].visits.push(VisitId(9));
        let expected = in_tour(TourViolation::NoSuchVisit(VisitId(9)));
        assert_eq!(check(&problem, &wrong), [expected]);
    }

    #[test]
    fn finds_a_shift_that_is_too_short() {
        let problem = line(Seconds(3000));
        let violations = check(&problem, &solution(&problem, &[0]));
        assert_eq!(violations, []);
        let violations = check(&problem, &solution(&problem, &[1]));
        assert_eq!(violations, [in_tour(TourViolation::ShiftExceeded { back: 4200, end: 3000 })]);
    }

    #[test]
    fn finds_a_missed_window_and_a_missing_break() {
        let lunch = Break {
            duration: Seconds(60),
            start: TimeWindow { start: Seconds(0), end: Seconds(2999) },
        };
        let early = TimeWindow { start: Seconds(0), end: Seconds(500) };
        let problem = line_with(HOURS_8, Some(lunch), early);
        let missed = in_tour(TourViolation::WindowMissed { visit: VisitId(0), earliest: 600 });
        assert_eq!(check(&problem, &solution(&problem, &[0])), [missed]);
        let missing = in_tour(TourViolation::BreakMissing { back: 4200, begin_by: 2999 });
        assert_eq!(check(&problem, &solution(&problem, &[1])), [missing]);
        let mut with_break = solution(&problem, &[1]);
        with_break.tours.0[0].break_after = Some(1);
        let too_late = in_tour(TourViolation::BreakTooLate { after: 1, begin_by: 2999 });
        assert_eq!(check(&problem, &with_break), [too_late]);
        with_break.tours.0[0].break_after = Some(0);
        assert_eq!(check(&problem, &with_break), []);
    }

    #[test]
    fn finds_visits_of_a_series_that_come_too_soon_after_one_another() {
        let problem = line(HOURS_8);
        let visits = vec![VisitId(2), VisitId(0), VisitId(1)];
        let problem = problem.with_series(vec![Series { visits, spacing_days: 3 }]).unwrap();
        let too_soon = |earlier, later| SolutionViolation::TooSoonAgain {
            earlier: VisitId(earlier),
            later: VisitId(later),
            days: 0,
            spacing_days: 3,
        };
        assert_eq!(check(&problem, &solution(&problem, &[1, 3])), []);
        let violations = check(&problem, &solution(&problem, &[1, 2, 0]));
        assert_eq!(violations, [too_soon(2, 0), too_soon(2, 1), too_soon(0, 1)]);
    }

    #[test]
    fn finds_wrong_totals_and_a_tour_of_another_shift() {
        let problem = line(HOURS_8);
        let mut wrong = solution(&problem, &[0, 1]);
        wrong.prize += 1;
        let expected = SolutionViolation::WrongTotal { what: "prize", expected: 3000, found: 3001 };
        assert_eq!(check(&problem, &wrong), [expected]);
        wrong.tours.0[0].shift = ShiftId(1);
        assert_eq!(
            check(&problem, &wrong),
            [SolutionViolation::NotOneTourAShift { shifts: 1, at: 0 }]
        );
    }

    #[test]
    fn finds_a_visit_wrongly_said_to_be_mandatory_and_unserved() {
        let problem = line(HOURS_8);
        let mut wrong = solution(&problem, &[0]);
        wrong.unserved_mandatory = vec![VisitId(2)];
        assert_eq!(
            check(&problem, &wrong),
            [SolutionViolation::WrongUnserved { visit: VisitId(2) }]
        );
    }
}
