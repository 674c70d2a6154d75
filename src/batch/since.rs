//! Differences from the earlier plan, by rep.

use super::{RepSince, Since, SinceChange};
use crate::planning::{Changes, RepDay, VisitChange};
use crate::territory::Territory;

impl Since {
    /// Groups the `changes` of a plan of `territory` by rep.
    pub fn of(territory: &Territory, changes: &Changes) -> Self {
        let reps = changes.reps(territory).into_iter().map(|rep| rep_since(rep, changes));
        Self { dates: changes.dates.clone(), reps: reps.collect() }
    }
}

fn rep_since(rep: &str, changes: &Changes) -> RepSince {
    let count = |visits: &[RepDay]| visits.iter().filter(|at| at.rep == rep).count();
    let (kept, done) = (count(&changes.kept), count(&changes.done));
    let mut since = RepSince { rep: rep.to_owned(), kept, done, ..RepSince::default() };
    for change in changes.list.iter().filter(|change| change.rep() == rep) {
        let list = match (&change.from, &change.to) {
            (None, _) => &mut since.new,
            (Some(_), None) => &mut since.gone,
            (Some(_), Some(_)) => &mut since.moved,
        };
        list.push(since_change(rep, change));
    }
    since
}

fn since_change(rep: &str, change: &VisitChange) -> SinceChange {
    let VisitChange { id, name, from, to, reason_code, reason, .. } = change;
    SinceChange {
        id: id.clone(),
        name: name.clone(),
        from: from.as_ref().map(|from| from.date),
        to: to.as_ref().map(|to| to.date),
        to_rep: to.as_ref().map(|to| to.rep.clone()).filter(|to| to != rep),
        reason_code: (*reason_code).to_owned(),
        reason: reason.clone(),
    }
}
