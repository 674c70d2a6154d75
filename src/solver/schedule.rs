//! Computes the schedule of a tour: arrival, begin and end of each visit, and departure and arrival
//! of each leg.

use crate::units::Seconds;

use super::breaks::{BreakRule, BreakSide};
use super::drive::Drive;
use super::problem::VisitProblem;
use super::shift::ShiftId;
use super::tour::Tour;
use super::visit::{Offer, VisitId};

/// The times of one tour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Departure of the rep from the start place.
    pub leave: Seconds,
    /// Return of the rep to the end place.
    pub back: Seconds,
    /// Times of each visit, in the order of the tour.
    pub stops: Vec<StopTimes>,
    /// Times of each leg: one leg to each visit, and one to the end place. Empty for an empty tour.
    pub legs: Vec<LegTimes>,
    /// Times of the break; `None` if no break is taken.
    pub break_times: Option<BreakTimes>,
    /// Total travel time of the tour.
    pub travel: Seconds,
}

/// Times of one visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopTimes {
    /// The visit.
    pub visit: VisitId,
    /// Arrival of the rep at the place.
    pub arrival: Seconds,
    /// Begin of the visit. The rep may wait or take the break before it.
    pub begin: Seconds,
    /// End of the visit.
    pub end: Seconds,
}

/// Times of one leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegTimes {
    /// Departure of the rep.
    pub depart: Seconds,
    /// Arrival of the rep.
    pub arrive: Seconds,
}

impl LegTimes {
    /// Returns the travel time of the leg.
    pub fn travel(self) -> Seconds {
        self.arrive - self.depart
    }
}

/// Times and position of the break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakTimes {
    /// Begin of the break.
    pub begin: Seconds,
    /// End of the break.
    pub end: Seconds,
    /// Number of visits before the break. The break belongs to the leg that follows these visits.
    pub after: usize,
    /// End of this leg at which the break is taken.
    pub side: BreakSide,
}

/// Computes the schedule of `tour`. Every visit is as early as possible, and the rep leaves the
/// start place as late as that allows.
///
/// The rep arrives at the first visit just in time. After that, the rep leaves every place at once
/// and waits only until a window opens. If the rep would arrive earlier than
/// [`Visit::earliness`](super::Visit::earliness) allows, the rep waits at the place before. The
/// break is taken at that end of its leg where the rep can go on sooner; if the rep has to wait
/// before that leg, the break is taken there if there is time for it. An empty tour takes place at
/// the start of the shift.
///
/// Returns `None` if the tour breaks a rule of its shift: a window, the end of the shift, a leg
/// without a way, a missing break, too many visits, or too much travel. O(visits).
///
/// # Examples
/// The problem of the example of [`VisitProblem::new`]:
/// ```
#[doc = include_str!("example_problem.txt")]
/// let solution = solve(&problem, &SolveOptions::default(), &NoLimit, &Silent);
/// let times = schedule(&problem, ShiftId(0), &solution.tours.0[0]).expect("it breaks no rule");
/// let begins: Vec<Seconds> = times.stops.iter().map(|stop| stop.begin).collect();
/// assert_eq!(begins, [minutes(20), minutes(60)], "20 minutes there, then a visit and 10 minutes");
/// ```
#[must_use]
pub fn schedule(problem: &VisitProblem, shift: ShiftId, tour: &Tour) -> Option<Schedule> {
    let terms = problem.shift(shift);
    let open = terms.window.start;
    let (stops, legs) = (Vec::new(), Vec::new());
    let mut found =
        Schedule { leave: open, back: open, stops, legs, break_times: None, travel: Seconds::ZERO };
    if tour.visits.is_empty() {
        return tour.break_after.is_none().then_some(found);
    }
    if tour.visits.len() > terms.visits_max as usize
        || tour.break_after.is_some_and(|after| after > tour.visits.len())
    {
        return None;
    }
    let rule = terms.required_break.map(BreakRule::from);
    let travel_times = problem.travel(shift);
    let (mut place, mut ready) = (terms.start_place, open.0 as i32);
    let visits = tour.visits.iter().map(|&visit| Some(visit));
    for (done, visit) in visits.chain([None]).enumerate() {
        let next = visit.map_or(terms.end_place, |visit| problem.visit(visit).place);
        let leg = travel_times.leg(place, next)?;
        let rule_here = if tour.break_after == Some(done) { Some(rule?) } else { None };
        let mut drive = Drive::at_once(ready, leg, rule_here)?;
        let mut begin = None;
        if let Some(visit) = visit {
            begin = Some(first_begin(problem.offer(visit, shift)?, Seconds(drive.go_on as u32))?);
            let earliness = problem.visit(visit).earliness.map(|early| early.0 as i32);
            drive = drive.not_too_early(ready, leg, rule_here, begin?.0 as i32, earliness);
        }
        if let (Some((begin, side)), Some(rule)) = (drive.break_taken, rule) {
            found.break_times = Some(break_times(rule, begin, side, done));
        }
        found.legs.push(leg_times(drive.depart, drive.arrival));
        (place, ready) = (next, drive.go_on);
        let (Some(visit), Some(begin)) = (visit, begin) else { break };
        let end = begin + problem.offer(visit, shift)?.duration;
        let arrival = Seconds(drive.arrival as u32);
        found.stops.push(StopTimes { visit, arrival, begin, end });
        ready = end.0 as i32;
    }
    found.back = Seconds(ready as u32);
    leave_late(&mut found, problem, tour, rule)?;
    found.travel = found.legs.iter().map(|leg| leg.travel()).sum();
    let is_break_missing = found.break_times.is_none()
        && terms.required_break.is_some_and(|rest| found.back > rest.start.end);
    let too_far = terms.travel_max.is_some_and(|most| found.travel > most);
    let too_late = found.back > terms.window.end;
    (!is_break_missing && !too_far && !too_late).then_some(found)
}

/// Returns the first moment at which the visit may begin for a rep who is there at `ready`.
fn first_begin(offer: &Offer, ready: Seconds) -> Option<Seconds> {
    let window = offer.windows.iter().find(|w| ready <= w.end)?;
    Some(ready.max(window.start))
}

fn break_times(rule: BreakRule, begin: i32, side: BreakSide, after: usize) -> BreakTimes {
    let end = begin + rule.duration;
    BreakTimes { begin: Seconds(begin as u32), end: Seconds(end as u32), after, side }
}

fn leg_times(depart: i32, arrive: i32) -> LegTimes {
    LegTimes { depart: Seconds(depart as u32), arrive: Seconds(arrive as u32) }
}

/// Moves the departure and a break on the first leg as late as the begin of the first visit allows.
fn leave_late(
    found: &mut Schedule,
    problem: &VisitProblem,
    tour: &Tour,
    rule: Option<BreakRule>,
) -> Option<()> {
    let terms = problem.shift(tour.shift);
    let first = &mut found.stops[0];
    let leg =
        problem.travel(tour.shift).leg(terms.start_place, problem.visit(first.visit).place)?;
    let rule = rule.filter(|_| tour.break_after == Some(0));
    let set_out = Drive::just_in_time(terms.window.start.0 as i32, first.begin.0 as i32, leg, rule);
    found.legs[0] = leg_times(set_out.depart, set_out.arrival);
    first.arrival = found.legs[0].arrive;
    found.leave = found.legs[0].depart;
    if let (Some((begin, side)), Some(rule)) = (set_out.break_taken, rule) {
        found.break_times = Some(break_times(rule, begin, side, 0));
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::tests::problems::line_with;
    use crate::solver::{Break, Shift, TimeWindow, TravelSlot, TravelTimes, check_schedule};

    fn minutes(from: u32, to: u32) -> TimeWindow {
        TimeWindow { start: Seconds::from_minutes(from), end: Seconds::from_minutes(to) }
    }

    /// One shift of 600 minutes on the line of `line_with`, with a break of 60 minutes that begins
    /// from 120 to 180.
    fn with_break(first_window: TimeWindow) -> VisitProblem {
        let lunch = Break { duration: Seconds::from_minutes(60), start: minutes(120, 180) };
        line_with(Seconds::from_minutes(600), Some(lunch), first_window)
    }

    fn times(
        problem: &VisitProblem,
        visits: &[u32],
        break_after: Option<usize>,
    ) -> Option<Schedule> {
        let visits = visits.iter().map(|&v| VisitId(v)).collect();
        let tour = Tour { shift: ShiftId(0), visits, break_after };
        let found = schedule(problem, ShiftId(0), &tour);
        if let Some(found) = &found {
            assert_eq!(check_schedule(problem, &tour, found), []);
        }
        found
    }

    #[test]
    fn sets_out_just_in_time_for_the_first_door_to_open() {
        let found = times(&with_break(minutes(100, 150)), &[0], None).unwrap();
        assert_eq!(found.leave, Seconds::from_minutes(90));
        assert_eq!(found.stops[0].arrival, Seconds::from_minutes(100));
        assert_eq!(found.back, Seconds::from_minutes(140));
        assert_eq!(found.break_times, None, "back before the taken could last begin");
    }

    #[test]
    fn needs_a_break_when_back_too_late_without_one() {
        assert_eq!(times(&with_break(minutes(200, 250)), &[0], None), None);
    }

    #[test]
    fn takes_a_break_at_home_when_that_lets_the_rep_leave_later() {
        let found = times(&with_break(minutes(300, 350)), &[0], Some(0)).unwrap();
        let taken = found.break_times.unwrap();
        assert_eq!(taken.side, BreakSide::BeforeLeaving);
        assert_eq!(
            (taken.begin, taken.end),
            (Seconds::from_minutes(180), Seconds::from_minutes(240))
        );
        assert_eq!(found.leave, Seconds::from_minutes(290));
    }

    #[test]
    fn takes_the_break_after_the_leg_when_the_road_is_short_enough() {
        let found = times(&with_break(minutes(110, 150)), &[0, 1], Some(1)).unwrap();
        let taken = found.break_times.unwrap();
        assert_eq!((taken.side, taken.after), (BreakSide::AfterArriving, 1));
        assert_eq!(taken.begin, Seconds::from_minutes(150));
        assert_eq!(found.stops[1].arrival, Seconds::from_minutes(150));
        assert_eq!(found.stops[1].begin, Seconds::from_minutes(210));
    }

    #[test]
    fn takes_the_break_before_the_leg_when_the_road_would_be_too_long() {
        let found = times(&with_break(minutes(140, 145)), &[0, 3], Some(1)).unwrap();
        let taken = found.break_times.unwrap();
        assert_eq!(taken.side, BreakSide::BeforeLeaving);
        assert_eq!(taken.begin, Seconds::from_minutes(170));
        assert_eq!(found.stops[1].arrival, Seconds::from_minutes(260));
    }

    /// The same problem with travel twice as slow between two moments, in minutes.
    fn with_rush(problem: &VisitProblem, from: u32, to: u32) -> VisitProblem {
        let usual = problem.tables()[0].clone();
        let slow = TravelTimes::new(5, |from, to| Some(Seconds(2 * usual.get(from, to))));
        let slots = [(0, 0), (from, 1), (to, 0)];
        let slot = |(from, table)| TravelSlot { from: Seconds::from_minutes(from), table };
        let shift = Shift { travel: slots.map(slot).into(), ..problem.shifts()[0].clone() };
        let visits = problem.visits().to_vec();
        let cost = problem.travel_cost_per_hour();
        VisitProblem::new(vec![usual, slow], vec![shift], visits, cost).unwrap()
    }

    #[test]
    fn sets_out_earlier_when_the_first_leg_begins_in_the_rush_hour() {
        let problem = with_rush(&with_break(minutes(100, 150)), 50, 95);
        let found = times(&problem, &[0], None).unwrap();
        // Ten of twenty minutes in the rush hour, then five of ten.
        assert_eq!(found.leave, Seconds::from_minutes(85));
        assert_eq!(found.stops[0].arrival, Seconds::from_minutes(100));
        assert_eq!(found.travel, Seconds::from_minutes(15 + 10));
    }

    #[test]
    fn takes_the_break_before_the_leg_when_the_rush_hour_passes_meanwhile() {
        let problem = with_rush(&with_break(minutes(100, 105)), 95, 190);
        let found = times(&problem, &[0, 1], Some(1)).unwrap();
        let taken = found.break_times.unwrap();
        assert_eq!(taken.side, BreakSide::BeforeLeaving);
        assert_eq!(taken.end, Seconds::from_minutes(190));
        assert_eq!(found.stops[1].arrival, Seconds::from_minutes(200));
    }

    /// The same problem; visit 1 begins from `begin` on, with an earliness of ten minutes.
    fn with_appointment(problem: &VisitProblem, begin: u32) -> VisitProblem {
        let mut visits = problem.visits().to_vec();
        visits[1].earliness = Some(Seconds::from_minutes(10));
        visits[1].offers[0].windows = vec![minutes(begin, begin + 5)];
        problem.with_visits(visits).unwrap()
    }

    #[test]
    fn leaves_later_so_as_not_to_be_too_early_at_an_appointment() {
        let problem = with_appointment(&with_break(minutes(0, 600)), 100);
        let found = times(&problem, &[0, 1], None).unwrap();
        // Free at 40, and the leg takes ten minutes: leaving at 80 means arriving ten minutes
        // before 100.
        assert_eq!(found.legs[1].depart, Seconds::from_minutes(80));
        assert_eq!(found.stops[1].arrival, Seconds::from_minutes(90));
        assert_eq!(found.stops[1].begin, Seconds::from_minutes(100));
        let problem = with_appointment(&problem, 60);
        let found = times(&problem, &[0, 1], None).unwrap();
        assert_eq!(found.legs[1].depart, Seconds::from_minutes(40), "ten minutes early is fine");
        let found = times(&problem, &[1], None).unwrap();
        assert_eq!(found.stops[0].arrival, Seconds::from_minutes(60), "home is left just in time");
    }

    #[test]
    fn takes_the_break_before_leaving_late_for_an_appointment() {
        let problem = with_appointment(&with_break(minutes(100, 110)), 300);
        let found = times(&problem, &[0, 1], Some(1)).unwrap();
        let taken = found.break_times.unwrap();
        assert_eq!(taken.side, BreakSide::BeforeLeaving);
        assert_eq!((taken.begin, taken.end), (Seconds(130 * 60), Seconds(190 * 60)));
        assert_eq!(found.legs[1].depart, Seconds::from_minutes(280));
        assert_eq!(found.stops[1].arrival, Seconds::from_minutes(290));
    }

    #[test]
    fn takes_the_break_at_the_appointment_when_there_is_no_time_before_leaving() {
        // Free at 50. A break before leaving would begin at 120 and mean arriving at 190.
        let problem = with_appointment(&with_break(minutes(20, 600)), 195);
        let found = times(&problem, &[0, 1], Some(1)).unwrap();
        let taken = found.break_times.unwrap();
        assert_eq!(taken.side, BreakSide::AfterArriving);
        assert_eq!((taken.begin, taken.end), (Seconds(125 * 60), Seconds(185 * 60)));
        assert_eq!(found.stops[1].arrival, taken.begin);
    }

    #[test]
    fn a_rush_hour_that_passes_while_the_rep_waits_costs_nothing() {
        let problem = with_appointment(&with_rush(&with_break(minutes(0, 600)), 35, 70), 100);
        let found = times(&problem, &[0, 1], None).unwrap();
        assert_eq!(found.legs[1].travel(), Seconds::from_minutes(10));
        assert_eq!(found.travel, Seconds::from_minutes(10 + 10 + 20));
    }

    #[test]
    fn an_empty_tour_takes_no_time() {
        let found = times(&with_break(minutes(0, 600)), &[], None).unwrap();
        assert_eq!((found.leave, found.back), (Seconds::ZERO, Seconds::ZERO));
    }
}
