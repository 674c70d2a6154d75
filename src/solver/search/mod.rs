//! The search of one start: ruin, recreate, accept or go back; local search has the last word.

mod improve;
mod insertion;
mod instance;
mod random;
mod recreate;
mod ruin;
mod slots;
mod splice;
mod state;
mod tour_state;

pub(super) use instance::Instance;
pub(super) use slots::{Slot, slots};
pub(super) use splice::splice_gain;
pub(super) use state::{Score, State};

use crate::progress::Progress;
use improve::improve;
use random::Random;
use recreate::Recreate;
use ruin::{Neighbours, RuinSize, ruin};

use super::stop::Stop;
use super::tour::Tours;

/// Steps between two questions whether to stop.
const STEPS_PER_LOOK: u64 = 64;

/// With more visits than this, not all of them compete in every step.
const CROWD: usize = 300;

/// What one start found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) score: Score,
    pub(super) tours: Tours,
    pub(super) iterations: u64,
    pub(super) stopped_early: bool,
}

/// Searches for `iterations` steps, with simulated annealing as the criterion of acceptance.
pub(super) fn search(
    instance: &Instance,
    seed: u64,
    start: u32,
    iterations: u64,
    stop: &dyn Stop,
    progress: &dyn Progress,
) -> Found {
    let mut random = Random::new(seed, u64::from(start));
    let mut recreate = Recreate::new(instance, Random::new(seed, !u64::from(start)));
    let mut touched = vec![true; instance.shifts.len()];
    let mut current = State::empty(instance);
    recreate.invite_all(instance, &current);
    recreate.run(instance, &mut current, &mut touched, &mut random);
    let mut candidate = current.clone();
    let mut score = current.score(instance);
    let mut best = current.clone();
    let mut best_score = score;

    let neighbours = Neighbours::new(instance);
    let size = RuinSize { visits: 15.0, string: 10.0 };
    let mut cooling = Cooling::new(instance, iterations);
    let mut done = 0;
    let mut stopped_early = false;
    while done < iterations && instance.visits > 0 {
        if done % STEPS_PER_LOOK == 0 && done > 0 {
            progress.advance(STEPS_PER_LOOK);
            if stop.should_stop() {
                stopped_early = true;
                break;
            }
        }
        done += 1;
        touched.fill(false);
        candidate.removed.clear();
        let seed = ruin(instance, &neighbours, size, &mut candidate, &mut touched, &mut random);
        if instance.visits > CROWD {
            let near = neighbours.of(seed);
            recreate.invite_some(instance, &candidate, near, &mut random);
        } else {
            recreate.invite_all(instance, &candidate);
        }
        recreate.run(instance, &mut candidate, &mut touched, &mut random);
        let found = candidate.score(instance);
        if found > best_score {
            best_score = found;
            best.clone_from(&candidate);
        }
        if cooling.accepts(score, found, &mut random) {
            current.copy_touched(&candidate, &touched);
            score = found;
        } else {
            candidate.copy_touched(&current, &touched);
        }
        cooling.step();
    }
    improve(instance, &mut best);
    Found {
        score: best.score(instance),
        tours: best.to_tours(instance),
        iterations: done,
        stopped_early,
    }
}

/// Simulated annealing: worse tours are accepted with a probability that falls as the search goes on.
///
/// The temperature falls geometrically between two shares of the average gain of a visit.
struct Cooling {
    temperature: f64,
    factor: f64,
}

impl Cooling {
    const HOT: f64 = 0.6;
    const COLD: f64 = 0.06;

    fn new(instance: &Instance, iterations: u64) -> Self {
        let total: i64 = (0..instance.visits as u32).map(|v| instance.gain_max(v)).sum();
        let average = (total as f64 / instance.visits.max(1) as f64).max(1.0);
        let factor = libm::pow(Self::COLD / Self::HOT, 1.0 / iterations.max(1) as f64);
        Self { temperature: average * Self::HOT, factor }
    }

    fn step(&mut self) {
        self.temperature *= self.factor;
    }

    /// Fewer mandatory visits are never accepted, more always.
    fn accepts(&self, old: Score, new: Score, random: &mut Random) -> bool {
        if old.mandatory != new.mandatory {
            return new.mandatory > old.mandatory;
        }
        let threshold = self.temperature * libm::log(1.0 - random.unit());
        (new.value - old.value) as f64 >= threshold
    }
}
