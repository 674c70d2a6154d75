//! Builds the roads of an extract, cut at nodes that the file does not contain.

use super::extract::Way;
use super::found::FoundWay;
use super::ids::sort_and_dedup;
use super::{OsmNodeId, OsmWayId};
use crate::lonlat::PointE7;
use crate::remark::{Remark, RemarkCode};

/// Returns the roads and ferry lines in the order of their ids, and the sorted ids of all their
/// nodes.
///
/// `positions` must be in the order of the ids. O(n log n) for n nodes of roads.
pub(super) fn roads(
    ways: Vec<(i64, FoundWay)>,
    positions: &[(i64, PointE7)],
    remarks: &mut Vec<Remark>,
) -> (Vec<Way>, Vec<i64>) {
    let mut ways: Vec<_> = ways.into_iter().filter(|(_, way)| way.uses.road).collect();
    let before = ways.len();
    ways.retain(|(_, way)| way.refs.len() >= 2);
    if ways.len() < before {
        let count = before - ways.len();
        remarks.push(Remark::new(
            RemarkCode::ShortWays,
            format!("{count} roads were left out because the map gives them fewer than two nodes"),
        ));
    }

    let nodes = sorted(ways.iter().flat_map(|(_, way)| way.refs.iter().copied()).collect());
    let missing = missing(&nodes, positions);
    if missing.is_empty() {
        let whole = |(id, FoundWay { refs, tags, .. })| Way {
            id: OsmWayId(id),
            nodes: refs.into_iter().map(OsmNodeId).collect(),
            tags,
        };
        return (ways.into_iter().map(whole).collect(), nodes);
    }
    let (mut pieces, mut touched, mut lost) = (Vec::with_capacity(ways.len()), 0, 0);
    for (id, way) in &ways {
        let before = pieces.len();
        let is_missing = |node: &i64| missing.binary_search(node).is_ok();
        pieces.extend(way.refs.split(is_missing).filter(|piece| piece.len() >= 2).map(|piece| {
            Way {
                id: OsmWayId(*id),
                nodes: piece.iter().copied().map(OsmNodeId).collect(),
                tags: way.tags.clone(),
            }
        }));
        touched += usize::from(way.refs.iter().any(is_missing));
        lost += usize::from(pieces.len() == before);
    }
    remarks.push(Remark::new(
        RemarkCode::MissingNodes,
        format!(
            "{} nodes of roads have no position in this file (usual at the edge of an extract); \
             {touched} roads were cut at them, {lost} of these were left out completely",
            missing.len(),
        ),
    ));
    let nodes = sorted(pieces.iter().flat_map(|way| way.nodes.iter().map(|node| node.0)).collect());
    (pieces, nodes)
}

fn sorted(mut nodes: Vec<i64>) -> Vec<i64> {
    sort_and_dedup(&mut nodes);
    nodes
}

/// Returns the ids in `nodes` that have no position. Both lists must be sorted.
fn missing(nodes: &[i64], positions: &[(i64, PointE7)]) -> Vec<i64> {
    let mut known = positions.iter().map(|&(id, _)| id).peekable();
    let is_missing = |&node: &i64| {
        while known.next_if(|&id| id < node).is_some() {}
        known.peek() != Some(&node)
    };
    nodes.iter().copied().filter(is_missing).collect()
}
