//! Makes a new plan that keeps most of an earlier plan.
//!
//! A visit that stays with its rep and day earns the *price* of a change in addition to its prize.
//! So a change must gain more than this price. Only the search uses the price; its result is
//! compared, reported and checked as a solution of the original problem. If the number of changes
//! exceeds the budget, the search is repeated with a higher price.

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

/// Highest price of a change, divided by the largest prize.
const VISITS_FOR_A_CHANGE: u32 = 10;

/// Lowest price with which the search is repeated if the budget is exceeded.
const PRICE_LEAST: Prize = Prize(500);

/// Number of bisections, on a logarithmic scale, between a price that is too low and a price that
/// keeps the budget.
const HALVINGS: usize = 3;

/// An earlier plan, translated to the shifts and visits of the new problem.
pub(super) struct Kept<'a> {
    pub(super) keep: &'a Keep,
    /// Stops of the earlier plan on the days of the new plan.
    pub(super) stops: Vec<PlannedStop<'a>>,
    /// Tours of the earlier plan, as far as they are still feasible.
    tours: Tours,
    /// For each shift: true if its tour stays unchanged.
    left_alone: ById<ShiftId, bool>,
    /// Price of a change with which the new plan was found.
    pub(super) price: Prize,
}

/// A stop of an earlier plan, translated to the new problem.
pub(super) struct PlannedStop<'a> {
    pub(super) stop: &'a EarlierStop,
    /// Prospect of the stop; `None` if it is no longer in any list.
    pub(super) prospect: Option<ProspectId>,
    /// Shift and visits of the stop in the new problem; `None` if the visit can no longer be made
    /// there.
    pub(super) place: Option<PlannedPlace>,
}

/// A shift, and the visits to one prospect that can be made in this shift.
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
    /// Returns whether one of the visits is made in the shift.
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

    /// Finds the best plan that keeps the budget of changes. If no plan is found that keeps it,
    /// returns the plan with the fewest changes.
    ///
    /// Starts with a price of `move_cost` points, and raises it if the budget is exceeded. Without
    /// a budget, this is one search; with a budget, at most five.
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

    /// Returns the problem with `price` added to the prize of each visit that stays. Shifts that
    /// stay unchanged have no offers in it.
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

/// Returns a price so high that only a mandatory visit justifies a change.
fn price_most(problem: &VisitProblem) -> Prize {
    let offers = problem.visits().iter().flat_map(|visit| &visit.offers);
    let prize = offers.map(|offer| offer.prize).max().unwrap_or_default().max(PRICE_LEAST);
    Prize(prize.0.saturating_mul(VISITS_FOR_A_CHANGE))
}

/// Stops a search after half of the remaining time, so that time is left for further searches.
struct HalfTheRest<'a> {
    stop: &'a dyn StopCriterion,
    /// Fraction of the whole time that had been used when this search began.
    begun: f64,
}

impl StopCriterion for HalfTheRest<'_> {
    fn time_used(&self) -> f64 {
        2.0 * (self.stop.time_used() - self.begun) / (1.0 - self.begun).max(f64::MIN_POSITIVE)
    }
}

/// Result of one search with a given price.
struct Attempt {
    price: Prize,
    /// Number of visits that are gone or moved although they could have stayed.
    changes: usize,
    solution: Solution,
}

impl Attempt {
    /// Returns the rank of the attempt. Fewer changes beyond `budget` are better; if equal, the
    /// better plan.
    fn rank(&self, budget: usize) -> (std::cmp::Reverse<usize>, std::cmp::Reverse<usize>, i64) {
        let Solution { unserved_mandatory, objective, .. } = &self.solution;
        let over = self.changes.saturating_sub(budget);
        (std::cmp::Reverse(over), std::cmp::Reverse(unserved_mandatory.len()), *objective)
    }
}

/// Returns the visit and the shift of each stop that can stay. If a prospect has several stops,
/// they take its visits in order.
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

/// Returns a tour of as many of `visits`, in their order, as fit into the shift. The break is after
/// `lunch_after` visits if that is possible.
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

/// Returns the tour over all `visits` that ends earliest, with the break after `lunch_after` visits
/// if that is possible. Returns `None` if no such tour is feasible.
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
