//! Tables on the terminal.

use std::collections::BTreeMap;

use crate::Run;
use crate::records::Cell;

pub(crate) fn print_head() {
    println!(
        "{:<8} {:>5} {:>8} {:>8} {:>8} {:>7} {:>7} {:>10}",
        "instance", "tours", "profit", "lowest", "best", "gap %", "s", "steps"
    );
}

/// The greatest and the lowest profit of all seeds, and means of the rest.
pub(crate) fn print_cell(cell: &Cell, runs: &[Run]) {
    let profits = || runs.iter().map(|run| run.profit);
    let mean = |of: fn(&Run) -> f64| runs.iter().map(of).sum::<f64>() / runs.len() as f64;
    println!(
        "{:<8} {:>5} {:>8} {:>8} {:>8} {:>7.2} {:>7.2} {:>10.0}{}",
        cell.instance,
        cell.tours,
        profits().max().unwrap_or(0),
        profits().min().unwrap_or(0),
        cell.best,
        mean(|run| run.gap_percent),
        mean(|run| run.seconds),
        mean(|run| run.iterations as f64),
        if cell.proven { "  proven" } else { "" }
    );
}

/// The mean gap by family and number of tours, by seed, and of everything; how many proven optima and improvements.
pub(crate) fn print_means(cells: &[Cell], runs: &[Run]) {
    let mut by_family: BTreeMap<(String, u32), Vec<f64>> = BTreeMap::new();
    let mut by_seed: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for run in runs {
        let family = (family(&run.instance), run.tours_max);
        by_family.entry(family).or_default().push(run.gap_percent);
        by_seed.entry(run.seed).or_default().push(run.gap_percent);
    }
    let mean = |gaps: &[f64]| gaps.iter().sum::<f64>() / gaps.len().max(1) as f64;
    println!("\nmean gap in %, by family and number of tours");
    let families: Vec<&String> = by_family.keys().map(|(family, _)| family).collect();
    let mut families = families;
    families.dedup();
    let tours: Vec<u32> = {
        let mut tours: Vec<u32> = by_family.keys().map(|(_, tours)| *tours).collect();
        tours.sort_unstable();
        tours.dedup();
        tours
    };
    println!("{:<8}{}", "", tours.iter().map(|m| format!("{m:>8}")).collect::<String>());
    for family in families {
        let cell = |m: &u32| match by_family.get(&(family.clone(), *m)) {
            Some(gaps) => format!("{:>8.3}", mean(gaps)),
            None => format!("{:>8}", "-"),
        };
        println!("{family:<8}{}", tours.iter().map(cell).collect::<String>());
    }
    println!("\nmean gap in %, by seed");
    for (seed, gaps) in &by_seed {
        println!("{seed:<8}{:>8.3}", mean(gaps));
    }
    let all: Vec<f64> = runs.iter().map(|run| run.gap_percent).collect();
    println!("\nmean gap over {} cells, {} seeds: {:.3} %", cells.len(), by_seed.len(), mean(&all));
    let missed = |cell: &&Cell| {
        let of_cell = |run: &&Run| run.instance == cell.instance && run.tours_max == cell.tours;
        cell.proven && runs.iter().filter(of_cell).any(|run| run.profit < cell.best)
    };
    let proven = cells.iter().filter(|cell| cell.proven).count();
    let missed: Vec<String> =
        cells.iter().filter(missed).map(|c| format!("{}:{}", c.instance, c.tours)).collect();
    let names = if missed.is_empty() { String::new() } else { format!(" ({})", missed.join(", ")) };
    println!("proven optima missed by a seed: {} of {proven}{names}", missed.len());
}

/// `c1` of `c101`, `pr` of `pr05`.
fn family(instance: &str) -> String {
    let letters = instance.trim_end_matches(|c: char| c.is_ascii_digit());
    let hundreds = &instance[letters.len()..];
    if letters == "pr" { letters.to_owned() } else { format!("{letters}{}", &hundreds[..1]) }
}
