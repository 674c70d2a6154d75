//! The clock times of one tour.

use crate::units::Seconds;

use super::pause::{PauseRule, PauseSide};
use super::problem::{Offer, ShiftId, TravelTimes, VisitId, VisitProblem};
use super::tour::Tour;

/// When what happens on one tour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// When the rep sets out from the start place.
    pub leave: Seconds,
    /// When the rep is back at the end place.
    pub back: Seconds,
    /// One for each visit of the tour, in order.
    pub stops: Vec<StopTimes>,
    /// The pause, if one is taken.
    pub pause: Option<PauseTimes>,
    /// Time on the road.
    pub travel: Seconds,
}

/// When one visit is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopTimes {
    /// Which visit.
    pub visit: VisitId,
    /// When the rep is there.
    pub arrival: Seconds,
    /// When the visit begins; what lies between is waiting, or the pause.
    pub begin: Seconds,
    /// When the visit is over.
    pub end: Seconds,
}

/// When and where the pause is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PauseTimes {
    /// When it begins.
    pub begin: Seconds,
    /// When it is over.
    pub end: Seconds,
    /// How many visits are done before it: it belongs to the leg after that many visits.
    pub after: usize,
    /// At which end of that leg.
    pub side: PauseSide,
}

/// The times of `tour`: every visit as early as can be, setting out as late as that allows.
///
/// The rep leaves home just in time for the first visit, and from then on waits only for doors to open. `None` if the
/// tour breaks a rule of its shift: a window, the end of the shift, a leg without a way, a missing pause, too many
/// visits, too much travel. An empty tour happens at the start of the shift. O(visits).
pub fn schedule(problem: &VisitProblem, shift: ShiftId, tour: &Tour) -> Option<Schedule> {
    let terms = problem.shift(shift);
    let open = terms.window.start;
    if tour.visits.is_empty() {
        let nothing = Schedule {
            leave: open,
            back: open,
            stops: Vec::new(),
            pause: None,
            travel: Seconds::ZERO,
        };
        return tour.pause_after.is_none().then_some(nothing);
    }
    if tour.visits.len() > terms.visits_max as usize
        || tour.pause_after.is_some_and(|after| after > tour.visits.len())
    {
        return None;
    }
    let table = problem.travel(shift);
    let rule = terms.pause.map(PauseRule::from);
    let mut pause = None;
    let mut stops = Vec::with_capacity(tour.visits.len());
    let mut travel = Seconds::ZERO;
    let (mut at, mut ready) = (terms.start_place, open);
    for (done, &visit) in tour.visits.iter().enumerate() {
        let offer = problem.offer(visit, shift)?;
        let place = problem.visit(visit).place;
        let leg = way(table.get(at, place))?;
        let arrived = if tour.pause_after == Some(done) {
            let (taken, arrived) = pause_on_leg(rule?, ready, leg, done)?;
            pause = Some(taken);
            arrived
        } else {
            Arrived { arrival: ready + leg, ready: ready + leg }
        };
        let begin = first_begin(offer, arrived.ready)?;
        let end = begin + offer.duration;
        stops.push(StopTimes { visit, arrival: arrived.arrival, begin, end });
        travel += leg;
        (at, ready) = (place, end);
    }
    let leg = way(table.get(at, terms.end_place))?;
    travel += leg;
    let mut back = ready + leg;
    if tour.pause_after == Some(tour.visits.len()) {
        let (taken, arrived) = pause_on_leg(rule?, ready, leg, tour.visits.len())?;
        pause = Some(taken);
        back = arrived.ready;
    }
    let pause_missing = pause.is_none() && terms.pause.is_some_and(|p| back > p.start.end);
    let too_far = terms.travel_max.is_some_and(|most| travel > most);
    if pause_missing || too_far || back > terms.window.end {
        return None;
    }
    let first_leg = way(table.get(terms.start_place, problem.visit(tour.visits[0]).place))?;
    let mut found = Schedule { leave: open, back, stops, pause, travel };
    set_out_late(&mut found, rule, open, first_leg);
    Some(found)
}

/// A leg's time, if there is a way.
fn way(seconds: u32) -> Option<Seconds> {
    (seconds < TravelTimes::UNREACHABLE).then_some(Seconds(seconds))
}

/// The first moment at or after `ready` at which the visit may begin.
fn first_begin(offer: &Offer, ready: Seconds) -> Option<Seconds> {
    let window = offer.windows.iter().find(|w| ready <= w.end)?;
    Some(ready.max(window.start))
}

/// The end of a leg: when the rep is there, and when free to begin the visit.
struct Arrived {
    arrival: Seconds,
    ready: Seconds,
}

fn pause_on_leg(
    rule: PauseRule,
    ready: Seconds,
    leg: Seconds,
    after: usize,
) -> Option<(PauseTimes, Arrived)> {
    let (begin, side) = rule.begin(ready.0 as i32, leg.0 as i32)?;
    let begin = Seconds(begin as u32);
    let end = begin + Seconds(rule.duration as u32);
    let arrived = match side {
        PauseSide::AfterArriving => Arrived { arrival: ready + leg, ready: end },
        PauseSide::BeforeLeaving => Arrived { arrival: end + leg, ready: end + leg },
    };
    Some((PauseTimes { begin, end, after, side }, arrived))
}

/// Moves the departure, and a pause on the first leg, as late as the first visit's begin allows.
fn set_out_late(found: &mut Schedule, rule: Option<PauseRule>, open: Seconds, leg: Seconds) {
    let first = &mut found.stops[0];
    let pause_first = found.pause.as_mut().filter(|p| p.after == 0);
    let (Some(pause), Some(rule)) = (pause_first, rule) else {
        first.arrival = first.begin;
        found.leave = first.begin - leg;
        return;
    };
    let duration = Seconds(rule.duration as u32);
    let (earliest, latest) = (Seconds(rule.earliest as u32), Seconds(rule.latest as u32));
    if earliest.max(open) + duration + leg <= first.begin {
        pause.side = PauseSide::BeforeLeaving;
        pause.begin = latest.min(first.begin - leg - duration);
        first.arrival = first.begin;
        found.leave = first.begin - leg;
    } else {
        pause.side = PauseSide::AfterArriving;
        pause.begin = latest.min(first.begin - duration);
        first.arrival = pause.begin;
        found.leave = pause.begin - leg;
    }
    pause.end = pause.begin + duration;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::tests::problems::line_with;
    use crate::solver::{Pause, TimeWindow, check_schedule};

    fn minutes(from: u32, to: u32) -> TimeWindow {
        TimeWindow { start: Seconds::from_minutes(from), end: Seconds::from_minutes(to) }
    }

    /// One shift of 600 minutes on the line of `line_with`, a pause of 60 minutes begun from 120 to 180.
    fn with_pause(first_window: TimeWindow) -> VisitProblem {
        let pause = Pause { duration: Seconds::from_minutes(60), start: minutes(120, 180) };
        line_with(Seconds::from_minutes(600), Some(pause), first_window)
    }

    fn times(
        problem: &VisitProblem,
        visits: &[u32],
        pause_after: Option<usize>,
    ) -> Option<Schedule> {
        let visits = visits.iter().map(|&v| VisitId(v)).collect();
        let tour = Tour { shift: ShiftId(0), visits, pause_after };
        let found = schedule(problem, ShiftId(0), &tour);
        if let Some(found) = &found {
            assert_eq!(check_schedule(problem, &tour, found), []);
        }
        found
    }

    #[test]
    fn sets_out_just_in_time_for_the_first_door_to_open() {
        let found = times(&with_pause(minutes(100, 150)), &[0], None).unwrap();
        assert_eq!(found.leave, Seconds::from_minutes(90));
        assert_eq!(found.stops[0].arrival, Seconds::from_minutes(100));
        assert_eq!(found.back, Seconds::from_minutes(140));
        assert_eq!(found.pause, None, "back before the pause could last begin");
    }

    #[test]
    fn needs_a_pause_when_back_too_late_without_one() {
        assert_eq!(times(&with_pause(minutes(200, 250)), &[0], None), None);
    }

    #[test]
    fn takes_a_pause_at_home_when_that_lets_the_rep_leave_later() {
        let found = times(&with_pause(minutes(300, 350)), &[0], Some(0)).unwrap();
        let pause = found.pause.unwrap();
        assert_eq!(pause.side, PauseSide::BeforeLeaving);
        assert_eq!(
            (pause.begin, pause.end),
            (Seconds::from_minutes(180), Seconds::from_minutes(240))
        );
        assert_eq!(found.leave, Seconds::from_minutes(290));
    }

    #[test]
    fn takes_the_pause_after_the_leg_when_the_road_is_short_enough() {
        let found = times(&with_pause(minutes(110, 150)), &[0, 1], Some(1)).unwrap();
        let pause = found.pause.unwrap();
        assert_eq!((pause.side, pause.after), (PauseSide::AfterArriving, 1));
        assert_eq!(pause.begin, Seconds::from_minutes(150));
        assert_eq!(found.stops[1].arrival, Seconds::from_minutes(150));
        assert_eq!(found.stops[1].begin, Seconds::from_minutes(210));
    }

    #[test]
    fn takes_the_pause_before_the_leg_when_the_road_would_be_too_long() {
        let found = times(&with_pause(minutes(140, 145)), &[0, 3], Some(1)).unwrap();
        let pause = found.pause.unwrap();
        assert_eq!(pause.side, PauseSide::BeforeLeaving);
        assert_eq!(pause.begin, Seconds::from_minutes(170));
        assert_eq!(found.stops[1].arrival, Seconds::from_minutes(260));
    }

    #[test]
    fn an_empty_tour_takes_no_time() {
        let found = times(&with_pause(minutes(0, 600)), &[], None).unwrap();
        assert_eq!((found.leave, found.back), (Seconds::ZERO, Seconds::ZERO));
    }
}
