//! Finds the arcs along the members `via` of a turn restriction.

use super::arcs_at::ArcsAt;
use super::graph::CutWays;
use super::ids::{ArcId, Direction, NodeId};
use crate::osm::{OsmWayId, RestrictionMember};

/// Maximum number of members `via` of which all orders are tried; the number of orders grows with
/// its factorial.
const ORDERED_VIA_MAX: usize = 7;

/// A way through the members `via`: without arcs, it is a single node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Course {
    pub(super) entry: NodeId,
    pub(super) arcs: Vec<ArcId>,
    pub(super) exit: NodeId,
}

/// Returns the courses through all members `via` in the order of the relation; `None` if a member
/// is closed to the profile or outside of the extract.
///
/// Ways follow one another from end to end, in any direction. Of several nodes, each leads to the
/// next by one arc. Nodes beside ways have to lie on the course.
pub(super) fn courses_in_order(
    via: &[RestrictionMember],
    cut: &CutWays,
    out_arcs: &ArcsAt,
) -> Option<Vec<Course>> {
    let members = Members::of(via, cut)?;
    Some(members.courses(cut, out_arcs, true))
}

/// Returns the courses through all members `via` in any order.
pub(super) fn courses_in_any_order(
    via: &[RestrictionMember],
    cut: &CutWays,
    out_arcs: &ArcsAt,
) -> Vec<Course> {
    let members = Members::of(via, cut).filter(|_| via.len() <= ORDERED_VIA_MAX);
    members.map_or_else(Vec::new, |members| members.courses(cut, out_arcs, false))
}

/// The members `via`, each once.
struct Members {
    nodes: Vec<NodeId>,
    ways: Vec<OsmWayId>,
}

impl Members {
    fn of(via: &[RestrictionMember], cut: &CutWays) -> Option<Self> {
        let mut members = Self { nodes: Vec::new(), ways: Vec::new() };
        for member in via {
            match member {
                RestrictionMember::Node(node) => {
                    let node = *cut.node_of.get(node)?;
                    if !members.nodes.contains(&node) {
                        members.nodes.push(node);
                    }
                }
                RestrictionMember::Way(way) => {
                    if !cut.stretches_of.contains_key(way) {
                        return None;
                    }
                    if !members.ways.contains(way) {
                        members.ways.push(*way);
                    }
                }
            }
        }
        Some(members)
    }

    fn courses(&self, cut: &CutWays, out_arcs: &ArcsAt, in_order: bool) -> Vec<Course> {
        let mut found = Vec::new();
        if self.ways.is_empty() {
            let starts = if in_order { &self.nodes[..1] } else { &self.nodes[..] };
            for start in starts {
                let rest: Vec<NodeId> = self.nodes.iter().copied().filter(|n| n != start).collect();
                let course = Course { entry: *start, arcs: Vec::new(), exit: *start };
                let pieces = |node: &NodeId, at: NodeId| {
                    let onward = out_arcs.of(at).iter();
                    let mut arcs = onward.filter(|arc| cut.graph.arc_head(**arc) == *node);
                    match (arcs.next(), arcs.next()) {
                        (Some(arc), None) => vec![(vec![*arc], *node)],
                        _ => Vec::new(),
                    }
                };
                extend(&course, &rest, in_order, &pieces, &mut found);
            }
            return found;
        }
        let starts = if in_order { &self.ways[..1] } else { &self.ways[..] };
        for start in starts {
            let rest: Vec<OsmWayId> = self.ways.iter().copied().filter(|w| w != start).collect();
            for (entry, arcs, exit) in runs_along(*start, cut) {
                let course = Course { entry, arcs, exit };
                let pieces = |way: &OsmWayId, at: NodeId| {
                    let runs = runs_along(*way, cut).into_iter();
                    let fitting = runs.filter(move |(entry, ..)| *entry == at);
                    fitting.map(|(_, arcs, exit)| (arcs, exit)).collect()
                };
                extend(&course, &rest, in_order, &pieces, &mut found);
            }
        }
        found.retain(|course| {
            let passes = |node: &NodeId| {
                course.entry == *node
                    || course.arcs.iter().any(|arc| cut.graph.arc_head(*arc) == *node)
            };
            self.nodes.iter().all(passes)
        });
        found
    }
}

/// Returns the arcs along a member from a node, each with the node of their end.
type Pieces<'a, M> = dyn Fn(&M, NodeId) -> Vec<(Vec<ArcId>, NodeId)> + 'a;

/// Extends `course` by all members of `rest`, and adds each complete course to `found`.
fn extend<M: Copy + PartialEq>(
    course: &Course,
    rest: &[M],
    in_order: bool,
    pieces: &Pieces<'_, M>,
    found: &mut Vec<Course>,
) {
    if rest.is_empty() {
        found.push(course.clone());
        return;
    }
    let next = if in_order { &rest[..1] } else { rest };
    for member in next {
        let left: Vec<M> = rest.iter().copied().filter(|other| other != member).collect();
        for (arcs, exit) in pieces(member, course.exit) {
            let arcs = [&course.arcs[..], &arcs].concat();
            extend(&Course { entry: course.entry, arcs, exit }, &left, in_order, pieces, found);
        }
    }
}

/// Returns the first node, the arcs and the last node of a whole way, in both directions.
fn runs_along(way: OsmWayId, cut: &CutWays) -> [(NodeId, Vec<ArcId>, NodeId); 2] {
    Direction::BOTH.map(|direction| {
        let mut arcs: Vec<ArcId> =
            cut.stretches_of[&way].iter().map(|stretch| stretch.arc(direction)).collect();
        if direction == Direction::Backward {
            arcs.reverse();
        }
        let first = *arcs.first().expect("a way has at least one stretch");
        let last = *arcs.last().expect("a way has at least one stretch");
        (cut.graph.arc_tail(first), arcs, cut.graph.arc_head(last))
    })
}
