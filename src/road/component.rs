//! Finds the components of the network: roads that one can reach and leave again.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::NodeIndex;
use petgraph::visit::{Dfs, EdgeRef, Reversed, VisitMap, Visitable};
use rustc_hash::FxHashSet;

use super::graph::RoadGraph;
use super::ids::{NodeId, StretchId};
use super::states::StateGraph;

/// Minimum number of nodes of a component, except the largest. A smaller part is a fault of the map
/// or a private yard.
const COMPONENT_NODES_MIN: usize = 300;

/// Returns the component of each stretch to stop on; 0 is the largest, `None` means cut off.
///
/// From the stretch one can reach the component, and from the component the stretch.
/// O(components · (states + joins)).
pub(super) fn components_of_stretches(roads: &RoadGraph, states: &StateGraph) -> Vec<Option<u32>> {
    let graph = &states.graph;
    let mut parts = kosaraju_scc(graph);
    // The number of states of a node depends on its restrictions, and on the speeds around it.
    let nodes_of = |part: &Vec<NodeIndex>| {
        let nodes: FxHashSet<NodeId> = part.iter().map(|state| graph[*state]).collect();
        (std::cmp::Reverse(nodes.len()), nodes.into_iter().min())
    };
    // Largest first; among equals the one with the smallest node.
    parts.sort_by_cached_key(nodes_of);
    let is_large = |part: &&Vec<NodeIndex>| nodes_of(part).0.0 >= COMPONENT_NODES_MIN;
    let large = parts.iter().take_while(is_large).count().max(1);

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

fn visit<G>(graph: G, start: NodeIndex) -> G::Map
where
    G: petgraph::visit::IntoNeighbors<NodeId = NodeIndex> + Visitable,
{
    let mut dfs = Dfs::new(&graph, start);
    while dfs.next(&graph).is_some() {}
    dfs.discovered
}
