//! The open arcs that leave or reach each node.

use super::graph::RoadGraph;
use super::ids::{ArcId, NodeId};

/// The open arcs of each node in order of their ids; those of node `n` are
/// `arcs[first[n] .. first[n + 1]]`.
pub(super) struct ArcsAt {
    first: Vec<u32>,
    arcs: Vec<ArcId>,
}

impl ArcsAt {
    pub(super) fn tails(graph: &RoadGraph) -> Self {
        Self::new(graph, |arc| graph.arc_tail(arc))
    }

    pub(super) fn heads(graph: &RoadGraph) -> Self {
        Self::new(graph, |arc| graph.arc_head(arc))
    }

    fn new(graph: &RoadGraph, node_of: impl Fn(ArcId) -> NodeId) -> Self {
        let open = || (0..graph.arc_count()).map(ArcId).filter(|a| graph.arc_cost(*a).is_some());
        let mut first = vec![0; graph.node_count as usize + 1];
        for arc in open() {
            first[node_of(arc).0 as usize + 1] += 1;
        }
        for node in 0..graph.node_count as usize {
            first[node + 1] += first[node];
        }
        let mut next = first.clone();
        let mut arcs = vec![ArcId(0); first[graph.node_count as usize] as usize];
        for arc in open() {
            let at = &mut next[node_of(arc).0 as usize];
            arcs[*at as usize] = arc;
            *at += 1;
        }
        Self { first, arcs }
    }

    pub(super) fn of(&self, node: NodeId) -> &[ArcId] {
        let (start, end) = (self.first[node.0 as usize], self.first[node.0 as usize + 1]);
        &self.arcs[start as usize..end as usize]
    }
}
