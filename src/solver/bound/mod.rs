//! Computes an upper bound on the objective of all plans.
//!
//! The problem is relaxed into independent shifts. Prices replace the following rules (Lagrangian
//! relaxation): a visit is made at most once, a mandatory visit is made, a shift has a maximum of
//! visits and of travel. For each kind of shift, the best path through the day at these prices
//! remains to be found. Labelling finds this path. It is fast because paths need not remember all
//! their visits (`neighbours`), and because times in one short span count as equal (`paths`). Any
//! prices give a valid bound; subgradient steps find good prices. This is the dual of the
//! set-packing formulation used in column generation; see Tricoire et al. (2010),
//! doi:10.1016/j.cor.2009.05.012, and Baldacci, Mingozzi & Roberti (2011),
//! doi:10.1287/opre.1110.0975.
//!
//! A leg is removed for good if no plan can use it and be better than the given plan. That makes
//! the next pass over the shifts faster and, with shorter spans, the bound tighter. All sums are
//! integers and every relaxation errs upwards, so rounding cannot bring the bound below the
//! optimum. The time of a leg is its shortest time at any hour.

mod multipliers;
mod neighbours;
mod paths;
mod regions;
mod shift_kind;

use rayon::prelude::*;

use self::multipliers::{IntegerPrices, Multipliers, StepLength, Tally};
use self::paths::{BestPath, Detail, NOTHING, PathProfile, PathSearch, RestBound};
use self::shift_kind::ShiftKind;
use super::problem::VisitProblem;
use super::solution::Solution;
use super::stop_criterion::StopCriterion;
use super::travel_times::PlaceId;
use crate::progress::Progress;

/// Limits of the effort for computing a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoundOptions {
    /// Maximum number of path extensions in all passes together. A thread makes about 50 million
    /// extensions per second [default: 100,000,000].
    pub work: u64,
    /// Maximum number of passes over all kinds of shift [default: 200].
    pub passes: u32,
}

impl Default for BoundOptions {
    fn default() -> Self {
        Self { work: 100_000_000, passes: 200 }
    }
}

/// An upper bound on the objective of plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// Upper bound, in the unit of [`Solution::objective`]. A plan that makes at least as many
    /// mandatory visits as the given plan cannot have a greater objective.
    ///
    /// The bound is at least the objective of the given plan. If both are equal, the given plan is
    /// optimal.
    pub objective: i64,
    /// Number of passes that were made.
    pub passes: u32,
    /// Number of path extensions that were made.
    pub work: u64,
    /// True if the [`StopCriterion`] ended the computation early.
    pub stopped_early: bool,
}

impl Bound {
    /// Returns the gap between the bound and `objective`, the objective of a plan, in thousandths
    /// of a percent of the bound, rounded up: 1898 is 1.898 %.
    ///
    /// Returns `None` if the bound is zero or below and the gap is not zero.
    pub fn gap(&self, objective: i64) -> Option<u64> {
        if objective >= self.objective {
            return Some(0);
        }
        let bound = u128::try_from(self.objective).ok().filter(|bound| *bound > 0)?;
        let short = (i128::from(self.objective) - i128::from(objective)) as u128;
        u64::try_from((short * 100_000).div_ceil(bound)).ok()
    }
}

/// Computes an upper bound on the objective of all plans that make at least as many mandatory
/// visits as `solution`.
///
/// The same problem, solution and options give the same bound on every machine and with any number
/// of threads, unless `stop` ends the computation. At least one pass is made.
///
/// # Examples
/// The problem of the example of [`VisitProblem::new`]:
/// ```
#[doc = include_str!("../example_problem.txt")]
/// let solution = solve(&problem, &SolveOptions::default(), &NoLimit, &Silent);
/// let bound = bound(&problem, &solution, &BoundOptions::default(), &NoLimit, &Silent);
/// assert_eq!(bound.gap(solution.objective), Some(0), "the solution is optimal");
/// ```
#[must_use]
pub fn bound(
    problem: &VisitProblem,
    solution: &Solution,
    options: &BoundOptions,
    stop: &dyn StopCriterion,
    progress: &dyn Progress,
) -> Bound {
    let mut kinds = ShiftKind::all(problem);
    let mut mirrors: Vec<ShiftKind> = kinds.iter().map(ShiftKind::mirrored).collect();
    let mut multipliers = Multipliers::new(problem, &kinds, solution);
    let target = solution.objective;
    let mut result = Bound { objective: i64::MAX, passes: 0, work: 0, stopped_early: false };
    let mut refinement = Refinement::new();
    let mut best = multipliers.clone();
    progress.begin("finding a bound", options.work);
    loop {
        let priced = multipliers.priced(problem, &kinds);
        let pass = pass(&mut kinds, &mut mirrors, &priced, refinement.detail(), target);
        result.passes += 1;
        result.work += pass.work;
        progress.advance(pass.work);
        let is_better = pass.bound < result.objective;
        if is_better {
            result.objective = pass.bound;
            best.clone_from(&multipliers);
        }
        if result.objective <= target
            || result.passes >= options.passes
            || result.work >= options.work
        {
            break;
        }
        if stop.time_used() >= 1.0 {
            result.stopped_early = true;
            break;
        }
        let adjustment = refinement.next(is_better);
        sharpen(problem, &mut kinds, &mut mirrors, &pass.tallies, adjustment);
        if adjustment == Adjustment::FinerResolution {
            multipliers.clone_from(&best);
        } else {
            let gap = (pass.bound - target) as f64;
            let length = StepLength { gap, stride: refinement.stride };
            multipliers.step(problem, &kinds, &pass.tallies, &priced, length);
        }
    }
    progress.end();
    result.objective = result.objective.max(target);
    result
}

/// Result of one pass over all kinds of shift.
struct Pass {
    bound: i64,
    tallies: Vec<Tally>,
    work: u64,
}

/// Finds the best path of each kind of shift, and removes the legs that no plan better than the
/// given one can use.
fn pass(
    kinds: &mut [ShiftKind],
    mirrors: &mut [ShiftKind],
    priced: &IntegerPrices,
    resolution: Resolution,
    target: i64,
) -> Pass {
    // First search from the other end of the shift, without memory. It gives a bound on the rest of
    // any path.
    let rough: Vec<(PathProfile, BestPath)> = mirrors
        .par_iter()
        .enumerate()
        .map_init(PathSearch::default, |search, (at, mirror)| {
            let detail = Detail { labels: 1, ..resolution.detail(mirror) };
            search.profile(mirror, priced.of(at), detail)
        })
        .collect();
    let ceiling = |at: usize| rough[at].1.value.unwrap_or(0).max(0);
    let shifts: Vec<i64> = kinds.iter().map(|kind| kind.shifts.len() as i64).collect();
    let extra: i64 = (0..kinds.len()).map(|at| shifts[at] * priced.extra[at]).sum();
    let most: i64 = (0..kinds.len()).map(|at| shifts[at] * ceiling(at)).sum();
    // The value that one shift needs in a better plan if all other shifts have their upper bound.
    let needed: Vec<i64> =
        (0..kinds.len()).map(|at| target - (priced.fixed + extra + most - ceiling(at))).collect();
    let found: Vec<BestPath> = kinds
        .par_iter()
        .enumerate()
        .map_init(PathSearch::default, |search, (at, kind)| {
            let rest_bound = RestBound { rest: &rough[at].0, needed: needed[at].max(NOTHING / 2) };
            search.run(kind, priced.of(at), resolution.detail(kind), Some(rest_bound))
        })
        .collect();
    let mut pass = Pass { bound: priced.fixed + extra, tallies: Vec::new(), work: 0 };
    for (at, found) in found.into_iter().enumerate() {
        let value = found.value.unwrap_or(needed[at]).max(needed[at]).min(ceiling(at)).max(0);
        pass.bound += shifts[at] * value;
        pass.work += found.work + rough[at].1.work;
        let is_worth_it = found.value.is_some_and(|value| value > 0);
        let (nodes, travel) =
            if is_worth_it { (found.nodes, found.travel) } else { (Vec::new(), 0) };
        pass.tallies.push(Tally { nodes, travel });
        remove_arcs(&mut kinds[at], &mut mirrors[at], &found.used);
    }
    pass
}

/// Removes the arcs that no relevant path uses from a kind of shift and from its mirror.
fn remove_arcs(kind: &mut ShiftKind, mirror: &mut ShiftKind, used: &[bool]) {
    if used.iter().all(|used| *used) {
        return;
    }
    let count = kind.nodes.len();
    let mut alive = vec![false; count * count];
    for from in 0..count {
        for at in kind.out(from) {
            alive[kind.arcs[at].to as usize * count + from] = used[at];
        }
    }
    kind.retain(|at, _, _| used[at]);
    mirror.retain(|_, from, to| alive[from * count + to]);
}

/// Lets paths remember more visits where they repeat visits, and replaces regions with few
/// remaining legs by direct legs.
fn sharpen(
    problem: &VisitProblem,
    kinds: &mut [ShiftKind],
    mirrors: &mut [ShiftKind],
    tallies: &[Tally],
    adjustment: Adjustment,
) {
    let parts = kinds.par_iter_mut().zip(mirrors).zip(tallies);
    parts.for_each(|((kind, mirror), tally)| {
        if kind.neighbourhoods.grow(&tally.nodes) {
            kind.colour();
        }
        if adjustment != Adjustment::None && kind.resolve_regions(problem) {
            *mirror = kind.mirrored();
        }
    });
}

/// Resolution of time in the passes, and length of the steps of the prices. Both are coarse at
/// first.
#[derive(Debug, Clone, Copy)]
struct Refinement {
    level: usize,
    stride: f64,
    /// Number of passes since the last improvement of the bound.
    passes_without_gain: u32,
}

/// Adjustment of the refinement after a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Adjustment {
    None,
    /// The steps of the prices become shorter.
    ShorterStride,
    /// The resolution becomes finer. The search continues from the best prices so far.
    FinerResolution,
}

/// Resolution of time in a pass. It applies to shifts of any length.
#[derive(Debug, Clone, Copy)]
struct Resolution {
    /// Minimum number of spans of time in a shift. At most twice this number is used.
    spans: i32,
    labels: usize,
}

/// All resolutions, from coarse to fine.
const LEVELS: [Resolution; 4] = [
    Resolution { spans: 64, labels: 3 },
    Resolution { spans: 128, labels: 6 },
    Resolution { spans: 512, labels: 12 },
    Resolution { spans: 2048, labels: 24 },
];

impl Resolution {
    fn detail(self, kind: &ShiftKind) -> Detail {
        /// Maximum number of entries in a table. It makes the tables of all kinds of shift fit into
        /// memory.
        const TABLE_MOST: usize = 1 << 20;
        let states = (kind.nodes.len() * kind.layers()).max(1);
        let spans = self.spans.min((TABLE_MOST / states) as i32).max(1);
        let longest = (kind.length / spans).min(kind.step_least).max(1);
        Detail { span: longest.ilog2(), labels: self.labels }
    }
}

impl Refinement {
    fn new() -> Self {
        Self { level: 0, stride: 0.7, passes_without_gain: 0 }
    }

    fn detail(&self) -> Resolution {
        LEVELS[self.level]
    }

    /// Returns the adjustment after a pass. `is_better` states whether the pass gave the best bound
    /// so far.
    fn next(&mut self, is_better: bool) -> Adjustment {
        const PATIENCE: u32 = 4;
        const SHORTER: f64 = 0.6;
        self.passes_without_gain = if is_better { 0 } else { self.passes_without_gain + 1 };
        if self.passes_without_gain < PATIENCE {
            return Adjustment::None;
        }
        self.passes_without_gain = 0;
        self.stride *= SHORTER;
        if self.stride > 0.1 || self.level + 1 == LEVELS.len() {
            return Adjustment::ShorterStride;
        }
        self.level += 1;
        self.stride = 0.5;
        Adjustment::FinerResolution
    }
}

#[cfg(test)]
mod tests;
