//! Every value of opening hours in real lists and extracts is read, or it is known why not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::kit::{extracts, repository};
use beatplan::progress::Silent;
use beatplan::prospects::OpeningHours;

/// Number of values that could be read, and the others with the reason.
#[derive(Default)]
struct Tally {
    read: usize,
    refused: BTreeMap<String, String>,
}

impl Tally {
    fn take(&mut self, text: &str) {
        match text.parse::<OpeningHours>() {
            Ok(_) => self.read += 1,
            Err(error) => {
                self.refused.insert(text.to_owned(), error.to_string());
            }
        }
    }

    fn told(&self) -> String {
        let refused = self.refused.iter().map(|(text, why)| format!("{text}: {why}"));
        std::iter::once(format!("{} read", self.read)).chain(refused).collect::<Vec<_>>().join("\n")
    }
}

#[test]
fn all_hours_of_the_lists_from_the_map_are_read() {
    let folder = repository("tests/fixtures/extracts");
    let lists = ["monaco", "neubrandenburg"].map(|p| folder.join(format!("{p}_healthcare.csv")));
    check_lists(&lists, 25);
}

/// That all hours of `lists` are read, and that they are at least `least`.
fn check_lists(lists: &[PathBuf], least: usize) {
    let mut tally = Tally::default();
    for path in lists {
        let mut reader = csv::Reader::from_path(path).unwrap();
        let at = reader.headers().unwrap().iter().position(|name| name == "opening_hours").unwrap();
        for record in reader.records() {
            let record = record.unwrap();
            if !record[at].is_empty() {
                tally.take(&record[at]);
            }
        }
    }
    assert!(tally.refused.is_empty() && tally.read >= least, "{}", tally.told());
}

#[test]
fn the_hours_of_all_outlets_in_the_extracts_are_read() {
    check_extracts(&extracts(), 60);
}

/// That the hours of all outlets in `extracts` are read, and that they are at least `least`.
fn check_extracts(extracts: &[PathBuf], least: usize) {
    let mut tally = Tally::default();
    for extract in extracts {
        take_all(extract, &mut tally);
    }
    assert!(tally.refused.is_empty() && tally.read >= least, "{}", tally.told());
}

fn take_all(extract: &Path, tally: &mut Tally) {
    let extract = beatplan::osm::read(extract, &Silent).unwrap();
    for outlet in &extract.outlets {
        if let Some(text) = outlet.tags.get("opening_hours") {
            tally.take(text);
        }
    }
}

mod needs_shared {
    use super::*;
    use crate::kit::{extracts_in, shared};

    #[test]
    #[ignore = "needs ../shared: a public list that may not be shipped"]
    fn all_rows_of_greater_manchester_are_read_but_those_that_are_mistyped() {
        let list = shared("data/lists/gb-gm_pharmacies.csv");
        let mut reader = csv::Reader::from_path(list).unwrap();
        let header = reader.headers().unwrap().clone();
        let first = header.iter().position(|name| name == "opening_hours_monday").unwrap();
        let (mut rows, mut read, mut refused) = (0, 0, BTreeMap::new());
        for record in reader.records() {
            let record = record.unwrap();
            rows += 1;
            let cells: Vec<Option<&str>> = (first..first + 7).map(|at| record.get(at)).collect();
            match OpeningHours::of_week(cells.try_into().unwrap()) {
                Ok(hours) => read += usize::from(hours.is_some()),
                Err(errors) => {
                    for error in errors {
                        *refused.entry(format!("{}: {error}", &record[0])).or_insert(0) += 1;
                    }
                }
            }
        }
        assert_eq!((rows, read), (631, 630));
        let refused: Vec<String> =
            refused.iter().map(|(why, days)| format!("{why} ({days} days)")).collect();
        insta::assert_snapshot!(refused.join("\n"), @r#"Noble & Peacock: not understood from character 7 on: "13:00:14:00-18:00" (5 days)"#);
    }

    #[test]
    #[ignore = "needs ../shared: lists made from the extracts"]
    fn all_hours_of_the_shared_lists_are_read() {
        let places = ["gozo", "isle-of-man", "malta", "monaco", "neubrandenburg"];
        let lists = places.map(|place| shared(&format!("data/lists/osm-{place}_healthcare.csv")));
        check_lists(&lists, 60);
    }

    #[test]
    #[ignore = "needs ../shared: extracts that may not be shipped"]
    fn the_hours_of_all_outlets_in_the_shared_extracts_are_read() {
        check_extracts(&extracts_in(&shared("data/extracts")), 60);
    }
}
