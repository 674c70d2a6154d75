//! Groups of numbers in a policy, with their defaults.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::numbers;
use crate::prospects::OutletType;
use crate::road::Density;

/// Points by tier. Most weight is on outlets that buy most (A) and on the many that could buy more (C).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TierWeights {
    /// Tier A.
    #[serde(rename = "A", deserialize_with = "numbers::weight")]
    pub a: f64,
    /// Tier B.
    #[serde(rename = "B", deserialize_with = "numbers::weight")]
    pub b: f64,
    /// Tier C.
    #[serde(rename = "C", deserialize_with = "numbers::weight")]
    pub c: f64,
    /// No tier known.
    #[serde(deserialize_with = "numbers::weight")]
    pub untiered: f64,
}

impl Default for TierWeights {
    fn default() -> Self {
        Self { a: 5.0, b: 2.0, c: 3.0, untiered: 2.0 }
    }
}

/// Days between visits by follow-up type.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Intervals {
    /// Service, by tier.
    pub service: ServiceIntervals,
    /// Conversion, by stage.
    pub conversion: ConversionIntervals,
    /// Long-term.
    #[serde(deserialize_with = "numbers::days_from_one")]
    pub long_term: u32,
    /// Stage `never`, whatever the follow-up type.
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

/// Days between service visits by tier: four, two and one in 28 days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceIntervals {
    /// Tier A.
    #[serde(rename = "A", deserialize_with = "numbers::days_from_one")]
    pub a: u32,
    /// Tier B.
    #[serde(rename = "B", deserialize_with = "numbers::days_from_one")]
    pub b: u32,
    /// Tier C.
    #[serde(rename = "C", deserialize_with = "numbers::days_from_one")]
    pub c: u32,
    /// No tier known.
    #[serde(deserialize_with = "numbers::days_from_one")]
    pub untiered: u32,
}

impl Default for ServiceIntervals {
    fn default() -> Self {
        Self { a: 7, b: 14, c: 28, untiered: 14 }
    }
}

/// Days between conversion visits by stage.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConversionIntervals {
    /// Wants to hear more: speed up.
    #[serde(deserialize_with = "numbers::days_from_one")]
    pub interested: u32,
    /// Has a quotation and has not answered: ask.
    #[serde(deserialize_with = "numbers::days_from_one")]
    pub quoted: u32,
    /// Neither yes nor no: keep in touch.
    #[serde(deserialize_with = "numbers::days_from_one")]
    pub hesitating: u32,
    /// Any other stage.
    #[serde(deserialize_with = "numbers::days_from_one")]
    pub other: u32,
}

impl Default for ConversionIntervals {
    fn default() -> Self {
        Self { interested: 3, quoted: 5, hesitating: 7, other: 7 }
    }
}

/// Minimum days between visits by follow-up type.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MinGaps {
    /// Service.
    #[serde(deserialize_with = "numbers::days")]
    pub service: u32,
    /// Conversion.
    #[serde(deserialize_with = "numbers::days")]
    pub conversion: u32,
    /// Long-term.
    #[serde(deserialize_with = "numbers::days")]
    pub long_term: u32,
    /// Stage `never`, whatever the follow-up type.
    #[serde(deserialize_with = "numbers::days")]
    pub never: u32,
}

impl Default for MinGaps {
    fn default() -> Self {
        Self { service: 0, conversion: 0, long_term: 14, never: 30 }
    }
}

/// Days between telephone calls by follow-up type; 0 for no calls.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PhoneIntervals {
    /// Service.
    #[serde(deserialize_with = "numbers::days")]
    pub service: u32,
    /// Conversion.
    #[serde(deserialize_with = "numbers::days")]
    pub conversion: u32,
    /// Long-term: twice a working week.
    #[serde(deserialize_with = "numbers::days")]
    pub long_term: u32,
    /// Stage `never`, whatever the follow-up type.
    #[serde(deserialize_with = "numbers::days")]
    pub never: u32,
}

impl Default for PhoneIntervals {
    fn default() -> Self {
        Self { service: 0, conversion: 0, long_term: 3, never: 0 }
    }
}

/// Shares of collected revenue that define tiers, in percent; the rest is C.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, try_from = "TierShareNumbers")]
pub struct TierShares {
    /// Share of tier A.
    #[serde(rename = "A")]
    pub a: u32,
    /// Share of tier B.
    #[serde(rename = "B")]
    pub b: u32,
}

impl Default for TierShares {
    fn default() -> Self {
        Self { a: 50, b: 35 }
    }
}

/// [`TierShares`] as written in files.
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
    /// Only appointments, promised visits and must-visits.
    #[default]
    KeepOut,
    /// No effect.
    Ignore,
}

/// Minutes to park, by density of the roads around an outlet.
///
/// One minute anywhere to manoeuvre, lock up and take the bag, and a search of one minute in suburbs and two in towns. A search
/// takes 0.6 min on the average of all Dutch car trips (van Ommeren, Wentink and Rietveld 2012, doi:10.1016/j.tra.2011.09.011),
/// and 3.5 to 14 min in congested downtowns (Shoup 2006, doi:10.1016/j.tranpol.2006.05.005).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(
    default,
    deny_unknown_fields,
    expecting = "a table such as { rural = 1, suburban = 2, urban = 3 }"
)]
pub struct ParkMinutes {
    /// Rural roads.
    #[serde(deserialize_with = "numbers::minutes_to_park")]
    pub rural: f64,
    /// Suburban roads.
    #[serde(deserialize_with = "numbers::minutes_to_park")]
    pub suburban: f64,
    /// Urban roads.
    #[serde(deserialize_with = "numbers::minutes_to_park")]
    pub urban: f64,
}

impl ParkMinutes {
    /// Minutes to park at roads of this density.
    pub fn of(&self, density: Density) -> f64 {
        match density {
            Density::Rural => self.rural,
            Density::Suburban => self.suburban,
            Density::Urban => self.urban,
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
    /// Outlet that has been visited before.
    #[serde(deserialize_with = "numbers::minutes_from_one")]
    pub known: u32,
    /// First call at a blank outlet.
    #[serde(deserialize_with = "numbers::minutes_from_one")]
    pub first_call: u32,
    /// Durations for some outlet types.
    pub by_outlet_type: BTreeMap<OutletType, VisitLengths>,
}

impl Default for VisitMinutes {
    fn default() -> Self {
        let VisitLengths { known, first_call } = VisitLengths::default();
        Self { known, first_call, by_outlet_type: BTreeMap::new() }
    }
}

impl VisitMinutes {
    /// Durations for `outlet_type`.
    pub fn of(&self, outlet_type: OutletType) -> VisitLengths {
        let general = VisitLengths { known: self.known, first_call: self.first_call };
        self.by_outlet_type.get(&outlet_type).copied().unwrap_or(general)
    }
}

/// Duration of visits to one outlet type, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VisitLengths {
    /// Outlet that has been visited before.
    #[serde(deserialize_with = "numbers::minutes_from_one")]
    pub known: u32,
    /// First call at a blank outlet.
    #[serde(deserialize_with = "numbers::minutes_from_one")]
    pub first_call: u32,
}

impl Default for VisitLengths {
    fn default() -> Self {
        Self { known: 20, first_call: 15 }
    }
}
