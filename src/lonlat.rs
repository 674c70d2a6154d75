//! A place on the globe, and the short distances between places.

use geo::Rect;
use serde::{Deserialize, Serialize};

/// A WGS-84 position in degrees, longitude and latitude by name so that their order is never a guess.
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct LonLat {
    /// Degrees east, −180 to 180.
    pub lon: f64,
    /// Degrees north, −90 to 90.
    pub lat: f64,
}

impl LonLat {
    /// The position at `lon`, `lat`, or `None` where either is no number or out of range.
    pub fn new(lon: f64, lat: f64) -> Option<Self> {
        (lon.abs() <= 180.0 && lat.abs() <= 90.0).then_some(Self { lon, lat })
    }

    /// Whether it lies in `area` or on its edge; x = longitude, y = latitude.
    pub fn is_within(self, area: Rect<f64>) -> bool {
        (area.min().x..=area.max().x).contains(&self.lon)
            && (area.min().y..=area.max().y).contains(&self.lat)
    }

    /// Distance to `other` in metres, along the WGS-84 ellipsoid.
    ///
    /// The local expansion of [`Ruler`] at the mean latitude: within 0.1 % of the geodesic up to about 500 km.
    pub fn distance_m(self, other: Self) -> f64 {
        Ruler::at((self.lat + other.lat) / 2.0).distance_m(self, other)
    }
}

/// Metres per degree of longitude and latitude around one latitude of the WGS-84 ellipsoid.
///
/// From the ellipsoid's radii of curvature in the meridian and the prime vertical; the "cheap ruler" of road engines.
/// Uses `libm` rather than the platform's own functions, so that distances agree to the last bit everywhere.
#[derive(Debug, Clone, Copy)]
pub struct Ruler {
    /// Metres per degree of longitude.
    pub lon_m: f64,
    /// Metres per degree of latitude.
    pub lat_m: f64,
}

impl Ruler {
    /// The ruler for places near latitude `lat` (degrees).
    pub fn at(lat: f64) -> Self {
        const EQUATORIAL_RADIUS_M: f64 = 6_378_137.0;
        const FLATTENING: f64 = 1.0 / 298.257_223_563;
        const ECCENTRICITY_SQUARED: f64 = FLATTENING * (2.0 - FLATTENING);
        let per_degree = std::f64::consts::PI / 180.0;
        let cos = libm::cos(lat * per_degree);
        let w2 = 1.0 / (1.0 - ECCENTRICITY_SQUARED * (1.0 - cos * cos));
        let w = w2.sqrt();
        Self {
            lon_m: per_degree * EQUATORIAL_RADIUS_M * w * cos,
            lat_m: per_degree * EQUATORIAL_RADIUS_M * w * w2 * (1.0 - ECCENTRICITY_SQUARED),
        }
    }

    /// Distance in metres between two places near this ruler's latitude.
    pub fn distance_m(&self, a: LonLat, b: LonLat) -> f64 {
        let dx = wrap_degrees(a.lon - b.lon) * self.lon_m;
        let dy = (a.lat - b.lat) * self.lat_m;
        (dx * dx + dy * dy).sqrt()
    }
}

/// `degrees` brought into −180 to 180, so that places on both sides of the antimeridian are neighbours.
pub(crate) fn wrap_degrees(degrees: f64) -> f64 {
    if degrees > 180.0 {
        degrees - 360.0
    } else if degrees < -180.0 {
        degrees + 360.0
    } else {
        degrees
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_has_the_length_the_ellipsoid_gives_it() {
        // Lengths of one degree at 45° N on WGS-84: 111 131.8 m along the meridian, 78 846.8 m along the parallel.
        let ruler = Ruler::at(45.0);
        assert!((ruler.lat_m - 111_131.8).abs() < 1.0, "{}", ruler.lat_m);
        assert!((ruler.lon_m - 78_846.8).abs() < 1.0, "{}", ruler.lon_m);
    }

    #[test]
    fn places_beside_the_antimeridian_are_close() {
        let a = LonLat { lon: 179.999, lat: -19.0 };
        let b = LonLat { lon: -179.999, lat: -19.0 };
        assert!(a.distance_m(b) < 220.0);
    }

    #[test]
    fn positions_off_the_globe_are_refused() {
        assert_eq!(LonLat::new(181.0, 0.0), None);
        assert_eq!(LonLat::new(f64::NAN, 0.0), None);
        assert!(LonLat::new(-180.0, 90.0).is_some());
    }
}
