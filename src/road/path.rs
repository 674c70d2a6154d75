//! The cheapest path between two places, with its geometry.

use super::hierarchy::StateCost;
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
    /// Its points, from [`Snap::at`] of the first place to that of the second; at least two.
    pub points: Vec<LonLat>,
}

impl RoadNetwork {
    /// Returns the fastest path, and the shortest of equally fast ones; `None` if there is none.
    ///
    /// Takes microseconds on a [prepared](Self::prepare) network, otherwise one Dijkstra search.
    pub fn path(&self, from: &Snap, to: &Snap) -> Option<Path> {
        let straight = self.straight(from, to);
        let starts: Vec<_> = self.starts(from).collect();
        let ends: Vec<_> = self.ends(to).collect();
        let best = match self.hierarchy.get() {
            Some(hierarchy) => hierarchy.route(&starts, &ends),
            None => self.search_route(&starts, &ends, straight.map(|(_, cost)| cost)),
        };
        match (straight, best) {
            (Some((arc, cost)), best) if best.as_ref().is_none_or(|(other, _)| cost <= *other) => {
                Some(Path { cost, points: self.draw(from, to, &[arc]) })
            }
            (_, Some((cost, states))) => {
                let arcs = self.arcs_along(&states, from, to);
                Some(Path { cost, points: self.draw(from, to, &arcs) })
            }
            (_, None) => None,
        }
    }

    /// Finds a cheapest path by Dijkstra's search; `None` if it costs `bound` or more.
    fn search_route(
        &self,
        starts: &[StateCost],
        ends: &[StateCost],
        bound: Option<Cost>,
    ) -> Option<(Cost, Vec<StateId>)> {
        let mut best: Option<(Cost, StateId)> = None;
        let mut bound = bound.unwrap_or(Cost::NO_PATH);
        let mut scratch = Scratch::new(self);
        scratch.search(self, starts.iter().copied(), |state, cost| {
            if cost >= bound {
                return false;
            }
            for (_, rest) in ends.iter().filter(|(end, _)| *end == state) {
                if cost + *rest < bound {
                    bound = cost + *rest;
                    best = Some((bound, state));
                }
            }
            true
        });
        let (cost, last) = best?;
        let mut states = vec![last];
        states.extend(std::iter::successors(scratch.came_from(last), |s| scratch.came_from(*s)));
        states.reverse();
        Some((cost, states))
    }

    /// Returns all arcs of the path over `states`, with its first and last one.
    fn arcs_along(&self, states: &[StateId], from: &Snap, to: &Snap) -> Vec<ArcId> {
        let cheapest = |arcs: &mut dyn Iterator<Item = (ArcId, Cost)>| {
            arcs.min_by_key(|(arc, cost)| (*cost, *arc)).map(|(arc, _)| arc)
        };
        let (start, end) = (states[0], states[states.len() - 1]);
        let base = &self.base;
        let begins = |arc: ArcId| base.after_start[arc.0 as usize] == start;
        let first = cheapest(&mut self.ways_out(from).filter(|(arc, _)| begins(*arc)));
        let mut arcs = vec![first.expect("a path starts on an arc of its first place")];
        for pair in states.windows(2) {
            let out = base.first_out[pair[0].0 as usize]..base.first_out[pair[0].0 as usize + 1];
            let joins = out.map(|join| join as usize).filter(|join| base.heads[*join] == pair[1]);
            let arc = cheapest(&mut joins.map(|join| (base.arcs[join], base.costs[join])));
            arcs.push(arc.expect("a join leads from each state to the next"));
        }
        let mut ends =
            self.ways_in(to).filter_map(|(arc, rest)| Some((arc, self.turn(end, arc)? + rest)));
        let last = cheapest(&mut ends);
        arcs.push(last.expect("a path ends on an arc of its last place"));
        arcs
    }

    fn draw(&self, from: &Snap, to: &Snap, arcs: &[ArcId]) -> Vec<LonLat> {
        let mut points = vec![from.at];
        for (at, arc) in arcs.iter().enumerate() {
            let (is_first, is_last) = (at == 0, at + 1 == arcs.len());
            let whole = self.base.graph.stretch(arc.stretch()).length();
            let along = |snap: &Snap| {
                let spot = snap.spots.iter().find(|spot| spot.stretch == arc.stretch());
                let along = spot.expect("a path starts and ends on the roads of its places").along;
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

    /// Appends the points of `arc` from `start` to `end` along it.
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
            along += crate::lonlat::segment_length(pair[0], pair[1]).0;
            push_between(along, pair[1]);
        }
    }
}
