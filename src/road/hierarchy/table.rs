//! Fills a table of costs from many sources to many targets.
//!
//! All descents to the targets form a small part of the hierarchy, the *basin*. A climb from each
//! source reaches the basin; then one sweep down the basin, from high to low ranks, brings the
//! costs of [`LANES`] sources to all targets at once.
//!
//! After RPHAST: Delling, Goldberg and Werneck (2011), doi:10.4230/OASIcs.ATMOS.2011.52. The sweep
//! for several sources is from Delling, Goldberg, Nowatzyk and Werneck (2013),
//! doi:10.1016/j.jpdc.2012.02.007.

use std::sync::Mutex;

use rayon::prelude::*;

use super::Hierarchy;
use super::climb::{Climb, RankQueue};
use crate::road::ids::{Cost, StateId};

const LANES: usize = 16;

/// A state, with the cost from a place to it or from it to a place.
pub(in crate::road) type StateCost = (StateId, Cost);

impl Hierarchy {
    /// Returns the costs from each of `sources` to each of `targets`, given by their first or last
    /// states: a flat table, row = source, column = target, [`Cost::NO_PATH`] if there is no path.
    ///
    /// O(targets · climb + sources · basin) time on the current pool; O([`LANES`] · basin) memory
    /// per thread, and the memory of a climb. Calls `done` with the number of rows just finished.
    pub(in crate::road) fn table(
        &self,
        sources: &[Vec<StateCost>],
        targets: &[Vec<StateCost>],
        done: impl Fn(usize) + Sync,
    ) -> Vec<Cost> {
        if targets.is_empty() {
            return Vec::new();
        }
        let basin = Basin::new(self, targets);
        let mut table = vec![Cost::NO_PATH; sources.len() * targets.len()];
        let mut rows: Vec<(&[StateCost], &mut [Cost])> =
            sources.iter().map(Vec::as_slice).zip(table.chunks_mut(targets.len())).collect();
        // Sources close to each other climb over the same ranks.
        rows.sort_by_key(|(source, _)| source.first().map(|(state, _)| self.rank(*state)));
        let blocks = Mutex::new(rows.chunks_mut(LANES));
        let next = || blocks.lock().expect("no thread panics").next();
        (0..rayon::current_num_threads()).into_par_iter().for_each(|_| {
            let mut sweep = None;
            while let Some(rows) = next() {
                sweep.get_or_insert_with(|| Sweep::new(self, &basin)).run(rows);
                done(rows.len());
            }
        });
        table
    }
}

/// The ranks above the targets: each reaches a target by descending only. The highest is first.
struct Basin {
    /// By rank: its position plus one, or 0.
    position_of: Vec<u32>,
    /// Rungs down to position `p` are `first[p] .. first[p + 1]`.
    first: Vec<u32>,
    /// The upper position, which is the smaller number.
    tops: Vec<u32>,
    costs: Vec<Cost>,
    /// Last positions of target `t`, with costs from there, are `first_entry[t] .. first_entry[t +
    /// 1]`.
    first_entry: Vec<u32>,
    entries: Vec<(u32, Cost)>,
}

impl Basin {
    fn new(hierarchy: &Hierarchy, targets: &[Vec<StateCost>]) -> Self {
        let mut queue = RankQueue::new(hierarchy.len());
        for (state, _) in targets.iter().flatten() {
            queue.insert(hierarchy.rank(*state));
        }
        let mut ranks = Vec::new();
        let down = &hierarchy.down;
        while let Some(rank) = queue.pop() {
            ranks.push(rank);
            down.tops[down.of(rank)].iter().for_each(|top| queue.insert(*top));
        }
        ranks.reverse();
        let mut position_of = vec![0; hierarchy.len()];
        for (position, rank) in ranks.iter().enumerate() {
            position_of[*rank as usize] = position as u32 + 1;
        }
        let position = |rank: u32| position_of[rank as usize] - 1;
        let mut first = vec![0];
        let (mut tops, mut costs) = (Vec::new(), Vec::new());
        for rank in &ranks {
            tops.extend(down.tops[down.of(*rank)].iter().map(|top| position(*top)));
            costs.extend_from_slice(&down.costs[down.of(*rank)]);
            first.push(tops.len() as u32);
        }
        let mut first_entry = vec![0];
        let mut entries = Vec::new();
        for target in targets {
            entries.extend(target.iter().map(|(s, rest)| (position(hierarchy.rank(*s)), *rest)));
            first_entry.push(entries.len() as u32);
        }
        Self { position_of, first, tops, costs, first_entry, entries }
    }

    fn len(&self) -> usize {
        self.first.len() - 1
    }
}

struct Sweep<'a> {
    hierarchy: &'a Hierarchy,
    basin: &'a Basin,
    climb: Climb,
    /// By position: the costs from the sources of the block.
    lanes: Vec<Lanes>,
    /// By position: whether a climb of this block has reached it and set its lanes.
    is_reached: Vec<bool>,
}

impl<'a> Sweep<'a> {
    fn new(hierarchy: &'a Hierarchy, basin: &'a Basin) -> Self {
        Self {
            hierarchy,
            basin,
            climb: Climb::new(hierarchy),
            lanes: vec![Lanes::NO_PATH; basin.len()],
            is_reached: vec![false; basin.len()],
        }
    }

    /// Fills the rows of at most [`LANES`] sources.
    fn run(&mut self, rows: &mut [(&[StateCost], &mut [Cost])]) {
        for (lane, (source, _)) in rows.iter().enumerate() {
            self.ascend(lane, source);
        }
        self.descend();
        let columns = self.basin.first_entry.len() - 1;
        for column in 0..columns {
            let entries = self.basin.first_entry[column] as usize
                ..self.basin.first_entry[column + 1] as usize;
            let mut best = Lanes::NO_PATH;
            for (position, rest) in &self.basin.entries[entries] {
                best.lower(&self.lanes[*position as usize], *rest);
            }
            for ((_, row), cost) in rows.iter_mut().zip(best.costs()) {
                row[column] = cost;
            }
        }
    }

    fn ascend(&mut self, lane: usize, source: &[StateCost]) {
        let Self { hierarchy, basin, climb, lanes, is_reached } = self;
        let starts = source.iter().map(|(state, cost)| (hierarchy.rank(*state), *cost));
        climb.run(&hierarchy.up, &hierarchy.down, starts, |rank, cost| {
            if let Some(position) = basin.position_of[rank as usize].checked_sub(1) {
                let position = position as usize;
                if !std::mem::replace(&mut is_reached[position], true) {
                    lanes[position] = Lanes::NO_PATH;
                }
                lanes[position].set(lane, cost);
            }
        });
    }

    fn descend(&mut self) {
        let basin = self.basin;
        for position in 0..basin.len() {
            let (above, rest) = self.lanes.split_at_mut(position);
            let mut best = match std::mem::take(&mut self.is_reached[position]) {
                true => rest[0],
                false => Lanes::NO_PATH,
            };
            let rungs = basin.first[position] as usize..basin.first[position + 1] as usize;
            for (top, cost) in basin.tops[rungs.clone()].iter().zip(&basin.costs[rungs]) {
                best.lower(&above[*top as usize], *cost);
            }
            rest[0] = best;
        }
    }
}

/// A cost for each source of a block.
///
/// The bits of a cost are read as `f64`, which has the same order: all processors have a minimum of
/// several `f64` in one instruction, unlike for 64-bit integers. Sums add the bits as integers, so
/// nothing is rounded. [`BIAS`](Self::BIAS) avoids subnormal numbers, which some processor settings
/// treat as zero; [`Cost::NO_PATH`] is small enough that no sum of two costs is infinite.
#[derive(Debug, Clone, Copy)]
struct Lanes([f64; LANES]);

impl Lanes {
    const BIAS: u64 = f64::MIN_POSITIVE.to_bits();
    const NO_PATH: Self = Self([f64::from_bits(Cost::NO_PATH.bits() + Self::BIAS); LANES]);

    fn set(&mut self, lane: usize, cost: Cost) {
        self.0[lane] = f64::from_bits(cost.bits() + Self::BIAS);
    }

    fn costs(&self) -> [Cost; LANES] {
        self.0.map(|biased| Cost::from_bits(biased.to_bits() - Self::BIAS))
    }

    /// Replaces each cost by the minimum of it and `others` plus `more`, lane by lane.
    #[inline]
    fn lower(&mut self, others: &Self, more: Cost) {
        let sums = others.0.map(|other| f64::from_bits(other.to_bits() + more.bits()));
        for (cost, sum) in self.0.iter_mut().zip(sums) {
            *cost = if sum < *cost { sum } else { *cost };
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Costs of all magnitudes, from zero to [`Cost::NO_PATH`].
    fn cost() -> impl Strategy<Value = Cost> {
        let any_size = (0..=63_u32, any::<u64>()).prop_map(|(size, bits)| bits >> size);
        any_size.prop_map(|bits| Cost::from_bits(bits).min(Cost::NO_PATH))
    }

    proptest! {
        #![proptest_config(crate::testing::cases(2000))]

        #[test]
        fn the_smaller_of_two_costs_is_found_at_any_magnitude(a in cost(), b in cost(), more in cost()) {
            let mut lanes = Lanes::NO_PATH;
            lanes.set(3, a);
            let mut others = Lanes::NO_PATH;
            others.set(3, b);
            lanes.lower(&others, more);
            let mut expected = [Cost::NO_PATH; LANES];
            expected[3] = a.min(b + more);
            prop_assert_eq!(lanes.costs(), expected);
        }
    }
}
