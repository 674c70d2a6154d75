//! Travel times between many places.

use rayon::prelude::*;

use super::ids::{Cost, StateId};
use super::network::RoadNetwork;
use super::search::Scratch;
use super::snap::Snap;
use crate::progress::Progress;

/// Costs between all places, as a flat `n × n` table; row = from, column = to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    places: usize,
    costs: Vec<Option<Cost>>,
}

impl Matrix {
    /// How many places it is for.
    pub fn places(&self) -> usize {
        self.places
    }

    /// The cost from place `from` to place `to`; `None` where there is no way.
    pub fn get(&self, from: usize, to: usize) -> Option<Cost> {
        self.costs[from * self.places + to]
    }
}

impl RoadNetwork {
    /// The cheapest cost between all pairs of `places`, each cell exactly that of [`path`](Self::path).
    ///
    /// One Dijkstra search a place, as far as the farthest other place, spread over the threads of the current pool;
    /// O(v) scratch a thread. Advances `progress` by one a place.
    pub fn matrix(&self, places: &[Snap], progress: &dyn Progress) -> Matrix {
        let targets = Targets::new(self, places);
        let rows: Vec<Vec<Option<Cost>>> = places
            .par_iter()
            .map_init(
                || Scratch::new(self),
                |scratch, from| {
                    let row = self.row(from, places, &targets, scratch);
                    progress.advance(1);
                    row
                },
            )
            .collect();
        Matrix { places: places.len(), costs: rows.concat() }
    }

    fn row(
        &self,
        from: &Snap,
        places: &[Snap],
        targets: &Targets,
        scratch: &mut Scratch,
    ) -> Vec<Option<Cost>> {
        let mut row: Vec<Option<Cost>> =
            places.iter().map(|to| self.straight(from, to).map(|(_, cost)| cost)).collect();
        // Once every place is reached, nothing beyond the costliest can improve on it.
        let mut missing = row.iter().filter(|cost| cost.is_none()).count();
        let mut bound = row.iter().flatten().max().copied().unwrap_or(Cost::ZERO);
        scratch.search(self, self.starts(from), |state, cost| {
            if missing == 0 && cost >= bound {
                return false;
            }
            let mut is_improved = false;
            for (place, rest) in targets.at(state) {
                let best = &mut row[*place as usize];
                let total = cost + *rest;
                missing -= usize::from(best.is_none());
                if best.is_none_or(|best| total < best) {
                    *best = Some(total);
                    is_improved = true;
                }
            }
            if is_improved && missing == 0 {
                bound = row.iter().flatten().max().copied().unwrap_or(Cost::ZERO);
            }
            true
        });
        row
    }

    /// The states in which a path from `from` can begin.
    pub(super) fn starts(&self, from: &Snap) -> impl Iterator<Item = (StateId, Cost)> {
        self.ways_out(from).map(|(arc, cost)| {
            let state = self.base.after_start[arc.0 as usize].expect("open arcs lead to a state");
            (state, cost)
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
            for (arc, rest) in network.ways_in(snap) {
                for state in network.entries(arc) {
                    let group = &mut targets.group_of[state.0 as usize];
                    if *group == 0 {
                        targets.groups.push(Vec::new());
                        *group = targets.groups.len() as u32;
                    }
                    targets.groups[*group as usize - 1].push((place as u32, rest));
                }
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
