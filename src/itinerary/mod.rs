//! The solver's tours as beats with clock times, roads and reasons.

mod beat;
mod forcing;
mod leg;
mod outcome;

pub use beat::{Beat, PlannedLunch, Stop};
pub use forcing::{Admission, Forcing};
pub use leg::{Approach, Leg, Walk};
pub use outcome::{LeftOut, Outcome};

use crate::ids::ById;
use crate::prospects::ProspectId;

/// Beats of all reps and days, with the outcome of each prospect.
#[derive(Debug, Clone, PartialEq)]
pub struct Itinerary {
    /// Beats with at least one visit, by day, then rep.
    pub beats: Vec<Beat>,
    /// Outcome of each prospect.
    pub outcomes: ById<ProspectId, Outcome>,
    /// Price of visiting each prospect that is possible and left out.
    pub forcing: ById<ProspectId, Option<Forcing>>,
}
