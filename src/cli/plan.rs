//! The command `beatplan plan`, which plans visits and writes the plan.

use std::path::PathBuf;

use beatplan::networks::NetworkCache;
use beatplan::output::check_replaceable;
use beatplan::plan_files::files;
use beatplan::solver::TimeLimit;
use beatplan::territory::Territory;
use beatplan::{Planned, Planner};
use clap::Args;
use jiff::Timestamp;

use super::Done;
use super::network_input::NETWORK_INFO_LISTS_ALL;
use super::parse::dates;
use super::parts::PartsArgs;
use super::plan_table;
use super::print::Printer;
use super::replan::ReplanArgs;
use super::search_options::SearchArgs;

#[derive(Args)]
#[command(after_help = "Examples:\n  beatplan plan data/malta/territory.toml --date tomorrow\n  \
                  beatplan plan --osm county.osm.pbf --prospects pharmacies.csv --home 116.40,39.90 --mode ebike")]
pub(crate) struct PlanArgs {
    /// Territory file, which names the map, lists, reps and policy
    #[arg(value_name = "TERRITORY.toml")]
    territory: Option<PathBuf>,
    /// First day to plan: a date, today or tomorrow [default: tomorrow; with --at, today]
    #[arg(long, value_name = "2026-11-25|tomorrow")]
    date: Option<String>,
    /// Number of consecutive days to plan, starting with --date
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=28))]
    days: u16,
    /// Folder for the files of the plan
    #[arg(long, default_value = "plan", value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    search: SearchArgs,
    #[command(flatten)]
    parts: PartsArgs,
    #[command(flatten)]
    replan: ReplanArgs,
}

pub(crate) fn run(
    args: &PlanArgs,
    cache: &NetworkCache,
    printer: &Printer,
) -> anyhow::Result<Done> {
    let territory = match &args.territory {
        Some(path) => Territory::read(path)?,
        None => args.parts.territory()?,
    };
    let usual_day = if args.replan.is_underway() { "today" } else { "tomorrow" };
    let day = args.date.as_deref().unwrap_or(usual_day);
    let dates = dates(day, args.days, &territory.timezone, Timestamp::now())?;
    // Quick checks come first, before the map is read.
    check_replaceable(&args.out, &files::PLAN)?;
    let bars = printer.bars();
    let planner = Planner::new(territory).dates(dates).seed(args.search.seed);
    let planner = planner.effort(args.search.effort()).cache(cache.clone());
    let mut loaded = planner.load(&bars)?;
    args.replan.apply(&mut loaded)?;
    let stop = args.search.time_limit().map(TimeLimit::new);
    let planned = loaded.plan(&stop, &bars)?;
    planned.write(&args.out, args.search.sharing())?;

    let Planned { territory, networks, request, plan } = &planned;
    for note in &networks.not_kept {
        printer.note(&format!("note: {note}"));
    }
    printer.remarks(&networks.remarks, NETWORK_INFO_LISTS_ALL);
    let summary = args.out.join(files::SUMMARY);
    printer.remarks(&plan.remarks, &format!("{} lists all", summary.display()));
    printer.table(&plan_table::text(territory, request, plan))?;
    printer.json_file(&summary)?;
    printer.note(&format!("written: {}", args.out.display()));
    Ok(if plan.needs_a_person() { Done::NeedsAPerson } else { Done::Well })
}
