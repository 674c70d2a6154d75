//! Defines groups of numbers in a policy, with their default values.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::numbers;
use crate::prospects::OutletType;
use crate::road::Density;

/// Points for each tier. The greatest weights are those of the outlets that buy most (A) and of the
/// many outlets that could buy more (C).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TierWeights {
    /// Points for tier A.
    #[serde(rename = "A", deserialize_with = "numbers::weight")]
    pub a: f64,
    /// Points for tier B.
    #[serde(rename = "B", deserialize_with = "numbers::weight")]
    pub b: f64,
    /// Points for tier C.
    #[serde(rename = "C", deserialize_with = "numbers::weight")]
    pub c: f64,
    /// Points for outlets whose tier is not known.
    #[serde(deserialize_with = "numbers::weight")]
    pub untiered: f64,
}

impl Default for TierWeights {
    fn default() -> Self {
        Self { a: 5.0, b: 2.0, c: 3.0, untiered: 2.0 }
    }
}

/// Number of days from one visit to the next, for each follow-up type.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Intervals {
    /// Intervals of service visits, for each tier.
    pub service: ServiceIntervals,
    /// Intervals of conversion visits, for each stage.
    pub conversion: ConversionIntervals,
    /// Interval of long-term visits, in days.
    #[serde(deserialize_with = "numbers::days_from_one")]
    pub long_term: u32,
    /// Interval for the stage `never`, whatever the follow-up type is, in days.
    #[serde(deserialize_with = "numbers::days_from_one")]
    pub never: u32,
}

impl Default for Intervals {
    fn default() -> Self {
        Self {
            service: ServiceIntervals::default(),
            conversion: ConversionIntervals::default(),
            long_term: 21,
            never: 60,
        }
    }
}

/// Number of days from one service visit to the next, for each tier. The defaults give four, two
/// and one visits in 28 days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceIntervals {
    /// Interval for tier A, in days.
    #[serde(rename = "A", deserialize_with = "numbers::days_from_one")]
    pub a: u32,
    /// Interval for tier B, in days.
    #[serde(rename = "B", deserialize_with = "numbers::days_from_one")]
    pub b: u32,
    /// Interval for tier C, in days.
    #[serde(rename = "C", deserialize_with = "numbers::days_from_one")]
    pub c: u32,
    /// Interval for outlets whose tier is not known, in days.
    #[serde(deserialize_with = "numbers::days_from_one")]
    pub untiered: u32,
}

impl Default for ServiceIntervals {
    fn default() -> Self {
        Self { a: 7, b: 14, c: 28, untiered: 14 }
    }
}

/// Number of days from one conversion visit to the next, for each stage.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConversionIntervals {
    /// Interval for outlets that want to know more, in days. It is short, to win them quickly.
    #[serde(deserialize_with = "numbers::days_from_one")]
    pub interested: u32,
    /// Interval for outlets that have a quotation and have not answered, in days.
    #[serde(deserialize_with = "numbers::days_from_one")]
    pub quoted: u32,
    /// Interval for outlets that have not decided, in days.
    #[serde(deserialize_with = "numbers::days_from_one")]
    pub hesitating: u32,
    /// Interval for any other stage, in days.
    #[serde(deserialize_with = "numbers::days_from_one")]
    pub other: u32,
}

impl Default for ConversionIntervals {
    fn default() -> Self {
        Self { interested: 3, quoted: 5, hesitating: 7, other: 7 }
    }
}

/// Minimum number of days between two visits, for each follow-up type.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MinGaps {
    /// Minimum gap of service visits, in days.
    #[serde(deserialize_with = "numbers::days")]
    pub service: u32,
    /// Minimum gap of conversion visits, in days.
    #[serde(deserialize_with = "numbers::days")]
    pub conversion: u32,
    /// Minimum gap of long-term visits, in days.
    #[serde(deserialize_with = "numbers::days")]
    pub long_term: u32,
    /// Minimum gap for the stage `never`, whatever the follow-up type is, in days.
    #[serde(deserialize_with = "numbers::days")]
    pub never: u32,
}

impl Default for MinGaps {
    fn default() -> Self {
        Self { service: 0, conversion: 0, long_term: 14, never: 30 }
    }
}

/// Number of days from one telephone call to the next, for each follow-up type; 0 for no calls.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PhoneIntervals {
    /// Interval of calls for service, in days.
    #[serde(deserialize_with = "numbers::days")]
    pub service: u32,
    /// Interval of calls for conversion, in days.
    #[serde(deserialize_with = "numbers::days")]
    pub conversion: u32,
    /// Interval of long-term calls, in days. The default gives two calls in a working week.
    #[serde(deserialize_with = "numbers::days")]
    pub long_term: u32,
    /// Interval of calls for the stage `never`, whatever the follow-up type is, in days.
    #[serde(deserialize_with = "numbers::days")]
    pub never: u32,
}

impl Default for PhoneIntervals {
    fn default() -> Self {
        Self { service: 0, conversion: 0, long_term: 3, never: 0 }
    }
}

/// Shares of collected revenue that divide the tiers, in percent. The rest is tier C.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, try_from = "TierShareNumbers")]
pub struct TierShares {
    /// Share of tier A, in percent.
    #[serde(rename = "A")]
    pub a: u32,
    /// Share of tier B, in percent.
    #[serde(rename = "B")]
    pub b: u32,
}

impl Default for TierShares {
    fn default() -> Self {
        Self { a: 50, b: 35 }
    }
}

/// [`TierShares`] in the form in which files state them.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct TierShareNumbers {
    #[serde(rename = "A", deserialize_with = "numbers::percent")]
    a: u32,
    #[serde(rename = "B", deserialize_with = "numbers::percent")]
    b: u32,
}

impl Default for TierShareNumbers {
    fn default() -> Self {
        let TierShares { a, b } = TierShares::default();
        Self { a, b }
    }
}

impl TryFrom<TierShareNumbers> for TierShares {
    type Error = String;

    fn try_from(numbers: TierShareNumbers) -> Result<Self, String> {
        let TierShareNumbers { a, b } = numbers;
        if a + b > 100 {
            Err(format!(
                "found {a} and {b}, expected shares of A and B of at most 100 percent together"
            ))
        } else {
            Ok(Self { a, b })
        }
    }
}

/// Effect of a market day on visits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarketDayRule {
    /// An outlet is visited only for an appointment, a promised visit or a must-visit.
    #[default]
    KeepOut,
    /// A market day has no effect.
    Ignore,
}

/// Minutes for parking, by the density of the roads around an outlet.
///
/// Everywhere, one minute is needed to manoeuvre, lock the vehicle and take the bag. The search for
/// a place takes one more minute in suburbs and two more in towns. In the literature, a search
/// takes 0.6 min on the average of all Dutch car trips (van Ommeren, Wentink and Rietveld 2012,
/// doi:10.1016/j.tra.2011.09.011), and 3.5 to 14 min in congested downtowns (Shoup 2006,
/// doi:10.1016/j.tranpol.2006.05.005).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(
    default,
    deny_unknown_fields,
    expecting = "a table such as { rural = 1, suburban = 2, urban = 3 }"
)]
pub struct ParkMinutes {
    /// Minutes for parking at rural roads.
    #[serde(deserialize_with = "numbers::minutes_to_park")]
    pub rural: f64,
    /// Minutes for parking at suburban roads.
    #[serde(deserialize_with = "numbers::minutes_to_park")]
    pub suburban: f64,
    /// Minutes for parking at urban roads.
    #[serde(deserialize_with = "numbers::minutes_to_park")]
    pub urban: f64,
}

impl ParkMinutes {
    /// Returns the minutes for parking at roads with this density.
    pub fn of(&self, density: Density) -> f64 {
        match density {
            Density::Rural => self.rural,
            Density::Suburban => self.suburban,
            Density::Urban => self.urban,
        }
    }

    /// Sets the minutes for roads of this density.
    pub fn set(&mut self, density: Density, minutes: f64) {
        match density {
            Density::Rural => self.rural = minutes,
            Density::Suburban => self.suburban = minutes,
            Density::Urban => self.urban = minutes,
        }
    }
}

impl Default for ParkMinutes {
    fn default() -> Self {
        Self { rural: 1.0, suburban: 2.0, urban: 3.0 }
    }
}

/// Duration of visits, in minutes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    default,
    deny_unknown_fields,
    expecting = "a table such as { known = 20, first_call = 15 }"
)]
pub struct VisitMinutes {
    /// Duration for an outlet that has been visited before.
    #[serde(deserialize_with = "numbers::minutes_from_one")]
    pub known: u32,
    /// Duration of the first call at an outlet in the stage `blank`.
    #[serde(deserialize_with = "numbers::minutes_from_one")]
    pub first_call: u32,
    /// Durations for single outlet types, which override the two above.
    pub by_outlet_type: BTreeMap<OutletType, VisitLengths>,
}

impl Default for VisitMinutes {
    fn default() -> Self {
        let VisitLengths { known, first_call } = VisitLengths::default();
        Self { known, first_call, by_outlet_type: BTreeMap::new() }
    }
}

impl VisitMinutes {
    /// Returns the durations for `outlet_type`.
    pub fn of(&self, outlet_type: OutletType) -> VisitLengths {
        let general = VisitLengths { known: self.known, first_call: self.first_call };
        self.by_outlet_type.get(&outlet_type).copied().unwrap_or(general)
    }
}

/// Durations of visits to one outlet type, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VisitLengths {
    /// Duration for an outlet that has been visited before.
    #[serde(deserialize_with = "numbers::minutes_from_one")]
    pub known: u32,
    /// Duration of the first call at an outlet in the stage `blank`.
    #[serde(deserialize_with = "numbers::minutes_from_one")]
    pub first_call: u32,
}

impl Default for VisitLengths {
    fn default() -> Self {
        Self { known: 20, first_call: 15 }
    }
}
