//! `beatplan learn`: learns times from the visit log.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use beatplan::learn::{self, Estimate, Evidence, HoursFigures, Learning, Quantity, RealHours};
use beatplan::networks::{NetworkCache, networks};
use beatplan::territory::{Territory, load_prospects};
use clap::Args;
use comfy_table::Cell;
use serde_json::json;

use super::Done;
use super::parse::dates;
use super::print::{Printer, write_file};
use super::table::{new_table, rest_line, right};

/// Maximum number of outlets on the terminal, without `--all`.
const OUTLETS_LISTED: usize = 10;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  beatplan learn north.toml\n  beatplan learn north.toml --out learned.toml\n\n\
                  The log needs the columns arrived_at and left_at; `beatplan visit log --arrived 10:05 --left 10:25` fills them.\n\
                  A plan uses the times only if the territory file says learned = \"learned.toml\"."
)]
pub(crate) struct LearnArgs {
    /// Territory file: map, lists, reps, visit log
    #[arg(value_name = "TERRITORY.toml")]
    territory: PathBuf,
    /// Write the times to this file [default: only show them]
    #[arg(long, value_name = "learned.toml")]
    out: Option<PathBuf>,
    /// Last day of the log that counts: a date or today
    #[arg(long, default_value = "today", value_name = "2026-11-25|today")]
    date: String,
    /// List all outlets on the terminal, not only the first
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(
    args: &LearnArgs,
    cache: &NetworkCache,
    printer: &Printer,
) -> anyhow::Result<Done> {
    let territory = Territory::read_unlearned(&args.territory)?;
    let as_of = dates(&args.date, 1, &territory.timezone, jiff::Timestamp::now())?[0];
    let Some(file) = &territory.visits else {
        bail!(
            "the territory \"{}\" has no log; add one to its file: [visits] file = \"visits.csv\"",
            territory.name
        );
    };
    let log = territory.read_log(as_of)?;
    let log = log.with_context(|| format!("{} does not exist yet", file.display()))?;
    let bars = printer.bars();
    let without_log = Territory { visits: None, ..territory.clone() };
    let lists = load_prospects(&without_log, as_of, &bars)?;
    let days = learn::days(&log.visits, as_of);
    let networks =
        if days.is_empty() { None } else { Some(networks(&territory, &days, cache, &bars)?) };
    let learning =
        learn::learn(&territory, &lists.prospects, &log.visits, networks.as_ref(), as_of);
    printer.remarks(&log.remarks, "--json lists all");
    if let Some(path) = &args.out {
        write_file(path, |file| file.write_all(learning.file_text().as_bytes()))?;
    }
    let mut report = serde_json::to_value(&learning)?;
    report["remarks"] = json!(log.remarks);
    report["written"] = json!(args.out);
    let listed = if args.all { usize::MAX } else { OUTLETS_LISTED };
    printer.report(&report, || text(&learning, file, listed))?;
    if let Some(path) = &args.out {
        printer.note(&format!("written: {}", path.display()));
    }
    Ok(Done::Well)
}

fn text(learning: &Learning, file: &Path, outlets_listed: usize) -> String {
    let mut text = format!(
        "{} up to {}: {} visits and {} drives with times to learn from\n",
        file.display(),
        learning.as_of,
        learning.visits,
        learning.drives
    );
    for (why, count) in &learning.not_used {
        let _ = writeln!(text, "left out: {count} {}", why.text());
    }
    text.push('\n');
    let (outlets, others): (Vec<&Estimate>, Vec<&Estimate>) = learning
        .estimates
        .iter()
        .partition(|estimate| estimate.quantity == Quantity::OutletVisitMinutes);
    if learning.estimates.is_empty() {
        return text + "Too few times for any estimate; nothing is learned\n";
    }
    if !others.is_empty() {
        let _ = writeln!(text, "{}\n", table(&others));
    }
    let (kept, not_kept): (Vec<&Estimate>, Vec<&Estimate>) =
        outlets.into_iter().partition(|estimate| estimate.is_kept);
    if !kept.is_empty() {
        let mut kept = kept;
        let gain = |estimate: &Estimate| {
            let Evidence { observations, error_before, error_after } = estimate.evidence;
            observations as f64 * (error_before - error_after)
        };
        kept.sort_by(|a, b| gain(b).total_cmp(&gain(a)));
        let shown: Vec<&Estimate> = kept.iter().copied().take(outlets_listed).collect();
        let _ =
            writeln!(text, "Outlets with minutes of their own: {}\n{}", kept.len(), table(&shown));
        text += &rest_line(kept.len(), outlets_listed, "; --all lists them");
    }
    if !not_kept.is_empty() {
        let _ = writeln!(
            text,
            "{} more outlets have visits enough, but minutes of their own do not reduce the error; not kept",
            not_kept.len()
        );
    }
    let _ = writeln!(
        text,
        "\nMean error on days left out: visits {}, drives {}",
        change(&learning.visit_error),
        change(&learning.drive_error)
    );
    if !learning.has_learned() {
        text.push_str("No estimate reduces the error; nothing is learned\n");
    }
    text
}

fn table(estimates: &[&Estimate]) -> String {
    let mut table = new_table(["what", "of", "now", "learned", "seen", "mean error", "kept"]);
    for estimate in estimates {
        let Estimate { quantity, of, name, stated, learned, evidence, is_kept } = estimate;
        let name = name.as_ref().map_or_else(|| of.clone(), |name| format!("{of} {name}"));
        table.add_row(vec![
            Cell::new(words(*quantity)),
            Cell::new(name),
            right(stated.to_string()),
            right(learned.to_string()),
            right(evidence.observations.to_string()),
            right(change(evidence)),
            Cell::new(if *is_kept { "yes" } else { "no" }),
        ]);
    }
    table.to_string()
}

fn words(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::VisitMinutes | Quantity::OutletVisitMinutes => "minutes of a visit",
        Quantity::VisitMinutesShare => "share of visit minutes",
        Quantity::ParkMinutes => "minutes to park",
        Quantity::TravelTimeShare | Quantity::RepTravelTimeShare => "share of travel time",
    }
}

/// `5.1 → 3.9 min (−24 %)`
fn change(evidence: &Evidence) -> String {
    if evidence.observations == 0 {
        return "unknown".to_owned();
    }
    let percent = -evidence.reduction_percent();
    let sign = if percent < 0.0 { "−" } else { "+" };
    format!(
        "{:.1} → {:.1} min ({sign}{:.0} %)",
        evidence.error_before,
        evidence.error_after,
        percent.abs()
    )
}

/// Returns planned and real hours by rep.
pub(super) fn real_hours(hours: &RealHours) -> String {
    let header =
        ["rep", "visits", "planned min", "real min", "drives", "min each", "late at the door"];
    let mut table = new_table(header);
    let total = hours.reps.len() != 1;
    for own in hours.reps.iter().chain(Some(&hours.all).filter(|_| total)) {
        let HoursFigures { rep, visits, planned_minutes, real_minutes, drives, .. } = own;
        let each = |sum: f64, count: usize| match count {
            0 => "–".to_owned(),
            _ => format!("{:.1}", sum / count as f64),
        };
        let late = own.late_minutes.map_or("–".to_owned(), |late| format!("{late:.0} min"));
        table.add_row(vec![
            Cell::new(rep.as_deref().unwrap_or("all")),
            right(visits.to_string()),
            right(each(*planned_minutes, *visits)),
            right(each(*real_minutes, *visits)),
            right(drives.to_string()),
            right(each(own.drive_minutes, *drives)),
            right(late),
        ]);
    }
    format!("Planned and real times, {} to {}:\n{table}\n", hours.from, hours.to)
}
