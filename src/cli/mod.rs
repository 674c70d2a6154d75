//! The command line, with one file for each command.
//!
//! Results go to files or to standard output; remarks and progress go to standard error. The exit
//! code is 0 if the command succeeded, 1 if it succeeded and a person must look at the result, and
//! 2 if the command line or the input is wrong.

mod batch;
mod call_plan;
mod changes;
mod coverage;
mod feature;
mod find;
mod format_options;
mod isochrone;
mod learn;
mod list_format;
mod log;
mod network;
mod network_input;
mod parse;
mod parts;
mod plan;
mod plan_table;
mod print;
mod progress_bars;
mod prospects;
mod replan;
mod search_options;
mod shell_files;
mod table;
mod territory;
mod verify;
mod visit;
mod workload;

use std::path::PathBuf;
use std::process::ExitCode;

use beatplan::batch::StageClock;
use beatplan::networks::NetworkCache;
use beatplan::output::ATTRIBUTION;
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, CommandFactory, Parser, Subcommand};

use self::log::LogFormat;
use self::print::Printer;

/// Result of a command that ran to its end.
pub(crate) enum Done {
    /// The command succeeded: exit code 0.
    Well,
    /// The command succeeded, and a person must look at the result: exit code 1.
    NeedsAPerson,
}

#[derive(Parser)]
#[command(
    name = "beatplan",
    version,
    about = "Plans the visits of field representatives, offline, on OpenStreetMap roads",
    after_help = format!("Examples:\n  beatplan plan territory.toml\n  beatplan network build county.osm.pbf -o county.road\n\n\
                          Exit codes: 0 done; 1 done, but a person must look at the result; 2 wrong use or wrong input.\n\
                          {ATTRIBUTION}.")
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// Options that all commands have.
#[derive(Args)]
#[command(next_help_heading = "Global options")]
struct Common {
    /// Print errors only
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Print the result as JSON on standard output
    #[arg(long, global = true)]
    json: bool,
    /// Maximum number of threads; does not change the result [default: number of processors]
    #[arg(long, global = true, value_name = "N")]
    threads: Option<std::num::NonZeroUsize>,
    /// Folder in which built road networks are kept for later runs [default: the user's cache
    /// folder]
    #[arg(
        long,
        global = true,
        value_name = "FOLDER",
        env = "BEATPLAN_CACHE",
        hide_env_values = true,
        value_parser = OsStringValueParser::new().map(PathBuf::from)
    )]
    cache: Option<PathBuf>,
    /// Do not use the folder of built road networks: build all road networks again
    #[arg(
        long,
        global = true,
        env = "BEATPLAN_NO_CACHE",
        hide_env_values = true,
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    no_cache: bool,
    /// Log events to standard error in this format, one event in each line [default: no log]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    log: Option<LogFormat>,
}

impl Common {
    fn cache(&self) -> NetworkCache {
        match &self.cache {
            _ if self.no_cache => NetworkCache::none(),
            // If BEATPLAN_CACHE is an empty text, it counts as not set.
            Some(folder) if !folder.as_os_str().is_empty() => NetworkCache::at(folder.clone()),
            _ => NetworkCache::of_user(),
        }
    }
}

#[derive(Subcommand)]
enum Command {
    /// Plan visits for one or more days: which outlets to visit, in which order, and at what time
    Plan(Box<plan::PlanArgs>),
    /// Plan many territories in one run; if one territory fails, the others are still planned
    Batch(Box<batch::BatchArgs>),
    /// Run as a worker process of a batch
    #[command(name = batch::WORKER, hide = true)]
    BatchWorker,
    /// List due visits and telephone calls, and compare them with the capacity of the reps
    CallPlan(call_plan::CallPlanArgs),
    /// Learn times of visits and drives from the visit log
    Learn(learn::LearnArgs),
    /// Map the coverage and the white space of a territory by area, hexagon and settlement
    Coverage(coverage::CoverageArgs),
    /// Describe a territory: its area, population, townships, outlets and roads
    Territory(territory::TerritoryArgs),
    /// Check, complete and merge lists of outlets
    #[command(subcommand)]
    Prospects(prospects::ProspectsCommand),
    /// Build road networks, and compute routes, travel times and areas that can be reached
    #[command(subcommand)]
    Network(network::NetworkCommand),
    /// Log visits and telephone calls, and show the log of an outlet
    #[command(subcommand)]
    Visit(visit::VisitCommand),
    /// Check the files of a plan against each other and against the inputs of the plan
    Verify(verify::VerifyArgs),
    /// Print a completion script for a shell
    Completions(shell_files::CompletionsArgs),
    /// Print or write man pages
    Man(shell_files::ManArgs),
}

/// Runs the program with the arguments of this process.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    let printer = Printer { quiet: cli.common.quiet, json: cli.common.json };
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
        Command::Learn(args) => learn::run(&args, &cli.common.cache(), &printer),
        Command::Coverage(args) => coverage::run(&args, &cli.common.cache(), &printer),
        Command::Territory(args) => territory::run(&args, &cli.common.cache(), &printer),
        Command::Network(command) => network::run(&command, &cli.common.cache(), &printer),
        Command::Prospects(command) => prospects::run(&command, &cli.common.cache(), &printer),
        Command::Visit(command) => visit::run(&command, &printer),
        Command::Verify(args) => verify::run(&args, &printer),
        Command::Completions(args) => shell_files::completions(&args, Cli::command(), &printer),
        Command::Man(args) => shell_files::man(&args, Cli::command(), &printer),
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
