//! Writes the layers `territory`, `admin_areas` and `coverage_cells`: areas with their figures.

use serde_json::{Value, json};

use super::WrittenCoverage;
use crate::coverage::{Figures, Nearness};
use crate::insight::Coverage;
use crate::output::layer::{Layer, feature, multi_polygon};
use crate::units::{Millis, rounded, thousandths};

/// Returns counts and shares, the fields of areas of all sizes.
pub(super) fn counted(figures: &Figures) -> Value {
    json!({
        "area_km2": km2(figures.area_m2),
        "population": figures.population,
        "outlets": figures.outlets,
        "customers": figures.customers,
        "white_space": figures.white_space(),
        "coverage": figures.coverage().map(thousandths),
        "visited_in_interval": figures.visited_in_interval,
        "reach": figures.reach().map(thousandths),
        "overdue": figures.overdue,
        "prize_waiting": figures.prize_waiting.points(),
    })
}

/// Joins the fields of JSON objects, in their order.
pub(super) fn joined<const N: usize>(parts: [Value; N]) -> Value {
    let fields = parts.into_iter().filter_map(|part| match part {
        Value::Object(fields) => Some(fields),
        _ => None,
    });
    Value::Object(fields.flatten().collect())
}

pub(super) fn road_km(figures: &Figures) -> f64 {
    thousandths(figures.road.0 as f64 / 1e6)
}

/// Returns the fields that areas and hexagons share.
fn shared(written: WrittenCoverage<'_>, figures: &Figures, nearness: &Nearness) -> Value {
    let more = json!({
        "population_per_outlet": figures.population_per_outlet().map(thousandths),
        "outlets_expected": figures.outlets_expected.map(thousandths),
        "travel_minutes_home": nearness.home.map(|(time, _)| minutes(time)),
        "nearest_home": nearest_home(written, nearness),
        "travel_minutes_served": nearness.served.map(minutes),
        "road_km": road_km(figures),
        "gap_score": thousandths(figures.gap_score(nearness)),
    });
    joined([counted(figures), more])
}

/// Returns a time in minutes with five decimals, which are exact to the millisecond.
pub(super) fn minutes(time: Millis) -> f64 {
    rounded(f64::from(time.0) / 60_000.0, 5)
}

pub(super) fn nearest_home<'a>(
    written: WrittenCoverage<'a>,
    nearness: &Nearness,
) -> Option<&'a str> {
    nearness.home.map(|(_, rep)| &*written.territory.reps[rep].name)
}

/// Returns an area in square kilometres, rounded to one square metre.
pub(super) fn km2(area_m2: f64) -> f64 {
    area_m2.round() / 1e6 + 0.0
}

pub(super) fn admin_areas(written: WrittenCoverage<'_>) -> Layer {
    let Coverage { map, .. } = written.coverage;
    let shown = map.areas.iter().filter(|area| area.is_shown);
    let features = shown.map(|area| {
        let source = if area.is_population_stated { "map" } else { "places in it" };
        let own = json!({
            "area_id": area.id,
            "name": area.name,
            "admin_level": area.admin_level,
            "population_source": area.figures.population.map(|_| source),
            "is_smallest": area.is_smallest,
        });
        let shared = shared(written, &area.figures, &area.nearness);
        feature(multi_polygon(&area.shape), &joined([own, shared]))
    });
    Layer { name: "admin_areas", features: features.collect() }
}

pub(super) fn cells(written: WrittenCoverage<'_>) -> Layer {
    let features = written.coverage.map.cells.iter().map(|cell| {
        let shared = shared(written, &cell.figures, &cell.nearness);
        let properties = joined([json!({ "cell_id": cell.id }), shared]);
        feature(multi_polygon(&cell.shape), &properties)
    });
    Layer { name: "coverage_cells", features: features.collect() }
}

pub(super) fn territory(written: WrittenCoverage<'_>) -> Layer {
    let map = &written.coverage.map;
    let head = json!({ "name": written.territory.name, "date": map.date });
    let tail = json!({ "road_km": road_km(&map.whole), "source": map.outline.source });
    let properties = joined([head, counted(&map.whole), tail]);
    let features = vec![feature(multi_polygon(&map.outline.shape), &properties)];
    Layer { name: "territory", features }
}
