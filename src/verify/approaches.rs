//! Outlets that share one approach, found again from the lists; and the walks between their doors.

use std::collections::BTreeMap;

use super::lists::Lists;
use super::written::WrittenPlan;
use crate::lonlat::LonLat;
use crate::road::{RoadNetwork, Snap};

/// 4.5 km/h, in millimetres a second.
const WALKING_MM_PER_S: i64 = 1250;

/// Who shares an approach with others on the roads of one mode, by id.
pub(super) struct Approaches {
    doors: BTreeMap<String, Door>,
}

/// The door of an outlet that shares its approach, which is where the car stays.
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
    /// Row by row: each outlet that may be visited on some day shares the approach of the first one before it that is near
    /// enough, on the same network and shares no other's; if there is none, others may share its own.
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

    /// The door of an outlet, if it shares its approach.
    pub(super) fn door(&self, id: &str) -> Option<&Door> {
        self.doors.get(id)
    }
}

impl Door {
    /// Where the car stays.
    pub(super) fn car(&self) -> &Snap {
        &self.car
    }

    /// From the car to the door, or back.
    pub(super) fn car_walk(&self) -> Walk {
        Walk::between(self.car.at, self.at)
    }

    /// From this door to another one of the same approach.
    pub(super) fn to(&self, other: &Self) -> Option<Walk> {
        (self.leader == other.leader).then(|| Walk::between(self.at, other.at))
    }
}
