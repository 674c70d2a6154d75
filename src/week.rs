//! Defines times of day and days of the week as files and options write them.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Weekday};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::units::Seconds;

/// Parses a time of day such as `"09:05"` or `"9:05"`, up to `"24:00"`.
pub fn parse_time_of_day(text: &str) -> Option<Seconds> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let number = |digits: &str, most: u32| {
        let all_digits =
            (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<u32>().ok().filter(|n| all_digits && *n <= most)
    };
    let time = Seconds(number(hours, 24)? * 3600 + number(minutes, 59)? * 60);
    (minutes.len() == 2 && time <= Seconds::from_hours(24)).then_some(time)
}

/// A set of days of the week, written as `"Mo-Fr"` or `"Mo,We,Fr"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workdays([bool; 7]);

const DAY_NAMES: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

impl Workdays {
    /// Returns whether the set contains the day of the week of `date`.
    pub fn contains(&self, date: Date) -> bool {
        self.has(date.weekday())
    }

    /// Returns whether the set contains `weekday`.
    pub fn has(&self, weekday: Weekday) -> bool {
        self.0[weekday_index(weekday)]
    }
}

/// Returns the set that contains only this day.
impl From<Weekday> for Workdays {
    fn from(weekday: Weekday) -> Self {
        let mut days = [false; 7];
        days[weekday_index(weekday)] = true;
        Self(days)
    }
}

/// Returns the set from Monday to Friday.
impl Default for Workdays {
    fn default() -> Self {
        Self([true, true, true, true, true, false, false])
    }
}

fn weekday_index(weekday: Weekday) -> usize {
    usize::try_from(weekday.to_monday_zero_offset()).expect("offsets from Monday are 0 to 6")
}

/// Error of a text that is not a list of days of the week.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found \"{0}\", expected days of the week such as \"Mo-Fr\" or \"Mo,We,Fr\"")]
pub struct WorkdaysError(String);

impl FromStr for Workdays {
    type Err = WorkdaysError;

    fn from_str(text: &str) -> Result<Self, WorkdaysError> {
        let day = |name: &str| {
            let at = DAY_NAMES.iter().position(|day| day.eq_ignore_ascii_case(name.trim()));
            at.ok_or_else(|| WorkdaysError(text.to_owned()))
        };
        let mut days = [false; 7];
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (day(first)?, day(last)?);
            for step in 0..=(last + 7 - first) % 7 {
                days[(first + step) % 7] = true;
            }
        }
        Ok(Self(days))
    }
}

/// Writes the names of the days, such as `Mo,Tu,We`.
impl fmt::Display for Workdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = DAY_NAMES
            .iter()
            .zip(self.0)
            .filter_map(|(name, works)| works.then_some(*name))
            .collect();
        f.write_str(&names.join(","))
    }
}

impl Serialize for Workdays {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Workdays {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn reads_times_of_day_as_people_write_them() {
        assert_eq!(parse_time_of_day("09:05"), Some(Seconds(9 * 3600 + 300)));
        assert_eq!(parse_time_of_day(" 9:05 "), Some(Seconds(9 * 3600 + 300)));
        assert_eq!(parse_time_of_day("24:00"), Some(Seconds(86_400)));
        for bad in ["", "9", "9:5", "25:00", "24:01", "09:60", "+9:00", "009:00", "9:00 pm", "é:00"]
        {
            assert_eq!(parse_time_of_day(bad), None, "{bad}");
        }
    }

    #[test]
    fn workdays_may_be_ranges_lists_and_run_over_the_weekend() {
        let days = |text: &str| text.parse::<Workdays>().unwrap().to_string();
        assert_eq!(days("Mo-Fr"), "Mo,Tu,We,Th,Fr");
        assert_eq!(days("mo, We ,Fr"), "Mo,We,Fr");
        assert_eq!(days("Sa-Mo"), "Mo,Sa,Su");
        assert!("Mo-Fx".parse::<Workdays>().is_err());
        assert!("".parse::<Workdays>().is_err());
        assert!(Workdays::default().contains(date(2026, 11, 24)), "a Tuesday");
        assert!(!Workdays::default().contains(date(2026, 11, 28)), "a Saturday");
    }
}
