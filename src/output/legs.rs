//! `legs.geojson`: a line for each drive or walk of a beat, with when it is made.

use serde::Serialize;

use super::Written;
use super::layer::{Layer, feature, line};
use super::routes::{minutes, simplified};
use super::time::Clock;
use crate::itinerary::Beat;
use crate::units::thousandths;

#[derive(Serialize)]
struct LegProperties<'a> {
    route_id: String,
    leg_no: usize,
    rep: &'a str,
    date: String,
    /// `null` where the day begins.
    from_stop: Option<usize>,
    /// `null` at home.
    to_stop: Option<usize>,
    start_time: String,
    end_time: String,
    travel_minutes: f64,
    distance_km: f64,
    on_foot: bool,
}

/// The layer.
pub(super) fn layer(written: Written<'_>, clock: &Clock<'_>) -> Layer {
    let beats = written.plan.itinerary.beats.iter();
    let features = beats
        .flat_map(|beat| (0..beat.legs.len()).map(move |at| (beat, at)))
        .map(|(beat, at)| {
            let course = line(&simplified(&beat.legs[at].course));
            feature(course, &properties(written, clock, beat, at))
        })
        .collect();
    Layer { name: "legs", features }
}

fn properties<'a>(
    written: Written<'a>,
    clock: &Clock<'_>,
    beat: &Beat,
    at: usize,
) -> LegProperties<'a> {
    let leg = &beat.legs[at];
    let start = beat.departure(at);
    let travel = leg.time.to_seconds_ceil();
    LegProperties {
        route_id: beat.route_id(&written.territory.name),
        leg_no: at + 1,
        rep: &written.territory.reps[beat.rep].name,
        date: beat.date.to_string(),
        from_stop: (at > 0).then_some(at),
        to_stop: (at < beat.stops.len()).then_some(at + 1),
        start_time: clock.moment(beat.date, start),
        end_time: clock.moment(beat.date, start + travel),
        travel_minutes: minutes(travel.0),
        distance_km: thousandths(leg.distance.metres() / 1000.0),
        on_foot: leg.on_foot,
    }
}
