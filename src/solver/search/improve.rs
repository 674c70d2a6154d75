//! Improves tours by local search: makes small changes until no small change improves the tours.
//!
//! Changes within a tour: the order of consecutive visits is reversed (2-opt), up to three
//! consecutive visits are moved (Or-opt), or a visit is left out. Changes between two tours: a
//! visit is moved, or two visits are exchanged. Changes with visits that are in no tour: a visit is
//! inserted, or it replaces another visit. Tours are better if they have more mandatory visits; if
//! equal, a greater objective; if equal, less travel. The search makes the first improvement that
//! it finds.

use super::insertion::{BestPosition, Blinks, Criterion, InsertionQuery, best_position};
use super::instance::Instance;
use super::legs::ShiftLegs;
use super::random::Random;
use super::score::Score;
use super::splice::splice_gain;
use super::state::State;

/// Maximum number of consecutive visits that Or-opt moves.
const OR_OPT_MOST: usize = 3;

/// Changes `state` until no small change improves it.
pub(super) fn improve(instance: &Instance, state: &mut State) {
    let shifts = instance.shifts.len();
    loop {
        let before = state.score(instance);
        for shift in 0..shifts {
            while reorder(instance, state, shift) {}
            while exchange_with_absent(instance, state, shift) {}
        }
        insert_absent(instance, state);
        for shift in 0..shifts {
            while relocate(instance, state, shift) {}
            for other in shift + 1..shifts {
                while swap(instance, state, shift, other) {}
            }
        }
        if state.score(instance) == before {
            return;
        }
    }
}

/// Makes the first 2-opt or Or-opt change that improves a tour. Returns whether it found such a
/// change.
fn reorder(instance: &Instance, state: &mut State, shift: usize) -> bool {
    let count = state.tours[shift].len();
    for first in 1..=count {
        for last in first + 1..=count {
            let visits: Vec<u32> =
                state.tours[shift].stops[first..=last].iter().map(|s| s.visit).collect();
            let ends = (first - 1, last + 1);
            if try_splice(instance, state, shift, ends, visits.iter().rev().copied()) {
                return true;
            }
            for moved in 1..=OR_OPT_MOST.min(visits.len() - 1) {
                for cut in [moved, visits.len() - moved] {
                    let (head, tail) = visits.split_at(cut);
                    let turned = tail.iter().chain(head).copied();
                    if try_splice(instance, state, shift, ends, turned) {
                        return true;
                    }
                }
            }
        }
    }
    false
}

/// Makes the best change of one tour that leaves out a visit or replaces it by a visit that is in
/// no tour. Returns whether such a change improves the tour.
fn exchange_with_absent(instance: &Instance, state: &mut State, shift: usize) -> bool {
    let absent: Vec<u32> = (0..instance.visits as u32).filter(|&v| !state.is_served(v)).collect();
    let (tour, tour_of) = (&state.tours[shift], &state.tour_of);
    let changes = (1..=tour.len()).flat_map(|at| {
        let leaving = Some(tour.stops[at].visit);
        let allowed = move |v: &u32| instance.spacing.allows(tour_of, *v, shift, leaving);
        let with = std::iter::once(None).chain(absent.iter().copied().filter(allowed).map(Some));
        with.map(move |visit| ((at - 1, at + 1), visit))
    });
    let gains = changes.filter_map(|(ends, visit)| {
        Some((splice_gain(instance, shift, tour, ends, visit.into_iter())?, ends, visit))
    });
    let best = gains.max().filter(|(gain, ..)| *gain > Score::default());
    if let Some((_, ends, visit)) = best {
        state.splice(instance, shift, ends, visit.into_iter());
    }
    best.is_some()
}

/// Makes the change if it improves the tour. Returns whether it improves the tour.
fn try_splice(
    instance: &Instance,
    state: &mut State,
    shift: usize,
    ends: (usize, usize),
    visits: impl Iterator<Item = u32> + Clone,
) -> bool {
    let gain = splice_gain(instance, shift, &state.tours[shift], ends, visits.clone());
    let better = gain.is_some_and(|gain| gain > Score::default());
    if better {
        state.splice(instance, shift, ends, visits);
    }
    better
}

/// Inserts visits that are in no tour, if they improve the tours.
fn insert_absent(instance: &Instance, state: &mut State) {
    for visit in 0..instance.visits as u32 {
        if !state.is_served(visit)
            && let Some((shift, at, gain)) = best_insertion(instance, state, visit, None)
            && gain > Score::default()
        {
            state.insert(instance, shift, at, visit);
        }
    }
}

/// Moves one visit from a tour to another tour. Returns whether such a change improves the tours.
fn relocate(instance: &Instance, state: &mut State, shift: usize) -> bool {
    for at in 1..=state.tours[shift].len() {
        let visit = state.tours[shift].stops[at].visit;
        let ends = (at - 1, at + 1);
        let tour = &state.tours[shift];
        let Some(lost) = splice_gain(instance, shift, tour, ends, std::iter::empty()) else {
            continue;
        };
        let Some((other, to, won)) = best_insertion(instance, state, visit, Some(shift)) else {
            continue;
        };
        if lost + won > Score::default() {
            state.splice(instance, shift, ends, std::iter::empty());
            state.insert(instance, other, to, visit);
            return true;
        }
    }
    false
}

/// Exchanges two visits of two tours; each takes the position of the other. Returns whether such a
/// change improves the tours.
fn swap(instance: &Instance, state: &mut State, shift: usize, other: usize) -> bool {
    for at in 1..=state.tours[shift].len() {
        for to in 1..=state.tours[other].len() {
            let (here, there) = (&state.tours[shift], &state.tours[other]);
            let (visit, with) = (here.stops[at].visit, there.stops[to].visit);
            let (ends, other_ends) = ((at - 1, at + 1), (to - 1, to + 1));
            let may = |visit, shift| instance.spacing.allows(&state.tour_of, visit, shift, None);
            if instance.spacing.is_one_series(visit, with)
                || !may(visit, other)
                || !may(with, shift)
            {
                continue;
            }
            let Some(first) = splice_gain(instance, shift, here, ends, std::iter::once(with))
            else {
                continue;
            };
            let second = splice_gain(instance, other, there, other_ends, std::iter::once(visit));
            if second.is_some_and(|second| first + second > Score::default()) {
                state.splice(instance, shift, ends, std::iter::once(with));
                state.splice(instance, other, other_ends, std::iter::once(visit));
                return true;
            }
        }
    }
    false
}

/// Finds the best position for `visit` in the tours of all shifts except `except`. Returns the
/// shift, the stop before the position, and the change of the score.
fn best_insertion(
    instance: &Instance,
    state: &State,
    visit: u32,
    except: Option<usize>,
) -> Option<(usize, usize, Score)> {
    let mut blinks = Blinks::none(Random::new(0, 0));
    let mandatory = i64::from(instance.mandatory[visit as usize]);
    let may = |shift| instance.spacing.allows(&state.tour_of, visit, shift, None);
    let shifts = (0..state.tours.len()).filter(|&s| Some(s) != except && may(s));
    let found = shifts.filter_map(|shift| {
        let tour = &state.tours[shift];
        if let ShiftLegs::Hourly(_) = instance.legs(shift) {
            // The travel time in the result of a scan is not exact here. Improvements by inexact
            // values might never end.
            let gains = (0..=tour.len()).filter_map(|at| {
                let gain = splice_gain(instance, shift, tour, (at, at + 1), std::iter::once(visit));
                Some((shift, at, gain?))
            });
            return gains.max_by(|a, b| a.2.cmp(&b.2).then(b.1.cmp(&a.1)));
        }
        let query = InsertionQuery { shift, visit, criterion: Criterion::Travel };
        match best_position(instance, tour, query, &mut blinks) {
            BestPosition::At(position) => {
                let gain = instance.terms(shift, visit).gain;
                let work = position.travel + instance.duration(shift, visit);
                let price = tour.price_of_more(instance, work);
                let value = gain - position.travel * instance.travel_cost - price;
                let score = Score { mandatory, value, spare: -position.travel };
                Some((shift, position.at, score))
            }
            BestPosition::Nowhere | BestPosition::Overlooked => None,
        }
    });
    found.max_by(|a, b| a.2.cmp(&b.2).then(b.0.cmp(&a.0)))
}
