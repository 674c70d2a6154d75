//! Settings and jobs of a batch.

use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::output::Sharing;
use crate::planning::Effort;

/// Settings that apply to every territory of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchSettings {
    /// Seed of the solver's random numbers.
    pub seed: u64,
    /// Number of steps of the search.
    pub effort: Effort,
    /// Maximum duration of the search for one territory; `None`: no limit.
    pub time_limit: Option<Duration>,
    /// Keeps visits of the last earlier plan, if it has days in common with the new one.
    pub keep: bool,
    /// Maximum number of visits of a kept plan that may be dropped or moved; `None`: no limit.
    pub changes_max: Option<usize>,
    /// Files to write, and the columns in them.
    pub sharing: Sharing,
}

/// The job to plan one territory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PlanJob {
    /// Name of the territory in the batch.
    pub(super) id: String,
    /// Territory file.
    pub(super) file: PathBuf,
    /// Days to plan.
    pub(super) dates: Vec<Date>,
}

impl BatchSettings {
    /// Returns the time after which a worker is stopped: twice the time limit and 10 s, as reading and
    /// writing take time beside the search.
    pub(super) fn timeout(&self) -> Option<Duration> {
        self.time_limit.map(|limit| limit.saturating_mul(2).saturating_add(Duration::from_secs(10)))
    }
}
