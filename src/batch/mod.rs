//! Many territories in one night: each planned once, whatever happens to the others.

mod entry;
pub mod report;

pub use entry::{
    Entry, Figures, Load, RepSince, Since, SinceChange, StageSeconds, Status, Unserved,
};
