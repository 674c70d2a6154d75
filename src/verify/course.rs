//! Check of the drawn line of every route: from home to each stop in order, and back home.

use super::report::Checking;
use super::written::{Route, Stop, WrittenPlan};
use crate::lonlat::LonLat;

/// Largest share of its length that a line loses when simplification cuts tight bends. On real
/// roads a whole route loses a twentieth of this.
const SHORTER_SHARE: f64 = 0.02;
/// Additional allowance in metres, for short legs.
const SHORTER_M: f64 = 10.0;
/// Largest share by which a line is longer than its road. Only rounding makes it longer.
const LONGER_SHARE: f64 = 0.001;
const LONGER_M: f64 = 5.0;
/// Allowance in metres for coordinates, which are rounded to a tenth of a metre.
const ROUNDED_M: f64 = 0.2;

/// Checks that each line begins and ends at one point near the rep's home, is as long as its route,
/// and comes near each stop after the length of the legs up to that stop. The line of a rep
/// underway begins near the rep's position instead. A jump, a gap or a detour breaks one of these
/// rules.
pub(super) fn check(plan: &WrittenPlan) -> Checking {
    let mut check =
        Checking::new("course", "line", "from home by every stop and back, as long as the legs");
    let near_m = plan.summary.policy.snap_radius_m + ROUNDED_M;
    for route in &plan.routes {
        check.count();
        let at = route.place();
        let line = Line::new(&route.geometry);
        let (first, last) = (line.points[0], line.points[line.points.len() - 1]);
        let is_from_home = plan.summary.underway(&route.rep, route.date).is_none();
        let apart_m = first.distance_m(last);
        if is_from_home && apart_m > ROUNDED_M {
            let expected = format!("its beginning, {apart_m:.0} m away");
            check.violation(&at, "end of the line", text(last), expected);
        }
        if let Some(rep) = plan.summary.rep(&route.rep) {
            let start = plan.summary.start(rep, route.date);
            let beginning = if is_from_home { "home" } else { "where the rep is" };
            let ends = [
                ("beginning of the line", first, start, beginning),
                ("end of the line", last, rep.home(), "home"),
            ];
            for (property, end, place, what) in ends {
                let away_m = end.distance_m(place);
                if away_m > near_m {
                    let expected =
                        format!("within {near_m:.0} m of {what}, which is {away_m:.0} m away");
                    check.violation(&at, property, text(end), expected);
                }
            }
        }
        let length_m = line.length_m();
        let said_m = drawn_m(plan, route.distance_km * 1000.0, route.walk_m);
        let (least_m, most_m) = drawn_lengths_m(said_m);
        if !(least_m..=most_m).contains(&length_m) {
            let found = format!("{length_m:.0} m");
            check.violation(&at, "length of the line", found, format_args!("{said_m:.0} m"));
        }
        follow(&mut check, &line, plan, route, near_m);
    }
    check
}

/// Returns the length in metres of the line of a leg or route of `length_m`, of which `walk_m` are
/// walks: they are drawn as straight lines.
fn drawn_m(plan: &WrittenPlan, length_m: f64, walk_m: f64) -> f64 {
    let detour = plan.summary.policy.walk_detour;
    length_m - walk_m + if detour > 0.0 { walk_m / detour } else { 0.0 }
}

/// Returns the smallest and the largest length in metres of the line of a road of `road_m`.
fn drawn_lengths_m(road_m: f64) -> (f64, f64) {
    let road_m = road_m.max(0.0);
    (road_m * (1.0 - SHORTER_SHARE) - SHORTER_M, road_m * (1.0 + LONGER_SHARE) + LONGER_M)
}

/// Follows the line from stop to stop. Legs begin and end at points of the line, so the check uses
/// only these points.
fn follow(check: &mut Checking, line: &Line<'_>, plan: &WrittenPlan, route: &Route, near_m: f64) {
    let stops = plan.stops_of(route);
    let leg_m = |stop: &Stop| drawn_m(plan, stop.distance_m, stop.walk_m);
    // Marks the points of the line at which the rep can be.
    let mut here = vec![false; line.points.len()];
    here[0] = true;
    for &stop in &stops {
        let after_leg = line.after_leg(&here, leg_m(stop));
        let near = |at: usize| line.points[at].distance_m(stop.geometry) <= near_m;
        let there: Vec<bool> =
            after_leg.iter().enumerate().map(|(at, reached)| *reached && near(at)).collect();
        if there.contains(&true) {
            here = there;
            continue;
        }
        let found = match (0..line.points.len()).any(near) {
            true => "not by the stop after a leg of that length",
            false => "nowhere near the stop",
        };
        let expected = format!("within {near_m:.0} m of the stop after {:.0} m", leg_m(stop));
        check.violation(&stop.place(), "course of the line", found, expected);
        // Continues from the points near the stop, or else from all points further along the line.
        let from = here.iter().position(|may_be| *may_be).unwrap_or(0);
        here = (0..here.len()).map(|at| at >= from && near(at)).collect();
        if !here.contains(&true) {
            here = (0..here.len()).map(|at| at >= from).collect();
        }
    }
    let all_m = drawn_m(plan, route.distance_km * 1000.0, route.walk_m);
    let last_leg_m = all_m - stops.iter().map(|stop| leg_m(stop)).sum::<f64>();
    if line.after_leg(&here, last_leg_m).last() != Some(&true) {
        let expected = format!("the end {last_leg_m:.0} m after the last stop");
        check.violation(&route.place(), "course of the line", "another length", expected);
    }
}

/// A drawn line, with the distance in metres from its beginning to each of its points.
struct Line<'a> {
    points: &'a [LonLat],
    along_m: Vec<f64>,
}

impl<'a> Line<'a> {
    fn new(points: &'a [LonLat]) -> Self {
        let mut along_m = vec![0.0];
        for pair in points.windows(2) {
            along_m.push(along_m[along_m.len() - 1] + pair[0].distance_m(pair[1]));
        }
        Self { points, along_m }
    }

    fn length_m(&self) -> f64 {
        self.along_m[self.along_m.len() - 1]
    }

    /// Marks the points that are a leg of `leg_m` after a point marked in `from`. O(n log n).
    fn after_leg(&self, from: &[bool], leg_m: f64) -> Vec<bool> {
        let (least_m, most_m) = drawn_lengths_m(leg_m);
        let mut before = vec![0_usize];
        for may_be in from {
            before.push(before[before.len() - 1] + usize::from(*may_be));
        }
        let index_of = |m: f64| self.along_m.partition_point(|along| *along < m);
        (0..from.len())
            .map(|at| {
                let first = index_of(self.along_m[at] - most_m);
                let end = index_of(self.along_m[at] - least_m).min(at + 1);
                first < end && before[end] > before[first]
            })
            .collect()
    }
}

fn text(at: LonLat) -> String {
    format!("{}, {}", at.lon, at.lat)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leg_ends_where_the_line_is_as_long() {
        // Five points at intervals of 100 m.
        let points: Vec<LonLat> =
            (0..5).map(|n| LonLat { lon: f64::from(n) * 100.0 / 111_319.49, lat: 0.0 }).collect();
        let line = Line::new(&points);
        assert!((line.length_m() - 400.0).abs() < 0.1);
        let from = [true, true, false, false, false];
        assert_eq!(line.after_leg(&from, 200.0), [false, false, true, true, false]);
        assert_eq!(line.after_leg(&from, 0.0), from);
        assert_eq!(line.after_leg(&from, 150.0), [false; 5]);
        assert_eq!(line.after_leg(&from, 1000.0), [false; 5]);
    }
}
