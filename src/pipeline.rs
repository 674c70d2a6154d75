//! The whole story on one screen: a territory and some days in, an itinerary with reasons out.
//!
//! The only place that knows all stages; `plan`, `batch` and whatever comes later call [`networks`] and [`plan`].

mod approach;
mod balance;
mod cache;
mod capacity;
mod cast;
mod changes;
mod coverage;
mod day_route;
mod earlier;
mod explain;
mod fit;
mod half_day;
mod keep;
mod networks;
mod on_the_way;
mod places;
mod underway;
mod wanted;
mod where_next;
mod workload;

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::Date;
use tracing::info_span;

pub use balance::{Aligned, Balance, BalanceOptions, RepLoad};
pub use cache::{NetworkCache, program_file};
pub use capacity::{Capacity, TierLoad};
use changes::Comparison;
pub use changes::{Change, Changes, RepDay};
pub use coverage::{Coverage, CoverageError, CoverageOptions, coverage, territory_extract};
pub use day_route::{DayLunch, DayRoute, DayStop};
pub use earlier::{EarlierPlan, EarlierPlanError, EarlierStop};
pub use fit::{DatumFit, datum_fit};
pub use half_day::{HalfDay, HalfDayOptions, HalfDays, half_day_dates, next_working_day};
pub use keep::Keep;
use keep::PlannedStop;
pub use networks::{
    ModeNetworks, NetworkError, Networks, file_name, fingerprint, network_of_extract, networks,
    profile,
};
pub use on_the_way::{DayObstacle, OnTheWay, on_the_way};
pub use underway::{FieldReport, Underway, UnderwayError};
pub use where_next::Next;

use crate::call_plan::{CallPlan, PhoneCalls};
use crate::itinerary::{Itinerary, Outcome};
use crate::progress::Progress;
use crate::prospects::{Prospect, ProspectId};
use crate::remark::{Remark, list_some};
use crate::road::SnapFailure;
use crate::solver::{
    self, Bound, BoundOptions, Explainer, Solution, SolveOptions, Stop, Violation,
};
use crate::territory::{Lists, Territory, Unplaced};

/// What to plan.
#[derive(Debug, Clone)]
pub struct Request {
    /// The days, in order, at least one.
    pub dates: Vec<Date>,
    /// Where the solver's random numbers begin.
    pub seed: u64,
    /// How hard to look for a good plan.
    pub effort: Effort,
    /// Reps in the middle of the first day, at most one entry each: only the rest of their day is planned.
    pub underway: Vec<Underway>,
    /// The earlier plan that is not to be turned upside down.
    pub keep: Option<Keep>,
    /// An earlier plan of any days that the plan is only compared with.
    pub since: Option<EarlierPlan>,
}

/// How hard to look for a good plan. A number of steps, never a time: the same effort gives the same plan anywhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// A fifth of the normal number of steps.
    Quick,
    /// A second or so for one rep and day.
    #[default]
    Normal,
    /// Ten times the normal number of steps.
    Thorough,
}

impl Effort {
    fn options(self, seed: u64) -> SolveOptions {
        let iterations = match self {
            Self::Quick => 8_000,
            Self::Normal => 40_000,
            Self::Thorough => 400_000,
        };
        SolveOptions { seed, iterations, starts: 2 }
    }

    /// Less work for the bound than for the plan.
    fn bound_options(self, shifts: usize) -> BoundOptions {
        let work = 20_000_000 + 5_000_000 * shifts as u64;
        match self {
            Self::Quick => BoundOptions { work: work / 2, passes: 80 },
            Self::Normal => BoundOptions { work, passes: 200 },
            Self::Thorough => BoundOptions { work: work * 10, passes: 1_000 },
        }
    }
}

/// A finished plan with all that it was made from.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The days.
    pub dates: Vec<Date>,
    /// All prospects of the territory.
    pub prospects: Vec<Prospect>,
    /// Rows of the lists of which nobody knows where they are.
    pub unplaced: Vec<Unplaced>,
    /// The extract in which addresses were looked up, if any were.
    pub gazetteer: Option<PathBuf>,
    /// Who is due when, and what for.
    pub call_plan: CallPlan,
    /// Who is visited when, by which roads; what became of the others.
    pub itinerary: Itinerary,
    /// Who is to be called by telephone.
    pub phone_calls: PhoneCalls,
    /// How far each prospect is from the road it was snapped to, in metres; `None` where it was not.
    pub snap_distance_m: Vec<Option<f64>>,
    /// What the solver has to say about its work.
    pub solution: Solution,
    /// What no plan can exceed.
    pub bound: Bound,
    /// What is different from the earlier plan, if one was to be kept.
    pub changes: Option<Changes>,
    /// What is different from the plan it was only to be compared with, on that plan's days before and on the days of this
    /// one; nothing of it is written.
    pub since: Option<Changes>,
    /// What a person should know.
    pub remarks: Vec<Remark>,
}

impl Plan {
    /// Whether the plan needs a person: nothing could be planned, a mandatory visit could not be kept, or rows of a list are
    /// at fault or nowhere.
    pub fn needs_a_person(&self) -> bool {
        self.needs().next().is_some()
    }

    /// Who must be visited but is not, with why, as one clause; in the order of the prospects.
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

    /// The remarks for which the plan needs a person.
    pub fn needs(&self) -> impl Iterator<Item = &Remark> {
        const CODES: [&str; 8] = [
            "changes_max_exceeded",
            "no_position",
            "row_left_out",
            "nothing_planned",
            "mandatory_not_served",
            "must_visit_impossible",
            "pinned_impossible",
            "appointment_impossible",
        ];
        self.remarks.iter().filter(|remark| CODES.contains(&&*remark.code))
    }
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Where a rep lives or is underway is not on the roads.
    #[error(
        "territory \"{territory}\": {what} ({lon:.6}, {lat:.6}) is not on the road network of mode {mode}: \
         {failure}; {}", if *exchanged {
            "its longitude and latitude are exchanged: the longitude comes first"
        } else {
            "correct it (longitude first), or raise snap_radius_m of the policy"
        }
    )]
    Place {
        /// The territory.
        territory: String,
        /// What is there: `"the home of Maria"`.
        what: String,
        /// The rep's travel mode.
        mode: String,
        /// Its longitude.
        lon: f64,
        /// Its latitude.
        lat: f64,
        /// What is wrong with it.
        failure: Box<SnapFailure>,
        /// Whether it lies on the map the other way round.
        exchanged: bool,
    },
    /// The axes of some lists are exchanged.
    #[error(
        "{}: the prospects lie on the map only with longitude and latitude exchanged; exchange the columns lon and lat",
        lists.join(", ")
    )]
    SwappedAxes {
        /// The files of these lists.
        lists: Vec<String>,
    },
    /// The solver broke its promise; the plan was not written.
    #[error(
        "the plan failed its own check ({}); this is a fault of the program, please report it",
        list_some(violations, 3)
    )]
    Unsound {
        /// What the checker found.
        violations: Vec<Violation>,
    },
}

/// Plans `request` for `territory`, with its `lists` as they stand on the first day, on its `networks`.
///
/// # Errors
/// [`PlanError`] if a list or a home is at fault. A day on which nothing can be planned is no error but a remark.
pub fn plan(
    territory: &Territory,
    mut lists: Lists,
    networks: &Networks,
    request: &Request,
    stop: &dyn Stop,
    progress: &dyn Progress,
) -> Result<Plan, PlanError> {
    let mut remarks = lists.remarks.clone();
    for done in request.underway.iter().flat_map(|rep| &rep.done) {
        let visited_on = &mut lists.prospects[done.0 as usize].visited_on;
        *visited_on = (*visited_on).max(Some(request.dates[0]));
    }
    let call_plan = CallPlan::new(&lists.prospects, territory.house(), &request.dates);
    remarks.extend(call_plan.remarks.iter().cloned());

    let cast = info_span!("travel_times")
        .in_scope(|| cast::Cast::new(territory, networks, &lists, &call_plan, request, progress))?;
    let Lists { prospects, unplaced, gazetteer, .. } = lists;
    remarks.extend(cast.remarks.iter().cloned());
    remarks.extend(request.underway.iter().filter_map(|rep| rep.late_home(territory, &cast)));
    let options = request.effort.options(request.seed);
    let names = explain::Names { territory, prospects: &prospects, cast: &cast };
    let stage = info_span!("solve").entered();
    let kept = request.keep.as_ref().map(|keep| {
        let kept = keep::Kept::new(keep, names);
        kept.solve(&cast, territory.policy.move_cost, &options, stop, progress)
    });
    let (solution, kept) = match kept {
        None => (solver::solve(&cast.problem, &options, stop, progress), None),
        Some((solution, kept)) => (solution, Some(kept)),
    };
    drop(stage);
    let violations = solver::check(&cast.problem, &solution);
    if !violations.is_empty() {
        return Err(PlanError::Unsound { violations });
    }
    let bound_options = request.effort.bound_options(cast.problem.shifts().len());
    let bound = info_span!("bound")
        .in_scope(|| solver::bound(&cast.problem, &solution, &bound_options, stop, progress));
    let stage = info_span!("explain").entered();
    let explainer = Explainer::new(&cast.problem, &solution.tours)
        .expect("a plan that passed its check breaks no rule");
    let beats = cast.beats(&solution, &call_plan, networks, &explainer);
    let insertions = explain::insertions(&cast, &explainer, &solution);
    let outcomes = explain::outcomes(names, &insertions, &solution, &call_plan, &beats, networks);
    let forcing = explain::forcing(names, &insertions, &solution);
    let itinerary = Itinerary { beats, outcomes, forcing };
    remarks.extend(explain::remarks(
        territory, &prospects, &itinerary, &call_plan, &cast, &solution, &bound,
    ));
    let compare = |earlier: &EarlierPlan, stops: &[PlannedStop<'_>]| {
        let (call_plan, itinerary, tours) = (&call_plan, &itinerary, &solution.tours);
        Comparison { earlier, stops, names, call_plan, itinerary, tours }.changes()
    };
    let changes = kept.map(|keep::Kept { keep, stops, price, .. }| Changes {
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
    let snap_distance_m = cast.snap_distance_m();
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

/// The telephone calls due on `dates`, beside the visits of `itinerary`.
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

/// Who would be called if a number were known.
pub fn without_phone(prospects: &[Prospect], calls: &PhoneCalls) -> Option<Remark> {
    let who = |id: &ProspectId| {
        let prospect = &prospects[id.0 as usize];
        format!("{} ({})", prospect.id, prospect.name)
    };
    let all: Vec<String> = calls.without_phone.iter().map(who).collect();
    let is_or_are = if all.len() == 1 { "outlet is" } else { "outlets are" };
    (!all.is_empty()).then(|| {
        Remark::new(
            "phone_unknown",
            format!(
                "{} {is_or_are} due for a telephone call, but no number is known: {}",
                all.len(),
                list_some(&all, 5)
            ),
        )
    })
}
