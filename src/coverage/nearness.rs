//! How far places are from the reps' homes and from the outlets we serve.

use rayon::prelude::*;

use crate::lonlat::LonLat;
use crate::road::{RoadNetwork, Snap};
use crate::territory::RepId;
use crate::units::Millis;

/// What is farther than this is out of reach.
const LIMIT: Millis = Millis(12 * 3600 * 1000);

/// The roads of one travel mode and where they are used from.
pub struct HomeRoads<'n> {
    /// The network.
    pub network: &'n RoadNetwork,
    /// The reps who travel so: an index into the territory's, and the home.
    pub homes: Vec<(RepId, Snap)>,
}

/// How far one place is by road.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Nearness {
    /// From the home that is nearest, and whose it is; `None` where no home has a way there within twelve hours.
    pub home: Option<(Millis, RepId)>,
    /// From the nearest outlet that is a customer.
    pub served: Option<Millis>,
}

impl HomeRoads<'_> {
    /// How far each of `places` is, with its search radius in metres for the nearest road: by this mode.
    ///
    /// One Dijkstra search a home and one from all of `served` at once, whatever the number of places.
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

/// How far each of `places` is, by the mode that is quickest.
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
