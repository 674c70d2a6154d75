//! Visits, the terms on which each can be made, and series of visits.

use super::shift::{ShiftId, TimeWindow};
use super::travel_times::PlaceId;
use crate::ids::impl_id;
use crate::units::{Prize, Seconds};

/// Index of a visit in [`VisitProblem::visits`](super::VisitProblem::visits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VisitId(pub u32);

impl_id!(VisitId);

/// Terms on which a visit can be made in one shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Shift of the offer.
    pub shift: ShiftId,
    /// Prize for making the visit in this shift.
    pub prize: Prize,
    /// Duration of the visit.
    pub duration: Seconds,
    /// Times at which the visit may **begin**: at least one window, in order, without overlap.
    ///
    /// A rep who arrives early waits. The caller must subtract the duration from the closing time
    /// if the visit has to end before it.
    pub windows: Vec<TimeWindow>,
}

/// An optional or mandatory visit, made at most once in the whole problem.
///
/// Several visits to one outlet are several `Visit`s that form a [`Series`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Place of the visit.
    pub place: PlaceId,
    /// True if the plan must contain the visit if that is possible.
    pub mandatory: bool,
    /// Maximum time between arrival and the begin of the visit; `None`: no limit.
    ///
    /// A rep who would arrive too early leaves the place before later.
    pub earliness: Option<Seconds>,
    /// Shifts in which the visit can be made, in order of shifts, each at most once.
    ///
    /// A visit without offers is allowed and never made.
    pub offers: Vec<Offer>,
}

impl Visit {
    /// An optional visit without a limit of earliness.
    pub fn new(place: PlaceId, offers: Vec<Offer>) -> Self {
        Self { place, mandatory: false, earliness: None, offers }
    }
}

/// Visits to one outlet that must keep a number of days apart.
///
/// Of any two that are made, the one later in `visits` is made at least `spacing_days` after the
/// other. Any of them may be made without the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The visits, in the order in which they are to be made; none is in another series.
    pub visits: Vec<VisitId>,
    /// Minimum number of days between two of the visits, at least one; the difference of
    /// [`Shift::day`](super::Shift::day).
    pub spacing_days: u32,
}
