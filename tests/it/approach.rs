//! Parking and the walk to the door, on a hand-made street: in the plan, in its files and in the check.

use crate::kit::pbf::Map;
use crate::kit::{Home, Run};
use jiff::civil::DateTime;
use serde_json::Value;

/// A street of 2.7 km to the east, with a node at every hundredth of a degree: by its length of road, rural.
const STREET: [(f64, f64); 4] = [(14.40, 35.90), (14.41, 35.90), (14.42, 35.90), (14.43, 35.90)];

/// Distance of the door at 35.9017 from the street: a thousandth of a degree is 110.95 m there.
const FAR_M: f64 = 188.61;

const LIST: &str = "id,name,lon,lat\nF,Far from the road,14.41,35.9017\nK,At the kerb,14.42,35.9\n";

/// The street, a `list`, and a rep at its western end with these keys and policy.
fn street(list: &str, rep: &str, policy: &str) -> Home {
    let home = Home::empty();
    let nodes = STREET.iter().zip(1..);
    let map = nodes.fold(Map::new(), |map, (at, id)| map.node(id, *at, &[]));
    let map = map.way(10, &[1, 2, 3, 4], &[("highway", "residential")]);
    home.write("street.osm.pbf", map.encode());
    home.write("list.csv", list);
    let territory = format!(
        "name = \"street\"\nosm = \"street.osm.pbf\"\ntimezone = \"Europe/Malta\"\n\
         [[prospects]]\nfile = \"list.csv\"\n\
         [[rep]]\nname = \"Rita\"\nhome = [14.40, 35.90]\n{rep}\n[policy]\n{policy}\n"
    );
    home.write("territory.toml", territory);
    home
}

fn plan(home: &Home) -> Run {
    home.plan("plan", "--date 2026-11-25").expect(0)
}

/// The plan of a street that was found sound.
fn planned(list: &str, rep: &str, policy: &str) -> Home {
    let home = street(list, rep, policy);
    plan(&home);
    home.assert_sound("plan");
    home
}

fn stop(home: &Home, id: &str) -> Value {
    home.properties("plan", "stops").into_iter().find(|stop| stop["id"] == id).unwrap()
}

fn route(home: &Home) -> Value {
    home.properties("plan", "routes").remove(0)
}

fn number(properties: &Value, key: &str) -> f64 {
    properties[key].as_f64().unwrap_or_else(|| panic!("{key} in {properties}"))
}

/// Seconds since midnight.
fn moment(properties: &Value, key: &str) -> f64 {
    let local: DateTime = properties[key].as_str().unwrap()[..19].parse().unwrap();
    f64::from(local.hour()) * 3600.0 + f64::from(local.minute()) * 60.0 + f64::from(local.second())
}

/// Seconds of a walk over the length of a straight line, `detour` times as long.
fn walk_s(metres: f64, detour: f64) -> f64 {
    (metres * detour / 1.25).ceil()
}

#[track_caller]
fn assert_near(found: f64, expected: f64, by: f64) {
    assert!((found - expected).abs() <= by, "{found}, expected {expected}");
}

const NO_APPROACH: &str = "park_minutes = { rural = 0, suburban = 0, urban = 0 }\nwalk_detour = 0";

#[test]
fn a_door_far_from_the_road_takes_its_walk_both_ways_and_parking_once() {
    let only_far = "id,name,lon,lat\nF,Far from the road,14.41,35.9017\n";
    let on_the_road = planned(only_far, "", NO_APPROACH);
    let with_approach = planned(only_far, "", "");
    let (before, after) = (stop(&on_the_road, "F"), stop(&with_approach, "F"));
    let walk = walk_s(FAR_M, 1.2);
    assert_near(number(&after, "walk_minutes") * 60.0, walk, 1.0);
    assert_near(number(&after, "walk_m"), FAR_M * 1.2, 0.5);
    assert_eq!(number(&after, "park_minutes"), 1.0, "the street is rural");
    let travel = |stop: &Value| number(stop, "travel_seconds");
    assert_near(travel(&after), travel(&before) + 60.0 + walk, 1.0);
    // The visit begins at the door, and the rep must walk back before the drive home.
    assert_near(moment(&after, "start_time"), moment(&after, "arrival_time"), 0.0);
    let (before, after) = (route(&on_the_road), route(&with_approach));
    assert_near(
        number(&after, "travel_minutes") - number(&before, "travel_minutes"),
        1.0 + 2.0 * walk / 60.0,
        0.05,
    );
    assert_near(number(&after, "walk_minutes"), 2.0 * walk / 60.0, 0.04);
    assert_near(number(&after, "walk_m"), 2.0 * FAR_M * 1.2, 1.0);
    assert_eq!(number(&after, "park_minutes"), 1.0);
    let totals = &with_approach.summary("plan")["totals"];
    for key in ["travel_minutes", "park_minutes", "walk_minutes", "visit_minutes"] {
        assert_eq!(totals[key], after[key], "{key}");
        assert_eq!(with_approach.summary("plan")["routes"][0][key], after[key], "{key}");
    }
}

#[test]
fn without_parking_and_walks_a_plan_has_the_times_of_the_roads() {
    let home = planned(LIST, "", NO_APPROACH);
    let route = route(&home);
    for key in ["park_minutes", "walk_minutes", "walk_m"] {
        assert_eq!(number(&route, key), 0.0, "{key}");
    }
    // Along the street and back.
    home.run("network build street.osm.pbf --output car.road").expect(0);
    let one_way = home.run("network route car.road --from 14.40,35.90 --to 14.42,35.90").expect(0);
    let one_way: Value = serde_json::from_str(&one_way.stdout).unwrap();
    let seconds = number(&one_way["properties"], "seconds");
    assert_near(number(&route, "travel_minutes") * 60.0, 2.0 * seconds, 3.0);
}

#[test]
fn the_column_replaces_parking_and_the_walk_under_its_chinese_name_too() {
    let list = "编号,名称,经度,纬度,停车步行分钟\nF,Far from the road,14.41,35.9017,9\n\
                K,At the kerb,14.42,35.9,0\n";
    let home = planned(list, "", "");
    let (far, kerb) = (stop(&home, "F"), stop(&home, "K"));
    let from_home = |stop: &Value| number(stop, "stop_no") == 1.0;
    let walk_back = |stop: &Value| if from_home(stop) { 0.0 } else { walk_s(FAR_M, 1.2) / 60.0 };
    let in_all = |stop: &Value| number(stop, "park_minutes") + number(stop, "walk_minutes");
    assert_near(in_all(&far), 9.0, 0.01);
    assert_near(in_all(&kerb), walk_back(&kerb), 0.02);
    assert_eq!(home.prospect("plan", "F")["approach_minutes"], 9);
    assert_eq!(home.prospect("plan", "K")["approach_minutes"], 0);
}

#[test]
fn approach_minutes_that_are_no_whole_minutes_are_a_fault_of_their_row() {
    let list =
        LIST.replace("lat\n", "lat,approach_minutes\n").replace("35.9017\n", "35.9017,121\n");
    let list = list.replace("35.9\n", "35.9,soon\n");
    let home = street(&list, "", "");
    let run = home.run("prospects check list.csv");
    let said = format!("{}{}", run.stdout, run.stderr);
    assert_ne!(run.exit, 0);
    for part in ["approach_minutes", "\"121\"", "\"soon\"", "a whole number from 0 to 120"] {
        assert!(said.contains(part), "{part} is not in\n{said}");
    }
}

#[test]
fn outlets_next_to_each_other_pay_parking_once() {
    let list = "id,name,lon,lat\nA,First,14.41,35.9017\nB,Next door,14.4103,35.9017\n";
    let home = planned(list, "", "");
    let stops = home.properties("plan", "stops");
    assert_eq!([&stops[0], &stops[1]].map(|stop| number(stop, "park_minutes")), [1.0, 0.0]);
    assert_eq!(stops[1]["travel_mode"], "walk");
    // 0.0003 degrees of longitude are 27.08 m there.
    assert_near(number(&stops[1], "travel_seconds"), walk_s(27.08, 1.2), 1.0);
    assert_eq!(number(&stops[1], "walk_m"), number(&stops[1], "distance_m"));
    let apart = planned(list, "", "co_located_m = 0");
    let stops = apart.properties("plan", "stops");
    assert_eq!([&stops[0], &stops[1]].map(|stop| number(stop, "park_minutes")), [1.0, 1.0]);
}

#[test]
fn only_cars_park_and_everybody_walks_to_the_door() {
    for (mode, minutes) in [("car", 2.0), ("motorcycle", 0.0), ("ebike", 0.0), ("foot", 0.0)] {
        let home = planned(LIST, &format!("mode = \"{mode}\""), "");
        let route = route(&home);
        assert_eq!(number(&route, "park_minutes"), minutes, "{mode}");
        assert_near(number(&route, "walk_minutes") * 60.0, 2.0 * walk_s(FAR_M, 1.2), 2.0);
    }
}

#[test]
fn parking_follows_the_policy_for_the_density_of_the_roads() {
    let home = planned(LIST, "", "park_minutes = { rural = 2.5, urban = 7 }");
    for id in ["F", "K"] {
        assert_eq!(number(&stop(&home, id), "park_minutes"), 2.5);
    }
}

#[test]
fn an_appointment_means_the_door_and_not_the_car() {
    let list = "id,name,lon,lat,appointment\nF,Far from the road,14.41,35.9017,2026-11-25 10:30\n";
    let home = planned(list, "", "earliness_minutes = 0");
    let far = stop(&home, "F");
    assert_eq!(moment(&far, "arrival_time"), 10.5 * 3600.0);
    assert_eq!(moment(&far, "start_time"), 10.5 * 3600.0);
    let route = route(&home);
    let travel = number(&far, "travel_seconds").ceil();
    assert_near(moment(&route, "start_time"), 10.5 * 3600.0 - travel, 0.0);
}

#[test]
fn the_day_on_the_terminal_tells_driving_from_parking_and_walking() {
    let run = plan(&street(LIST, "", ""));
    let minutes = (2.0 + 2.0 * walk_s(FAR_M, 1.2) / 60.0).ceil();
    let expected = format!("0:{minutes:02} h parking and walking, 0:30 h visits");
    assert!(run.stdout.contains(&expected), "{}", run.stdout);
    // To the kerb: a minute to park, and no walk.
    assert!(
        run.stdout.contains(" + 1 min, ") || run.stdout.contains(" + 5 min, "),
        "{}",
        run.stdout
    );
}

/// The words of `verify` about a plan that has faults.
fn faults(home: &Home) -> String {
    let verdict = home.verify("plan").expect(1);
    format!("{}{}", verdict.stdout, verdict.stderr)
}

#[test]
fn the_line_leads_to_the_door_and_back_and_a_line_without_the_walk_is_found() {
    let home = planned("id,name,lon,lat\nF,Far from the road,14.41,35.9017\n", "", "");
    home.replace("plan/routes.geojson", "35.9017", "35.9002");
    let faults = faults(&home);
    assert!(faults.contains("length of the line"), "{faults}");
    assert!(faults.contains("a line by this point"), "{faults}");
}

#[test]
fn verify_finds_parking_that_was_left_out_however_consistent() {
    let home = planned("id,name,lon,lat\nF,Far from the road,14.41,35.9017\n", "", "");
    for file in ["stops.geojson", "routes.geojson"] {
        home.replace(&format!("plan/{file}"), "\"park_minutes\":1.0", "\"park_minutes\":0.5");
    }
    home.replace("plan/summary.json", "\"park_minutes\": 1.0", "\"park_minutes\": 0.5");
    let faults = faults(&home);
    assert!(faults.contains("stop 1 (F), park_minutes: found 0.5, expected 1"), "{faults}");
    assert_eq!(faults.matches("violation: ").count(), 1, "{faults}");
}

#[test]
fn verify_finds_a_plan_without_the_minutes_of_the_list() {
    let list = "id,name,lon,lat,approach_minutes\nF,Far from the road,14.41,35.9017,\n";
    let home = planned(list, "", "");
    let hash = |text: &str| format!("{:016x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes()));
    let other = list.replace("35.9017,\n", "35.9017,9\n");
    home.write("list.csv", &other);
    home.replace("plan/summary.json", &hash(list), &hash(&other));
    let faults = faults(&home);
    for part in ["park_minutes", "travel_seconds", "approach_minutes"] {
        assert!(faults.contains(part), "{part} is not in\n{faults}");
    }
}

#[test]
fn capacity_counts_the_approaches() {
    let minutes = |policy: &str| {
        let home = street(LIST, "", policy);
        let run = home.run("call-plan territory.toml --date 2026-11-25 --json").expect(0);
        let all: Value = serde_json::from_str(&run.stdout).unwrap();
        number(&all["capacity"], "travel_minutes")
    };
    // One of the two doors is at the kerb, so the mean of the walks is one walk there or back.
    let expected = 4.0 + walk_s(FAR_M, 1.2) / 60.0;
    let with = "park_minutes = { rural = 4 }";
    assert_near(minutes(with) - minutes(NO_APPROACH), expected, 0.2);
}
