//! Explains why a mandatory visit is left out: the visits it conflicts with, and the smallest changes
//! that would resolve the conflict.
//!
//! A small problem that has only the visits in question tells whether all of them can be made: first
//! the search looks for a solution, then all orders are tried, within a limit, for a proof. Leaving
//! out one visit after the other makes the conflict minimal (deletion filtering, Chinneck & Dravnieks
//! 1991, doi:10.1287/ijoc.3.2.157).

mod feasibility;

use self::feasibility::{Feasibility, feasibility, is_feasible};
use super::problem::VisitProblem;
use super::shift::ShiftId;
use super::solution::Solution;
use super::terms_change::{MINUTES_MOST, TermsChange, TermsChangeKind};
use super::visit::VisitId;
use crate::units::Seconds;

/// The reason why one mandatory visit is not part of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The visit left out.
    pub visit: VisitId,
    /// A minimal set of mandatory visits that cannot all be made together with it; empty if the visit
    /// cannot be made even alone.
    pub with: Vec<VisitId>,
    /// True if the conflict is proven by trying all orders; otherwise a search found no solution.
    pub is_proven: bool,
    /// Changes that each resolve the conflict alone, smallest first.
    pub remedies: Vec<Remedy>,
}

/// A change that resolves a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Other terms.
    Change(TermsChange),
    /// Leaving out another mandatory visit.
    LeaveOut(VisitId),
}

/// The reason why a visit cannot be made even on an otherwise empty day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Infeasibility {
    /// The rep arrives after the last window.
    TooLate {
        /// Shift with the smallest delay.
        shift: ShiftId,
        /// Earliest arrival.
        earliest: Seconds,
        /// Latest begin of the visit.
        last: Seconds,
    },
    /// The rep returns after the end of the shift.
    BackTooLate {
        /// Shift with the smallest delay.
        shift: ShiftId,
        /// Earliest return.
        back: Seconds,
        /// End of the shift.
        end: Seconds,
    },
    /// Another reason: the break does not fit, no visit is allowed, or the travel is too long.
    Otherwise,
}

/// Returns the conflict of each mandatory visit that `solution` leaves out, in their order.
///
/// A visit that no shift offers, or that has no way, has a conflict without other visits and without
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
        // A visit stays in the set if the others are feasible without it.
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

/// Returns the changes that make all of `set` feasible: the smallest of each kind, in order of size.
///
/// [`OneMoreVisit`](TermsChangeKind::OneMoreVisit) comes last.
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

/// Returns the smallest change of the kind of `change` that is enough.
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

/// Returns why `visit` cannot be made even on an otherwise empty day.
///
/// `None` if it can be made, if no shift offers it, or if there is no way there and back.
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
