//! Speed of finding and drawing isochrones. Run with `cargo bench --bench isochrone`.

#[path = "maps/mod.rs"]
mod maps;

use beatplan::lonlat::LonLat;
use beatplan::osm;
use beatplan::progress::Silent;
use beatplan::road::{BuildOptions, ISOCHRONE_WIDTH_M, Profile, RoadNetwork, Snap};
use beatplan::units::Millis;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

/// The car network, and the place in its largest part that is nearest to its middle.
fn network(name: &str) -> Option<(RoadNetwork, Snap)> {
    let extract = osm::read(&maps::path(name)?, &Silent).expect("the extract is sound");
    let car = Profile::built_in("car").expect("there is a profile for cars");
    let network = RoadNetwork::build(&extract, &car, &BuildOptions::default());
    let middle = network.bounds().center();
    let middle = LonLat { lon: middle.x, lat: middle.y };
    let snap = network.snap(middle, 50_000.0).expect("there is a road");
    Some((network, snap))
}

const HALF_AN_HOUR: Millis = Millis(30 * 60_000);

#[divan::bench(args = maps::names(), max_time = 5)]
fn reach_30_min(bencher: divan::Bencher, name: &str) {
    let Some((network, place)) = network(name) else { return };
    let spans = network.reach(&place, HALF_AN_HOUR).spans(HALF_AN_HOUR).count();
    bencher.counter(ItemsCount::new(spans)).bench(|| network.reach(&place, HALF_AN_HOUR));
}

#[divan::bench(args = maps::names(), max_time = 5)]
fn isochrones_10_20_30_min(bencher: divan::Bencher, name: &str) {
    let Some((network, place)) = network(name) else { return };
    let reach = network.reach(&place, HALF_AN_HOUR);
    let limits = [10, 20, 30].map(|minutes| Millis(minutes * 60_000));
    let spans = reach.spans(HALF_AN_HOUR).count();
    bencher.counter(ItemsCount::new(spans)).bench(|| reach.isochrones(&limits, ISOCHRONE_WIDTH_M));
}
