//! Writes `stops.geojson`: a point for each visit, in the order of the visits.

use super::Written;
use super::layer::{Layer, feature, point};
use super::routes::minutes;
use crate::itinerary::{Beat, Stop};
use crate::plan_files::StopProperties;
use crate::prospects::occasion_near;
use crate::units::thousandths;

pub(super) fn layer(written: Written<'_>) -> Layer {
    let beats = &written.plan.itinerary.beats;
    let features: Vec<_> = beats
        .iter()
        .flat_map(|beat| (0..beat.stops.len()).map(move |at| (beat, at)))
        .map(|(beat, at)| {
            let prospect = &written.plan.prospects[beat.stops[at].prospect];
            feature(point(prospect.at), &properties(written, beat, at))
        })
        .collect();
    Layer { name: "stops", features }
}

fn properties(written: Written<'_>, beat: &Beat, at: usize) -> StopProperties {
    let moment = |time| written.moment(beat.date, time);
    let stop: &Stop = &beat.stops[at];
    let prospect = &written.plan.prospects[stop.prospect];
    let entry = written.plan.call_plan.entry(stop.prospect);
    let leg = &beat.legs[at];
    let policy = &written.territory.policy;
    StopProperties {
        route_id: beat.route_id(&written.territory.name),
        stop_no: at + 1,
        id: prospect.id.clone(),
        name: prospect.name.clone(),
        visit_number: stop.visit_number,
        rep: written.territory.reps[beat.rep].name.clone(),
        date: beat.date,
        arrival_time: moment(stop.arrival),
        start_time: moment(stop.start),
        end_time: moment(stop.end),
        leave_time: moment(beat.departure(at + 1)),
        wait_minutes: minutes(beat.wait_at(at).0),
        visit_minutes: minutes(stop.end.0 - stop.start.0),
        travel_seconds: leg.time.seconds(),
        distance_m: thousandths(leg.distance.metres()),
        travel_mode: if leg.on_foot { "walk" } else { &written.territory.reps[beat.rep].mode }
            .to_owned(),
        walk_m: thousandths(leg.walked.metres()),
        walk_minutes: minutes(leg.walking.0),
        park_minutes: minutes(leg.parking.0),
        prize: stop.due.prize.points(),
        tier_weight: thousandths(stop.due.prize_parts.tier_weight),
        urgency: thousandths(stop.due.prize_parts.urgency_in_all()),
        occasion_urgency: thousandths(stop.due.prize_parts.occasion),
        potential: thousandths(stop.due.prize_parts.potential),
        promptness: thousandths(stop.due.prize_parts.promptness),
        reason_code: stop.due.reason.code().to_owned(),
        reason: stop.due.reason.to_string(),
        mandatory: stop.due.mandatory,
        detour_minutes: minutes(stop.detour.0),
        net_worth: stop.net_worth.map(thousandths),
        tier: prospect.tier,
        stage: prospect.stage,
        followup_type: entry.followup_type,
        outlet_type: prospect.outlet_type,
        position_quality: prospect.position_quality,
        address: prospect.address.clone(),
        phone: prospect.phone.clone(),
        objective: policy.objective(prospect).to_owned(),
        objection: prospect.objection.clone(),
        talking_point: policy.talking_point(prospect).map(str::to_owned),
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
