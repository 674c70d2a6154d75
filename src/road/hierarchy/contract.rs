//! In which order nodes are contracted, and their contraction, round by round.
//!
//! In each round those nodes go that matter less than all their neighbours; no two of them are neighbours, so that the
//! threads can look for their shortcuts at once. Afterwards the importance of all their neighbours is estimated anew: that
//! takes no more searches than doing so when a node's turn comes, gives a better order and a fifth of the rounds. What a
//! round does depends on the rounds before it alone, not on threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::overlay::Overlay;
use super::witness::{Shortcut, Witness};

/// How many nodes a search may settle when a node's importance is estimated.
const ESTIMATE_EFFORT: usize = 16;
/// How many when it is contracted.
const CONTRACT_EFFORT: usize = 64;
/// What a level more counts as much as, in thousandths of growth.
const LEVEL_WEIGHT: u32 = 400;
/// Nodes that a thread takes at a time where there are many.
const BLOCK: usize = 64;
/// Fewer than these are quicker done than shared out.
const SHARED_MIN: usize = 8;

/// Contracts all nodes of `overlay`, the least important first.
pub(super) fn contract(overlay: &mut Overlay) {
    let nodes = overlay.node_count();
    let mut crew = Crew::new(nodes);
    let mut standing = Standing {
        growth: vec![0; nodes],
        level: vec![0; nodes],
        is_stale: vec![true; nodes],
        goes: vec![false; nodes],
    };
    let mut left: Vec<u32> = (0..nodes as u32).collect();
    let mut stale = left.clone();
    while !left.is_empty() {
        standing.estimate(overlay, &stale, &mut crew);
        stale.clear();
        let is_lowest = |node: &u32| standing.is_lowest(overlay, *node);
        let chosen: Vec<u32> = left.par_iter().copied().filter(is_lowest).collect();
        for node in &chosen {
            standing.goes[*node as usize] = true;
        }
        let shortcuts = crew.each(&chosen, |witness, node| {
            let mut needed = Vec::new();
            let goes = |at: u32| standing.goes[at as usize];
            witness.shortcuts(overlay, node, goes, CONTRACT_EFFORT, |shortcut| {
                needed.push(shortcut);
            });
            needed
        });
        for node in &chosen {
            standing.leave(overlay, *node, &mut stale);
            overlay.detach(*node);
        }
        for Shortcut { from, to, way } in shortcuts.into_iter().flatten() {
            overlay.improve(from, to, way);
        }
        left.retain(|node| !standing.goes[*node as usize]);
    }
}

/// What is known of the nodes.
struct Standing {
    /// How much the hierarchy would grow by contracting the node now, in thousandths of what would go.
    growth: Vec<u32>,
    /// One more than the highest level of its contracted neighbours.
    level: Vec<u32>,
    /// Whether its neighbourhood has changed since `growth` was estimated.
    is_stale: Vec<bool>,
    /// Whether it is contracted, or will be in this round.
    goes: Vec<bool>,
}

impl Standing {
    /// What nodes are contracted in order of: how much the hierarchy would grow, and how high they would stand.
    fn key(&self, node: u32) -> (u32, u32) {
        let importance = self.growth[node as usize] + LEVEL_WEIGHT * self.level[node as usize];
        // Equals go in an order that has nothing to do with where they are; along a street numbers ascend.
        (importance, node.wrapping_mul(0x9E37_79B1))
    }

    fn is_lowest(&self, overlay: &Overlay, node: u32) -> bool {
        let key = self.key(node);
        overlay.links(node).iter().all(|link| key < self.key(link.to))
    }

    fn estimate(&mut self, overlay: &Overlay, nodes: &[u32], crew: &mut Crew) {
        let growths = crew.each(nodes, |witness, node| {
            let (mut added, mut added_hops, mut removed, mut removed_hops) = (0_u64, 0, 0_u64, 0);
            for way in overlay.links(node).iter().flat_map(|link| [link.out(), link.back()]) {
                if way.is_open() {
                    removed += 1;
                    removed_hops += u64::from(way.hops);
                }
            }
            witness.shortcuts(
                overlay,
                node,
                |_| false,
                ESTIMATE_EFFORT,
                |shortcut| {
                    added += 1;
                    added_hops += u64::from(shortcut.way.hops);
                },
            );
            (1000 * added / removed.max(1) + 1000 * added_hops / removed_hops.max(1)) as u32
        });
        for (node, growth) in nodes.iter().zip(growths) {
            self.growth[*node as usize] = growth;
            self.is_stale[*node as usize] = false;
        }
    }

    /// Lifts the neighbours of `node`, which goes, and adds them to those that are stale.
    fn leave(&mut self, overlay: &Overlay, node: u32, stale: &mut Vec<u32>) {
        let level = self.level[node as usize] + 1;
        for link in overlay.links(node) {
            let at = link.to as usize;
            self.level[at] = self.level[at].max(level);
            if !std::mem::replace(&mut self.is_stale[at], true) {
                stale.push(link.to);
            }
        }
    }
}

/// The threads of the current pool, each with its scratch.
struct Crew {
    witnesses: Vec<Witness>,
}

impl Crew {
    fn new(nodes: usize) -> Self {
        Self { witnesses: (0..rayon::current_num_threads()).map(|_| Witness::new(nodes)).collect() }
    }

    /// The results of `task` for all `nodes`, in their order.
    fn each<T: Send>(
        &mut self,
        nodes: &[u32],
        task: impl Fn(&mut Witness, u32) -> T + Sync,
    ) -> Vec<T> {
        if nodes.len() < SHARED_MIN {
            let witness = &mut self.witnesses[0];
            return nodes.iter().map(|node| task(witness, *node)).collect();
        }
        let size = (nodes.len() / (8 * self.witnesses.len())).clamp(1, BLOCK);
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::new());
        self.witnesses.par_iter_mut().for_each(|witness| {
            loop {
                let block = next.fetch_add(1, Ordering::Relaxed);
                let Some(nodes) = nodes.chunks(size).nth(block) else { return };
                let results: Vec<T> = nodes.iter().map(|node| task(witness, *node)).collect();
                done.lock().expect("no thread panics").push((block, results));
            }
        });
        let mut done = done.into_inner().expect("no thread panics");
        done.sort_unstable_by_key(|(block, _)| *block);
        done.into_iter().flat_map(|(_, results)| results).collect()
    }
}
