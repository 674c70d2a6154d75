//! The network the searches run over: nodes, split only where what may follow depends on how one came.
//!
//! Four things are remembered along a path, each only where it matters:
//! - how much of a forbidden row of arcs has been driven (turn restrictions, exact, also along several ways);
//! - whether the path is in the destination-only roads it began in, on open roads, or in those it will end in;
//! - right after a restricted turn, the arc one came by, so that nobody evades the restriction by turning round a few
//!   metres further on. Everywhere else turning round can never shorten a path and needs no forbidding;
//! - the arc one came by, where what it costs to go on depends on it: nearly everywhere if the profile has turn costs.
//!
//! Without turn costs a plain junction stays one state, so the price is a few per cent; a fully arc-based network, which
//! turn costs make of it, has two to three times as many states.

use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;

use super::automaton::{Automaton, Match, NO_MATCH};
use super::graph::RoadGraph;
use super::ids::{ArcId, NodeId, StateId};
use super::restriction::ForbiddenRow;
use super::turns::Turns;
use crate::units::Millis;

/// Over how many junctions after a restricted turn turning round stays forbidden.
const NO_TURNING_JUNCTIONS: u8 = 4;

/// The open arcs at each node, in order of their ids.
pub(super) struct ArcsAt {
    first: Vec<u32>,
    arcs: Vec<ArcId>,
}

impl ArcsAt {
    /// The arcs that leave each node.
    pub(super) fn tails(graph: &RoadGraph) -> Self {
        Self::new(graph, |arc| graph.arc_tail(arc))
    }

    /// The arcs that lead to each node.
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

/// How one gets from a state to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Join {
    /// The arc that is travelled.
    pub(super) arc: ArcId,
    /// What turning into it costs.
    pub(super) turn: Millis,
}

/// The states, joined by the arcs that lead from one to the next, and where each arc leads when a path begins on it.
pub(super) struct StateGraph {
    pub(super) graph: DiGraph<NodeId, Join>,
    /// By arc; `None` for closed arcs.
    pub(super) after_start: Vec<Option<StateId>>,
}

/// Unfolds `graph` into states. O(states + their arcs).
pub(super) fn unfold(
    graph: &RoadGraph,
    out_arcs: &ArcsAt,
    rows: &[ForbiddenRow],
    turns: Option<&Turns<'_>>,
) -> StateGraph {
    let mut unfolding = Unfolding {
        graph,
        out_arcs,
        turns,
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
                let (from, to) = (NodeIndex::new(at), NodeIndex::new(next.0 as usize));
                let join = Join { arc: *arc, turn: unfolding.turn(state, *arc) };
                unfolding.joined.add_edge(from, to, join);
            }
        }
        at += 1;
    }
    StateGraph { graph: unfolding.joined, after_start }
}

struct Unfolding<'a> {
    graph: &'a RoadGraph,
    out_arcs: &'a ArcsAt,
    /// What turns cost, where they cost anything.
    turns: Option<&'a Turns<'a>>,
    automaton: Automaton,
    /// The numbers of states that remember nothing, by node; nearly all are of this kind.
    plain: Vec<Option<StateId>>,
    others: FxHashMap<State, StateId>,
    states: Vec<State>,
    joined: DiGraph<NodeId, Join>,
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
        let may_not_turn = state.matched != NO_MATCH || state.no_turning > 0;
        if may_not_turn && state.came_by == Some(arc.reverse()) && !self.is_dead_end(arc) {
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
        let node = self.graph.arc_head(arc);
        let costs_differ = self.turns.is_some_and(|turns| turns.depend_on_origin(node));
        let matters = matched != NO_MATCH || no_turning > 0 || costs_differ;
        let came_by = matters.then_some(arc);
        State { node, came_by, matched, part, no_turning }
    }

    /// What it costs to turn into `arc`.
    fn turn(&self, state: State, arc: ArcId) -> Millis {
        self.turns.map_or(Millis(0), |turns| match state.came_by {
            Some(came_by) => turns.cost(came_by, arc),
            None => turns.cost_from_anywhere(arc),
        })
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
