//! Speeds by the hour: which share of its usual speed a road allows on some days of the week at some time of day.
//!
//! A day falls into [`SpeedSlot`]s. Within one, each road has one speed, so that a slot is a profile of its own and a
//! network is built for it like for any other: matrix, path and plain search agree within the slot. What a journey from
//! one slot into the next takes is for the plan to say.

use jiff::civil::Date;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::profile::{Profile, ProfileError};
use crate::units::Seconds;
use crate::week::{Workdays, parse_time_of_day};

/// On some days, at some time, some roads are slower (or faster) than usual.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RushHours {
    /// On these days of the week.
    pub days: Workdays,
    /// In this span of the day.
    pub between: DaySpan,
    /// So much of the usual speed is left, above 0 and up to 2. Ferries keep theirs.
    pub speed_share: f64,
    /// On roads of these classes (`highway=*`); `None`: on all.
    #[serde(default)]
    pub classes: Option<Vec<String>>,
}

/// From one time of day up to, not including, a later one; in files `"07:00-09:00"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaySpan {
    /// First moment inside.
    pub from: Seconds,
    /// First moment after it.
    pub to: Seconds,
}

/// A span of a day in which each road has one speed.
#[derive(Debug, Clone, PartialEq)]
pub struct SpeedSlot {
    /// It lasts from this time of day on, until the next one.
    pub from: Seconds,
    /// The speeds in it.
    pub profile: Profile,
}

impl Profile {
    /// The speeds outside rush hours, as a profile without any.
    pub fn usual(&self) -> Self {
        Self { rush_hours: Vec::new(), ..self.clone() }
    }

    /// The speeds at one moment of one day, as a profile without rush hours.
    ///
    /// Where several rush hours concern a road at the same time, the slowest holds.
    pub fn at(&self, date: Date, time: Seconds) -> Self {
        let mut now = self.usual();
        let holds = |rush: &&RushHours| {
            rush.days.contains(date) && rush.between.from <= time && time < rush.between.to
        };
        let mut shares = std::collections::BTreeMap::<&String, f64>::new();
        for rush in self.rush_hours.iter().filter(holds) {
            let is_meant = |class: &&String| {
                rush.classes.as_ref().is_none_or(|classes| classes.contains(class))
            };
            for class in self.speed_kmh.keys().filter(is_meant) {
                let share = shares.entry(class).or_insert(rush.speed_share);
                *share = share.min(rush.speed_share);
            }
        }
        for (class, rush_share) in shares {
            *now.speed_share.entry(class.clone()).or_insert(1.0) *= rush_share;
        }
        now
    }

    /// The slots of one day from `from` to `to`, in order; neighbours differ, and the first holds from midnight on.
    ///
    /// One if there are no rush hours then.
    pub fn slots(&self, date: Date, from: Seconds, to: Seconds) -> Vec<SpeedSlot> {
        let spans = self.rush_hours.iter().map(|rush| rush.between);
        let mut changes: Vec<Seconds> = spans
            .flat_map(|span| [span.from, span.to])
            .filter(|change| from < *change && *change < to)
            .collect();
        changes.sort_unstable();
        changes.dedup();
        let mut slots = vec![SpeedSlot { from: Seconds::ZERO, profile: self.at(date, from) }];
        for change in changes {
            let profile = self.at(date, change);
            if slots.last().is_some_and(|last| last.profile != profile) {
                slots.push(SpeedSlot { from: change, profile });
            }
        }
        slots
    }

    /// What is wrong with the rush hours, if anything.
    pub(super) fn check_rush_hours(&self) -> Result<(), ProfileError> {
        let is_share = |share: f64| share > 0.0 && share <= 2.0;
        for (class, share) in &self.speed_share {
            self.check_class("speed_share", class)?;
            if !is_share(*share) {
                return Err(ProfileError::Share {
                    key: format!("speed_share.{class}"),
                    found: *share,
                });
            }
        }
        for (at, rush) in self.rush_hours.iter().enumerate() {
            let table = format!("[[rush_hours]] number {}", at + 1);
            for class in rush.classes.iter().flatten() {
                self.check_class(&table, class)?;
            }
            if rush.classes.as_ref().is_some_and(Vec::is_empty) {
                return Err(ProfileError::NoClasses { table });
            }
            if !is_share(rush.speed_share) {
                let key = format!("{table}, speed_share");
                return Err(ProfileError::Share { key, found: rush.speed_share });
            }
        }
        Ok(())
    }

    fn check_class(&self, table: &str, class: &str) -> Result<(), ProfileError> {
        match self.speed_kmh.contains_key(class) {
            true => Ok(()),
            false => Err(ProfileError::Class { table: table.to_owned(), class: class.to_owned() }),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::osm::Tags;
    use jiff::civil::date;

    /// A car with rush hours as `tables` say.
    fn car(tables: &str) -> Result<Profile, ProfileError> {
        Profile::parse(&format!("{}\n{tables}", include_str!("profiles/car.toml")))
    }

    const MORNING: &str =
        "[[rush_hours]]\ndays = \"Mo-Fr\"\nbetween = \"07:00-09:00\"\nspeed_share = 0.5\n";
    const TRUNKS: &str = "[[rush_hours]]\ndays = \"Mo-Su\"\nbetween = \"08:00-10:00\"\n\
                          speed_share = 0.8\nclasses = [\"trunk\", \"primary\"]\n";

    fn hours(hours: u32) -> Seconds {
        Seconds::from_hours(hours)
    }

    fn km_per_h(profile: &Profile, class: &str) -> f64 {
        let tags: Tags = [("highway", class)].into_iter().collect();
        profile.judge(&tags).forward.unwrap().speed_m_per_h / 1000.0
    }

    #[test]
    fn the_hours_of_a_day_fall_into_slots_of_one_speed_each() {
        let car = car(&format!("{MORNING}{TRUNKS}")).unwrap();
        let (monday, sunday) = (date(2026, 11, 23), date(2026, 11, 22));
        let starts = |day, from, to| {
            let slots = car.slots(day, hours(from), hours(to));
            slots.iter().map(|slot| slot.from.0 / 3600).collect::<Vec<u32>>()
        };
        assert_eq!(starts(monday, 0, 24), [0, 7, 9, 10], "the slowest holds from 8 to 9");
        assert_eq!(starts(monday, 9, 18), [0, 10], "only the hours that are asked for");
        assert_eq!(starts(sunday, 0, 24), [0, 8, 10]);
        assert_eq!(starts(sunday, 11, 24), [0]);
    }

    #[test]
    fn a_rush_hour_slows_the_roads_it_names_and_no_others() {
        let car = car(&format!("{MORNING}{TRUNKS}")).unwrap();
        let monday = date(2026, 11, 23);
        let at = |hour| {
            let now = car.at(monday, hours(hour));
            (km_per_h(&now, "trunk"), km_per_h(&now, "residential"))
        };
        assert_eq!(at(6), (75.0, 22.0));
        assert_eq!(at(8), (37.5, 11.0));
        assert_eq!(at(9), (60.0, 22.0));
        assert_eq!(at(10), (75.0, 22.0), "the end is outside");
    }

    #[test]
    fn a_rush_hour_slows_signed_roads_too_but_no_ferry() {
        let car = car(MORNING).unwrap();
        let rush = car.at(date(2026, 11, 23), hours(8));
        let signed: Tags = [("highway", "primary"), ("maxspeed", "80")].into_iter().collect();
        assert_eq!(rush.judge(&signed).forward.unwrap().speed_m_per_h, 34_000.0);
        let ferry: Tags = [("route", "ferry")].into_iter().collect();
        assert_eq!(rush.judge(&ferry), car.judge(&ferry));
    }

    #[test]
    fn the_usual_hours_are_the_profile_without_rush_hours() {
        let plain = car("").unwrap();
        let car = car(MORNING).unwrap();
        assert_eq!(car.at(date(2026, 11, 22), hours(8)), plain);
        assert_eq!(car.at(date(2026, 11, 23), hours(9)), plain);
    }

    #[test]
    fn a_faulty_rush_hour_is_refused_with_what_is_wrong() {
        for (good, bad, told) in [
            ("0.5", "0", "[[rush_hours]] number 1, speed_share = 0"),
            ("0.5", "2.5", "above 0 and up to 2"),
            ("09:00\"", "06:00\"", "found \"07:00-06:00\""),
            ("09:00\"", "09:00:30\"", "found \"07:00-09:00:30\""),
            ("Mo-Fr", "Mon-Fri", "expected days of the week"),
            ("days", "day", "unknown field `day`"),
            ("0.5", "0.5\nclasses = [\"motorwya\"]", "\"motorwya\""),
            ("0.5", "0.5\nclasses = []", "leave it out"),
        ] {
            let error = car(&MORNING.replace(good, bad)).unwrap_err().to_string();
            assert!(error.contains(told), "{bad}: {error}");
        }
    }
}
