//! Access of a travel mode to a way, a barrier or a ferry, derived from their tags.

use std::collections::BTreeMap;

use super::conditional::ConditionHolds;
use super::conditional_tags::ConditionalTags;
use super::profile::Profile;
use super::way_speed::WaySpeed;
use crate::osm::{Barrier, Tags, Way};

/// Access of a travel mode to a road or barrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Access {
    Open,
    /// Open only to trips that start or end there.
    Destination,
    Closed,
}

/// Speed and access of a way in one direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Passage {
    pub(super) speed: WaySpeed,
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
    /// Mean wait for a ferry in seconds.
    pub(super) wait_s: u32,
}

impl WayAccess {
    pub(super) fn is_open(&self) -> bool {
        self.forward.is_some() || self.backward.is_some()
    }

    /// Returns the stricter of two judgements: open only where both are, at the lower speed.
    fn or_stricter(self, other: Self) -> Self {
        let both = |a: Option<Passage>, b: Option<Passage>| {
            let (a, b) = (a?, b?);
            Some(Passage {
                speed: a.speed.slower(b.speed),
                destination_only: a.destination_only || b.destination_only,
            })
        };
        Self {
            forward: both(self.forward, other.forward),
            backward: both(self.backward, other.backward),
            can_stop: self.can_stop && other.can_stop,
            duration_s: self.duration_s.max(other.duration_s),
            wait_s: self.wait_s.max(other.wait_s),
        }
    }
}

impl Profile {
    /// Derives access and speed of a way from its tags for the hours of travel.
    pub(super) fn judge_way(&self, way: &Way, conditional: &mut ConditionalTags<'_>) -> WayAccess {
        let tags = &way.tags;
        let object = || format!("way/{}", way.id.0);
        let access = match conditional.concern(tags) {
            false => self.judge(tags),
            true => match conditional.worlds(tags, &object()) {
                Some(worlds) => worlds
                    .iter()
                    .map(|tags| self.judge(tags))
                    .reduce(WayAccess::or_stricter)
                    .unwrap_or_default(),
                None => WayAccess::default(),
            },
        };
        if !self.conditions || !access.is_open() {
            return access;
        }
        // The hours of a shop or sight on the same way are not those of the road.
        let is_place = ["amenity", "shop", "healthcare"].iter().any(|key| tags.get(key).is_some());
        let is_ferry = self.takes_as_ferry(tags);
        let season = tags.get("seasonal").filter(|season| is_ferry && *season != "no");
        let holds = match (tags.get("opening_hours"), season) {
            (Some(hours), _) if !is_place => conditional.open_during(hours, &object()),
            (None, Some(_)) => {
                conditional.season_unclear(&object());
                ConditionHolds::Unknown
            }
            _ => ConditionHolds::Always,
        };
        match holds {
            ConditionHolds::Always | ConditionHolds::Unknown => access,
            ConditionHolds::Sometimes if is_ferry => access,
            ConditionHolds::Sometimes | ConditionHolds::Never => WayAccess::default(),
        }
    }

    /// Derives the access to a barrier from its tags for the hours of travel.
    pub(super) fn judge_node(
        &self,
        barrier: &Barrier,
        conditional: &mut ConditionalTags<'_>,
    ) -> Access {
        let tags = &barrier.tags;
        let object = || format!("node/{}", barrier.node.0);
        let access = match conditional.concern(tags) {
            false => self.judge_barrier(tags),
            true => match conditional.worlds(tags, &object()) {
                Some(worlds) => worlds
                    .iter()
                    .map(|tags| self.judge_barrier(tags))
                    .max()
                    .unwrap_or(Access::Closed),
                None => Access::Closed,
            },
        };
        let hours = tags.get("opening_hours").filter(|_| tags.get("barrier").is_some());
        match hours.filter(|_| self.conditions && access != Access::Closed) {
            Some(hours) => match conditional.open_during(hours, &object()) {
                ConditionHolds::Always | ConditionHolds::Unknown => access,
                ConditionHolds::Sometimes | ConditionHolds::Never => Access::Closed,
            },
            None => access,
        }
    }

    /// Derives access and speed of a way from its unconditional tags.
    pub(super) fn judge(&self, tags: &Tags) -> WayAccess {
        if self.takes_as_ferry(tags) {
            return self.judge_ferry(tags);
        }
        let Some(class) = tags.get("highway") else { return WayAccess::default() };
        if !self.speed_kmh.contains_key(class)
            || tags.is("service", "emergency_access")
            || self.is_closed_by_tags(tags)
            || !self.vehicle.fits_between_the_walls_of(tags)
        {
            return WayAccess::default();
        }
        let must_be_named = self.only_where_named.iter().any(|c| c == class)
            || has_value_in(tags, &self.closed_unless_named);
        let unsigned = if self.only_where_signed.iter().any(|c| c == class) {
            Access::Closed
        } else {
            Access::Open
        };
        let (forward_open, backward_open) = self.directions(tags);
        let passage = |open: bool, suffix: &str| {
            let access = match must_be_named {
                true => self.access_by(tags, suffix, |key| key != "access"),
                false => self.access(tags, suffix).or(Some(unsigned)),
            };
            let access = access.unwrap_or(Access::Closed);
            (open && access != Access::Closed).then(|| Passage {
                speed: self.way_speed(tags, class, suffix, forward_open && backward_open),
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
            wait_s: 0,
        }
    }

    /// Derives the access to a barrier or another node from its unconditional tags.
    pub(super) fn judge_barrier(&self, tags: &Tags) -> Access {
        if self.is_closed_by_tags(tags) {
            return Access::Closed;
        }
        let Some(kind) = tags.get("barrier") else {
            // The access keys of a crossing are those of the road that crosses.
            let is_crossing =
                ["highway", "railway", "crossing"].iter().any(|k| tags.get(k).is_some());
            let counts = self.node_access && !is_crossing;
            return self.access(tags, "").filter(|_| counts).unwrap_or(Access::Open);
        };
        // Several kinds stand side by side: one passes the easiest.
        let is_open_kind =
            kind.split(';').any(|kind| self.barriers_open.iter().any(|open| open == kind.trim()));
        match self.access(tags, "") {
            Some(access) => access,
            None if has_value_in(tags, &self.barriers_open_if) => Access::Open,
            None if has_value_in(tags, &self.barriers_destination_if) => Access::Destination,
            None if !is_open_kind => Access::Closed,
            None if tags.is("locked", "yes") => Access::Destination,
            None => Access::Open,
        }
    }

    /// Tests if a way or node is closed whatever the access keys say: a table `[closed_by]`, or a
    /// sign that the vehicle is too large.
    pub(super) fn is_closed_by_tags(&self, tags: &Tags) -> bool {
        has_value_in(tags, &self.closed_by) || !self.vehicle.is_within_signs(tags)
    }

    /// Returns the access that the tags give in the direction `suffix` (`:forward`, `:backward` or
    /// empty); `None` if they give none.
    pub(super) fn access(&self, tags: &Tags, suffix: &str) -> Option<Access> {
        self.access_by(tags, suffix, |_| true)
    }

    /// Returns the access by those keys of the profile that `counts` accepts.
    ///
    /// `access:motor_vehicle` is another way to write `motor_vehicle`.
    fn access_by(
        &self,
        tags: &Tags,
        suffix: &str,
        counts: impl Fn(&str) -> bool,
    ) -> Option<Access> {
        let has_other_form = tags.iter().any(|(key, _)| key.starts_with("access:"));
        self.access.iter().filter(|key| counts(key)).find_map(|key| {
            let directed = (!suffix.is_empty()).then(|| tags.get(&format!("{key}{suffix}")));
            let other_form =
                || has_other_form.then(|| tags.get(&format!("access:{key}"))).flatten();
            let value = directed.flatten().or_else(|| tags.get(key)).or_else(other_form)?;
            self.access_of(value)
        })
    }

    /// Returns the access by the value of an access key; `None` if the value is not known.
    ///
    /// A list (`agricultural;forestry`) names those who may pass. With a `no` in it nobody may.
    /// Otherwise `destination` and its like come before `yes` and its like, and a list of others
    /// closes the road. Unknown parts are ignored.
    fn access_of(&self, value: &str) -> Option<Access> {
        let is_in = |values: &[String], part: &str| values.iter().any(|known| known == part);
        let of_part = |part: &str| {
            if is_in(&self.access_open, part) {
                Some(Access::Open)
            } else if is_in(&self.access_destination, part) {
                Some(Access::Destination)
            } else {
                is_in(&self.access_closed, part).then_some(Access::Closed)
            }
        };
        let parts = || value.split(';').map(str::trim);
        let has = |access| parts().any(|part| of_part(part) == Some(access));
        if parts().any(|part| part == "no") && of_part("no") == Some(Access::Closed) {
            return Some(Access::Closed);
        }
        [Access::Destination, Access::Open, Access::Closed].into_iter().find(|access| has(*access))
    }

    /// Returns if a way is open as drawn, and against, by its one-way tags.
    pub(super) fn directions(&self, tags: &Tags) -> (bool, bool) {
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

/// Tests if one of the keys of `table` has one of its values, alone or in a list.
fn has_value_in(tags: &Tags, table: &BTreeMap<String, Vec<String>>) -> bool {
    table.iter().any(|(key, values)| {
        tags.get(key)
            .is_some_and(|found| found.split(';').any(|f| values.iter().any(|v| v == f.trim())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::road::Density;

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
        assert_eq!(fast.forward.unwrap().speed.m_per_h(Density::Rural, None), 25_000.0);
    }

    #[test]
    fn a_ferry_takes_as_long_as_it_says() {
        let ferry = judge("car", &[("route", "ferry"), ("duration", "00:25")]);
        assert_eq!(ferry.duration_s, Some(25 * 60));
        assert!(!ferry.can_stop);
        let for_walkers = [("route", "ferry"), ("foot", "yes"), ("motor_vehicle", "no")];
        assert_eq!(judge("car", &for_walkers), WayAccess::default());
        assert!(judge("foot", &for_walkers).forward.is_some());
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
