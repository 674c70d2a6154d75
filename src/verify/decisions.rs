//! `prospects.geojson` and `stops.geojson` say the same of the same prospects.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::report::{Checking, shown};
use super::written::{Stop, WrittenPlan, WrittenProspect};

/// What a stop and its prospect have in common, beside route, number and time.
const SHARED: [&str; 19] = [
    "name",
    "prize",
    "tier_weight",
    "urgency",
    "occasion_urgency",
    "potential",
    "promptness",
    "mandatory",
    "reason_code",
    "reason",
    "tier",
    "stage",
    "followup_type",
    "outlet_type",
    "position_quality",
    "address",
    "phone",
    "objection",
    "note",
];

/// Each prospect stands once in `prospects.geojson` and is decided to be visited exactly if it has stops: then with route,
/// number, time, place and worth of the first one. No wanted visit is made twice, and they are made in their order.
pub(super) fn check(plan: &WrittenPlan) -> Checking {
    let mut check = Checking::new(
        "decisions",
        "prospect",
        "standing once each, visited as its stops say or not at all",
    );
    let mut stops_of = BTreeMap::<&String, Vec<&Stop>>::new();
    for stop in &plan.stops {
        stops_of.entry(&stop.id).or_default().push(stop);
        if plan.prospect(&stop.id).is_none() {
            check.violation(&stop.place(), "id", &stop.id, "a prospect of prospects.geojson");
        }
    }
    for stops in stops_of.values_mut() {
        stops.sort_by_key(|stop| (stop.date, stop.start.seconds_of(stop.date)));
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
            check.violation(&at, "id", &prospect.id, "to stand there once");
        }
        let stops = stops_of.get(&prospect.id).map_or(&[][..], Vec::as_slice);
        check.equal(&at, "visits", prospect.visits, stops.len());
        check_wanted(&mut check, prospect, stops);
        check_position(&mut check, prospect, plan.summary.policy.geocode_quality.name());
        let Some(stop) = stops.first() else {
            let is_done = done.contains(prospect.id.as_str());
            let expected =
                if is_done || prospect.reason_code == "done" { "done" } else { "left_out" };
            check.equal(&at, "decision", prospect.decision.as_str(), expected);
            expect_no_visit(&mut check, prospect);
            continue;
        };
        check.equal(&at, "decision", prospect.decision.as_str(), "visit");
        check.equal(&at, "route_id", shown(prospect.route_id.as_ref()), stop.route_id.clone());
        check.equal(&at, "stop_no", shown(prospect.stop_no), stop.stop_no.to_string());
        check.equal(&at, "start_time", shown(prospect.start), stop.start.to_string());
        for property in SHARED {
            let of = |all: &geojson::JsonObject| {
                all.get(property).map_or_else(|| "nothing".to_owned(), Value::to_string)
            };
            check.equal(&at, property, of(&prospect.properties), of(&stop.properties));
        }
        if prospect.at != stop.at {
            let degrees = |at: crate::lonlat::LonLat| format!("{}, {}", at.lon, at.lat);
            check.violation(&stop.place(), "geometry", degrees(stop.at), degrees(prospect.at));
        }
    }
    check
}

/// Visits are wanted of a prospect exactly if it is worth something, and none is made that is not wanted.
fn check_wanted(check: &mut Checking, prospect: &WrittenProspect, stops: &[&Stop]) {
    let (at, wanted) = (prospect.place(), prospect.visits_wanted);
    let least = stops.len().max(usize::from(prospect.prize.is_some()));
    if wanted < least || (prospect.prize.is_none() && wanted > 0) {
        check.violation(&at, "visits_wanted", wanted, format_args!("{least} or more, if any"));
    }
}

/// How exactly positions are known, the best first.
const GRADES: [&str; 6] = ["outlet", "address", "interpolated", "street", "place", "admin"];

/// Nobody is sent to a place that is known less exactly than to `worst`, and that is the reason, unless a stronger one is
/// there: the outlet does not trade, or somebody was there. It is the reason of no other.
fn check_position(check: &mut Checking, prospect: &WrittenProspect, worst: &str) {
    let rank = |grade: &str| GRADES.iter().position(|known| *known == grade);
    let at = prospect.place();
    let quality = prospect.properties.get("position_quality").and_then(Value::as_str);
    if let Some(unknown) = quality.filter(|quality| rank(quality).is_none()) {
        check.violation(&at, "position_quality", unknown, GRADES.join(", "));
    }
    let is_uncertain = quality.is_some_and(|quality| rank(quality) > rank(worst));
    let has_stronger =
        prospect.status != "open" || ["done", "not_in"].contains(&&*prospect.reason_code);
    let is_reason = prospect.reason_code == "uncertain_position";
    if is_uncertain && !has_stronger && !is_reason {
        check.violation(&at, "reason_code", &prospect.reason_code, "uncertain_position");
    } else if is_reason && !is_uncertain {
        let expected = format!("another reason: the position is known to {worst} or better");
        check.violation(&at, "reason_code", &prospect.reason_code, expected);
    }
}

/// No stop; and the status is the reason exactly where it is one.
fn expect_no_visit(check: &mut Checking, prospect: &WrittenProspect) {
    let at = prospect.place();
    let is_about_status =
        ["closed", "suspended", "uncooperative"].contains(&prospect.reason_code.as_str());
    if prospect.status != "open" || is_about_status {
        check.equal(&at, "reason_code", &prospect.reason_code, &prospect.status);
    }
    let nothing = || shown(None::<u8>);
    check.equal(&at, "route_id", shown(prospect.route_id.as_ref()), nothing());
    check.equal(&at, "stop_no", shown(prospect.stop_no), nothing());
    check.equal(&at, "start_time", shown(prospect.start), nothing());
}
