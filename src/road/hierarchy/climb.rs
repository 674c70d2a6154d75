//! Searching upwards: the cheapest ways from some ranks to all higher ones that rungs lead to.
//!
//! Rungs only lead upwards, so that taking ranks in ascending order settles each at once: no costs need be compared to
//! choose the next, and the queue is a set of whole numbers that only grows at its upper end.

use super::{Hierarchy, Rungs};
use crate::road::ids::Cost;

/// What a climb writes on; reused from climb to climb, one a thread. Costs nothing to make: all of it is zeros.
pub(super) struct Climb {
    /// By rank: how much cheaper than [`Cost::NO_WAY`] it can be reached, 0 where no way has been found.
    gain: Vec<Cost>,
    queue: RankQueue,
}

impl Climb {
    pub(super) fn new(hierarchy: &Hierarchy) -> Self {
        let ranks = hierarchy.len();
        Self { gain: vec![Cost::ZERO; ranks], queue: RankQueue::new(ranks) }
    }

    /// Tells each rank that the climb over `rungs` comes to, in ascending order, with its cost.
    ///
    /// A rank is passed over where `against`, the rungs of the other direction, show that coming down from a higher one
    /// is cheaper: nothing that lies beyond can gain by it ("stall on demand").
    pub(super) fn run(
        &mut self,
        rungs: &Rungs,
        against: &Rungs,
        starts: impl Iterator<Item = (u32, Cost)>,
        mut reached: impl FnMut(u32, Cost),
    ) {
        let (ahead, behind) = (rungs.view(), against.view());
        for (rank, cost) in starts {
            self.reach(rank, Cost::NO_WAY.saturating_sub(cost));
        }
        while let Some(rank) = self.queue.pop() {
            let gain = std::mem::take(&mut self.gain[rank as usize]);
            let is_stalled = behind
                .of(rank)
                .any(|(top, cost)| self.gain[top as usize].saturating_sub(cost) > gain);
            if !is_stalled {
                reached(rank, Cost::NO_WAY - gain);
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

/// A set of ranks that gives its smallest first. Whatever is put in must be greater than what was last taken out.
///
/// A bit for each rank, and above them a bit for each word that is not empty, and so on: the smallest is found by looking
/// at one word a level (after van Emde Boas, 1975, doi:10.1109/SFCS.1975.26, with words of 64 bits).
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
