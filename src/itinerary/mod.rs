//! From numbers back to the world: the solver's tours as beats with clock times, roads and reasons.

mod beat;
mod forcing;
mod leg;
mod outcome;

pub use beat::{Beat, PlannedLunch, Stop};
pub use forcing::{Admission, Forcing};
pub use leg::{DoorWalk, Leg, Walk};
pub use outcome::{LeftOut, Outcome};

use crate::ids::ById;
use crate::prospects::ProspectId;

/// The plan of all reps and days, and what became of every prospect.
#[derive(Debug, Clone, PartialEq)]
pub struct Itinerary {
    /// One for each rep and day with at least one visit, by day, then rep.
    pub beats: Vec<Beat>,
    /// One for each prospect, in their order.
    pub outcomes: ById<ProspectId, Outcome>,
    /// One for each prospect: what it would take to visit it, if it could be visited and is not.
    pub forcing: ById<ProspectId, Option<Forcing>>,
}
