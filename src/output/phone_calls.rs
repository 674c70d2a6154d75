//! `phone_calls.geojson`: a point for each telephone call due, by day, the most overdue first.

use serde::Serialize;

use super::Written;
use super::layer::{Layer, feature, point};
use crate::call_plan::PhoneCall;
use crate::prospects::{FollowupType, Stage, Tier};

#[derive(Serialize)]
struct PhoneCallProperties<'a> {
    call_no: usize,
    date: String,
    id: &'a str,
    name: &'a str,
    phone: Option<&'a str>,
    assigned_rep: Option<String>,
    contacted_on: Option<String>,
    due_date: Option<String>,
    days_overdue: u32,
    tier: Option<Tier>,
    stage: Stage,
    followup_type: FollowupType,
    objective: &'a str,
    objection: Option<&'a str>,
    talking_point: Option<&'a str>,
    note: Option<&'a str>,
}

pub(super) fn layer(written: Written<'_>) -> Layer {
    let calls = written.plan.phone_calls.calls.iter().enumerate();
    let features: Vec<_> = calls
        .map(|(at, call)| {
            let at_outlet = written.plan.prospects[call.prospect].at;
            feature(point(at_outlet), &properties(written, at + 1, call))
        })
        .collect();
    Layer { name: "phone_calls", features }
}

fn properties<'a>(
    written: Written<'a>,
    call_no: usize,
    call: &PhoneCall,
) -> PhoneCallProperties<'a> {
    let prospect = &written.plan.prospects[call.prospect];
    let policy = &written.territory.policy;
    let text = |date: jiff::civil::Date| date.to_string();
    PhoneCallProperties {
        call_no,
        date: text(call.date),
        id: &prospect.id,
        name: &prospect.name,
        phone: prospect.phone.as_deref(),
        assigned_rep: (!prospect.reps.is_empty()).then(|| prospect.reps.join("|")),
        contacted_on: call.contacted_on.map(text),
        due_date: call.due_date.map(text),
        days_overdue: call.days_overdue,
        tier: prospect.tier,
        stage: prospect.stage,
        followup_type: policy.followup_type(prospect),
        objective: policy.objective(prospect),
        objection: prospect.objection.as_deref(),
        talking_point: policy.talking_point(prospect),
        note: written.note(prospect),
    }
}
