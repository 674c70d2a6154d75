//! Makes the recreate step: inserts visits that are in no tour at free positions.
//!
//! The visits that may be inserted are called candidates. They are put in an order; the criterion
//! of the order is drawn at random for each step. One after the other, each candidate is inserted
//! at its cheapest position if it fits. The greedy insertion with blinks is that of Christiaens &
//! Vanden Berghe (2020, doi:10.1287/trsc.2019.0914). We differ in two points, because not all
//! visits can be made: the candidates are not only the visits that were just removed, and several
//! criteria exist. In half of the steps, the criterion is the squared prize divided by the cost of
//! the best position, as in Vansteenwegen et al. (2009), doi:10.1016/j.cor.2009.03.008.

use super::insertion::{
    BestPosition, Blinks, Criterion, InsertionPosition, InsertionQuery, best_position,
};
use super::instance::Instance;
use super::random::Random;
use super::score::Score;
use super::splice::splice_gain;
use super::state::State;

/// Order in which visits that are in no tour are inserted.
#[derive(Debug, Clone, Copy)]
enum Order {
    /// Falling ratio of the squared prize to the seconds that the best position costs.
    Ratio,
    /// Random order.
    Random,
    /// Falling prize.
    Prize,
    /// Falling prize per minute of the visit.
    PrizePerMinute,
    /// Rising end of the last window.
    EarliestEnd,
    /// Rising time between the first and the last possible begin.
    Narrowest,
}

impl Order {
    /// All orders, each with its weight when one is drawn.
    const WEIGHTS: [(Self, usize); 6] = [
        (Self::Ratio, 8),
        (Self::Random, 2),
        (Self::Prize, 2),
        (Self::PrizePerMinute, 2),
        (Self::EarliestEnd, 1),
        (Self::Narrowest, 1),
    ];

    /// Draws an order at random by weight. Uses one random number.
    fn draw(random: &mut Random) -> Self {
        let sum = Self::WEIGHTS.iter().map(|(_, weight)| weight).sum();
        let mut left = random.below(sum);
        let drawn = Self::WEIGHTS.iter().find(|(_, weight)| {
            let is_drawn = left < *weight;
            left = left.saturating_sub(*weight);
            is_drawn
        });
        drawn.expect("the number drawn is below the sum of the weights").0
    }
}

/// Inserts visits that are in no tour. Keeps its memory from one step to the next.
#[derive(Debug)]
pub(super) struct Recreate {
    /// For each shift and each visit: stamp of the last tour into which the visit did not fit.
    no_room: Vec<u64>,
    /// Visits that may be inserted in the present step, without repeats.
    candidates: Vec<u32>,
    is_candidate: Vec<bool>,
    queue: Vec<(u64, u32)>,
    /// For each visit: its greatest gain in any shift.
    gain_max: Vec<i64>,
    /// Average of `gain_max`.
    gain_average: i64,
    blinks: Blinks,
    /// Value of a second of a shift, in the unit of gains. It converts between time and prizes.
    second: i64,
    /// For each shift: extra cost of its tour in the present step. It makes the search try other
    /// assignments of visits to shifts.
    handicap: Vec<i64>,
}

impl Recreate {
    /// Fraction of the positions that are skipped.
    const BLINK_RATE: f64 = 0.01;
    /// Once in this number of steps, visits that cost more than their gain may be inserted too.
    const ONE_IN_AT_ANY_COST: usize = 8;
    /// Maximum number of visits that are inserted at any cost, if only a few are.
    const FEW: usize = 4;
    /// Number of nearest visits that [`invite_some`](Self::invite_some) takes as candidates.
    const INVITED_NEAR: usize = 30;
    /// Number of random visits that [`invite_some`](Self::invite_some) takes as candidates.
    const INVITED_BY_CHANCE: usize = 20;
    /// Once in this number of steps, the shifts have different extra costs.
    const ONE_IN_HANDICAPPED: usize = 4;
    /// Once in this number of steps, mandatory visits are not inserted first.
    const ONE_IN_UNPRIVILEGED: usize = 2;

    /// Prepares recreate steps for tours of `instance`.
    pub(super) fn new(instance: &Instance, blinks: Random) -> Self {
        let gain_max: Vec<i64> =
            (0..instance.visits as u32).map(|v| instance.gain_max(v)).collect();
        let day: i64 = instance.shifts.iter().map(|s| i64::from(s.close - s.open)).sum();
        let total: i64 = gain_max.iter().sum();
        Self {
            no_room: vec![0; instance.shifts.len() * instance.visits],
            candidates: Vec::with_capacity(instance.visits),
            is_candidate: vec![false; instance.visits],
            queue: Vec::with_capacity(instance.visits),
            gain_max,
            gain_average: total / (instance.visits as i64).max(1),
            blinks: Blinks::new(Self::BLINK_RATE, blinks),
            second: (total / day.max(1)).max(instance.travel_cost).max(1),
            handicap: vec![0; instance.shifts.len()],
        }
    }

    /// Makes all visits that are in no tour candidates of the next [`run`](Self::run).
    pub(super) fn invite_all(&mut self, instance: &Instance, state: &State) {
        self.candidates.clear();
        self.candidates.extend((0..instance.visits as u32).filter(|&v| !state.is_served(v)));
    }

    /// Makes candidates of the visits that were just removed, of visits in no tour among the first
    /// visits of `near`, and of some random visits in no tour.
    ///
    /// After a ruin step, the free positions are in one area, where distant visits rarely fit. With
    /// a limited number of candidates, the length of a step does not depend on the number of
    /// visits, and the search finds better tours in the same time.
    pub(super) fn invite_some(
        &mut self,
        instance: &Instance,
        state: &State,
        near: &[u32],
        random: &mut Random,
    ) {
        self.candidates.clear();
        let by_chance = (0..Self::INVITED_BY_CHANCE).map(|_| random.below(instance.visits) as u32);
        let near = near.iter().take(Self::INVITED_NEAR);
        for visit in state.removed.iter().chain(near).copied().chain(by_chance) {
            let invited = &mut self.is_candidate[visit as usize];
            if !*invited && !state.is_served(visit) {
                *invited = true;
                self.candidates.push(visit);
            }
        }
        for &visit in &self.candidates {
            self.is_candidate[visit as usize] = false;
        }
    }

    /// Inserts the candidates that fit into the tours of `state`. Marks the changed tours in
    /// `touched`.
    pub(super) fn run(
        &mut self,
        instance: &Instance,
        state: &mut State,
        touched: &mut [bool],
        random: &mut Random,
    ) {
        let handicapped = random.below(Self::ONE_IN_HANDICAPPED) == 0;
        for handicap in &mut self.handicap {
            let most = if handicapped { self.gain_average as f64 } else { 0.0 };
            *handicap = (most * random.unit()) as i64;
        }
        let criterion = if random.below(2) == 0 { Criterion::Travel } else { Criterion::Delay };
        self.line_up(instance, state, criterion, random);
        let at_any_cost = Self::how_many_at_any_cost(instance, random);
        let mut inserted = 0;
        for at in 0..self.queue.len() {
            let visit = self.queue[at].1;
            let Some((shift, position)) = self.cheapest(instance, state, visit, criterion) else {
                continue;
            };
            let worth_it = net_gain(instance, state, visit, shift, position) > 0;
            if worth_it || inserted < at_any_cost || instance.mandatory[visit as usize] {
                inserted += 1;
                state.insert(instance, shift, position.at, visit);
                touched[shift] = true;
            }
        }
        if at_any_cost > 0 && instance.has_costs() {
            (0..touched.len())
                .filter(|&s| touched[s])
                .for_each(|s| drop_unworthy(instance, state, s));
        }
    }

    /// Draws the number of visits that may be inserted at any cost: usually none, else a few or
    /// all.
    ///
    /// A few can be better than all: some visits are worth their cost only together, and only
    /// without the other visits.
    fn how_many_at_any_cost(instance: &Instance, random: &mut Random) -> usize {
        if random.below(Self::ONE_IN_AT_ANY_COST) > 0 {
            return 0;
        }
        match instance.has_costs() && random.below(2) == 0 {
            true => 1 + random.below(Self::FEW),
            false => usize::MAX,
        }
    }

    /// Fills the queue of candidates in the drawn order. In most steps, mandatory visits come
    /// first.
    fn line_up(
        &mut self,
        instance: &Instance,
        state: &State,
        criterion: Criterion,
        random: &mut Random,
    ) {
        let order = Order::draw(random);
        let privileged = random.below(Self::ONE_IN_UNPRIVILEGED) > 0;
        self.queue.clear();
        for at in 0..self.candidates.len() {
            let visit = self.candidates[at];
            let known_not_to_fit = |s: usize| {
                self.no_room[s * instance.visits + visit as usize] == state.tours[s].stamp
            };
            if (0..state.tours.len()).all(known_not_to_fit) {
                continue;
            }
            let key = match order {
                Order::Ratio => match self.cheapest(instance, state, visit, criterion) {
                    Some((shift, position)) => {
                        let net = net_gain(instance, state, visit, shift, position).max(1) as f64;
                        1e24 * (1.0 + position.cost.max(0) as f64) / (net * net)
                            * about(random, 0.6)
                    }
                    None => continue,
                },
                _ => self.key(instance, order, visit, random),
            };
            let first = privileged && instance.mandatory[visit as usize];
            // A conversion with `as` from float to integer saturates, so a visit without value
            // comes last.
            self.queue.push((u64::from(!first) << 63 | key as u64 >> 1, visit));
        }
        self.queue.sort_unstable();
    }

    /// Returns the key of a visit in an order; candidates with smaller keys come first.
    fn key(&self, instance: &Instance, order: Order, visit: u32, random: &mut Random) -> f64 {
        let gain = 1.0 + self.gain_max[visit as usize].max(0) as f64;
        let terms = (0..instance.shifts.len()).map(|s| instance.terms(s, visit));
        match order {
            Order::Ratio | Order::Random => 1e15 * random.unit(),
            Order::Prize => 1e15 / gain * about(random, 0.3),
            Order::PrizePerMinute => {
                let duration = 60 + terms.map(|t| t.duration).min().unwrap_or(0);
                1e15 * f64::from(duration) / gain * about(random, 0.3)
            }
            Order::EarliestEnd => f64::from(terms.map(|t| t.last).max().unwrap_or(0)),
            Order::Narrowest => {
                f64::from(terms.map(|t| t.last.saturating_sub(t.start)).max().unwrap_or(0))
            }
        }
    }

    /// Finds the tour and the position where `visit` costs least. The cost is the time of the visit
    /// there minus its gain in that shift.
    fn cheapest(
        &mut self,
        instance: &Instance,
        state: &State,
        visit: u32,
        criterion: Criterion,
    ) -> Option<(usize, InsertionPosition)> {
        let mut best = None;
        let mut least = i64::MAX;
        let days = instance.spacing.days(&state.tour_of, visit, None);
        for (shift, tour) in state.tours.iter().enumerate() {
            let known = &mut self.no_room[shift * instance.visits + visit as usize];
            if *known == tour.stamp {
                continue;
            }
            if days.is_some_and(|days| !instance.spacing.contains(days, shift)) {
                continue;
            }
            let query = InsertionQuery { shift, visit, criterion };
            match best_position(instance, tour, query, &mut self.blinks) {
                BestPosition::At(position) => {
                    let visit_terms = instance.terms(shift, visit);
                    let work = position.travel + i64::from(visit_terms.duration);
                    let gain = visit_terms.gain - tour.price_of_more(instance, work);
                    let cost = position.cost * self.second - gain + self.handicap[shift];
                    if cost < least {
                        least = cost;
                        best = Some((shift, position));
                    }
                }
                BestPosition::Nowhere => *known = tour.stamp,
                BestPosition::Overlooked => {}
            }
        }
        best
    }
}

/// Removes the visits that cost more than their gain from a tour. The worst visit is removed first.
///
/// A visit that was inserted at any cost may be worth its cost, but only together with other visits
/// on the same way.
fn drop_unworthy(instance: &Instance, state: &mut State, shift: usize) {
    loop {
        let tour = &state.tours[shift];
        let gains = (1..=tour.len()).filter_map(|at| {
            let ends = (at - 1, at + 1);
            Some((splice_gain(instance, shift, tour, ends, std::iter::empty())?, ends))
        });
        match gains.max() {
            Some((gain, ends)) if gain > Score::default() => {
                state.splice(instance, shift, ends, std::iter::empty());
            }
            _ => return,
        }
    }
}

/// Returns the gain of `visit` at the position minus the cost of travel and work.
fn net_gain(
    instance: &Instance,
    state: &State,
    visit: u32,
    shift: usize,
    position: InsertionPosition,
) -> i64 {
    let visit_terms = instance.terms(shift, visit);
    let work = position.travel + i64::from(visit_terms.duration);
    let price = state.tours[shift].price_of_more(instance, work);
    visit_terms.gain - position.travel * instance.travel_cost - price
}

/// Returns a random number from `1 − spread` to `1 + spread`.
fn about(random: &mut Random, spread: f64) -> f64 {
    1.0 - spread + 2.0 * spread * random.unit()
}
