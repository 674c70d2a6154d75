//! Judges conditional tags such as `no_left_turn @ (Mo-Fr 07:00-09:00)` for the hours of travel.
//!
//! Grammar: <https://wiki.openstreetmap.org/wiki/Conditional_restrictions>. Times of the week have
//! the syntax of `opening_hours`; the crate `opening-hours` evaluates them.

use chrono::{NaiveDate, NaiveTime};
use opening_hours::{OpeningHours, RuleKind};
use serde::{Deserialize, Serialize};

use crate::osm::Tags;
use crate::units::Seconds;

/// Hours of travel on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The day.
    pub date: jiff::civil::Date,
    /// Start.
    pub from: Seconds,
    /// End.
    pub to: Seconds,
}

/// A condition in the map, and its judgement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Condition {
    /// The text in the map, such as `Mo-Fr 07:00-09:00`.
    pub text: String,
    /// The judgement for the hours of travel.
    pub holds: ConditionHolds,
}

impl Condition {
    /// Tests if its judgement is the same for `periods`.
    pub(super) fn agrees_with(&self, periods: &[Period]) -> bool {
        holds_during(&self.text, periods) == self.holds
    }
}

/// Judgement of a condition for the hours of travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConditionHolds {
    /// It holds at some time.
    Sometimes,
    /// It never holds, or only for heavy, long, wide or high vehicles.
    Never,
    /// It is not understood, or no hours of travel are given.
    Unknown,
}

/// Splits a conditional value into its alternatives: `(value, condition)`, in order.
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

/// Converts the old keys `day_on`, `day_off`, `hour_on`, `hour_off` into a condition, if present.
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

/// Judges `condition` for `periods`; all its parts joined by AND must hold.
pub(super) fn holds_during(condition: &str, periods: &[Period]) -> ConditionHolds {
    const VEHICLE_SIZES: [&str; 6] = ["weight", "length", "width", "height", "axle", "trailer"];
    let mut answer = ConditionHolds::Sometimes;
    for part in condition.split(" AND ").flat_map(|p| p.split(" and ")) {
        let part = part.trim();
        let about_size = VEHICLE_SIZES.iter().any(|size| part.to_lowercase().contains(size));
        let holds = if about_size {
            ConditionHolds::Never
        } else {
            match part.parse::<OpeningHours>() {
                Ok(hours) if !periods.is_empty() => {
                    match periods.iter().any(|period| is_open_within(&hours, period)) {
                        true => ConditionHolds::Sometimes,
                        false => ConditionHolds::Never,
                    }
                }
                _ => ConditionHolds::Unknown,
            }
        };
        match holds {
            ConditionHolds::Never => return ConditionHolds::Never,
            ConditionHolds::Unknown => answer = ConditionHolds::Unknown,
            ConditionHolds::Sometimes => {}
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
    .expect("both crates use the Gregorian calendar");
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
    fn alternatives_are_split_even_with_semicolons_in_the_hours() {
        let text = "no_left_turn @ (Mo-Fr 07:00-09:00; Sa 08:00-10:00); no_u_turn @ Su";
        assert_eq!(
            alternatives(text),
            [("no_left_turn", "Mo-Fr 07:00-09:00; Sa 08:00-10:00"), ("no_u_turn", "Su")]
        );
        assert!(alternatives("no_left_turn").is_empty());
    }

    #[test]
    fn a_condition_counts_if_it_holds_at_some_time_of_the_plan() {
        assert_eq!(holds_during("Mo-Fr 16:00-19:00", &wednesday()), ConditionHolds::Sometimes);
        assert_eq!(holds_during("Mo-Fr 06:00-08:00", &wednesday()), ConditionHolds::Never);
        assert_eq!(holds_during("Sa,Su", &wednesday()), ConditionHolds::Never);
    }

    #[test]
    fn hours_in_old_keys_are_understood() {
        let pairs = [("day_on", "Mo"), ("day_off", "Fr"), ("hour_on", "7"), ("hour_off", "18")];
        let condition = from_old_tags(&pairs.into_iter().collect()).unwrap();
        assert_eq!(condition, "Mo-Fr 07:00-18:00");
        assert_eq!(holds_during(&condition, &wednesday()), ConditionHolds::Sometimes);
        assert_eq!(from_old_tags(&Tags::default()), None);
    }

    #[test]
    fn rules_for_lorries_do_not_concern_a_rep() {
        assert_eq!(holds_during("weight>7.5", &wednesday()), ConditionHolds::Never);
        assert_eq!(
            holds_during("Mo-Fr 16:00-19:00 AND weight>7.5", &wednesday()),
            ConditionHolds::Never
        );
    }

    #[test]
    fn a_condition_that_is_not_understood_is_unknown() {
        assert_eq!(holds_during("when it rains", &wednesday()), ConditionHolds::Unknown);
        assert_eq!(holds_during("Mo-Fr 16:00-19:00", &[]), ConditionHolds::Unknown);
    }
}
