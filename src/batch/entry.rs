//! What there is to tell of one territory of a batch: kept in the journal, and shown in the morning's report.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::remark::Remark;

/// What became of one territory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is called in this batch: the name of its folder.
    pub territory: String,
    /// Its territory file, as it was named or found.
    pub file: String,
    /// How it ended.
    pub status: Status,
    /// The days that were planned; none if it failed before that was known.
    pub dates: Vec<Date>,
    /// Why there is no new plan: one line a fault, with file, row or line, what was found and what to do.
    pub faults: Vec<String>,
    /// What of the plan needs a person.
    pub needs: Vec<Remark>,
    /// Mandatory visits that are not in the plan.
    pub unserved: Vec<Unserved>,
    /// The figures of the plan.
    pub figures: Option<Figures>,
    /// How much there is to do in a cycle; `None` if there is no plan.
    pub load: Option<Load>,
    /// What is different from the night before; `None` if there was none.
    pub since: Option<Since>,
    /// Where the time went; empty if there is no plan.
    pub seconds: StageSeconds,
}

/// How a territory ended, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// There is no new plan; an earlier one is still where it was.
    Failed,
    /// The batch ended before its turn.
    NotReached,
    /// There is a plan, and something of it needs a person.
    NeedsAPerson,
    /// There is a plan.
    Planned,
}

/// A mandatory visit that is not in the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unserved {
    /// The outlet's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Why, as one clause.
    pub reason: String,
}

/// The figures of a plan, as in its `summary.json`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Reps of the territory.
    pub reps: usize,
    /// Outlets of the lists that have a position.
    pub prospects: usize,
    /// Of these, those that are due.
    pub due: usize,
    /// Visits planned.
    pub visits: usize,
    /// Telephone calls due.
    pub phone_calls: usize,
    /// What the visits are worth, in points.
    pub prize: f64,
    /// On the road, in kilometres.
    pub distance_km: f64,
    /// On the road, in minutes.
    pub travel_minutes: f64,
    /// By how much the plan may fall short of the best possible, in percent; `None` where that is not known.
    pub gap_percent: Option<f64>,
    /// The search was ended by a time limit: another run may find another plan.
    pub stopped_early: bool,
}

/// How much there is to do, and how much can be done, in a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// Visits wanted in percent of those that can be made; `None` where nobody works.
    pub utilization_percent: Option<f64>,
    /// Reps it would take; `None` where nobody works.
    pub reps_needed: Option<f64>,
}

/// What is different from the plan of an earlier night.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// The days of that plan.
    pub dates: Vec<Date>,
    /// By rep, in the territory's order; those only the earlier plan knows come last.
    pub reps: Vec<RepSince>,
}

/// What is different for one rep.
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
    /// Visits that have another day or rep; told under the rep who was to make them.
    pub moved: Vec<SinceChange>,
}

/// One visit that is new, gone or moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SinceChange {
    /// The outlet's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The day it was planned for; `None`: it is new.
    pub from: Option<Date>,
    /// The day it is planned for now; `None`: it is gone.
    pub to: Option<Date>,
    /// Who makes it now, if that is somebody else.
    pub to_rep: Option<String>,
    /// Why, in snake_case, stable for machines.
    pub reason_code: String,
    /// Why, as one clause.
    pub reason: String,
}

/// Seconds by stage, as the program names its stages.
pub type StageSeconds = BTreeMap<String, f64>;

impl Entry {
    /// Of a territory that has no new plan, for the reasons `faults`.
    pub(super) fn without_plan(
        territory: String,
        file: &Path,
        status: Status,
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
    /// Whether the reps cannot make the visits that are wanted.
    pub fn is_overload(&self) -> bool {
        self.utilization_percent.is_some_and(|percent| percent > 100.0)
    }
}
