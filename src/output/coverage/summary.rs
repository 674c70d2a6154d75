//! Writes `summary.json` of a coverage, with figures, inputs and remarks.

use std::collections::BTreeMap;

use serde_json::json;

use super::WrittenCoverage;
use super::areas::{counted, joined, road_km};
use crate::networks::{file_name, fingerprint};
use crate::output::{ATTRIBUTION, WriteError};
use crate::units::thousandths;

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
    let head = json!({
        "program": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "attribution": ATTRIBUTION,
        "territory": territory.name,
        "date": map.date,
        "boundary": map.outline.source,
    });
    let tail = json!({
        "population_per_outlet": whole.population_per_outlet().map(thousandths),
        "road_km": road_km(whole),
        "admin_areas": map.areas.iter().filter(|area| area.is_shown).count(),
        "settlements": map.settlements.len(),
        "settlements_without_outlet": map.unserved().count(),
        "h3_resolution": map.resolution,
        "cells": map.cells.len(),
        "neighbours": map.neighbours.iter().map(|(_, name)| name).collect::<Vec<_>>(),
        // In the order of the layer `where_next`.
        "where_next": next.collect::<Vec<_>>(),
        "on_the_way": coverage.on_the_way.len(),
        "on_the_way_fits": coverage.on_the_way.iter().filter(|on| on.obstacle.is_none()).count(),
        "balance": coverage.balance,
        "adherence": kept.map(|kept| json!({ "all": &kept.all, "reps": &kept.reps })),
        "real_hours": coverage.real_hours,
        "inputs": inputs.collect::<Result<BTreeMap<String, String>, WriteError>>()?,
        "remarks": coverage.remarks,
    });
    let text = serde_json::to_string_pretty(&joined([head, counted(whole), tail]));
    Ok(text.expect("a summary is plain data") + "\n")
}
