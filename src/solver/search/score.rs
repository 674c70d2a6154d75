//! The score of tours.

use std::ops::Add;

/// The score of a set of tours, or a difference of two scores; greater is better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::solver) struct Score {
    /// Number of mandatory visits.
    pub(in crate::solver) mandatory: i64,
    /// The objective: gains less the cost of travel and work.
    pub(in crate::solver) value: i64,
    /// Travel with a minus sign: of equal tours, the shorter ones are better.
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
