//! Finds the arcs on which a path that has left a restricted manoeuvre may not turn round.
//!
//! A U-turn behind a restricted manoeuvre leads back to the forbidden turn: an evasion, if it is
//! nearer than the way round that the restriction demands. So for each forbidden row, the way round
//! is found first: the cheapest path from the first arc of the row onto its last arc, without a
//! U-turn except in dead ends. A U-turn at a distance of half the surplus of this path or less would
//! pay: all arcs up to this distance from the row are marked. Behind them, no U-turn pays, and
//! nothing has to be remembered. Where the way round is very long, or there is none, this holds up
//! to five minutes behind the row. The marks depend on speeds, so that a network has more or fewer
//! states at another hour.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use super::arcs_at::ArcsAt;
use super::automaton::{Automaton, Match, NO_MATCH};
use super::graph::RoadGraph;
use super::ids::{ArcId, Cost, NodeId};
use super::restriction::ForbiddenRow;
use super::turns::Turns;
use crate::units::{Millimetres, Millis};

/// Longest way round that is looked for; a longer one counts as this long.
///
/// Few rows have a longer one: on Malta some ten of 306, which would mark half of all arcs.
const WAY_ROUND_MAX: Cost = Cost::new(Millis(10 * 60 * 1000), Millimetres(0));

pub(super) struct Turning<'a> {
    pub(super) graph: &'a RoadGraph,
    pub(super) out_arcs: &'a ArcsAt,
    pub(super) automaton: &'a Automaton,
    /// `None` if all turns are free.
    pub(super) turns: Option<&'a Turns<'a>>,
}

impl Turning<'_> {
    /// Returns by arc if a path that has left a manoeuvre of `rows` may not turn round at its end.
    ///
    /// A row that ends with a U-turn is left out: no way back from it is shorter than not to come.
    pub(super) fn forbidden_after(&self, rows: &[ForbiddenRow]) -> Vec<bool> {
        let mut is_marked = vec![false; self.graph.arc_count() as usize];
        for row in rows {
            let [.., before, last] = row[..] else { continue };
            if last != before.reverse() {
                self.mark_near(row, self.way_round(row), &mut is_marked);
            }
        }
        is_marked
    }

    /// Returns the cost of the cheapest legal path from the end of the first arc of `row` to the end
    /// of its last one, without destination-only roads; at most [`WAY_ROUND_MAX`].
    fn way_round(&self, row: &ForbiddenRow) -> Cost {
        let (first, last) = (row[0], row[row.len() - 1]);
        let start = self.automaton.step(NO_MATCH, first).expect("rows have two arcs or more");
        let mut best = WAY_ROUND_MAX;
        let mut costs: FxHashMap<(ArcId, Match), Cost> = FxHashMap::default();
        let mut queue = BinaryHeap::from([Reverse((Cost::ZERO, first, start))]);
        while let Some(Reverse((cost, arc, matched))) = queue.pop() {
            if cost >= best {
                break;
            }
            if costs.get(&(arc, matched)).is_some_and(|known| *known < cost) {
                continue;
            }
            let onward = self.out_arcs.of(self.graph.arc_head(arc));
            for next in onward {
                if *next == arc.reverse() && onward.len() > 1 {
                    continue;
                }
                if *next != last && self.graph.is_destination_only(*next) {
                    continue;
                }
                let Some(matched) = self.automaton.step(matched, *next) else { continue };
                let turn = self.turns.map_or(Millis(0), |turns| turns.cost(arc, *next));
                let Some(arc_cost) = self.graph.arc_cost(*next) else { continue };
                let cost = cost + Cost::new(turn, Millimetres(0)) + arc_cost;
                if *next == last {
                    best = best.min(cost);
                }
                let known = costs.entry((*next, matched)).or_insert(Cost::NO_PATH);
                if cost < *known {
                    *known = cost;
                    queue.push(Reverse((cost, *next, matched)));
                }
            }
        }
        best
    }

    /// Marks the arcs from whose end the way back to `row` and along it is not longer than
    /// `way_round`.
    fn mark_near(&self, row: &ForbiddenRow, way_round: Cost, is_marked: &mut [bool]) {
        let cost = |arc: ArcId| self.graph.arc_cost(arc).expect("rows and onward arcs are open");
        let direct = row[1..].iter().fold(Cost::ZERO, |sum, arc| sum + cost(*arc));
        let surplus = way_round.saturating_sub(direct);
        let mut costs: FxHashMap<NodeId, Cost> = FxHashMap::default();
        let mut queue = BinaryHeap::new();
        for arc in &row[..row.len() - 1] {
            queue.push(Reverse((Cost::ZERO, self.graph.arc_head(*arc))));
            costs.insert(self.graph.arc_head(*arc), Cost::ZERO);
        }
        while let Some(Reverse((so_far, node))) = queue.pop() {
            if costs[&node] < so_far {
                continue;
            }
            for arc in self.out_arcs.of(node) {
                let so_far = so_far + cost(*arc);
                if so_far + so_far > surplus {
                    continue;
                }
                is_marked[arc.0 as usize] = true;
                let known = costs.entry(self.graph.arc_head(*arc)).or_insert(Cost::NO_PATH);
                if so_far < *known {
                    *known = so_far;
                    queue.push(Reverse((so_far, self.graph.arc_head(*arc))));
                }
            }
        }
    }
}
