//! Shares of the travel time on the roads, in whole thousandths.

use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::policy::numbers;
use crate::road::Density;
use crate::units::Millis;

/// Real travel time ÷ computed travel time, in thousandths: 1150 makes a drive 15 % longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TravelShare(u32);

impl TravelShare {
    /// Shares that are believed: at most 40 % from the computed time.
    pub const RANGE: RangeInclusive<f64> = 0.6..=1.4;

    /// The share nearest to `share` in [`RANGE`](Self::RANGE), rounded to a thousandth.
    pub fn new(share: f64) -> Self {
        let share = share.clamp(*Self::RANGE.start(), *Self::RANGE.end());
        Self((share * 1000.0).round() as u32)
    }

    /// Returns the share as a number.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 1000.0
    }

    /// Returns the product of two shares, limited to [`RANGE`](Self::RANGE).
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let product = (u64::from(self.0) * u64::from(other.0) + 500) / 1000;
        let [least, most] = [Self::new(0.0), Self::new(f64::MAX)];
        Self(product as u32).clamp(least, most)
    }

    /// Returns the time that a drive of `computed` takes, rounded to a millisecond.
    pub fn of(self, computed: Millis) -> Millis {
        let real = (u64::from(computed.0) * u64::from(self.0) + 500) / 1000;
        Millis(u32::try_from(real).unwrap_or(u32::MAX))
    }
}

/// A share of 1, which changes nothing.
impl Default for TravelShare {
    fn default() -> Self {
        Self(1000)
    }
}

/// Writes the share as a number: `1.15`.
impl fmt::Display for TravelShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value())
    }
}

impl Serialize for TravelShare {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(self.value())
    }
}

impl<'de> Deserialize<'de> for TravelShare {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        numbers::travel_share(from).map(Self::new)
    }
}

/// The shares of drives by the density of the roads around their end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DensityShares(pub(super) [TravelShare; 3]);

impl DensityShares {
    /// Returns the share of a drive that ends where the roads have this density.
    pub fn to(self, density: Density) -> TravelShare {
        self.0[density as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_limited_and_multiplies_whole_milliseconds() {
        assert_eq!(TravelShare::new(1.15).of(Millis(1001)), Millis(1151));
        assert_eq!(TravelShare::new(0.6666).to_string(), "0.667");
        assert_eq!([TravelShare::new(3.0).value(), TravelShare::new(0.1).value()], [1.4, 0.6]);
        assert_eq!(TravelShare::new(1.3).times(TravelShare::new(1.2)).value(), 1.4);
        assert_eq!(TravelShare::new(0.9).times(TravelShare::new(1.2)).value(), 1.08);
        assert_eq!(TravelShare::default().of(Millis(123_456_789)), Millis(123_456_789));
    }
}
