//! `stops.geojson`: a point for each visit, in the order they are made.

use serde::Serialize;

use super::Written;
use super::layer::{Layer, feature, point};
use super::routes::minutes;
use super::time::Clock;
use crate::itinerary::{Beat, Stop};
use crate::prospects::{FollowupType, Grade, OutletType, Stage, Tier, occasion_near};
use crate::units::thousandths;

#[derive(Serialize)]
struct StopProperties<'a> {
    route_id: String,
    stop_no: usize,
    id: &'a str,
    name: &'a str,
    visit_number: u32,
    rep: &'a str,
    date: String,
    arrival_time: String,
    start_time: String,
    end_time: String,
    leave_time: String,
    wait_minutes: f64,
    visit_minutes: f64,
    travel_seconds: f64,
    distance_m: f64,
    travel_mode: &'a str,
    walk_m: f64,
    prize: f64,
    tier_weight: f64,
    urgency: f64,
    occasion_urgency: f64,
    potential: f64,
    promptness: f64,
    reason_code: &'a str,
    reason: String,
    mandatory: bool,
    detour_minutes: f64,
    net_worth: Option<f64>,
    tier: Option<Tier>,
    stage: Stage,
    followup_type: FollowupType,
    outlet_type: OutletType,
    position_quality: Option<Grade>,
    address: Option<&'a str>,
    phone: Option<&'a str>,
    objective: &'a str,
    objection: Option<&'a str>,
    talking_point: Option<&'a str>,
    occasion: Option<String>,
    note: Option<&'a str>,
}

/// The layer.
pub(super) fn layer(written: Written<'_>, clock: &Clock<'_>) -> Layer {
    let beats = &written.plan.itinerary.beats;
    let features: Vec<_> = beats
        .iter()
        .flat_map(|beat| (0..beat.stops.len()).map(move |at| (beat, at)))
        .map(|(beat, at)| {
            let prospect = &written.plan.prospects[beat.stops[at].prospect];
            feature(point(prospect.at), &properties(written, clock, beat, at))
        })
        .collect();
    Layer { name: "stops", features }
}

fn properties<'a>(
    written: Written<'a>,
    clock: &Clock<'_>,
    beat: &'a Beat,
    at: usize,
) -> StopProperties<'a> {
    let stop: &Stop = &beat.stops[at];
    let prospect = &written.plan.prospects[stop.prospect];
    let entry = written.plan.call_plan.entry(stop.prospect);
    let leg = &beat.legs[at];
    let policy = &written.territory.policy;
    StopProperties {
        route_id: beat.route_id(&written.territory.name),
        stop_no: at + 1,
        id: &prospect.id,
        name: &prospect.name,
        visit_number: stop.visit_number,
        rep: &written.territory.reps[beat.rep].name,
        date: beat.date.to_string(),
        arrival_time: clock.moment(beat.date, stop.arrival),
        start_time: clock.moment(beat.date, stop.start),
        end_time: clock.moment(beat.date, stop.end),
        leave_time: clock.moment(beat.date, beat.departure(at + 1)),
        wait_minutes: minutes(beat.wait_at(at).0),
        visit_minutes: minutes(stop.end.0 - stop.start.0),
        travel_seconds: leg.time.seconds(),
        distance_m: thousandths(leg.distance.metres()),
        travel_mode: if leg.on_foot { "walk" } else { &written.territory.reps[beat.rep].mode },
        walk_m: thousandths(leg.walked.metres()),
        prize: stop.due.prize.points(),
        tier_weight: thousandths(stop.due.prize_parts.tier_weight),
        urgency: thousandths(stop.due.prize_parts.urgency_in_all()),
        occasion_urgency: thousandths(stop.due.prize_parts.occasion),
        potential: thousandths(stop.due.prize_parts.potential),
        promptness: thousandths(stop.due.prize_parts.promptness),
        reason_code: stop.due.reason.code(),
        reason: stop.due.reason.to_string(),
        mandatory: stop.due.mandatory,
        detour_minutes: minutes(stop.detour.0),
        net_worth: stop.net_worth.map(thousandths),
        tier: prospect.tier,
        stage: prospect.stage,
        followup_type: entry.followup_type,
        outlet_type: prospect.outlet_type,
        position_quality: prospect.position_quality,
        address: prospect.address.as_deref(),
        phone: prospect.phone.as_deref(),
        objective: policy.objective(prospect),
        objection: prospect.objection.as_deref(),
        talking_point: policy.talking_point(prospect),
        occasion: (stop.due.prize_parts.occasion > 0.0 && !written.sharing.drop_personal)
            .then(|| {
                occasion_near(
                    &prospect.occasions,
                    beat.date,
                    policy.occasion_days,
                    prospect.visited_on,
                )
            })
            .flatten()
            .map(|(on, occasion)| format!("{on} {}", occasion.what).trim_end().to_owned()),
        note: written.note(prospect),
    }
}
