//! Numbers of things in a road network, each a type of its own, and the cost of travel.

use std::ops::{Add, Sub};

use bytemuck::{Pod, Zeroable};

use crate::units::{Millimetres, Millis};

/// A junction, a way's end, or a side of a closed barrier.
#[repr(transparent)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
pub(crate) struct NodeId(pub(crate) u32);

/// A stretch of road between two nodes, both directions together.
#[repr(transparent)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
pub(crate) struct StretchId(pub(crate) u32);

/// One direction of a stretch: `2 · stretch` as the way is drawn, `2 · stretch + 1` against it.
#[repr(transparent)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
pub(crate) struct ArcId(pub(crate) u32);

/// A node together with what the way there forbids next; what the searches run over.
#[repr(transparent)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
pub(crate) struct StateId(pub(crate) u32);

impl StateId {
    /// In place of a state where there is none.
    pub(crate) const NONE: Self = Self(u32::MAX);
}

impl StretchId {
    /// The arc along the way (`backward` false) or against it.
    pub(crate) fn arc(self, backward: bool) -> ArcId {
        ArcId(self.0 * 2 + u32::from(backward))
    }
}

impl ArcId {
    pub(crate) fn stretch(self) -> StretchId {
        StretchId(self.0 / 2)
    }

    pub(crate) fn is_backward(self) -> bool {
        self.0 % 2 == 1
    }

    /// The same stretch, travelled the other way.
    pub(crate) fn reverse(self) -> Self {
        Self(self.0 ^ 1)
    }
}

/// Travel time, and distance to break ties: the smaller cost is the quicker path, of equally quick ones the shorter.
///
/// One number, so that any correct search finds the same cost: milliseconds above 33 bits of millimetres (8,589 km). The
/// largest numbers are kept free, so that two costs can always be added, and the bits of the sum be read as a finite `f64`
/// by whoever compares many at once; what takes 6 days and 4 hours (148 h) or longer is no way, for every search.
#[repr(transparent)]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
pub struct Cost(u64);

impl Cost {
    /// No travel.
    pub const ZERO: Self = Self(0);
    /// The least cost that is not nothing.
    pub(crate) const LEAST: Self = Self(1);
    /// In place of a cost where there is no way; greater than any. A cost can be added to it.
    pub(crate) const NO_WAY: Self = Self(0x3FE0 << 48);
    const DISTANCE_BITS: u32 = 33;

    /// `time` over `distance`; no way where that takes too long.
    pub const fn new(time: Millis, distance: Millimetres) -> Self {
        if (time.0 as u64) < Self::NO_WAY.0 >> Self::DISTANCE_BITS {
            Self((time.0 as u64) << Self::DISTANCE_BITS | distance.0)
        } else {
            Self::NO_WAY
        }
    }

    /// `self - other`, or zero where that would be negative.
    pub(crate) const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// All of it as one number, in the order of costs.
    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    /// The cost whose [`bits`](Self::bits) these are.
    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The travel time.
    pub const fn time(self) -> Millis {
        Millis((self.0 >> Self::DISTANCE_BITS) as u32)
    }

    /// The distance.
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

/// `a - b`; both time and distance of `b` must be at most those of `a`.
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
    fn of_equally_quick_paths_the_shorter_is_cheaper() {
        let short = Cost::new(Millis(10), Millimetres(1));
        let long = Cost::new(Millis(10), Millimetres(2));
        assert!(short < long && long < Cost::new(Millis(11), Millimetres(0)));
    }

    #[test]
    fn what_takes_longer_than_a_cost_can_say_is_no_way() {
        let days = |days: u32| Cost::new(Millis(days * 86_400_000), Millimetres(8_000_000_000));
        assert!(days(6) < Cost::NO_WAY);
        assert_eq!(days(6).time(), Millis(6 * 86_400_000));
        assert_eq!(days(7), Cost::NO_WAY);
        assert_eq!(Cost::new(Millis(u32::MAX), Millimetres(0)), Cost::NO_WAY);
    }
}
