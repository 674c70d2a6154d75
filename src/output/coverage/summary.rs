//! `summary.json` of a coverage: the figures, what they were made from, and what a person should know.

use std::collections::BTreeMap;

use serde::Serialize;

use super::WrittenCoverage;
use super::areas::km2;
use crate::output::layer::thousandths;
use crate::output::{ATTRIBUTION, WriteError};
use crate::pipeline::{file_name, fingerprint};
use crate::remark::Remark;

#[derive(Serialize)]
struct Summary<'a> {
    program: &'static str,
    version: &'static str,
    attribution: &'static str,
    territory: &'a str,
    date: String,
    boundary: &'a str,
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
    population_per_outlet: Option<f64>,
    road_km: f64,
    admin_areas: usize,
    settlements: usize,
    settlements_without_outlet: usize,
    h3_resolution: u8,
    cells: usize,
    neighbours: Vec<&'a str>,
    inputs: BTreeMap<String, String>,
    remarks: &'a [Remark],
}

pub(super) fn render(written: WrittenCoverage<'_>) -> Result<String, WriteError> {
    let (territory, map) = (written.territory, &written.coverage.map);
    let whole = &map.whole;
    let lists = territory.prospects.iter().map(|list| &*list.file);
    let files =
        [Some(&*territory.osm), territory.geocode_osm.as_deref(), territory.visits.as_deref()];
    let files = files.into_iter().flatten().chain(lists).filter(|path| path.exists());
    let inputs = files.map(|path| Ok((file_name(path), fingerprint(path)?)));
    let summary = Summary {
        program: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        attribution: ATTRIBUTION,
        territory: &territory.name,
        date: map.date.to_string(),
        boundary: &map.outline.source,
        area_km2: km2(whole.area_m2),
        population: whole.population,
        outlets: whole.outlets,
        customers: whole.customers,
        white_space: whole.white_space(),
        coverage: whole.coverage().map(thousandths),
        visited_in_interval: whole.visited_in_interval,
        reach: whole.reach().map(thousandths),
        overdue: whole.overdue,
        prize_waiting: whole.prize_waiting.points(),
        population_per_outlet: whole.population_per_outlet().map(thousandths),
        road_km: thousandths(whole.road.0 as f64 / 1e6),
        admin_areas: map.areas.iter().filter(|area| area.is_shown).count(),
        settlements: map.settlements.len(),
        settlements_without_outlet: map.unserved().count(),
        h3_resolution: map.resolution,
        cells: map.cells.len(),
        neighbours: map.neighbours.iter().map(|(_, name)| &**name).collect(),
        inputs: inputs.collect::<Result<_, WriteError>>()?,
        remarks: &written.coverage.remarks,
    };
    let text = serde_json::to_string_pretty(&summary);
    Ok(text.expect("a summary is plain data") + "\n")
}
