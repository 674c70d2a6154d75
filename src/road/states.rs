//! Builds states: nodes, split where onward travel depends on the past. Searches run over states.
//!
//! A state stores four facts about the path, each only where it matters:
//! - the matched prefix of a forbidden row of arcs (exact turn restrictions, also via ways);
//! - the part of the trip: in the destination-only roads of its start, on open roads, or in the
//!   destination-only roads of its end;
//! - within a restricted manoeuvre and near it, the arc of arrival: a U-turn stays forbidden there,
//!   so that no path evades the restriction. Elsewhere a U-turn never makes a path shorter;
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
use super::turning::Turning;
use super::turns::Turns;
use crate::units::Millis;

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
    /// The path has left a restricted manoeuvre, and has not left its surroundings since.
    no_u_turn: bool,
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
    let automaton = Automaton::new(rows);
    let turning = Turning { graph, out_arcs, automaton: &automaton, turns };
    let mut unfolding = Unfolding {
        graph,
        out_arcs,
        turns,
        no_turning: turning.forbidden_after(rows),
        automaton,
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
    /// By arc: whether it is part of the surroundings of a restricted manoeuvre; see [`Turning`].
    no_turning: Vec<bool>,
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
        self.arrive(arc, matched, part, false)
    }

    /// Returns the state after `state` and `arc`, or `None` if `arc` is forbidden.
    ///
    /// A path is within a manoeuvre from its first arc (`from`) on, as long as it may still complete
    /// a forbidden row. It leaves the manoeuvre where it turns off: before, on or after the ways
    /// `via`. A dead end may always be left again.
    fn step(&self, state: State, arc: ArcId) -> Option<State> {
        let is_within = state.matched != NO_MATCH;
        let may_turn = !is_within && !state.no_u_turn;
        if !may_turn && state.came_by == Some(arc.reverse()) && !self.is_dead_end(arc) {
            return None;
        }
        let matched = self.automaton.step(state.matched, arc)?;
        let part = match (state.part, self.graph.is_destination_only(arc)) {
            (Part::Start, true) => Part::Start,
            (Part::Start | Part::Through, false) => Part::Through,
            (Part::Through | Part::End, true) => Part::End,
            (Part::End, false) => return None,
        };
        // Still within a manoeuvre, there is no U-turn anyway.
        let no_u_turn = matched == NO_MATCH && !may_turn && self.no_turning[arc.0 as usize];
        Some(self.arrive(arc, matched, part, no_u_turn))
    }

    fn arrive(&self, arc: ArcId, matched: Match, part: Part, no_u_turn: bool) -> State {
        let node = self.graph.arc_head(arc);
        let costs_differ = self.turns.is_some_and(|turns| turns.depend_on_origin(node));
        let matters = matched != NO_MATCH || no_u_turn || costs_differ;
        let came_by = matters.then_some(arc);
        State { node, came_by, matched, part, no_u_turn }
    }

    fn turn(&self, state: State, arc: ArcId) -> Millis {
        self.turns.map_or(Millis(0), |turns| match state.came_by {
            Some(came_by) => turns.cost(came_by, arc),
            None => turns.cost_from_anywhere(arc),
        })
    }

    /// Tests if `arc` is the only arc that leaves its tail.
    fn is_dead_end(&self, arc: ArcId) -> bool {
        self.out_arcs.of(self.graph.arc_tail(arc)) == [arc]
    }
}
