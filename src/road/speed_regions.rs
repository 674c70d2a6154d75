//! The region of a road, whose measured speeds it has.

use std::sync::LazyLock;

use country_boundaries::{BOUNDARIES_ODBL_180X90, CountryBoundaries, LatLon};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::density::{Cell, cell_of};
use super::measured::{MeasuredSpeeds, WORLD, is_measured};
use crate::lonlat::{LonLat, PointE7, Ruler};
use crate::units::Millimetres;

/// A region of the table of measured speeds, and the roads of a network that have its speeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpeedRegion {
    /// Country (`CN`) or province (`CN-GD`) as ISO 3166 codes it, or `world`.
    pub region: String,
    /// Length of the roads, each counted once, in kilometres with metres.
    pub length_km: f64,
}

/// Checks the code of a region with measured speeds: `CN`, `CN-GD` or `world`.
///
/// # Errors
/// One clause that says what was found, what was expected and what may have been meant.
pub fn check_speed_region(code: &str) -> Result<(), String> {
    if is_measured(code) {
        return Ok(());
    }
    let code_like = code.trim().replace('_', "-").to_uppercase();
    let country = code_like.split('-').next().unwrap_or_default();
    let hint = if is_measured(&code_like) {
        format!("; did you mean \"{code_like}\"?")
    } else if is_measured(country) {
        format!("; \"{country}\" has the speeds of the whole country")
    } else {
        String::new()
    };
    Err(format!(
        "found \"{code}\", expected a country or province with measured speeds by its ISO 3166 code, such as \
         \"CN\" or \"CN-GD\", or \"{WORLD}\"{hint}"
    ))
}

/// Outlines of countries and provinces, simplified; derived from OpenStreetMap, ODbL.
static BOUNDARIES: LazyLock<CountryBoundaries> = LazyLock::new(|| {
    CountryBoundaries::from_reader(BOUNDARIES_ODBL_180X90).expect("the crate ships sound data")
});

/// Distances in metres at which a region is looked for around a point outside of all regions.
const AROUND_M: [f64; 5] = [1000.0, 2000.0, 5000.0, 10_000.0, 20_000.0];

/// Measured speeds by position: of one region, or of the region of each road.
pub(super) struct SpeedRegions {
    regions: Vec<(String, MeasuredSpeeds)>,
    lengths: Vec<u64>,
    /// The region of all roads, if it is given.
    given: Option<usize>,
    /// Region by cell.
    known: FxHashMap<Cell, usize>,
}

impl SpeedRegions {
    /// Prepares the speeds of the region `given`, or of the region around each road.
    pub(super) fn new(given: Option<&str>) -> Self {
        let mut new = Self {
            regions: Vec::new(),
            lengths: Vec::new(),
            given: None,
            known: FxHashMap::default(),
        };
        new.given = given.map(|region| new.index(region));
        new
    }

    /// Returns the speeds of the region of `point`, and counts a road of `length` there.
    pub(super) fn speeds_at(&mut self, point: PointE7, length: Millimetres) -> &MeasuredSpeeds {
        let index = self.given.unwrap_or_else(|| self.index_at(point));
        self.lengths[index] += length.0;
        &self.regions[index].1
    }

    /// Returns the regions with the length of their roads, the longest first.
    pub(super) fn into_used(self) -> Vec<SpeedRegion> {
        let km = |length: u64| (length / 1000) as f64 / 1000.0;
        let used = self.regions.into_iter().zip(self.lengths).filter(|(_, length)| *length > 0);
        let mut used: Vec<SpeedRegion> = used
            .map(|((region, _), length)| SpeedRegion { region, length_km: km(length) })
            .collect();
        used.sort_by(|a, b| b.length_km.total_cmp(&a.length_km).then(a.region.cmp(&b.region)));
        used
    }

    fn index_at(&mut self, point: PointE7) -> usize {
        let cell = cell_of(point);
        if let Some(index) = self.known.get(&cell) {
            return *index;
        }
        let index = self.index(region_at(cell.middle()));
        self.known.insert(cell, index);
        index
    }

    fn index(&mut self, region: &str) -> usize {
        self.regions.iter().position(|(known, _)| known == region).unwrap_or_else(|| {
            self.regions.push((region.to_owned(), MeasuredSpeeds::of(region)));
            self.lengths.push(0);
            self.regions.len() - 1
        })
    }
}

/// Returns the smallest measured region at `place`, or near it in the sea; [`WORLD`] if there is none.
fn region_at(place: LonLat) -> &'static str {
    let smallest = |at: LonLat| {
        let at = LatLon::new(at.lat, at.lon).ok()?;
        BOUNDARIES.ids(at).into_iter().find(|id| is_measured(id))
    };
    let ruler = Ruler::at(place.lat.clamp(-89.9, 89.9));
    let around = AROUND_M.into_iter().flat_map(|radius_m| {
        (0..8).map(move |eighth| {
            let angle = f64::from(eighth) * std::f64::consts::FRAC_PI_4;
            LonLat {
                lon: place.lon + radius_m * libm::cos(angle) / ruler.lon_m,
                lat: place.lat + radius_m * libm::sin(angle) / ruler.lat_m,
            }
        })
    });
    std::iter::once(place).chain(around).find_map(smallest).unwrap_or(WORLD)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(lon: f64, lat: f64) -> &'static str {
        region_at(LonLat { lon, lat })
    }

    #[test]
    fn a_place_has_the_region_it_lies_in() {
        assert_eq!(region(14.42, 35.91), "MT");
        assert_eq!(region(-8.61, 41.15), "PT");
        assert_eq!(region(113.93, 22.53), "CN-GD");
        assert_eq!(region(116.39, 39.91), "CN-BJ");
        assert_eq!(region(13.26, 53.56), "DE");
        assert_eq!(region(7.42, 43.735), "MC");
    }

    #[test]
    fn a_road_on_the_water_has_the_region_of_the_near_shore() {
        assert_eq!(region(14.36, 36.02), "MT", "between Malta and Gozo");
        assert_eq!(region(0.0, 0.0), WORLD, "the Gulf of Guinea");
    }

    #[test]
    fn the_regions_in_use_are_listed_by_length() {
        let mut regions = SpeedRegions::new(None);
        let point = |lon, lat| PointE7::from(LonLat { lon, lat });
        regions.speeds_at(point(14.42, 35.91), Millimetres(2_000_000));
        regions.speeds_at(point(-8.61, 41.15), Millimetres(7_000_000));
        regions.speeds_at(point(14.43, 35.91), Millimetres(1_000_000));
        let used = regions.into_used();
        let used: Vec<_> = used.iter().map(|used| (&*used.region, used.length_km)).collect();
        assert_eq!(used, [("PT", 7.0), ("MT", 3.0)]);
    }

    #[test]
    fn a_given_region_counts_wherever_the_roads_are() {
        let mut regions = SpeedRegions::new(Some("CN-GD"));
        let speeds = regions.speeds_at(PointE7 { lon_e7: 0, lat_e7: 0 }, Millimetres(1));
        assert_eq!(*speeds, MeasuredSpeeds::of("CN-GD"));
    }

    #[test]
    fn an_unknown_region_is_refused_with_what_may_have_been_meant() {
        assert_eq!(check_speed_region("CN-GD"), Ok(()));
        assert_eq!(check_speed_region("world"), Ok(()));
        let fault = |code| check_speed_region(code).unwrap_err();
        assert!(fault("cn_gd").ends_with("did you mean \"CN-GD\"?"), "{}", fault("cn_gd"));
        assert!(fault("CN-ZZZ").contains("\"CN\" has the speeds of the whole country"));
        assert!(fault("").starts_with("found \"\", expected") && !fault(" ").contains("did you"));
        assert!(fault("Malta").starts_with("found \"Malta\", expected a country or province"));
    }
}
