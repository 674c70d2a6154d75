//! Conditional tag values such as `no_left_turn @ (Mo-Fr 07:00-09:00)`, judged for the hours of a plan.
//!
//! Grammar: <https://wiki.openstreetmap.org/wiki/Conditional_restrictions>. The conditions that are times of the week
//! follow the `opening_hours` syntax and are read by the crate of that name.

use chrono::{NaiveDate, NaiveTime};
use opening_hours::{OpeningHours, RuleKind};
use serde::{Deserialize, Serialize};

use crate::osm::Tags;
use crate::units::Seconds;

/// The part of a day that somebody will be on the road.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The day.
    pub date: jiff::civil::Date,
    /// From this time of day …
    pub from: Seconds,
    /// … to this one.
    pub to: Seconds,
}

/// A condition of the map, and what it was taken to be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Condition {
    /// As in the map: `Mo-Fr 07:00-09:00`.
    pub text: String,
    /// What it comes to on the days in question.
    pub holds: Holds,
}

impl Condition {
    /// Whether it comes to the same during `periods`.
    pub(super) fn agrees_with(&self, periods: &[Period]) -> bool {
        holds_during(&self.text, periods) == self.holds
    }
}

/// Whether a condition holds at some moment of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// At least once.
    Sometimes,
    /// Never, or only for vehicles that are not a rep's (heavy, long, …).
    Never,
    /// The condition is in no form that is understood, or no hours are given to judge it by.
    Unknown,
}

/// The alternatives of a conditional value: `(value, condition)`, in order.
pub(super) fn alternatives(text: &str) -> Vec<(&str, &str)> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_u32);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
        .into_iter()
        .filter_map(|part| part.split_once('@'))
        .map(|(value, condition)| {
            let condition = condition.trim();
            let inner = condition.strip_prefix('(').and_then(|c| c.strip_suffix(')'));
            (value.trim(), inner.unwrap_or(condition).trim())
        })
        .collect()
}

/// The hours of the superseded keys `day_on`, `day_off`, `hour_on` and `hour_off` as a condition, if any is there.
pub(super) fn from_old_tags(tags: &Tags) -> Option<String> {
    let range = |on: Option<&str>, off: Option<&str>| match (on, off) {
        (Some(on), Some(off)) => Some(format!("{on}-{off}")),
        (on, off) => on.or(off).map(str::to_owned),
    };
    let hour = |key| {
        tags.get(key).map(|text: &str| match text.contains(':') {
            true => text.to_owned(),
            false => format!("{text:0>2}:00"),
        })
    };
    let days = range(tags.get("day_on"), tags.get("day_off"));
    let hours = range(hour("hour_on").as_deref(), hour("hour_off").as_deref());
    let parts: Vec<String> = days.into_iter().chain(hours).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Whether `condition` holds at some moment of `periods`; all its parts joined by AND must hold.
pub(super) fn holds_during(condition: &str, periods: &[Period]) -> Holds {
    const VEHICLE_SIZES: [&str; 6] = ["weight", "length", "width", "height", "axle", "trailer"];
    let mut answer = Holds::Sometimes;
    for part in condition.split(" AND ").flat_map(|p| p.split(" and ")) {
        let part = part.trim();
        let about_size = VEHICLE_SIZES.iter().any(|size| part.to_lowercase().contains(size));
        let holds = if about_size {
            Holds::Never
        } else {
            match part.parse::<OpeningHours>() {
                Ok(hours) if !periods.is_empty() => {
                    match periods.iter().any(|period| is_open_within(&hours, period)) {
                        true => Holds::Sometimes,
                        false => Holds::Never,
                    }
                }
                _ => Holds::Unknown,
            }
        };
        match holds {
            Holds::Never => return Holds::Never,
            Holds::Unknown => answer = Holds::Unknown,
            Holds::Sometimes => {}
        }
    }
    answer
}

fn is_open_within(hours: &OpeningHours, period: &Period) -> bool {
    let date = NaiveDate::from_ymd_opt(
        i32::from(period.date.year()),
        period.date.month().unsigned_abs().into(),
        period.date.day().unsigned_abs().into(),
    )
    .expect("both calendars are the Gregorian one");
    let midnight = date.and_time(NaiveTime::MIN);
    let at = |s: Seconds| midnight + chrono::TimeDelta::seconds(i64::from(s.0));
    hours.iter_range(at(period.from), at(period.to)).any(|range| range.kind != RuleKind::Closed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// A Wednesday, from nine to six.
    fn wednesday() -> [Period; 1] {
        let (from, to) = (Seconds::from_hours(9), Seconds::from_hours(18));
        [Period { date: date(2026, 11, 25), from, to }]
    }

    #[test]
    fn alternatives_are_told_apart_even_with_semicolons_in_the_hours() {
        let text = "no_left_turn @ (Mo-Fr 07:00-09:00; Sa 08:00-10:00); no_u_turn @ Su";
        assert_eq!(
            alternatives(text),
            [("no_left_turn", "Mo-Fr 07:00-09:00; Sa 08:00-10:00"), ("no_u_turn", "Su")]
        );
        assert!(alternatives("no_left_turn").is_empty());
    }

    #[test]
    fn a_condition_counts_if_it_holds_at_some_moment_of_the_plan() {
        assert_eq!(holds_during("Mo-Fr 16:00-19:00", &wednesday()), Holds::Sometimes);
        assert_eq!(holds_during("Mo-Fr 06:00-08:00", &wednesday()), Holds::Never);
        assert_eq!(holds_during("Sa,Su", &wednesday()), Holds::Never);
    }

    #[test]
    fn hours_in_superseded_keys_are_understood() {
        let pairs = [("day_on", "Mo"), ("day_off", "Fr"), ("hour_on", "7"), ("hour_off", "18")];
        let condition = from_old_tags(&pairs.into_iter().collect()).unwrap();
        assert_eq!(condition, "Mo-Fr 07:00-18:00");
        assert_eq!(holds_during(&condition, &wednesday()), Holds::Sometimes);
        assert_eq!(from_old_tags(&Tags::default()), None);
    }

    #[test]
    fn rules_for_lorries_do_not_concern_a_rep() {
        assert_eq!(holds_during("weight>7.5", &wednesday()), Holds::Never);
        assert_eq!(holds_during("Mo-Fr 16:00-19:00 AND weight>7.5", &wednesday()), Holds::Never);
    }

    #[test]
    fn what_is_not_understood_is_said_to_be_so() {
        assert_eq!(holds_during("when it rains", &wednesday()), Holds::Unknown);
        assert_eq!(holds_during("Mo-Fr 16:00-19:00", &[]), Holds::Unknown);
    }
}
