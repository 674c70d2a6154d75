//! Finds rows of several lists that mean the same outlet.
//!
//! [`resolve`] takes the rows of all lists as a [`FactTable`] and returns the outlets, with every
//! pair of rows that may be one outlet. `facts` and `name` normalise rows, `candidates` chooses
//! pairs to compare, `judge` scores a pair, and `cluster` forms groups. [`super::merge`] turns the
//! groups into a merged list. docs/merging.md explains the rules.

mod candidates;
mod cluster;
mod facts;
mod judge;
mod name;

use serde::Serialize;

pub use cluster::{Link, Resolution, resolve};
pub(crate) use facts::Packed;
pub use facts::{FactTable, OutletFacts};
pub use judge::{ComparedField, Fields, Judgement};

use name::{NameKey, likeness};

/// Confidence that two rows mean one outlet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Possible: not merged, on the review list.
    Low,
    /// Probable: merged, on the review list.
    Medium,
    /// Certain: merged.
    High,
}

impl Confidence {
    /// Returns `high`, `medium` or `low`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Decision of a person about two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PairVerdict {
    /// One outlet.
    Same,
    /// Two outlets.
    Different,
}

/// Least likeness of two spellings of one name.
const SAME_NAME: f64 = 0.85;

/// Returns whether two names may belong to one outlet at the same address. Ignores company forms,
/// generic words, case, width, accents and typing errors; kinds and branches must not differ.
/// `false` for names without letters and digits.
pub(crate) fn same_outlet_by_name(one: &str, other: &str) -> bool {
    let (one, other) = (NameKey::new(one), NameKey::new(other));
    !one.is_blank() && one.is_compatible(&other) && likeness(&one.core, &other.core) >= SAME_NAME
}

/// Returns the core and the branch of a name, folded; see [`NameKey`].
pub(crate) fn name_core_and_branch(name: &str) -> (String, String) {
    let key = NameKey::new(name);
    (key.core, key.branch)
}

/// Returns the likeness of two folded names, 0 to 1.
pub(crate) fn name_likeness(one: &str, other: &str) -> f64 {
    likeness(one, other)
}
