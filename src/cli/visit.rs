//! The command `beatplan visit`, which adds rows to the visit log and shows the visits of an
//! outlet.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use beatplan::call_plan::{VisitRules, apply_log};
use beatplan::plan_files::EarlierPlan;
use beatplan::policy::parse_time_of_day;
use beatplan::prospects::{
    ClockMoment, ContactKind, LoggedVisit, Prospect, Status, VISIT_MINUTES_MAX, append_visit,
    read_visits,
};
use beatplan::territory::{Territory, load_prospects};
use clap::{Args, Subcommand};
use jiff::ToSpan;
use jiff::civil::{self, Date};
use serde_json::json;

use super::Done;
use super::find::find_prospect;
use super::print::Printer;
use super::table::{in_words, new_table};

#[derive(Subcommand)]
pub(crate) enum VisitCommand {
    /// Log a visit or a telephone call, with its outcome
    Log(Box<LogArgs>),
    /// Show the logged visits of an outlet and its next due date
    Show(ShowArgs),
}

#[derive(Args)]
#[command(
    after_help = "Examples:\n  beatplan visit log P017 --outcome ordered --territory north.toml\n  \
                  beatplan visit log \"Balzan Pharmacy\" --outcome hesitating --objection price --next 2026-12-01 --territory north.toml\n  \
                  beatplan visit log P017 --outcome ordered --arrived 10:05 --left 10:25 --plan plan --territory north.toml\n  \
                  beatplan visit log P017 --outcome interested --call --territory north.toml\n\n\
                  To correct a mistake, log the visit again: of two rows for one outlet and day, the later one counts."
)]
pub(crate) struct LogArgs {
    /// Id of the outlet, or its name if no other outlet has that name
    #[arg(value_name = "ID")]
    outlet: String,
    /// Outcome: ordered, interested, hesitating, quoted, not_soon, refused, not_in, closed, or one
    /// that the policy defines
    #[arg(long)]
    outcome: Option<String>,
    /// Day of the visit: a date, today or yesterday
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: String,
    /// Day for which the visit was planned
    #[arg(long, value_name = "DATE")]
    planned_on: Option<Date>,
    /// Promised date of the next visit
    #[arg(long, value_name = "DATE")]
    next: Option<Date>,
    /// Objection: price, policy, exclusivity, slow_market, credit, no_money, bound_by_contract, failed_before, or free text
    #[arg(long, value_name = "TEXT")]
    objection: Option<String>,
    /// Note for the next visit
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Name of the rep who made the visit
    #[arg(long, value_name = "NAME")]
    rep: Option<String>,
    /// Time of arrival at the outlet
    #[arg(long, value_name = "HH:MM")]
    arrived: Option<String>,
    /// Time of departure from the outlet; a time before the arrival is on the next day if the visit
    /// then lasts at most 4 hours
    #[arg(long, value_name = "HH:MM")]
    left: Option<String>,
    /// Folder of the plan of that day: the planned day and arrival of the visit are logged too
    #[arg(long, value_name = "FOLDER", requires = "territory")]
    plan: Option<PathBuf>,
    /// Log a telephone call instead of a visit
    #[arg(long, conflicts_with_all = ["arrived", "left", "plan"])]
    call: bool,
    #[command(flatten)]
    place: LogPlace,
}

#[derive(Args)]
#[command(after_help = "Example:\n  beatplan visit show P017 --territory north.toml")]
pub(crate) struct ShowArgs {
    /// Id of the outlet, or its name if no other outlet has that name
    #[arg(value_name = "ID")]
    outlet: String,
    /// Territory file
    #[arg(long, value_name = "TERRITORY.toml")]
    territory: PathBuf,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct LogPlace {
    /// Territory file, which names the log and the lists
    #[arg(long, value_name = "TERRITORY.toml")]
    territory: Option<PathBuf>,
    /// Visit log; the id of the outlet is then not checked
    #[arg(long, value_name = "visits.csv")]
    file: Option<PathBuf>,
}

pub(crate) fn run(command: &VisitCommand, printer: &Printer) -> anyhow::Result<Done> {
    match command {
        VisitCommand::Log(args) => log(args, printer),
        VisitCommand::Show(args) => show(args, printer),
    }
}

fn log(args: &LogArgs, printer: &Printer) -> anyhow::Result<Done> {
    let territory = args.place.territory.as_deref().map(Territory::read).transpose()?;
    let zone = territory.as_ref().map_or_else(jiff::tz::TimeZone::system, |t| t.timezone.clone());
    let today = zone.to_datetime(jiff::Timestamp::now()).date();
    let on = match args.on.as_str() {
        "today" => today,
        "yesterday" => today.yesterday()?,
        text => text.parse().ok().with_context(|| {
            format!(
                "--on: found \"{text}\", expected a date such as 2026-11-25, today or yesterday"
            )
        })?,
    };
    if on > today {
        bail!("--on: {on} is in the future (today is {today}); log a visit after it was made");
    }
    if let Some(next) = args.next.filter(|next| *next < on) {
        bail!("--next: {next} is before the visit on {on}");
    }
    let given = [
        args.outcome.is_some(),
        args.note.is_some(),
        args.objection.is_some(),
        args.next.is_some(),
        args.arrived.is_some(),
    ];
    if !given.contains(&true) {
        bail!("nothing to log; add --outcome, such as --outcome ordered, or --note TEXT");
    }
    let times = times(args, on)?;
    let policy = territory.as_ref().map(|t| t.policy.clone()).unwrap_or_default();
    if let Some(text) = args.outcome.as_deref().filter(|text| policy.outcomes.find(text).is_none())
    {
        if let Some(meant) = policy.outcomes.nearest(text) {
            bail!("--outcome: \"{text}\" is not known; did you mean \"{meant}\"?");
        }
        let known = policy.outcomes.names().collect::<Vec<_>>().join(", ");
        bail!(
            "--outcome: \"{text}\" is not known; known outcomes are {known}; use --note for anything else"
        );
    }
    let Some(territory) = territory else {
        let file = args.place.file.as_deref().context("--file is required without --territory")?;
        report_appended(file, &entry(args, &args.outlet, on, times), printer)?;
        printer.note("note: without a territory, the id of the outlet was not checked");
        return Ok(Done::Well);
    };
    let Some(file) = &territory.visits else {
        bail!(
            "the territory \"{}\" has no log; add one to its file: [visits] file = \"visits.csv\"",
            territory.name
        );
    };
    if let Some(rep) =
        args.rep.as_ref().filter(|rep| !territory.reps.iter().any(|own| own.name == **rep))
    {
        let names: Vec<&str> = territory.reps.iter().map(|rep| rep.name.as_str()).collect();
        bail!("--rep: found \"{rep}\", expected one of {}", names.join(", "));
    }
    // A log with faults is refused before a new row is added.
    let without_log = Territory { visits: None, ..territory.clone() };
    let mut prospects = load_prospects(&without_log, on, &printer.bars())?.prospects;
    if file.exists() {
        read_visits(file)?;
    }
    let id = find_prospect(&prospects, &args.outlet)?.id.clone();
    let mut visit = entry(args, &id, on, times);
    if let Some(folder) = &args.plan {
        add_planned(&mut visit, folder, &territory, &prospects, printer)?;
    }
    report_appended(file, &visit, printer)?;
    if let Some(log) = territory.read_log(on)? {
        apply_log(&log, &mut prospects, &territory.policy, on);
    }
    print_state(find_prospect(&prospects, &id)?, territory.visit_rules(), on, printer)?;
    Ok(Done::Well)
}

/// Arrival and departure of a visit.
type Times = [Option<ClockMoment>; 2];

/// Returns the times of `--arrived` and `--left` for a visit on `on`.
fn times(args: &LogArgs, on: Date) -> anyhow::Result<Times> {
    let time = |option: &str, text: &Option<String>| {
        let Some(text) = text else { return Ok(None) };
        let time = parse_time_of_day(text).filter(|time| time.0 < 86_400).with_context(|| {
            format!("{option}: found \"{text}\", expected a time of day such as 10:05")
        })?;
        let moment = on.to_datetime(civil::Time::midnight());
        Ok::<_, anyhow::Error>(Some(moment.checked_add(i64::from(time.0).seconds())?))
    };
    let (arrived, left) = (time("--arrived", &args.arrived)?, time("--left", &args.left)?);
    let left = match (arrived, left) {
        (Some(arrived), Some(left)) if left < arrived => {
            let next_day = left.checked_add(1.day())?;
            let minutes = next_day.duration_since(arrived).as_mins();
            if minutes > i64::from(VISIT_MINUTES_MAX) {
                bail!("--left: {} is before the arrival at {}", left.time(), arrived.time());
            }
            Some(next_day)
        }
        (_, left) => left,
    };
    Ok([arrived, left].map(|moment| moment.map(ClockMoment::local)))
}

/// Adds the planned day and arrival of the plan in `folder` to `visit`, if the plan has the visit.
fn add_planned(
    visit: &mut LoggedVisit,
    folder: &Path,
    territory: &Territory,
    prospects: &[Prospect],
    printer: &Printer,
) -> anyhow::Result<()> {
    let plan = EarlierPlan::read_any_day(folder, &territory.name, prospects)?;
    let date = visit.planned_on.unwrap_or(visit.visited_on);
    let Some(stop) = plan.stop_of(&visit.id, date) else {
        let folder = folder.display();
        printer.note(&format!("note: the plan in {folder} has no visit to {} on {date}", visit.id));
        return Ok(());
    };
    visit.planned_on = Some(date);
    // The time of a visit that was made on another day says nothing about the delay.
    if date == visit.visited_on {
        let at = date.to_datetime(civil::Time::midnight());
        let at = at.checked_add(i64::from(stop.arrival.0 / 60 * 60).seconds())?;
        visit.planned_arrival = Some(ClockMoment::local(at));
    }
    if visit.rep.is_none() {
        visit.rep = Some(stop.rep.clone());
    }
    Ok(())
}

fn entry(args: &LogArgs, id: &str, on: Date, [arrived_at, left_at]: Times) -> LoggedVisit {
    LoggedVisit {
        arrived_at,
        left_at,
        outcome: args.outcome.clone(),
        kind: if args.call { ContactKind::PhoneCall } else { ContactKind::Visit },
        planned_on: args.planned_on,
        objection: args.objection.clone(),
        next_action_date: args.next,
        rep: args.rep.clone(),
        note: args.note.clone(),
        ..LoggedVisit::new(id, on)
    }
}

fn report_appended(
    file: &std::path::Path,
    visit: &LoggedVisit,
    printer: &Printer,
) -> anyhow::Result<()> {
    let appended = append_visit(file, visit)?;
    let name = file.display();
    if appended.is_new {
        printer.note(&format!("note: {name} did not exist and was created"));
    }
    if !appended.columns_added.is_empty() {
        printer
            .note(&format!("note: columns added to {name}: {}", appended.columns_added.join(", ")));
    }
    if appended.line_end_added {
        printer.note(&format!(
            "note: the last line of {name} had no line break; check that the line is complete"
        ));
    }
    Ok(())
}

/// Prints the state of the outlet and the due date of the next visit.
fn print_state(
    prospect: &Prospect,
    rules: VisitRules<'_>,
    on: Date,
    printer: &Printer,
) -> anyhow::Result<()> {
    let next = next_visit(prospect, rules, on);
    let state = json!({
        "id": prospect.id,
        "name": prospect.name,
        "status": prospect.status,
        "stage": prospect.stage,
        "followup_type": rules.policy.followup_type(prospect),
        "visited_on": prospect.visited_on,
        "called_on": prospect.called_on,
        "next_action_date": prospect.next_action_date,
        "objection": prospect.objection,
        "next_visit_due": next,
    });
    let stage = in_words(prospect.stage);
    let then = match (prospect.status, next) {
        (Status::Open, Some(next)) => format!("stage {stage}, next visit due {next}"),
        (Status::Open, None) => format!("stage {stage}, never visited, due now"),
        (status, _) => format!("stage {stage}, {}: no more visits", in_words(status)),
    };
    printer.report(&state, || format!("{} {}: {then}\n", prospect.id, prospect.name))
}

/// Returns the promised date if it is not kept yet, else the date of the last visit plus the
/// interval. Returns `None` for an outlet that was never visited or is not open.
fn next_visit(prospect: &Prospect, rules: VisitRules<'_>, on: Date) -> Option<Date> {
    if prospect.status != Status::Open {
        return None;
    }
    let is_open =
        |promise: &Date| prospect.visited_on.is_none_or(|visited_on| visited_on < *promise);
    let promise = prospect.next_action_date.filter(is_open).map(|promise| promise.max(on));
    let interval_days = i64::from(rules.policy.interval_days(prospect));
    promise.or_else(|| Some(prospect.visited_on?.saturating_add(interval_days.days())))
}

fn show(args: &ShowArgs, printer: &Printer) -> anyhow::Result<Done> {
    let territory = Territory::read(&args.territory)?;
    let today = territory.timezone.to_datetime(jiff::Timestamp::now()).date();
    let lists = load_prospects(&territory, today, &printer.bars())?;
    let prospect = find_prospect(&lists.prospects, &args.outlet)?;
    let mut visits = territory.read_log(today)?.map_or_else(Vec::new, |log| log.visits);
    visits
        .retain(|visit| visit.id == prospect.id || prospect.former_ids().any(|id| id == visit.id));
    visits.sort_by_key(|visit| visit.visited_on);
    if !visits.is_empty() {
        let mut table = new_table([
            "day",
            "",
            "arrived",
            "left",
            "planned",
            "outcome",
            "objection",
            "next",
            "rep",
            "note",
        ]);
        let clock = |moment: Option<ClockMoment>| {
            let moment = moment.map(|moment| moment.on_clock_of(&territory.timezone).time());
            moment.map_or_else(String::new, |time| time.strftime("%H:%M").to_string())
        };
        for visit in &visits {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let next = visit.next_action_date.map(|date| date.to_string()).unwrap_or_default();
            let kind = visit.kind.to_string().replace('_', " ");
            table.add_row(vec![
                visit.visited_on.to_string(),
                kind,
                clock(visit.arrived_at),
                clock(visit.left_at),
                clock(visit.planned_arrival),
                text(&visit.outcome),
                text(&visit.objection),
                next,
                text(&visit.rep),
                text(&visit.note),
            ]);
        }
        printer.table(&format!("{table}\n"))?;
    }
    print_state(prospect, territory.visit_rules(), today, printer)?;
    Ok(Done::Well)
}
