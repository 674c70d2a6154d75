//! Searches upwards: the cheapest paths from some ranks over rungs to higher ranks.
//!
//! Rungs only lead upwards, so that ascending order of ranks settles each rank at once. The queue
//! is a set of whole numbers and does not compare costs.

use super::{Hierarchy, Rungs};
use crate::road::ids::Cost;

/// Working memory of a climb, reused; one per thread. Cheap to allocate, as it is all zeros.
pub(super) struct Climb {
    /// By rank: [`Cost::NO_PATH`] minus its cost; 0 if no path was found.
    gain: Vec<Cost>,
    queue: RankQueue,
}

impl Climb {
    pub(super) fn new(hierarchy: &Hierarchy) -> Self {
        let ranks = hierarchy.len();
        Self { gain: vec![Cost::ZERO; ranks], queue: RankQueue::new(ranks) }
    }

    /// Passes each reached rank to `reached`, in ascending order, with its cost.
    ///
    /// A rank is skipped if `against`, the rungs of the other direction, show that a descent from a
    /// higher rank is cheaper: then it is on no cheapest path ("stall on demand").
    pub(super) fn run(
        &mut self,
        rungs: &Rungs,
        against: &Rungs,
        starts: impl Iterator<Item = (u32, Cost)>,
        mut reached: impl FnMut(u32, Cost),
    ) {
        let (ahead, behind) = (rungs.view(), against.view());
        for (rank, cost) in starts {
            self.reach(rank, Cost::NO_PATH.saturating_sub(cost));
        }
        while let Some(rank) = self.queue.pop() {
            let gain = std::mem::take(&mut self.gain[rank as usize]);
            let is_stalled = behind
                .of(rank)
                .any(|(top, cost)| self.gain[top as usize].saturating_sub(cost) > gain);
            if !is_stalled {
                reached(rank, Cost::NO_PATH - gain);
                for (top, cost) in ahead.of(rank) {
                    self.reach(top, gain.saturating_sub(cost));
                }
            }
        }
    }

    fn reach(&mut self, rank: u32, gain: Cost) {
        let known = &mut self.gain[rank as usize];
        if gain > *known {
            *known = gain;
            self.queue.insert(rank);
        }
    }
}

/// A set of ranks that returns the smallest first; inserted ranks must be greater than that.
///
/// A bit for each rank, above it a bit for each non-empty word, and so on: the smallest is found
/// with one word per level (after van Emde Boas, 1975, doi:10.1109/SFCS.1975.26, with words of 64
/// bits).
pub(super) struct RankQueue {
    levels: Vec<Vec<u64>>,
}

impl RankQueue {
    pub(super) fn new(ranks: usize) -> Self {
        let mut levels = vec![vec![0; ranks.div_ceil(64).max(1)]];
        while levels[levels.len() - 1].len() > 1 {
            let words = levels[levels.len() - 1].len().div_ceil(64);
            levels.push(vec![0; words]);
        }
        Self { levels }
    }

    pub(super) fn insert(&mut self, rank: u32) {
        let mut at = rank as usize;
        for level in &mut self.levels {
            let word = &mut level[at / 64];
            let was_empty = *word == 0;
            *word |= 1 << (at % 64);
            if !was_empty {
                return;
            }
            at /= 64;
        }
    }

    pub(super) fn pop(&mut self) -> Option<u32> {
        let top = self.levels.len() - 1;
        if self.levels[top][0] == 0 {
            return None;
        }
        let mut at = 0;
        for level in self.levels.iter().rev() {
            at = at * 64 + level[at].trailing_zeros() as usize;
        }
        let rank = at as u32;
        for level in &mut self.levels {
            let word = &mut level[at / 64];
            *word &= !(1 << (at % 64));
            if *word != 0 {
                break;
            }
            at /= 64;
        }
        Some(rank)
    }
}
