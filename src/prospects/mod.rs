//! The outlets on our lists: reading them, checking them row by row, and finding them again in space.

mod prospect;

pub use prospect::{FollowupType, OutletType, Prospect, ProspectId, Stage, Status, Tier};
