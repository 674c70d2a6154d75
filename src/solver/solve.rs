//! Solves a problem: several independent searches in parallel, the best result wins.

use rayon::prelude::*;

use super::problem::VisitProblem;
use super::search::{Instance, SearchResult, Start, search};
use super::solution::Solution;
use super::stop_criterion::StopCriterion;
use super::tour::Tours;
use crate::progress::Progress;

/// Effort and random seed of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SolveOptions {
    /// Seed of the random numbers.
    pub seed: u64,
    /// Ruin-and-recreate steps of each start; zero makes only the first construction and the local
    /// search.
    pub iterations: u64,
    /// Number of independent searches, which run in parallel; zero counts as one.
    ///
    /// Two or more are better than one long search: even starts take large steps, odd starts small
    /// ones, and the better choice depends on the problem.
    pub starts: u32,
}

impl Default for SolveOptions {
    fn default() -> Self {
        Self { seed: 1, iterations: 20_000, starts: 2 }
    }
}

/// Searches for the best tours: first as many mandatory visits as possible, then the greatest objective.
///
/// The objective is the sum of the prizes less the cost of travel and uneven work; see
/// [`Solution::objective`]. The method is ruin and recreate with simulated annealing, after
/// Christiaens & Vanden Berghe (2020), doi:10.1287/trsc.2019.0914, adapted to orienteering.
///
/// The same problem and options give the same tours on every machine and with any number of threads,
/// unless `stop` ends the search. The time of a step is proportional to absent visits × stops of the
/// few tours it changes; it is three to four times as long where travel depends on the hour.
///
/// # Examples
/// The problem of the example of [`VisitProblem::new`]:
/// ```
#[doc = include_str!("example_problem.txt")]
/// let solution = solve(&problem, &SolveOptions::default(), &NoLimit, &Silent);
/// assert_eq!(solution.tours.visits().count(), 2);
/// assert_eq!((solution.prize, solution.travel), (5000, minutes(40)));
/// ```
#[must_use]
pub fn solve(
    problem: &VisitProblem,
    options: &SolveOptions,
    stop: &dyn StopCriterion,
    progress: &dyn Progress,
) -> Solution {
    solve_from(problem, None, options, stop, progress)
}

/// As [`solve`], but starts from the tours `from`, which it first fills with visits that fit.
///
/// The result is at least as good as `from`. Tours that break a rule of the problem are ignored.
#[must_use]
pub fn solve_from(
    problem: &VisitProblem,
    from: Option<&Tours>,
    options: &SolveOptions,
    stop: &dyn StopCriterion,
    progress: &dyn Progress,
) -> Solution {
    let starts = options.starts.max(1);
    let instance = Instance::new(problem);
    progress.begin("solving", options.iterations.saturating_mul(u64::from(starts)));
    let found: Vec<SearchResult> = (0..starts)
        .into_par_iter()
        .map(|number| {
            let iterations = options.iterations;
            let start = Start { seed: options.seed, number, iterations, from };
            search(&instance, start, stop, progress)
        })
        .collect();
    progress.end();
    let iterations = found.iter().map(|f| f.iterations).sum();
    let stopped_early = found.iter().any(|f| f.stopped_early);
    let best = found
        .into_iter()
        .reduce(|best, next| if next.score > best.score { next } else { best })
        .expect("there is at least one start");
    Solution { iterations, stopped_early, ..Solution::of(problem, best.tours) }
}
