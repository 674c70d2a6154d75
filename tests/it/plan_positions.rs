//! Rows without coordinates on their way through `plan` and `verify`: looked up by their address in the map, left out where
//! that is not exact enough, and told where it is not known at all.

use crate::kit::{Home, repository};
use serde_json::{Value, json};

/// One outlet with a position, one on a street, one in a village, one nowhere.
const LIST: &str = "id,名称,地址,lon,lat,must_visit\n\
    P1,城关老百姓大药房,青溪县城关镇,113.2260,28.8566,\n\
    P2,新生药店,青溪县城关镇新胜利街117号,,,\n\
    P3,上湾村卫生室,白水镇金岭村,,,yes\n\
    P4,天涯诊所,Nowhere at all,,,\n";

/// A territory with `list` and `more` of a territory file.
fn territory(list: &str, more: &str) -> Home {
    let home = Home::empty();
    home.write("list.csv", list);
    let map = repository("data/county/county.osm.pbf");
    let text = format!(
        "osm = {map:?}\ntimezone = \"Asia/Shanghai\"\n[[prospects]]\nfile = \"list.csv\"\n\
         [[rep]]\nname = \"Rep 1\"\nhome = [113.2260, 28.8566]\nmode = \"ebike\"\n{more}"
    );
    home.write("territory.toml", text);
    home
}

/// Id, decision, reason and quality of all prospects.
fn decided(home: &Home) -> Value {
    let told = home.properties("plan", "prospects").into_iter().map(|prospect| {
        let of = |key: &str| prospect[key].clone();
        json!([of("id"), of("decision"), of("reason_code"), of("position_quality")])
    });
    told.collect()
}

const DAY: &str = "--date 2026-11-25";

#[test]
fn rows_without_coordinates_are_routed_left_out_or_reported_by_the_quality_of_their_address() {
    let home = territory(LIST, "");
    let run = home.plan("plan", DAY).expect(1);
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
    assert_eq!(decided(&home), expected);
    let summary = home.summary("plan");
    assert_eq!(summary["positions"], json!({"given": 1, "street": 1, "place": 1}));
    assert_eq!(summary["left_out"], json!({"uncertain_position": 1}));
    let nowhere = &summary["no_position"];
    assert_eq!((&nowhere[0]["row"], &nowhere[0]["id"]), (&json!(5), &json!("P4")));
    home.assert_sound("plan");
}

#[test]
fn the_policy_says_how_exactly_a_position_must_be_known() {
    let home = territory(LIST, "[policy]\ngeocode_quality = \"address\"\n");
    home.plan("plan", DAY).expect(1);
    assert_eq!(decided(&home)[1][2], "uncertain_position");
    home.assert_sound("plan");
    let home = territory(LIST, "[policy]\ngeocode_quality = \"place\"\nsnap_radius_m = 2000\n");
    home.plan("plan", DAY).expect(1);
    assert_eq!(decided(&home)[2], json!(["P3", "visit", "must_visit", "place"]));
    home.assert_sound("plan");
}

#[test]
fn a_position_is_as_coarse_as_its_list_says() {
    let list = "id,name,lon,lat,position_quality\n\
        P1,A,113.2260,28.8566,given\nP2,B,113.2262,28.8566,admin\nP3,C,113.2261,28.8570,interpolated\n";
    let home = territory(list, "");
    home.plan("plan", DAY).expect(0);
    let expected = json!([
        ["P1", "visit", "never_visited", null],
        ["P2", "left_out", "uncertain_position", "admin"],
        ["P3", "visit", "never_visited", "interpolated"],
    ]);
    assert_eq!(decided(&home), expected);
    let inputs = home.summary("plan")["inputs"].clone();
    assert!(!inputs.to_string().contains("gazetteer"), "no address was looked up");
    home.assert_sound("plan");
}

#[test]
fn verify_finds_a_plan_that_hides_a_row_or_moves_an_outlet() {
    let home = territory(LIST, "");
    home.plan("plan", DAY).expect(1);
    let summary = home.text("plan/summary.json");
    home.replace("plan/summary.json", "\"id\": \"P4\"", "\"id\": \"P5\"");
    let run = home.verify("plan").expect(1);
    assert!(run.stdout.contains("no_position"), "{}", run.stdout);
    home.write("plan/summary.json", &summary);
    let (place, street) = ("\"position_quality\":\"place\"", "\"position_quality\":\"street\"");
    home.replace("plan/prospects.geojson", place, street);
    let run = home.verify("plan").expect(1);
    assert!(run.stdout.contains("position_quality"), "{}", run.stdout);
}

#[test]
fn a_list_of_which_no_row_is_anywhere_is_refused() {
    let home = territory("id,name,address\nP1,A,Nowhere at all\n", "");
    let run = home.plan("plan", DAY).expect(2);
    let missing =
        run.words_missing("list.csv: none of the 1 rows has lon and lat|found by its address");
    assert!(missing.is_empty(), "{missing:?} in {}", run.stderr);
}
