//! Discovering, merging and geocoding with the built program, on real maps and lists.

use crate::kit::{beatplan, repository};

fn column(text: &str, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let at = reader.headers().unwrap().iter().position(|header| header == name).unwrap();
    reader.records().map(|record| record.unwrap()[at].to_owned()).collect()
}

fn run(args: &[&str], exit: i32) -> crate::kit::Run {
    beatplan(args).expect(exit)
}

fn path(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

fn gozo() -> String {
    repository("data/gozo/gozo.osm.pbf").display().to_string()
}

#[test]
fn discovered_outlets_form_a_list_without_faults() {
    let folder = tempfile::tempdir().unwrap();
    let list = path(&folder, "map.csv");
    let told = run(&["prospects", "discover", &gozo(), "-o", &list], 0);
    assert_eq!(told.words_missing("OpenStreetMap contributors"), Vec::<String>::new());
    run(&["prospects", "check", &list], 0);
    let text = std::fs::read_to_string(&list).unwrap();
    assert!(column(&text, "id").iter().all(|id| id.contains('/')));
    assert!(text.lines().count() > 15);
}

#[test]
fn a_missing_area_is_reported() {
    let run = run(&["prospects", "discover", &gozo(), "--within", "Vitoria"], 2);
    assert_eq!(run.words_missing("no administrative area|Vitoria"), Vec::<String>::new());
}

#[test]
fn merging_twice_keeps_every_id_and_threads_do_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let list = repository("data/gozo/prospects.csv").display().to_string();
    let (first, again, other) =
        (path(&folder, "first.csv"), path(&folder, "again.csv"), path(&folder, "other.csv"));
    let map = gozo();
    let merge = |output: &str, more: &[&str]| {
        let args = [&["prospects", "merge", &list, "--osm", &map, "-o", output], more].concat();
        assert!(beatplan(args).exit < 2);
        std::fs::read_to_string(output).unwrap()
    };
    let before = merge(&first, &[]);
    assert_eq!(before, merge(&other, &["--threads", "1"]));
    let after = merge(&again, &["--previous", &first]);
    assert_eq!(column(&before, "id"), column(&after, "id"));
    assert!(column(&after, "change").iter().all(|change| change == "kept"), "{after}");
}

#[test]
fn every_row_of_the_county_is_merged_or_reported() {
    let folder = tempfile::tempdir().unwrap();
    let county = |name: &str| repository("data/county").join(name).display().to_string();
    let (list, rejected) = (path(&folder, "merged.csv"), path(&folder, "merged-rejected.csv"));
    let (authority, customers) = (county("authority.csv"), county("customers.xlsx"));
    let told = run(
        &["--json", "prospects", "merge", &authority, "--customers", &customers, "-o", &list],
        1,
    );
    let figures: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    for of_list in figures["lists"].as_array().unwrap() {
        let count = |key: &str| of_list[key].as_u64().unwrap();
        assert_eq!(count("rows"), count("rejected") + count("merged") + count("new"));
    }
    let text = std::fs::read_to_string(&list).unwrap();
    let sources =
        column(&text, "sources").iter().map(|sources| sources.split("; ").count()).sum::<usize>();
    assert_eq!(sources as u64 + figures["lists"][1]["rejected"].as_u64().unwrap(), 3400);
    assert!(std::fs::read_to_string(&rejected).unwrap().contains("authority.csv"));
}

#[test]
fn addresses_without_coordinates_get_a_place_and_a_quality() {
    let folder = tempfile::tempdir().unwrap();
    let (list, placed) = (path(&folder, "list.csv"), path(&folder, "placed.csv"));
    std::fs::write(&list, "id,name,address,lon,lat\nP1,Somebody,\"Triq Enrico Mizzi, Victoria\",,\nP2,Nobody,Atlantis,,\nP3,Here,,14.24,36.04\n").unwrap();
    let told = run(&["prospects", "geocode", &list, "--osm", &gozo(), "-o", &placed], 1);
    assert_eq!(told.words_missing("1 address was not found: row 3"), Vec::<String>::new());
    let text = std::fs::read_to_string(&placed).unwrap();
    assert_eq!(column(&text, "position_quality"), ["street", "none", "given"]);
    assert!(column(&text, "lon")[0].starts_with("14.2"));

    // Its own output has nothing more to be found, and says the same of what was.
    let again = path(&folder, "again.csv");
    run(&["prospects", "geocode", &placed, "--osm", &gozo(), "-o", &again], 1);
    let text = std::fs::read_to_string(&again).unwrap();
    assert_eq!(column(&text, "position_quality"), ["street", "none", "given"]);
    assert_eq!(text.lines().next().unwrap().matches("position_quality").count(), 1);
}

#[test]
fn positions_of_another_datum_are_written_in_that_of_the_map() {
    let folder = tempfile::tempdir().unwrap();
    let (list, placed) = (path(&folder, "list.csv"), path(&folder, "placed.csv"));
    std::fs::write(
        &list,
        "id,name,lon,lat,datum\nP1,A,113.2260,28.8566,gcj02\nP2,B,113.2260,28.8566,\n",
    )
    .unwrap();
    let map = repository("data/county/county.osm.pbf").display().to_string();
    run(&["prospects", "geocode", &list, "--osm", &map, "--datum", "bd09", "-o", &placed], 0);
    let text = std::fs::read_to_string(&placed).unwrap();
    assert_eq!(
        text.lines().next(),
        Some("id,name,lon,lat,position_quality,position_score,position_source,position_matched")
    );
    let lon: Vec<f64> = column(&text, "lon").iter().map(|lon| lon.parse().unwrap()).collect();
    assert!(
        (113.220..113.224).contains(&lon[0]) && (113.213..113.217).contains(&lon[1]),
        "{lon:?}"
    );
}
