//! The synthetic county of `data/county`: a list of 3,000 rows with every flaw that such lists have goes through `check`,
//! `merge` and `plan`. Every flaw is told, and no good row is lost. What is flawed and how, `truth.csv` knows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::kit::{beatplan, features, repository, run};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Clone, Deserialize)]
struct Truth {
    file: String,
    row: u64,
    outlet: u32,
    flaw: String,
}

/// Returns row and column of each flaw of `kind` in the authority's list.
fn flawed(kind: &str) -> BTreeMap<u64, String> {
    let of = |truth: Truth| {
        let (found, column) = truth.flaw.split_once(' ').unwrap_or((&truth.flaw, ""));
        (truth.file == "authority.csv" && found == kind).then(|| (truth.row, column.to_owned()))
    };
    truths().into_iter().filter_map(of).collect()
}

fn truths() -> Vec<Truth> {
    let mut reader = csv::Reader::from_path(county("truth.csv")).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn county(name: &str) -> PathBuf {
    repository("data/county").join(name)
}

fn rows(report: &Value) -> BTreeMap<u64, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |fault: &Value| (fault["row"].as_u64().unwrap(), text(&fault["column"]));
    report.as_array().unwrap().iter().map(row).collect()
}

#[test]
fn check_tells_every_flaw_and_finds_fault_with_no_good_row() {
    let list = county("authority.csv");
    let args = ["prospects", "check", list.to_str().unwrap(), "--datum", "gcj02", "--json"];
    let run = beatplan(args).expect(1);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let list = &report["lists"][0];
    let mut expected = flawed("rejected");
    expected.extend(flawed("swapped"));
    assert_eq!(expected.len(), 41);
    assert_eq!(rows(&list["faults"]), expected);
    let nameless = flawed("nameless").into_keys().map(|row| (row, "机构名称".to_owned()));
    let mut doubtful = flawed("check_digit");
    doubtful.extend(nameless);
    assert_eq!(doubtful.len(), 8);
    assert_eq!(rows(&list["doubts"]), doubtful);
    assert_eq!((&list["rows_good"], &list["rows_at_fault"]), (&2959.into(), &41.into()));
    assert_eq!((&list["encoding"], &list["header_row"]), (&"gb18030".into(), &3.into()));
    assert_eq!(list["sum_rows"], serde_json::json!([3006]));
    let remarks = list["remarks"].to_string();
    for told in [
        "row 1505 repeats the header and was ignored",
        "the header is row 3",
        "row 3006 holds totals and was ignored",
    ] {
        assert!(remarks.contains(told), "{told} in {remarks}");
    }
}

/// The rows of a CSV file by column.
fn table(file: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(file).unwrap().deserialize().map(Result::unwrap).collect()
}

#[test]
fn merge_and_plan_lose_no_good_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (merged, rejected) = (path("merged.csv"), path("rejected.csv"));
    let territory = county("territory.toml").display().to_string();
    let args =
        ["prospects", "merge", "--territory", &territory, "-o", &merged, "--rejected", &rejected];
    beatplan(args).expect(1);

    // Every row at fault is among the rejected, with its column, and no other is.
    let told: BTreeMap<u64, String> = table(Path::new(&rejected))
        .iter()
        .map(|fault| (fault["row"].parse().unwrap(), fault["column"].clone()))
        .collect();
    let mut expected = flawed("rejected");
    expected.extend(flawed("swapped"));
    assert_eq!(told, expected);

    // Every good row is part of exactly one outlet.
    let outlets = table(Path::new(&merged));
    let rows: Vec<String> = outlets
        .iter()
        .flat_map(|outlet| outlet["sources"].split("; ").map(str::to_owned).collect::<Vec<_>>())
        .collect();
    assert_eq!(rows.len(), 2959 + 400);
    assert_eq!(rows.iter().collect::<BTreeSet<_>>().len(), rows.len(), "each row once");
    let known: BTreeSet<u32> = truths()
        .iter()
        .filter(|truth| !expected.contains_key(&truth.row) || truth.file != "authority.csv")
        .map(|truth| truth.outlet)
        .collect();
    let share = outlets.len() as f64 / known.len() as f64;
    assert!((0.99..1.01).contains(&share), "{} outlets of {}", outlets.len(), known.len());

    // The merged list is good for a plan, which passes its check.
    let plan = path("plan");
    let line = "plan --osm data/county/county.osm.pbf --home 113.2260,28.8566 --mode ebike \
                --timezone Asia/Shanghai --date 2026-11-25 --effort quick";
    assert!(run(&format!("{line} --prospects {merged} --out {plan}")).exit < 2);
    let prospects = features(&Path::new(&plan).join("prospects.geojson"));
    assert_eq!(prospects.len(), outlets.len());
    beatplan(["verify", &plan]).expect(0);
}
