//! Reads times of day without days of the week, such as preferred and avoided hours.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{HoursError, plain};
use crate::units::Seconds;

/// Ranges of times of day, in order and without overlaps, such as `"12:00-14:00"` or `"8-9,17-18"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimesOfDay(Vec<Range<Seconds>>);

impl TimesOfDay {
    /// Returns the ranges of times; there is at least one. The end of a range does not belong to
    /// the range.
    pub fn ranges(&self) -> &[Range<Seconds>] {
        &self.0
    }
}

impl FromStr for TimesOfDay {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let week = plain::parse(text).map_err(|reason| HoursError { reason })?;
        let fault = |reason: &str| HoursError { reason: reason.to_owned() };
        let ranges = week.every_day().ok_or_else(|| fault("days are not allowed here"))?;
        if ranges.is_empty() {
            return Err(fault("there are no hours"));
        }
        if ranges.iter().any(|(from, to)| to < from) {
            return Err(fault("hours past midnight are not allowed here"));
        }
        let seconds = |minutes: u16| Seconds::from_minutes(u32::from(minutes));
        Ok(Self(ranges.iter().map(|(from, to)| seconds(*from)..seconds(*to)).collect()))
    }
}

impl fmt::Display for TimesOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, range) in self.0.iter().enumerate() {
            write!(f, "{}{}-{}", if at == 0 { "" } else { "," }, range.start, range.end)?;
        }
        Ok(())
    }
}

impl Serialize for TimesOfDay {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimesOfDay {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(|error| {
            D::Error::custom(format_args!(
                "found \"{text}\", expected times of day such as \"12:00-14:00\": {error}"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_have_no_days() {
        let read = |text: &str| {
            text.parse::<TimesOfDay>().map(|times| times.to_string()).map_err(|e| e.to_string())
        };
        assert_eq!(read("17-19, 12:00-14:00"), Ok("12:00-14:00,17:00-19:00".to_owned()));
        assert_eq!(read("上午9点到10点"), Ok("09:00-10:00".to_owned()));
        assert_eq!(read("Mo 9-10"), Err("days are not allowed here".to_owned()));
        assert_eq!(read("22:00-02:00"), Err("hours past midnight are not allowed here".to_owned()));
        assert_eq!(read("closed"), Err("there are no hours".to_owned()));
    }
}
