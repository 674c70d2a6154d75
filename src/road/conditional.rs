//! Judges conditions such as the one in `no_left_turn @ (Mo-Fr 07:00-09:00)` for the hours of travel.
//!
//! Grammar: <https://wiki.openstreetmap.org/wiki/Conditional_restrictions>. Times of the week have
//! the syntax of `opening_hours`; the crate `opening-hours` evaluates them.

use chrono::{NaiveDate, NaiveTime};
use opening_hours::{Context, ContextHolidays, OpeningHours, RuleKind};
use serde::{Deserialize, Serialize};

use super::profile::Profile;
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
    /// `true` if conditions for public holidays (`PH`) hold on this day.
    pub is_holiday: bool,
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
    /// Judges the condition `text` for `profile` during `periods`.
    pub(super) fn judged(text: &str, profile: &Profile, periods: &[Period]) -> Self {
        Self { text: text.to_owned(), holds: holds_during(text, profile, periods) }
    }

    /// Tests if its judgement is the same for `periods`.
    pub(super) fn agrees_with(&self, profile: &Profile, periods: &[Period]) -> bool {
        holds_during(&self.text, profile, periods) == self.holds
    }
}

/// Judgement of a condition for the hours of travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConditionHolds {
    /// It holds at some time, and not all the time.
    Sometimes,
    /// It never holds, or only for other vehicles.
    Never,
    /// It is not understood, or no hours of travel are given.
    Unknown,
    /// It holds all the time.
    Always,
}

impl ConditionHolds {
    /// Returns the judgement of two conditions that must both hold.
    fn and(self, other: Self) -> Self {
        [Self::Never, Self::Unknown, Self::Sometimes]
            .into_iter()
            .find(|holds| *holds == self || *holds == other)
            .unwrap_or(Self::Always)
    }
}

/// Splits a conditional value into its alternatives: `(value, condition)`, in order.
///
/// A part without `@` continues the condition before it, so that hours may contain semicolons even
/// without brackets. A value without any `@` has no alternatives.
pub(super) fn alternatives(text: &str) -> Vec<(&str, &str)> {
    let mut parts: Vec<&str> = Vec::new();
    let (mut start, mut depth) = (0, 0_u32);
    let mut starts = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => {
                starts.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    starts.push(start..text.len());
    let mut begin = None;
    for part in starts {
        match begin {
            Some(from) if !text[part.clone()].contains('@') => {
                parts.pop();
                parts.push(&text[from..part.end]);
            }
            _ => {
                begin = text[part.clone()].contains('@').then_some(part.start);
                parts.push(&text[part]);
            }
        }
    }
    parts
        .into_iter()
        .filter_map(|part| part.split_once('@'))
        .map(|(value, condition)| {
            let condition = condition.trim().trim_end_matches(';').trim_end();
            let inner = condition.strip_prefix('(').and_then(|c| c.strip_suffix(')'));
            (value.trim(), inner.unwrap_or(condition).trim())
        })
        .collect()
}

/// Splits a condition into the parts that must all hold (`Mo-Fr AND weight>7.5`).
pub(super) fn parts(condition: &str) -> impl Iterator<Item = &str> {
    condition
        .split(" AND ")
        .flat_map(|part| part.split(" and "))
        .map(str::trim)
        .filter(|part| !part.is_empty())
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

/// Judges `condition` for `profile` during `periods`; all its parts joined by AND must hold.
///
/// A part is a comparison with the size of the vehicle (`weight>7.5`), a kind of traveller (`bus`,
/// `motorcar`, `disabled`) or hours. No other part is understood.
pub(super) fn holds_during(
    condition: &str,
    profile: &Profile,
    periods: &[Period],
) -> ConditionHolds {
    let all = parts(condition).map(|part| part_holds(part, profile, periods));
    all.fold(ConditionHolds::Always, ConditionHolds::and)
}

fn part_holds(part: &str, profile: &Profile, periods: &[Period]) -> ConditionHolds {
    let always = |is_true| if is_true { ConditionHolds::Always } else { ConditionHolds::Never };
    if let Some(answer) = profile.vehicle.compares(part) {
        return always(answer);
    }
    if let Some(is_us) = profile.is_meant_by(part) {
        return always(is_us);
    }
    match part.parse::<OpeningHours>() {
        Ok(hours) if !periods.is_empty() => periods
            .iter()
            .map(|period| open_during(&hours, period))
            .reduce(|a, b| if a == b { a } else { ConditionHolds::Sometimes })
            .unwrap_or(ConditionHolds::Unknown),
        _ => ConditionHolds::Unknown,
    }
}

/// Judges `hours` during one period.
fn open_during(hours: &OpeningHours, period: &Period) -> ConditionHolds {
    let date = NaiveDate::from_ymd_opt(
        i32::from(period.date.year()),
        period.date.month().unsigned_abs().into(),
        period.date.day().unsigned_abs().into(),
    )
    .expect("both crates use the Gregorian calendar");
    let midnight = date.and_time(NaiveTime::MIN);
    let at = |s: Seconds| midnight + chrono::TimeDelta::seconds(i64::from(s.0));
    let mut public = ContextHolidays::default().get_public().clone();
    if period.is_holiday {
        public.insert(date);
    }
    let holidays = ContextHolidays::new(public.into(), std::sync::Arc::default());
    let hours = hours.clone().with_context(Context::default().with_holidays(holidays));
    let (mut open, mut closed) = (false, false);
    for range in hours.iter_range(at(period.from), at(period.to)) {
        match range.kind {
            RuleKind::Closed => closed = true,
            RuleKind::Open => open = true,
            RuleKind::Unknown => (open, closed) = (true, true),
        }
    }
    match (open, closed) {
        (true, false) => ConditionHolds::Always,
        (true, true) => ConditionHolds::Sometimes,
        (false, _) => ConditionHolds::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// A Wednesday, from nine to six.
    fn wednesday() -> [Period; 1] {
        let (from, to) = (Seconds::from_hours(9), Seconds::from_hours(18));
        [Period { date: date(2026, 11, 25), from, to, is_holiday: false }]
    }

    fn holds(condition: &str, periods: &[Period]) -> ConditionHolds {
        holds_during(condition, &Profile::built_in("car").unwrap(), periods)
    }

    #[test]
    fn alternatives_are_split_even_with_semicolons_in_the_hours() {
        let text = "no_left_turn @ (Mo-Fr 07:00-09:00; Sa 08:00-10:00); no_u_turn @ Su";
        assert_eq!(
            alternatives(text),
            [("no_left_turn", "Mo-Fr 07:00-09:00; Sa 08:00-10:00"), ("no_u_turn", "Su")]
        );
        assert!(alternatives("no_left_turn").is_empty());
        let without_brackets = "no @ Mo-Fr 07:00-09:00; Sa 08:00-10:00; destination @ Su;";
        assert_eq!(
            alternatives(without_brackets),
            [("no", "Mo-Fr 07:00-09:00; Sa 08:00-10:00"), ("destination", "Su")]
        );
    }

    #[test]
    fn a_condition_counts_if_it_holds_at_some_time_of_the_plan() {
        assert_eq!(holds("Mo-Fr 16:00-19:00", &wednesday()), ConditionHolds::Sometimes);
        assert_eq!(holds("Mo-Fr 06:00-08:00", &wednesday()), ConditionHolds::Never);
        assert_eq!(holds("Sa,Su", &wednesday()), ConditionHolds::Never);
        assert_eq!(holds("Mo-Fr 07:00-19:00", &wednesday()), ConditionHolds::Always);
        assert_eq!(holds("Nov-Apr", &wednesday()), ConditionHolds::Always);
        assert_eq!(holds("week 1-10", &wednesday()), ConditionHolds::Never);
        assert_eq!(holds("", &wednesday()), ConditionHolds::Always);
    }

    #[test]
    fn a_condition_for_public_holidays_holds_on_the_holidays_of_the_calendar() {
        let holiday = wednesday().map(|period| Period { is_holiday: true, ..period });
        assert_eq!(holds("PH", &wednesday()), ConditionHolds::Never);
        assert_eq!(holds("PH", &holiday), ConditionHolds::Always);
        assert_eq!(holds("Mo-Fr 08:00-19:00; PH off", &holiday), ConditionHolds::Never);
    }

    #[test]
    fn a_condition_for_some_travellers_holds_for_them_alone() {
        for (condition, expected) in [
            ("hgv", ConditionHolds::Never),
            ("motorcar", ConditionHolds::Always),
            ("motorcar AND Mo-Fr 08:00-19:00", ConditionHolds::Always),
            ("Mo-Fr 08:00-10:00 AND bus", ConditionHolds::Never),
            ("Mo-Fr 08:00-10:00 AND motor_vehicle", ConditionHolds::Sometimes),
            ("disabled", ConditionHolds::Never),
        ] {
            assert_eq!(holds(condition, &wednesday()), expected, "{condition}");
        }
    }

    #[test]
    fn hours_in_old_keys_are_understood() {
        let pairs = [("day_on", "Mo"), ("day_off", "Fr"), ("hour_on", "7"), ("hour_off", "18")];
        let condition = from_old_tags(&pairs.into_iter().collect()).unwrap();
        assert_eq!(condition, "Mo-Fr 07:00-18:00");
        assert_eq!(holds(&condition, &wednesday()), ConditionHolds::Always);
        assert_eq!(from_old_tags(&Tags::default()), None);
    }

    #[test]
    fn rules_for_lorries_do_not_concern_a_rep() {
        assert_eq!(holds("weight>7.5", &wednesday()), ConditionHolds::Never);
        assert_eq!(holds("Mo-Fr 16:00-19:00 AND weight>7.5", &wednesday()), ConditionHolds::Never);
    }

    #[test]
    fn a_condition_that_is_not_understood_is_unknown() {
        assert_eq!(holds("when it rains", &wednesday()), ConditionHolds::Unknown);
        assert_eq!(holds("Mo-Fr 16:00-19:00", &[]), ConditionHolds::Unknown);
    }
}
