//! Which roads hang together: one must be able to drive out and to come back.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::NodeIndex;
use petgraph::visit::{Dfs, EdgeRef, Reversed, VisitMap, Visitable};

use super::graph::RoadGraph;
use super::ids::StretchId;
use super::states::StateGraph;

/// A strongly connected part with fewer states is a fault of the map or a private yard, not a network to plan on,
/// unless it is all there is.
const NETWORK_STATES_MIN: usize = 300;

/// For each stretch the network it belongs to, 0 for the largest: one can leave the stretch for that network and reach
/// the stretch from there. `None` for stretches that hang on no network.
///
/// O(networks · (states + joins)).
pub(super) fn components_of_stretches(roads: &RoadGraph, states: &StateGraph) -> Vec<Option<u32>> {
    let graph = &states.graph;
    let mut parts = kosaraju_scc(graph);
    // Largest first; among equals the one with the smallest state.
    parts.sort_by_key(|part| (std::cmp::Reverse(part.len()), part.iter().min().copied()));
    let large = parts.iter().take_while(|part| part.len() >= NETWORK_STATES_MIN).count().max(1);

    let mut component = vec![None; roads.stretches.len()];
    for (number, part) in parts.iter().take(large).enumerate() {
        let comes_back = visit(graph, part[0]);
        let gets_there = visit(Reversed(graph), part[0]);
        let mut is_left = vec![false; roads.stretches.len()];
        let mut is_entered = vec![false; roads.stretches.len()];
        for arc in 0..roads.arc_count() {
            if let Some(state) = states.after_start[arc as usize]
                && gets_there.is_visited(&NodeIndex::<u32>::new(state.0 as usize))
            {
                is_left[arc as usize / 2] = true;
            }
        }
        for join in graph.edge_references() {
            if comes_back.is_visited(&join.source()) {
                is_entered[join.weight().arc.stretch().0 as usize] = true;
            }
        }
        for (at, component) in component.iter_mut().enumerate() {
            let can_stop = roads.stretch(StretchId(at as u32)).can_stop();
            if component.is_none() && can_stop && is_left[at] && is_entered[at] {
                *component = Some(number as u32);
            }
        }
    }
    component
}

/// All states that can be reached from `start`.
fn visit<G>(graph: G, start: NodeIndex) -> G::Map
where
    G: petgraph::visit::IntoNeighbors<NodeId = NodeIndex> + Visitable,
{
    let mut dfs = Dfs::new(&graph, start);
    while dfs.next(&graph).is_some() {}
    dfs.discovered
}
