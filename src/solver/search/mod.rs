//! The search of one start: ruin, recreate, accept or go back; local search has the last word.

mod annealing;
mod hourly;
mod improve;
mod insertion;
mod instance;
mod pool;
mod random;
mod recreate;
mod roads;
mod ruin;
mod slots;
mod spacing;
mod splice;
mod state;
mod tour_state;

pub(super) use instance::Instance;
pub(super) use slots::{Slot, slots};
pub(super) use splice::splice_gain;
pub(super) use state::{Score, State};

use crate::progress::Progress;
use annealing::{Cooling, Temper};
use improve::improve;
use pool::Pool;
use random::Random;
use recreate::Recreate;
use ruin::{Neighbours, ruin};

use super::stop::Stop;
use super::tour::Tours;

/// Steps between two looks at the clock.
const STEPS_PER_LOOK: u64 = 64;

/// After this share of the search the best choice of tours met so far is made, …
const FIRST_CHOICE: f64 = 0.3;

/// … and again whenever another such share has passed.
const CHOICE_EVERY: f64 = 0.1;

/// What one start found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) score: Score,
    pub(super) tours: Tours,
    pub(super) iterations: u64,
    pub(super) stopped_early: bool,
}

/// One of several searches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start<'a> {
    /// Where the random numbers begin.
    pub(super) seed: u64,
    /// Which of the searches with this seed.
    pub(super) number: u32,
    /// How many steps it makes.
    pub(super) iterations: u64,
    /// The tours it begins with, if not with none.
    pub(super) from: Option<&'a Tours>,
}

/// Makes the steps of one start, with simulated annealing as the criterion of acceptance.
pub(super) fn search(
    instance: &Instance,
    start: Start<'_>,
    stop: &dyn Stop,
    progress: &dyn Progress,
) -> Found {
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
    // What was put in beside given tours may cost more than it wins.
    if let Some(given) = given.filter(|given| given.score(instance) > best_score) {
        best_score = given.score(instance);
        best = given;
    }

    let neighbours = Neighbours::new(instance);
    let temper = Temper::of(number);
    let mut cooling = Cooling::new(instance, &temper);
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
                    // Visits of one series may come too close to one another.
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
        let around =
            ruin(instance, &neighbours, temper.size, &mut candidate, &mut touched, &mut random);
        recreate.invite_some(instance, &candidate, neighbours.of(around), &mut random);
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
    Found {
        score: best.score(instance),
        tours: best.to_tours(instance),
        iterations: done,
        stopped_early,
    }
}
