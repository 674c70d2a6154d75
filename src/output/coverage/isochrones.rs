//! Writes the layer `isochrones`, with the areas that can be reached from each home within given
//! times. The area of the longest time comes first, so that areas of shorter times are drawn on
//! top.

use serde_json::json;

use super::WrittenCoverage;
use super::areas::km2;
use crate::output::layer::{Layer, feature, multi_polygon};
use crate::units::thousandths;

pub(super) fn isochrones(written: WrittenCoverage<'_>) -> Layer {
    let reps = written.territory.reps.iter().zip(&written.coverage.isochrones);
    let all = reps.flat_map(|(rep, own)| own.iter().rev().map(move |isochrone| (rep, isochrone)));
    // A home reaches no area if it has no road that its rep may use.
    let drawn = all.filter(|(_, isochrone)| !isochrone.area.0.is_empty());
    let features = drawn.map(|(rep, isochrone)| {
        let properties = json!({
            "rep": &rep.name,
            "mode": &rep.mode,
            "minutes": isochrone.limit.0 / 60_000,
            "area_km2": km2(isochrone.area_m2),
            "road_km": thousandths(isochrone.road_length.0 as f64 / 1e6),
        });
        feature(multi_polygon(&isochrone.area), &properties)
    });
    Layer { name: "isochrones", features: features.collect() }
}
