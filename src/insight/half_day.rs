//! What half a day somewhere would bring: the best beat of one rep over a few outlets, solved as any other.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::call_plan::CallPlan;
use crate::ids::{ById, Id};
use crate::itinerary::Beat;
use crate::networks::Networks;
use crate::planning::{PlanError, ProblemInput, ProblemMap, places};
use crate::policy::Policy;
use crate::progress::Silent;
use crate::prospects::{Prospect, ProspectId};
use crate::solver::{
    self, Explainer, Solution, SolveOptions, StopCriterion, Tours, VisitId, VisitProblem,
    objective_points,
};
use crate::territory::{Rep, RepId, Territory};
use crate::units::Seconds;

/// What a half-day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HalfDayOptions {
    /// From leaving home, at the beginning of the rep's shift, to being back; no longer than the shift. Without a lunch.
    pub length: Seconds,
    /// Where the solver's random numbers begin.
    pub seed: u64,
}

impl Default for HalfDayOptions {
    fn default() -> Self {
        Self { length: Seconds::from_hours(4), seed: 1 }
    }
}

/// A half-day: one rep's beat from home to home.
#[derive(Debug, Clone, PartialEq)]
pub struct HalfDay {
    /// Rep, day, visits, times and courses. Prospects and rep are those of the territory.
    pub beat: Beat,
    /// Points: the prizes of its visits less the policy's cost of travel.
    pub worth: f64,
    /// How many of its visits are to outlets it was asked for; the others lie beside the way.
    pub inside: usize,
    /// Points: what it would be worth with these alone, the ways driven for them alone.
    pub worth_inside: f64,
}

impl HalfDay {
    /// How long it takes.
    pub fn length(&self) -> Seconds {
        self.beat.back - self.beat.leave
    }
}

/// What half-days are made of.
#[derive(Clone, Copy)]
pub struct HalfDays<'a> {
    /// Reps and rules.
    pub territory: &'a Territory,
    /// All outlets.
    pub prospects: &'a ById<ProspectId, Prospect>,
    /// Made for the days on which half-days may be, see [`half_day_dates`].
    pub networks: &'a Networks,
    /// What a half-day is.
    pub options: HalfDayOptions,
}

/// Few, since the problems are small: a dozen visits at most, among some dozens of outlets.
const SOLVE: SolveOptions = SolveOptions { seed: 1, iterations: 1_500, starts: 2 };

/// How far ahead a working day is looked for.
const DAYS_AHEAD: u16 = 60;

/// The first day from `date` on, within sixty days, on which `rep` works.
pub fn next_working_day(territory: &Territory, rep: &Rep, date: Date) -> Option<Date> {
    let mut days = date.series(jiff::Span::new().days(1)).take(usize::from(DAYS_AHEAD));
    days.find(|day| rep.works_on(*day, &territory.calendar))
}

/// The days for which [`networks`](crate::networks::networks()) must be made so that each rep can be given a half-day on or after
/// `date`: that date, and the next working day of each, in order.
pub fn half_day_dates(territory: &Territory, date: Date) -> Vec<Date> {
    let reps = territory.reps.iter();
    let working = reps.filter_map(|rep| next_working_day(territory, rep, date));
    working.chain([date]).collect::<BTreeSet<Date>>().into_iter().collect()
}

impl HalfDays<'_> {
    /// The best half-day of `rep` on `date`, or on the first day after it on which the rep works: as much as can be had at
    /// those of the outlets `inside` that are due, and then, in the time that is left, at those of `beside`.
    ///
    /// The visits `inside` are chosen as if there were no others; none of them gives way to one beside the way, though their
    /// order may change. Who is due, when they are open and what a visit is worth is as in a [`plan`](crate::planning::plan()) of that day.
    /// `None` if no visit inside is worth its travel, or the rep does not work within sixty days. The same input gives the
    /// same half-day for any number of threads.
    ///
    /// # Errors
    /// [`PlanError`] if the home of the rep is on no road.
    pub fn best(
        &self,
        rep: RepId,
        date: Date,
        (inside, beside): (&[ProspectId], &[ProspectId]),
        stop: &dyn StopCriterion,
    ) -> Result<Option<HalfDay>, PlanError> {
        let Some(date) = next_working_day(self.territory, &self.territory.reps[rep], date) else {
            return Ok(None);
        };
        let own: Vec<ProspectId> = inside.iter().chain(beside).copied().collect();
        let territory = self.territory_of(rep);
        let prospects: ById<ProspectId, Prospect> =
            own.iter().map(|id| self.prospects[*id].clone()).collect();
        let call_plan = CallPlan::new(&prospects, territory.visit_rules(), &[date]);
        let input = ProblemInput {
            territory: &territory,
            networks: self.networks,
            prospects: &prospects,
            call_plan: &call_plan,
            underway: &[],
            others: None,
        };
        let places = places(&territory, self.networks, &prospects, &[])?;
        let map = ProblemMap::new(input, places, &Silent);
        let options = SolveOptions { seed: self.options.seed, ..SOLVE };
        let is_inside = |visit: VisitId| map.visits[visit].index() < inside.len();
        let (tours, worth_inside) = tours(&map.problem, is_inside, &options, stop);
        let solution = Solution::of(&map.problem, tours);
        let violations = solver::check(&map.problem, &solution);
        if !violations.is_empty() {
            return Err(PlanError::Unsound { violations });
        }
        let visits_inside = solution.tours.visits().filter(|visit| is_inside(*visit)).count();
        let explainer = Explainer::new(&map.problem, &solution.tours)
            .expect("a plan that passed its check breaks no rule");
        let beats = map.beats(&solution, &call_plan, self.networks, &explainer);
        let half_day = beats.into_iter().next().map(|mut beat| {
            beat.rep = rep;
            for stop in &mut beat.stops {
                stop.prospect = own[stop.prospect.index()];
            }
            HalfDay {
                beat,
                worth: objective_points(solution.objective),
                inside: visits_inside,
                worth_inside,
            }
        });
        Ok(half_day)
    }

    /// A territory of that rep alone, with half a day.
    fn territory_of(&self, rep: RepId) -> Territory {
        let mut rep = self.territory.reps[rep].clone();
        rep.shift.end = rep.shift.end.min(rep.shift.start + self.options.length);
        rep.lunch = None;
        // Between the shifts of one there is nothing to balance.
        let policy = Policy { balance: 0.0, ..self.territory.policy.clone() };
        Territory { reps: vec![rep].into(), policy, ..self.territory.clone() }
    }
}

/// The best tours of the visits that are inside, filled up with the others; and what those are worth, in points, that were found
/// for the visits inside alone.
fn tours(
    problem: &VisitProblem,
    is_inside: impl Fn(VisitId) -> bool,
    options: &SolveOptions,
    stop: &dyn StopCriterion,
) -> (Tours, f64) {
    let all: Vec<VisitId> = (0..problem.visits().len() as u32).map(VisitId).collect();
    let mut visits = problem.visits().to_vec();
    for id in all.iter().filter(|id| !is_inside(**id)) {
        let visit = &mut visits[id.0 as usize];
        visit.offers.clear();
        visit.mandatory = false;
    }
    let sound = "fewer offers and other duties leave a problem sound";
    let inside = problem.with_visits(visits).expect(sound);
    let alone = solver::solve(&inside, options, stop, &Silent);
    let (alone, worth) = (alone.tours, objective_points(alone.objective));
    let is_empty = alone.visits().next().is_none();
    if is_empty || all.iter().all(|id| is_inside(*id)) {
        return (alone, worth);
    }
    let mut visits = problem.visits().to_vec();
    for visit in &mut visits {
        visit.mandatory = false;
    }
    for id in alone.visits() {
        visits[id.0 as usize].mandatory = true;
    }
    let filled = problem.with_visits(visits).expect(sound);
    (solver::solve_from(&filled, Some(&alone), options, stop, &Silent).tours, worth)
}
