//! Check of each route against the limits of the rep's working day.

use super::report::{Checking, clock};
use super::written::{Route, WrittenPlan};
use crate::plan_files::{RepSettings, UnderwayRep};

/// Checks that each route is on a working day of its rep and within the shift, has no more visits
/// and travel than permitted, and has the rep's lunch unless the rep is home before the latest
/// start of lunch.
pub(super) fn check(plan: &WrittenPlan) -> Checking {
    let mut check = Checking::new(
        "working_day",
        "route",
        "on a working day, within the shift, with lunch in its window, not too many visits or too much travel",
    );
    for route in &plan.routes {
        let Some(rep) = plan.summary.rep(&route.rep) else { continue };
        check.count();
        let at = route.place();
        if !plan.summary.works(rep, route.date) {
            check.violation(
                &at,
                "date",
                route.date,
                format_args!("a day on which {} works", rep.name),
            );
        }
        let (start, end) =
            (route.start_time.seconds_of(route.date), route.end_time.seconds_of(route.date));
        let underway = plan.summary.underway(&rep.name, route.date);
        let (free, shift_end) = (free_from(rep, underway), *rep.hours().end());
        if start < free {
            let expected = format!("{} or later, when the rep is free", clock(free));
            check.violation(&at, "start_time", clock(start), expected);
        }
        if end > shift_end {
            let expected = format!("{} or earlier, when the shift ends", clock(shift_end));
            check.violation(&at, "end_time", clock(end), expected);
        }
        let visits = plan.stops_of(route).len();
        let done = underway.map_or(0, |rest| rest.done.len());
        if visits + done > rep.visits_max as usize {
            let expected = format!("at most {}, {done} of them done before", rep.visits_max);
            check.violation(&at, "visits", visits, expected);
        }
        if let Some(most) = rep.travel_max_minutes.filter(|m| route.travel_minutes > f64::from(*m))
        {
            let expected = format!("at most {most}");
            check.violation(&at, "travel_minutes", route.travel_minutes, expected);
        }
        check_lunch(&mut check, route, rep, underway);
    }
    check
}

/// Returns the earliest departure of the rep: the start of the shift, or later if the rep is
/// underway.
fn free_from(rep: &RepSettings, underway: Option<&UnderwayRep>) -> i64 {
    let begins = *rep.hours().start();
    underway.map_or(begins, |rest| i64::from(rest.at.0.0).max(begins))
}

/// Checks lunch. A rep underway needs no lunch after an earlier lunch or after the latest start of
/// lunch.
fn check_lunch(
    check: &mut Checking,
    route: &Route,
    rep: &RepSettings,
    underway: Option<&UnderwayRep>,
) {
    let at = route.place();
    let is_over =
        |to: i64| underway.is_some_and(|rest| rest.lunch_taken || i64::from(rest.at.0.0) > to);
    let Some((duration, window)) = rep.lunch().filter(|(_, window)| !is_over(*window.end())) else {
        if let Some(start) = route.lunch_from.or(route.lunch_until) {
            let expected = format!("nothing: {} has no lunch break to come", rep.name);
            check.violation(&at, "lunch_from", start, expected);
        }
        return;
    };
    let Some((start, end)) = route.lunch() else {
        if route.end_time.seconds_of(route.date) > *window.end() {
            let expected = format!("lunch, as the rep is not home by {}", clock(*window.end()));
            check.violation(&at, "lunch_from", "nothing", expected);
        }
        return;
    };
    let (first, last) = window.into_inner();
    if start < first.max(free_from(rep, underway)) || start > last {
        let expected = format!("{} to {}", clock(first), clock(last));
        check.violation(&at, "lunch_from", clock(start), expected);
    }
    check.equal(&at, "lunch_until", clock(end), clock(start + duration));
}
