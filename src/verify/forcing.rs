//! What it would take to visit those who are left out is said of them alone, and completely.

use serde_json::Value;

use super::report::Checking;
use super::written::{WrittenPlan, WrittenProspect};

/// The properties that say it.
const ALL: [&str; 9] = [
    "would_rep",
    "would_date",
    "would_follow_stop",
    "forcing_costs",
    "prize_lost",
    "instead_of",
    "change_code",
    "change_minutes",
    "change",
];

/// Kinds of change that are not counted in minutes.
const NOT_IN_MINUTES: [&str; 1] = ["one_more_visit"];

/// Who is visited has no price; who has one has a rep of the plan, one of its days and a place in that day; a change has a
/// kind, words and, unless it is one more visit, minutes.
pub(super) fn check(plan: &WrittenPlan) -> Checking {
    let mut check = Checking::new("forcing", "prospect", "with a price only if left out");
    for prospect in &plan.prospects {
        check.count();
        let is_said = |key: &str| !value(prospect, key).is_null();
        let at = prospect.place();
        if prospect.decision == "visit" || !is_said("would_rep") {
            for key in ALL.into_iter().filter(|key| is_said(key)) {
                check.violation(&at, key, value(prospect, key), "nothing");
            }
            continue;
        }
        let is_rep = value(prospect, "would_rep")
            .as_str()
            .is_some_and(|rep| plan.summary.rep(rep).is_some());
        if !is_rep {
            check.violation(&at, "would_rep", value(prospect, "would_rep"), "a rep of the plan");
        }
        let date = value(prospect, "would_date").as_str().unwrap_or_default();
        if !plan.summary.dates.iter().any(|day| day.to_string() == date) {
            check.violation(&at, "would_date", date, "a day of the plan");
        }
        let visits = plan
            .routes
            .iter()
            .find(|route| {
                Some(&*route.rep) == value(prospect, "would_rep").as_str()
                    && route.date.to_string() == date
            })
            .map_or(0, |route| route.visits);
        let after = value(prospect, "would_follow_stop").as_u64();
        if after.is_none_or(|after| after > visits as u64) {
            let expected = format!("a number up to the {visits} visits of that day");
            check.violation(
                &at,
                "would_follow_stop",
                value(prospect, "would_follow_stop"),
                expected,
            );
        }
        check.equal(&at, "prize_lost", is_said("prize_lost"), is_said("forcing_costs"));
        check.equal(&at, "change", is_said("change"), is_said("change_code"));
        let code = value(prospect, "change_code").as_str();
        let in_minutes = code.is_some_and(|code| !NOT_IN_MINUTES.contains(&code));
        check.equal(&at, "change_minutes", is_said("change_minutes"), in_minutes);
    }
    check
}

fn value<'a>(prospect: &'a WrittenProspect, key: &str) -> &'a Value {
    prospect.properties.get(key).unwrap_or(&Value::Null)
}
