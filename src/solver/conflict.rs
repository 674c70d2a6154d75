//! Why a mandatory visit cannot be kept: alone, or beside which others; and the least change that would resolve it.
//!
//! Whether some visits can all be made is asked of a small problem that has nothing but them: the search looks for a way,
//! and if it finds none, all orders are tried as far as that is possible, for a proof. The conflict is made minimal by
//! leaving out one visit after the other (deletion filtering, Chinneck & Dravnieks 1991, doi:10.1287/ijoc.3.2.157).

mod room;

use self::room::{Room, Rooms};
use super::change::{Change, MINUTES_MOST};
use super::problem::{ShiftId, VisitId, VisitProblem};
use super::tour::Solution;
use crate::units::Seconds;

/// Why one mandatory visit is not part of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Which one.
    pub visit: VisitId,
    /// The other mandatory visits it cannot be kept together with, none of which could be missing for that; none if it
    /// cannot be made even alone.
    pub with: Vec<VisitId>,
    /// Whether all orders were tried; if not, no way was found in a search.
    pub is_proven: bool,
    /// Changes of which each alone would make room for all of them, the least first.
    pub remedies: Vec<Remedy>,
}

/// Something that would resolve a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Other terms.
    Change(Change),
    /// Leaving out another one of the mandatory visits.
    LeaveOut(VisitId),
}

/// Why a visit cannot be made even in an otherwise empty day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alone {
    /// The rep is there too late.
    TooLate {
        /// In which shift it is least so.
        shift: ShiftId,
        /// When the rep can be there at the earliest.
        earliest: Seconds,
        /// When the visit may begin at the latest.
        last: Seconds,
    },
    /// The rep is back too late.
    BackTooLate {
        /// In which shift it is least so.
        shift: ShiftId,
        /// When the rep can be back at the earliest.
        back: Seconds,
        /// When the shift ends.
        end: Seconds,
    },
    /// Something else: the pause does not fit, no visit is allowed, too much travel.
    Otherwise,
}

/// What stands against each mandatory visit that `solution` leaves out, in their order.
///
/// Visits that no shift offers, or to which there is no way, are in conflict with none, and nothing is proposed for them.
pub fn conflicts(problem: &VisitProblem, solution: &Solution) -> Vec<Conflict> {
    let served: Vec<VisitId> =
        solution.tours.visits().filter(|visit| problem.visit(*visit).mandatory).collect();
    let unserved = solution.unserved_mandatory.iter();
    unserved.map(|visit| conflict(problem, &served, *visit)).collect()
}

fn conflict(problem: &VisitProblem, served: &[VisitId], visit: VisitId) -> Conflict {
    let rooms = Rooms::new(problem);
    let alone = rooms.room(&[visit], None);
    if alone != Room::Enough {
        let remedies = least_changes(problem, &rooms, &[visit]);
        let is_proven = alone == Room::None;
        return Conflict { visit, with: Vec::new(), is_proven, remedies };
    }
    let mut set: Vec<VisitId> = std::iter::once(visit).chain(served.iter().copied()).collect();
    let mut is_proven = false;
    if rooms.room(&set, None) != Room::Enough {
        // Who is not needed for the conflict goes; the others are needed for it.
        let mut at = 1;
        while at < set.len() {
            let mut fewer = set.clone();
            fewer.remove(at);
            if rooms.room(&fewer, None) == Room::Enough { at += 1 } else { set = fewer }
        }
        is_proven = rooms.room(&set, None) == Room::None;
    } else {
        set.truncate(1);
    }
    let mut remedies =
        if set.len() > 1 { least_changes(problem, &rooms, &set) } else { Vec::new() };
    let prize = |visit: &VisitId| {
        problem.visit(*visit).offers.iter().map(|offer| offer.prize).max().unwrap_or_default()
    };
    let mut others = set[1..].to_vec();
    others.sort_by_key(|visit| (prize(visit), *visit));
    remedies.extend(others.first().map(|visit| Remedy::LeaveOut(*visit)));
    Conflict { visit, with: set[1..].to_vec(), is_proven, remedies }
}

/// The changes that make room for all of `set`, each as small as can be in minutes, the smallest first.
fn least_changes(problem: &VisitProblem, rooms: &Rooms<'_>, set: &[VisitId]) -> Vec<Remedy> {
    let mut shifts: Vec<ShiftId> = Vec::new();
    for visit in set {
        shifts.extend(problem.visit(*visit).offers.iter().map(|offer| offer.shift));
    }
    shifts.sort_unstable();
    shifts.dedup();
    /// In no more shifts than this are changes looked for.
    const SHIFTS_MOST: usize = 6;
    shifts.truncate(SHIFTS_MOST);
    let of_shift = |shift: ShiftId| {
        let terms = problem.shift(shift);
        let limits = [
            Some(Change::Shift { shift, minutes: 0 }),
            terms.pause.map(|_| Change::PauseEarlier { shift, minutes: 0 }),
            terms.pause.map(|_| Change::PauseLater { shift, minutes: 0 }),
            terms.travel_max.map(|_| Change::Travel { shift, minutes: 0 }),
        ];
        limits.into_iter().flatten()
    };
    let of_visit = |visit: &VisitId| {
        let visit = *visit;
        let offers = problem.visit(visit).offers.iter().filter(|o| shifts.contains(&o.shift));
        let both = offers.flat_map(move |offer| {
            let (shift, minutes) = (offer.shift, 0);
            [Change::Earlier { shift, visit, minutes }, Change::Later { shift, visit, minutes }]
        });
        both.collect::<Vec<Change>>()
    };
    let kinds = shifts.iter().flat_map(|s| of_shift(*s)).chain(set.iter().flat_map(of_visit));
    let mut found: Vec<Change> = kinds.filter_map(|kind| least(rooms, set, kind)).collect();
    found.sort_by_key(|change| change.minutes());
    let more = shifts.iter().map(|shift| Change::OneMoreVisit { shift: *shift });
    found.extend(more.filter(|change| rooms.room(set, Some(*change)) == Room::Enough));
    found.into_iter().map(Remedy::Change).collect()
}

/// The fewest minutes of a kind of change that are enough.
fn least(rooms: &Rooms<'_>, set: &[VisitId], kind: Change) -> Option<Change> {
    let is_enough = |minutes| rooms.room(set, Some(kind.with_minutes(minutes))) == Room::Enough;
    if !is_enough(MINUTES_MOST) {
        return None;
    }
    let (mut few, mut enough) = (0, MINUTES_MOST);
    while enough - few > 1 {
        let middle = few.midpoint(enough);
        if is_enough(middle) { enough = middle } else { few = middle }
    }
    Some(kind.with_minutes(enough))
}

/// Why `visit` cannot be made even in an otherwise empty day; `None` if it can, if no shift offers it, or if there is no
/// way there and back.
pub fn alone(problem: &VisitProblem, visit: VisitId) -> Option<Alone> {
    if Rooms::new(problem).room(&[visit], None) == Room::Enough {
        return None;
    }
    let place = problem.visit(visit).place;
    let reasons = problem.visit(visit).offers.iter().filter_map(|offer| {
        let (shift, terms) = (offer.shift, problem.shift(offer.shift));
        let roads = problem.travel(shift);
        let earliest = roads.arrival(terms.start_place, place, terms.window.start)?;
        let last = offer.windows.last().map_or(Seconds::ZERO, |window| window.end);
        let Some(window) = offer.windows.iter().find(|window| earliest <= window.end) else {
            let late = earliest - last;
            return Some((late, Alone::TooLate { shift, earliest, last }));
        };
        let leave = earliest.max(window.start) + offer.duration;
        let back = roads.arrival(place, terms.end_place, leave)?;
        let end = terms.window.end;
        let late = back.saturating_sub(end);
        let reason = if late > Seconds::ZERO {
            Alone::BackTooLate { shift, back, end }
        } else {
            Alone::Otherwise
        };
        Some((late, reason))
    });
    reasons.min_by_key(|(late, _)| *late).map(|(_, reason)| reason)
}

#[cfg(test)]
mod tests;
