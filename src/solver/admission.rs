//! Finds the smallest single change of terms that makes room for one more visit in an otherwise
//! unchanged plan.

use super::breaks::{BreakRule, DONE, DUE, TOO_LATE, arrive, at_start, back_by};
use super::problem::VisitProblem;
use super::shift::{Shift, ShiftId, TimeWindow};
use super::terms_change::{MINUTES_MOST, TermsChange, TermsChangeKind};
use super::tour::{Tour, Tours};
use super::travel::Leg;
use super::travel_times::PlaceId;
use super::visit::VisitId;

/// A change of terms, and the position in a tour at which a visit fits after this change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdmittingChange {
    /// Shift of the tour into which the visit fits.
    pub shift: ShiftId,
    /// Number of visits that the tour makes before the new visit.
    pub after: usize,
    /// The change that makes room for the visit.
    pub change: TermsChange,
}

/// Finds the smallest change that would admit a visit that is left out of a plan.
#[derive(Debug)]
pub struct AdmissionFinder<'a> {
    problem: &'a VisitProblem,
    /// For each shift: the visits of its tour, in order.
    tours: Vec<Vec<PlannedVisit<'a>>>,
}

/// A visit of a planned tour, with its terms.
#[derive(Debug, Clone, Copy)]
struct PlannedVisit<'a> {
    place: PlaceId,
    duration: i32,
    windows: &'a [TimeWindow],
}

/// One more visit, tried at one position of a tour.
struct Trial<'t, 'a> {
    tour: &'t [PlannedVisit<'a>],
    visit: PlannedVisit<'a>,
    /// Number of visits before the additional visit.
    after: usize,
}

/// Number of minutes as which a change [`TermsChangeKind::OneMoreVisit`] counts when changes are
/// compared.
const MINUTES_OF_A_VISIT: u32 = 20;

impl<'a> AdmissionFinder<'a> {
    /// Prepares the search for changes of `tours`, which must be feasible.
    pub fn new(problem: &'a VisitProblem, tours: &Tours) -> Self {
        let planned = |tour: &Tour| {
            let visits = tour.visits.iter();
            visits.filter_map(|visit| planned(problem, *visit, tour.shift)).collect()
        };
        Self { problem, tours: tours.0.iter().map(planned).collect() }
    }

    /// Finds the smallest change that makes room for `visit`. Returns `None` if no change of up to
    /// four hours is enough.
    ///
    /// All planned visits stay in the plan and keep their order. A change
    /// [`OneMoreVisit`](TermsChangeKind::OneMoreVisit) counts as 20 minutes. Series of visits are
    /// ignored. Where travel depends on the hour, the travel of the earliest schedule is compared
    /// with the limit of travel.
    ///
    /// O(stops²) for each shift and each kind of change.
    pub fn least_change(&self, visit: VisitId) -> Option<AdmittingChange> {
        let mut best: Option<(u32, AdmittingChange)> = None;
        for (at, tour) in self.tours.iter().enumerate() {
            let shift = ShiftId(at as u32);
            let Some(new) = planned(self.problem, visit, shift) else { continue };
            let is_full = tour.len() >= self.problem.shift(shift).visits_max as usize;
            for after in 0..=tour.len() {
                let trial = Trial { tour, visit: new, after };
                for kind in kinds(self.problem.shift(shift), visit, is_full) {
                    let most = best.map_or(MINUTES_MOST, |(minutes, _)| minutes - 1);
                    let change = TermsChange { shift, kind, minutes: 0 };
                    if let Some((minutes, change)) = self.least(&trial, change, most) {
                        best = Some((minutes.max(1), AdmittingChange { shift, after, change }));
                    }
                }
            }
        }
        best.map(|(_, admission)| admission)
    }

    /// Finds the smallest change that is enough. The change has the kind of `change` and at most
    /// `most` minutes.
    ///
    /// Also returns the size of the change in minutes.
    fn least(
        &self,
        trial: &Trial<'_, 'a>,
        change: TermsChange,
        most: u32,
    ) -> Option<(u32, TermsChange)> {
        let fits = |minutes| self.fits(trial, change.with_minutes(minutes));
        if change.kind == TermsChangeKind::OneMoreVisit {
            return (most >= MINUTES_OF_A_VISIT && fits(0)).then_some((MINUTES_OF_A_VISIT, change));
        }
        if !fits(most) {
            return None;
        }
        let (mut few, mut enough) = (0, most);
        while enough > few {
            let middle = few.midpoint(enough);
            if fits(middle) { enough = middle } else { few = middle + 1 }
        }
        Some((enough, change.with_minutes(enough)))
    }

    /// Returns whether the tour with the additional visit keeps the changed terms. The limit of the
    /// number of visits is ignored.
    fn fits(&self, trial: &Trial<'_, 'a>, change: TermsChange) -> bool {
        let mut terms = self.problem.shift(change.shift).clone();
        change.apply(change.shift, &mut terms);
        let (earlier, later) = change.window_shifts();
        let break_rule = terms.required_break.map(BreakRule::from);
        let travel_times = self.problem.travel(change.shift);
        let (mut place, mut travel) = (terms.start_place, 0i64);
        let mut ready = at_start(break_rule, terms.window.start.0 as i32);
        for at in 0..=trial.tour.len() + 1 {
            let visit = match at.cmp(&trial.after) {
                std::cmp::Ordering::Less => Some(trial.tour[at]),
                std::cmp::Ordering::Equal => Some(trial.visit),
                std::cmp::Ordering::Greater => trial.tour.get(at - 1).copied(),
            };
            let next = visit.map_or(terms.end_place, |visit| visit.place);
            let Some(leg) = travel_times.leg(place, next) else { return false };
            travel += i64::from(leg.time(ready[DUE].min(ready[DONE])));
            ready = arrive(break_rule, ready, leg);
            let Some(visit) = visit else { break };
            let (earlier, later) =
                if at == trial.after { (earlier.0 as i32, later.0 as i32) } else { (0, 0) };
            ready = ready.map(|arrival| {
                let in_time = |w: &&TimeWindow| arrival <= w.end.0 as i32 + later;
                let window = visit.windows.iter().find(in_time);
                window.map_or(TOO_LATE, |window| {
                    arrival.max(window.start.0 as i32 - earlier) + visit.duration
                })
            });
            if ready == [TOO_LATE; 2] {
                return false;
            }
            place = next;
        }
        let too_far = terms.travel_max.is_some_and(|most| travel > i64::from(most.0));
        let by = back_by(break_rule, terms.window.end.0 as i32);
        !too_far && (ready[DUE] <= by[DUE] || ready[DONE] <= by[DONE])
    }
}

fn planned(problem: &VisitProblem, visit: VisitId, shift: ShiftId) -> Option<PlannedVisit<'_>> {
    let offer = problem.offer(visit, shift)?;
    let place = problem.visit(visit).place;
    Some(PlannedVisit { place, duration: offer.duration.0 as i32, windows: &offer.windows })
}

/// Returns the kinds of change that can help, in the order in which the search tries them.
fn kinds(
    terms: &Shift,
    visit: VisitId,
    is_full: bool,
) -> impl Iterator<Item = TermsChangeKind> + use<> {
    let has_break = terms.required_break.is_some();
    let all = [
        (is_full, TermsChangeKind::OneMoreVisit),
        (!is_full, TermsChangeKind::LongerShift),
        (!is_full, TermsChangeKind::LaterVisit(visit)),
        (!is_full, TermsChangeKind::EarlierVisit(visit)),
        (!is_full && has_break, TermsChangeKind::EarlierBreak),
        (!is_full && has_break, TermsChangeKind::LaterBreak),
        (!is_full && terms.travel_max.is_some(), TermsChangeKind::MoreTravel),
    ];
    all.into_iter().filter(|(can_help, _)| *can_help).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::schedule::schedule;
    use crate::solver::tests::problems::line;
    use crate::solver::tour::Tour;
    use crate::units::Seconds;

    fn admission(problem: &VisitProblem, visits: &[u32], visit: u32) -> Option<AdmittingChange> {
        let mut tours = Tours::empty(problem);
        tours.0[0].visits = visits.iter().map(|&v| VisitId(v)).collect();
        AdmissionFinder::new(problem, &tours).least_change(VisitId(visit))
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
        let kind = TermsChangeKind::LongerShift;
        assert_eq!(admission.change, TermsChange { shift, kind, minutes: 50 });
        for (minutes, fits) in [(49, false), (50, true)] {
            let longer = with(&problem, |shifts, visits| {
                shifts[0].window.end += Seconds::from_minutes(minutes);
                let own = &mut visits[2].offers[0].windows[0];
                own.end += Seconds::from_minutes(minutes);
            });
            let visits = [0, 1, 2].map(VisitId).to_vec();
            let tour = Tour { shift, visits, break_after: None };
            assert_eq!(schedule(&longer, shift, &tour).is_some(), fits);
        }
    }

    #[test]
    fn a_full_day_admits_one_with_one_more_visit() {
        let problem = with(&line(Seconds::from_hours(8)), |shifts, _| shifts[0].visits_max = 2);
        let change = admission(&problem, &[0, 1], 2).unwrap().change;
        let kind = TermsChangeKind::OneMoreVisit;
        assert_eq!(change, TermsChange { shift: ShiftId(0), kind, minutes: 0 });
    }

    #[test]
    fn a_door_that_closes_too_early_would_have_to_stay_open() {
        // Visit 3 is 40 minutes away and may begin until minute 37.
        let problem = with(&line(Seconds::from_hours(8)), |_, visits| {
            visits[3].offers[0].windows[0].end = Seconds::from_minutes(37);
        });
        let (shift, visit) = (ShiftId(0), VisitId(3));
        let change = admission(&problem, &[0], 3).unwrap().change;
        let kind = TermsChangeKind::LaterVisit(visit);
        assert_eq!(change, TermsChange { shift, kind, minutes: 3 });
    }

    #[test]
    fn nothing_admits_a_visit_that_no_shift_offers() {
        let problem = with(&line(Seconds::from_hours(8)), |_, visits| visits[3].offers.clear());
        assert_eq!(admission(&problem, &[0], 3), None);
    }
}
