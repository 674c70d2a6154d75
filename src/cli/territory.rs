//! The command `beatplan territory`, which describes a territory in figures.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use beatplan::coverage::{AreaCoverage, CoverageMap};
use beatplan::insight::{Coverage, CoverageOptions};
use beatplan::networks::NetworkCache;
use beatplan::prospects::{Prospect, Status, name_of};
use beatplan::territory::Territory;
use beatplan::units::grouped;
use clap::Args;
use comfy_table::Cell;
use serde_json::{Value, json};

use super::Done;
use super::coverage::{SurveyInput, figures_in_words, from_home, survey};
use super::print::Printer;
use super::table::{in_words, new_table, rest_line, right};

/// Maximum number of townships, and of settlements, that are shown on the terminal without `--all`.
const LISTED: usize = 20;

/// End of the line that states the number of rows that are not shown.
const SEE_ALL: &str = "; --all lists them";

#[derive(Args)]
#[command(
    after_help = "Examples:\n  beatplan territory north.toml\n  beatplan territory north.toml --json > north.json\n\n\
                  The territory file names the source of the boundary; see docs/coverage.md."
)]
pub(crate) struct TerritoryArgs {
    /// Territory file, which names the map, lists, reps, policy and boundary
    #[arg(value_name = "TERRITORY.toml")]
    territory: PathBuf,
    /// Day for which the figures are computed: a date, today or tomorrow
    #[arg(long, default_value = "today", value_name = "2026-11-25|today")]
    date: String,
    /// Show all townships and settlements, not only the first ones
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(
    args: &TerritoryArgs,
    cache: &NetworkCache,
    printer: &Printer,
) -> anyhow::Result<Done> {
    let options = CoverageOptions::default();
    let input = SurveyInput { file: &args.territory, date: &args.date, plan: None, options };
    let (territory, coverage) = survey(input, cache, printer)?;
    printer.remarks(&coverage.remarks, "--json lists all");
    let listed = if args.all { usize::MAX } else { LISTED };
    printer.report(&profile(&territory, &coverage), || text(&territory, &coverage, listed))?;
    Ok(Done::Well)
}

/// Returns the areas that contain no other area. The area with the most people comes first.
fn townships(map: &CoverageMap) -> Vec<&AreaCoverage> {
    let mut all: Vec<&AreaCoverage> =
        map.areas.iter().filter(|area| area.is_smallest && area.is_shown).collect();
    all.sort_by(|a, b| {
        b.figures
            .population
            .cmp(&a.figures.population)
            .then_with(|| (&a.name, &a.id).cmp(&(&b.name, &b.id)))
    });
    all
}

fn text(territory: &Territory, coverage: &Coverage, listed: usize) -> String {
    let map = &coverage.map;
    let mut text = format!(
        "{}: {}\nBoundary: {}\n",
        territory.name,
        figures_in_words(&map.whole),
        map.outline.source
    );
    let _ = writeln!(text, "Roads: {:.0} km", map.whole.road.0 as f64 / 1e6);
    for (what, counts) in counts(coverage) {
        let counts: Vec<String> =
            counts.iter().map(|(name, count)| format!("{count} {}", in_words(name))).collect();
        let _ = writeln!(text, "{what}: {}", counts.join(", "));
    }
    if !map.neighbours.is_empty() {
        let names: Vec<&str> = map.neighbours.iter().map(|(_, name)| &**name).collect();
        let _ = writeln!(text, "Neighbours: {}", names.join(", "));
    }
    let townships = townships(map);
    if !townships.is_empty() {
        let mut table =
            new_table(["area", "km²", "people", "outlets", "customers", "roads", "from home"]);
        for area in townships.iter().take(listed) {
            let figures = &area.figures;
            table.add_row(vec![
                Cell::new(&area.name),
                right(format!("{:.1}", figures.area_m2 / 1e6)),
                right(figures.population.map_or("?".to_owned(), grouped)),
                right(figures.outlets.to_string()),
                right(figures.customers.to_string()),
                right(format!("{:.0} km", figures.road.0 as f64 / 1e6)),
                right(from_home(territory, area.nearness.home)),
            ]);
        }
        let _ = write!(
            text,
            "\nAreas: {}\n{table}\n{}",
            townships.len(),
            rest_line(townships.len(), listed, SEE_ALL)
        );
    }
    if !map.settlements.is_empty() {
        let mut table = new_table(["settlement", "", "people", "outlets", "from home"]);
        for place in map.settlements.iter().take(listed) {
            table.add_row(vec![
                Cell::new(&place.name),
                Cell::new(in_words(place.place)),
                right(place.figures.population.map_or("?".to_owned(), grouped)),
                right(place.figures.outlets.to_string()),
                right(from_home(territory, place.nearness.home)),
            ]);
        }
        let count = map.settlements.len();
        let _ =
            write!(text, "\nSettlements: {count}\n{table}\n{}", rest_line(count, listed, SEE_ALL));
    }
    text
}

/// Counts the outlets in the territory: open outlets by type, tier and stage, and all outlets by
/// status.
fn counts(coverage: &Coverage) -> [(&'static str, BTreeMap<String, usize>); 4] {
    let all = || coverage.prospects.iter().zip(&coverage.map.places);
    let inside = || all().filter(|(_, place)| place.is_inside).map(|(prospect, _)| prospect);
    let trading = || inside().filter(|prospect| prospect.status == Status::Open);
    let count = |names: &mut dyn Iterator<Item = String>| {
        let mut counts = BTreeMap::new();
        names.for_each(|name| *counts.entry(name).or_insert(0) += 1);
        counts
    };
    let tier = |prospect: &Prospect| prospect.tier.map_or("without tier".to_owned(), name_of);
    [
        ("Types", count(&mut trading().map(|prospect| name_of(prospect.outlet_type)))),
        ("Tiers", count(&mut trading().map(tier))),
        ("Stages", count(&mut trading().map(|prospect| name_of(prospect.stage)))),
        ("Status", count(&mut inside().map(|prospect| name_of(prospect.status)))),
    ]
}

fn profile(territory: &Territory, coverage: &Coverage) -> Value {
    let map = &coverage.map;
    let whole = &map.whole;
    let home = |nearness: &beatplan::coverage::Nearness| {
        let (time, rep) = nearness.home.unzip();
        (time.map(|time| time.seconds() / 60.0), rep.map(|rep| &*territory.reps[rep].name))
    };
    let areas = townships(map).into_iter().map(|area| {
        let (minutes, rep) = home(&area.nearness);
        json!({
            "area_id": area.id, "name": area.name, "admin_level": area.admin_level,
            "area_km2": area.figures.area_m2 / 1e6, "population": area.figures.population,
            "outlets": area.figures.outlets, "customers": area.figures.customers,
            "road_km": area.figures.road.0 as f64 / 1e6, "travel_minutes_home": minutes, "nearest_home": rep,
        })
    });
    let settlements = map.settlements.iter().map(|place| {
        let (minutes, rep) = home(&place.nearness);
        json!({
            "place_id": place.id, "name": place.name, "place": place.place, "population": place.figures.population,
            "outlets": place.figures.outlets, "travel_minutes_home": minutes, "nearest_home": rep,
        })
    });
    let [types, tiers, stages, statuses] = counts(coverage).map(|(_, counts)| counts);
    json!({
        "territory": territory.name, "date": map.date, "boundary": map.outline.source,
        "area_km2": whole.area_m2 / 1e6, "population": whole.population, "road_km": whole.road.0 as f64 / 1e6,
        "outlets": whole.outlets, "customers": whole.customers,
        "outlet_types": types, "tiers": tiers, "stages": stages, "statuses": statuses,
        "neighbours": map.neighbours.iter().map(|(level, name)| json!({"admin_level": level, "name": name})).collect::<Vec<_>>(),
        "areas": areas.collect::<Vec<_>>(), "settlements": settlements.collect::<Vec<_>>(),
        "remarks": coverage.remarks,
    })
}
