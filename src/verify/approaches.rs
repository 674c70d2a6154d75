//! Groups of outlets that share one approach, rebuilt from the lists, and the walks between their
//! doors.

use std::collections::BTreeMap;

use super::lists::Lists;
use super::written::WrittenPlan;
use crate::lonlat::LonLat;
use crate::road::{RoadNetwork, Snap};

/// Walking speed: 4.5 km/h, in millimetres per second.
const WALKING_MM_PER_S: i64 = 1250;

/// The doors of all outlets that share an approach on the road network of one mode, by id.
pub(super) struct Approaches {
    doors: BTreeMap<String, Door>,
}

/// The door of an outlet that shares its approach, and the place of the parked car.
#[derive(Clone)]
pub(super) struct Door {
    leader: String,
    pub(super) at: LonLat,
    car: Snap,
}

/// A straight walk, in whole millimetres and seconds.
#[derive(Clone, Copy, Default)]
pub(super) struct Walk {
    pub(super) millimetres: i64,
    pub(super) seconds: i64,
}

impl Walk {
    fn between(a: LonLat, b: LonLat) -> Self {
        let millimetres = (a.distance_m(b) * 1000.0).round() as i64;
        let part = i64::from(millimetres % WALKING_MM_PER_S != 0);
        Self { millimetres, seconds: millimetres / WALKING_MM_PER_S + part }
    }
}

impl Approaches {
    /// Goes through the rows in order. Each outlet with a prize joins the first earlier leader that
    /// is within `co_located_m` and on the same connected part of the network. Without such a
    /// leader it becomes a leader itself. Outlets too far from a road are skipped.
    pub(super) fn of(plan: &WrittenPlan, lists: &Lists, network: &RoadNetwork) -> Self {
        let policy = &plan.summary.policy;
        let due: BTreeMap<&str, bool> =
            plan.prospects.iter().map(|p| (p.id.as_str(), p.prize.is_some())).collect();
        let mut leaders: Vec<(&str, LonLat, Snap)> = Vec::new();
        let mut doors = BTreeMap::new();
        for row in lists.in_order().filter(|row| due.get(row.id.as_str()) == Some(&true)) {
            let Ok(own) = network.snap(row.at, policy.snap_radius_m) else { continue };
            let is_shared = |(_, at, car): &&(&str, LonLat, Snap)| {
                policy.co_located_m > 0.0
                    && at.distance_m(row.at) <= policy.co_located_m
                    && car.component == own.component
            };
            let Some((leader, at, car)) = leaders.iter().find(is_shared) else {
                leaders.push((&row.id, row.at, own));
                continue;
            };
            for (id, at) in [(*leader, *at), (&row.id, row.at)] {
                let door = Door { leader: (*leader).to_owned(), at, car: car.clone() };
                doors.insert(id.to_owned(), door);
            }
        }
        Self { doors }
    }

    /// Returns the door of an outlet, or `None` if it shares no approach.
    pub(super) fn door(&self, id: &str) -> Option<&Door> {
        self.doors.get(id)
    }
}

impl Door {
    /// Returns the place of the parked car on the road network.
    pub(super) fn car(&self) -> &Snap {
        &self.car
    }

    /// Returns the walk between the car and the door.
    pub(super) fn car_walk(&self) -> Walk {
        Walk::between(self.car.at, self.at)
    }

    /// Returns the walk from this door to `other`, or `None` if `other` has a different approach.
    pub(super) fn to(&self, other: &Self) -> Option<Walk> {
        (self.leader == other.leader).then(|| Walk::between(self.at, other.at))
    }
}
