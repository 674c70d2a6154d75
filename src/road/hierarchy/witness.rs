//! Is there another way round? Small searches that spare the hierarchy needless shortcuts.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::overlay::{Overlay, Way};
use crate::road::ids::Cost;

/// What one search writes on; reused from search to search, one a thread.
pub(super) struct Witness {
    /// Cost found so far, valid where `stamp` is of this round.
    reached: Vec<(u32, Cost)>,
    round: u32,
    queue: BinaryHeap<Reverse<(Cost, u32)>>,
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
        Self { reached: vec![(0, Cost::NO_WAY); nodes], round: 0, queue: BinaryHeap::new() }
    }

    /// Tells `needed` the shortcuts that keep all costs as they are when `node` and all that `is_gone` are taken away.
    ///
    /// Searches settle at most `effort` nodes each; where that is too few to find a way round, a shortcut too many is
    /// told, never one too few.
    pub(super) fn shortcuts(
        &mut self,
        overlay: &Overlay,
        node: u32,
        is_gone: impl Fn(u32) -> bool,
        effort: usize,
        mut needed: impl FnMut(Shortcut),
    ) {
        let links = overlay.links(node);
        for from in links.iter().filter(|link| link.back.is_open()) {
            let through = |to: &super::overlay::Link| from.back.cost + to.out.cost;
            let targets = || links.iter().filter(|to| to.out.is_open() && to.to != from.to);
            let Some(limit) = targets().map(through).max() else { continue };
            self.search(overlay, from.to, |at| at == node || is_gone(at), limit, effort);
            for to in targets() {
                let cost = through(to);
                if self.cost(to.to) > cost {
                    let hops = from.back.hops + to.out.hops;
                    needed(Shortcut {
                        from: from.to,
                        to: to.to,
                        way: Way { cost, middle: node, hops },
                    });
                }
            }
        }
    }

    /// The cost of a way from the last search's start to `node`, not necessarily the cheapest.
    fn cost(&self, node: u32) -> Cost {
        let (round, cost) = self.reached[node as usize];
        if round == self.round { cost } else { Cost::NO_WAY }
    }

    fn search(
        &mut self,
        overlay: &Overlay,
        start: u32,
        is_closed: impl Fn(u32) -> bool,
        limit: Cost,
        effort: usize,
    ) {
        self.round += 1;
        self.queue.clear();
        self.reached[start as usize] = (self.round, Cost::ZERO);
        self.queue.push(Reverse((Cost::ZERO, start)));
        let mut settled = 0;
        while let Some(Reverse((cost, node))) = self.queue.pop() {
            if cost > self.reached[node as usize].1 {
                continue;
            }
            settled += 1;
            if settled > effort {
                return;
            }
            for link in overlay.links(node) {
                let next = cost + link.out.cost;
                if next <= limit && next < self.cost(link.to) && !is_closed(link.to) {
                    self.reached[link.to as usize] = (self.round, next);
                    self.queue.push(Reverse((next, link.to)));
                }
            }
        }
    }
}
