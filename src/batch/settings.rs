//! Defines the settings and the jobs of a batch.

use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::output::Sharing;
use crate::planning::Effort;

/// Settings that apply to every territory of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchSettings {
    /// Seed for the random numbers of the solver.
    pub seed: u64,
    /// Effort of the search, which decides its number of steps.
    pub effort: Effort,
    /// Maximum duration of the search for one territory; `None` for no limit.
    pub time_limit: Option<Duration>,
    /// True if visits of the last earlier plan are kept, in case it has days in common with the new
    /// plan.
    pub keep: bool,
    /// Maximum number of visits of a kept plan that the new plan may drop or move; `None` for no
    /// limit.
    pub changes_max: Option<usize>,
    /// Files to write, and the data that they contain.
    pub sharing: Sharing,
}

/// The job of planning one territory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PlanJob {
    /// Name of the territory in the batch.
    pub(super) id: String,
    /// Path of the territory file.
    pub(super) file: PathBuf,
    /// Days to plan.
    pub(super) dates: Vec<Date>,
}

impl BatchSettings {
    /// Returns the time after which a worker process is stopped: twice the time limit plus 10 s,
    /// because reading and writing take time in addition to the search. `None` if there is no time
    /// limit.
    pub(super) fn timeout(&self) -> Option<Duration> {
        self.time_limit.map(|limit| limit.saturating_mul(2).saturating_add(Duration::from_secs(10)))
    }
}
