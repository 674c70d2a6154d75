//! `beatplan plan` in the middle of the day, and beside an earlier plan: the built program on the demo of Malta.

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use crate::kit::{Home, Rows, contents, copy_files, features, listing, set};
use serde_json::Value;

const DAY: &str = "2026-11-25";

/// A folder with the territory Malta, its list after `change`.
fn malta_with(change: impl FnOnce(&mut Rows)) -> Home {
    let office = Home::of("malta");
    office.change_rows(change);
    office
}

/// Last night's plan of the demo's day, made once.
static NIGHT: LazyLock<Home> = LazyLock::new(|| {
    let office = Home::for_all_tests("replan", "malta");
    office.plan("night", &format!("--date {DAY}")).expect(0);
    office
});

/// The stops of a rep in last night's plan, in their order.
fn night_stops(rep: &str) -> Vec<Value> {
    let mut stops = NIGHT.properties("night", "stops");
    stops.retain(|stop| stop["rep"] == rep);
    stops
}

fn ids(stops: &[Value]) -> Vec<String> {
    stops.iter().map(|stop| stop["id"].as_str().unwrap().to_owned()).collect()
}

/// Last night's plan beside an office of its own.
fn morning(change: impl FnOnce(&mut Rows)) -> Home {
    let office = malta_with(change);
    fs::create_dir(office.path("night")).unwrap();
    copy_files(&NIGHT.path("night"), &office.path("night"));
    office
}

/// Adds the column `name`, blank but for one row.
fn add_column(rows: &mut Rows, name: &str, id: &str, value: &str) {
    for row in rows.iter_mut() {
        row.insert(name.to_owned(), String::new());
    }
    set(rows, id, name, value);
}

/// The options of Maria at 13:40 behind her fifth stop, with so many of her stops done.
fn maria_at_1340(done: usize) -> String {
    let done = ids(&night_stops("Maria"))[..done].join(",");
    format!("--date {DAY} --rep Maria --at 13:40 --from 14.4961,35.9058 --done {done}")
}

#[test]
fn the_rest_of_a_day_is_planned_from_where_the_rep_is() {
    let office = morning(|_| {});
    let run = office.plan("day", &format!("{} --keep ./night", maria_at_1340(5))).expect(0);
    office.assert_sound("day");
    let done = ids(&night_stops("Maria"))[..5].to_vec();
    let stops = office.properties("day", "stops");
    assert!(stops.iter().all(|stop| !done.contains(&stop["id"].as_str().unwrap().to_owned())));
    let first = stops.iter().find(|stop| stop["rep"] == "Maria").unwrap();
    assert!(first["arrival_time"].as_str().unwrap() > "2026-11-25T13:40", "{first}");
    let line = &features(&office.path("day/routes.geojson"))[0];
    let start = &line["geometry"]["coordinates"][0];
    assert!((start[0].as_f64().unwrap() - 14.4961).abs() < 0.002, "{start}");
    assert!((start[1].as_f64().unwrap() - 35.9058).abs() < 0.002, "{start}");
    assert_eq!(line["properties"]["lunch_from"], Value::Null, "it could no longer begin");
    for id in &done {
        let prospect = office.prospect("day", id);
        assert_eq!(
            (&prospect["decision"], &prospect["reason_code"]),
            (&"done".into(), &"done".into())
        );
        assert_eq!(prospect["visited_on"], DAY);
    }
    let summary = office.summary("day");
    assert_eq!(summary["totals"]["done"], 5);
    assert_eq!(summary["changes"]["done"], 5);
    assert!(run.stdout.contains("5 already done") && run.stdout.contains("start from here"));
}

#[test]
fn a_plan_that_tells_its_beginning_or_its_changes_wrongly_does_not_pass() {
    let office = morning(|_| {});
    office.plan("day", &format!("{} --keep ./night", maria_at_1340(5))).expect(0);
    let good = office.summary("day");
    let finds = |spoil: &dyn Fn(&mut Value), words: &str| {
        let mut summary = good.clone();
        spoil(&mut summary);
        assert_ne!(summary, good);
        fs::write(office.path("day/summary.json"), summary.to_string()).unwrap();
        let verdict = office.verify("day").expect(1);
        assert!(verdict.stdout.contains(words), "{words}: {}", verdict.stdout);
    };
    finds(&|summary| summary["underway"][0]["at"] = "14:40".into(), "when the rep is free");
    finds(&|summary| summary["underway"][0]["from_lon"] = 14.51.into(), "where the rep is");
    finds(
        &|summary| drop(summary["underway"][0]["done"].as_array_mut().unwrap().pop()),
        "visited_on",
    );
    finds(&|summary| summary["underway"] = Value::Array(vec![]), "of home");
    finds(&|summary| summary["changes"]["counted"] = 9.into(), "counted");
    finds(&|summary| summary["changes"]["kept"] = 30.into(), "kept");
    let remark = serde_json::json!({"code": "changes_max_exceeded", "message": "too many"});
    let unfounded =
        |summary: &mut Value| summary["remarks"].as_array_mut().unwrap().push(remark.clone());
    finds(&unfounded, "changes_max_exceeded");
    let planned = office.properties("day", "stops")[0]["id"].clone();
    let gone = serde_json::json!({
        "id": planned, "name": "", "from_rep": "Maria", "from_date": DAY, "rep": null, "date": null,
        "reason_code": "closed", "reason": "closed", "counts": false,
    });
    finds(
        &|summary| summary["changes"]["gone"] = serde_json::json!([gone]),
        "as it is gone or moved",
    );
}

#[test]
fn the_other_rep_goes_as_planned_if_there_is_a_plan_to_keep() {
    let office = morning(|_| {});
    office.plan("day", &format!("{} --keep ./night", maria_at_1340(5))).expect(0);
    let of_other = |mut stops: Vec<Value>| {
        stops.retain(|stop| stop["rep"] == "Ġorġ");
        stops
    };
    let now = of_other(office.properties("day", "stops"));
    assert_eq!(now, of_other(NIGHT.properties("night", "stops")));
    // Without a plan to keep, everybody else sets out from home.
    office.plan("alone", &maria_at_1340(5)).expect(0);
    office.assert_sound("alone");
    assert_eq!(office.summary("alone")["changes"], Value::Null);
    assert!(office.summary("alone")["routes"].as_array().unwrap().len() == 2);
}

#[test]
fn a_second_report_of_the_day_remembers_the_first_and_may_replace_its_plan() {
    let office = morning(|_| {});
    let files = listing(office.folder());
    office.plan("night", &format!("{} --keep ./night", maria_at_1340(5))).expect(0);
    let next = ids(&office.properties("night", "stops"))[0].clone();
    let line = format!("--date {DAY} --rep Maria --at 14:30 --done {next} --keep ./night");
    office.plan("night", &line).expect(0);
    office.assert_sound("night");
    let summary = office.summary("night");
    assert_eq!(summary["underway"][0]["done"].as_array().unwrap().len(), 6);
    assert_eq!(summary["totals"]["done"], 6);
    // The other rep reports; Maria's day stays as it is.
    let marias = |stops: Vec<Value>| -> Vec<Value> {
        stops.into_iter().filter(|stop| stop["rep"] == "Maria").collect()
    };
    let before = marias(office.properties("night", "stops"));
    let run = office.plan("night", &format!("--date {DAY} --rep Ġorġ --at 15:00 --keep ./night"));
    assert!(run.exit <= 1, "{}", run.stderr);
    office.assert_sound("night");
    assert_eq!(marias(office.properties("night", "stops")), before);
    assert_eq!(listing(office.folder()), files, "nothing is left beside the plan");
}

#[test]
fn a_lunch_still_to_come_is_kept_unless_it_was_taken() {
    let office = malta_with(|_| {});
    let lunch = |name: &str, options: &str| {
        office.plan(name, &format!("--date {DAY} --rep Maria --at 12:10 {options}"));
        office.assert_sound(name);
        let routes = office.properties(name, "routes");
        let own = routes.into_iter().find(|route| route["rep"] == "Maria").unwrap();
        own["lunch_from"].as_str().map(|moment| moment[11..16].to_owned())
    };
    let taken = lunch("hungry", "").unwrap();
    assert!(("12:10"..="13:00").contains(&&*taken), "{taken}");
    assert_eq!(lunch("fed", "--lunch-taken"), None);
}

#[test]
fn a_rep_who_cannot_be_home_in_time_is_reported() {
    let office = morning(|_| {});
    let line = format!("--date {DAY} --rep Maria --at 17:30 --from 14.24,36.04 --keep ./night");
    let run = office.plan("late", &line);
    assert_eq!(
        run.words_missing("Maria is back home at|the shift ends at 18:00"),
        [""; 0],
        "{}",
        run.stderr
    );
    assert!(
        run.stdout.contains("too late for it now") && run.stdout.contains("more in summary.json")
    );
    office.assert_sound("late");
}

#[test]
fn visits_made_count_towards_the_most_of_a_day() {
    let office = malta_with(|_| {});
    let stops = ids(&night_stops("Maria"));
    let all_done = stops.join(",");
    let visits = |name: &str, done: &str| {
        let line = format!("--date {DAY} --rep Maria --at 11:00 --done {done}");
        assert!(office.plan(name, &line).exit <= 1);
        office.assert_sound(name);
        let all = office.properties(name, "stops");
        all.iter().filter(|stop| stop["rep"] == "Maria").count()
    };
    assert_eq!(stops.len(), 15);
    assert_eq!(visits("full", &all_done), 0);
    assert!(visits("two", &stops[..13].join(",")) <= 2);
}

#[test]
fn a_visit_in_the_log_of_that_day_needs_no_mention() {
    let office = morning(|_| {});
    let visited = ids(&night_stops("Maria"))[0].clone();
    fs::write(office.path("log.csv"), format!("id,visited_on\n{visited},{DAY}\n")).unwrap();
    let text = office.text("territory.toml");
    let (before, after) = text.split_once("[visits]").unwrap();
    let (_, after) = after.split_once(".csv\"").unwrap();
    let text = format!("{before}[visits]\nfile = \"log.csv\"{after}");
    fs::write(office.path("territory.toml"), text).unwrap();
    let line = format!("--date {DAY} --rep Maria --at 10:00 --keep ./night");
    assert!(office.plan("day", &line).exit <= 1);
    office.assert_sound("day");
    let summary = office.summary("day");
    assert_eq!(summary["underway"][0]["done"], serde_json::json!([visited]));
}

#[test]
fn wrong_options_for_the_middle_of_a_day_are_reported() {
    let office = malta_with(|_| {});
    let cases = [
        ("--at 13:40", "several reps|Maria, Ġorġ"),
        ("--at 13:40 --rep Marja", "--rep|\"Marja\"|did you mean \"Maria\"?"),
        ("--at 13:40 --rep Xavier", "the name of a rep: Maria, Ġorġ"),
        ("--at 1340 --rep Maria", "--at|\"1340\"|such as 13:40"),
        ("--at 18:00 --rep Maria", "the shift of Maria ends at 18:00|nothing is left"),
        ("--at 13:40 --rep Maria --from 35.9058,14.4961", "where Maria is|exchanged"),
        ("--at 13:40 --rep Maria --from 14.6,35.95", "where Maria is|no usable road within 200 m"),
        (
            "--at 13:40 --rep Maria --done node/517448678,zz",
            "did you mean \"node/5174486786\"?|\"zz\", nor one like it",
        ),
        ("--done node/5174486786", "--at <HH:MM>"),
        ("--from 14.4961,35.9058", "--at <HH:MM>"),
        ("--changes-max 1", "--keep <DIR>"),
    ];
    for (line, words) in cases {
        let run = office.plan("none", &format!("--date {DAY} {line}")).expect(2);
        assert_eq!(run.words_missing(words), [""; 0], "{line}\n{}", run.stderr);
    }
    let sunday = fs::read_to_string(office.path("territory.toml")).unwrap();
    fs::write(office.path("territory.toml"), sunday.replace("\"Mo-Su\"", "\"Mo-Tu\"")).unwrap();
    let run = office.plan("none", &format!("--date {DAY} --at 13:40 --rep Maria")).expect(2);
    assert_eq!(run.words_missing("Maria does not work on 2026-11-25|Wednesday"), [""; 0]);
    assert!(!office.path("none").exists());
}

#[test]
fn a_folder_without_a_plan_to_keep_is_reported() {
    let office = morning(|_| {});
    let refused = |line: &str, words: &str| {
        let run = office.plan("none", line).expect(2);
        assert_eq!(run.words_missing(words), [""; 0], "{line}\n{}", run.stderr);
    };
    let keep = format!("--date {DAY} --keep ./night");
    refused(
        "--date 2026-11-25 --keep ./nowhere",
        "--keep|summary.json cannot be read|`beatplan plan`",
    );
    refused("--date 2026-11-26 --keep ./night", "a plan for 2026-11-25|kept on 2026-11-26");
    let (stops, summary) = (office.path("night/stops.geojson"), office.path("night/summary.json"));
    let good = fs::read_to_string(&stops).unwrap();
    fs::write(&stops, &good[..3000]).unwrap();
    refused(&keep, "stops.geojson is damaged");
    fs::write(&stops, good.replace("\"id\":\"", "\"id\":\"other-")).unwrap();
    refused(&keep, "none of them to an outlet of these lists");
    fs::write(&stops, good).unwrap();
    let good = fs::read_to_string(&summary).unwrap();
    fs::write(&summary, good.replace("\"territory\": \"malta\"", "\"territory\": \"sicily\""))
        .unwrap();
    refused(&keep, "\"sicily\"|\"malta\"");
    fs::write(&summary, good.replace("\"program\": \"beatplan\"", "\"program\": \"vroom\""))
        .unwrap();
    refused(&keep, "summary.json is damaged, or was not written by");
    assert!(!office.path("none").exists());
}

#[test]
fn without_changes_the_plan_stays_as_it_was() {
    let office = morning(|_| {});
    office
        .plan("again", &format!("--date {DAY} --keep ./night --changes-max 0 --seed 7"))
        .expect(0);
    let changes = office.summary("again")["changes"].clone();
    let planned = night_stops("Maria").len() + night_stops("Ġorġ").len();
    assert_eq!((&changes["kept"], &changes["counted"]), (&planned.into(), &0.into()), "{changes}");
    let objective =
        |office: &Home, plan: &str| office.summary(plan)["solver"]["objective"].as_f64().unwrap();
    let (again, night) = (objective(&office, "again"), objective(&NIGHT, "night"));
    assert!(again >= night, "{again} after {night}");
    let same = office.plan("same", &format!("--date {DAY} --keep ./night --threads 1")).expect(0);
    let other = office.plan("same2", &format!("--date {DAY} --keep ./night --threads 2")).expect(0);
    assert_eq!(contents(&office.path("same")), contents(&office.path("same2")));
    assert_eq!(same.stdout, other.stdout);
}

#[test]
fn impossible_visits_are_named_and_do_not_count_against_the_budget() {
    let stops = ids(&night_stops("Maria"));
    let (closed, blocked, dropped) = (stops[8].clone(), stops[9].clone(), stops[10].clone());
    let office = morning(|rows| {
        set(rows, &closed, "status", "closed");
        set(rows, &blocked, "call_block_from", DAY);
        rows.retain(|row| row["id"] != dropped);
    });
    let run = office.plan("new", &format!("--date {DAY} --keep ./night --changes-max 0")).expect(0);
    office.assert_sound("new");
    let changes = office.summary("new")["changes"].clone();
    let kept = stops.len() + night_stops("Ġorġ").len() - 3;
    assert_eq!((&changes["counted"], &changes["kept"]), (&0.into(), &kept.into()), "{changes}");
    let gone: BTreeMap<String, String> = changes["gone"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gone| (gone["id"].to_string(), gone["reason_code"].as_str().unwrap().to_owned()))
        .collect();
    let reason = |id: &str| gone[&Value::from(id).to_string()].clone();
    assert_eq!(reason(&closed), "closed");
    assert_eq!(reason(&blocked), "call_block");
    assert_eq!(reason(&dropped), "not_listed");
    for words in ["closed for good", "call block", "no longer on the lists"] {
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }
}

#[test]
fn a_budget_of_changes_is_kept_where_the_best_plan_would_change_more() {
    // Far better outlets turn up: half a dozen with a promise, worth more than what is planned.
    let planned = [ids(&night_stops("Maria")), ids(&night_stops("Ġorġ"))].concat();
    let office = morning(|rows| {
        let free = rows.iter_mut().filter(|row| !planned.contains(&row["id"]));
        let open = free.filter(|row| row["status"] == "open" && row["call_block_from"].is_empty());
        for row in open.take(40) {
            row.insert("next_action_date".into(), "2026-11-24".into());
            row.insert("tier".into(), "A".into());
        }
    });
    let counted = |name: &str, options: &str| {
        let run = office.plan(name, &format!("--date {DAY} --keep ./night {options}")).expect(0);
        office.assert_sound(name);
        let summary = office.summary(name);
        let changes = &summary["changes"];
        assert!(run.stdout.contains("Since the earlier plan: "), "{}", run.stdout);
        let prize = summary["totals"]["prize"].as_f64().unwrap();
        (changes["counted"].as_u64().unwrap(), changes["price"].as_f64().unwrap(), prize)
    };
    let (free, price, best) = counted("free", "");
    assert!(free > 2 && price == 2.0, "{free} changes at {price}");
    let (two, price, with_two) = counted("two", "--changes-max 2");
    assert!(two <= 2 && price > 2.0 && with_two < best, "{two} changes at {price}: {with_two}");
    let (none, _, with_none) = counted("none", "--changes-max 0");
    assert!(none == 0 && with_none <= with_two, "{none} changes: {with_none}");
}

#[test]
fn a_budget_that_a_must_visit_breaks_needs_a_person() {
    // Maria is late: a must-visit and the hours that are left leave no room for what was planned.
    let office = morning(|rows| set(rows, "node/156496732", "must_visit", "yes"));
    let line = format!(
        "--date {DAY} --rep Maria --at 15:30 --from 14.4961,35.9058 --keep ./night --changes-max 0 --done {}",
        ids(&night_stops("Maria"))[..5].join(",")
    );
    let run = office.plan("late", &line).expect(1);
    office.assert_sound("late");
    assert_eq!(run.words_missing("of the earlier plan are gone or moved|at most 0"), [""; 0]);
    assert_eq!(office.prospect("late", "node/156496732")["decision"], "visit");
}

#[test]
fn a_moved_visit_says_from_where_to_where() {
    let moved = ids(&night_stops("Maria"))[5].clone();
    let office = morning(|rows| add_column(rows, "rep", &moved, "Ġorġ"));
    let run = office.plan("new", &format!("--date {DAY} --keep ./night")).expect(0);
    office.assert_sound("new");
    let changes = office.summary("new")["changes"].clone();
    let all = ["moved", "gone"].map(|kind| changes[kind].as_array().unwrap().clone()).concat();
    let change = all.iter().find(|change| change["id"] == *moved).unwrap();
    assert_eq!(change["from_rep"], "Maria");
    assert_eq!((&change["reason_code"], &change["counts"]), (&"other_rep".into(), &false.into()));
    assert!(run.stdout.contains("is Ġorġ's now"), "{}", run.stdout);
}

#[test]
fn a_pinned_visit_stays_at_its_day_and_time() {
    let office = malta_with(|rows| {
        add_column(rows, "pinned", "node/156496732", &format!("{DAY} 15:00"));
        set(rows, "node/156496732", "leeway_minutes", "10");
        set(rows, "node/283653531", "pinned", "2026-11-26");
        add_column(rows, "rep", "node/156496732", "Maria");
    });
    office.plan("two", &format!("--date {DAY} --days 2")).expect(0);
    office.assert_sound("two");
    let stops = office.properties("two", "stops");
    let find = |id: &str| stops.iter().find(|stop| stop["id"] == id).unwrap();
    let at_three = find("node/156496732");
    let begin = at_three["start_time"].as_str().unwrap();
    assert!(("2026-11-25T14:50"..="2026-11-25T15:10:00+01:00").contains(&begin), "{begin}");
    assert_eq!(
        (&at_three["reason"], &at_three["mandatory"]),
        (&"pinned to 15:00".into(), &true.into())
    );
    assert_eq!(at_three["rep"], "Maria");
    assert_eq!(find("node/283653531")["date"], "2026-11-26");
    // It is no longer then: a person must look.
    let run = office.plan("late", &format!("--date {DAY} --rep Maria --at 16:00")).expect(1);
    office.assert_sound("late");
    assert!(run.stderr.contains("node/156496732"), "{}", run.stderr);
}

#[test]
fn a_plan_of_several_days_is_kept_day_by_day() {
    let office = malta_with(|_| {});
    office.plan("three", &format!("--date {DAY} --days 3")).expect(0);
    // The next evening: two of the three days are planned anew, and a third follows.
    let line = "--date 2026-11-26 --days 3 --keep ./three --changes-max 3";
    office.plan("next", line).expect(0);
    office.assert_sound("next");
    let later = |plan: &str| {
        let stops = office.properties(plan, "stops");
        let on =
            |stop: &&Value| ["2026-11-26", "2026-11-27"].contains(&stop["date"].as_str().unwrap());
        stops.iter().filter(on).count() as u64
    };
    let changes = office.summary("next")["changes"].clone();
    let count = |kind: &str| changes[kind].as_array().unwrap().len() as u64;
    assert!(changes["counted"].as_u64().unwrap() <= 3, "{changes}");
    let told = changes["kept"].as_u64().unwrap() + count("gone") + count("moved");
    assert_eq!(told, later("three"), "each visit of the two days is accounted for");
}

#[test]
fn outlets_seen_several_times_are_planned_anew_in_the_midst_of_a_day() {
    let office = malta_with(|rows| {
        for row in rows.iter_mut() {
            row.insert("interval_days".to_owned(), "3".to_owned());
            row.insert("min_gap_days".to_owned(), "2".to_owned());
        }
    });
    office.plan("six", &format!("--date {DAY} --days 6")).expect(0);
    office.assert_sound("six");
    let stops = office.properties("six", "stops");
    let is_first = |stop: &&Value| stop["visit_number"] == 1;
    let first: Vec<&Value> = stops.iter().filter(is_first).map(|stop| &stop["id"]).collect();
    let alone = |stop: &&Value| !is_first(stop) && !first.contains(&&stop["id"]);
    let alone = stops.iter().find(alone).expect("some wait for the day of their second visit");
    let prospect = office.prospect("six", alone["id"].as_str().unwrap());
    assert_eq!(prospect["would_rep"], Value::Null, "{prospect}");
    let on_day = |stop: &&Value| stop["rep"] == "Maria" && stop["date"] == DAY;
    let done: Vec<Value> = stops.iter().filter(on_day).take(4).cloned().collect();
    let line =
        format!("--date {DAY} --days 6 --rep Maria --at 13:00 --done {}", ids(&done).join(","));
    office.plan("noon", &format!("{line} --keep ./six --changes-max 5")).expect(0);
    office.assert_sound("noon");
    let changes = &office.summary("noon")["changes"];
    assert!(changes["done"] == 4 && changes["counted"].as_u64().unwrap() <= 5, "{changes}");
}

#[test]
fn whose_outlet_it_is_now_counts_for_a_rep_whose_day_stays_too() {
    let stops = night_stops("Ġorġ");
    let handed_over = stops[0]["id"].as_str().unwrap();
    let left_out = NIGHT.properties("night", "prospects").into_iter();
    let left_out = left_out.filter(|prospect| prospect["reason_code"] == "no_time");
    let others = ids(&left_out.take(1).collect::<Vec<_>>());
    let office = morning(|rows| {
        add_column(rows, "rep", handed_over, "Maria");
        set(rows, handed_over, "must_visit", "yes");
        set(rows, &others[0], "rep", "Ġorġ");
    });
    office.plan("day", &format!("--date {DAY} --rep Maria --at 09:00 --keep ./night"));
    office.assert_sound("day");
    let prospect = office.prospect("day", handed_over);
    assert_ne!(prospect["reason_code"], "nobody_works", "{prospect}");
    let prospect = office.prospect("day", &others[0]);
    assert_eq!(prospect["reason_code"], "day_kept");
    assert_eq!(prospect["reason"], "the day of Ġorġ stays as it was planned");
}

#[test]
fn between_outlets_of_one_mall_one_walks() {
    let home = Home::empty();
    let mall = "id,name,lon,lat,tier\nM1,Ground floor,14.4897,35.9231,A\nM2,First floor,14.4899,35.9232,A\n\
                M3,Corner,14.4900,35.9230,B\nS1,Alone,14.5043,35.8991,A\n";
    home.write("mall.csv", mall);
    let run = home.run(
        "plan --osm data/malta/malta.osm.pbf --prospects mall.csv --home 14.4208,35.9089 \
         --timezone Europe/Malta --date 2026-11-25 --effort quick --out plan",
    );
    let run = run.expect(0);
    home.verify("plan").expect(0);
    assert_eq!(run.stdout.matches(" min walk, ").count(), 2, "{}", run.stdout);
    let stops = home.properties("plan", "stops");
    let walks: Vec<&Value> = stops.iter().filter(|stop| stop["travel_mode"] == "walk").collect();
    assert_eq!(walks.len(), 2);
    for walk in walks {
        assert_eq!(walk["walk_m"], walk["distance_m"]);
        let (metres, seconds) =
            (walk["distance_m"].as_f64().unwrap(), walk["travel_seconds"].as_f64().unwrap());
        assert!(metres < 50.0 && (metres / 1.25).ceil() == seconds, "{walk}");
    }
    // A walk that is written as a drive does not pass.
    home.replace("plan/stops.geojson", "\"travel_mode\":\"walk\"", "\"travel_mode\":\"car\"");
    let verdict = home.verify("plan").expect(1);
    let all = format!("{}{}", verdict.stdout, verdict.stderr);
    assert!(all.contains("travel_mode"), "{all}");
}
