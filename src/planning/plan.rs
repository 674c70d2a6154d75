//! Makes a plan from start to finish: due visits, travel times, search, bound and reasons.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;

use jiff::civil::Date;
use tracing::info_span;

use super::changes::{Changes, Comparison};
use super::keep::{Kept, PlannedStop};
use super::names::Names;
use super::others::Others;
use super::places::{Places, places};
use super::problem_map::{ProblemInput, ProblemMap};
use super::{PlanError, Request, datum_fit, explain};
use crate::call_plan::{CallPlan, PhoneCalls};
use crate::ids::{ById, Id};
use crate::itinerary::{Itinerary, Outcome};
use crate::networks::Networks;
use crate::plan_files::EarlierPlan;
use crate::progress::Progress;
use crate::prospects::{Prospect, ProspectId, looks_swapped};
use crate::remark::{Remark, RemarkCode, list_some};
use crate::solver::{self, Bound, Explainer, Solution, StopCriterion};
use crate::territory::{Lists, Territory, Unplaced};

/// A finished plan, with the data from which it was made.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Days of the plan.
    pub dates: Vec<Date>,
    /// All prospects of the territory.
    pub prospects: ById<ProspectId, Prospect>,
    /// Rows of the lists that have no position.
    pub unplaced: Vec<Unplaced>,
    /// Extract in which addresses were looked up.
    pub gazetteer: Option<PathBuf>,
    /// Decision, due date, urgency and prize for each prospect and day.
    pub call_plan: CallPlan,
    /// Beats of all reps, and the outcome of each prospect.
    pub itinerary: Itinerary,
    /// Telephone calls that are due.
    pub phone_calls: PhoneCalls,
    /// Distance of each prospect from its road, in metres; `None` for a prospect that is on no
    /// road.
    pub snap_distance_m: ById<ProspectId, Option<f64>>,
    /// Tours that the solver found.
    pub solution: Solution,
    /// Upper bound on the objective of any plan.
    pub bound: Bound,
    /// Differences from the earlier plan that this plan keeps; `None` if no plan is kept.
    pub changes: Option<Changes>,
    /// Differences from the plan with which this plan is compared, on the days up to the last day
    /// of this plan; `None` without a comparison. They are not written to files.
    pub since: Option<Changes>,
    /// Remarks on the plan.
    pub remarks: Vec<Remark>,
}

impl Plan {
    /// Returns whether a person must look at the plan, because one of its remarks [requires
    /// it](crate::remark::RemarkCode::severity).
    pub fn needs_a_person(&self) -> bool {
        self.needs().next().is_some()
    }

    /// Returns the prospects whose mandatory visit is not made, with the reason as one clause, in
    /// the order of the lists.
    pub fn unserved(&self) -> impl Iterator<Item = (&Prospect, String)> {
        let all = self.prospects.iter().zip(&self.call_plan.entries).zip(&self.itinerary.outcomes);
        all.filter_map(|((prospect, entry), outcome)| match outcome {
            Outcome::LeftOut(reason) if entry.is_mandatory() => {
                Some((prospect, reason.to_string()))
            }
            Outcome::LeftOut(_) => Some((prospect, entry.impossible.clone()?)),
            Outcome::Visited { .. } => None,
        })
    }

    /// Returns the remarks because of which a person must look at the plan.
    pub fn needs(&self) -> impl Iterator<Item = &Remark> {
        self.remarks.iter().filter(|remark| remark.code.needs_a_person())
    }
}

/// Makes the plan that `request` asks for. `lists` are the contents of the lists of `territory` on
/// the first day, and `networks` its road networks.
///
/// # Errors
/// [`PlanError`] if a list or a home has a fault. A day without visits gives a remark, not an
/// error.
pub fn plan(
    territory: &Territory,
    mut lists: Lists,
    networks: &Networks,
    request: &Request,
    stop: &dyn StopCriterion,
    progress: &dyn Progress,
) -> Result<Plan, PlanError> {
    let mut remarks = lists.remarks.clone();
    for done in request.underway.iter().flat_map(|rep| &rep.done) {
        let visited_on = &mut lists.prospects[*done].visited_on;
        *visited_on = (*visited_on).max(Some(request.dates[0]));
    }
    let call_plan = CallPlan::new(&lists.prospects, territory.visit_rules(), &request.dates);
    remarks.extend(call_plan.remarks.iter().cloned());

    let stage = info_span!("travel_times").entered();
    let places = places(territory, networks, &lists.prospects, &request.underway)?;
    check_axes(&lists, &places, networks)?;
    remarks.extend(datum_fit::remarks(territory, networks, &lists));
    let Lists { prospects, unplaced, gazetteer, .. } = lists;
    let input = ProblemInput {
        territory,
        networks,
        prospects: &prospects,
        call_plan: &call_plan,
        underway: &request.underway,
        others: Others::new(territory, request),
        leading: None,
    };
    let map = ProblemMap::new(input, places, progress);
    drop(stage);
    remarks.extend(map.remarks.iter().cloned());
    remarks.extend(request.underway.iter().filter_map(|rep| rep.late_home(territory, &map)));
    let options = request.effort.options(request.seed);
    let names = Names { territory, prospects: &prospects, map: &map };
    let stage = info_span!("solve").entered();
    let kept = request.keep.as_ref().map(|keep| {
        let kept = Kept::new(keep, names);
        kept.solve(&map, territory.policy.move_cost, &options, stop, progress)
    });
    let (solution, kept) = match kept {
        None => (solver::solve(&map.problem, &options, stop, progress), None),
        Some((solution, kept)) => (solution, Some(kept)),
    };
    drop(stage);
    let violations = solver::check(&map.problem, &solution);
    if !violations.is_empty() {
        return Err(PlanError::Unsound { violations });
    }
    let bound_options = request.effort.bound_options(map.problem.shifts().len());
    let bound = info_span!("bound")
        .in_scope(|| solver::bound(&map.problem, &solution, &bound_options, stop, progress));
    let stage = info_span!("explain").entered();
    let explainer = Explainer::new(&map.problem, &solution.tours)
        .expect("a plan that passed its check breaks no rule");
    let beats = map.beats(&solution, &call_plan, networks, &explainer);
    let insertions = explain::insertions(&map, &explainer, &solution);
    let outcomes = explain::outcomes(names, &insertions, &solution, &call_plan, &beats, networks);
    let forcing = explain::forcing(names, &insertions, &solution);
    let itinerary = Itinerary { beats, outcomes, forcing };
    remarks.extend(explain::remarks(
        territory, &prospects, &itinerary, &call_plan, &map, &solution, &bound,
    ));
    let compare = |earlier: &EarlierPlan, stops: &[PlannedStop<'_>]| {
        let (call_plan, itinerary, tours) = (&call_plan, &itinerary, &solution.tours);
        Comparison { earlier, stops, names, call_plan, itinerary, tours }.changes()
    };
    let changes = kept.map(|Kept { keep, stops, price, .. }| Changes {
        price,
        changes_max: keep.changes_max,
        ..compare(&keep.earlier, &stops)
    });
    let since = request.since.as_ref().map(|earlier| {
        let compared = earlier.stops.iter().filter(|stop| request.dates.last() >= Some(&stop.date));
        let stops: Vec<PlannedStop> = compared.map(|stop| PlannedStop::new(stop, names)).collect();
        compare(earlier, &stops)
    });
    let phone_calls = phone_calls(territory, &prospects, &request.dates, &itinerary);
    remarks.extend(without_phone(&prospects, &phone_calls));
    remarks.extend(changes.as_ref().and_then(Changes::remark));
    remarks.sort();
    remarks.dedup();
    drop(stage);
    let snap_distance_m = map.snap_distance_m();
    let dates = request.dates.clone();
    Ok(Plan {
        dates,
        prospects,
        unplaced,
        gazetteer,
        call_plan,
        itinerary,
        phone_calls,
        snap_distance_m,
        solution,
        bound,
        changes,
        since,
        remarks,
    })
}

/// Returns an error if longitude and latitude are exchanged in a list: all its positions are off
/// the roads, and they are on the map only after an exchange.
fn check_axes(lists: &Lists, places: &Places, networks: &Networks) -> Result<(), PlanError> {
    let is_off = |id: &ProspectId| places.values().all(|mode| mode.prospects[*id].is_err());
    let is_swapped = |own: &Range<usize>| {
        let prospects = &lists.prospects.as_slice()[own.clone()];
        let mut ids = own.clone().map(ProspectId::from_index);
        let mut given = ids.clone().filter(|id| lists.prospects[*id].position_quality.is_none());
        let mut maps = networks.by_mode.values().map(|mode| mode.any().bounds());
        ids.any(|id| is_off(&id))
            && given.all(|id| is_off(&id))
            && maps.any(|bounds| looks_swapped(prospects, bounds))
    };
    let swapped = lists.files.iter().filter(|(_, own)| is_swapped(own));
    let lists: Vec<String> = swapped.map(|(file, _)| file.clone()).collect();
    if lists.is_empty() { Ok(()) } else { Err(PlanError::SwappedAxes { lists }) }
}

/// Returns the telephone calls that are due on `dates`, without prospects that `itinerary` visits
/// on that day.
fn phone_calls(
    territory: &Territory,
    prospects: &[Prospect],
    dates: &[Date],
    itinerary: &Itinerary,
) -> PhoneCalls {
    let stops =
        itinerary.beats.iter().flat_map(|beat| beat.stops.iter().map(|s| (s.prospect, beat.date)));
    let visited: BTreeSet<(ProspectId, Date)> = stops.collect();
    let is_visited = |prospect, date| visited.contains(&(prospect, date));
    let may_call = |prospect: &Prospect, date| {
        territory.reps_working_on(date).any(|(_, rep)| prospect.may_be_visited_by(&rep.name))
    };
    PhoneCalls::new(prospects, &territory.policy, dates, may_call, is_visited)
}

/// Returns a remark on prospects that are due for a telephone call and have no telephone number.
pub fn without_phone(prospects: &ById<ProspectId, Prospect>, calls: &PhoneCalls) -> Option<Remark> {
    let who = |id: &ProspectId| {
        let prospect = &prospects[*id];
        format!("{} ({})", prospect.id, prospect.name)
    };
    let all: Vec<String> = calls.without_phone.iter().map(who).collect();
    let is_or_are = if all.len() == 1 { "outlet is" } else { "outlets are" };
    (!all.is_empty()).then(|| {
        Remark::new(
            RemarkCode::PhoneUnknown,
            format!(
                "{} {is_or_are} due for a telephone call, but no number is known: {}",
                all.len(),
                list_some(&all, 5)
            ),
        )
    })
}
