//! Finds all roads within a travel time of a place, in one search.
//!
//! The time to a point of a road is exactly that of [`RoadNetwork::path`]; nothing is sampled.

use super::graph::FERRY;
use super::ids::{ArcId, Cost, StretchId};
use super::labels::RoadName;
use super::network::RoadNetwork;
use super::search::Scratch;
use super::snap::{Snap, Spot};
use crate::lonlat::{LonLat, PointE7, segment_length};
use crate::units::{Millimetres, Millis};

/// The roads within a travel time of one or several places.
#[must_use]
pub struct Reach<'n> {
    network: &'n RoadNetwork,
    limit: Millis,
    pieces: Vec<ArcPiece>,
}

/// A part of an arc that is reached from the start of the arc, or from a place on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ArcPiece {
    arc: ArcId,
    /// Its start, as a distance along the arc.
    start: Millimetres,
    /// Time in milliseconds at the start of the arc; below zero if the place is on the arc. A point
    /// of the arc is reached at this time plus the time from the start of the arc.
    head_start: i64,
}

/// A stretch, or a part of it, that is completely reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReachedSpan {
    pub(super) stretch: StretchId,
    /// Its start, as a distance along the stretch as the way is drawn.
    pub from_along: Millimetres,
    /// Its end.
    pub to_along: Millimetres,
    /// Travel time to its start. The middle may take longer than both ends.
    pub from_time: Millis,
    /// Travel time to its end.
    pub to_time: Millis,
}

impl ReachedSpan {
    /// Returns its length.
    pub fn length(&self) -> Millimetres {
        Millimetres(self.to_along.0 - self.from_along.0)
    }

    /// Unique sort key of the spans of one limit.
    pub(super) fn key(&self) -> (StretchId, Millimetres, Millimetres) {
        (self.stretch, self.from_along, self.to_along)
    }
}

impl RoadNetwork {
    /// Returns all roads within `limit` of `from`.
    ///
    /// One Dijkstra search up to the limit: O((n + m) log n) time for n states and m joins within
    /// it, and memory for all states of the network.
    pub fn reach(&self, from: &Snap, limit: Millis) -> Reach<'_> {
        self.reach_from_any(std::slice::from_ref(from), limit)
    }

    /// Returns all roads within `limit` of the nearest of `places`, in one search.
    pub fn reach_from_any(&self, places: &[Snap], limit: Millis) -> Reach<'_> {
        let mut pieces: Vec<ArcPiece> = places
            .iter()
            .flat_map(|from| self.ways_out(from))
            .map(|(arc, rest)| {
                let before = self.arc_cost(arc) - rest;
                let head_start = -i64::from(before.time().0);
                ArcPiece { arc, start: before.distance(), head_start }
            })
            .collect();
        let starts = places.iter().flat_map(|from| self.starts(from));
        Scratch::new(self).search(self, starts, |state, cost| {
            if cost.time() > limit {
                return false;
            }
            pieces.extend(self.arcs_from(state).map(|(arc, turn)| {
                let head_start = i64::from((cost + turn).time().0);
                ArcPiece { arc, start: Millimetres(0), head_start }
            }));
            true
        });
        // Of several times at the start of an arc the earliest is first, and covers the others.
        pieces.sort_unstable();
        pieces.dedup_by_key(|piece| (piece.arc, piece.start));
        Reach { network: self, limit, pieces }
    }
}

impl Reach<'_> {
    /// Returns the travel time to `place`, equal to that of the path; `None` beyond the limit.
    pub fn time_to(&self, place: &Snap) -> Option<Millis> {
        place.spots.iter().filter_map(|spot| self.time_at(*spot)).min()
    }

    /// Returns the parts of stretches within `limit` (at most that of the search), in order of
    /// stretches and along them; touching parts are merged.
    pub fn spans(&self, limit: Millis) -> impl Iterator<Item = ReachedSpan> {
        self.spans_beyond(None, limit)
    }

    /// Returns the same as [`spans`](Self::spans), without the parts within `nearer`.
    pub fn spans_beyond(
        &self,
        nearer: Option<Millis>,
        limit: Millis,
    ) -> impl Iterator<Item = ReachedSpan> {
        let limit = limit.min(self.limit);
        let by_stretch = self.pieces.chunk_by(|one, next| one.arc.stretch() == next.arc.stretch());
        by_stretch.flat_map(move |pieces| {
            let mut parts = self.parts(pieces, limit);
            if let Some(nearer) = nearer {
                parts = without(&parts, &self.parts(pieces, nearer));
            }
            let stretch = pieces[0].arc.stretch();
            parts.into_iter().map(move |part| self.span(stretch, part))
        })
    }

    /// Returns the points of `span`, as the way is drawn; at least two.
    pub fn line(&self, span: &ReachedSpan) -> Vec<LonLat> {
        let shape = self.network.base.graph.shape(span.stretch);
        part_of(shape, span.from_along, span.to_along)
    }

    /// Returns name and class of the road.
    pub fn road(&self, span: &ReachedSpan) -> RoadName {
        self.network.road_name(span.stretch)
    }

    /// Tests if `span` is on a ferry.
    pub fn is_ferry(&self, span: &ReachedSpan) -> bool {
        let graph = &self.network.base.graph;
        graph.labels.get(graph.stretch(span.stretch).class) == FERRY
    }

    /// Returns the length of all roads within `limit`, each counted once, without ferries.
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

    fn span(&self, stretch: StretchId, (from, to): (u64, u64)) -> ReachedSpan {
        let [from_along, to_along] = [from, to].map(Millimetres);
        let [from_time, to_time] = [from_along, to_along].map(|along| {
            let spot = Spot { stretch, along };
            self.time_at(spot).expect("both ends of a span are reached")
        });
        ReachedSpan { stretch, from_along, to_along, from_time, to_time }
    }

    /// Returns the parts of one stretch that `pieces` cover within `limit`, in order along it.
    fn parts(&self, pieces: &[ArcPiece], limit: Millis) -> Vec<(u64, u64)> {
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

    /// Returns the part of `piece` within `limit`, in millimetres along its stretch.
    fn part_within(&self, piece: &ArcPiece, limit: Millis) -> Option<(u64, u64)> {
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

/// Returns the millimetres along an arc that `millis` allow; inverse of [`RoadNetwork::arcs_at`].
fn farthest(whole: Cost, millis: u64) -> u64 {
    // The time to `d` is ⌊(whole time · d + length / 2) / length⌋, at most `millis` up to this `d`.
    let length = u128::from(whole.distance().0);
    let end = (u128::from(millis) + 1) * length - length / 2;
    let end = end.saturating_sub(1) / u128::from(whole.time().0.max(1));
    end.min(length) as u64
}

/// Returns `parts` without `taken`; both in order along one stretch, `taken` within `parts`.
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

/// Returns the points of `shape` from `from` to `to` along it, with points at the cuts.
fn part_of(shape: &[PointE7], from: Millimetres, to: Millimetres) -> Vec<LonLat> {
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
            let share = (at - start) as f64 / length.max(1) as f64;
            points.push(if share >= 1.0 { ends[1] } else { ends[0].toward(ends[1], share) });
        }
    }
    points.dedup();
    if let [only] = points[..] {
        points.push(only);
    }
    points
}
