//! Why there is no way between two places that are both on roads.

use std::fmt;

use super::ids::StretchId;
use super::network::RoadNetwork;
use super::snap::{NearRoad, Snap, at_position};
use crate::lonlat::Ruler;

/// Two places are on networks of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct Apart {
    /// Length of the roads that hang together with the second place.
    pub network_km: f64,
    /// The road nearest to the second place that hangs together with the first.
    pub nearest: NearRoad,
}

/// `its roads, 12 km, are a network of their own (an island, or a gap in the map); the nearest road of the other is …`
impl fmt::Display for Apart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { network_km, nearest } = self;
        write!(
            f,
            "its roads, {network_km:.0} km, are a network of their own (an island, or a gap in the map); the nearest road of \
             the other is {}",
            at_position(nearest)
        )
    }
}

impl RoadNetwork {
    /// What separates `to` from `from`; `None` where they are on one network, so that there is a way.
    ///
    /// O(stretches).
    pub fn apart(&self, from: &Snap, to: &Snap) -> Option<Apart> {
        if from.component == to.component {
            return None;
        }
        let graph = &self.base.graph;
        let numbers = graph.stretches.iter().zip(&*self.base.component);
        let own = numbers.filter(|(_, number)| **number == to.component);
        let network_km = own.map(|(stretch, _)| stretch.length().0).sum::<u64>() as f64 / 1e6;
        let ruler = Ruler::at(to.at.lat);
        let mut nearest: Option<NearRoad> = None;
        for (stretch, distance_min_m) in self.index.stops.nearest(to.at, &ruler) {
            if nearest.as_ref().is_some_and(|nearest| nearest.distance_m < distance_min_m) {
                break;
            }
            let stretch = StretchId(stretch);
            if self.component(stretch) == Some(from.component) {
                let road = self.near_road(&self.candidate(stretch, to.at, &ruler));
                if nearest.as_ref().is_none_or(|nearest| road.distance_m < nearest.distance_m) {
                    nearest = Some(road);
                }
            }
        }
        Some(Apart { network_km, nearest: nearest.expect("the first place is on such a road") })
    }
}
