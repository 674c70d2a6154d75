//! Speed of building, preparing, loading, snapping to and searching a road network. Run with `cargo bench --bench road`;
//! reading the map is measured by `read`, and other programs on the same map by `peers/compare.py`.
//!
//! Places are drawn from the network's own box with a fixed seed, so every run asks the same questions. A map of your
//! own is measured too: `BEATPLAN_BENCH_MAP=county.osm.pbf cargo bench --bench road -- BEATPLAN_BENCH_MAP`.

#[path = "maps/mod.rs"]
mod maps;
#[path = "places/mod.rs"]
mod places;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use beatplan::osm::{self, Extract};
use beatplan::progress::Silent;
use beatplan::road::{BuildOptions, Profile, RoadNetwork};
use divan::counter::ItemsCount;

/// Nodes a network should have for each place of a table, so that it is a table of a territory and not of every house.
const NODES_PER_PLACE: usize = 5;

const SEED: u64 = 1;

fn main() {
    divan::main();
}

fn extract(name: &str) -> Extract {
    let path = maps::path(name).expect("only maps that are there are named");
    osm::read(&path, &Silent).expect("the extract is sound")
}

fn build_from(extract: &Extract) -> RoadNetwork {
    let car = Profile::built_in("car").expect("there is a profile for cars");
    RoadNetwork::build(extract, &car, &BuildOptions::default())
}

/// The prepared network of a map. Made once for all benches, and kept to the end: the large ones take their time.
fn network(name: &'static str) -> &'static RoadNetwork {
    static MADE: Mutex<BTreeMap<&str, &RoadNetwork>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.entry(name).or_insert_with(|| {
        let network = build_from(&extract(name));
        network.prepare();
        Box::leak(Box::new(network))
    })
}

#[divan::bench(args = maps::names(), max_time = 10)]
fn build(bencher: divan::Bencher, name: &str) {
    let extract = extract(name);
    let arcs = build_from(&extract).size().arcs;
    bencher.counter(ItemsCount::new(arcs)).bench(|| build_from(&extract));
}

#[divan::bench(args = maps::names(), max_time = 10, sample_size = 1)]
fn prepare(bencher: divan::Bencher, name: &str) {
    let extract = extract(name);
    bencher.with_inputs(|| build_from(&extract)).bench_values(|network| {
        network.prepare();
        network
    });
}

#[divan::bench(args = maps::names(), max_time = 5)]
fn load(bencher: divan::Bencher, name: &'static str) {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let file = folder.path().join("bench.road");
    network(name).save(&file).expect("the disk takes it");
    bencher.bench(|| RoadNetwork::load(&file).expect("it was just written"));
}

#[divan::bench(args = maps::names(), max_time = 5)]
fn snap_1000(bencher: divan::Bencher, name: &'static str) {
    let network = network(name);
    bencher.counter(ItemsCount::new(1000_u32)).bench(|| places::draw(network, 1000, SEED));
}

/// A table to fill.
#[derive(Clone, Copy)]
struct Table {
    map: &'static str,
    places: usize,
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.map, self.places)
    }
}

fn tables() -> Vec<Table> {
    let of_map = |map| [100, 300, 1000, 2000].map(|places| Table { map, places });
    maps::names().into_iter().flat_map(of_map).collect()
}

#[divan::bench(args = tables(), max_time = 5, sample_size = 1)]
fn matrix(bencher: divan::Bencher, Table { map, places: count }: Table) {
    let network = network(map);
    if network.size().nodes < count * NODES_PER_PLACE {
        return;
    }
    let snaps = places::draw(network, count, SEED);
    bencher.counter(ItemsCount::new(count * count)).bench(|| network.matrix(&snaps, &Silent));
}

#[divan::bench(args = maps::names(), max_time = 5)]
fn route(bencher: divan::Bencher, name: &'static str) {
    let network = network(name);
    let snaps = places::draw(network, 2, SEED);
    bencher.bench(|| network.path(&snaps[0], &snaps[1]));
}
