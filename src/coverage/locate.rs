//! Finds the areas that contain a place.

use geo::{LineString, MultiPolygon};
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, RTree};

use crate::lonlat::LonLat;

/// An R-tree with the edges of all areas. A ray from a place to the east crosses the edges of an
/// area an odd number of times if the area contains the place.
pub(super) struct Locator {
    edges: RTree<GeomWithData<Line<[f64; 2]>, u32>>,
}

impl Locator {
    /// Indexes `areas`. The number of an area is its position in this order. O(n log n) for n
    /// corners.
    pub(super) fn new<'a>(areas: impl Iterator<Item = &'a MultiPolygon>) -> Self {
        let mut edges = Vec::new();
        for (area, number) in areas.zip(0..) {
            for polygon in area {
                for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                    let lines = LineString::lines(ring);
                    edges.extend(lines.map(|line| {
                        let ends =
                            Line::new([line.start.x, line.start.y], [line.end.x, line.end.y]);
                        GeomWithData::new(ends, number)
                    }));
                }
            }
        }
        Self { edges: RTree::bulk_load(edges) }
    }

    /// Returns the numbers of the areas that contain `at`, in rising order. O(log n + number of
    /// edges to the east of `at`).
    pub(super) fn containing(&self, at: LonLat) -> Vec<u32> {
        let ray = AABB::from_corners([at.lon, at.lat], [180.0, at.lat]);
        let mut crossed: Vec<u32> = self
            .edges
            .locate_in_envelope_intersecting(ray)
            .filter(|edge| {
                let (a, b) = (edge.geom().from, edge.geom().to);
                let passes = (a[1] > at.lat) != (b[1] > at.lat);
                passes && a[0] + (at.lat - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) > at.lon
            })
            .map(|edge| edge.data)
            .collect();
        crossed.sort_unstable();
        crossed
            .chunk_by(|a, b| a == b)
            .filter(|runs| runs.len() % 2 == 1)
            .map(|runs| runs[0])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use geo::{Contains, polygon};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(crate::testing::cases(256))]
        #[test]
        fn a_place_lies_where_the_polygons_say(lon in -1.0..5.0, lat in -1.0..5.0) {
            //  a 4 x 4 square with a hole, a triangle over its edge, and an island in the hole
            let areas: Vec<MultiPolygon> = vec![
                polygon!(
                    exterior: [(x: 0., y: 0.), (x: 4., y: 0.), (x: 4., y: 4.), (x: 0., y: 4.)],
                    interiors: [[(x: 1., y: 1.), (x: 3., y: 1.), (x: 3., y: 3.), (x: 1., y: 3.)]],
                ).into(),
                polygon![(x: 3.5, y: 0.5), (x: 4.9, y: 2.1), (x: 3.2, y: 3.7)].into(),
                polygon![(x: 1.5, y: 1.5), (x: 2.5, y: 1.7), (x: 2.0, y: 2.6)].into(),
            ];
            let expected: Vec<u32> = (0..3)
                .filter(|at| areas[*at as usize].contains(&geo::point!(x: lon, y: lat)))
                .collect();
            prop_assert_eq!(Locator::new(areas.iter()).containing(LonLat { lon, lat }), expected);
        }
    }
}
