//! Explains why there is no path between two places that are both on roads.

use std::fmt;

use super::ids::StretchId;
use super::network::RoadNetwork;
use super::snap::{NearRoad, Snap, at_position};
use crate::lonlat::Ruler;

/// Two places are in different components of the network.
#[derive(Debug, Clone, PartialEq)]
pub struct Apart {
    /// Length in kilometres of the roads in the component of the second place.
    pub network_km: f64,
    /// Of the roads in the component of the first place, the one nearest to the second place.
    pub nearest: NearRoad,
}

/// Writes `it is in a separate network of 12 km (…); the nearest road of the other network is …`.
impl fmt::Display for Apart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { network_km, nearest } = self;
        write!(
            f,
            "it is in a separate network of {network_km:.0} km (an island, or a gap in the map); the \
             nearest road of the other network is {}",
            at_position(nearest)
        )
    }
}

impl RoadNetwork {
    /// Explains a missing path; `None` if both places are in one component. O(stretches).
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
