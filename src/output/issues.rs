//! `issues.geojson`: a point for each outlet with which something is wrong that a person can put right: it must be visited and
//! is not, it cannot be reached, or its position is only roughly known.

use serde::Serialize;

use super::Written;
use super::layer::{Layer, feature, point};
use crate::itinerary::{LeftOut, Outcome};
use crate::prospects::{Grade, Prospect, ProspectId, name_of};

#[derive(Serialize)]
struct Issue<'a> {
    code: &'static str,
    /// `error`: mandatory and not planned; `warning`: cannot be reached; `notice`: its position is rough.
    severity: &'static str,
    id: &'a str,
    name: &'a str,
    message: String,
}

/// The layer: the most severe issue of each outlet, errors first.
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

fn issue<'a>(written: Written<'a>, id: ProspectId, prospect: &'a Prospect) -> Option<Issue<'a>> {
    let of = |code, severity, message| {
        Some(Issue { code, severity, id: &prospect.id, name: &prospect.name, message })
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

/// Whether no day is long enough, or no road leads there.
fn is_out_of_reach(reason: &LeftOut) -> bool {
    matches!(
        reason,
        LeftOut::OffTheRoads(_) | LeftOut::Unreachable { .. } | LeftOut::TooFarForADay { .. }
    )
}
