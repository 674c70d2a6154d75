//! Attaching a place to the road it is on.
//!
//! A place is snapped once, by itself: to the nearest point of a road on which the traveller may stop, that can be
//! driven out of and back to. What cannot be snapped so is told, with the reason; nothing is moved in silence.

use rstar::{AABB, PointDistance, RTree, RTreeObject};

use super::graph::{RoadGraph, segment_length};
use super::ids::{ArcId, Cost, StretchId};
use super::network::{RoadName, RoadNetwork};
use crate::lonlat::{LonLat, Ruler};
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
    #[error("no usable road within {radius_m:.0} m; the nearest is {nearest}")]
    TooFar {
        /// What was allowed.
        radius_m: f64,
        /// The nearest road one could use.
        nearest: NearRoad,
    },
    /// The roads nearby are cut off from every network.
    #[error(
        "the nearest road, {nearest}, is cut off: one cannot drive there and back (an island, or a gap in the map){}",
        usable.as_ref().map_or(String::new(), |usable| format!("; the nearest usable one is {usable}"))
    )]
    CutOff {
        /// The nearest road.
        nearest: NearRoad,
        /// The nearest road one could use, too far away; `None` if there is none.
        usable: Option<Box<NearRoad>>,
    },
    /// The network has no road at all that this mode could stop on.
    #[error("the map has no road that this travel mode can use")]
    NoRoads,
}

/// All segments of roads that one may stop on, in an R-tree.
pub(super) struct SnapIndex {
    tree: RTree<Segment>,
    /// By how much a degree of longitude is shorter than one of latitude, in the middle of the network.
    lon_scale: f64,
}

/// One straight piece of a stretch, in degrees of latitude (longitudes scaled).
struct Segment {
    ends: [[f64; 2]; 2],
    stretch: StretchId,
    /// It joins this point of the stretch and the next.
    first_point: u32,
}

impl RTreeObject for Segment {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.ends[0], self.ends[1])
    }
}

impl PointDistance for Segment {
    fn distance_2(&self, point: &[f64; 2]) -> f64 {
        let share = share_along(self.ends, *point);
        let [dx, dy] = [0, 1]
            .map(|i| self.ends[0][i] + share * (self.ends[1][i] - self.ends[0][i]) - point[i]);
        dx * dx + dy * dy
    }
}

/// Where between the ends, from 0 to 1, the point of the segment nearest to `point` is.
fn share_along([a, b]: [[f64; 2]; 2], point: [f64; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length2 = dx * dx + dy * dy;
    if length2 == 0.0 {
        return 0.0;
    }
    (((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length2).clamp(0.0, 1.0)
}

impl SnapIndex {
    pub(super) fn new(graph: &RoadGraph) -> Self {
        let (south, north) = graph.points.iter().fold((i32::MAX, i32::MIN), |(south, north), p| {
            (south.min(p.lat_e7), north.max(p.lat_e7))
        });
        let middle = (f64::from(south) + f64::from(north)) / 2e7;
        let ruler = Ruler::at(if graph.points.is_empty() { 0.0 } else { middle });
        let lon_scale = ruler.lon_m / ruler.lat_m;
        let mut segments = Vec::with_capacity(graph.points.len());
        for (at, stretch) in graph.stretches.iter().enumerate() {
            if !stretch.can_stop {
                continue;
            }
            let id = StretchId(at as u32);
            let shape = graph.shape(id);
            for (first_point, pair) in shape.windows(2).enumerate() {
                let ends = [pair[0], pair[1]].map(|p| scaled(p.into(), lon_scale));
                segments.push(Segment { ends, stretch: id, first_point: first_point as u32 });
            }
        }
        Self { tree: RTree::bulk_load(segments), lon_scale }
    }
}

fn scaled(at: LonLat, lon_scale: f64) -> [f64; 2] {
    [at.lon * lon_scale, at.lat]
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
        let lon_scale = self.index.lon_scale;
        // The tree measures with the scale of the network's middle; here that may be off by this factor at the most.
        let distortion = (ruler.lon_m / ruler.lat_m / lon_scale).min(1.0);
        let mut nearest: Option<Candidate> = None;
        let mut usable: Vec<Candidate> = Vec::new();
        let query = scaled(place, lon_scale);
        for (segment, distance_2) in self.index.tree.nearest_neighbor_iter_with_distance_2(query) {
            let distance_min_m = distance_2.sqrt() * ruler.lat_m * distortion;
            let beyond = distance_min_m - JUNCTION_TOLERANCE_M;
            if usable.iter().any(|candidate| beyond > candidate.distance_m) {
                break;
            }
            let candidate = self.candidate(segment, place, &ruler);
            if nearest.as_ref().is_none_or(|nearest| candidate.key() < nearest.key()) {
                nearest = Some(candidate.clone());
            }
            if self.base.component[segment.stretch.0 as usize].is_some() {
                usable.push(candidate);
            }
        }
        let Some(nearest) = nearest else { return Err(SnapFailure::NoRoads) };
        let component = |c: &Candidate| self.base.component[c.spot.stretch.0 as usize];
        let is_cut_off = |c: &Candidate| component(c).is_none();
        usable.sort_by(|a, b| a.key().partial_cmp(&b.key()).expect("distances are numbers"));
        let Some(best) = usable.first() else {
            return Err(SnapFailure::CutOff { nearest: self.near_road(&nearest), usable: None });
        };
        if best.distance_m > radius_m {
            return Err(if is_cut_off(&nearest) && nearest.distance_m <= radius_m {
                let usable = Some(Box::new(self.near_road(best)));
                SnapFailure::CutOff { nearest: self.near_road(&nearest), usable }
            } else {
                SnapFailure::TooFar { radius_m, nearest: self.near_road(best) }
            });
        }
        let mut spots: Vec<Spot> = usable
            .iter()
            .filter(|c| ruler.distance_m(c.at, best.at) <= JUNCTION_TOLERANCE_M)
            .filter(|c| component(c) == component(best))
            .map(|c| c.spot)
            .collect();
        // A bend of one road near the place is one spot, the nearest; the first of equals.
        spots.sort_by_key(|spot| spot.stretch);
        spots.dedup_by_key(|spot| spot.stretch);
        Ok(Snap {
            spots,
            at: best.at,
            distance_m: best.distance_m,
            component: component(best).expect("usable candidates are part of a network"),
            passed_over: is_cut_off(&nearest).then(|| self.near_road(&nearest)),
        })
    }

    fn near_road(&self, candidate: &Candidate) -> NearRoad {
        NearRoad {
            road: self.road_name(candidate.spot.stretch),
            distance_m: candidate.distance_m,
            at: candidate.at,
        }
    }

    /// The nearest point of one segment, measured in metres at the place.
    fn candidate(&self, segment: &Segment, place: LonLat, ruler: &Ruler) -> Candidate {
        let shape = self.base.graph.shape(segment.stretch);
        let first = segment.first_point as usize;
        let ends = [shape[first], shape[first + 1]].map(LonLat::from);
        let metres =
            |p: LonLat| [(p.lon - place.lon) * ruler.lon_m, (p.lat - place.lat) * ruler.lat_m];
        let share = share_along(ends.map(metres), [0.0, 0.0]);
        let at = LonLat {
            lon: ends[0].lon + share * (ends[1].lon - ends[0].lon),
            lat: ends[0].lat + share * (ends[1].lat - ends[0].lat),
        };
        let before: u64 = shape[..=first].windows(2).map(|p| segment_length(p[0], p[1]).0).sum();
        let within = segment_length(shape[first], shape[first + 1]).0 as f64 * share;
        Candidate {
            distance_m: ruler.distance_m(place, at),
            spot: Spot {
                stretch: segment.stretch,
                along: Millimetres(before + within.round() as u64),
            },
            at,
        }
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

#[derive(Clone)]
struct Candidate {
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
