//! Reads opening hours that are written in OpenStreetMap's syntax or in plain form, such as
//! `9am-5pm`.
//!
//! The `opening-hours` crate parses and evaluates OpenStreetMap's syntax. [`plain`] translates
//! other texts into this syntax. [`seven_days`] reads lists that have one column for each day of
//! the week.

mod lexer;
mod plain;
mod seven_days;
mod times;
mod week;

pub use seven_days::WeekHoursError;
pub use times::TimesOfDay;

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use chrono::NaiveDate;
use jiff::civil::Date;
use opening_hours::{OpeningHours as Expression, RuleKind};
use rustc_hash::FxHashMap;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::calendar::Calendar;
use crate::units::Seconds;

/// Opening hours of an outlet, with the original text.
///
/// ```
/// use beatplan::calendar::Calendar;
/// use beatplan::prospects::OpeningHours;
///
/// let hours: OpeningHours = "周一至周五 8:30-12:00".parse()?;
/// let tuesday = jiff::civil::date(2026, 11, 24);
/// let open = hours.on(tuesday, &Calendar::default());
/// assert_eq!(open[0].start.to_string(), "08:30");
/// # Ok::<(), beatplan::prospects::HoursError>(())
/// ```
#[derive(Debug, Clone)]
pub struct OpeningHours {
    text: Box<str>,
    expression: Expression,
}

/// Error of a text that cannot be read as opening hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct HoursError {
    reason: String,
}

impl OpeningHours {
    /// Returns the original text without spaces at either end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the opening times on `date`, in order and without overlaps. The end of a range does
    /// not belong to the range.
    ///
    /// Rules for public holidays (`PH`) apply on the holidays of `calendar`. If the calendar makes
    /// `date` count as another day of the week (a swapped working day), the hours are those of the
    /// nearest date that is that day of the week.
    ///
    /// Hours past midnight are cut at midnight: `22:00-02:00` gives 00:00–02:00 and 22:00–24:00.
    /// Hours marked as unknown count as open, because the outlet may be open.
    pub fn on(&self, date: Date, calendar: &Calendar) -> Vec<Range<Seconds>> {
        let Some(date) = chrono_date(calendar.counts_as(date)) else { return Vec::new() };
        let mut open: Vec<Range<Seconds>> = Vec::new();
        let expression = self.expression.clone().with_context(calendar.context().clone());
        for part in expression.schedule_at(date) {
            let time_of_day = |minutes| Seconds::from_minutes(u32::from(minutes)).min(END_OF_DAY);
            let start = time_of_day(part.range.start.mins_from_midnight());
            let end = time_of_day(part.range.end.mins_from_midnight());
            if part.kind == RuleKind::Closed || start >= end {
                continue;
            }
            match open.last_mut() {
                Some(last) if last.end >= start => last.end = last.end.max(end),
                _ => open.push(start..end),
            }
        }
        open
    }
}

const END_OF_DAY: Seconds = Seconds::from_hours(24);

fn chrono_date(date: Date) -> Option<NaiveDate> {
    let (month, day) = (u32::try_from(date.month()).ok()?, u32::try_from(date.day()).ok()?);
    NaiveDate::from_ymd_opt(i32::from(date.year()), month, day)
}

impl FromStr for OpeningHours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let text = text.trim();
        let read_before = READ.with_borrow(|read| read.get(text).cloned());
        let expression = match read_before {
            Some(expression) => expression,
            None => {
                let expression = expression(text)?;
                READ.with_borrow_mut(|read| {
                    if read.len() == READ_MAX {
                        read.clear();
                    }
                    read.insert(text.into(), expression.clone());
                });
                expression
            }
        };
        Ok(Self { text: text.into(), expression })
    }
}

thread_local! {
    /// Cache of parsed texts. Many outlets have the same hours, and parsing the hours takes longer
    /// than reading the rest of a row.
    static READ: RefCell<FxHashMap<Box<str>, Expression>> = RefCell::default();
}

/// Maximum number of texts in the cache of each thread.
const READ_MAX: usize = 1024;

fn expression(text: &str) -> Result<Expression, HoursError> {
    let rules = text.trim_end_matches([';', ',', ' ']);
    if rules.is_empty() {
        return Err(HoursError { reason: "there are no hours".to_owned() });
    }
    let error = match rules.parse() {
        Ok(expression) => return Ok(expression),
        Err(error) => reason(rules, &error),
    };
    let week = plain::parse(rules).map_err(|why| HoursError { reason: better(error, why) })?;
    week.to_string().parse().map_err(|error| HoursError { reason: reason(rules, &error) })
}

/// Returns the error message of the parser that could read more of the text.
fn better(strict: String, plain: String) -> String {
    let column = |reason: &str| {
        let rest = reason.strip_prefix("not understood from character ")?;
        rest.split(' ').next()?.parse::<usize>().ok()
    };
    match (column(&strict), column(&plain)) {
        (Some(strict_at), Some(plain_at)) if plain_at < strict_at => strict,
        (None, _) => strict,
        _ => plain,
    }
}

/// Returns the message of the parser in one line.
///
/// The message for a syntax error has several lines: it begins with `--> line:column` and lists
/// grammar rules. Only the position is useful to the user.
fn reason(text: &str, error: &<Expression as FromStr>::Err) -> String {
    let message = error.to_string();
    let column = message
        .trim_start()
        .strip_prefix("--> 1:")
        .and_then(|rest| rest.lines().next()?.trim().parse::<usize>().ok());
    match column {
        Some(column) => {
            let rest: String = text.chars().skip(column - 1).collect();
            format!("not understood from character {column} on: \"{rest}\"")
        }
        None => message.lines().map(str::trim).collect::<Vec<_>>().join(" "),
    }
}

/// Compares the original texts.
impl PartialEq for OpeningHours {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for OpeningHours {}

impl fmt::Display for OpeningHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for OpeningHours {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for OpeningHours {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(|error| {
            D::Error::custom(format_args!("found \"{text}\", expected opening hours: {error}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const TUESDAY: Date = date(2026, 11, 24);
    const SUNDAY: Date = date(2026, 11, 29);

    fn open(text: &str, date: Date) -> Vec<String> {
        let hours: OpeningHours = text.parse().unwrap();
        hours
            .on(date, &Calendar::default())
            .iter()
            .map(|r| format!("{}-{}", r.start, r.end))
            .collect()
    }

    #[test]
    fn reads_plain_ranges_and_rules_by_weekday() {
        assert_eq!(open("09:00-12:00,14:00-18:00", TUESDAY), ["09:00-12:00", "14:00-18:00"]);
        assert_eq!(open("Mo-Fr 09:00-18:00, Sa 09:30-14:00", TUESDAY), ["09:00-18:00"]);
        assert_eq!(open("Mo-Fr 09:00-18:00, Sa 09:30-14:00", SUNDAY), [""; 0]);
        assert_eq!(open("Mo-Sa 08:00-20:00; Tu off", TUESDAY), [""; 0]);
        assert_eq!(open("24/7", TUESDAY), ["00:00-24:00"]);
    }

    #[test]
    fn hours_past_midnight_are_cut_at_both_ends_of_the_day() {
        assert_eq!(open("22:00-02:00", TUESDAY), ["00:00-02:00", "22:00-24:00"]);
        assert_eq!(open("Mo 22:00-02:00", TUESDAY), ["00:00-02:00"]);
    }

    #[test]
    fn ranges_that_touch_are_one() {
        assert_eq!(open("09:00-12:00,12:00-18:00", TUESDAY), ["09:00-18:00"]);
        assert_eq!(open("09:00-12:00 open \"a\", 12:00-18:00 unknown", TUESDAY), ["09:00-18:00"]);
    }

    #[test]
    fn public_holidays_fall_on_no_day() {
        assert_eq!(open("Mo-Fr 09:00-18:00; PH off", date(2026, 12, 25)), ["09:00-18:00"]);
    }

    #[test]
    fn a_separator_at_the_end_does_no_harm() {
        assert_eq!(open("09:00-18:00; ", TUESDAY), ["09:00-18:00"]);
    }

    #[test]
    fn says_where_a_text_stops_making_sense() {
        let reason = |text: &str| text.parse::<OpeningHours>().unwrap_err().to_string();
        assert_eq!(reason("Mo-Fr 09:00-18:00 x"), "not understood from character 19 on: \"x\"");
        let wanted = "expected a start and an end such as 09:00-12:00";
        assert_eq!(reason("每天 9:00"), format!("not understood from character 4 on: {wanted}"));
        assert_eq!(reason("week 53-01"), "Inverted week ranges are ambiguous, do you mean '1-53'?");
        assert_eq!(reason(" ; "), "there are no hours");
    }

    #[test]
    fn a_holiday_and_a_swapped_working_day_change_the_hours() {
        let china = Calendar::built_in("cn").unwrap();
        let hours: OpeningHours = "Mo-Fr 08:00-17:00; Sa 09:00-12:00; Su,PH off".parse().unwrap();
        let on = |date| {
            hours
                .on(date, &china)
                .iter()
                .map(|r| format!("{}-{}", r.start, r.end))
                .collect::<Vec<_>>()
        };
        assert_eq!(on(date(2026, 10, 1)), [""; 0], "National Day, a Thursday");
        assert_eq!(on(date(2026, 10, 8)), ["08:00-17:00"]);
        assert_eq!(on(date(2026, 10, 10)), ["08:00-17:00"], "a Saturday that counts as a Friday");
        assert_eq!(on(date(2026, 10, 17)), ["09:00-12:00"], "any other Saturday");
        assert_eq!(on(date(2026, 9, 20)), ["08:00-17:00"], "a Sunday that counts as a Monday");
    }

    proptest! {
        #![proptest_config(crate::testing::cases(256))]
        #[test]
        fn never_panics_and_gives_ordered_ranges_of_the_day(
            text in "([0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}|Mo|Tu-Su|PH|off|24/7|week 1-53/2|sunset| |,|;|\\|\\||\"x\"|open|unknown|\\PC){0,12}"
        ) {
            if let Ok(hours) = text.parse::<OpeningHours>() {
                let open = hours.on(TUESDAY, &Calendar::default());
                prop_assert!(open.iter().all(|r| r.start < r.end && r.end <= END_OF_DAY));
                prop_assert!(open.is_sorted_by(|a, b| a.end < b.start));
            }
        }
    }
}
