//! Checks the schedule of a tour against the problem. The check shares no code with the computation
//! of schedules.

use super::check_travel::CheckedLeg;
use super::problem::VisitProblem;
use super::schedule::{BreakTimes, Schedule};
use super::shift::Break;
use super::visit::VisitId;
use super::{BreakSide, Tour};
use crate::units::Seconds;

/// A rule that a schedule breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleViolation {
    /// The visits or the break of the schedule are not those of the tour.
    #[error("the visits or the break of the schedule are not those of the tour")]
    AnotherTour,
    /// The rep is away before the shift begins or after it ends.
    #[error("away from {leave} s to {back} s, outside the shift")]
    OutsideShift {
        /// Departure of the rep, or begin of a break before the departure, in seconds after
        /// midnight.
        leave: u32,
        /// Return of the rep, in seconds after midnight.
        back: u32,
    },
    /// A leg has less time than it needs together with the break on it.
    #[error("the leg after {after} visits takes {needed} s, the schedule allows {given} s")]
    LegTooShort {
        /// Number of visits before the leg.
        after: usize,
        /// Time that the leg and its break need, in seconds.
        needed: u64,
        /// Time between the two stops, in seconds.
        given: i64,
    },
    /// The rep does not leave at the right moment, or the arrival does not match the departure.
    #[error("the leg after {after} visits has wrong times")]
    WrongLegTimes {
        /// Number of visits before the leg.
        after: usize,
    },
    /// A visit begins before the rep arrives or outside its windows, or it has the wrong duration.
    #[error("visit {} has times that its offer does not allow", visit.0)]
    WrongVisitTimes {
        /// The visit.
        visit: VisitId,
    },
    /// The break is missing, has the wrong length or time, or overlaps a visit or a leg.
    #[error("the break is missing or breaks the rules of the shift")]
    WrongBreak,
    /// The total travel time is wrong.
    #[error("the travel is {expected} s, the schedule says {found} s")]
    WrongTravel {
        /// Sum of the travel times of all legs, in seconds.
        expected: u64,
        /// Travel time that the schedule states, in seconds.
        found: u32,
    },
}

/// Returns all rules that `times` breaks as the schedule of `tour`. The list is empty if the
/// schedule is correct. O(visits · log offers).
#[must_use]
pub fn check_schedule(
    problem: &VisitProblem,
    tour: &Tour,
    times: &Schedule,
) -> Vec<ScheduleViolation> {
    let shift = tour.shift;
    let visits: Vec<VisitId> = times.stops.iter().map(|s| s.visit).collect();
    if visits != tour.visits || times.break_times.map(|p| p.after) != tour.break_after {
        return vec![ScheduleViolation::AnotherTour];
    }
    let mut violations = Vec::new();
    if !visits.is_empty() {
        check_legs(problem, tour, times, &mut violations);
    }
    let day = problem.shift(shift).window;
    let break_first = times.break_times.filter(|p| p.after == 0).map_or(times.leave, |p| p.begin);
    let leave = times.leave.min(break_first);
    if leave < day.start || times.back > day.end || leave > times.back {
        violations.push(ScheduleViolation::OutsideShift { leave: leave.0, back: times.back.0 });
    }
    for stop in &times.stops {
        let offer = problem.visit(stop.visit).offers.iter().find(|o| o.shift == shift);
        let as_offered = offer.is_some_and(|offer| {
            stop.arrival <= stop.begin
                && stop.begin.0 + offer.duration.0 == stop.end.0
                && offer.windows.iter().any(|w| (w.start..=w.end).contains(&stop.begin))
        });
        if !as_offered {
            violations.push(ScheduleViolation::WrongVisitTimes { visit: stop.visit });
        }
    }
    if !is_break_right(problem, tour, times) {
        violations.push(ScheduleViolation::WrongBreak);
    }
    violations
}

/// Checks the times of each leg, and the sum of their travel times.
fn check_legs(
    problem: &VisitProblem,
    tour: &Tour,
    times: &Schedule,
    violations: &mut Vec<ScheduleViolation>,
) {
    let shift = tour.shift;
    let terms = problem.shift(shift);
    let mut sum = 0;
    for after in 0..=times.stops.len() {
        let before = after.checked_sub(1).map(|at| times.stops[at]);
        let next = times.stops.get(after);
        let from = before.map_or(terms.start_place, |s| problem.visit(s.visit).place);
        let to = next.map_or(terms.end_place, |s| problem.visit(s.visit).place);
        let leg = CheckedLeg::new(problem, terms, from, to);
        let mut free = before.map_or(times.leave, |s| s.end);
        let mut arrived = next.map_or(times.back, |s| s.arrival);
        if let Some(taken) = times.break_times.filter(|p| p.after == after) {
            match taken.side {
                BreakSide::BeforeLeaving => free = free.max(taken.end),
                BreakSide::AfterArriving => arrived = arrived.min(taken.begin),
            }
        }
        // The rep leaves as soon as possible, unless the arrival would then be too early. The
        // arrival is the departure plus the travel time.
        let mut left = u64::from(free.0);
        if let Some(stop) = next.filter(|_| after > 0)
            && let Some(earliness) = problem.visit(stop.visit).earliness
        {
            let break_there = times
                .break_times
                .filter(|p| p.after == after && p.side == BreakSide::AfterArriving)
                .and(terms.required_break);
            let door = i64::from(stop.begin.0) - i64::from(earliness.0);
            left = leave_for(&leg, left, door, break_there);
        }
        let needed = leg.arrival(left) - left;
        sum += needed;
        let given = i64::from(arrived.0) - left as i64;
        if needed as i64 > given || !leg.has_way() {
            violations.push(ScheduleViolation::LegTooShort { after, needed, given });
        }
        let on_the_road = times.legs.get(after).map(|leg| (leg.depart, leg.arrive));
        let there = Seconds((left + needed) as u32);
        if on_the_road != Some((Seconds(left as u32), there)) {
            violations.push(ScheduleViolation::WrongLegTimes { after });
        }
    }
    if sum != u64::from(times.travel.0) {
        violations.push(ScheduleViolation::WrongTravel { expected: sum, found: times.travel.0 });
    }
}

/// Returns the departure of a rep who can leave at `free` and must not arrive before `door`. The
/// rep takes `break_there` after arriving, if there is such a break.
fn leave_for(leg: &CheckedLeg<'_>, free: u64, door: i64, break_there: Option<Break>) -> u64 {
    let arrival = leg.arrival(free);
    let ready = match break_there {
        Some(rules) => arrival.max(rules.start.start.0.into()) + u64::from(rules.duration.0),
        None => arrival,
    };
    let Some(door) = u64::try_from(door).ok().filter(|door| ready < *door) else { return free };
    let arrive_by = match break_there {
        Some(rules) => u64::from(rules.start.end.0).min(door - u64::from(rules.duration.0)),
        None => door,
    };
    leg.departure(free, arrive_by).unwrap_or(free)
}

fn is_break_right(problem: &VisitProblem, tour: &Tour, times: &Schedule) -> bool {
    let Some(rules) = problem.shift(tour.shift).required_break else {
        return times.break_times.is_none();
    };
    let Some(BreakTimes { begin, end, after, side }) = times.break_times else {
        return times.stops.is_empty() || times.back <= rules.start.end;
    };
    let long_enough = begin.0 + rules.duration.0 == end.0;
    let in_time = (rules.start.start..=rules.start.end).contains(&begin);
    let apart = match side {
        BreakSide::BeforeLeaving => {
            (after == 0 && end <= times.leave) || (after > 0 && times.stops[after - 1].end <= begin)
        }
        BreakSide::AfterArriving => {
            end <= times.stops.get(after).map_or(times.back, |next| next.begin)
        }
    };
    long_enough && in_time && apart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::tests::problems::line;
    use crate::solver::{ShiftId, TimeWindow, schedule};

    #[test]
    fn finds_a_rep_who_is_too_early_at_an_appointment_or_leaves_too_late_without_one() {
        let line = line(Seconds::from_hours(8));
        let mut visits = line.visits().to_vec();
        visits[1].earliness = Some(Seconds::from_minutes(10));
        let at = Seconds::from_minutes(100);
        visits[1].offers[0].windows = vec![TimeWindow { start: at, end: at }];
        let problem = line.with_visits(visits).unwrap();
        let shift = ShiftId(0);
        let tour = Tour { shift, visits: [0, 1].map(VisitId).into(), break_after: None };
        let right = schedule(&problem, shift, &tour).unwrap();
        assert_eq!(check_schedule(&problem, &tour, &right), []);
        for minutes in [5, 15] {
            let mut wrong = right.clone();
            let moved = |time: Seconds| Seconds(time.0 + minutes * 60 - 600);
            wrong.legs[1].depart = moved(wrong.legs[1].depart);
            wrong.legs[1].arrive = moved(wrong.legs[1].arrive);
            wrong.stops[1].arrival = moved(wrong.stops[1].arrival);
            let found = check_schedule(&problem, &tour, &wrong);
            assert!(found.contains(&ScheduleViolation::WrongLegTimes { after: 1 }), "{found:?}");
        }
    }
}
