//! Explains why a mandatory visit is left out: the visits with which it conflicts, and the smallest
//! changes that would resolve the conflict.
//!
//! A small problem that has only the visits in question tells whether all of them can be made.
//! First a search looks for a solution. If it finds none, all orders of the visits are tried, up to
//! a limit, to prove that there is none. The conflict is made minimal by leaving out one visit
//! after the other (deletion filtering, Chinneck & Dravnieks 1991, doi:10.1287/ijoc.3.2.157).

mod feasibility;

use self::feasibility::{Feasibility, feasibility, is_feasible};
use super::problem::VisitProblem;
use super::shift::ShiftId;
use super::solution::Solution;
use super::terms_change::{MINUTES_MOST, TermsChange, TermsChangeKind};
use super::visit::VisitId;
use crate::units::Seconds;

/// The reason why a mandatory visit is not part of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The visit that is left out.
    pub visit: VisitId,
    /// A minimal set of mandatory visits that cannot all be made together with `visit`; empty if
    /// `visit` cannot be made even alone.
    pub with: Vec<VisitId>,
    /// True if trying all orders of the visits has proved the conflict. False if a search has found
    /// no solution.
    pub is_proven: bool,
    /// Changes that resolve the conflict, each on its own; the smallest change comes first.
    pub remedies: Vec<Remedy>,
}

/// A change that resolves a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// A change of the terms of a shift or visit.
    Change(TermsChange),
    /// Another mandatory visit is left out.
    LeaveOut(VisitId),
}

/// The reason why a visit cannot be made even if the plan has no other visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Infeasibility {
    /// The rep arrives after the last window of the visit.
    TooLate {
        /// Shift in which the delay is smallest.
        shift: ShiftId,
        /// Earliest arrival of the rep.
        earliest: Seconds,
        /// Latest time at which the visit may begin.
        last: Seconds,
    },
    /// The rep returns after the end of the shift.
    BackTooLate {
        /// Shift in which the delay is smallest.
        shift: ShiftId,
        /// Earliest return of the rep.
        back: Seconds,
        /// End of the shift.
        end: Seconds,
    },
    /// The break does not fit, the shift allows no visits, or the travel is too long.
    Otherwise,
}

/// Returns the conflict of each mandatory visit that `solution` leaves out, in the order of the
/// visits.
///
/// If no shift offers a visit, or no way leads to it, its conflict has no other visits and no
/// remedies.
#[must_use]
pub fn conflicts(problem: &VisitProblem, solution: &Solution) -> Vec<Conflict> {
    let served: Vec<VisitId> =
        solution.tours.visits().filter(|visit| problem.visit(*visit).mandatory).collect();
    let unserved = solution.unserved_mandatory.iter();
    unserved.map(|visit| conflict(problem, &served, *visit)).collect()
}

fn conflict(problem: &VisitProblem, served: &[VisitId], visit: VisitId) -> Conflict {
    let alone = feasibility(problem, &[visit], None);
    if alone != Feasibility::Feasible {
        let remedies = least_changes(problem, &[visit]);
        let is_proven = alone == Feasibility::Infeasible;
        return Conflict { visit, with: Vec::new(), is_proven, remedies };
    }
    let mut set: Vec<VisitId> = std::iter::once(visit).chain(served.iter().copied()).collect();
    let mut is_proven = false;
    if !is_feasible(problem, &set, None) {
        // A visit stays in the set if all other visits of the set can be made without it.
        let mut at = 1;
        while at < set.len() {
            let mut fewer = set.clone();
            fewer.remove(at);
            if is_feasible(problem, &fewer, None) { at += 1 } else { set = fewer }
        }
        is_proven = feasibility(problem, &set, None) == Feasibility::Infeasible;
    } else {
        set.truncate(1);
    }
    let mut remedies = if set.len() > 1 { least_changes(problem, &set) } else { Vec::new() };
    let prize = |visit: &VisitId| {
        problem.visit(*visit).offers.iter().map(|offer| offer.prize).max().unwrap_or_default()
    };
    let mut others = set[1..].to_vec();
    others.sort_by_key(|visit| (prize(visit), *visit));
    remedies.extend(others.first().map(|visit| Remedy::LeaveOut(*visit)));
    Conflict { visit, with: set[1..].to_vec(), is_proven, remedies }
}

/// Returns the changes that make all visits of `set` feasible: the smallest change of each kind, in
/// the order of their sizes.
///
/// A change [`OneMoreVisit`](TermsChangeKind::OneMoreVisit) comes last.
fn least_changes(problem: &VisitProblem, set: &[VisitId]) -> Vec<Remedy> {
    let mut shifts: Vec<ShiftId> = Vec::new();
    for visit in set {
        shifts.extend(problem.visit(*visit).offers.iter().map(|offer| offer.shift));
    }
    shifts.sort_unstable();
    shifts.dedup();
    /// Maximum number of shifts in which changes are tried.
    const SHIFTS_MOST: usize = 6;
    shifts.truncate(SHIFTS_MOST);
    let of_shift = |shift: ShiftId| {
        let terms = problem.shift(shift);
        let kinds = [
            Some(TermsChangeKind::LongerShift),
            terms.required_break.map(|_| TermsChangeKind::EarlierBreak),
            terms.required_break.map(|_| TermsChangeKind::LaterBreak),
            terms.travel_max.map(|_| TermsChangeKind::MoreTravel),
        ];
        kinds.into_iter().flatten().map(move |kind| (shift, kind))
    };
    let of_visit = |visit: &VisitId| {
        let visit = *visit;
        let offers = problem.visit(visit).offers.iter().filter(|o| shifts.contains(&o.shift));
        let both = offers.flat_map(move |offer| {
            [
                (offer.shift, TermsChangeKind::EarlierVisit(visit)),
                (offer.shift, TermsChangeKind::LaterVisit(visit)),
            ]
        });
        both.collect::<Vec<_>>()
    };
    let kinds = shifts.iter().flat_map(|s| of_shift(*s)).chain(set.iter().flat_map(of_visit));
    let changes = kinds.map(|(shift, kind)| TermsChange { shift, kind, minutes: 0 });
    let mut found: Vec<TermsChange> =
        changes.filter_map(|change| least(problem, set, change)).collect();
    found.sort_by_key(|change| change.minutes);
    let kind = TermsChangeKind::OneMoreVisit;
    let more = shifts.iter().map(|shift| TermsChange { shift: *shift, kind, minutes: 0 });
    found.extend(more.filter(|change| is_feasible(problem, set, Some(*change))));
    found.into_iter().map(Remedy::Change).collect()
}

/// Returns the smallest change that makes all visits of `set` feasible and has the kind of
/// `change`.
fn least(problem: &VisitProblem, set: &[VisitId], change: TermsChange) -> Option<TermsChange> {
    let is_enough = |minutes| is_feasible(problem, set, Some(change.with_minutes(minutes)));
    if !is_enough(MINUTES_MOST) {
        return None;
    }
    let (mut few, mut enough) = (0, MINUTES_MOST);
    while enough - few > 1 {
        let middle = few.midpoint(enough);
        if is_enough(middle) { enough = middle } else { few = middle }
    }
    Some(change.with_minutes(enough))
}

/// Returns the reason why `visit` cannot be made even if the plan has no other visits.
///
/// Returns `None` if the visit can be made, if no shift offers it, or if no way leads there and
/// back.
pub fn infeasibility(problem: &VisitProblem, visit: VisitId) -> Option<Infeasibility> {
    if is_feasible(problem, &[visit], None) {
        return None;
    }
    let place = problem.visit(visit).place;
    let reasons = problem.visit(visit).offers.iter().filter_map(|offer| {
        let (shift, terms) = (offer.shift, problem.shift(offer.shift));
        let travel_times = problem.travel(shift);
        let earliest = travel_times.arrival(terms.start_place, place, terms.window.start)?;
        let last = offer.windows.last().map_or(Seconds::ZERO, |window| window.end);
        let Some(window) = offer.windows.iter().find(|window| earliest <= window.end) else {
            let late = earliest - last;
            return Some((late, Infeasibility::TooLate { shift, earliest, last }));
        };
        let leave = earliest.max(window.start) + offer.duration;
        let back = travel_times.arrival(place, terms.end_place, leave)?;
        let end = terms.window.end;
        let late = back.saturating_sub(end);
        let reason = if late > Seconds::ZERO {
            Infeasibility::BackTooLate { shift, back, end }
        } else {
            Infeasibility::Otherwise
        };
        Some((late, reason))
    });
    reasons.min_by_key(|(late, _)| *late).map(|(_, reason)| reason)
}

#[cfg(test)]
mod tests;
