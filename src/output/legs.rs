//! Writes `legs.geojson`: a line for each drive or walk of a beat, with its times.

use super::Written;
use super::layer::{Layer, feature, line};
use super::routes::{minutes, simplified};
use crate::itinerary::Beat;
use crate::plan_files::LegProperties;
use crate::units::thousandths;

pub(super) fn layer(written: Written<'_>) -> Layer {
    let beats = written.plan.itinerary.beats.iter();
    let features = beats
        .flat_map(|beat| (0..beat.legs.len()).map(move |at| (beat, at)))
        .map(|(beat, at)| {
            let course = line(&simplified(&beat.legs[at].course));
            feature(course, &properties(written, beat, at))
        })
        .collect();
    Layer { name: "legs", features }
}

fn properties(written: Written<'_>, beat: &Beat, at: usize) -> LegProperties {
    let moment = |time| written.moment(beat.date, time);
    let leg = &beat.legs[at];
    let start = beat.departure(at);
    let travel = leg.time.to_seconds_ceil();
    LegProperties {
        route_id: beat.route_id(&written.territory.name),
        leg_no: at + 1,
        rep: written.territory.reps[beat.rep].name.clone(),
        date: beat.date,
        from_stop: (at > 0).then_some(at),
        to_stop: (at < beat.stops.len()).then_some(at + 1),
        start_time: moment(start),
        end_time: moment(start + travel),
        travel_minutes: minutes(travel.0),
        park_minutes: minutes(leg.parking.0),
        walk_minutes: minutes(leg.walking.0),
        distance_km: thousandths(leg.distance.metres() / 1000.0),
        walk_m: thousandths(leg.walked.metres()),
        on_foot: leg.on_foot,
    }
}
