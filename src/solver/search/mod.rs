//! Runs one search: repeated ruin and recreate steps with simulated annealing, then a local search.

mod annealing;
mod hourly;
mod improve;
mod insertion;
mod insertion_trials;
mod instance;
mod legs;
mod pool;
mod random;
mod recreate;
mod ruin;
mod score;
mod spacing;
mod splice;
mod state;
mod tour_state;

pub(super) use insertion_trials::{InsertionTrial, insertion_trials};
pub(super) use instance::Instance;
pub(super) use splice::splice_gain;
pub(super) use state::State;

use crate::progress::Progress;
use annealing::{Cooling, Temperament};
use improve::improve;
use pool::Pool;
use random::Random;
use recreate::Recreate;
use ruin::Ruin;
use score::Score;

use super::stop_criterion::StopCriterion;
use super::tour::Tours;

/// Number of steps from one check of the stop criterion to the next.
const STEPS_PER_LOOK: u64 = 64;

/// Fraction of the search after which the pool first makes a plan from the tours seen so far.
const FIRST_CHOICE: f64 = 0.3;

/// Fraction of the search from one such plan to the next.
const CHOICE_EVERY: f64 = 0.1;

/// Result of one search.
#[derive(Debug)]
pub(super) struct SearchResult {
    pub(super) score: Score,
    pub(super) tours: Tours,
    pub(super) iterations: u64,
    pub(super) stopped_early: bool,
}

/// Start of one search.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start<'a> {
    /// Seed for the random numbers.
    pub(super) seed: u64,
    /// Number of this search among all searches with the same seed.
    pub(super) number: u32,
    /// Maximum number of steps.
    pub(super) iterations: u64,
    /// Tours from which the search starts; `None` to start without visits.
    pub(super) from: Option<&'a Tours>,
}

/// Runs one search from `start`.
pub(super) fn search(
    instance: &Instance,
    start: Start<'_>,
    stop: &dyn StopCriterion,
    progress: &dyn Progress,
) -> SearchResult {
    let Start { seed, number, iterations, from } = start;
    let mut random = Random::new(seed, u64::from(number));
    let mut recreate = Recreate::new(instance, Random::new(seed, !u64::from(number)));
    let mut touched = vec![true; instance.shifts.len()];
    let given = from.and_then(|tours| State::of(instance, tours));
    let mut current = given.clone().unwrap_or_else(|| State::empty(instance));
    recreate.invite_all(instance, &current);
    recreate.run(instance, &mut current, &mut touched, &mut random);
    let mut candidate = current.clone();
    let mut score = current.score(instance);
    let mut best = current.clone();
    let mut best_score = score;
    // The visits that were added to the given tours may cost more than their prizes.
    if let Some(given) = given.filter(|given| given.score(instance) > best_score) {
        best_score = given.score(instance);
        best = given;
    }

    let temperament = Temperament::of(number);
    let ruin = Ruin::new(instance, temperament.size);
    let mut cooling = Cooling::new(instance, &temperament);
    let mut pool = Pool::new(instance);
    let mut next_choice = FIRST_CHOICE;
    let mut done = 0;
    let mut stopped_early = false;
    while done < iterations && instance.visits > 0 {
        if done % STEPS_PER_LOOK == 0 && done > 0 {
            progress.advance(STEPS_PER_LOOK);
            let time_used = stop.time_used();
            if time_used >= 1.0 {
                stopped_early = true;
                break;
            }
            let share = time_used.max(done as f64 / iterations as f64);
            cooling.cool(share);
            if share >= next_choice {
                next_choice += CHOICE_EVERY;
                touched.fill(true);
                if let Some(tours) = pool.choose(best_score)
                    // This fails if two visits of a series are made with too few days between them.
                    && candidate.set(instance, &tours)
                {
                    current.copy_touched(&candidate, &touched);
                    best.clone_from(&candidate);
                    score = candidate.score(instance);
                    best_score = score;
                } else {
                    candidate.copy_touched(&current, &touched);
                }
            }
        }
        done += 1;
        touched.fill(false);
        candidate.removed.clear();
        let around = ruin.run(instance, &mut candidate, &mut touched, &mut random);
        recreate.invite_some(instance, &candidate, ruin.neighbours(around), &mut random);
        recreate.run(instance, &mut candidate, &mut touched, &mut random);
        let found = candidate.score(instance);
        if found > best_score {
            best_score = found;
            best.clone_from(&candidate);
        }
        if cooling.accepts(score, found, &mut random) {
            pool.add(instance, &candidate, found, &touched);
            current.copy_touched(&candidate, &touched);
            score = found;
        } else {
            candidate.copy_touched(&current, &touched);
        }
    }
    improve(instance, &mut best);
    SearchResult {
        score: best.score(instance),
        tours: best.to_tours(instance),
        iterations: done,
        stopped_early,
    }
}
