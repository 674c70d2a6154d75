//! Re-planning that keeps most of an earlier plan.
//!
//! Each visit that stays with its rep and day earns the *price* of a change on top of its prize, so a change must gain more
//! than that. Only the search sees the price: its result is judged, reported and checked as a solution of the true problem.
//! A higher price meets a budget of changes.

use std::collections::BTreeMap;

use super::Keep;
use super::names::Names;
use super::problem_map::ProblemMap;
use super::request::DayId;
use crate::ids::{ById, Id};
use crate::plan_files::EarlierStop;
use crate::progress::Progress;
use crate::prospects::ProspectId;
use crate::solver::{
    self, ShiftId, Solution, SolveOptions, StopCriterion, Tour, Tours, Visit, VisitId,
    VisitProblem, schedule,
};
use crate::territory::RepId;
use crate::units::Prize;

/// Highest price of a change, as a multiple of the largest prize.
const VISITS_FOR_A_CHANGE: u32 = 10;

/// Lowest price that is tried if a budget is not met.
const PRICE_LEAST: Prize = Prize(500);

/// Number of bisections, on a logarithmic scale, between a price that is too low and one that meets the budget.
const HALVINGS: usize = 3;

/// An earlier plan in terms of the problem.
pub(super) struct Kept<'a> {
    pub(super) keep: &'a Keep,
    /// Its stops on the days of the new plan.
    pub(super) stops: Vec<PlannedStop<'a>>,
    /// Its tours, as far as they are still feasible.
    tours: Tours,
    /// True if the tour of a shift stays unchanged.
    left_alone: ById<ShiftId, bool>,
    /// Price of a change with which the plan was found.
    pub(super) price: Prize,
}

/// A stop of an earlier plan in terms of the problem.
pub(super) struct PlannedStop<'a> {
    pub(super) stop: &'a EarlierStop,
    /// Its prospect; `None` if no list has it any more.
    pub(super) prospect: Option<ProspectId>,
    /// Its place in the problem; `None` if the visit cannot be made there any more.
    pub(super) place: Option<PlannedPlace>,
}

/// A shift, and the visits to one prospect that could be made in it.
pub(super) struct PlannedPlace {
    pub(super) visits: Vec<VisitId>,
    pub(super) shift: ShiftId,
}

impl<'a> PlannedStop<'a> {
    pub(super) fn new(stop: &'a EarlierStop, names: Names<'_>) -> Self {
        let Names { territory, prospects, map } = names;
        let prospect = prospects.id_where(|prospect| prospect.id == stop.id);
        let is_its_shift = |(rep, day): &(RepId, DayId)| {
            territory.reps[*rep].name == stop.rep && map.dates[*day] == stop.date
        };
        let place = prospect.and_then(|at| {
            let shift = map.shifts.id_where(is_its_shift)?;
            let could_be_made =
                |visit: &VisitId| best_tour(&map.problem, shift, vec![*visit], None).is_some();
            let visits = map.visits_to(at);
            let visits: Vec<VisitId> = visits.filter(could_be_made).collect();
            (!visits.is_empty()).then_some(PlannedPlace { visits, shift })
        });
        Self { stop, prospect, place }
    }
}

impl PlannedPlace {
    /// Returns `true` if one of the visits is made in the shift.
    fn is_kept_to(&self, tours: &Tours) -> bool {
        tours.0[self.shift.index()].visits.iter().any(|visit| self.visits.contains(visit))
    }
}

impl<'a> Kept<'a> {
    pub(super) fn new(keep: &'a Keep, names: Names<'_>) -> Self {
        let Names { territory, map, .. } = names;
        let problem = &map.problem;
        let planned = keep.earlier.stops.iter().filter(|stop| map.dates.contains(&stop.date));
        let stops: Vec<PlannedStop> = planned.map(|stop| PlannedStop::new(stop, names)).collect();
        let left_alone = map
            .shifts
            .iter()
            .map(|(rep, day)| day.index() == 0 && keep.only.is_some_and(|only| only != *rep))
            .collect();
        let planned = in_turn(&stops);
        let tours = map.shifts.ids().map(|shift| {
            let (rep, day) = map.shifts[shift];
            let lunch_after = keep.earlier.lunch_after(&territory.reps[rep].name, map.dates[day]);
            let visits = planned.iter().filter(|(_, planned_in)| *planned_in == shift);
            follow(problem, shift, visits.map(|(visit, _)| *visit), lunch_after)
        });
        let tours = Tours(tours.collect());
        Self { keep, stops, tours, left_alone, price: Prize(0) }
    }

    /// Finds the best plan that meets the budget, or the one with the fewest changes if none does.
    ///
    /// Starts with a price of `move_cost` points and raises it if the budget is not met: one search, at most five with a
    /// budget.
    pub(super) fn solve(
        mut self,
        map: &ProblemMap,
        move_cost: f64,
        options: &SolveOptions,
        stop: &dyn StopCriterion,
        progress: &dyn Progress,
    ) -> (Solution, Self) {
        let budget = self.keep.changes_max.unwrap_or(usize::MAX);
        let is_met = |attempt: &Attempt| attempt.changes <= budget;
        let price = Prize::from_points(move_cost);
        let mut tries = vec![self.solve_at(price, map, options, stop, progress)];
        if !is_met(&tries[0]) && stop.time_used() < 1.0 {
            let most = price_most(&map.problem).max(price);
            tries.push(self.solve_at(most, map, options, stop, progress));
            let (mut low, mut high) = (price.0.max(PRICE_LEAST.0), most.0);
            let halvings = if is_met(&tries[1]) { HALVINGS } else { 0 };
            for _ in 0..halvings {
                let between = (u64::from(low) * u64::from(high)).isqrt();
                let price = Prize(u32::try_from(between).unwrap_or(high));
                let attempt = self.solve_at(price, map, options, stop, progress);
                *(if is_met(&attempt) { &mut high } else { &mut low }) = price.0;
                tries.push(attempt);
            }
        }
        let best = tries
            .into_iter()
            .reduce(|best, next| if next.rank(budget) > best.rank(budget) { next } else { best })
            .expect("there is at least one try");
        self.price = best.price;
        (best.solution, self)
    }

    fn solve_at(
        &self,
        price: Prize,
        map: &ProblemMap,
        options: &SolveOptions,
        stop: &dyn StopCriterion,
        progress: &dyn Progress,
    ) -> Attempt {
        let problem = self.with_price(&map.problem, price);
        let alone = |tour: &&Tour| self.left_alone[tour.shift];
        let from = self.tours.0.iter().map(|tour| match alone(&tour) {
            true => Tour::empty(tour.shift),
            false => tour.clone(),
        });
        let from = Tours(from.collect());
        let half = HalfTheRest { stop, begun: stop.time_used() };
        let stop: &dyn StopCriterion = if self.keep.changes_max.is_some() { &half } else { stop };
        let mut found = solver::solve_from(&problem, Some(&from), options, stop, progress);
        for tour in self.tours.0.iter().filter(alone) {
            found.tours.0[tour.shift.index()] = tour.clone();
        }
        let solution = Solution {
            iterations: found.iterations,
            stopped_early: found.stopped_early,
            ..Solution::of(&map.problem, found.tours)
        };
        let is_changed = |stop: &&PlannedStop<'_>| {
            stop.place.as_ref().is_some_and(|place| !place.is_kept_to(&solution.tours))
        };
        let changes = self.stops.iter().filter(is_changed).count();
        Attempt { price, changes, solution }
    }

    /// The problem with `price` added to the prize of each visit that stays, and without offers for shifts that stay unchanged.
    fn with_price(&self, problem: &VisitProblem, price: Prize) -> VisitProblem {
        let mut visits: Vec<Visit> = problem.visits().to_vec();
        for place in self.stops.iter().filter_map(|stop| stop.place.as_ref()) {
            for visit in &place.visits {
                let offers = &mut visits[visit.index()].offers;
                for offer in offers.iter_mut().filter(|offer| offer.shift == place.shift) {
                    offer.prize = Prize(offer.prize.0.saturating_add(price.0));
                }
            }
        }
        for visit in &mut visits {
            visit.offers.retain(|offer| !self.left_alone[offer.shift]);
        }
        let changed = problem.with_visits(visits);
        changed.expect("other prizes and fewer offers leave a problem sound")
    }
}

/// A price above which only a mandatory visit justifies a change.
fn price_most(problem: &VisitProblem) -> Prize {
    let offers = problem.visits().iter().flat_map(|visit| &visit.offers);
    let prize = offers.map(|offer| offer.prize).max().unwrap_or_default().max(PRICE_LEAST);
    Prize(prize.0.saturating_mul(VISITS_FOR_A_CHANGE))
}

/// Stops after half of the remaining time, so that time is left for further searches.
struct HalfTheRest<'a> {
    stop: &'a dyn StopCriterion,
    /// Share of the whole time used when this half began.
    begun: f64,
}

impl StopCriterion for HalfTheRest<'_> {
    fn time_used(&self) -> f64 {
        2.0 * (self.stop.time_used() - self.begun) / (1.0 - self.begun).max(f64::MIN_POSITIVE)
    }
}

/// Result of one search.
struct Attempt {
    price: Prize,
    /// Number of visits that are gone or moved although they could have stayed.
    changes: usize,
    solution: Solution,
}

impl Attempt {
    /// Order of attempts: fewer changes beyond `budget` first, then the better plan.
    fn rank(&self, budget: usize) -> (std::cmp::Reverse<usize>, std::cmp::Reverse<usize>, i64) {
        let Solution { unserved_mandatory, objective, .. } = &self.solution;
        let over = self.changes.saturating_sub(budget);
        (std::cmp::Reverse(over), std::cmp::Reverse(unserved_mandatory.len()), *objective)
    }
}

/// Visit and shift of each stop that can stay. Several stops of one prospect take its visits in order.
fn in_turn(stops: &[PlannedStop<'_>]) -> Vec<(VisitId, ShiftId)> {
    let mut last: BTreeMap<ProspectId, VisitId> = BTreeMap::new();
    let mut planned = Vec::new();
    for stop in stops {
        let (Some(prospect), Some(place)) = (stop.prospect, &stop.place) else { continue };
        let before = last.get(&prospect);
        let next = place.visits.iter().find(|visit| before.is_none_or(|before| *before < **visit));
        if let Some(visit) = next {
            last.insert(prospect, *visit);
            planned.push((*visit, place.shift));
        }
    }
    planned
}

/// A tour of as many of `visits`, in order, as fit into the shift; with the break after `lunch_after` of them if possible.
pub(crate) fn follow(
    problem: &VisitProblem,
    shift: ShiftId,
    visits: impl Iterator<Item = VisitId>,
    lunch_after: Option<usize>,
) -> Tour {
    let mut tour = Tour::empty(shift);
    for visit in visits {
        let longer = tour.visits.iter().copied().chain([visit]).collect();
        if let Some(longer) = best_tour(problem, shift, longer, lunch_after) {
            tour = longer;
        }
    }
    tour
}

/// The tour over `visits` that ends earliest, with the break after `lunch_after` of them if possible; `None` if no tour is
/// feasible.
pub(super) fn best_tour(
    problem: &VisitProblem,
    shift: ShiftId,
    visits: Vec<VisitId>,
    lunch_after: Option<usize>,
) -> Option<Tour> {
    if visits.iter().any(|visit| problem.offer(*visit, shift).is_none()) {
        return None;
    }
    let breaks = std::iter::once(None).chain((0..=visits.len()).map(Some));
    let tours = breaks.map(|break_after| Tour { shift, visits: visits.clone(), break_after });
    tours
        .filter_map(|tour| Some((schedule(problem, shift, &tour)?.back, tour)))
        .min_by_key(|(back, tour)| (tour.break_after != lunch_after, *back))
        .map(|(_, tour)| tour)
}
