//! Tests whether all visits of a set can be made, in a small problem that has only these visits.

use crate::ids::Id;
use crate::progress::Silent;
use crate::solver::breaks::{BreakRule, DONE, DUE, TOO_LATE, arrive, at_start, back_by};
use crate::solver::problem::VisitProblem;
use crate::solver::shift::{Shift, ShiftId};
use crate::solver::solve::{SolveOptions, solve};
use crate::solver::stop_criterion::NoLimit;
use crate::solver::terms_change::TermsChange;
use crate::solver::travel_times::{PlaceId, TravelTimes};
use crate::solver::visit::{Offer, Series, Visit, VisitId};
use crate::units::{Prize, Seconds};

/// Result of a test for feasibility.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Feasibility {
    /// A solution that makes all visits was found.
    Feasible,
    /// No solution makes all visits.
    Infeasible,
    /// No solution that makes all visits was found; one may exist.
    Unknown,
}

/// Tests whether all visits of `set` can be made if no other visits are made. The test applies
/// `change` first, if there is one.
pub(super) fn feasibility(
    problem: &VisitProblem,
    set: &[VisitId],
    change: Option<TermsChange>,
) -> Feasibility {
    const STEPS: u64 = 150;
    let problem = reduced(problem, set, change);
    let options = SolveOptions { seed: 1, iterations: STEPS, starts: 1 };
    if solve(&problem, &options, &NoLimit, &Silent).unserved_mandatory.is_empty() {
        return Feasibility::Feasible;
    }
    let mut orders = Orders::new(&problem);
    // `Orders` ignores the limit of travel and series.
    let limits_more = problem.shifts().iter().any(|shift| shift.travel_max.is_some())
        || !problem.series().is_empty();
    match orders.try_shift(0) {
        true if !limits_more => Feasibility::Feasible,
        false if orders.left > 0 => Feasibility::Infeasible,
        _ => Feasibility::Unknown,
    }
}

/// Returns whether [`feasibility`] finds a solution.
pub(super) fn is_feasible(
    problem: &VisitProblem,
    set: &[VisitId],
    change: Option<TermsChange>,
) -> bool {
    feasibility(problem, set, change) == Feasibility::Feasible
}

/// Builds a problem that has only these visits. All of them are mandatory and have no prizes.
fn reduced(problem: &VisitProblem, set: &[VisitId], change: Option<TermsChange>) -> VisitProblem {
    let mut places: Vec<PlaceId> = set.iter().map(|v| problem.visit(*v).place).collect();
    for shift in problem.shifts() {
        places.extend([shift.start_place, shift.end_place]);
    }
    places.sort_unstable();
    places.dedup();
    let known = |place: PlaceId| {
        let at = places.binary_search(&place);
        PlaceId(at.expect("all places were gathered") as u32)
    };
    let tables = problem.tables().iter().map(|table| {
        TravelTimes::new(places.len(), |from, to| {
            let time = table.get(places[from.index()], places[to.index()]);
            (time < TravelTimes::UNREACHABLE).then_some(Seconds(time))
        })
    });
    let shifts = problem.shifts().iter().enumerate().map(|(at, shift)| {
        let mut shift = Shift {
            start_place: known(shift.start_place),
            end_place: known(shift.end_place),
            ..shift.clone()
        };
        change.iter().for_each(|change| change.apply(ShiftId(at as u32), &mut shift));
        shift
    });
    let visits = set.iter().map(|id| {
        let visit = problem.visit(*id);
        let offers = visit.offers.iter().map(|offer| {
            let windows =
                change.map_or_else(|| offer.windows.clone(), |change| change.windows(*id, offer));
            Offer { windows, prize: Prize(0), ..offer.clone() }
        });
        let place = known(visit.place);
        Visit { place, mandatory: true, offers: offers.collect(), ..visit.clone() }
    });
    let series = problem.series().iter().map(|series| {
        let place = |visit: &VisitId| set.iter().position(|of_set| of_set == visit);
        let visits = series.visits.iter().filter_map(place).map(|at| VisitId(at as u32));
        Series { visits: visits.collect(), ..series.clone() }
    });
    let series = series.filter(|series| series.visits.len() > 1).collect();
    VisitProblem::new(tables.collect(), shifts.collect(), visits.collect(), Prize(0))
        .and_then(|part| part.with_series(series))
        .expect("part of a sound problem is sound")
}

/// Tries all orders of the visits in all shifts, until one makes all visits or `left` is zero.
///
/// The test ignores the limit of travel and series. If it finds the visits infeasible, they are
/// also infeasible with these rules.
struct Orders<'a> {
    problem: &'a VisitProblem,
    is_made: Vec<bool>,
    made: usize,
    left: u32,
}

impl<'a> Orders<'a> {
    const TRIES: u32 = 100_000;

    fn new(problem: &'a VisitProblem) -> Self {
        let visits = problem.visits().len();
        Self { problem, is_made: vec![false; visits], made: 0, left: Self::TRIES }
    }

    /// Returns whether all remaining visits can be made in this shift and in later shifts.
    fn try_shift(&mut self, shift: u32) -> bool {
        let rest = (0..self.is_made.len()).filter(|visit| !self.is_made[*visit]);
        let mut shifts_left = rest.map(|visit| {
            let last = self.problem.visits()[visit].offers.last();
            last.is_some_and(|offer| offer.shift.0 >= shift)
        });
        if !shifts_left.all(|is_left| is_left) {
            return false;
        }
        if self.made == self.is_made.len() {
            return true;
        }
        if shift as usize == self.problem.shifts().len() {
            return false;
        }
        let terms = self.problem.shift(ShiftId(shift));
        let ready =
            at_start(terms.required_break.map(BreakRule::from), terms.window.start.0 as i32);
        self.try_next(shift, terms.start_place, ready, 0) || self.try_shift(shift + 1)
    }

    /// Does the same as [`try_shift`](Self::try_shift) in the middle of a shift: `count` visits are
    /// already made, and the rep can leave `place` at `ready`, which has a time for each layer.
    fn try_next(&mut self, shift: u32, place: PlaceId, ready: [i32; 2], count: u32) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let id = ShiftId(shift);
        let terms = self.problem.shift(id);
        if count > 0 && self.is_home_in_time(id, place, ready) && self.try_shift(shift + 1) {
            return true;
        }
        if count >= terms.visits_max {
            return false;
        }
        for visit in 0..self.is_made.len() {
            let next = VisitId(visit as u32);
            let there = self.problem.visit(next).place;
            let (Some(offer), false) = (self.problem.offer(next, id), self.is_made[visit]) else {
                continue;
            };
            let Some(arrival) = self.arrival(id, place, there, ready) else { continue };
            let end = arrival.map(|moment| {
                let window = offer.windows.iter().find(|w| moment <= w.end.0 as i32);
                window.map_or(TOO_LATE, |w| moment.max(w.start.0 as i32) + offer.duration.0 as i32)
            });
            if end == [TOO_LATE; 2] {
                continue;
            }
            self.is_made[visit] = true;
            self.made += 1;
            if self.try_next(shift, there, end, count + 1) {
                return true;
            }
            self.is_made[visit] = false;
            self.made -= 1;
        }
        false
    }

    fn arrival(
        &self,
        shift: ShiftId,
        from: PlaceId,
        to: PlaceId,
        ready: [i32; 2],
    ) -> Option<[i32; 2]> {
        let leg = self.problem.travel(shift).leg(from, to)?;
        Some(arrive(self.problem.shift(shift).required_break.map(BreakRule::from), ready, leg))
    }

    fn is_home_in_time(&self, shift: ShiftId, place: PlaceId, ready: [i32; 2]) -> bool {
        let terms = self.problem.shift(shift);
        let Some(back) = self.arrival(shift, place, terms.end_place, ready) else { return false };
        let by = back_by(terms.required_break.map(BreakRule::from), terms.window.end.0 as i32);
        back[DUE] <= by[DUE] || back[DONE] <= by[DONE]
    }
}
