//! Writes `routes.geojson`: a line for each rep and day, along the roads.

use geo::{LineString, SimplifyIdx};

use super::Written;
use super::layer::{Layer, feature, line};
use crate::itinerary::Beat;
use crate::lonlat::{LonLat, Ruler};
use crate::plan_files::RouteProperties;
use crate::units::thousandths;

/// Largest distance between the drawn line and the road, in metres.
const SIMPLIFIED_BY_M: f64 = 1.0;

/// Returns the properties of all routes, in the order of the beats.
pub(super) fn properties(written: Written<'_>) -> Vec<RouteProperties> {
    let properties = written.plan.itinerary.beats.iter().map(|beat| {
        let rep = &written.territory.reps[beat.rep];
        let moment = |time| written.moment(beat.date, time);
        RouteProperties {
            route_id: beat.route_id(&written.territory.name),
            page_name: format!("{} {}", rep.name, beat.date),
            rep: rep.name.clone(),
            date: beat.date,
            mode: rep.mode.clone(),
            start_time: moment(beat.leave),
            end_time: moment(beat.back),
            lunch_from: beat.lunch.map(|lunch| moment(lunch.start)),
            lunch_until: beat.lunch.map(|lunch| moment(lunch.end)),
            visits: beat.stops.len(),
            prize: beat.prize().points(),
            distance_km: thousandths(beat.distance_m() / 1000.0),
            travel_minutes: minutes(beat.travel().0),
            park_minutes: minutes(beat.parking().0),
            walk_minutes: minutes(beat.walking().0),
            walk_m: thousandths(beat.walked_m()),
            visit_minutes: minutes(beat.visiting().0),
            wait_minutes: minutes(beat.waiting().0),
        }
    });
    properties.collect()
}

/// Returns the layer of the routes with these `properties`.
pub(super) fn layer(written: Written<'_>, properties: &[RouteProperties]) -> Layer {
    let beats = written.plan.itinerary.beats.iter().zip(properties);
    let features = beats.map(|(beat, properties)| feature(line(&course(beat)), properties));
    Layer { name: "routes", features: features.collect() }
}

/// Returns a time in minutes with three decimals.
pub(super) fn minutes(seconds: u32) -> f64 {
    thousandths(f64::from(seconds) / 60.0)
}

/// Returns the legs of a beat as one simplified line.
pub(super) fn course(beat: &Beat) -> Vec<LonLat> {
    let mut course: Vec<LonLat> = Vec::new();
    for leg in &beat.legs {
        course.extend(simplified(&leg.course));
    }
    course
}

/// Simplifies a line by the method of Ramer, Douglas and Peucker, in metres at the latitude of its
/// first point.
pub(super) fn simplified(points: &[LonLat]) -> Vec<LonLat> {
    let ruler = Ruler::at(points[0].lat);
    let metres: LineString =
        points.iter().map(|p| (p.lon * ruler.lon_m, p.lat * ruler.lat_m)).collect();
    metres.simplify_idx(SIMPLIFIED_BY_M).into_iter().map(|at| points[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_less_than_a_metre_off_the_line_are_left_out() {
        let at = |lon, lat| LonLat { lon, lat };
        let bent = [at(14.0, 36.0), at(14.001, 36.000_005), at(14.002, 36.0)];
        assert_eq!(simplified(&bent), [bent[0], bent[2]]);
        let corner = [at(14.0, 36.0), at(14.001, 36.000_5), at(14.002, 36.0)];
        assert_eq!(simplified(&corner), corner);
    }
}
