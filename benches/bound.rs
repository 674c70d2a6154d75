//! Distance of the bound from the plan: by size of the problem, and on public instances.
//!
//! ```text
//! cargo bench --bench bound -- [--sizes 30,100,300,1000] [--seeds N] [--toptw DIR [--cells NAME:TOURS,…]]
//! ```
//!
//! Without `--toptw`, problems are drawn at random, see `problems/territory.rs`. `DIR` holds `instances/*.txt` and
//! `best_known.csv` of the team orienteering problem with time windows; only cells whose optimum is proven are measured
//! there, against that optimum, and a bound below it is an error.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "toptw/instance.rs"]
mod instance;
#[path = "problems/territory.rs"]
mod territory;

use std::time::Instant;

use anyhow::{Context, Result, bail};
use beatplan::progress::Silent;
use beatplan::solver::{
    Bound, BoundOptions, NoLimit, Solution, SolveOptions, VisitProblem, bound, check, solve,
};
use instance::Known;
use territory::territory;

fn main() -> Result<()> {
    let mut sizes = vec![30, 100, 300, 1000];
    let (mut seeds, mut folder, mut wanted) = (3, None, None);
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    while let Some(name) = args.next() {
        let value = args.next().with_context(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--sizes" => sizes = value.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--seeds" => seeds = value.parse()?,
            "--toptw" => folder = Some(value),
            "--cells" => wanted = Some(value),
            _ => bail!("no such argument: {name}"),
        }
    }
    match folder {
        Some(folder) => public(folder.as_ref(), wanted.as_deref()),
        None => by_size(&sizes, seeds),
    }
}

/// The mean gap of problems drawn at random.
fn by_size(sizes: &[usize], seeds: u64) -> Result<()> {
    println!("| prospects | reps | days | mean gap % | largest | bound s | search s |");
    println!("|---|---|---|---|---|---|---|");
    for &prospects in sizes {
        for reps in [1, 3] {
            for days in [1, 5] {
                let (mut gaps, mut seconds, mut searching) = (Vec::new(), 0.0, 0.0);
                for seed in 0..seeds {
                    let problem = territory(prospects, reps, days, seed);
                    let begun = Instant::now();
                    let options = SolveOptions { seed: 1, iterations: 40_000, starts: 2 };
                    let plan = solve(&problem, &options, &NoLimit, &Silent);
                    searching += begun.elapsed().as_secs_f64();
                    let (found, took) = measured(&problem, &plan)?;
                    gaps.push(gap_percent(found.objective, plan.objective));
                    seconds += took;
                }
                let count = seeds as f64;
                let largest = gaps.iter().copied().fold(0.0, f64::max);
                println!(
                    "| {prospects} | {reps} | {days} | {:.2} | {largest:.2} | {:.1} | {:.1} |",
                    gaps.iter().sum::<f64>() / count,
                    seconds / count,
                    searching / count
                );
            }
        }
    }
    Ok(())
}

/// The gap to proven optima.
fn public(folder: &std::path::Path, wanted: Option<&str>) -> Result<()> {
    let mut gaps = Vec::new();
    println!("instance  tours  optimum    plan   bound   gap %  passes      s");
    for known in instance::best_known(folder)?.into_iter().filter(Known::is_proven) {
        let (name, tours, best) = (&known.instance, known.tours, known.best_known);
        let cell = format!("{name}:{tours}");
        if wanted.is_some_and(|list| list.split(',').all(|c| c != cell)) {
            continue;
        }
        let problem = instance::read(folder, name, tours)?;
        let options = SolveOptions { seed: 1, iterations: 20_000, starts: 2 };
        let plan = solve(&problem, &options, &NoLimit, &Silent);
        let (found, seconds) = measured(&problem, &plan)?;
        if found.objective < best as i64 * 3600 {
            bail!("{cell}: the bound {} is below the optimum {best}", found.objective / 3600);
        }
        // Prizes are whole numbers here, so that what lies between two of them does not count.
        let most = found.objective / 3600;
        let gap = 100.0 * (most as f64 / best as f64 - 1.0);
        gaps.push(gap);
        println!(
            "{name:<8} {tours:>6} {best:>8} {:>7} {most:>7} {gap:>7.2} {:>7} {seconds:>6.2}",
            plan.prize, found.passes
        );
    }
    let mean = gaps.iter().sum::<f64>() / gaps.len().max(1) as f64;
    println!("mean gap over {} cells: {mean:.2} %", gaps.len());
    Ok(())
}

/// The bound, and how long it takes.
fn measured(problem: &VisitProblem, plan: &Solution) -> Result<(Bound, f64)> {
    let violations = check(problem, plan);
    if !violations.is_empty() {
        bail!("{violations:?}");
    }
    let begun = Instant::now();
    let found = bound(problem, plan, &BoundOptions::default(), &NoLimit, &Silent);
    Ok((found, begun.elapsed().as_secs_f64()))
}

fn gap_percent(bound: i64, objective: i64) -> f64 {
    100.0 * (bound - objective) as f64 / bound.max(1) as f64
}
