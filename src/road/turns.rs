//! What it costs to go on from one arc to another: turning, turning round, and what stands on the node between.
//!
//! The cost belongs to the pair of arcs and is due where they meet, once: a path that begins or ends on the node pays
//! nothing. Lights and signs in the middle of a road are nodes of the network where the profile has a cost for them, so
//! that time along a stretch stays proportional to distance.

use rustc_hash::FxHashMap;

use super::graph::{Point, RoadGraph};
use super::ids::{ArcId, NodeId};
use super::states::ArcsAt;
use super::turn_costs::{TurnCosts, millis};
use crate::lonlat::{LonLat, Ruler};
use crate::units::Millis;

/// The costs of all turns of a network.
pub(super) struct Turns<'a> {
    graph: &'a RoadGraph,
    costs: &'a TurnCosts,
    /// What stands on each node, for those who come along a way as it is drawn, and against.
    of_node: &'a FxHashMap<NodeId, [Millis; 2]>,
    /// The open arcs that lead to each node.
    in_arcs: ArcsAt,
    /// How many ends of stretches meet at each node.
    ends: Vec<u8>,
    /// Whether the cost of going on from a node depends on how one came.
    depends: Vec<bool>,
}

/// Which way a turn goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Straight,
    Right,
    Left,
    Back,
}

impl<'a> Turns<'a> {
    /// O(pairs of arcs that meet).
    pub(super) fn new(
        graph: &'a RoadGraph,
        out_arcs: &ArcsAt,
        costs: &'a TurnCosts,
        of_node: &'a FxHashMap<NodeId, [Millis; 2]>,
    ) -> Self {
        let mut ends = vec![0_u8; graph.node_count as usize];
        for stretch in graph.stretches.iter().filter(|stretch| stretch.is_open()) {
            for node in [stretch.tail, stretch.head] {
                ends[node.0 as usize] = ends[node.0 as usize].saturating_add(1);
            }
        }
        let in_arcs = ArcsAt::heads(graph);
        let mut turns = Self { graph, costs, of_node, in_arcs, ends, depends: Vec::new() };
        let depends_at = |node: NodeId| {
            out_arcs.of(node).iter().any(|arc| {
                let mut all = turns.in_arcs.of(node).iter().map(|from| turns.cost(*from, *arc));
                let first = all.next();
                all.any(|cost| Some(cost) != first)
            })
        };
        turns.depends = (0..graph.node_count).map(|node| depends_at(NodeId(node))).collect();
        turns
    }

    /// Whether the cost of going on from `node` depends on the arc one came by.
    pub(super) fn depend_on_origin(&self, node: NodeId) -> bool {
        self.depends[node.0 as usize]
    }

    /// What going on by `arc` costs wherever one came from, at a node where that [does not matter](Self::depend_on_origin).
    pub(super) fn cost_from_anywhere(&self, arc: ArcId) -> Millis {
        let came_by = self.in_arcs.of(self.graph.arc_tail(arc)).first();
        came_by.map_or(Millis(0), |came_by| self.cost(*came_by, arc))
    }

    /// What it costs to go on by `arc` after `came_by`.
    pub(super) fn cost(&self, came_by: ArcId, arc: ArcId) -> Millis {
        let node = self.graph.arc_tail(arc);
        let turn = if arc == came_by.reverse() {
            self.costs.u_turn
        } else if !self.is_junction(node) {
            0.0
        } else {
            match self.side(came_by, arc) {
                Side::Straight => 0.0,
                Side::Right => self.costs.right,
                Side::Left => self.costs.left,
                Side::Back => self.costs.u_turn,
            }
        };
        let passing = self.of_node.get(&node).map_or(0, |[forward, backward]| {
            // Where roads cross it cannot be said along which of them a sign counts.
            match (self.is_junction(node), came_by.is_backward()) {
                (true, _) => forward.0.max(backward.0),
                (false, true) => backward.0,
                (false, false) => forward.0,
            }
        });
        Millis(millis(turn).0 + passing)
    }

    fn is_junction(&self, node: NodeId) -> bool {
        self.ends[node.0 as usize] > 2
    }

    /// Less than 45° off is straight on, less than about 1° off is straight back; on the segments next to the node.
    fn side(&self, came_by: ArcId, arc: ArcId) -> Side {
        let [ax, ay] = self.direction(came_by, true);
        let [bx, by] = self.direction(arc, false);
        let (along, across) = (ax * bx + ay * by, ax * by - ay * bx);
        if along == 0.0 && across == 0.0 || along > across.abs() {
            Side::Straight
        } else if across.abs() < -along * 0.02 {
            Side::Back
        } else if across > 0.0 {
            Side::Left
        } else {
            Side::Right
        }
    }

    /// In which direction, east and north, one travels on the last segment of `arc`, or on its first.
    fn direction(&self, arc: ArcId, at_end: bool) -> [f64; 2] {
        let shape = self.graph.shape(arc.stretch());
        let is_last = at_end != arc.is_backward();
        let segments = shape.windows(2);
        let differs = |pair: &&[Point]| pair[0] != pair[1];
        let found =
            if is_last { segments.rev().find(differs) } else { segments.into_iter().find(differs) };
        let Some([a, b]) = found.map(|pair| [pair[0], pair[1]].map(LonLat::from)) else {
            return [0.0; 2];
        };
        let ruler = Ruler::at(a.lat);
        let (east, north) = ((b.lon - a.lon) * ruler.lon_m, (b.lat - a.lat) * ruler.lat_m);
        if arc.is_backward() { [-east, -north] } else { [east, north] }
    }
}
