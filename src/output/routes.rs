//! `routes.geojson`: a line for each rep and day, along the roads.

use geo::{LineString, SimplifyIdx};
use serde::Serialize;

use super::Written;
use super::layer::{Layer, feature, line};
use super::time::Clock;
use crate::itinerary::Beat;
use crate::lonlat::{LonLat, Ruler};
use crate::units::thousandths;

/// The drawn line leaves the road by no more than this.
const SIMPLIFIED_BY_M: f64 = 1.0;

#[derive(Serialize)]
struct Route<'a> {
    route_id: String,
    page_name: String,
    rep: &'a str,
    date: String,
    mode: &'a str,
    start_time: String,
    end_time: String,
    lunch_from: Option<String>,
    lunch_until: Option<String>,
    visits: usize,
    prize: f64,
    distance_km: f64,
    travel_minutes: f64,
    visit_minutes: f64,
    wait_minutes: f64,
}

/// The layer.
pub(super) fn layer(written: Written<'_>, clock: &Clock<'_>) -> Layer {
    let features: Vec<_> = written
        .plan
        .itinerary
        .beats
        .iter()
        .map(|beat| {
            let rep = &written.territory.reps[beat.rep];
            let lunch = |moment: fn(&crate::itinerary::PlannedLunch) -> crate::units::Seconds| {
                beat.lunch.map(|lunch| clock.moment(beat.date, moment(&lunch)))
            };
            let visiting = beat.stops.iter().map(|s| s.end.0 - s.start.0).sum::<u32>();
            let properties = Route {
                route_id: beat.route_id(&written.territory.name),
                page_name: format!("{} {}", rep.name, beat.date),
                rep: &rep.name,
                date: beat.date.to_string(),
                mode: &rep.mode,
                start_time: clock.moment(beat.date, beat.leave),
                end_time: clock.moment(beat.date, beat.back),
                lunch_from: lunch(|lunch| lunch.start),
                lunch_until: lunch(|lunch| lunch.end),
                visits: beat.stops.len(),
                prize: beat.prize().points(),
                distance_km: thousandths(beat.distance_m() / 1000.0),
                travel_minutes: minutes(beat.travel().0),
                visit_minutes: minutes(visiting),
                wait_minutes: minutes(beat.waiting().0),
            };
            feature(line(&course(beat)), &properties)
        })
        .collect();
    Layer { name: "routes", features }
}

pub(super) fn minutes(seconds: u32) -> f64 {
    thousandths(f64::from(seconds) / 60.0)
}

/// All legs in one line, simplified.
pub(super) fn course(beat: &Beat) -> Vec<LonLat> {
    let mut course: Vec<LonLat> = Vec::new();
    for leg in &beat.legs {
        course.extend(simplified(&leg.course));
    }
    course
}

/// Ramer–Douglas–Peucker in metres around the line's own latitude.
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
    fn what_strays_less_than_a_metre_is_drawn_straight() {
        let at = |lon, lat| LonLat { lon, lat };
        let bent = [at(14.0, 36.0), at(14.001, 36.000_005), at(14.002, 36.0)];
        assert_eq!(simplified(&bent), [bent[0], bent[2]]);
        let corner = [at(14.0, 36.0), at(14.001, 36.000_5), at(14.002, 36.0)];
        assert_eq!(simplified(&corner), corner);
    }
}
