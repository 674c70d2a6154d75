//! The command `beatplan prospects tier`, which computes tiers from revenue.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::bail;
use beatplan::output::{RankedProspect, TierReport};
use beatplan::policy::TierShares;
use beatplan::prospects::{List, ListOptions, ListSettings, ListedProspect, ReadOptions};
use beatplan::territory::Territory;
use beatplan::units::counted;
use clap::Args;
use comfy_table::Cell;

use super::super::Done;
use super::super::list_format::ListFormat;
use super::super::print::{Printer, write_file};
use super::super::table::{new_table, rest_line, right, tier_name};
use super::CHECK_LISTS_ALL;

/// Maximum number of changed tiers that are shown on the terminal.
const CHANGES_LISTED: usize = 20;

#[derive(Args)]
#[command(after_help = "Examples:\n  beatplan prospects tier customers.csv\n  \
                  beatplan prospects tier --territory north.toml -o tiers.csv\n\n\
                  Outlets are ranked by revenue: the first 50 % of the total revenue is tier A, the next 35 % tier B, the rest \
                  tier C. Outlets of equal revenue get the same tier; outlets without revenue get none.")]
pub(crate) struct TierArgs {
    /// Lists that have a column with revenue
    #[arg(
        value_name = "LIST",
        required_unless_present = "territory",
        conflicts_with = "territory"
    )]
    lists: Vec<PathBuf>,
    /// Territory file: reads its lists, and uses the tier shares of its policy
    #[arg(long, value_name = "TERRITORY.toml")]
    territory: Option<PathBuf>,
    /// File to write with all ranks; its extension selects CSV or GeoJSON
    #[arg(short, long, value_name = "FILE.csv|FILE.geojson")]
    output: Option<PathBuf>,
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
    let report = TierReport::new(&prospects, shares);
    if report.ranks.is_empty() {
        bail!(
            "none of the {} outlets has revenue above zero; add a column \"revenue\"",
            report.outlets
        );
    }
    if let (Some(path), Some(format)) = (&args.output, format) {
        let text = match format {
            ListFormat::Csv => report.csv()?,
            ListFormat::GeoJson => {
                let (text, missing) = report.geojson();
                if missing > 0 {
                    let missing = counted(
                        missing,
                        "outlet without coordinates is",
                        "outlets without coordinates are",
                    );
                    printer.note(&format!("note: {missing} not in the GeoJSON file"));
                }
                text
            }
        };
        write_file(path, |file| file.write_all(text.as_bytes()))?;
    }
    printer.report(&report, || text(&report))?;
    if let Some(path) = &args.output {
        printer.note(&format!("written: {}", path.display()));
    }
    Ok(if faults > 0 { Done::NeedsAPerson } else { Done::Well })
}

fn text(report: &TierReport) -> String {
    let mut table = new_table(["tier", "outlets", "revenue", "share"]);
    for sum in &report.tiers {
        table.add_row(vec![
            Cell::new(tier_name(Some(sum.tier))),
            right(sum.outlets.to_string()),
            right(format!("{:.2}", sum.revenue)),
            right(format!("{:.1} %", sum.share_percent)),
        ]);
    }
    let TierShares { a, b } = report.tier_share;
    let mut text = format!(
        "{} of {} outlets have revenue; A is the first {a} %, B the next {b} %\n{table}\n\n{}",
        report.with_revenue,
        report.outlets,
        plot(&report.ranks)
    );
    let new = report.ranks.iter().filter(|rank| rank.tier_given.is_none()).count();
    if new > 0 {
        let new = counted(new, "of them has", "of them have");
        let _ = writeln!(text, "{new} no tier in the list; a plan uses the tier by revenue");
    }
    let kept = report.tier_without_revenue;
    if kept > 0 {
        let kept =
            counted(kept, "outlet has no revenue and keeps", "outlets have no revenue and keep");
        let _ = writeln!(text, "{kept} the tier of the list");
    }
    let changes = &report.changes;
    if changes.is_empty() {
        return text + "All tiers in the list agree with the revenue\n";
    }
    let mut table = new_table(["id", "outlet", "from", "to", "revenue", "share"]);
    for rank in changes.iter().take(CHANGES_LISTED) {
        table.add_row(vec![
            Cell::new(&rank.id),
            Cell::new(&rank.name),
            Cell::new(tier_name(rank.tier_given)),
            Cell::new(tier_name(Some(rank.tier))),
            right(format!("{:.2}", rank.revenue)),
            right(format!("{:.1} %", rank.share_percent)),
        ]);
    }
    let count = changes.len();
    let _ = writeln!(
        text,
        "Tiers in the list that differ from the tier by revenue: {count} (a plan uses the tier of the list)\n{table}"
    );
    text += &rest_line(count, CHANGES_LISTED, ": -o writes them");
    text
}

/// Draws the cumulative revenue for each tenth of the outlets. The outlets are in falling order of
/// revenue.
fn plot(ranked: &[RankedProspect]) -> String {
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
