//! The speeds of a profile at one time of one day.
//!
//! A day is divided into [`SpeedSlot`]s. Within a slot each road has one speed, so that a slot has
//! a profile and a network of its own, and matrix, path and search agree within the slot. Trips
//! across the border of two slots are computed by the plan.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::density::Density;
use super::profile::Profile;
use super::rush_hours::RushHours;
use crate::units::Seconds;

/// A part of a day in which each road has one speed.
#[derive(Debug, Clone, PartialEq)]
pub struct SpeedSlot {
    /// Its start; it lasts until the start of the next slot.
    pub from: Seconds,
    /// The profile with the speeds of this slot.
    pub profile: Profile,
}

impl Profile {
    /// Returns the profile without rush hours.
    pub fn usual(&self) -> Self {
        Self { rush_hours: Vec::new(), ..self.clone() }
    }

    /// Returns a profile without rush hours, with the speeds at `time` of `date`.
    ///
    /// If several rush hours apply to a road at this time, the lowest share applies.
    pub fn at(&self, date: Date, time: Seconds) -> Self {
        let mut now = self.usual();
        let applies = |rush: &&RushHours| {
            rush.days.contains(date) && rush.between.from <= time && time < rush.between.to
        };
        let mut lowest = BTreeMap::<(&String, Density), f64>::new();
        for rush in self.rush_hours.iter().filter(applies) {
            let is_meant = |class: &&String| {
                rush.classes.as_ref().is_none_or(|classes| classes.contains(class))
            };
            let densities = rush.densities.as_deref().unwrap_or(&Density::ALL);
            for class in self.speed_kmh.keys().filter(is_meant) {
                for density in densities {
                    let share = lowest.entry((class, *density)).or_insert(rush.speed_share);
                    *share = share.min(rush.speed_share);
                }
            }
        }
        for class in self.speed_kmh.keys() {
            let [rural, suburban, urban] =
                Density::ALL.map(|density| lowest.get(&(class, density)).copied());
            if rural == suburban && suburban == urban {
                if let Some(share) = rural {
                    *now.speed_share.entry(class.clone()).or_insert(1.0) *= share;
                }
                continue;
            }
            for (density, share) in Density::ALL.into_iter().zip([rural, suburban, urban]) {
                let Some(share) = share else { continue };
                let of_density = now.speed_share_by_density.entry(density).or_default();
                *of_density.entry(class.clone()).or_insert(1.0) *= share;
            }
        }
        now
    }

    /// Returns the slots of `date` that cover `from` to `to`, in order; neighbours differ.
    ///
    /// The first slot starts at midnight. Without rush hours in this time there is one slot.
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
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::osm::Tags;
    use crate::road::{ProfileError, RushPreset, SpeedSettings};

    /// The car profile with more `tables`.
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

    fn km_per_h(profile: &Profile, class: &str, density: Density) -> f64 {
        let tags: Tags = [("highway", class)].into_iter().collect();
        let speed = profile.judge(&tags).forward.unwrap().speed;
        speed.m_per_h(density, None) / 1000.0
    }

    #[test]
    fn a_day_is_divided_into_slots_of_one_speed_each() {
        let car = car(&format!("{MORNING}{TRUNKS}")).unwrap();
        let (monday, sunday) = (date(2026, 11, 23), date(2026, 11, 22));
        let starts = |day, from, to| {
            let slots = car.slots(day, hours(from), hours(to));
            slots.iter().map(|slot| slot.from.0 / 3600).collect::<Vec<u32>>()
        };
        assert_eq!(starts(monday, 0, 24), [0, 7, 9, 10], "the lowest share applies from 8 to 9");
        assert_eq!(starts(monday, 9, 18), [0, 10], "only the hours of the request");
        assert_eq!(starts(sunday, 0, 24), [0, 8, 10]);
        assert_eq!(starts(sunday, 11, 24), [0]);
    }

    #[test]
    fn a_rush_hour_slows_the_roads_it_names_and_no_others() {
        let car = car(&format!("{MORNING}{TRUNKS}")).unwrap();
        let monday = date(2026, 11, 23);
        let at = |hour| {
            let now = car.at(monday, hours(hour));
            (km_per_h(&now, "trunk", Density::Rural), km_per_h(&now, "residential", Density::Rural))
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
        let speed = rush.judge(&signed).forward.unwrap().speed;
        assert_eq!(speed.m_per_h(Density::Rural, None), 25_000.0, "half of the class");
        let ferry: Tags = [("route", "ferry")].into_iter().collect();
        assert_eq!(rush.judge(&ferry), car.judge(&ferry));
    }

    #[test]
    fn rush_hours_of_a_size_of_town_slow_towns_on_working_days_and_not_the_country() {
        let car = Profile::built_in("car").unwrap();
        let settings = |rush_hours| SpeedSettings { region: None, rush_hours };
        let city = car.clone().with_settings(&settings(Some(RushPreset::LargeCity)));
        let at = |date, hour| {
            let now = city.at(date, hours(hour));
            Density::ALL.map(|density| km_per_h(&now, "trunk", density) / city.speed_kmh["trunk"])
        };
        let (friday, saturday) = (date(2026, 11, 27), date(2026, 11, 28));
        assert_eq!(at(friday, 8), [1.0, 0.62, 0.62]);
        assert_eq!(at(friday, 12), [1.0; 3]);
        assert_eq!(at(friday, 18), [1.0, 0.62, 0.62]);
        assert_eq!(at(saturday, 8), [1.0; 3]);
        assert_eq!(car.clone().with_settings(&settings(None)), car);
        let walker = Profile::built_in("foot").unwrap();
        let same = walker.clone().with_settings(&settings(Some(RushPreset::LargeCity)));
        assert_eq!(same, walker, "jams do not stop a walker");
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
        for (good, bad, expected) in [
            ("0.5", "0", "[[rush_hours]] number 1, speed_share = 0"),
            ("0.5", "2.5", "above 0 and up to 2"),
            ("09:00\"", "06:00\"", "found \"07:00-06:00\""),
            ("09:00\"", "09:00:30\"", "found \"07:00-09:00:30\""),
            ("Mo-Fr", "Mon-Fri", "expected days of the week"),
            ("days", "day", "unknown field `day`"),
            ("0.5", "0.5\nclasses = [\"motorwya\"]", "\"motorwya\""),
            ("0.5", "0.5\nclasses = []", "leave `classes` out"),
            ("0.5", "0.5\ndensities = []", "leave `densities` out"),
            ("0.5", "0.5\ndensities = [\"village\"]", "unknown variant `village`"),
        ] {
            let error = car(&MORNING.replace(good, bad)).unwrap_err().to_string();
            assert!(error.contains(expected), "{bad}: {error}");
        }
    }
}
