//! Duration of the coverage of a large territory from a built network: Malta with 5,000 outlets strewn around the demo's and
//! some 3,000 hexagons. Measures everything that `beatplan coverage` computes, without reading and writing files. Run with
//! `cargo bench --bench coverage`.

use std::path::Path;

use beatplan::coverage::CellResolution;
use beatplan::insight::{
    BalanceOptions, CoverageOptions, coverage, half_day_dates, territory_extract,
};
use beatplan::lonlat::LonLat;
use beatplan::networks::{NetworkCache, Networks, networks};
use beatplan::osm::Extract;
use beatplan::progress::Silent;
use beatplan::territory::{Lists, Territory, load_prospects};
use jiff::civil::{Date, date};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

const DAY: Date = date(2026, 11, 25);
const OUTLETS: usize = 5_000;

fn main() {
    divan::main();
}

fn large_territory() -> (Territory, Lists, Networks, Extract) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/malta/territory.toml");
    let territory = Territory::read(&file).expect("the demo is sound");
    let mut lists = load_prospects(&territory, DAY, &Silent).expect("its lists are sound");
    let mut random = Pcg64::seed_from_u64(1);
    // Up to 600 m to each side.
    let mut off = || (f64::from(random.next_u32()) / f64::from(u32::MAX) - 0.5) * 0.011;
    let known = lists.prospects.clone();
    for at in known.len()..OUTLETS {
        let mut outlet = known.as_slice()[at % known.len()].clone();
        outlet.id = format!("P{at}");
        outlet.at = LonLat { lon: outlet.at.lon + off(), lat: outlet.at.lat + off() };
        lists.prospects.push(outlet);
    }
    let days = half_day_dates(&territory, DAY);
    let networks = networks(&territory, &days, &NetworkCache::none(), &Silent);
    let extract = territory_extract(&territory, &Silent).expect("its map is sound");
    (territory, lists, networks.expect("it has roads"), extract)
}

#[divan::bench(args = ["counted", "all"], sample_count = 5)]
fn of_5000_outlets(bencher: divan::Bencher, what: &str) {
    let (territory, lists, networks, extract) = large_territory();
    let mut options =
        CoverageOptions { resolution: CellResolution::new(9), ..CoverageOptions::default() };
    if what == "all" {
        options.isochrone_minutes = vec![15, 30, 45, 60];
        options.half_days_max = 12;
        options.balance = Some(BalanceOptions::default());
    }
    bencher.bench_local(|| {
        let found = coverage(&territory, &lists, &networks, &extract, (DAY, &options), &Silent);
        let map = found.expect("homes and boundary are sound").map;
        assert!(map.cells.len() > 2_000);
    });
}
