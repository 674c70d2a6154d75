//! What to plan: days, seed, effort, and what is kept of an earlier plan.

use jiff::civil::Date;

use super::Underway;
use crate::plan_files::{EarlierPlan, Effort};
use crate::solver::{BoundOptions, SolveOptions};
use crate::territory::RepId;

/// What to plan.
#[derive(Debug, Clone)]
pub struct Request {
    /// The days, in order, at least one.
    pub dates: Vec<Date>,
    /// Where the solver's random numbers begin.
    pub seed: u64,
    /// How hard to look for a good plan.
    pub effort: Effort,
    /// Reps in the middle of the first day, at most one entry each: only the rest of their day is planned.
    pub underway: Vec<Underway>,
    /// The earlier plan that is not to be turned upside down.
    pub keep: Option<Keep>,
    /// An earlier plan of any days that the plan is only compared with.
    pub since: Option<EarlierPlan>,
}

impl Request {
    /// A plan of `dates`, in order and at least one, with nothing kept of an earlier plan.
    pub fn new(dates: Vec<Date>) -> Self {
        let (seed, effort, underway) = (1, Effort::default(), Vec::new());
        Self { dates, seed, effort, underway, keep: None, since: None }
    }
}

impl Effort {
    pub(super) fn options(self, seed: u64) -> SolveOptions {
        let iterations = match self {
            Self::Quick => 8_000,
            Self::Normal => 40_000,
            Self::Thorough => 400_000,
        };
        SolveOptions { seed, iterations, starts: 2 }
    }

    /// Less work for the bound than for the plan.
    pub(super) fn bound_options(self, shifts: usize) -> BoundOptions {
        let work = 20_000_000 + 5_000_000 * shifts as u64;
        match self {
            Self::Quick => BoundOptions { work: work / 2, passes: 80 },
            Self::Normal => BoundOptions { work, passes: 200 },
            Self::Thorough => BoundOptions { work: work * 10, passes: 1_000 },
        }
    }
}

/// What of an earlier plan is to stay.
#[derive(Debug, Clone, PartialEq)]
pub struct Keep {
    /// The earlier plan.
    pub earlier: EarlierPlan,
    /// At most so many of its visits may be gone or moved, not counting those that became impossible.
    pub changes_max: Option<usize>,
    /// The only rep whose first day is planned anew: the others go as in the earlier plan. `None`: everybody's is.
    pub only: Option<RepId>,
}
