//! `beatplan prospects tier`: computes tiers from revenue.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::bail;
use beatplan::call_plan::{RevenueRank, revenue_ranks};
use beatplan::lonlat::LonLat;
use beatplan::policy::TierShares;
use beatplan::prospects::{List, ListOptions, ListSettings, ListedProspect, ReadOptions, Tier};
use beatplan::territory::Territory;
use clap::Args;
use comfy_table::Cell;
use geojson::{Feature, GeometryValue};
use serde::Serialize;
use serde_json::json;

use super::super::Done;
use super::super::feature::{feature, rounded};
use super::super::list_format::ListFormat;
use super::super::print::{Printer, write_file};
use super::super::table::{new_table, right, tier_name};
use super::CHECK_LISTS_ALL;

/// Maximum number of changed tiers on the terminal.
const CHANGES_LISTED: usize = 20;

#[derive(Args)]
#[command(after_help = "Examples:\n  beatplan prospects tier customers.csv\n  \
                  beatplan prospects tier --territory north.toml -o tiers.csv\n\n\
                  Outlets are ranked by revenue: the first 50 % of the total revenue is tier A, the next 35 % tier B, the rest \
                  tier C. Outlets of equal revenue get the same tier; outlets without revenue get none.")]
pub(crate) struct TierArgs {
    /// Lists with a column for revenue
    #[arg(
        value_name = "LIST",
        required_unless_present = "territory",
        conflicts_with = "territory"
    )]
    lists: Vec<PathBuf>,
    /// Territory file: reads its lists, and uses the tier shares of its policy
    #[arg(long, value_name = "TERRITORY.toml")]
    territory: Option<PathBuf>,
    /// Write all ranks to this file; its extension selects CSV or GeoJSON
    #[arg(short, long, value_name = "FILE.csv|FILE.geojson")]
    output: Option<PathBuf>,
}

/// An outlet ranked by revenue.
#[derive(Serialize)]
struct Ranked {
    rank: usize,
    id: String,
    name: String,
    revenue: f64,
    share_percent: f64,
    cumulative_percent: f64,
    tier: Tier,
    tier_given: Option<Tier>,
    lon: Option<f64>,
    lat: Option<f64>,
}

pub(crate) fn run(args: &TierArgs, printer: &Printer) -> anyhow::Result<Done> {
    let format = args.output.as_deref().map(ListFormat::of).transpose()?;
    let territory = args.territory.as_deref().map(Territory::read).transpose()?;
    let shares = territory.as_ref().map_or_else(TierShares::default, |t| t.policy.tier_share);
    let lists: Vec<(PathBuf, ListSettings)> = match &territory {
        Some(territory) => {
            territory.prospects.iter().map(|own| (own.file.clone(), own.settings.clone())).collect()
        }
        None => args.lists.iter().map(|file| (file.clone(), ListSettings::default())).collect(),
    };
    let mut prospects: Vec<ListedProspect> = Vec::new();
    let mut faults = 0;
    for (file, settings) in &lists {
        let mut list = List::read(file, &ListOptions::of(settings))?;
        printer.remarks(&list.remarks, CHECK_LISTS_ALL);
        let mut found = std::mem::take(&mut list.faults);
        for row in list.rows() {
            match row.prospect(&ReadOptions::of(settings)) {
                Ok(prospect) => prospects.push(prospect),
                Err(mut own) => found.append(&mut own),
            }
        }
        faults += found.len();
        let found: Vec<String> =
            found.iter().map(|fault| format!("left out: {}, {fault}", list.file)).collect();
        printer.notes(&found, CHECK_LISTS_ALL);
    }
    let ranks = revenue_ranks(&prospects, shares);
    if ranks.is_empty() {
        bail!(
            "none of the {} outlets has revenue above zero; the column \"revenue\" is needed for tiers",
            prospects.len()
        );
    }
    let total: f64 = ranks.iter().map(|rank| rank.revenue).sum();
    let ranked: Vec<Ranked> = ranks.iter().map(|rank| of(rank, &prospects, total)).collect();
    if let (Some(path), Some(format)) = (&args.output, format) {
        let text = written(&ranked, format, printer)?;
        write_file(path, |file| file.write_all(text.as_bytes()))?;
    }
    if printer.json {
        printer.result(&json_text(&ranked, &prospects, shares)?)?;
    } else {
        printer.table(&text(&ranked, &prospects, shares))?;
    }
    if let Some(path) = &args.output {
        printer.note(&format!("written: {}", path.display()));
    }
    Ok(if faults > 0 { Done::NeedsAPerson } else { Done::Well })
}

fn of(rank: &RevenueRank, prospects: &[ListedProspect], total: f64) -> Ranked {
    let prospect = &prospects[rank.prospect];
    Ranked {
        rank: rank.rank,
        id: prospect.id.clone(),
        name: prospect.name.clone(),
        revenue: rank.revenue,
        share_percent: rounded(rank.revenue / total * 100.0, 3),
        cumulative_percent: rounded(rank.cumulative_percent, 3),
        tier: rank.tier,
        tier_given: prospect.tier,
        lon: prospect.at.map(|at| rounded(at.lon, 6)),
        lat: prospect.at.map(|at| rounded(at.lat, 6)),
    }
}

/// Number and revenue of the outlets of a tier.
#[derive(Serialize)]
struct TierSum {
    tier: Tier,
    outlets: usize,
    revenue: f64,
    share_percent: f64,
}

fn sums(ranked: &[Ranked]) -> Vec<TierSum> {
    let total: f64 = ranked.iter().map(|row| row.revenue).sum();
    let sum = |tier| {
        let own = || ranked.iter().filter(|row| row.tier == tier);
        let revenue: f64 = own().map(|row| row.revenue).sum();
        TierSum {
            tier,
            outlets: own().count(),
            revenue: rounded(revenue, 2),
            share_percent: rounded(revenue / total * 100.0, 1),
        }
    };
    [Tier::A, Tier::B, Tier::C].map(sum).into()
}

fn changes(ranked: &[Ranked]) -> Vec<&Ranked> {
    ranked.iter().filter(|row| row.tier_given.is_some_and(|given| given != row.tier)).collect()
}

/// Counts outlets with a tier and without revenue.
fn without_revenue(prospects: &[ListedProspect]) -> usize {
    let earns =
        |prospect: &ListedProspect| prospect.revenue.is_some_and(|revenue| revenue >= 0.005);
    prospects.iter().filter(|prospect| prospect.tier.is_some() && !earns(prospect)).count()
}

fn text(ranked: &[Ranked], prospects: &[ListedProspect], shares: TierShares) -> String {
    let mut table = new_table(["tier", "outlets", "revenue", "share"]);
    for sum in sums(ranked) {
        table.add_row(vec![
            Cell::new(tier_name(Some(sum.tier))),
            right(sum.outlets.to_string()),
            right(format!("{:.2}", sum.revenue)),
            right(format!("{:.1} %", sum.share_percent)),
        ]);
    }
    let TierShares { a, b } = shares;
    let mut text = format!(
        "{} of {} outlets have revenue; A is the first {a} %, B the next {b} %\n{table}\n\n{}",
        ranked.len(),
        prospects.len(),
        plot(ranked)
    );
    let changes = changes(ranked);
    let new = ranked.iter().filter(|row| row.tier_given.is_none()).count();
    if new > 0 {
        let _ = writeln!(
            text,
            "{new} of them have no tier in the list; a plan uses the tier by revenue"
        );
    }
    let kept = without_revenue(prospects);
    if kept > 0 {
        let _ = writeln!(text, "{kept} outlets have no revenue and keep the tier of the list");
    }
    if changes.is_empty() {
        return text + "All tiers in the list agree with the revenue\n";
    }
    let mut table = new_table(["id", "outlet", "from", "to", "revenue", "share"]);
    for row in changes.iter().take(CHANGES_LISTED) {
        table.add_row(vec![
            Cell::new(&row.id),
            Cell::new(&row.name),
            Cell::new(tier_name(row.tier_given)),
            Cell::new(tier_name(Some(row.tier))),
            right(format!("{:.2}", row.revenue)),
            right(format!("{:.1} %", row.share_percent)),
        ]);
    }
    let _ = writeln!(
        text,
        "Tiers in the list that differ from the tier by revenue: {} (a plan uses the tier of the list)\n{table}",
        changes.len()
    );
    if changes.len() > CHANGES_LISTED {
        let _ = writeln!(text, "… and {} more: -o writes them", changes.len() - CHANGES_LISTED);
    }
    text
}

/// Plots the cumulative revenue for each tenth of the outlets, highest revenue first.
fn plot(ranked: &[Ranked]) -> String {
    const WIDTH: f64 = 50.0;
    let mut text = String::new();
    let mut before = 0;
    for tenth in 1..=10 {
        let upto = (ranked.len() * tenth).div_ceil(10);
        if upto == before {
            continue;
        }
        before = upto;
        let row = &ranked[upto - 1];
        let bar = "█".repeat((row.cumulative_percent / 100.0 * WIDTH).round() as usize);
        let _ = writeln!(
            text,
            "first {upto:>5} {bar:<50} {:>5.1} % {}",
            row.cumulative_percent,
            tier_name(Some(row.tier))
        );
    }
    text + "\n"
}

fn written(ranked: &[Ranked], format: ListFormat, printer: &Printer) -> anyhow::Result<String> {
    match format {
        ListFormat::Csv => {
            let mut writer = csv::Writer::from_writer(Vec::new());
            ranked.iter().try_for_each(|row| writer.serialize(row))?;
            Ok(String::from_utf8(writer.into_inner()?)?)
        }
        ListFormat::GeoJson => {
            let placed = |row: &Ranked| {
                let at = LonLat { lon: row.lon?, lat: row.lat? };
                let geometry = GeometryValue::Point { coordinates: vec![at.lon, at.lat].into() };
                Some(feature(geometry, &serde_json::to_value(row).ok()?))
            };
            let features: Vec<Feature> = ranked.iter().filter_map(placed).collect();
            let missing = ranked.len() - features.len();
            if missing > 0 {
                printer.note(&format!(
                    "note: {missing} outlets without coordinates are not in the GeoJSON file"
                ));
            }
            let lines: Vec<String> = features.iter().map(ToString::to_string).collect();
            Ok(format!(
                "{{\"type\":\"FeatureCollection\",\"name\":\"tiers\",\"features\":[\n{}\n]}}\n",
                lines.join(",\n")
            ))
        }
    }
}

fn json_text(
    ranked: &[Ranked],
    prospects: &[ListedProspect],
    shares: TierShares,
) -> anyhow::Result<String> {
    let value = json!({
        "outlets": prospects.len(),
        "with_revenue": ranked.len(),
        "tier_share": shares,
        "tiers": sums(ranked),
        "ranks": ranked,
        "changes": changes(ranked),
        "tier_without_revenue": without_revenue(prospects),
    });
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}
