//! Divides a territory into hexagons of the same size.

use geo::{BooleanOps, BoundingRect, MultiPolygon, Rect};
use h3o::geom::{ContainmentMode, TilerBuilder};
use h3o::{CellIndex, LatLng};

use crate::area::area_m2;
use crate::lonlat::LonLat;

/// Maximum number of hexagons in a territory if the user does not choose their size.
const CELLS_MAX: f64 = 2_000.0;

/// H3 resolution of hexagons: 0 for 4.4 million km² each, to 15 for 1 m² each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellResolution(pub(super) h3o::Resolution);

impl CellResolution {
    /// Returns the resolution `number`; `None` above 15.
    pub fn new(number: u8) -> Option<Self> {
        h3o::Resolution::try_from(number).ok().map(Self)
    }
}

/// Returns the finest resolution at which an area of `area_m2` square metres has no more than about
/// two thousand hexagons. A hexagon is never larger than 250 km² or smaller than 0.1 km², which is
/// one or two blocks of a town.
pub(super) fn resolution_for(area_m2: f64) -> h3o::Resolution {
    let mut resolutions = h3o::Resolution::range(h3o::Resolution::Five, h3o::Resolution::Nine);
    let fits = |resolution: &h3o::Resolution| area_m2 / 1e6 / resolution.area_km2() <= CELLS_MAX;
    resolutions.rfind(fits).unwrap_or(h3o::Resolution::Five)
}

/// Returns the hexagon that contains `at`.
pub(super) fn cell_of(at: LonLat, resolution: h3o::Resolution) -> Option<CellIndex> {
    Some(LatLng::new(at.lat, at.lon).ok()?.to_cell(resolution))
}

/// Returns the middle of a hexagon.
pub(super) fn centre(cell: CellIndex) -> LonLat {
    let centre = LatLng::from(cell);
    LonLat { lon: centre.lng(), lat: centre.lat() }
}

/// Returns the hexagons that `area` touches, in the order of their numbers, each with its part
/// inside `area`.
pub(super) fn cells(
    area: &MultiPolygon,
    resolution: h3o::Resolution,
) -> Vec<(CellIndex, MultiPolygon)> {
    let mut tiler = TilerBuilder::new(resolution).containment_mode(ContainmentMode::Covers).build();
    if tiler.add_batch(area.iter().cloned()).is_err() {
        return Vec::new();
    }
    let hexagon = |cell: CellIndex| -> MultiPolygon {
        let corners: Vec<(f64, f64)> =
            cell.boundary().iter().map(|corner| (corner.lng(), corner.lat())).collect();
        geo::Polygon::new(corners.into(), Vec::new()).into()
    };
    let covering: Vec<_> = tiler.into_annotated_coverage().collect();
    let (whole, cut): (Vec<_>, Vec<_>) =
        covering.into_iter().partition(|cell| cell.is_fully_contained);
    let mut cells: Vec<(CellIndex, MultiPolygon)> =
        whole.into_iter().map(|cell| (cell.cell, hexagon(cell.cell))).collect();
    let mut cut: Vec<(CellIndex, MultiPolygon)> =
        cut.into_iter().map(|cell| (cell.cell, hexagon(cell.cell))).collect();
    cut.sort_by_key(|(cell, _)| *cell);
    cells.extend(clipped(area, cut));
    // A hexagon that only touches the edge of the area has no part inside.
    cells.retain(|(_, part)| area_m2(part) >= 1.0);
    cells.sort_by_key(|(cell, _)| *cell);
    cells
}

/// Returns the parts of `cells` inside `area`. Divides both in halves until few cells are left,
/// because the time to cut an area grows with the number of its corners.
fn clipped(
    area: &MultiPolygon,
    mut cells: Vec<(CellIndex, MultiPolygon)>,
) -> Vec<(CellIndex, MultiPolygon)> {
    const FEW: usize = 8;
    if cells.len() <= FEW {
        return cells
            .into_iter()
            .map(|(cell, hexagon)| (cell, hexagon.intersection(area)))
            .collect();
    }
    let bounds = bounds(&cells);
    if bounds.width() > bounds.height() {
        cells.sort_by(|(a, _), (b, _)| centre(*a).lon.total_cmp(&centre(*b).lon));
    } else {
        cells.sort_by(|(a, _), (b, _)| centre(*a).lat.total_cmp(&centre(*b).lat));
    }
    let second = cells.split_off(cells.len() / 2);
    let half = |cells: Vec<_>| {
        let near: MultiPolygon = self::bounds(&cells).to_polygon().into();
        clipped(&area.intersection(&near), cells)
    };
    let (mut first, second) = rayon::join(|| half(cells), || half(second));
    first.extend(second);
    first
}

fn bounds(cells: &[(CellIndex, MultiPolygon)]) -> Rect {
    let boxes = cells.iter().filter_map(|(_, hexagon)| hexagon.bounding_rect());
    let around = |a: Rect, b: Rect| {
        Rect::new(
            (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
            (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
        )
    };
    boxes.reduce(around).unwrap_or(Rect::new((0.0, 0.0), (0.0, 0.0)))
}

#[cfg(test)]
mod tests {
    use geo::polygon;

    use super::*;

    #[test]
    fn the_parts_of_all_hexagons_make_up_the_area() {
        let area: MultiPolygon = polygon!(
            exterior: [(x: 14.30, y: 35.85), (x: 14.55, y: 35.82), (x: 14.57, y: 35.93), (x: 14.36, y: 36.01)],
            interiors: [[(x: 14.40, y: 35.88), (x: 14.47, y: 35.87), (x: 14.44, y: 35.92)]],
        )
        .into();
        let resolution = resolution_for(area_m2(&area));
        assert_eq!(resolution, h3o::Resolution::Eight);
        let cells = cells(&area, resolution);
        let sum: f64 = cells.iter().map(|(_, part)| area_m2(part)).sum();
        assert!((sum / area_m2(&area) - 1.0).abs() < 1e-6, "{sum} {}", area_m2(&area));
        assert!(cells.windows(2).all(|pair| pair[0].0 < pair[1].0), "each once, in order");
        let inside = LonLat { lon: 14.37, lat: 35.95 };
        assert!(cells.iter().any(|(cell, _)| Some(*cell) == cell_of(inside, resolution)));
    }

    #[test]
    fn a_larger_area_has_larger_hexagons() {
        assert_eq!(resolution_for(2e6), h3o::Resolution::Nine);
        assert_eq!(resolution_for(2e9), h3o::Resolution::Seven);
        assert_eq!(resolution_for(1e12), h3o::Resolution::Five);
    }
}
