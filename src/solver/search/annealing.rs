//! How large the steps of a search are, and which of them it takes.

use super::instance::Instance;
use super::random::Random;
use super::ruin::RuinSize;
use super::state::Score;

/// The character of one start.
///
/// Where visits compete for scarce time windows, large steps at a high temperature find better tours; where almost
/// everything fits and only the number of visits is limited, small steps at a low one do. As no measure taken
/// beforehand was found to tell the two apart, starts take turns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Temper {
    /// What a step removes.
    pub(super) size: RuinSize,
    /// Temperature at the start, as a share of the average gain of a visit.
    hot: f64,
    /// Temperature at the end, likewise.
    cold: f64,
}

impl Temper {
    const BOLD: Self = Self { size: RuinSize { visits: 10.0, string: 10.0 }, hot: 1.0, cold: 0.08 };
    const CAREFUL: Self =
        Self { size: RuinSize { visits: 5.0, string: 3.0 }, hot: 0.2, cold: 0.02 };

    /// The temper of start number `start`: even ones are bold, odd ones careful.
    pub(super) fn of(start: u32) -> Self {
        if start.is_multiple_of(2) { Self::BOLD } else { Self::CAREFUL }
    }
}

/// Simulated annealing: worse tours are accepted with a probability that falls as the search goes on.
///
/// The temperature falls geometrically.
#[derive(Debug)]
pub(super) struct Cooling {
    hot: f64,
    cold_by_hot: f64,
    temperature: f64,
}

impl Cooling {
    /// From hot to cold.
    pub(super) fn new(instance: &Instance, temper: &Temper) -> Self {
        let total: i64 = (0..instance.visits as u32).map(|v| instance.gain_max(v)).sum();
        let average = (total as f64 / instance.visits.max(1) as f64).max(1.0);
        let hot = average * temper.hot;
        Self { hot, cold_by_hot: temper.cold / temper.hot, temperature: hot }
    }

    /// A `share` of the search, from 0 to 1, has passed.
    pub(super) fn cool(&mut self, share: f64) {
        self.temperature = self.hot * libm::pow(self.cold_by_hot, share);
    }

    /// Whether to go on from `new` instead of `old`; fewer mandatory visits are never accepted, more always.
    pub(super) fn accepts(&self, old: Score, new: Score, random: &mut Random) -> bool {
        if old.mandatory != new.mandatory {
            return new.mandatory > old.mandatory;
        }
        let threshold = self.temperature * libm::log(1.0 - random.unit());
        (new.value - old.value) as f64 >= threshold
    }
}
