//! `beatplan verify` on plans of the demo territory Gozo: as they are written, and with every kind of lie told in them.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use crate::kit::{Home, command, copy_files, outcome, repository};
use serde_json::{Value, json};

const ROUTES: &str = "routes.geojson";
const STOPS: &str = "stops.geojson";
const PROSPECTS: &str = "prospects.geojson";
const SUMMARY: &str = "summary.json";

/// A call at ten past two at an outlet that gives its opening hours.
const WITH_HOURS: &str = "node/4287113391";
/// Left out because it is suspended.
const SUSPENDED: &str = "node/4678386489";
/// Visited at 11:00 as agreed.
const WITH_APPOINTMENT: &str = "node/3890832488";

/// Gozo and, in `plan`, a plan of it; the same for all tests, which copy it.
static MODEL: LazyLock<Home> = LazyLock::new(|| {
    let home = Home::for_all_tests("verify", "gozo");
    home.plan("plan", DAY).expect(0);
    home
});

const DAY: &str = "--date 2026-11-25";

/// A copy of the model that a test may spoil.
struct Case {
    home: Home,
}

/// The result of `verify --json`.
struct Verdict {
    code: i32,
    report: Value,
}

impl Case {
    fn new() -> Self {
        let home = Home::empty();
        copy_files(MODEL.folder(), home.folder());
        fs::create_dir(home.path("plan")).unwrap();
        copy_files(&MODEL.path("plan"), &home.path("plan"));
        Self { home }
    }

    fn plan(&self) -> PathBuf {
        self.home.path("plan")
    }

    fn read(&self, file: &str) -> Value {
        crate::kit::json(&self.plan().join(file))
    }

    /// Changes one file of the plan.
    fn edit(self, file: &str, change: impl FnOnce(&mut Value)) -> Self {
        let mut content = self.read(file);
        change(&mut content);
        fs::write(self.plan().join(file), content.to_string()).unwrap();
        self
    }

    /// Changes the features of one file of the plan.
    fn edit_features(self, file: &str, change: impl FnOnce(&mut Vec<Value>)) -> Self {
        self.edit(file, |content| change(content["features"].as_array_mut().unwrap()))
    }

    /// Changes a stop.
    fn edit_stop(self, stop_no: usize, change: impl FnOnce(&mut Value)) -> Self {
        self.edit_features(STOPS, |stops| change(&mut stops[stop_no - 1]["properties"]))
    }

    /// Changes the only route.
    fn edit_route(self, change: impl FnOnce(&mut Value)) -> Self {
        self.edit_features(ROUTES, |routes| change(&mut routes[0]["properties"]))
    }

    /// Changes the course of the only route.
    fn edit_course(self, change: impl FnOnce(&mut Vec<Value>)) -> Self {
        self.edit_features(ROUTES, |routes| {
            change(routes[0]["geometry"]["coordinates"].as_array_mut().unwrap());
        })
    }

    /// Changes a prospect.
    fn edit_prospect(self, id: &str, change: impl FnOnce(&mut Value)) -> Self {
        self.edit_features(PROSPECTS, |prospects| {
            change(prospects.iter_mut().find(|p| p["properties"]["id"] == id).unwrap());
        })
    }

    /// Puts `text` into a cell of the list and makes the plan swear that the list was always so.
    fn edit_list(self, id: &str, column: &str, text: &str) -> Self {
        let path = self.home.path("prospects.csv");
        let mut reader = csv::Reader::from_path(&path).unwrap();
        let header = reader.headers().unwrap().clone();
        let mut header: Vec<&str> = header.iter().collect();
        let at = header.iter().position(|name| *name == column).unwrap_or(header.len());
        if at == header.len() {
            header.push(column);
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&header).unwrap();
        for row in reader.records() {
            let mut row = row.unwrap();
            if row.len() == at {
                row.push_field("");
            }
            let change = |(n, cell)| if n == at && &row[0] == id { text } else { cell };
            writer.write_record(row.iter().enumerate().map(change)).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        fs::write(path, &bytes).unwrap();
        let hash = format!("{:016x}", xxhash_rust::xxh3::xxh3_64(&bytes));
        self.edit(SUMMARY, |summary| {
            let inputs = summary["inputs"].as_array_mut().unwrap();
            let list = inputs.iter_mut().find(|input| input["role"] == "prospects").unwrap();
            list["xxh3"] = hash.into();
        })
    }

    /// The stop with the prospect `id`.
    fn stop_of(&self, id: &str) -> usize {
        let stops = self.read(STOPS);
        let stops = stops["features"].as_array().unwrap();
        stops.iter().position(|stop| stop["properties"]["id"] == id).unwrap() + 1
    }

    fn verify(&self) -> Verdict {
        // Not in the plan's home, so that its inputs must be looked for.
        let elsewhere = tempfile::tempdir().unwrap();
        let mut verify = command("verify --json");
        verify.current_dir(elsewhere.path()).arg(self.plan());
        let run = outcome(verify);
        let report = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
        Verdict { code: run.exit, report }
    }

    /// Returns the message for a folder without a readable plan.
    fn refusal(&self) -> String {
        let run = self.home.verify("plan").expect(2);
        assert_eq!(run.stdout, "");
        run.stderr
    }
}

impl Verdict {
    fn violations(&self) -> &Vec<Value> {
        self.report["violations"].as_array().unwrap()
    }

    /// That there is a violation of this group about this property of this feature.
    fn finds(&self, check: &str, feature: &str, property: &str) -> &Self {
        let is_it = |v: &&Value| {
            v["check"] == check
                && v["feature"].as_str().unwrap().contains(feature)
                && v["property"] == property
        };
        assert_eq!(self.code, 1, "{:#}", self.report);
        assert!(self.violations().iter().any(|v| is_it(&v)), "{:#}", self.report["violations"]);
        self
    }

    /// That only these groups have violations.
    fn only(&self, checks: &[&str]) {
        let others: Vec<&Value> = self
            .violations()
            .iter()
            .filter(|v| !checks.contains(&v["check"].as_str().unwrap()))
            .collect();
        assert!(others.is_empty(), "{others:#?}");
    }

    fn is_sound(&self) -> &Self {
        assert_eq!((self.code, self.violations().len()), (0, 0), "{:#}", self.report);
        self
    }

    fn unchecked(&self) -> Vec<String> {
        let entries = self.report["unchecked"].as_array().unwrap();
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        entries.iter().map(|u| format!("{}: {}", text(&u["what"]), text(&u["why"]))).collect()
    }

    fn checked(&self, check: &str) -> u64 {
        let checks = self.report["checks"].as_array().unwrap();
        checks.iter().find(|c| c["name"] == check).unwrap()["checked"].as_u64().unwrap()
    }
}

/// Adds to a number.
fn add(value: &mut Value, more: f64) {
    *value = ((value.as_f64().unwrap() + more) * 1000.0).round().div_euclid(1.0).into();
    *value = (value.as_f64().unwrap() / 1000.0).into();
}

/// Moves a moment of 2026-11-25 by some seconds.
fn shift(moment: &mut Value, seconds: i64) {
    let text = moment.as_str().unwrap();
    let (local, offset) = text.split_at(19);
    let local: jiff::civil::DateTime = local.parse().unwrap();
    let moved = local + jiff::SignedDuration::from_secs(seconds);
    *moment = format!("{}{offset}", moved.strftime("%Y-%m-%dT%H:%M:%S")).into();
}

#[test]
fn a_plan_is_sound_as_it_is_written() {
    let case = Case::new();
    let verdict = case.verify();
    verdict.is_sound();
    assert_eq!(verdict.unchecked(), [""; 0]);
    let visits = case.read(STOPS)["features"].as_array().unwrap().len() as u64;
    assert!(visits >= 10, "{visits}");
    assert_eq!(verdict.checked("times"), visits);
    assert_eq!(verdict.checked("doors"), visits);
    assert_eq!(verdict.checked("legs"), visits + 1);
    assert_eq!((verdict.checked("lists"), verdict.checked("decisions")), (18, 18));
    for group in ["numbering", "working_day", "course", "drawing"] {
        assert_eq!(verdict.checked(group), 1, "{group}");
    }
}

#[test]
fn says_on_the_terminal_what_was_checked_and_what_is_wrong() {
    let case = Case::new();
    let text = case.home.verify("plan").expect(0).stdout;
    assert!(text.contains(" legs as long as the shortest path on the roads\n"), "{text}");
    assert!(!text.contains("violation"), "{text}");

    let case = case.edit_stop(1, |stop| stop["prize"] = 99.0.into());
    let text = case.home.verify("plan").expect(1).stdout;
    let line = "violation: stops.geojson, gozo/2026-11-25/1 stop 1";
    assert!(text.contains(line) && text.contains("prize: found 99, expected"), "{text}");
}

#[test]
fn several_days_two_reps_and_a_ferry_are_sound() {
    let home = Home::empty();
    let line = "plan data/malta/territory.toml --date 2026-11-26 --days 2 --effort quick";
    home.run(&format!("{line} --out plan")).expect(0);
    let text = home.verify("plan").expect(0).stdout;
    assert!(text.starts_with("4 routes") && !text.contains("not checked"), "{text}");
}

/// Two weeks of Gozo, in which some outlets are wanted twice and more.
fn two_weeks() -> Case {
    let case = Case::new();
    case.home.plan("plan", &format!("{DAY} --days 14")).expect(0);
    case
}

#[test]
fn a_plan_of_two_weeks_with_several_visits_to_one_outlet_is_sound() {
    let case = two_weeks();
    let verdict = case.verify();
    verdict.is_sound();
    assert_eq!(verdict.unchecked(), [""; 0]);
    let prospects = case.read(PROSPECTS);
    let often = |p: &&Value| p["properties"]["visits"].as_u64().unwrap() > 1;
    assert!(prospects["features"].as_array().unwrap().iter().filter(often).count() > 5);
}

#[test]
fn finds_a_visit_too_soon_after_the_one_before_and_one_of_another_number() {
    let case = two_weeks();
    let again = case.read(STOPS)["features"].as_array().unwrap().clone();
    let at = again.iter().position(|s| s["properties"]["visit_number"] == 2).unwrap();
    let id = again[at]["properties"]["id"].as_str().unwrap().to_owned();
    let renumbered = case.edit_stop(at + 1, |stop| stop["visit_number"] = 1.into());
    let verdict = renumbered.verify();
    verdict.finds("urgency", &id, "reason_code").finds("decisions", &id, "visit_number");
    two_weeks().edit_list(&id, "min_gap_days", "13").verify().finds("urgency", &id, "date");
}

#[test]
fn a_plan_on_a_built_network_is_held_against_that_network() {
    let case = Case::new();
    case.home.run("network build gozo.osm.pbf -o gozo.road --profile ebike").expect(0);
    let line = "plan --osm gozo.road --prospects prospects.csv --mode ebike --out plan";
    let more = "--home 14.239959,36.038795 --timezone Europe/Malta --effort quick";
    case.home.run(&format!("{line} {more} {DAY}")).expect(0);
    let verdict = case.verify();
    verdict.is_sound();
    assert_eq!(verdict.unchecked(), [""; 0]);
    assert!(verdict.checked("legs") > 10);
}

#[test]
fn a_profile_of_ones_own_is_an_input_like_others() {
    let case = Case::new();
    let home = &case.home;
    fs::copy(repository("tests/fixtures/flat.toml"), home.path("own.toml")).unwrap();
    home.replace("territory.toml", "\"ebike\"", "\"own.toml\"");
    home.plan("plan", DAY).expect(0);
    let verdict = case.verify();
    verdict.is_sound();
    assert_eq!(verdict.unchecked(), [""; 0]);
    home.write("own.toml", "");
    let verdict = case.verify();
    let left = verdict.is_sound().unchecked();
    assert!(
        left[0].contains("travelled by own.toml") && left[0].contains("has changed"),
        "{left:?}"
    );
    assert_eq!(verdict.checked("legs"), 0);
}

#[test]
fn finds_a_visit_moved_to_another_time() {
    let case = Case::new().edit_stop(3, |stop| shift(&mut stop["start_time"], 300));
    let verdict = case.verify();
    verdict.finds("times", "stop 3", "end_time").finds("times", "stop 3", "wait_minutes");
    verdict.finds("decisions", "node/", "start_time");
}

#[test]
fn finds_a_visit_that_begins_before_the_rep_arrives() {
    let case = Case::new().edit_stop(3, |stop| {
        shift(&mut stop["start_time"], -60);
        shift(&mut stop["end_time"], -60);
    });
    case.verify().finds("times", "stop 3", "start_time");
}

#[test]
fn finds_a_departure_later_than_the_first_arrival_allows() {
    let case = Case::new().edit_route(|route| shift(&mut route["start_time"], 60));
    case.verify().finds("times", "stop 1", "arrival_time");
}

#[test]
fn finds_stops_that_changed_their_numbers() {
    let case = Case::new().edit_features(STOPS, |stops| {
        stops[5]["properties"]["stop_no"] = 7.into();
        stops[6]["properties"]["stop_no"] = 6.into();
    });
    let verdict = case.verify();
    verdict.finds("times", "stop 6", "arrival_time").finds("decisions", "node/", "stop_no");
    verdict.finds("course", "stop 6", "course of the line");
}

#[test]
fn finds_a_stop_that_was_dropped() {
    let case = Case::new().edit_features(STOPS, |stops| drop(stops.remove(4)));
    let verdict = case.verify();
    verdict.finds("numbering", "stop 6", "stop_no").finds(
        "decisions",
        WITH_APPOINTMENT,
        "decision",
    );
    verdict.finds("sums", "gozo/2026-11-25/1", "visits").finds("sums", "totals", "visits");
}

#[test]
fn finds_a_prospect_that_is_visited_twice() {
    let case = Case::new().edit_features(STOPS, |stops| {
        let mut again = stops[0].clone();
        again["properties"]["stop_no"] = (stops.len() + 1).into();
        stops.push(again);
    });
    let again = case.read(STOPS)["features"].as_array().unwrap().len();
    case.verify().finds("decisions", &format!("stop {again} ("), "visit_number");
}

#[test]
fn finds_a_stop_of_no_route() {
    let case = Case::new().edit_stop(2, |stop| stop["route_id"] = "elsewhere".into());
    case.verify().finds("numbering", "elsewhere", "route_id");
}

#[test]
fn finds_a_route_of_nobody_on_no_day_of_the_plan() {
    let case = Case::new().edit_route(|route| route["rep"] = "Nobody".into());
    case.verify().finds("numbering", "gozo/2026-11-25/1", "rep");
    let case = Case::new().edit(SUMMARY, |summary| summary["dates"] = json!(["2026-11-26"]));
    case.verify().finds("numbering", "gozo/2026-11-25/1", "date");
}

#[test]
fn finds_a_wrong_prize() {
    let case = Case::new().edit_stop(4, |stop| add(&mut stop["prize"], 0.5));
    let verdict = case.verify();
    verdict.finds("prizes", "stop 4", "prize").finds("sums", "totals", "prize");
    verdict.only(&["prizes", "sums", "decisions"]);
}

#[test]
fn finds_a_tier_weight_that_is_not_the_policys() {
    let case = Case::new()
        .edit(SUMMARY, |summary| summary["policy"]["tier_weight"]["untiered"] = 1.5.into());
    case.verify().finds("prizes", WITH_HOURS, "tier_weight").only(&["prizes"]);
}

#[test]
fn finds_an_urgency_that_the_last_visit_does_not_bear_out() {
    let case = Case::new();
    let stop = case.stop_of(WITH_HOURS);
    // A prize twice as large, consistently: in both files and in every sum.
    let worth = case.read(STOPS)["features"][stop - 1]["properties"]["prize"].as_f64().unwrap();
    let doubled = |properties: &mut Value| {
        properties["urgency"] = 2.0.into();
        add(&mut properties["prize"], worth);
    };
    let case = case
        .edit_stop(stop, doubled)
        .edit_prospect(WITH_HOURS, |prospect| doubled(&mut prospect["properties"]))
        .edit_route(|route| add(&mut route["prize"], worth))
        .edit(SUMMARY, |summary| {
            for key in ["prize", "prize_due"] {
                add(&mut summary["totals"][key], worth);
            }
            add(&mut summary["routes"][0]["prize"], worth);
            for key in ["objective", "bound"] {
                add(&mut summary["solver"][key], worth);
            }
        });
    case.verify().finds("urgency", WITH_HOURS, "urgency").only(&["urgency"]);
}

#[test]
fn finds_a_due_date_that_does_not_follow() {
    let due = |prospect: &mut Value| prospect["properties"]["due_date"] = "2026-11-24".into();
    let case = Case::new().edit_prospect(SUSPENDED, due);
    case.verify().finds("urgency", SUSPENDED, "due_date").only(&["urgency"]);
}

#[test]
fn finds_an_interval_that_is_not_the_policys() {
    let case = Case::new()
        .edit(SUMMARY, |summary| summary["policy"]["interval_days"]["service"]["A"] = 8.into());
    case.verify().finds("urgency", "node/", "interval_days").only(&["urgency"]);
}

#[test]
fn finds_a_prospect_that_is_missing() {
    let case = Case::new().edit_features(PROSPECTS, |prospects| {
        prospects.retain(|p| p["properties"]["id"] != SUSPENDED);
    });
    let verdict = case.verify();
    verdict.finds("lists", SUSPENDED, "feature").finds("sums", "totals", "prospects");
    verdict.finds("sums", "left_out", "counts");
}

#[test]
fn finds_prospects_that_stand_there_twice_or_on_no_list() {
    let case = Case::new().edit_features(PROSPECTS, |prospects| {
        prospects.push(prospects[0].clone());
        let mut invented = prospects[0].clone();
        invented["properties"]["id"] = "P1".into();
        prospects.push(invented);
    });
    let verdict = case.verify();
    verdict.finds("decisions", "node/", "id").finds("lists", "P1", "id");
    verdict.finds("decisions", "P1", "decision");
}

#[test]
fn finds_a_decision_without_a_stop() {
    let visit = |prospect: &mut Value| prospect["properties"]["decision"] = "visit".into();
    let case = Case::new().edit_prospect(SUSPENDED, visit);
    case.verify().finds("decisions", SUSPENDED, "decision");
}

#[test]
fn finds_an_outlet_left_out_for_a_status_it_does_not_have() {
    let open = |prospect: &mut Value| prospect["properties"]["status"] = "open".into();
    let case = Case::new().edit_prospect(SUSPENDED, open);
    case.verify().finds("decisions", SUSPENDED, "reason_code").only(&["decisions", "lists"]);
}

#[test]
fn finds_a_mandatory_visit_that_nobody_mentions() {
    let must = |prospect: &mut Value| prospect["properties"]["mandatory"] = true.into();
    let case = Case::new().edit_prospect(SUSPENDED, must);
    case.verify().finds("mandatory", SUSPENDED, "decision").only(&["mandatory"]);
    let case = case.edit(SUMMARY, |summary| {
        let message = format!("{SUSPENDED} (Palm Pharmacy) must be visited but is not: closed");
        let remark = json!({ "code": "mandatory_not_served", "message": message });
        summary["remarks"].as_array_mut().unwrap().push(remark);
    });
    case.verify().is_sound();
}

/// A leg told to be a minute shorter in every place where it shows, at a stop where the rep waits anyway.
#[test]
fn finds_a_leg_faster_than_the_roads_however_consistent() {
    let case = Case::new();
    let stop = case.stop_of(WITH_APPOINTMENT);
    let case = case
        .edit_stop(stop, |stop| {
            add(&mut stop["travel_seconds"], -60.0);
            shift(&mut stop["arrival_time"], -60);
            add(&mut stop["wait_minutes"], 1.0);
        })
        .edit_route(|route| {
            add(&mut route["travel_minutes"], -1.0);
            add(&mut route["wait_minutes"], 1.0);
        })
        .edit(SUMMARY, |summary| {
            add(&mut summary["routes"][0]["travel_minutes"], -1.0);
            add(&mut summary["totals"]["travel_minutes"], -1.0);
            add(&mut summary["totals"]["wait_minutes"], 1.0);
            for key in ["objective", "bound"] {
                add(&mut summary["solver"][key], 1.0 / 60.0);
            }
        });
    case.verify().finds("legs", "stop", "travel_seconds").only(&["legs"]);
}

#[test]
fn finds_a_shorter_way_home() {
    let case = Case::new()
        .edit_route(|route| {
            add(&mut route["travel_minutes"], -0.5);
            shift(&mut route["end_time"], -30);
            add(&mut route["distance_km"], -0.1);
        })
        .edit(SUMMARY, |summary| {
            shift(&mut summary["routes"][0]["end_time"], -30);
            add(&mut summary["routes"][0]["travel_minutes"], -0.5);
            add(&mut summary["routes"][0]["distance_km"], -0.1);
            add(&mut summary["totals"]["travel_minutes"], -0.5);
            add(&mut summary["totals"]["distance_km"], -0.1);
            for key in ["objective", "bound"] {
                add(&mut summary["solver"][key], 0.5 / 60.0);
            }
        });
    let verdict = case.verify();
    verdict.finds("legs", "gozo/2026-11-25/1", "seconds of the last leg");
    verdict.finds("legs", "gozo/2026-11-25/1", "metres of the last leg");
}

#[test]
fn finds_a_walk_told_shorter_than_it_is_however_consistent() {
    let walked = |stop: &&Value| stop["properties"]["walk_minutes"].as_f64().unwrap() > 0.1;
    let stops = Case::new().read(STOPS)["features"].as_array().unwrap().clone();
    let stop = stops.iter().position(|stop| walked(&stop)).unwrap() + 1;
    let case = Case::new()
        .edit_stop(stop, |stop| add(&mut stop["walk_minutes"], -0.1))
        .edit_route(|route| add(&mut route["walk_minutes"], -0.1))
        .edit(SUMMARY, |summary| {
            add(&mut summary["routes"][0]["walk_minutes"], -0.1);
            add(&mut summary["totals"]["walk_minutes"], -0.1);
        });
    let stop = format!("stop {stop}");
    case.verify().finds("legs", &stop, "walk_minutes").only(&["legs"]);
    let case = Case::new().edit(SUMMARY, |summary| {
        add(&mut summary["totals"]["park_minutes"], 1.0);
        add(&mut summary["totals"]["walk_minutes"], 1.0);
        add(&mut summary["totals"]["visit_minutes"], 1.0);
        add(&mut summary["routes"][0]["walk_minutes"], 1.0);
    });
    let verdict = case.verify();
    verdict.finds("sums", "totals", "park_minutes").finds("sums", "totals", "walk_minutes");
    verdict.finds("sums", "totals", "visit_minutes").finds("sums", "routes", "walk_minutes");
    verdict.only(&["sums"]);
}

#[test]
fn finds_a_wrong_detour() {
    let case = Case::new().edit_stop(7, |stop| add(&mut stop["detour_minutes"], 1.0));
    case.verify().finds("detours", "stop 7", "detour_minutes").only(&["detours"]);
}

#[test]
fn finds_a_lunch_that_is_missing() {
    let case = Case::new().edit_route(|route| {
        route["lunch_from"] = Value::Null;
        route["lunch_until"] = Value::Null;
    });
    let verdict = case.verify();
    verdict.finds("working_day", "gozo/2026-11-25/1", "lunch_from");
}

#[test]
fn finds_a_lunch_cut_short_and_one_during_a_visit() {
    let case = Case::new().edit_route(|route| shift(&mut route["lunch_until"], -600));
    case.verify().finds("working_day", "gozo/2026-11-25/1", "lunch_until");
    let case = Case::new().edit_route(|route| {
        shift(&mut route["lunch_from"], 1200);
        shift(&mut route["lunch_until"], 1200);
    });
    let verdict = case.verify();
    verdict.finds("times", "gozo/2026-11-25/1", "lunch_from");
    verdict.finds("working_day", "gozo/2026-11-25/1", "lunch_from");
}

#[test]
fn finds_a_day_that_leaves_the_shift_or_holds_too_much() {
    let rep = |change: fn(&mut Value)| {
        Case::new().edit(SUMMARY, |summary| change(&mut summary["reps"][0])).verify()
    };
    let route = "gozo/2026-11-25/1";
    rep(|rep| rep["shift"] = "09:30-18:00".into())
        .finds("working_day", route, "start_time")
        .only(&["working_day"]);
    rep(|rep| rep["shift"] = "09:00-15:00".into()).finds("working_day", route, "end_time");
    rep(|rep| rep["visits_max"] = 3.into()).finds("working_day", route, "visits");
    rep(|rep| rep["days_off"] = json!(["2026-11-25"])).finds("working_day", route, "date");
    rep(|rep| rep["workdays"] = "Mo,Tu".into()).finds("working_day", route, "date");
}

#[test]
fn finds_wrong_sums() {
    let case = Case::new().edit(SUMMARY, |summary| {
        add(&mut summary["totals"]["distance_km"], 1.0);
        summary["left_out"]["suspended"] = 2.into();
        add(&mut summary["solver"]["objective"], 1.0);
        summary["routes"][0]["visits"] = 1.into();
    });
    let verdict = case.verify();
    verdict.finds("sums", "totals", "distance_km").finds("sums", "left_out", "counts");
    verdict.finds("sums", "solver", "objective").finds("sums", "routes", "visits");
    verdict.only(&["sums"]);
}

#[test]
fn finds_a_bound_below_the_plan_and_a_gap_that_is_none() {
    let case = Case::new().edit(SUMMARY, |summary| add(&mut summary["solver"]["bound"], -50.0));
    case.verify().finds("sums", "solver", "bound").only(&["sums"]);
    let case = Case::new().edit(SUMMARY, |summary| summary["solver"]["gap_percent"] = 17.5.into());
    case.verify().finds("sums", "solver", "gap_percent").only(&["sums"]);
    let case = Case::new().edit(SUMMARY, |summary| summary["solver"]["gap_percent"] = Value::Null);
    case.verify().finds("sums", "solver", "gap_percent").only(&["sums"]);
}

#[test]
fn finds_a_price_of_a_visit_that_is_made_and_a_change_of_no_kind() {
    let case = Case::new().edit_prospect(WITH_HOURS, |prospect| {
        prospect["properties"]["forcing_costs"] = 1.5.into();
    });
    case.verify().finds("forcing", WITH_HOURS, "forcing_costs").only(&["forcing"]);
    let case = Case::new().edit_prospect(WITH_HOURS, |prospect| {
        prospect["properties"]["change_minutes"] = 5.into();
    });
    case.verify().finds("forcing", WITH_HOURS, "change_minutes").only(&["forcing"]);
}

#[test]
fn finds_an_offset_of_another_place() {
    let case = Case::new().edit_stop(1, |stop| {
        let text = stop["end_time"].as_str().unwrap().replace("+01:00", "+08:00");
        stop["end_time"] = text.into();
    });
    case.verify().finds("times", "stop 1", "end_time").only(&["times"]);
}

#[test]
fn finds_a_line_cut_short() {
    let case = Case::new().edit_course(|course| course.truncate(course.len() / 2));
    let verdict = case.verify();
    verdict.finds("course", "gozo/2026-11-25/1", "end of the line");
    verdict.finds("course", "gozo/2026-11-25/1", "length of the line");
    verdict.finds("drawing", "gozo/2026-11-25/1", "line").only(&["course", "drawing"]);
}

#[test]
fn finds_a_line_that_jumps() {
    let case = Case::new().edit_course(|course| drop(course.drain(100..200)));
    let verdict = case.verify();
    verdict.finds("course", "gozo/2026-11-25/1", "length of the line");
    verdict.finds("drawing", "gozo/2026-11-25/1", "line").only(&["course", "drawing"]);
}

#[test]
fn finds_a_line_beside_the_roads() {
    let case = Case::new().edit_course(|course| {
        for position in course {
            position[1] = (position[1].as_f64().unwrap() + 0.000_1).into();
        }
    });
    case.verify().finds("drawing", "gozo/2026-11-25/1", "line").only(&["drawing"]);
}

#[test]
fn finds_a_line_that_goes_round_the_wrong_way() {
    let case = Case::new().edit_course(|course| course.reverse());
    case.verify().finds("course", "stop 1", "course of the line").only(&["course"]);
}

#[test]
fn finds_an_outlet_moved_from_its_place() {
    let case = Case::new();
    let stop = case.stop_of(WITH_HOURS);
    let position = json!([14.25, 36.04]);
    let case = case
        .edit_features(STOPS, |stops| {
            stops[stop - 1]["geometry"]["coordinates"] = position.clone();
        })
        .edit_prospect(WITH_HOURS, |p| p["geometry"]["coordinates"] = position.clone());
    let verdict = case.verify();
    verdict.finds("lists", WITH_HOURS, "geometry").only(&["lists", "course"]);
}

#[test]
fn finds_what_a_row_does_not_say() {
    let case = Case::new().edit_prospect(SUSPENDED, |prospect| {
        prospect["properties"]["status"] = "open".into();
        prospect["properties"]["visited_on"] = "2026-11-24".into();
    });
    case.verify().finds("lists", SUSPENDED, "status").finds("lists", SUSPENDED, "visited_on");
}

#[test]
fn finds_a_visit_outside_opening_hours() {
    let hours = "Mo-Fr 08:00-12:00";
    let case = Case::new()
        .edit_list(WITH_HOURS, "opening_hours", hours)
        .edit_prospect(WITH_HOURS, |p| p["properties"]["opening_hours"] = hours.into());
    let verdict = case.verify();
    verdict.finds("doors", WITH_HOURS, "start_time").only(&["doors"]);
    assert!(verdict.violations()[0]["expected"].as_str().unwrap().contains("08:00-12:00"));
}

#[test]
fn finds_an_appointment_that_is_not_kept() {
    let case = Case::new().edit_list(WITH_APPOINTMENT, "appointment", "2026-11-25T09:30");
    case.verify().finds("doors", WITH_APPOINTMENT, "start_time").only(&["doors"]);
}

#[test]
fn finds_a_rep_who_is_too_early_at_an_appointment() {
    let case = Case::new();
    let (stop, stops) = (case.stop_of(WITH_APPOINTMENT), case.read(STOPS));
    let properties = |at: usize| stops["features"][at]["properties"].clone();
    let early = |key: &str| properties(stop - 1)[key].as_str().unwrap()[11..19].to_owned();
    assert_eq!(
        (early("arrival_time").as_str(), early("start_time").as_str()),
        ("10:50:00", "11:00:00")
    );
    assert!(
        properties(stop - 2)["end_time"].as_str() < properties(stop - 2)["leave_time"].as_str()
    );
    let case = case.edit_stop(stop, |stop| shift(&mut stop["arrival_time"], -300));
    case.verify().finds("times", WITH_APPOINTMENT, "arrival_time");
    let case = Case::new().edit_stop(stop - 1, |stop| shift(&mut stop["leave_time"], -300));
    case.verify().finds("times", "stop", "leave_time").only(&["times"]);
    let earlier =
        Case::new().edit(SUMMARY, |summary| summary["policy"]["earliness_minutes"] = 2.into());
    earlier.verify().finds("times", WITH_APPOINTMENT, "arrival_time").only(&["times"]);
}

#[test]
fn finds_a_visit_on_another_day_of_the_week_or_by_another_rep_than_the_row_wants() {
    let case = Case::new().edit_list(WITH_HOURS, "visit_days", "Mo,Fr");
    case.verify().finds("doors", WITH_HOURS, "date").finds("lists", WITH_HOURS, "visit_days");
    let case = Case::new().edit_list(WITH_HOURS, "rep", "Maria|Li Wei");
    case.verify().finds("doors", WITH_HOURS, "rep").finds("lists", WITH_HOURS, "assigned_rep");
}

#[test]
fn finds_more_travel_than_the_rep_may_have_and_visits_at_another_pace_than_theirs() {
    let case =
        Case::new().edit(SUMMARY, |summary| summary["reps"][0]["travel_max_minutes"] = 5.into());
    case.verify().finds("working_day", "2026-11-25/1", "travel_minutes").only(&["working_day"]);
    let case =
        Case::new().edit(SUMMARY, |summary| summary["reps"][0]["visit_minutes_share"] = 1.2.into());
    case.verify().finds("doors", WITH_HOURS, "visit_minutes").only(&["doors"]);
}

#[test]
fn a_slow_rep_with_little_travel_who_shares_outlets_has_a_sound_plan() {
    let case = Case::new();
    let home = &case.home;
    let territory = home.text("territory.toml");
    let more = "travel_max_minutes = 40\nvisit_minutes_share = 1.3\n[policy]\nbalance = 0.05";
    home.write("territory.toml", territory.replace("[policy]", more));
    let list = home.text("prospects.csv");
    let mut lines = list.lines();
    let header = format!("{},visit_days,rep", lines.next().unwrap());
    let rows = lines.map(|line| format!("{line},\"Mo,We\",REP"));
    let rows: Vec<String> = std::iter::once(header).chain(rows).collect();
    let name = territory.lines().find_map(|line| line.strip_prefix("name = ")).unwrap();
    let rep = territory.split("[[rep]]").nth(1).unwrap();
    let rep = rep.lines().find_map(|line| line.strip_prefix("name = \"")).unwrap_or(name);
    let rep = rep.split('"').next().unwrap();
    home.write("prospects.csv", rows.join("\n").replace("REP", rep));
    home.plan("plan", &format!("{DAY} --days 2")).expect(0);
    let verdict = case.verify();
    verdict.is_sound();
    assert_eq!(verdict.unchecked(), [""; 0]);
    assert_eq!(verdict.checked("working_day"), 1, "nobody is visited on a Thursday");
    let stops = case.read(STOPS);
    let lengths = stops["features"].as_array().unwrap().iter();
    let lengths = lengths.map(|stop| stop["properties"]["visit_minutes"].as_f64().unwrap());
    assert!(lengths.clone().all(|m| [20.0, 26.0, 39.0].contains(&m)) && lengths.count() > 3);
}

#[test]
fn finds_a_visit_in_a_call_block() {
    let case = Case::new().edit_list(WITH_HOURS, "call_block_until", "2026-11-25");
    case.verify().finds("doors", WITH_HOURS, "date").only(&["doors", "urgency"]);
}

#[test]
fn finds_a_visit_to_an_outlet_that_is_closed() {
    let case = Case::new().edit_list(WITH_HOURS, "status", "closed");
    case.verify().finds("doors", WITH_HOURS, "status").finds("lists", WITH_HOURS, "status");
}

#[test]
fn finds_a_must_visit_that_was_left_out_without_a_word() {
    let case = Case::new().edit_list(SUSPENDED, "must_visit", "true");
    case.verify().finds("doors", SUSPENDED, "decision").only(&["doors"]);
}

#[test]
fn finds_a_visit_of_another_length_than_the_row_wants() {
    let case = Case::new().edit_list(WITH_HOURS, "visit_minutes", "45");
    case.verify().finds("doors", WITH_HOURS, "visit_minutes").only(&["doors"]);
}

#[test]
fn a_list_that_has_changed_is_no_fault_of_the_plan_but_is_said() {
    let case = Case::new();
    let text = case.home.text("prospects.csv");
    case.home.write("prospects.csv", text + "P9,New Pharmacy,14.24,36.04,,,,,,,,,,,,,,,,,,,,,,,\n");
    let verdict = case.verify();
    let left = verdict.is_sound().unchecked();
    assert!(left.iter().any(|l| l.contains("prospects.csv has changed")), "{left:?}");
    assert_eq!((verdict.checked("legs"), verdict.checked("doors")), (0, 0));
    assert!(verdict.checked("times") > 0);
}

#[test]
fn inputs_that_are_gone_are_said_and_the_rest_is_checked() {
    let case = Case::new();
    fs::remove_file(case.home.path("gozo.osm.pbf")).unwrap();
    let verdict = case.verify();
    assert_eq!(verdict.is_sound().unchecked(), ["legs: gozo.osm.pbf was not found"]);
    assert!(verdict.checked("doors") > 0);
}

#[test]
fn a_folder_without_a_plan_is_refused() {
    let case = Case::new();
    fs::remove_file(case.plan().join(STOPS)).unwrap();
    let text = case.refusal();
    assert!(
        text.contains("stops.geojson: cannot be read") && text.contains("beatplan plan"),
        "{text}"
    );
    fs::remove_dir_all(case.plan()).unwrap();
    assert!(case.refusal().contains("routes.geojson: cannot be read"));
}

#[test]
fn files_cut_short_are_refused_all_at_once() {
    let case = Case::new();
    for file in [ROUTES, STOPS, PROSPECTS, SUMMARY] {
        let bytes = fs::read(case.plan().join(file)).unwrap();
        fs::write(case.plan().join(file), &bytes[..bytes.len() / 2]).unwrap();
    }
    let text = case.refusal();
    for file in [ROUTES, STOPS, PROSPECTS, SUMMARY] {
        assert!(text.contains(&format!("{file}, the whole file: ")), "{file}: {text}");
    }
}

#[test]
fn foreign_files_are_refused_with_what_is_missing() {
    let foreign = json!({
        "type": "FeatureCollection",
        "features": [{
            "type": "Feature",
            "geometry": { "type": "Point", "coordinates": [14.2, 36.0] },
            "properties": { "route_id": "r", "stop_no": "first" }
        }]
    });
    let case = Case::new().edit(STOPS, |stops| *stops = foreign);
    let text = case.refusal();
    assert!(text.contains("stops.geojson, feature 1: property \"stop_no\""), "{text}");
    let case = Case::new().edit(SUMMARY, |summary| *summary = json!({ "hello": 1 }));
    assert!(case.refusal().contains("summary.json, the whole file: missing field"));
    let case = Case::new().edit(SUMMARY, |summary| summary["program"] = "another".into());
    assert!(case.refusal().contains("unknown variant `another`, expected `beatplan`"));
    let case = Case::new();
    fs::write(case.plan().join(ROUTES), [0xff, 0x00, 0x80]).unwrap();
    assert!(case.refusal().contains("routes.geojson: cannot be read"));
}

#[test]
fn a_time_that_is_none_is_refused() {
    let case = Case::new().edit_stop(2, |stop| stop["start_time"] = "ten o'clock".into());
    let text = case.refusal();
    assert!(text.contains("feature 2: property \"start_time\""), "{text}");
}

#[test]
fn absurd_numbers_are_violations_and_no_crash() {
    let case = Case::new()
        .edit_stop(1, |stop| {
            stop["travel_seconds"] = 1e300.into();
            stop["visit_minutes"] = (-1e300).into();
            stop["distance_m"] = 1e300.into();
        })
        .edit_route(|route| route["travel_minutes"] = 1e300.into())
        .edit(SUMMARY, |summary| summary["policy"]["due_after"] = 1.0.into());
    case.verify().finds("legs", "stop 1", "travel_seconds");
}

#[test]
fn an_empty_plan_is_sound() {
    let home = Home::empty();
    // A Sunday; without a territory file reps work from Monday to Friday.
    let sunday = "plan --osm data/gozo/gozo.osm.pbf --prospects data/gozo/prospects.csv \
                  --home 14.239959,36.038795 --timezone Europe/Malta --date 2026-11-29 --out plan";
    home.run(sunday).expect(1);
    home.assert_sound("plan");
}
