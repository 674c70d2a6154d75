//! The clock of every route, second by second.

use jiff::civil::Date;

use super::moment::{Moment, clock};
use super::report::{Checking, Place};
use super::written::{Route, Stop, WrittenPlan, whole_seconds};

/// How far a number of minutes with three decimals may be from whole seconds.
const MINUTES_TOLERANCE: f64 = 0.000_6;

/// The rep leaves home, drives, waits, visits and drives home, and each of these begins when the one before is over.
///
/// Lunch is taken before leaving a place (home too) or after arriving there, and then delays the arrival or the visit.
pub(super) fn check(plan: &WrittenPlan) -> Checking {
    let mut check = Checking::new(
        "times",
        "stop",
        "with arrival, wait, visit and next arrival that agree by the second",
    );
    for route in &plan.routes {
        let stops = plan.stops_of(route);
        let mut run = Run::new(route);
        for stop in &stops {
            check.count();
            run.visit(&mut check, stop);
        }
        run.go_home(&mut check, route, &stops);
        if let (Some((start, end)), false) = (run.lunch, run.lunch_taken) {
            let found = format!("{} to {}", clock(start), clock(end));
            check.violation(&route.place(), "lunch_from", found, "a time between visits");
        }
        check.near(
            &route.place(),
            "wait_minutes",
            route.wait_minutes,
            run.waited as f64 / 60.0,
            MINUTES_TOLERANCE,
        );
    }
    if let Some(zone) = plan.zone() {
        for (at, property, moment) in moments(plan) {
            if !moment.fits(&zone) {
                let name = zone.iana_name().unwrap_or("the territory");
                let expected = format!("the offset from UTC that {name} has then");
                check.violation(&at, property, moment, expected);
            }
        }
    }
    check
}

/// How far a rep's day has come. Times are seconds since midnight.
struct Run {
    date: Date,
    /// When the rep is free to leave the present place.
    free: i64,
    /// How many seconds of waiting there were.
    waited: i64,
    lunch: Option<(i64, i64)>,
    lunch_taken: bool,
}

/// The end of a leg.
struct Arrival {
    /// When the rep is there.
    arrival: i64,
    /// When the rep is free for the visit.
    ready: i64,
    /// How much of the time in between is lunch.
    lunch: i64,
}

impl Run {
    fn new(route: &Route) -> Self {
        let free = route.start.seconds_of(route.date);
        let lunch = route.lunch();
        // Lunch at home before setting out delays nothing.
        let lunch_taken = lunch.is_some_and(|(start, end)| start <= end && end <= free);
        Self { date: route.date, free, waited: 0, lunch, lunch_taken }
    }

    fn visit(&mut self, check: &mut Checking, stop: &Stop) {
        let at = stop.place();
        let [arrival, start, end] =
            [stop.arrival, stop.start, stop.end].map(|moment| moment.seconds_of(self.date));
        let there = self.drive(stop.travel(), arrival, start);
        check.equal(&at, "arrival_time", clock(arrival), clock(there.arrival));
        if start < there.ready {
            let expected = format!("{} or later", clock(there.ready));
            check.violation(&at, "start_time", clock(start), expected);
        }
        check.equal(&at, "end_time", clock(end), clock(start + stop.visit_seconds()));
        let wait = (start - there.arrival - there.lunch).max(0);
        let minutes = wait as f64 / 60.0;
        check.near(&at, "wait_minutes", stop.wait_minutes, minutes, MINUTES_TOLERANCE);
        self.waited += wait;
        self.free = end;
    }

    fn go_home(&mut self, check: &mut Checking, route: &Route, stops: &[&Stop]) {
        let travel: i64 = stops.iter().map(|stop| stop.travel()).sum();
        let home_leg = whole_seconds(route.travel_minutes * 60.0) - travel;
        if home_leg < 0 {
            let expected = format!("at least the {:.3} of its stops", travel as f64 / 60.0);
            check.violation(&route.place(), "travel_minutes", route.travel_minutes, expected);
        }
        let end = route.end.seconds_of(self.date);
        let there = self.drive(home_leg, end, end);
        check.equal(&route.place(), "end_time", clock(end), clock(there.ready));
    }

    /// A leg of `travel` seconds, said to end at `said`, after which something happens at `next`; with lunch if that lies
    /// between.
    fn drive(&mut self, travel: i64, said: i64, next: i64) -> Arrival {
        let arrival = self.free + travel;
        match self.lunch.filter(|_| !self.lunch_taken) {
            // Before a leg that would have taken longer without it there may be time for lunch after it, too.
            Some((start, end)) if start >= self.free && end + travel == said => {
                self.lunch_taken = true;
                Arrival { arrival: said, ready: said, lunch: 0 }
            }
            Some((start, end)) if start >= arrival && end <= next => {
                self.lunch_taken = true;
                Arrival { arrival, ready: end, lunch: end - start }
            }
            Some((start, end)) if start >= self.free && end + travel <= next => {
                self.lunch_taken = true;
                Arrival { arrival: end + travel, ready: end + travel, lunch: 0 }
            }
            _ => Arrival { arrival, ready: arrival, lunch: 0 },
        }
    }
}

/// Every moment of routes and stops.
fn moments(plan: &WrittenPlan) -> impl Iterator<Item = (Place, &'static str, Moment)> {
    let routes = plan.routes.iter().flat_map(|route| {
        let lunch = [("lunch_from", route.lunch_start), ("lunch_until", route.lunch_end)];
        [("start_time", Some(route.start)), ("end_time", Some(route.end))]
            .into_iter()
            .chain(lunch)
            .filter_map(|(property, moment)| Some((route.place(), property, moment?)))
    });
    let stops = plan.stops.iter().flat_map(|stop| {
        [("arrival_time", stop.arrival), ("start_time", stop.start), ("end_time", stop.end)]
            .map(|(property, moment)| (stop.place(), property, moment))
    });
    routes.chain(stops)
}
