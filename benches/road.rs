//! How fast a road network is built, loaded, snapped to and searched. Run with `cargo bench --bench road`.
//!
//! Places are drawn from the network's own box with a fixed seed, so every run asks the same questions.

#[path = "maps/mod.rs"]
mod maps;

use beatplan::lonlat::LonLat;
use beatplan::osm::{self, Extract};
use beatplan::progress::Silent;
use beatplan::road::{BuildOptions, Profile, RoadNetwork, Snap};
use divan::counter::ItemsCount;
use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

fn main() {
    divan::main();
}

fn extract(name: &str) -> Option<Extract> {
    Some(osm::read(&maps::path(name)?, &Silent).expect("the extract is sound"))
}

fn network(name: &str) -> Option<RoadNetwork> {
    let car = Profile::built_in("car").expect("there is a profile for cars");
    Some(RoadNetwork::build(&extract(name)?, &car, &BuildOptions::default()))
}

/// `count` places that can be snapped, spread over the network's box.
fn places(network: &RoadNetwork, count: usize) -> Vec<Snap> {
    let mut random = Pcg64Mcg::seed_from_u64(1);
    let mut share = || f64::from(random.next_u32()) / f64::from(u32::MAX);
    let bounds = network.bounds();
    let mut snaps = Vec::new();
    while snaps.len() < count {
        let lon = bounds.min().x + bounds.width() * share();
        let lat = bounds.min().y + bounds.height() * share();
        snaps.extend(network.snap(LonLat { lon, lat }, 500.0).ok().filter(|s| s.component == 0));
    }
    snaps
}

#[divan::bench(args = maps::NAMES, max_time = 10)]
fn build(bencher: divan::Bencher, name: &str) {
    let Some(extract) = extract(name) else { return };
    let car = Profile::built_in("car").expect("there is a profile for cars");
    let arcs = RoadNetwork::build(&extract, &car, &BuildOptions::default()).size().arcs;
    bencher
        .counter(ItemsCount::new(arcs))
        .bench(|| RoadNetwork::build(&extract, &car, &BuildOptions::default()));
}

#[divan::bench(args = maps::NAMES, max_time = 5)]
fn load(bencher: divan::Bencher, name: &str) {
    let Some(network) = network(name) else { return };
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let file = folder.path().join("bench.road");
    network.save(&file).expect("the disk takes it");
    bencher.bench(|| RoadNetwork::load(&file).expect("it was just written"));
}

#[divan::bench(args = maps::NAMES, max_time = 5)]
fn snap_1000(bencher: divan::Bencher, name: &str) {
    let Some(network) = network(name) else { return };
    bencher.counter(ItemsCount::new(1000_u32)).bench(|| places(&network, 1000));
}

#[divan::bench(args = maps::NAMES, max_time = 20, sample_count = 5)]
fn matrix_170(bencher: divan::Bencher, name: &str) {
    let Some(network) = network(name) else { return };
    let snaps = places(&network, 170);
    bencher.counter(ItemsCount::new(170_u32 * 170)).bench(|| network.matrix(&snaps, &Silent));
}

#[divan::bench(args = maps::NAMES, max_time = 5)]
fn path(bencher: divan::Bencher, name: &str) {
    let Some(network) = network(name) else { return };
    let snaps = places(&network, 2);
    bencher.bench(|| network.path(&snaps[0], &snaps[1]));
}
