//! Rows without coordinates on their way through `plan` and `verify`: looked up by their address in the map, left out where
//! that is not exact enough, and told where it is not known at all.

use std::fs;
use std::path::Path;

use crate::kit::{Run, beatplan, repository};
use serde_json::{Value, json};

/// One outlet with a position, one on a street, one in a village, one nowhere.
const LIST: &str = "id,名称,地址,lon,lat,must_visit\n\
    P1,城关老百姓大药房,青溪县城关镇,113.2260,28.8566,\n\
    P2,新生药店,青溪县城关镇新胜利街117号,,,\n\
    P3,上湾村卫生室,白水镇金岭村,,,yes\n\
    P4,天涯诊所,Nowhere at all,,,\n";

/// A territory in `folder` with `list` and what `more` says.
fn territory(folder: &Path, list: &str, more: &str) {
    let map = repository("data/county/county.osm.pbf");
    fs::write(folder.join("list.csv"), list).unwrap();
    fs::write(
        folder.join("territory.toml"),
        format!(
            "osm = \"{}\"\ntimezone = \"Asia/Shanghai\"\n[[prospects]]\nfile = \"list.csv\"\n\
             [[rep]]\nname = \"Rep 1\"\nhome = [113.2260, 28.8566]\nmode = \"ebike\"\n{more}",
            map.display()
        ),
    )
    .unwrap();
}

fn plan(folder: &Path) -> Run {
    let (territory, out) = (folder.join("territory.toml"), folder.join("plan"));
    let (territory, out) = (territory.to_str().unwrap(), out.to_str().unwrap());
    beatplan(["plan", territory, "--date", "2026-11-25", "--effort", "quick", "--out", out])
}

fn written(folder: &Path, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("plan").join(name)).unwrap()).unwrap()
}

/// Id, decision, reason and quality of all prospects.
fn decided(folder: &Path) -> Value {
    let prospects = written(folder, "prospects.geojson");
    let told = prospects["features"].as_array().unwrap().iter().map(|feature| {
        let of = |key: &str| feature["properties"][key].clone();
        json!([of("id"), of("decision"), of("reason_code"), of("position_quality")])
    });
    told.collect()
}

fn verify(folder: &Path) -> Run {
    beatplan(["verify", folder.join("plan").to_str().unwrap()])
}

#[test]
fn rows_without_coordinates_are_routed_left_out_or_told_as_well_as_their_address_is_known() {
    let folder = tempfile::tempdir().unwrap();
    territory(folder.path(), LIST, "");
    let run = plan(folder.path()).expect(1);
    let missing = run.words_missing(
        "2 of 4 rows have no lon and lat and were found by address: street 1, place 1|\
         P3 \"上湾村卫生室\" must be visited but is left out: its position is known only to the town or village (place)|\
         row 5 P4 \"天涯诊所\"",
    );
    assert!(missing.is_empty(), "{missing:?} in {}", run.stderr);
    let expected = json!([
        ["P1", "visit", "never_visited", null],
        ["P2", "visit", "never_visited", "street"],
        ["P3", "left_out", "uncertain_position", "place"],
    ]);
    assert_eq!(decided(folder.path()), expected);
    let summary = written(folder.path(), "summary.json");
    assert_eq!(summary["positions"], json!({"given": 1, "street": 1, "place": 1}));
    assert_eq!(summary["left_out"], json!({"uncertain_position": 1}));
    let nowhere = &summary["no_position"];
    assert_eq!((&nowhere[0]["row"], &nowhere[0]["id"]), (&json!(5), &json!("P4")));
    verify(folder.path()).expect(0);
}

#[test]
fn the_policy_says_how_exactly_a_position_must_be_known() {
    let folder = tempfile::tempdir().unwrap();
    territory(folder.path(), LIST, "[policy]\ngeocode_quality = \"address\"\n");
    plan(folder.path()).expect(1);
    assert_eq!(decided(folder.path())[1][2], "uncertain_position");
    verify(folder.path()).expect(0);
    territory(folder.path(), LIST, "[policy]\ngeocode_quality = \"place\"\nsnap_radius_m = 2000\n");
    plan(folder.path()).expect(1);
    assert_eq!(decided(folder.path())[2], json!(["P3", "visit", "must_visit", "place"]));
    verify(folder.path()).expect(0);
}

#[test]
fn a_position_is_as_coarse_as_its_list_says() {
    let folder = tempfile::tempdir().unwrap();
    let list = "id,name,lon,lat,position_quality\n\
        P1,A,113.2260,28.8566,given\nP2,B,113.2262,28.8566,admin\nP3,C,113.2261,28.8570,interpolated\n";
    territory(folder.path(), list, "");
    plan(folder.path()).expect(0);
    let expected = json!([
        ["P1", "visit", "never_visited", null],
        ["P2", "left_out", "uncertain_position", "admin"],
        ["P3", "visit", "never_visited", "interpolated"],
    ]);
    assert_eq!(decided(folder.path()), expected);
    let inputs = written(folder.path(), "summary.json")["inputs"].clone();
    assert!(!inputs.to_string().contains("gazetteer"), "no address was looked up");
    verify(folder.path()).expect(0);
}

#[test]
fn verify_finds_a_plan_that_hides_a_row_or_moves_an_outlet() {
    let folder = tempfile::tempdir().unwrap();
    territory(folder.path(), LIST, "");
    plan(folder.path()).expect(1);
    let file = folder.path().join("plan/summary.json");
    let summary = fs::read_to_string(&file).unwrap();
    fs::write(&file, summary.replace("\"id\": \"P4\"", "\"id\": \"P5\"")).unwrap();
    let run = verify(folder.path()).expect(1);
    assert!(run.stdout.contains("no_position"), "{}", run.stdout);
    fs::write(&file, &summary).unwrap();
    let file = folder.path().join("plan/prospects.geojson");
    let text = fs::read_to_string(&file).unwrap();
    let better = text.replace("\"position_quality\":\"place\"", "\"position_quality\":\"street\"");
    assert_ne!(better, text);
    fs::write(&file, better).unwrap();
    let run = verify(folder.path()).expect(1);
    assert!(run.stdout.contains("position_quality"), "{}", run.stdout);
}

#[test]
fn a_list_of_which_no_row_is_anywhere_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    territory(folder.path(), "id,name,address\nP1,A,Nowhere at all\n", "");
    let run = plan(folder.path()).expect(2);
    let missing = run.words_missing("list.csv: none of its 1 rows has a position|lon and lat");
    assert!(missing.is_empty(), "{missing:?} in {}", run.stderr);
}
