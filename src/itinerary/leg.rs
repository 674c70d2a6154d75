//! One leg of a beat: a drive with the approaches at its ends, or a walk between outlets that share an approach.

use crate::lonlat::LonLat;
use crate::road::Path;
use crate::units::{Millimetres, Millis, Seconds};

/// A walk between two doors, or between a door and the point on the road where the rep stops.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Walk {
    /// Length: the straight line times the detour factor.
    pub distance: Millimetres,
    /// Duration at 4.5 km/h, rounded up to a whole second.
    pub time: Seconds,
}

/// Walking speed: 4.5 km/h, or 1.25 m/s.
const MILLIMETRES_PER_SECOND: u64 = 1250;

impl Walk {
    /// The walk from `a` to `b`, `detour` times as long as the straight line.
    pub fn between(a: LonLat, b: LonLat, detour: f64) -> Self {
        let distance = Millimetres((a.distance_m(b) * detour * 1000.0).round() as u64);
        let seconds = distance.0.div_ceil(MILLIMETRES_PER_SECOND);
        Self { distance, time: Seconds(u32::try_from(seconds).unwrap_or(u32::MAX)) }
    }
}

/// The way from the point on the road where a rep stops to an outlet: parking, then the walk to the door.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Approach {
    /// The door, at the outlet's position; without walks, the point on the road.
    pub door: LonLat,
    /// Walk between the road and the door; the way back takes the same time.
    pub walk: Walk,
    /// Time to park.
    pub parking: Seconds,
}

impl Approach {
    /// The approach from `road` to an outlet at `outlet`, with walks `detour` times as long as the straight line; 0 for no
    /// walks.
    pub fn new(road: LonLat, outlet: LonLat, parking: Seconds, detour: f64) -> Self {
        let door = if detour > 0.0 { outlet } else { road };
        Self { door, walk: Walk::between(road, door, detour), parking }
    }

    /// The same approach if it takes `stated` in all. The walk takes the time of its length, or `stated` if that is less;
    /// parking takes the rest.
    #[must_use]
    pub fn taking(self, stated: Seconds) -> Self {
        let walk = Walk { time: self.walk.time.min(stated), ..self.walk };
        Self { walk, parking: stated - walk.time, ..self }
    }

    /// Time from the road to the door.
    pub fn time(&self) -> Seconds {
        self.parking + self.walk.time
    }
}

/// A leg of a beat.
#[derive(Debug, Clone, PartialEq)]
pub struct Leg {
    /// Travel time, including walks and parking; in whole seconds if the speeds change on the way.
    pub time: Millis,
    /// Part of the travel time for walks.
    pub walking: Seconds,
    /// Part of the travel time for parking.
    pub parking: Seconds,
    /// Length, including walks.
    pub distance: Millimetres,
    /// Length of the walks.
    pub walked: Millimetres,
    /// True if the whole leg is a walk.
    pub on_foot: bool,
    /// Geometry: the fastest path at the speeds of its departure with straight lines to the doors, or a straight line for a
    /// walk.
    pub course: Vec<LonLat>,
}

impl Leg {
    /// A drive along `path` that takes `travel`, with the walk from the door at its start and the approach at its end; `None`
    /// at home and where a rep is underway.
    pub fn driven(path: Path, ends: [Option<Approach>; 2], travel: Seconds) -> Self {
        let walks = || ends.iter().flatten().map(|end| end.walk);
        let walking: Seconds = walks().map(|walk| walk.time).sum();
        let walked = Millimetres(walks().map(|walk| walk.distance.0).sum());
        let parking = ends[1].map_or(Seconds::ZERO, |end| end.parking);
        let time = Millis(path.cost.time().0 + (walking + parking).0 * 1000);
        let is_whole = time.to_seconds_ceil() == travel;
        let is_walked = |end: &Approach| end.walk.distance > Millimetres(0);
        let [before, after] = ends.map(|end| end.filter(is_walked).map(|end| end.door));
        Self {
            time: if is_whole { time } else { Millis(travel.0 * 1000) },
            walking,
            parking,
            distance: Millimetres(path.cost.distance().0 + walked.0),
            walked,
            on_foot: false,
            course: before.into_iter().chain(path.points).chain(after).collect(),
        }
    }

    /// The walk from one door to another, `detour` times as long as the straight line.
    pub fn on_foot(from: LonLat, to: LonLat, detour: f64) -> Self {
        let Walk { distance, time } = Walk::between(from, to, detour);
        Self {
            time: Millis(time.0 * 1000),
            walking: time,
            parking: Seconds::ZERO,
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

    fn at(lat: f64) -> LonLat {
        LonLat { lon: 14.4, lat }
    }

    #[test]
    fn a_walk_is_rounded_up_to_whole_seconds() {
        // A thousandth of a degree of latitude is 110.95 m there.
        let walk = Walk::between(at(35.9), at(35.901), 1.0);
        assert_eq!(walk.distance.0 / 1000, 110);
        assert_eq!(walk.time, Seconds(89));
        assert_eq!(Walk::between(at(35.9), at(35.9), 1.0), Walk::default());
        let with_corners = Walk::between(at(35.9), at(35.901), 1.2);
        assert!(with_corners.distance.0.abs_diff(walk.distance.0 * 6 / 5) <= 1);
        assert_eq!(with_corners.time, Seconds(107));
    }

    #[test]
    fn an_approach_is_parking_and_the_walk_to_the_door() {
        let approach = Approach::new(at(35.9), at(35.901), Seconds(120), 1.0);
        assert_eq!((approach.time(), approach.walk.time), (Seconds(209), Seconds(89)));
        assert_eq!(approach.door, at(35.901));
        let without_walks = Approach::new(at(35.9), at(35.901), Seconds(120), 0.0);
        assert_eq!((without_walks.time(), without_walks.door), (Seconds(120), at(35.9)));
        assert_eq!(without_walks.walk, Walk::default());
    }

    #[test]
    fn a_stated_time_is_first_the_walk_and_then_parking() {
        let approach = Approach::new(at(35.9), at(35.901), Seconds(120), 1.0);
        let of = |stated| {
            let approach = approach.taking(Seconds(stated));
            assert_eq!(approach.time(), Seconds(stated));
            assert_eq!(approach.walk.distance.0 / 1000, 110);
            (approach.walk.time.0, approach.parking.0)
        };
        assert_eq!(of(300), (89, 211));
        assert_eq!(of(60), (60, 0), "the way back takes no longer than the way there");
        assert_eq!(of(0), (0, 0));
    }
}
