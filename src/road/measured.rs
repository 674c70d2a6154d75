//! Measured speeds by region, density and kind of road.
//!
//! `speeds/measured.csv` holds mean speeds of GPS traces of Mapillary, matched to roads with Valhalla
//! and published by OpenStreetMapSpeeds (github.com/OpenStreetMapSpeeds/schema, February 2022, MIT).
//! They include the stops on the way: lights, junctions and queues of an average day.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::density::Density;
use crate::osm::Tags;

/// The table; its first line names the columns.
const TABLE: &str = include_str!("speeds/measured.csv");

/// Name of the region of all roads together.
pub(super) const WORLD: &str = "world";

/// Classes with a measured speed, in the order of the table.
const CLASSES: [&str; 8] = [
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "service",
];

/// Number of classes with slip roads.
const LINKS: usize = 5;

/// Values of `service=*` with a measured speed, in the order of the table.
const SERVICES: [&str; 4] = ["driveway", "alley", "parking_aisle", "drive-through"];

const SIGNED_LINK: usize = CLASSES.len();
const LINK: usize = SIGNED_LINK + LINKS;
const ROUNDABOUT: usize = LINK + LINKS;
const SERVICE: usize = ROUNDABOUT + CLASSES.len();
const COLUMNS: usize = SERVICE + SERVICES.len();

/// A kind of road that was measured: a column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RoadKind(u8);

impl RoadKind {
    /// Returns the kind of a road with these tags; `None` if it was not measured.
    ///
    /// A slip road with a sign (`destination=*`) is an exit; the others are measured together with
    /// turning lanes.
    pub(super) fn of(tags: &Tags) -> Option<Self> {
        let highway = tags.get("highway")?;
        let main = highway.strip_suffix("_link");
        let class = CLASSES.iter().position(|class| *class == main.unwrap_or(highway))?;
        let service = || SERVICES.iter().position(|kind| tags.is("service", kind));
        let column = if main.is_some() {
            let is_signed = tags.iter().any(|(key, _)| key.starts_with("destination"));
            (class < LINKS).then_some(if is_signed { SIGNED_LINK } else { LINK } + class)?
        } else if highway == "service" && service().is_some() {
            SERVICE + service()?
        } else if matches!(tags.get("junction"), Some("roundabout" | "circular")) {
            ROUNDABOUT + class
        } else {
            class
        };
        Some(Self(column as u8))
    }
}

/// The measured speeds of one region.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MeasuredSpeeds {
    /// By [`Density`] and [`RoadKind`], in km/h.
    kmh: [[u8; COLUMNS]; 3],
}

impl MeasuredSpeeds {
    /// Returns the speeds of `region`, as ISO 3166 codes it: a province (`CN-GD`), a country (`CN`)
    /// or [`WORLD`].
    ///
    /// A speed that was not measured in a province is that of its country; one that was not measured
    /// in a country is that of the world. So is one that is implausible, because it rests on few
    /// traces: less than half or more than double the speed of the country, less than a third or
    /// more than three times that of the world.
    pub(super) fn of(region: &str) -> Self {
        let mut speeds = Self { kmh: Density::ALL.map(|density| cells("", density)) };
        if region == WORLD {
            return speeds;
        }
        let country = region.split('-').next().unwrap_or(region);
        speeds.replace(country, 3);
        if country != region {
            speeds.replace(region, 2);
        }
        speeds
    }

    /// Replaces the speeds by those of `region`, if they are at most `factor` times greater or less.
    fn replace(&mut self, region: &str, factor: u32) {
        for (row, density) in self.kmh.iter_mut().zip(Density::ALL) {
            for (wider, own) in row.iter_mut().zip(cells(region, density)) {
                let (low, high) = (u32::from(own.min(*wider)), u32::from(own.max(*wider)));
                if own > 0 && high <= low * factor {
                    *wider = own;
                }
            }
        }
    }

    /// Returns the speed in km/h.
    pub(super) fn kmh(&self, kind: RoadKind, density: Density) -> f64 {
        f64::from(self.kmh[density as usize][usize::from(kind.0)])
    }
}

/// Tests if the table has speeds of `region`.
pub(super) fn is_measured(region: &str) -> bool {
    region == WORLD || (!region.is_empty() && LINES.contains_key(region))
}

/// Returns the speeds of `region`, empty for the world, in km/h; 0 if not measured.
fn cells(region: &str, density: Density) -> [u8; COLUMNS] {
    let mut cells = [0; COLUMNS];
    let speeds = LINES.get(region).map_or("", |lines| lines[density as usize]);
    for (cell, text) in cells.iter_mut().zip(speeds.split(',')) {
        *cell = text.parse().unwrap_or(0);
    }
    cells
}

/// The speeds of each region by [`Density`], as the table has them.
static LINES: LazyLock<BTreeMap<&'static str, [&'static str; 3]>> = LazyLock::new(|| {
    let mut lines = BTreeMap::<_, [&str; 3]>::new();
    for line in TABLE.lines().skip(1) {
        let mut parts = line.splitn(3, ',');
        let (Some(region), Some(density), Some(speeds)) =
            (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let of_region = lines.entry(region).or_default();
        if let Some(density) = Density::ALL.iter().position(|known| known.name() == density) {
            of_region[density] = speeds;
        }
    }
    lines
});

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(tags: &[(&str, &str)]) -> Option<RoadKind> {
        RoadKind::of(&tags.iter().copied().collect())
    }

    fn kmh(region: &str, density: Density, tags: &[(&str, &str)]) -> f64 {
        MeasuredSpeeds::of(region).kmh(kind(tags).unwrap(), density)
    }

    #[test]
    fn the_table_names_its_columns_in_the_order_in_which_they_are_read() {
        let header = TABLE.lines().next().unwrap();
        let columns: Vec<&str> = header.split(',').skip(2).collect();
        assert_eq!(columns.len(), COLUMNS);
        assert_eq!(columns[..8], CLASSES);
        assert_eq!(columns[SIGNED_LINK], "motorway_link signed");
        assert_eq!(columns[LINK + 4], "tertiary_link");
        assert_eq!(columns[ROUNDABOUT + 7], "service roundabout");
        assert_eq!(columns[SERVICE..], SERVICES.map(|kind| format!("service {kind}")));
    }

    #[test]
    fn speeds_are_those_of_the_published_table() {
        let road = |class| [("highway", class)];
        assert_eq!(kmh("CN", Density::Rural, &road("primary")), 40.0);
        assert_eq!(kmh("CN", Density::Urban, &road("primary")), 22.0);
        assert_eq!(kmh("CN-GD", Density::Urban, &road("primary")), 24.0);
        assert_eq!(kmh("MT", Density::Suburban, &road("tertiary")), 21.0);
        assert_eq!(kmh("PT", Density::Urban, &[("highway", "service"), ("service", "alley")]), 8.0);
    }

    #[test]
    fn a_speed_that_was_not_measured_is_that_of_the_country_or_the_world() {
        let unclassified = [("highway", "unclassified")];
        // Urban motorways: none in Malta; the world has 85 km/h.
        assert_eq!(kmh("MT", Density::Urban, &[("highway", "motorway")]), 85.0);
        // Guangdong has no urban roundabouts of unclassified roads, nor has China.
        let roundabout = [("highway", "unclassified"), ("junction", "roundabout")];
        assert_eq!(
            kmh("CN-GD", Density::Urban, &roundabout),
            kmh(WORLD, Density::Urban, &roundabout)
        );
        assert_eq!(
            kmh("XX", Density::Rural, &unclassified),
            kmh(WORLD, Density::Rural, &unclassified)
        );
        assert_eq!(kmh("CN-XX", Density::Rural, &unclassified), 17.0, "China's");
    }

    #[test]
    fn an_implausible_speed_is_not_used() {
        // 38 km/h on service roads of Bhutan, of 8 in the world; 5 of 23 on unclassified roads.
        assert_eq!(kmh("BT", Density::Rural, &[("highway", "service")]), 8.0);
        assert_eq!(kmh("BT", Density::Rural, &[("highway", "unclassified")]), 23.0);
        // Slow, but plausible: 21 of 51 on primary roads of Nepal.
        assert_eq!(kmh("NP", Density::Rural, &[("highway", "primary")]), 21.0);
    }

    #[test]
    fn every_speed_of_every_region_is_a_speed() {
        let regions = || LINES.keys().copied().filter(|region| !region.is_empty());
        for region in regions().chain([WORLD]) {
            let speeds = MeasuredSpeeds::of(region);
            assert!(speeds.kmh.iter().flatten().all(|kmh| (4..=150).contains(kmh)), "{region}");
        }
        assert!(regions().count() > 2500);
        assert!(is_measured("CN-GD") && is_measured("MT") && !is_measured("CN-XX"));
    }

    #[test]
    fn the_kind_of_a_road_follows_its_tags() {
        let column = |tags: &[(&str, &str)]| kind(tags).map(|kind| usize::from(kind.0));
        assert_eq!(column(&[("highway", "service")]), Some(7));
        assert_eq!(column(&[("highway", "motorway_link")]), Some(LINK));
        let exit = [("highway", "motorway_link"), ("destination:ref", "A 20")];
        assert_eq!(column(&exit), Some(SIGNED_LINK));
        let aisle = [("highway", "service"), ("service", "parking_aisle")];
        assert_eq!(column(&aisle), Some(SERVICE + 2));
        assert_eq!(column(&[("highway", "living_street")]), None);
        assert_eq!(column(&[("highway", "track")]), None);
        assert_eq!(column(&[("highway", "service_link")]), None);
        assert_eq!(column(&[("route", "ferry")]), None);
    }
}
