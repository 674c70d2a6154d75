//! Reads the numbers of a policy and checks their ranges, so that a fault is reported with its
//! place in the file.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, Unexpected, Visitor};

/// Reads a number of points, or of points per hour.
pub(super) fn weight<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    from.deserialize_f64(Between { least: 0.0, most: 1000.0 })
}

/// Reads a factor of at least 1.
pub(super) fn multiplier<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    from.deserialize_f64(Between { least: 1.0, most: 100.0 })
}

/// Reads a share of a whole, from 0 to 1.
pub(super) fn share<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    from.deserialize_f64(Between { least: 0.0, most: 1.0 })
}

/// Reads a distance in metres.
pub(super) fn metres<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    from.deserialize_f64(Between { least: 0.0, most: 100_000.0 })
}

/// Reads a walking distance in metres.
pub(super) fn metres_on_foot<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    from.deserialize_f64(Between { least: 0.0, most: 500.0 })
}

/// Reads the length of a walk divided by the length of the straight line: 0, or at least 1.
pub(super) fn detour_on_foot<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    from.deserialize_f64(ZeroOr(Between { least: 1.0, most: 3.0 }))
}

/// Reads a number of minutes for parking, which may have decimals.
pub(crate) fn minutes_to_park<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    from.deserialize_f64(Between { least: 0.0, most: 60.0 })
}

/// Reads a whole number of percent.
pub(super) fn percent<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    from.deserialize_u32(WholeBetween { least: 0, most: 100 })
}

/// Reads a number of days, at least 0.
pub(super) fn days<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    from.deserialize_u32(WholeBetween { least: 0, most: 3650 })
}

/// Reads a number of days, at least 1.
pub(super) fn days_from_one<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    from.deserialize_u32(WholeBetween { least: 1, most: 3650 })
}

/// Reads a number of minutes of a day, at least 0.
pub(super) fn minutes<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    from.deserialize_u32(WholeBetween { least: 0, most: 720 })
}

/// Reads a number of minutes of a day, at least 1.
pub(crate) fn minutes_from_one<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    from.deserialize_u32(WholeBetween { least: 1, most: 720 })
}

/// Reads a number of minutes of a day, at least 1, if there is a value.
pub(crate) fn minutes_if_any<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    minutes_from_one(from).map(Some)
}

/// Reads a duration divided by the usual duration.
pub(crate) fn share_of_usual<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    from.deserialize_f64(Between { least: 0.25, most: 4.0 })
}

/// Reads a learned share of the travel time: at most 40 % from the computed time.
pub(crate) fn travel_share<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    from.deserialize_f64(Between { least: 0.6, most: 1.4 })
}

/// Reads a number per day, at least 1.
pub(super) fn count<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    from.deserialize_u32(WholeBetween { least: 1, most: 1000 })
}

struct Between {
    least: f64,
    most: f64,
}

impl Visitor<'_> for Between {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a number from {} to {}", self.least, self.most)
    }

    fn visit_f64<E: Error>(self, found: f64) -> Result<f64, E> {
        if (self.least..=self.most).contains(&found) {
            Ok(found)
        } else {
            Err(E::invalid_value(Unexpected::Float(found), &self))
        }
    }

    fn visit_i64<E: Error>(self, found: i64) -> Result<f64, E> {
        // A whole number beyond 2^53 loses digits in this conversion; it is out of every range
        // anyway.
        self.visit_f64(found as f64)
    }

    fn visit_u64<E: Error>(self, found: u64) -> Result<f64, E> {
        self.visit_f64(found as f64)
    }
}

/// 0, or a number between others.
struct ZeroOr(Between);

impl Visitor<'_> for ZeroOr {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0, or ")?;
        self.0.expecting(f)
    }

    fn visit_f64<E: Error>(self, found: f64) -> Result<f64, E> {
        if found == 0.0 || (self.0.least..=self.0.most).contains(&found) {
            Ok(found)
        } else {
            Err(E::invalid_value(Unexpected::Float(found), &self))
        }
    }

    fn visit_i64<E: Error>(self, found: i64) -> Result<f64, E> {
        self.visit_f64(found as f64)
    }

    fn visit_u64<E: Error>(self, found: u64) -> Result<f64, E> {
        self.visit_f64(found as f64)
    }
}

struct WholeBetween {
    least: u32,
    most: u32,
}

impl Visitor<'_> for WholeBetween {
    type Value = u32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from {} to {}", self.least, self.most)
    }

    fn visit_i64<E: Error>(self, found: i64) -> Result<u32, E> {
        match u32::try_from(found) {
            Ok(whole) if (self.least..=self.most).contains(&whole) => Ok(whole),
            _ => Err(E::invalid_value(Unexpected::Signed(found), &self)),
        }
    }

    fn visit_u64<E: Error>(self, found: u64) -> Result<u32, E> {
        self.visit_i64(i64::try_from(found).unwrap_or(i64::MAX))
    }
}
