//! Many territories in one night: each planned once, whatever happens to the others.

mod entry;
mod figures;
mod since;
mod stages;

pub use entry::{
    Entry, Figures, Load, RepSince, Since, SinceChange, StageSeconds, Status, Unserved,
};
pub use stages::StageClock;
