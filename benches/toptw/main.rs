//! Plan quality on public instances of the team orienteering problem with time windows.
//!
//! ```text
//! cargo bench --bench toptw -- --help
//! cargo bench --bench toptw -- --cells all --seconds 10 --seeds 1,2,3 --json found.json
//! ```
//!
//! A *cell* is an instance with a number of tours. Every plan goes through the independent checker of the crate, and those
//! written with `--json` can be judged by anybody: `judge.py` asks a judge of the instances' own.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

mod clock;
mod instance;
mod records;
mod tables;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use beatplan::progress::Silent;
use beatplan::solver::{NoLimit, Solution, SolveOptions, VisitProblem, check, solve};
use clap::Parser;
use serde::Serialize;

use clock::{ProcessorTime, processor_seconds};
use records::{Cell, Records};

/// Measures the solver on instances of the team orienteering problem with time windows.
#[derive(Parser)]
struct Args {
    /// Holds instances/*.txt, best_known.csv and peers.csv
    #[arg(long, value_name = "DIR", default_value_os_t = default_folder())]
    folder: PathBuf,
    /// The cells of peers.csv, all of best_known.csv, or a list such as c101:2,pr05:1
    #[arg(long, value_name = "peers|all|NAME:TOURS,…", default_value = "peers")]
    cells: String,
    /// Processor time for each plan
    #[arg(long, value_name = "SECONDS", conflicts_with = "iterations")]
    seconds: Option<f64>,
    /// Number of steps for each plan
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    iterations: u64,
    /// Searches for each plan, side by side
    #[arg(long, value_name = "N", default_value_t = 1)]
    starts: u32,
    /// Seeds of the search, with one plan for each
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "1")]
    seeds: Vec<u64>,
    /// Write all plans, with their tours, to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Add plans that are better than all known ones to the records of the project
    #[arg(long)]
    keep_records: bool,
    /// Cargo passes this
    #[arg(long, hide = true)]
    bench: bool,
}

/// One plan for one cell.
#[derive(Debug, Serialize)]
struct Run {
    instance: String,
    /// Maximum number of tours.
    tours_max: u32,
    seed: u64,
    profit: u64,
    /// The best value known so far.
    best_known: u64,
    gap_percent: f64,
    /// Processor time.
    seconds: f64,
    iterations: u64,
    /// The numbers of the customers, from 1.
    tours: Vec<Vec<u32>>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    if !args.folder.is_dir() {
        println!("no instances in {}; pass --folder", args.folder.display());
        return Ok(());
    }
    let mut records = Records::read(&args.folder)?;
    let cells = records.cells(&args.cells)?;
    let mut runs = Vec::new();
    tables::print_head();
    for cell in &cells {
        let problem = instance::read(&args.folder, &cell.instance, cell.tours)?;
        let first = runs.len();
        for &seed in &args.seeds {
            runs.push(run(&args, cell, &problem, seed)?);
        }
        tables::print_cell(cell, &runs[first..]);
    }
    tables::print_means(&cells, &runs);
    if let Some(path) = &args.json {
        let text = serde_json::to_string(&runs)?;
        std::fs::write(path, text).with_context(|| path.display().to_string())?;
    }
    if args.keep_records {
        records.keep(&runs)?;
    }
    Ok(())
}

fn default_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/bench/toptw")
}

fn run(args: &Args, cell: &Cell, problem: &VisitProblem, seed: u64) -> Result<Run> {
    let begun = processor_seconds();
    let solution = solved(args, problem, seed);
    let seconds = processor_seconds() - begun;
    let violations = check(problem, &solution);
    if !violations.is_empty() {
        bail!("{} with {} tours, seed {seed}: {violations:?}", cell.instance, cell.tours);
    }
    let driven = solution.tours.0.iter().filter(|tour| !tour.visits.is_empty());
    Ok(Run {
        instance: cell.instance.clone(),
        tours_max: cell.tours,
        seed,
        profit: solution.prize,
        best_known: cell.best,
        gap_percent: 100.0 * (1.0 - solution.prize as f64 / cell.best as f64),
        seconds,
        iterations: solution.iterations,
        tours: driven.map(|tour| tour.visits.iter().map(|v| v.0 + 1).collect()).collect(),
    })
}

fn solved(args: &Args, problem: &VisitProblem, seed: u64) -> Solution {
    let options = |iterations| SolveOptions { seed, iterations, starts: args.starts };
    match args.seconds {
        None => solve(problem, &options(args.iterations), &NoLimit, &Silent),
        Some(seconds) => {
            let limit = ProcessorTime::from_now(seconds);
            solve(problem, &options(u64::MAX), &limit, &Silent)
        }
    }
}
