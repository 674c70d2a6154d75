//! Many territories in one night: each planned once, whatever happens to the others.
//!
//! [`run`] finds the territories, leaves aside those that an earlier run finished and that are still the same, and has the
//! others planned by worker processes ([`work`]). A territory's folder appears whole or not at all; after it a record is
//! written into the journal. What is killed in between is done again. In the end there is a [`report`].

mod crew;
mod entry;
mod faults;
mod figures;
mod find;
mod journal;
mod order;
mod place;
mod prepare;
mod queue;
pub mod report;
mod run;
mod since;
mod stages;
mod worker;

pub use entry::{
    Entry, Figures, Load, RepSince, Since, SinceChange, StageSeconds, Status, Unserved,
};
pub use find::FindError;
pub use order::Order;
pub use place::{PlaceError, networks_of_the_night};
pub use run::{Batch, BatchError, Ran, run};
pub use stages::StageClock;
pub use worker::work;
