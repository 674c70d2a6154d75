//! Judges the conditional tags of roads and barriers (`access:conditional`) for the hours of travel.
//!
//! Each conditional tag has a few possible values during the hours. [`ConditionalTags::worlds`]
//! lists the combinations; the strictest one applies, so that a road is open only if it is open all
//! the time. Wiki: <https://wiki.openstreetmap.org/wiki/Conditional_restrictions>.

use std::collections::BTreeSet;

use super::conditional::{Condition, ConditionHolds, Period, alternatives, parts};
use super::profile::Profile;
use crate::osm::Tags;
use crate::remark::{Remark, RemarkCode, list_some};
use crate::units::counted;

/// Maximum number of combinations of conditional values on one object.
const WORLDS_MAX: usize = 256;

/// Maximum number of objects in a remark.
const OBJECTS_SHOWN: usize = 10;

/// Conditional tags of one build: judges them, and collects the judgements.
pub(super) struct ConditionalTags<'a> {
    profile: &'a Profile,
    periods: &'a [Period],
    judged: BTreeSet<Condition>,
    /// Objects with a condition that is not understood or cannot be judged: `way/12`.
    unclear: BTreeSet<String>,
}

impl<'a> ConditionalTags<'a> {
    pub(super) fn new(profile: &'a Profile, periods: &'a [Period]) -> Self {
        Self { profile, periods, judged: BTreeSet::new(), unclear: BTreeSet::new() }
    }

    /// Tests if `tags` need [`worlds`](Self::worlds).
    pub(super) fn concern(&self, tags: &Tags) -> bool {
        self.profile.conditions && tags.iter().any(|(key, _)| key.ends_with(":conditional"))
    }

    /// Returns the tags in all combinations of values that conditional tags can have during the
    /// hours of travel; `None` if there are too many.
    ///
    /// Of several alternatives the last one that holds counts. Only keys that the profile reads are
    /// judged. `object` names the object in a remark.
    pub(super) fn worlds(&mut self, tags: &Tags, object: &str) -> Option<Vec<Tags>> {
        let mut worlds = vec![tags.clone()];
        for (key, text) in tags.iter() {
            let Some(key) = key.strip_suffix(":conditional") else { continue };
            if !self.profile.reads_conditional(key) {
                continue;
            }
            let values = self.possible_values(key, text, tags.get(key), object);
            worlds = worlds
                .iter()
                .flat_map(|world| {
                    values.iter().map(move |value| with(world, key, value.as_deref()))
                })
                .collect();
            if worlds.len() > WORLDS_MAX {
                self.unclear.insert(object.to_owned());
                return None;
            }
        }
        Some(worlds)
    }

    /// Judges opening hours; those that are not understood, or without hours of travel, are unknown.
    pub(super) fn open_during(&mut self, hours: &str, object: &str) -> ConditionHolds {
        let condition = Condition::judged(hours, self.profile, self.periods);
        let holds = condition.holds;
        if holds == ConditionHolds::Unknown && !self.periods.is_empty() {
            self.unclear.insert(object.to_owned());
        }
        self.judged.insert(condition);
        holds
    }

    /// Notes that `object` runs in a season that the map does not date.
    pub(super) fn season_unclear(&mut self, object: &str) {
        if !self.periods.is_empty() {
            self.unclear.insert(object.to_owned());
        }
    }

    /// Returns the judgements, and a remark if some conditions are unclear.
    pub(super) fn finish(self) -> (Vec<Condition>, Option<Remark>) {
        let unclear: Vec<String> = self.unclear.into_iter().collect();
        let what = match self.periods.is_empty() {
            true => {
                "conditional tags, and there are no hours of travel to judge them for: the strictest value \
                 of each applies"
            }
            false => {
                "conditional tags, opening hours or seasons that are not understood: of conditional values \
                 the strictest applies, hours and seasons are ignored"
            }
        };
        let remark = (!unclear.is_empty()).then(|| {
            let objects = list_some(&unclear, OBJECTS_SHOWN);
            let (one, several) = ("road, ferry or barrier has", "roads, ferries or barriers have");
            let message = format!("{} {what} ({objects})", counted(unclear.len(), one, several));
            Remark::new(RemarkCode::ConditionalAccess, message)
        });
        (self.judged.into_iter().collect(), remark)
    }

    /// Returns the values that `key` can have during the hours of travel, each once.
    fn possible_values(
        &mut self,
        key: &str,
        text: &str,
        plain: Option<&str>,
        object: &str,
    ) -> Vec<Option<String>> {
        let mut values: Vec<Option<String>> = Vec::new();
        let mut add = |value: Option<String>| {
            if !values.contains(&value) {
                values.push(value);
            }
        };
        let alternatives = alternatives(text);
        if alternatives.is_empty() {
            self.unclear.insert(object.to_owned());
        }
        for (value, condition) in alternatives.into_iter().rev() {
            let (value, condition) = self.profile.for_its_group(value, condition);
            // A lower limit in the wet says nothing about the usual day.
            let holds = match key.starts_with("maxspeed") && is_about_weather(&condition) {
                true => ConditionHolds::Never,
                false => {
                    let judged = Condition::judged(&condition, self.profile, self.periods);
                    let holds = judged.holds;
                    self.judged.insert(judged);
                    holds
                }
            };
            match holds {
                ConditionHolds::Never => continue,
                ConditionHolds::Unknown => {
                    self.unclear.insert(object.to_owned());
                }
                ConditionHolds::Sometimes | ConditionHolds::Always => {}
            }
            add(Some(value));
            if holds == ConditionHolds::Always {
                return values;
            }
        }
        add(plain.map(str::to_owned));
        values
    }
}

/// Returns `tags` with `value` for `key`, or without `key`.
fn with(tags: &Tags, key: &str, value: Option<&str>) -> Tags {
    let others = tags.iter().filter(|(other, _)| *other != key);
    others.chain(value.map(|value| (key, value))).collect()
}

fn is_about_weather(condition: &str) -> bool {
    const WEATHER: [&str; 6] = ["wet", "rain", "snow", "ice", "fog", "winter"];
    parts(condition).any(|part| WEATHER.contains(&part.to_lowercase().as_str()))
}

impl Profile {
    /// Tests if the conditional form of `key` can change what the profile reads from a way.
    fn reads_conditional(&self, key: &str) -> bool {
        let undirected =
            key.strip_suffix(":forward").or_else(|| key.strip_suffix(":backward")).unwrap_or(key);
        let is_in = |keys: &[String]| keys.iter().any(|known| known == undirected);
        let mode = undirected.strip_prefix("access:").unwrap_or(undirected);
        self.access.iter().any(|known| known == mode)
            || is_in(&self.oneway)
            || matches!(undirected, "maxspeed" | "locked" | "interval")
            || self.closed_by.contains_key(undirected)
            || self.closed_unless_named.contains_key(undirected)
    }

    /// Tests if a word in a condition means this travel mode; `None` if it is no kind of traveller.
    pub(super) fn is_meant_by(&self, word: &str) -> Option<bool> {
        const OTHERS: &[&str] = &[
            "agricultural",
            "ambulance",
            "atv",
            "bicycle",
            "bus",
            "caravan",
            "carriage",
            "coach",
            "disabled",
            "emergency",
            "foot",
            "forestry",
            "goods",
            "hazmat",
            "hgv",
            "hgv_articulated",
            "horse",
            "hov",
            "military",
            "mofa",
            "moped",
            "motor_vehicle",
            "motorcar",
            "motorcycle",
            "motorhome",
            "psv",
            "ski",
            "snowmobile",
            "taxi",
            "tourist_bus",
            "trailer",
            "tram",
            "vehicle",
        ];
        let word = word.to_lowercase();
        if self.access.contains(&word) {
            return Some(true);
        }
        OTHERS.contains(&word.as_str()).then_some(false)
    }

    /// Returns the value and condition that are left when groups of people are values.
    ///
    /// `yes @ (destination AND Mo-Fr 07:00-11:00)` is `destination @ (Mo-Fr 07:00-11:00)`.
    fn for_its_group(&self, value: &str, condition: &str) -> (String, String) {
        let is_group = |part: &&str| self.access_destination.iter().any(|group| group == part);
        let group = parts(condition).find(is_group);
        match group.filter(|_| self.access_open.iter().any(|open| open == value)) {
            Some(group) => {
                let others: Vec<&str> = parts(condition).filter(|part| !is_group(part)).collect();
                (group.to_owned(), others.join(" AND "))
            }
            None => (value.to_owned(), condition.to_owned()),
        }
    }
}
