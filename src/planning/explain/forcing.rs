//! Computes the price of making each visit that is not planned, and the smallest change that would
//! admit it.

use rayon::prelude::*;

use crate::ids::ById;
use crate::itinerary::{Admission, Forcing};
use crate::planning::names::{Names, code};
use crate::prospects::ProspectId;
use crate::solver::{
    AdmissionFinder, Insertion, Obstacle, Solution, TermsChangeKind, VisitId, objective_points,
};

/// Returns the forcing of each prospect whose best insertion is known: the cost of planning a visit
/// there in spite of the obstacle.
pub(in crate::planning) fn forcing(
    names: Names<'_>,
    insertions: &ById<ProspectId, Option<Insertion>>,
    solution: &Solution,
) -> ById<ProspectId, Option<Forcing>> {
    let admissions = AdmissionFinder::new(&names.map.problem, &solution.tours);
    let of = |(visit, insertion): (&Option<VisitId>, &Option<Insertion>)| {
        Some(forced(names, &admissions, (*visit)?, insertion.as_ref()?))
    };
    names.map.visit_of.par_iter().zip(insertions.par_iter()).map(of).collect::<Vec<_>>().into()
}

fn forced(
    names: Names<'_>,
    admissions: &AdmissionFinder<'_>,
    visit: VisitId,
    insertion: &Insertion,
) -> Forcing {
    let problem = &names.map.problem;
    // The visit may fit without a change and only not be worth the drive.
    let fits = match insertion.obstacle {
        Obstacle::NotWorthTravel { loss } => Some(loss),
        Obstacle::Nothing => Some(0),
        _ => None,
    };
    let replacement = insertion.replacement.as_ref().filter(|_| fits.is_none());
    let prize = |(shift, visit)| problem.offer(visit, shift).map_or(0.0, |o| o.prize.points());
    let replaced = replacement.iter().flat_map(|r| r.visits.iter().map(|visit| (r.shift, *visit)));
    let replaced: Vec<_> = replaced.collect();
    // If the visit replaces others, it takes their place. If it needs a change, it goes where the
    // smallest change is enough.
    let admission = if fits.is_some() { None } else { admissions.least_change(visit) };
    let (shift, after) = match admission {
        Some(admission) => (admission.shift, admission.after),
        None => (insertion.shift, insertion.after),
    };
    let (rep, day) = names.map.shifts[shift];
    Forcing {
        rep,
        date: names.map.dates[day],
        after_stops: after,
        costs: fits.or_else(|| Some(-replacement?.change)).map(objective_points),
        instead_of: replaced.iter().map(|(_, v)| names.prospect(*v).name.clone()).collect(),
        prize_lost: replaced.into_iter().map(prize).sum(),
        admission: admission.map(|admission| Admission {
            code: code(admission.change),
            minutes: (admission.change.kind != TermsChangeKind::OneMoreVisit)
                .then_some(admission.change.minutes),
            words: names.change(admission.change),
        }),
    }
}
