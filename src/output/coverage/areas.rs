//! Writes the layers `territory`, `admin_areas` and `coverage_cells`: areas with their figures.

use serde::Serialize;

use super::WrittenCoverage;
use crate::coverage::{Figures, Nearness};
use crate::insight::Coverage;
use crate::output::layer::{Layer, feature, multi_polygon};
use crate::units::{Millis, rounded, thousandths};

/// Counts and shares that areas of all sizes have.
#[derive(Serialize)]
pub(super) struct CountedFields {
    area_km2: f64,
    population: Option<u64>,
    outlets: u32,
    customers: u32,
    white_space: u32,
    coverage: Option<f64>,
    visited_in_interval: u32,
    reach: Option<f64>,
    overdue: u32,
    prize_waiting: f64,
}

impl CountedFields {
    pub(super) fn new(figures: &Figures) -> Self {
        Self {
            area_km2: km2(figures.area_m2),
            population: figures.population,
            outlets: figures.outlets,
            customers: figures.customers,
            white_space: figures.white_space(),
            coverage: figures.coverage().map(thousandths),
            visited_in_interval: figures.visited_in_interval,
            reach: figures.reach().map(thousandths),
            overdue: figures.overdue,
            prize_waiting: figures.prize_waiting.points(),
        }
    }
}

pub(super) fn road_km(figures: &Figures) -> f64 {
    thousandths(figures.road.0 as f64 / 1e6)
}

/// Fields that both administrative areas and hexagons have.
#[derive(Serialize)]
pub(super) struct FigureFields<'a> {
    #[serde(flatten)]
    counted: CountedFields,
    population_per_outlet: Option<f64>,
    outlets_expected: Option<f64>,
    travel_minutes_home: Option<f64>,
    nearest_home: Option<&'a str>,
    travel_minutes_served: Option<f64>,
    road_km: f64,
    gap_score: f64,
}

impl<'a> FigureFields<'a> {
    pub(super) fn new(
        written: WrittenCoverage<'a>,
        figures: &Figures,
        nearness: &Nearness,
    ) -> Self {
        Self {
            counted: CountedFields::new(figures),
            population_per_outlet: figures.population_per_outlet().map(thousandths),
            outlets_expected: figures.outlets_expected.map(thousandths),
            travel_minutes_home: nearness.home.map(|(time, _)| minutes(time)),
            nearest_home: nearest_home(written, nearness),
            travel_minutes_served: nearness.served.map(minutes),
            road_km: road_km(figures),
            gap_score: thousandths(figures.gap_score(nearness)),
        }
    }
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

#[derive(Serialize)]
struct AreaProperties<'a> {
    area_id: &'a str,
    name: &'a str,
    admin_level: u8,
    population_source: Option<&'static str>,
    is_smallest: bool,
    #[serde(flatten)]
    figures: FigureFields<'a>,
}

pub(super) fn admin_areas(written: WrittenCoverage<'_>) -> Layer {
    let Coverage { map, .. } = written.coverage;
    let shown = map.areas.iter().filter(|area| area.is_shown);
    let features = shown.map(|area| {
        let source = if area.is_population_stated { "map" } else { "places in it" };
        let properties = AreaProperties {
            area_id: &area.id,
            name: &area.name,
            admin_level: area.admin_level,
            population_source: area.figures.population.map(|_| source),
            is_smallest: area.is_smallest,
            figures: FigureFields::new(written, &area.figures, &area.nearness),
        };
        feature(multi_polygon(&area.shape), &properties)
    });
    Layer { name: "admin_areas", features: features.collect() }
}

#[derive(Serialize)]
struct CellProperties<'a> {
    cell_id: &'a str,
    #[serde(flatten)]
    figures: FigureFields<'a>,
}

pub(super) fn cells(written: WrittenCoverage<'_>) -> Layer {
    let features = written.coverage.map.cells.iter().map(|cell| {
        let figures = FigureFields::new(written, &cell.figures, &cell.nearness);
        feature(multi_polygon(&cell.shape), &CellProperties { cell_id: &cell.id, figures })
    });
    Layer { name: "coverage_cells", features: features.collect() }
}

#[derive(Serialize)]
struct TerritoryProperties<'a> {
    name: &'a str,
    date: String,
    #[serde(flatten)]
    counted: CountedFields,
    road_km: f64,
    source: &'a str,
}

pub(super) fn territory(written: WrittenCoverage<'_>) -> Layer {
    let map = &written.coverage.map;
    let properties = TerritoryProperties {
        name: &written.territory.name,
        date: map.date.to_string(),
        counted: CountedFields::new(&map.whole),
        road_km: road_km(&map.whole),
        source: &map.outline.source,
    };
    Layer {
        name: "territory",
        features: vec![feature(multi_polygon(&map.outline.shape), &properties)],
    }
}
