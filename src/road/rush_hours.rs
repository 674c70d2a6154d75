//! Rush hours: shares of the usual speeds, by day of the week and time of day.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::density::Density;
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
    /// Densities of roads; `None` means all.
    #[serde(default)]
    pub densities: Option<Vec<Density>>,
}

/// Rush hours by size of town.
///
/// Working days from 07:00 to 09:00 and from 17:00 to 19:00, on suburban and urban roads. The mean
/// delay index of the 50 largest Chinese cities at these hours was 1.609 in 2020: a trip took 1.609
/// times as long as on empty roads (Amap, annual report on urban traffic, 18 January 2021).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RushPreset {
    /// A city like the 50 largest of China: 0.62 of the speed, 1 / 1.609.
    LargeCity,
    /// A prefecture town: 0.8 of the speed. Of 361 Chinese cities, 60 % flow freely at peak hours
    /// and 38 % slowly (the same report); 0.8 is an assumption between 0.62 and 1.
    PrefectureTown,
}

impl RushPreset {
    /// All presets, with their names in files.
    pub const NAMES: [(&'static str, Self); 2] =
        [("large_city", Self::LargeCity), ("prefecture_town", Self::PrefectureTown)];

    /// Returns the share of the usual speed at peak hours.
    pub fn speed_share(self) -> f64 {
        match self {
            Self::LargeCity => 0.62,
            Self::PrefectureTown => 0.8,
        }
    }

    /// Returns its rush hours.
    pub fn rush_hours(self) -> Vec<RushHours> {
        let between = |from, to| RushHours {
            days: Workdays::default(),
            between: DaySpan { from: Seconds::from_hours(from), to: Seconds::from_hours(to) },
            speed_share: self.speed_share(),
            classes: None,
            densities: Some(vec![Density::Suburban, Density::Urban]),
        };
        vec![between(7, 9), between(17, 19)]
    }
}

/// Writes `rush hours of a large city: …`.
impl std::fmt::Display for RushPreset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let town = match self {
            Self::LargeCity => "a large city",
            Self::PrefectureTown => "a prefecture town",
        };
        write!(
            f,
            "rush hours of {town}: {} of the usual speed on suburban and urban roads, Mo-Fr 07:00-09:00 and \
             17:00-19:00",
            self.speed_share()
        )
    }
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
