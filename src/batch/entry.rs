//! Defines the entry of one territory in the journal and in the report of a batch.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Since;
use crate::remark::Remark;

/// Result of a batch for one territory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Name of the territory in the batch, which is also the name of its folder.
    pub territory: String,
    /// Path of the territory file, as it was named or found.
    pub file: String,
    /// Success or failure of the territory.
    pub status: TerritoryStatus,
    /// Days that are planned; empty if the territory failed before they were known.
    pub dates: Vec<Date>,
    /// Faults that prevented a new plan. Each is one line with file, row or line, value found, and
    /// remedy.
    pub faults: Vec<String>,
    /// Remarks for which a person must do something.
    pub needs: Vec<Remark>,
    /// Mandatory visits that the plan does not contain.
    pub unserved: Vec<Unserved>,
    /// Figures of the plan; `None` if there is no new plan.
    pub figures: Option<TerritoryFigures>,
    /// Workload of the territory in a cycle; `None` if there is no new plan.
    pub load: Option<Load>,
    /// Differences from the last earlier plan; `None` if there is no earlier plan.
    pub since: Option<Since>,
    /// Seconds that each stage took; empty if there is no new plan.
    pub seconds: StageSeconds,
}

/// Success or failure of a territory. The worst result comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TerritoryStatus {
    /// There is no new plan; an earlier plan is unchanged.
    Failed,
    /// The batch ended before the territory was planned.
    NotReached,
    /// There is a new plan, and a person must look at it.
    NeedsAPerson,
    /// There is a new plan, and nobody needs to look at it.
    Planned,
}

/// A mandatory visit that the plan does not contain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unserved {
    /// Id of the outlet.
    pub id: String,
    /// Name of the outlet.
    pub name: String,
    /// Reason why the visit is not in the plan, as one clause.
    pub reason: String,
}

/// Figures of a plan, as in its `summary.json`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct TerritoryFigures {
    /// Sums over the plan.
    #[serde(flatten)]
    pub work: WorkTotals,
    /// Maximum difference from the best possible plan, in percent; `None` if it is unknown.
    pub gap_percent: Option<f64>,
    /// True if the time limit ended the search; another run may then give another plan.
    pub stopped_early: bool,
}

/// Sums over one plan, or over all plans of a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkTotals {
    /// Number of reps of the territory.
    pub reps: usize,
    /// Number of prospects with a position.
    pub prospects: usize,
    /// Number of prospects that are due.
    pub due: usize,
    /// Number of planned visits.
    pub visits: usize,
    /// Number of telephone calls that are due.
    pub phone_calls: usize,
    /// Sum of the prizes of the visits, in points.
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
    /// Wanted visits in percent of the capacity; `None` if no rep works in the cycle.
    pub utilization_percent: Option<f64>,
    /// Number of reps needed; `None` if no rep works in the cycle.
    pub reps_needed: Option<f64>,
}

/// Seconds that each stage took, by the name of the stage.
pub type StageSeconds = BTreeMap<String, f64>;

impl Entry {
    /// Returns the entry of a territory that has no new plan because of `faults`.
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
    /// Returns whether the number of wanted visits exceeds the capacity.
    pub fn is_overload(&self) -> bool {
        self.utilization_percent.is_some_and(|percent| percent > 100.0)
    }
}
