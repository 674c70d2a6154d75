//! The command `beatplan call-plan`, which lists due visits and telephone calls and compares them
//! with the capacity.

use std::fmt::Write;
use std::path::PathBuf;

use beatplan::call_plan::{CallPlan, PhoneCalls};
use beatplan::insight::Capacity;
use beatplan::learn::RealHours;
use beatplan::networks::{NetworkCache, networks};
use beatplan::output::{CallPlanRow, call_plan_csv, call_plan_geojson};
use beatplan::planning::without_phone;
use beatplan::prospects::Prospect;
use beatplan::territory::{Territory, load_prospects};
use beatplan::units::counted;
use clap::Args;
use comfy_table::Cell;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use super::Done;
use super::learn::real_hours;
use super::list_format::ListFormat;
use super::parse::dates;
use super::plan_table::phone_calls;
use super::print::{Printer, write_file};
use super::table::{in_words, new_table, rest_line, right, tier_name};

/// Maximum number of due outlets that are shown on the terminal without `--all`.
const DUE_LISTED: usize = 30;

/// Maximum number of outlets that are not due and are shown on the terminal without `--all`.
const NOT_DUE_LISTED: usize = 10;

/// End of the line that states the number of outlets that are not shown.
const SEE_ALL: &str = "; --all lists them, -o FILE writes them";

#[derive(Args)]
#[command(after_help = "Examples:\n  beatplan call-plan north.toml --date tomorrow\n  \
                  beatplan call-plan north.toml --date 2026-11-25 --days 5 -o due.csv --no-capacity\n\n\
                  Overdue outlets come first. Visits in the territory's log count; `beatplan visit log` adds to it.")]
pub(crate) struct CallPlanArgs {
    /// Territory file, which names the map, lists, reps and policy
    #[arg(value_name = "TERRITORY.toml")]
    territory: PathBuf,
    /// First day to list: a date, today or tomorrow
    #[arg(long, default_value = "tomorrow", value_name = "2026-11-25|tomorrow")]
    date: String,
    /// Number of consecutive days to list, starting with --date
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=28))]
    days: u16,
    /// Write all rows to this file; its extension selects CSV or GeoJSON
    #[arg(short, long, value_name = "FILE.csv|FILE.geojson")]
    output: Option<PathBuf>,
    /// Show all outlets on the terminal, not only the first ones
    #[arg(long)]
    all: bool,
    /// Do not compute the capacity; the map is not needed then
    #[arg(long)]
    no_capacity: bool,
    /// Number of days of the cycle over which the capacity is computed
    #[arg(long, default_value_t = Capacity::CYCLE_DAYS, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(7..=364))]
    cycle_days: u32,
}

pub(crate) fn run(
    args: &CallPlanArgs,
    cache: &NetworkCache,
    printer: &Printer,
) -> anyhow::Result<Done> {
    let format = args.output.as_deref().map(ListFormat::of).transpose()?;
    let territory = Territory::read(&args.territory)?;
    let dates = dates(&args.date, args.days, &territory.timezone, Timestamp::now())?;
    let lists = load_prospects(&territory, dates[0], &printer.bars())?;
    let rules = territory.visit_rules();
    let call_plan = CallPlan::new(&lists.prospects, rules, &dates);
    let may_call = |prospect: &Prospect, date: Date| {
        territory.reps_working_on(date).any(|(_, rep)| prospect.may_be_visited_by(&rep.name))
    };
    let calls = PhoneCalls::new(&lists.prospects, rules.policy, &dates, may_call, |_, _| false);
    let rows = CallPlanRow::all(&lists.prospects, &call_plan, &calls, rules);

    let mut remarks = lists.remarks.clone();
    remarks.extend(call_plan.remarks.iter().cloned());
    remarks.extend(without_phone(&lists.prospects, &calls));
    let capacity = if args.no_capacity {
        None
    } else {
        let bars = printer.bars();
        let networks = networks(&territory, &dates, cache, &bars)?;
        remarks.extend(networks.remarks.iter().cloned());
        let cycle = (dates[0], args.cycle_days);
        Some(Capacity::new(&territory, &lists.prospects, &networks, cycle, &bars))
    };
    let log = territory.read_log(dates[0])?;
    let hours =
        log.and_then(|log| RealHours::new(&territory, &lists.prospects, &log.visits, dates[0]));
    remarks.sort();
    remarks.dedup();
    printer.remarks(&remarks, "--json lists all");
    if let (Some(path), Some(format)) = (&args.output, format) {
        let text = match format {
            ListFormat::Csv => call_plan_csv(&rows),
            ListFormat::GeoJson => call_plan_geojson(&rows),
        };
        write_file(path, |file| file.write_all(text.as_bytes()))?;
    }
    let of = |list: &str| rows.iter().filter(|row| row.list == list).collect::<Vec<_>>();
    let report = json!({
        "territory": territory.name,
        "dates": dates,
        "due": of("due"),
        "phone_calls": of("phone_call"),
        "not_due": of("not_due"),
        "capacity": capacity,
        "real_hours": hours,
        "remarks": remarks,
    });
    printer.report(&report, || {
        [
            due_table(&of("due"), args.all),
            phone_calls(&lists.prospects, &calls, rules.policy),
            not_due_table(&of("not_due"), args.all),
            capacity.as_ref().map_or_else(String::new, capacity_text),
            hours.as_ref().map_or_else(String::new, |hours| format!("\n{}", real_hours(hours))),
        ]
        .concat()
    })?;
    if let Some(path) = &args.output {
        printer.note(&format!("written: {}", path.display()));
    }
    Ok(Done::Well)
}

fn due_table(due: &[&CallPlanRow], all: bool) -> String {
    let overdue = due.iter().filter(|row| row.days_overdue > 0).count();
    if due.is_empty() {
        return "No visits are due\n\n".to_owned();
    }
    let mut table =
        new_table(["due", "overdue", "outlet", "tier", "stage", "for", "urgency", "worth", "why"]);
    let listed = if all { due.len() } else { DUE_LISTED };
    for row in due.iter().take(listed) {
        let occasion = row.occasion_urgency.unwrap_or(0.0);
        let urgency = row.urgency.unwrap_or(0.0);
        let urgency = if occasion > 0.0 {
            format!("{:.2}+{occasion}", urgency - occasion)
        } else {
            format!("{urgency:.2}")
        };
        let days = match row.days_overdue {
            0 => String::new(),
            days => counted(days as usize, "day", "days"),
        };
        table.add_row(vec![
            Cell::new(row.due_date.as_deref().unwrap_or("now")),
            right(days),
            Cell::new(&row.name),
            Cell::new(tier_name(row.tier)),
            Cell::new(in_words(row.stage)),
            Cell::new(in_words(row.followup_type)),
            right(urgency),
            right(format!("{:.1}", row.prize.unwrap_or(0.0))),
            Cell::new(&row.reason),
        ]);
    }
    let mut text = format!("Due: {}, {overdue} of them overdue\n{table}\n", due.len());
    text += &rest_line(due.len(), listed, SEE_ALL);
    text + "\n"
}

fn not_due_table(others: &[&CallPlanRow], all: bool) -> String {
    if others.is_empty() {
        return String::new();
    }
    let mut table = new_table(["from", "outlet", "tier", "why not"]);
    let listed = if all { others.len() } else { NOT_DUE_LISTED };
    for row in others.iter().take(listed) {
        table.add_row(vec![
            row.due_from.as_deref().unwrap_or("–"),
            &row.name,
            tier_name(row.tier),
            &row.reason,
        ]);
    }
    let mut text = format!("Not due: {}\n{table}\n", others.len());
    text += &rest_line(others.len(), listed, SEE_ALL);
    text + "\n"
}

fn capacity_text(capacity: &Capacity) -> String {
    let Capacity { cycle_days, outlets, visits_wanted, rep_days, visits_per_day, .. } = capacity;
    let mut text = format!(
        "In {cycle_days} days from {}: {outlets} outlets need {visits_wanted:.0} visits; {rep_days} rep days with about \
         {visits_per_day:.1} visits each allow {:.0} ({:.0} min per visit, {:.1} min of travel to it)\n",
        capacity.from, capacity.capacity, capacity.visit_minutes, capacity.travel_minutes
    );
    let (Some(utilization), Some(needed)) = (capacity.utilization_percent, capacity.reps_needed)
    else {
        return text + "No rep works in these days\n";
    };
    let _ = writeln!(
        text,
        "Utilization {utilization:.0} %: this territory needs {needed:.1} {} and has {}",
        if needed == 1.0 { "rep" } else { "reps" },
        capacity.reps
    );
    let lost: Vec<String> = capacity
        .tiers
        .iter()
        .filter(|load| load.visits_lost > 0.0)
        .map(|load| {
            let tier = load.tier.map_or("without tier".to_owned(), |tier| format!("{tier:?}"));
            format!("{:.0} of {:.0} to {tier}", load.visits_lost, load.visits_wanted)
        })
        .collect();
    if !lost.is_empty() {
        let _ = writeln!(
            text,
            "Visits without time, if the most valuable are made first: {}",
            lost.join(", ")
        );
    }
    if capacity.unreachable > 0 {
        let outlets = counted(capacity.unreachable, "outlet", "outlets");
        let _ = writeln!(text, "Not counted: {outlets} that no road reaches");
    }
    text
}
