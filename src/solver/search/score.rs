//! Defines the score of a set of tours.

use std::ops::Add;

/// The score of a set of tours, or the difference of two scores. A greater score is better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::solver) struct Score {
    /// Number of mandatory visits.
    pub(in crate::solver) mandatory: i64,
    /// The objective: gains less the cost of travel and work.
    pub(in crate::solver) value: i64,
    /// Travel time in seconds, with a minus sign. If all else is equal, tours with less travel are
    /// better.
    pub(in crate::solver) spare: i64,
}

impl Add for Score {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            mandatory: self.mandatory + other.mandatory,
            value: self.value + other.value,
            spare: self.spare + other.spare,
        }
    }
}
