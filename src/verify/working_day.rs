//! What a rep's working day allows.

use super::moment::clock;
use super::report::Checking;
use super::summary::RepSettings;
use super::written::{Route, WrittenPlan};

/// Each route is on a day its rep works, within the shift, with no more visits and travel than allowed, and with the rep's lunch unless
/// the rep is home by the time it would have to begin.
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
        let (start, end) = (route.start.seconds_of(route.date), route.end.seconds_of(route.date));
        if start < rep.shift.from {
            let expected = format!("{} or later, when the shift begins", clock(rep.shift.from));
            check.violation(&at, "start_time", clock(start), expected);
        }
        if end > rep.shift.to {
            let expected = format!("{} or earlier, when the shift ends", clock(rep.shift.to));
            check.violation(&at, "end_time", clock(end), expected);
        }
        let visits = plan.stops_of(route).len();
        if visits > rep.visits_max {
            let expected = format!("at most {}", rep.visits_max);
            check.violation(&at, "visits", visits, expected);
        }
        if let Some(most) = rep.travel_max_minutes.filter(|m| route.travel_minutes > f64::from(*m))
        {
            let expected = format!("at most {most}");
            check.violation(&at, "travel_minutes", route.travel_minutes, expected);
        }
        check_lunch(&mut check, route, rep);
    }
    check
}

fn check_lunch(check: &mut Checking, route: &Route, rep: &RepSettings) {
    let at = route.place();
    let Some((duration, window)) = rep.lunch() else {
        if let Some(start) = route.lunch_start.or(route.lunch_end) {
            let expected = format!("nothing: {} has no lunch break", rep.name);
            check.violation(&at, "lunch_from", start, expected);
        }
        return;
    };
    let Some((start, end)) = route.lunch() else {
        if route.end.seconds_of(route.date) > window.to {
            let expected = format!("lunch, as the rep is not home by {}", clock(window.to));
            check.violation(&at, "lunch_from", "nothing", expected);
        }
        return;
    };
    if start < window.from.max(rep.shift.from) || start > window.to {
        let expected = format!("{} to {}", clock(window.from), clock(window.to));
        check.violation(&at, "lunch_from", clock(start), expected);
    }
    check.equal(&at, "lunch_until", clock(end), clock(start + duration));
}
