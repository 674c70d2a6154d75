//! Check of the price of a visit to a prospect that is left out.

use super::report::{Checking, named_fields, shown};
use super::written::WrittenPlan;

/// Codes of changes that have no minutes.
const NOT_IN_MINUTES: [&str; 1] = ["one_more_visit"];

/// Checks that a visited prospect has no price. A price has a rep of the plan, a day of the plan
/// and a place among the visits of that day. A change has a code, a text and, except for one more
/// visit, minutes.
pub(super) fn check(plan: &WrittenPlan) -> Checking {
    let mut check = Checking::new("forcing", "prospect", "with a price only if left out");
    for prospect in &plan.prospects {
        check.count();
        let at = prospect.place();
        let Some(rep) = prospect.would_rep.as_ref().filter(|_| prospect.decision != "visit") else {
            let all = named_fields![
                prospect; would_rep, would_date, would_follow_stop, forcing_costs, prize_lost,
                instead_of, change_code, change_minutes, change,
            ];
            for (name, value) in all.into_iter().filter(|(_, value)| !value.is_null()) {
                check.violation(&at, name, value, "nothing");
            }
            continue;
        };
        if plan.summary.rep(rep).is_none() {
            check.violation(&at, "would_rep", rep, "a rep of the plan");
        }
        let date = prospect.would_date;
        if date.is_none_or(|date| !plan.summary.dates.contains(&date)) {
            check.violation(&at, "would_date", shown(date), "a day of the plan");
        }
        let mut routes = plan.routes.iter();
        let route = routes.find(|route| route.rep == *rep && Some(route.date) == date);
        let (visits, after) = (route.map_or(0, |route| route.visits), prospect.would_follow_stop);
        if after.is_none_or(|after| after > visits) {
            let expected = format!("a number up to the {visits} visits of that day");
            check.violation(&at, "would_follow_stop", shown(after), expected);
        }
        let has_costs = prospect.forcing_costs.is_some();
        check.equal(&at, "prize_lost", prospect.prize_lost.is_some(), has_costs);
        let code = prospect.change_code.as_deref();
        check.equal(&at, "change", prospect.change.is_some(), code.is_some());
        let in_minutes = code.is_some_and(|code| !NOT_IN_MINUTES.contains(&code));
        check.equal(&at, "change_minutes", prospect.change_minutes.is_some(), in_minutes);
    }
    check
}
