//! Check of the times of all routes, to the second.

use jiff::civil::Date;

use super::report::{Checking, Place, clock};
use super::written::{Route, Stop, WrittenPlan, whole_seconds};
use crate::plan_files::Moment;

/// Largest error of minutes with three decimals, compared with whole seconds.
const MINUTES_TOLERANCE: f64 = 0.000_6;

/// Largest time in seconds by which a rep with a delayed departure may arrive before the earliest
/// permitted moment at an appointment. A difference occurs if the pace of the roads changes on the
/// leg.
const SOONER_MOST: i64 = 60;

/// Checks that each step of a day (departure, legs, waits, visits, return) begins when the step
/// before it ends.
///
/// At an appointment the rep must not be at the door earlier than the policy permits; otherwise the
/// rep leaves the previous place later. Lunch is before a departure (also at home) or after an
/// arrival; it then delays the arrival or the visit.
pub(super) fn check(plan: &WrittenPlan) -> Checking {
    let mut check = Checking::new(
        "times",
        "stop",
        "with arrival, wait, visit and next arrival that agree by the second",
    );
    for route in &plan.routes {
        let stops = plan.stops_of(route);
        let mut run = Run::new(route, i64::from(plan.summary.policy.earliness_minutes) * 60);
        for stop in &stops {
            check.count();
            run.visit(&mut check, stop);
            let next = stops.get(stop.stop_no).filter(|next| next.stop_no == stop.stop_no + 1);
            if let Some(next) = next {
                let leave = next.arrival_time.seconds_of(route.date) - next.travel();
                let found = clock(stop.leave_time.seconds_of(route.date));
                check.equal(&stop.place(), "leave_time", found, clock(leave));
            }
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

/// Progress of a rep through the day. Times are seconds since midnight.
struct Run {
    date: Date,
    /// The time from which the rep can leave the present place.
    free: i64,
    /// Total wait in seconds.
    waited: i64,
    /// Longest permitted time at the door before an appointment, in seconds.
    earliness: i64,
    lunch: Option<(i64, i64)>,
    lunch_taken: bool,
}

/// End of a leg. Times are seconds since midnight.
struct Arrival {
    arrival: i64,
    /// The time from which the rep is free for the visit.
    ready: i64,
    /// Seconds of lunch on the leg or after it.
    lunch: i64,
}

impl Run {
    fn new(route: &Route, earliness: i64) -> Self {
        let free = route.start_time.seconds_of(route.date);
        let lunch = route.lunch();
        // Lunch at home before departure causes no delay.
        let lunch_taken = lunch.is_some_and(|(start, end)| start <= end && end <= free);
        Self { date: route.date, free, waited: 0, earliness, lunch, lunch_taken }
    }

    fn visit(&mut self, check: &mut Checking, stop: &Stop) {
        let at = stop.place();
        let [arrival, start, end] = [stop.arrival_time, stop.start_time, stop.end_time]
            .map(|moment| moment.seconds_of(self.date));
        let door = (stop.reason_code == "appointment").then(|| start - self.earliness);
        let there = match door {
            Some(door) if arrival > self.free + stop.travel() => {
                self.drive_late(stop.travel(), arrival, start, door)
            }
            _ => self.drive(stop.travel(), arrival, start),
        };
        // The window for lunch may force a lunch at the next outlet, and so an early arrival there.
        let rests_there = there.ready > there.arrival;
        if let Some(door) = door.filter(|door| !rests_there && there.ready < door - SOONER_MOST) {
            let expected = format!("{} or later, not to be too early", clock(door));
            check.violation(&at, "arrival_time", clock(arrival), expected);
        }
        check.equal(&at, "arrival_time", clock(arrival), clock(there.arrival));
        if start < there.ready {
            let expected = format!("{} or later", clock(there.ready));
            check.violation(&at, "start_time", clock(start), expected);
        }
        check.equal(&at, "end_time", clock(end), clock(start + stop.visit_seconds()));
        let wait = (start - self.free - stop.travel() - there.lunch).max(0);
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
        let end = route.end_time.seconds_of(self.date);
        let there = self.drive(home_leg, end, end);
        check.equal(&route.place(), "end_time", clock(end), clock(there.ready));
    }

    /// Moves along a leg with a delayed departure, so that the rep is not at the door before
    /// `door`; lunch may be at one end of the leg.
    fn drive_late(&mut self, travel: i64, said: i64, next: i64, door: i64) -> Arrival {
        let late = |at_once: i64| match at_once < door {
            true if (door - SOONER_MOST..=door).contains(&said) => said,
            true => door,
            false => at_once,
        };
        let lunch = self.lunch.filter(|_| !self.lunch_taken);
        let (ready, lunch) = match lunch {
            Some((start, end)) if start >= self.free && end + travel <= said => {
                (late(end + travel), end - start)
            }
            // Lunch at the next place: the start of lunch limits the delay of the departure.
            Some((start, end)) if start >= said && end <= next => {
                self.lunch_taken = true;
                return Arrival { arrival: said, ready: end, lunch: end - start };
            }
            _ => (late(self.free + travel), 0),
        };
        self.lunch_taken |= lunch > 0;
        Arrival { arrival: ready, ready, lunch }
    }

    /// Moves along a leg of `travel` seconds. The plan gives `said` as its end and `next` as the
    /// start of the next step. Includes lunch if lunch lies between.
    fn drive(&mut self, travel: i64, said: i64, next: i64) -> Arrival {
        let arrival = self.free + travel;
        match self.lunch.filter(|_| !self.lunch_taken) {
            // This arm must be first: lunch before the leg can also fit the conditions of lunch
            // after it.
            Some((start, end)) if start >= self.free && end + travel == said => {
                self.lunch_taken = true;
                Arrival { arrival: said, ready: said, lunch: end - start }
            }
            Some((start, end)) if start >= arrival && end <= next => {
                self.lunch_taken = true;
                Arrival { arrival, ready: end, lunch: end - start }
            }
            Some((start, end)) if start >= self.free && end + travel <= next => {
                self.lunch_taken = true;
                Arrival { arrival: end + travel, ready: end + travel, lunch: end - start }
            }
            _ => Arrival { arrival, ready: arrival, lunch: 0 },
        }
    }
}

/// Returns all moments of routes and stops.
fn moments(plan: &WrittenPlan) -> impl Iterator<Item = (Place, &'static str, Moment)> {
    let routes = plan.routes.iter().flat_map(|route| {
        let lunch = [("lunch_from", route.lunch_from), ("lunch_until", route.lunch_until)];
        [("start_time", Some(route.start_time)), ("end_time", Some(route.end_time))]
            .into_iter()
            .chain(lunch)
            .filter_map(|(property, moment)| Some((route.place(), property, moment?)))
    });
    let stops = plan.stops.iter().flat_map(|stop| {
        [
            ("arrival_time", stop.arrival_time),
            ("start_time", stop.start_time),
            ("end_time", stop.end_time),
            ("leave_time", stop.leave_time),
        ]
        .map(|(property, moment)| (stop.place(), property, moment))
    });
    routes.chain(stops)
}
