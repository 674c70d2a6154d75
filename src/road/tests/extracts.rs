//! Real maps: the prepared network against plain searches.

use std::path::Path;

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

use crate::lonlat::LonLat;
use crate::progress::Silent;
use crate::road::{BuildOptions, Profile, RoadNetwork, Snap};

fn network(extract: &Path) -> RoadNetwork {
    let extract = crate::osm::read(extract, &Silent).unwrap();
    let car = Profile::built_in("car").unwrap();
    RoadNetwork::build(&extract, &car, &BuildOptions::default())
}

/// Places beside points of the roads, so that there are more of them where there are more roads.
fn places(network: &RoadNetwork, count: usize) -> Vec<Snap> {
    let mut random = Pcg64Mcg::seed_from_u64(3);
    let points = &network.base.graph.points;
    let mut snaps = Vec::new();
    while snaps.len() < count {
        let beside = LonLat::from(points[random.next_u32() as usize % points.len()]);
        let moved = LonLat { lon: beside.lon + 1e-4, lat: beside.lat + 1e-4 };
        snaps.extend(network.snap(moved, 200.0));
    }
    snaps
}

fn assert_preparation_changes_no_cost(extract: &Path) {
    let network = network(extract);
    let many = places(&network, 200);
    let few = &many[..20];
    let searched = network.matrix(few, &Silent);
    let search_paths: Vec<_> = few.iter().map(|to| network.path(&few[0], to)).collect();
    assert!(network.hierarchy.get().is_none(), "a few places are not worth the preparation");
    let matrix = network.matrix(&many, &Silent);
    assert!(network.hierarchy.get().is_some());
    for (row, from) in few.iter().enumerate() {
        for (column, to) in few.iter().enumerate() {
            let cost = searched.get(row, column);
            assert_eq!(matrix.get(row, column), cost);
            assert_eq!(network.path(from, to).map(|path| path.cost), cost);
        }
    }
    for (to, by_search) in few.iter().zip(search_paths) {
        let path = network.path(&few[0], to);
        assert_eq!(path.as_ref().map(|path| path.cost), by_search.as_ref().map(|path| path.cost));
    }
}

#[test]
fn preparation_changes_no_cost_on_malta() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert_preparation_changes_no_cost(&repository.join("data/malta/malta.osm.pbf"));
}

mod needs_shared {
    use super::assert_preparation_changes_no_cost;
    use crate::testing::shared;

    #[test]
    #[ignore = "needs ../shared: an extract that may not be shipped"]
    fn preparation_changes_no_cost_in_porto() {
        assert_preparation_changes_no_cost(&shared("data/extracts/porto-metro.osm.pbf"));
    }
}
