//! Travel times between many places.

use rayon::prelude::*;

use super::hierarchy::Hierarchy;
use super::ids::{Cost, StateId};
use super::network::RoadNetwork;
use super::search::Scratch;
use super::snap::Snap;
use crate::progress::Progress;

/// From so many places on, preparing the network costs less than a search a place. It does not depend on how large the
/// network is: both grow with it. (Measured on one thread, on Malta with 46,000 states: 0.42 s against 5 ms a search; on Porto
/// with 76,000: 0.8 s against 10 ms.)
const PREPARE_PLACES_MIN: usize = 100;

/// Costs from some places to some places, as a flat table; row = from, column = to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    columns: usize,
    /// [`Cost::NO_WAY`] where there is none.
    costs: Vec<Cost>,
}

impl Matrix {
    /// To how many places it says the way.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The cost from place `from` to place `to`; `None` where there is no way.
    pub fn get(&self, from: usize, to: usize) -> Option<Cost> {
        let cost = self.costs[from * self.columns + to];
        (cost != Cost::NO_WAY).then_some(cost)
    }
}

impl RoadNetwork {
    /// The cheapest cost between all pairs of `places`, each cell exactly that of [`path`](Self::path).
    ///
    /// Few places take one Dijkstra search each, as far as the farthest other place. For many, or once the network is
    /// [prepared](Self::prepare), the hierarchy fills the table. Both run on the threads of the current pool and give the
    /// same costs. Advances `progress` by one a place.
    pub fn matrix(&self, places: &[Snap], progress: &dyn Progress) -> Matrix {
        self.table(places, places, progress)
    }

    /// [`matrix`](Self::matrix) from each of `from` to each of `to`.
    pub fn table(&self, from: &[Snap], to: &[Snap], progress: &dyn Progress) -> Matrix {
        if from.len() >= PREPARE_PLACES_MIN {
            self.prepare();
        }
        let costs = match self.hierarchy.get() {
            Some(hierarchy) => self.climbed(hierarchy, from, to, progress),
            None => self.searched(from, to, progress),
        };
        Matrix { columns: to.len(), costs }
    }

    fn climbed(
        &self,
        hierarchy: &Hierarchy,
        from: &[Snap],
        to: &[Snap],
        progress: &dyn Progress,
    ) -> Vec<Cost> {
        let sources: Vec<_> = from.iter().map(|from| self.starts(from).collect()).collect();
        let targets: Vec<_> = to.iter().map(|to| self.ends(to).collect()).collect();
        let mut costs = hierarchy.table(&sources, &targets, |rows| progress.advance(rows as u64));
        for (row, from) in costs.chunks_mut(to.len().max(1)).zip(from) {
            for (cost, to) in row.iter_mut().zip(to) {
                if let Some((_, straight)) = self.straight(from, to) {
                    *cost = straight.min(*cost);
                }
            }
        }
        costs
    }

    fn searched(&self, from: &[Snap], to: &[Snap], progress: &dyn Progress) -> Vec<Cost> {
        let targets = Targets::new(self, to);
        let rows: Vec<Vec<Cost>> = from
            .par_iter()
            .map_init(
                || Scratch::new(self),
                |scratch, from| {
                    let row = self.row(from, to, &targets, scratch);
                    progress.advance(1);
                    row
                },
            )
            .collect();
        rows.concat()
    }

    fn row(
        &self,
        from: &Snap,
        places: &[Snap],
        targets: &Targets,
        scratch: &mut Scratch,
    ) -> Vec<Cost> {
        let straight = |to| self.straight(from, to).map_or(Cost::NO_WAY, |(_, cost)| cost);
        let mut row: Vec<Cost> = places.iter().map(straight).collect();
        // Nothing beyond the costliest can improve on it.
        let mut bound = row.iter().max().copied().unwrap_or(Cost::ZERO);
        scratch.search(self, self.starts(from), |state, cost| {
            if cost >= bound {
                return false;
            }
            let mut is_improved = false;
            for (place, rest) in targets.at(state) {
                let best = &mut row[*place as usize];
                if cost + *rest < *best {
                    is_improved |= *best == bound;
                    *best = cost + *rest;
                }
            }
            if is_improved {
                bound = row.iter().max().copied().unwrap_or(Cost::ZERO);
            }
            true
        });
        row
    }

    /// The states in which a path from `from` can begin.
    pub(super) fn starts(&self, from: &Snap) -> impl Iterator<Item = (StateId, Cost)> {
        self.ways_out(from).map(|(arc, cost)| (self.base.after_start[arc.0 as usize], cost))
    }

    /// The states in which a path's last arc, on which it arrives at `to`, is entered, with the cost of the turn into it and
    /// of the way along it.
    pub(super) fn ends(&self, to: &Snap) -> impl Iterator<Item = (StateId, Cost)> {
        self.ways_in(to).flat_map(move |(arc, rest)| {
            let entries = self.entries(arc).iter();
            entries.filter_map(move |state| Some((*state, self.turn(*state, arc)? + rest)))
        })
    }
}

/// The places by the states from which their roads are entered.
struct Targets {
    /// By state: one more than its index into `groups`, or 0.
    group_of: Vec<u32>,
    /// `(place, cost from the state to it)`.
    groups: Vec<Vec<(u32, Cost)>>,
}

impl Targets {
    fn new(network: &RoadNetwork, places: &[Snap]) -> Self {
        let mut targets = Self { group_of: vec![0; network.state_count()], groups: Vec::new() };
        for (place, snap) in places.iter().enumerate() {
            for (state, rest) in network.ends(snap) {
                let group = &mut targets.group_of[state.0 as usize];
                if *group == 0 {
                    targets.groups.push(Vec::new());
                    *group = targets.groups.len() as u32;
                }
                targets.groups[*group as usize - 1].push((place as u32, rest));
            }
        }
        targets
    }

    fn at(&self, state: StateId) -> &[(u32, Cost)] {
        match self.group_of[state.0 as usize] {
            0 => &[],
            group => &self.groups[group as usize - 1],
        }
    }
}
