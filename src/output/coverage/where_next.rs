//! Writes the layers `where_next`, `half_day_routes` and `half_day_stops`: each white space, and
//! the best half-day for visiting it.

use serde_json::json;

use super::WrittenCoverage;
use crate::coverage::{WhiteSpace, around};
use crate::insight::Next;
use crate::itinerary::Beat;
use crate::lonlat::LonLat;
use crate::output::layer::{Layer, feature, line, multi_polygon, point};
use crate::output::routes::{course, minutes};
use crate::units::thousandths;

/// Distance in metres that is drawn around the outlets of a white space without an area.
const MARGIN_M: f64 = 300.0;

/// Returns the layers `half_day_stops`, `half_day_routes` and `where_next`.
pub(super) fn layers(written: WrittenCoverage<'_>) -> [Layer; 3] {
    let ranked = || written.coverage.next.iter().enumerate().map(|(at, next)| (at + 1, next));
    let areas = ranked().map(|(rank, next)| {
        let space = &written.coverage.white_space[next.white_space];
        feature(shape(written, space), &properties(written, rank, next, space))
    });
    let routes = ranked().map(|(rank, next)| {
        let beat = &next.half_day.beat;
        let properties = json!({
            "rank": rank,
            "name": &written.coverage.white_space[next.white_space].name,
            "rep": &written.territory.reps[beat.rep].name,
            "start_time": written.moment(beat.date, beat.leave),
            "end_time": written.moment(beat.date, beat.back),
            "visits": beat.stops.len(),
            "prize": beat.prize().points(),
            "travel_minutes": minutes(beat.travel().0),
            "distance_km": thousandths(beat.distance_m() / 1000.0),
        });
        feature(line(&course(beat)), &properties)
    });
    let stops = ranked().flat_map(|(rank, next)| stops(written, rank, &next.half_day.beat));
    [
        Layer { name: "half_day_stops", features: stops.collect() },
        Layer { name: "half_day_routes", features: routes.collect() },
        Layer { name: "where_next", features: areas.collect() },
    ]
}

fn properties(
    written: WrittenCoverage<'_>,
    rank: usize,
    next: &Next,
    space: &WhiteSpace,
) -> serde_json::Value {
    let half_day = &next.half_day;
    let beat = &half_day.beat;
    let hours = f64::from(half_day.length().0) / 3600.0;
    json!({
        "rank": rank,
        "name": &space.name,
        "area_id": space.area.map(|at| &*written.coverage.map.areas[at].id),
        "rep": &written.territory.reps[beat.rep].name,
        "date": beat.date,
        "start_time": written.moment(beat.date, beat.leave),
        "end_time": written.moment(beat.date, beat.back),
        "visits": beat.stops.len(),
        "visits_inside": half_day.inside,
        "prize": beat.prize().points(),
        "worth": thousandths(half_day.worth),
        "worth_inside": thousandths(half_day.worth_inside),
        "prize_per_hour": thousandths(beat.prize().points() / hours),
        "travel_minutes": minutes(beat.travel().0),
        "visit_minutes": minutes(beat.visiting().0),
        "distance_km": thousandths(beat.distance_m() / 1000.0),
        "white_space": space.outlets.len(),
        "gap_score": thousandths(space.gap_score),
    })
}

/// Returns the area of the white space. If it has none, returns the surroundings of its outlets.
fn shape(written: WrittenCoverage<'_>, space: &WhiteSpace) -> geojson::GeometryValue {
    let outlets = space.outlets.iter();
    let places: Vec<LonLat> = outlets.map(|id| written.coverage.prospects[*id].at).collect();
    match space.area {
        Some(at) => multi_polygon(&written.coverage.map.areas[at].shape),
        None => multi_polygon(&around(&places, MARGIN_M).expect("white space has outlets")),
    }
}

fn stops(written: WrittenCoverage<'_>, rank: usize, beat: &Beat) -> Vec<geojson::Feature> {
    let stops = beat.stops.iter().zip(&beat.legs).enumerate();
    let features = stops.map(|(at, (stop, leg))| {
        let prospect = &written.coverage.prospects[stop.prospect];
        let properties = json!({
            "rank": rank,
            "stop_no": at + 1,
            "id": &prospect.id,
            "name": &prospect.name,
            "outlet_type": prospect.outlet_type,
            "tier": prospect.tier,
            "stage": prospect.stage,
            "start_time": written.moment(beat.date, stop.start),
            "end_time": written.moment(beat.date, stop.end),
            "travel_minutes": minutes(leg.time.to_seconds_ceil().0),
            "prize": stop.due.prize.points(),
        });
        feature(point(prospect.at), &properties)
    });
    features.collect()
}
