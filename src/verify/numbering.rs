//! Check of the references between routes and stops, and of the stop numbers.

use std::collections::BTreeSet;

use super::report::Checking;
use super::written::WrittenPlan;

/// Checks that each route has one rep and one day of the plan, and is named after both. Each stop
/// must belong to a route, and the stops of a route must have the numbers 1, 2, 3, … .
pub(super) fn check(plan: &WrittenPlan) -> Checking {
    let mut check =
        Checking::new("numbering", "route", "of one rep and day each, stops numbered without gaps");
    let summary = &plan.summary;
    let mut ids = BTreeSet::new();
    for route in &plan.routes {
        check.count();
        let at = route.place();
        if !ids.insert(&route.route_id) {
            check.violation(&at, "route_id", &route.route_id, "a route of its own");
        }
        match summary.reps.iter().position(|rep| rep.name == route.rep) {
            None => {
                let names: Vec<&str> = summary.reps.iter().map(|rep| rep.name.as_str()).collect();
                check.violation(
                    &at,
                    "rep",
                    &route.rep,
                    format_args!("one of {}", names.join(", ")),
                );
            }
            Some(rep) => {
                let expected = format!("{}/{}/{}", summary.territory, route.date, rep + 1);
                check.equal(&at, "route_id", &route.route_id, &expected);
                check.equal(&at, "mode", &route.mode, &summary.reps[rep].mode);
                let page_name = format!("{} {}", route.rep, route.date);
                check.equal(&at, "page_name", &route.page_name, &page_name);
            }
        }
        if !summary.dates.contains(&route.date) {
            check.violation(&at, "date", route.date, "a day of the plan");
        }
        let stops = plan.stops_of(route);
        if stops.is_empty() {
            check.violation(&at, "stops", "none", "at least one");
        }
        for (before, stop) in stops.iter().enumerate() {
            check.equal(&stop.place(), "stop_no", stop.stop_no, before + 1);
            check.equal(&stop.place(), "rep", &stop.rep, &route.rep);
            check.equal(&stop.place(), "date", stop.date, route.date);
        }
    }
    for stop in &plan.stops {
        if !ids.contains(&stop.route_id) {
            check.violation(&stop.place(), "route_id", &stop.route_id, "a route of routes.geojson");
        }
    }
    check
}
