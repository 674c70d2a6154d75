//! `issues.geojson`: a point for each outlet with a fault that a person can correct. A mandatory
//! visit is not planned, the outlet cannot be reached, or its position is rough.

use super::Written;
use super::layer::{Layer, feature, point};
use crate::itinerary::{LeftOut, Outcome};
use crate::plan_files::IssueProperties;
use crate::prospects::{Grade, Prospect, ProspectId, name_of};

/// Returns the layer with the most severe issue of each outlet, errors first.
pub(super) fn layer(written: Written<'_>) -> Layer {
    let mut features = Vec::new();
    for severity in ["error", "warning", "notice"] {
        for (id, prospect) in written.plan.prospects.iter_with_id() {
            let issue = issue(written, id, prospect);
            let issue = issue.filter(|issue| issue.severity == severity);
            features.extend(issue.map(|issue| feature(point(prospect.at), &issue)));
        }
    }
    Layer { name: "issues", features }
}

fn issue(written: Written<'_>, id: ProspectId, prospect: &Prospect) -> Option<IssueProperties> {
    let of = |code: &str, severity: &str, message| {
        Some(IssueProperties {
            code: code.to_owned(),
            severity: severity.to_owned(),
            id: prospect.id.clone(),
            name: prospect.name.clone(),
            message,
        })
    };
    let decisions = &written.plan.call_plan.entry(id).decisions;
    let is_mandatory = decisions.iter().any(|day| day.due().is_some_and(|due| due.mandatory));
    if let Outcome::LeftOut(reason) = &written.plan.itinerary.outcomes[id] {
        if is_mandatory {
            return of(reason.code(), "error", reason.to_string());
        }
        if is_out_of_reach(reason) {
            return of(reason.code(), "warning", reason.to_string());
        }
    }
    match prospect.position_quality {
        Some(grade @ (Grade::Street | Grade::Place | Grade::Admin)) => {
            let message = format!("its position is known only to the {}", name_of(grade));
            of("rough_position", "notice", message)
        }
        _ => None,
    }
}

/// Returns true if no road leads to the outlet or no day is long enough.
fn is_out_of_reach(reason: &LeftOut) -> bool {
    matches!(
        reason,
        LeftOut::OffTheRoads(_) | LeftOut::Unreachable { .. } | LeftOut::TooFarForADay { .. }
    )
}
