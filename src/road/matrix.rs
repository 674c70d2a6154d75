//! Travel times and distances between many places.

use rayon::prelude::*;

use super::hierarchy::Hierarchy;
use super::ids::{Cost, StateId};
use super::network::RoadNetwork;
use super::search::Scratch;
use super::snap::Snap;
use crate::progress::Progress;

/// Minimum number of places for which preparation is faster than a search per place.
///
/// Both times grow with the network. Preparation and search on one thread: Malta (46,000 states)
/// 0.42 s and 5 ms; Porto (76,000 states) 0.8 s and 10 ms.
const PREPARE_PLACES_MIN: usize = 100;

/// A table of costs; row = from, column = to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Matrix {
    columns: usize,
    /// Row by row; [`Cost::NO_PATH`] if there is no path.
    costs: Vec<Cost>,
}

impl Matrix {
    /// Returns the cost from place number `from` to place number `to`; `None` if there is no path.
    ///
    /// # Panics
    /// If a number is out of range.
    pub fn get(&self, from: usize, to: usize) -> Option<Cost> {
        let cost = self.costs[from * self.columns + to];
        (cost != Cost::NO_PATH).then_some(cost)
    }
}

impl RoadNetwork {
    /// Returns the costs between all pairs of `places`, exactly those of [`path`](Self::path).
    ///
    /// Up to 99 places take one Dijkstra search each, up to the most distant place. For more
    /// places, or on a [prepared](Self::prepare) network, the hierarchy fills the table. Both run
    /// on the current `rayon` thread pool and give the same costs. Advances `progress` by one per place.
    pub fn matrix(&self, places: &[Snap], progress: &dyn Progress) -> Matrix {
        self.table(places, places, progress)
    }

    /// Returns the costs from each of `from` to each of `to`, as [`matrix`](Self::matrix) does.
    pub fn table(&self, from: &[Snap], to: &[Snap], progress: &dyn Progress) -> Matrix {
        if from.len() >= PREPARE_PLACES_MIN {
            self.prepare();
        }
        let costs = match self.hierarchy.get() {
            Some(hierarchy) => self.table_by_hierarchy(hierarchy, from, to, progress),
            None => self.table_by_search(from, to, progress),
        };
        Matrix { columns: to.len(), costs }
    }

    fn table_by_hierarchy(
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

    fn table_by_search(&self, from: &[Snap], to: &[Snap], progress: &dyn Progress) -> Vec<Cost> {
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
        let straight = |to| self.straight(from, to).map_or(Cost::NO_PATH, |(_, cost)| cost);
        let mut row: Vec<Cost> = places.iter().map(straight).collect();
        // Beyond the largest cost of the row, no cell can improve.
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

    /// Returns the first states of paths from `from`, each with the cost to it.
    pub(super) fn starts(&self, from: &Snap) -> impl Iterator<Item = (StateId, Cost)> {
        self.ways_out(from).map(|(arc, cost)| (self.base.after_start[arc.0 as usize], cost))
    }

    /// Returns the last states of paths to `to`, each with the cost of the last turn and arc.
    pub(super) fn ends(&self, to: &Snap) -> impl Iterator<Item = (StateId, Cost)> {
        self.ways_in(to).flat_map(move |(arc, rest)| {
            let entries = self.entries(arc).iter();
            entries.filter_map(move |state| Some((*state, self.turn(*state, arc)? + rest)))
        })
    }
}

struct Targets {
    /// By state: its index into `groups` plus one, or 0.
    group_of: Vec<u32>,
    /// Places, each with the cost from the state to it.
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
