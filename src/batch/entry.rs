//! The entry of one territory in the journal and in the report of a batch.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::remark::Remark;

/// Result of one territory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Name of the territory in the batch, and of its folder.
    pub territory: String,
    /// Territory file, as named or found.
    pub file: String,
    /// TerritoryStatus.
    pub status: TerritoryStatus,
    /// Planned days; empty if it failed before they were known.
    pub dates: Vec<Date>,
    /// Faults that prevented a new plan, one per line: file, row or line, value found, remedy.
    pub faults: Vec<String>,
    /// Remarks that need a person.
    pub needs: Vec<Remark>,
    /// Mandatory visits that are not in the plan.
    pub unserved: Vec<Unserved>,
    /// TerritoryFigures of the plan; `None` without a plan.
    pub figures: Option<TerritoryFigures>,
    /// Workload of a cycle; `None` without a plan.
    pub load: Option<Load>,
    /// Differences from the last earlier plan; `None` without one.
    pub since: Option<Since>,
    /// Seconds per stage; empty without a plan.
    pub seconds: StageSeconds,
}

/// TerritoryStatus of a territory, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TerritoryStatus {
    /// No new plan; an earlier plan is unchanged.
    Failed,
    /// The batch ended before it reached the territory.
    NotReached,
    /// A new plan that needs a person.
    NeedsAPerson,
    /// A new plan.
    Planned,
}

/// A mandatory visit that is not in the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unserved {
    /// The outlet's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Reason, as one clause.
    pub reason: String,
}

/// TerritoryFigures of a plan, as in its `summary.json`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct TerritoryFigures {
    /// Reps of the territory.
    pub reps: usize,
    /// Prospects with a position.
    pub prospects: usize,
    /// Due prospects.
    pub due: usize,
    /// Visits planned.
    pub visits: usize,
    /// Telephone calls due.
    pub phone_calls: usize,
    /// Sum of the visits' prizes, in points.
    pub prize: f64,
    /// Driving distance, in kilometres.
    pub distance_km: f64,
    /// Driving time, in minutes.
    pub travel_minutes: f64,
    /// Maximum gap to the best possible plan, in percent; `None` if unknown.
    pub gap_percent: Option<f64>,
    /// Whether the time limit ended the search; another run may then give another plan.
    pub stopped_early: bool,
}

/// Workload and capacity of a territory in a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// Visits wanted, in percent of capacity; `None` if nobody works.
    pub utilization_percent: Option<f64>,
    /// Reps needed; `None` if nobody works.
    pub reps_needed: Option<f64>,
}

/// Differences from an earlier plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// Days of the earlier plan.
    pub dates: Vec<Date>,
    /// Differences by rep, in the order of the territory; reps of the earlier plan only come last.
    pub reps: Vec<RepSince>,
}

/// Differences for one rep.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepSince {
    /// The rep, by name.
    pub rep: String,
    /// Visits that stay with the rep on their day.
    pub kept: usize,
    /// Visits of the earlier plan that have been made.
    pub done: usize,
    /// Visits that were not planned before.
    pub new: Vec<SinceChange>,
    /// Visits that are not planned any more.
    pub gone: Vec<SinceChange>,
    /// Visits moved to another day or rep, listed under the rep of the earlier plan.
    pub moved: Vec<SinceChange>,
}

/// One visit that is new, gone or moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SinceChange {
    /// The outlet's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Day in the earlier plan; `None` for a new visit.
    pub from: Option<Date>,
    /// Day in the new plan; `None` for a dropped visit.
    pub to: Option<Date>,
    /// New rep, if it changed.
    pub to_rep: Option<String>,
    /// Reason code in snake_case, stable for machines.
    pub reason_code: String,
    /// Reason, as one clause.
    pub reason: String,
}

/// Seconds by name of the stage.
pub type StageSeconds = BTreeMap<String, f64>;

impl Entry {
    /// Returns the entry of a territory without a new plan, because of `faults`.
    pub(super) fn without_plan(
        territory: String,
        file: &Path,
        status: TerritoryStatus,
        dates: Vec<Date>,
        faults: Vec<String>,
    ) -> Self {
        Self {
            territory,
            file: file.to_string_lossy().into_owned(),
            status,
            dates,
            faults,
            needs: Vec::new(),
            unserved: Vec::new(),
            figures: None,
            load: None,
            since: None,
            seconds: StageSeconds::new(),
        }
    }
}

impl Load {
    /// Whether the visits wanted exceed the capacity.
    pub fn is_overload(&self) -> bool {
        self.utilization_percent.is_some_and(|percent| percent > 100.0)
    }
}
