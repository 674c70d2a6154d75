//! Attaching a place to the road it is on.
//!
//! A place is snapped once, by itself: to the nearest point of a road on which the traveller may stop, that can be
//! driven out of and back to. What cannot be snapped so is told, with the reason; nothing is moved in silence.

use super::box_tree::{Bounds, BoxTree};
use super::graph::{RoadGraph, segment_length};
use super::ids::{ArcId, Cost, StretchId};
use super::network::{RoadName, RoadNetwork};
use crate::lonlat::{LonLat, Ruler, wrap_degrees};
use crate::units::{Millimetres, Millis};

/// A place on the network.
#[derive(Debug, Clone, PartialEq)]
pub struct Snap {
    /// Where it is on a stretch; at a junction, on each of the stretches that meet there.
    pub(super) spots: Vec<Spot>,
    /// The point on the road.
    pub at: LonLat,
    /// How far that is from the place.
    pub distance_m: f64,
    /// Which network it is on, 0 for the largest; only places of one network can reach one another.
    pub component: u32,
    /// A nearer road that was passed over because it is cut off from every network.
    pub passed_over: Option<NearRoad>,
}

/// A point of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) stretch: StretchId,
    /// How far along the stretch, as the way is drawn.
    pub(super) along: Millimetres,
}

/// Roads that come so close to each other at the place are taken to meet there.
const JUNCTION_TOLERANCE_M: f64 = 0.1;

/// A road near a place.
#[derive(Debug, Clone, PartialEq)]
pub struct NearRoad {
    /// Which road.
    pub road: RoadName,
    /// How far from the place.
    pub distance_m: f64,
    /// Its nearest point.
    pub at: LonLat,
}

/// `Triq il-Kbira (residential) at 350 m`; from 10 km on in kilometres.
impl std::fmt::Display for NearRoad {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.distance_m < 10_000.0 {
            true => write!(f, "{} at {:.0} m", self.road, self.distance_m),
            false => write!(f, "{} at {:.0} km", self.road, self.distance_m / 1000.0),
        }
    }
}

/// Why a place cannot be snapped.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SnapFailure {
    /// There is a network, but too far away.
    #[error("no usable road within {radius_m:.0} m; the nearest is {}", at_position(nearest))]
    TooFar {
        /// What was allowed.
        radius_m: f64,
        /// The nearest road one could use.
        nearest: NearRoad,
    },
    /// The roads nearby are cut off from every network.
    #[error(
        "the nearest road, {nearest}, is cut off: one cannot drive there and back (an island, or a gap in the map){}",
        or_else(usable)
    )]
    CutOff {
        /// The nearest road.
        nearest: NearRoad,
        /// The nearest road one could use, too far away; `None` if there is none.
        usable: Option<Box<NearRoad>>,
    },
    /// The roads nearby are not for this travel mode.
    #[error("the nearest road, {nearest}, is closed to this travel mode{}", or_else(usable))]
    Closed {
        /// The nearest road.
        nearest: NearRoad,
        /// The nearest road one could use, too far away; `None` if there is none.
        usable: Option<Box<NearRoad>>,
    },
    /// The roads nearby may be travelled, but not stopped on.
    #[error("the nearest road, {nearest}, is no place to stop{}", or_else(usable))]
    NoStopping {
        /// The nearest road.
        nearest: NearRoad,
        /// The nearest road one could use, too far away; `None` if there is none.
        usable: Option<Box<NearRoad>>,
    },
    /// The network has no road at all that this mode could stop on.
    #[error("the map has no road that this travel mode can use")]
    NoRoads,
}

fn or_else(usable: &Option<Box<NearRoad>>) -> String {
    usable.as_ref().map_or_else(String::new, |usable| {
        format!("; the nearest usable one is {}", at_position(usable))
    })
}

pub(super) fn at_position(road: &NearRoad) -> String {
    format!("{road} ({:.5}, {:.5})", road.at.lon, road.at.lat)
}

/// All stretches by where they are.
#[derive(Debug, Default, PartialEq)]
pub(super) struct SnapIndex {
    /// Those one may stop on.
    pub(super) stops: BoxTree,
    /// All others.
    pub(super) others: BoxTree,
}

impl SnapIndex {
    pub(super) fn new(graph: &RoadGraph) -> Self {
        let (mut stops, mut others) = (Vec::new(), Vec::new());
        for (at, stretch) in graph.stretches.iter().enumerate() {
            let bounds = Bounds::around(graph.shape(StretchId(at as u32)));
            let list = if stretch.can_stop() { &mut stops } else { &mut others };
            list.push((at as u32, bounds));
        }
        Self { stops: BoxTree::new(stops), others: BoxTree::new(others) }
    }
}

/// Where between the ends, from 0 to 1, the point nearest to the origin is.
fn share_along([a, b]: [[f64; 2]; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length2 = dx * dx + dy * dy;
    if length2 == 0.0 {
        return 0.0;
    }
    (-(a[0] * dx + a[1] * dy) / length2).clamp(0.0, 1.0)
}

impl RoadNetwork {
    /// The nearest point of the network to `place`, at most `radius_m` away.
    ///
    /// Depends on `place` alone. Of equally near roads the one that comes first in the extract is taken.
    /// O(log n) plus the number of roads that are about as near.
    ///
    /// # Errors
    /// [`SnapFailure`] tells why there is none.
    pub fn snap(&self, place: LonLat, radius_m: f64) -> Result<Snap, SnapFailure> {
        let ruler = Ruler::at(place.lat);
        let mut nearest: Option<Candidate> = None;
        let mut usable: Vec<Candidate> = Vec::new();
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
                least_m = least_m.min(candidate.distance_m);
                usable.push(candidate);
            }
        }
        let is_cut_off = |c: &Candidate| self.component(c.spot.stretch).is_none();
        let component = |c: &Candidate| self.component(c.spot.stretch);
        usable.sort_by(|a, b| a.key().partial_cmp(&b.key()).expect("distances are numbers"));
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

    /// Why there is nothing to snap to within `radius_m`: `stop` is the nearest road that could be stopped on, `usable`
    /// the nearest that can be driven to and back.
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
        let road = |c: &Candidate| Box::new(self.near_road(c));
        match (near, usable) {
            (Some(near), usable) => {
                let (nearest, usable) = (self.near_road(near), usable.map(road));
                let stretch = self.base.graph.stretch(near.spot.stretch);
                match (stretch.is_open(), stretch.can_stop()) {
                    (false, _) => SnapFailure::Closed { nearest, usable },
                    (true, false) => SnapFailure::NoStopping { nearest, usable },
                    (true, true) => SnapFailure::CutOff { nearest, usable },
                }
            }
            (None, Some(usable)) => {
                SnapFailure::TooFar { radius_m, nearest: self.near_road(usable) }
            }
            (None, None) => match stop {
                Some(stop) => SnapFailure::CutOff { nearest: self.near_road(stop), usable: None },
                None => SnapFailure::NoRoads,
            },
        }
    }

    pub(super) fn near_road(&self, candidate: &Candidate) -> NearRoad {
        NearRoad {
            road: self.road_name(candidate.spot.stretch),
            distance_m: candidate.distance_m,
            at: candidate.at,
        }
    }

    /// The nearest point of one stretch, measured in metres at the place; of equally near ones the first along it.
    pub(super) fn candidate(&self, stretch: StretchId, place: LonLat, ruler: &Ruler) -> Candidate {
        let shape = self.base.graph.shape(stretch);
        let metres = |p: LonLat| {
            [wrap_degrees(p.lon - place.lon) * ruler.lon_m, (p.lat - place.lat) * ruler.lat_m]
        };
        let mut nearest = (f64::INFINITY, 0, 0.0, place);
        for (segment, pair) in shape.windows(2).enumerate() {
            let ends = [pair[0], pair[1]].map(LonLat::from);
            let share = share_along(ends.map(metres));
            let at = LonLat {
                lon: ends[0].lon + share * (ends[1].lon - ends[0].lon),
                lat: ends[0].lat + share * (ends[1].lat - ends[0].lat),
            };
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

    /// The arcs one can set out on from `snap`, each with the cost to its end.
    pub(super) fn ways_out(&self, snap: &Snap) -> impl Iterator<Item = (ArcId, Cost)> {
        self.arcs_with_cost_before(snap).map(|(arc, before)| {
            let whole = self.base.graph.arc_cost(arc).expect("only open arcs are listed");
            (arc, whole - before)
        })
    }

    /// The arcs on which one can arrive at `snap`, each with the cost from its start.
    pub(super) fn ways_in(&self, snap: &Snap) -> impl Iterator<Item = (ArcId, Cost)> {
        self.arcs_with_cost_before(snap)
    }

    /// The arc, and the cost on it, from `from` straight to `to` where both are on one arc in that order.
    pub(super) fn straight(&self, from: &Snap, to: &Snap) -> Option<(ArcId, Cost)> {
        let pairs = from.spots.iter().flat_map(|from| to.spots.iter().map(move |to| (*from, *to)));
        pairs
            .filter(|(from, to)| from.stretch == to.stretch)
            .flat_map(|(from, to)| self.arcs_at(from).zip(self.arcs_at(to)))
            .filter(|((_, start), (_, end))| start.distance() <= end.distance())
            .map(|((arc, start), (_, end))| (arc, end - start))
            .min_by_key(|(arc, cost)| (*cost, *arc))
    }

    /// The open arcs on which `snap` lies, each with the cost from its start.
    fn arcs_with_cost_before(&self, snap: &Snap) -> impl Iterator<Item = (ArcId, Cost)> {
        snap.spots.iter().flat_map(|spot| self.arcs_at(*spot))
    }

    /// The open arcs on which `spot` lies, each with the cost from its start.
    pub(super) fn arcs_at(&self, spot: Spot) -> impl Iterator<Item = (ArcId, Cost)> {
        [false, true].into_iter().filter_map(move |backward| {
            let arc = spot.stretch.arc(backward);
            let whole = self.base.graph.arc_cost(arc)?;
            let length = whole.distance().0;
            let done = if backward { length - spot.along.0 } else { spot.along.0 };
            let time = match length {
                0 => 0,
                _ => (u64::from(whole.time().0) * done + length / 2) / length,
            };
            Some((arc, Cost::new(Millis(time as u32), Millimetres(done))))
        })
    }
}

/// The point of a stretch that is nearest to a place.
#[derive(Clone)]
pub(super) struct Candidate {
    distance_m: f64,
    spot: Spot,
    at: LonLat,
}

impl Candidate {
    /// Nearer first; of equally near ones that with the smaller stretch, then the smaller distance along it.
    fn key(&self) -> (f64, Spot) {
        (self.distance_m, self.spot)
    }
}
