//! Converts coordinates between WGS-84, GCJ-02 and BD-09.
//!
//! Chinese law requires GCJ-02 for maps of mainland China, such as those of Amap and Tencent. Baidu
//! shifts positions further, to BD-09. GCJ-02 differs from WGS-84 by 50 to 700 m, BD-09 by up to
//! 1,600 m. The direction of the shift depends on the position. Outside mainland China (see
//! [`is_mainland`]), all three are equal.
//!
//! The formulas were never published officially. This module uses those that public libraries share
//! (Krasovsky 1940, semi-major axis 6 378 245 m), for example `coordtransform` and `gcoord`, both
//! with the MIT licence. The inverse is found by iteration; the usual single step has an error of
//! up to 4 m. `libm` computes sines and roots, so every machine gets the same bits.

mod mainland;
mod shift;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use mainland::is_mainland;

use crate::lonlat::LonLat;

/// Datum of coordinates. It decides which place a longitude and a latitude mean.
///
/// ```
/// use beatplan::datum::Datum;
/// use beatplan::lonlat::LonLat;
///
/// let amap = LonLat { lon: 116.41024449916938, lat: 39.91640428150164 };
/// let gps = Datum::Gcj02.to_wgs84(amap);
/// assert!((gps.lon - 116.404).abs() < 1e-9 && (gps.lat - 39.915).abs() < 1e-9);
/// ```
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Datum {
    /// WGS-84, the datum of GPS and OpenStreetMap.
    #[default]
    Wgs84,
    /// GCJ-02, the datum of Amap, Tencent and official maps of mainland China.
    Gcj02,
    /// BD-09, the datum of Baidu.
    Bd09,
}

impl Datum {
    /// All datums.
    pub const ALL: [Self; 3] = [Self::Wgs84, Self::Gcj02, Self::Bd09];

    /// Returns the name of the datum in settings and file names.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
        }
    }

    /// Converts `at` from this datum to WGS-84.
    ///
    /// The error is at most about 1e-10 degrees; the conversion takes about 2 µs. It is ambiguous
    /// in a strip of about 700 m outside the border of mainland China, because the shifted position
    /// of a place inside may lie there.
    pub fn to_wgs84(self, at: LonLat) -> LonLat {
        let found = match self {
            Self::Wgs84 => return at,
            Self::Gcj02 => shift::gcj02_to_wgs84(at),
            Self::Bd09 => shift::gcj02_to_wgs84(shift::bd09_to_gcj02(at)),
        };
        if is_mainland(found) { found } else { at }
    }

    /// Converts `at` from WGS-84 to this datum.
    pub fn from_wgs84(self, at: LonLat) -> LonLat {
        if !is_mainland(at) {
            return at;
        }
        match self {
            Self::Wgs84 => at,
            Self::Gcj02 => shift::wgs84_to_gcj02(at),
            Self::Bd09 => shift::gcj02_to_bd09(shift::wgs84_to_gcj02(at)),
        }
    }
}

/// Writes the usual name of the datum, such as `GCJ-02`.
impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wgs84 => "WGS-84",
            Self::Gcj02 => "GCJ-02",
            Self::Bd09 => "BD-09",
        })
    }
}

impl std::str::FromStr for Datum {
    type Err = UnknownDatum;

    /// Reads the name of a datum in upper or lower case, such as `wgs84`, `GCJ-02` or `bd09`.
    fn from_str(text: &str) -> Result<Self, UnknownDatum> {
        let plain = text.trim().to_lowercase().replace(['-', '_', ' '], "");
        let found = Self::ALL.into_iter().find(|datum| datum.code() == plain);
        found.ok_or_else(|| UnknownDatum { found: text.to_owned() })
    }
}

/// Error of a text that does not name a datum.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found \"{found}\", expected \"wgs84\", \"gcj02\" (Amap, Tencent) or \"bd09\" (Baidu)")]
pub struct UnknownDatum {
    /// The text that was found.
    pub found: String,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(super) fn at(lon: f64, lat: f64) -> LonLat {
        LonLat { lon, lat }
    }

    pub(super) fn degrees_apart(a: LonLat, b: LonLat) -> f64 {
        (a.lon - b.lon).abs().max((a.lat - b.lat).abs())
    }

    #[test]
    fn nothing_is_shifted_outside_mainland_china() {
        for place in [
            at(114.1694, 22.3193), // Hong Kong
            at(113.5439, 22.1987), // Macau
            at(121.5654, 25.0330), // Taipei
            at(14.5146, 35.8989),  // Valletta
            at(127.0, 37.5),       // Seoul
            at(-157.8, 21.3),
        ] {
            for datum in Datum::ALL {
                assert_eq!(datum.from_wgs84(place), place, "{datum} {place:?}");
                assert_eq!(datum.to_wgs84(place), place, "{datum} {place:?}");
            }
        }
    }

    #[test]
    fn a_shift_in_the_mainland_is_tens_to_hundreds_of_metres() {
        let beijing = at(116.39, 39.9);
        for (datum, least, most) in [(Datum::Gcj02, 400.0, 700.0), (Datum::Bd09, 1_000.0, 1_600.0)]
        {
            let metres = beijing.distance_m(datum.from_wgs84(beijing));
            assert!((least..most).contains(&metres), "{datum}: {metres}");
        }
    }

    #[test]
    fn a_datum_is_read_in_any_spelling() {
        for (text, datum) in
            [("GCJ-02", Datum::Gcj02), ("wgs 84", Datum::Wgs84), ("bd09", Datum::Bd09)]
        {
            assert_eq!(text.parse(), Ok(datum));
            assert_eq!(datum.code().parse(), Ok(datum));
            assert_eq!(datum.to_string().parse(), Ok(datum));
        }
        let error = "gjc02".parse::<Datum>().unwrap_err().to_string();
        assert!(error.contains("gjc02") && error.contains("Amap"), "{error}");
    }

    proptest! {
        #![proptest_config(crate::testing::cases(256))]
        #[test]
        fn there_and_back_is_where_one_was(lon in 73.0..135.0, lat in 18.0..54.0) {
            let place = at(lon, lat);
            for datum in Datum::ALL {
                let shifted = datum.from_wgs84(place);
                if is_mainland(place) {
                    prop_assert!(degrees_apart(datum.to_wgs84(shifted), place) < 1e-9, "{}", datum);
                } else {
                    prop_assert_eq!(shifted, place);
                }
            }
        }
    }
}
