//! The price of each visit that is not made, and the least change that would admit it.

use rayon::prelude::*;

use super::names::{Names, code};
use crate::itinerary::{Admission, Forcing};
use crate::solver::{Admissions, Explainer, Obstacle, Solution, VisitId};

/// By prospect: what it would take to visit it, if it could be visited and is not; nothing for one that has another of its
/// visits in the plan.
pub(in crate::pipeline) fn forcing(
    names: Names<'_>,
    explainer: &Explainer,
    solution: &Solution,
) -> Vec<Option<Forcing>> {
    let admissions = Admissions::new(&names.cast.problem, &solution.tours);
    let mut is_visited = vec![false; names.prospects.len()];
    for visit in solution.tours.visits() {
        is_visited[names.cast.visits[visit.0 as usize].0 as usize] = true;
    }
    let of = |(visit, is_visited): (&Option<VisitId>, &bool)| match is_visited {
        true => None,
        false => forced(names, explainer, &admissions, (*visit)?),
    };
    names.cast.visit_of.par_iter().zip(&is_visited).map(of).collect()
}

fn forced(
    names: Names<'_>,
    explainer: &Explainer,
    admissions: &Admissions<'_>,
    visit: VisitId,
) -> Option<Forcing> {
    let points = |objective: i64| objective as f64 / 3_600_000.0;
    let insertion = explainer.insertion(visit)?;
    let problem = &names.cast.problem;
    // It may fit as it is, and only not be worth the drive.
    let fits = match insertion.obstacle {
        Obstacle::NotWorthTravel { loss } => Some(loss),
        Obstacle::Nothing => Some(0),
        _ => None,
    };
    let replacement = insertion.replacement.filter(|_| fits.is_none());
    let prize = |(shift, visit)| problem.offer(visit, shift).map_or(0.0, |o| o.prize.points());
    let replaced = replacement.iter().flat_map(|r| r.visits.iter().map(|visit| (r.shift, *visit)));
    let replaced: Vec<_> = replaced.collect();
    // Who would replace others is best placed among them; who would need a change, where the change is least.
    let admission = if fits.is_some() { None } else { admissions.admission(visit) };
    let (shift, after) = match admission {
        Some(admission) => (admission.shift, admission.after),
        None => (insertion.shift, insertion.after),
    };
    let (rep, day) = names.cast.shifts[shift.0 as usize];
    Some(Forcing {
        rep,
        date: names.cast.dates[day],
        after_stops: after,
        costs: fits.map(points).or_else(|| replacement.as_ref().map(|r| -points(r.change))),
        instead_of: replaced.iter().map(|(_, v)| names.prospect(*v).name.clone()).collect(),
        prize_lost: replaced.into_iter().map(prize).sum(),
        admission: admission.map(|admission| Admission {
            code: code(admission.change),
            minutes: admission.change.minutes(),
            words: names.change(admission.change),
        }),
    })
}
