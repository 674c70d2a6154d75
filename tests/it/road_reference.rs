//! The road engine against reference routes of another engine, on real maps.
//!
//! The references were computed with speeds by road class only; `fixtures/flat.toml` is that profile.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::kit::{extract, repository};

use beatplan::lonlat::LonLat;
use beatplan::osm;
use beatplan::progress::Silent;
use beatplan::road::{BuildOptions, Period, Profile, RoadNetwork};
use beatplan::units::Seconds;
use jiff::civil::date;
use serde::Deserialize;

fn flat_network(extract: &Path) -> RoadNetwork {
    let extract = osm::read(extract, &Silent).unwrap();
    let profile = Profile::parse(include_str!("../fixtures/flat.toml")).unwrap();
    // The reference knows no hours: a Sunday, when the restrictions of working days do not hold.
    let sunday = Period {
        date: date(2026, 11, 22),
        from: Seconds::from_hours(9),
        to: Seconds::from_hours(18),
        is_holiday: false,
    };
    let options = BuildOptions { periods: vec![sunday], ..BuildOptions::default() };
    RoadNetwork::build(&extract, &profile, &options)
}

#[derive(Deserialize)]
struct Pair {
    from_lon: f64,
    from_lat: f64,
    to_lon: f64,
    to_lat: f64,
    snapped_from_lon: f64,
    snapped_from_lat: f64,
    snapped_to_lon: f64,
    snapped_to_lat: f64,
    flat_seconds: Option<f64>,
    flat_metres: Option<f64>,
}

/// Seconds and metres of our path; `None` where there is none or a place cannot be snapped.
fn ours(network: &RoadNetwork, from: LonLat, to: LonLat, radius_m: f64) -> Option<(f64, f64)> {
    let from = network.snap(from, radius_m).ok()?;
    let to = network.snap(to, radius_m).ok()?;
    let cost = network.path(&from, &to)?.cost;
    Some((cost.time().seconds(), cost.distance().metres()))
}

fn is_within(share: f64, ours: f64, theirs: f64, slack: f64) -> bool {
    (ours - theirs).abs() <= theirs * share + slack
}

/// Holds the routes of `extract` against `reference`, which has at least `least` pairs.
fn check_against_reference(extract: &Path, reference: &Path, least: usize) {
    let network = flat_network(extract);
    let (mut pairs, mut metres_fit, mut seconds_fit, mut own_snap_fits) = (0, 0, 0, 0);
    for row in csv::Reader::from_path(reference).unwrap().deserialize() {
        let row: Pair = row.unwrap();
        let (Some(seconds), Some(metres)) = (row.flat_seconds, row.flat_metres) else { continue };
        pairs += 1;
        let at = |lon, lat| LonLat { lon, lat };
        let snapped = ours(
            &network,
            at(row.snapped_from_lon, row.snapped_from_lat),
            at(row.snapped_to_lon, row.snapped_to_lat),
            50.0,
        );
        // The reference rounds to tenths; its snapped points to six decimals.
        if let Some((s, m)) = snapped {
            metres_fit += usize::from(is_within(0.001, m, metres, 0.3));
            seconds_fit += usize::from(is_within(0.011, s, seconds, 0.2));
        }
        let (from, to) = (at(row.from_lon, row.from_lat), at(row.to_lon, row.to_lat));
        if let Some((s, m)) = ours(&network, from, to, 2000.0) {
            own_snap_fits +=
                usize::from(is_within(0.01, s, seconds, 0.5) && is_within(0.01, m, metres, 1.0));
        }
        if std::env::var_os("SHOW_MISFITS").is_some()
            && !snapped.is_some_and(|(s, m)| {
                is_within(0.001, m, metres, 0.3) && is_within(0.011, s, seconds, 0.2)
            })
        {
            eprintln!(
                "{},{} -> {},{}: {snapped:?}, reference {seconds} {metres}",
                row.snapped_from_lon, row.snapped_from_lat, row.snapped_to_lon, row.snapped_to_lat
            );
        }
    }
    let share = |n: usize| n as f64 / pairs as f64;
    eprintln!(
        "{}: {pairs} pairs; metres fit {:.3}, seconds fit {:.3}, own snapping fits {:.3}",
        extract.display(),
        share(metres_fit),
        share(seconds_fit),
        share(own_snap_fits)
    );
    assert!(pairs >= least, "{pairs}");
    assert!(share(metres_fit) >= 0.98, "{metres_fit} of {pairs}");
    assert!(share(seconds_fit) >= 0.98, "{seconds_fit} of {pairs}");
    assert!(share(own_snap_fits) >= 0.95, "{own_snap_fits} of {pairs}");
}

#[test]
fn routes_in_monaco_are_those_of_the_reference() {
    let reference = repository("tests/fixtures/reference/monaco.csv");
    check_against_reference(&extract("monaco"), &reference, 40);
}

#[derive(Deserialize)]
struct RestrictedPair {
    extract: String,
    relation: u64,
    from_lon: f64,
    from_lat: f64,
    to_lon: f64,
    to_lat: f64,
    obeyed_seconds: f64,
    obeyed_metres: f64,
}

#[test]
fn every_sampled_turn_restriction_is_obeyed() {
    let reference = repository("tests/fixtures/reference/restrictions.csv");
    assert_eq!(check_restrictions(&reference, |row| extract(&row.extract)), 3);
}

/// Checks each route of `reference` that depends on a turn restriction, and returns their number.
fn check_restrictions(reference: &Path, extract: impl Fn(&RestrictedPair) -> PathBuf) -> usize {
    let mut networks = BTreeMap::new();
    let mut checked = 0;
    for row in csv::Reader::from_path(reference).unwrap().deserialize() {
        let row: RestrictedPair = row.unwrap();
        let network =
            networks.entry(row.extract.clone()).or_insert_with(|| flat_network(&extract(&row)));
        let at = |lon, lat| LonLat { lon, lat };
        let (from, to) = (at(row.from_lon, row.from_lat), at(row.to_lon, row.to_lat));
        let (s, m) = ours(network, from, to, 50.0).unwrap();
        eprintln!(
            "{} {}: {s} s {m} m, reference {} {}",
            row.extract, row.relation, row.obeyed_seconds, row.obeyed_metres
        );
        assert!(is_within(0.01, m, row.obeyed_metres, 0.5), "relation {}: {m} m", row.relation);
        assert!(is_within(0.02, s, row.obeyed_seconds, 0.3), "relation {}: {s} s", row.relation);
        checked += 1;
    }
    checked
}

mod needs_shared {
    use super::*;
    use crate::kit::shared;

    #[test]
    #[ignore = "needs ../shared: reference routes that may not be shipped"]
    fn all_routes_are_those_of_the_reference() {
        for (extract, reference) in [("monaco", "monaco"), ("liechtenstein-2015", "liechtenstein")]
        {
            let extract = shared(&format!("data/extracts/{extract}.osm.pbf"));
            check_against_reference(&extract, &shared(&format!("bench/road/{reference}.csv")), 300);
        }
    }

    #[test]
    #[ignore = "needs ../shared: an extract that may not be shipped"]
    fn every_turn_restriction_of_the_reference_is_obeyed() {
        let extract = |row: &RestrictedPair| {
            let is_old = row.extract == "liechtenstein";
            let name = if is_old { "liechtenstein-2015" } else { &row.extract };
            shared(&format!("data/extracts/{name}.osm.pbf"))
        };
        assert!(check_restrictions(&shared("bench/road/restrictions.csv"), extract) >= 5);
    }
}
