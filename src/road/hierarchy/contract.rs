//! Contracts the nodes in rounds.
//!
//! Each round contracts the nodes that are less important than all their neighbours. No two of them
//! are neighbours, so that threads can search for their shortcuts in parallel. Then the importance
//! of all their neighbours is estimated again. Compared with an estimate just before the
//! contraction, this takes no more searches, gives a better order and needs a fifth of the rounds.
//! The result does not depend on the number of threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::overlay::Overlay;
use super::witness::{Shortcut, Witness};

/// Maximum number of nodes a search settles to estimate the importance of a node.
const ESTIMATE_EFFORT: usize = 16;
/// Maximum number of nodes a search settles to contract a node.
const CONTRACT_EFFORT: usize = 64;
/// Weight of a level, in thousandths of growth.
const LEVEL_WEIGHT: u32 = 400;
/// Maximum number of nodes per unit of work.
const BLOCK: usize = 64;
/// Minimum number of nodes to share between threads.
const SHARED_MIN: usize = 8;

/// Contracts all nodes of `overlay`, the least important first.
pub(super) fn contract(overlay: &mut Overlay) {
    let nodes = overlay.node_count();
    let mut workers = Workers::new(nodes);
    let mut importance = Importance {
        growth: vec![0; nodes],
        level: vec![0; nodes],
        is_stale: vec![true; nodes],
        is_gone: vec![false; nodes],
    };
    let mut left: Vec<u32> = (0..nodes as u32).collect();
    let mut stale = left.clone();
    while !left.is_empty() {
        importance.estimate(overlay, &stale, &mut workers);
        stale.clear();
        let is_lowest = |node: &u32| importance.is_lowest(overlay, *node);
        let chosen: Vec<u32> = left.par_iter().copied().filter(is_lowest).collect();
        for node in &chosen {
            importance.is_gone[*node as usize] = true;
        }
        let shortcuts = workers.each(&chosen, |witness, node| {
            let mut needed = Vec::new();
            let is_gone = |at: u32| importance.is_gone[at as usize];
            witness.shortcuts(overlay, node, is_gone, CONTRACT_EFFORT, |shortcut| {
                needed.push(shortcut);
            });
            needed
        });
        for node in &chosen {
            importance.raise_neighbours(overlay, *node, &mut stale);
            overlay.detach(*node);
        }
        for Shortcut { from, to, half } in shortcuts.into_iter().flatten() {
            overlay.improve(from, to, half);
        }
        left.retain(|node| !importance.is_gone[*node as usize]);
    }
}

struct Importance {
    /// By node: growth of the hierarchy by contracting it now, in thousandths of the removed links.
    growth: Vec<u32>,
    /// By node: the highest level of its contracted neighbours plus one.
    level: Vec<u32>,
    /// By node: whether its neighbourhood has changed since `growth` was estimated.
    is_stale: Vec<bool>,
    /// By node: whether it is contracted, or will be in this round.
    is_gone: Vec<bool>,
}

impl Importance {
    /// Sort key of the contraction: growth and level, then a number to break ties.
    fn key(&self, node: u32) -> (u32, u32) {
        let key = self.growth[node as usize] + LEVEL_WEIGHT * self.level[node as usize];
        // Node numbers ascend along a street; a hash breaks ties independently of the position.
        (key, node.wrapping_mul(0x9E37_79B1))
    }

    fn is_lowest(&self, overlay: &Overlay, node: u32) -> bool {
        let key = self.key(node);
        overlay.links(node).iter().all(|link| key < self.key(link.to))
    }

    fn estimate(&mut self, overlay: &Overlay, nodes: &[u32], workers: &mut Workers) {
        let growths = workers.each(nodes, |witness, node| {
            let (mut added, mut added_hops, mut removed, mut removed_hops) = (0_u64, 0, 0_u64, 0);
            for half in overlay.links(node).iter().flat_map(|link| [link.out(), link.back()]) {
                if half.is_open() {
                    removed += 1;
                    removed_hops += u64::from(half.hops);
                }
            }
            witness.shortcuts(
                overlay,
                node,
                |_| false,
                ESTIMATE_EFFORT,
                |shortcut| {
                    added += 1;
                    added_hops += u64::from(shortcut.half.hops);
                },
            );
            (1000 * added / removed.max(1) + 1000 * added_hops / removed_hops.max(1)) as u32
        });
        for (node, growth) in nodes.iter().zip(growths) {
            self.growth[*node as usize] = growth;
            self.is_stale[*node as usize] = false;
        }
    }

    /// Raises the level of the neighbours of the contracted `node`, and adds them to `stale`.
    fn raise_neighbours(&mut self, overlay: &Overlay, node: u32, stale: &mut Vec<u32>) {
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

/// The working memory of each thread of the current pool.
struct Workers {
    witnesses: Vec<Witness>,
}

impl Workers {
    fn new(nodes: usize) -> Self {
        Self { witnesses: (0..rayon::current_num_threads()).map(|_| Witness::new(nodes)).collect() }
    }

    /// Returns the results of `task` for all `nodes`, in their order.
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
