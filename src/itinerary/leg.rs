//! One leg of a beat: a drive, or a walk between outlets that share one approach.

use crate::lonlat::LonLat;
use crate::road::Path;
use crate::units::{Millimetres, Millis, Seconds};

/// A straight walk between two doors, or between a door and the point on the road where the car stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Walk {
    /// Length.
    pub distance: Millimetres,
    /// Duration at 4.5 km/h, rounded up to a whole second.
    pub time: Seconds,
}

/// Walking speed: 4.5 km/h, or 1.25 m/s.
const MILLIMETRES_PER_SECOND: u64 = 1250;

impl Walk {
    /// The walk from `a` to `b`.
    pub fn between(a: LonLat, b: LonLat) -> Self {
        let distance = Millimetres((a.distance_m(b) * 1000.0).round() as u64);
        let seconds = distance.0.div_ceil(MILLIMETRES_PER_SECOND);
        Self { distance, time: Seconds(u32::try_from(seconds).unwrap_or(u32::MAX)) }
    }
}

/// A leg of a beat.
#[derive(Debug, Clone, PartialEq)]
pub struct Leg {
    /// Travel time; in whole seconds if the speeds change on the way.
    pub time: Millis,
    /// Length, including walks.
    pub distance: Millimetres,
    /// Length of the walks.
    pub walked: Millimetres,
    /// True if the whole leg is a walk.
    pub on_foot: bool,
    /// Geometry: the fastest path at the speeds of its departure, or a straight line for a walk.
    pub course: Vec<LonLat>,
}

/// A walk at one end of a drive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DoorWalk {
    /// The door.
    pub door: LonLat,
    /// Walk between door and car.
    pub walk: Walk,
}

impl Leg {
    /// A drive along `path` that takes `travel`, with the walks at its ends.
    pub fn driven(path: Path, ends: [Option<DoorWalk>; 2], travel: Seconds) -> Self {
        let walks = || ends.iter().flatten().map(|end| end.walk);
        let walk_time: Seconds = walks().map(|walk| walk.time).sum();
        let walked = Millimetres(walks().map(|walk| walk.distance.0).sum());
        let time = Millis(path.cost.time().0 + walk_time.0 * 1000);
        let is_whole = time.to_seconds_ceil() == travel;
        let [before, after] = ends.map(|end| end.map(|end| end.door));
        Self {
            time: if is_whole { time } else { Millis(travel.0 * 1000) },
            distance: Millimetres(path.cost.distance().0 + walked.0),
            walked,
            on_foot: false,
            course: before.into_iter().chain(path.points).chain(after).collect(),
        }
    }

    /// A walk from door to door.
    pub fn on_foot(from: LonLat, to: LonLat) -> Self {
        let Walk { distance, time } = Walk::between(from, to);
        Self {
            time: Millis(time.0 * 1000),
            distance,
            walked: distance,
            on_foot: true,
            course: vec![from, to],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_is_rounded_up_to_whole_seconds() {
        let at = |lat| LonLat { lon: 14.4, lat };
        // A thousandth of a degree of latitude is 110.95 m there.
        let walk = Walk::between(at(35.9), at(35.901));
        assert_eq!(walk.distance.0 / 1000, 110);
        assert_eq!(walk.time, Seconds(89));
        assert_eq!(Walk::between(at(35.9), at(35.9)), Walk::default());
    }
}
