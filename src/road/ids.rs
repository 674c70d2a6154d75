//! Typed indices into a road network, and the cost of travel.

use std::ops::{Add, Sub};

use bytemuck::{Pod, Zeroable};

use crate::units::{Millimetres, Millis};

/// A junction, the end of a way, or one side of a closed barrier.
#[repr(transparent)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
pub(crate) struct NodeId(pub(crate) u32);

/// A piece of a way between two nodes, in both directions.
#[repr(transparent)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
pub(crate) struct StretchId(pub(crate) u32);

/// One direction of a stretch: `2 · stretch` as the way is drawn, `2 · stretch + 1` against it.
#[repr(transparent)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
pub(crate) struct ArcId(pub(crate) u32);

/// A node with the part of the past that restricts onward travel; searches run over states.
#[repr(transparent)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
pub(crate) struct StateId(pub(crate) u32);

impl StateId {
    /// Placeholder for "no state".
    pub(crate) const NONE: Self = Self(u32::MAX);
}

/// Direction of travel on a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// As the way is drawn.
    Forward,
    /// Against it.
    Backward,
}

impl Direction {
    pub(crate) const BOTH: [Self; 2] = [Self::Forward, Self::Backward];
}

impl StretchId {
    pub(crate) fn arc(self, direction: Direction) -> ArcId {
        ArcId(self.0 * 2 + direction as u32)
    }
}

impl ArcId {
    pub(crate) fn stretch(self) -> StretchId {
        StretchId(self.0 / 2)
    }

    pub(crate) fn is_backward(self) -> bool {
        self.0 % 2 == 1
    }

    pub(crate) fn direction(self) -> Direction {
        if self.is_backward() { Direction::Backward } else { Direction::Forward }
    }

    /// Returns the opposite direction of the same stretch.
    pub(crate) fn reverse(self) -> Self {
        Self(self.0 ^ 1)
    }
}

/// Travel time, and distance to break ties: the smaller cost is faster, or as fast and shorter.
///
/// One number, so that every correct search finds the same cost: milliseconds above 33 bits of
/// millimetres (8,589 km). The largest numbers are unused, so that the sum of two costs fits and
/// its bits are a finite `f64`, which the hierarchy compares. A path of 6 days and 4 hours (148 h)
/// or longer counts as no path in every search.
#[repr(transparent)]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
pub struct Cost(u64);

impl Cost {
    /// Zero time and distance.
    pub const ZERO: Self = Self(0);
    /// Smallest cost above zero.
    pub(crate) const LEAST: Self = Self(1);
    /// Placeholder for "no path"; greater than any cost. A cost can be added to it.
    pub(crate) const NO_PATH: Self = Self(0x3FE0 << 48);
    const DISTANCE_BITS: u32 = 33;

    /// Combines `time` and `distance`; 148 hours or more count as no path.
    pub const fn new(time: Millis, distance: Millimetres) -> Self {
        if (time.0 as u64) < Self::NO_PATH.0 >> Self::DISTANCE_BITS {
            Self((time.0 as u64) << Self::DISTANCE_BITS | distance.0)
        } else {
            Self::NO_PATH
        }
    }

    /// Returns `self - other`, or zero if that is negative.
    pub(crate) const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Returns the travel time.
    pub const fn time(self) -> Millis {
        Millis((self.0 >> Self::DISTANCE_BITS) as u32)
    }

    /// Returns the distance.
    pub const fn distance(self) -> Millimetres {
        Millimetres(self.0 & ((1 << Self::DISTANCE_BITS) - 1))
    }
}

impl Add for Cost {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

/// Time and distance of the right-hand side must not exceed those of the left-hand side.
impl Sub for Cost {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_add_up_in_both_parts() {
        let a = Cost::new(Millis(1500), Millimetres(20_000));
        let b = Cost::new(Millis(500), Millimetres(4_000_000_000));
        assert_eq!((a + b).time(), Millis(2000));
        assert_eq!((a + b).distance(), Millimetres(4_000_020_000));
        assert_eq!(a + b - b, a);
    }

    #[test]
    fn the_shorter_of_two_equally_fast_paths_is_cheaper() {
        let short = Cost::new(Millis(10), Millimetres(1));
        let long = Cost::new(Millis(10), Millimetres(2));
        assert!(short < long && long < Cost::new(Millis(11), Millimetres(0)));
    }

    #[test]
    fn a_time_beyond_the_range_of_a_cost_is_no_path() {
        let days = |days: u32| Cost::new(Millis(days * 86_400_000), Millimetres(8_000_000_000));
        assert!(days(6) < Cost::NO_PATH);
        assert_eq!(days(6).time(), Millis(6 * 86_400_000));
        assert_eq!(days(7), Cost::NO_PATH);
        assert_eq!(Cost::new(Millis(u32::MAX), Millimetres(0)), Cost::NO_PATH);
    }
}
