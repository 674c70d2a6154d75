//! What a traveller may use, and how fast: the meaning of tags, as data.
//!
//! A profile is a small TOML file; five are built in, and a user's own file works the same way.
//! [`Profile::judge`] is the only place where a way's tags turn into speeds and permissions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rush_hours::RushHours;
use super::turn_costs::TurnCosts;
use crate::osm::Tags;

/// A travel mode: which roads it may use and at what speed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What the profile is called in files and messages.
    pub name: String,
    /// Access keys that concern this mode, most specific first; the first that says something decides.
    pub access: Vec<String>,
    /// Values of these keys that open a road to everybody.
    #[serde(default = "access_open")]
    pub access_open: Vec<String>,
    /// Values that let in only those who have business there: roads for the first and last part of a trip.
    #[serde(default = "access_destination")]
    pub access_destination: Vec<String>,
    /// Values that close a road. Any other value says nothing.
    #[serde(default = "access_closed")]
    pub access_closed: Vec<String>,
    /// Modes whose turn restrictions bind, and whose name after `except` frees; empty if none bind.
    #[serde(default)]
    pub turn_restrictions: Vec<String>,
    /// Keys that make a way one-way for this mode, most specific first.
    #[serde(default)]
    pub oneway: Vec<String>,
    /// Keys whose value `opposite`, `opposite_lane` or `opposite_track` opens a one-way road backwards.
    #[serde(default)]
    pub contraflow: Vec<String>,
    /// Which share of a signed speed limit is made good; without it limits are ignored.
    #[serde(default)]
    pub maxspeed_share: Option<f64>,
    /// Never faster than this.
    pub speed_max_kmh: f64,
    /// Speed of ferries that do not say how long they take.
    pub ferry_speed_kmh: f64,
    /// Classes that may be driven on but are no place to stop at an outlet.
    #[serde(default)]
    pub not_for_stopping: Vec<String>,
    /// Barriers that let this mode pass where no access tag says otherwise.
    #[serde(default)]
    pub barriers_open: Vec<String>,
    /// Classes that are closed unless an access tag opens them.
    #[serde(default)]
    pub only_where_signed: Vec<String>,
    /// Speed by `highway=*`; classes that are not listed are closed.
    pub speed_kmh: BTreeMap<String, f64>,
    /// Upper bound of the speed by `surface=*`.
    #[serde(default)]
    pub surface_speed_max_kmh: BTreeMap<String, f64>,
    /// Which share of that speed is made good on roads of some classes at all hours; of the others all of it.
    #[serde(default)]
    pub speed_share: BTreeMap<String, f64>,
    /// When roads are slower than that; see [`at`](Self::at). All else here takes no notice of the hour.
    #[serde(default)]
    pub rush_hours: Vec<RushHours>,
    /// What turning and waiting costs.
    #[serde(default)]
    pub turn_cost_s: TurnCosts,
}

fn access_open() -> Vec<String> {
    ["yes", "permissive", "designated", "official", "public", "dismount"].map(Into::into).into()
}

fn access_destination() -> Vec<String> {
    let values = ["destination", "private", "customers", "delivery", "permit", "residents"];
    values.into_iter().chain(["residential", "employees"]).map(Into::into).collect()
}

fn access_closed() -> Vec<String> {
    let values = ["no", "agricultural", "forestry", "emergency", "psv", "bus", "military"];
    values.into_iter().chain(["use_sidepath"]).map(Into::into).collect()
}

/// Why a text is no [`Profile`].
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The text is not TOML of the expected shape; the message names line and key.
    #[error(transparent)]
    Syntax(#[from] toml::de::Error),
    /// A speed of zero, below zero, or beyond any vehicle.
    #[error("{key} = {found}: expected a speed above 0 and up to 400 km/h")]
    Speed {
        /// The key that holds it.
        key: String,
        /// What it says.
        found: f64,
    },
    /// A share is out of range.
    #[error("{key} = {found}: expected a share above 0 and up to 2")]
    Share {
        /// The key that holds it.
        key: String,
        /// What it says.
        found: f64,
    },
    /// A class of road to which a share of no speed is given.
    #[error("{table}: class \"{class}\" is closed; expected a class that stands in [speed_kmh]")]
    Class {
        /// Where it is named.
        table: String,
        /// The class.
        class: String,
    },
    /// Rush hours on no roads.
    #[error(
        "{table}, classes = []: expected at least one class of road; leave it out for all roads"
    )]
    NoClasses {
        /// Where.
        table: String,
    },
    /// A turn cost below zero or beyond all reason.
    #[error("turn_cost_s.{key} = {found}: expected seconds, from 0 to 600")]
    TurnCost {
        /// The key that holds it.
        key: &'static str,
        /// What it says.
        found: f64,
    },
    /// Turning round would be a cheap way to turn right or left.
    #[error(
        "turn_cost_s.u_turn = {found}: expected at least {turn}, what a right or left turn costs; otherwise paths go \
         straight on and turn round behind the junction"
    )]
    UTurn {
        /// What it says, 0 if it is not given.
        found: f64,
        /// The greater of right and left.
        turn: f64,
    },
}

/// Whether this mode may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Like any road.
    Open,
    /// Only to reach something there: the first or the last part of a trip, never the middle.
    Destination,
    /// Not at all.
    Closed,
}

/// How a way is travelled in one direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passage {
    /// Speed, in metres an hour.
    pub speed_m_per_h: f64,
    /// Only to reach something there.
    pub destination_only: bool,
}

/// What a profile makes of a way.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Verdict {
    /// In the direction the way is drawn; `None` if closed.
    pub forward: Option<Passage>,
    /// Against it.
    pub backward: Option<Passage>,
    /// Whether a rep can stop along it.
    pub can_stop: bool,
    /// Time for the whole way where it is said (ferries), in seconds.
    pub duration_s: Option<u32>,
}

const BUILT_IN: [(&str, &str); 5] = [
    ("car", include_str!("profiles/car.toml")),
    ("ebike", include_str!("profiles/ebike.toml")),
    ("motorcycle", include_str!("profiles/motorcycle.toml")),
    ("bicycle", include_str!("profiles/bicycle.toml")),
    ("foot", include_str!("profiles/foot.toml")),
];

impl Profile {
    /// The names of the built-in profiles.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// The built-in profile called `name`.
    pub fn built_in(name: &str) -> Option<Self> {
        let (_, text) = BUILT_IN.iter().find(|(n, _)| *n == name)?;
        Some(Self::parse(text).expect("built-in profiles are valid"))
    }

    /// Reads a profile from TOML.
    ///
    /// # Errors
    /// [`ProfileError`] with the line and key at fault.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let profile: Self = toml::from_str(text)?;
        let single = [
            ("speed_max_kmh", profile.speed_max_kmh),
            ("ferry_speed_kmh", profile.ferry_speed_kmh),
        ];
        let tables = [
            ("speed_kmh", &profile.speed_kmh),
            ("surface_speed_max_kmh", &profile.surface_speed_max_kmh),
        ];
        let speeds = single.into_iter().map(|(key, found)| (key.to_owned(), found)).chain(
            tables.into_iter().flat_map(|(table, speeds)| {
                speeds.iter().map(move |(key, found)| (format!("{table}.{key}"), *found))
            }),
        );
        for (key, found) in speeds {
            if !(found > 0.0 && found <= 400.0) {
                return Err(ProfileError::Speed { key, found });
            }
        }
        if let Some(share) = profile.maxspeed_share
            && !(share > 0.0 && share <= 2.0)
        {
            return Err(ProfileError::Share { key: "maxspeed_share".to_owned(), found: share });
        }
        profile.check_rush_hours()?;
        profile.turn_cost_s.check()?;
        Ok(profile)
    }

    /// What this mode makes of a way with `tags`.
    pub fn judge(&self, tags: &Tags) -> Verdict {
        if tags.is("route", "ferry") {
            return self.judge_ferry(tags);
        }
        let Some(class) = tags.get("highway") else { return Verdict::default() };
        let Some(&class_speed) = self.speed_kmh.get(class) else { return Verdict::default() };
        if tags.is("service", "emergency_access") {
            return Verdict::default();
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
        Verdict {
            forward,
            backward,
            can_stop: (forward.is_some() || backward.is_some())
                && !self.not_for_stopping.iter().any(|c| c == class),
            duration_s: None,
        }
    }

    /// Whether this mode can pass a node with `tags` (`barrier=*`).
    pub fn judge_barrier(&self, tags: &Tags) -> Access {
        let Some(kind) = tags.get("barrier") else { return Access::Open };
        match self.access(tags, "") {
            Some(access) => access,
            None if !self.barriers_open.iter().any(|b| b == kind) => Access::Closed,
            None if tags.is("locked", "yes") => Access::Destination,
            None => Access::Open,
        }
    }

    fn judge_ferry(&self, tags: &Tags) -> Verdict {
        let access = self.access(tags, "").unwrap_or_else(|| {
            // A ferry that says who may board it means only those.
            let named = ["foot", "bicycle", "motorcar", "motor_vehicle", "motorcycle", "hgv"];
            match named.iter().any(|k| matches!(tags.get(k), Some("yes" | "designated"))) {
                true if self.access.iter().all(|k| k != "foot") => Access::Closed,
                _ => Access::Open,
            }
        });
        if access == Access::Closed {
            return Verdict::default();
        }
        let passage = Some(Passage {
            speed_m_per_h: self.ferry_speed_kmh * 1000.0,
            destination_only: access == Access::Destination,
        });
        let (forward_open, backward_open) = self.directions(tags);
        Verdict {
            forward: passage.filter(|_| forward_open),
            backward: passage.filter(|_| backward_open),
            can_stop: false,
            duration_s: tags.get("duration").and_then(parse_duration_s),
        }
    }

    /// What the access tags say in the direction `suffix` (`:forward`, `:backward` or none), if anything.
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

    /// Whether the way can be travelled as drawn, and against.
    fn directions(&self, tags: &Tags) -> (bool, bool) {
        let signed = self.oneway.iter().find_map(|key| match tags.get(key)? {
            "yes" | "true" | "1" => Some((true, false)),
            "-1" | "reverse" => Some((false, true)),
            "no" | "false" | "0" => Some((true, true)),
            // Alternating directions pass in the end; reversible ones cannot be counted on.
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

/// A `maxspeed` value in km/h: a number, `30 mph`, `walk`, or a zone such as `CN:urban`; `None` if it sets no limit.
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

/// A `duration` in seconds: `MM`, `HH:MM`, `HH:MM:SS`, or ISO 8601 such as `PT1H30M`.
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

    fn judge(profile: &str, pairs: &[(&str, &str)]) -> Verdict {
        Profile::built_in(profile).unwrap().judge(&tags(pairs))
    }

    #[test]
    fn every_built_in_profile_is_valid_and_named_as_it_is_found() {
        for name in Profile::names() {
            assert_eq!(Profile::built_in(name).unwrap().name, name);
        }
    }

    #[test]
    fn a_car_climbs_no_steps_and_a_walker_does() {
        assert_eq!(judge("car", &[("highway", "steps")]), Verdict::default());
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
        assert_eq!(judge("foot", &way), Verdict::default());
    }

    #[test]
    fn an_ebike_keeps_off_trunk_roads_and_under_25() {
        assert_eq!(judge("ebike", &[("highway", "trunk")]), Verdict::default());
        let fast = judge("ebike", &[("highway", "primary"), ("maxspeed", "80")]);
        assert_eq!(fast.forward.unwrap().speed_m_per_h, 25_000.0);
    }

    #[test]
    fn a_ferry_takes_as_long_as_it_says() {
        let ferry = judge("car", &[("route", "ferry"), ("duration", "00:25")]);
        assert_eq!(ferry.duration_s, Some(25 * 60));
        assert!(!ferry.can_stop);
        let for_walkers = [("route", "ferry"), ("foot", "yes"), ("motor_vehicle", "no")];
        assert_eq!(judge("car", &for_walkers), Verdict::default());
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
