//! Dijkstra's search over states: the reference for all faster methods.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::ids::{Cost, StateId};
use super::network::RoadNetwork;

/// Working memory of a search, reused from search to search; one per thread.
pub(super) struct Scratch {
    /// By state: cost found so far, valid if `stamp` is the present round.
    cost: Vec<Cost>,
    stamp: Vec<u32>,
    round: u32,
    /// By state: the state before it; `None` for a start.
    came_from: Vec<Option<StateId>>,
    queue: BinaryHeap<Reverse<(Cost, StateId)>>,
}

impl Scratch {
    pub(super) fn new(network: &RoadNetwork) -> Self {
        let states = network.state_count();
        Self {
            cost: vec![Cost::ZERO; states],
            stamp: vec![0; states],
            round: 0,
            came_from: vec![None; states],
            queue: BinaryHeap::new(),
        }
    }

    /// Settles states in order of cost and passes each to `settled`, until that returns `false`.
    ///
    /// O((n + m) log n) for n settled states and m joins out of them.
    pub(super) fn search(
        &mut self,
        network: &RoadNetwork,
        starts: impl Iterator<Item = (StateId, Cost)>,
        mut settled: impl FnMut(StateId, Cost) -> bool,
    ) {
        self.round += 1;
        self.queue.clear();
        for (state, cost) in starts {
            self.reach(state, cost, None);
        }
        let (first_out, heads) = (&*network.base.first_out, &*network.base.heads);
        let costs = &*network.base.costs;
        while let Some(Reverse((cost, state))) = self.queue.pop() {
            if cost > self.cost[state.0 as usize] {
                continue;
            }
            if !settled(state, cost) {
                return;
            }
            let joins = first_out[state.0 as usize]..first_out[state.0 as usize + 1];
            for join in joins {
                let join = join as usize;
                let next = cost + costs[join];
                if next < Cost::NO_PATH {
                    self.reach(heads[join], next, Some(state));
                }
            }
        }
    }

    /// Returns the state before `state` in the last search; `None` if it was a start.
    pub(super) fn came_from(&self, state: StateId) -> Option<StateId> {
        self.came_from[state.0 as usize]
    }

    fn reach(&mut self, state: StateId, cost: Cost, from: Option<StateId>) {
        let at = state.0 as usize;
        if self.stamp[at] != self.round || cost < self.cost[at] {
            self.stamp[at] = self.round;
            self.cost[at] = cost;
            self.came_from[at] = from;
            self.queue.push(Reverse((cost, state)));
        }
    }
}
