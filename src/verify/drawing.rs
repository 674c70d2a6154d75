//! Largest distance of points from a line.

use rstar::primitives::Line;
use rstar::{PointDistance, RTree};

use crate::lonlat::{LonLat, Ruler};

/// Returns the point of `points` that is farthest from `line`, and its distance in metres.
///
/// Returns `None` if there are no points, or if the line has fewer than two. O(n log n).
pub(super) fn farthest(points: &[LonLat], line: &[LonLat]) -> Option<(LonLat, f64)> {
    let origin = *line.first()?;
    let ruler = Ruler::at(origin.lat);
    let metres =
        |p: LonLat| [(p.lon - origin.lon) * ruler.lon_m, (p.lat - origin.lat) * ruler.lat_m];
    let pieces = line.windows(2).map(|ends| Line::new(metres(ends[0]), metres(ends[1]))).collect();
    let pieces = RTree::bulk_load(pieces);
    let distance_2 = |p: LonLat| {
        let at = metres(p);
        Some((p, pieces.nearest_neighbor(at)?.distance_2(&at)))
    };
    let (at, distance_2) =
        points.iter().filter_map(|p| distance_2(*p)).max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    Some((at, distance_2.sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon: f64, lat: f64) -> LonLat {
        LonLat { lon, lat }
    }

    #[test]
    fn the_farthest_point_is_measured_to_the_nearest_part_of_the_line() {
        // North and back on the same road. On the equator 0.001 degrees of latitude are 110.6 m.
        let line = [at(0.0, 0.0), at(0.0, 0.001), at(0.0, 0.0)];
        let (point, metres) =
            farthest(&[at(0.0, 0.000_5), at(0.000_1, 0.000_5), at(0.0, 0.000_9)], &line).unwrap();
        assert_eq!(point, at(0.000_1, 0.000_5));
        assert!((metres - 11.13).abs() < 0.01, "{metres}");
        let (_, beyond) = farthest(&[at(0.0, 0.002)], &line).unwrap();
        assert!((beyond - 110.57).abs() < 0.01, "{beyond}");
        assert_eq!(farthest(&[], &line), None);
        assert_eq!(farthest(&line, &line[..1]), None);
    }
}
