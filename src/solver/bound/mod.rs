//! How good a plan could be at the very most: an upper bound on the objective, whatever the search may have missed.
//!
//! The problem is relaxed until it falls apart into single shifts: that a visit is made at most once, that a mandatory one
//! is made, that a day has its most visits and travel, are priced instead of demanded (Lagrange). What is left is, for each
//! kind of shift, the best path through the day at these prices, and that may be found by labelling, if it need not remember
//! all it has visited (`neighbours`) nor tell apart what happens within a short span of time (`paths`). Any prices give a
//! bound; subgradient steps find good ones. This is the dual of the set-packing formulation that column generation works on,
//! see Tricoire et al. (2010), doi:10.1016/j.cor.2009.05.012, and Baldacci, Mingozzi & Roberti (2011),
//! doi:10.1287/opre.1110.0975.
//!
//! Legs that no plan better than the one in hand can take are struck out for good, which makes the next pass quicker and,
//! with finer spans, sharper. Everything that counts is a whole number, every relaxation errs upwards: no rounding can bring
//! the bound below the truth. What legs take is the least of any hour.

mod day;
mod multipliers;
mod neighbours;
mod paths;
mod regions;

use rayon::prelude::*;

use self::day::Day;
use self::multipliers::{Multipliers, Priced, Tally};
use self::neighbours::colour;
use self::paths::{Detail, Found, NOTHING, PathSearch, Profile, Prospects};
use super::problem::{PlaceId, VisitProblem};
use super::stop::Stop;
use super::tour::Solution;
use crate::progress::Progress;

/// How much to work for a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoundOptions {
    /// Steps from a path to a longer one, over all passes: some fifty million a second and thread.
    pub work: u64,
    /// At most so many passes.
    pub passes: u32,
}

impl Default for BoundOptions {
    fn default() -> Self {
        Self { work: 100_000_000, passes: 200 }
    }
}

/// What no plan can exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// No plan that serves at least as many mandatory visits as the given one has a greater objective, in the unit of
    /// [`Solution::objective`]. Never below the given one's: where it is equal, that plan is the best there is.
    pub objective: i64,
    /// How many passes were made.
    pub passes: u32,
    /// Steps from a path to a longer one.
    pub work: u64,
    /// Whether a [`Stop`] ended the work early.
    pub stopped_early: bool,
}

impl Bound {
    /// By how much `objective` may fall short of the best possible, in thousandths of a percent, rounded up; `None` where
    /// nothing can be gained, so that there is nothing to take a share of.
    pub fn gap(&self, objective: i64) -> Option<u64> {
        if objective >= self.objective {
            return Some(0);
        }
        let bound = u128::try_from(self.objective).ok().filter(|bound| *bound > 0)?;
        let short = (i128::from(self.objective) - i128::from(objective)) as u128;
        u64::try_from((short * 100_000).div_ceil(bound)).ok()
    }
}

/// A bound on the objective of all plans that serve at least as many mandatory visits as `solution`.
///
/// The same problem, solution and options give the same bound on every machine and with any number of threads, unless
/// `stop` ends it. One pass is always made.
pub fn bound(
    problem: &VisitProblem,
    solution: &Solution,
    options: &BoundOptions,
    stop: &dyn Stop,
    progress: &dyn Progress,
) -> Bound {
    let mut days = Day::all(problem);
    let mut pricers: Vec<Pricer> = days.iter().map(Pricer::new).collect();
    let mut multipliers = Multipliers::new(problem, &days, solution);
    let target = solution.objective;
    let mut result = Bound { objective: i64::MAX, passes: 0, work: 0, stopped_early: false };
    let mut pace = Pace::new();
    let mut best = multipliers.clone();
    progress.begin("finding a bound", options.work);
    loop {
        let priced = multipliers.priced(problem, &days);
        let pass = pass(&mut days, &mut pricers, &priced, pace.detail(), target);
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
        let event = pace.next(is_better);
        sharpen(problem, &mut days, &mut pricers, &pass.tallies, event);
        if event == Event::Finer {
            multipliers.clone_from(&best);
        } else {
            let gap = (pass.bound, target);
            multipliers.step(problem, &days, &pass.tallies, &priced, gap, pace.stride);
        }
    }
    progress.end();
    result.objective = result.objective.max(target);
    result
}

/// A kind of shift from its other end.
struct Pricer {
    mirror: Day,
}

impl Pricer {
    fn new(day: &Day) -> Self {
        Self { mirror: day.mirrored() }
    }
}

/// What one pass over all kinds of shift found.
struct Pass {
    bound: i64,
    tallies: Vec<Tally>,
    work: u64,
}

/// Finds the best path of each kind of shift, and strikes out the legs that no better plan can take.
fn pass(
    days: &mut [Day],
    pricers: &mut [Pricer],
    priced: &Priced,
    coarse: Coarse,
    target: i64,
) -> Pass {
    // From the other end, without memory: a bound on what the rest of any path can bring.
    let rough: Vec<(Profile, Found)> = pricers
        .par_iter_mut()
        .enumerate()
        .map_init(PathSearch::default, |search, (at, pricer)| {
            let detail = Detail { labels: 1, ..coarse.detail(&pricer.mirror) };
            search.profile(&pricer.mirror, priced.of(at), detail)
        })
        .collect();
    let ceiling = |at: usize| rough[at].1.value.unwrap_or(0).max(0);
    let shifts: Vec<i64> = days.iter().map(|day| day.shifts.len() as i64).collect();
    let extra: i64 = (0..days.len()).map(|at| shifts[at] * priced.extra[at]).sum();
    let most: i64 = (0..days.len()).map(|at| shifts[at] * ceiling(at)).sum();
    // What one shift must bring if the plan is to be better than the one in hand, all others at their best.
    let needed: Vec<i64> =
        (0..days.len()).map(|at| target - (priced.fixed + extra + most - ceiling(at))).collect();
    let found: Vec<Found> = days
        .par_iter()
        .enumerate()
        .map_init(PathSearch::default, |search, (at, day)| {
            let prospects = Prospects { rest: &rough[at].0, needed: needed[at].max(NOTHING / 2) };
            search.run(day, priced.of(at), coarse.detail(day), Some(prospects))
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
        strike_out(&mut days[at], &mut pricers[at].mirror, &found.used);
    }
    pass
}

/// Takes the arcs out of a day and its mirror that no path that matters uses.
fn strike_out(day: &mut Day, mirror: &mut Day, used: &[bool]) {
    if used.iter().all(|used| *used) {
        return;
    }
    let count = day.nodes.len();
    let mut alive = vec![false; count * count];
    for from in 0..count {
        for at in day.out(from) {
            alive[day.arcs[at].to as usize * count + from] = used[at];
        }
    }
    day.retain(|at, _, _| used[at]);
    mirror.retain(|_, from, to| alive[from * count + to]);
}

/// Lets paths remember what they should have, and takes legs by themselves where few are left.
fn sharpen(
    problem: &VisitProblem,
    days: &mut [Day],
    pricers: &mut [Pricer],
    tallies: &[Tally],
    event: Event,
) {
    let parts = days.par_iter_mut().zip(pricers).zip(tallies);
    parts.for_each(|((day, pricer), tally)| {
        if day.neighbourhoods.grow(&tally.nodes) {
            colour(day);
        }
        if event != Event::None && day.resolve_regions(problem) {
            *pricer = Pricer::new(day);
        }
    });
}

/// How finely the passes look, and how far the prices move; coarse and far at first.
#[derive(Debug, Clone, Copy)]
struct Pace {
    level: usize,
    stride: f64,
    /// Passes since the last that was better.
    in_vain: u32,
}

/// What follows from the success of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    /// Nothing: on with the next step.
    None,
    /// Shorter steps from now on.
    Shorter,
    /// A finer look, from the best prices.
    Finer,
}

/// How finely a pass looks, whatever the length of a day.
#[derive(Debug, Clone, Copy)]
struct Coarse {
    /// A day is cut into so many spans of time, or up to twice as many.
    spans: i32,
    labels: usize,
}

/// From coarse to fine.
const LEVELS: [Coarse; 4] = [
    Coarse { spans: 64, labels: 3 },
    Coarse { spans: 128, labels: 6 },
    Coarse { spans: 512, labels: 12 },
    Coarse { spans: 2048, labels: 24 },
];

impl Coarse {
    fn detail(self, day: &Day) -> Detail {
        /// A table of so many entries fits into memory beside those of other days.
        const TABLE_MOST: usize = 1 << 20;
        let states = (day.nodes.len() * day.layers()).max(1);
        let spans = self.spans.min((TABLE_MOST / states) as i32).max(1);
        let longest = (day.length / spans).min(day.step_least).max(1);
        Detail { span: longest.ilog2(), labels: self.labels }
    }
}

impl Pace {
    fn new() -> Self {
        Self { level: 0, stride: 0.7, in_vain: 0 }
    }

    fn detail(&self) -> Coarse {
        LEVELS[self.level]
    }

    /// After a pass, better than all before it or not.
    fn next(&mut self, is_better: bool) -> Event {
        const PATIENCE: u32 = 4;
        const SHORTER: f64 = 0.6;
        self.in_vain = if is_better { 0 } else { self.in_vain + 1 };
        if self.in_vain < PATIENCE {
            return Event::None;
        }
        self.in_vain = 0;
        self.stride *= SHORTER;
        if self.stride > 0.1 || self.level + 1 == LEVELS.len() {
            return Event::Shorter;
        }
        self.level += 1;
        self.stride = 0.5;
        Event::Finer
    }
}

#[cfg(test)]
mod tests;
