//! Check of the figures that are sums of other figures.

use std::collections::BTreeMap;

use super::report::{Checking, Place};
use super::written::{Route, Stop, WrittenPlan};
use crate::plan_files::SolverFigures;
use crate::plan_files::files::SUMMARY;
use crate::prospects::Grade;

/// Largest error of a written sum with three decimals.
const ROUNDED: f64 = 0.000_6;

/// Checks the sums of routes over their stops, and of the summary over routes and prospects.
pub(super) fn check(plan: &WrittenPlan) -> Checking {
    let mut check = Checking::new("sums", "set", "of figures that are the sums of their parts");
    for route in &plan.routes {
        route_figures(&mut check, route, &plan.stops_of(route));
    }
    listed_routes(&mut check, plan);
    totals(&mut check, plan);
    left_out(&mut check, plan);
    positions(&mut check, plan);
    check
}

fn route_figures(check: &mut Checking, route: &Route, stops: &[&Stop]) {
    let at = route.place();
    check.count();
    check.equal(&at, "visits", route.visits, stops.len());
    check.near(&at, "prize", route.prize, sum(stops, |s| s.prize), ROUNDED);
    check.near(&at, "visit_minutes", route.visit_minutes, sum(stops, |s| s.visit_minutes), ROUNDED);
    check.near(
        &at,
        "park_minutes",
        route.park_minutes,
        sum(stops, |s| s.park_minutes),
        of_parts(stops),
    );
    let at_least = [
        ("walk_minutes", route.walk_minutes, sum(stops, |s| s.walk_minutes)),
        ("walk_m", route.walk_m, sum(stops, |s| s.walk_m)),
    ];
    for (property, found, of_stops) in at_least {
        if found < of_stops - of_parts(stops) {
            let expected = format!("at least the {of_stops:.3} of its stops");
            check.violation(&at, property, found, expected);
        }
    }
    let at_doors = route.park_minutes + route.walk_minutes;
    if at_doors > route.travel_minutes + of_parts(stops) {
        let expected = format!("at least the {at_doors:.3} of parking and walks");
        check.violation(&at, "travel_minutes", route.travel_minutes, expected);
    }
    let distance_km = sum(stops, |s| s.distance_m) / 1000.0;
    if route.distance_km < distance_km - ROUNDED {
        let expected = format!("at least the {distance_km:.3} of its stops");
        check.violation(&at, "distance_km", route.distance_km, expected);
    }
}

/// Returns the largest error of the sum of one rounded figure of each stop.
fn of_parts(stops: &[&Stop]) -> f64 {
    ROUNDED * (1.0 + stops.len() as f64)
}

/// Checks that the summary lists exactly the routes of `routes.geojson`.
fn listed_routes(check: &mut Checking, plan: &WrittenPlan) {
    let figures = &plan.summary.routes;
    let at = summary("routes");
    check.equal(&at, "number of routes", figures.len(), plan.routes.len());
    for (figures, route) in figures.iter().zip(&plan.routes) {
        check.count();
        let at = summary(&format!("routes, {}", figures.route_id));
        check.equal(&at, "route_id", &figures.route_id, &route.route_id);
        check.equal(&at, "rep", &figures.rep, &route.rep);
        check.equal(&at, "date", figures.date, route.date);
        check.equal(&at, "start_time", figures.start_time, route.start_time);
        check.equal(&at, "end_time", figures.end_time, route.end_time);
        check.equal(&at, "visits", figures.visits, route.visits);
        check.near(&at, "prize", figures.prize, route.prize, ROUNDED);
        check.near(&at, "distance_km", figures.distance_km, route.distance_km, ROUNDED);
        check.near(&at, "travel_minutes", figures.travel_minutes, route.travel_minutes, ROUNDED);
        check.near(&at, "park_minutes", figures.park_minutes, route.park_minutes, ROUNDED);
        check.near(&at, "walk_minutes", figures.walk_minutes, route.walk_minutes, ROUNDED);
        check.near(&at, "visit_minutes", figures.visit_minutes, route.visit_minutes, ROUNDED);
    }
}

fn totals(check: &mut Checking, plan: &WrittenPlan) {
    let (totals, routes, at) = (&plan.summary.totals, &plan.routes, summary("totals"));
    check.count();
    check.equal(&at, "prospects", totals.prospects, plan.prospects.len());
    check.equal(&at, "phone_calls", totals.phone_calls, plan.phone_calls.len());
    check.equal(&at, "visits", totals.visits, plan.stops.len());
    let wanted = plan.prospects.iter().map(|p| p.visits_wanted).sum();
    check.equal(&at, "visits_wanted", totals.visits_wanted, wanted);
    let prizes: Vec<f64> = plan.prospects.iter().filter_map(|p| p.prize).collect();
    check.equal(&at, "due", totals.due, prizes.len());
    let done = plan.prospects.iter().filter(|p| p.decision == "done").count();
    check.equal(&at, "done", totals.done, done);
    // Each route adds its own rounding error to the sum.
    let rounded = ROUNDED * (1.0 + routes.len() as f64);
    let prize = sum(&plan.stops, |s| s.prize);
    check.near(&at, "prize", totals.prize, prize, ROUNDED);
    check.near(&at, "distance_km", totals.distance_km, sum(routes, |r| r.distance_km), rounded);
    let travel_minutes = sum(routes, |r| r.travel_minutes);
    check.near(&at, "travel_minutes", totals.travel_minutes, travel_minutes, rounded);
    check.near(&at, "park_minutes", totals.park_minutes, sum(routes, |r| r.park_minutes), rounded);
    check.near(&at, "walk_minutes", totals.walk_minutes, sum(routes, |r| r.walk_minutes), rounded);
    let visit_minutes = sum(routes, |r| r.visit_minutes);
    check.near(&at, "visit_minutes", totals.visit_minutes, visit_minutes, rounded);
    check.near(&at, "wait_minutes", totals.wait_minutes, sum(routes, |r| r.wait_minutes), rounded);
    // In a plan of several days `prize_due` uses the best day of each prospect; the files may show
    // another day.
    let prize_due: f64 = prizes.iter().sum();
    if plan.summary.dates.len() == 1 {
        check.near(&at, "prize_due", totals.prize_due, prize_due, ROUNDED);
    } else if totals.prize_due < prize_due - ROUNDED {
        check.violation(&at, "prize_due", totals.prize_due, format_args!("{prize_due:.3} or more"));
    }
    let cost = plan.summary.policy.travel_cost_per_hour;
    let balance = plan.summary.policy.balance;
    let work_hours = |route: &Route| (route.travel_minutes + route.visit_minutes) / 60.0;
    let work = sum(routes, |route| work_hours(route) * work_hours(route));
    let objective = prize - cost * travel_minutes / 60.0 - balance * work;
    let found = plan.summary.solver.objective;
    // Hours are rounded too, and a route has at most 24 hours.
    let slack = rounded * (1.0 + cost + balance);
    check.near(&summary("solver"), "objective", found, objective, slack);
    quality(check, &plan.summary.solver);
}

/// Checks that the bound is at least the objective, and that the gap is the difference in percent
/// of the bound.
fn quality(check: &mut Checking, solver: &SolverFigures) {
    let at = summary("solver");
    let (objective, bound) = (solver.objective, solver.bound);
    if bound < objective - ROUNDED {
        check.violation(&at, "bound", bound, format_args!("{objective:.3} or more"));
    }
    let gap = if bound > 0.0 { 100.0 * (bound - objective).max(0.0) / bound } else { 0.0 };
    // Objective and bound are rounded; the effect on the gap is large if the bound is small.
    let rounded = 0.001 + 100.0 * 2.0 * ROUNDED * 2.0 / bound.abs().max(0.001);
    match solver.gap_percent {
        Some(found) => check.near(&at, "gap_percent", found, gap, rounded),
        None if bound > 0.0 => {
            check.violation(&at, "gap_percent", "nothing", format_args!("{gap:.3}"))
        }
        None => {}
    }
}

/// Checks the number of positions for each grade of accuracy.
fn positions(check: &mut Checking, plan: &WrittenPlan) {
    let mut counted = BTreeMap::<String, usize>::new();
    for prospect in &plan.prospects {
        let quality = prospect.position_quality.map_or("given", Grade::name);
        *counted.entry(quality.to_owned()).or_default() += 1;
    }
    check.count();
    if plan.summary.positions != counted {
        let (found, expected) = (format!("{:?}", plan.summary.positions), format!("{counted:?}"));
        check.violation(&summary("positions"), "counts", found, expected);
    }
}

/// Checks the number of prospects left out for each reason.
fn left_out(check: &mut Checking, plan: &WrittenPlan) {
    let mut counted = BTreeMap::<&str, usize>::new();
    for prospect in plan.prospects.iter().filter(|p| p.decision == "left_out") {
        *counted.entry(&prospect.reason_code).or_default() += 1;
    }
    let written: BTreeMap<&str, usize> =
        plan.summary.left_out.iter().map(|(code, n)| (code.as_str(), *n)).collect();
    check.count();
    if written != counted {
        let text = |counts: &BTreeMap<&str, usize>| {
            let counts: Vec<String> =
                counts.iter().map(|(code, n)| format!("{n} {code}")).collect();
            if counts.is_empty() { "none".to_owned() } else { counts.join(", ") }
        };
        check.violation(&summary("left_out"), "counts", text(&written), text(&counted));
    }
}

fn summary(key: &str) -> Place {
    Place { file: SUMMARY, feature: key.to_owned() }
}

fn sum<'a, T: 'a>(parts: impl IntoIterator<Item = &'a T>, of: impl Fn(&T) -> f64) -> f64 {
    parts.into_iter().map(of).sum()
}
