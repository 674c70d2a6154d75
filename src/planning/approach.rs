//! Approaches: parking and the walk between the point on the road and the door of an outlet.
//!
//! Outlets close together, as in a mall, share one approach: the rep parks once, at the road point of one of them, and walks
//! between their doors.

use crate::ids::{ById, Id};
use crate::itinerary::{Approach, Leg, Walk};
use crate::learned::DensityShares;
use crate::lonlat::LonLat;
use crate::policy::Policy;
use crate::prospects::{Prospect, ProspectId, ProspectIndex};
use crate::road::{Cost, Path, RoadNetwork, Snap};
use crate::units::Seconds;

/// Approaches of prospects, on the roads of one mode.
#[derive(Debug, Default)]
pub(crate) struct Approaches {
    /// Door of each prospect; `None` if it is off the roads or not to be visited.
    doors: ById<ProspectId, Option<Door>>,
}

/// The door of an outlet, and the approach to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Door {
    /// First prospect of the group that shares the approach, or the prospect itself. The rep stops at its point on the road.
    leader: ProspectId,
    approach: Approach,
    /// Length of walks as a multiple of the straight line.
    walk_detour: f64,
}

/// Point of a prospect on the roads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OnRoad {
    at: LonLat,
    /// Connected part of the road network.
    component: u32,
    /// Time to park there.
    parking: Seconds,
}

/// Place of a tour: a point on the road, and the door behind it; no door at home and where a rep is underway.
#[derive(Clone, Copy)]
pub(super) struct TourPlace<'a> {
    pub(super) road: &'a Snap,
    pub(super) door: Option<Door>,
}

impl OnRoad {
    /// A point on `network`, where the modes that have to park take the minutes of the policy for the density of its roads.
    pub(crate) fn new(snap: &Snap, network: &RoadNetwork, policy: &Policy) -> Self {
        let minutes = match network.info().profile.has_to_park() {
            true => policy.park_minutes.of(network.density(snap)),
            false => 0.0,
        };
        // At most an hour, so the cast is exact.
        let parking = Seconds((minutes * 60.0).round() as u32);
        Self { at: snap.at, component: snap.component, parking }
    }
}

impl Approaches {
    /// Finds the approach of each of `visits`.
    ///
    /// Each prospect, in order, that belongs to no group yet and `may_lead` one leads a group of all free prospects that are
    /// on the same network and at most `co_located_m` of the policy away, as the crow flies. All others have an approach of
    /// their own. The `approach_minutes` of a prospect replace the time from road to door.
    pub(crate) fn new(
        prospects: &[Prospect],
        visits: &[ProspectId],
        may_lead: impl Fn(ProspectId) -> bool,
        on_road: impl Fn(ProspectId) -> Option<OnRoad>,
        policy: &Policy,
    ) -> Self {
        let walk_detour = policy.walk_detour;
        let mut doors: ById<ProspectId, Option<Door>> = vec![None; prospects.len()].into();
        let places: ById<ProspectId, Option<OnRoad>> = {
            let mut places = vec![None; prospects.len()];
            visits.iter().for_each(|visit| places[visit.index()] = on_road(*visit));
            places.into()
        };
        let door = |id: ProspectId, leader: ProspectId, car: OnRoad| {
            let prospect = &prospects[id.index()];
            let approach = Approach::new(car.at, prospect.at, car.parking, walk_detour);
            let stated = prospect.approach_minutes.map(Seconds::from_minutes);
            let approach = stated.map_or(approach, |stated| approach.taking(stated));
            Some(Door { leader, approach, walk_detour })
        };
        let within_m = policy.co_located_m;
        if within_m > 0.0 {
            let index = ProspectIndex::new(prospects);
            for &leader in visits.iter().filter(|visit| may_lead(**visit)) {
                let Some(car) = places[leader].filter(|_| doors[leader].is_none()) else {
                    continue;
                };
                for (id, _) in index.within(prospects[leader.index()].at, within_m) {
                    let is_near = places[id].is_some_and(|own| own.component == car.component);
                    if is_near && doors[id].is_none() {
                        doors[id] = door(id, leader, car);
                    }
                }
            }
        }
        for &visit in visits.iter() {
            if doors[visit].is_none() {
                doors[visit] = places[visit].and_then(|own| door(visit, visit, own));
            }
        }
        Self { doors }
    }

    /// The door of a prospect.
    pub(crate) fn door(&self, prospect: ProspectId) -> Option<Door> {
        self.doors.get(prospect.index()).copied().flatten()
    }

    /// The prospect at whose point on the road the rep stops: the leader of its group, or the prospect itself.
    pub(crate) fn leader(&self, prospect: ProspectId) -> ProspectId {
        self.door(prospect).map_or(prospect, |door| door.leader)
    }
}

impl Door {
    /// The walk to another door of the same approach; `None` to other doors.
    fn walk_to(self, other: Self) -> Option<Walk> {
        let (from, to) = (self.approach.door, other.approach.door);
        (self.leader == other.leader).then(|| Walk::between(from, to, self.walk_detour))
    }
}

/// Walking time between two doors that share an approach; `None` for other places.
pub(crate) fn walk_between(from: Option<Door>, to: Option<Door>) -> Option<Seconds> {
    Some(from?.walk_to(to?)?.time)
}

/// Time at both ends of a drive: the walk back to the road, then parking and the walk to the door.
pub(crate) fn time_at_ends(from: Option<Door>, to: Option<Door>) -> Seconds {
    let back = from.map_or(Seconds::ZERO, |door| door.approach.walk.time);
    back + to.map_or(Seconds::ZERO, |door| door.approach.time())
}

impl TourPlace<'_> {
    /// Returns the leg from here to `to`: a walk within one approach, else a drive on `network` that takes `travel` by the
    /// clock, with the approaches at its ends. `shares` are those of the hour of its departure. `None` if no path exists.
    pub(super) fn leg(
        self,
        to: Self,
        (network, shares): (&RoadNetwork, DensityShares),
        travel: Seconds,
    ) -> Option<Leg> {
        if let (Some(here), Some(there)) = (self.door, to.door)
            && here.leader == there.leader
        {
            return Some(Leg::on_foot(here.approach.door, there.approach.door, here.walk_detour));
        }
        let ends = [self.door, to.door].map(|door| door.map(|door| door.approach));
        let path = network.path(self.road, to.road)?;
        let time = shares.to(network.density(to.road)).of(path.cost.time());
        let cost = Cost::new(time, path.cost.distance());
        Some(Leg::driven(Path { cost, ..path }, ends, travel))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Prospects on one parallel: `steps` of 40 m from its start.
    fn prospects(steps: &[f64]) -> Vec<Prospect> {
        let at = |step: &f64| LonLat { lon: 14.0 + step * 0.000_44, lat: 36.0 };
        steps.iter().map(|step| Prospect::new("P", "P", at(step))).collect()
    }

    /// Their approaches, each 10 m from its road; on two networks, one of them west of 14°, and without a road far east.
    fn approaches(prospects: &[Prospect], policy: &Policy) -> Approaches {
        let visits: Vec<ProspectId> = (0..prospects.len()).map(ProspectId::from_index).collect();
        let car = |id: ProspectId| {
            let at = prospects[id.index()].at;
            let kerb = LonLat { lat: at.lat + 0.000_09, ..at };
            let component = u32::from(at.lon < 14.0);
            (at.lon < 15.0).then_some(OnRoad { at: kerb, component, parking: Seconds(120) })
        };
        Approaches::new(prospects, &visits, |_| true, car, policy)
    }

    /// Leader of each prospect; `None` for one off the roads.
    fn leaders(steps: &[f64], co_located_m: f64) -> Vec<Option<u32>> {
        let prospects = prospects(steps);
        let approaches = approaches(&prospects, &Policy { co_located_m, ..Policy::default() });
        let ids = (0..prospects.len()).map(ProspectId::from_index);
        ids.map(|id| Some(approaches.door(id)?.leader.0)).collect()
    }

    #[test]
    fn those_near_the_first_of_them_share_its_approach_and_there_is_no_chain() {
        assert_eq!(leaders(&[0.0, 1.0, 2.0], 50.0), [Some(0), Some(0), Some(2)]);
        assert_eq!(leaders(&[0.0, 1.0, 2.0, 3.0], 50.0), [Some(0), Some(0), Some(2), Some(2)]);
        assert_eq!(leaders(&[1.0, 0.0, 2.0], 50.0), [Some(0), Some(0), Some(0)]);
        assert_eq!(leaders(&[0.0, 5.0], 50.0), [Some(0), Some(1)]);
        assert_eq!(leaders(&[-0.5, 0.5], 50.0), [Some(0), Some(1)], "on different networks");
    }

    #[test]
    fn nobody_shares_where_that_is_off_or_there_is_no_road() {
        assert_eq!(leaders(&[0.0, 0.0], 0.0), [Some(0), Some(1)]);
        assert_eq!(leaders(&[0.0, 0.0], 50.0), [Some(0), Some(0)]);
        assert_eq!(leaders(&[1e6, 1e6], 50.0), [None, None]);
    }

    #[test]
    fn one_that_may_not_lead_joins_others_or_has_its_own_approach() {
        let prospects = prospects(&[0.0, 1.0, 5.0, 6.0]);
        let visits: Vec<ProspectId> = (0..4).map(ProspectId).collect();
        let car = |id: ProspectId| {
            let at = prospects[id.index()].at;
            Some(OnRoad { at, component: 0, parking: Seconds::ZERO })
        };
        let may_lead = |id| id == ProspectId(1);
        let approaches = Approaches::new(&prospects, &visits, may_lead, car, &Policy::default());
        assert_eq!([0, 1, 2, 3].map(|id| approaches.leader(ProspectId(id)).0), [1, 1, 2, 3]);
    }

    #[test]
    fn between_doors_one_walks_and_at_the_ends_of_a_drive_one_parks_and_walks() {
        // The kerb is 10 m away: 9.99 m on the ellipsoid, 8 s.
        let policy = Policy { walk_detour: 1.0, ..Policy::default() };
        let approaches = approaches(&prospects(&[0.0, 1.0, 9.0]), &policy);
        let [first, next_door, far] = [0, 1, 2].map(|id| approaches.door(ProspectId(id)));
        assert_eq!(walk_between(first, next_door), Some(Seconds(32)));
        assert_eq!(walk_between(first, far), None);
        assert_eq!(walk_between(first, None), None);
        assert_eq!(time_at_ends(None, None), Seconds::ZERO);
        assert_eq!(time_at_ends(None, first), Seconds(128));
        assert_eq!(time_at_ends(first, None), Seconds(8));
        assert_eq!(time_at_ends(first, far), Seconds(136));
    }

    #[test]
    fn with_a_detour_walks_are_longer_and_with_none_there_are_no_walks() {
        let times = |walk_detour| {
            let policy = Policy { walk_detour, ..Policy::default() };
            let approaches = approaches(&prospects(&[0.0, 1.0]), &policy);
            let [first, next_door] = [0, 1].map(|id| approaches.door(ProspectId(id)));
            (walk_between(first, next_door).unwrap().0, time_at_ends(first, None).0)
        };
        assert_eq!(times(1.0), (32, 8));
        assert_eq!(times(1.5), (48, 12));
        assert_eq!(times(0.0), (0, 0));
    }

    #[test]
    fn the_minutes_of_a_row_replace_parking_and_the_walk_to_its_door() {
        let mut prospects = prospects(&[0.0, 9.0]);
        prospects[0].approach_minutes = Some(5);
        prospects[1].approach_minutes = Some(0);
        let approaches = approaches(&prospects, &Policy::default());
        let [stated, at_once] = [0, 1].map(|id| approaches.door(ProspectId(id)));
        assert_eq!(time_at_ends(None, stated), Seconds(300));
        assert_eq!(time_at_ends(stated, None), Seconds(10), "back by the length of the walk");
        assert_eq!(time_at_ends(None, at_once), Seconds::ZERO);
        assert_eq!(time_at_ends(at_once, None), Seconds::ZERO);
    }
}
