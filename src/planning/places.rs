//! Finds the places of reps and prospects on the roads of a travel mode, and the travel times
//! between these places.

use std::collections::BTreeMap;

use geo::Intersects;

use super::approach::{Approaches, Door, OnRoad, TourPlace, time_at_ends, walk_between};
use super::{PlanError, Underway};
use crate::ids::ById;
use crate::learned::DensityShares;
use crate::lonlat::LonLat;
use crate::networks::Networks;
use crate::policy::Policy;
use crate::progress::Progress;
use crate::prospects::{Prospect, ProspectId};
use crate::remark::{Remark, RemarkCode};
use crate::road::{Density, Matrix, RoadNetwork, Snap, SnapFailure};
use crate::solver::{PlaceId, TravelTimes};
use crate::territory::{RepId, Territory};

/// Places of all travel modes, by the name of the mode.
pub(crate) type Places = BTreeMap<String, ModePlaces>;

/// Places of one travel mode. A travel-time table has the homes of all reps, then the starts of
/// reps who are underway, then all visits.
pub(crate) struct ModePlaces {
    /// Home of each rep; `None` only for reps who use another mode.
    pub(super) homes: ById<RepId, Option<Snap>>,
    /// Start of each rep who is underway; `None` only for reps who use another mode.
    pub(super) starts: Vec<Option<Snap>>,
    pub(super) prospects: ById<ProspectId, Result<Snap, SnapFailure>>,
    /// Approaches of the prospects that are to be visited.
    pub(super) approaches: Approaches,
}

impl ModePlaces {
    /// Finds the approaches of `visits` on `network`. Other prospects may share the approach of a
    /// prospect only if `may_lead` is true for it.
    pub(super) fn find_approaches(
        &mut self,
        prospects: &ById<ProspectId, Prospect>,
        visits: &[ProspectId],
        may_lead: impl Fn(ProspectId) -> bool,
        network: &RoadNetwork,
        policy: &Policy,
    ) {
        let on_road = |id: ProspectId| {
            let snap = self.prospects[id].as_ref().ok()?;
            Some(OnRoad::new(snap, network, policy))
        };
        self.approaches = Approaches::new(prospects, visits, may_lead, on_road, policy);
    }

    /// Returns the place of `prospect` in a tour; `None` if it is not on the roads of this mode.
    pub(super) fn tour_place(&self, prospect: ProspectId) -> Option<TourPlace<'_>> {
        let leader = self.approaches.leader(prospect);
        let road = self.prospects[leader].as_ref().ok()?;
        Some(TourPlace { road, door: self.approaches.door(prospect) })
    }

    /// Returns the travel times of a network between all places: one table for each of `shares`.
    /// `visits` are the only prospects among the places.
    ///
    /// A travel time includes the approaches: the walk back to the road, parking, and the walk to
    /// the next door. A learned share changes the drive alone.
    pub(super) fn travel_times(
        &self,
        network: &RoadNetwork,
        visits: &[ProspectId],
        shares: &[DensityShares],
        progress: &dyn Progress,
    ) -> Vec<TravelTimes> {
        // A place that is on no road has no row in the matrix. Prospects with one shared approach
        // have one row together.
        let mut on_roads: Vec<Snap> = Vec::new();
        let mut row_of_leader: ById<ProspectId, Option<usize>> =
            vec![None; self.prospects.len()].into();
        let mut row = |snap: &Snap| {
            on_roads.push(snap.clone());
            on_roads.len() - 1
        };
        let reps = self.homes.iter().chain(&self.starts);
        let mut places: ById<PlaceId, (Option<usize>, Option<Door>)> =
            reps.map(|rep| (rep.as_ref().map(&mut row), None)).collect();
        for &visit in visits {
            let leader = self.approaches.leader(visit);
            if row_of_leader[leader].is_none() {
                row_of_leader[leader] = self.prospects[leader].as_ref().ok().map(&mut row);
            }
            places.push((row_of_leader[leader], self.approaches.door(visit)));
        }
        let matrix: Matrix = network.matrix(&on_roads, progress);
        let densities: Vec<Density> = on_roads.iter().map(|snap| network.density(snap)).collect();
        let table = |shares: &DensityShares| {
            TravelTimes::new(places.len(), |from, to| {
                let ((from, out_of), (to, into)) = (places[from], places[to]);
                let walk = walk_between(out_of, into);
                let drive = || {
                    let share = shares.to(densities[to?]);
                    Some(share.of(matrix.get(from?, to?)?.time()).to_seconds_ceil())
                };
                walk.or_else(|| Some(drive()? + time_at_ends(out_of, into)))
            })
        };
        shares.iter().map(table).collect()
    }
}

/// Returns the place of a rep's home in a travel-time table.
pub(super) fn home_place(rep: RepId) -> PlaceId {
    PlaceId(rep.0)
}

/// Finds the road nearest to each home, start and prospect, for each mode in use.
///
/// # Errors
/// [`PlanError::Place`] if no road of the rep's mode is near a home or a start.
pub(crate) fn places(
    territory: &Territory,
    networks: &Networks,
    prospects: &[Prospect],
    underway: &[Underway],
) -> Result<Places, PlanError> {
    let radius_m = territory.policy.snap_radius_m;
    let mut places = BTreeMap::new();
    let is_used = |mode: &String| territory.reps.iter().any(|rep| rep.mode == *mode);
    for (mode, roads) in networks.by_mode.iter().filter(|(mode, _)| is_used(mode)) {
        let network = roads.any();
        let snap = |rep: RepId, at: LonLat, what: fn(&str) -> String| {
            let rep = &territory.reps[rep];
            match network.snap(at, radius_m) {
                Ok(snap) => Ok(Some(snap)),
                Err(_) if rep.mode != *mode => Ok(None),
                Err(failure) => {
                    let exchanged = geo::coord! { x: at.lat, y: at.lon };
                    Err(PlanError::Place {
                        territory: territory.name.clone(),
                        what: what(&rep.name),
                        mode: mode.clone(),
                        lon: at.lon,
                        lat: at.lat,
                        failure: Box::new(failure),
                        exchanged: network.bounds().intersects(&exchanged),
                    })
                }
            }
        };
        let homes = territory.reps.iter_with_id();
        let homes = homes.map(|(at, rep)| snap(at, rep.home, |rep| format!("the home of {rep}")));
        let starts = underway.iter();
        let starts = starts.map(|rep| snap(rep.rep, rep.from, |rep| format!("where {rep} is")));
        let own = ModePlaces {
            homes: homes.collect::<Result<_, _>>()?,
            starts: starts.collect::<Result<_, _>>()?,
            prospects: prospects.iter().map(|p| network.snap(p.at, radius_m)).collect(),
            approaches: Approaches::default(),
        };
        places.insert(mode.clone(), own);
    }
    Ok(places)
}

/// Returns the reason why each prospect is on no road of any mode. The reason is that of the first
/// mode. `None` if the prospect is on a road, or if it is not visited because its position is not
/// exact enough.
pub(super) fn off_the_roads(
    territory: &Territory,
    prospects: &ById<ProspectId, Prospect>,
    places: &Places,
) -> ById<ProspectId, Option<SnapFailure>> {
    let failure = |(id, prospect): (ProspectId, &Prospect)| {
        if territory.policy.uncertain_position(prospect).is_some() {
            return None;
        }
        let mut modes = places.values().map(|mode| mode.prospects[id].as_ref().err());
        let first = modes.next().flatten()?;
        modes.all(|failure| failure.is_some()).then(|| first.clone())
    };
    prospects.iter_with_id().map(failure).collect()
}

/// Returns remarks on prospects that are near no road, and on those whose nearest road is not
/// connected with the rest of the network.
pub(super) fn snap_remarks(
    prospects: &[Prospect],
    places: &Places,
    off_the_roads: &[Option<SnapFailure>],
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (prospect, failure) in prospects.iter().zip(off_the_roads) {
        if let Some(failure) = failure {
            let message = format!("{} ({}) is left out: {failure}", prospect.id, prospect.name);
            remarks.push(Remark::new(RemarkCode::OffTheRoads, message));
        }
    }
    for (mode, places) in places {
        for (prospect, snap) in prospects.iter().zip(&places.prospects) {
            if let Ok(snap) = snap
                && let Some(nearer) = &snap.passed_over
            {
                let message = format!(
                    "{} ({}) is reached by {mode} from a road at {:.0} m, because its nearest, {} at {:.0} m, is cut off \
                     from the network",
                    prospect.id, prospect.name, snap.distance_m, nearer.road, nearer.distance_m
                );
                remarks.push(Remark::new(RemarkCode::NearestRoadCutOff, message));
            }
        }
    }
    remarks
}
