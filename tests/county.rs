//! The synthetic county of `data/county`: a list of 3,000 rows with every flaw that such lists have goes through `check`,
//! `merge` and `plan`. Every flaw is told, and no good row is lost. What is flawed and how, `truth.csv` knows.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use program::{beatplan, repository};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Clone, Deserialize)]
struct Truth {
    file: String,
    row: u64,
    outlet: u32,
    flaw: String,
}

/// What is wrong with the rows of the authority's list that have a flaw of `kind`: row and column.
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
    assert_eq!(rows(&list["doubts"]), flawed("check_digit"));
    assert_eq!((&list["rows_good"], &list["rows_at_fault"]), (&2959.into(), &41.into()));
    assert_eq!((&list["encoding"], &list["header_row"]), (&"gb18030".into(), &3.into()));
    assert_eq!(list["sum_rows"], serde_json::json!([3006]));
    let remarks = list["remarks"].to_string();
    for told in
        ["row 1505 is the header again", "the header is row 3", "4 of 2959 rows have no name"]
    {
        assert!(remarks.contains(told), "{told} in {remarks}");
    }
}

/// The rows of a CSV file by column.
fn table(file: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(file).unwrap().deserialize().map(Result::unwrap).collect()
}
