//! Finds the optimum by trying all solutions.

use crate::solver::{Break, ShiftId, Tour, VisitId, VisitProblem, schedule};

/// Worth of a solution: number of mandatory visits, then objective.
type Worth = (usize, i64);

/// Returns the worth of the optimum.
///
/// Finds the best order of each set of visits in each shift. Then finds the best assignment of sets
/// to shifts that keeps the spacing of all series.
pub(in crate::solver) fn brute_force(problem: &VisitProblem) -> Worth {
    let sets = 1 << problem.visits().len();
    let alone = (0..problem.shifts().len() as u32).map(|shift| {
        let mut alone = vec![None; sets];
        try_orders(problem, Tour::empty(ShiftId(shift)), 0, &mut alone);
        alone
    });
    let alone: Vec<Vec<Option<Worth>>> = alone.collect();
    let mut best = (0, i64::MIN);
    try_divisions(problem, &alone, &mut Vec::new(), (0, 0), &mut best);
    best
}

/// Assigns each possible set of the remaining visits to the next shift. Records the worth of
/// complete assignments.
fn try_divisions(
    problem: &VisitProblem,
    alone: &[Vec<Option<Worth>>],
    parts: &mut Vec<usize>,
    worth: Worth,
    best: &mut Worth,
) {
    let Some(next) = alone.get(parts.len()) else {
        if keeps_apart(problem, parts) {
            *best = worth.max(*best);
        }
        return;
    };
    let taken = parts.iter().fold(0, |taken, part| taken | part);
    for (part, gain) in next.iter().enumerate().filter(|(part, _)| part & taken == 0) {
        let Some(gain) = gain else { continue };
        parts.push(part);
        let sum = (worth.0 + gain.0, worth.1 + gain.1);
        try_divisions(problem, alone, parts, sum, best);
        parts.pop();
    }
}

/// Returns whether all series keep their order and spacing.
fn keeps_apart(problem: &VisitProblem, parts: &[usize]) -> bool {
    problem.series().iter().all(|series| {
        let day = |visit: &VisitId| {
            let shift = parts.iter().position(|part| part & (1 << visit.0) != 0)?;
            Some(problem.shift(ShiftId(shift as u32)).day)
        };
        let days: Vec<u32> = series.visits.iter().filter_map(day).collect();
        days.is_sorted_by(|a, b| a + series.spacing_days <= *b)
    })
}

/// Records the worth of `tour` for its set of visits, and the worth of each longer tour that begins
/// with `tour`.
fn try_orders(problem: &VisitProblem, tour: Tour, set: usize, alone: &mut [Option<Worth>]) {
    let shift = tour.shift;
    let required_break: Option<Break> = problem.shift(shift).required_break;
    let breaks =
        required_break.into_iter().flat_map(|_| (0..=tour.visits.len()).map(Some)).chain([None]);
    let travel = breaks.into_iter().filter_map(|break_after| {
        let times = schedule(problem, shift, &Tour { break_after, ..tour.clone() })?;
        Some(times.travel)
    });
    if let Some(travel) = travel.min() {
        let mandatory = tour.visits.iter().filter(|&&v| problem.visit(v).mandatory).count();
        let gain = tour.prize(problem) as i64 * 3600;
        let cost = i64::from(travel.0) * i64::from(problem.travel_cost_per_hour().0);
        let visits = tour.visits.iter().filter_map(|&v| problem.offer(v, shift));
        let work = travel.0 + visits.map(|offer| offer.duration.0).sum::<u32>();
        let price = i64::from(problem.balance().0) * i64::from(work) * i64::from(work) / 3600;
        alone[set] = alone[set].max(Some((mandatory, gain - cost - price)));
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
