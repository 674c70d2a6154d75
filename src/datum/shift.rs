//! Computes the shifts between datums, without a test for mainland China.

use std::f64::consts::PI;

use libm::{atan2, cos, fabs, sin, sqrt};

use crate::lonlat::LonLat;

/// Semi-major axis of the Krasovsky 1940 ellipsoid, in metres.
const AXIS_M: f64 = 6_378_245.0;

/// Square of the first eccentricity of the Krasovsky 1940 ellipsoid.
const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;

/// Maximum number of iterations in [`inverse`]; six are enough in practice.
const ROUNDS_MAX: usize = 20;

/// Error at which [`inverse`] stops, in degrees. It is about ten micrometres.
const CLOSE_ENOUGH: f64 = 1e-10;

pub(super) fn wgs84_to_gcj02(at: LonLat) -> LonLat {
    let (x, y) = (at.lon - 105.0, at.lat - 35.0);
    let ripple = 20.0 * sin(6.0 * x * PI) + 20.0 * sin(2.0 * x * PI);
    let root = sqrt(fabs(x));
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + (ripple
            + (20.0 * sin(y * PI) + 40.0 * sin(y / 3.0 * PI))
            + (160.0 * sin(y / 12.0 * PI) + 320.0 * sin(y * PI / 30.0)))
            * 2.0
            / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + (ripple
            + (20.0 * sin(x * PI) + 40.0 * sin(x / 3.0 * PI))
            + (150.0 * sin(x / 12.0 * PI) + 300.0 * sin(x / 30.0 * PI)))
            * 2.0
            / 3.0;
    let latitude = at.lat / 180.0 * PI;
    let sine = sin(latitude);
    let magic = 1.0 - ECCENTRICITY_SQUARED * sine * sine;
    let root = sqrt(magic);
    let meridian_m = AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / (magic * root) * PI / 180.0;
    let parallel_m = AXIS_M / root * cos(latitude) * PI / 180.0;
    LonLat { lon: at.lon + east / parallel_m, lat: at.lat + north / meridian_m }
}

/// Converts GCJ-02 to WGS-84: returns the place that [`wgs84_to_gcj02`] shifts to `at`.
pub(super) fn gcj02_to_wgs84(at: LonLat) -> LonLat {
    inverse(wgs84_to_gcj02, at, at)
}

pub(super) fn gcj02_to_bd09(at: LonLat) -> LonLat {
    let radius = sqrt(at.lon * at.lon + at.lat * at.lat) + 0.000_02 * sin(at.lat * BAIDU_PI);
    let angle = atan2(at.lat, at.lon) + 0.000_003 * cos(at.lon * BAIDU_PI);
    LonLat { lon: radius * cos(angle) + 0.0065, lat: radius * sin(angle) + 0.006 }
}

/// Converts BD-09 to GCJ-02: returns the place that [`gcj02_to_bd09`] shifts to `at`.
pub(super) fn bd09_to_gcj02(at: LonLat) -> LonLat {
    inverse(gcj02_to_bd09, at, bd09_to_gcj02_one_step(at))
}

/// Returns the approximate inverse of [`gcj02_to_bd09`] that public libraries use. Its error is up
/// to 0.2 m.
fn bd09_to_gcj02_one_step(at: LonLat) -> LonLat {
    let (x, y) = (at.lon - 0.0065, at.lat - 0.006);
    let radius = sqrt(x * x + y * y) - 0.000_02 * sin(y * BAIDU_PI);
    let angle = atan2(y, x) - 0.000_003 * cos(x * BAIDU_PI);
    LonLat { lon: radius * cos(angle), lat: radius * sin(angle) }
}

/// Factor by which Baidu multiplies degrees.
const BAIDU_PI: f64 = PI * 3000.0 / 180.0;

/// Returns the place that `shift` moves to `target`. Each iteration subtracts the remaining error.
/// The derivative of the shifts is below 0.01, so each iteration adds at least two correct digits.
fn inverse(shift: fn(LonLat) -> LonLat, target: LonLat, guess: LonLat) -> LonLat {
    let mut place = guess;
    for _ in 0..ROUNDS_MAX {
        let reached = shift(place);
        let (lon, lat) = (reached.lon - target.lon, reached.lat - target.lat);
        place = LonLat { lon: place.lon - lon, lat: place.lat - lat };
        if fabs(lon) < CLOSE_ENOUGH && fabs(lat) < CLOSE_ENOUGH {
            break;
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::datum::tests::{at, degrees_apart};
    use crate::datum::{Datum, is_mainland};

    /// Published pairs: Shanghai, Shenzhen and Beijing of `eviltransform`, Tian'anmen of
    /// `coordtransform`.
    #[test]
    fn agrees_with_published_pairs() {
        for (wgs84, gcj02) in [
            (at(121.5272106, 31.1774276), at(121.531541859215, 31.17530398364597)),
            (at(113.912316, 22.543847), at(113.9171764808363, 22.540796131694766)),
            (at(116.377817, 39.911954), at(116.38404722455657, 39.91334545536069)),
            (at(116.404, 39.915), at(116.41024449916938, 39.91640428150164)),
        ] {
            assert!(degrees_apart(wgs84_to_gcj02(wgs84), gcj02) < 1e-9, "{wgs84:?}");
            assert!(degrees_apart(gcj02_to_wgs84(gcj02), wgs84) < 1e-9, "{gcj02:?}");
        }
        let (gcj02, bd09) = (at(116.404, 39.915), at(116.41036949371029, 39.92133699351021));
        assert!(degrees_apart(gcj02_to_bd09(gcj02), bd09) < 1e-12);
        assert!(degrees_apart(bd09_to_gcj02(bd09), gcj02) < 1e-10);
        let one_step = at(116.39762729119315, 39.90865673957631);
        assert!(degrees_apart(bd09_to_gcj02_one_step(gcj02), one_step) < 1e-12);
    }

    /// The rows of a CSV file.
    fn rows(file: &Path) -> Vec<csv::StringRecord> {
        csv::Reader::from_path(file).unwrap().records().map(Result::unwrap).collect()
    }

    fn place(row: &csv::StringRecord, column: usize) -> LonLat {
        at(row[column].parse().unwrap(), row[column + 1].parse().unwrap())
    }

    #[test]
    fn agrees_with_the_vectors_of_other_libraries_within_their_tolerance() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/datum");
        check_vectors(&rows(&folder.join("gcj02_vectors.csv")), 350);
    }

    /// Checks vectors of which there must be at least `least`.
    fn check_vectors(rows: &[csv::StringRecord], least: usize) {
        assert!(rows.len() >= least, "{}", rows.len());
        for row in rows {
            let (op, from, to, tolerance) = (&row[2], place(row, 3), place(row, 5), &row[7]);
            let found = match op {
                "wgs84_to_gcj02" => Datum::Gcj02.from_wgs84(from),
                "gcj02_to_wgs84" => Datum::Gcj02.to_wgs84(from),
                "gcj02_to_bd09" => gcj02_to_bd09(from),
                "bd09_to_gcj02" => bd09_to_gcj02(from),
                "wgs84_to_bd09" => Datum::Bd09.from_wgs84(from),
                "bd09_to_wgs84" => Datum::Bd09.to_wgs84(from),
                other => panic!("{other} is new"),
            };
            let off = degrees_apart(found, to);
            match tolerance {
                "KNOWN-BAD" => assert!(off > 5e-5, "{row:?} is no longer bad: {off}"),
                // The published figure is that of the single step, which this program begins with.
                "1e-12" if op == "bd09_to_gcj02" => {
                    assert!(degrees_apart(bd09_to_gcj02_one_step(from), to) <= 1e-12, "{row:?}");
                    assert!(off < 2e-6, "{row:?}: {off}");
                }
                "1e-12 for the one-step formula, 5e-5 for the iterated one" => {
                    let shifted = wgs84_to_gcj02(from);
                    let one_step = at(2.0 * from.lon - shifted.lon, 2.0 * from.lat - shifted.lat);
                    assert!(degrees_apart(one_step, to) <= 1e-12, "{row:?}");
                    assert!(off <= 5e-5, "{row:?}: {off}");
                }
                _ => {
                    let most: f64 = tolerance.split(' ').next().unwrap().parse().unwrap();
                    assert!(off <= most, "{row:?}: {off}");
                }
            }
        }
    }

    mod needs_shared {
        use super::*;
        use crate::testing::shared;

        #[test]
        #[ignore = "needs ../shared: ten times as many vectors as are shipped"]
        fn agrees_with_every_shared_vector_within_its_tolerance() {
            check_vectors(&rows(&shared("data/datum/gcj02_vectors.csv")), 3000);
        }

        #[test]
        #[ignore = "needs ../shared: 664 cities in three datums"]
        fn agrees_with_all_shared_cities_in_all_three_datums() {
            let rows = rows(&shared("data/datum/gcj02_cities_664.csv"));
            assert_eq!(rows.len(), 664);
            for row in &rows {
                let (wgs84, gcj02, bd09) = (place(row, 4), place(row, 6), place(row, 8));
                assert!(is_mainland(wgs84), "{row:?}");
                assert!(degrees_apart(Datum::Gcj02.from_wgs84(wgs84), gcj02) <= 1e-5, "{row:?}");
                assert!(degrees_apart(Datum::Gcj02.to_wgs84(gcj02), wgs84) <= 1e-5, "{row:?}");
                assert!(degrees_apart(Datum::Bd09.from_wgs84(wgs84), bd09) <= 1e-5, "{row:?}");
                assert!(degrees_apart(Datum::Bd09.to_wgs84(bd09), wgs84) <= 1e-5, "{row:?}");
            }
        }
    }
}
