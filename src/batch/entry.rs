//! The entry of one territory in the journal and in the report of a batch.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Since;
use crate::remark::Remark;

/// Result of one territory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Name of the territory in the batch, and of its folder.
    pub territory: String,
    /// Territory file, as named or found.
    pub file: String,
    /// Success or failure.
    pub status: TerritoryStatus,
    /// Planned days; empty if it failed before they were known.
    pub dates: Vec<Date>,
    /// Faults that prevented a new plan, one per line: file, row or line, value found, remedy.
    pub faults: Vec<String>,
    /// Remarks that need a person.
    pub needs: Vec<Remark>,
    /// Mandatory visits that are not in the plan.
    pub unserved: Vec<Unserved>,
    /// Figures of the plan; `None` without a plan.
    pub figures: Option<TerritoryFigures>,
    /// Workload of a cycle; `None` without a plan.
    pub load: Option<Load>,
    /// Differences from the last earlier plan; `None` without one.
    pub since: Option<Since>,
    /// Seconds per stage; empty without a plan.
    pub seconds: StageSeconds,
}

/// Success or failure of a territory, the worst first.
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

/// Figures of a plan, as in its `summary.json`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct TerritoryFigures {
    /// The sums.
    #[serde(flatten)]
    pub work: WorkTotals,
    /// Maximum gap to the best possible plan, in percent; `None` if unknown.
    pub gap_percent: Option<f64>,
    /// True if the time limit ended the search; another run may then give another plan.
    pub stopped_early: bool,
}

/// Sums over one plan, or over all plans of a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkTotals {
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
}

impl AddAssign for WorkTotals {
    fn add_assign(&mut self, other: Self) {
        self.reps += other.reps;
        self.prospects += other.prospects;
        self.due += other.due;
        self.visits += other.visits;
        self.phone_calls += other.phone_calls;
        self.prize += other.prize;
        self.distance_km += other.distance_km;
        self.travel_minutes += other.travel_minutes;
    }
}

/// Workload and capacity of a territory in a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// Visits wanted, in percent of capacity; `None` if nobody works.
    pub utilization_percent: Option<f64>,
    /// Reps needed; `None` if nobody works.
    pub reps_needed: Option<f64>,
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
    /// Returns `true` if the visits wanted exceed the capacity.
    pub fn is_overload(&self) -> bool {
        self.utilization_percent.is_some_and(|percent| percent > 100.0)
    }
}
