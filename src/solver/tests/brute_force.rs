//! The best there is, by trying everything.

use crate::solver::{Pause, ShiftId, Tour, VisitId, VisitProblem, schedule};

/// Most mandatory visits, then the greatest objective.
type Worth = (usize, i64);

/// What the best tours are worth: mandatory visits served, objective.
///
/// The best order of every set of visits in every shift, then the best division of the visits among the shifts.
pub(in crate::solver) fn brute_force(problem: &VisitProblem) -> Worth {
    let sets = 1 << problem.visits().len();
    let mut best: Vec<Option<Worth>> = vec![None; sets];
    best[0] = Some((0, 0));
    for shift in 0..problem.shifts().len() as u32 {
        let mut alone = vec![None; sets];
        let tour = Tour::empty(ShiftId(shift));
        try_orders(problem, tour, 0, &mut alone);
        let before = best.clone();
        for (set, worth) in best.iter_mut().enumerate() {
            let mut part = set;
            loop {
                if let (Some(a), Some(b)) = (before[set & !part], alone[part]) {
                    *worth = (*worth).max(Some((a.0 + b.0, a.1 + b.1)));
                }
                if part == 0 {
                    break;
                }
                part = (part - 1) & set;
            }
        }
    }
    best.into_iter().flatten().max().unwrap()
}

/// Notes the worth of `tour` under the set of its visits, and of every longer tour that begins with it.
fn try_orders(problem: &VisitProblem, tour: Tour, set: usize, alone: &mut [Option<Worth>]) {
    let shift = tour.shift;
    let pause: Option<Pause> = problem.shift(shift).pause;
    let pauses = pause.into_iter().flat_map(|_| (0..=tour.visits.len()).map(Some)).chain([None]);
    let travel = pauses.into_iter().filter_map(|pause_after| {
        let times = schedule(problem, shift, &Tour { pause_after, ..tour.clone() })?;
        Some(times.travel)
    });
    if let Some(travel) = travel.min() {
        let mandatory = tour.visits.iter().filter(|&&v| problem.visit(v).mandatory).count();
        let gain = tour.prize(problem) as i64 * 3600;
        let cost = i64::from(travel.0) * i64::from(problem.travel_cost_per_hour().0);
        alone[set] = alone[set].max(Some((mandatory, gain - cost)));
    }
    for next in 0..problem.visits().len() as u32 {
        let bit = 1 << next;
        if set & bit == 0 && problem.offer(VisitId(next), shift).is_some() {
            let mut longer = tour.clone();
            longer.visits.push(VisitId(next));
            try_orders(problem, longer, set | bit, alone);
        }
    }
}
