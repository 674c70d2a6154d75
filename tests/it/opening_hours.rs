//! Every value of opening hours in the shared lists and extracts is read, or it is known why not.

use std::collections::BTreeMap;
use std::path::Path;

use crate::kit::shared;
use beatplan::progress::Silent;
use beatplan::prospects::OpeningHours;

/// How many values could be read, and the others with the reason.
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
fn all_rows_of_greater_manchester_are_read_but_those_that_are_mistyped() {
    let Some(list) = shared("data/lists/gb-gm_pharmacies.csv") else { return };
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
fn all_hours_of_the_lists_from_the_map_are_read() {
    let Some(lists) = shared("data/lists") else { return };
    let mut tally = Tally::default();
    for place in ["gozo", "isle-of-man", "malta", "monaco", "neubrandenburg"] {
        let path = lists.join(format!("osm-{place}_healthcare.csv"));
        let mut reader = csv::Reader::from_path(path).unwrap();
        let at = reader.headers().unwrap().iter().position(|name| name == "opening_hours").unwrap();
        for record in reader.records() {
            let record = record.unwrap();
            if !record[at].is_empty() {
                tally.take(&record[at]);
            }
        }
    }
    assert!(tally.refused.is_empty() && tally.read >= 60, "{}", tally.told());
}

#[test]
fn the_hours_of_all_outlets_in_the_extracts_are_read_or_it_is_known_why_not() {
    let Some(extracts) = shared("data/extracts") else { return };
    let mut tally = Tally::default();
    for name in [
        "malta",
        "gozo",
        "isle-of-man-2019",
        "isle-of-man-2020",
        "neubrandenburg",
        "monaco",
        "helsinki",
        "niue",
        "liechtenstein-2015",
        "liechtenstein-2013",
    ] {
        take_all(&extracts.join(format!("{name}.osm.pbf")), &mut tally);
    }
    assert!(tally.refused.is_empty() && tally.read >= 60, "{}", tally.told());
}

fn take_all(extract: &Path, tally: &mut Tally) {
    let extract = beatplan::osm::read(extract, &Silent).unwrap();
    for outlet in &extract.outlets {
        if let Some(text) = outlet.tags.get("opening_hours") {
            tally.take(text);
        }
    }
}
