//! Computes the cost between two consecutive arcs: the turn, and the lights and signs on the node.
//!
//! The cost belongs to the pair of arcs and counts once, where they meet; a path that starts or
//! ends on the node does not pay it. A light or sign in the middle of a road is a node of the
//! network if it has a cost, so that time along a stretch is proportional to distance.

use rustc_hash::FxHashMap;

use super::arcs_at::ArcsAt;
use super::graph::RoadGraph;
use super::ids::{ArcId, NodeId};
use super::turn_costs::{TurnCosts, millis};
use crate::lonlat::{LonLat, PointE7, Ruler};
use crate::units::Millis;

pub(super) struct Turns<'a> {
    graph: &'a RoadGraph,
    costs: &'a TurnCosts,
    /// Time to pass a node, by direction of arrival.
    of_node: &'a FxHashMap<NodeId, [Millis; 2]>,
    /// The open arcs that reach each node.
    in_arcs: ArcsAt,
    /// By node: number of ends of stretches.
    ends: Vec<u8>,
    /// By node: whether the cost of an onward arc depends on the arc of arrival.
    depends: Vec<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Straight,
    Right,
    Left,
    Back,
}

impl<'a> Turns<'a> {
    /// Prepares the costs. O(pairs of arcs that meet).
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

    /// Tests if the cost of an onward arc at `node` depends on the arc of arrival.
    pub(super) fn depend_on_origin(&self, node: NodeId) -> bool {
        self.depends[node.0 as usize]
    }

    /// Returns the cost of the turn into `arc` at a node where it does not
    /// [depend on the arc of arrival](Self::depend_on_origin).
    pub(super) fn cost_from_anywhere(&self, arc: ArcId) -> Millis {
        let came_by = self.in_arcs.of(self.graph.arc_tail(arc)).first();
        came_by.map_or(Millis(0), |came_by| self.cost(*came_by, arc))
    }

    /// Returns the cost of the turn from `came_by` into `arc`.
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
            // At a junction it is unknown to which road the direction of a sign refers.
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

    /// Compares the segments at the node: straight up to 45°, a U-turn within 1° of straight back.
    fn side(&self, came_by: ArcId, arc: ArcId) -> Side {
        // The heading at the end of an arc is opposite to that at the start of its reverse.
        let [ax, ay] = self.heading_at_start(came_by.reverse()).map(|metres| -metres);
        let [bx, by] = self.heading_at_start(arc);
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

    /// Returns the first segment of `arc` as metres east and north; zero if it has no length.
    fn heading_at_start(&self, arc: ArcId) -> [f64; 2] {
        let mut segments = self.graph.shape(arc.stretch()).windows(2);
        let differs = |pair: &&[PointE7]| pair[0] != pair[1];
        let found = match arc.is_backward() {
            true => segments.rfind(differs),
            false => segments.find(differs),
        };
        let Some([a, b]) = found.map(|pair| [pair[0], pair[1]].map(LonLat::from)) else {
            return [0.0; 2];
        };
        let ruler = Ruler::at(a.lat);
        let (east, north) = ((b.lon - a.lon) * ruler.lon_m, (b.lat - a.lat) * ruler.lat_m);
        if arc.is_backward() { [-east, -north] } else { [east, north] }
    }
}
