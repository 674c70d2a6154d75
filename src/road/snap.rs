//! Attaches a place to the nearest usable road.
//!
//! A road is usable if the traveller can stop on it, reach it and leave it again. A place without a
//! usable road nearby gets a [`SnapFailure`] with the reason; it is never moved silently. A road at
//! another level than the ground counts as farther away than it is
//! ([`StoppingRules::ground_preference_m`](super::StoppingRules::ground_preference_m)).

use super::density::Density;
use super::ids::{ArcId, Cost, Direction, StretchId};
use super::labels::RoadName;
use super::network::RoadNetwork;
use super::stopping::NoStop;
use crate::lonlat::{LonLat, Ruler, segment_length, wrap_degrees};
use crate::units::{Millimetres, Millis};

/// The point of the network that a place is attached to.
#[derive(Debug, Clone, PartialEq)]
pub struct Snap {
    /// The point on its stretch; at a junction, on each of the stretches that meet there.
    pub(super) spots: Vec<Spot>,
    /// Its position.
    pub at: LonLat,
    /// Distance from the place in metres.
    pub distance_m: f64,
    /// Its component of the network; 0 is the largest. There are paths only within a component.
    pub component: u32,
    /// A nearer road that was not used because it is cut off.
    pub passed_over: Option<NearRoad>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) stretch: StretchId,
    /// Distance along the stretch, as the way is drawn.
    pub(super) along: Millimetres,
}

/// Stretches that are at most this close to each other at the place meet there.
const JUNCTION_TOLERANCE_M: f64 = 0.1;

/// A road near a place.
#[derive(Debug, Clone, PartialEq)]
pub struct NearRoad {
    /// Name and class.
    pub road: RoadName,
    /// Distance from the place in metres.
    pub distance_m: f64,
    /// Its nearest point.
    pub at: LonLat,
}

/// Writes `Triq il-Kbira (residential) at 350 m`; in kilometres from 10 km.
impl std::fmt::Display for NearRoad {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.distance_m < 10_000.0 {
            true => write!(f, "{} at {:.0} m", self.road, self.distance_m),
            false => write!(f, "{} at {:.0} km", self.road, self.distance_m / 1000.0),
        }
    }
}

/// Reason for which a place cannot be snapped.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapFailure {
    /// The nearest usable road is too far away, and no other road is nearby.
    #[error("no usable road within {radius_m:.0} m; the nearest is {}", at_position(nearest))]
    TooFar {
        /// Allowed distance in metres.
        radius_m: f64,
        /// The nearest usable road.
        nearest: NearRoad,
    },
    /// The nearest road is not connected to any component of the network.
    #[error(
        "the nearest road, {}, is cut off: one cannot drive there and back (an island, or a gap in the map){}",
        .0.nearest, .0.or_else()
    )]
    CutOff(NearestRoads),
    /// The nearest road is closed to the travel mode.
    #[error("the nearest road, {}, is closed to this travel mode{}", .0.nearest, .0.or_else())]
    Closed(NearestRoads),
    /// The nearest road may be used, but one cannot stop on it.
    #[error("the nearest road, {}, does not allow stopping: {reason}{}", roads.nearest, roads.or_else())]
    NoStopping {
        /// The nearest road, and the nearest usable one.
        roads: NearestRoads,
        /// The reason.
        reason: NoStop,
    },
    /// The network has no road on which one can stop.
    #[error("the map has no road that this travel mode can use")]
    NoRoads,
}

/// The nearest road, which is not usable, and the nearest usable road.
#[derive(Debug, Clone, PartialEq)]
pub struct NearestRoads {
    /// The nearest road.
    pub nearest: NearRoad,
    /// The nearest usable road, too far away; `None` if there is none.
    pub usable: Option<Box<NearRoad>>,
}

impl NearestRoads {
    fn or_else(&self) -> String {
        self.usable.as_ref().map_or_else(String::new, |usable| {
            format!("; the nearest usable one is {}", at_position(usable))
        })
    }
}

pub(super) fn at_position(road: &NearRoad) -> String {
    format!("{road} ({:.5}, {:.5})", road.at.lon, road.at.lat)
}

/// Returns the share (0 to 1) of the segment at which it is nearest to the origin.
fn share_along([a, b]: [[f64; 2]; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length2 = dx * dx + dy * dy;
    if length2 == 0.0 {
        return 0.0;
    }
    (-(a[0] * dx + a[1] * dy) / length2).clamp(0.0, 1.0)
}

impl RoadNetwork {
    /// Attaches `place` to the nearest usable road, at most `radius_m` away.
    ///
    /// Plans use 200 m unless the policy of the territory says otherwise. The result depends only on
    /// `place`; of equally near roads, the first in the extract is taken. A road at another level
    /// than the ground is taken only if it is nearer than any other by more than
    /// [`ground_preference_m`](super::StoppingRules::ground_preference_m), or if no other is within
    /// the radius. O(log n) plus the number of roads that are about as near.
    ///
    /// # Errors
    /// [`SnapFailure`] with the reason if there is none.
    pub fn snap(&self, place: LonLat, radius_m: f64) -> Result<Snap, SnapFailure> {
        let ruler = Ruler::at(place.lat);
        let mut nearest: Option<Candidate> = None;
        let mut usable: Vec<Candidate> = Vec::new();
        let ground_preference_m = self.base.info.profile.stopping.ground_preference_m;
        let counted_m = |candidate: &Candidate| {
            let is_off_ground = self.base.graph.stretch(candidate.spot.stretch).is_off_ground();
            candidate.distance_m + if is_off_ground { ground_preference_m } else { 0.0 }
        };
        let mut least_m = f64::INFINITY;
        for (stretch, distance_min_m) in self.index.stops.nearest(place, &ruler) {
            if distance_min_m - JUNCTION_TOLERANCE_M > least_m {
                break;
            }
            let candidate = self.candidate(StretchId(stretch), place, &ruler);
            if nearest.as_ref().is_none_or(|nearest| candidate.key() < nearest.key()) {
                nearest = Some(candidate.clone());
            }
            if self.component(candidate.spot.stretch).is_some() {
                least_m = least_m.min(counted_m(&candidate));
                usable.push(candidate);
            }
        }
        let is_cut_off = |c: &Candidate| self.component(c.spot.stretch).is_none();
        let component = |c: &Candidate| self.component(c.spot.stretch);
        let rank = |c: &Candidate| (c.distance_m > radius_m, counted_m(c), c.key());
        usable.sort_by(|a, b| rank(a).partial_cmp(&rank(b)).expect("distances are numbers"));
        let best = usable.first();
        let Some(best) = best.filter(|best| best.distance_m <= radius_m) else {
            return Err(self.failure(place, radius_m, nearest.as_ref(), best));
        };
        let nearest = nearest.expect("a usable road is a road");
        let mut spots: Vec<Spot> = usable
            .iter()
            .filter(|c| ruler.distance_m(c.at, best.at) <= JUNCTION_TOLERANCE_M)
            .filter(|c| component(c) == component(best))
            .map(|c| c.spot)
            .collect();
        spots.sort_unstable();
        Ok(Snap {
            spots,
            at: best.at,
            distance_m: best.distance_m,
            component: component(best).expect("usable candidates are part of a network"),
            passed_over: is_cut_off(&nearest).then(|| self.near_road(&nearest)),
        })
    }

    /// Explains why there is no usable road within `radius_m`: `stop` is the nearest road on which
    /// one can stop, `usable` the nearest usable road.
    fn failure(
        &self,
        place: LonLat,
        radius_m: f64,
        stop: Option<&Candidate>,
        usable: Option<&Candidate>,
    ) -> SnapFailure {
        let ruler = Ruler::at(place.lat);
        let mut other: Option<Candidate> = None;
        for (stretch, distance_min_m) in self.index.others.nearest(place, &ruler) {
            if distance_min_m > other.as_ref().map_or(radius_m, |other| other.distance_m) {
                break;
            }
            let candidate = self.candidate(StretchId(stretch), place, &ruler);
            if other.as_ref().is_none_or(|other| candidate.key() < other.key()) {
                other = Some(candidate);
            }
        }
        let within = |c: &&Candidate| c.distance_m <= radius_m;
        let near = [stop, other.as_ref()].into_iter().flatten().filter(within);
        let near =
            near.min_by(|a, b| a.key().partial_cmp(&b.key()).expect("distances are numbers"));
        let roads = |nearest: &Candidate| NearestRoads {
            nearest: self.near_road(nearest),
            usable: usable.map(|usable| Box::new(self.near_road(usable))),
        };
        match (near, usable, stop) {
            (Some(near), ..) => {
                let stretch = self.base.graph.stretch(near.spot.stretch);
                match (stretch.is_open(), stretch.no_stop()) {
                    (false, _) => SnapFailure::Closed(roads(near)),
                    (true, Some(reason)) => SnapFailure::NoStopping { roads: roads(near), reason },
                    (true, None) => SnapFailure::CutOff(roads(near)),
                }
            }
            (None, Some(usable), _) => {
                SnapFailure::TooFar { radius_m, nearest: self.near_road(usable) }
            }
            (None, None, Some(stop)) => SnapFailure::CutOff(roads(stop)),
            (None, None, None) => SnapFailure::NoRoads,
        }
    }

    /// Returns the density of the road network around `snap`; at a junction, the greatest of its
    /// roads.
    pub fn density(&self, snap: &Snap) -> Density {
        let densities = snap.spots.iter().map(|spot| self.base.graph.stretch(spot.stretch));
        densities.map(|stretch| stretch.density()).max().unwrap_or(Density::Rural)
    }

    pub(super) fn near_road(&self, candidate: &Candidate) -> NearRoad {
        NearRoad {
            road: self.road_name(candidate.spot.stretch),
            distance_m: candidate.distance_m,
            at: candidate.at,
        }
    }

    /// Returns the point of `stretch` nearest to `place`; the first along it if there are several.
    pub(super) fn candidate(&self, stretch: StretchId, place: LonLat, ruler: &Ruler) -> Candidate {
        let shape = self.base.graph.shape(stretch);
        let metres = |p: LonLat| {
            [wrap_degrees(p.lon - place.lon) * ruler.lon_m, (p.lat - place.lat) * ruler.lat_m]
        };
        let mut nearest = (f64::INFINITY, 0, 0.0, place);
        for (segment, pair) in shape.windows(2).enumerate() {
            let ends = [pair[0], pair[1]].map(LonLat::from);
            let share = share_along(ends.map(metres));
            let at = ends[0].toward(ends[1], share);
            let distance_m = ruler.distance_m(place, at);
            if distance_m < nearest.0 {
                nearest = (distance_m, segment, share, at);
            }
        }
        let (distance_m, segment, share, at) = nearest;
        let before: u64 = shape[..=segment].windows(2).map(|p| segment_length(p[0], p[1]).0).sum();
        let within = segment_length(shape[segment], shape[segment + 1]).0 as f64 * share;
        let along = Millimetres(before + within.round() as u64);
        Candidate { distance_m, spot: Spot { stretch, along }, at }
    }

    /// Returns the arcs on which a path can leave `snap`, each with the cost to its end.
    pub(super) fn ways_out(&self, snap: &Snap) -> impl Iterator<Item = (ArcId, Cost)> {
        self.ways_in(snap).map(|(arc, before)| (arc, self.arc_cost(arc) - before))
    }

    /// Returns the arcs on which a path can arrive at `snap`, each with the cost from its start.
    pub(super) fn ways_in(&self, snap: &Snap) -> impl Iterator<Item = (ArcId, Cost)> {
        snap.spots.iter().flat_map(|spot| self.arcs_at(*spot))
    }

    /// Returns the arc and the cost from `from` to `to`, if both are on one arc in this order.
    pub(super) fn straight(&self, from: &Snap, to: &Snap) -> Option<(ArcId, Cost)> {
        let pairs = from.spots.iter().flat_map(|from| to.spots.iter().map(move |to| (*from, *to)));
        pairs
            .filter(|(from, to)| from.stretch == to.stretch)
            .flat_map(|(from, to)| self.arcs_at(from).zip(self.arcs_at(to)))
            .filter(|((_, start), (_, end))| start.distance() <= end.distance())
            .map(|((arc, start), (_, end))| (arc, end - start))
            .min_by_key(|(arc, cost)| (*cost, *arc))
    }

    /// Returns the open arcs that contain `spot`, each with the cost from its start.
    pub(super) fn arcs_at(&self, spot: Spot) -> impl Iterator<Item = (ArcId, Cost)> {
        Direction::BOTH.into_iter().filter_map(move |direction| {
            let arc = spot.stretch.arc(direction);
            let whole = self.base.graph.arc_cost(arc)?;
            let length = whole.distance().0;
            let along = spot.along.0.min(length);
            let done = if arc.is_backward() { length - along } else { along };
            let time = match length {
                0 => 0,
                _ => (u64::from(whole.time().0) * done + length / 2) / length,
            };
            Some((arc, Cost::new(Millis(time as u32), Millimetres(done))))
        })
    }
}

#[derive(Clone)]
pub(super) struct Candidate {
    distance_m: f64,
    spot: Spot,
    at: LonLat,
}

impl Candidate {
    /// Sort key: distance, then stretch, then distance along it.
    fn key(&self) -> (f64, Spot) {
        (self.distance_m, self.spot)
    }
}
