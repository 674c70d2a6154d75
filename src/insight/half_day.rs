//! Finds half-days. A half-day is the best beat of one rep over a few outlets; the solver computes
//! it.

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

/// Options of a half-day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HalfDayOptions {
    /// Maximum time from leaving home to the return, without lunch. The shift of the rep limits it
    /// too.
    pub length: Seconds,
    /// Seed for the random numbers of the solver.
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
    /// Beat of the half-day. Its ids are those of the territory.
    pub beat: Beat,
    /// Prizes of its visits minus the cost of travel, in points.
    pub worth: f64,
    /// Number of visits inside the area. The other visits are beside the way to the area.
    pub inside: usize,
    /// Worth of a beat that has only the visits inside the area, in points: their prizes minus the
    /// cost of travel.
    pub worth_inside: f64,
}

impl HalfDay {
    /// Returns the time from leaving home to the return.
    pub fn length(&self) -> Seconds {
        self.beat.back - self.beat.leave
    }
}

/// The data from which half-days are computed.
#[derive(Clone, Copy)]
pub struct HalfDays<'a> {
    /// Territory with the reps and the policy.
    pub territory: &'a Territory,
    /// All outlets of the territory.
    pub prospects: &'a ById<ProspectId, Prospect>,
    /// Networks for the days of [`half_day_dates`].
    pub networks: &'a Networks,
    /// Options of a half-day.
    pub options: HalfDayOptions,
}

/// Few iterations are enough, because a problem has at most a dozen visits among a few dozen
/// outlets.
const SOLVE: SolveOptions = SolveOptions { seed: 1, iterations: 1_500, starts: 2 };

/// Maximum number of days to the next working day.
const DAYS_AHEAD: u16 = 60;

/// Returns the first day on or after `date` on which `rep` works, within sixty days.
pub fn next_working_day(territory: &Territory, rep: &Rep, date: Date) -> Option<Date> {
    let mut days = date.series(jiff::Span::new().days(1)).take(usize::from(DAYS_AHEAD));
    days.find(|day| rep.works_on(*day, &territory.calendar))
}

/// Returns the days that [`networks`](crate::networks::networks()) needs for a half-day of each rep
/// on or after `date`: that date and the next working day of each rep, in order.
pub fn half_day_dates(territory: &Territory, date: Date) -> Vec<Date> {
    let reps = territory.reps.iter();
    let working = reps.filter_map(|rep| next_working_day(territory, rep, date));
    working.chain([date]).collect::<BTreeSet<Date>>().into_iter().collect()
}

impl HalfDays<'_> {
    /// Returns the best half-day of `rep` on `date` or the next working day. It first chooses
    /// visits at the due outlets `inside`, then fills the remaining time with visits at the outlets
    /// `beside`.
    ///
    /// The outlets `beside` have no influence on the choice of the visits `inside`, although they
    /// may change their order. Due dates, opening hours and prizes are those of a
    /// [`plan`](crate::planning::plan()) for that day. Returns `None` if no visit inside is worth
    /// its travel, or if the rep does not work within sixty days. The same input gives the same
    /// half-day for any number of threads.
    ///
    /// # Errors
    /// [`PlanError`] if the home of the rep is not near any road.
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
            leading: None,
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

    /// Returns the territory with only this rep, and a shift of half a day.
    fn territory_of(&self, rep: RepId) -> Territory {
        let mut rep = self.territory.reps[rep].clone();
        rep.shift.end = rep.shift.end.min(rep.shift.start + self.options.length);
        rep.lunch = None;
        // The policy needs no balance, because there is only one shift.
        let policy = Policy { balance: 0.0, ..self.territory.policy.clone() };
        Territory { reps: vec![rep].into(), policy, ..self.territory.clone() }
    }
}

/// Returns the best tours over the visits inside, filled up with other visits, and the worth of the
/// tours with only the visits inside, in points.
fn tours(
    problem: &VisitProblem,
    is_inside: impl Fn(VisitId) -> bool,
    options: &SolveOptions,
    stop: &dyn StopCriterion,
) -> (Tours, f64) {
    let all: Vec<VisitId> = (0..problem.visits().len() as u32).map(VisitId).collect();
    let mut visits = problem.visits().to_vec();
    for id in all.iter().filter(|id| !is_inside(**id)) {
        let visit = &mut visits[id.index()];
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
        visits[id.index()].mandatory = true;
    }
    let filled = problem.with_visits(visits).expect(sound);
    (solver::solve_from(&filled, Some(&alone), options, stop, &Silent).tours, worth)
}
