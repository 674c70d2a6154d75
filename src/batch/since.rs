//! Differences from the earlier plan, by rep.

use std::fmt;
use std::ops::AddAssign;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::planning::{Changes, RepDay, VisitChange};
use crate::territory::Territory;
use crate::units::grouped;

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

/// Number of visits that stay, and of each kind of change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ChangeFigures {
    /// Visits that stay with their rep on their day.
    pub kept: usize,
    /// Visits that have been made.
    pub done: usize,
    /// Visits that were not planned before.
    pub new: usize,
    /// Visits that are not planned any more.
    pub gone: usize,
    /// Visits that have another day or rep.
    pub moved: usize,
}

impl Since {
    /// Groups the `changes` of a plan of `territory` by rep.
    pub fn of(territory: &Territory, changes: &Changes) -> Self {
        let reps = changes.reps(territory).into_iter().map(|rep| RepSince::of(rep, changes));
        Self { dates: changes.dates.clone(), reps: reps.collect() }
    }

    /// Returns the sums over all reps.
    pub fn figures(&self) -> ChangeFigures {
        let mut figures = ChangeFigures::default();
        for rep in &self.reps {
            figures += rep.into();
        }
        figures
    }
}

impl RepSince {
    fn of(rep: &str, changes: &Changes) -> Self {
        let count = |visits: &[RepDay]| visits.iter().filter(|at| at.rep == rep).count();
        let (kept, done) = (count(&changes.kept), count(&changes.done));
        let mut since = Self { rep: rep.to_owned(), kept, done, ..Self::default() };
        for change in changes.list.iter().filter(|change| change.rep() == rep) {
            let list = match (&change.from, &change.to) {
                (None, _) => &mut since.new,
                (Some(_), None) => &mut since.gone,
                (Some(_), Some(_)) => &mut since.moved,
            };
            list.push(SinceChange::of(change));
        }
        since
    }
}

impl SinceChange {
    /// Returns a change as it is listed under its [rep](VisitChange::rep).
    pub fn of(change: &VisitChange) -> Self {
        let VisitChange { id, name, from, to, reason_code, reason, .. } = change;
        Self {
            id: id.clone(),
            name: name.clone(),
            from: from.as_ref().map(|from| from.date),
            to: to.as_ref().map(|to| to.date),
            to_rep: to.as_ref().map(|to| to.rep.clone()).filter(|to| to != change.rep()),
            reason_code: (*reason_code).to_owned(),
            reason: reason.clone(),
        }
    }

    /// Returns `+` for a new visit, `−` for one that is gone, `→` for one that is moved.
    pub fn sign(&self) -> char {
        match (self.from, self.to) {
            (None, _) => '+',
            (Some(_), None) => '−',
            (Some(_), Some(_)) => '→',
        }
    }

    /// Returns the reason, after the new rep or day of a moved visit: `to Ġorġ on Thursday, closed`.
    pub fn what(&self) -> String {
        let (Some(from), Some(to)) = (self.from, self.to) else { return self.reason.clone() };
        let day = to.strftime("%A");
        match &self.to_rep {
            None => format!("to {day}, {}", self.reason),
            Some(rep) if from == to => format!("to {rep}, {}", self.reason),
            Some(rep) => format!("to {rep} on {day}, {}", self.reason),
        }
    }
}

impl ChangeFigures {
    /// Returns the number of new, gone and moved visits.
    pub(super) fn changes(&self) -> usize {
        self.new + self.gone + self.moved
    }
}

impl From<&RepSince> for ChangeFigures {
    fn from(rep: &RepSince) -> Self {
        let [new, gone, moved] = [&rep.new, &rep.gone, &rep.moved].map(Vec::len);
        Self { kept: rep.kept, done: rep.done, new, gone, moved }
    }
}

impl AddAssign for ChangeFigures {
    fn add_assign(&mut self, other: Self) {
        self.kept += other.kept;
        self.done += other.done;
        self.new += other.new;
        self.gone += other.gone;
        self.moved += other.moved;
    }
}

/// `1,020 stay, 55 done, 40 new`; leaves out zeros, except for `stay`.
impl fmt::Display for ChangeFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} stay", grouped(self.kept as u64))?;
        let others =
            [(self.done, "done"), (self.new, "new"), (self.gone, "gone"), (self.moved, "moved")];
        for (count, what) in others.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {} {what}", grouped(count as u64))?;
        }
        Ok(())
    }
}
