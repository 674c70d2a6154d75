//! The areas within certain travel times of a place, as polygons around the roads that are reached.
//!
//! Every road that is reached is widened and all are united, on a raster: to unite hundreds of thousands of overlapping
//! strips as polygons takes many seconds (Malta, 113,000 segments: 9 s with `geo`'s `Buffer`), to paint and outline them a
//! fraction of one. The raster also makes nesting exact: all areas are outlined between the same samples, so none of a
//! shorter time sticks out of that of a longer one, not even by a rounding error.

mod outline;
mod raster;

use geo::MultiPolygon;

use self::outline::outlines;
use self::raster::{Frame, Raster};
use super::reach::{Reach, Span};
use crate::area::area_m2;
use crate::units::{Millimetres, Millis};

/// By default an area takes in what is so near to a road that is reached.
pub const WIDTH_M: f64 = 100.0;

/// Samples for the width of a road, to each side.
const SAMPLES_PER_WIDTH: f64 = 4.0;

/// A hole that is smaller holds nothing one would want to go to: it is the inside of a large block, or a field.
const HOLE_MIN_M2: f64 = 100_000.0;

/// The area within a travel time of a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Isochrone {
    /// The travel time.
    pub limit: Millis,
    /// The area, in degrees: no polygon touches another along a line; outer rings counterclockwise, holes clockwise.
    /// Positions have six decimals.
    pub area: MultiPolygon<f64>,
    /// Its size on the ellipsoid.
    pub area_m2: f64,
    /// Length of the roads that are reached, each counted once, ferries not at all.
    pub road_length: Millimetres,
}

impl Reach<'_> {
    /// The areas within `limits`, shortest first, each inside the next.
    ///
    /// An area is all that is at most `width_m` (some 20 to 1000) from a road reached in time, to about an eighth of
    /// that; ferries do not count. Holes of less than ten hectares are filled. Areas of hundreds of kilometres are drawn
    /// with wider roads, so that their raster stays within 16 million samples.
    ///
    /// O(roads reached · samples each + samples · limits) time.
    pub fn isochrones(&self, limits: &[Millis], width_m: f64) -> Vec<Isochrone> {
        let mut limits = limits.to_vec();
        limits.sort_unstable();
        limits.dedup();
        let Some(longest) = limits.last() else { return Vec::new() };
        let roads = |limit| self.spans(limit).filter(|span| !self.is_ferry(span));
        let frame = Frame::around(
            roads(*longest).flat_map(|span| self.line(&span)),
            width_m,
            width_m / SAMPLES_PER_WIDTH,
        );
        let mut raster = Raster::new(frame);
        let mut painted: Vec<Span> = Vec::new();
        let mut isochrones = Vec::with_capacity(limits.len());
        for limit in limits {
            let spans: Vec<Span> = roads(limit).collect();
            for span in &spans {
                if painted.binary_search_by_key(&span.key(), Span::key).is_err() {
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
