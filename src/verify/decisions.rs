//! Check that `prospects.geojson` and `stops.geojson` agree on each prospect.

use std::collections::{BTreeMap, BTreeSet};

use super::report::{Checking, named_fields, shown};
use super::written::{Stop, WrittenPlan, WrittenProspect};
use crate::prospects::{Grade, Status, name_of};

/// The fields that a stop and its prospect share, except route, number and time.
macro_rules! shared_fields {
    ($of:expr) => {
        named_fields![
            $of; name, prize, tier_weight, urgency, occasion_urgency, potential, promptness, mandatory,
            reason_code, reason, tier, stage, followup_type, outlet_type, position_quality, address,
            phone, objection, note,
        ]
    };
}

/// Checks that each prospect is in `prospects.geojson` once, and that its decision is "visit"
/// exactly if it has stops. Its route, number, time, position and shared fields are then those of
/// its first stop. The visit numbers of a prospect increase with time, so no visit is made twice.
pub(super) fn check(plan: &WrittenPlan) -> Checking {
    let mut check =
        Checking::new("decisions", "prospect", "listed once, and visited exactly if it has stops");
    let mut stops_of = BTreeMap::<&String, Vec<&Stop>>::new();
    for stop in &plan.stops {
        stops_of.entry(&stop.id).or_default().push(stop);
        if plan.prospect(&stop.id).is_none() {
            check.violation(&stop.place(), "id", &stop.id, "a prospect of prospects.geojson");
        }
    }
    for stops in stops_of.values_mut() {
        stops.sort_by_key(|stop| (stop.date, stop.start_time.seconds_of(stop.date)));
        for pair in stops.windows(2) {
            let (before, stop) = (pair[0], pair[1]);
            if stop.visit_number <= before.visit_number {
                let no = before.visit_number;
                let expected =
                    format!("more than {no}, after {} stop {}", before.route_id, before.stop_no);
                check.violation(&stop.place(), "visit_number", stop.visit_number, expected);
            }
        }
    }
    let underway = &plan.summary.underway;
    let done: BTreeSet<&str> =
        underway.iter().flat_map(|rep| rep.done.iter().map(String::as_str)).collect();
    let mut ids = BTreeSet::new();
    for prospect in &plan.prospects {
        check.count();
        let at = prospect.place();
        if !ids.insert(&prospect.id) {
            check.violation(&at, "id", &prospect.id, "listed once");
        }
        let stops = stops_of.get(&prospect.id).map_or(&[][..], Vec::as_slice);
        check.equal(&at, "visits", prospect.visits, stops.len());
        check_wanted(&mut check, prospect, stops);
        check_position(&mut check, prospect, plan.summary.policy.geocode_quality);
        let Some(stop) = stops.first() else {
            // A further visit that is wanted and not made has a reason of its own.
            let is_done = done.contains(prospect.id.as_str()) && prospect.visits_wanted == 0;
            let expected =
                if is_done || prospect.reason_code == "done" { "done" } else { "left_out" };
            check.equal(&at, "decision", prospect.decision.as_str(), expected);
            expect_no_visit(&mut check, prospect);
            continue;
        };
        check.equal(&at, "decision", prospect.decision.as_str(), "visit");
        check.equal(&at, "route_id", shown(prospect.route_id.as_ref()), stop.route_id.clone());
        check.equal(&at, "stop_no", shown(prospect.stop_no), stop.stop_no.to_string());
        check.equal(&at, "start_time", shown(prospect.start_time), stop.start_time.to_string());
        let of_both = shared_fields!(prospect).into_iter().zip(shared_fields!(stop));
        for ((property, of_prospect), (_, of_stop)) in of_both {
            check.equal(&at, property, of_prospect, of_stop);
        }
        if prospect.geometry != stop.geometry {
            let degrees = |at: crate::lonlat::LonLat| format!("{}, {}", at.lon, at.lat);
            check.violation(
                &stop.place(),
                "geometry",
                degrees(stop.geometry),
                degrees(prospect.geometry),
            );
        }
    }
    check
}

/// Checks that visits are wanted exactly if the prospect has a prize, and that it has no more stops
/// than wanted visits.
fn check_wanted(check: &mut Checking, prospect: &WrittenProspect, stops: &[&Stop]) {
    let (at, wanted) = (prospect.place(), prospect.visits_wanted);
    let least = stops.len().max(usize::from(prospect.prize.is_some()));
    if wanted < least || (prospect.prize.is_none() && wanted > 0) {
        check.violation(&at, "visits_wanted", wanted, format_args!("{least} or more, if any"));
    }
}

/// Checks that an uncertain position is the reason exactly if the position quality is worse than
/// `worst`. A stronger reason comes first: the outlet does not trade, or a rep has already been
/// there.
fn check_position(check: &mut Checking, prospect: &WrittenProspect, worst: Grade) {
    let at = prospect.place();
    let is_uncertain = prospect.position_quality.is_some_and(|quality| quality > worst);
    let has_stronger =
        prospect.status != Status::Open || ["done", "not_in"].contains(&&*prospect.reason_code);
    let is_reason = prospect.reason_code == "uncertain_position";
    if is_uncertain && !has_stronger && !is_reason {
        check.violation(&at, "reason_code", &prospect.reason_code, "uncertain_position");
    } else if is_reason && !is_uncertain {
        let expected =
            format!("another reason: the position is known to {} or better", worst.name());
        check.violation(&at, "reason_code", &prospect.reason_code, expected);
    }
}

/// Checks that a prospect without visit has no stop data, and that its status is the reason exactly
/// if the outlet does not trade.
fn expect_no_visit(check: &mut Checking, prospect: &WrittenProspect) {
    let at = prospect.place();
    let is_about_status =
        ["closed", "suspended", "uncooperative"].contains(&prospect.reason_code.as_str());
    if prospect.status != Status::Open || is_about_status {
        check.equal(&at, "reason_code", &prospect.reason_code, &name_of(prospect.status));
    }
    let nothing = || shown(None::<u8>);
    check.equal(&at, "route_id", shown(prospect.route_id.as_ref()), nothing());
    check.equal(&at, "stop_no", shown(prospect.stop_no), nothing());
    check.equal(&at, "start_time", shown(prospect.start_time), nothing());
}
