//! The legs of every route against shortest paths on a network built anew from the map.

use std::collections::BTreeMap;

use super::drawing::farthest;
use super::inputs::Inputs;
use super::lists::Lists;
use super::report::{Checking, Report};
use super::summary::Summary;
use super::written::{Route, Stop, WrittenPlan, whole_seconds};
use crate::lonlat::LonLat;
use crate::osm::{self, Extract};
use crate::progress::Progress;
use crate::road::{BuildOptions, Path, Period, Profile, RoadNetwork, Snap};
use crate::units::Seconds;

/// Half of the last decimal that is written, and a little for the arithmetic.
const ROUNDED: f64 = 0.000_5 + 1e-6;

/// A drawn line may leave the road by a metre, and by the rounding of its coordinates.
const SIMPLIFIED_BY_M: f64 = 1.2;

/// Each leg takes as long and is as far as the shortest path between the places of the lists, on the roads of the rep's
/// mode as they are during the shifts of the plan; each detour is what the day's travel would be shorter by.
///
/// A map that is a built network is taken as it is.
pub(super) fn check(
    plan: &WrittenPlan,
    inputs: &Inputs<'_>,
    lists: &Lists,
    progress: &dyn Progress,
    report: &mut Report,
) {
    let mut legs = Checking::new("legs", "leg", "as long as the shortest path on the roads");
    let mut drawing = Checking::new("drawing", "line", "along these paths, give or take a metre");
    let mut detours = Checking::new("detours", "detour", "that agree with the shortest paths");
    if lists.is_complete() {
        match Networks::of(plan, inputs, progress) {
            Ok(networks) => {
                for (mode, why) in &networks.missing {
                    report.leave(format!("legs travelled by {mode}"), why);
                }
                for route in &plan.routes {
                    let Some(network) = networks.by_mode.get(&route.mode) else { continue };
                    let Some(trip) = Trip::new(plan, lists, network, route, &mut legs) else {
                        continue;
                    };
                    let paths = trip.paths();
                    check_legs(&trip, &paths, &mut legs);
                    check_drawing(&trip, &paths, &mut drawing);
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

/// A route's places on the network.
struct Trip<'a> {
    network: &'a RoadNetwork,
    route: &'a Route,
    stops: Vec<&'a Stop>,
    /// Home, the stops in order, home.
    places: Vec<Snap>,
}

impl<'a> Trip<'a> {
    /// `None` if a place is unknown or not on the roads; the latter is a violation.
    fn new(
        plan: &'a WrittenPlan,
        lists: &Lists,
        network: &'a RoadNetwork,
        route: &'a Route,
        check: &mut Checking,
    ) -> Option<Self> {
        let stops = plan.stops_of(route);
        let radius_m = plan.summary.policy.snap_radius_m;
        let mut snap = |at: LonLat, what: &'static str, place| match network.snap(at, radius_m) {
            Ok(snap) => Some(snap),
            Err(failure) => {
                check.violation(&place, what, failure, "a place on the roads");
                None
            }
        };
        let home = snap(plan.summary.rep(&route.rep)?.home(), "home", route.place())?;
        let mut places = vec![home.clone()];
        for stop in &stops {
            places.push(snap(lists.row(&stop.id)?.at, "geometry", stop.place())?);
        }
        places.push(home);
        Some(Self { network, route, stops, places })
    }

    /// One path a leg.
    fn paths(&self) -> Vec<Option<Path>> {
        (1..self.places.len()).map(|at| self.path(at - 1, at)).collect()
    }

    fn path(&self, from: usize, to: usize) -> Option<Path> {
        self.network.path(&self.places[from], &self.places[to])
    }

    /// Travel time in whole seconds, rounded up as a plan counts.
    fn seconds(&self, from: usize, to: usize) -> Option<i64> {
        Some(i64::from(self.path(from, to)?.cost.time().to_seconds_ceil().0))
    }
}

fn check_legs(trip: &Trip<'_>, paths: &[Option<Path>], check: &mut Checking) {
    for (stop, path) in trip.stops.iter().zip(paths) {
        check.count();
        let place = stop.place();
        let Some(Path { cost, .. }) = path else {
            check.violation(
                &place,
                "travel_seconds",
                stop.travel_seconds,
                "no leg: there is no way",
            );
            continue;
        };
        check.near(&place, "travel_seconds", stop.travel_seconds, cost.time().seconds(), ROUNDED);
        check.near(&place, "distance_m", stop.distance_m, cost.distance().metres(), ROUNDED);
    }
    check.count();
    let place = trip.route.place();
    let Some(Some(Path { cost, .. })) = paths.last() else {
        check.violation(&place, "last leg", "a way home", "no leg: there is no way");
        return;
    };
    // The last leg stands in the sums only, which are rounded to a metre.
    let travel: i64 = trip.stops.iter().map(|stop| stop.travel()).sum();
    let home_leg = whole_seconds(trip.route.travel_minutes * 60.0) - travel;
    let expected = i64::from(cost.time().to_seconds_ceil().0);
    check.equal(&place, "seconds of the last leg", home_leg, expected);
    let before_m: f64 = trip.stops.iter().map(|stop| stop.distance_m).sum();
    let home_leg_m = trip.route.distance_km * 1000.0 - before_m;
    check.near(&place, "metres of the last leg", home_leg_m, cost.distance().metres(), 0.6);
}

/// The drawn line leaves the roads by no more than the metre it is simplified by, and leaves nothing out.
fn check_drawing(trip: &Trip<'_>, paths: &[Option<Path>], check: &mut Checking) {
    let Some(paths) = paths.iter().map(Option::as_ref).collect::<Option<Vec<&Path>>>() else {
        return;
    };
    check.count();
    let road: Vec<LonLat> = paths.iter().flat_map(|path| path.points.iter().copied()).collect();
    let drawn = &trip.route.course;
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
        let by_stop = trip.seconds(at, at + 1).zip(trip.seconds(at + 1, at + 2));
        if let (Some((there, on)), Some(straight)) = (by_stop, trip.seconds(at, at + 2)) {
            let minutes = (there + on - straight).max(0) as f64 / 60.0;
            check.near(&stop.place(), "detour_minutes", stop.detour_minutes, minutes, ROUNDED);
        }
    }
}

/// The networks of the modes that are travelled, and why some are missing.
struct Networks {
    by_mode: BTreeMap<String, RoadNetwork>,
    missing: BTreeMap<String, String>,
}

impl Networks {
    fn of(
        plan: &WrittenPlan,
        inputs: &Inputs<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, String> {
        let map = inputs.with_role("map").next().ok_or("summary.json names no map")?;
        let path = map.path.clone()?;
        let (mut by_mode, mut missing) = (BTreeMap::new(), BTreeMap::new());
        let mut extract: Option<Extract> = None;
        for mode in plan.routes.iter().map(|route| &route.mode) {
            if by_mode.contains_key(mode) || missing.contains_key(mode) {
                continue;
            }
            let profile = match profile(mode, inputs) {
                Ok(profile) => profile,
                Err(why) => {
                    missing.insert(mode.clone(), why);
                    continue;
                }
            };
            if RoadNetwork::is_network_file(&path) {
                let network = RoadNetwork::load(&path).map_err(|error| error.to_string())?;
                if network.info().profile == profile {
                    by_mode.insert(mode.clone(), network);
                } else {
                    let found = &network.info().profile.name;
                    missing.insert(mode.clone(), format!("the network is one for {found}"));
                }
                continue;
            }
            let extract = match &mut extract {
                Some(extract) => extract,
                none => none.insert(osm::read(&path, progress).map_err(|e| e.to_string())?),
            };
            let options =
                BuildOptions { periods: periods(&plan.summary), ..BuildOptions::default() };
            progress.begin("building the road network", 0);
            by_mode.insert(mode.clone(), RoadNetwork::build(extract, &profile, &options));
            progress.end();
        }
        Ok(Self { by_mode, missing })
    }
}

/// The profile of `mode`: built in, or the profile file that the plan names for it.
fn profile(mode: &str, inputs: &Inputs<'_>) -> Result<Profile, String> {
    if let Some(profile) = Profile::built_in(mode) {
        return Ok(profile);
    }
    let mut files = inputs.with_role("profile");
    let file = files
        .find(|file| file.input.mode.as_deref() == Some(mode))
        .ok_or_else(|| format!("summary.json names no profile file for {mode}"))?;
    let text = std::fs::read_to_string(file.path.as_ref().map_err(String::clone)?)
        .map_err(|error| error.to_string())?;
    Profile::parse(&text).map_err(|error| error.to_string())
}

/// When anybody is on the road: day by day, from the first shift's start to the last one's end.
fn periods(summary: &Summary) -> Vec<Period> {
    let time = |seconds: i64| Seconds(u32::try_from(seconds).expect("spans are times of day"));
    let period = |date| {
        let shifts =
            || summary.reps.iter().filter(move |rep| summary.works(rep, date)).map(|rep| rep.shift);
        let from = time(shifts().map(|shift| shift.from).min()?);
        let to = time(shifts().map(|shift| shift.to).max()?);
        Some(Period { date, from, to })
    };
    summary.dates.iter().copied().filter_map(period).collect()
}
