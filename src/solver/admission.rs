//! The least single change that would admit a visit beside all that is planned.

use super::change::{Change, MINUTES_MOST};
use super::pause::{DONE, DUE, PauseRule, TOO_LATE, arrive, at_start, back_by};
use super::problem::{PlaceId, Shift, ShiftId, TimeWindow, VisitId, VisitProblem};
use super::tour::Tours;
use super::travel::Leg;

/// A change of terms with which a visit fits into a tour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    /// In the tour of this shift …
    pub shift: ShiftId,
    /// … after so many visits.
    pub after: usize,
    /// What would have to change.
    pub change: Change,
}

/// Answers for given tours.
#[derive(Debug)]
pub struct Admissions<'a> {
    problem: &'a VisitProblem,
    /// By shift: what happens there, in order.
    lines: Vec<Vec<Event<'a>>>,
}

/// A visit as part of a tour.
#[derive(Debug, Clone, Copy)]
struct Event<'a> {
    place: PlaceId,
    duration: i32,
    windows: &'a [TimeWindow],
}

/// What a change that is not counted in minutes is compared with.
const MINUTES_OF_A_VISIT: u32 = 20;

impl<'a> Admissions<'a> {
    /// About `tours`, which keep to the rules.
    pub fn new(problem: &'a VisitProblem, tours: &Tours) -> Self {
        let line = |tour: &super::tour::Tour| {
            let events = tour.visits.iter().filter_map(|visit| event(problem, *visit, tour.shift));
            events.collect()
        };
        Self { problem, lines: tours.0.iter().map(line).collect() }
    }

    /// The change with the fewest minutes that makes room for `visit`, one more visit counting as twenty; `None` if no
    /// single one of up to four hours is enough.
    ///
    /// All planned visits stay, in their order. That visits of a [`Series`](super::Series) keep apart is not looked at. Where
    /// travel depends on the hour, the most travel is compared with that of the earliest times. O(stops²) for each shift, and
    /// each kind of change.
    pub fn admission(&self, visit: VisitId) -> Option<Admission> {
        let mut best: Option<(u32, Admission)> = None;
        for (at, line) in self.lines.iter().enumerate() {
            let shift = ShiftId(at as u32);
            let Some(new) = event(self.problem, visit, shift) else { continue };
            let is_full = line.len() >= self.problem.shift(shift).visits_max as usize;
            for after in 0..=line.len() {
                for kind in kinds(self.problem.shift(shift), shift, visit, is_full) {
                    let most = best.map_or(MINUTES_MOST, |(minutes, _)| minutes - 1);
                    let least = self.least(line, new, after, kind, most);
                    if let Some((minutes, change)) = least {
                        best = Some((minutes.max(1), Admission { shift, after, change }));
                    }
                }
            }
        }
        best.map(|(_, admission)| admission)
    }

    /// The least change of a kind that is enough, of up to `most` minutes.
    fn least(
        &self,
        line: &[Event<'a>],
        new: Event<'a>,
        after: usize,
        kind: Change,
        most: u32,
    ) -> Option<(u32, Change)> {
        let fits = |minutes| self.fits(line, new, after, kind.with_minutes(minutes));
        if kind.minutes().is_none() {
            return (most >= MINUTES_OF_A_VISIT && fits(0)).then_some((MINUTES_OF_A_VISIT, kind));
        }
        if !fits(most) {
            return None;
        }
        let (mut few, mut enough) = (0, most);
        while enough > few {
            let middle = few.midpoint(enough);
            if fits(middle) { enough = middle } else { few = middle + 1 }
        }
        Some((enough, kind.with_minutes(enough)))
    }

    /// Whether a tour with one more visit keeps to the changed terms of its shift; how many visits it has is not looked at.
    fn fits(&self, line: &[Event<'a>], new: Event<'a>, after: usize, change: Change) -> bool {
        let shift = change.shift();
        let mut terms = self.problem.shift(shift).clone();
        change.apply(shift, &mut terms);
        let (earlier, later) = change.at_the_door();
        let pause = terms.pause.map(PauseRule::from);
        let roads = self.problem.travel(shift);
        let (mut place, mut travel) = (terms.start_place, 0i64);
        let mut ready = at_start(pause, terms.window.start.0 as i32);
        for at in 0..=line.len() + 1 {
            let event = match at.cmp(&after) {
                std::cmp::Ordering::Less => Some(line[at]),
                std::cmp::Ordering::Equal => Some(new),
                std::cmp::Ordering::Greater => line.get(at - 1).copied(),
            };
            let next = event.map_or(terms.end_place, |event| event.place);
            let Some(leg) = roads.leg(place, next) else { return false };
            travel += i64::from(leg.time(ready[DUE].min(ready[DONE])));
            ready = arrive(pause, ready, leg);
            let Some(event) = event else { break };
            let (earlier, later) =
                if at == after { (earlier.0 as i32, later.0 as i32) } else { (0, 0) };
            ready = ready.map(|arrival| {
                let in_time = |w: &&TimeWindow| arrival <= w.end.0 as i32 + later;
                let window = event.windows.iter().find(in_time);
                window.map_or(TOO_LATE, |window| {
                    arrival.max(window.start.0 as i32 - earlier) + event.duration
                })
            });
            if ready == [TOO_LATE; 2] {
                return false;
            }
            place = next;
        }
        let too_far = terms.travel_max.is_some_and(|most| travel > i64::from(most.0));
        let by = back_by(pause, terms.window.end.0 as i32);
        !too_far && (ready[DUE] <= by[DUE] || ready[DONE] <= by[DONE])
    }
}

fn event(problem: &VisitProblem, visit: VisitId, shift: ShiftId) -> Option<Event<'_>> {
    let offer = problem.offer(visit, shift)?;
    let place = problem.visit(visit).place;
    Some(Event { place, duration: offer.duration.0 as i32, windows: &offer.windows })
}

/// The kinds of change that may help.
fn kinds(
    terms: &Shift,
    shift: ShiftId,
    visit: VisitId,
    is_full: bool,
) -> impl Iterator<Item = Change> + use<> {
    let minutes = 0;
    let has_pause = terms.pause.is_some();
    let all = [
        (is_full, Change::OneMoreVisit { shift }),
        (!is_full, Change::Shift { shift, minutes }),
        (!is_full, Change::Later { shift, visit, minutes }),
        (!is_full, Change::Earlier { shift, visit, minutes }),
        (!is_full && has_pause, Change::PauseEarlier { shift, minutes }),
        (!is_full && has_pause, Change::PauseLater { shift, minutes }),
        (!is_full && terms.travel_max.is_some(), Change::Travel { shift, minutes }),
    ];
    all.into_iter().filter(|(may_help, _)| *may_help).map(|(_, change)| change)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::schedule::schedule;
    use crate::solver::tests::problems::line;
    use crate::solver::tour::Tour;
    use crate::units::Seconds;

    fn admission(problem: &VisitProblem, visits: &[u32], visit: u32) -> Option<Admission> {
        let mut tours = Tours::empty(problem);
        tours.0[0].visits = visits.iter().map(|&v| VisitId(v)).collect();
        Admissions::new(problem, &tours).admission(VisitId(visit))
    }

    fn with(
        problem: &VisitProblem,
        change: impl Fn(&mut Vec<Shift>, &mut Vec<crate::solver::Visit>),
    ) -> VisitProblem {
        let (mut shifts, mut visits) = (problem.shifts().to_vec(), problem.visits().to_vec());
        change(&mut shifts, &mut visits);
        let (tables, cost) = (problem.tables().to_vec(), problem.travel_cost_per_hour());
        VisitProblem::new(tables, shifts, visits, cost).unwrap()
    }

    #[test]
    fn a_longer_shift_admits_a_visit_to_the_minute() {
        // Two visits at 10 and 20 minutes take 100 minutes; the third, at 30, takes 50 more.
        let problem = line(Seconds::from_minutes(100));
        let admission = admission(&problem, &[0, 1], 2).unwrap();
        let shift = ShiftId(0);
        assert_eq!(admission.change, Change::Shift { shift, minutes: 50 });
        for (minutes, fits) in [(49, false), (50, true)] {
            let longer = with(&problem, |shifts, visits| {
                shifts[0].window.end += Seconds::from_minutes(minutes);
                let own = &mut visits[2].offers[0].windows[0];
                own.end += Seconds::from_minutes(minutes);
            });
            let visits = [0, 1, 2].map(VisitId).to_vec();
            let tour = Tour { shift, visits, pause_after: None };
            assert_eq!(schedule(&longer, shift, &tour).is_some(), fits);
        }
    }

    #[test]
    fn a_full_day_admits_one_with_one_more_visit() {
        let problem = with(&line(Seconds::from_hours(8)), |shifts, _| shifts[0].visits_max = 2);
        let change = admission(&problem, &[0, 1], 2).unwrap().change;
        assert_eq!(change, Change::OneMoreVisit { shift: ShiftId(0) });
    }

    #[test]
    fn a_door_that_closes_too_early_would_have_to_stay_open() {
        // Visit 3 is 40 minutes away and may begin until minute 37.
        let problem = with(&line(Seconds::from_hours(8)), |_, visits| {
            visits[3].offers[0].windows[0].end = Seconds::from_minutes(37);
        });
        let (shift, visit) = (ShiftId(0), VisitId(3));
        let change = admission(&problem, &[0], 3).unwrap().change;
        assert_eq!(change, Change::Later { shift, visit, minutes: 3 });
    }

    #[test]
    fn nothing_admits_a_visit_that_no_shift_offers() {
        let problem = with(&line(Seconds::from_hours(8)), |_, visits| visits[3].offers.clear());
        assert_eq!(admission(&problem, &[0], 3), None);
    }
}
