//! Computes travel times of places from the homes of reps and from customers.

use rayon::prelude::*;

use crate::lonlat::LonLat;
use crate::road::{RoadNetwork, Snap};
use crate::territory::RepId;
use crate::units::Millis;

/// Maximum travel time. Places farther away count as places that no rep can reach.
const LIMIT: Millis = Millis(12 * 3600 * 1000);

/// The roads of one travel mode and the homes of its reps.
pub struct HomeRoads<'n> {
    /// Road network of the travel mode.
    pub network: &'n RoadNetwork,
    /// Reps who use this mode: index in the territory, and home.
    pub homes: Vec<(RepId, Snap)>,
}

/// Travel times to a place, by road.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Nearness {
    /// Travel time from the nearest home, with the index of the rep who lives there; `None` if no
    /// home has a way of at most twelve hours to the place.
    pub home: Option<(Millis, RepId)>,
    /// Travel time from the nearest customer.
    pub served: Option<Millis>,
}

impl HomeRoads<'_> {
    /// Returns the travel times to `places` by this travel mode. Each place has a radius in metres,
    /// within which the nearest road is searched.
    ///
    /// Makes one Dijkstra search for each home, and one from all of `served` together. The number
    /// of searches does not depend on the number of places.
    fn nearness(
        &self,
        places: &[(LonLat, f64)],
        served: &[LonLat],
        radius_m: f64,
    ) -> Vec<Nearness> {
        let snap = |at: LonLat, radius_m| self.network.snap(at, radius_m).ok();
        let snaps: Vec<Option<Snap>> =
            places.par_iter().map(|(at, radius_m)| snap(*at, *radius_m)).collect();
        let from: Vec<Snap> = served.par_iter().filter_map(|at| snap(*at, radius_m)).collect();
        let times = |starts: &[Snap]| -> Vec<Option<Millis>> {
            let reach = self.network.reach_from_any(starts, LIMIT);
            snaps.iter().map(|snap| reach.time_to(snap.as_ref()?)).collect()
        };
        let homes: Vec<Vec<Option<Millis>>> =
            self.homes.par_iter().map(|(_, home)| times(std::slice::from_ref(home))).collect();
        let served = times(&from);
        (0..places.len())
            .map(|at| {
                let reps = self.homes.iter().map(|(rep, _)| *rep);
                let home =
                    homes.iter().zip(reps).filter_map(|(times, rep)| Some((times[at]?, rep))).min();
                Nearness { home, served: served[at] }
            })
            .collect()
    }
}

/// Returns the travel times to `places` by the travel mode that is quickest for each place.
pub(super) fn nearness(
    roads: &[HomeRoads<'_>],
    places: &[(LonLat, f64)],
    served: &[LonLat],
    radius_m: f64,
) -> Vec<Nearness> {
    let mut all = vec![Nearness::default(); places.len()];
    let quicker = |a: Option<_>, b: Option<_>| a.into_iter().chain(b).min();
    for mode in roads {
        for (known, own) in all.iter_mut().zip(mode.nearness(places, served, radius_m)) {
            known.home = quicker(known.home, own.home);
            known.served = known.served.into_iter().chain(own.served).min();
        }
    }
    all
}
