//! Writes the layer `alignment`, with each outlet, its present rep and its proposed rep.

use serde_json::json;

use crate::ids::ById;
use crate::insight::Balance;
use crate::output::layer::{Layer, feature, point};
use crate::prospects::{Prospect, ProspectId};
use crate::territory::{RepId, Territory};
use crate::units::thousandths;

pub(super) fn alignment(
    territory: &Territory,
    prospects: &ById<ProspectId, Prospect>,
    balance: &Balance,
) -> Layer {
    let name = |rep: RepId| &*territory.reps[rep].name;
    let features = balance.outlets.iter().map(|outlet| {
        let prospect = &prospects[outlet.prospect];
        let properties = json!({
            "id": &prospect.id,
            "name": &prospect.name,
            "tier": prospect.tier,
            "rep_now": name(outlet.rep_now),
            "rep_proposed": name(outlet.rep_proposed),
            "travel_minutes_now": thousandths(outlet.travel_minutes_now),
            "travel_minutes_proposed": thousandths(outlet.travel_minutes_proposed),
            "hours_per_cycle": thousandths(outlet.hours_per_cycle),
            "is_move": outlet.is_move(),
            "nearer_to": outlet.nearer_to.map(name),
        });
        feature(point(prospect.at), &properties)
    });
    Layer { name: "alignment", features: features.collect() }
}
