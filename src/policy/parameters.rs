//! The groups of numbers in a policy, with their defaults.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::numbers;
use crate::prospects::OutletType;

/// Points by tier. The weight of the work is on those who buy most (A) and on the many who could buy more (C).
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

/// Days between visits by what they are for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Intervals {
    /// Those who buy already, by tier.
    pub service: ServiceIntervals,
    /// Those who can be won, by stage.
    pub conversion: ConversionIntervals,
    /// Those who will not be won soon.
    #[serde(deserialize_with = "numbers::days_from_one")]
    pub long_term: u32,
    /// Those who said no for good, whatever the follow-up type: not given up, not pressed.
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

/// Days after a visit in which an outlet is left in peace.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MinGaps {
    /// Those who buy already.
    #[serde(deserialize_with = "numbers::days")]
    pub service: u32,
    /// Those who can be won.
    #[serde(deserialize_with = "numbers::days")]
    pub conversion: u32,
    /// Those who will not be won soon.
    #[serde(deserialize_with = "numbers::days")]
    pub long_term: u32,
    /// Those who said no for good, whatever the follow-up type.
    #[serde(deserialize_with = "numbers::days")]
    pub never: u32,
}

impl Default for MinGaps {
    fn default() -> Self {
        Self { service: 0, conversion: 0, long_term: 14, never: 30 }
    }
}

/// Days between telephone calls by what they are for; 0: none are made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PhoneIntervals {
    /// Those who buy already.
    #[serde(deserialize_with = "numbers::days")]
    pub service: u32,
    /// Those who can be won.
    #[serde(deserialize_with = "numbers::days")]
    pub conversion: u32,
    /// Those who will not be won soon: twice a working week.
    #[serde(deserialize_with = "numbers::days")]
    pub long_term: u32,
    /// Those who said no for good, whatever the follow-up type.
    #[serde(deserialize_with = "numbers::days")]
    pub never: u32,
}

impl Default for PhoneIntervals {
    fn default() -> Self {
        Self { service: 0, conversion: 0, long_term: 3, never: 0 }
    }
}

/// Percent of the collected revenue that make a tier; the rest is C.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, try_from = "TierShareNumbers")]
pub struct TierShares {
    /// The first so many percent.
    #[serde(rename = "A")]
    pub a: u32,
    /// The next so many.
    #[serde(rename = "B")]
    pub b: u32,
}

impl Default for TierShares {
    fn default() -> Self {
        Self { a: 50, b: 35 }
    }
}

/// [`TierShares`] as files have them.
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

/// What a market day does to visits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarketDayRule {
    /// No visit but those that are agreed, promised or must be made.
    #[default]
    KeepOut,
    /// Nothing.
    Ignore,
}

/// How long visits take, in minutes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    default,
    deny_unknown_fields,
    expecting = "a table such as { known = 20, first_call = 15 }"
)]
pub struct VisitMinutes {
    /// At an outlet somebody of ours has been to.
    #[serde(deserialize_with = "numbers::minutes_from_one")]
    pub known: u32,
    /// The first call at a blank outlet.
    #[serde(deserialize_with = "numbers::minutes_from_one")]
    pub first_call: u32,
    /// Other lengths for some types of outlet.
    pub by_outlet_type: BTreeMap<OutletType, VisitLengths>,
}

impl Default for VisitMinutes {
    fn default() -> Self {
        let VisitLengths { known, first_call } = VisitLengths::default();
        Self { known, first_call, by_outlet_type: BTreeMap::new() }
    }
}

impl VisitMinutes {
    /// The lengths that apply to outlets of `outlet_type`.
    pub fn of(&self, outlet_type: OutletType) -> VisitLengths {
        let general = VisitLengths { known: self.known, first_call: self.first_call };
        self.by_outlet_type.get(&outlet_type).copied().unwrap_or(general)
    }
}

/// How long visits to one type of outlet take, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VisitLengths {
    /// At an outlet somebody of ours has been to.
    #[serde(deserialize_with = "numbers::minutes_from_one")]
    pub known: u32,
    /// The first call at a blank outlet.
    #[serde(deserialize_with = "numbers::minutes_from_one")]
    pub first_call: u32,
}

impl Default for VisitLengths {
    fn default() -> Self {
        Self { known: 20, first_call: 15 }
    }
}
