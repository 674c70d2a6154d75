//! Plans many territories in one run; a failure of one does not stop the others.
//!
//! [`run`] finds the territories, skips those that an earlier run finished and whose inputs are unchanged, and
//! gives the others to worker processes ([`work`]). A plan's folder is replaced as a whole, then recorded in the
//! journal; a territory killed in between is planned again. At the end, [`run`] writes a [`report`].

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
