//! Defines visits, the terms on which each visit can be made, and series of visits.

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
    /// Prize for a visit in this shift.
    pub prize: Prize,
    /// Duration of the visit.
    pub duration: Seconds,
    /// Windows of time in which the visit may **begin**: at least one window, in order, without
    /// overlap.
    ///
    /// A rep who arrives before a window waits. If the visit must also end before closing time, the
    /// caller has to subtract the duration from the closing time.
    pub windows: Vec<TimeWindow>,
}

/// An optional or mandatory visit, made at most once in the whole problem.
///
/// Several visits to one outlet are several `Visit`s that form a [`Series`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Place of the visit.
    pub place: PlaceId,
    /// True if the plan must contain the visit whenever that is possible.
    pub mandatory: bool,
    /// Maximum time between the arrival of the rep and the begin of the visit; `None` for no limit.
    ///
    /// A rep who would arrive too early leaves the place before later.
    pub earliness: Option<Seconds>,
    /// Shifts in which the visit can be made, in the order of the shifts, each at most once.
    ///
    /// A visit may have no offers; it is then never made.
    pub offers: Vec<Offer>,
}

impl Visit {
    /// Returns an optional visit without a limit of earliness.
    pub fn new(place: PlaceId, offers: Vec<Offer>) -> Self {
        Self { place, mandatory: false, earliness: None, offers }
    }
}

/// Visits to one outlet that must be a number of days apart.
///
/// If two visits of a series are made, the one that is later in `visits` is made at least
/// `spacing_days` after the other. A plan may contain any of them without the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Visits in the order in which they are made. No visit is in another series.
    pub visits: Vec<VisitId>,
    /// Minimum number of days between two visits of the series, at least one. A day is a number
    /// [`Shift::day`](super::Shift::day).
    pub spacing_days: u32,
}
