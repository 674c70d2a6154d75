//! Every real extract at hand becomes a network whose matrix and paths agree, however odd the file is.

use std::path::PathBuf;

use crate::kit::{Seeded, extract, extracts};
use beatplan::lonlat::LonLat;
use beatplan::osm::{self, Extract};
use beatplan::progress::Silent;
use beatplan::road::{BuildOptions, Profile, RoadNetwork, Snap};

/// The network of a built-in mode.
fn network(extract: &Extract, mode: &str) -> RoadNetwork {
    let profile = Profile::built_in(mode).unwrap();
    RoadNetwork::build(extract, &profile, &BuildOptions::default())
}

/// Checks that the hierarchy's matrix of `places` is that of plain searches, and its cells `(from, to)` against their
/// paths; how many have a way.
fn check_cells(network: &RoadNetwork, places: &[Snap], cells: &[(usize, usize)]) -> usize {
    let searched = network.matrix(places, &Silent);
    network.prepare();
    let matrix = network.matrix(places, &Silent);
    assert!(matrix == searched, "the hierarchy and Dijkstra's search do not agree");
    let mut ways = 0;
    for (from, to) in cells {
        let path = network.path(&places[*from], &places[*to]);
        assert_eq!(matrix.get(*from, *to), path.as_ref().map(|path| path.cost), "{from} to {to}");
        // Whoever is on one network gets about on it, and nobody leaves it.
        let is_one_network = places[*from].component == places[*to].component;
        assert_eq!(path.is_some(), is_one_network, "{from} to {to}");
        let Some(path) = path else { continue };
        ways += 1;
        // The line is as long as the stated distance: no part of it is missing or driven twice.
        let drawn: f64 = path.points.windows(2).map(|pair| pair[0].distance_m(pair[1])).sum();
        let said = path.cost.distance().metres();
        assert!(
            (drawn - said).abs() < 0.1 + said * 1e-4,
            "{from} to {to}: {drawn} m, said {said} m"
        );
        assert_eq!(path.points.first(), Some(&places[*from].at));
        assert_eq!(path.points.last(), Some(&places[*to].at));
    }
    ways
}

fn check_extracts(files: Vec<PathBuf>) {
    let mut random = Seeded(3);
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let extract = osm::read(&file, &Silent).unwrap_or_else(|error| panic!("{name}: {error}"));
        for mode in ["car", "foot"] {
            let network = network(&extract, mode);
            let mut places: Vec<Snap> = Vec::new();
            for _ in 0..8 {
                if extract.nodes.is_empty() {
                    break;
                }
                // Up to about 50 m from some point of some road, path or ferry.
                let (_, near) = *random.pick(&extract.nodes);
                let mut off = || random.below(1000) as f64 / 1e6 - 5e-4;
                let place = LonLat { lon: near.lon + off(), lat: near.lat + off() };
                places.extend(network.snap(place, 500.0));
            }
            let cells: Vec<(usize, usize)> = match places.is_empty() {
                true => Vec::new(),
                false => (0..10)
                    .map(|_| ())
                    .map(|()| {
                        let mut at = || random.below(places.len() as u64) as usize;
                        (at(), at())
                    })
                    .collect(),
            };
            let ways = check_cells(&network, &places, &cells);
            eprintln!(
                "{name}, {mode}: {} places on the roads, {ways} ways of {} checked",
                places.len(),
                cells.len()
            );
            let is_country = std::fs::metadata(&file).unwrap().len() > 10_000;
            assert!(!is_country || ways > 0, "{name}, {mode}: nothing was checked");
        }
    }
}

#[test]
fn every_extract_is_read_and_its_matrix_is_its_paths() {
    check_extracts(extracts());
}

mod needs_shared {
    use super::check_extracts;
    use crate::kit::{extracts_in, shared};

    #[test]
    #[ignore = "needs ../shared: extracts that may not be shipped"]
    fn every_shared_extract_is_read_and_its_matrix_is_its_paths() {
        let files = extracts_in(&shared("data/extracts"));
        assert!(files.len() > 10, "{files:?}");
        check_extracts(files);
    }
}

#[test]
fn three_hundred_places_in_malta_have_a_matrix_of_paths() {
    let extract = osm::read(&extract("malta"), &Silent).unwrap();
    let mut random = Seeded(4);
    for mode in ["car", "ebike"] {
        let network = network(&extract, mode);
        // The box around the islands; that of the network reaches as far as its ferries.
        let mut share = || random.below(1_000_000) as f64 / 1e6;
        let places: Vec<LonLat> = (0..300)
            .map(|_| LonLat { lon: 14.18 + share() * 0.4, lat: 35.79 + share() * 0.3 })
            .collect();
        let snaps: Vec<Snap> =
            places.iter().flat_map(|place| network.snap(*place, 1000.0)).collect();
        assert!(snaps.len() >= 40, "{}", snaps.len());
        for (place, snap) in places.iter().filter_map(|p| Some((p, network.snap(*p, 1000.0).ok()?)))
        {
            assert!((place.distance_m(snap.at) - snap.distance_m).abs() < 1.0, "{place:?}");
            // A place on the road stays where it is.
            assert!(network.snap(snap.at, 1.0).is_ok_and(|again| again.distance_m < 0.02));
        }
        let cells: Vec<(usize, usize)> =
            (0..60).map(|_| (random.below(40) as usize, random.below(40) as usize)).collect();
        // By car all of it is one network; an e-bike may not ride to the ferry on the trunk road.
        let ways = check_cells(&network, &snaps[..40], &cells);
        assert!(ways >= if mode == "car" { 60 } else { 30 }, "{mode}: {ways}");
    }
}
