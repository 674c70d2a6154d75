//! Check that the plan has all telephone calls that are due, and no others.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::lists::Lists;
use super::report::{Checking, Place, shown};
use super::worth::{days_between, followup_type, is_blocked, plus};
use super::written::WrittenPlan;
use crate::plan_files::files::PHONE_CALLS;
use crate::prospects::{FollowupType, Prospect, Stage, Status};

/// Checks the telephone calls of each day. A prospect gets a call if it is open, is not blocked,
/// has a telephone number and a rep at work, has no visit on that day, and if its call interval has
/// passed since the last visit or call, in the list or in the plan.
pub(super) fn check(plan: &WrittenPlan, lists: &Lists) -> Checking {
    let mut check = Checking::new(
        "phone_calls",
        "telephone call",
        "due by policy and last contact, on no day of a visit, and none missing",
    );
    let mut expected: BTreeSet<(Date, &str)> = BTreeSet::new();
    for row in lists.in_order().filter(|_| lists.knows_visits()) {
        expect(plan, row, &mut expected);
    }
    for call in &plan.phone_calls {
        check.count();
        let at = call.place();
        let due_date = call
            .contacted_on
            .zip(lists.row(&call.id))
            .map(|(on, row)| plus(on, interval_days(plan, row)));
        if lists.row(&call.id).is_some() {
            check.equal(&at, "due_date", shown(call.due_date), shown(due_date));
        }
        let overdue = call.due_date.map_or(0, |due_date| days_between(due_date, call.date));
        check.equal(&at, "days_overdue", i64::from(call.days_overdue), overdue);
        let is_expected = expected.remove(&(call.date, call.id.as_str()));
        if lists.knows_visits() && lists.row(&call.id).is_some() && !is_expected {
            check.violation(&at, "date", call.date, "no call: none is due or possible then");
        }
    }
    for (date, id) in expected {
        let at = Place { file: PHONE_CALLS, feature: id.to_owned() };
        check.violation(&at, "feature", "nothing", format_args!("a call on {date}"));
    }
    check
}

/// Adds to `expected` the days on which the rep must call `row`.
fn expect<'a>(plan: &WrittenPlan, row: &'a Prospect, expected: &mut BTreeSet<(Date, &'a str)>) {
    let interval_days = interval_days(plan, row);
    if interval_days == 0 || row.status != Status::Open || row.phone.is_none() {
        return;
    }
    let mut last = row.visited_on.into_iter().chain(row.called_on).max();
    for &date in &plan.summary.dates {
        let is_visited = plan.stops.iter().any(|stop| stop.id == row.id && stop.date == date);
        let reps = plan
            .summary
            .reps
            .iter()
            .filter(|rep| row.reps.is_empty() || row.reps.contains(&rep.name));
        let may_call = reps.into_iter().any(|rep| plan.summary.works(rep, date));
        let is_due = last.is_none_or(|last| plus(last, interval_days) <= date);
        if is_visited {
            last = Some(date);
        } else if is_due && may_call && !is_blocked(row, date) {
            expected.insert((date, &row.id));
            last = Some(date);
        }
    }
}

/// Returns the days between calls by the policy; 0 means no calls.
fn interval_days(plan: &WrittenPlan, row: &Prospect) -> u32 {
    let intervals = &plan.summary.policy.phone_interval_days;
    match followup_type(row) {
        _ if row.stage == Stage::Never => intervals.never,
        FollowupType::Service => intervals.service,
        FollowupType::Conversion => intervals.conversion,
        FollowupType::LongTerm => intervals.long_term,
    }
}
