//! Finds the prices (Lagrange multipliers) of the rules that several shifts or visits share.
//!
//! The prices change by subgradient steps with Polyak's length; the target is the objective of the
//! given plan. Any prices give a valid bound. Between two passes they are floating-point numbers;
//! in all sums they are integers.

use super::paths::KindPrices;
use super::shift_kind::ShiftKind;
use crate::solver::problem::VisitProblem;
use crate::solver::solution::Solution;
use crate::solver::visit::VisitId;

/// Seconds of travel for which one unit of the price of travel pays. With this unit, the price of
/// travel has the size of the price of a visit.
const TRAVEL_UNIT: f64 = 600.0;

/// Best path of one kind of shift, found in a pass.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    /// Nodes of the path, each the index of a visit.
    pub(super) nodes: Vec<u32>,
    /// Travel of the path, in seconds.
    pub(super) travel: i64,
}

/// The prices of all rules that are relaxed.
#[derive(Debug, Clone)]
pub(super) struct Multipliers {
    /// For each visit: price of making it.
    visits: Vec<f64>,
    /// For each visit: true if its price may be below zero because the visit must be made.
    is_required: Vec<bool>,
    /// Bonus of each mandatory visit, used if the given plan does not make all of them.
    mandatory: f64,
    /// For each kind of shift: price of each visit, from the limit of visits.
    count: Vec<f64>,
    /// For each kind of shift: price of [`TRAVEL_UNIT`] seconds of travel.
    travel: Vec<f64>,
    /// Number of mandatory visits that the given plan makes.
    served: i64,
    /// Direction of the last step. The prices are in this order: visits, mandatory, count, travel.
    direction: Vec<f64>,
}

/// Length of a subgradient step.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepLength {
    /// Bound at the present prices minus the objective of the given plan.
    pub(super) gap: f64,
    /// Fraction of Polyak's step length that is used.
    pub(super) stride: f64,
}

/// Prices rounded to integers.
#[derive(Debug, Clone)]
pub(super) struct IntegerPrices {
    /// Part of the bound that does not depend on the paths.
    pub(super) fixed: i64,
    /// For each kind of shift and each node: gain of the visit minus its prices.
    weights: Vec<Vec<i64>>,
    /// For each kind of shift: cost of a second of travel.
    second: Vec<i64>,
    /// For each kind of shift and each free visit: its gain minus its prices.
    free: Vec<Vec<i64>>,
    /// For each kind of shift: sum of the prices of its limits and of the positive net gains of its
    /// free visits.
    pub(super) extra: Vec<i64>,
}

impl IntegerPrices {
    /// Prices of one kind of shift.
    pub(super) fn of(&self, kind: usize) -> KindPrices<'_> {
        KindPrices { weights: &self.weights[kind], second: self.second[kind] }
    }
}

impl Multipliers {
    /// Returns the first prices. The price of a visit is its gain minus the value of its time, in a
    /// relaxation that pools all shifts.
    pub(super) fn new(problem: &VisitProblem, kinds: &[ShiftKind], solution: &Solution) -> Self {
        let visits = problem.visits().len();
        let mandatory = problem.visits().iter().filter(|visit| visit.mandatory).count();
        let all_served = solution.unserved_mandatory.is_empty();
        let first = FirstGuess::new(visits, kinds, i64::from(problem.travel_cost_per_hour().0));
        let prices = first.prices();
        Self {
            visits: prices,
            is_required: problem.visits().iter().map(|v| v.mandatory && all_served).collect(),
            mandatory: 0.0,
            count: kinds
                .iter()
                .map(|kind| if kind.visits_max.is_some() { first.count } else { 0.0 })
                .collect(),
            travel: vec![0.0; kinds.len()],
            served: (mandatory - solution.unserved_mandatory.len()) as i64,
            direction: vec![0.0; visits + 1 + 2 * kinds.len()],
        }
    }

    /// Rounds the prices to integers.
    pub(super) fn priced(&self, problem: &VisitProblem, kinds: &[ShiftKind]) -> IntegerPrices {
        let whole = |price: f64| price as i64;
        let visits: Vec<i64> = self.visits.iter().map(|price| whole(*price)).collect();
        let bonus = whole(self.mandatory);
        let is_mandatory = |visit: u32| problem.visit(VisitId(visit)).mandatory;
        let cost = i64::from(problem.travel_cost_per_hour().0);
        let mut priced = IntegerPrices {
            fixed: visits.iter().sum::<i64>() - bonus * self.served,
            weights: Vec::new(),
            second: Vec::new(),
            free: Vec::new(),
            extra: Vec::new(),
        };
        for (at, kind) in kinds.iter().enumerate() {
            let count = whole(self.count[at]);
            let second = whole(self.travel[at] / TRAVEL_UNIT);
            let weight = |node: &super::shift_kind::Node| {
                let bonus = if is_mandatory(node.visit) { bonus } else { 0 };
                node.gain + bonus - visits[node.visit as usize] - count
            };
            let mut weights = vec![0; kind.nodes.len()];
            for (known, node) in weights.iter_mut().zip(&kind.nodes[..kind.visits]) {
                *known = weight(node);
            }
            priced.weights.push(weights);
            priced.second.push(cost + second);
            priced.free.push(kind.free.iter().map(weight).collect());
            let free: i64 = priced.free[at].iter().map(|weight| *weight.max(&0)).sum();
            let unused =
                count * kind.visits_max.unwrap_or(0) + second * kind.travel_max.unwrap_or(0);
            priced.extra.push(free + unused);
        }
        priced
    }

    /// Makes one subgradient step. The price of a rule rises if the paths use more than the rule
    /// allows, and falls if they use less.
    pub(super) fn step(
        &mut self,
        problem: &VisitProblem,
        kinds: &[ShiftKind],
        tallies: &[Tally],
        priced: &IntegerPrices,
        length: StepLength,
    ) {
        /// Fraction of the last direction that is added to the new direction, so that the prices do
        /// not zigzag.
        const KEPT: f64 = 0.3;
        let visits = self.visits.len();
        let mut unused = vec![1.0f64; visits];
        let mut limits = vec![0.0f64; 1 + 2 * kinds.len()];
        limits[0] = -(self.served as f64);
        for (at, (kind, tally)) in kinds.iter().zip(tallies).enumerate() {
            let shifts = kind.shifts.len() as f64;
            let made = tally.nodes.iter().map(|node| &kind.nodes[*node as usize]);
            let free = kind.free.iter().zip(&priced.free[at]).filter(|(_, weight)| **weight > 0);
            let mut count = 0.0;
            for node in made.chain(free.map(|(node, _)| node)) {
                unused[node.visit as usize] -= shifts;
                count += 1.0;
                if problem.visit(VisitId(node.visit)).mandatory {
                    limits[0] += shifts;
                }
            }
            if let Some(most) = kind.visits_max {
                limits[1 + 2 * at] = shifts * (most as f64 - count);
            }
            if let Some(most) = kind.travel_max {
                limits[2 + 2 * at] = shifts * (most - tally.travel) as f64 / TRAVEL_UNIT;
            }
        }
        if self.is_required.iter().any(|is| *is) || self.served == 0 {
            limits[0] = 0.0;
        }
        let limit_prices = std::iter::once(self.mandatory).chain(
            self.count.iter().zip(&self.travel).flat_map(|(count, travel)| [*count, *travel]),
        );
        // A price of zero stays at zero if the limit is not used up.
        let pairs = self.visits.iter().copied().zip(&mut unused).zip(&self.is_required);
        for ((price, unused), is_required) in pairs {
            if price <= 0.0 && *unused > 0.0 && !is_required {
                *unused = 0.0;
            }
        }
        for (price, unused) in limit_prices.zip(&mut limits) {
            if price <= 0.0 && *unused > 0.0 {
                *unused = 0.0;
            }
        }
        let gradient = unused.iter().chain(&limits);
        let mut norm = 0.0;
        for (kept, unused) in self.direction.iter_mut().zip(gradient) {
            *kept = if *unused == 0.0 { 0.0 } else { unused + KEPT * *kept };
            norm += *kept * *kept;
        }
        if norm == 0.0 {
            return;
        }
        let length = length.stride * length.gap / norm;
        let moved = |price: f64, at: usize, direction: &[f64]| price - length * direction[at];
        for at in 0..visits {
            let price = moved(self.visits[at], at, &self.direction);
            self.visits[at] = if self.is_required[at] { price } else { price.max(0.0) };
        }
        self.mandatory = moved(self.mandatory, visits, &self.direction).max(0.0);
        for at in 0..kinds.len() {
            let place = visits + 1 + 2 * at;
            self.count[at] = moved(self.count[at], place, &self.direction).max(0.0);
            self.travel[at] = moved(self.travel[at], place + 1, &self.direction).max(0.0);
        }
    }
}

/// First prices, from a relaxation that pools all shifts: it has their total time and their total
/// number of visits, and reaches each visit by its shortest leg.
struct FirstGuess {
    /// For each visit: its gain minus the cost of its leg, and the seconds that it needs.
    visits: Vec<(f64, f64)>,
    second: f64,
    count: f64,
}

impl FirstGuess {
    fn new(count: usize, kinds: &[ShiftKind], cost: i64) -> Self {
        let mut visits = vec![(0.0f64, 0.0f64); count];
        for kind in kinds {
            let mut nearest = vec![kind.length; kind.nodes.len()];
            for arc in &kind.arcs {
                let leg = &mut nearest[arc.to as usize];
                *leg = (*leg).min(arc.leg);
            }
            for (node, leg) in kind.nodes[..kind.visits].iter().zip(nearest) {
                let known = &mut visits[node.visit as usize];
                let net = (node.gain - i64::from(leg) * cost) as f64;
                if net > known.0 {
                    *known = (net, f64::from(node.duration + leg));
                }
            }
        }
        let all = |kind: &ShiftKind, most: i64| most * kind.shifts.len() as i64;
        let break_time = |kind: &ShiftKind| kind.break_rule.map_or(0, |rule| rule.duration);
        let time: i64 =
            kinds.iter().map(|kind| all(kind, i64::from(kind.length - break_time(kind)))).sum();
        let most: i64 =
            kinds.iter().map(|kind| all(kind, kind.visits_max.unwrap_or(kind.visits as i64))).sum();
        let mut guess = Self { visits, second: 0.0, count: 0.0 };
        let dearest = guess.visits.iter().map(|(net, time)| net / time.max(1.0));
        let (mut low, mut high) = (0.0, dearest.fold(0.0, f64::max));
        // The pooled bound is a convex function of the price of a second.
        for _ in 0..40 {
            let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
            if guess.pooled_bound(a, time, most) <= guess.pooled_bound(b, time, most) {
                high = b
            } else {
                low = a
            }
        }
        guess.second = low;
        guess.pooled_bound(low, time, most);
        guess
    }

    /// Returns the pooled bound at the price `second` of a second, and sets the price of each
    /// visit.
    fn pooled_bound(&mut self, second: f64, time: i64, most: i64) -> f64 {
        let worth = self.visits.iter().map(|(net, takes)| (net - second * takes).max(0.0));
        let mut worth: Vec<f64> = worth.collect();
        worth.sort_unstable_by(|a, b| b.total_cmp(a));
        let most = most.max(0) as usize;
        self.count = worth.get(most).copied().unwrap_or(0.0);
        worth.iter().take(most).sum::<f64>() + second * time as f64
    }

    fn prices(&self) -> Vec<f64> {
        let price = |(net, takes): &(f64, f64)| (net - self.second * takes - self.count).max(0.0);
        self.visits.iter().map(price).collect()
    }
}
