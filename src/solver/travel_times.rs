//! Places and the travel times between them.

use crate::ids::impl_id;
use crate::units::Seconds;

/// Index of a place: a row and a column of every [`TravelTimes`] table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceId(pub u32);

impl_id!(PlaceId);

/// Travel times between all places, in whole seconds: a square table, row = from, column = to.
///
/// A problem has one table for each combination of travel mode and traffic; see
/// [`TravelSlot`](super::TravelSlot).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TravelTimes {
    places: usize,
    seconds: Vec<u32>,
}

impl TravelTimes {
    /// Entry of a pair of places without a way. A sum of several such entries still fits into 32
    /// bits.
    pub const UNREACHABLE: u32 = 1 << 28;

    /// Builds a table of `places × places` entries; `entry` returns `None` where there is no way.
    ///
    /// Times of [`TravelTimes::UNREACHABLE`] or more (eight years) count as no way.
    pub fn new(places: usize, entry: impl Fn(PlaceId, PlaceId) -> Option<Seconds>) -> Self {
        let seconds = (0..places * places)
            .map(|at| {
                let (from, to) = (PlaceId((at / places) as u32), PlaceId((at % places) as u32));
                entry(from, to).map_or(Self::UNREACHABLE, |s| s.0.min(Self::UNREACHABLE))
            })
            .collect();
        Self { places, seconds }
    }

    /// Number of places.
    pub fn places(&self) -> usize {
        self.places
    }

    /// All entries, row by row; [`TravelTimes::UNREACHABLE`] where there is no way.
    pub fn seconds(&self) -> &[u32] {
        &self.seconds
    }

    /// Time from `from` to `to` in seconds; [`TravelTimes::UNREACHABLE`] without a way. O(1).
    #[inline]
    pub fn get(&self, from: PlaceId, to: PlaceId) -> u32 {
        self.seconds[from.0 as usize * self.places + to.0 as usize]
    }

    /// Returns whether this table and `other`, of the same size, have a way for the same pairs.
    pub(super) fn has_ways_of(&self, other: &Self) -> bool {
        let has_way = |seconds: &u32| *seconds < Self::UNREACHABLE;
        self.seconds.iter().map(has_way).eq(other.seconds.iter().map(has_way))
    }
}
