//! Shared approaches: outlets close together, as in a mall, have one parking place, and the rep walks between them.

use crate::ids::{ById, Id};
use crate::itinerary::{DoorWalk, Leg, Walk};
use crate::lonlat::LonLat;
use crate::prospects::{Prospect, ProspectId, ProspectIndex};
use crate::road::{RoadNetwork, Snap};
use crate::units::Seconds;

/// Shared approaches of the prospects, on the roads of one mode.
#[derive(Debug, Default)]
pub(super) struct Approaches {
    /// Door of each prospect that shares an approach; `None` for all others.
    doors: ById<ProspectId, Option<Door>>,
}

/// The door of an outlet that shares its approach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Door {
    /// First prospect of the group. The car stays at its point on the road.
    leader: ProspectId,
    at: LonLat,
    /// Walk from the car to the door.
    walk: Walk,
}

/// Point of a prospect on the roads.
#[derive(Debug, Clone, Copy)]
pub(super) struct OnRoad {
    pub(super) at: LonLat,
    /// Connected part of the road network.
    pub(super) component: u32,
}

/// Place of a tour: a point on the road, and the door behind it for a shared approach.
#[derive(Clone, Copy)]
pub(super) struct TourPlace<'a> {
    pub(super) road: &'a Snap,
    pub(super) door: Option<Door>,
}

impl Approaches {
    /// Groups `visits` that are at most `within_m` metres apart, as the crow flies, and on the same network.
    ///
    /// Each prospect, in order, that belongs to no group yet leads a group of all free prospects near it. With 0 metres,
    /// nobody shares an approach.
    pub(super) fn new(
        prospects: &ById<ProspectId, Prospect>,
        visits: &[ProspectId],
        snap: impl Fn(ProspectId) -> Option<OnRoad>,
        within_m: f64,
    ) -> Self {
        let mut doors: ById<ProspectId, Option<Door>> = vec![None; prospects.len()].into();
        if within_m <= 0.0 {
            return Self { doors };
        }
        let index = ProspectIndex::new(prospects);
        let mut is_free: ById<ProspectId, bool> = vec![false; prospects.len()].into();
        for visit in visits {
            is_free[*visit] = true;
        }
        for &leader in visits {
            let Some(car) = snap(leader).filter(|_| is_free[leader]) else { continue };
            let near = index.within(prospects[leader].at, within_m);
            let shares = |id: &ProspectId| {
                let is_free = is_free[*id];
                is_free && snap(*id).is_some_and(|own| own.component == car.component)
            };
            let near = near.into_iter().map(|(id, _)| id);
            let sharing: Vec<ProspectId> = near.filter(shares).collect();
            is_free[leader] = false;
            for &id in sharing.iter().filter(|_| sharing.len() > 1) {
                let at = prospects[id].at;
                is_free[id] = false;
                doors[id] = Some(Door { leader, at, walk: Walk::between(car.at, at) });
            }
        }
        Self { doors }
    }

    /// The door of a prospect that shares its approach.
    pub(super) fn door(&self, prospect: ProspectId) -> Option<Door> {
        self.doors.get(prospect.index()).copied().flatten()
    }

    /// The prospect whose point on the road is used: the leader of its group, or the prospect itself.
    pub(super) fn leader(&self, prospect: ProspectId) -> ProspectId {
        self.door(prospect).map_or(prospect, |door| door.leader)
    }
}

/// Walking time between two doors that share an approach; `None` for other places.
pub(super) fn walk_between(from: Option<Door>, to: Option<Door>) -> Option<Seconds> {
    let (from, to) = (from?, to?);
    (from.leader == to.leader).then(|| Walk::between(from.at, to.at).time)
}

/// Walking time at both ends of a drive.
pub(super) fn door_walks(from: Option<Door>, to: Option<Door>) -> Seconds {
    [from, to].into_iter().flatten().map(|door| door.walk.time).sum()
}

impl TourPlace<'_> {
    /// Returns the leg from here to `to`: a walk within one approach, else a drive on `network` that takes `travel` by the
    /// clock. `None` if no path exists.
    pub(super) fn leg(self, to: Self, network: &RoadNetwork, travel: Seconds) -> Option<Leg> {
        if let (Some(here), Some(there)) = (self.door, to.door)
            && here.leader == there.leader
        {
            return Some(Leg::on_foot(here.at, there.at));
        }
        let ends = [self.door, to.door]
            .map(|door| door.map(|door| DoorWalk { door: door.at, walk: door.walk }));
        Some(Leg::driven(network.path(self.road, to.road)?, ends, travel))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Leaders of prospects on one parallel; `steps` of 40 m from its start, each 10 m from its road.
    fn leaders(steps: &[f64], within_m: f64) -> Vec<Option<u32>> {
        let prospects: ById<ProspectId, Prospect> = steps
            .iter()
            .map(|step| Prospect::new("P", "P", LonLat { lon: 14.0 + step * 0.000_44, lat: 36.0 }))
            .collect();
        let visits: Vec<ProspectId> = prospects.ids().collect();
        let car = |id: ProspectId| {
            let at = prospects[id].at;
            let at_kerb = LonLat { lat: at.lat + 0.000_09, ..at };
            (at.lon < 15.0).then_some(OnRoad { at: at_kerb, component: u32::from(at.lon < 14.0) })
        };
        let approaches = Approaches::new(&prospects, &visits, car, within_m);
        visits.iter().map(|id| Some(approaches.door(*id)?.leader.0)).collect()
    }

    #[test]
    fn those_near_the_first_of_them_share_its_approach_and_there_is_no_chain() {
        assert_eq!(leaders(&[0.0, 1.0, 2.0], 50.0), [Some(0), Some(0), None]);
        assert_eq!(leaders(&[0.0, 1.0, 2.0, 3.0], 50.0), [Some(0), Some(0), Some(2), Some(2)]);
        assert_eq!(leaders(&[1.0, 0.0, 2.0], 50.0), [Some(0), Some(0), Some(0)]);
        assert_eq!(leaders(&[0.0, 5.0], 50.0), [None, None]);
        assert_eq!(leaders(&[-0.5, 0.5], 50.0), [None, None], "on different networks");
    }

    #[test]
    fn nobody_shares_where_that_is_off_or_there_is_no_road() {
        assert_eq!(leaders(&[0.0, 0.0], 0.0), [None, None]);
        assert_eq!(leaders(&[0.0, 0.0], 50.0), [Some(0), Some(0)]);
        assert_eq!(leaders(&[1e6, 1e6], 50.0), [None, None]);
    }

    #[test]
    fn between_doors_one_walks_and_at_the_ends_of_a_drive_to_and_from_the_car() {
        let at = |lon: f64| LonLat { lon, lat: 36.0 };
        let door = |leader, lon| {
            let at = at(lon);
            Some(Door {
                leader: ProspectId(leader),
                at,
                walk: Walk::between(at, LonLat { lat: 36.000_09, ..at }),
            })
        };
        assert_eq!(walk_between(door(0, 14.0), door(0, 14.000_44)), Some(Seconds(32)));
        assert_eq!(walk_between(door(0, 14.0), door(1, 14.000_44)), None);
        assert_eq!(walk_between(door(0, 14.0), None), None);
        assert_eq!(door_walks(door(0, 14.0), door(1, 14.000_44)), Seconds(16));
        assert_eq!(door_walks(None, None), Seconds(0));
    }
}
