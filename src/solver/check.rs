//! Recomputes a plan from the problem alone, to catch what the search got wrong.
//!
//! Shares no code with the search or the schedule: it has its own idea of what a window and a pause are, taken from the
//! problem's documentation, and computes in 64 bits.

use super::check_travel::JudgedLeg;
use super::problem::{Offer, Pause, PlaceId, ShiftId, VisitId, VisitProblem};
use super::series::Series;
use super::tour::{Solution, Tour};

/// Something a solution does that the problem does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// Not one tour a shift, in order.
    #[error(
        "expected one tour for each of the {shifts} shifts in order; tour {at} is missing or belongs elsewhere"
    )]
    NotOneTourAShift {
        /// How many shifts there are.
        shifts: usize,
        /// The first tour that is wrong.
        at: usize,
    },
    /// A tour names a visit the problem does not have.
    #[error("shift {}: there is no visit {}", shift.0, visit.0)]
    NoSuchVisit {
        /// Where.
        shift: ShiftId,
        /// Which visit.
        visit: VisitId,
    },
    /// A visit is made more than once.
    #[error("visit {} is made {times} times", visit.0)]
    VisitRepeated {
        /// Which visit.
        visit: VisitId,
        /// How often.
        times: usize,
    },
    /// Two visits of a series are made in the wrong order or too soon after one another.
    #[error("visit {} is made {days} days after visit {}, at least {spacing_days} are needed", later.0, earlier.0)]
    TooSoonAgain {
        /// Which visit comes first in the series.
        earlier: VisitId,
        /// Which one comes later in it.
        later: VisitId,
        /// Days from the earlier to the later one.
        days: i64,
        /// Days there must be.
        spacing_days: u32,
    },
    /// A visit is made in a shift for which it has no offer.
    #[error("shift {}: visit {} is not offered", shift.0, visit.0)]
    NotOffered {
        /// Where.
        shift: ShiftId,
        /// Which visit.
        visit: VisitId,
    },
    /// More visits than the shift allows.
    #[error("shift {}: {found} visits, at most {most} allowed", shift.0)]
    TooManyVisits {
        /// Where.
        shift: ShiftId,
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: u32,
    },
    /// More travel than the shift allows.
    #[error("shift {}: {found} s of travel, at most {most} s allowed", shift.0)]
    TooMuchTravel {
        /// Where.
        shift: ShiftId,
        /// Seconds of travel.
        found: u64,
        /// Seconds allowed.
        most: u32,
    },
    /// A leg without a way.
    #[error("shift {}: no way for the leg after {after} visits", shift.0)]
    NoWay {
        /// Where.
        shift: ShiftId,
        /// How many visits come before the leg.
        after: usize,
    },
    /// The visit cannot begin in any of its windows.
    #[error("shift {}: visit {} cannot begin before {earliest} s, after its last window", shift.0, visit.0)]
    WindowMissed {
        /// Where.
        shift: ShiftId,
        /// Which visit.
        visit: VisitId,
        /// When the rep can be there, in seconds after midnight.
        earliest: u64,
    },
    /// Back after the end of the shift.
    #[error("shift {}: back at {back} s, the shift ends at {end} s", shift.0)]
    ShiftExceeded {
        /// Where.
        shift: ShiftId,
        /// When the rep is back at the earliest.
        back: u64,
        /// When they must be.
        end: u32,
    },
    /// A pause is needed and not taken.
    #[error("shift {}: back at {back} s without the pause that must begin by {begin_by} s", shift.0)]
    PauseMissing {
        /// Where.
        shift: ShiftId,
        /// When the rep is back.
        back: u64,
        /// When the pause should have begun.
        begin_by: u32,
    },
    /// The pause comes after the last moment it may begin.
    #[error("shift {}: the pause after {after} visits cannot begin by {begin_by} s", shift.0)]
    PauseTooLate {
        /// Where.
        shift: ShiftId,
        /// How many visits come before it.
        after: usize,
        /// When it should have begun.
        begin_by: u32,
    },
    /// A pause is taken that the shift does not have, or after more visits than there are.
    #[error("shift {}: there is no pause to take after {after} visits", shift.0)]
    NoSuchPause {
        /// Where.
        shift: ShiftId,
        /// How many visits are said to come before it.
        after: usize,
    },
    /// A total of the solution is not what its tours add up to.
    #[error("the {what} of the tours is {expected}, the solution says {found}")]
    WrongTotal {
        /// `"prize"`, `"travel"` or `"objective"`.
        what: &'static str,
        /// What it is.
        expected: i128,
        /// What the solution says.
        found: i128,
    },
    /// The list of unserved mandatory visits is not the right one.
    #[error("visit {} is wrongly listed, or not listed, as mandatory and unserved", visit.0)]
    WrongUnserved {
        /// Which visit.
        visit: VisitId,
    },
}

/// Everything that is wrong with `solution`; empty if it is a solution. O(visits · log offers).
pub fn check(problem: &VisitProblem, solution: &Solution) -> Vec<Violation> {
    let mut violations = Vec::new();
    let tours = &solution.tours.0;
    let shifts = problem.shifts().len();
    let wrong = (0..shifts.max(tours.len()))
        .find(|&at| at >= shifts || tours.get(at).is_none_or(|t| t.shift.0 as usize != at));
    if let Some(at) = wrong {
        return vec![Violation::NotOneTourAShift { shifts, at }];
    }
    let mut times = vec![0; problem.visits().len()];
    for tour in tours {
        let unknown = tour.visits.iter().filter(|v| v.0 as usize >= times.len());
        violations
            .extend(unknown.map(|&visit| Violation::NoSuchVisit { shift: tour.shift, visit }));
        for visit in &tour.visits {
            if let Some(count) = times.get_mut(visit.0 as usize) {
                *count += 1;
            }
        }
    }
    if !violations.is_empty() {
        return violations;
    }
    for (visit, &times) in times.iter().enumerate() {
        if times > 1 {
            violations.push(Violation::VisitRepeated { visit: VisitId(visit as u32), times });
        }
    }
    check_series(problem, solution, &mut violations);
    let mut totals = Totals::default();
    for tour in tours {
        let walk = Walk::new(problem, tour);
        let travel = walk.check(&mut violations);
        let work = i128::from(travel) + i128::from(walk.visiting());
        totals.travel += travel;
        totals.prize += walk.prize();
        totals.work_price += work * work * i128::from(problem.balance().0) / 3600;
    }
    check_totals(problem, solution, totals, &mut violations);
    check_unserved(problem, solution, &times, &mut violations);
    violations
}

/// What all tours add up to.
#[derive(Default)]
struct Totals {
    prize: u64,
    travel: u64,
    /// What their work costs for the sake of balance.
    work_price: i128,
}

/// Every pair of visits of a series that are both made.
fn check_series(problem: &VisitProblem, solution: &Solution, violations: &mut Vec<Violation>) {
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
                    violations.push(Violation::TooSoonAgain { earlier, later, days, spacing_days });
                }
            }
        }
    }
}

fn check_totals(
    problem: &VisitProblem,
    solution: &Solution,
    Totals { prize, travel, work_price }: Totals,
    violations: &mut Vec<Violation>,
) {
    let cost = i128::from(problem.travel_cost_per_hour().0);
    let objective = i128::from(prize) * 3600 - i128::from(travel) * cost - work_price;
    for (what, expected, found) in [
        ("prize", i128::from(prize), i128::from(solution.prize)),
        ("travel", i128::from(travel), i128::from(solution.travel.0)),
        ("objective", objective, i128::from(solution.objective)),
    ] {
        if expected != found {
            violations.push(Violation::WrongTotal { what, expected, found });
        }
    }
}

fn check_unserved(
    problem: &VisitProblem,
    solution: &Solution,
    times: &[usize],
    violations: &mut Vec<Violation>,
) {
    let listed = &solution.unserved_mandatory;
    for (at, visit) in problem.visits().iter().enumerate() {
        let id = VisitId(at as u32);
        let count = listed.iter().filter(|&&v| v == id).count();
        if count != usize::from(visit.mandatory && times[at] == 0) {
            violations.push(Violation::WrongUnserved { visit: id });
        }
    }
    let unknown = listed.iter().filter(|v| v.0 as usize >= times.len());
    violations.extend(unknown.map(|&visit| Violation::WrongUnserved { visit }));
}

/// One tour, leg by leg.
struct Walk<'a> {
    problem: &'a VisitProblem,
    tour: &'a Tour,
    /// To the first visit, …, to the end place. Empty for an empty tour.
    legs: Vec<JudgedLeg<'a>>,
}

/// How a walk turns out.
struct Day {
    /// When the rep goes on, with the pause and its leg behind them; not before they may be at the next door.
    paused_until: u64,
    /// Whether it is the next door that keeps them.
    is_early: bool,
    /// Seconds on the road.
    travel: u64,
}

impl<'a> Walk<'a> {
    fn new(problem: &'a VisitProblem, tour: &'a Tour) -> Self {
        let shift = problem.shift(tour.shift);
        let mut places = vec![shift.start_place];
        places.extend(tour.visits.iter().map(|&v| problem.visit(v).place));
        places.push(shift.end_place);
        let leg = |pair: &[PlaceId]| JudgedLeg::new(problem, shift, pair[0], pair[1]);
        let mut legs: Vec<JudgedLeg<'_>> = places.windows(2).map(leg).collect();
        if tour.visits.is_empty() {
            legs.clear();
        }
        Self { problem, tour, legs }
    }

    /// The travel of a tour that breaks a rule: each leg as if left at midnight.
    fn travel_at_midnight(&self) -> u64 {
        self.legs.iter().map(|leg| leg.at_midnight()).sum()
    }

    fn offer(&self, visit: VisitId) -> Option<&'a Offer> {
        self.problem.visit(visit).offers.iter().find(|o| o.shift == self.tour.shift)
    }

    fn prize(&self) -> u64 {
        self.tour.visits.iter().filter_map(|&v| self.offer(v)).map(|o| u64::from(o.prize.0)).sum()
    }

    fn visiting(&self) -> u64 {
        self.tour.visits.iter().map(|&visit| u64::from(self.duration(visit))).sum()
    }

    /// Adds what is wrong to `violations`; returns the travel.
    fn check(&self, violations: &mut Vec<Violation>) -> u64 {
        let shift = self.tour.shift;
        let terms = self.problem.shift(shift);
        let visits = &self.tour.visits;
        let before = violations.len();
        if visits.len() > terms.visits_max as usize {
            let (found, most) = (visits.len(), terms.visits_max);
            violations.push(Violation::TooManyVisits { shift, found, most });
        }
        if let Some(after) = self.tour.pause_after
            && (terms.pause.is_none() || after > visits.len() || visits.is_empty())
        {
            violations.push(Violation::NoSuchPause { shift, after });
        }
        let missing = visits.iter().filter(|&&v| self.offer(v).is_none());
        violations.extend(missing.map(|&visit| Violation::NotOffered { shift, visit }));
        let no_way = (0..self.legs.len()).filter(|&leg| !self.legs[leg].has_way());
        violations.extend(no_way.map(|after| Violation::NoWay { shift, after }));
        if violations.len() > before || visits.is_empty() {
            return self.travel_at_midnight();
        }
        // The two ends of the leg at which the pause may be taken lead to different days; one good day is enough.
        let day = match (self.day(true), self.day(false)) {
            (Err(_), Err(violation)) => {
                violations.push(violation);
                return self.travel_at_midnight();
            }
            (Ok(first), Ok(after))
                if first.paused_until < after.paused_until
                    || (first.paused_until == after.paused_until && first.is_early) =>
            {
                first
            }
            (_, Ok(after)) => after,
            (Ok(first), Err(_)) => first,
        };
        if let Some(most) = terms.travel_max
            && day.travel > u64::from(most.0)
        {
            let found = day.travel;
            violations.push(Violation::TooMuchTravel { shift, found, most: most.0 });
            return self.travel_at_midnight();
        }
        day.travel
    }

    /// The day with the pause before or after the leg it is taken on; what goes wrong if it cannot be.
    fn day(&self, pause_first: bool) -> Result<Day, Violation> {
        let shift = self.tour.shift;
        let terms = self.problem.shift(shift);
        let open = u64::from(terms.window.start.0);
        let mut clock = open;
        let (mut travel, mut paused_until, mut is_early) = (0, 0, false);
        for (done, leg) in self.legs.iter().enumerate() {
            let pause = terms.pause.filter(|_| self.tour.pause_after == Some(done));
            if pause_first && let Some(pause) = pause {
                clock = self.rest(pause, clock, done)?;
            }
            let left = clock;
            clock = leg.arrival(left);
            let mut leg_travel = clock - left;
            if !pause_first && let Some(pause) = pause {
                clock = self.rest(pause, clock, done)?;
            }
            let (ready, mut begin) = (clock, clock);
            let mut not_before = 0;
            if let Some(&visit) = self.tour.visits.get(done) {
                begin = self.begin(visit, clock)?;
                clock = begin + u64::from(self.duration(visit));
                let earliness = self.problem.visit(visit).earliness.filter(|_| done > 0);
                not_before = earliness.map_or(0, |early| begin.saturating_sub(early.0.into()));
            }
            if ready < not_before {
                let after = pause.filter(|_| !pause_first);
                leg_travel = leg.left_late_for(after, left, not_before);
            }
            if pause.is_some() {
                (paused_until, is_early) = (ready.max(not_before), ready < not_before);
            }
            travel += if done == 0 { leg.left_late(pause, open, begin) } else { leg_travel };
        }
        if clock > u64::from(terms.window.end.0) {
            return Err(Violation::ShiftExceeded { shift, back: clock, end: terms.window.end.0 });
        }
        match terms.pause {
            Some(pause)
                if self.tour.pause_after.is_none() && clock > u64::from(pause.start.end.0) =>
            {
                Err(Violation::PauseMissing { shift, back: clock, begin_by: pause.start.end.0 })
            }
            _ => Ok(Day { paused_until, is_early, travel }),
        }
    }

    /// The end of a pause that can begin from `clock` on.
    fn rest(&self, pause: Pause, clock: u64, after: usize) -> Result<u64, Violation> {
        let begin_by = pause.start.end.0;
        if clock > u64::from(begin_by) {
            return Err(Violation::PauseTooLate { shift: self.tour.shift, after, begin_by });
        }
        Ok(clock.max(u64::from(pause.start.start.0)) + u64::from(pause.duration.0))
    }

    /// The begin of a visit that can begin from `clock` on.
    fn begin(&self, visit: VisitId, clock: u64) -> Result<u64, Violation> {
        let shift = self.tour.shift;
        let offer = self.offer(visit).ok_or(Violation::NotOffered { shift, visit })?;
        let begins = offer.windows.iter().filter_map(|window| {
            let begin = clock.max(u64::from(window.start.0));
            (begin <= u64::from(window.end.0)).then_some(begin)
        });
        let begin = begins.min();
        begin.ok_or(Violation::WindowMissed { shift, visit, earliest: clock })
    }

    fn duration(&self, visit: VisitId) -> u32 {
        self.offer(visit).map_or(0, |offer| offer.duration.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::tests::problems::{line, line_with};
    use crate::solver::{Pause, TimeWindow, Tours};
    use crate::units::Seconds;

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
        assert_eq!(violations, [Violation::VisitRepeated { visit: VisitId(1), times: 2 }]);
    }

    #[test]
    fn finds_a_visit_that_does_not_exist() {
        let problem = line(HOURS_8);
        let mut wrong = solution(&problem, &[1]);
        wrong.tours.0[0].visits.push(VisitId(9));
        let expected = Violation::NoSuchVisit { shift: ShiftId(0), visit: VisitId(9) };
        assert_eq!(check(&problem, &wrong), [expected]);
    }

    #[test]
    fn finds_a_shift_that_is_too_short() {
        let problem = line(Seconds(3000));
        let violations = check(&problem, &solution(&problem, &[0]));
        assert_eq!(violations, []);
        let violations = check(&problem, &solution(&problem, &[1]));
        let shift = ShiftId(0);
        assert_eq!(violations, [Violation::ShiftExceeded { shift, back: 4200, end: 3000 }]);
    }

    #[test]
    fn finds_a_missed_window_and_a_missing_pause() {
        let pause = Pause {
            duration: Seconds(60),
            start: TimeWindow { start: Seconds(0), end: Seconds(2999) },
        };
        let early = TimeWindow { start: Seconds(0), end: Seconds(500) };
        let problem = line_with(HOURS_8, Some(pause), early);
        let shift = ShiftId(0);
        let missed = Violation::WindowMissed { shift, visit: VisitId(0), earliest: 600 };
        assert_eq!(check(&problem, &solution(&problem, &[0])), [missed]);
        let missing = Violation::PauseMissing { shift, back: 4200, begin_by: 2999 };
        assert_eq!(check(&problem, &solution(&problem, &[1])), [missing]);
        let mut rested = solution(&problem, &[1]);
        rested.tours.0[0].pause_after = Some(1);
        let too_late = Violation::PauseTooLate { shift, after: 1, begin_by: 2999 };
        assert_eq!(check(&problem, &rested), [too_late]);
        rested.tours.0[0].pause_after = Some(0);
        assert_eq!(check(&problem, &rested), []);
    }

    #[test]
    fn finds_visits_of_a_series_that_come_too_soon_after_one_another() {
        let problem = line(HOURS_8);
        let visits = vec![VisitId(2), VisitId(0), VisitId(1)];
        let problem = problem.with_series(vec![Series { visits, spacing_days: 3 }]).unwrap();
        let too_soon = |earlier, later| Violation::TooSoonAgain {
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
        let expected = Violation::WrongTotal { what: "prize", expected: 3000, found: 3001 };
        assert_eq!(check(&problem, &wrong), [expected]);
        wrong.tours.0[0].shift = ShiftId(1);
        assert_eq!(check(&problem, &wrong), [Violation::NotOneTourAShift { shifts: 1, at: 0 }]);
    }

    #[test]
    fn finds_a_visit_wrongly_said_to_be_mandatory_and_unserved() {
        let problem = line(HOURS_8);
        let mut wrong = solution(&problem, &[0]);
        wrong.unserved_mandatory = vec![VisitId(2)];
        assert_eq!(check(&problem, &wrong), [Violation::WrongUnserved { visit: VisitId(2) }]);
    }
}
