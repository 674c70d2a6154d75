//! Contents of real extracts.

use std::path::{Path, PathBuf};

use crate::kit::{extract, extracts, repository};

use beatplan::lonlat::LonLat;
use beatplan::osm::{self, Extract, OsmNodeId, RestrictionMember};
use beatplan::progress::Silent;

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    let path = extract("niue");
    let with_threads = |count| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build();
        pool.expect("threads can be had").install(|| osm::read(&path, &Silent))
    };
    let one = with_threads(1).expect("the extract is sound");
    assert_eq!(one, with_threads(2).expect("the extract is sound"));
    assert_eq!(one, with_threads(7).expect("the extract is sound"));
}

/// Counts of other software in an extract.
struct Row {
    name: &'static str,
    restrictions: usize,
    via_way: usize,
    /// Pharmacies, clinics, doctors, hospitals, chemists.
    outlets: [usize; 5],
    /// Those with opening hours; left out for Malta, where the description (33) and the list made from the file (32) differ.
    opening_hours: Option<usize>,
    /// Cities, towns and villages that are nodes, and how many of them have a population.
    places: (usize, Option<usize>),
    boundaries_closed: Option<usize>,
}

#[rustfmt::skip]
const ROWS: [Row; 6] = [
    Row { name: "malta", restrictions: 363, via_way: 8, outlets: [133, 16, 5, 15, 4], opening_hours: None, places: (78, Some(65)), boundaries_closed: Some(74) },
    Row { name: "gozo", restrictions: 34, via_way: 0, outlets: [15, 0, 0, 3, 0], opening_hours: Some(1), places: (19, Some(14)), boundaries_closed: Some(17) },
    Row { name: "neubrandenburg", restrictions: 19, via_way: 2, outlets: [23, 0, 18, 3, 3], opening_hours: Some(26), places: (35, Some(13)), boundaries_closed: Some(8) },
    Row { name: "monaco", restrictions: 27, via_way: 0, outlets: [23, 0, 0, 5, 0], opening_hours: Some(0), places: (6, Some(6)), boundaries_closed: Some(13) },
    Row { name: "helsinki", restrictions: 45, via_way: 0, outlets: [6, 3, 3, 0, 0], opening_hours: Some(6), places: (1, Some(1)), boundaries_closed: Some(0) },
    Row { name: "niue", restrictions: 0, via_way: 0, outlets: [0, 0, 0, 1, 0], opening_hours: Some(1), places: (13, None), boundaries_closed: Some(14) },
];

#[test]
fn counts_of_real_extracts_agree_with_their_description() {
    for row in &ROWS {
        check_counts(row, &extract(row.name));
    }
}

fn check_counts(row: &Row, path: &Path) {
    const KINDS: [(&str, &str); 5] = [
        ("amenity", "pharmacy"),
        ("amenity", "clinic"),
        ("amenity", "doctors"),
        ("amenity", "hospital"),
        ("shop", "chemist"),
    ];
    let extract = osm::read(path, &Silent).expect("the extract is sound");
    assert_eq!(extract.restrictions.len(), row.restrictions, "{}", row.name);
    let via_way = extract.restrictions.iter().filter(|restriction| {
        restriction.via.iter().any(|via| matches!(via, RestrictionMember::Way(_)))
    });
    assert_eq!(via_way.count(), row.via_way, "{}", row.name);

    let of_kind = |(key, value)| extract.outlets.iter().filter(|o| o.tags.is(key, value)).count();
    assert_eq!(KINDS.map(of_kind), row.outlets, "{}", row.name);
    // One that is of two kinds was counted twice.
    let with_hours = |(key, value)| {
        let of_kind = extract.outlets.iter().filter(|o| o.tags.is(key, value));
        of_kind.filter(|o| o.tags.get("opening_hours").is_some()).count()
    };
    let with_hours: usize = KINDS.map(with_hours).iter().sum();
    if let Some(expected) = row.opening_hours {
        assert_eq!(with_hours, expected, "{}", row.name);
    }

    let is_counted = |place: &&osm::Place| {
        place.osm_id.starts_with("node/")
            && matches!(place.tags.get("place"), Some("city" | "town" | "village"))
    };
    let places: Vec<_> = extract.places.iter().filter(is_counted).collect();
    assert_eq!(places.len(), row.places.0, "{}", row.name);
    if let Some(expected) = row.places.1 {
        let with_population = places.iter().filter(|p| p.tags.get("population").is_some());
        assert_eq!(with_population.count(), expected, "{}", row.name);
    }

    if let Some(expected) = row.boundaries_closed {
        let closed = extract.boundaries.iter().filter(|boundary| boundary.area.is_some());
        assert_eq!(closed.count(), expected, "{}", row.name);
    }
    check_invariants(&extract, path);
}

#[test]
fn outlets_of_real_extracts_lie_where_independent_lists_say() {
    for name in ["monaco", "neubrandenburg"] {
        let list = format!("tests/fixtures/extracts/{name}_healthcare.csv");
        check_outlets(&extract(name), &repository(&list));
    }
}

fn check_outlets(extract: &Path, list: &Path) {
    let extract = osm::read(extract, &Silent).expect("the extract is sound");
    let mut rows = csv::Reader::from_path(list).expect("the list is readable");
    let headers = rows.headers().expect("the list has a header").clone();
    let mut count = 0;
    for row in rows.records() {
        let row = row.expect("the list is sound");
        let column = |name| {
            let at = headers.iter().position(|header| header == name);
            &row[at.expect("the list has the column")]
        };
        let number = |name| column(name).parse().expect("the column holds numbers");
        let id = column("osm_id");
        let outlet = extract.outlets.iter().find(|outlet| outlet.osm_id == id);
        let outlet = outlet.unwrap_or_else(|| panic!("{id} is missing"));
        assert_eq!(outlet.tags.get("name").unwrap_or_default(), column("name"), "{id}");
        assert_eq!(outlet.tags.get("opening_hours").unwrap_or_default(), column("opening_hours"));
        let listed = LonLat { lon: number("lon"), lat: number("lat") };
        let distance = outlet.at.distance_m(listed);
        // The lists may take another point of an area than its centroid.
        let tolerance_m = if id.starts_with("node/") { 0.1 } else { 100.0 };
        assert!(distance < tolerance_m, "{id} is {distance} m off");
        count += 1;
    }
    assert!(count > 0, "the list is not empty");
}

#[test]
fn every_extract_is_read() {
    check_all(&extracts());
}

fn check_all(files: &[PathBuf]) {
    for path in files {
        match osm::read(path, &Silent) {
            Ok(extract) => check_invariants(&extract, path),
            Err(error) => panic!("{error}"),
        }
    }
}

/// Checks the rules that every extract keeps.
fn check_invariants(extract: &Extract, path: &Path) {
    let path = path.display();
    assert!(extract.nodes.is_sorted_by(|a, b| a.0 < b.0), "{path}: nodes rise");
    assert!(extract.ways.is_sorted_by_key(|way| way.id), "{path}: ways rise");
    assert!(extract.barriers.is_sorted_by(|a, b| a.node < b.node), "{path}: barriers rise");
    assert!(extract.restrictions.is_sorted_by(|a, b| a.id < b.id), "{path}: restrictions rise");
    assert!(extract.boundaries.is_sorted_by(|a, b| a.id < b.id), "{path}: boundaries rise");

    let mut used: Vec<OsmNodeId> = extract.ways.iter().flat_map(|way| way.nodes.clone()).collect();
    used.sort();
    used.dedup();
    assert!(used.iter().eq(extract.nodes.iter().map(|(id, _)| id)), "{path}: nodes of ways");
    assert!(extract.ways.iter().all(|way| way.nodes.len() >= 2), "{path}: two nodes a way");
    for barrier in &extract.barriers {
        assert!(extract.position(barrier.node).is_some(), "{path}: {barrier:?} is on a way");
    }
}

mod needs_shared {
    use super::*;
    use crate::kit::{extracts_in, shared};

    #[rustfmt::skip]
    const ROWS: [Row; 3] = [
        Row { name: "isle-of-man-2020", restrictions: 24, via_way: 0, outlets: [12, 0, 7, 4, 4], opening_hours: Some(3), places: (28, Some(4)), boundaries_closed: Some(31) },
        Row { name: "isle-of-man-2019", restrictions: 24, via_way: 0, outlets: [12, 0, 7, 3, 4], opening_hours: Some(0), places: (25, Some(4)), boundaries_closed: None },
        Row { name: "liechtenstein-2015", restrictions: 3, via_way: 0, outlets: [3, 0, 0, 1, 0], opening_hours: Some(0), places: (15, Some(12)), boundaries_closed: None },
    ];

    fn shared_extract(name: &str) -> PathBuf {
        shared(&format!("data/extracts/{name}.osm.pbf"))
    }

    #[test]
    #[ignore = "needs ../shared: extracts that may not be shipped"]
    fn counts_of_shared_extracts_agree_with_their_description() {
        for row in &ROWS {
            check_counts(row, &shared_extract(row.name));
        }
    }

    #[test]
    #[ignore = "needs ../shared: lists made from the extracts"]
    fn outlets_of_shared_extracts_lie_where_independent_lists_say() {
        for (extract, list) in
            [("malta", "malta"), ("gozo", "gozo"), ("isle-of-man-2020", "isle-of-man")]
        {
            let list = shared(&format!("data/lists/osm-{list}_healthcare.csv"));
            check_outlets(&shared_extract(extract), &list);
        }
    }

    #[test]
    #[ignore = "needs ../shared: extracts that may not be shipped"]
    fn every_shared_extract_is_read() {
        check_all(&extracts_in(&shared("data/extracts")));
    }

    #[test]
    #[ignore = "needs ../shared: an extract that may not be shipped"]
    fn a_real_file_in_disorder_loses_no_node() {
        let path = shared_extract("columbus-unsorted");
        let extract = osm::read(&path, &Silent).expect("the extract is sound");
        assert_eq!(extract.remarks, [], "all nodes of its roads are in the file");
        assert!(extract.ways.len() > 8_000);
    }
}
