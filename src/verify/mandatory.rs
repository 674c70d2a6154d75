//! Check that each mandatory visit is in the plan or has a remark.

use super::report::Checking;
use super::written::WrittenPlan;
use crate::remark::RemarkCode;

/// Checks that each prospect with a mandatory visit is visited or has a remark
/// `mandatory_not_served`.
pub(super) fn check(plan: &WrittenPlan) -> Checking {
    let mut check = Checking::new("mandatory", "mandatory visit", "made or remarked on");
    for prospect in plan.prospects.iter().filter(|prospect| prospect.mandatory) {
        check.count();
        if prospect.decision != "visit"
            && !is_remarked_on(plan, &prospect.id, &[RemarkCode::MandatoryNotServed])
        {
            let expected = "a visit, or a remark mandatory_not_served in summary.json";
            check.violation(&prospect.place(), "decision", &prospect.decision, expected);
        }
    }
    check
}

/// Returns true if the plan has a remark with one of `codes` about the prospect `id`.
pub(super) fn is_remarked_on(plan: &WrittenPlan, id: &str, codes: &[RemarkCode]) -> bool {
    plan.summary.remarks.iter().any(|remark| {
        let subject = remark.message.strip_prefix(id);
        codes.contains(&remark.code) && subject.is_some_and(|rest| rest.starts_with(' '))
    })
}
