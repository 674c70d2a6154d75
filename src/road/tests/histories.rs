//! A search over whole histories of arcs by the documented rules, in a slow and simple way.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::road::arcs_at::ArcsAt;
use crate::road::graph::RoadGraph;
use crate::road::ids::{ArcId, Cost};
use crate::road::restriction::ForbiddenRow;
use crate::road::{RoadNetwork, Snap};

pub(super) struct Histories<'a> {
    graph: &'a RoadGraph,
    out: &'a ArcsAt,
    /// The forbidden rows that contain an arc.
    rows_with: BTreeMap<ArcId, Vec<&'a ForbiddenRow>>,
    turn_cost: &'a dyn Fn(ArcId, ArcId) -> Cost,
}

/// The history of a path: everything that a rule may depend on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct History {
    /// The last arc, and those before it with which a forbidden row may begin.
    driven: Vec<ArcId>,
    /// Still in the private roads of its start; in the private roads of its end.
    private: (bool, bool),
    /// It has left a restricted manoeuvre: from there on it turns round in dead ends only.
    has_left: bool,
}

impl<'a> Histories<'a> {
    pub(super) fn new(
        graph: &'a RoadGraph,
        out: &'a ArcsAt,
        rows: &'a [ForbiddenRow],
        turn_cost: &'a dyn Fn(ArcId, ArcId) -> Cost,
    ) -> Self {
        let mut rows_with: BTreeMap<ArcId, Vec<&ForbiddenRow>> = BTreeMap::new();
        for row in rows {
            for arc in row {
                rows_with.entry(*arc).or_default().push(row);
            }
        }
        Self { graph, out, rows_with, turn_cost }
    }

    /// Finds the cheapest cost from `from` to `to`; `None` if there is no path.
    pub(super) fn cheapest(&self, network: &RoadNetwork, from: &Snap, to: &Snap) -> Option<Cost> {
        let mut best = network.straight(from, to).map(|(_, cost)| cost);
        let ways_in: BTreeMap<ArcId, Cost> = network.ways_in(to).collect();
        let mut queue = BinaryHeap::new();
        let mut done = BTreeSet::new();
        for (arc, cost) in network.ways_out(from) {
            let private = (self.graph.is_destination_only(arc), false);
            let history = History { driven: vec![arc], private, has_left: false };
            queue.push(Reverse((cost, history)));
        }
        while let Some(Reverse((cost, history))) = queue.pop() {
            if best.is_some_and(|best| best <= cost) {
                break;
            }
            if !done.insert(history.clone()) {
                continue;
            }
            let last = history.driven[history.driven.len() - 1];
            for arc in self.out.of(self.graph.arc_head(last)) {
                let Some(next) = self.drive(&history, *arc) else { continue };
                let cost = cost + (self.turn_cost)(last, *arc);
                if let Some(rest) = ways_in.get(arc) {
                    best = best.into_iter().chain([cost + *rest]).min();
                }
                queue.push(Reverse((cost + self.graph.arc_cost(*arc).unwrap(), next)));
            }
        }
        best
    }

    /// Returns the history after `arc`; `None` if a rule forbids it.
    fn drive(&self, history: &History, arc: ArcId) -> Option<History> {
        let last = history.driven[history.driven.len() - 1];
        let onward = self.out.of(self.graph.arc_head(last));
        let is_within = self.is_within_a_manoeuvre(&history.driven);
        let may_turn = !is_within && !history.has_left;
        if arc == last.reverse() && onward.len() > 1 && !may_turn {
            return None;
        }
        let mut driven = history.driven.clone();
        driven.push(arc);
        if self.rows_with(arc).any(|row| driven.ends_with(row)) {
            return None;
        }
        let private = match (history.private, self.graph.is_destination_only(arc)) {
            ((true, _), true) => (true, false),
            ((_, false), false) => (false, false),
            ((false, _), true) => (false, true),
            (_, false) => return None,
        };
        // What came before can no longer be part of a forbidden row.
        while driven.len() > 1 && !self.rows_with(driven[0]).any(|row| row.starts_with(&driven)) {
            driven.remove(0);
        }
        Some(History { driven, private, has_left: !may_turn })
    }

    /// Tests if `driven` ends with the beginning of a forbidden row: it may still be completed.
    fn is_within_a_manoeuvre(&self, driven: &[ArcId]) -> bool {
        let mut rows = self.rows_with(driven[driven.len() - 1]);
        rows.any(|row| (1..row.len()).any(|n| driven.ends_with(&row[..n])))
    }

    fn rows_with(&self, arc: ArcId) -> impl Iterator<Item = &'a ForbiddenRow> {
        self.rows_with.get(&arc).into_iter().flatten().copied()
    }
}
