//! Times of day as people write them: shifts, the midday break, the days of the week.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Weekday};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::numbers;
use crate::solver::{Pause, TimeWindow};
use crate::units::Seconds;

/// `"09:05"` or `"9:05"` as a time of day; up to `"24:00"`.
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

/// `"09:00-18:00"` as a window; `None` unless it ends after it starts, on the same day.
pub fn parse_time_window(text: &str) -> Option<TimeWindow> {
    let (start, end) = text.split_once(['-', '–'])?;
    let window = TimeWindow { start: parse_time_of_day(start)?, end: parse_time_of_day(end)? };
    (window.start < window.end).then_some(window)
}

/// `"09:00-18:00"` in files.
pub(crate) mod time_window_text {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(window: &TimeWindow, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{}-{}", window.start, window.end))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<TimeWindow, D::Error> {
        let text = String::deserialize(from)?;
        parse_time_window(&text).ok_or_else(|| {
            D::Error::custom(format_args!(
                "found \"{text}\", expected a start and a later end of the same day such as \"09:00-18:00\""
            ))
        })
    }
}

/// The midday break: so long, wholly within a window. A break of no length is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "LunchText", into = "LunchText")]
pub struct Lunch {
    duration: Seconds,
    between: TimeWindow,
}

impl Lunch {
    /// A break of `duration` that begins and ends within `between`; `None` where it does not fit.
    pub fn new(duration: Seconds, between: TimeWindow) -> Option<Self> {
        (between.start + duration <= between.end).then_some(Self { duration, between })
    }

    /// How long it is.
    pub fn duration(&self) -> Seconds {
        self.duration
    }

    /// As a pause of the shift `shift`: `None` where there is no break to take, or no room for it.
    pub fn pause_in(&self, shift: TimeWindow) -> Option<Pause> {
        let start = self.between.start.max(shift.start);
        let end = self.between.end.min(shift.end).saturating_sub(self.duration);
        (self.duration > Seconds::ZERO && start <= end)
            .then_some(Pause { duration: self.duration, start: TimeWindow { start, end } })
    }
}

/// An hour that starts between 11:30 and 13:00.
impl Default for Lunch {
    fn default() -> Self {
        let between =
            TimeWindow { start: Seconds::from_minutes(690), end: Seconds::from_minutes(840) };
        Self { duration: Seconds::from_minutes(60), between }
    }
}

/// A [`Lunch`] as files have it: `{ minutes = 60, between = "11:30-14:00" }`.
#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LunchText {
    #[serde(deserialize_with = "numbers::minutes")]
    minutes: u32,
    #[serde(with = "time_window_text")]
    between: TimeWindow,
}

impl Default for LunchText {
    fn default() -> Self {
        Lunch::default().into()
    }
}

impl From<Lunch> for LunchText {
    fn from(lunch: Lunch) -> Self {
        Self { minutes: lunch.duration.0 / 60, between: lunch.between }
    }
}

impl TryFrom<LunchText> for Lunch {
    type Error = String;

    fn try_from(text: LunchText) -> Result<Self, String> {
        Lunch::new(Seconds::from_minutes(text.minutes), text.between).ok_or_else(|| {
            format!(
                "a lunch of {} minutes does not fit between {} and {}; make it shorter or the window wider",
                text.minutes, text.between.start, text.between.end
            )
        })
    }
}

/// The days of the week on which somebody works; in files `"Mo-Fr"` or `"Mo,We,Fr"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workdays([bool; 7]);

const DAY_NAMES: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

impl Workdays {
    /// Whether `date` falls on one of them.
    pub fn contains(&self, date: Date) -> bool {
        self.0[weekday_index(date.weekday())]
    }
}

/// Monday to Friday.
impl Default for Workdays {
    fn default() -> Self {
        Self([true, true, true, true, true, false, false])
    }
}

fn weekday_index(weekday: Weekday) -> usize {
    usize::try_from(weekday.to_monday_zero_offset()).expect("offsets from Monday are 0 to 6")
}

/// Why a text names no days of the week.
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

/// All days by name, `Mo,Tu,We`.
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

    fn window(text: &str) -> TimeWindow {
        parse_time_window(text).unwrap()
    }

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
    fn a_window_that_does_not_end_after_its_start_is_none() {
        assert_eq!(parse_time_window("18:00-09:00"), None);
        assert_eq!(parse_time_window("09:00-09:00"), None);
        assert_eq!(window("09:00 - 18:00").end, Seconds::from_hours(18));
    }

    #[test]
    fn the_whole_lunch_lies_within_its_window() {
        let pause = Lunch::default().pause_in(window("09:00-18:00")).unwrap();
        assert_eq!(pause.start, window("11:30-13:00"));
        assert_eq!(pause.duration, Seconds::from_minutes(60));
    }

    #[test]
    fn a_shift_cuts_the_window_of_its_lunch() {
        let lunch = Lunch::default();
        assert_eq!(lunch.pause_in(window("12:00-18:00")).unwrap().start, window("12:00-13:00"));
        assert_eq!(lunch.pause_in(window("13:30-18:00")), None);
        assert_eq!(
            Lunch::new(Seconds::ZERO, window("11:00-12:00"))
                .unwrap()
                .pause_in(window("09:00-18:00")),
            None
        );
    }

    #[test]
    fn a_lunch_longer_than_its_window_is_refused() {
        assert_eq!(Lunch::new(Seconds::from_minutes(61), window("11:00-12:00")), None);
        let fault = toml::from_str::<Lunch>("minutes = 200").unwrap_err();
        assert!(fault.message().contains("does not fit between 11:30 and 14:00"), "{fault}");
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
