//! Precision and recall of merging lists, on labelled sets.
//!
//! ```text
//! cargo bench --bench merge -- [--seed N] [--seeds N] [--wrong]
//! ```
//!
//! A set is two lists of one place, of which it is known which rows mean the same outlet: a real list and a damaged copy of a
//! part of it (`damage.rs`), the Isle of Man on maps of two years, the synthetic county. Counted are pairs of rows.
//! `--wrong` prints the pairs that were made one and are not.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

mod damage;
mod score;
mod sets;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use beatplan::prospects::merge::{MergeOptions, Merged, Role, Source, Verdicts, merge};
use beatplan::prospects::{List, ListOptions, ListSchema, ListSettings};
use score::{RowRef, Score};
use sets::Set;

fn main() -> Result<()> {
    let (mut seed, mut seeds, mut shows_wrong) = (1, 3, false);
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    while let Some(name) = args.next() {
        let mut number =
            || args.next().context("a number is missing")?.parse::<u64>().context("no number");
        match name.as_str() {
            "--seed" => seed = number()?,
            "--seeds" => seeds = number()?,
            "--wrong" => shows_wrong = true,
            _ => bail!("no such argument: {name}"),
        }
    }
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = project.join("../shared");
    println!(
        "| set | rows | same pairs | precision % | recall % | recall with review % | wrong | asked in vain |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut sums: BTreeMap<String, (usize, Score)> = BTreeMap::new();
    for seed in seed..seed + seeds {
        for set in sets::all(project, &shared, seed)? {
            let found = merged(&set)?;
            let (clusters, doubtful) = (clusters(&set, &found), doubtful(&set, &found));
            let score = Score::new(&set.truth, &clusters, &doubtful);
            if shows_wrong {
                print_wrong(&set, &clusters);
            }
            let (rows, sum) = sums.entry(set.name).or_default();
            *rows += set.truth.len();
            *sum = sum.and(score);
        }
    }
    for (name, (rows, score)) in &sums {
        println!(
            "| {name} | {rows} | {} | {:.2} | {:.2} | {:.2} | {} | {} |",
            score.same,
            score.precision(),
            score.recall(),
            score.recall_with_review(),
            score.wrong,
            score.idle
        );
    }
    Ok(())
}

fn merged(set: &Set) -> Result<Merged> {
    let mut sources = Vec::new();
    for ((file, bytes), datum) in set.lists.iter().zip(set.datums) {
        let settings = ListSettings { datum: datum.parse()?, ..ListSettings::default() };
        let options =
            ListOptions { schema: ListSchema::PROSPECTS, aliases: &settings.columns, sheet: None };
        let list = List::parse(file, bytes.clone(), &options)?;
        sources.push(Source { list, settings, role: Role::List });
    }
    Ok(merge(sources, &Verdicts::default(), MergeOptions::default()))
}

fn row_ref(set: &Set, (file, row): (&str, u64)) -> RowRef {
    let list = set.lists.iter().position(|(name, _)| name == file);
    (list.expect("rows come from the lists of the set"), row)
}

fn clusters(set: &Set, found: &Merged) -> Vec<Vec<RowRef>> {
    found.outlets().map(|rows| rows.into_iter().map(|row| row_ref(set, row)).collect()).collect()
}

fn doubtful(set: &Set, found: &Merged) -> Vec<(RowRef, RowRef)> {
    found.doubtful_pairs().map(|(a, b)| (row_ref(set, a), row_ref(set, b))).collect()
}

/// The pairs made one that are not, with what the lists say of them.
fn print_wrong(set: &Set, clusters: &[Vec<RowRef>]) {
    for cluster in clusters {
        for (at, one) in cluster.iter().enumerate() {
            for two in &cluster[at + 1..] {
                let (a, b) = (set.truth.get(one), set.truth.get(two));
                if a.is_some() && b.is_some() && a != b {
                    println!("{}: {}\n    {}", set.name, line(set, *one), line(set, *two));
                }
            }
        }
    }
}

/// The row as its list has it, where that is text.
fn line(set: &Set, (list, row): RowRef) -> String {
    let (file, bytes) = &set.lists[list];
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().nth(usize::try_from(row - 1).unwrap_or(usize::MAX));
    format!("{file}, row {row}: {}", line.unwrap_or_default())
}
