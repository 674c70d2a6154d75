//! The recreate step: absent visits compete for the room there is.
//!
//! The absent visits that are invited are put in an order, by one of several criteria drawn anew each time, and inserted one
//! after the other where they cost least, if they fit. Greedy insertion with blinks is Christiaens & Vanden Berghe's (2020,
//! doi:10.1287/trsc.2019.0914); that others than those just removed take part, and the criteria, make it orienteering. Half of
//! the time the order is by prize squared over the cost of the best position, as in Vansteenwegen et al. (2009),
//! doi:10.1016/j.cor.2009.03.008.

use super::insertion::{Blinks, Criterion, Position, Room, best_position};
use super::instance::Instance;
use super::random::Random;
use super::splice::splice_gain;
use super::state::{Score, State};

/// In which order absent visits are tried.
#[derive(Debug, Clone, Copy)]
enum Order {
    /// Greatest prize² over seconds of the best position first.
    Ratio,
    /// Any.
    Random,
    /// Greatest prize first.
    Prize,
    /// Greatest prize per minute of the visit first.
    PrizePerMinute,
    /// The one that closes first first.
    EarliestEnd,
    /// The one that may begin at the fewest moments first.
    Narrowest,
}

/// One is drawn each time.
const ORDERS: [Order; 16] = {
    use Order::{EarliestEnd, Narrowest, Prize, PrizePerMinute, Random, Ratio};
    [
        Ratio,
        Ratio,
        Ratio,
        Ratio,
        Ratio,
        Ratio,
        Ratio,
        Ratio,
        Random,
        Random,
        Prize,
        Prize,
        PrizePerMinute,
        PrizePerMinute,
        EarliestEnd,
        Narrowest,
    ]
};

/// Inserts absent visits; keeps its memory from one time to the next.
#[derive(Debug)]
pub(super) struct Recreate {
    /// By shift, then visit: the stamp of the tour into which the visit was found not to fit.
    no_room: Vec<u64>,
    /// Who competes in the present run, each once.
    candidates: Vec<u32>,
    is_candidate: Vec<bool>,
    queue: Vec<(u64, u32)>,
    /// The greatest gain of each visit.
    gain_max: Vec<i64>,
    /// Average of `gain_max`.
    gain_average: i64,
    blinks: Blinks,
    /// What a second of a shift is worth, in gains: the exchange rate between time and the prizes of other days.
    second: i64,
    /// By shift: what is added to the cost of going there in the present run, to try other divisions of the visits.
    handicap: Vec<i64>,
}

impl Recreate {
    /// Share of positions that are overlooked.
    const BLINK_RATE: f64 = 0.01;
    /// One in so many times also visits that cost more travel than they are worth are inserted.
    const ONE_IN_AT_ANY_COST: usize = 8;
    /// These are how many at most, where they are few.
    const FEW: usize = 4;
    /// So many of the nearest are asked by [`invite_some`](Self::invite_some) …
    const INVITED_NEAR: usize = 30;
    /// … and so many are drawn.
    const INVITED_BY_CHANCE: usize = 20;
    /// One in so many times some shifts are less welcome than others.
    const ONE_IN_HANDICAPPED: usize = 4;
    /// One in so many times mandatory visits, if all are served, have to stand in line like the others.
    const ONE_IN_UNPRIVILEGED: usize = 2;

    /// For tours of `instance`.
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

    /// Lets all absent visits compete in the next [`run`](Self::run).
    pub(super) fn invite_all(&mut self, instance: &Instance, state: &State) {
        self.candidates.clear();
        self.candidates.extend((0..instance.visits as u32).filter(|&v| !state.is_served(v)));
    }

    /// Lets those compete who were just removed, the absent ones among the first of `near`, and some others by chance.
    ///
    /// The room a ruin makes is in one spot: who is far from it would mostly be asked in vain, and steps of bounded length,
    /// however many visits there are, find more in the same time.
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

    /// Inserts into `state` whatever fits of those invited; marks the tours it changed in `touched`.
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

    /// How many visits are inserted whether they are worth their travel or not: mostly none, sometimes all; a few now and
    /// then, as some are worth it only together with one another and without the rest.
    fn how_many_at_any_cost(instance: &Instance, random: &mut Random) -> usize {
        if random.below(Self::ONE_IN_AT_ANY_COST) > 0 {
            return 0;
        }
        match instance.has_costs() && random.below(2) == 0 {
            true => 1 + random.below(Self::FEW),
            false => usize::MAX,
        }
    }

    /// Fills the queue: mandatory visits first, then by a criterion.
    fn line_up(
        &mut self,
        instance: &Instance,
        state: &State,
        criterion: Criterion,
        random: &mut Random,
    ) {
        let order = ORDERS[random.below(ORDERS.len())];
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
            // A float-to-int `as` cast saturates, so that a worthless visit comes last.
            self.queue.push((u64::from(!first) << 63 | key as u64 >> 1, visit));
        }
        self.queue.sort_unstable();
    }

    /// The smaller the earlier.
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

    /// The tour and position where `visit` costs least, counting both time and what the shift pays for it.
    fn cheapest(
        &mut self,
        instance: &Instance,
        state: &State,
        visit: u32,
        criterion: Criterion,
    ) -> Option<(usize, Position)> {
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
            match best_position(instance, shift, tour, visit, criterion, &mut self.blinks) {
                Room::At(position) => {
                    let what = instance.terms(shift, visit);
                    let work = position.travel + i64::from(what.duration);
                    let gain = what.gain - tour.price_of_more(instance, work);
                    let cost = position.cost * self.second - gain + self.handicap[shift];
                    if cost < least {
                        least = cost;
                        best = Some((shift, position));
                    }
                }
                Room::Nowhere => *known = tour.stamp,
                Room::Overlooked => {}
            }
        }
        best
    }
}

/// Takes out of a tour whatever costs more travel than it is worth, the worst first.
///
/// What was inserted at any cost may be worth it together with others that lie on the way, and with these alone.
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

/// What it brings to make `visit` there: its gain less the cost of travel and work.
fn net_gain(
    instance: &Instance,
    state: &State,
    visit: u32,
    shift: usize,
    position: Position,
) -> i64 {
    let what = instance.terms(shift, visit);
    let work = position.travel + i64::from(what.duration);
    let price = state.tours[shift].price_of_more(instance, work);
    what.gain - position.travel * instance.travel_cost - price
}

/// A number that is 1 on average, off by up to `spread` either way.
fn about(random: &mut Random, spread: f64) -> f64 {
    1.0 - spread + 2.0 * spread * random.unit()
}
