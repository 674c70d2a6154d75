//! `beatplan coverage` and `beatplan territory` on the demo territories, and the coverage map against the road network.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use crate::kit::{Home, NETWORKS, json, repository, run};
use beatplan::insight::{Coverage, CoverageOptions, coverage, territory_extract};
use beatplan::networks::{Networks, networks};
use beatplan::progress::Silent;
use beatplan::territory::{Territory, load_prospects};
use jiff::civil::date;
use serde_json::Value;

/// The coverage of Malta, computed once for all tests.
static MALTA: LazyLock<(Territory, Networks, Coverage)> = LazyLock::new(|| {
    let territory = Territory::read(&repository("data/malta/territory.toml")).unwrap();
    let day = date(2026, 11, 25);
    let lists = load_prospects(&territory, day, &Silent).unwrap();
    let networks = networks(&territory, &[day], &NETWORKS, &Silent).unwrap();
    let extract = territory_extract(&territory, &Silent).unwrap();
    let options = CoverageOptions { isochrone_minutes: vec![15], ..CoverageOptions::default() };
    let found =
        coverage(&territory, &lists, &networks, &extract, (day, &options), &Silent).unwrap();
    (territory, networks, found)
});

#[test]
fn hexagons_and_areas_add_up_and_travel_times_are_those_of_the_network() {
    let (territory, networks, found) = &*MALTA;
    let map = &found.map;

    let sum = |of: fn(&beatplan::coverage::Figures) -> u64| {
        map.cells.iter().map(|cell| of(&cell.figures)).sum::<u64>()
    };
    let whole = &map.whole;
    assert_eq!(Some(sum(|f| f.population.unwrap_or(0))), whole.population);
    assert_eq!(sum(|f| f.road.0), whole.road.0);
    assert_eq!(sum(|f| u64::from(f.outlets)), u64::from(whole.outlets));
    assert_eq!(sum(|f| u64::from(f.customers)), u64::from(whole.customers));
    assert_eq!(sum(|f| u64::from(f.overdue)), u64::from(whole.overdue));
    let area: f64 = map.cells.iter().map(|cell| cell.figures.area_m2).sum();
    assert!((area / whole.area_m2 - 1.0).abs() < 1e-6);
    // The five regions make up the territory, and their councils make up them.
    let regions = map.areas.iter().filter(|area| area.admin_level == 4);
    assert_eq!(
        Some(regions.clone().filter_map(|area| area.figures.population).sum::<u64>()),
        whole.population
    );
    assert_eq!(
        regions.map(|area| u64::from(area.figures.outlets)).sum::<u64>(),
        u64::from(whole.outlets)
    );
    // The census of 2011 counted 417,432; the map's figures are of several years.
    assert!((400_000..460_000).contains(&whole.population.unwrap()));

    let network = networks.by_mode["car"].any();
    let snap = |at, radius_m| network.snap(at, radius_m).unwrap();
    let homes: Vec<_> = territory.reps.iter().map(|rep| snap(rep.home, 200.0)).collect();
    let mut compared = 0;
    for area in map.areas.iter().step_by(5) {
        let to = snap(area.middle, f64::INFINITY);
        let times = homes
            .iter()
            .zip(territory.reps.ids())
            .filter_map(|(home, rep)| Some((network.path(home, &to)?.cost.time(), rep)));
        assert_eq!(area.nearness.home, times.min(), "{}", area.name);
        compared += 1;
    }
    let served: Vec<_> = found
        .prospects
        .iter()
        .filter(|prospect| beatplan::prospects::name_of(prospect.stage) == "customer")
        .filter(|prospect| beatplan::prospects::name_of(prospect.status) == "open")
        .map(|prospect| snap(prospect.at, 200.0))
        .collect();
    for (prospect, place) in found.prospects.iter().zip(&map.places).step_by(20) {
        let Ok(to) = network.snap(prospect.at, 200.0) else { continue };
        let times = served.iter().filter_map(|from| Some(network.path(from, &to)?.cost.time()));
        assert_eq!(place.nearness.served, times.min(), "{}", prospect.name);
        compared += 1;
    }
    assert!(compared > 15);
}

#[test]
fn settlements_without_an_outlet_are_the_places_to_search() {
    let (_, _, found) = &*MALTA;
    let map = &found.map;
    let names: Vec<&str> = map.unserved().take(4).map(|place| &*place.name).collect();
    assert_eq!(names, ["Ħad-Dingli", "L-Iklin", "L-Imqabba", "L-Imtarfa"]);
    for place in map.unserved() {
        let nearest = found.prospects.iter().map(|prospect| prospect.at.distance_m(place.at));
        assert!(nearest.fold(f64::INFINITY, f64::min) > 200.0, "{}", place.name);
    }
    // All white space is in one group, each outlet once.
    let white: Vec<_> =
        map.white_space(&found.prospects).into_iter().flat_map(|space| space.outlets).collect();
    let once: std::collections::BTreeSet<_> = white.iter().collect();
    assert_eq!((white.len(), once.len()), (map.whole.white_space() as usize, white.len()));
}

#[test]
fn the_files_are_the_same_for_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let mut contents = Vec::new();
    for threads in ["1", "3"] {
        let out = folder.path().join(threads);
        let line = "coverage data/gozo/territory.toml --date 2026-11-25";
        let run = run(&format!("{line} --threads {threads} --out {}", out.display()));
        assert_eq!(run.exit, 0, "{}", run.stderr);
        let files: BTreeMap<_, _> = fs::read_dir(&out)
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap()))
            .collect();
        contents.push(files);
    }
    assert!(contents[0].len() >= 7);
    assert!(contents[0] == contents[1]);
}

#[test]
fn a_coverage_folder_replaces_a_coverage_folder_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let line = "coverage data/gozo/territory.toml --date 2026-11-25 --isochrones 0";
    let run = || run(&format!("{line} --out {}", out.display()));
    assert_eq!(run().exit, 0);
    assert_eq!(run().exit, 0);
    assert_eq!(json(&out.join("summary.json"))["date"], "2026-11-25");
    assert!(!out.join("isochrones.geojson").exists());
    fs::write(out.join("notes.txt"), "mine").unwrap();
    let run = run();
    assert!(run.exit == 2 && run.stderr.contains("notes.txt"), "{}", run.stderr);
}

#[test]
fn a_territory_is_described_in_words_and_as_json() {
    let json = run("territory data/gozo/territory.toml --json -q");
    let profile: Value = serde_json::from_str(&json.stdout).unwrap();
    let areas = profile["areas"].as_array().unwrap();
    let rabat = areas.iter().find(|area| area["name"] == "Ir-Rabat").unwrap();
    assert_eq!(rabat["population"], 6901);
    assert!(rabat["travel_minutes_home"].as_f64().unwrap() < 10.0);
    let people: u64 = areas.iter().filter_map(|area| area["population"].as_u64()).sum();
    assert_eq!(profile["population"].as_u64(), Some(people));

    let text = run("territory data/gozo/territory.toml").stdout;
    for told in ["Boundary: ", "Roads: ", "Types: ", "Areas: 14", "Ir-Rabat"] {
        assert!(text.contains(told), "{told} in {text}");
    }
}

#[test]
fn missing_and_doubtful_input_is_reported_with_a_remedy() {
    let home = Home::of("gozo");
    let text = home.text("territory.toml");
    let told = |boundary: &str, osm: &str| {
        let (head, tail) = text.split_once("[[prospects]]").unwrap();
        let head = head.split("[boundary]").next().unwrap().replace("gozo.osm.pbf", osm);
        home.write("north.toml", format!("{head}{boundary}\n[[prospects]]{tail}"));
        home.run("territory north.toml --quiet").expect(2).stderr
    };
    let error = told("[boundary]\nareas = [\"Il-Qalla\"]", "gozo.osm.pbf");
    assert!(error.contains("no administrative area \"Il-Qalla\"; it has Il-Qala"), "{error}");
    let error = told("[boundary]\nfile = \"no.geojson\"", "gozo.osm.pbf");
    assert!(error.contains("there is no file \"no.geojson\""), "{error}");
    let error = told("[boundary]\n", "gozo.osm.pbf");
    assert!(error.contains("a boundary is either a file or areas of the map"), "{error}");

    home.run("network build gozo.osm.pbf -q --profile ebike -o gozo.road").expect(0);
    let error = told("", "gozo.road");
    assert!(error.contains("[geocode] osm"), "{error}");
}

#[test]
fn a_plan_is_taken_along_without_what_is_personal_and_changes_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let run = |command: &str, out: &Path, more: &str| {
        let line = format!("{command} data/gozo/territory.toml --date 2026-11-25 -q {more}");
        crate::kit::run(&format!("{line} --out {}", out.display()))
    };
    let (plan, with, without) =
        (folder.path().join("plan"), folder.path().join("with"), folder.path().join("without"));
    let taken_along = &format!("--plan {} --drop-personal", plan.display());

    assert_eq!(run("plan", &plan, "--effort quick").exit, 0);
    let refused = run("coverage", &with, taken_along);
    assert!(
        refused.exit == 2 && refused.stderr.contains("holds personal columns"),
        "{}",
        refused.stderr
    );
    assert!(!with.exists());
    assert_eq!(run("plan", &plan, "--effort quick --drop-personal").exit, 0);
    let accepted = run("coverage", &with, taken_along);
    assert_eq!(accepted.exit, 0, "{}", accepted.stderr);
    assert_eq!(run("coverage", &without, "--drop-personal").exit, 0);

    let features =
        |folder: &Path, layer: &str| crate::kit::features(&folder.join(format!("{layer}.geojson")));
    for layer in ["stops", "outlets"] {
        let all = features(&with, layer);
        assert!(!all.is_empty());
        assert!(all.iter().all(|feature| feature["properties"]["phone"].is_null()), "{layer}");
        assert!(all.iter().all(|feature| feature["properties"]["note"].is_null()), "{layer}");
    }
    assert_eq!(features(&with, "routes"), features(&plan, "routes"));
    for layer in ["outlets", "coverage_cells", "search_here"] {
        assert_eq!(features(&with, layer), features(&without, layer), "{layer}");
    }
    // The plan may leave no white space for half-days.
    let has_half_days = with.join("half_day_stops.geojson").exists();
    let half_days = if has_half_days { features(&with, "half_day_stops") } else { Vec::new() };
    let on_the_way = [features(&with, "on_the_way"), half_days].concat();
    let planned = features(&with, "stops");
    let id = |feature: &Value| feature["properties"]["id"].clone();
    assert!(on_the_way.iter().all(|on| planned.iter().all(|stop| id(stop) != id(on))));

    // A layer that somebody has spoiled is named.
    let spoiled_layer = features(&plan, "stops")[0].to_string().replace("[14.", "[");
    let spoiled_layer = format!(r#"{{"type":"FeatureCollection","features":[{spoiled_layer}]}}"#);
    fs::write(
        plan.join("phone_calls.geojson"),
        spoiled_layer.replace("\"Point\"", "\"MultiPoint\""),
    )
    .unwrap();
    let spoiled = run("coverage", &with, taken_along);
    assert!(
        spoiled.exit == 2 && spoiled.stderr.contains("phone_calls.geojson"),
        "{}",
        spoiled.stderr
    );
}
