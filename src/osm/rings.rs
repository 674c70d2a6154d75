//! Joins the ways of a boundary or multipolygon into an area.
//!
//! Takes the ways as lists of node ids. Returns a `MultiPolygon`, or `None` if a ring is not
//! closed. A ring is a hole if it lies inside an odd number of other rings. The roles of the ways
//! are not used for this, because they are often missing or wrong. They are used only where rings
//! touch, to select the next way.

use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::{Area, BoundingRect, Coord, LineString, MultiPolygon, Polygon, Rect};
use rustc_hash::FxHashMap;

#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    /// Nodes of the way in order, at least two.
    pub(super) nodes: &'a [i64],
    /// True if the role of the way is `inner`.
    pub(super) inner: bool,
}

/// Returns the area that `pieces` enclose; `None` if a ring is not closed or a node has no
/// position.
///
/// Joining the pieces takes O(n). Finding the holes among r rings takes O(r² + r·n) at worst. It
/// usually takes much less, because only rings with overlapping bounding boxes are compared.
pub(super) fn area(
    pieces: &[Piece],
    position: impl Fn(i64) -> Option<Coord>,
) -> Option<MultiPolygon> {
    let mut rings = Vec::new();
    for ring in join(pieces)? {
        let coords = ring.iter().map(|&node| position(node)).collect::<Option<Vec<_>>>()?;
        rings.extend(Ring::new(coords));
    }
    (!rings.is_empty()).then(|| nest(rings))
}

/// Joins pieces end to end into rings of nodes; the first node of a ring is also its last. Returns
/// `None` if the end of a piece stays open.
///
/// Walks from piece to piece. When the walk returns to a node, the nodes since the first visit of
/// this node become a ring. Therefore, rings that touch at a node are separate rings.
fn join(pieces: &[Piece]) -> Option<Vec<Vec<i64>>> {
    let mut rings = Vec::new();
    let mut at_end: FxHashMap<i64, Vec<usize>> = FxHashMap::default();
    let ends = |piece: &Piece| Some((*piece.nodes.first()?, *piece.nodes.last()?));
    for (i, piece) in pieces.iter().enumerate() {
        let (first, last) = ends(piece)?;
        if first == last {
            rings.push(piece.nodes.to_vec());
        } else {
            at_end.entry(first).or_default().push(i);
            at_end.entry(last).or_default().push(i);
        }
    }
    // A walk can always continue if, at each node, the number of pieces that end there is even;
    // only then.
    if pieces.iter().filter_map(ends).any(|(first, last)| {
        let odd = |node| at_end.get(&node).is_some_and(|pieces| pieces.len() % 2 == 1);
        odd(first) || odd(last)
    }) {
        return None;
    }

    let mut used = vec![false; pieces.len()];
    for start in 0..pieces.len() {
        let (first, last) = ends(&pieces[start])?;
        if used[start] || first == last {
            continue;
        }
        // Nodes between the pieces, each with its index in `path`.
        let mut path = vec![first];
        let mut joints = vec![(first, 0)];
        let mut next = Some(start);
        while let Some(i) = next {
            used[i] = true;
            let here = joints.last().map_or(first, |&(node, _)| node);
            extend(&mut path, pieces[i].nodes, here);
            let end = path.last().copied().unwrap_or(here);
            if let Some(loop_start) = joints.iter().position(|&(node, _)| node == end) {
                let at = joints[loop_start].1;
                rings.push(path[at..].to_vec());
                path.truncate(at + 1);
                joints.truncate(loop_start + 1);
            } else {
                joints.push((end, path.len() - 1));
            }
            let open = at_end.get(&end).map_or(&[][..], Vec::as_slice).iter().copied();
            let mut open = open.filter(|&j| !used[j]);
            let same_role = open.clone().find(|&j| pieces[j].inner == pieces[i].inner);
            next = same_role.or_else(|| open.next());
            // The walk is back at its start. A new walk takes the remaining pieces.
            if joints.len() == 1 {
                next = None;
            }
        }
    }
    Some(rings)
}

/// Adds `nodes` at the end of `path`, in the direction that starts at `here`, the last node of
/// `path`. Does not add `here` again.
fn extend(path: &mut Vec<i64>, nodes: &[i64], here: i64) {
    if nodes.first() == Some(&here) {
        path.extend(&nodes[1..]);
    } else {
        path.extend(nodes.iter().rev().skip(1));
    }
}

/// A closed ring with its bounding box and its area in square degrees.
struct Ring {
    polygon: Polygon,
    bounds: Rect,
    area: f64,
}

impl Ring {
    /// Returns a ring; `None` if it encloses nothing.
    fn new(coords: Vec<Coord>) -> Option<Self> {
        if coords.len() < 4 {
            return None;
        }
        let polygon = Polygon::new(LineString::new(coords), Vec::new());
        let area = polygon.unsigned_area();
        let bounds = polygon.bounding_rect()?;
        (area > 0.0).then_some(Self { polygon, bounds, area })
    }

    fn contains(&self, other: &Self) -> bool {
        let (a, b) = (self.bounds, other.bounds);
        let boxes_fit = a.min().x <= b.min().x
            && a.min().y <= b.min().y
            && a.max().x >= b.max().x
            && a.max().y >= b.max().y;
        // Rings may touch and must not cross, so the first vertex that is not on this ring decides.
        boxes_fit
            && other
                .polygon
                .exterior()
                .coords()
                .map(|at| self.polygon.coordinate_position(at))
                .find(|&position| position != CoordPos::OnBoundary)
                == Some(CoordPos::Inside)
    }
}

/// Makes a ring a hole if an odd number of other rings contains it. It is a hole of the smallest of
/// these rings.
fn nest(mut rings: Vec<Ring>) -> MultiPolygon {
    rings.sort_by(|a, b| b.area.total_cmp(&a.area));
    // For each ring: the number of rings that contain it, and the index of its polygon.
    let mut depths: Vec<usize> = Vec::with_capacity(rings.len());
    let mut places: Vec<usize> = Vec::with_capacity(rings.len());
    let mut polygons: Vec<Polygon> = Vec::new();
    for (i, ring) in rings.iter().enumerate() {
        let around = (0..i).rev().find(|&j| rings[j].contains(ring));
        let depth = around.map_or(0, |j| depths[j] + 1);
        depths.push(depth);
        match around {
            Some(j) if depth % 2 == 1 => {
                polygons[places[j]].interiors_push(ring.polygon.exterior().clone());
                places.push(places[j]);
            }
            _ => {
                places.push(polygons.len());
                polygons.push(ring.polygon.clone());
            }
        }
    }
    MultiPolygon::new(polygons)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nodes on a grid: node `10·x + y` lies at (x, y).
    fn on_grid(node: i64) -> Option<Coord> {
        (node < 100).then_some(Coord { x: (node / 10) as f64, y: (node % 10) as f64 })
    }

    fn outer(nodes: &[i64]) -> Piece<'_> {
        Piece { nodes, inner: false }
    }

    fn inner(nodes: &[i64]) -> Piece<'_> {
        Piece { nodes, inner: true }
    }

    #[test]
    fn joins_pieces_of_any_direction() {
        let area = area(&[outer(&[0, 4, 44]), outer(&[0, 40]), outer(&[40, 44])], on_grid)
            .expect("the ring closes");
        assert_eq!(area.0.len(), 1);
        assert_eq!(area.unsigned_area(), 16.0);
    }

    #[test]
    fn an_open_end_or_an_unknown_node_makes_no_area() {
        assert!(area(&[outer(&[0, 4, 44]), outer(&[0, 40])], on_grid).is_none());
        assert!(area(&[outer(&[0, 4, 444, 0])], on_grid).is_none());
        assert!(area(&[], on_grid).is_none());
    }

    #[test]
    fn an_island_in_a_lake_in_an_island_is_nested_by_geometry_not_by_role() {
        // 9 x 9 island, 5 x 5 lake in it, 1 x 1 island in the lake, all with the role `outer`.
        let area = area(
            &[
                outer(&[33, 34, 44, 43, 33]),
                outer(&[0, 9, 99, 90, 0]),
                outer(&[22, 27, 77, 72, 22]),
            ],
            on_grid,
        )
        .expect("all rings close");
        assert_eq!(area.0.len(), 2);
        assert_eq!(area.unsigned_area(), 81.0 - 25.0 + 1.0);
    }

    #[test]
    fn rings_that_touch_at_a_node_are_separate() {
        //   22 +---+
        //      | A |
        //   +--+11-+      two squares that share node 11, each in two pieces
        //   |B |
        //   0--+
        let area = area(
            &[outer(&[0, 1, 11]), outer(&[11, 12, 22]), outer(&[22, 21, 11]), outer(&[11, 10, 0])],
            on_grid,
        )
        .expect("both rings close");
        assert_eq!(area.0.len(), 2);
        assert_eq!(area.unsigned_area(), 2.0);
    }

    #[test]
    fn a_hole_that_touches_its_outer_ring_at_two_nodes_is_a_hole() {
        // The square 0..40 whose left side (0,0)–(0,4) the hole touches at (0,1) and (0,3).
        let area = area(
            &[
                outer(&[1, 0, 40, 44, 4, 3]),
                outer(&[3, 1]),
                inner(&[1, 11, 13, 3]),
                inner(&[3, 2, 1]),
            ],
            on_grid,
        )
        .expect("both rings close");
        assert_eq!(area.unsigned_area(), 16.0 - 2.0);
    }
}
