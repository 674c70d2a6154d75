//! Moments as a plan writes them: `2026-11-25T09:14:00+01:00`.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime;
use jiff::tz::{Offset, TimeZone};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

const FORMAT: &str = "%Y-%m-%dT%H:%M:%S%:z";

/// A moment on the clocks of a place, with the offset of these clocks from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    local: DateTime,
    offset: Offset,
}

impl Moment {
    /// Seconds on the clock since the midnight at which `date` begins.
    pub(super) fn seconds_of(self, date: Date) -> i64 {
        self.local.duration_since(date.to_datetime(Time::midnight())).as_secs()
    }

    /// Whether the clocks of `zone` show this offset then.
    pub(super) fn fits(self, zone: &TimeZone) -> bool {
        zone.to_ambiguous_zoned_datetime(self.local)
            .compatible()
            .is_ok_and(|zoned| zoned.offset() == self.offset)
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
                "\"{text}\" is no moment such as 2026-11-25T09:14:00+01:00"
            ))),
        }
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

/// A number of seconds since midnight as a clock shows it.
pub(super) fn clock(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let seconds = seconds.abs();
    format!("{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn moment(text: &str) -> Result<Moment, String> {
        serde_json::from_value(text.into()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_moment_reads_back_as_it_is_written() {
        for text in ["2026-11-25T09:14:07+01:00", "2026-07-01T00:00:00-03:30"] {
            assert_eq!(moment(text).unwrap().to_string(), text);
        }
        for text in ["2026-11-25T09:14:07", "2026-11-25 09:14", "2026-13-25T09:14:07+01:00", ""] {
            assert!(moment(text).unwrap_err().contains("is no moment"), "{text}");
        }
    }

    #[test]
    fn seconds_count_from_the_midnight_of_the_plans_day() {
        let day = date(2026, 11, 25);
        assert_eq!(moment("2026-11-25T09:00:01+01:00").unwrap().seconds_of(day), 32_401);
        assert_eq!(moment("2026-11-26T00:00:00+01:00").unwrap().seconds_of(day), 86_400);
        assert_eq!(moment("2026-11-24T23:59:59+01:00").unwrap().seconds_of(day), -1);
        assert_eq!(clock(32_401), "09:00:01");
        assert_eq!(clock(-60), "-00:01:00");
    }

    #[test]
    fn the_offset_must_be_that_of_the_place_and_season() {
        let zone = TimeZone::get("Europe/Malta").unwrap();
        assert!(moment("2026-11-25T09:00:00+01:00").unwrap().fits(&zone));
        assert!(!moment("2026-07-01T09:00:00+01:00").unwrap().fits(&zone));
    }
}
