//! `dates_as_of` of the territory file: the demo is as fresh on any day as on the day it was made for.

use std::fs;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::Value;

use crate::kit::{beatplan, repository};

/// The Wednesday of the README, and the Wednesday 24 weeks later.
const MADE_FOR: Date = date(2026, 11, 25);
const SPRING: Date = date(2027, 5, 12);

fn malta() -> String {
    repository("data/malta/territory.toml").display().to_string()
}

/// The call plan of Malta on `day`, in JSON.
fn call_plan(day: Date) -> Value {
    let day = day.to_string();
    let run =
        beatplan(["call-plan", &malta(), "--date", &day, "--no-capacity", "--json"]).expect(0);
    serde_json::from_str(&run.stdout).unwrap()
}

/// The ids of `list` with days overdue and due date.
fn entries(plan: &Value, list: &str) -> Vec<(String, Option<i64>, Option<Date>)> {
    let entry = |row: &Value| {
        let due = row["due_date"].as_str().map(|date| date.parse().unwrap());
        (row["id"].as_str().unwrap().to_owned(), row["days_overdue"].as_i64(), due)
    };
    plan[list].as_array().unwrap().iter().map(entry).collect()
}

#[test]
fn in_spring_the_demo_is_as_overdue_as_on_the_day_it_was_made_for() {
    let (then, spring) = (call_plan(MADE_FOR), call_plan(SPRING));
    for list in ["due", "not_due"] {
        let later = |(id, overdue, due): (_, _, Option<Date>)| {
            (id, overdue, due.map(|due| due.saturating_add(168.days())))
        };
        let expected: Vec<_> = entries(&then, list).into_iter().map(later).collect();
        assert_eq!(entries(&spring, list), expected, "{list}");
    }
    let codes = |plan: &Value| plan["remarks"].to_string().contains("\"dates_moved\"");
    assert!(!codes(&then) && codes(&spring));
}

#[test]
fn a_plan_in_spring_keeps_the_appointment_and_is_verified() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("plan").display().to_string();
    let day = SPRING.to_string();
    beatplan(["plan", &malta(), "--date", &day, "--effort", "quick", "--out", &out]).expect(0);
    let stops = fs::read_to_string(folder.path().join("plan/stops.geojson")).unwrap();
    let stops: Value = serde_json::from_str(&stops).unwrap();
    let stops = stops["features"].as_array().unwrap().iter().map(|stop| &stop["properties"]);
    let kept: Vec<&str> = stops
        .filter(|stop| stop["id"] == "node/6275999685")
        .map(|stop| stop["start_time"].as_str().unwrap())
        .collect();
    let leeway = "2027-05-12T10:15:00+02:00"..="2027-05-12T10:45:00+02:00";
    assert!(kept.len() == 1 && leeway.contains(&kept[0]), "the appointment at 10:30: {kept:?}");
    beatplan(["verify", &out]).expect(0);

    // A plan that says that its dates did not move is told from the lists as they are.
    let summary = folder.path().join("plan/summary.json");
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.contains("\"dates_as_of\": \"2026-11-24\""));
    fs::write(&summary, text.replace("\"dates_as_of\": \"2026-11-24\"", "\"dates_as_of\": null"))
        .unwrap();
    let verdict = beatplan(["verify", &out]).expect(1);
    assert!(verdict.stdout.contains("visited_on") || verdict.stderr.contains("visited_on"));
}

#[test]
fn a_visit_logged_today_counts_as_it_is_dated() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.toml");
    fs::write(folder.path().join("map.osm.pbf"), "").unwrap();
    let list = "id,name,lon,lat,tier,stage,visited_on\nP1,Alpha,14.4,35.9,A,customer,2026-11-20\n";
    fs::write(folder.path().join("list.csv"), list).unwrap();
    let log = "id,visited_on\nP1,2026-11-21\nP1,2027-05-11\n";
    fs::write(folder.path().join("visits.csv"), log).unwrap();
    let text = "osm = \"map.osm.pbf\"\ntimezone = \"UTC\"\ndates_as_of = 2026-11-24\n\
                [[prospects]]\nfile = \"list.csv\"\n[visits]\nfile = \"visits.csv\"\n\
                [[rep]]\nname = \"Rita\"\nhome = [14.4, 35.9]\n";
    fs::write(&file, text).unwrap();
    let visited_on = |day: &str| {
        let args = ["call-plan", file.to_str().unwrap(), "--date", day, "--no-capacity", "--json"];
        let plan: Value = serde_json::from_str(&beatplan(args).expect(0).stdout).unwrap();
        let rows = [&plan["due"], &plan["not_due"]].map(|rows| rows.as_array().unwrap().clone());
        rows.concat()[0]["due_date"].as_str().unwrap().to_owned()
    };
    assert_eq!(visited_on("2026-11-25"), "2026-11-28", "as written");
    assert_eq!(
        visited_on("2027-05-05"),
        "2027-05-08",
        "moved by 23 weeks; the later visit is to come"
    );
    assert_eq!(visited_on("2027-05-12"), "2027-05-18", "a week after the visit that was logged");
}
