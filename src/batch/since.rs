//! Computes the differences from an earlier plan for each rep.

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
    /// Differences for each rep, in the order of the territory. Reps who are only in the earlier
    /// plan come last.
    pub reps: Vec<RepSince>,
}

/// Differences for one rep.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepSince {
    /// Name of the rep.
    pub rep: String,
    /// Number of visits that stay with the rep on the same day.
    pub kept: usize,
    /// Number of visits of the earlier plan that the rep has made.
    pub done: usize,
    /// Visits that were not planned before.
    pub new: Vec<SinceChange>,
    /// Visits that are no longer planned.
    pub gone: Vec<SinceChange>,
    /// Visits that were moved to another day or rep. They are listed under the rep of the earlier
    /// plan.
    pub moved: Vec<SinceChange>,
}

/// One visit that is new, gone or moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SinceChange {
    /// Id of the outlet.
    pub id: String,
    /// Name of the outlet.
    pub name: String,
    /// Day of the visit in the earlier plan; `None` for a new visit.
    pub from: Option<Date>,
    /// Day of the visit in the new plan; `None` for a visit that is gone.
    pub to: Option<Date>,
    /// Name of the new rep; `None` if the rep is the same.
    pub to_rep: Option<String>,
    /// Code of the reason in snake_case. It does not change between versions of the program.
    pub reason_code: String,
    /// Reason, as one clause.
    pub reason: String,
}

/// Number of visits that stay, and number of visits with each kind of change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ChangeFigures {
    /// Number of visits that stay with the same rep on the same day.
    pub kept: usize,
    /// Number of visits that have been made.
    pub done: usize,
    /// Number of visits that were not planned before.
    pub new: usize,
    /// Number of visits that are no longer planned.
    pub gone: usize,
    /// Number of visits that have another day or rep.
    pub moved: usize,
}

impl Since {
    /// Groups `changes`, the changes of a plan of `territory`, by rep.
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
    /// Returns a change in the form in which the list of its [rep](VisitChange::rep) shows it.
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

    /// Returns the sign of the change: `+` for a new visit, `−` for a visit that is gone, `→` for a
    /// moved visit.
    pub fn sign(&self) -> char {
        match (self.from, self.to) {
            (None, _) => '+',
            (Some(_), None) => '−',
            (Some(_), Some(_)) => '→',
        }
    }

    /// Returns the reason for the change. For a moved visit, the new rep or day comes first: `to
    /// Ġorġ on Thursday, closed`.
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
    /// Returns the number of visits that are new, gone or moved.
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

/// Writes the numbers, such as `1,020 stay, 55 done, 40 new`. Leaves out zeros, except for `stay`.
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
