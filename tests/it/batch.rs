//! `beatplan batch` from end to end: the built program on small territories, undisturbed and disturbed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::kit::{Home, Run, Seeded, command, contents, json, listing, outcome, repository};
use serde_json::Value;

const DATE: &str = "2026-11-25";

/// A folder of territories, and the folder of their plans.
struct Company {
    home: Home,
}

impl Company {
    /// With `count` territories like Gozo, each under a name of its own.
    fn of(count: usize) -> Self {
        let company = Self { home: Home::empty() };
        fs::create_dir(company.territories()).unwrap();
        for number in 0..count {
            company.add(&format!("gozo-{number:03}"));
        }
        company
    }

    fn territories(&self) -> PathBuf {
        self.home.path("territories")
    }

    fn out(&self) -> PathBuf {
        self.home.path("plans")
    }

    fn toml(&self, id: &str) -> PathBuf {
        self.territories().join(format!("{id}.toml"))
    }

    fn list(&self, id: &str) -> PathBuf {
        self.territories().join(format!("{id}.csv"))
    }

    fn add(&self, id: &str) {
        let list = repository("data/gozo/prospects.csv");
        fs::copy(list, self.list(id)).unwrap();
        let map = repository("data/gozo/gozo.osm.pbf");
        let toml = format!(
            "name = \"{id}\"\nosm = \"{}\"\ntimezone = \"Europe/Malta\"\n\n[[prospects]]\nfile = \"{id}.csv\"\n\n\
             [visits]\nfile = \"{id}-visits.csv\"\n\n[[rep]]\nname = \"Rita\"\nhome = [14.239959, 36.038795]\n\
             mode = \"ebike\"\n\n[policy]\nworkdays = \"Mo-Su\"\n",
            map.display()
        );
        fs::write(self.toml(id), toml).unwrap();
    }

    fn command(&self, line: &str) -> Command {
        self.batch_of(&[self.territories()], line)
    }

    /// The batch of what `paths` hold, into the folder of the plans.
    fn batch_of(&self, paths: &[PathBuf], line: &str) -> Command {
        let mut command = command("batch");
        command.args(paths).arg("--out").arg(self.out());
        for usual in [["--effort", "quick"], ["--date", DATE]] {
            if !line.contains(usual[0]) {
                command.args(usual);
            }
        }
        command.args(line.split_whitespace());
        command
    }

    /// Plans them all; what is left in the folder of plans is nothing but plans, reports and what the batch needs.
    #[track_caller]
    fn batch(&self, line: &str) -> Run {
        let run = outcome(self.command(line));
        let left: Vec<String> = everything(&self.out())
            .into_keys()
            .filter(|path| path.contains(".beatplan-") || path.contains("networks"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
        run
    }

    fn report(&self) -> Value {
        json(&self.out().join("batch-report.json"))
    }

    /// The report without what may differ from run to run.
    fn lasting_report(&self) -> Value {
        let mut report = self.report();
        report.as_object_mut().unwrap().remove("run");
        for territory in report["territories"].as_array_mut().unwrap() {
            territory.as_object_mut().unwrap().remove("seconds");
        }
        report
    }

    /// The files of all plans, by path.
    fn plans(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = everything(&self.out());
        files.retain(|path, _| !path.starts_with(".beatplan") && !path.starts_with("batch-report"));
        files
    }

    fn entry(&self, id: &str) -> Value {
        let report = self.report();
        let mut territories = report["territories"].as_array().unwrap().iter();
        territories.find(|territory| territory["territory"] == id).unwrap().clone()
    }
}

/// All files below a folder, by their path.
fn everything(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.file_type().is_file()).map(|entry| {
        let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        (path, fs::read(entry.path()).unwrap())
    });
    files.collect()
}

fn count(report: &Value, of: &str) -> u64 {
    report["totals"][of].as_u64().unwrap()
}

fn faults(entry: &Value) -> String {
    let lines = entry["faults"].as_array().unwrap().iter().map(|line| line.as_str().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_batch_gives_the_very_files_that_single_plans_give() {
    let company = Company::of(3);
    let run = company.batch("--days 2").expect(0);
    assert!(run.stderr.is_empty(), "{}", run.stderr);
    assert!(run.stdout.lines().count() <= 24, "{}", run.stdout);
    assert!(run.stdout.contains("All 3 territories planned"), "{}", run.stdout);
    for id in ["gozo-000", "gozo-001", "gozo-002"] {
        let line = format!("plan {} --out alone", company.toml(id).display());
        company.home.run(&format!("{line} --date {DATE} --days 2 --effort quick")).expect(0);
        assert_eq!(
            contents(&company.home.path("alone")),
            contents(&company.out().join(id)),
            "{id}"
        );
    }
    let mut names = listing(&company.out());
    names.retain(|name| !name.starts_with("gozo"));
    assert_eq!(names, [".beatplan", "batch-report.html", "batch-report.json"]);
}

#[test]
fn run_again_it_does_only_what_is_missing_changed_or_asked_for() {
    let company = Company::of(4);
    company.batch("").expect(0);
    let first = company.plans();
    let planned = |line: &str| {
        company.batch(line).expect(0);
        company.report()["run"]["planned_now"].as_u64().unwrap()
    };
    assert_eq!(planned(""), 0);
    fs::remove_file(company.out().join("gozo-001/stops.geojson")).unwrap();
    fs::write(company.out().join("gozo-002/routes.geojson"), "spoilt").unwrap();
    fs::write(company.out().join(".beatplan/journal/gozo-003.json"), "{\"key\": ").unwrap();
    assert_eq!(planned(""), 3);
    assert_eq!(company.plans(), first);
    assert_eq!(planned("--force"), 4);
    assert_eq!(company.plans(), first);

    let list = fs::read_to_string(company.list("gozo-000")).unwrap();
    fs::write(company.list("gozo-000"), list.lines().take(12).collect::<Vec<_>>().join("\n"))
        .unwrap();
    assert_eq!(planned(""), 1);
    assert_eq!(planned("--seed 2"), 4);
    assert_eq!(planned("--seed 2"), 0);
}

#[test]
fn broken_territories_among_good_ones_cost_nobody_else_a_plan() {
    let company = Company::of(12);
    let broken = repository("tests/fixtures/broken");
    let batch = company.batch_of(&[company.territories(), broken.clone()], "");
    let run = outcome(batch).expect(1);
    assert!(run.stdout.lines().count() <= 24, "{}", run.stdout);
    let mut expected = csv::Reader::from_path(broken.join("expected.csv")).unwrap();
    let mut failed = 0;
    for row in expected.records().map(Result::unwrap) {
        let (id, exit, words) = (&row[0], &row[1], &row[2]);
        let entry = company.entry(id);
        assert_eq!(entry["status"] == "failed", exit == "2", "{entry}");
        if exit == "2" {
            let told = faults(&entry);
            assert!(words.split('|').all(|word| told.contains(word)), "{id}: {words}\n{told}");
            failed += 1;
        }
    }
    assert!(failed > 12, "{failed}");
    let report = company.report();
    assert_eq!(count(&report, "failed"), failed);
    for number in 0..12 {
        assert_eq!(company.entry(&format!("gozo-{number:03}"))["status"], "planned");
    }
    let html = fs::read_to_string(company.out().join("batch-report.html")).unwrap();
    assert!(html.contains("prospects.csv, row 3"), "the line to mend is in the report");
}

/// A batch that is running.
fn start(company: &Company, line: &str) -> Child {
    let mut command = company.command(line);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits for an event. How long that takes proves nothing: the deadline only ends a test that
/// waits in vain.
#[track_caller]
fn wait_until<T>(what: &str, mut event: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(300);
    loop {
        if let Some(found) = event() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The exit code of a batch that ends by itself.
fn end_of(batch: &mut Child) -> Option<i32> {
    wait_until("the batch ends", || batch.try_wait().unwrap()).code()
}

#[cfg(unix)]
fn signal(process: u32, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &process.to_string()]).status().unwrap();
    assert!(sent.success());
}

#[cfg(target_os = "linux")]
fn workers_of(batch: u32) -> Vec<u32> {
    let children = fs::read_to_string(format!("/proc/{batch}/task/{batch}/children"));
    let threads = fs::read_dir(format!("/proc/{batch}/task")).into_iter().flatten().flatten();
    let of_threads = threads.filter_map(|t| fs::read_to_string(t.path().join("children")).ok());
    let all: Vec<String> = children.into_iter().chain(of_threads).collect();
    let mut workers: Vec<u32> =
        all.iter().flat_map(|ids| ids.split_whitespace()).map(|id| id.parse().unwrap()).collect();
    workers.sort_unstable();
    workers.dedup();
    workers
}

#[cfg(unix)]
#[test]
fn killed_at_any_moment_and_run_again_it_ends_as_if_undisturbed() {
    let [undisturbed, company] = [(); 2].map(|()| {
        let company = Company::of(8);
        company.batch("--date 2026-11-24").expect(0);
        company
    });
    undisturbed.batch("").expect(0);

    // Killed at once, and after so many plans of the new day are written; each time some
    // milliseconds later, within any of the things that it does next.
    let planned = || {
        let of_plan = |id: usize| company.out().join(format!("gozo-{id:03}/summary.json"));
        let summaries = (0..8).filter_map(|id| fs::read_to_string(of_plan(id)).ok());
        summaries.filter(|summary| summary.contains(DATE)).count()
    };
    let mut moments = Seeded(7);
    let mut killed = 0;
    for plans in [0, 0, 1, 2, 4, 6] {
        let mut batch = start(&company, "");
        wait_until("the next plan", || {
            (planned() >= plans || batch.try_wait().unwrap().is_some()).then_some(())
        });
        std::thread::sleep(Duration::from_millis(moments.below(40)));
        killed += u32::from(batch.try_wait().unwrap().is_none());
        batch.kill().unwrap();
        batch.wait().unwrap();
    }
    assert!(killed >= 1, "every batch was through before it was killed");
    company.batch("").expect(0);
    // The two companies are the same but for the folders they are in.
    let home = |of: &Company| of.home.folder().to_str().unwrap().to_owned();
    let moved = |text: &str| text.replace(&home(&company), &home(&undisturbed));
    let plans = company.plans().into_iter();
    let plans =
        plans.map(|(path, text)| (path, moved(str::from_utf8(&text).unwrap()).into_bytes()));
    assert!(plans.collect::<BTreeMap<_, _>>() == undisturbed.plans());
    let report = company.lasting_report();
    assert_eq!(report["totals"]["compared"].as_u64(), Some(8));
    assert_eq!(moved(&report.to_string()), undisturbed.lasting_report().to_string());
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_that_is_killed_costs_no_plan() {
    let company = Company::of(6);
    let mut batch = start(&company, "--jobs 1 --log json --effort normal --time-limit 60");
    let worker = wait_until("a worker plans", || {
        // The network has been built when the first plan is there; then a plan is always under way.
        let is_planning = ["gozo-000", "gozo-005"].iter().any(|id| company.out().join(id).exists());
        match workers_of(batch.id())[..] {
            [worker] if is_planning => Some(worker),
            _ => None,
        }
    });
    signal(worker, "KILL");
    assert_eq!(end_of(&mut batch), Some(0));
    let report = company.report();
    assert_eq!(count(&report, "planned"), 6);
    assert_eq!(report["run"]["retried"].as_array().unwrap().len(), 1);
    let mut log = String::new();
    batch.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    let events: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let messages = events.iter().filter(|event| event["message"] == "a worker died").count();
    assert_eq!(messages, 1, "{log}");
}

#[cfg(unix)]
#[test]
fn told_to_end_it_ends_and_keeps_what_is_finished() {
    let company = Company::of(6);
    let mut batch = start(&company, "--effort normal --jobs 1");
    let journal = company.out().join(".beatplan/journal");
    wait_until("the first plan", || journal.exists().then_some(()));
    signal(batch.id(), "TERM");
    assert_eq!(end_of(&mut batch), Some(1));
    let report = company.report();
    let (planned, not_reached) = (count(&report, "planned"), count(&report, "not_reached"));
    assert_eq!(planned + not_reached, 6);
    assert!(planned >= 1 && not_reached >= 1, "{planned} {not_reached}");
    assert_eq!(report["run"]["interrupted"], true);
    company.batch("--effort normal").expect(0);
    let report = company.report();
    assert_eq!(report["run"]["kept_from_before"].as_u64(), Some(planned));
    assert_eq!(count(&report, "planned"), 6);
}

#[cfg(unix)]
#[test]
fn a_second_batch_at_the_same_place_says_so_and_leaves() {
    let company = Company::of(4);
    let mut first = start(&company, "--effort normal");
    let lock = company.out().join(".beatplan/lock");
    wait_until("the lock", || fs::read(&lock).ok().filter(|content| !content.is_empty()));
    // It stays there until the others have looked.
    signal(first.id(), "STOP");
    let second = outcome(company.command("")).expect(2);
    let said = format!("another batch is writing there (process {})", first.id());
    assert!(second.stderr.contains(&said), "{}", second.stderr);
    let part = outcome(company.command("--part")).expect(2);
    assert!(part.stderr.contains("another batch"), "{}", part.stderr);
    signal(first.id(), "CONT");
    assert_eq!(end_of(&mut first), Some(0));
}

#[test]
fn parts_may_be_planned_side_by_side_and_the_whole_finds_them_done() {
    let company = Company::of(4);
    let part = |id: &str| {
        let mut part = company.batch_of(&[company.toml(id)], "--part");
        part.stdout(Stdio::null()).spawn().unwrap()
    };
    let parts = ["gozo-000", "gozo-001", "gozo-002"].map(part);
    for mut part in parts {
        assert_eq!(part.wait().unwrap().code(), Some(0));
    }
    assert!(!company.out().join("batch-report.json").exists());
    company.batch("").expect(0);
    let run = &company.report()["run"];
    assert_eq!((run["kept_from_before"].as_u64(), run["planned_now"].as_u64()), (Some(3), Some(1)));
}

#[test]
fn a_folder_that_is_in_the_way_costs_one_plan() {
    let company = Company::of(3);
    fs::create_dir_all(company.out().join("gozo-001")).unwrap();
    fs::write(company.out().join("gozo-001/thesis.doc"), "").unwrap();
    company.batch("").expect(1);
    let entry = company.entry("gozo-001");
    assert!(faults(&entry).contains("thesis.doc"), "{entry}");
    assert_eq!(count(&company.report(), "planned"), 2);
}

#[test]
fn the_morning_after_says_what_changed_and_the_same_again_if_it_is_run_again() {
    let company = Company::of(1);
    company.batch("").expect(0);
    let stops = |company: &Company| {
        let file = fs::read_to_string(company.out().join("gozo-000/stops.geojson")).unwrap();
        let stops: Value = serde_json::from_str(&file).unwrap();
        let features = stops["features"].as_array().unwrap().clone();
        features.iter().map(|stop| stop["properties"]["id"].as_str().unwrap().to_owned()).collect()
    };
    let planned: Vec<String> = stops(&company);
    let log: Vec<String> = planned[1..].iter().map(|id| format!("{id},{DATE},order,\n")).collect();
    let log = format!("id,visited_on,outcome,note\n{}", log.concat());
    fs::write(company.territories().join("gozo-000-visits.csv"), log).unwrap();
    company.batch("--date 2026-11-26").expect(0);
    let since = company.entry("gozo-000")["since"].clone();
    assert_eq!(since["dates"], serde_json::json!([DATE]));
    let rep = &since["reps"][0];
    assert_eq!(rep["done"].as_u64(), Some(planned.len() as u64 - 1), "{since}");
    let list = |of: &str| rep[of].as_array().unwrap().clone();
    let missed = [list("moved"), list("gone")].concat();
    assert_eq!(missed.len(), 1, "{since}");
    assert_eq!(missed[0]["id"], *planned[0]);
    let again: Vec<String> = stops(&company);
    assert_eq!(list("new").len() + list("moved").len(), again.len(), "{since}");

    company.batch("--date 2026-11-26 --force").expect(0);
    assert_eq!(company.entry("gozo-000")["since"], since);
    assert_eq!(listing(&company.out().join(".beatplan/previous")), ["gozo-000"]);
}

#[test]
fn a_batch_keeps_to_the_night_before_as_a_single_plan_does() {
    let company = Company::of(1);
    company.batch("--days 3").expect(0);
    let before = company.home.path("before");
    fs::create_dir(&before).unwrap();
    for (name, content) in contents(&company.out().join("gozo-000")) {
        fs::write(before.join(name), content).unwrap();
    }
    company.batch("--days 3 --date 2026-11-26 --keep --changes-max 3").expect(0);
    let toml = company.toml("gozo-000");
    let line = format!("plan {} --out alone --keep before --days 3", toml.display());
    let more = "--date 2026-11-26 --effort quick --changes-max 3";
    company.home.run(&format!("{line} {more}")).expect(0);
    assert_eq!(contents(&company.home.path("alone")), contents(&company.out().join("gozo-000")));
    company.batch("--days 3 --date 2026-11-26 --keep --changes-max 3").expect(0);
    assert_eq!(company.report()["run"]["planned_now"].as_u64(), Some(0));
}

#[test]
fn a_damaged_plan_of_the_night_before_costs_only_the_comparison() {
    let company = Company::of(1);
    company.batch("").expect(0);
    fs::remove_file(company.out().join("gozo-000/stops.geojson")).unwrap();
    company.batch("--date 2026-11-26").expect(0);
    assert_eq!(company.entry("gozo-000")["since"], Value::Null);
}

#[test]
fn without_a_place_for_networks_they_are_built_once_all_the_same() {
    let company = Company::of(3);
    let mut batch = company.command("");
    batch.env("BEATPLAN_NO_CACHE", "1").env_remove("BEATPLAN_CACHE");
    outcome(batch).expect(0);
    assert_eq!(company.report()["run"]["networks_built"].as_u64(), Some(1));
    assert!(!company.out().join(".beatplan/networks").exists());
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "a drill: the batch waits 12 s before it gives a territory up"]
fn a_territory_that_hangs_is_given_up_and_the_rest_goes_on() {
    let company = Company::of(3);
    company.batch("--date 2026-11-24").expect(0);
    let mut batch = start(&company, "--jobs 1 --effort thorough --time-limit 1 --log json");
    let mut log = BufReader::new(batch.stderr.take().unwrap()).lines().map(Result::unwrap);
    // The networks are there; the next thing is a plan.
    assert!(log.any(|line| line.contains("networks are there")));
    let worker = wait_until("a worker plans", || workers_of(batch.id()).first().copied());
    signal(worker, "STOP");
    let rest: Vec<String> = log.collect();
    assert_eq!(end_of(&mut batch), Some(1), "{rest:?}");
    let report = company.report();
    assert_eq!((count(&report, "planned"), count(&report, "failed")), (2, 1));
    let failed = report["territories"].as_array().unwrap().iter();
    let failed: Vec<String> = failed.map(faults).filter(|faults| !faults.is_empty()).collect();
    assert!(failed[0].contains("stopped after 12 s"), "{failed:?}");
    assert_eq!(count(&report, "stopped_early"), 2);
}

#[test]
fn wrong_use_is_reported_before_anything_is_done() {
    let company = Company::of(1);
    let none = outcome(company.command("--date someday")).expect(2);
    assert!(none.stderr.contains("--date: found \"someday\""), "{}", none.stderr);
    let missing = company.batch_of(&["no/such/folder".into()], "");
    assert!(outcome(missing).expect(2).stderr.contains("no/such/folder does not exist"));
    assert!(!company.out().exists());
}
