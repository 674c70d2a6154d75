//! `prospects.geojson`: every prospect of the lists, with what was decided and why.

use serde::Serialize;

use super::layer::{Layer, feature, point};
use super::time::Clock;
use super::{Written, carried};
use crate::call_plan::Due;
use crate::itinerary::Outcome;
use crate::prospects::{
    FollowupType, Grade, OpeningHours, OutletType, ProspectId, Stage, Status, Tier,
};
use crate::units::thousandths;

#[derive(Serialize)]
struct ProspectProperties<'a> {
    id: &'a str,
    name: &'a str,
    decision: &'static str,
    visits: usize,
    visits_wanted: usize,
    reason_code: &'a str,
    reason: String,
    route_id: Option<String>,
    stop_no: Option<usize>,
    start_time: Option<String>,
    prize: Option<f64>,
    tier_weight: Option<f64>,
    urgency: Option<f64>,
    occasion_urgency: Option<f64>,
    potential: f64,
    promptness: Option<f64>,
    mandatory: bool,
    extra_travel_minutes: Option<u32>,
    missing_minutes: Option<u32>,
    would_rep: Option<&'a str>,
    would_date: Option<String>,
    would_follow_stop: Option<usize>,
    forcing_costs: Option<f64>,
    prize_lost: Option<f64>,
    instead_of: Option<String>,
    change_code: Option<&'a str>,
    change_minutes: Option<u32>,
    change: Option<&'a str>,
    tier: Option<Tier>,
    stage: Stage,
    followup_type: FollowupType,
    status: Status,
    outlet_type: OutletType,
    visited_on: Option<String>,
    interval_days: u32,
    due_date: Option<String>,
    days_overdue: u32,
    next_action_date: Option<String>,
    revenue: Option<f64>,
    opening_hours: Option<&'a str>,
    visit_days: Option<String>,
    preferred_hours: Option<String>,
    avoided_hours: Option<String>,
    market_days: Option<String>,
    objection: Option<&'a str>,
    assigned_rep: Option<String>,
    snap_distance_m: Option<f64>,
    position_quality: Option<Grade>,
    address: Option<&'a str>,
    township: Option<&'a str>,
    city: Option<&'a str>,
    county: Option<&'a str>,
    postcode: Option<&'a str>,
    license_no: Option<&'a str>,
    uscc: Option<&'a str>,
    osm_id: Option<&'a str>,
    phone: Option<&'a str>,
    source: Option<&'a str>,
    source_date: Option<String>,
    note: Option<&'a str>,
}

pub(super) fn layer(written: Written<'_>, clock: &Clock<'_>) -> Layer {
    let mut features: Vec<_> = written
        .plan
        .prospects
        .iter_with_id()
        .map(|(id, prospect)| feature(point(prospect.at), &properties(written, clock, id)))
        .collect();
    carried::add(written, &mut features);
    Layer { name: "prospects", features }
}

fn properties<'a>(
    written: Written<'a>,
    clock: &Clock<'_>,
    id: ProspectId,
) -> ProspectProperties<'a> {
    let plan = written.plan;
    let prospect = &plan.prospects[id];
    let entry = plan.call_plan.entry(id);
    let outcome = &plan.itinerary.outcomes[id];
    let visit = match outcome {
        Outcome::Visited { beat, stop, .. } => {
            let beat = &plan.itinerary.beats[*beat];
            Some((beat, *stop, &beat.stops[*stop]))
        }
        Outcome::LeftOut(_) => None,
    };
    // What it is worth: on the day of the visit, else on the first day on which it would be due.
    let due: Option<&Due> = visit
        .map(|(_, _, stop)| &stop.due)
        .or_else(|| entry.decisions.iter().find_map(|decision| decision.due()));
    let (reason_code, reason) = match (outcome, visit) {
        (Outcome::LeftOut(reason), _) => (reason.code(), reason.to_string()),
        (_, Some((_, _, stop))) => (stop.due.reason.code(), stop.due.reason.to_string()),
        (Outcome::Visited { .. }, None) => unreachable!("a visit has a stop"),
    };
    let (extra_travel, missing) = match outcome {
        Outcome::LeftOut(reason) => (reason.extra_travel(), reason.missing()),
        Outcome::Visited { .. } => (None, None),
    };
    let forcing = plan.itinerary.forcing[id].as_ref();
    let admission = forcing.and_then(|forcing| forcing.admission.as_ref());
    let text = |date: jiff::civil::Date| date.to_string();
    ProspectProperties {
        id: &prospect.id,
        name: &prospect.name,
        decision: match outcome {
            Outcome::Visited { .. } => "visit",
            _ if outcome.is_done() => "done",
            Outcome::LeftOut(_) => "left_out",
        },
        visits: outcome.visits(),
        visits_wanted: entry.visits_wanted(),
        reason_code,
        reason,
        route_id: visit.map(|(beat, ..)| beat.route_id(&written.territory.name)),
        stop_no: visit.map(|(_, at, _)| at + 1),
        start_time: visit.map(|(beat, _, stop)| clock.moment(beat.date, stop.start)),
        prize: due.map(|due| due.prize.points()),
        tier_weight: due.map(|due| thousandths(due.prize_parts.tier_weight)),
        urgency: due.map(|due| thousandths(due.prize_parts.urgency_in_all())),
        occasion_urgency: due.map(|due| thousandths(due.prize_parts.occasion)),
        potential: thousandths(prospect.potential),
        promptness: due.map(|due| thousandths(due.prize_parts.promptness)),
        mandatory: due.is_some_and(|due| due.mandatory),
        extra_travel_minutes: extra_travel.map(|s| s.0.div_ceil(60)),
        missing_minutes: missing.map(|s| s.0.div_ceil(60)),
        would_rep: forcing.map(|forcing| &*written.territory.reps[forcing.rep].name),
        would_date: forcing.map(|forcing| forcing.date.to_string()),
        would_follow_stop: forcing.map(|forcing| forcing.after_stops),
        forcing_costs: forcing.and_then(|forcing| forcing.costs).map(thousandths),
        prize_lost: forcing.and_then(|f| f.costs.map(|_| thousandths(f.prize_lost))),
        instead_of: forcing
            .filter(|forcing| !forcing.instead_of.is_empty())
            .map(|forcing| forcing.instead_of.join(", ")),
        change_code: admission.map(|admission| admission.code),
        change_minutes: admission.and_then(|admission| admission.minutes),
        change: admission.map(|admission| &*admission.words),
        tier: prospect.tier,
        stage: prospect.stage,
        followup_type: entry.followup_type,
        status: prospect.status,
        outlet_type: prospect.outlet_type,
        visited_on: prospect.visited_on.map(text),
        interval_days: entry.interval_days,
        due_date: entry.due_date.map(text),
        days_overdue: entry.days_overdue(plan.dates[0]),
        next_action_date: prospect.next_action_date.map(text),
        revenue: prospect.revenue,
        opening_hours: prospect.opening_hours.as_ref().map(OpeningHours::as_str),
        visit_days: prospect.visit_days.map(|days| days.to_string()),
        preferred_hours: prospect.preferred_hours.as_ref().map(ToString::to_string),
        avoided_hours: prospect.avoided_hours.as_ref().map(ToString::to_string),
        market_days: prospect.market_days.map(|days| days.to_string()),
        objection: prospect.objection.as_deref(),
        assigned_rep: (!prospect.reps.is_empty()).then(|| prospect.reps.join("|")),
        snap_distance_m: plan.snap_distance_m[id].map(|m| (m * 10.0).round() / 10.0),
        position_quality: prospect.position_quality,
        address: prospect.address.as_deref(),
        township: prospect.township.as_deref(),
        city: prospect.city.as_deref(),
        county: prospect.county.as_deref(),
        postcode: prospect.postcode.as_deref(),
        license_no: prospect.license_no.as_deref(),
        uscc: prospect.uscc.as_deref(),
        osm_id: prospect.osm_id.as_deref(),
        phone: prospect.phone.as_deref(),
        source: prospect.source.as_deref(),
        source_date: prospect.source_date.map(text),
        note: written.note(prospect),
    }
}
