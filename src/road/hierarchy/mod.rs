//! A contraction hierarchy over the states of a network: prepared once, it answers in microseconds.
//!
//! States are ranked by importance. A *shortcut* replaces a path over less important states. Then
//! between any two states some cheapest path first only ascends and afterwards only descends in
//! rank; a search that ascends from both ends finds it after at most a few hundred states.
//!
//! After Geisberger, Sanders, Schultes and Delling (2008), doi:10.1007/978-3-540-68552-4_24. Costs
//! are whole numbers and the cost of a shortcut is the sum of its parts, so that all costs are
//! exactly those of Dijkstra's search.
//!
//! `contract` builds the hierarchy, with `overlay` (the remaining network), `witness` (the
//! necessary shortcuts) and `order` (the memory order of states). `climb` searches upwards, `table`
//! fills matrices, `route` finds single paths.

mod climb;
mod contract;
mod order;
mod overlay;
mod route;
mod table;
#[cfg(test)]
mod tests;
mod witness;

use std::ops::Range;

use rayon::prelude::*;

use self::overlay::{HalfLink, Link, Overlay};
use super::flat::Flat;
use super::ids::{Cost, StateId};
use super::sections::{
    SectionFault, SectionReader, SectionWriter, UNSOUND, any, ascending, below, below_no_path,
    is_offsets,
};

pub(super) use self::table::StateCost;

/// Placeholder for the middle of a join of the network, which is not a shortcut.
const NO_MIDDLE: u32 = u32::MAX;

/// States by rank (0 is the least important), with the joins and shortcuts between them.
#[derive(Debug, PartialEq)]
pub(super) struct Hierarchy {
    rank_of: Flat<u32>,
    state_of: Flat<StateId>,
    /// From each rank to higher ranks.
    up: Rungs,
    /// To each rank from higher ranks.
    down: Rungs,
}

/// *Rungs*: the joins and shortcuts between each rank and higher ranks, in one direction of travel.
#[derive(Debug, Default, PartialEq)]
struct Rungs {
    /// Rungs of rank `r` are `first[r] .. first[r + 1]`, in order of their tops.
    first: Flat<u32>,
    tops: Flat<u32>,
    costs: Flat<Cost>,
    /// The rank in the middle of a shortcut, lower than both ends; [`NO_MIDDLE`] for joins.
    middles: Flat<u32>,
}

impl Hierarchy {
    /// Builds the hierarchy. The joins of state `s` are `first_out[s] .. first_out[s + 1]`.
    ///
    /// Uses the current pool; the result does not depend on the number of threads.
    pub(super) fn new(first_out: &[u32], heads: &[StateId], costs: &[Cost]) -> Self {
        let states = order::by_neighbourhood(first_out, heads);
        let mut overlay = Overlay::new(first_out, heads, costs, &states);
        contract::contract(&mut overlay);
        let order = order::by_descent(&overlay);
        let rank_of_node = positions(&order);
        let up = Rungs::new(&overlay, &order, &rank_of_node, Link::out);
        let down = Rungs::new(&overlay, &order, &rank_of_node, Link::back);
        let state_of: Vec<u32> = order.iter().map(|node| states[*node as usize]).collect();
        let rank_of = positions(&state_of);
        let state_of: Vec<StateId> = state_of.into_iter().map(StateId).collect();
        Self { rank_of: rank_of.into(), state_of: state_of.into(), up, down }
    }

    pub(super) fn put<'a>(&'a self, sections: &mut SectionWriter<'a>) {
        sections.put(&self.rank_of);
        sections.put(&self.state_of);
        for rungs in [&self.up, &self.down] {
            sections.put(&rungs.first);
            sections.put(&rungs.tops);
            sections.put(&rungs.costs);
            sections.put(&rungs.middles);
        }
    }

    /// Reads the hierarchy of a network with `states` states from a file, and checks all indices.
    pub(super) fn take(sections: &mut SectionReader, states: usize) -> Result<Self, SectionFault> {
        let rank_of = sections.take(below(states))?;
        let state_of = sections.take(below(states))?;
        let mut rungs = || {
            let rungs = Rungs {
                first: sections.take(ascending)?,
                tops: sections.take(below(states))?,
                costs: sections.take(below_no_path)?,
                middles: sections.take(any)?,
            };
            match rungs.is_sound(states) {
                true => Ok(rungs),
                false => Err(SectionFault::Damaged(UNSOUND)),
            }
        };
        let (up, down) = (rungs()?, rungs()?);
        match rank_of.len() == states && state_of.len() == states {
            true => Ok(Self { rank_of, state_of, up, down }),
            false => Err(SectionFault::Damaged(UNSOUND)),
        }
    }

    fn rank(&self, state: StateId) -> u32 {
        self.rank_of[state.0 as usize]
    }

    fn len(&self) -> usize {
        self.state_of.len()
    }
}

/// The slices of [`Rungs`], dereferenced once for use in loops.
struct RungsView<'a> {
    first: &'a [u32],
    tops: &'a [u32],
    costs: &'a [Cost],
}

impl<'a> RungsView<'a> {
    /// Returns top and cost of each rung of `rank`.
    #[inline]
    fn of(&self, rank: u32) -> impl Iterator<Item = (u32, Cost)> + use<'a> {
        let of_rank = self.first[rank as usize] as usize..self.first[rank as usize + 1] as usize;
        let tops = self.tops[of_rank.clone()].iter().copied();
        tops.zip(self.costs[of_rank].iter().copied())
    }
}

impl Rungs {
    fn view(&self) -> RungsView<'_> {
        RungsView { first: &self.first, tops: &self.tops, costs: &self.costs }
    }

    fn new(
        overlay: &Overlay,
        order: &[u32],
        rank_of: &[u32],
        half: impl Fn(&Link) -> HalfLink,
    ) -> Self {
        let mut first = Vec::with_capacity(order.len() + 1);
        let (mut tops, mut costs, mut middles) = (Vec::new(), Vec::new(), Vec::new());
        first.push(0);
        let mut of_node: Vec<(u32, HalfLink)> = Vec::new();
        for node in order {
            let halves = overlay.links(*node).iter().map(|l| (rank_of[l.to as usize], half(l)));
            of_node.clear();
            of_node.extend(halves.filter(|(_, half)| half.is_open()));
            of_node.sort_unstable_by_key(|(top, _)| *top);
            for (top, half) in &of_node {
                tops.push(*top);
                costs.push(half.cost);
                middles.push(match half.middle {
                    NO_MIDDLE => NO_MIDDLE,
                    middle => rank_of[middle as usize],
                });
            }
            first.push(tops.len() as u32);
        }
        Self {
            first: first.into(),
            tops: tops.into(),
            costs: costs.into(),
            middles: middles.into(),
        }
    }

    /// Tests if all rungs lead upwards, are in order, and have lower ranks in the middle.
    fn is_sound(&self, ranks: usize) -> bool {
        /// Number of ranks per unit of work.
        const CHUNK: usize = 1 << 16;
        let (first, tops, middles) = (&*self.first, &*self.tops, &*self.middles);
        // A loop without an early exit is faster.
        let leads_up = |ranks: Range<usize>| {
            let mut is_up = true;
            for (rank, ends) in ranks.clone().zip(first[ranks.start..=ranks.end].windows(2)) {
                let of_rank = ends[0] as usize..ends[1] as usize;
                let mut below = rank as u32;
                for (top, middle) in tops[of_rank.clone()].iter().zip(&middles[of_rank]) {
                    is_up &= below < *top && (*middle == NO_MIDDLE || *middle < rank as u32);
                    below = *top;
                }
            }
            is_up
        };
        let chunks = (0..ranks.div_ceil(CHUNK)).into_par_iter();
        let chunks = chunks.map(|at| at * CHUNK..((at + 1) * CHUNK).min(ranks));
        first.len() == ranks + 1
            && is_offsets(first, tops.len())
            && self.costs.len() == tops.len()
            && self.middles.len() == tops.len()
            && chunks.all(leads_up)
    }

    fn of(&self, rank: u32) -> Range<usize> {
        self.first[rank as usize] as usize..self.first[rank as usize + 1] as usize
    }

    /// Returns the index of the rung between `rank` and `top`.
    fn to(&self, rank: u32, top: u32) -> usize {
        let of_rank = self.of(rank);
        let at = self.tops[of_rank.clone()].binary_search(&top);
        of_rank.start + at.expect("the halves of a shortcut are rungs of its middle")
    }
}

/// Inverts the permutation `order`: returns the position of each element.
fn positions(order: &[u32]) -> Vec<u32> {
    let mut positions = vec![0; order.len()];
    for (position, element) in order.iter().enumerate() {
        positions[*element as usize] = position as u32;
    }
    positions
}
