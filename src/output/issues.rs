//! Writes `issues.geojson`: a point for each outlet with a problem that a person can correct. The
//! problem is a mandatory visit that is not planned, an outlet that cannot be reached, or a
//! position that is not exact.

use super::Written;
use super::layer::{Layer, feature, point};
use crate::itinerary::{LeftOut, Outcome};
use crate::plan_files::IssueProperties;
use crate::prospects::{Grade, Prospect, ProspectId, name_of};

/// Returns the layer with the most severe problem of each outlet. Errors come first.
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

/// Returns whether no road leads to the outlet, or no day is long enough for the visit.
fn is_out_of_reach(reason: &LeftOut) -> bool {
    matches!(
        reason,
        LeftOut::OffTheRoads(_) | LeftOut::Unreachable { .. } | LeftOut::TooFarForADay { .. }
    )
}
