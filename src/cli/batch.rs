//! The command `beatplan batch`, which plans many territories in one run.

use std::ffi::OsString;
use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::Context;
use beatplan::batch::{
    Batch, BatchOutcome, BatchSettings, StageClock, report, run as run_batch, work,
};
use beatplan::networks::{NetworkCache, program_file};
use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use signal_hook::consts::{SIGINT, SIGTERM};

use super::parse::dates;
use super::print::Printer;
use super::progress_bars::Bars;
use super::search_options::SearchArgs;
use super::{Common, Done};

/// Name of the command that a worker process runs.
pub(crate) const WORKER: &str = "batch-worker";

#[derive(Args)]
#[command(after_help = "Examples:\n  beatplan batch territories --out plans\n  \
                  beatplan batch north.toml south.toml --date 2026-11-25 --days 5 --out plans --jobs 2\n\n\
                  A second run plans only territories that are missing, failed or changed. Scheduling, logs and the \
                  morning check are described in docs/operations.md.")]
pub(crate) struct BatchArgs {
    /// Territory files, or folders in which each .toml file is a territory file
    #[arg(value_name = "FOLDER|TERRITORY.toml", required = true)]
    paths: Vec<PathBuf>,
    /// Folder for the results: one folder of plan files for each territory, and the report of the
    /// batch
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// First day to plan: a date, today or tomorrow in the time zone of each territory
    #[arg(long, value_name = "2026-11-25|tomorrow", default_value = "tomorrow")]
    date: String,
    /// Number of consecutive days to plan, starting with --date
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=28))]
    days: u16,
    /// Maximum number of territories that are planned at the same time [default: number of threads]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Plan all territories again, including those that an earlier run finished and whose inputs
    /// are unchanged
    #[arg(long)]
    force: bool,
    /// Plan a part of a larger batch: other parts may write into the same --out folder at the same
    /// time, and no report is written. Name the folders of territories in the same way as for the
    /// whole batch, so that the territories get the same names
    #[arg(long)]
    part: bool,
    /// Keep the visits of the last earlier plan with the same rep and on the same day where
    /// possible
    #[arg(long)]
    keep: bool,
    /// Maximum number of visits of that earlier plan that the new plan may drop or move, for each
    /// territory [default: no limit]
    #[arg(long, value_name = "N", requires = "keep", allow_negative_numbers = true)]
    changes_max: Option<usize>,
    #[command(flatten)]
    search: SearchArgs,
}

pub(crate) fn run(
    args: &BatchArgs,
    common: &Common,
    cache: &NetworkCache,
    printer: &Printer,
) -> anyhow::Result<Done> {
    let now = Timestamp::now();
    dates(&args.date, args.days, &TimeZone::UTC, now)?;
    let dates = |zone: &TimeZone| -> Vec<Date> {
        dates(&args.date, args.days, zone, now).expect("the day makes sense in one zone, so in all")
    };
    let threads = common.threads.or(std::thread::available_parallelism().ok());
    let threads = threads.map_or(1, NonZeroUsize::get);
    let jobs = args.jobs.map_or(threads, NonZeroUsize::get);
    let stop_requested = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, stop_requested.clone())
            .context("cannot install the handler of SIGINT and SIGTERM")?;
    }
    let worker = |workers: usize| -> io::Result<Command> {
        let mut command = Command::new(program_file()?);
        command.args(worker_args(common, cache, args, (threads / workers).max(1)));
        // Worker processes always share road networks through a folder.
        command.env_remove("BEATPLAN_NO_CACHE");
        Ok(command)
    };
    let batch = Batch {
        paths: &args.paths,
        out: args.out.clone(),
        settings: BatchSettings {
            seed: args.search.seed,
            effort: args.search.effort(),
            time_limit: args.search.time_limit(),
            keep: args.keep,
            changes_max: args.changes_max,
            sharing: args.search.sharing(),
        },
        dates: &dates,
        jobs,
        force: args.force,
        is_part: args.part,
        cache,
        worker: &worker,
        stop_requested: &stop_requested,
    };
    let bars = if common.log.is_some() { Bars::hidden() } else { printer.bars() };
    let BatchOutcome { run, digest, report_error } = run_batch(&batch, &bars)?;
    if report_error.is_none() && !args.part {
        printer.json_file(&args.out.join(report::JSON))?;
    }
    let page = (report_error.is_none() && !args.part).then(|| args.out.join(report::HTML));
    printer.table(&report::text(&run, &digest, page.as_deref()))?;
    let is_well = !digest.needs_a_person() && report_error.is_none();
    if let Some(error) = report_error {
        printer.error(&error.into());
    }
    Ok(if is_well { Done::Well } else { Done::NeedsAPerson })
}

/// Returns the command-line arguments of a worker process.
fn worker_args(
    common: &Common,
    cache: &NetworkCache,
    args: &BatchArgs,
    threads: usize,
) -> Vec<OsString> {
    let mut words: Vec<OsString> =
        vec![WORKER.into(), "--threads".into(), threads.to_string().into()];
    let folder = match cache.folder() {
        Some(folder) => folder.to_owned(),
        None => beatplan::batch::temporary_networks(&args.out),
    };
    words.extend(["--cache".into(), folder.into()]);
    if let Some(format) = common.log {
        let name = clap::ValueEnum::to_possible_value(&format);
        words.extend(["--log".into(), name.expect("no format is hidden").get_name().into()]);
    }
    words
}

/// Runs a worker process of a batch.
pub(crate) fn run_worker(cache: &NetworkCache, clock: &StageClock) -> anyhow::Result<Done> {
    // Ctrl-C in a terminal also reaches worker processes. Only the batch may stop them, so they
    // ignore it.
    signal_hook::flag::register(SIGINT, Arc::default())
        .context("cannot install the handler of SIGINT")?;
    work(cache, clock)?;
    Ok(Done::Well)
}
