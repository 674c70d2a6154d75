//! Plan quality on public instances of the team orienteering problem with time windows.
//!
//! ```text
//! cargo bench --bench toptw -- [--folder DIR] [--cells peers|all|NAME:TOURS,…] [--seconds S | --iterations N]
//!                              [--starts N] [--seed N]
//! ```
//!
//! `DIR` (default `../shared/bench/toptw`) holds `instances/*.txt`, `best_known.csv` and `peers.csv`; nothing is
//! measured without it. A cell is an instance with a number of tours; `peers` (the default) are the cells of
//! `peers.csv`. With `--seconds` (of processor time), a short trial finds how many steps fit, as the search wants to know its length
//! beforehand; the trial's time counts. Every plan goes through the independent checker.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use beatplan::progress::Silent;
use beatplan::solver::{
    Never, Offer, PlaceId, Shift, ShiftId, Solution, SolveOptions, Stop, TimeWindow, TravelSlot,
    TravelTimes, Visit, VisitProblem, check, solve,
};
use beatplan::units::{Prize, Seconds};

fn main() -> Result<()> {
    let request = Request::from_args()?;
    if !request.folder.is_dir() {
        println!("no instances in {}; pass --folder", request.folder.display());
        return Ok(());
    }
    let cells = request.cells()?;
    println!(
        "{:<8} {:>5} {:>8} {:>8} {:>7} {:>7} {:>10}",
        "instance", "tours", "profit", "best", "gap %", "s", "steps"
    );
    let mut gaps = Vec::new();
    for cell in &cells {
        let problem = read_instance(&request.folder, &cell.instance, cell.tours)?;
        let begun = processor_seconds();
        let solution = request.solve(&problem);
        let seconds = processor_seconds() - begun;
        let violations = check(&problem, &solution);
        if !violations.is_empty() {
            bail!("{} with {} tours: {violations:?}", cell.instance, cell.tours);
        }
        let gap = 100.0 * (1.0 - solution.prize as f64 / cell.best as f64);
        gaps.push(gap);
        println!(
            "{:<8} {:>5} {:>8} {:>8} {gap:>7.2} {seconds:>7.2} {:>10}",
            cell.instance, cell.tours, solution.prize, cell.best, solution.iterations
        );
    }
    let mean = gaps.iter().sum::<f64>() / gaps.len().max(1) as f64;
    println!("mean gap over {} cells: {mean:.3} %", gaps.len());
    Ok(())
}

/// What to measure.
struct Request {
    folder: PathBuf,
    cells: String,
    seconds: Option<f64>,
    options: SolveOptions,
}

/// An instance with a number of tours.
struct Cell {
    instance: String,
    tours: u32,
    best: u64,
}

impl Request {
    fn from_args() -> Result<Self> {
        let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/bench/toptw");
        let mut request = Self {
            folder: default,
            cells: "peers".to_owned(),
            seconds: None,
            options: SolveOptions { seed: 1, iterations: 20_000, starts: 1 },
        };
        let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
        while let Some(name) = args.next() {
            let value = args.next().with_context(|| format!("{name} needs a value"))?;
            match name.as_str() {
                "--folder" => request.folder = value.into(),
                "--cells" => request.cells = value,
                "--seconds" => request.seconds = Some(value.parse()?),
                "--iterations" => request.options.iterations = value.parse()?,
                "--starts" => request.options.starts = value.parse()?,
                "--seed" => request.options.seed = value.parse()?,
                _ => bail!("no such argument: {name}"),
            }
        }
        Ok(request)
    }

    fn cells(&self) -> Result<Vec<Cell>> {
        let wanted: Option<BTreeSet<(String, u32)>> = match self.cells.as_str() {
            "all" => None,
            "peers" => Some(
                rows(&self.folder.join("peers.csv"))?
                    .iter()
                    .map(|r| (r[1].clone(), r[2].parse().unwrap_or(0)))
                    .collect(),
            ),
            list => Some(
                list.split(',')
                    .filter_map(|c| c.split_once(':'))
                    .map(|(name, m)| (name.to_owned(), m.parse().unwrap_or(0)))
                    .collect(),
            ),
        };
        let mut cells = Vec::new();
        for row in rows(&self.folder.join("best_known.csv"))? {
            let cell =
                Cell { instance: row[0].clone(), tours: row[1].parse()?, best: row[2].parse()? };
            if wanted.as_ref().is_none_or(|w| w.contains(&(cell.instance.clone(), cell.tours))) {
                cells.push(cell);
            }
        }
        Ok(cells)
    }

    fn solve(&self, problem: &VisitProblem) -> Solution {
        let Some(seconds) = self.seconds else {
            return solve(problem, &self.options, &Never, &Silent);
        };
        let begun = processor_seconds();
        let until = |share: f64| ProcessorTime(begun + seconds * share);
        let trial = SolveOptions { iterations: 50_000_000, ..self.options };
        let trial = solve(problem, &trial, &until(0.05), &Silent);
        let per_start = trial.iterations as f64 / f64::from(self.options.starts);
        let iterations = per_start / (processor_seconds() - begun) * seconds * 0.93;
        let options = SolveOptions { iterations: iterations as u64, ..self.options };
        let solution = solve(problem, &options, &until(1.0), &Silent);
        if trial.prize > solution.prize { trial } else { solution }
    }
}

/// Stops when the process has used so much processor time since it began.
struct ProcessorTime(f64);

impl Stop for ProcessorTime {
    fn should_stop(&self) -> bool {
        processor_seconds() >= self.0
    }
}

/// Processor time of all threads so far, so that others on the machine do not change the result; the clock's where
/// the system does not tell.
fn processor_seconds() -> f64 {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: Option<f64> = after_name.split_whitespace().nth(11).and_then(|t| t.parse().ok());
    ticks.map_or_else(|| BEGUN.elapsed().as_secs_f64(), |t| t / TICKS_PER_SECOND)
}

fn rows(path: &Path) -> Result<Vec<Vec<String>>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    reader.records().map(|row| Ok(row?.iter().map(str::to_owned).collect())).collect()
}

/// Reads one instance; times are scaled to whole numbers and distances rounded down, as the published values ask for.
fn read_instance(folder: &Path, name: &str, tours: u32) -> Result<VisitProblem> {
    let path = folder.join("instances").join(format!("{name}.txt"));
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let rows: Vec<Vec<f64>> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.split_whitespace().map(|word| Ok(word.parse()?)).collect())
        .collect::<Result<_>>()?;
    let places = rows[0][2] as usize + 1;
    let points = &rows[2..2 + places];
    let scale: u32 = if name.starts_with("pr") { 100 } else { 10 };
    let time = |value: f64| Seconds((value * f64::from(scale)).round() as u32);
    let window =
        |row: &[f64]| TimeWindow { start: time(row[row.len() - 2]), end: time(row[row.len() - 1]) };
    let travel = TravelTimes::new(places, |from, to| {
        let thousandths = |value: f64| (value * 1000.0).round() as i64;
        let (a, b) = (&points[from.0 as usize], &points[to.0 as usize]);
        let (x, y) = (thousandths(a[1]) - thousandths(b[1]), thousandths(a[2]) - thousandths(b[2]));
        let squared = (x * x + y * y) as u64 * u64::from(scale * scale) / 1_000_000;
        Some(Seconds(squared.isqrt() as u32))
    });
    let shifts = (0..tours).map(|_| Shift {
        day: 0,
        travel: TravelSlot::all_day(0),
        start_place: PlaceId(0),
        end_place: PlaceId(0),
        window: window(&points[0]),
        pause: None,
        visits_max: u32::MAX,
        travel_max: None,
    });
    let visits = (1..places).map(|at| Visit {
        place: PlaceId(at as u32),
        mandatory: false,
        offers: (0..tours)
            .map(|shift| Offer {
                shift: ShiftId(shift),
                prize: Prize(points[at][4] as u32),
                duration: time(points[at][3]),
                windows: vec![window(&points[at])],
            })
            .collect(),
    });
    Ok(VisitProblem::new(vec![travel], shifts.collect(), visits.collect(), Prize(0))?)
}
