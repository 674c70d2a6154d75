//! `beatplan network isochrone` as a user runs it.

use std::fs;

use crate::kit::{Run, beatplan, repository};
use serde_json::Value;

/// Victoria, in the middle of Gozo.
const VICTORIA: &str = "14.2397,36.0443";

fn isochrone(options: &[&str]) -> Run {
    let extract = repository("data/gozo/gozo.osm.pbf");
    let command = ["network", "isochrone", extract.to_str().unwrap()];
    beatplan(command.iter().chain(options))
}

fn features(text: &str) -> Vec<Value> {
    let collection: Value = serde_json::from_str(text).unwrap();
    assert_eq!(collection["type"], "FeatureCollection");
    collection["features"].as_array().unwrap().clone()
}

fn numbers(features: &[Value], property: &str) -> Vec<f64> {
    features.iter().map(|f| f["properties"][property].as_f64().unwrap()).collect()
}

#[test]
fn the_largest_area_comes_first_and_all_figures_fall() {
    let run = isochrone(&["--from", VICTORIA, "--minutes", "3,9,6,9"]).expect(0);
    let features = features(&run.stdout);
    assert_eq!(numbers(&features, "minutes"), [9.0, 6.0, 3.0]);
    for property in ["area_km2", "road_km"] {
        let figures = numbers(&features, property);
        assert!(figures.is_sorted_by(|a, b| a > b) && figures[2] > 0.0, "{figures:?}");
    }
    for feature in &features {
        assert_eq!(feature["geometry"]["type"], "MultiPolygon");
        let properties = &feature["properties"];
        assert_eq!(properties["from_lon"], 14.2397);
        assert_eq!(properties["profile"], "car");
        assert!(properties["attribution"].as_str().unwrap().contains("OpenStreetMap"));
    }
}

#[test]
fn each_place_has_areas_of_its_own() {
    let options = ["--from", VICTORIA, "--from", "14.2938,36.0287", "--minutes", "5,10"];
    let features = features(&isochrone(&options).expect(0).stdout);
    assert_eq!(numbers(&features, "place"), [1.0, 2.0, 1.0, 2.0]);
    assert_eq!(numbers(&features, "minutes"), [10.0, 10.0, 5.0, 5.0]);
}

#[test]
fn roads_carry_the_shortest_of_the_times_they_are_reached_in() {
    let areas = isochrone(&["--from", VICTORIA, "--minutes", "4,8"]).expect(0);
    let lines = isochrone(&["--from", VICTORIA, "--minutes", "4,8", "--roads"]).expect(0);
    let (areas, lines) = (features(&areas.stdout), features(&lines.stdout));
    let mut km = [0.0; 2];
    for line in &lines {
        assert_eq!(line["geometry"]["type"], "LineString");
        let properties = &line["properties"];
        let minutes = properties["minutes"].as_f64().unwrap();
        for end in ["from_seconds", "to_seconds"] {
            let seconds = properties[end].as_f64().unwrap();
            assert!(seconds <= minutes * 60.0 && (minutes == 4.0 || seconds >= 240.0));
        }
        km[usize::from(minutes == 8.0)] += properties["metres"].as_f64().unwrap() / 1000.0;
    }
    let of_areas = numbers(&areas, "road_km");
    assert!((km[0] - of_areas[1]).abs() < 0.001, "{km:?} {of_areas:?}");
    assert!((km[0] + km[1] - of_areas[0]).abs() < 0.001, "{km:?} {of_areas:?}");
}

#[test]
fn a_file_takes_the_areas_and_the_summary_is_printed() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("reach.geojson");
    let options = ["--from", VICTORIA, "--minutes", "5,10", "-o", out.to_str().unwrap()];
    let table = isochrone(&options).expect(0).stdout;
    assert!(table.contains("area km²"), "{table}");
    let json = isochrone(&[&options[..], &["--json"]].concat()).expect(0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["minutes"], 5);
    assert_eq!(json[1]["minutes"], 10);
    let written = features(&fs::read_to_string(&out).unwrap());
    assert_eq!(json[1]["area_km2"], written[0]["properties"]["area_km2"]);
    let on_stdout = isochrone(&options[..4]).expect(0).stdout;
    assert_eq!(on_stdout, fs::read_to_string(&out).unwrap());
}

#[test]
fn an_area_that_cannot_be_drawn_is_reported_and_nothing_is_written() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("reach.geojson");
    let out = out.to_str().unwrap();
    let cases: [(&[&str], &str); 7] = [
        (
            &["--from", "14.35,36.1", "--minutes", "10"],
            "--from 14.35,36.1|no usable road within 200 m|nearest",
        ),
        (&["--from", VICTORIA, "--minutes", "0"], "--minutes|1..=600"),
        (&["--from", VICTORIA, "--minutes", "601"], "--minutes|1..=600"),
        (&["--from", VICTORIA, "--minutes", "10,x"], "--minutes|x"),
        (&["--from", VICTORIA], "--minutes"),
        (&["--minutes", "10"], "--from"),
        (&["--from", VICTORIA, "--minutes", "10", "--width", "5"], "--width|20..=1000"),
    ];
    for (options, words) in cases {
        let run = isochrone(&[options, &["-o", out]].concat()).expect(2);
        let missing = run.words_missing(words);
        assert!(missing.is_empty() && run.stdout.is_empty(), "{missing:?}\n{}", run.stderr);
        assert!(!fs::exists(out).unwrap());
    }
}

#[test]
fn the_areas_are_the_same_bytes_for_any_number_of_threads() {
    let run = |threads| {
        isochrone(&["--from", VICTORIA, "--minutes", "5,10,15", "--threads", threads])
            .expect(0)
            .stdout
    };
    assert!(run("1") == run("2"));
}
