//! Isochrones: areas within travel times of a place, as polygons around the reached roads.
//!
//! Reached roads are painted with a width on a raster, and the raster is outlined. This takes a
//! fraction of a second; the union of hundreds of thousands of strips as polygons takes many
//! seconds (Malta, 113,000 segments: 9 s with `Buffer` of `geo`). All areas have outlines between
//! the same samples, so that the area of a shorter time is exactly inside that of a longer one.

mod outline;
mod raster;

use geo::MultiPolygon;

use self::outline::outlines;
use self::raster::{Grid, Raster};
use super::reach::{Reach, ReachedSpan};
use crate::area::area_m2;
use crate::units::{Millimetres, Millis};

/// Default distance from reached roads, in metres, that an area includes.
pub const ISOCHRONE_WIDTH_M: f64 = 100.0;

/// Number of samples between a road and the edge of its strip.
const SAMPLES_PER_WIDTH: f64 = 4.0;

/// Minimum size of a hole in m²; a smaller one, such as a field or a block, is filled.
const HOLE_MIN_M2: f64 = 100_000.0;

/// The area within a travel time of a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Isochrone {
    /// The travel time.
    pub limit: Millis,
    /// The area in degrees. No two polygons share a line; outer rings are counterclockwise, holes
    /// clockwise; positions have six decimals.
    pub area: MultiPolygon<f64>,
    /// Its size on the ellipsoid in m².
    pub area_m2: f64,
    /// Length of the reached roads, each counted once, without ferries.
    pub road_length: Millimetres,
}

impl Reach<'_> {
    /// Returns the areas within `limits`, shortest first, each inside the next.
    ///
    /// An area includes everything within `width_m` (20 to 1000, see [`ISOCHRONE_WIDTH_M`]) of a
    /// reached road, exact to about an eighth of `width_m`, without ferries. Holes below ten
    /// hectares are filled. Areas of hundreds of kilometres get a larger width, to limit the raster
    /// to 16 million samples. O(reached roads · samples per road + samples · limits).
    pub fn isochrones(&self, limits: &[Millis], width_m: f64) -> Vec<Isochrone> {
        let mut limits = limits.to_vec();
        limits.sort_unstable();
        limits.dedup();
        let Some(longest) = limits.last() else { return Vec::new() };
        let roads = |limit| self.spans(limit).filter(|span| !self.is_ferry(span));
        let grid = Grid::around(
            roads(*longest).flat_map(|span| self.line(&span)),
            width_m,
            width_m / SAMPLES_PER_WIDTH,
        );
        let mut raster = Raster::new(grid);
        let mut painted: Vec<ReachedSpan> = Vec::new();
        let mut isochrones = Vec::with_capacity(limits.len());
        for limit in limits {
            let spans: Vec<ReachedSpan> = roads(limit).collect();
            for span in &spans {
                if painted.binary_search_by_key(&span.key(), ReachedSpan::key).is_err() {
                    for pair in self.line(span).windows(2) {
                        raster.paint(pair[0], pair[1]);
                    }
                }
            }
            painted = spans;
            raster.fill_holes(HOLE_MIN_M2);
            let area = outlines(&raster);
            let road_length = Millimetres(painted.iter().map(|span| span.length().0).sum());
            isochrones.push(Isochrone { limit, area_m2: area_m2(&area), area, road_length });
        }
        isochrones
    }
}
