//! The entry point: several starts side by side, the best one wins.

use rayon::prelude::*;

use crate::progress::Progress;

use super::problem::VisitProblem;
use super::search::{Found, Instance, Start, search};
use super::stop::Stop;
use super::tour::{Solution, Tours};

/// How hard to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SolveOptions {
    /// Where the random numbers begin.
    pub seed: u64,
    /// Ruin-and-recreate steps of each start; zero: only the first construction and local search.
    pub iterations: u64,
    /// How many independent searches, at least one; they run side by side. Two or more are better than one long one:
    /// even ones take large steps, odd ones small, and which is right depends on the problem.
    pub starts: u32,
}

impl Default for SolveOptions {
    fn default() -> Self {
        Self { seed: 1, iterations: 20_000, starts: 2 }
    }
}

/// Looks for the best tours: as many mandatory visits as possible, then prizes less the cost of travel.
///
/// Ruin and recreate with simulated annealing, after Christiaens & Vanden Berghe (2020),
/// doi:10.1287/trsc.2019.0914, for orienteering. The same problem and options give the same tours on every machine and
/// with any number of threads, unless `stop` ends the search. A step takes time in proportion to
/// absent visits × stops in the few tours it changes; three to four times as long where travel depends on the hour.
pub fn solve(
    problem: &VisitProblem,
    options: &SolveOptions,
    stop: &dyn Stop,
    progress: &dyn Progress,
) -> Solution {
    solve_from(problem, None, options, stop, progress)
}

/// [`solve`], from the tours `from` on instead of from nothing, with what there is room for beside them; the result is no
/// worse than that. Tours that break a rule of the problem are passed over.
pub fn solve_from(
    problem: &VisitProblem,
    from: Option<&Tours>,
    options: &SolveOptions,
    stop: &dyn Stop,
    progress: &dyn Progress,
) -> Solution {
    let starts = options.starts.max(1);
    let instance = Instance::new(problem);
    progress.begin("solving", options.iterations.saturating_mul(u64::from(starts)));
    let found: Vec<Found> = (0..starts)
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
