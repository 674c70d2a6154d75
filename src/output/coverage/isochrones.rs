//! `isochrones`: areas within certain times from each home, the longest time first so that shorter
//! ones are drawn on top.

use serde::Serialize;

use super::WrittenCoverage;
use super::areas::km2;
use crate::output::layer::{Layer, feature, multi_polygon};
use crate::units::thousandths;

#[derive(Serialize)]
struct IsochroneProperties<'a> {
    rep: &'a str,
    mode: &'a str,
    minutes: u32,
    area_km2: f64,
    road_km: f64,
}

pub(super) fn isochrones(written: WrittenCoverage<'_>) -> Layer {
    let reps = written.territory.reps.iter().zip(&written.coverage.isochrones);
    let mut features = Vec::new();
    for (rep, isochrones) in reps {
        // A home without a road that its rep may use reaches no area.
        features.extend(
            isochrones.iter().rev().filter(|isochrone| !isochrone.area.0.is_empty()).map(
                |isochrone| {
                    let properties = IsochroneProperties {
                        rep: &rep.name,
                        mode: &rep.mode,
                        minutes: isochrone.limit.0 / 60_000,
                        area_km2: km2(isochrone.area_m2),
                        road_km: thousandths(isochrone.road_length.0 as f64 / 1e6),
                    };
                    feature(multi_polygon(&isochrone.area), &properties)
                },
            ),
        );
    }
    Layer { name: "isochrones", features }
}
