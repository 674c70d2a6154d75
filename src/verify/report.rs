//! What was checked, what is wrong, what could not be checked.

use std::fmt::{self, Display};

use serde::Serialize;
use serde_json::Value;

/// The outcome of [`verify`](super::verify()).
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// One a group of checks, in the order they were made.
    pub checks: Vec<Check>,
    /// All that is wrong, by group.
    pub violations: Vec<Violation>,
    /// What could not be checked.
    pub unchecked: Vec<Unchecked>,
}

/// A group of checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The group in snake_case, stable for machines.
    pub name: &'static str,
    /// What kind of thing was checked, one of them.
    pub thing: &'static str,
    /// What ought to hold of each of them.
    pub claim: &'static str,
    /// How many things were checked.
    pub checked: usize,
    /// How many violations were found.
    pub violated: usize,
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The group of checks.
    pub check: &'static str,
    /// The file of the plan it stands in.
    pub file: &'static str,
    /// The route, stop or prospect, or the key of the summary.
    pub feature: String,
    /// The property or other quality.
    pub property: &'static str,
    /// What it is.
    pub found: String,
    /// What it should be.
    pub expected: String,
}

/// Something that could not be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unchecked {
    /// What.
    pub what: String,
    /// Why not.
    pub why: String,
}

impl Report {
    /// Whether nothing is wrong; what could not be checked does not count.
    pub fn is_sound(&self) -> bool {
        self.violations.is_empty()
    }

    pub(super) fn add(&mut self, checking: Checking) {
        let Checking { name, thing, claim, checked, mut violations } = checking;
        self.checks.push(Check { name, thing, claim, checked, violated: violations.len() });
        self.violations.append(&mut violations);
    }

    pub(super) fn leave(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.unchecked.push(Unchecked { what: what.into(), why: why.into() });
    }
}

/// One line a group with how many things it saw, then what is wrong, then what could not be checked.
impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |n: usize, thing: &str| match n {
            1 => format!("1 {thing}"),
            _ => format!("{n} {thing}s"),
        };
        for Check { thing, claim, checked, violated, .. } in &self.checks {
            write!(f, "{} {claim}", counted(*checked, thing))?;
            match violated {
                0 => writeln!(f)?,
                _ => writeln!(f, ": {}", counted(*violated, "violation"))?,
            }
        }
        for violation in &self.violations {
            writeln!(f, "violation: {violation}")?;
        }
        for Unchecked { what, why } in &self.unchecked {
            writeln!(f, "not checked: {what}: {why}")?;
        }
        Ok(())
    }
}

/// `stops.geojson, gozo/2026-11-25/1 stop 3 (P17), prize: found 4, expected 5`.
impl Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, feature, property, found, expected, .. } = self;
        write!(f, "{file}, {feature}, {property}: found {found}, expected {expected}")
    }
}

/// Where something stands in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: &'static str,
    pub(super) feature: String,
}

/// A group of checks at work.
pub(super) struct Checking {
    name: &'static str,
    thing: &'static str,
    claim: &'static str,
    checked: usize,
    violations: Vec<Violation>,
}

impl Checking {
    /// Checks called `name` of several of `thing`, of each of which `claim` ought to hold.
    pub(super) fn new(name: &'static str, thing: &'static str, claim: &'static str) -> Self {
        Self { name, thing, claim, checked: 0, violations: Vec::new() }
    }

    /// One more thing is checked.
    pub(super) fn count(&mut self) {
        self.checked += 1;
    }

    pub(super) fn violation(
        &mut self,
        at: &Place,
        property: &'static str,
        found: impl Display,
        expected: impl Display,
    ) {
        self.violations.push(Violation {
            check: self.name,
            file: at.file,
            feature: at.feature.clone(),
            property,
            found: found.to_string(),
            expected: expected.to_string(),
        });
    }

    /// `found` must be `expected`.
    pub(super) fn equal<T: PartialEq + Display>(
        &mut self,
        at: &Place,
        property: &'static str,
        found: T,
        expected: T,
    ) {
        if found != expected {
            self.violation(at, property, found, expected);
        }
    }

    /// `found` must be `expected`, give or take `tolerance`.
    pub(super) fn near(
        &mut self,
        at: &Place,
        property: &'static str,
        found: f64,
        expected: f64,
        tolerance: f64,
    ) {
        // What is no number is near nothing.
        let is_near = (found - expected).abs() <= tolerance;
        if !is_near {
            self.violation(at, property, figure(found), figure(expected));
        }
    }
}

/// A number with three decimals at most.
fn figure(number: f64) -> String {
    if number.abs() < 1e9 {
        ((number * 1000.0).round() / 1000.0).to_string()
    } else {
        format!("{number:e}")
    }
}

/// A number of seconds since midnight as a clock shows it.
pub(super) fn clock(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let seconds = seconds.abs();
    format!("{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A value as JSON, for comparisons of fields of any type.
pub(super) fn json(value: impl Serialize) -> Value {
    serde_json::to_value(value).expect("fields are plain data")
}

/// The named fields of a value, each as its name and its JSON.
macro_rules! named_fields {
    ($value:expr; $($field:ident),* $(,)?) => {
        [$((stringify!($field), $crate::verify::report::json(&$value.$field))),*]
    };
}
pub(super) use named_fields;

/// A value that may be absent, as a person reads it.
pub(super) fn shown<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_shows_seconds_also_before_midnight() {
        assert_eq!([clock(32_401), clock(-60)], ["09:00:01", "-00:01:00"]);
    }

    #[test]
    fn a_report_says_what_was_seen_what_is_wrong_and_what_is_open() {
        let mut legs = Checking::new("legs", "leg", "as long as the shortest path");
        let at = Place { file: "stops.geojson", feature: "r1 stop 2 (P7)".to_owned() };
        for (found, expected) in [(7.0, 7.0), (7.0, 8.0), (f64::NAN, 8.0)] {
            legs.count();
            legs.near(&at, "travel_seconds", found, expected, 0.5);
        }
        let mut report = Report::default();
        report.add(legs);
        report.leave("legs of the ferry", "not found");
        assert!(!report.is_sound());
        insta::assert_snapshot!(report.to_string(), @r"
        3 legs as long as the shortest path: 2 violations
        violation: stops.geojson, r1 stop 2 (P7), travel_seconds: found 7, expected 8
        violation: stops.geojson, r1 stop 2 (P7), travel_seconds: found NaN, expected 8
        not checked: legs of the ferry: not found
        ");
    }
}
