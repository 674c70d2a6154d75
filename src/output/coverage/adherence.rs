//! Writes the layer `adherence`, with each planned visit and its result.

use serde_json::json;

use crate::coverage::Adherence;
use crate::ids::ById;
use crate::output::layer::{Layer, feature, point};
use crate::prospects::{Prospect, ProspectId};

/// Returns the layer. Leaves out planned visits to outlets that are no longer on a list.
pub(super) fn adherence(prospects: &ById<ProspectId, Prospect>, adherence: &Adherence) -> Layer {
    let features = adherence.visits.iter().filter_map(|kept| {
        let prospect = &prospects[kept.prospect?];
        let properties = json!({
            "id": &prospect.id,
            "name": &prospect.name,
            "rep": kept.planned.rep.as_deref(),
            "planned_on": kept.planned.date.to_string(),
            "done_on": kept.done_on.map(|on| on.to_string()),
            "status": kept.status,
        });
        Some(feature(point(prospect.at), &properties))
    });
    Layer { name: "adherence", features: features.collect() }
}
