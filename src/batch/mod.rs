//! Plans many territories in one run. If one territory fails, the others are still planned.
//!
//! [`run`] finds the territories. It skips a territory if an earlier run has finished it and its
//! inputs are unchanged, and gives all others to worker processes (see [`work`]). A worker process
//! replaces the folder of a plan as a whole; the plan is then recorded in the journal. If the batch
//! is killed before that, the territory is planned again. At the end, [`run`] writes a [`report`].

mod batch_folder;
mod entry;
mod faults;
mod figures;
mod find;
mod journal;
mod prepare;
mod queue;
pub mod report;
mod run;
mod settings;
mod since;
mod stages;
mod worker;
mod worker_process;

pub use batch_folder::{BatchFolderError, temporary_networks};
pub use entry::{
    Entry, Load, StageSeconds, TerritoryFigures, TerritoryStatus, Unserved, WorkTotals,
};
pub use find::FindError;
pub use run::{Batch, BatchError, BatchOutcome, run};
pub use settings::BatchSettings;
pub use since::{ChangeFigures, RepSince, Since, SinceChange};
pub use stages::StageClock;
pub use worker::work;
