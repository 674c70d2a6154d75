//! The network the searches run over: nodes, split only where what may follow depends on how one came.
//!
//! Three things are remembered along a path, each only where it matters:
//! - how much of a forbidden row of arcs has been driven (turn restrictions, exact, also along several ways);
//! - whether the path is in the destination-only roads it began in, on open roads, or in those it will end in;
//! - right after a restricted turn, the arc one came by, so that nobody evades the restriction by turning round a few
//!   metres further on. Everywhere else turning round can never shorten a path and needs no forbidding.
//!
//! A plain junction stays one state, so the cost is a few per cent; a fully arc-based network would cost several times that.

use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;

use super::automaton::{Automaton, Match, NO_MATCH};
use super::graph::RoadGraph;
use super::ids::{ArcId, NodeId, StateId};
use super::restriction::ForbiddenRow;

/// Over how many junctions after a restricted turn turning round stays forbidden.
const NO_TURNING_JUNCTIONS: u8 = 4;

/// The open arcs that leave each node, in order of their ids.
pub(super) struct OutArcs {
    first: Vec<u32>,
    arcs: Vec<ArcId>,
}

impl OutArcs {
    pub(super) fn new(graph: &RoadGraph) -> Self {
        let open = || (0..graph.arc_count()).map(ArcId).filter(|a| graph.arc_cost(*a).is_some());
        let mut first = vec![0; graph.node_count as usize + 1];
        for arc in open() {
            first[graph.arc_tail(arc).0 as usize + 1] += 1;
        }
        for node in 0..graph.node_count as usize {
            first[node + 1] += first[node];
        }
        let mut next = first.clone();
        let mut arcs = vec![ArcId(0); first[graph.node_count as usize] as usize];
        for arc in open() {
            let at = &mut next[graph.arc_tail(arc).0 as usize];
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

/// Which part of a trip a path is in, as far as destination-only roads go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    /// Still in the destination-only roads it began in.
    Start,
    /// On open roads.
    Through,
    /// In destination-only roads it may not leave again.
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct State {
    node: NodeId,
    /// The arc one came by, where that matters.
    came_by: Option<ArcId>,
    matched: Match,
    part: Part,
    /// Over so many more junctions turning round is forbidden.
    no_turning: u8,
}

/// The states, joined by the arcs that lead from one to the next, and where each arc leads when a path begins on it.
pub(super) struct StateGraph {
    pub(super) graph: DiGraph<NodeId, ArcId>,
    /// By arc; `None` for closed arcs.
    pub(super) after_start: Vec<Option<StateId>>,
}

/// Unfolds `graph` into states. O(states + their arcs).
pub(super) fn unfold(graph: &RoadGraph, out_arcs: &OutArcs, rows: &[ForbiddenRow]) -> StateGraph {
    let mut unfolding = Unfolding {
        graph,
        out_arcs,
        automaton: Automaton::new(rows),
        plain: vec![None; graph.node_count as usize],
        others: FxHashMap::default(),
        states: Vec::new(),
        joined: DiGraph::with_capacity(graph.node_count as usize, graph.arc_count() as usize),
    };
    let after_start: Vec<Option<StateId>> = (0..graph.arc_count())
        .map(|arc| {
            let arc = ArcId(arc);
            graph.arc_cost(arc)?;
            let state = unfolding.start_on(arc);
            Some(unfolding.number(state))
        })
        .collect();
    let mut at = 0;
    while at < unfolding.states.len() {
        let state = unfolding.states[at];
        for arc in out_arcs.of(state.node) {
            if let Some(next) = unfolding.step(state, *arc) {
                let next = unfolding.number(next);
                unfolding.joined.add_edge(
                    NodeIndex::new(at),
                    NodeIndex::new(next.0 as usize),
                    *arc,
                );
            }
        }
        at += 1;
    }
    StateGraph { graph: unfolding.joined, after_start }
}

struct Unfolding<'a> {
    graph: &'a RoadGraph,
    out_arcs: &'a OutArcs,
    automaton: Automaton,
    /// The numbers of states that remember nothing, by node; nearly all are of this kind.
    plain: Vec<Option<StateId>>,
    others: FxHashMap<State, StateId>,
    states: Vec<State>,
    joined: DiGraph<NodeId, ArcId>,
}

impl Unfolding<'_> {
    fn number(&mut self, state: State) -> StateId {
        let fresh = StateId(self.states.len() as u32);
        let is_plain = state.came_by.is_none() && state.part == Part::Through;
        let known = if is_plain {
            *self.plain[state.node.0 as usize].get_or_insert(fresh)
        } else {
            *self.others.entry(state).or_insert(fresh)
        };
        if known == fresh {
            self.states.push(state);
            self.joined.add_node(state.node);
        }
        known
    }

    /// The state at the head of `arc` for a path that begins on it.
    fn start_on(&self, arc: ArcId) -> State {
        let matched =
            self.automaton.step(NO_MATCH, arc).expect("forbidden rows have two arcs or more");
        let part = if self.graph.is_destination_only(arc) { Part::Start } else { Part::Through };
        self.arrive(arc, matched, part, 0)
    }

    /// The state after `state` and then `arc`, or `None` where that is forbidden.
    fn step(&self, state: State, arc: ArcId) -> Option<State> {
        if state.came_by == Some(arc.reverse()) && !self.is_dead_end(arc) {
            return None;
        }
        let matched = self.automaton.step(state.matched, arc)?;
        let part = match (state.part, self.graph.is_destination_only(arc)) {
            (Part::Start, true) => Part::Start,
            (Part::Start | Part::Through, false) => Part::Through,
            (Part::Through | Part::End, true) => Part::End,
            (Part::End, false) => return None,
        };
        let no_turning = if self.automaton.restricts(state.matched) {
            NO_TURNING_JUNCTIONS
        } else if self.is_junction(state) {
            state.no_turning.saturating_sub(1)
        } else {
            state.no_turning
        };
        Some(self.arrive(arc, matched, part, no_turning))
    }

    fn arrive(&self, arc: ArcId, matched: Match, part: Part, no_turning: u8) -> State {
        let matters = matched != NO_MATCH || no_turning > 0;
        let came_by = matters.then_some(arc);
        State { node: self.graph.arc_head(arc), came_by, matched, part, no_turning }
    }

    /// Whether one can go on from `state` in more than one way without turning round.
    fn is_junction(&self, state: State) -> bool {
        let back = state.came_by.map(ArcId::reverse);
        self.out_arcs.of(state.node).iter().filter(|arc| Some(**arc) != back).nth(1).is_some()
    }

    /// Whether `arc` is the only way to go on from where it starts.
    fn is_dead_end(&self, arc: ArcId) -> bool {
        self.out_arcs.of(self.graph.arc_tail(arc)) == [arc]
    }
}
