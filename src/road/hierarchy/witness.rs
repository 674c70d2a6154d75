//! Is there another way round? Small searches that spare the hierarchy needless shortcuts.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::overlay::{Overlay, Way};
use crate::road::ids::Cost;

/// What one search writes on; reused from search to search, one a thread.
pub(super) struct Witness {
    seen: Vec<Seen>,
    round: u32,
    queue: BinaryHeap<Reverse<(Cost, u32)>>,
}

/// What a search knows of a node; valid where `round` is its own.
#[derive(Clone, Copy)]
struct Seen {
    /// The cheapest cost found so far.
    cost: Cost,
    /// A way for less makes a shortcut to this node needless; zero where none is asked for.
    needless_below: Cost,
    round: u32,
}

/// A shortcut that must be there before its middle may go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shortcut {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) way: Way,
}

impl Witness {
    pub(super) fn new(nodes: usize) -> Self {
        let nothing = Seen { cost: Cost::NO_WAY, needless_below: Cost::ZERO, round: 0 };
        Self { seen: vec![nothing; nodes], round: 0, queue: BinaryHeap::new() }
    }

    /// Tells `needed` the shortcuts that keep all costs as they are when `node` and all that `goes` with it are taken away,
    /// no two of which are neighbours.
    ///
    /// A shortcut is needless where a way round is cheaper, or costs the same and stays clear of those that go. For of all
    /// cheapest ways between two nodes that are left, take one over the fewest nodes that go: if the shortcut over one
    /// of these were missing, there would be a cheaper way, or one over fewer.
    ///
    /// Searches settle at most `effort` nodes each; where that is too few to find a way round, a shortcut too many is
    /// told, never one too few.
    pub(super) fn shortcuts(
        &mut self,
        overlay: &Overlay,
        node: u32,
        goes: impl Fn(u32) -> bool,
        effort: usize,
        mut needed: impl FnMut(Shortcut),
    ) {
        let links = overlay.links(node);
        for from in links.iter().filter(|link| link.back().is_open()) {
            let before = from.back();
            let onward = || links.iter().filter(|to| to.out().is_open() && to.to != from.to);
            self.round += 1;
            // The search takes it for reached at no cost, and passes it by.
            let closed = Seen { cost: Cost::ZERO, needless_below: Cost::ZERO, round: self.round };
            self.seen[node as usize] = closed;
            let mut bounds = Bounds { limit: Cost::ZERO, effort, targets: 0 };
            for to in onward() {
                let through = before.cost + to.out().cost;
                self.seen[to.to as usize] = Seen {
                    cost: Cost::NO_WAY,
                    needless_below: through + Cost::LEAST,
                    round: self.round,
                };
                bounds.limit = bounds.limit.max(through);
                bounds.targets += 1;
            }
            if bounds.targets == 0 || self.finds_all(overlay, from.to, &goes, bounds) {
                continue;
            }
            for to in onward() {
                let after = to.out();
                let cost = before.cost + after.cost;
                if cost < self.seen[to.to as usize].cost {
                    let hops = before.hops.saturating_add(after.hops);
                    let way = Way { cost, middle: node, hops };
                    needed(Shortcut { from: from.to, to: to.to, way });
                }
            }
        }
    }

    /// Whether a search from `start` finds ways to all nodes asked for that make shortcuts to them needless.
    fn finds_all(
        &mut self,
        overlay: &Overlay,
        start: u32,
        goes: impl Fn(u32) -> bool,
        Bounds { limit, effort, mut targets }: Bounds,
    ) -> bool {
        let round = self.round;
        self.queue.clear();
        self.seen[start as usize] = Seen { cost: Cost::ZERO, needless_below: Cost::ZERO, round };
        self.queue.push(Reverse((Cost::ZERO, start)));
        let mut settled = 0;
        while let Some(Reverse((cost, node))) = self.queue.pop() {
            if cost > self.seen[node as usize].cost {
                continue;
            }
            settled += 1;
            if settled > effort {
                return false;
            }
            for link in overlay.links(node) {
                let mut next = cost + link.out().cost;
                let seen = &mut self.seen[link.to as usize];
                let is_new = seen.round != round;
                if next > limit || !is_new && next >= seen.cost {
                    continue;
                }
                if goes(link.to) {
                    // What costs the same by way of it is too dear by a trifle.
                    next = next + Cost::LEAST;
                }
                if is_new {
                    *seen = Seen { cost: next, needless_below: Cost::ZERO, round };
                } else {
                    seen.cost = next.min(seen.cost);
                }
                if next < seen.needless_below {
                    seen.needless_below = Cost::ZERO;
                    targets -= 1;
                    if targets == 0 {
                        return true;
                    }
                }
                self.queue.push(Reverse((next, link.to)));
            }
        }
        false
    }
}

/// When a search may stop.
struct Bounds {
    /// Ways for more are of no use.
    limit: Cost,
    /// How many nodes it may settle.
    effort: usize,
    /// How many nodes are asked for.
    targets: usize,
}
