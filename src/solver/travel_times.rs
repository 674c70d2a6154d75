//! Defines places and the travel times between them.

use crate::ids::{Id, impl_id};
use crate::units::Seconds;

/// Index of a place, which is the index of its row and its column in every [`TravelTimes`] table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceId(pub u32);

impl_id!(PlaceId);

/// Travel times between all places, in whole seconds. The table is square; a row has the times from
/// one place, a column those to one place.
///
/// A problem has one table for each combination of travel mode and traffic; see
/// [`TravelSlot`](super::TravelSlot).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TravelTimes {
    places: usize,
    seconds: Vec<u32>,
}

impl TravelTimes {
    /// Entry for a pair of places without a way. A sum of several such entries still fits into 32
    /// bits.
    pub const UNREACHABLE: u32 = 1 << 28;

    /// Builds a table of `places × places` entries. `entry` returns the travel time, or `None` if
    /// there is no way.
    ///
    /// A time of [`TravelTimes::UNREACHABLE`] seconds or more (eight years) counts as no way.
    pub fn new(places: usize, entry: impl Fn(PlaceId, PlaceId) -> Option<Seconds>) -> Self {
        let seconds = (0..places * places)
            .map(|at| {
                let (from, to) = (PlaceId((at / places) as u32), PlaceId((at % places) as u32));
                entry(from, to).map_or(Self::UNREACHABLE, |s| s.0.min(Self::UNREACHABLE))
            })
            .collect();
        Self { places, seconds }
    }

    /// Returns the number of places.
    pub fn places(&self) -> usize {
        self.places
    }

    /// Returns all entries, row by row; [`TravelTimes::UNREACHABLE`] stands for no way.
    pub fn seconds(&self) -> &[u32] {
        &self.seconds
    }

    /// Returns the time from `from` to `to` in seconds; [`TravelTimes::UNREACHABLE`] if there is no
    /// way. O(1).
    #[inline]
    pub fn get(&self, from: PlaceId, to: PlaceId) -> u32 {
        self.seconds[from.index() * self.places + to.index()]
    }

    /// Returns whether this table and `other`, which has the same size, have ways between the same
    /// pairs of places.
    pub(super) fn has_ways_of(&self, other: &Self) -> bool {
        let has_way = |seconds: &u32| *seconds < Self::UNREACHABLE;
        self.seconds.iter().map(has_way).eq(other.seconds.iter().map(has_way))
    }
}
