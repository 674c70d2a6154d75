//! Witness searches: find the paths that make shortcuts unnecessary.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::overlay::{HalfLink, Overlay};
use crate::road::ids::Cost;

/// Working memory of a search, reused from search to search; one per thread.
pub(super) struct Witness {
    seen: Vec<Seen>,
    round: u32,
    queue: BinaryHeap<Reverse<(Cost, u32)>>,
}

/// Data of a node in a search; valid if `round` is the present one.
#[derive(Clone, Copy)]
struct Seen {
    /// The cheapest cost found so far.
    cost: Cost,
    /// A cheaper path than this makes the shortcut to this node unnecessary; zero if there is none.
    unnecessary_below: Cost,
    round: u32,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Shortcut {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) half: HalfLink,
}

impl Witness {
    pub(super) fn new(nodes: usize) -> Self {
        let nothing = Seen { cost: Cost::NO_PATH, unnecessary_below: Cost::ZERO, round: 0 };
        Self { seen: vec![nothing; nodes], round: 0, queue: BinaryHeap::new() }
    }

    /// Passes to `needed` the shortcuts that preserve all costs when `node` is removed together
    /// with the other nodes that fulfil `is_gone`. No two of the removed nodes may be neighbours.
    ///
    /// A shortcut is unnecessary if another path is cheaper, or costs the same and avoids the
    /// removed nodes. Proof: among the cheapest paths between two remaining nodes, take one over
    /// the fewest removed nodes. If the shortcut over one of these were missing, there would be a
    /// cheaper path or one over fewer removed nodes.
    ///
    /// Each search settles at most `effort` nodes; too few cause more shortcuts, never fewer.
    pub(super) fn shortcuts(
        &mut self,
        overlay: &Overlay,
        node: u32,
        is_gone: impl Fn(u32) -> bool,
        effort: usize,
        mut needed: impl FnMut(Shortcut),
    ) {
        let links = overlay.links(node);
        for from in links.iter().filter(|link| link.back().is_open()) {
            let before = from.back();
            let onward = || links.iter().filter(|to| to.out().is_open() && to.to != from.to);
            self.round += 1;
            // Cost zero closes `node` to the search.
            let closed =
                Seen { cost: Cost::ZERO, unnecessary_below: Cost::ZERO, round: self.round };
            self.seen[node as usize] = closed;
            let mut limits = Limits { limit: Cost::ZERO, effort, targets: 0 };
            for to in onward() {
                let through = before.cost + to.out().cost;
                self.seen[to.to as usize] = Seen {
                    cost: Cost::NO_PATH,
                    unnecessary_below: through + Cost::LEAST,
                    round: self.round,
                };
                limits.limit = limits.limit.max(through);
                limits.targets += 1;
            }
            if limits.targets == 0 || self.finds_all(overlay, from.to, &is_gone, limits) {
                continue;
            }
            for to in onward() {
                let after = to.out();
                let cost = before.cost + after.cost;
                if cost < self.seen[to.to as usize].cost {
                    let hops = before.hops.saturating_add(after.hops);
                    let half = HalfLink { cost, middle: node, hops };
                    needed(Shortcut { from: from.to, to: to.to, half });
                }
            }
        }
    }

    /// Tests if a search from `start` makes the shortcuts to all targets unnecessary.
    fn finds_all(
        &mut self,
        overlay: &Overlay,
        start: u32,
        is_gone: impl Fn(u32) -> bool,
        Limits { limit, effort, mut targets }: Limits,
    ) -> bool {
        let round = self.round;
        self.queue.clear();
        self.seen[start as usize] = Seen { cost: Cost::ZERO, unnecessary_below: Cost::ZERO, round };
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
                if is_gone(link.to) {
                    // An equally cheap path over a removed node must not count.
                    next = next + Cost::LEAST;
                }
                if is_new {
                    *seen = Seen { cost: next, unnecessary_below: Cost::ZERO, round };
                } else {
                    seen.cost = next.min(seen.cost);
                }
                if next < seen.unnecessary_below {
                    seen.unnecessary_below = Cost::ZERO;
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

struct Limits {
    /// Maximum cost of useful paths.
    limit: Cost,
    effort: usize,
    targets: usize,
}
