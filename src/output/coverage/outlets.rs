//! Writes the layer `outlets`, with each outlet, its state and its position.

use serde_json::json;

use super::WrittenCoverage;
use super::areas::{minutes, nearest_home};
use crate::output::layer::{Layer, feature, point};

pub(super) fn outlets(written: WrittenCoverage<'_>) -> Layer {
    let coverage = written.coverage;
    let map = &coverage.map;
    let all = coverage.prospects.iter().zip(&coverage.call_plan.entries).zip(&map.places);
    let features = all.map(|((prospect, entry), place)| {
        let due = entry.decisions.first().and_then(|decision| decision.due());
        let properties = json!({
            "id": &prospect.id,
            "name": &prospect.name,
            "outlet_type": prospect.outlet_type,
            "tier": prospect.tier,
            "stage": prospect.stage,
            "status": prospect.status,
            "served": prospect.is_served(),
            "visited_on": prospect.visited_on.map(|on| on.to_string()),
            "due_date": entry.due_date.map(|on| on.to_string()),
            "days_overdue": entry.days_overdue(map.date),
            "prize": due.map(|due| due.prize.points()),
            "assigned_rep": prospect.assigned_rep(),
            "inside": place.is_inside,
            "area": place.area.map(|at| &*map.areas[at].name),
            "near": place.settlement.map(|at| &*map.settlements[at].name),
            "cell_id": place.cell.map(|at| &*map.cells[at].id),
            "travel_minutes_home": place.nearness.home.map(|(time, _)| minutes(time)),
            "nearest_home": nearest_home(written, &place.nearness),
            "address": prospect.address.as_deref(),
            "phone": prospect.phone.as_deref().filter(|_| !written.drop_personal),
        });
        feature(point(prospect.at), &properties)
    });
    Layer { name: "outlets", features: features.collect() }
}
