//! Places for the benches to ask about, the same in every run.

use beatplan::lonlat::LonLat;
use beatplan::road::{RoadNetwork, Snap};
use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

/// Maximum distance of a drawn place from a road, in metres.
const RADIUS_M: f64 = 500.0;

/// `count` places on the largest network, spread over the box around all roads.
pub(crate) fn draw(network: &RoadNetwork, count: usize, seed: u64) -> Vec<Snap> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut share = || f64::from(random.next_u32()) / f64::from(u32::MAX);
    let bounds = network.bounds();
    let mut snaps = Vec::new();
    while snaps.len() < count {
        let lon = bounds.min().x + bounds.width() * share();
        let lat = bounds.min().y + bounds.height() * share();
        let snap = network.snap(LonLat { lon, lat }, RADIUS_M).ok();
        snaps.extend(snap.filter(|snap| snap.component == 0));
    }
    snaps
}
