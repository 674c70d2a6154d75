//! Sets the size of the steps of a search, and decides which results of a step are accepted.

use super::instance::Instance;
use super::random::Random;
use super::ruin::RuinSize;
use super::score::Score;

/// The step size and the temperatures of one search.
///
/// If visits compete for few time windows, large steps at a high temperature find better tours. If
/// almost everything fits and only the number of visits is limited, small steps at a low
/// temperature find better tours. We found no measure that distinguishes the two cases before the
/// search, so the searches alternate between both.
#[derive(Debug, Clone, Copy)]
pub(super) struct Temperament {
    /// Number of visits that one step removes.
    pub(super) size: RuinSize,
    /// Temperature at the start, as a fraction of the average gain of a visit.
    hot: f64,
    /// Temperature at the end, as a fraction of the average gain of a visit.
    cold: f64,
}

impl Temperament {
    const BOLD: Self = Self { size: RuinSize { visits: 10.0, string: 10.0 }, hot: 1.0, cold: 0.08 };
    const CAREFUL: Self =
        Self { size: RuinSize { visits: 5.0, string: 3.0 }, hot: 0.2, cold: 0.02 };

    /// Returns the temperament of the search with number `start`. Searches with even numbers are
    /// bold, those with odd numbers careful.
    pub(super) fn of(start: u32) -> Self {
        if start.is_multiple_of(2) { Self::BOLD } else { Self::CAREFUL }
    }
}

/// Simulated annealing: the probability that the search accepts worse tours falls while it
/// proceeds.
///
/// The temperature falls geometrically.
#[derive(Debug)]
pub(super) struct Cooling {
    hot: f64,
    cold_by_hot: f64,
    temperature: f64,
}

impl Cooling {
    /// Returns the cooling with the temperature at the start of a search.
    pub(super) fn new(instance: &Instance, temperament: &Temperament) -> Self {
        let total: i64 = (0..instance.visits as u32).map(|v| instance.gain_max(v)).sum();
        let average = (total as f64 / instance.visits.max(1) as f64).max(1.0);
        let hot = average * temperament.hot;
        Self { hot, cold_by_hot: temperament.cold / temperament.hot, temperature: hot }
    }

    /// Sets the temperature for a search of which the fraction `share` (0 to 1) is done.
    pub(super) fn cool(&mut self, share: f64) {
        self.temperature = self.hot * libm::pow(self.cold_by_hot, share);
    }

    /// Returns whether the search continues from the tours with the score `new` instead of those
    /// with the score `old`. Tours with more mandatory visits are always accepted, tours with fewer
    /// never.
    pub(super) fn accepts(&self, old: Score, new: Score, random: &mut Random) -> bool {
        if old.mandatory != new.mandatory {
            return new.mandatory > old.mandatory;
        }
        let threshold = self.temperature * libm::log(1.0 - random.unit());
        (new.value - old.value) as f64 >= threshold
    }
}
