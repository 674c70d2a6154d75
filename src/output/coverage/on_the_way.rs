//! Writes the layer `on_the_way`: white space within a few minutes of a route.

use serde_json::json;

use crate::ids::ById;
use crate::insight::{DayRoute, OnTheWay};
use crate::output::layer::{Layer, feature, point};
use crate::output::routes::minutes;
use crate::prospects::{Prospect, ProspectId};
use crate::territory::Territory;

/// Returns the layer of the outlets that are close to `routes`.
pub(super) fn on_the_way(
    territory: &Territory,
    prospects: &ById<ProspectId, Prospect>,
    routes: &[DayRoute],
    found: &[OnTheWay],
) -> Layer {
    let features = found.iter().map(|on| {
        let prospect = &prospects[on.prospect];
        let route = &routes[on.route];
        let properties = json!({
            "id": &prospect.id,
            "name": &prospect.name,
            "outlet_type": prospect.outlet_type,
            "tier": prospect.tier,
            "stage": prospect.stage,
            "route_id": &route.route_id,
            "rep": &territory.reps[route.rep].name,
            "date": route.date.to_string(),
            "after_stop": on.after_stops,
            "detour_minutes": minutes(on.detour.0),
            "visit_minutes": minutes(on.visit.0),
            "prize": on.prize.map(|prize| prize.points()),
            "fits": on.obstacle.is_none(),
            "why_not": on.obstacle.map(|obstacle| obstacle.words()),
        });
        feature(point(prospect.at), &properties)
    });
    Layer { name: "on_the_way", features: features.collect() }
}
