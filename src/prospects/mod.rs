//! The outlets on our lists: reading them, checking them row by row, and finding them again in space.

mod hours;
mod prospect;

pub use hours::{HoursError, OpeningHours};
pub use prospect::{FollowupType, OutletType, Prospect, ProspectId, Stage, Status, Tier};
