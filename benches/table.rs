//! Time to load a network file and to fill its travel-time tables, as JSON for `peers/compare.py`.
//!
//! `cargo bench --bench table -- draw X.road 1000 -o P.csv` draws places on its largest network, and
//! `cargo bench --bench table -- measure X.road P.csv --sizes 100,300,1000` measures on them. Unlike the other benches
//! it takes its network and its places as files, so that another program can be asked the same; and it tells
//! processor time beside wall time, so that programs with more and with fewer threads can be compared.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench says what it measured")]

#[path = "places/mod.rs"]
mod places;

use std::path::{Path, PathBuf};
use std::time::Instant;

use beatplan::lonlat::LonLat;
use beatplan::progress::Silent;
use beatplan::prospects::read_points;
use beatplan::road::{RoadNetwork, Snap};
use clap::{Parser, Subcommand};
use serde_json::{Value, json};

/// Maximum distance of a given place from a road, in metres; drawn places lie on a road except for rounding.
const SNAP_RADIUS_M: f64 = 50.0;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Cargo passes this to every bench
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Draw places on the largest network, evenly over its box, into a CSV file
    Draw {
        network: PathBuf,
        count: usize,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        #[arg(short, long)]
        output: PathBuf,
    },
    /// Measure loading the network and filling tables of its first places
    Measure {
        network: PathBuf,
        points: PathBuf,
        #[arg(long, value_delimiter = ',', default_value = "100,300,1000,2000")]
        sizes: Vec<usize>,
        #[arg(long, default_value_t = 10)]
        repeats: usize,
    },
}

fn main() {
    match Arguments::parse().command {
        None => {
            eprintln!("table: no network file given, so there is nothing to measure (see --help)")
        }
        Some(Command::Draw { network, count, seed, output }) => {
            let network = RoadNetwork::load(&network).expect("the network file is sound");
            draw(&network, count, seed, &output);
        }
        Some(Command::Measure { network, points, sizes, repeats }) => {
            println!("{:#}", measure(&network, &points, &sizes, repeats));
        }
    }
}

fn draw(network: &RoadNetwork, count: usize, seed: u64, output: &Path) {
    let mut rows = String::from("id,lon,lat\n");
    for (at, snap) in places::draw(network, count, seed).iter().enumerate() {
        rows += &format!("{},{:.7},{:.7}\n", at + 1, snap.at.lon, snap.at.lat);
    }
    std::fs::write(output, rows).expect("the disk takes it");
}

fn measure(file: &Path, points: &Path, sizes: &[usize], repeats: usize) -> Value {
    let points = read_points(points).expect("the places can be read");
    let load = || RoadNetwork::load(file).expect("the network file is sound");
    let snap = |network: &RoadNetwork, count: usize| -> Vec<Snap> {
        let snap = |(_, at): &(String, LonLat)| network.snap(*at, SNAP_RADIUS_M);
        points[..count].iter().map(|point| snap(point).expect("drawn places are on it")).collect()
    };
    let most = sizes.iter().copied().filter(|&size| size <= points.len()).max().unwrap_or(0);

    let began = Instant::now();
    let network = load();
    let first_load = began.elapsed();
    let _ = network.matrix(&snap(&network, most.min(1000)), &Silent);
    let first_answer = began.elapsed();

    let loading = timed(repeats, load);
    let snapping = timed(repeats, || snap(&network, most));
    let snaps = snap(&network, most);
    let tables: Vec<Value> = sizes
        .iter()
        .filter(|&&size| size <= most)
        .map(|&size| {
            let mut table = timed(repeats, || network.matrix(&snaps[..size], &Silent));
            let matrix = network.matrix(&snaps[..size], &Silent);
            let cells = (0..size * size).filter(|at| matrix.get(at / size, at % size).is_some());
            table["places"] = json!(size);
            table["cells"] = json!(cells.count());
            table
        })
        .collect();
    json!({
        "size": network.size(),
        "file_bytes": file.metadata().map_or(0, |metadata| metadata.len()),
        "threads": rayon::current_num_threads(),
        "first_load_ms": first_load.as_secs_f64() * 1e3,
        "first_answer_ms": first_answer.as_secs_f64() * 1e3,
        "load": loading,
        "snap": snapping,
        "tables": tables,
        "memory_peak_kib": memory_peak_kib(),
    })
}

/// Returns the duration of `work` in milliseconds, after one run that does not count: the median wall time of `repeats`
/// runs, and the mean processor time, because its clock ticks in milliseconds.
fn timed<T>(repeats: usize, work: impl Fn() -> T) -> Value {
    drop(work());
    let cpu_before = cpu_ms();
    let mut wall: Vec<f64> = (0..repeats)
        .map(|_| {
            let began = Instant::now();
            let result = work();
            let taken = began.elapsed().as_secs_f64() * 1e3;
            drop(result);
            taken
        })
        .collect();
    let cpu = (cpu_ms() - cpu_before) / repeats as f64;
    json!({ "wall_ms": median(&mut wall), "cpu_ms": cpu, "repeats": repeats })
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match figures.len() % 2 {
        1 => figures[middle],
        _ => f64::midpoint(figures[middle - 1], figures[middle]),
    }
}

/// Processor time of all threads of this process so far. Linux counts it in nanoseconds, a thread at a time.
fn cpu_ms() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").expect("this bench runs on Linux");
    let nanoseconds = |task: std::io::Result<std::fs::DirEntry>| {
        let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    };
    tasks.filter_map(nanoseconds).sum::<f64>() / 1e6
}

/// The most memory this process has had at once.
fn memory_peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
