//! Solves a problem: runs several independent searches in parallel and returns the best result.

use rayon::prelude::*;

use super::problem::VisitProblem;
use super::search::{Instance, SearchResult, Start, search};
use super::solution::Solution;
use super::stop_criterion::StopCriterion;
use super::tour::Tours;
use crate::progress::Progress;

/// Effort of the search and seed for its random numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SolveOptions {
    /// Seed for the random numbers [default: 1].
    pub seed: u64,
    /// Number of ruin-and-recreate steps in each search. With zero steps, a search makes only the
    /// first tours and the local search [default: 20,000].
    pub iterations: u64,
    /// Number of independent searches, which run in parallel; zero counts as one [default: 2].
    ///
    /// Two or more searches are better than one long search. Searches with even numbers take large
    /// steps, searches with odd numbers small steps; the better kind depends on the problem.
    pub starts: u32,
}

impl Default for SolveOptions {
    fn default() -> Self {
        Self { seed: 1, iterations: 20_000, starts: 2 }
    }
}

/// Searches for the best tours. Tours with more mandatory visits are better; if the numbers are
/// equal, tours with a greater objective are better.
///
/// The objective is the sum of the prizes minus the cost of travel and of uneven work; see
/// [`Solution::objective`]. The method is ruin and recreate with simulated annealing, after
/// Christiaens & Vanden Berghe (2020), doi:10.1287/trsc.2019.0914; we adapted it to orienteering,
/// where not all visits need be made.
///
/// The same problem and options give the same tours on every machine and with any number of
/// threads, unless `stop` ends the search. A step changes few tours; its time is proportional to
/// the number of stops of these tours multiplied by the number of visits that are in no tour. Where
/// travel depends on the hour, a step takes three to four times as long.
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

/// Does the same as [`solve`], starting from the tours `from`, to which it first adds visits that
/// fit.
///
/// The result is at least as good as `from`. If `from` breaks a rule of the problem, it is ignored.
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
