//! Writes the parts of `summary.json` about a repeated plan: the reps who are underway, and the
//! changes from the earlier plan.

use super::Written;
use crate::plan_files::{ClockTime, PlanChanges, UnderwayRep, WrittenChange};
use crate::planning::{Changes, Underway, VisitChange};

pub(super) fn underway_rep(written: Written<'_>, underway: &Underway) -> UnderwayRep {
    let done = underway.done.iter();
    UnderwayRep {
        rep: written.territory.reps[underway.rep].name.clone(),
        date: written.plan.dates[0],
        at: ClockTime(underway.at),
        from_lon: underway.from.lon,
        from_lat: underway.from.lat,
        lunch_taken: underway.lunch_taken,
        done: done.map(|id| written.plan.prospects[*id].id.clone()).collect(),
    }
}

pub(super) fn plan_changes(changes: &Changes, move_cost: f64) -> PlanChanges {
    let of_kind = |is_kind: fn(&VisitChange) -> bool| {
        changes.list.iter().filter(|change| is_kind(change)).map(written_change).collect()
    };
    PlanChanges {
        move_cost,
        price: changes.price.points(),
        changes_max: changes.changes_max,
        counted: changes.counted(),
        kept: changes.kept.len(),
        done: changes.done.len(),
        new: of_kind(|change| change.from.is_none()),
        gone: of_kind(|change| change.to.is_none()),
        moved: of_kind(|change| change.from.is_some() && change.to.is_some()),
    }
}

fn written_change(change: &VisitChange) -> WrittenChange {
    let VisitChange { id, name, from, to, reason_code, reason, counts } = change.clone();
    let (from, to) = (from.map(|from| (from.rep, from.date)), to.map(|to| (to.rep, to.date)));
    let ((from_rep, from_date), (rep, date)) = (from.unzip(), to.unzip());
    let reason_code = reason_code.to_owned();
    WrittenChange { id, name, from_rep, from_date, rep, date, reason_code, reason, counts }
}
