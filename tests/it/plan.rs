//! `beatplan plan` from end to end: the built program on the demo territories, and what it leaves behind.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::LazyLock;

use crate::kit::{Home, Run, contents, listing, outcome, repository, rfc7946, run, set};
use serde_json::Value;

const FILES: [&str; 5] =
    ["phone_calls.geojson", "prospects.geojson", "routes.geojson", "stops.geojson", "summary.json"];
/// The Wednesday for which the demo's appointments are made.
const DEMO_DAY: &str = "2026-11-25";
const GOZO_LINE: &str = "data/gozo/territory.toml --date 2026-11-25";
/// A Sunday; without a territory file reps work from Monday to Friday.
const SUNDAY_LINE: &str = "--osm data/gozo/gozo.osm.pbf --prospects data/gozo/prospects.csv \
                           --home 14.239959,36.038795 --timezone Europe/Malta --date 2026-11-29";

/// A plan that was written into a folder of its own.
struct Planned {
    run: Run,
    files: BTreeMap<String, String>,
    /// Names in the folder that holds the plan's folder.
    beside: Vec<String>,
}

impl Planned {
    fn json(&self, file: &str) -> Value {
        serde_json::from_str(&self.files[file]).unwrap()
    }

    /// The properties of every feature of a file.
    fn properties(&self, file: &str) -> Vec<Value> {
        let collection = self.json(file);
        let features = collection["features"].as_array().unwrap();
        features.iter().map(|feature| feature["properties"].clone()).collect()
    }
}

/// Plans quickly with the words of `line`.
fn plan(line: &str) -> Planned {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("plan");
    let run = plan_into(&folder, line);
    let files = if folder.exists() { contents(&folder) } else { BTreeMap::new() };
    Planned { run, files, beside: listing(home.path()) }
}

/// The plan of a demo territory for the day of the demo, made once for all tests.
fn demo(territory: &str) -> &'static Planned {
    static GOZO: LazyLock<Planned> = LazyLock::new(|| plan(GOZO_LINE));
    static MALTA: LazyLock<Planned> =
        LazyLock::new(|| plan(&format!("data/malta/territory.toml --date {DEMO_DAY}")));
    let planned = if territory == "gozo" { &*GOZO } else { &*MALTA };
    assert_eq!(planned.run.exit, 0, "{}", planned.run.stderr);
    planned
}

/// Three days of Malta's two reps, made once for all tests.
static THREE_DAYS: LazyLock<Planned> =
    LazyLock::new(|| plan("data/malta/territory.toml --date 2026-11-25 --days 3"));

fn plan_into(folder: &Path, line: &str) -> Run {
    run(&format!("plan {line} --effort quick --out {}", folder.display()))
}

fn text<'a>(properties: &'a Value, key: &str) -> &'a str {
    properties[key].as_str().unwrap_or_else(|| panic!("{key} is no text in {properties}"))
}

/// Values of `key` on every feature.
fn column(properties: &[Value], key: &str) -> Vec<String> {
    properties.iter().map(|one| text(one, key).to_owned()).collect()
}

/// The rows of a demo's list, by column.
fn list(name: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(repository(name)).unwrap().deserialize().map(Result::unwrap).collect()
}

fn assert_same(one: &BTreeMap<String, String>, other: &BTreeMap<String, String>) {
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (name, content) in one {
        let lines = content.lines().zip(other[name].lines());
        let differing = lines.filter(|(one, other)| one != other).collect::<Vec<_>>();
        assert!(*content == other[name], "{name} differs: {differing:#?}");
    }
}

#[test]
fn a_plan_is_four_files_and_a_table() {
    let plan = demo("gozo");
    assert_eq!(plan.files.keys().collect::<Vec<_>>(), FILES);
    assert_eq!(plan.beside, ["plan"], "nothing is left beside it");
    let table = &plan.run.stdout;
    assert!(table.starts_with("Rita, Wednesday 2026-11-25 (ebike): "), "{table}");
    for stop in plan.properties("stops.geojson") {
        assert!(table.contains(text(&stop, "name")), "{stop}\n{table}");
    }
    assert!(table.contains("Left out: "), "{table}");
}

#[test]
fn the_same_input_gives_the_same_bytes_for_any_number_of_threads_and_again() {
    for territory in ["gozo", "malta"] {
        let line = format!("data/{territory}/territory.toml --date {DEMO_DAY}");
        let one = plan(&format!("{line} --threads 1"));
        let two = plan(&format!("{line} --threads 2"));
        let five = plan(&format!("{line} --threads 5"));
        assert_same(&one.files, &two.files);
        assert_same(&one.files, &five.files);
        assert_eq!(one.run.stdout, two.run.stdout);
        assert_eq!(one.run.stdout, five.run.stdout);
        assert_same(&one.files, &demo(territory).files);
    }
}

#[test]
fn a_built_network_gives_the_plan_of_its_extract() {
    let home = Home::of("gozo");
    home.run("network build gozo.osm.pbf -o gozo.road --profile ebike").expect(0);
    let planned = || {
        let planned = plan(&format!("{} --date {DEMO_DAY}", home.path("territory.toml").display()));
        assert_eq!(planned.run.exit, 0, "{}", planned.run.stderr);
        planned
    };
    let from_extract = planned();
    home.replace("territory.toml", "\"gozo.osm.pbf\"", "\"gozo.road\"");
    let from_road = planned();
    let without_inputs = |planned: &Planned| {
        let mut files = planned.files.clone();
        let mut summary = planned.json("summary.json");
        summary.as_object_mut().unwrap().remove("inputs").unwrap();
        files.insert("summary.json".to_owned(), format!("{summary:#}"));
        files
    };
    assert_same(&without_inputs(&from_extract), &without_inputs(&from_road));
}

#[test]
fn a_network_of_another_mode_is_refused_by_name() {
    let home = Home::of("gozo");
    home.run("network build gozo.osm.pbf -o gozo.road").expect(0);
    let parts = "--prospects data/gozo/prospects.csv --home 14.239959,36.038795";
    let plan = plan(&format!(
        "--osm {} {parts} --mode foot --date {DEMO_DAY}",
        home.path("gozo.road").display()
    ));
    assert_eq!(plan.run.exit, 2);
    let missing = plan.run.words_missing("gozo.road|for car|travels by foot|--profile foot");
    assert!(missing.is_empty(), "{missing:?}\n{}", plan.run.stderr);
}

#[test]
fn the_seed_is_written_down_and_another_one_gives_a_plan_as_well() {
    for seed in [1, 2, u64::MAX] {
        let plan = plan(&format!("{GOZO_LINE} --seed {seed}"));
        assert_eq!(plan.run.exit, 0, "{}", plan.run.stderr);
        assert_eq!(plan.json("summary.json")["seed"], Value::from(seed));
        assert!(!plan.properties("stops.geojson").is_empty());
    }
}

#[test]
fn three_days_are_planned_with_nobody_visited_twice() {
    let gozo = plan(&format!("{GOZO_LINE} --days 3"));
    for plan in [&gozo, &*THREE_DAYS] {
        assert_eq!(plan.run.exit, 0, "{}", plan.run.stderr);
        let days = ["2026-11-25", "2026-11-26", "2026-11-27"];
        assert_eq!(plan.json("summary.json")["dates"], Value::from(days.to_vec()));
        let stops = plan.properties("stops.geojson");
        let visited = column(&stops, "id");
        assert_eq!(visited.iter().collect::<BTreeSet<_>>().len(), visited.len(), "{visited:?}");
        let planned: BTreeSet<String> = column(&stops, "date").into_iter().collect();
        assert!(planned.iter().all(|day| days.contains(&day.as_str())), "{planned:?}");
    }
    let routes = THREE_DAYS.properties("routes.geojson");
    assert_eq!(routes.len(), 6, "two reps cannot see everybody who is due in three days");
}

#[test]
fn stops_follow_each_other_in_time_and_fill_their_routes() {
    let stops = THREE_DAYS.properties("stops.geojson");
    let routes = THREE_DAYS.properties("routes.geojson");
    assert!(!routes.is_empty());
    for route in &routes {
        let is_on = |stop: &&Value| stop["route_id"] == route["route_id"];
        let on: Vec<&Value> = stops.iter().filter(is_on).collect();
        assert_eq!(Value::from(on.len()), route["visits"]);
        // All moments of a day have one offset here, so their order is that of their texts.
        let mut now = text(route, "start_time").to_owned();
        for (at, stop) in on.iter().enumerate() {
            assert_eq!(stop["stop_no"], Value::from(at + 1));
            assert_eq!((&stop["rep"], &stop["date"]), (&route["rep"], &route["date"]));
            for key in ["arrival_time", "start_time", "end_time"] {
                let next = text(stop, key).to_owned();
                assert!(now <= next, "{key} {next} of {} is before {now}", stop["id"]);
                now = next;
            }
        }
        assert!(now.as_str() <= text(route, "end_time"));
    }
}

#[test]
fn a_plan_without_a_territory_file_is_that_of_a_file_with_the_same_words() {
    let home = Home::empty();
    let (map, list) = (repository("data/gozo/gozo.osm.pbf"), repository("data/gozo/prospects.csv"));
    let text = format!(
        "name = \"gozo\"\nosm = {map:?}\ntimezone = \"Europe/Malta\"\n[[prospects]]\nfile = {list:?}\n\
         [[rep]]\nname = \"Rep 1\"\nhome = [14.239959, 36.038795]\nmode = \"ebike\"\nshift = \"08:30-17:00\"\n"
    );
    let file = home.write("territory.toml", text);
    let with_file = plan(&format!("{} --date {DEMO_DAY}", file.display()));
    let without = plan(&format!(
        "--osm data/gozo/gozo.osm.pbf --prospects data/gozo/prospects.csv --home 14.239959,36.038795 --mode ebike \
         --shift 08:30-17:00 --timezone Europe/Malta --date {DEMO_DAY}"
    ));
    assert_eq!(without.run.exit, 0, "{}", without.run.stderr);
    assert_eq!(without.run.stdout, with_file.run.stdout);
    assert_same(&without.files, &with_file.files);
}

#[test]
fn json_prints_the_summary_and_nothing_else() {
    let plan = plan(&format!("{GOZO_LINE} --json"));
    assert_eq!(plan.run.stdout, plan.files["summary.json"]);
}

#[test]
fn quiet_says_nothing_when_all_is_well() {
    let plan = plan(&format!("{GOZO_LINE} --quiet"));
    assert_eq!((plan.run.exit, &*plan.run.stdout, &*plan.run.stderr), (0, "", ""));
    assert_eq!(plan.files.keys().collect::<Vec<_>>(), FILES);
}

#[test]
fn mandatory_visits_are_made_and_appointments_are_kept_at_their_time() {
    for territory in ["gozo", "malta"] {
        let plan = demo(territory);
        let stops = plan.properties("stops.geojson");
        let start_of = |id: &str| {
            let stop = stops.iter().find(|stop| text(stop, "id") == id);
            stop.map(|stop| text(stop, "start_time").to_owned())
        };
        let mut bound = 0;
        for row in list(&format!("data/{territory}/prospects.csv")) {
            let (id, is_open) = (&row["id"], row["status"] == "open");
            if is_open && row["must_visit"] == "true" {
                assert!(start_of(id).is_some(), "{id} must be visited");
                bound += 1;
            }
            if is_open && let Some((DEMO_DAY, time)) = row["appointment"].split_once([' ', 'T']) {
                let start = start_of(id).unwrap_or_else(|| panic!("{id} has an appointment"));
                // At the agreed time, or as much later as the leeway of the row allows.
                let minutes = |clock: &str| {
                    let (hours, minutes) = clock.split_once(':').unwrap();
                    hours.parse::<i32>().unwrap() * 60 + minutes[..2].parse::<i32>().unwrap()
                };
                let late = minutes(&start[11..16]) - minutes(time);
                let leeway = row["leeway_minutes"].parse().unwrap_or(0);
                assert!((0..=leeway).contains(&late), "{id}: {start}, expected {time}");
                bound += 1;
            }
        }
        assert!(bound > 0, "{territory} has must-visits");
    }
}

#[test]
fn every_prospect_of_the_list_has_its_place_and_its_reason_once() {
    for territory in ["gozo", "malta"] {
        let plan = demo(territory);
        let prospects = plan.properties("prospects.geojson");
        let listed: Vec<String> = list(&format!("data/{territory}/prospects.csv"))
            .iter()
            .map(|row| row["id"].clone())
            .collect();
        assert_eq!(column(&prospects, "id"), listed, "each once, in the order of the list");
        let mut on_routes = BTreeSet::new();
        for prospect in &prospects {
            assert!(
                !text(prospect, "reason_code").is_empty() && !text(prospect, "reason").is_empty()
            );
            match text(prospect, "decision") {
                "visit" => {
                    let (route, stop) = (text(prospect, "route_id"), &prospect["stop_no"]);
                    on_routes.insert((
                        route.to_owned(),
                        stop.as_u64().unwrap(),
                        text(prospect, "id"),
                    ));
                }
                "left_out" => {
                    assert!(prospect["route_id"].is_null() && prospect["stop_no"].is_null())
                }
                other => panic!("decision {other}"),
            }
        }
        let stops = plan.properties("stops.geojson");
        let stops: BTreeSet<_> = stops
            .iter()
            .map(|stop| {
                let (route, id) = (text(stop, "route_id"), text(stop, "id"));
                (route.to_owned(), stop["stop_no"].as_u64().unwrap(), id)
            })
            .collect();
        assert_eq!(on_routes, stops);
    }
}

#[test]
fn a_day_on_which_nobody_works_needs_a_person() {
    let plan = plan(SUNDAY_LINE);
    assert_eq!(plan.run.exit, 1);
    let missing = plan.run.words_missing("nobody works on 2026-11-29|nothing can be planned");
    assert!(missing.is_empty(), "{missing:?}\n{}", plan.run.stderr);
    assert!(plan.properties("stops.geojson").is_empty());
    assert_eq!(plan.properties("prospects.geojson").len(), 18);
}

#[test]
fn a_search_cut_short_by_the_clock_still_gives_a_sound_plan_and_says_so() {
    let plan = plan(&format!("{GOZO_LINE} --time-limit 0"));
    assert_eq!(plan.run.exit, 0, "{}", plan.run.stderr);
    assert!(plan.run.stderr.contains("stopped by its time limit"), "{}", plan.run.stderr);
    assert_eq!(plan.json("summary.json")["solver"]["stopped_early"], Value::from(true));
    assert!(!plan.properties("stops.geojson").is_empty());
}

#[test]
fn a_plan_says_how_far_it_may_be_from_the_best() {
    let plan = demo("gozo");
    let solver = &plan.json("summary.json")["solver"];
    let figure = |key: &str| solver[key].as_f64().unwrap_or_else(|| panic!("{key} in {solver}"));
    let (objective, bound, gap) = (figure("objective"), figure("bound"), figure("gap_percent"));
    assert!(bound >= objective && (0.0..10.0).contains(&gap), "{solver}");
    let expected = if gap == 0.0 { "the best possible" } else { "% of the best possible" };
    assert!(plan.run.stdout.contains(expected), "{}", plan.run.stdout);
}

#[test]
fn an_outlet_left_out_for_others_has_a_price() {
    let home = Home::of("malta");
    home.replace("territory.toml", "[policy]", "[policy]\nvisits_max = 10");
    let territory = home.path("territory.toml");
    let plan = plan(&format!("{} --date {DEMO_DAY}", territory.display()));
    let prospects = plan.properties("prospects.geojson");
    let full: Vec<&Value> =
        prospects.iter().filter(|p| text(p, "reason_code") == "visits_full").collect();
    assert!(!full.is_empty());
    for prospect in full {
        assert!(prospect["forcing_costs"].as_f64().is_some_and(|costs| costs >= 0.0), "{prospect}");
        assert!(prospect["prize_lost"].as_f64().is_some_and(|prize| prize > 0.0), "{prospect}");
        assert_eq!(text(prospect, "would_date"), DEMO_DAY);
        assert!(!text(prospect, "instead_of").is_empty(), "{prospect}");
    }
    for prospect in &prospects {
        let is_due_and_left_out = !prospect["would_rep"].is_null();
        assert!(!is_due_and_left_out || text(prospect, "decision") == "left_out", "{prospect}");
    }
}

#[test]
fn two_appointments_at_once_are_named_with_what_would_help() {
    let home = Home::of("gozo");
    home.change_rows(|rows| {
        for (id, time) in [("node/324400931", "10:00"), ("node/324401172", "10:05")] {
            set(rows, id, "appointment", &format!("{DEMO_DAY} {time}"));
            set(rows, id, "leeway_minutes", "0");
        }
    });
    let plan = plan(&format!("{} --date {DEMO_DAY}", home.path("territory.toml").display()));
    assert_eq!(plan.run.exit, 1, "{}", plan.run.stderr);
    let missing = plan.run.words_missing(
        "must be visited but is not: cannot be kept together with|min later, by Rita on",
    );
    assert!(missing.is_empty(), "{missing:?}\n{}", plan.run.stderr);
    assert_eq!(plan.json("summary.json")["left_out"]["mandatory_conflict"], Value::from(1));
}

#[test]
fn a_closed_pipe_is_no_error() {
    for option in ["--json", "--threads=1"] {
        let home = Home::empty();
        let line = "plan data/gozo/territory.toml --effort quick --out plan";
        let mut child = home
            .command(&format!("{line} --date {DEMO_DAY} {option}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(!said.contains("error") && !said.contains("panicked"), "{said}");
        assert_eq!(listing(&home.path("plan")), FILES);
    }
}

#[test]
fn an_earlier_plan_is_replaced_as_a_whole() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("plan");
    plan_into(&folder, GOZO_LINE).expect(0);
    let line = "data/gozo/territory.toml --date 2026-11-26";
    plan_into(&folder, line).expect(0);
    assert_same(&contents(&folder), &plan(line).files);
    assert_eq!(listing(home.path()), ["plan"]);
}

#[test]
fn a_failed_run_leaves_the_earlier_plan_alone() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("plan");
    plan_into(&folder, GOZO_LINE).expect(0);
    let before = contents(&folder);
    let broken = repository("tests/fixtures/broken/text_in_a_number/territory.toml");
    plan_into(&folder, &format!("{} --date {DEMO_DAY}", broken.display())).expect(2);
    assert_same(&before, &contents(&folder));
}

#[test]
fn the_geojson_keeps_to_rfc_7946() {
    let nothing = plan(SUNDAY_LINE);
    // A rep who lives in the only outlet goes nowhere.
    let home = Home::empty();
    let list = home.write("one.csv", "id,name,lon,lat\nP1,Home,14.2434515,36.0465260\n");
    let at_home = plan(&format!(
        "--osm data/gozo/gozo.osm.pbf --prospects {} --home 14.2434515,36.0465260 \
         --date {DEMO_DAY}",
        list.display()
    ));
    for (plan, has_stops) in [(&*THREE_DAYS, true), (&at_home, true), (&nothing, false)] {
        for name in FILES.iter().filter(|name| name.ends_with(".geojson")) {
            let faults = rfc7946::faults(&plan.files[*name], [14.1, 35.7, 14.7, 36.2]);
            assert!(faults.is_empty(), "{name}: {faults:#?}");
            // On most days nobody is due for a call.
            if has_stops && *name != "phone_calls.geojson" {
                assert!(!plan.properties(name).is_empty(), "{name}");
            }
        }
    }
}

#[test]
fn a_plan_is_the_same_whether_its_network_was_kept_or_built() {
    let home = Home::empty();
    let at = |name: &str| home.path(name);
    let plan = |out: &str, cache: &Path| {
        let line = "plan data/gozo/territory.toml --effort quick";
        let mut plan = home.command(&format!("{line} --date {DEMO_DAY} --out {out} --cache"));
        plan.arg(cache);
        outcome(plan).expect(0).stderr
    };
    let cache = at("cache");
    plan("built", &cache);
    let kept = listing(&cache);
    assert_eq!(kept.len(), 1, "{kept:?}");
    plan("kept", &cache);
    assert_eq!(listing(&cache), kept);
    assert_eq!(contents(&at("built")), contents(&at("kept")));
    // A damaged or foreign file is passed over and replaced.
    fs::remove_file(cache.join(&kept[0])).unwrap();
    fs::write(cache.join(&kept[0]), b"BEATROAD and nothing more").unwrap();
    plan("again", &cache);
    assert_eq!(contents(&at("built")), contents(&at("again")));
    assert!(fs::metadata(cache.join(&kept[0])).unwrap().len() > 100_000);
    // A folder that takes nothing costs nothing but time.
    fs::write(at("no_folder"), b"").unwrap();
    let said = plan("anyway", &at("no_folder"));
    assert!(said.contains("could not be kept for next time"), "{said}");
    assert_eq!(contents(&at("built")), contents(&at("anyway")));
}
