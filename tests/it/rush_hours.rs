//! Rush hours from end to end: a profile that has them, the plan made with it, and its check.

use std::fs;

use crate::kit::{Home, Run, repository};
use beatplan::osm;
use beatplan::progress::Silent;
use beatplan::prospects::read_points;
use beatplan::road::{BuildOptions, NetworkSize, Profile, RoadNetwork, Snap};
use jiff::civil::{Date, DateTime, date};
use serde_json::Value;

/// A Wednesday and a Saturday.
const WEDNESDAY: Date = date(2026, 11, 25);
const SATURDAY: Date = date(2026, 11, 28);

/// All morning and for an hour in the afternoon everything takes twice as long, from Monday to Friday.
const RUSH_HOURS: &str = "
[[rush_hours]]
days = \"Mo-Fr\"
between = \"09:40-11:00\"
speed_share = 0.5

[[rush_hours]]
days = \"Mo-Fr\"
between = \"14:00-15:00\"
speed_share = 0.5
";

/// Gozo with the mode `slow.toml`, an e-bike with rush hours, and as it is in `plain.toml`; without
/// walks to the doors, which are no slower in a rush hour.
fn gozo() -> Home {
    let gozo = Home::of("gozo");
    gozo.replace("territory.toml", "[policy]", "[policy]\nwalk_detour = 0");
    gozo.write("plain.toml", gozo.text("territory.toml"));
    gozo.replace("territory.toml", "\"ebike\"", "\"slow.toml\"");
    gozo.write("slow.toml", profile_text(RUSH_HOURS));
    gozo
}

fn plan(gozo: &Home, territory: &str, date: Date, out: &str) -> Run {
    gozo.run(&format!("plan {territory} --effort quick --date {date} --out {out}"))
}

/// The built-in e-bike with `rush_hours`.
fn profile_text(rush_hours: &str) -> String {
    let ebike = fs::read_to_string(repository("src/road/profiles/ebike.toml")).unwrap();
    format!("{ebike}{rush_hours}")
}

/// The time of day of a moment, in minutes.
fn minutes(moment: &Value) -> f64 {
    let local: DateTime = moment.as_str().unwrap()[..19].parse().unwrap();
    f64::from(local.hour()) * 60.0 + f64::from(local.minute()) + f64::from(local.second()) / 60.0
}

/// The share of a leg's usual way that is done between two times of day, in minutes.
fn usual_minutes(depart: f64, arrive: f64) -> f64 {
    let within = |from: f64, to: f64| (arrive.min(to) - depart.max(from)).max(0.0);
    arrive - depart - (within(580.0, 660.0) + within(840.0, 900.0)) / 2.0
}

#[test]
fn each_leg_takes_twice_as_long_as_far_as_it_lies_in_a_rush_hour() {
    let gozo = gozo();
    plan(&gozo, "territory.toml", WEDNESDAY, "plan").expect(0);
    let verified = gozo.verify("plan").expect(0);
    assert!(verified.stdout.contains("legs as long as the shortest path"), "{}", verified.stdout);
    assert!(!verified.stdout.contains("not checked"), "{}", verified.stdout);

    let extract = osm::read(&gozo.path("gozo.osm.pbf"), &Silent).unwrap();
    let ebike = Profile::built_in("ebike").unwrap();
    let network = RoadNetwork::build(&extract, &ebike, &BuildOptions::default());
    let outlets = read_points(&gozo.path("prospects.csv")).unwrap();
    let snap = |id: &Value| {
        let (_, at) = outlets.iter().find(|(known, _)| id == known).unwrap();
        network.snap(*at, 200.0).unwrap()
    };
    let (mut in_rush, mut across, mut usual) = (0, 0, 0);
    for pair in gozo.properties("plan", "stops").windows(2) {
        let path = network.path(&snap(&pair[0]["id"]), &snap(&pair[1]["id"])).unwrap();
        let travel = pair[1]["travel_seconds"].as_f64().unwrap() / 60.0;
        let arrive = minutes(&pair[1]["arrival_time"]);
        let depart = arrive - travel;
        let found = usual_minutes(depart, arrive);
        let expected = path.cost.time().seconds() / 60.0;
        // A second of rounding at each end.
        assert!((found - expected).abs() < 0.05 + expected * 0.01, "{found} {expected} {pair:?}");
        let slowed = (travel - found) / travel;
        match slowed {
            0.49.. => in_rush += 1,
            0.01.. => across += 1,
            _ => usual += 1,
        }
    }
    assert!(
        in_rush > 0 && usual > 0 && in_rush + across + usual > 10,
        "{in_rush} {across} {usual}"
    );
}

#[test]
fn a_plan_that_takes_no_notice_of_a_rush_hour_does_not_pass_its_check() {
    let gozo = gozo();
    // Planned when everything was slower still, and checked by what the profile says now.
    let slower = RUSH_HOURS.replace("0.5", "0.4");
    gozo.write("slow.toml", profile_text(&slower));
    plan(&gozo, "territory.toml", WEDNESDAY, "plan").expect(0);
    gozo.verify("plan").expect(0);
    let hash = |text: &str| format!("{:016x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes()));
    let now = profile_text(RUSH_HOURS);
    gozo.write("slow.toml", &now);
    gozo.replace("plan/summary.json", &hash(&profile_text(&slower)), &hash(&now));
    let verified = gozo.verify("plan").expect(1);
    assert!(verified.stdout.contains("travel_seconds"), "{}", verified.stdout);
}

#[test]
fn on_a_day_without_rush_hours_the_plan_is_the_same_as_without_any() {
    let gozo = gozo();
    plan(&gozo, "territory.toml", SATURDAY, "plan").expect(0);
    plan(&gozo, "plain.toml", SATURDAY, "plain").expect(0);
    let but_the_mode = |plan: &str| {
        let mut stops = gozo.properties(plan, "stops");
        for stop in &mut stops {
            stop["travel_mode"] = Value::Null;
        }
        stops
    };
    assert_eq!(but_the_mode("plan"), but_the_mode("plain"));
    gozo.verify("plan").expect(0);
}

#[test]
fn a_network_file_serves_only_when_there_is_no_rush_hour() {
    let gozo = gozo();
    let built = gozo.run("network build --profile slow.toml gozo.osm.pbf -o gozo.road");
    let built = built.expect(0);
    assert!(built.stderr.contains("outside rush hours"), "{}", built.stderr);
    gozo.write("by-network.toml", gozo.text("territory.toml"));
    gozo.replace("by-network.toml", "gozo.osm.pbf", "gozo.road");
    let refused = plan(&gozo, "by-network.toml", WEDNESDAY, "plan").expect(2);
    let words = "gozo.road|slow.toml has rush hours|name the extract instead";
    assert_eq!(refused.words_missing(words), [""; 0], "{}", refused.stderr);
    plan(&gozo, "by-network.toml", SATURDAY, "plan").expect(0);
    gozo.verify("plan").expect(0);
}

#[test]
fn the_places_on_the_roads_are_the_same_at_every_hour() {
    let extract = osm::read(&repository("data/gozo/gozo.osm.pbf"), &Silent).unwrap();
    let slow = Profile::parse(&profile_text(RUSH_HOURS)).unwrap();
    let day = slow.slots(WEDNESDAY, units(0), units(24));
    assert_eq!(day.len(), 5);
    let network =
        |at: usize| RoadNetwork::build(&extract, &day[at].profile, &BuildOptions::default());
    let (usual, rush) = (network(0), network(1));
    // Behind restricted turns, the number of states depends on the speeds.
    let places = |network: &RoadNetwork| NetworkSize { states: 0, ..network.size() };
    assert_eq!(places(&usual), places(&rush));
    let outlets = read_points(&repository("data/gozo/prospects.csv")).unwrap();
    let snaps = |network: &RoadNetwork| -> Vec<Option<Snap>> {
        outlets.iter().map(|(_, at)| network.snap(*at, 500.0).ok()).collect()
    };
    let places = snaps(&usual);
    assert_eq!(places, snaps(&rush));
    // And what one network says of a place of the other is true: matrix and path agree.
    let places: Vec<Snap> = places.into_iter().flatten().collect();
    let matrix = rush.matrix(&places, &Silent);
    for (from, to) in [(0, 1), (3, 17), (11, 5)] {
        let path = rush.path(&places[from], &places[to]).map(|path| path.cost);
        assert_eq!(matrix.get(from, to), path);
    }
}

fn units(hours: u32) -> beatplan::units::Seconds {
    beatplan::units::Seconds::from_hours(hours)
}

#[test]
fn the_example_profile_is_a_car_and_its_plan_passes_its_check() {
    let text = fs::read_to_string(repository("data/malta/car-rush.toml")).unwrap();
    let car = Profile { name: "car-rush".to_owned(), ..Profile::built_in("car").unwrap() };
    assert_eq!(Profile::parse(&text).unwrap().usual(), car);

    let malta = Home::of("malta");
    // One of the two reps.
    let by_rush = malta.text("territory.toml").replacen("\"car\"", "\"car-rush.toml\"", 1);
    malta.write("territory.toml", by_rush);
    malta.plan("plan", "--date 2026-11-25").expect(0);
    let verified = malta.verify("plan").expect(0);
    assert!(!verified.stdout.contains("not checked"), "{}", verified.stdout);
}
