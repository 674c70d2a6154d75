//! Report of a verification: checks, violations, and parts that could not be checked.

use std::fmt::{self, Display};

use serde::Serialize;
use serde_json::Value;

/// The result of [`verify`](super::verify()).
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// The groups of checks, in order of execution.
    pub checks: Vec<Check>,
    /// All violations, ordered by group.
    pub violations: Vec<Violation>,
    /// The parts that could not be checked.
    pub unchecked: Vec<Unchecked>,
}

/// A group of checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The name of the group in snake_case; a stable code for machines.
    pub name: &'static str,
    /// The kind of the checked things, in the singular.
    pub thing: &'static str,
    /// The condition that each thing must meet.
    pub claim: &'static str,
    /// The number of checked things.
    pub checked: usize,
    /// The number of violations.
    pub violated: usize,
}

/// A violation: a value in the plan that differs from the expected value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The name of the group of checks.
    pub check: &'static str,
    /// The file of the plan with the violation.
    pub file: &'static str,
    /// The route, stop or prospect, or the key of the summary.
    pub feature: String,
    /// The property, or another quality of the feature.
    pub property: &'static str,
    /// The value in the plan.
    pub found: String,
    /// The expected value.
    pub expected: String,
}

/// A part that could not be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unchecked {
    /// The part.
    pub what: String,
    /// The reason.
    pub why: String,
}

impl Report {
    /// Returns true if there are no violations; unchecked parts do not count.
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

/// One line per group with the number of checked things, then the violations, then the unchecked
/// parts.
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

/// A position in the files of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: &'static str,
    pub(super) feature: String,
}

/// A group of checks in progress.
pub(super) struct Checking {
    name: &'static str,
    thing: &'static str,
    claim: &'static str,
    checked: usize,
    violations: Vec<Violation>,
}

impl Checking {
    /// Starts the group `name`: each `thing` must meet the condition `claim`.
    pub(super) fn new(name: &'static str, thing: &'static str, claim: &'static str) -> Self {
        Self { name, thing, claim, checked: 0, violations: Vec::new() }
    }

    /// Counts one checked thing.
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

    /// Adds a violation if `found` differs from `expected`.
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

    /// Adds a violation if `found` differs from `expected` by more than `tolerance`.
    pub(super) fn near(
        &mut self,
        at: &Place,
        property: &'static str,
        found: f64,
        expected: f64,
        tolerance: f64,
    ) {
        // A comparison with NaN is false, so NaN is a violation.
        let is_near = (found - expected).abs() <= tolerance;
        if !is_near {
            self.violation(at, property, figure(found), figure(expected));
        }
    }
}

/// Returns a number as text with at most three decimals.
fn figure(number: f64) -> String {
    if number.abs() < 1e9 {
        ((number * 1000.0).round() / 1000.0).to_string()
    } else {
        format!("{number:e}")
    }
}

/// Returns seconds since midnight as a clock time.
pub(super) fn clock(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let seconds = seconds.abs();
    format!("{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Returns a value as JSON, to compare fields of any type.
pub(super) fn json(value: impl Serialize) -> Value {
    serde_json::to_value(value).expect("fields are plain data")
}

/// Names and JSON values of the given fields of a value.
macro_rules! named_fields {
    ($value:expr; $($field:ident),* $(,)?) => {
        [$((stringify!($field), $crate::verify::report::json(&$value.$field))),*]
    };
}
pub(super) use named_fields;

/// Returns an optional value as text for people.
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
