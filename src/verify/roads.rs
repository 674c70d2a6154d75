//! Check of the legs of all routes against shortest paths on networks built again from the map.

use std::collections::BTreeMap;

use super::approaches::{Approaches, Door, Walk};
use super::drawing::farthest;
use super::inputs::Inputs;
use super::learned::{travel_share, with_share};
use super::lists::Lists;
use super::networks::{Hour, Networks};
use super::report::{Checking, Report};
use super::written::{Route, Stop, WrittenPlan, whole_seconds};
use crate::learned::LearnedTimes;
use crate::lonlat::LonLat;
use crate::progress::Progress;
use crate::road::Snap;

/// Half of the last written decimal, with a margin for the arithmetic.
const ROUNDED: f64 = 0.000_5 + 1e-6;

/// Largest distance in metres between a drawn line and the road: one metre of simplification and
/// the rounding of coordinates.
const SIMPLIFIED_BY_M: f64 = 1.2;

/// Checks the time and distance of each leg against the shortest path between the places of the
/// lists, on the roads of the rep's mode during the shifts of the plan. Checks each detour against
/// the time that a direct drive without the stop would save. In rush hours a leg starts at the pace
/// of its departure; at each change of pace the rest of the leg continues at the new pace.
///
/// A leg between outlets with a common approach is a walk. All other legs include the walk from the
/// door they leave to the car, parking at the outlet they lead to, and the walk to its door.
///
/// If the map is a built network, the check uses it unchanged.
pub(super) fn check(
    plan: &WrittenPlan,
    inputs: &Inputs<'_>,
    lists: &Lists,
    progress: &dyn Progress,
    report: &mut Report,
) {
    let mut legs = Checking::new("legs", "leg", "as long as the shortest path on the roads");
    let mut drawing = Checking::new("drawing", "line", "along these paths, within a metre");
    let mut detours = Checking::new("detours", "detour", "that agree with the shortest paths");
    if lists.is_complete() {
        match Networks::of(plan, inputs, progress) {
            Ok(networks) => {
                for (mode, why) in &networks.missing {
                    report.leave(format!("legs travelled by {mode}"), why);
                }
                let mut approaches: BTreeMap<&str, Approaches> = BTreeMap::new();
                for route in &plan.routes {
                    let hours = networks.hours(route);
                    if hours.is_empty() {
                        continue;
                    }
                    // The networks of one mode have the same roads, so a place is valid on all of
                    // them.
                    let network = hours[0].network;
                    let approaches = approaches
                        .entry(&route.mode)
                        .or_insert_with(|| Approaches::of(plan, lists, network));
                    let Some(trip) = Trip::new(plan, lists, approaches, hours, route, &mut legs)
                    else {
                        continue;
                    };
                    let ways = trip.ways();
                    check_legs(&trip, &ways, &mut legs);
                    check_drawing(&trip, &ways, &mut drawing);
                    check_detours(&trip, &mut detours);
                }
            }
            Err(why) => report.leave("legs", why),
        }
    }
    report.add(legs);
    report.add(drawing);
    report.add(detours);
}

/// A route with its places on the roads.
struct Trip<'a> {
    /// At least one network, in order of time.
    hours: Vec<Hour<'a>>,
    route: &'a Route,
    /// Times learned from the visit log.
    learned: Option<&'a LearnedTimes>,
    stops: Vec<&'a Stop>,
    /// The start (home or the position of a rep underway), the stops in order, and home.
    places: Vec<Place>,
    /// The departure of each leg by the plan, in seconds since midnight.
    departures: Vec<i64>,
}

/// A point on the road, and the door at the end of the walk from it.
#[derive(Clone)]
struct Place {
    road: Snap,
    door: Option<Door>,
}

/// The path between two places, by car or on foot.
struct Way {
    milliseconds: i64,
    millimetres: i64,
    walked_mm: i64,
    /// Parts of the time for walks and for parking.
    walk_seconds: i64,
    park_seconds: i64,
    on_foot: bool,
    course: Vec<LonLat>,
}

impl Way {
    /// Returns the time in whole seconds, rounded up as in a plan.
    fn seconds(&self) -> i64 {
        self.milliseconds / 1000 + i64::from(self.milliseconds % 1000 != 0)
    }

    fn metres(&self) -> f64 {
        self.millimetres as f64 / 1000.0
    }
}

impl<'a> Trip<'a> {
    /// Returns `None` if a place is unknown or not on the roads; the second case is a violation.
    fn new(
        plan: &'a WrittenPlan,
        lists: &Lists,
        approaches: &Approaches,
        hours: Vec<Hour<'a>>,
        route: &'a Route,
        check: &mut Checking,
    ) -> Option<Self> {
        let stops = plan.stops_of(route);
        let radius_m = plan.summary.policy.snap_radius_m;
        let network = hours[0].network;
        let mut snap = |at: LonLat, what: &'static str, place| match network.snap(at, radius_m) {
            Ok(road) => Some(Place { road, door: None }),
            Err(failure) => {
                check.violation(&place, what, failure, "a place on the roads");
                None
            }
        };
        let rep = plan.summary.rep(&route.rep)?;
        let home = snap(rep.home(), "home", route.place())?;
        let start = snap(plan.summary.start(rep, route.date), "start", route.place())?;
        let mut places = vec![start];
        for stop in &stops {
            places.push(match approaches.door(&stop.id) {
                Some(door) => Place { road: door.car().clone(), door: Some(door.clone()) },
                None => snap(lists.row(&stop.id)?.at, "geometry", stop.place())?,
            });
        }
        places.push(home);
        let departures = departures(route, &stops);
        let learned = plan.summary.learned.as_ref();
        Some(Self { hours, route, learned, stops, places, departures })
    }

    /// Returns the quickest path of each leg with the network at its departure; `None` without a
    /// path.
    fn ways(&self) -> Vec<Option<Way>> {
        let way = |at: usize| self.way(self.hour_at(self.departures[at]), at, at + 1);
        (0..self.departures.len()).map(way).collect()
    }

    fn hour_at(&self, moment: i64) -> usize {
        self.hours.iter().rposition(|hour| hour.from <= moment).unwrap_or(0)
    }

    fn way(&self, hour: usize, from: usize, to: usize) -> Option<Way> {
        let places = [&self.places[from], &self.places[to]];
        let [before, after] = places.map(|place| place.door.as_ref());
        if let Some(walk) = before.zip(after).and_then(|(before, after)| before.to(after)) {
            let doors = [before, after].into_iter().flatten().map(|door| door.at);
            return Some(Way {
                milliseconds: walk.seconds * 1000,
                millimetres: walk.millimetres,
                walked_mm: walk.millimetres,
                walk_seconds: walk.seconds,
                park_seconds: 0,
                on_foot: true,
                course: doors.collect(),
            });
        }
        let path = self.hours[hour].network.path(&places[0].road, &places[1].road)?;
        let density = self.hours[hour].network.density(&places[1].road);
        let share = travel_share(self.learned, &self.route.rep, self.hours[hour].from, density);
        let drive = with_share(i64::from(path.cost.time().0), share);
        let walks = [before, after].map(|door| door.map_or(Walk::default(), Door::car_walk));
        let walked_mm = walks.iter().map(|walk| walk.millimetres).sum::<i64>();
        let walk_seconds = walks.iter().map(|walk| walk.seconds).sum::<i64>();
        let park_seconds = after.map_or(0, Door::park_seconds);
        let [before, after] = [before, after].map(|door| door.map(|door| door.at));
        Some(Way {
            milliseconds: drive + (walk_seconds + park_seconds) * 1000,
            millimetres: i64::try_from(path.cost.distance().0).ok()? + walked_mm,
            walked_mm,
            walk_seconds,
            park_seconds,
            on_foot: false,
            course: before.into_iter().chain(path.points).chain(after).collect(),
        })
    }

    /// Returns the travel time between two places for a departure at `depart`, in whole seconds,
    /// rounded up as in a plan.
    fn seconds(&self, from: usize, to: usize, depart: i64) -> Option<i64> {
        let whole = |hour: usize| Some(self.way(hour, from, to)?.seconds());
        let first = self.hour_at(depart);
        let (mut pace, mut undone, mut clock) = (whole(first)?, whole(first)?, depart);
        for hour in first + 1..self.hours.len() {
            let change = self.hours[hour].from;
            if clock + undone <= change {
                break;
            }
            let next = whole(hour)?;
            let scaled = (undone - (change - clock)) * next;
            undone = scaled / pace + i64::from(scaled % pace != 0);
            (pace, clock) = (next, change);
        }
        Some(clock + undone - depart)
    }

    /// Returns the travel time of a leg in seconds as in the plan: to the millisecond, or whole
    /// seconds if the pace changes on the leg.
    fn leg_seconds(&self, leg: usize, way: &Way) -> Option<f64> {
        let seconds = self.seconds(leg, leg + 1, self.departures[leg])?;
        let is_one_pace = way.seconds() == seconds;
        Some(if is_one_pace { way.milliseconds as f64 / 1000.0 } else { seconds as f64 })
    }
}

/// Returns the departure of each leg: its arrival minus its travel time. The last leg starts when
/// the rep is free.
fn departures(route: &Route, stops: &[&Stop]) -> Vec<i64> {
    let day = route.date;
    let to_stops = stops.iter().map(|stop| stop.arrival_time.seconds_of(day) - stop.travel());
    let free = stops.last().map_or(route.start_time, |stop| stop.end_time).seconds_of(day);
    // A lunch after the last visit is at that outlet, unless the day ends with the lunch.
    let lunch_there = route
        .lunch()
        .filter(|(start, end)| *start >= free && *end != route.end_time.seconds_of(day));
    to_stops.chain([lunch_there.map_or(free, |(_, end)| end)]).collect()
}

fn check_legs(trip: &Trip<'_>, ways: &[Option<Way>], check: &mut Checking) {
    for (at, (stop, way)) in trip.stops.iter().zip(ways).enumerate() {
        check.count();
        let place = stop.place();
        let whole = way.as_ref().and_then(|way| Some((way, trip.leg_seconds(at, way)?)));
        let Some((way, seconds)) = whole else {
            check.violation(
                &place,
                "travel_seconds",
                stop.travel_seconds,
                "no leg: there is no way",
            );
            continue;
        };
        check.near(&place, "travel_seconds", stop.travel_seconds, seconds, ROUNDED);
        check.near(&place, "distance_m", stop.distance_m, way.metres(), ROUNDED);
        check.near(&place, "walk_m", stop.walk_m, way.walked_mm as f64 / 1000.0, ROUNDED);
        let (walk, park) = (way.walk_seconds as f64 / 60.0, way.park_seconds as f64 / 60.0);
        check.near(&place, "walk_minutes", stop.walk_minutes, walk, ROUNDED);
        check.near(&place, "park_minutes", stop.park_minutes, park, ROUNDED);
        let mode = if way.on_foot { "walk" } else { &trip.route.mode };
        check.equal(&place, "travel_mode", stop.travel_mode.as_str(), mode);
    }
    check.count();
    let place = trip.route.place();
    let last = ways.len() - 1;
    let seconds = trip.seconds(last, last + 1, trip.departures[last]);
    let (Some(way), Some(expected)) = (&ways[last], seconds) else {
        check.violation(&place, "last leg", "a way home", "no leg: there is no way");
        return;
    };
    // The last leg is only in the sums, and these are rounded to a metre.
    let travel: i64 = trip.stops.iter().map(|stop| stop.travel()).sum();
    let home_leg = whole_seconds(trip.route.travel_minutes * 60.0) - travel;
    check.equal(&place, "seconds of the last leg", home_leg, expected);
    let before_m: f64 = trip.stops.iter().map(|stop| stop.distance_m).sum();
    let home_leg_m = trip.route.distance_km * 1000.0 - before_m;
    check.near(&place, "metres of the last leg", home_leg_m, way.metres(), 0.6);
    let rounded = ROUNDED * (2.0 + trip.stops.len() as f64);
    let walk_m = trip.stops.iter().map(|s| s.walk_m).sum::<f64>() + way.walked_mm as f64 / 1000.0;
    check.near(&place, "walk_m", trip.route.walk_m, walk_m, rounded);
    let to_stops = trip.stops.iter().map(|s| s.walk_minutes).sum::<f64>();
    let walk_minutes = to_stops + way.walk_seconds as f64 / 60.0;
    check.near(&place, "walk_minutes", trip.route.walk_minutes, walk_minutes, rounded);
}

/// Checks that the drawn line stays within [`SIMPLIFIED_BY_M`] of the roads and omits no part.
fn check_drawing(trip: &Trip<'_>, ways: &[Option<Way>], check: &mut Checking) {
    let Some(ways) = ways.iter().map(Option::as_ref).collect::<Option<Vec<&Way>>>() else {
        return;
    };
    check.count();
    let road: Vec<LonLat> = ways.iter().flat_map(|way| way.course.iter().copied()).collect();
    let drawn = &trip.route.geometry;
    let place = trip.route.place();
    let sides = [(drawn, &road, "a point on the road"), (&road, drawn, "a line by this point")];
    for (points, line, expected) in sides {
        let Some((at, metres)) = farthest(points, line) else { continue };
        if metres > SIMPLIFIED_BY_M {
            let found = format!("{metres:.0} m off at {:.6}, {:.6}", at.lon, at.lat);
            check.violation(&place, "line", found, expected);
        }
    }
}

fn check_detours(trip: &Trip<'_>, check: &mut Checking) {
    for (at, stop) in trip.stops.iter().enumerate() {
        check.count();
        let (left, left_stop) = (trip.departures[at], trip.departures[at + 1]);
        let by_stop = trip.seconds(at, at + 1, left).zip(trip.seconds(at + 1, at + 2, left_stop));
        if let (Some((there, on)), Some(straight)) = (by_stop, trip.seconds(at, at + 2, left)) {
            let minutes = (there + on - straight).max(0) as f64 / 60.0;
            check.near(&stop.place(), "detour_minutes", stop.detour_minutes, minutes, ROUNDED);
        }
    }
}
