//! Rush hours: shares of the usual speeds, by day of the week and time of day.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::units::Seconds;
use crate::week::{Workdays, parse_time_of_day};

/// A time in which roads are slower or faster than usual.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RushHours {
    /// Days of the week.
    pub days: Workdays,
    /// Time of day.
    pub between: DaySpan,
    /// Share of the usual speed, above 0 and up to 2. Ferries keep their speed.
    pub speed_share: f64,
    /// Classes of roads (`highway=*`); `None` means all.
    #[serde(default)]
    pub classes: Option<Vec<String>>,
}

/// A time span within a day, without its end; in files `"07:00-09:00"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaySpan {
    /// Start, inside.
    pub from: Seconds,
    /// End, outside.
    pub to: Seconds,
}

impl Serialize for DaySpan {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{}-{}", self.from, self.to))
    }
}

impl<'de> Deserialize<'de> for DaySpan {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let span = text.split_once('-').and_then(|(from, to)| {
            let span = Self { from: parse_time_of_day(from)?, to: parse_time_of_day(to)? };
            (span.from < span.to).then_some(span)
        });
        span.ok_or_else(|| {
            D::Error::custom(format_args!(
                "found \"{text}\", expected a start and a later end of the same day such as \"07:00-09:00\""
            ))
        })
    }
}
