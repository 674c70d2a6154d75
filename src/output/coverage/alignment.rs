//! `alignment`: every outlet with its present rep and its proposed rep.

use serde::Serialize;

use crate::ids::ById;
use crate::insight::Balance;
use crate::output::layer::{Layer, feature, point};
use crate::prospects::{Prospect, ProspectId, Tier};
use crate::territory::{RepId, Territory};
use crate::units::thousandths;

#[derive(Serialize)]
struct AlignmentProperties<'a> {
    id: &'a str,
    name: &'a str,
    tier: Option<Tier>,
    rep_now: &'a str,
    rep_proposed: &'a str,
    travel_minutes_now: f64,
    travel_minutes_proposed: f64,
    hours_per_cycle: f64,
    is_move: bool,
    nearer_to: Option<&'a str>,
}

pub(super) fn alignment(
    territory: &Territory,
    prospects: &ById<ProspectId, Prospect>,
    balance: &Balance,
) -> Layer {
    let name = |rep: RepId| &*territory.reps[rep].name;
    let features = balance.outlets.iter().map(|outlet| {
        let prospect = &prospects[outlet.prospect];
        let properties = AlignmentProperties {
            id: &prospect.id,
            name: &prospect.name,
            tier: prospect.tier,
            rep_now: name(outlet.rep_now),
            rep_proposed: name(outlet.rep_proposed),
            travel_minutes_now: thousandths(outlet.travel_minutes_now),
            travel_minutes_proposed: thousandths(outlet.travel_minutes_proposed),
            hours_per_cycle: thousandths(outlet.hours_per_cycle),
            is_move: outlet.is_move(),
            nearer_to: outlet.nearer_to.map(name),
        };
        feature(point(prospect.at), &properties)
    });
    Layer { name: "alignment", features: features.collect() }
}
