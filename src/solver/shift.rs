//! Defines shifts: the working hours of one rep on one day.

use super::travel_times::PlaceId;
use crate::ids::impl_id;
use crate::units::Seconds;

/// Index of a shift in [`VisitProblem::shifts`](super::VisitProblem::shifts).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShiftId(pub u32);

impl_id!(ShiftId);

/// A span of time within a day. The first and the last second belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeWindow {
    /// First second of the window.
    pub start: Seconds,
    /// Last second of the window.
    pub end: Seconds,
}

/// A break of fixed length that the rep takes between two visits.
///
/// The rep takes the break at a place: before leaving it or after arriving there. The rep never
/// takes it during a visit or a drive. A tour that is back at the end place by `start.end` needs no
/// break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// Length of the break.
    pub duration: Seconds,
    /// Times at which the break may begin.
    pub start: TimeWindow,
}

/// A part of the day with its own table of travel times. It lasts until the next slot begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TravelSlot {
    /// First second of the slot.
    pub from: Seconds,
    /// Index of the table of the slot in [`VisitProblem::tables`](super::VisitProblem::tables).
    pub table: usize,
}

impl TravelSlot {
    /// Returns one slot for the whole day.
    pub fn all_day(table: usize) -> Vec<Self> {
        vec![Self { from: Seconds::ZERO, table }]
    }
}

/// Working hours of one rep on one day, with the limits of that day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Number of the day. Only the difference of two days counts, for the spacing of a
    /// [`Series`](super::Series).
    pub day: u32,
    /// Travel slots of the day: the first begins at midnight, each later one after the one before.
    ///
    /// A drive that is still under way when a slot ends continues at the speed of the next slot:
    /// the remaining fraction of the drive takes that fraction of its duration in the new slot.
    /// The rep leaves every place as soon as possible, unless [`Visit::earliness`] forbids it.
    ///
    /// [`Visit::earliness`]: super::Visit::earliness
    pub travel: Vec<TravelSlot>,
    /// Place where the shift starts.
    pub start_place: PlaceId,
    /// Place where the shift must end.
    pub end_place: PlaceId,
    /// Earliest departure and latest return of the rep.
    pub window: TimeWindow,
    /// Break that the rep must take; `None` if there is none. See [`Break`] for an exception.
    pub required_break: Option<Break>,
    /// Maximum number of visits in the shift.
    pub visits_max: u32,
    /// Maximum travel time in the shift; `None` for no limit.
    pub travel_max: Option<Seconds>,
}

impl Shift {
    /// Returns a shift on day 0. It starts and ends at `home`, uses table 0 all day, has no break,
    /// and has no limit except `window`.
    pub fn new(home: PlaceId, window: TimeWindow) -> Self {
        Self {
            day: 0,
            travel: TravelSlot::all_day(0),
            start_place: home,
            end_place: home,
            window,
            required_break: None,
            visits_max: u32::MAX,
            travel_max: None,
        }
    }
}
