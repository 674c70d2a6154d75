//! Prices for what the shifts share, and how they are found.
//!
//! Subgradient steps with Polyak's length towards the plan in hand. Any prices give a valid bound; these are doubles
//! only between two passes, and whole numbers wherever they count.

use super::day::Day;
use super::paths::Prices;
use crate::solver::problem::{VisitId, VisitProblem};
use crate::solver::tour::Solution;

/// Travel is priced by so many seconds, to be of the same order as a visit.
const TRAVEL_UNIT: f64 = 600.0;

/// What a pass found in one kind of shift.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    /// The nodes of a best path.
    pub(super) nodes: Vec<u32>,
    /// Its time on the road.
    pub(super) travel: i64,
}

/// See the module.
#[derive(Debug, Clone)]
pub(super) struct Multipliers {
    /// By visit: what making it costs.
    visits: Vec<f64>,
    /// Whether the price of a visit may be below zero, as it must be made.
    is_bound_to_be: Vec<bool>,
    /// What a mandatory visit brings beside its prize, if not all of them can be made.
    mandatory: f64,
    /// By kind of shift: what any visit costs.
    count: Vec<f64>,
    /// By kind of shift: what [`TRAVEL_UNIT`] costs.
    travel: Vec<f64>,
    /// How many mandatory visits are made at the least.
    served: i64,
    /// The direction of the last step, in the order visits, mandatory, count, travel.
    direction: Vec<f64>,
}

/// Prices in whole numbers.
#[derive(Debug, Clone)]
pub(super) struct Priced {
    /// What is paid whatever the shifts do.
    pub(super) fixed: i64,
    /// By kind of shift and node: what a visit brings.
    weights: Vec<Vec<i64>>,
    /// By kind of shift: what a second on the road costs.
    second: Vec<i64>,
    /// By kind of shift and free visit: what it brings.
    free: Vec<Vec<i64>>,
    /// By kind of shift: what its free visits bring, and what limits unused pay.
    pub(super) extra: Vec<i64>,
}

impl Priced {
    /// Those of one kind of shift.
    pub(super) fn of(&self, day: usize) -> Prices<'_> {
        Prices { weights: &self.weights[day], second: self.second[day] }
    }
}

impl Multipliers {
    /// To begin with: what a visit is worth beyond what its time is worth in the plan.
    pub(super) fn new(problem: &VisitProblem, days: &[Day], solution: &Solution) -> Self {
        let visits = problem.visits().len();
        let mandatory = problem.visits().iter().filter(|visit| visit.mandatory).count();
        let all_served = solution.unserved_mandatory.is_empty();
        let first = FirstGuess::new(visits, days, i64::from(problem.travel_cost_per_hour().0));
        let prices = first.prices();
        Self {
            visits: prices,
            is_bound_to_be: problem.visits().iter().map(|v| v.mandatory && all_served).collect(),
            mandatory: 0.0,
            count: days
                .iter()
                .map(|day| if day.visits_max.is_some() { first.count } else { 0.0 })
                .collect(),
            travel: vec![0.0; days.len()],
            served: (mandatory - solution.unserved_mandatory.len()) as i64,
            direction: vec![0.0; visits + 1 + 2 * days.len()],
        }
    }

    /// In whole numbers.
    pub(super) fn priced(&self, problem: &VisitProblem, days: &[Day]) -> Priced {
        let whole = |price: f64| price as i64;
        let visits: Vec<i64> = self.visits.iter().map(|price| whole(*price)).collect();
        let bonus = whole(self.mandatory);
        let is_mandatory = |visit: u32| problem.visit(VisitId(visit)).mandatory;
        let cost = i64::from(problem.travel_cost_per_hour().0);
        let mut priced = Priced {
            fixed: visits.iter().sum::<i64>() - bonus * self.served,
            weights: Vec::new(),
            second: Vec::new(),
            free: Vec::new(),
            extra: Vec::new(),
        };
        for (at, day) in days.iter().enumerate() {
            let count = whole(self.count[at]);
            let second = whole(self.travel[at] / TRAVEL_UNIT);
            let weight = |node: &super::day::Node| {
                let bonus = if is_mandatory(node.visit) { bonus } else { 0 };
                node.gain + bonus - visits[node.visit as usize] - count
            };
            let mut weights = vec![0; day.nodes.len()];
            for (known, node) in weights.iter_mut().zip(&day.nodes[..day.visits]) {
                *known = weight(node);
            }
            priced.weights.push(weights);
            priced.second.push(cost + second);
            priced.free.push(day.free.iter().map(weight).collect());
            let free: i64 = priced.free[at].iter().map(|weight| *weight.max(&0)).sum();
            let unused = count * day.visits_max.unwrap_or(0) + second * day.travel_max.unwrap_or(0);
            priced.extra.push(free + unused);
        }
        priced
    }

    /// Moves the prices by one step: those of what is used too much up, of what is used too little down.
    ///
    /// `bound` is what the prices gave with the paths of `tallies`, `target` the plan's objective, `stride` the share of
    /// Polyak's step.
    pub(super) fn step(
        &mut self,
        problem: &VisitProblem,
        days: &[Day],
        tallies: &[Tally],
        priced: &Priced,
        (bound, target): (i64, i64),
        stride: f64,
    ) {
        /// So much of the last direction is kept, against zigzags.
        const KEPT: f64 = 0.3;
        let visits = self.visits.len();
        let mut unused = vec![1.0f64; visits];
        let mut limits = vec![0.0f64; 1 + 2 * days.len()];
        limits[0] = -(self.served as f64);
        for (at, (day, tally)) in days.iter().zip(tallies).enumerate() {
            let shifts = day.shifts.len() as f64;
            let made = tally.nodes.iter().map(|node| &day.nodes[*node as usize]);
            let free = day.free.iter().zip(&priced.free[at]).filter(|(_, weight)| **weight > 0);
            let mut count = 0.0;
            for node in made.chain(free.map(|(node, _)| node)) {
                unused[node.visit as usize] -= shifts;
                count += 1.0;
                if problem.visit(VisitId(node.visit)).mandatory {
                    limits[0] += shifts;
                }
            }
            if let Some(most) = day.visits_max {
                limits[1 + 2 * at] = shifts * (most as f64 - count);
            }
            if let Some(most) = day.travel_max {
                limits[2 + 2 * at] = shifts * (most - tally.travel) as f64 / TRAVEL_UNIT;
            }
        }
        if self.is_bound_to_be.iter().any(|is| *is) || self.served == 0 {
            limits[0] = 0.0;
        }
        let limit_prices = std::iter::once(self.mandatory).chain(
            self.count.iter().zip(&self.travel).flat_map(|(count, travel)| [*count, *travel]),
        );
        // What is not used up and costs nothing cannot cost less.
        let pairs = self.visits.iter().copied().zip(&mut unused).zip(&self.is_bound_to_be);
        for ((price, unused), is_bound_to_be) in pairs {
            if price <= 0.0 && *unused > 0.0 && !is_bound_to_be {
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
        let length = stride * (bound - target) as f64 / norm;
        let moved = |price: f64, at: usize, direction: &[f64]| price - length * direction[at];
        for at in 0..visits {
            let price = moved(self.visits[at], at, &self.direction);
            self.visits[at] = if self.is_bound_to_be[at] { price } else { price.max(0.0) };
        }
        self.mandatory = moved(self.mandatory, visits, &self.direction).max(0.0);
        for at in 0..days.len() {
            let place = visits + 1 + 2 * at;
            self.count[at] = moved(self.count[at], place, &self.direction).max(0.0);
            self.travel[at] = moved(self.travel[at], place + 1, &self.direction).max(0.0);
        }
    }
}

/// Prices as if all days were one big bag: by the time and the visits there are in all, with the nearest leg to each.
struct FirstGuess {
    /// By visit: its gain less the cost of its leg, and the seconds it takes up.
    visits: Vec<(f64, f64)>,
    second: f64,
    count: f64,
}

impl FirstGuess {
    fn new(count: usize, days: &[Day], cost: i64) -> Self {
        let mut visits = vec![(0.0f64, 0.0f64); count];
        for day in days {
            let mut nearest = vec![day.length; day.nodes.len()];
            for arc in &day.arcs {
                let leg = &mut nearest[arc.to as usize];
                *leg = (*leg).min(arc.leg);
            }
            for (node, leg) in day.nodes[..day.visits].iter().zip(nearest) {
                let known = &mut visits[node.visit as usize];
                let net = (node.gain - i64::from(leg) * cost) as f64;
                if net > known.0 {
                    *known = (net, f64::from(node.duration + leg));
                }
            }
        }
        let all = |day: &Day, most: i64| most * day.shifts.len() as i64;
        let pause = |day: &Day| day.pause.map_or(0, |pause| pause.duration);
        let time: i64 = days.iter().map(|day| all(day, i64::from(day.length - pause(day)))).sum();
        let most: i64 =
            days.iter().map(|day| all(day, day.visits_max.unwrap_or(day.visits as i64))).sum();
        let mut guess = Self { visits, second: 0.0, count: 0.0 };
        let dearest = guess.visits.iter().map(|(net, time)| net / time.max(1.0));
        let (mut low, mut high) = (0.0, dearest.fold(0.0, f64::max));
        // The bound of the bag is convex in the price of a second.
        for _ in 0..40 {
            let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
            if guess.bag(a, time, most) <= guess.bag(b, time, most) { high = b } else { low = a }
        }
        guess.second = low;
        guess.bag(low, time, most);
        guess
    }

    /// The bound of the bag at a price of a second; finds the price of a visit too.
    fn bag(&mut self, second: f64, time: i64, most: i64) -> f64 {
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
