//! The best path through a day at given prices, by labelling.
//!
//! A label is a path so far: where it ends, when the rep is free there, what it is worth, and what it remembers. Time goes
//! by in spans; in each, at each node, only labels remain that no other is at least as good as. Two that lie in one span
//! may become one with the better of each, which can only raise the result: the search is exact for spans of a second, and
//! never too low. After Righini & Salani (2009), doi:10.1016/j.cor.2008.01.003.

use super::day::{Arc, DONE, DUE, Day, NO_WAY};
use crate::solver::pause::TOO_LATE;

/// What a search takes.
#[derive(Clone, Copy)]
pub(super) struct Prices<'a> {
    /// By node: what a visit brings.
    pub(super) weights: &'a [i64],
    /// What a second on the road costs.
    pub(super) second: i64,
}

/// How finely a search looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Detail {
    /// A span of time has two to the power of this many seconds.
    pub(super) span: u32,
    /// At most so many labels for a node and span; with one, nothing is remembered.
    pub(super) labels: usize,
}

/// A bound on what the rest of a path can bring, and what it must bring to matter.
#[derive(Clone, Copy)]
pub(super) struct Prospects<'a> {
    /// What was found from the other end of the day.
    pub(super) rest: &'a Profile,
    /// Paths that cannot be worth more do not matter.
    pub(super) needed: i64,
}

/// By node and layer: the most that a path to there can be worth, up to each span of time.
#[derive(Debug, Clone)]
pub(super) struct Profile {
    spans: usize,
    span: u32,
    best: Vec<i64>,
}

/// What a search found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// What the best path is worth at the most; `None` if there is none that matters.
    pub(super) value: Option<i64>,
    /// Its visits, backwards.
    pub(super) nodes: Vec<u32>,
    /// Its time on the road.
    pub(super) travel: i64,
    /// By arc: whether a path that matters may take it.
    pub(super) used: Vec<bool>,
    /// How many steps it took.
    pub(super) work: u64,
}

/// No path at all.
pub(super) const NOTHING: i64 = i64::MIN / 4;

#[derive(Debug, Clone, Copy)]
struct Label {
    value: i64,
    memory: u64,
    time: i32,
    node: u32,
    /// The label it goes on from.
    before: u32,
    /// The next one of the same node and span.
    next: u32,
}

const NONE: u32 = u32::MAX;

impl Label {
    /// Whether this path is worth no less than another one and remembers no more, whatever the time.
    #[inline]
    fn is_as_good_as(&self, other: &Self) -> bool {
        self.value >= other.value && self.memory & !other.memory == 0
    }
}

impl Profile {
    /// The most that a path can be worth that is free at a node by `time`, without what the node itself brings.
    #[inline]
    fn by(&self, state: usize, time: i32) -> i64 {
        if time < 0 {
            return NOTHING;
        }
        let span = (time as usize >> self.span).min(self.spans - 1);
        self.best[state * self.spans + span]
    }
}

/// Looks for paths; keeps its memory from one search to the next.
#[derive(Debug, Default)]
pub(super) struct PathSearch {
    labels: Vec<Label>,
    /// By state and span: its first label.
    heads: Vec<u32>,
    /// By span: the states with labels there, those of visits and those of regions.
    busy: Vec<[Vec<u32>; 2]>,
    /// By state: the labels up to now of which none is better than another.
    fronts: Vec<Vec<Label>>,
}

impl PathSearch {
    /// The best path; with `prospects`, only among those that matter. No two steps of a path lie in one span, that is,
    /// a span must be no longer than the day's shortest step.
    pub(super) fn run(
        &mut self,
        day: &Day,
        prices: Prices<'_>,
        detail: Detail,
        prospects: Option<Prospects<'_>>,
    ) -> Found {
        let mut walk = self.walk(day, prices, detail, prospects);
        walk.all();
        let Walk { best, used, work, .. } = walk;
        let mut found = Found { value: None, nodes: Vec::new(), travel: 0, used, work };
        if let Some((value, last)) = best {
            found.value = Some(value);
            found.travel = i64::from(day.end[self.labels[last as usize].node as usize]);
            let mut at = last;
            while at != NONE {
                let label = self.labels[at as usize];
                let next = label.before;
                let leg = if next == NONE {
                    day.start.iter().find(|arc| arc.to == label.node).map(|arc| arc.leg)
                } else {
                    let tail = self.labels[next as usize].node as usize;
                    day.arcs[day.out(tail)]
                        .iter()
                        .find(|arc| arc.to == label.node)
                        .map(|arc| arc.leg)
                };
                found.travel += i64::from(leg.unwrap_or(0));
                if (label.node as usize) < day.visits {
                    found.nodes.push(label.node);
                }
                at = next;
            }
        }
        found
    }

    /// How good paths to each node can be, and the best one as in [`run`](Self::run).
    pub(super) fn profile(
        &mut self,
        day: &Day,
        prices: Prices<'_>,
        detail: Detail,
    ) -> (Profile, Found) {
        let found = self.run(day, prices, detail, None);
        let (states, spans) = (day.nodes.len() * day.layers(), self.busy.len());
        let mut best = vec![NOTHING; states * spans];
        for state in 0..states {
            let weight = prices.weights[state / day.layers()];
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
        (Profile { spans, span: detail.span, best }, found)
    }

    fn walk<'a>(
        &'a mut self,
        day: &'a Day,
        prices: Prices<'a>,
        detail: Detail,
        prospects: Option<Prospects<'a>>,
    ) -> Walk<'a> {
        let states = day.nodes.len() * day.layers();
        let spans = (day.length as usize >> detail.span) + 1;
        self.labels.clear();
        self.heads.clear();
        self.heads.resize(states * spans, NONE);
        self.busy.iter_mut().flatten().for_each(Vec::clear);
        self.busy.resize(spans, Default::default());
        self.fronts.iter_mut().for_each(Vec::clear);
        self.fronts.resize(states, Vec::new());
        let used = vec![false; day.arcs.len()];
        Walk { search: self, day, prices, detail, prospects, spans, best: None, used, work: 0 }
    }
}

/// One search.
struct Walk<'a> {
    search: &'a mut PathSearch,
    day: &'a Day,
    prices: Prices<'a>,
    detail: Detail,
    prospects: Option<Prospects<'a>>,
    spans: usize,
    best: Option<(i64, u32)>,
    used: Vec<bool>,
    work: u64,
}

impl Walk<'_> {
    fn all(&mut self) {
        let day = self.day;
        for &(layer, time) in &day.begins {
            if time > day.length {
                continue;
            }
            for arc in &day.start {
                let home =
                    Label { value: 0, memory: 0, time, node: NONE, before: NONE, next: NONE };
                self.extend(home, layer, NONE, arc);
            }
        }
        for span in 0..self.spans {
            // Who comes to a region leaves it at once, perhaps in the same span.
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

    /// Goes on from a label, if no earlier one is as good.
    fn settle(&mut self, state: usize, at: u32) {
        let label = self.search.labels[at as usize];
        let front = &mut self.search.fronts[state];
        if front.iter().any(|other| other.time <= label.time && other.is_as_good_as(&label)) {
            return;
        }
        front.retain(|other| !label.is_as_good_as(other));
        front.push(label);
        let day = self.day;
        let layers = day.layers();
        let (node, layer) = (state / layers, state % layers);
        self.finish(label, layer, at);
        for arc_at in day.out(node) {
            let arc = &day.arcs[arc_at];
            if label.memory & arc.forbids == 0 && self.extend(label, layer, at, arc) {
                self.used[arc_at] = true;
            }
        }
        self.work += (day.out(node).len() * (layers - layer)) as u64;
    }

    /// The way home.
    fn finish(&mut self, label: Label, layer: usize, at: u32) {
        let leg = self.day.end[label.node as usize];
        if leg >= NO_WAY {
            return;
        }
        let value = label.value - i64::from(leg) * self.prices.second;
        if self.best.is_some_and(|(best, _)| best >= value) {
            return;
        }
        let plain = label.time + leg;
        let paused = match self.day.pause {
            Some(rule) if layer == DUE => rule.arrival(label.time, leg),
            _ => TOO_LATE,
        };
        if plain <= self.day.ends[layer] || paused <= self.day.ends[DONE] {
            self.best = Some((value, at));
        }
    }

    /// One leg and visit further; whether the path may matter.
    #[inline]
    fn extend(&mut self, label: Label, layer: usize, before: u32, arc: &Arc) -> bool {
        let to = arc.to as usize;
        let node = &self.day.nodes[to];
        let mut next = Label {
            value: label.value + self.prices.weights[to] - i64::from(arc.leg) * self.prices.second,
            memory: label.memory & arc.keeps | self.day.colours[to],
            time: 0,
            node: arc.to,
            before,
            next: NONE,
        };
        if self.detail.labels == 1 {
            next.memory = 0;
        }
        let layers = self.day.layers();
        let arrival = label.time + arc.leg;
        let mut matters = false;
        if let (Some(rule), DUE) = (self.day.pause, layer) {
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

    /// Adds a label, or makes it part of one in the same span; whether it may matter.
    #[inline]
    fn offer(&mut self, state: usize, label: Label) -> bool {
        if let Some(Prospects { rest, needed }) = self.prospects {
            let layers = self.day.layers();
            let other = state - state % layers + self.day.other_layer(state % layers);
            let duration = self.day.nodes[label.node as usize].duration;
            // The rest begins with this visit, seen from the other end.
            let latest = self.day.length - label.time + duration;
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
            // One label with the better of both stands for the two.
            let other = &mut search.labels[first as usize];
            let (time, memory) = (other.time.min(label.time), other.memory & label.memory);
            let better = if label.value > other.value { label } else { *other };
            *other = Label { time, memory, next: other.next, ..better };
            return true;
        }
        if first == NONE {
            let is_region = label.node as usize >= self.day.visits;
            search.busy[span][usize::from(is_region)].push(state as u32);
        }
        search.heads[head] = search.labels.len() as u32;
        search.labels.push(Label { next: first, ..label });
        true
    }
}
