//! Describes one kind of shift for the computation of the bound. The time of a leg is its shortest
//! time at any hour. All times count from the begin of the shift.

use std::collections::BTreeMap;

use super::neighbours::Neighbourhoods;
use super::regions;
use crate::solver::breaks::{BreakRule, DONE, DUE};
use crate::solver::problem::VisitProblem;
use crate::solver::shift::{Shift, ShiftId};
use crate::solver::travel_times::TravelTimes;
use crate::solver::visit::VisitId;

/// A visit in a kind of shift, or a region of visits.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Index of the visit in the problem; has no meaning for a region.
    pub(super) visit: u32,
    /// Prize of the visit, times 3600.
    pub(super) gain: i64,
    /// Duration of the visit, in seconds.
    pub(super) duration: i32,
    /// Windows of time in which the visit may begin.
    pub(super) windows: Vec<(i32, i32)>,
}

impl Node {
    /// Returns the first moment from `arrival` on at which the visit may begin.
    #[inline]
    pub(super) fn begin(&self, arrival: i32) -> Option<i32> {
        let window = self.windows.iter().find(|window| arrival <= window.1)?;
        Some(arrival.max(window.0))
    }
}

/// A leg from one node to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arc {
    /// Node where the leg ends.
    pub(super) to: u32,
    /// Shortest time of the leg, in seconds.
    pub(super) leg: i32,
    /// Colours of the visits that a path still remembers after this leg.
    pub(super) keeps: u64,
    /// Colour that the path must not remember before this leg. It is the colour of `to` if paths
    /// remember `to`.
    pub(super) forbids: u64,
}

/// One kind of shift, with its visits and legs. Times are seconds from the begin of the shift; in
/// the [mirror](Self::mirrored), they are seconds before its end.
#[derive(Debug, Clone)]
pub(super) struct ShiftKind {
    /// Shifts of this kind. They are equal in everything that the bound uses.
    pub(super) shifts: Vec<ShiftId>,
    /// Visits of the shift; then regions of visits.
    pub(super) nodes: Vec<Node>,
    /// Number of visits in `nodes`.
    pub(super) visits: usize,
    /// Visits that a path remembers at each node.
    pub(super) neighbourhoods: Neighbourhoods,
    /// For each node: its colour, which [`Arc::keeps`] uses.
    pub(super) colours: Vec<u64>,
    /// Visits that cost no time because they are short and close to another visit. They count
    /// separately and are in no path.
    pub(super) free: Vec<Node>,
    /// Legs from the start place.
    pub(super) start: Vec<Arc>,
    /// For each node: time of the leg to the end place.
    pub(super) end: Vec<i32>,
    /// For each node: index of its first leg in `arcs`. One entry more, at the end, is the length
    /// of `arcs`.
    pub(super) first_out: Vec<usize>,
    pub(super) arcs: Vec<Arc>,
    /// Length of the shift, in seconds.
    pub(super) length: i32,
    pub(super) break_rule: Option<BreakRule>,
    /// Layers in which a path may begin, each with the earliest time.
    pub(super) begins: Vec<(usize, i32)>,
    /// For each layer: time by which a path must end.
    pub(super) ends: [i32; 2],
    pub(super) visits_max: Option<i64>,
    pub(super) travel_max: Option<i64>,
    /// Shortest step from one visit to the next, in seconds. A step is measured from the end of a
    /// visit to the end of the next, or from begin to begin.
    pub(super) step_least: i32,
}

/// Maximum number of spans of time in a shift.
const SPANS_MOST: i32 = 4096;

impl ShiftKind {
    /// Returns all kinds of shift of a problem.
    pub(super) fn all(problem: &VisitProblem) -> Vec<Self> {
        let mut kinds: BTreeMap<Vec<u32>, Vec<ShiftId>> = BTreeMap::new();
        for shift in (0..problem.shifts().len() as u32).map(ShiftId) {
            kinds.entry(fingerprint(problem, shift)).or_default().push(shift);
        }
        let mut kinds: Vec<Vec<ShiftId>> = kinds.into_values().collect();
        kinds.sort();
        kinds.into_iter().map(|shifts| Self::new(problem, shifts)).collect()
    }

    fn new(problem: &VisitProblem, shifts: Vec<ShiftId>) -> Self {
        let shift = problem.shift(shifts[0]);
        let open = shift.window.start.0 as i32;
        let length = shift.window.end.0 as i32 - open;
        let legs = QuickestTimes::new(problem, shift);
        let break_rule = shift.required_break.map(BreakRule::from).map(|rule| BreakRule {
            earliest: rule.earliest - open,
            latest: rule.latest - open,
            duration: rule.duration,
        });
        let nodes = nodes(problem, shifts[0], open, length);
        let (start, end) = (shift.start_place.0, shift.end_place.0);
        let place = |node: &Node| problem.visit(VisitId(node.visit)).place.0;
        let places: Vec<u32> = nodes.iter().map(place).chain([start, end]).collect();
        let mut table: Vec<i32> = Vec::with_capacity(places.len() * places.len());
        for from in &places {
            table.extend(places.iter().map(|to| legs.get(*from, *to).unwrap_or(NO_WAY)));
        }
        let ends = [break_rule.map_or(length, |rule| rule.latest.min(length)), length];
        let mut kind = Self {
            shifts,
            neighbourhoods: Neighbourhoods::default(),
            colours: Vec::new(),
            free: Vec::new(),
            start: Vec::new(),
            end: Vec::new(),
            first_out: Vec::new(),
            arcs: Vec::new(),
            length,
            break_rule,
            begins: vec![(DUE, 0)],
            ends,
            visits_max: Some(i64::from(shift.visits_max))
                .filter(|most| (*most as usize) < nodes.len()),
            travel_max: shift.travel_max.map(|most| i64::from(most.0)),
            step_least: 1,
            visits: 0,
            nodes,
        };
        kind.connect(&table);
        kind
    }

    /// Sets the legs, the ends and the free visits from a table of times between all nodes, the
    /// start place and the end place.
    fn connect(&mut self, table: &[i32]) {
        let size = self.nodes.len() + 2;
        let mut table = table.to_vec();
        let shortest = (self.length / SPANS_MOST + 1).max(1);
        let is_free: Vec<bool> = (0..self.nodes.len())
            .map(|at| {
                let others = (0..self.nodes.len()).filter(|other| *other != at);
                let nearest = others
                    .map(|other| table[at * size + other].min(table[other * size + at]))
                    .min();
                let step = self.nodes[at].duration + nearest.unwrap_or(NO_WAY);
                // A leg over a region may take no time.
                step < shortest
                    || (self.nodes.len() > regions::FEW && self.nodes[at].duration < shortest)
            })
            .collect();
        // Paths leave out free visits. The way over a free visit becomes a direct leg.
        for via in (0..self.nodes.len()).filter(|at| is_free[*at]) {
            for from in 0..size {
                let first = table[from * size + via];
                for to in 0..size {
                    let over = first + table[via * size + to];
                    table[from * size + to] = table[from * size + to].min(over);
                }
            }
        }
        let kept: Vec<usize> = (0..self.nodes.len()).filter(|at| !is_free[*at]).collect();
        let (start, end) = (size - 2, size - 1);
        let leg = |from: usize, to: usize| table[from * size + to];
        self.end = kept.iter().map(|at| leg(*at, end)).collect();
        let nodes = std::mem::take(&mut self.nodes);
        for (node, free) in nodes.into_iter().zip(&is_free) {
            if *free { &mut self.free } else { &mut self.nodes }.push(node);
        }
        let plain = |to: usize, leg| Arc { to: to as u32, leg, keeps: 0, forbids: 0 };
        self.start = (0..kept.len())
            .filter(|to| leg(start, kept[*to]) < NO_WAY)
            .map(|to| plain(to, leg(start, kept[to])))
            .collect();
        let useful = |from: usize, to: usize| {
            let time = leg(kept[from], kept[to]);
            let (a, b) = (&self.nodes[from], &self.nodes[to]);
            let leave = a.windows[0].0 + a.duration;
            let is_useful = from != to && time < NO_WAY && b.begin(leave + time).is_some();
            is_useful.then_some(time)
        };
        let found = regions::legs(kept.len(), useful);
        self.visits = kept.len();
        let windows = vec![(0, self.length)];
        let region = Node { visit: u32::MAX, gain: 0, duration: 0, windows };
        self.nodes.extend(std::iter::repeat_n(region, found.regions));
        self.end.resize(self.nodes.len(), NO_WAY);
        self.step_least = self.length.max(1);
        self.first_out = vec![0; self.nodes.len() + 1];
        for (from, to, time) in found.legs {
            let ends = [from, to].into_iter().filter(|end| *end < self.visits);
            let shorter = ends.map(|end| self.nodes[end].duration).min();
            self.step_least = self.step_least.min(time + shorter.unwrap_or(0));
            self.arcs.push(plain(to, time));
            self.first_out[from + 1] += 1;
        }
        for node in 0..self.nodes.len() {
            self.first_out[node + 1] += self.first_out[node];
        }
        let shorter =
            |from: usize, to: usize| leg(kept[from], kept[to]).min(leg(kept[to], kept[from]));
        self.neighbourhoods = Neighbourhoods::new(self.visits, shorter);
        self.colour();
    }

    /// Replaces the legs over regions by direct legs if only few legs are left. Returns whether it
    /// replaced them.
    pub(super) fn resolve_regions(&mut self, problem: &VisitProblem) -> bool {
        const FEW: usize = 40_000;
        let regions = self.visits..self.nodes.len();
        if regions.is_empty() || !self.free.is_empty() {
            return false;
        }
        let mut into: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for from in 0..self.visits {
            for arc in &self.arcs[self.out(from)] {
                into[arc.to as usize].push(from);
            }
        }
        let over = |region: usize| into[region].len() * self.out(region).len();
        if regions.clone().map(over).sum::<usize>() > FEW {
            return false;
        }
        let legs = QuickestTimes::new(problem, problem.shift(self.shifts[0]));
        let place = |node: usize| problem.visit(VisitId(self.nodes[node].visit)).place.0;
        let mut out: Vec<BTreeMap<u32, i32>> = vec![BTreeMap::new(); self.visits];
        for (from, out) in out.iter_mut().enumerate() {
            let arcs = self.arcs[self.out(from)].iter();
            out.extend(arcs.filter(|arc| (arc.to as usize) < self.visits).map(|a| (a.to, a.leg)));
        }
        for region in regions {
            for (from, arc) in into[region]
                .iter()
                .flat_map(|from| self.arcs[self.out(region)].iter().map(move |arc| (*from, arc)))
            {
                if let Some(leg) = legs.get(place(from), place(arc.to as usize))
                    && from != arc.to as usize
                {
                    out[from].entry(arc.to).or_insert(leg);
                }
            }
        }
        self.nodes.truncate(self.visits);
        self.end.truncate(self.visits);
        self.arcs.clear();
        self.first_out = vec![0];
        for out in out {
            let arcs = out.into_iter().map(|(to, leg)| Arc { to, leg, keeps: 0, forbids: 0 });
            self.arcs.extend(arcs);
            self.first_out.push(self.arcs.len());
        }
        self.colour();
        true
    }

    /// Sets the colours of the nodes, and the colours that each leg keeps and forbids.
    pub(super) fn colour(&mut self) {
        self.colours = self.neighbourhoods.colours(self.visits);
        self.colours.resize(self.nodes.len(), 0);
        let (memory, colours) = (&self.neighbourhoods, &self.colours);
        for from in 0..self.visits {
            for arc in &mut self.arcs[self.first_out[from]..self.first_out[from + 1]] {
                let Some(common) = memory.common(from, arc.to as usize) else { continue };
                arc.keeps = common.fold(0, |set, other| set | colours[other as usize]);
                let is_known = memory.remembers(from, arc.to);
                arc.forbids = if is_known { colours[arc.to as usize] } else { 0 };
            }
        }
    }

    /// Returns the number of layers. A shift without a break has one layer.
    pub(super) fn layers(&self) -> usize {
        if self.break_rule.is_some() { 2 } else { 1 }
    }

    /// Returns the layer of the rest of a path, seen from the other end of the shift.
    pub(super) fn other_layer(&self, layer: usize) -> usize {
        if self.break_rule.is_some() { 1 - layer } else { layer }
    }

    /// Returns the indices of the legs that start at a node.
    #[inline]
    pub(super) fn out(&self, node: usize) -> std::ops::Range<usize> {
        self.first_out[node]..self.first_out[node + 1]
    }

    /// Returns this kind of shift with time reversed.
    ///
    /// A path of one is a path of the other, travelled backwards. The break is not symmetrical: in
    /// the mirror, a path that begins late enough needs no break and begins in the layer
    /// [`DONE`](super::super::breaks::DONE).
    pub(super) fn mirrored(&self) -> Self {
        let mut mirror = self.clone();
        for node in &mut mirror.nodes {
            let turned = |window: &(i32, i32)| {
                (self.length - window.1 - node.duration, self.length - window.0 - node.duration)
            };
            node.windows = node.windows.iter().rev().map(turned).collect();
        }
        let plain = |to: u32, leg| Arc { to, leg, keeps: 0, forbids: 0 };
        let mut into: Vec<Vec<Arc>> = vec![Vec::new(); self.nodes.len()];
        for from in 0..self.nodes.len() {
            for arc in &self.arcs[self.out(from)] {
                into[arc.to as usize].push(plain(from as u32, arc.leg));
            }
        }
        mirror.first_out = vec![0];
        mirror.arcs.clear();
        for arcs in into {
            mirror.arcs.extend(arcs);
            mirror.first_out.push(mirror.arcs.len());
        }
        let ends = self.end.iter().enumerate().filter(|(_, leg)| **leg < NO_WAY);
        mirror.start = ends.map(|(to, leg)| plain(to as u32, *leg)).collect();
        mirror.end = vec![NO_WAY; self.nodes.len()];
        for arc in &self.start {
            mirror.end[arc.to as usize] = arc.leg;
        }
        if let Some(rule) = self.break_rule {
            mirror.break_rule = Some(BreakRule {
                earliest: self.length - rule.latest - rule.duration,
                latest: self.length - rule.earliest - rule.duration,
                duration: rule.duration,
            });
            mirror.begins = vec![(DUE, 0), (DONE, (self.length - rule.latest).max(0))];
            mirror.ends = [-1, self.length];
        }
        mirror
    }

    /// Keeps the legs that `keep` selects. The arguments of `keep` are the index of a leg, its
    /// first node and its last node.
    pub(super) fn retain(&mut self, keep: impl Fn(usize, usize, usize) -> bool) {
        let mut arcs = Vec::new();
        let mut first_out = vec![0];
        for from in 0..self.nodes.len() {
            let kept = self.out(from).filter(|at| keep(*at, from, self.arcs[*at].to as usize));
            arcs.extend(kept.map(|at| self.arcs[at]));
            first_out.push(arcs.len());
        }
        (self.arcs, self.first_out) = (arcs, first_out);
    }
}

/// Time of a leg between two places without a way. The sum of two such times still fits into 32
/// bits.
pub(super) const NO_WAY: i32 = TravelTimes::UNREACHABLE as i32;

/// The shortest times of the legs of a shift.
struct QuickestTimes<'a> {
    tables: Vec<&'a TravelTimes>,
}

impl<'a> QuickestTimes<'a> {
    fn new(problem: &'a VisitProblem, shift: &Shift) -> Self {
        let mut tables: Vec<usize> = shift.travel.iter().map(|slot| slot.table).collect();
        tables.sort_unstable();
        tables.dedup();
        Self { tables: tables.into_iter().map(|table| &problem.tables()[table]).collect() }
    }

    fn get(&self, from: u32, to: u32) -> Option<i32> {
        let (from, to) = (super::PlaceId(from), super::PlaceId(to));
        let least = self.tables.iter().map(|table| table.get(from, to)).min();
        least.map(|time| time as i32).filter(|time| *time < NO_WAY)
    }
}

fn nodes(problem: &VisitProblem, shift: ShiftId, open: i32, length: i32) -> Vec<Node> {
    let offered = (0..problem.visits().len() as u32)
        .filter_map(|visit| Some((visit, problem.offer(VisitId(visit), shift)?)));
    offered
        .filter_map(|(visit, offer)| {
            let duration = offer.duration.0 as i32;
            let windows = offer.windows.iter().map(|window| {
                let (start, end) = (window.start.0 as i32 - open, window.end.0 as i32 - open);
                (start.max(0), end.min(length - duration))
            });
            let windows: Vec<(i32, i32)> = windows.filter(|window| window.0 <= window.1).collect();
            let gain = i64::from(offer.prize.0) * 3600;
            (!windows.is_empty()).then_some(Node { visit, gain, duration, windows })
        })
        .collect()
}

/// Returns numbers that describe all properties by which the bound distinguishes shifts.
fn fingerprint(problem: &VisitProblem, shift: ShiftId) -> Vec<u32> {
    let terms = problem.shift(shift);
    let mut numbers = vec![
        terms.start_place.0,
        terms.end_place.0,
        terms.window.start.0,
        terms.window.end.0,
        terms.visits_max,
        terms.travel_max.map_or(u32::MAX, |most| most.0),
    ];
    if let Some(rule) = terms.required_break {
        numbers.extend([rule.duration.0, rule.start.start.0, rule.start.end.0]);
    }
    numbers.push(u32::MAX);
    numbers.extend(terms.travel.iter().flat_map(|slot| [slot.from.0, slot.table as u32]));
    for (at, visit) in problem.visits().iter().enumerate() {
        if let Ok(offer) = visit.offers.binary_search_by_key(&shift, |offer| offer.shift) {
            let offer = &visit.offers[offer];
            numbers.extend([u32::MAX, at as u32, offer.prize.0, offer.duration.0]);
            numbers.extend(offer.windows.iter().flat_map(|w| [w.start.0, w.end.0]));
        }
    }
    numbers
}
