//! Gives a reason for each prospect that is visited or left out, and remarks on the plan as a
//! whole.

mod forcing;

pub(super) use forcing::forcing;

use rayon::prelude::*;

use super::names::Names;
use super::problem_map::ProblemMap;
use crate::call_plan::{CallPlan, CallPlanEntry, Decision};
use crate::ids::{ById, Id};
use crate::itinerary::{Beat, Itinerary, LeftOut, Outcome};
use crate::networks::Networks;
use crate::prospects::{Prospect, ProspectId};
use crate::remark::{Remark, RemarkCode, list_some};
use crate::solver::{
    Bound, Conflict, Explainer, Insertion, Obstacle, Offer, Solution, VisitId, conflicts,
    infeasibility,
};
use crate::territory::Territory;
use crate::units::Seconds;

/// Returns the best insertion of each prospect that is not visited; `None` if there is none.
pub(super) fn insertions(
    map: &ProblemMap,
    explainer: &Explainer,
    solution: &Solution,
) -> ById<ProspectId, Option<Insertion>> {
    let mut is_visited: ById<ProspectId, bool> = vec![false; map.visit_of.len()].into();
    for visit in solution.tours.visits() {
        is_visited[map.visits[visit]] = true;
    }
    let of = |(visit, is_visited): (&Option<VisitId>, &bool)| {
        explainer.insertion(visit.filter(|_| !is_visited)?)
    };
    map.visit_of.par_iter().zip(is_visited.par_iter()).map(of).collect::<Vec<_>>().into()
}

/// Returns the outcome of each prospect. `insertions` is the result of [`insertions`].
pub(super) fn outcomes(
    names: Names<'_>,
    insertions: &ById<ProspectId, Option<Insertion>>,
    solution: &Solution,
    call_plan: &CallPlan,
    beats: &[Beat],
    networks: &Networks,
) -> ById<ProspectId, Outcome> {
    let Names { prospects, map, .. } = names;
    let mut outcomes: ById<ProspectId, Option<Outcome>> = vec![None; prospects.len()].into();
    for (beat, stops) in beats.iter().enumerate() {
        for (stop, visited) in stops.stops.iter().enumerate() {
            match &mut outcomes[visited.prospect] {
                Some(Outcome::Visited { visits, .. }) => *visits += 1,
                first => *first = Some(Outcome::Visited { beat, stop, visits: 1 }),
            }
        }
    }
    let conflicts = conflicts(&map.problem, solution);
    prospects
        .ids()
        .zip(outcomes)
        .map(|(id, visited)| {
            visited.unwrap_or_else(|| {
                let conflict = map.visit_of[id]
                    .and_then(|visit| conflicts.iter().find(|conflict| conflict.visit == visit));
                let case = LeftOutCase { names, insertion: insertions[id].as_ref(), conflict };
                Outcome::LeftOut(why_left_out(case, call_plan, id, networks))
            })
        })
        .collect()
}

/// A prospect that is left out, with the results of the solver about it.
#[derive(Clone, Copy)]
struct LeftOutCase<'a> {
    names: Names<'a>,
    /// Best insertion of the visit; `None` if there is none.
    insertion: Option<&'a Insertion>,
    /// Conflict that excludes its mandatory visit; `None` if there is none.
    conflict: Option<&'a Conflict>,
}

fn why_left_out(
    case: LeftOutCase<'_>,
    call_plan: &CallPlan,
    id: ProspectId,
    networks: &Networks,
) -> LeftOut {
    let map = case.names.map;
    let decisions = &call_plan.entry(id).decisions;
    if let [Decision::NotDue(reason), others @ ..] = &decisions[..]
        && others.iter().all(|decision| decision.due().is_none())
    {
        return LeftOut::NotDue(*reason);
    }
    if let Some(failure) = &map.off_the_roads[id] {
        return LeftOut::OffTheRoads(failure.clone());
    }
    let visit = map.visit_of[id].expect("who is due and on the roads is a visit");
    let offers = &map.problem.visit(visit).offers;
    if offers.is_empty() {
        return why_not_offered(case.names, call_plan.entry(id), id);
    }
    let place = map.problem.visit(visit).place;
    let is_reached = |offer: &Offer| {
        let (terms, roads) = (map.problem.shift(offer.shift), map.problem.travel(offer.shift));
        roads.has_way(terms.start_place, place) && roads.has_way(place, terms.end_place)
    };
    if !offers.iter().any(is_reached) {
        return LeftOut::Unreachable { apart: map.apart(networks, visit) };
    }
    why_not_chosen(case, visit)
}

/// Returns the reason why no rep can make a visit that is due on any day.
fn why_not_offered(
    Names { territory, prospects, map }: Names<'_>,
    entry: &CallPlanEntry,
    id: ProspectId,
) -> LeftOut {
    let prospect = &prospects[id];
    let at_hand = map.shifts.iter().filter_map(|(rep, day)| {
        let rep = &territory.reps[*rep];
        let due =
            entry.decisions[day.index()].due().filter(|_| prospect.may_be_visited_by(&rep.name))?;
        Some((rep, due.at_pace(rep.visit_minutes_share).is_some()))
    });
    let at_hand: Vec<_> = at_hand.collect();
    if at_hand.is_empty() {
        return LeftOut::NobodyWorks { reps: prospect.reps.clone() };
    }
    let mut kept: Vec<String> = Vec::new();
    for (rep, _) in at_hand.iter().filter(|(_, is_open_long_enough)| *is_open_long_enough) {
        if !kept.contains(&rep.name) {
            kept.push(rep.name.clone());
        }
    }
    match kept.is_empty() {
        true => LeftOut::TooFarForADay { alone: None, remedies: Vec::new() },
        false => LeftOut::DayKept { reps: kept },
    }
}

/// Returns the reason why a visit that is possible was not chosen.
fn why_not_chosen(case: LeftOutCase<'_>, visit: VisitId) -> LeftOut {
    let LeftOutCase { names, insertion, conflict } = case;
    let remedies = || {
        let all = conflict.iter().flat_map(|conflict| &conflict.remedies);
        all.map(|remedy| names.remedy(*remedy)).collect()
    };
    let alone = match (insertion, conflict) {
        (None, _) | (_, Some(_)) => infeasibility(&names.map.problem, visit),
        _ => None,
    };
    let Some(insertion) = insertion.filter(|_| alone.is_none()) else {
        return LeftOut::TooFarForADay { alone, remedies: remedies() };
    };
    if let Some(conflict) = conflict.filter(|conflict| !conflict.with.is_empty()) {
        return LeftOut::MandatoryConflict {
            with: conflict.with.iter().map(|visit| names.prospect(*visit).name.clone()).collect(),
            is_proven: conflict.is_proven,
            remedies: remedies(),
        };
    }
    let extra_travel = Seconds(u32::try_from(insertion.extra_travel).unwrap_or(0));
    match insertion.obstacle {
        Obstacle::Nothing | Obstacle::NotWorthTravel { .. } => {
            LeftOut::NotWorthTheDrive { extra_travel }
        }
        Obstacle::VisitsMax => {
            let instead_of = insertion.replacement.as_ref().map(|replacement| {
                let visits = replacement.visits.iter();
                visits.map(|visit| names.prospect(*visit).name.clone()).collect()
            });
            LeftOut::VisitsFull { instead_of: instead_of.unwrap_or_default() }
        }
        Obstacle::TravelMax { over } => LeftOut::TravelFull { over },
        Obstacle::BreakTooLate => LeftOut::BreakTooLate,
        Obstacle::NoTime { missing } => LeftOut::NoTime { missing, extra_travel },
    }
}

/// Returns remarks on the plan as a whole: days without work, reps without visits, and mandatory
/// visits that are not made.
pub(super) fn remarks(
    territory: &Territory,
    prospects: &[Prospect],
    itinerary: &Itinerary,
    call_plan: &CallPlan,
    map: &ProblemMap,
    solution: &Solution,
    bound: &Bound,
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let name = &territory.name;
    for date in &call_plan.dates {
        if territory.reps_working_on(*date).next().is_none() {
            let message = format!("territory \"{name}\": nobody works on {date}");
            remarks.push(Remark::new(RemarkCode::NobodyWorks, message));
        }
    }
    for ((prospect, entry), outcome) in
        prospects.iter().zip(&call_plan.entries).zip(&itinerary.outcomes)
    {
        if let Outcome::LeftOut(reason) = outcome
            && entry.is_mandatory()
        {
            let Prospect { id, name, .. } = prospect;
            let message = format!("{id} ({name}) must be visited but is not: {reason}");
            remarks.push(Remark::new(RemarkCode::MandatoryNotServed, message));
        }
    }
    if itinerary.beats.is_empty() {
        let reasons = itinerary.outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::LeftOut(reason) => Some(reason.code()),
            Outcome::Visited { .. } => None,
        });
        let mut counts = std::collections::BTreeMap::<&str, usize>::new();
        for code in reasons {
            *counts.entry(code).or_default() += 1;
        }
        let counts: Vec<String> = counts.iter().map(|(code, n)| format!("{n} {code}")).collect();
        let message = format!(
            "territory \"{name}\": nothing can be planned; of {} prospects {}",
            prospects.len(),
            list_some(&counts, 20)
        );
        remarks.push(Remark::new(RemarkCode::NothingPlanned, message));
    }
    for tour in solution.tours.0.iter().filter(|tour| tour.visits.is_empty()) {
        let (rep, day) = map.shifts[tour.shift];
        let message =
            format!("{} has nothing to visit on {}", territory.reps[rep].name, map.dates[day]);
        remarks.push(Remark::new(RemarkCode::IdleRep, message));
    }
    if solution.stopped_early {
        let message = format!(
            "the search was stopped by its time limit after {} steps: another run may give another plan",
            solution.iterations
        );
        remarks.push(Remark::new(RemarkCode::StoppedEarly, message));
    } else if bound.stopped_early {
        let message = format!(
            "the time limit ended the work on the bound after {} passes: the plan is complete, another run may give \
             another bound",
            bound.passes
        );
        remarks.push(Remark::new(RemarkCode::BoundStoppedEarly, message));
    }
    remarks
}
