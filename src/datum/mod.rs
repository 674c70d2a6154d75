//! What coordinates refer to: WGS-84, and the two ways in which maps of mainland China shift it.
//!
//! GCJ-02 is what Chinese law has maps show, as Amap and Tencent do; BD-09 is Baidu's further shift of that. They lie 50 to
//! 700 m from WGS-84 in directions that change from place to place. [`Datum::to_wgs84`] and [`Datum::from_wgs84`] convert;
//! outside mainland China ([`is_mainland`]) there is nothing to convert, nor is anything shifted there.
//!
//! The formulas were never published officially; these are the ones that all public libraries share (krasovsky-1940 axis
//! 6 378 245 m), as shown for example in the tests of `coordtransform` and `gcoord`, both MIT. The way back is found by
//! iteration, not by the usual single step, which is up to 4 m off. Sines and roots are those of `libm`, so that every
//! machine gets the same bits.

mod mainland;
mod shift;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use mainland::is_mainland;

use crate::lonlat::LonLat;

/// What coordinates refer to.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Datum {
    /// As GPS and OpenStreetMap have them.
    #[default]
    Wgs84,
    /// As Amap, Tencent and all official maps of mainland China have them.
    Gcj02,
    /// As Baidu has them.
    Bd09,
}

impl Datum {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Wgs84, Self::Gcj02, Self::Bd09];

    /// Its name in settings and file names.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
        }
    }

    /// Where `at`, in this datum, is in WGS-84.
    ///
    /// Exact to about 1e-10 degrees; some 2 µs. The nearest 700 m outside the outline of mainland China are ambiguous: a
    /// place there that maps do not shift cannot be told from one inside that they do.
    pub fn to_wgs84(self, at: LonLat) -> LonLat {
        let found = match self {
            Self::Wgs84 => return at,
            Self::Gcj02 => shift::gcj02_to_wgs84(at),
            Self::Bd09 => shift::gcj02_to_wgs84(shift::bd09_to_gcj02(at)),
        };
        if is_mainland(found) { found } else { at }
    }

    /// Where `at`, in WGS-84, is in this datum.
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

/// As people write it: `GCJ-02`.
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

    /// Reads `wgs84`, `GCJ-02`, `bd09`, in any case.
    fn from_str(text: &str) -> Result<Self, UnknownDatum> {
        let plain = text.trim().to_lowercase().replace(['-', '_', ' '], "");
        let found = Self::ALL.into_iter().find(|datum| datum.code() == plain);
        found.ok_or_else(|| UnknownDatum { found: text.to_owned() })
    }
}

/// A word that names no datum.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found \"{found}\", expected \"wgs84\", \"gcj02\" (Amap, Tencent) or \"bd09\" (Baidu)")]
pub struct UnknownDatum {
    /// The word.
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
