//! The command line: one file a command, and the only place that prints.
//!
//! Results go to files or standard output, remarks and progress to standard error. Exit codes: 0 done; 1 done, but with
//! a result that needs a person; 2 wrong use or wrong input.

mod batch;
mod call_plan;
mod changes;
mod coverage;
mod feature;
mod find;
mod form;
mod format;
mod isochrone;
mod log;
mod network;
mod plan;
mod print;
mod prospects;
mod replan;
mod search;
mod table;
mod terminal;
mod territory;
mod verify;
mod visit;
mod workload;

use std::path::PathBuf;
use std::process::ExitCode;

use beatplan::batch::StageClock;
use beatplan::networks::NetworkCache;
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};

use self::log::LogFormat;
use self::print::Printer;

/// What a command has to say in the end.
pub(crate) enum Done {
    /// All is well.
    Well,
    /// It is done, but a person must look at it.
    NeedsAPerson,
}

#[derive(Parser)]
#[command(
    name = "beatplan",
    version,
    about = "Plans tomorrow's visit route of a field representative, offline, on OpenStreetMap roads",
    after_help = "Examples:\n  beatplan plan territory.toml\n  beatplan network build county.osm.pbf -o county.road\n\n\
                  Exit codes: 0 done; 1 done, but something needs a person; 2 wrong use or wrong input.\n\
                  Map data © OpenStreetMap contributors, ODbL 1.0."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// Options of every command.
#[derive(Args)]
struct Common {
    /// Say nothing but errors
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Print results as JSON, for machines
    #[arg(long, global = true)]
    json: bool,
    /// Use at most so many threads; the result is the same for any number
    #[arg(long, global = true, value_name = "N")]
    threads: Option<std::num::NonZeroUsize>,
    /// Where road networks are kept from one run to the next [default: the user's folder for such things]
    #[arg(
        long,
        global = true,
        value_name = "FOLDER",
        env = "BEATPLAN_CACHE",
        hide_env_values = true,
        value_parser = OsStringValueParser::new().map(PathBuf::from)
    )]
    cache: Option<PathBuf>,
    /// Build road networks anew and keep none
    #[arg(
        long,
        global = true,
        env = "BEATPLAN_NO_CACHE",
        hide_env_values = true,
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    no_cache: bool,
    /// Log what is done on standard error, a line an event
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    log: Option<LogFormat>,
}

impl Common {
    fn cache(&self) -> NetworkCache {
        match &self.cache {
            _ if self.no_cache => NetworkCache::none(),
            // A variable that is set to nothing says nothing.
            Some(folder) if !folder.as_os_str().is_empty() => NetworkCache::at(folder.clone()),
            _ => NetworkCache::of_user(),
        }
    }
}

#[derive(Subcommand)]
enum Command {
    /// Plan the visits of a day: who, in which order, at what time
    Plan(Box<plan::PlanArgs>),
    /// Plan all territories in one night, whatever happens to one of them
    Batch(Box<batch::BatchArgs>),
    /// What a batch starts to plan territories with
    #[command(name = batch::WORKER, hide = true)]
    BatchWorker,
    /// Who is due and why, whom to call, and whether the reps can make it all
    CallPlan(call_plan::CallPlanArgs),
    /// Where we are not: coverage by area and hexagon, gaps, settlements without an outlet
    Coverage(coverage::CoverageArgs),
    /// What a territory is: area, people, townships, outlets, roads
    Territory(territory::TerritoryArgs),
    /// Work on lists of outlets before planning with them
    #[command(subcommand)]
    Prospects(prospects::ProspectsCommand),
    /// Build and ask the road network
    #[command(subcommand)]
    Network(network::NetworkCommand),
    /// Log visits and telephone calls, and show what the log has
    #[command(subcommand)]
    Visit(visit::VisitCommand),
    /// Check a written plan again, from its files and against its inputs
    Verify(verify::VerifyArgs),
}

/// Runs the program with the arguments it was given.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    let printer = Printer::new(cli.common.quiet, cli.common.json);
    if let Some(threads) = cli.common.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build_global();
        if let Err(error) = pool {
            printer.error(&error.into());
            return ExitCode::from(2);
        }
    }
    let clock = StageClock::default();
    if let Err(error) = log::start(cli.common.log, clock.clone()) {
        printer.error(&error.into());
        return ExitCode::from(2);
    }
    let done = match cli.command {
        Command::Batch(args) => batch::run(&args, &cli.common, &cli.common.cache(), &printer),
        Command::BatchWorker => batch::run_worker(&cli.common.cache(), &clock),
        Command::Plan(args) => plan::run(&args, &cli.common.cache(), &printer),
        Command::CallPlan(args) => call_plan::run(&args, &cli.common.cache(), &printer),
        Command::Coverage(args) => coverage::run(&args, &cli.common.cache(), &printer),
        Command::Territory(args) => territory::run(&args, &cli.common.cache(), &printer),
        Command::Network(command) => network::run(&command, &cli.common.cache(), &printer),
        Command::Prospects(command) => prospects::run(&command, &cli.common.cache(), &printer),
        Command::Visit(command) => visit::run(&command, &printer),
        Command::Verify(args) => verify::run(&args, &printer),
    };
    match done {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::NeedsAPerson) => ExitCode::from(1),
        Err(error) => {
            printer.error(&error);
            ExitCode::from(2)
        }
    }
}
