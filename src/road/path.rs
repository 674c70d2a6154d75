//! The way from one place to another, with its geometry.

use super::ids::{ArcId, Cost, StateId};
use super::network::RoadNetwork;
use super::search::Scratch;
use super::snap::Snap;
use crate::lonlat::LonLat;
use crate::units::Millimetres;

/// A cheapest path between two places.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// Its time and length.
    pub cost: Cost,
    /// Its course along the roads, from the first place's point on the road to the second's; at least two points.
    pub points: Vec<LonLat>,
}

impl RoadNetwork {
    /// The cheapest path from `from` to `to`, or `None` if there is none. Of paths that tie in time the shorter is taken.
    pub fn path(&self, from: &Snap, to: &Snap) -> Option<Path> {
        let straight = self.straight(from, to);
        let ways_in: Vec<(ArcId, Cost)> = self.ways_in(to).collect();
        let mut best: Option<(Cost, StateId, ArcId)> = None;
        let mut scratch = Scratch::new(self);
        let bound = straight.map(|(_, cost)| cost);
        scratch.search(self, self.starts(from), |state, cost| {
            let known = [best.map(|(cost, ..)| cost), bound].into_iter().flatten().min();
            if known.is_some_and(|known| cost >= known) {
                return false;
            }
            for (arc, rest) in &ways_in {
                let total = cost + *rest;
                if self.entries(*arc).binary_search(&state).is_ok()
                    && best.is_none_or(|(best, ..)| total < best)
                {
                    best = Some((total, state, *arc));
                }
            }
            true
        });
        match (straight, best) {
            (Some((arc, cost)), best) if best.is_none_or(|(other, ..)| cost <= other) => {
                Some(Path { cost, points: self.draw(from, to, &[arc]) })
            }
            (_, Some((cost, last_state, last_arc))) => {
                let arcs = self.arcs_to(last_state, last_arc, from, &scratch);
                Some(Path { cost, points: self.draw(from, to, &arcs) })
            }
            (_, None) => None,
        }
    }

    /// All arcs of the path that the last search found to `state`, the one it began on and `last` included.
    fn arcs_to(&self, state: StateId, last: ArcId, from: &Snap, scratch: &Scratch) -> Vec<ArcId> {
        let mut arcs = vec![last];
        let mut at = state;
        while let Some((previous, arc)) = scratch.came_from(at) {
            arcs.push(arc);
            at = previous;
        }
        let (first, _) = self
            .ways_out(from)
            .filter(|(arc, _)| self.base.after_start[arc.0 as usize] == Some(at))
            .min_by_key(|(_, cost)| *cost)
            .expect("a path begins on an arc of its first place");
        arcs.push(first);
        arcs.reverse();
        arcs
    }

    /// The points along `arcs`, from `from` on the first to `to` on the last.
    fn draw(&self, from: &Snap, to: &Snap, arcs: &[ArcId]) -> Vec<LonLat> {
        let mut points = vec![from.at];
        for (at, arc) in arcs.iter().enumerate() {
            let (is_first, is_last) = (at == 0, at + 1 == arcs.len());
            let whole = self.base.graph.stretch(arc.stretch()).length;
            let along = |snap: &Snap| {
                let spot = snap.spots.iter().find(|spot| spot.stretch == arc.stretch());
                let along = spot.expect("a path begins and ends on its places' roads").along;
                if arc.is_backward() { Millimetres(whole.0 - along.0) } else { along }
            };
            let start = if is_first { along(from) } else { Millimetres(0) };
            let end = if is_last { along(to) } else { whole };
            self.draw_arc(*arc, start, end, &mut points);
        }
        points.push(to.at);
        points.dedup();
        if points.len() == 1 {
            points.push(to.at);
        }
        points
    }

    /// Appends the points of `arc` that lie strictly after `start` and before `end`, and both its ends where they are within.
    fn draw_arc(&self, arc: ArcId, start: Millimetres, end: Millimetres, points: &mut Vec<LonLat>) {
        let shape = self.base.graph.shape(arc.stretch());
        let mut push_between = |along: u64, point| {
            if along >= start.0 && along <= end.0 {
                points.push(LonLat::from(point));
            }
        };
        let mut along = 0;
        let ordered: Vec<_> =
            if arc.is_backward() { shape.iter().rev().copied().collect() } else { shape.to_vec() };
        push_between(0, ordered[0]);
        for pair in ordered.windows(2) {
            along += super::graph::segment_length(pair[0], pair[1]).0;
            push_between(along, pair[1]);
        }
    }
}
