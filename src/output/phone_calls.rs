//! Writes `phone_calls.geojson`: a point for each telephone call that is due. The calls are in the
//! order of the days; within a day, the most overdue call comes first.

use super::Written;
use super::layer::{Layer, feature, point};
use crate::call_plan::PhoneCall;
use crate::plan_files::PhoneCallProperties;

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

fn properties(written: Written<'_>, call_no: usize, call: &PhoneCall) -> PhoneCallProperties {
    let prospect = &written.plan.prospects[call.prospect];
    let policy = &written.territory.policy;
    PhoneCallProperties {
        call_no,
        date: call.date,
        id: prospect.id.clone(),
        name: prospect.name.clone(),
        phone: prospect.phone.clone(),
        assigned_rep: prospect.assigned_rep(),
        contacted_on: call.contacted_on,
        due_date: call.due_date,
        days_overdue: call.days_overdue,
        tier: prospect.tier,
        stage: prospect.stage,
        followup_type: policy.followup_type(prospect),
        objective: policy.objective(prospect).to_owned(),
        objection: prospect.objection.clone(),
        talking_point: policy.talking_point(prospect).map(str::to_owned),
        note: written.note(prospect),
    }
}
