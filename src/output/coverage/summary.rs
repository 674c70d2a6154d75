//! Writes `summary.json` of a coverage, with figures, inputs and remarks.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::WrittenCoverage;
use super::areas::{CountedFields, road_km};
use crate::insight::Balance;
use crate::networks::{file_name, fingerprint};
use crate::output::{ATTRIBUTION, WriteError};
use crate::remark::Remark;
use crate::units::thousandths;

#[derive(Serialize)]
struct Summary<'a> {
    program: &'static str,
    version: &'static str,
    attribution: &'static str,
    territory: &'a str,
    date: String,
    boundary: &'a str,
    #[serde(flatten)]
    counted: CountedFields,
    population_per_outlet: Option<f64>,
    road_km: f64,
    admin_areas: usize,
    settlements: usize,
    settlements_without_outlet: usize,
    h3_resolution: u8,
    cells: usize,
    neighbours: Vec<&'a str>,
    /// Best half-days for visiting white space, in the order of the layer `where_next`.
    where_next: Vec<Value>,
    /// Number of outlets that are close to the routes of the plan. `on_the_way_fits` counts the
    /// outlets among them for which the day has enough time.
    on_the_way: usize,
    on_the_way_fits: usize,
    balance: Option<&'a Balance>,
    adherence: Option<Value>,
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
    let coverage = written.coverage;
    let next = coverage.next.iter().map(|next| {
        let half_day = &next.half_day;
        json!({
            "name": &coverage.white_space[next.white_space].name,
            "rep": &territory.reps[half_day.beat.rep].name,
            "date": half_day.beat.date.to_string(),
            "visits": half_day.beat.stops.len(),
            "visits_inside": half_day.inside,
            "prize": half_day.beat.prize().points(),
            "worth_inside": thousandths(half_day.worth_inside),
            "hours": thousandths(f64::from(half_day.length().0) / 3600.0),
        })
    });
    let kept = coverage.adherence.as_ref();
    let summary = Summary {
        program: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        attribution: ATTRIBUTION,
        territory: &territory.name,
        date: map.date.to_string(),
        boundary: &map.outline.source,
        counted: CountedFields::new(whole),
        population_per_outlet: whole.population_per_outlet().map(thousandths),
        road_km: road_km(whole),
        admin_areas: map.areas.iter().filter(|area| area.is_shown).count(),
        settlements: map.settlements.len(),
        settlements_without_outlet: map.unserved().count(),
        h3_resolution: map.resolution,
        cells: map.cells.len(),
        neighbours: map.neighbours.iter().map(|(_, name)| &**name).collect(),
        where_next: next.collect(),
        on_the_way: coverage.on_the_way.len(),
        on_the_way_fits: coverage.on_the_way.iter().filter(|on| on.obstacle.is_none()).count(),
        balance: coverage.balance.as_ref(),
        adherence: kept.map(|kept| json!({ "all": &kept.all, "reps": &kept.reps })),
        inputs: inputs.collect::<Result<_, WriteError>>()?,
        remarks: &written.coverage.remarks,
    };
    let text = serde_json::to_string_pretty(&summary);
    Ok(text.expect("a summary is plain data") + "\n")
}
