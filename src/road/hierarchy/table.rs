//! Many to many: a whole table of costs, some sources at a time.
//!
//! All ways into the targets from above form a small part of the hierarchy, the *basin*. Each source climbs by itself;
//! then one sweep down the basin, from high ranks to low, brings the costs of [`LANES`] sources at once to all targets.
//!
//! After RPHAST: Delling, Goldberg and Werneck (2011), doi:10.4230/OASIcs.ATMOS.2011.52; sweeping many sources at once
//! is from Delling, Goldberg, Nowatzyk and Werneck (2013), doi:10.1016/j.jpdc.2012.02.007.

use std::sync::Mutex;

use rayon::prelude::*;

use super::Hierarchy;
use super::climb::{Climb, RankQueue};
use crate::road::ids::{Cost, StateId};

/// Sources a sweep.
const LANES: usize = 16;

/// A state with the cost between it and a place.
pub(in crate::road) type Access = (StateId, Cost);

impl Hierarchy {
    /// The cheapest cost from each of `sources` to each of `targets`, each given by all states it can be left or
    /// entered by; a flat table, row = source, column = target, [`Cost::NO_WAY`] where there is none.
    ///
    /// O(targets · climb + sources · basin) time, spread over the threads of the current pool; a thread writes on
    /// O([`LANES`] · basin) and the memory that its climbs touch. Calls `done` with the number of rows finished since.
    pub(in crate::road) fn table(
        &self,
        sources: &[Vec<Access>],
        targets: &[Vec<Access>],
        done: impl Fn(usize) + Sync,
    ) -> Vec<Cost> {
        if targets.is_empty() {
            return Vec::new();
        }
        let basin = Basin::new(self, targets);
        let mut table = vec![Cost::NO_WAY; sources.len() * targets.len()];
        let mut rows: Vec<(&[Access], &mut [Cost])> =
            sources.iter().map(Vec::as_slice).zip(table.chunks_mut(targets.len())).collect();
        // Sources that are near one another climb over the same ranks.
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

/// The ranks from which targets can be reached by descending only, the highest first.
struct Basin {
    /// By rank: one more than its position, or 0.
    position_of: Vec<u32>,
    /// The rungs from above into position `p` are `first[p] .. first[p + 1]`.
    first: Vec<u32>,
    /// The higher position, which is the smaller number.
    tops: Vec<u32>,
    costs: Vec<Cost>,
    /// Where each target is entered, with the cost from there: `first_entry[t] .. first_entry[t + 1]`.
    first_entry: Vec<u32>,
    entries: Vec<(u32, Cost)>,
}

impl Basin {
    fn new(hierarchy: &Hierarchy, targets: &[Vec<Access>]) -> Self {
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

/// Brings the costs of one block of sources after the other to all targets.
struct Sweep<'a> {
    hierarchy: &'a Hierarchy,
    basin: &'a Basin,
    climb: Climb,
    /// By position: the cost from each source of the block.
    lanes: Vec<Lanes>,
    /// By position: whether a source has climbed to it, so that its lanes hold costs of this block already.
    is_reached: Vec<bool>,
}

impl<'a> Sweep<'a> {
    fn new(hierarchy: &'a Hierarchy, basin: &'a Basin) -> Self {
        Self {
            hierarchy,
            basin,
            climb: Climb::new(hierarchy),
            lanes: vec![Lanes::NO_WAY; basin.len()],
            is_reached: vec![false; basin.len()],
        }
    }

    /// Writes the rows of at most [`LANES`] sources.
    fn run(&mut self, rows: &mut [(&[Access], &mut [Cost])]) {
        for (lane, (source, _)) in rows.iter().enumerate() {
            self.ascend(lane, source);
        }
        self.descend();
        let columns = self.basin.first_entry.len() - 1;
        for column in 0..columns {
            let entries = self.basin.first_entry[column] as usize
                ..self.basin.first_entry[column + 1] as usize;
            let mut best = Lanes::NO_WAY;
            for (position, rest) in &self.basin.entries[entries] {
                best.lower(&self.lanes[*position as usize], *rest);
            }
            for ((_, row), cost) in rows.iter_mut().zip(best.costs()) {
                row[column] = cost;
            }
        }
    }

    fn ascend(&mut self, lane: usize, source: &[Access]) {
        let Self { hierarchy, basin, climb, lanes, is_reached } = self;
        let starts = source.iter().map(|(state, cost)| (hierarchy.rank(*state), *cost));
        climb.run(&hierarchy.up, &hierarchy.down, starts, |rank, cost| {
            if let Some(position) = basin.position_of[rank as usize].checked_sub(1) {
                let position = position as usize;
                if !std::mem::replace(&mut is_reached[position], true) {
                    lanes[position] = Lanes::NO_WAY;
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
                false => Lanes::NO_WAY,
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
/// Kept as numbers whose bits, read as `f64`, are in the order of costs: then the lesser of two is one instruction that
/// every processor has for several lanes at once, which cannot be said of 64-bit integers. Nothing is ever rounded, since
/// sums are sums of the bits. [`BIAS`](Self::BIAS) keeps clear of the smallest `f64`s, which some processor settings take
/// for zero; [`Cost::NO_WAY`] is small enough that no sum of two costs is infinite.
#[derive(Debug, Clone, Copy)]
struct Lanes([f64; LANES]);

impl Lanes {
    const BIAS: u64 = f64::MIN_POSITIVE.to_bits();
    const NO_WAY: Self = Self([f64::from_bits(Cost::NO_WAY.bits() + Self::BIAS); LANES]);

    fn set(&mut self, lane: usize, cost: Cost) {
        self.0[lane] = f64::from_bits(cost.bits() + Self::BIAS);
    }

    fn costs(&self) -> [Cost; LANES] {
        self.0.map(|biased| Cost::from_bits(biased.to_bits() - Self::BIAS))
    }

    /// Lowers these costs to `others` with `more` on top, lane by lane.
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

    /// Of all sizes alike, from nothing to no way.
    fn cost() -> impl Strategy<Value = Cost> {
        let any_size = (0..=63_u32, any::<u64>()).prop_map(|(size, bits)| bits >> size);
        any_size.prop_map(|bits| Cost::from_bits(bits).min(Cost::NO_WAY))
    }

    proptest! {
        #![proptest_config(crate::testing::cases(2000))]

        #[test]
        fn the_lesser_of_two_costs_is_found_at_any_size(a in cost(), b in cost(), more in cost()) {
            let mut lanes = Lanes::NO_WAY;
            lanes.set(3, a);
            let mut others = Lanes::NO_WAY;
            others.set(3, b);
            lanes.lower(&others, more);
            let mut expected = [Cost::NO_WAY; LANES];
            expected[3] = a.min(b + more);
            prop_assert_eq!(lanes.costs(), expected);
        }
    }
}
