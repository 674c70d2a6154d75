//! In which order nodes are contracted, and their contraction, round by round.
//!
//! In each round those nodes go that matter less than all their neighbours; no two of them are neighbours, so that the
//! threads can look for their shortcuts at once, each as if the whole round were gone already. What a round does
//! depends on the rounds before it alone, not on threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::overlay::Overlay;
use super::witness::{Shortcut, Witness};

/// How many nodes a search may settle when a node's importance is estimated.
const ESTIMATE_EFFORT: usize = 16;
/// How many when it is contracted.
const CONTRACT_EFFORT: usize = 64;
/// Nodes that a thread takes at a time.
const BLOCK: usize = 64;

/// Contracts all nodes of `overlay`; returns them from the least important to the most.
pub(super) fn contract(overlay: &mut Overlay) -> Vec<u32> {
    let nodes = overlay.node_count();
    let mut crew = Crew::new(nodes);
    let mut standing = Standing {
        importance: vec![0; nodes],
        level: vec![0; nodes],
        is_stale: vec![false; nodes],
        is_chosen: vec![false; nodes],
    };
    let mut left: Vec<u32> = (0..nodes as u32).collect();
    let mut order = Vec::with_capacity(nodes);
    standing.estimate(overlay, &left, &mut crew);
    while !left.is_empty() {
        let lowest = |nodes: &[u32]| -> Vec<u32> {
            nodes.par_iter().copied().filter(|node| standing.is_lowest(overlay, *node)).collect()
        };
        let candidates = lowest(&left);
        let stale: Vec<u32> =
            candidates.iter().copied().filter(|n| standing.is_stale[*n as usize]).collect();
        standing.estimate(overlay, &stale, &mut crew);
        let chosen: Vec<u32> =
            candidates.into_iter().filter(|node| standing.is_lowest(overlay, *node)).collect();
        for node in &chosen {
            standing.is_chosen[*node as usize] = true;
        }
        let shortcuts = crew.each(&chosen, |witness, node| {
            let mut needed = Vec::new();
            let is_gone = |at: u32| standing.is_chosen[at as usize];
            witness.shortcuts(overlay, node, is_gone, CONTRACT_EFFORT, |shortcut| {
                needed.push(shortcut)
            });
            needed
        });
        for node in &chosen {
            standing.leave(overlay, *node);
            overlay.detach(*node);
        }
        for Shortcut { from, to, way } in shortcuts.into_iter().flatten() {
            overlay.improve(from, to, way);
        }
        left.retain(|node| !standing.is_chosen[*node as usize]);
        order.extend(chosen);
    }
    order
}

/// What is known of the nodes.
struct Standing {
    /// How much the hierarchy would grow by contracting the node, and how high it would stand.
    importance: Vec<u32>,
    /// One more than the highest level of its contracted neighbours.
    level: Vec<u32>,
    /// Whether its neighbourhood has changed since `importance` was estimated.
    is_stale: Vec<bool>,
    is_chosen: Vec<bool>,
}

impl Standing {
    fn key(&self, node: u32) -> (u32, u32) {
        // Equals go in an order that has nothing to do with where they are; along a street numbers ascend.
        (self.importance[node as usize], node.wrapping_mul(0x9E37_79B1))
    }

    fn is_lowest(&self, overlay: &Overlay, node: u32) -> bool {
        let key = self.key(node);
        overlay.links(node).iter().all(|link| key < self.key(link.to))
    }

    fn estimate(&mut self, overlay: &Overlay, nodes: &[u32], crew: &mut Crew) {
        let estimates = crew.each(nodes, |witness, node| {
            let (mut added, mut added_hops, mut removed, mut removed_hops) = (0, 0, 0, 0);
            for way in overlay.links(node).iter().flat_map(|link| [link.out, link.back]) {
                if way.is_open() {
                    removed += 1;
                    removed_hops += way.hops;
                }
            }
            witness.shortcuts(
                overlay,
                node,
                |_| false,
                ESTIMATE_EFFORT,
                |shortcut| {
                    added += 1;
                    added_hops += shortcut.way.hops;
                },
            );
            1000 * self.level[node as usize]
                + 1000 * added / removed.max(1)
                + 1000 * added_hops / removed_hops.max(1)
        });
        for (node, estimate) in nodes.iter().zip(estimates) {
            self.importance[*node as usize] = estimate;
            self.is_stale[*node as usize] = false;
        }
    }

    /// Tells the neighbours of `node` that it goes.
    fn leave(&mut self, overlay: &Overlay, node: u32) {
        let level = self.level[node as usize] + 1;
        for link in overlay.links(node) {
            let at = link.to as usize;
            self.level[at] = self.level[at].max(level);
            self.is_stale[at] = true;
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
        if nodes.len() <= BLOCK {
            let witness = &mut self.witnesses[0];
            return nodes.iter().map(|node| task(witness, *node)).collect();
        }
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::new());
        self.witnesses.par_iter_mut().for_each(|witness| {
            loop {
                let block = next.fetch_add(1, Ordering::Relaxed);
                let Some(nodes) = nodes.chunks(BLOCK).nth(block) else { return };
                let results: Vec<T> = nodes.iter().map(|node| task(witness, *node)).collect();
                done.lock().expect("no thread panics").push((block, results));
            }
        });
        let mut done = done.into_inner().expect("no thread panics");
        done.sort_unstable_by_key(|(block, _)| *block);
        done.into_iter().flat_map(|(_, results)| results).collect()
    }
}
