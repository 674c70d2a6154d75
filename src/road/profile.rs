//! The profile of a travel mode: derives access and speed from the tags of a way.
//!
//! A profile is a small TOML file. Five are built in; a file of the user works the same way.
//! `way_access` applies it to the access tags of a way or barrier, `way_speed` to the tags of its
//! speed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::density::Density;
use super::profile_error::ProfileError;
use super::rush_hours::{RushHours, RushPreset};
use super::speed_regions::check_speed_region;
use super::stopping_rules::StoppingRules;
use super::turn_costs::TurnCosts;
use super::vehicle::VehicleSize;
use crate::osm;

/// A travel mode: the roads it may use, and their speeds.
///
/// ```
/// use beatplan::road::Profile;
///
/// let tractor = Profile::parse(
///     r#"
///     name = "tractor"
///     access = ["agricultural", "motor_vehicle", "vehicle", "access"]
///     oneway = ["oneway"]
///     speed_max_kmh = 40
///     ferry_speed_kmh = 18
///     [speed_kmh]
///     tertiary = 30
///     track = 12
///     "#,
/// )?;
/// assert_eq!(tractor.speed_kmh["track"], 12.0);
/// # Ok::<(), beatplan::road::ProfileError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Name in files and messages.
    pub name: String,
    /// Access keys of this mode, most specific first; the first with a known value decides.
    pub access: Vec<String>,
    /// Values of the access keys that open a road.
    #[serde(default = "access_open")]
    pub access_open: Vec<String>,
    /// Values that make a road destination-only: only trips that start or end there may use it.
    #[serde(default = "access_destination")]
    pub access_destination: Vec<String>,
    /// Values that close a road. Other values are ignored.
    #[serde(default = "access_closed")]
    pub access_closed: Vec<String>,
    /// Modes whose turn restrictions and exceptions (`except=*`) apply; empty for none.
    #[serde(default)]
    pub turn_restrictions: Vec<String>,
    /// One-way keys of this mode, most specific first.
    #[serde(default)]
    pub oneway: Vec<String>,
    /// Keys that open a one-way road backwards by a value that starts with `opposite`.
    #[serde(default)]
    pub contraflow: Vec<String>,
    /// Source of the speeds.
    #[serde(default)]
    pub speeds: SpeedSource,
    /// Region whose measured speeds all roads have, as ISO 3166 codes it; `None` takes the region
    /// around each road.
    #[serde(default)]
    pub region: Option<String>,
    /// Speed as a share of the signed limit. With speeds by class it replaces the speed of the class,
    /// and `None` ignores limits. With measured speeds it is the maximum, and `None` means 1.
    #[serde(default)]
    pub maxspeed_share: Option<f64>,
    /// Maximum speed in km/h.
    pub speed_max_kmh: f64,
    /// Speed in km/h of ferries without a duration in the map.
    pub ferry_speed_kmh: f64,
    /// Classes of roads on which one cannot stop.
    #[serde(default)]
    pub not_for_stopping: Vec<String>,
    /// Other roads on which one cannot stop.
    #[serde(default)]
    pub stopping: StoppingRules,
    /// Types of barriers that are open if they have no access tag.
    #[serde(default)]
    pub barriers_open: Vec<String>,
    /// Classes of roads that are closed if they have no access tag.
    #[serde(default)]
    pub only_where_signed: Vec<String>,
    /// Classes of roads that are closed unless an access key of the mode itself opens them; `access`
    /// alone does not.
    #[serde(default)]
    pub only_where_named: Vec<String>,
    /// Values by key that close a way or node, whatever the access keys say.
    #[serde(default)]
    pub closed_by: BTreeMap<String, Vec<String>>,
    /// Values by key that close a way unless an access key of the mode itself opens it.
    #[serde(default)]
    pub closed_unless_named: BTreeMap<String, Vec<String>>,
    /// Values by key that open a barrier without an access tag.
    #[serde(default)]
    pub barriers_open_if: BTreeMap<String, Vec<String>>,
    /// Values by key that open a barrier without an access tag for trips that start or end behind it.
    #[serde(default)]
    pub barriers_destination_if: BTreeMap<String, Vec<String>>,
    /// `true` if the access keys of a node without a barrier count.
    #[serde(default)]
    pub node_access: bool,
    /// `true` if a barrier on a junction leaves the one way open that passes through the junction.
    #[serde(default)]
    pub barriers_beside: bool,
    /// `true` if conditional tags and opening hours count.
    #[serde(default)]
    pub conditions: bool,
    /// Size of the vehicle; signs for smaller vehicles close a road.
    #[serde(default)]
    pub vehicle: VehicleSize,
    /// Values of `route=*` of ferries and car trains.
    #[serde(default = "ferry_routes")]
    pub ferry_routes: Vec<String>,
    /// Mean wait for a ferry as a share of its interval.
    #[serde(default)]
    pub ferry_wait_share: f64,
    /// Speed in km/h by `highway=*`; other classes are closed.
    pub speed_kmh: BTreeMap<String, f64>,
    /// Maximum speed in km/h by `surface=*`.
    #[serde(default)]
    pub surface_speed_max_kmh: BTreeMap<String, f64>,
    /// Maximum speed in km/h by `tracktype=*`.
    #[serde(default)]
    pub tracktype_speed_max_kmh: BTreeMap<String, f64>,
    /// Maximum speed in km/h by `smoothness=*`.
    #[serde(default)]
    pub smoothness_speed_max_kmh: BTreeMap<String, f64>,
    /// Maximum speed in km/h where oncoming traffic has no room to pass: on a two-way road with one
    /// lane, or less than four metres wide. `None` for no maximum.
    #[serde(default)]
    pub one_lane_speed_max_kmh: Option<f64>,
    /// Factor for the speed by class, at all hours; 1 for other classes.
    #[serde(default)]
    pub speed_share: BTreeMap<String, f64>,
    /// Further factor for the speed by density and class, at all hours.
    #[serde(default)]
    pub speed_share_by_density: BTreeMap<Density, BTreeMap<String, f64>>,
    /// Rush hours, applied only by [`at`](Self::at) and [`slots`](Self::slots).
    #[serde(default)]
    pub rush_hours: Vec<RushHours>,
    /// Costs of turns and of waiting.
    #[serde(default)]
    pub turn_cost_s: TurnCosts,
}

/// Source of the speeds of a travel mode.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpeedSource {
    /// The class of the road (`speed_kmh`), or its limit if the profile has a `maxspeed_share`.
    #[default]
    Class,
    /// The table of measured speeds by region, density and class; see the page "Speeds" of the
    /// documentation. Classes that were not measured have their speed in `speed_kmh`.
    Measured,
}

/// Settings of a territory for all travel modes with measured speeds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpeedSettings {
    /// Region whose measured speeds all roads have; null for the region around each road.
    pub region: Option<String>,
    /// Rush hours by size of town; null for none.
    pub rush_hours: Option<RushPreset>,
}

fn access_open() -> Vec<String> {
    words("yes permissive designated official public dismount")
}

fn access_destination() -> Vec<String> {
    words("destination private customers delivery permit residents residential employees")
}

fn access_closed() -> Vec<String> {
    words("no agricultural forestry emergency psv bus military use_sidepath")
}

fn ferry_routes() -> Vec<String> {
    words("ferry")
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

const BUILT_IN: [(&str, &str); 5] = [
    ("car", include_str!("profiles/car.toml")),
    ("ebike", include_str!("profiles/ebike.toml")),
    ("motorcycle", include_str!("profiles/motorcycle.toml")),
    ("bicycle", include_str!("profiles/bicycle.toml")),
    ("foot", include_str!("profiles/foot.toml")),
];

impl Profile {
    /// Returns the names of the built-in profiles.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// Returns the built-in profile `name`; `None` if there is none.
    pub fn built_in(name: &str) -> Option<Self> {
        let (_, text) = BUILT_IN.iter().find(|(n, _)| *n == name)?;
        Some(Self::parse(text).expect("built-in profiles are valid"))
    }

    /// Parses and checks a profile in TOML.
    ///
    /// # Errors
    /// [`ProfileError`] for an unknown or missing key or a value out of range.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let profile: Self =
            toml::from_str(text).map_err(|error| ProfileError::Syntax(error.into()))?;
        profile.check_speeds()?;
        profile.check_region()?;
        profile.check_rush_hours()?;
        profile.check_access()?;
        profile.turn_cost_s.check()?;
        profile.stopping.check()?;
        Ok(profile)
    }

    /// Returns true for vehicles that need a parking space: motor vehicles, except motorcycles and mopeds, which stop at the
    /// door as bicycles do.
    pub fn has_to_park(&self) -> bool {
        let has = |key: &str| self.access.iter().any(|own| own == key);
        has("motor_vehicle") && !["motorcycle", "moped", "mofa"].into_iter().any(has)
    }

    /// Returns the profile with the speed settings of a territory, if its speeds are measured: its
    /// own region remains if the territory has none, its own rush hours are kept beside those of the
    /// territory.
    pub fn with_settings(mut self, settings: &SpeedSettings) -> Self {
        if self.speeds == SpeedSource::Measured {
            self.region = settings.region.clone().or(self.region);
            let preset = settings.rush_hours.map(RushPreset::rush_hours);
            self.rush_hours.extend(preset.into_iter().flatten());
        }
        self
    }

    fn check_speeds(&self) -> Result<(), ProfileError> {
        let one_lane = self.one_lane_speed_max_kmh.map(|max| ("one_lane_speed_max_kmh", max));
        let single =
            [("speed_max_kmh", self.speed_max_kmh), ("ferry_speed_kmh", self.ferry_speed_kmh)];
        let single = single.into_iter().chain(one_lane);
        let tables = [
            ("speed_kmh", &self.speed_kmh),
            ("surface_speed_max_kmh", &self.surface_speed_max_kmh),
            ("tracktype_speed_max_kmh", &self.tracktype_speed_max_kmh),
            ("smoothness_speed_max_kmh", &self.smoothness_speed_max_kmh),
        ];
        let in_tables = tables.into_iter().flat_map(|(table, speeds)| {
            speeds.iter().map(move |(key, found)| (format!("{table}.{key}"), *found))
        });
        let single = single.map(|(key, found)| (key.to_owned(), found));
        for (key, found) in single.chain(in_tables) {
            if !(found > 0.0 && found <= 400.0) {
                let expected = "a speed above 0 and up to 400 km/h";
                return Err(ProfileError::OutOfRange { key, found, expected });
            }
        }
        self.maxspeed_share.map_or(Ok(()), |share| check_share("maxspeed_share".to_owned(), share))
    }

    fn check_access(&self) -> Result<(), ProfileError> {
        for class in &self.only_where_named {
            self.check_class("only_where_named", class)?;
        }
        let tables = [
            ("closed_by", &self.closed_by),
            ("closed_unless_named", &self.closed_unless_named),
            ("barriers_open_if", &self.barriers_open_if),
            ("barriers_destination_if", &self.barriers_destination_if),
        ];
        for (table, values) in tables {
            if let Some(key) = values.keys().find(|key| !osm::keeps(key)) {
                return Err(ProfileError::UnreadKey { table, key: key.clone() });
            }
        }
        self.vehicle.check()?;
        match (0.0..=1.0).contains(&self.ferry_wait_share) {
            true => Ok(()),
            false => Err(ProfileError::OutOfRange {
                key: "ferry_wait_share".to_owned(),
                found: self.ferry_wait_share,
                expected: "a share from 0 to 1",
            }),
        }
    }

    fn check_region(&self) -> Result<(), ProfileError> {
        match (self.speeds, &self.region) {
            (SpeedSource::Class, Some(_)) => Err(ProfileError::RegionUnused),
            (SpeedSource::Measured, Some(region)) => {
                check_speed_region(region).map_err(|fault| ProfileError::Region { fault })
            }
            (_, None) => Ok(()),
        }
    }

    fn check_rush_hours(&self) -> Result<(), ProfileError> {
        for (class, share) in &self.speed_share {
            self.check_class("speed_share", class)?;
            check_share(format!("speed_share.{class}"), *share)?;
        }
        for (density, shares) in &self.speed_share_by_density {
            let table = format!("speed_share_by_density.{density}");
            for (class, share) in shares {
                self.check_class(&table, class)?;
                check_share(format!("{table}.{class}"), *share)?;
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
            if rush.densities.as_ref().is_some_and(Vec::is_empty) {
                return Err(ProfileError::NoDensities { table });
            }
            check_share(format!("{table}, speed_share"), rush.speed_share)?;
        }
        Ok(())
    }

    fn check_class(&self, table: &str, class: &str) -> Result<(), ProfileError> {
        let (table, class) = (table.to_owned(), class.to_owned());
        match self.speed_kmh.contains_key(&class) {
            true => Ok(()),
            false => Err(ProfileError::ClosedClass { table, class }),
        }
    }
}

fn check_share(key: String, found: f64) -> Result<(), ProfileError> {
    let expected = "a share above 0 and up to 2";
    match found > 0.0 && found <= 2.0 {
        true => Ok(()),
        false => Err(ProfileError::OutOfRange { key, found, expected }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_profile_is_valid_and_has_its_name() {
        for name in Profile::names() {
            assert_eq!(Profile::built_in(name).unwrap().name, name);
        }
    }

    #[test]
    fn motor_vehicles_with_more_than_two_wheels_have_to_park() {
        let parking =
            Profile::names().filter(|name| Profile::built_in(name).unwrap().has_to_park());
        assert_eq!(parking.collect::<Vec<_>>(), ["car"]);
    }

    #[test]
    fn a_profile_with_a_speed_of_zero_or_an_unknown_key_is_refused() {
        let good = include_str!("profiles/foot.toml");
        let zero = good.replace("steps = 2", "steps = 0");
        let error = Profile::parse(&zero).unwrap_err().to_string();
        assert!(error.contains("speed_kmh.steps = 0"), "{error}");
        let dear = format!("{good}\n[turn_cost_s]\nleft = 8\n");
        let error = Profile::parse(&dear).unwrap_err().to_string();
        assert!(error.contains("turn_cost_s.u_turn = 0: expected at least 8"), "{error}");
        let negative = format!("{good}\n[turn_cost_s]\nsignal = -1\n");
        let error = Profile::parse(&negative).unwrap_err().to_string();
        assert!(error.contains("turn_cost_s.signal = -1"), "{error}");
        let endless = good.replace("bridge_max_m = 50", "bridge_max_m = -1");
        let error = Profile::parse(&endless).unwrap_err().to_string();
        assert!(
            error.contains("stopping.bridge_max_m = -1: expected 0 to 10000 metres"),
            "{error}"
        );
        let unknown = good.replace("oneway =", "onewayy =");
        assert!(Profile::parse(&unknown).unwrap_err().to_string().contains("onewayy"));
    }

    #[test]
    fn keys_about_access_are_checked() {
        let good = include_str!("profiles/car.toml");
        for (from, to, told) in [
            (
                "\"path\", \"bridleway\"]",
                "\"steps\"]",
                "only_where_named: class \"steps\" is closed",
            ),
            ("ferry_wait_share = 0.5", "ferry_wait_share = 1.5", "ferry_wait_share = 1.5"),
            ("width_m = 2.0", "width_m = 0.0", "vehicle.width_m = 0"),
            ("weight_t = 2.0", "weight_kg = 2000", "weight_kg"),
            ("conditions = true", "conditions = \"yes\"", "conditions"),
            ("hov = [\"designated\"]", "hov = \"designated\"", "hov"),
            ("hov = [", "horn = [", "closed_by: the key \"horn\" is not read from the map"),
        ] {
            assert!(good.contains(from), "{from}");
            let error = Profile::parse(&good.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(told), "{to}: {error}");
        }
    }
}
