//! The profile of a travel mode: derives access and speed from the tags of a way.
//!
//! A profile is a small TOML file. Five are built in; a file of the user works the same way.
//! Only [`Profile::judge`] and [`Profile::judge_barrier`] interpret tags of access and speed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::profile_error::ProfileError;
use super::rush_hours::RushHours;
use super::turn_costs::TurnCosts;
use crate::osm::Tags;

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
    /// Speed as a share of the signed limit; `None` ignores limits.
    #[serde(default)]
    pub maxspeed_share: Option<f64>,
    /// Maximum speed in km/h.
    pub speed_max_kmh: f64,
    /// Speed in km/h of ferries without a duration in the map.
    pub ferry_speed_kmh: f64,
    /// Classes of roads on which one cannot stop.
    #[serde(default)]
    pub not_for_stopping: Vec<String>,
    /// Types of barriers that are open if they have no access tag.
    #[serde(default)]
    pub barriers_open: Vec<String>,
    /// Classes of roads that are closed if they have no access tag.
    #[serde(default)]
    pub only_where_signed: Vec<String>,
    /// Speed in km/h by `highway=*`; other classes are closed.
    pub speed_kmh: BTreeMap<String, f64>,
    /// Maximum speed in km/h by `surface=*`.
    #[serde(default)]
    pub surface_speed_max_kmh: BTreeMap<String, f64>,
    /// Factor for the speed by class, at all hours; 1 for other classes.
    #[serde(default)]
    pub speed_share: BTreeMap<String, f64>,
    /// Rush hours, applied only by [`at`](Self::at) and [`slots`](Self::slots).
    #[serde(default)]
    pub rush_hours: Vec<RushHours>,
    /// Costs of turns and of waiting.
    #[serde(default)]
    pub turn_cost_s: TurnCosts,
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

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// Access of a travel mode to a road or barrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Open,
    /// Open only to trips that start or end there.
    Destination,
    Closed,
}

/// Speed and access of a way in one direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Passage {
    pub(super) speed_m_per_h: f64,
    /// `true` if only trips that start or end there may use it.
    pub(super) destination_only: bool,
}

/// Access and speed of a way, derived from its tags.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct WayAccess {
    /// Travel as the way is drawn; `None` if closed.
    pub(super) forward: Option<Passage>,
    /// Travel against it; `None` if closed.
    pub(super) backward: Option<Passage>,
    /// `true` if a rep can stop along it.
    pub(super) can_stop: bool,
    /// Duration of a ferry in seconds, if given.
    pub(super) duration_s: Option<u32>,
}

impl WayAccess {
    pub(super) fn is_open(&self) -> bool {
        self.forward.is_some() || self.backward.is_some()
    }
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
        let profile: Self = toml::from_str(text)?;
        profile.check_speeds()?;
        profile.check_rush_hours()?;
        profile.turn_cost_s.check()?;
        Ok(profile)
    }

    fn check_speeds(&self) -> Result<(), ProfileError> {
        let single =
            [("speed_max_kmh", self.speed_max_kmh), ("ferry_speed_kmh", self.ferry_speed_kmh)];
        let tables = [
            ("speed_kmh", &self.speed_kmh),
            ("surface_speed_max_kmh", &self.surface_speed_max_kmh),
        ];
        let in_tables = tables.into_iter().flat_map(|(table, speeds)| {
            speeds.iter().map(move |(key, found)| (format!("{table}.{key}"), *found))
        });
        let single = single.into_iter().map(|(key, found)| (key.to_owned(), found));
        for (key, found) in single.chain(in_tables) {
            if !(found > 0.0 && found <= 400.0) {
                let expected = "a speed above 0 and up to 400 km/h";
                return Err(ProfileError::OutOfRange { key, found, expected });
            }
        }
        self.maxspeed_share.map_or(Ok(()), |share| check_share("maxspeed_share".to_owned(), share))
    }

    fn check_rush_hours(&self) -> Result<(), ProfileError> {
        for (class, share) in &self.speed_share {
            self.check_class("speed_share", class)?;
            check_share(format!("speed_share.{class}"), *share)?;
        }
        for (at, rush) in self.rush_hours.iter().enumerate() {
            let table = format!("[[rush_hours]] number {}", at + 1);
            for class in rush.classes.iter().flatten() {
                self.check_class(&table, class)?;
            }
            if rush.classes.as_ref().is_some_and(Vec::is_empty) {
                return Err(ProfileError::NoClasses { table });
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

    /// Derives access and speed of a way from its tags.
    pub(super) fn judge(&self, tags: &Tags) -> WayAccess {
        if tags.is("route", "ferry") {
            return self.judge_ferry(tags);
        }
        let Some(class) = tags.get("highway") else { return WayAccess::default() };
        let Some(&class_speed) = self.speed_kmh.get(class) else { return WayAccess::default() };
        if tags.is("service", "emergency_access") {
            return WayAccess::default();
        }
        let unsigned = if self.only_where_signed.iter().any(|c| c == class) {
            Access::Closed
        } else {
            Access::Open
        };
        let (forward_open, backward_open) = self.directions(tags);
        let passage = |open: bool, suffix: &str| {
            let access = self.access(tags, suffix).unwrap_or(unsigned);
            (open && access != Access::Closed).then(|| Passage {
                speed_m_per_h: self.speed_kmh(tags, class, class_speed, suffix) * 1000.0,
                destination_only: access == Access::Destination,
            })
        };
        let (forward, backward) =
            (passage(forward_open, ":forward"), passage(backward_open, ":backward"));
        WayAccess {
            forward,
            backward,
            can_stop: (forward.is_some() || backward.is_some())
                && !self.not_for_stopping.iter().any(|c| c == class),
            duration_s: None,
        }
    }

    /// Derives the access to a barrier from its tags.
    pub(super) fn judge_barrier(&self, tags: &Tags) -> Access {
        let Some(kind) = tags.get("barrier") else { return Access::Open };
        match self.access(tags, "") {
            Some(access) => access,
            None if !self.barriers_open.iter().any(|b| b == kind) => Access::Closed,
            None if tags.is("locked", "yes") => Access::Destination,
            None => Access::Open,
        }
    }

    fn judge_ferry(&self, tags: &Tags) -> WayAccess {
        let access = self.access(tags, "").unwrap_or_else(|| {
            // A ferry that lists travel modes takes only these, and pedestrians.
            let named = ["foot", "bicycle", "motorcar", "motor_vehicle", "motorcycle", "hgv"];
            match named.iter().any(|k| matches!(tags.get(k), Some("yes" | "designated"))) {
                true if self.access.iter().all(|k| k != "foot") => Access::Closed,
                _ => Access::Open,
            }
        });
        if access == Access::Closed {
            return WayAccess::default();
        }
        let passage = Some(Passage {
            speed_m_per_h: self.ferry_speed_kmh * 1000.0,
            destination_only: access == Access::Destination,
        });
        let (forward_open, backward_open) = self.directions(tags);
        WayAccess {
            forward: passage.filter(|_| forward_open),
            backward: passage.filter(|_| backward_open),
            can_stop: false,
            duration_s: tags.get("duration").and_then(parse_duration_s),
        }
    }

    /// Returns the access that the tags give in the direction `suffix` (`:forward`, `:backward` or
    /// empty); `None` if they give none.
    fn access(&self, tags: &Tags, suffix: &str) -> Option<Access> {
        self.access.iter().find_map(|key| {
            let directed = (!suffix.is_empty()).then(|| tags.get(&format!("{key}{suffix}")));
            let value = directed.flatten().or_else(|| tags.get(key))?;
            let is_in = |values: &[String]| values.iter().any(|v| v == value);
            if is_in(&self.access_open) {
                Some(Access::Open)
            } else if is_in(&self.access_destination) {
                Some(Access::Destination)
            } else {
                is_in(&self.access_closed).then_some(Access::Closed)
            }
        })
    }

    /// Returns if a way is open as drawn, and against, by its one-way tags.
    fn directions(&self, tags: &Tags) -> (bool, bool) {
        let signed = self.oneway.iter().find_map(|key| match tags.get(key)? {
            "yes" | "true" | "1" => Some((true, false)),
            "-1" | "reverse" => Some((false, true)),
            "no" | "false" | "0" => Some((true, true)),
            // Alternating traffic passes after a wait; a reversible road may be closed for hours.
            "alternating" => Some((true, true)),
            "reversible" => Some((false, false)),
            _ => None,
        });
        let implied = || {
            let binds = self.oneway.iter().any(|key| key == "oneway");
            let circular = matches!(tags.get("junction"), Some("roundabout" | "circular"));
            let motorway = tags.is("highway", "motorway");
            (true, !(binds && (circular || motorway)))
        };
        let (forward, backward) = signed.unwrap_or_else(implied);
        let contraflow =
            self.contraflow.iter().any(|k| tags.get(k).is_some_and(|v| v.starts_with("opposite")));
        (forward || contraflow, backward || contraflow)
    }

    fn speed_kmh(&self, tags: &Tags, class: &str, class_speed: f64, suffix: &str) -> f64 {
        let limit = tags
            .get(&format!("maxspeed{suffix}"))
            .or_else(|| tags.get("maxspeed"))
            .and_then(parse_maxspeed_kmh);
        let base = match (self.maxspeed_share, limit) {
            (Some(share), Some(limit)) => limit * share,
            _ => class_speed,
        };
        let surface_max = tags.get("surface").and_then(|s| self.surface_speed_max_kmh.get(s));
        let usual = base.min(surface_max.copied().unwrap_or(f64::INFINITY)).min(self.speed_max_kmh);
        let share = self.speed_share.get(class).copied().unwrap_or(1.0);
        (usual * share).min(self.speed_max_kmh).max(1.0)
    }
}

fn check_share(key: String, found: f64) -> Result<(), ProfileError> {
    let expected = "a share above 0 and up to 2";
    match found > 0.0 && found <= 2.0 {
        true => Ok(()),
        false => Err(ProfileError::OutOfRange { key, found, expected }),
    }
}

/// Parses `maxspeed` into km/h: a number, `30 mph`, `walk` or a zone such as `CN:urban`.
fn parse_maxspeed_kmh(value: &str) -> Option<f64> {
    let value = value.split(';').next()?.trim();
    let number = |s: &str| s.trim().parse::<f64>().ok().filter(|v| *v > 0.0 && *v < 400.0);
    if let Some(mph) = value.strip_suffix("mph") {
        return number(mph).map(|v| v * 1.609_344);
    }
    match value.rsplit(':').next()? {
        "walk" | "living_street" => Some(7.0),
        "urban" | "nsl_restricted" => Some(50.0),
        "rural" => Some(80.0),
        "trunk" | "nsl_dual" => Some(100.0),
        "motorway" => Some(120.0),
        _ => number(value.strip_suffix("km/h").unwrap_or(value)),
    }
}

/// Parses `duration` into seconds: `MM`, `HH:MM`, `HH:MM:SS` or ISO 8601 such as `PT1H30M`.
fn parse_duration_s(value: &str) -> Option<u32> {
    const DURATION_MAX_S: i64 = 7 * 24 * 3600;
    let seconds = if value.starts_with('P') {
        value.parse::<jiff::SignedDuration>().ok()?.as_secs()
    } else {
        let parts: Vec<u32> =
            value.split(':').map(|p| p.trim().parse().ok()).collect::<Option<_>>()?;
        match parts[..] {
            [m] => i64::from(m) * 60,
            [h, m] => i64::from(h) * 3600 + i64::from(m) * 60,
            [h, m, s] => i64::from(h) * 3600 + i64::from(m) * 60 + i64::from(s),
            _ => return None,
        }
    };
    u32::try_from(seconds).ok().filter(|s| *s > 0 && i64::from(*s) <= DURATION_MAX_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(k, v)| (*k, *v)).collect()
    }

    fn judge(profile: &str, pairs: &[(&str, &str)]) -> WayAccess {
        Profile::built_in(profile).unwrap().judge(&tags(pairs))
    }

    #[test]
    fn every_built_in_profile_is_valid_and_has_its_name() {
        for name in Profile::names() {
            assert_eq!(Profile::built_in(name).unwrap().name, name);
        }
    }

    #[test]
    fn a_car_climbs_no_steps_and_a_walker_does() {
        assert_eq!(judge("car", &[("highway", "steps")]), WayAccess::default());
        assert!(judge("foot", &[("highway", "steps")]).forward.is_some());
    }

    #[test]
    fn a_roundabout_is_one_way_for_a_car_but_not_for_a_walker() {
        let roundabout = [("highway", "primary"), ("junction", "roundabout")];
        let car = judge("car", &roundabout);
        assert!(car.forward.is_some() && car.backward.is_none());
        assert!(judge("foot", &roundabout).backward.is_some());
    }

    #[test]
    fn a_bicycle_may_ride_against_the_traffic_where_signs_say_so() {
        let way = [("highway", "residential"), ("oneway", "yes"), ("oneway:bicycle", "no")];
        assert!(judge("bicycle", &way).backward.is_some());
        assert!(judge("car", &way).backward.is_none());
        let lane = [("highway", "residential"), ("oneway", "yes"), ("cycleway", "opposite_lane")];
        assert!(judge("bicycle", &lane).backward.is_some());
    }

    #[test]
    fn the_most_specific_access_key_decides() {
        let way = [("highway", "residential"), ("access", "no"), ("motor_vehicle", "private")];
        assert!(judge("car", &way).forward.unwrap().destination_only);
        assert_eq!(judge("foot", &way), WayAccess::default());
    }

    #[test]
    fn an_ebike_keeps_off_trunk_roads_and_under_25() {
        assert_eq!(judge("ebike", &[("highway", "trunk")]), WayAccess::default());
        let fast = judge("ebike", &[("highway", "primary"), ("maxspeed", "80")]);
        assert_eq!(fast.forward.unwrap().speed_m_per_h, 25_000.0);
    }

    #[test]
    fn a_ferry_takes_as_long_as_it_says() {
        let ferry = judge("car", &[("route", "ferry"), ("duration", "00:25")]);
        assert_eq!(ferry.duration_s, Some(25 * 60));
        assert!(!ferry.can_stop);
        let for_walkers = [("route", "ferry"), ("foot", "yes"), ("motor_vehicle", "no")];
        assert_eq!(judge("car", &for_walkers), WayAccess::default());
        assert!(judge("foot", &for_walkers).forward.is_some());
        assert_eq!(parse_duration_s("PT1H30M"), Some(5400));
        assert_eq!(parse_duration_s("25"), Some(1500));
        assert_eq!(parse_duration_s("soon"), None);
    }

    #[test]
    fn speed_limits_are_read_in_every_form_the_map_has() {
        assert_eq!(parse_maxspeed_kmh("50"), Some(50.0));
        assert_eq!(parse_maxspeed_kmh("30 mph"), Some(48.280_32));
        assert_eq!(parse_maxspeed_kmh("CN:urban"), Some(50.0));
        assert_eq!(parse_maxspeed_kmh("50;30"), Some(50.0));
        assert_eq!(parse_maxspeed_kmh("none"), None);
        assert_eq!(parse_maxspeed_kmh("-5"), None);
    }

    #[test]
    fn a_bollard_stops_a_car_and_a_locked_gate_serves_only_what_lies_behind() {
        let car = Profile::built_in("car").unwrap();
        assert_eq!(car.judge_barrier(&tags(&[("barrier", "bollard")])), Access::Closed);
        assert_eq!(car.judge_barrier(&tags(&[("barrier", "gate")])), Access::Open);
        let private = tags(&[("barrier", "gate"), ("access", "private")]);
        assert_eq!(car.judge_barrier(&private), Access::Destination);
        let locked = tags(&[("barrier", "gate"), ("locked", "yes")]);
        assert_eq!(car.judge_barrier(&locked), Access::Destination);
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
        let unknown = good.replace("oneway =", "onewayy =");
        assert!(Profile::parse(&unknown).unwrap_err().to_string().contains("onewayy"));
    }
}
