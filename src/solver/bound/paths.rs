//! Finds the best path through a shift at given prices, by labelling.
//!
//! A label is a partial path. It holds the last node of the path, the time at which the rep can
//! leave this node, the value of the path, and the visits that the path remembers. Time is divided
//! into spans. For each node and span, the search keeps only labels that no other label dominates.
//! It may merge two labels of one span into one label that has the better of each property. Merging
//! can raise the result but never lower it. With spans of one second, the search is exact. After
//! Righini & Salani (2009), doi:10.1016/j.cor.2008.01.003.

use super::shift_kind::{Arc, NO_WAY, ShiftKind};
use crate::solver::breaks::{DONE, DUE, TOO_LATE};

/// Prices that apply in one kind of shift.
#[derive(Clone, Copy)]
pub(super) struct KindPrices<'a> {
    /// For each node: gain of the visit minus its prices.
    pub(super) weights: &'a [i64],
    /// Cost of a second of travel.
    pub(super) second: i64,
}

/// Resolution of time and of memory in a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Detail {
    /// Binary logarithm of the length of a span, in seconds.
    pub(super) span: u32,
    /// Maximum number of labels for each node and span. If it is one, paths remember no visits.
    pub(super) labels: usize,
}

/// A bound on the rest of a path, and the value that a path must reach to be relevant.
#[derive(Clone, Copy)]
pub(super) struct RestBound<'a> {
    /// Greatest values of paths that start at the other end of the shift.
    pub(super) rest: &'a PathProfile,
    /// Value that a whole path must be able to reach; other paths are not relevant.
    pub(super) needed: i64,
}

/// For each node and layer: greatest value of a path that reaches it, up to the end of each span of
/// time.
#[derive(Debug, Clone)]
pub(super) struct PathProfile {
    spans: usize,
    span: u32,
    best: Vec<i64>,
}

/// Result of a search for the best path.
#[derive(Debug, Clone)]
pub(super) struct BestPath {
    /// Upper bound on the value of the best path; `None` if there is no relevant path.
    pub(super) value: Option<i64>,
    /// Visits of the path, in reverse order.
    pub(super) nodes: Vec<u32>,
    /// Travel of the path, in seconds.
    pub(super) travel: i64,
    /// For each arc: true if a relevant path may use it.
    pub(super) used: Vec<bool>,
    /// Number of path extensions that the search made.
    pub(super) work: u64,
}

/// Value that stands for "no path".
pub(super) const NOTHING: i64 = i64::MIN / 4;

#[derive(Debug, Clone, Copy)]
struct Label {
    value: i64,
    memory: u64,
    time: i32,
    node: u32,
    /// Index of the label that this label extends.
    before: u32,
    /// Index of the next label of the same node and span.
    next: u32,
}

const NONE: u32 = u32::MAX;

impl Label {
    /// Returns whether the value of this path is at least that of `other` and it remembers no visit
    /// that `other` does not remember. Times are ignored.
    #[inline]
    fn is_as_good_as(&self, other: &Self) -> bool {
        self.value >= other.value && self.memory & !other.memory == 0
    }
}

impl PathProfile {
    /// Returns the greatest value of a path that can leave a node by `time`. The net gain of this
    /// node is not included.
    #[inline]
    fn by(&self, state: usize, time: i32) -> i64 {
        if time < 0 {
            return NOTHING;
        }
        let span = (time as usize >> self.span).min(self.spans - 1);
        self.best[state * self.spans + span]
    }
}

/// Searches for best paths, and keeps its memory from one search to the next.
#[derive(Debug, Default)]
pub(super) struct PathSearch {
    labels: Vec<Label>,
    /// For each state and span: index of the first label.
    heads: Vec<u32>,
    /// For each span: the states that have labels in it; visits come first, then regions.
    busy: Vec<[Vec<u32>; 2]>,
    /// For each state: the labels found so far that no other label dominates.
    fronts: Vec<Vec<Label>>,
}

impl PathSearch {
    /// Finds the best path. With `rest_bound`, finds the best of the relevant paths only.
    ///
    /// Two steps of a path may not lie in one span, so a span must not be longer than `step_least`
    /// of the kind of shift.
    pub(super) fn run(
        &mut self,
        kind: &ShiftKind,
        prices: KindPrices<'_>,
        detail: Detail,
        rest_bound: Option<RestBound<'_>>,
    ) -> BestPath {
        let mut labelling = self.labelling(kind, prices, detail, rest_bound);
        labelling.all();
        let Labelling { best, used, work, .. } = labelling;
        let mut found = BestPath { value: None, nodes: Vec::new(), travel: 0, used, work };
        if let Some((value, last)) = best {
            found.value = Some(value);
            found.travel = i64::from(kind.end[self.labels[last as usize].node as usize]);
            let mut at = last;
            while at != NONE {
                let label = self.labels[at as usize];
                let next = label.before;
                let leg = if next == NONE {
                    kind.start.iter().find(|arc| arc.to == label.node).map(|arc| arc.leg)
                } else {
                    let tail = self.labels[next as usize].node as usize;
                    kind.arcs[kind.out(tail)]
                        .iter()
                        .find(|arc| arc.to == label.node)
                        .map(|arc| arc.leg)
                };
                found.travel += i64::from(leg.unwrap_or(0));
                if (label.node as usize) < kind.visits {
                    found.nodes.push(label.node);
                }
                at = next;
            }
        }
        found
    }

    /// Returns the greatest values of paths to each node, and the result of [`run`](Self::run).
    pub(super) fn profile(
        &mut self,
        kind: &ShiftKind,
        prices: KindPrices<'_>,
        detail: Detail,
    ) -> (PathProfile, BestPath) {
        let found = self.run(kind, prices, detail, None);
        let (states, spans) = (kind.nodes.len() * kind.layers(), self.busy.len());
        let mut best = vec![NOTHING; states * spans];
        for state in 0..states {
            let weight = prices.weights[state / kind.layers()];
            let mut most = NOTHING;
            for span in 0..spans {
                let mut at = self.heads[state * spans + span];
                while at != NONE {
                    let label = self.labels[at as usize];
                    most = most.max(label.value - weight);
                    at = label.next;
                }
                best[state * spans + span] = most;
            }
        }
        (PathProfile { spans, span: detail.span, best }, found)
    }

    fn labelling<'a>(
        &'a mut self,
        kind: &'a ShiftKind,
        prices: KindPrices<'a>,
        detail: Detail,
        rest_bound: Option<RestBound<'a>>,
    ) -> Labelling<'a> {
        let states = kind.nodes.len() * kind.layers();
        let spans = (kind.length as usize >> detail.span) + 1;
        self.labels.clear();
        self.heads.clear();
        self.heads.resize(states * spans, NONE);
        self.busy.iter_mut().flatten().for_each(Vec::clear);
        self.busy.resize(spans, Default::default());
        self.fronts.iter_mut().for_each(Vec::clear);
        self.fronts.resize(states, Vec::new());
        let used = vec![false; kind.arcs.len()];
        Labelling {
            search: self,
            kind,
            prices,
            detail,
            rest_bound,
            spans,
            best: None,
            used,
            work: 0,
        }
    }
}

/// Data of one search.
struct Labelling<'a> {
    search: &'a mut PathSearch,
    kind: &'a ShiftKind,
    prices: KindPrices<'a>,
    detail: Detail,
    rest_bound: Option<RestBound<'a>>,
    spans: usize,
    best: Option<(i64, u32)>,
    used: Vec<bool>,
    work: u64,
}

impl Labelling<'_> {
    fn all(&mut self) {
        let kind = self.kind;
        for &(layer, time) in &kind.begins {
            if time > kind.length {
                continue;
            }
            for arc in &kind.start {
                let home =
                    Label { value: 0, memory: 0, time, node: NONE, before: NONE, next: NONE };
                self.extend(home, layer, NONE, arc);
            }
        }
        for span in 0..self.spans {
            // A path leaves a region at once, possibly in the span in which it arrived.
            for kind in 0..2 {
                let busy = std::mem::take(&mut self.search.busy[span][kind]);
                for &state in &busy {
                    let mut at = self.search.heads[state as usize * self.spans + span];
                    while at != NONE {
                        self.settle(state as usize, at);
                        at = self.search.labels[at as usize].next;
                    }
                }
                self.search.busy[span][kind] = busy;
            }
        }
    }

    /// Extends a label by all arcs of its node, unless an earlier label dominates it.
    fn settle(&mut self, state: usize, at: u32) {
        let label = self.search.labels[at as usize];
        let front = &mut self.search.fronts[state];
        if front.iter().any(|other| other.time <= label.time && other.is_as_good_as(&label)) {
            return;
        }
        front.retain(|other| !label.is_as_good_as(other));
        front.push(label);
        let kind = self.kind;
        let layers = kind.layers();
        let (node, layer) = (state / layers, state % layers);
        self.finish(label, layer, at);
        for arc_at in kind.out(node) {
            let arc = &kind.arcs[arc_at];
            if label.memory & arc.forbids == 0 && self.extend(label, layer, at, arc) {
                self.used[arc_at] = true;
            }
        }
        self.work += (kind.out(node).len() * (layers - layer)) as u64;
    }

    /// Completes a path with the leg to the end place.
    fn finish(&mut self, label: Label, layer: usize, at: u32) {
        let leg = self.kind.end[label.node as usize];
        if leg >= NO_WAY {
            return;
        }
        let value = label.value - i64::from(leg) * self.prices.second;
        if self.best.is_some_and(|(best, _)| best >= value) {
            return;
        }
        let plain = label.time + leg;
        let with_break = match self.kind.break_rule {
            Some(rule) if layer == DUE => rule.arrival(label.time, leg),
            _ => TOO_LATE,
        };
        if plain <= self.kind.ends[layer] || with_break <= self.kind.ends[DONE] {
            self.best = Some((value, at));
        }
    }

    /// Extends a path by one leg and one visit. Returns whether the extended path may be relevant.
    #[inline]
    fn extend(&mut self, label: Label, layer: usize, before: u32, arc: &Arc) -> bool {
        let to = arc.to as usize;
        let node = &self.kind.nodes[to];
        let mut next = Label {
            value: label.value + self.prices.weights[to] - i64::from(arc.leg) * self.prices.second,
            memory: label.memory & arc.keeps | self.kind.colours[to],
            time: 0,
            node: arc.to,
            before,
            next: NONE,
        };
        if self.detail.labels == 1 {
            next.memory = 0;
        }
        let layers = self.kind.layers();
        let arrival = label.time + arc.leg;
        let mut matters = false;
        if let (Some(rule), DUE) = (self.kind.break_rule, layer) {
            if let Some(begin) = node.begin(rule.arrival(label.time, arc.leg)) {
                next.time = begin + node.duration;
                matters |= self.offer(to * layers + DONE, next);
            }
            if arrival > rule.latest {
                return matters;
            }
        }
        if let Some(begin) = node.begin(arrival) {
            next.time = begin + node.duration;
            matters |= self.offer(to * layers + layer, next);
        }
        matters
    }

    /// Adds a label, or merges it into a label of the same span. Returns whether the path may be
    /// relevant.
    #[inline]
    fn offer(&mut self, state: usize, label: Label) -> bool {
        if let Some(RestBound { rest, needed }) = self.rest_bound {
            let layers = self.kind.layers();
            let other = state - state % layers + self.kind.other_layer(state % layers);
            let duration = self.kind.nodes[label.node as usize].duration;
            // The rest of the path, seen from the other end of the shift, begins with this visit.
            let latest = self.kind.length - label.time + duration;
            if label.value + rest.by(other, latest) <= needed {
                return false;
            }
        }
        let search = &mut *self.search;
        if search.fronts[state].last().is_some_and(|other| other.is_as_good_as(&label)) {
            return true;
        }
        let span = label.time as usize >> self.detail.span;
        let head = state * self.spans + span;
        let (mut at, mut count) = (search.heads[head], 0);
        while at != NONE {
            let other = &mut search.labels[at as usize];
            if other.is_as_good_as(&label) {
                other.time = other.time.min(label.time);
                return true;
            }
            if label.is_as_good_as(other) {
                *other = Label { time: other.time.min(label.time), next: other.next, ..label };
                return true;
            }
            (at, count) = (other.next, count + 1);
        }
        let first = search.heads[head];
        if count >= self.detail.labels {
            // One label that has the better of each property replaces the two labels.
            let other = &mut search.labels[first as usize];
            let (time, memory) = (other.time.min(label.time), other.memory & label.memory);
            let better = if label.value > other.value { label } else { *other };
            *other = Label { time, memory, next: other.next, ..better };
            return true;
        }
        if first == NONE {
            let is_region = label.node as usize >= self.kind.visits;
            search.busy[span][usize::from(is_region)].push(state as u32);
        }
        search.heads[head] = search.labels.len() as u32;
        search.labels.push(Label { next: first, ..label });
        true
    }
}
