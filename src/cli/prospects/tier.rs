//! `beatplan prospects tier`: who brings how much, and what that would change.

use std::fmt::Write;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context, bail};
use beatplan::call_plan::{RevenueRank, revenue_ranks};
use beatplan::lonlat::LonLat;
use beatplan::policy::TierShares;
use beatplan::prospects::{List, ListOptions, ListSettings, ListedProspect, ReadOptions, Tier};
use beatplan::territory::Territory;
use beatplan::whole_file::write_whole;
use clap::Args;
use comfy_table::{Cell, CellAlignment};
use geojson::{Feature, GeometryValue};
use serde::Serialize;
use serde_json::json;

use super::super::Done;
use super::super::feature::{feature, rounded};
use super::super::form::Form;
use super::super::print::Printer;
use super::super::table::{new_table, tier_name};

/// So many changes are listed on the terminal.
const CHANGES_LISTED: usize = 20;

#[derive(Args)]
#[command(after_help = "Examples:\n  beatplan prospects tier customers.csv\n  \
                  beatplan prospects tier --territory north.toml -o tiers.csv\n\n\
                  Tier A are those who collect the first 50 % of the revenue, B the next 35 %, C the rest; equal revenues earn \
                  equal tiers, revenue of zero earns none.")]
pub(crate) struct TierArgs {
    /// Lists with a column for revenue
    #[arg(
        value_name = "LIST",
        required_unless_present = "territory",
        conflicts_with = "territory"
    )]
    lists: Vec<PathBuf>,
    /// The territory file, for its lists and the shares of its policy
    #[arg(long, value_name = "TERRITORY.toml")]
    territory: Option<PathBuf>,
    /// Write all ranks there, as CSV or GeoJSON by the end of the name
    #[arg(short, long, value_name = "FILE.csv|FILE.geojson")]
    output: Option<PathBuf>,
}

/// One outlet on the curve.
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
    let form = args.output.as_deref().map(Form::of).transpose()?;
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
        printer.remarks(&list.remarks);
        let mut found = std::mem::take(&mut list.faults);
        for row in list.rows() {
            match row.prospect(&ReadOptions::of(settings)) {
                Ok(prospect) => prospects.push(prospect),
                Err(mut own) => found.append(&mut own),
            }
        }
        faults += found.len();
        for fault in &found {
            printer.note(&format!("left out: {}, {fault}", list.file));
        }
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
    if let (Some(path), Some(form)) = (&args.output, form) {
        let text = written(&ranked, form, printer)?;
        write_whole(path, |file| file.write_all(text.as_bytes()))
            .with_context(|| format!("{}: cannot be written", path.display()))?;
    }
    if printer.json() {
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

/// Outlets and revenue of a tier.
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

/// Outlets with a tier but without revenue.
fn without_revenue(prospects: &[ListedProspect]) -> usize {
    let earns =
        |prospect: &ListedProspect| prospect.revenue.is_some_and(|revenue| revenue >= 0.005);
    prospects.iter().filter(|prospect| prospect.tier.is_some() && !earns(prospect)).count()
}

fn text(ranked: &[Ranked], prospects: &[ListedProspect], shares: TierShares) -> String {
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
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
        let _ = writeln!(text, "{new} of them have no tier in the list and get the one they earn");
    }
    let kept = without_revenue(prospects);
    if kept > 0 {
        let _ =
            writeln!(text, "{kept} outlets have a tier in the list but no revenue, and keep it");
    }
    if changes.is_empty() {
        return text + "All tiers given in the list are those that the revenue earns\n";
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
        "By revenue {} would change (a plan keeps the tier of the list):\n{table}",
        changes.len()
    );
    if changes.len() > CHANGES_LISTED {
        let _ = writeln!(text, "… and {} more: -o writes them", changes.len() - CHANGES_LISTED);
    }
    text
}

/// The curve: for each tenth of the outlets, best first, what all up to there have collected.
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

fn written(ranked: &[Ranked], form: Form, printer: &Printer) -> anyhow::Result<String> {
    match form {
        Form::Csv => {
            let mut writer = csv::Writer::from_writer(Vec::new());
            ranked.iter().try_for_each(|row| writer.serialize(row))?;
            Ok(String::from_utf8(writer.into_inner()?)?)
        }
        Form::GeoJson => {
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
