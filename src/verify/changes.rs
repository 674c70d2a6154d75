//! Check of the changes that a plan reports against the earlier plan.

use jiff::civil::Date;

use super::report::{Checking, Place};
use super::written::WrittenPlan;
use crate::plan_files::files::SUMMARY;
use crate::plan_files::{PlanChanges, WrittenChange};
use crate::remark::RemarkCode;

/// Checks each change against the stops: the rep makes new and moved visits on the reported day, no
/// stop remains at the old rep and day, and no change is reported twice. The earlier plan is not
/// available, so the check accepts its visits as reported. Also checks the totals.
pub(super) fn check(plan: &WrittenPlan, changes: &PlanChanges) -> Checking {
    let mut check = Checking::new("changes", "change", "that the plan confirms");
    let mut listed = std::collections::BTreeSet::new();
    let kinds = [("new", &changes.new), ("gone", &changes.gone), ("moved", &changes.moved)];
    for (kind, change) in kinds.iter().flat_map(|(kind, all)| all.iter().map(move |c| (kind, c))) {
        check.count();
        let at = place(&format!("changes, {kind}, {}", change.id));
        if !listed.insert((&change.id, change.from_date, change.date)) {
            check.violation(&at, "id", &change.id, "listed once");
        }
        let has = (change.from_rep.is_some(), change.rep.is_some());
        let expected = match *kind {
            "new" => (false, true),
            "gone" => (true, false),
            _ => (true, true),
        };
        if has != expected || has != (change.from_date.is_some(), change.date.is_some()) {
            let expected = "from_rep and from_date where it was planned, rep and date where it is";
            check.violation(&at, "rep and date", "others", expected);
        }
        if change.counts && *kind == "new" {
            check.violation(&at, "counts", true, "false, because a new visit moves no other");
        }
        check_visit(&mut check, plan, change, &at);
    }
    let counted = kinds.iter().flat_map(|(_, all)| all.iter()).filter(|c| c.counts).count();
    check.equal(&place("changes"), "counted", changes.counted, counted);
    let remarked = plan.summary.remarks.iter().any(|r| r.code == RemarkCode::ChangesMaxExceeded);
    let is_over = changes.changes_max.is_some_and(|most| counted > most);
    check.equal(&place("changes"), "remark changes_max_exceeded", remarked, is_over);
    let stay = plan.stops.len() - plan.stops.len().min(changes.new.len() + changes.moved.len());
    if changes.kept > stay {
        check.violation(&place("changes"), "kept", changes.kept, format_args!("at most {stay}"));
    }
    check
}

/// Checks that the visit has a stop at its new rep and day, and none at its old rep and day.
fn check_visit(check: &mut Checking, plan: &WrittenPlan, change: &WrittenChange, at: &Place) {
    let is_made = |rep: &Option<String>, date: Option<Date>| {
        plan.stops.iter().any(|stop| {
            stop.id == change.id && Some(&stop.rep) == rep.as_ref() && Some(stop.date) == date
        })
    };
    if change.rep.is_some() && !is_made(&change.rep, change.date) {
        check.violation(at, "rep and date", "no such visit", "a stop of stops.geojson");
    }
    if change.from_rep.is_some() && is_made(&change.from_rep, change.from_date) {
        check.violation(at, "from_rep and from_date", "a visit", "none, as it is gone or moved");
    }
}

fn place(key: &str) -> Place {
    Place { file: SUMMARY, feature: key.to_owned() }
}
