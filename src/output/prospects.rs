//! Writes `prospects.geojson`: each prospect of the lists, with the decision about it and the
//! reason.

use super::layer::{Layer, feature, point};
use super::{Written, carried};
use crate::call_plan::Due;
use crate::itinerary::Outcome;
use crate::plan_files::ProspectProperties;
use crate::prospects::ProspectId;
use crate::units::{rounded, thousandths};

pub(super) fn layer(written: Written<'_>) -> Layer {
    let mut features: Vec<_> = written
        .plan
        .prospects
        .iter_with_id()
        .map(|(id, prospect)| feature(point(prospect.at), &properties(written, id)))
        .collect();
    carried::add(written, &mut features);
    Layer { name: "prospects", features }
}

fn properties(written: Written<'_>, id: ProspectId) -> ProspectProperties {
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
    // The prize on the day of the visit. If there is no visit, the prize on the first day on which
    // it would be due.
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
    ProspectProperties {
        id: prospect.id.clone(),
        name: prospect.name.clone(),
        decision: match outcome {
            Outcome::Visited { .. } => "visit",
            _ if outcome.is_done() => "done",
            Outcome::LeftOut(_) => "left_out",
        }
        .to_owned(),
        visits: outcome.visits(),
        visits_wanted: entry.visits_wanted(),
        reason_code: reason_code.to_owned(),
        reason,
        route_id: visit.map(|(beat, ..)| beat.route_id(&written.territory.name)),
        stop_no: visit.map(|(_, at, _)| at + 1),
        start_time: visit.map(|(beat, _, stop)| written.moment(beat.date, stop.start)),
        prize: due.map(|due| due.prize.points()),
        tier_weight: due.map(|due| thousandths(due.prize_parts.tier_weight)),
        urgency: due.map(|due| thousandths(due.prize_parts.urgency_in_all())),
        occasion_urgency: due.map(|due| thousandths(due.prize_parts.occasion)),
        potential: thousandths(prospect.potential),
        promptness: due.map(|due| thousandths(due.prize_parts.promptness)),
        mandatory: due.is_some_and(|due| due.mandatory),
        extra_travel_minutes: extra_travel.map(|s| s.0.div_ceil(60)),
        missing_minutes: missing.map(|s| s.0.div_ceil(60)),
        would_rep: forcing.map(|forcing| written.territory.reps[forcing.rep].name.clone()),
        would_date: forcing.map(|forcing| forcing.date),
        would_follow_stop: forcing.map(|forcing| forcing.after_stops),
        forcing_costs: forcing.and_then(|forcing| forcing.costs).map(thousandths),
        prize_lost: forcing.and_then(|f| f.costs.map(|_| thousandths(f.prize_lost))),
        instead_of: forcing
            .filter(|forcing| !forcing.instead_of.is_empty())
            .map(|forcing| forcing.instead_of.join(", ")),
        change_code: admission.map(|admission| admission.code.to_owned()),
        change_minutes: admission.and_then(|admission| admission.minutes),
        change: admission.map(|admission| admission.words.to_string()),
        tier: prospect.tier,
        stage: prospect.stage,
        followup_type: entry.followup_type,
        status: prospect.status,
        outlet_type: prospect.outlet_type,
        visited_on: prospect.visited_on,
        interval_days: entry.interval_days,
        due_date: entry.due_date,
        days_overdue: entry.days_overdue(plan.dates[0]),
        next_action_date: prospect.next_action_date,
        revenue: prospect.revenue,
        opening_hours: prospect.opening_hours.as_ref().map(|hours| hours.as_str().to_owned()),
        visit_days: prospect.visit_days.map(|days| days.to_string()),
        preferred_hours: prospect.preferred_hours.as_ref().map(ToString::to_string),
        avoided_hours: prospect.avoided_hours.as_ref().map(ToString::to_string),
        market_days: prospect.market_days.map(|days| days.to_string()),
        objection: prospect.objection.clone(),
        assigned_rep: prospect.assigned_rep(),
        approach_minutes: prospect.approach_minutes,
        snap_distance_m: plan.snap_distance_m[id].map(|m| rounded(m, 1)),
        position_quality: prospect.position_quality,
        address: prospect.address.clone(),
        township: prospect.township.clone(),
        city: prospect.city.clone(),
        county: prospect.county.clone(),
        postcode: prospect.postcode.clone(),
        license_no: prospect.license_no.clone(),
        uscc: prospect.uscc.clone(),
        osm_id: prospect.osm_id.clone(),
        phone: prospect.phone.clone(),
        source: prospect.source.clone(),
        source_date: prospect.source_date,
        note: written.note(prospect),
    }
}
