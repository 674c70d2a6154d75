//! Writes the layers `homes` (homes of the reps) and `search_here` (settlements without a known
//! outlet).

use serde_json::json;

use super::WrittenCoverage;
use super::areas::{minutes, nearest_home};
use crate::output::layer::{Layer, feature, point};
use crate::units::thousandths;

pub(super) fn homes(written: WrittenCoverage<'_>) -> Layer {
    let features = written.territory.reps.iter().map(|rep| {
        let shift = format!("{}-{}", rep.shift.start, rep.shift.end);
        feature(point(rep.home), &json!({ "rep": &rep.name, "mode": &rep.mode, "shift": shift }))
    });
    Layer { name: "homes", features: features.collect() }
}

pub(super) fn search_here(written: WrittenCoverage<'_>) -> Layer {
    let coverage = written.coverage;
    let features = coverage.map.unserved().enumerate().map(|(at, place)| {
        let properties = json!({
            "rank": at + 1,
            "place_id": &place.id,
            "name": &place.name,
            "place": place.place,
            "population": place.figures.population,
            "outlets_expected": place.figures.outlets_expected.map(thousandths),
            "travel_minutes_home": place.nearness.home.map(|(time, _)| minutes(time)),
            "nearest_home": nearest_home(written, &place.nearness),
            "nearest_outlet": place.nearest_outlet.map(|(id, _)| &*coverage.prospects[id].name),
            "nearest_outlet_km": place.nearest_outlet.map(|(_, m)| thousandths(m / 1000.0)),
            "gap_score": thousandths(place.figures.gap_score(&place.nearness)),
        });
        feature(point(place.at), &properties)
    });
    Layer { name: "search_here", features: features.collect() }
}
