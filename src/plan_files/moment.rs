//! Defines moments and times of day as the files of a plan state them: `2026-11-25T09:14:00+01:00`,
//! `09:14`, `09:00-18:00`.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime;
use jiff::tz::{Offset, TimeZone};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::solver::TimeWindow;
use crate::units::Seconds;
use crate::week::parse_time_of_day;

const FORMAT: &str = "%Y-%m-%dT%H:%M:%S%:z";

/// A moment on the clocks of a place, with the offset of these clocks from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    local: DateTime,
    offset: Offset,
}

impl Moment {
    /// Returns the moment at which the clocks of `zone` show `time` on `date`. If the clocks skip
    /// or repeat that time, the offset follows the rule "compatible" of jiff.
    pub fn new(date: Date, time: Seconds, zone: &TimeZone) -> Self {
        let midnight = date.to_datetime(Time::midnight());
        let local = midnight.saturating_add(jiff::SignedDuration::from_secs(i64::from(time.0)));
        match zone.to_zoned_datetime(local) {
            Ok(zoned) => Self { local: zoned.datetime(), offset: zoned.offset() },
            // This happens only in the first and last hours of the calendar, which ends in the year
            // 9999.
            Err(_) => Self { local, offset: Offset::UTC },
        }
    }

    /// Returns the number of seconds on the clock since the midnight at which `date` begins.
    pub fn seconds_of(self, date: Date) -> i64 {
        self.local.duration_since(date.to_datetime(Time::midnight())).as_secs()
    }

    /// Returns whether the clocks of `zone` have this offset at that time.
    pub fn fits(self, zone: &TimeZone) -> bool {
        zone.to_ambiguous_zoned_datetime(self.local)
            .compatible()
            .is_ok_and(|zoned| zoned.offset() == self.offset)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.offset.seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.abs() / 60;
        let local = self.local.strftime("%Y-%m-%dT%H:%M:%S");
        write!(f, "{local}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let parsed = strtime::parse(FORMAT, &text)
            .and_then(|parts| Ok((parts.to_datetime()?, parts.offset())));
        match parsed {
            Ok((local, Some(offset))) => Ok(Self { local, offset }),
            _ => Err(D::Error::custom(format_args!(
                "found \"{text}\", expected a moment such as 2026-11-25T09:14:00+01:00"
            ))),
        }
    }
}

/// A time of day; files state it as `"13:40"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockTime(pub Seconds);

impl Serialize for ClockTime {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ClockTime {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        parse_time_of_day(&text).map(Self).ok_or_else(|| {
            D::Error::custom(format_args!("found \"{text}\", expected a time of day such as 13:40"))
        })
    }
}

/// A span from one time of day to the same or a later one; files state it as `"11:30-13:00"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockSpan {
    /// First time of the span.
    pub from: Seconds,
    /// Last time of the span.
    pub to: Seconds,
}

impl From<TimeWindow> for ClockSpan {
    fn from(window: TimeWindow) -> Self {
        Self { from: window.start, to: window.end }
    }
}

impl Serialize for ClockSpan {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{}-{}", self.from, self.to))
    }
}

impl<'de> Deserialize<'de> for ClockSpan {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.split_once('-')
            .and_then(|(from, to)| {
                Some(Self { from: parse_time_of_day(from)?, to: parse_time_of_day(to)? })
            })
            .filter(|span| span.from <= span.to)
            .ok_or_else(|| {
                D::Error::custom(format_args!(
                    "found \"{text}\", expected two times of day such as 11:30-13:00"
                ))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn moment(text: &str) -> Result<Moment, String> {
        serde_json::from_value(text.into()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_moment_carries_the_offset_of_its_place_and_season() {
        let zone = TimeZone::get("Europe/Malta").unwrap();
        let nine = |day| Moment::new(day, Seconds::from_hours(9), &zone).to_string();
        assert_eq!(nine(date(2026, 11, 25)), "2026-11-25T09:00:00+01:00");
        assert_eq!(nine(date(2026, 7, 1)), "2026-07-01T09:00:00+02:00");
        assert!(moment("2026-11-25T09:00:00+01:00").unwrap().fits(&zone));
        assert!(!moment("2026-07-01T09:00:00+01:00").unwrap().fits(&zone));
    }

    #[test]
    fn a_moment_reads_back_as_it_is_written() {
        for text in ["2026-11-25T09:14:07+01:00", "2026-07-01T00:00:00-03:30"] {
            assert_eq!(moment(text).unwrap().to_string(), text);
        }
        for text in ["2026-11-25T09:14:07", "2026-11-25 09:14", "2026-13-25T09:14:07+01:00", ""] {
            assert!(moment(text).unwrap_err().contains("expected a moment"), "{text}");
        }
    }

    #[test]
    fn seconds_count_from_the_midnight_of_the_plans_day() {
        let day = date(2026, 11, 25);
        assert_eq!(moment("2026-11-25T09:00:01+01:00").unwrap().seconds_of(day), 32_401);
        assert_eq!(moment("2026-11-26T00:00:00+01:00").unwrap().seconds_of(day), 86_400);
        assert_eq!(moment("2026-11-24T23:59:59+01:00").unwrap().seconds_of(day), -1);
    }

    #[test]
    fn a_span_may_be_a_single_moment_but_not_run_backwards() {
        let span = |text: &str| serde_json::from_value::<ClockSpan>(text.into());
        let times = |from, to| ClockSpan { from: Seconds(from), to: Seconds(to) };
        assert_eq!(span("11:30-13:00").unwrap(), times(41_400, 46_800));
        assert_eq!(span("12:00-12:00").unwrap(), times(43_200, 43_200));
        assert!(span("13:00-11:30").is_err());
        assert!(span("noon").is_err());
    }
}
