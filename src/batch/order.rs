//! What is asked of every territory of a batch.

use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::output::Sharing;
use crate::planning::Effort;

/// What is asked of every territory of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Where the solver's random numbers begin.
    pub seed: u64,
    /// How hard to look for good plans.
    pub effort: Effort,
    /// How long the search for a territory's plan may take.
    pub time_limit: Option<Duration>,
    /// Whether plans keep to those of the night before, as far as these have days in common.
    pub keep: bool,
    /// At most so many visits of a kept plan may be gone or moved.
    pub changes_max: Option<usize>,
    /// As which files plans are written.
    pub sharing: Sharing,
}

/// One territory that is to be planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PlanJob {
    /// What it is called in the batch.
    pub(super) id: String,
    /// Its territory file.
    pub(super) file: PathBuf,
    /// The days.
    pub(super) dates: Vec<Date>,
}

impl Order {
    /// After how long a territory is given up that is still not planned: a search that is ended in time needs time to write.
    pub(super) fn patience(&self) -> Option<Duration> {
        self.time_limit.map(|limit| limit.saturating_mul(2).saturating_add(Duration::from_secs(10)))
    }
}
