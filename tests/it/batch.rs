//! `beatplan batch` from end to end: the built program on small territories, undisturbed and disturbed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::kit::{Run, Seeded, command, contents, listing, repository, run};
use serde_json::Value;

const DATE: &str = "2026-11-25";

/// A folder of territories, the folder of their plans, and networks that are kept from batch to batch.
struct Company {
    home: tempfile::TempDir,
}

impl Company {
    /// Gozo so many times, under names of their own.
    fn of(count: usize) -> Self {
        let company = Self { home: tempfile::tempdir().unwrap() };
        fs::create_dir(company.territories()).unwrap();
        for number in 0..count {
            company.add(&format!("gozo-{number:03}"));
        }
        company
    }

    fn territories(&self) -> PathBuf {
        self.home.path().join("territories")
    }

    fn out(&self) -> PathBuf {
        self.home.path().join("plans")
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
        self.command_for(&self.territories(), line)
    }

    fn command_for(&self, territories: &Path, line: &str) -> Command {
        let mut command = command();
        command
            .env_remove("BEATPLAN_NO_CACHE")
            .env("BEATPLAN_CACHE", self.home.path().join("cache"));
        command.arg("batch").arg(territories).arg("--out").arg(self.out());
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
        let run = run(&mut self.command(line));
        let left: Vec<String> = everything(&self.out())
            .into_keys()
            .filter(|path| path.contains(".beatplan-") || path.contains("networks"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
        run
    }

    fn report(&self) -> Value {
        let text = fs::read_to_string(self.out().join("batch-report.json")).unwrap();
        serde_json::from_str(&text).unwrap()
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
        let alone = company.home.path().join("alone");
        let mut plan = command();
        plan.arg("plan").arg(company.toml(id)).arg("--out").arg(&alone);
        plan.args(["--date", DATE, "--days", "2", "--effort", "quick"]);
        self::run(&mut plan).expect(0);
        assert_eq!(contents(&alone), contents(&company.out().join(id)), "{id}");
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
fn twenty_broken_territories_among_a_hundred_cost_nobody_else_a_plan() {
    let company = Company::of(100);
    let model = company.home.path().join("model");
    fs::create_dir(&model).unwrap();
    let malta = fs::read_to_string(repository("data/malta/territory.toml")).unwrap();
    let data = repository("data/malta");
    let malta =
        ["malta.osm.pbf", "prospects.csv", "visits.csv"].iter().fold(malta, |toml, file| {
            toml.replace(&format!("\"{file}\""), &format!("\"{}\"", data.join(file).display()))
        });
    fs::write(model.join("malta.toml"), malta).unwrap();
    let broken = company.territories().join("broken");
    let made = Command::new("python3")
        .arg(repository("tests/drill/break_territories.py"))
        .args([&model, &broken])
        .output();
    let Ok(made) = made else {
        eprintln!("skipped: there is no python3 to break territories with");
        return;
    };
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));

    let run = company.batch("").expect(1);
    let report = company.report();
    assert_eq!(count(&report, "planned"), 100);
    assert_eq!(count(&report, "failed"), 20);
    assert!(run.stdout.lines().count() <= 24, "{}", run.stdout);
    let mut expected = csv::Reader::from_path(broken.join("expected.csv")).unwrap();
    let mut kinds = 0;
    for row in expected.records().map(Result::unwrap) {
        let entry = company.entry(&format!("broken-{}", &row[0]));
        assert_eq!(entry["status"], "failed", "{}", &row[0]);
        let told = faults(&entry);
        let has_all = |line: &str| row[1].split('|').all(|word| line.contains(word));
        assert!(told.lines().any(has_all), "{}: {} is not in\n{told}", &row[0], &row[1]);
        kinds += 1;
    }
    assert_eq!(kinds, 20);
    let html = fs::read_to_string(company.out().join("batch-report.html")).unwrap();
    assert!(html.contains("bad-row/prospects.csv, row 13"), "the line to mend is in the report");
}

/// Waits for what `look` finds sooner or later.
#[cfg(unix)]
#[track_caller]
fn wait_for<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A batch that is running.
fn start(company: &Company, line: &str) -> Child {
    let mut command = company.command(line);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
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
    let began = Instant::now();
    undisturbed.batch("").expect(0);
    let whole = began.elapsed();

    let mut moments = Seeded(7);
    let mut killed = 0;
    for _ in 0..6 {
        let mut batch = start(&company, "");
        std::thread::sleep(whole.mul_f64(moments.below(90) as f64 / 100.0));
        killed += u32::from(batch.try_wait().unwrap().is_none());
        batch.kill().unwrap();
        batch.wait().unwrap();
    }
    company.batch("").expect(0);
    // The two companies are the same but for the folders they are in.
    let home = |of: &Company| of.home.path().to_str().unwrap().to_owned();
    let moved = |text: &str| text.replace(&home(&company), &home(&undisturbed));
    let plans = company.plans().into_iter();
    let plans =
        plans.map(|(path, text)| (path, moved(str::from_utf8(&text).unwrap()).into_bytes()));
    assert!(plans.collect::<BTreeMap<_, _>>() == undisturbed.plans());
    let report = company.lasting_report();
    assert_eq!(report["totals"]["compared"].as_u64(), Some(8));
    assert_eq!(moved(&report.to_string()), undisturbed.lasting_report().to_string());
    assert!(killed >= 2, "most batches were through before they were to be killed");
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_that_is_killed_costs_no_plan() {
    let company = Company::of(6);
    let mut batch = start(&company, "--jobs 1 --log json --effort normal --time-limit 60");
    let worker = wait_for("a worker at a plan", || {
        // The network has been built when the first plan is there; then a plan is always under way.
        let is_planning = ["gozo-000", "gozo-005"].iter().any(|id| company.out().join(id).exists());
        match workers_of(batch.id())[..] {
            [worker] if is_planning => Some(worker),
            _ => None,
        }
    });
    signal(worker, "KILL");
    assert_eq!(batch.wait().unwrap().code(), Some(0));
    let report = company.report();
    assert_eq!(count(&report, "planned"), 6);
    assert_eq!(report["run"]["retried"].as_array().unwrap().len(), 1);
    let mut log = String::new();
    std::io::Read::read_to_string(&mut batch.stderr.take().unwrap(), &mut log).unwrap();
    let events: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let messages = events.iter().filter(|event| event["message"] == "a worker died").count();
    assert_eq!(messages, 1, "{log}");
}

#[cfg(unix)]
#[test]
fn told_to_end_it_ends_and_keeps_what_is_finished() {
    let company = Company::of(12);
    let mut batch = start(&company, "--effort normal");
    wait_for("a plan", || company.out().join(".beatplan/journal").exists().then_some(()));
    let began = Instant::now();
    signal(batch.id(), "TERM");
    assert_eq!(batch.wait().unwrap().code(), Some(1));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let report = company.report();
    let (planned, not_reached) = (count(&report, "planned"), count(&report, "not_reached"));
    assert_eq!(planned + not_reached, 12);
    assert!(planned >= 1 && not_reached >= 1, "{planned} {not_reached}");
    assert_eq!(report["run"]["interrupted"], true);
    company.batch("--effort normal").expect(0);
    let report = company.report();
    assert_eq!(report["run"]["kept_from_before"].as_u64(), Some(planned));
    assert_eq!(count(&report, "planned"), 12);
}

#[cfg(unix)]
#[test]
fn a_second_batch_at_the_same_place_says_so_and_leaves() {
    let company = Company::of(4);
    let mut first = start(&company, "--effort normal");
    wait_for("the lock", || {
        let lock = fs::read(company.out().join(".beatplan/lock")).ok()?;
        (!lock.is_empty()).then_some(())
    });
    let second = run(&mut company.command("")).expect(2);
    let said = format!("another batch is writing there (process {})", first.id());
    assert!(second.stderr.contains(&said), "{}", second.stderr);
    let part = run(&mut company.command("--part")).expect(2);
    assert!(part.stderr.contains("another batch"), "{}", part.stderr);
    assert_eq!(first.wait().unwrap().code(), Some(0));
}

#[test]
fn parts_may_be_planned_side_by_side_and_the_whole_finds_them_done() {
    let company = Company::of(4);
    let part = |id: &str| {
        let mut part = company.command_for(&company.toml(id), "--part");
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
    let before = company.home.path().join("before");
    fs::create_dir(&before).unwrap();
    for (name, content) in contents(&company.out().join("gozo-000")) {
        fs::write(before.join(name), content).unwrap();
    }
    company.batch("--days 3 --date 2026-11-26 --keep --changes-max 3").expect(0);
    let alone = company.home.path().join("alone");
    let mut plan = command();
    plan.arg("plan").arg(company.toml("gozo-000")).arg("--out").arg(&alone);
    plan.arg("--keep").arg(&before);
    plan.args("--date 2026-11-26 --days 3 --effort quick --changes-max 3".split(' '));
    run(&mut plan).expect(0);
    assert_eq!(contents(&alone), contents(&company.out().join("gozo-000")));
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
    run(&mut batch).expect(0);
    assert_eq!(company.report()["run"]["networks_built"].as_u64(), Some(1));
    assert!(!company.out().join(".beatplan/networks").exists());
    assert!(!company.home.path().join("cache").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_territory_that_hangs_is_given_up_and_the_rest_goes_on() {
    let company = Company::of(3);
    company.batch("--date 2026-11-24").expect(0);
    let mut batch = start(&company, "--jobs 1 --effort thorough --time-limit 1");
    wait_for("a worker", || matches!(workers_of(batch.id())[..], [_]).then_some(()));
    // By now it has the network, which is in the cache, and is at its first plan, which takes a second.
    std::thread::sleep(Duration::from_millis(600));
    signal(workers_of(batch.id())[0], "STOP");
    assert_eq!(batch.wait().unwrap().code(), Some(1));
    let report = company.report();
    assert_eq!((count(&report, "planned"), count(&report, "failed")), (2, 1));
    let failed = report["territories"].as_array().unwrap().iter();
    let failed: Vec<String> = failed.map(faults).filter(|faults| !faults.is_empty()).collect();
    assert!(failed[0].contains("given up after 12 s"), "{failed:?}");
    assert_eq!(count(&report, "stopped_early"), 2);
}

#[test]
fn wrong_use_is_told_before_anything_is_done() {
    let company = Company::of(1);
    let mut none = company.command("--date someday");
    assert!(run(&mut none).expect(2).stderr.contains("--date: found \"someday\""));
    let mut missing = command();
    missing.args(["batch", "no/such/folder", "--out"]).arg(company.out());
    assert!(run(&mut missing).expect(2).stderr.contains("no/such/folder is not there"));
    assert!(!company.out().exists());
}
