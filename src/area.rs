//! Computes the size of an area on the WGS-84 ellipsoid.

use geo::{Coord, LineString, MultiPolygon};

use crate::lonlat::Ruler;

/// Returns the size of `area` in square metres, without its holes. `area` is in degrees; x is the
/// longitude.
///
/// The direction of the rings does not matter. Edges are straight lines in degrees. An area that
/// crosses the antimeridian must be divided there before the call.
pub fn area_m2(area: &MultiPolygon<f64>) -> f64 {
    let polygon = |polygon: &geo::Polygon<f64>| {
        let holes: f64 = polygon.interiors().iter().map(|hole| ring_m2(hole).abs()).sum();
        ring_m2(polygon.exterior()).abs() - holes
    };
    area.iter().map(polygon).sum()
}

/// Returns the signed size of a ring in square metres by Green's theorem, ∮ x dy. It is positive
/// for a counterclockwise ring. Simpson's rule integrates along each edge.
fn ring_m2(ring: &LineString<f64>) -> f64 {
    let Some(Coord { x: west, .. }) = ring.0.first().copied() else { return 0.0 };
    let strip = |line: geo::Line<f64>| {
        let at = |share: f64| {
            let ruler = Ruler::at(line.start.y + share * (line.end.y - line.start.y));
            let x = line.start.x + share * (line.end.x - line.start.x) - west;
            x * ruler.lon_m * ruler.lat_m
        };
        (at(0.0) + 4.0 * at(0.5) + at(1.0)) / 6.0 * (line.end.y - line.start.y)
    };
    ring.lines().map(strip).sum()
}

#[cfg(test)]
mod tests {
    use geo::{GeodesicArea, polygon};

    use super::*;

    #[test]
    fn an_area_is_as_large_as_on_the_ellipsoid_for_both_ring_directions() {
        let with_hole = polygon!(
            exterior: [(x: 14.1, y: 35.8), (x: 14.1, y: 36.1), (x: 14.5, y: 36.1), (x: 14.6, y: 35.8)],
            interiors: [[(x: 14.2, y: 35.9), (x: 14.3, y: 35.9), (x: 14.3, y: 36.0)]],
        );
        for polygon in [with_hole.clone(), reversed(&with_hole)] {
            let expected = polygon.geodesic_area_signed().abs();
            let found = area_m2(&MultiPolygon::new(vec![polygon]));
            assert!((found / expected - 1.0).abs() < 2e-4, "{found} {expected}");
        }
    }

    fn reversed(polygon: &geo::Polygon<f64>) -> geo::Polygon<f64> {
        let turned =
            |ring: &LineString<f64>| LineString::new(ring.0.iter().rev().copied().collect());
        geo::Polygon::new(
            turned(polygon.exterior()),
            polygon.interiors().iter().map(turned).collect(),
        )
    }
}
