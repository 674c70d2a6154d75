//! One outlet once: which rows of which lists mean the same place.
//!
//! [`resolve`] takes the rows of all lists as a [`FactTable`] and gives the outlets behind them, with every pair that was
//! thought about. `facts` packs and normalises rows (`name`), `candidates` chooses pairs, `judge` weighs one, `cluster` makes
//! groups. [`super::merge`] builds on it: it reads lists, gives each outlet one row with the best of all sources, and an id that
//! stays. docs/merging.md tells the rules to a person.

mod candidates;
mod cluster;
mod facts;
mod judge;
mod name;

use serde::Serialize;

pub use cluster::{Link, Resolution, resolve};
pub(crate) use facts::Packed;
pub use facts::{FactTable, OutletFacts};
pub use judge::{Fields, Judgement};

use name::{NameKey, likeness};

/// How sure it is that two rows mean one outlet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Perhaps: a person decides.
    Low,
    /// Probably: they are one, and on the review list.
    Medium,
    /// Surely.
    High,
}

impl Confidence {
    /// `high`, `medium` or `low`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What a person says of two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// They mean one outlet.
    Same,
    /// They mean two.
    Different,
}

/// From this likeness on two names are taken for the same, slips aside.
const SAME_NAME: f64 = 0.85;

/// Whether two names may be of one outlet, had both the same address: the same but for forms of companies, generic words,
/// case, width, accents and slips, of no different kinds and of no different branches. Names that say nothing never are.
pub(crate) fn same_outlet_by_name(one: &str, other: &str) -> bool {
    let (one, other) = (NameKey::new(one), NameKey::new(other));
    !one.is_blank() && one.is_compatible(&other) && likeness(&one.core, &other.core) >= SAME_NAME
}

/// What distinguishes an outlet of that name, folded.
pub(crate) fn name_core_and_branch(name: &str) -> (String, String) {
    let key = NameKey::new(name);
    (key.core, key.branch)
}

/// How alike two folded names are, 0 to 1.
pub(crate) fn name_likeness(one: &str, other: &str) -> f64 {
    likeness(one, other)
}
