//! Checks the clock times of a tour against the problem, sharing no code with what made them.

use super::check_travel::JudgedLeg;
use super::problem::{Pause, ShiftId, VisitId, VisitProblem};
use super::schedule::{PauseTimes, Schedule};
use super::{PauseSide, Tour};
use crate::units::Seconds;

/// Something in a schedule that cannot be, or is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleViolation {
    /// The schedule is not of this tour: other visits, or the pause somewhere else.
    #[error("shift {}: the schedule has other visits, or its pause elsewhere, than the tour", shift.0)]
    AnotherTour {
        /// Which tour.
        shift: ShiftId,
    },
    /// The rep is away before the shift begins or after it ends.
    #[error("shift {}: away from {leave} s to {back} s, outside the shift", shift.0)]
    OutsideShift {
        /// Which tour.
        shift: ShiftId,
        /// When the rep, or their pause, begins.
        leave: u32,
        /// When they are back.
        back: u32,
    },
    /// Less time between two stops than the road, and a pause on the way, take.
    #[error("shift {}: the leg after {after} visits takes {needed} s, the schedule allows {given} s", shift.0)]
    LegTooShort {
        /// Which tour.
        shift: ShiftId,
        /// How many visits come before the leg.
        after: usize,
        /// Seconds needed.
        needed: u64,
        /// Seconds between the two stops.
        given: i64,
    },
    /// A leg is not left as soon as the rep is free, or does not arrive when the road is travelled.
    #[error("shift {}: the leg after {after} visits is not left and ended when it should be", shift.0)]
    WrongLegTimes {
        /// Which tour.
        shift: ShiftId,
        /// How many visits come before the leg.
        after: usize,
    },
    /// A visit begins before the rep is there, outside its windows, or ends too soon or too late.
    #[error("shift {}: visit {} is not made as offered", shift.0, visit.0)]
    WrongVisitTimes {
        /// Which tour.
        shift: ShiftId,
        /// Which visit.
        visit: VisitId,
    },
    /// A pause that is missing, of the wrong length, at the wrong time, or overlaps with something.
    #[error("shift {}: the pause is missing or not as the shift asks for", shift.0)]
    WrongPause {
        /// Which tour.
        shift: ShiftId,
    },
    /// The sum of travel is wrong.
    #[error("shift {}: the travel is {expected} s, the schedule says {found} s", shift.0)]
    WrongTravel {
        /// Which tour.
        shift: ShiftId,
        /// What it is.
        expected: u64,
        /// What the schedule says.
        found: u32,
    },
}

/// Everything that is wrong with `times` as a schedule of `tour`; empty if nothing is. O(visits · log offers).
pub fn check_schedule(
    problem: &VisitProblem,
    tour: &Tour,
    times: &Schedule,
) -> Vec<ScheduleViolation> {
    let shift = tour.shift;
    let visits: Vec<VisitId> = times.stops.iter().map(|s| s.visit).collect();
    if visits != tour.visits || times.pause.map(|p| p.after) != tour.pause_after {
        return vec![ScheduleViolation::AnotherTour { shift }];
    }
    let mut violations = Vec::new();
    if !visits.is_empty() {
        check_legs(problem, tour, times, &mut violations);
    }
    let day = problem.shift(shift).window;
    let pause_first = times.pause.filter(|p| p.after == 0).map_or(times.leave, |p| p.begin);
    let leave = times.leave.min(pause_first);
    if leave < day.start || times.back > day.end || leave > times.back {
        violations.push(ScheduleViolation::OutsideShift {
            shift,
            leave: leave.0,
            back: times.back.0,
        });
    }
    for stop in &times.stops {
        let offer = problem.visit(stop.visit).offers.iter().find(|o| o.shift == shift);
        let as_offered = offer.is_some_and(|offer| {
            stop.arrival <= stop.begin
                && stop.begin.0 + offer.duration.0 == stop.end.0
                && offer.windows.iter().any(|w| (w.start..=w.end).contains(&stop.begin))
        });
        if !as_offered {
            violations.push(ScheduleViolation::WrongVisitTimes { shift, visit: stop.visit });
        }
    }
    if !pause_is_right(problem, tour, times) {
        violations.push(ScheduleViolation::WrongPause { shift });
    }
    violations
}

/// Each leg has the time it takes, and all of them add up.
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
        let leg = JudgedLeg::new(problem, terms, from, to);
        let mut free = before.map_or(times.leave, |s| s.end);
        let mut arrived = next.map_or(times.back, |s| s.arrival);
        if let Some(pause) = times.pause.filter(|p| p.after == after) {
            match pause.side {
                PauseSide::BeforeLeaving => free = free.max(pause.end),
                PauseSide::AfterArriving => arrived = arrived.min(pause.begin),
            }
        }
        // The rep leaves as soon as they are free, unless that is too early, and is on the road until they are there.
        let mut left = u64::from(free.0);
        if let Some(stop) = next.filter(|_| after > 0)
            && let Some(earliness) = problem.visit(stop.visit).earliness
        {
            let rests_there = times
                .pause
                .filter(|p| p.after == after && p.side == PauseSide::AfterArriving)
                .and(terms.pause);
            let door = i64::from(stop.begin.0) - i64::from(earliness.0);
            left = leave_for(&leg, left, door, rests_there);
        }
        let needed = leg.arrival(left) - left;
        sum += needed;
        let given = i64::from(arrived.0) - left as i64;
        if needed as i64 > given || !leg.has_way() {
            violations.push(ScheduleViolation::LegTooShort { shift, after, needed, given });
        }
        let on_the_road = times.legs.get(after).map(|leg| (leg.depart, leg.arrive));
        let there = Seconds((left + needed) as u32);
        if on_the_road != Some((Seconds(left as u32), there)) {
            violations.push(ScheduleViolation::WrongLegTimes { shift, after });
        }
    }
    if sum != u64::from(times.travel.0) {
        violations.push(ScheduleViolation::WrongTravel {
            shift,
            expected: sum,
            found: times.travel.0,
        });
    }
}

/// When a rep who is free to leave at `free` leaves so as not to be at a door before `door`, with the pause there if any.
fn leave_for(leg: &JudgedLeg<'_>, free: u64, door: i64, rests_there: Option<Pause>) -> u64 {
    let arrival = leg.arrival(free);
    let ready = match rests_there {
        Some(pause) => arrival.max(pause.start.start.0.into()) + u64::from(pause.duration.0),
        None => arrival,
    };
    let Some(door) = u64::try_from(door).ok().filter(|door| ready < *door) else { return free };
    let arrive_by = match rests_there {
        Some(pause) => u64::from(pause.start.end.0).min(door - u64::from(pause.duration.0)),
        None => door,
    };
    leg.departure(free, arrive_by).unwrap_or(free)
}

fn pause_is_right(problem: &VisitProblem, tour: &Tour, times: &Schedule) -> bool {
    let Some(pause) = problem.shift(tour.shift).pause else { return times.pause.is_none() };
    let Some(PauseTimes { begin, end, after, side }) = times.pause else {
        return times.stops.is_empty() || times.back <= pause.start.end;
    };
    let long_enough = begin.0 + pause.duration.0 == end.0;
    let in_time = (pause.start.start..=pause.start.end).contains(&begin);
    let apart = match side {
        PauseSide::BeforeLeaving => {
            (after == 0 && end <= times.leave) || (after > 0 && times.stops[after - 1].end <= begin)
        }
        PauseSide::AfterArriving => {
            end <= times.stops.get(after).map_or(times.back, |next| next.begin)
        }
    };
    long_enough && in_time && apart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::tests::problems::line;
    use crate::solver::{TimeWindow, schedule};

    #[test]
    fn finds_a_rep_who_is_too_early_at_an_appointment_or_leaves_too_late_without_one() {
        let line = line(Seconds::from_hours(8));
        let mut visits = line.visits().to_vec();
        visits[1].earliness = Some(Seconds::from_minutes(10));
        let at = Seconds::from_minutes(100);
        visits[1].offers[0].windows = vec![TimeWindow { start: at, end: at }];
        let (tables, shifts) = (line.tables().to_vec(), line.shifts().to_vec());
        let problem = VisitProblem::new(tables, shifts, visits, line.travel_cost_per_hour());
        let problem = problem.unwrap();
        let shift = ShiftId(0);
        let tour = Tour { shift, visits: [0, 1].map(VisitId).into(), pause_after: None };
        let right = schedule(&problem, shift, &tour).unwrap();
        assert_eq!(check_schedule(&problem, &tour, &right), []);
        for minutes in [5, 15] {
            let mut wrong = right.clone();
            let moved = |time: Seconds| Seconds(time.0 + minutes * 60 - 600);
            wrong.legs[1].depart = moved(wrong.legs[1].depart);
            wrong.legs[1].arrive = moved(wrong.legs[1].arrive);
            wrong.stops[1].arrival = moved(wrong.stops[1].arrival);
            let found = check_schedule(&problem, &tour, &wrong);
            assert!(
                found.contains(&ScheduleViolation::WrongLegTimes { shift, after: 1 }),
                "{found:?}"
            );
        }
    }
}
