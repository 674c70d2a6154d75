//! Positions on the globe, and short distances between them.

use bytemuck::{Pod, Zeroable};
use geo::Rect;
use serde::{Deserialize, Serialize};

use crate::units::Millimetres;

/// A WGS-84 position in degrees.
///
/// ```
/// use beatplan::lonlat::LonLat;
///
/// let valletta = LonLat { lon: 14.5146, lat: 35.8989 };
/// let victoria = LonLat { lon: 14.2390, lat: 36.0440 };
/// assert_eq!(valletta.distance_m(victoria).round(), 29_616.0);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct LonLat {
    /// Longitude in degrees east, −180 to 180.
    pub lon: f64,
    /// Latitude in degrees north, −90 to 90.
    pub lat: f64,
}

impl LonLat {
    /// Returns the position; `None` if a coordinate is out of range or not a number.
    pub fn new(lon: f64, lat: f64) -> Option<Self> {
        (lon.abs() <= 180.0 && lat.abs() <= 90.0).then_some(Self { lon, lat })
    }

    /// Returns whether the position lies inside `area` or on its edge; x is the longitude.
    pub fn is_within(self, area: Rect<f64>) -> bool {
        (area.min().x..=area.max().x).contains(&self.lon)
            && (area.min().y..=area.max().y).contains(&self.lat)
    }

    /// Returns the distance to `other` in metres, along the WGS-84 ellipsoid.
    ///
    /// Uses the [`Ruler`] of the mean latitude. The error is at most 0.1 % of the geodesic up to
    /// about 500 km.
    pub fn distance_m(self, other: Self) -> f64 {
        Ruler::at((self.lat + other.lat) / 2.0).distance_m(self, other)
    }

    /// Returns the point at the fraction `share` (0 to 1) of the line to `other`, which is straight
    /// in degrees.
    pub(crate) fn toward(self, other: Self, share: f64) -> Self {
        Self {
            lon: self.lon + share * (other.lon - self.lon),
            lat: self.lat + share * (other.lat - self.lat),
        }
    }
}

/// Number of metres in a degree of longitude and of latitude, near one latitude of the WGS-84
/// ellipsoid.
///
/// It is computed from the radii of curvature of the ellipsoid. Road engines call this a "cheap
/// ruler". Because `libm` computes the radii, distances are equal to the last bit on all machines.
#[derive(Debug, Clone, Copy)]
pub struct Ruler {
    /// Metres per degree of longitude.
    pub lon_m: f64,
    /// Metres per degree of latitude.
    pub lat_m: f64,
}

impl Ruler {
    /// Returns the ruler for positions near latitude `lat` (degrees).
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

    /// Returns the distance in metres between two positions that are near the latitude of the
    /// ruler.
    pub fn distance_m(&self, a: LonLat, b: LonLat) -> f64 {
        let dx = wrap_degrees(a.lon - b.lon) * self.lon_m;
        let dy = (a.lat - b.lat) * self.lat_m;
        (dx * dx + dy * dy).sqrt()
    }
}

/// Brings a difference of longitudes into −180 to 180 degrees, so that positions on both sides of
/// the antimeridian are neighbours.
pub(crate) fn wrap_degrees(degrees: f64) -> f64 {
    if degrees > 180.0 {
        degrees - 360.0
    } else if degrees < -180.0 {
        degrees + 360.0
    } else {
        degrees
    }
}

/// A position in units of 10⁻⁷ degrees, which is the resolution of OpenStreetMap. It takes half as
/// much memory as a [`LonLat`].
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
pub(crate) struct PointE7 {
    pub(crate) lon_e7: i32,
    pub(crate) lat_e7: i32,
}

impl From<LonLat> for PointE7 {
    fn from(at: LonLat) -> Self {
        Self { lon_e7: (at.lon * 1e7).round() as i32, lat_e7: (at.lat * 1e7).round() as i32 }
    }
}

impl From<PointE7> for LonLat {
    fn from(point: PointE7) -> Self {
        Self { lon: f64::from(point.lon_e7) / 1e7, lat: f64::from(point.lat_e7) / 1e7 }
    }
}

/// Returns the length of the straight line between two points.
pub(crate) fn segment_length(a: PointE7, b: PointE7) -> Millimetres {
    let (a, b) = (LonLat::from(a), LonLat::from(b));
    Millimetres((a.distance_m(b) * 1000.0).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_has_the_length_the_ellipsoid_gives_it() {
        // One degree at 45° N: 111 131.8 m along the meridian, 78 846.8 m along the parallel.
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
