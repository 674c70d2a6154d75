//! Speed of a travel mode on a way, derived from its tags.

use std::collections::BTreeMap;

use super::density::Density;
use super::measured::{MeasuredSpeeds, RoadKind};
use super::profile::{Profile, SpeedSource};
use super::vehicle::parse_metres;
use crate::osm::Tags;

/// Speed on a way in one direction, for any density and region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct WaySpeed {
    /// Speed in km/h if nothing was measured.
    class_kmh: f64,
    /// Kind of road in the table; `None` if the table is not used.
    measured: Option<RoadKind>,
    /// Maximum speed in km/h, by the limit and the state of the road.
    max_kmh: f64,
    /// Factor for the speed by [`Density`].
    share: [f64; 3],
    /// Maximum speed of the travel mode in km/h.
    mode_max_kmh: f64,
}

impl WaySpeed {
    /// Returns a speed that is the same everywhere.
    pub(super) fn constant(kmh: f64) -> Self {
        Self { class_kmh: kmh, measured: None, max_kmh: kmh, share: [1.0; 3], mode_max_kmh: kmh }
    }

    /// Returns the slower of two speeds of one way.
    pub(super) fn slower(self, other: Self) -> Self {
        let [rural, suburban, urban] = other.share;
        Self {
            class_kmh: self.class_kmh.min(other.class_kmh),
            max_kmh: self.max_kmh.min(other.max_kmh),
            share: [
                self.share[0].min(rural),
                self.share[1].min(suburban),
                self.share[2].min(urban),
            ],
            ..self
        }
    }

    /// Tests if the speed depends on the region.
    pub(super) fn is_measured(&self) -> bool {
        self.measured.is_some()
    }

    /// Returns the speed in metres per hour in a region with the speeds `table`.
    pub(super) fn m_per_h(&self, density: Density, table: Option<&MeasuredSpeeds>) -> f64 {
        let measured = self.measured.zip(table).map(|(kind, table)| table.kmh(kind, density));
        let usual = measured.unwrap_or(self.class_kmh).min(self.max_kmh);
        (usual * self.share[density as usize]).min(self.mode_max_kmh).max(1.0) * 1000.0
    }
}

impl Profile {
    /// Returns the speed in the direction `suffix` (`:forward`, `:backward` or empty) of a way of
    /// the class `class`, which is open in both directions if `is_two_way`.
    pub(super) fn way_speed(
        &self,
        tags: &Tags,
        class: &str,
        suffix: &str,
        is_two_way: bool,
    ) -> WaySpeed {
        let class_kmh = self.speed_kmh.get(class).copied().unwrap_or(1.0);
        let limit = tags
            .get(&format!("maxspeed{suffix}"))
            .or_else(|| tags.get("maxspeed"))
            .and_then(parse_maxspeed_kmh);
        let limit_share = limit.zip(self.maxspeed_share).map(|(limit, share)| limit * share);
        let (class_kmh, limit_kmh) = match self.speeds {
            SpeedSource::Class => (limit_share.unwrap_or(class_kmh), f64::INFINITY),
            SpeedSource::Measured => (class_kmh, limit_share.or(limit).unwrap_or(f64::INFINITY)),
        };
        let is_one_lane = is_two_way && is_narrow(tags);
        let bounds = [
            limit_kmh,
            lowest(&self.surface_speed_max_kmh, tags.get("surface")),
            lowest(&self.tracktype_speed_max_kmh, tags.get("tracktype")),
            lowest(&self.smoothness_speed_max_kmh, tags.get("smoothness")),
            self.one_lane_speed_max_kmh.filter(|_| is_one_lane).unwrap_or(f64::INFINITY),
        ];
        let share = Density::ALL.map(|density| {
            let here = self.speed_share_by_density.get(&density).and_then(|table| table.get(class));
            let everywhere = self.speed_share.get(class);
            here.unwrap_or(&1.0) * everywhere.unwrap_or(&1.0)
        });
        WaySpeed {
            class_kmh,
            measured: (self.speeds == SpeedSource::Measured).then(|| RoadKind::of(tags)).flatten(),
            max_kmh: bounds.into_iter().fold(self.speed_max_kmh, f64::min),
            share,
            mode_max_kmh: self.speed_max_kmh,
        }
    }
}

/// Returns the lowest of the speeds for the values in the list `a;b`; infinite if there is none.
fn lowest(speeds: &BTreeMap<String, f64>, values: Option<&str>) -> f64 {
    let values = values.into_iter().flat_map(|values| values.split(';'));
    values.filter_map(|value| speeds.get(value.trim()).copied()).fold(f64::INFINITY, f64::min)
}

/// Width in metres from which on a tag is an error.
const ROAD_WIDTH_MAX_M: f64 = 1000.0;
/// Width in metres below which two cars cannot pass each other.
const PASSING_WIDTH_M: f64 = 4.0;

/// Tests if oncoming cars must give way to each other: the road has one lane, or is narrow.
fn is_narrow(tags: &Tags) -> bool {
    let width_m = ["width", "est_width"]
        .iter()
        .find_map(|key| parse_metres(tags.get(key)?).filter(|width| *width < ROAD_WIDTH_MAX_M));
    let lanes = tags.get("lanes").and_then(|lanes| lanes.trim().parse::<f64>().ok());
    width_m.is_some_and(|width| width < PASSING_WIDTH_M) || lanes.is_some_and(|lanes| lanes < 1.5)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_limits_are_read_in_every_form_the_map_has() {
        assert_eq!(parse_maxspeed_kmh("50"), Some(50.0));
        assert_eq!(parse_maxspeed_kmh("30 mph"), Some(48.280_32));
        assert_eq!(parse_maxspeed_kmh("CN:urban"), Some(50.0));
        assert_eq!(parse_maxspeed_kmh("50;30"), Some(50.0));
        assert_eq!(parse_maxspeed_kmh("none"), None);
        assert_eq!(parse_maxspeed_kmh("-5"), None);
    }

    const DENSITIES: [Density; 3] = Density::ALL;

    /// Speeds in km/h of the profile `car` in China, by density.
    fn in_china(tags: &[(&str, &str)], is_two_way: bool) -> [f64; 3] {
        let car = Profile::built_in("car").unwrap();
        let tags: Tags = tags.iter().copied().collect();
        let speed = car.way_speed(&tags, tags.get("highway").unwrap(), ":forward", is_two_way);
        let china = MeasuredSpeeds::of("CN");
        DENSITIES.map(|density| speed.m_per_h(density, Some(&china)) / 1000.0)
    }

    #[test]
    fn a_car_is_as_fast_as_was_measured_and_slower_in_towns() {
        assert_eq!(in_china(&[("highway", "primary")], true), [40.0, 28.0, 22.0]);
        assert_eq!(in_china(&[("highway", "primary_link")], true), [39.0, 29.0, 24.0]);
        assert_eq!(in_china(&[("highway", "motorway")], false), [93.0, 75.0, 52.0]);
    }

    #[test]
    fn classes_that_were_not_measured_keep_the_speed_of_the_profile() {
        assert_eq!(in_china(&[("highway", "living_street")], true), [10.0; 3]);
        assert_eq!(in_china(&[("highway", "track")], true), [10.0; 3]);
    }

    #[test]
    fn a_limit_slows_a_measured_speed_and_never_raises_it() {
        let limit = |limit| in_china(&[("highway", "primary"), ("maxspeed", limit)], true);
        assert_eq!(limit("80"), [40.0, 28.0, 22.0]);
        assert_eq!(limit("30"), [30.0, 28.0, 22.0]);
        assert_eq!(limit("none"), [40.0, 28.0, 22.0]);
        let one_way = [("highway", "primary"), ("maxspeed", "80"), ("maxspeed:forward", "20")];
        assert_eq!(in_china(&one_way, true), [20.0; 3]);
    }

    #[test]
    fn a_single_lane_with_traffic_in_both_directions_is_slow() {
        let lane =
            |with: (&'static str, &'static str)| in_china(&[("highway", "secondary"), with], true);
        for narrow in [
            ("lanes", "1"),
            ("lanes", "1.0"),
            ("width", "2.5"),
            ("width", "3 m"),
            ("width", "8 ft"),
            ("width", "10'6\""),
            ("est_width", "3"),
        ] {
            assert_eq!(lane(narrow), [30.0, 26.0, 20.0], "{narrow:?}");
        }
        for wide in [("lanes", "2"), ("width", "5.5"), ("width", "18 ft"), ("width", "wide")] {
            assert_eq!(lane(wide), [33.0, 26.0, 20.0], "{wide:?}");
        }
        let one_way = [("highway", "secondary"), ("lanes", "1"), ("oneway", "yes")];
        assert_eq!(in_china(&one_way, false), [33.0, 26.0, 20.0], "nobody comes towards it");
    }

    #[test]
    fn rough_roads_are_slow() {
        let rural = |with| in_china(&[("highway", "secondary"), with], true)[0];
        assert_eq!(rural(("surface", "asphalt")), 33.0);
        assert_eq!(rural(("surface", "gravel")), 30.0);
        assert_eq!(rural(("surface", "asphalt;dirt")), 20.0, "the worst part of a list counts");
        assert_eq!(rural(("tracktype", "grade5")), 10.0);
        assert_eq!(rural(("smoothness", "good")), 33.0);
        assert_eq!(rural(("smoothness", "very_bad")), 15.0);
    }

    #[test]
    fn a_profile_without_a_source_of_speeds_uses_class_and_limit() {
        let text = include_str!("profiles/car.toml").replace("speeds = \"measured\"", "");
        let own = Profile::parse(
            &text.replace("speed_max_kmh = 120", "speed_max_kmh = 120\nmaxspeed_share = 0.8"),
        )
        .unwrap();
        let kmh = |tags: &[(&str, &str)]| {
            let tags: Tags = tags.iter().copied().collect();
            own.way_speed(&tags, "primary", ":forward", true)
                .m_per_h(Density::Urban, Some(&MeasuredSpeeds::of("CN")))
        };
        assert_eq!(kmh(&[("highway", "primary")]), own.speed_kmh["primary"] * 1000.0);
        assert_eq!(kmh(&[("highway", "primary"), ("maxspeed", "100")]), 80_000.0);
    }
}
