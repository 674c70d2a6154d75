//! Approaches to all outlets, rebuilt from the lists: parking, and the walks between roads and doors. Outlets close together share
//! one approach.

use std::collections::BTreeMap;

use super::lists::Lists;
use super::written::{WrittenPlan, whole_seconds};
use crate::lonlat::LonLat;
use crate::policy::Policy;
use crate::prospects::Prospect;
use crate::road::{Density, Profile, RoadNetwork, Snap};

/// Walking speed: 4.5 km/h, in millimetres per second.
const WALKING_MM_PER_S: i64 = 1250;

/// Access keys of two-wheelers with a motor, which stop at the door.
const PARKS_AT_THE_DOOR: [&str; 3] = ["motorcycle", "moped", "mofa"];

/// The doors of all outlets with a prize on the road network of one mode, by id.
pub(super) struct Approaches {
    doors: BTreeMap<String, Door>,
}

/// The door of an outlet, the place of the parked car, and the way between them.
#[derive(Clone)]
pub(super) struct Door {
    /// The outlet at whose place on the road the car is parked.
    leader: String,
    pub(super) at: LonLat,
    car: Snap,
    /// Length of walks as a multiple of the straight line.
    detour: f64,
    /// Time from the road to the counter by the list, in seconds.
    stated_seconds: Option<i64>,
    /// Time to park by the policy, in seconds.
    park_seconds: i64,
}

/// A walk, in whole millimetres and seconds.
#[derive(Clone, Copy, Default)]
pub(super) struct Walk {
    pub(super) millimetres: i64,
    pub(super) seconds: i64,
}

impl Walk {
    fn between(a: LonLat, b: LonLat, detour: f64) -> Self {
        let millimetres = (a.distance_m(b) * detour * 1000.0).round() as i64;
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
        let mut leaders: Vec<(&Prospect, Snap)> = Vec::new();
        let mut doors = BTreeMap::new();
        for row in lists.in_order().filter(|row| due.get(row.id.as_str()) == Some(&true)) {
            let Ok(own) = network.snap(row.at, policy.snap_radius_m) else { continue };
            let is_shared = |(leader, car): &&(&Prospect, Snap)| {
                policy.co_located_m > 0.0
                    && leader.at.distance_m(row.at) <= policy.co_located_m
                    && car.component == own.component
            };
            let (leader, car) = match leaders.iter().find(is_shared) {
                Some((leader, car)) => (*leader, car.clone()),
                None => {
                    leaders.push((row, own.clone()));
                    (row, own)
                }
            };
            let is_walked = policy.walk_detour > 0.0;
            let door = Door {
                leader: leader.id.clone(),
                at: if is_walked { row.at } else { car.at },
                detour: policy.walk_detour,
                stated_seconds: row.approach_minutes.map(|minutes| i64::from(minutes) * 60),
                park_seconds: park_seconds(policy, network, &car),
                car,
            };
            doors.insert(row.id.clone(), door);
        }
        Self { doors }
    }

    /// Returns the door of an outlet, or `None` if it has no prize or is off the roads.
    pub(super) fn door(&self, id: &str) -> Option<&Door> {
        self.doors.get(id)
    }
}

/// Returns the time to park at a place on the road, in whole seconds; 0 for modes without a car.
fn park_seconds(policy: &Policy, network: &RoadNetwork, car: &Snap) -> i64 {
    if !is_car(&network.info().profile) {
        return 0;
    }
    let minutes = match network.density(car) {
        Density::Urban => policy.park_minutes.urban,
        Density::Suburban => policy.park_minutes.suburban,
        Density::Rural => policy.park_minutes.rural,
    };
    whole_seconds(minutes * 60.0)
}

/// Returns true for motor vehicles with more than two wheels.
fn is_car(profile: &Profile) -> bool {
    let mut keys = profile.access.iter().map(String::as_str);
    let is_motorised = keys.clone().any(|key| key == "motor_vehicle");
    is_motorised && !keys.any(|key| PARKS_AT_THE_DOOR.contains(&key))
}

impl Door {
    /// Returns the place of the parked car on the road network.
    pub(super) fn car(&self) -> &Snap {
        &self.car
    }

    /// Returns the walk between the car and the door. It takes no longer than the list allows for
    /// the whole approach.
    pub(super) fn car_walk(&self) -> Walk {
        let by_length = Walk::between(self.car.at, self.at, self.detour);
        let most = self.stated_seconds.unwrap_or(i64::MAX);
        Walk { seconds: by_length.seconds.min(most), ..by_length }
    }

    /// Returns the time to park in seconds: what the list allows beyond the walk, or that of the
    /// policy.
    pub(super) fn park_seconds(&self) -> i64 {
        self.stated_seconds.map_or(self.park_seconds, |all| all - self.car_walk().seconds)
    }

    /// Returns the walk from this door to `other`, or `None` if `other` has a different approach.
    pub(super) fn to(&self, other: &Self) -> Option<Walk> {
        (self.leader == other.leader).then(|| Walk::between(self.at, other.at, self.detour))
    }
}
