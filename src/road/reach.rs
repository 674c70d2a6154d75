//! Everything within a travel time of a place: one search, all roads it can get to.
//!
//! A point of a road is reached in exactly the time that [`RoadNetwork::path`] to a place there takes, turn restrictions
//! and destination-only roads included; nothing is sampled and nothing is rounded again.

use super::graph::{FERRY, Point, segment_length};
use super::ids::{ArcId, Cost, StretchId};
use super::network::{RoadName, RoadNetwork};
use super::search::Scratch;
use super::snap::{Snap, Spot};
use crate::lonlat::LonLat;
use crate::units::{Millimetres, Millis};

/// The roads within a travel time of a place.
pub struct Reach<'n> {
    network: &'n RoadNetwork,
    limit: Millis,
    /// In order of their arcs.
    pieces: Vec<Piece>,
}

/// The part of an arc that can be got to in one manner: from its start, or straight from the place on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Piece {
    arc: ArcId,
    /// How far along the arc it begins.
    start: Millimetres,
    /// A point of it is reached in this time and that from the start of the arc; below zero where the place is on the arc.
    head_start: i64,
}

/// A part of a stretch of road, whole or in part, all of it reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub(super) stretch: StretchId,
    /// Where it begins, measured along the stretch as the way is drawn.
    pub from_along: Millimetres,
    /// Where it ends.
    pub to_along: Millimetres,
    /// When its beginning is reached. Both ends may be reached before the middle.
    pub from_time: Millis,
    /// When its end is reached.
    pub to_time: Millis,
}

impl Span {
    /// Its length.
    pub fn length(&self) -> Millimetres {
        Millimetres(self.to_along.0 - self.from_along.0)
    }

    /// Spans of one limit are in order of this, and no two have the same.
    pub(super) fn key(&self) -> (StretchId, Millimetres, Millimetres) {
        (self.stretch, self.from_along, self.to_along)
    }
}

impl RoadNetwork {
    /// All roads within `limit` of `from`.
    ///
    /// One Dijkstra search that ends at the limit: O((n + m) log n) for n states and m joins within it, and O(states of
    /// the whole network) memory.
    pub fn reach(&self, from: &Snap, limit: Millis) -> Reach<'_> {
        self.reach_from_any(std::slice::from_ref(from), limit)
    }

    /// All roads within `limit` of the nearest of `places`: one search from all of them at once.
    pub fn reach_from_any(&self, places: &[Snap], limit: Millis) -> Reach<'_> {
        let mut pieces: Vec<Piece> = places
            .iter()
            .flat_map(|from| self.ways_out(from))
            .map(|(arc, rest)| {
                let before = self.arc_cost(arc) - rest;
                let head_start = -i64::from(before.time().0);
                Piece { arc, start: before.distance(), head_start }
            })
            .collect();
        let starts = places.iter().flat_map(|from| self.starts(from));
        Scratch::new(self).search(self, starts, |state, cost| {
            if cost.time() > limit {
                return false;
            }
            pieces.extend(self.arcs_from(state).map(|(arc, turn)| {
                let head_start = i64::from((cost + turn).time().0);
                Piece { arc, start: Millimetres(0), head_start }
            }));
            true
        });
        // Of several ways into an arc the quickest is the first, and contains the others.
        pieces.sort_unstable();
        pieces.dedup_by_key(|piece| (piece.arc, piece.start));
        Reach { network: self, limit, pieces }
    }
}

impl Reach<'_> {
    /// How far it reaches.
    pub fn limit(&self) -> Millis {
        self.limit
    }

    /// How long it takes to `place`, to the millisecond what [`RoadNetwork::path`] says; `None` if longer than the limit.
    pub fn time_to(&self, place: &Snap) -> Option<Millis> {
        place.spots.iter().filter_map(|spot| self.time_at(*spot)).min()
    }

    /// The parts of all stretches that are reached within `limit` (at most that of the reach), in order of the stretches
    /// and along them; parts that touch are one.
    pub fn spans(&self, limit: Millis) -> impl Iterator<Item = Span> {
        self.spans_beyond(None, limit)
    }

    /// Like [`spans`](Self::spans), but only what is not reached within `nearer` already.
    pub fn spans_beyond(
        &self,
        nearer: Option<Millis>,
        limit: Millis,
    ) -> impl Iterator<Item = Span> {
        let limit = limit.min(self.limit);
        let alike = self.pieces.chunk_by(|one, next| one.arc.stretch() == next.arc.stretch());
        alike.flat_map(move |pieces| {
            let mut parts = self.parts(pieces, limit);
            if let Some(nearer) = nearer {
                parts = without(&parts, &self.parts(pieces, nearer));
            }
            let stretch = pieces[0].arc.stretch();
            parts.into_iter().map(move |part| self.span(stretch, part))
        })
    }

    /// The course of `span`, as the way is drawn; at least two points.
    pub fn line(&self, span: &Span) -> Vec<LonLat> {
        let shape = self.network.base.graph.shape(span.stretch);
        part_of(shape, span.from_along, span.to_along)
    }

    /// Name and class of the road that `span` is part of.
    pub fn road(&self, span: &Span) -> RoadName {
        self.network.road_name(span.stretch)
    }

    /// Whether `span` is on a ferry.
    pub fn is_ferry(&self, span: &Span) -> bool {
        let graph = &self.network.base.graph;
        graph.labels.get(graph.stretch(span.stretch).class) == FERRY
    }

    /// Length of all roads reached within `limit`, each counted once, ferries not at all.
    pub fn road_length(&self, limit: Millis) -> Millimetres {
        let roads = self.spans(limit).filter(|span| !self.is_ferry(span));
        Millimetres(roads.map(|span| span.length().0).sum())
    }

    fn time_at(&self, spot: Spot) -> Option<Millis> {
        let times = self.network.arcs_at(spot).flat_map(|(arc, before)| {
            let first = self.pieces.partition_point(|piece| piece.arc < arc);
            let pieces = self.pieces[first..].iter().take_while(move |piece| piece.arc == arc);
            let passing = pieces.filter(move |piece| piece.start <= before.distance());
            passing.map(move |piece| piece.head_start + i64::from(before.time().0))
        });
        let quickest = times.min()?;
        u32::try_from(quickest).ok().map(Millis).filter(|time| *time <= self.limit)
    }

    fn span(&self, stretch: StretchId, (from, to): (u64, u64)) -> Span {
        let [from_along, to_along] = [from, to].map(Millimetres);
        let [from_time, to_time] = [from_along, to_along].map(|along| {
            let spot = Spot { stretch, along };
            self.time_at(spot).expect("both ends of a span are reached")
        });
        Span { stretch, from_along, to_along, from_time, to_time }
    }

    /// The parts that the pieces of one stretch cover within `limit`, in order along it.
    fn parts(&self, pieces: &[Piece], limit: Millis) -> Vec<(u64, u64)> {
        let mut parts: Vec<(u64, u64)> =
            pieces.iter().filter_map(|piece| self.part_within(piece, limit)).collect();
        parts.sort_unstable();
        parts.dedup_by(|next, one| {
            let touches = next.0 <= one.1;
            if touches {
                one.1 = one.1.max(next.1);
            }
            touches
        });
        parts
    }

    /// From where to where `piece` goes within `limit`, in millimetres along its stretch.
    fn part_within(&self, piece: &Piece, limit: Millis) -> Option<(u64, u64)> {
        let whole = self.network.arc_cost(piece.arc);
        let length = whole.distance().0;
        let rest = u64::try_from(i64::from(limit.0) - piece.head_start).ok()?;
        let end = farthest(whole, rest);
        (piece.start.0 <= end).then(|| match piece.arc.is_backward() {
            false => (piece.start.0, end),
            true => (length - end, length - piece.start.0),
        })
    }
}

/// How far from the start of an arc one gets in `millis`; the reverse of [`RoadNetwork::arcs_at`].
fn farthest(whole: Cost, millis: u64) -> u64 {
    // To `d` it takes ⌊(whole time · d + length / 2) / length⌋, which is at most `millis` up to this:
    let length = u128::from(whole.distance().0);
    let end = (u128::from(millis) + 1) * length - length / 2;
    let end = end.saturating_sub(1) / u128::from(whole.time().0.max(1));
    end.min(length) as u64
}

/// What `parts` leave beside `taken`; both in order along one stretch, `taken` within `parts`.
fn without(parts: &[(u64, u64)], taken: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut left = Vec::new();
    for &(from, to) in parts {
        let mut at = from;
        for &(start, end) in taken.iter().filter(|(start, end)| *end >= from && *start <= to) {
            if start > at {
                left.push((at, start));
            }
            at = end;
        }
        if at < to {
            left.push((at, to));
        }
    }
    left
}

/// The points of `shape` from `from` to `to` along it, those in between and at the cuts.
fn part_of(shape: &[Point], from: Millimetres, to: Millimetres) -> Vec<LonLat> {
    let mut points = Vec::new();
    let mut along = 0;
    for pair in shape.windows(2) {
        let length = segment_length(pair[0], pair[1]).0;
        let (start, end) = (along, along + length);
        along = end;
        if end < from.0 || start > to.0 {
            continue;
        }
        let ends = [pair[0], pair[1]].map(LonLat::from);
        for at in [from.0.max(start), to.0.min(end)] {
            points.push(between(ends, (at - start) as f64 / length.max(1) as f64));
        }
    }
    points.dedup();
    if let [only] = points[..] {
        points.push(only);
    }
    points
}

/// The point at `share` (0 to 1) of the way from one end to the other.
fn between([a, b]: [LonLat; 2], share: f64) -> LonLat {
    if share >= 1.0 {
        return b;
    }
    LonLat { lon: a.lon + share * (b.lon - a.lon), lat: a.lat + share * (b.lat - a.lat) }
}
