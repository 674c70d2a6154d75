//! Builds states: nodes, split where onward travel depends on the past. Searches run over states.
//!
//! A state stores four facts about the path, each only where it matters:
//! - the matched prefix of a forbidden row of arcs (exact turn restrictions, also via ways);
//! - the part of the trip: in the destination-only roads of its start, on open roads, or in the
//!   destination-only roads of its end;
//! - after a restricted turn, the arc of arrival: a U-turn stays forbidden over a few junctions, so
//!   that no path evades the restriction. Elsewhere a U-turn never makes a path shorter;
//! - the arc of arrival where the cost of the next turn depends on it: nearly everywhere if the
//!   profile has turn costs.
//!
//! There are a few per cent more states than nodes; with turn costs, two to three times as many.

use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;

use super::arcs_at::ArcsAt;
use super::automaton::{Automaton, Match, NO_MATCH};
use super::graph::RoadGraph;
use super::ids::{ArcId, NodeId, StateId};
use super::restriction::ForbiddenRow;
use super::turns::Turns;
use crate::units::Millis;

/// Number of junctions after a restricted turn over which U-turns are forbidden.
const NO_U_TURN_JUNCTIONS: u8 = 4;

/// Part of a trip, with respect to destination-only roads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    /// In the destination-only roads of its start.
    Start,
    Through,
    /// In the destination-only roads of its end, which it may not leave.
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct State {
    node: NodeId,
    /// The arc of arrival, if it matters.
    came_by: Option<ArcId>,
    matched: Match,
    part: Part,
    /// Number of junctions over which U-turns are still forbidden.
    no_u_turn: u8,
}

/// An edge from a state to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Join {
    pub(super) arc: ArcId,
    /// The cost of the turn into it.
    pub(super) turn: Millis,
}

/// The states and the joins between them.
pub(super) struct StateGraph {
    pub(super) graph: DiGraph<NodeId, Join>,
    /// By arc: the state at its end for a path that starts on it; `None` if closed.
    pub(super) after_start: Vec<Option<StateId>>,
}

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
    /// `None` if all turns are free.
    turns: Option<&'a Turns<'a>>,
    automaton: Automaton,
    /// By node: its state without a past; most states are of this kind.
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

    /// Returns the state at the head of `arc` for a path that starts on it.
    fn start_on(&self, arc: ArcId) -> State {
        let matched =
            self.automaton.step(NO_MATCH, arc).expect("forbidden rows have two arcs or more");
        let part = if self.graph.is_destination_only(arc) { Part::Start } else { Part::Through };
        self.arrive(arc, matched, part, 0)
    }

    /// Returns the state after `state` and `arc`, or `None` if `arc` is forbidden.
    fn step(&self, state: State, arc: ArcId) -> Option<State> {
        let forbids_u_turn = state.matched != NO_MATCH || state.no_u_turn > 0;
        if forbids_u_turn && state.came_by == Some(arc.reverse()) && !self.is_dead_end(arc) {
            return None;
        }
        let matched = self.automaton.step(state.matched, arc)?;
        let part = match (state.part, self.graph.is_destination_only(arc)) {
            (Part::Start, true) => Part::Start,
            (Part::Start | Part::Through, false) => Part::Through,
            (Part::Through | Part::End, true) => Part::End,
            (Part::End, false) => return None,
        };
        let no_u_turn = if self.automaton.restricts(state.matched) {
            NO_U_TURN_JUNCTIONS
        } else if self.is_junction(state) {
            state.no_u_turn.saturating_sub(1)
        } else {
            state.no_u_turn
        };
        Some(self.arrive(arc, matched, part, no_u_turn))
    }

    fn arrive(&self, arc: ArcId, matched: Match, part: Part, no_u_turn: u8) -> State {
        let node = self.graph.arc_head(arc);
        let costs_differ = self.turns.is_some_and(|turns| turns.depend_on_origin(node));
        let matters = matched != NO_MATCH || no_u_turn > 0 || costs_differ;
        let came_by = matters.then_some(arc);
        State { node, came_by, matched, part, no_u_turn }
    }

    fn turn(&self, state: State, arc: ArcId) -> Millis {
        self.turns.map_or(Millis(0), |turns| match state.came_by {
            Some(came_by) => turns.cost(came_by, arc),
            None => turns.cost_from_anywhere(arc),
        })
    }

    /// Tests if `state` has several next arcs besides a U-turn.
    fn is_junction(&self, state: State) -> bool {
        let back = state.came_by.map(ArcId::reverse);
        self.out_arcs.of(state.node).iter().filter(|arc| Some(**arc) != back).nth(1).is_some()
    }

    /// Tests if `arc` is the only arc that leaves its tail.
    fn is_dead_end(&self, arc: ArcId) -> bool {
        self.out_arcs.of(self.graph.arc_tail(arc)) == [arc]
    }
}
