//! Access of a travel mode to a way, a barrier or a ferry, derived from their tags.

use super::profile::Profile;
use crate::osm::Tags;

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

impl Profile {
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
    fn a_bollard_stops_a_car_and_a_locked_gate_serves_only_what_lies_behind() {
        let car = Profile::built_in("car").unwrap();
        assert_eq!(car.judge_barrier(&tags(&[("barrier", "bollard")])), Access::Closed);
        assert_eq!(car.judge_barrier(&tags(&[("barrier", "gate")])), Access::Open);
        let private = tags(&[("barrier", "gate"), ("access", "private")]);
        assert_eq!(car.judge_barrier(&private), Access::Destination);
        let locked = tags(&[("barrier", "gate"), ("locked", "yes")]);
        assert_eq!(car.judge_barrier(&locked), Access::Destination);
    }
}
