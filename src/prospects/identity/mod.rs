//! Finds rows of several lists that mean the same outlet.
//!
//! `resolve` takes the rows of all lists as a [`FactTable`] and returns the outlets, with every
//! pair of rows that may be one outlet. `facts` and `name` normalise rows, `candidates` chooses the
//! pairs of rows to compare, `judge` gives each pair a score, and `cluster` joins pairs into
//! outlets. [`super::merge`] makes a merged list from these outlets. docs/merging.md explains the
//! rules.

mod candidates;
mod cluster;
mod facts;
mod judge;
mod name;

use serde::Serialize;

pub(crate) use cluster::resolve;
pub use cluster::{Link, Resolution};
pub(crate) use facts::Packed;
pub use facts::{FactTable, OutletFacts};
pub use judge::{ComparedField, Fields, Judgement};

use name::{NameKey, likeness};

/// Confidence that two rows describe one outlet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Possibly one outlet: the rows are not merged; a person reviews the pair.
    Low,
    /// Probably one outlet: the rows are merged; a person reviews the pair.
    Medium,
    /// Certainly one outlet: the rows are merged without a review.
    High,
}

impl Confidence {
    /// Returns the name of the level: `high`, `medium` or `low`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Decision of a person about a pair of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PairVerdict {
    /// Both rows are one outlet.
    Same,
    /// The rows are two outlets.
    Different,
}

/// Lowest likeness of two spellings of the same name, from 0 to 1.
const SAME_NAME: f64 = 0.85;

/// Returns whether two names may belong to one outlet at the same address.
///
/// Ignores company forms, generic words, case, character width, accents and typing errors. Names
/// with different kinds of outlets or different branches belong to two outlets. A name without
/// letters and digits belongs to none: the result is `false`.
pub(crate) fn same_outlet_by_name(one: &str, other: &str) -> bool {
    let (one, other) = (NameKey::new(one), NameKey::new(other));
    !one.is_blank() && one.is_compatible(&other) && likeness(&one.core, &other.core) >= SAME_NAME
}

/// Returns the core and the branch of a name in lower case and ASCII width, see [`NameKey`].
pub(crate) fn name_core_and_branch(name: &str) -> (String, String) {
    let key = NameKey::new(name);
    (key.core, key.branch)
}

/// Returns the likeness of two normalised names, from 0 (different) to 1 (equal).
pub(crate) fn name_likeness(one: &str, other: &str) -> f64 {
    likeness(one, other)
}
