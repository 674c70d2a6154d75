//! Loss of a plan by a short search, compared with the plan of a long one.
//!
//! ```text
//! cargo bench --bench effort -- [--sizes PROSPECTSxREPSxDAYS,…] [--seconds S] [--reference S] [--seeds N]
//! ```
//!
//! Each problem is drawn at random, see `problems/territory.rs`, and searched for `--seconds` (1) and for `--reference` (60)
//! seconds by the clock, two searches side by side; every plan goes through the checker. Memory is that of the whole
//! process at its peak so far.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "problems/territory.rs"]
mod territory;

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use beatplan::progress::Silent;
use beatplan::solver::{SolveOptions, TimeLimit, VisitProblem, check, objective_points, solve};
use territory::territory;

fn main() -> Result<()> {
    let (mut sizes, mut seconds, mut reference, mut seeds) =
        ("300x1x1,1500x3x5".to_owned(), 1.0, 60.0, 3);
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    while let Some(name) = args.next() {
        let value = args.next().with_context(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--sizes" => sizes = value,
            "--seconds" => seconds = value.parse()?,
            "--reference" => reference = value.parse()?,
            "--seeds" => seeds = value.parse()?,
            _ => bail!("no such argument: {name}"),
        }
    }
    println!("| prospects x reps x days | seed | {seconds} s | {reference} s | loss % | MiB |");
    println!("|---|---|---|---|---|---|");
    for size in sizes.split(',') {
        let numbers: Vec<u32> = size.split('x').map(str::parse).collect::<Result<_, _>>()?;
        let [prospects, reps, days] = numbers[..] else {
            bail!("\"{size}\" is not PROSPECTSxREPSxDAYS")
        };
        let mut losses = Vec::new();
        for seed in 1..=seeds {
            let problem = territory(prospects as usize, reps, days, seed);
            let short = worth(&problem, seconds)?;
            let long = worth(&problem, reference)?;
            let loss = 100.0 * (1.0 - short as f64 / long as f64);
            losses.push(loss);
            let (short, long) = (objective_points(short), objective_points(long));
            println!("| {size} | {seed} | {short:.2} | {long:.2} | {loss:.3} | {} |", peak_mib());
        }
        let mean = losses.iter().sum::<f64>() / losses.len().max(1) as f64;
        println!("{size}: mean loss {mean:.3} %");
    }
    Ok(())
}

/// The objective after so many seconds.
fn worth(problem: &VisitProblem, seconds: f64) -> Result<i64> {
    let options = SolveOptions { seed: 1, iterations: u64::MAX, starts: 2 };
    let limit = TimeLimit::new(Duration::from_secs_f64(seconds));
    let plan = solve(problem, &options, &limit, &Silent);
    let violations = check(problem, &plan);
    ensure!(violations.is_empty(), "{violations:?}");
    Ok(plan.objective)
}

/// Peak memory of this process, where the system tells.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}
