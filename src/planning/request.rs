//! The order for a plan: days, seed, effort, and the earlier plan to keep to.

use jiff::civil::Date;

use super::Underway;
use crate::ids::impl_id;
use crate::plan_files::{EarlierPlan, Effort};
use crate::solver::{BoundOptions, SolveOptions};
use crate::territory::RepId;

/// A request for a plan.
#[derive(Debug, Clone)]
pub struct Request {
    /// Days to plan, in order, at least one.
    pub dates: Vec<Date>,
    /// Seed of the solver's random numbers.
    pub seed: u64,
    /// Effort of the search.
    pub effort: Effort,
    /// Reps in the middle of the first day, at most one entry each. Only the rest of their day is planned.
    pub underway: Vec<Underway>,
    /// Earlier plan to keep to.
    pub keep: Option<Keep>,
    /// Earlier plan of any days to compare with.
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

    /// Work on the bound of a plan with this number of shifts.
    pub(super) fn bound_options(self, shifts: usize) -> BoundOptions {
        let work = 20_000_000 + 5_000_000 * shifts as u64;
        match self {
            Self::Quick => BoundOptions { work: work / 2, passes: 80 },
            Self::Normal => BoundOptions { work, passes: 200 },
            Self::Thorough => BoundOptions { work: work * 10, passes: 1_000 },
        }
    }
}

/// An earlier plan to keep to.
#[derive(Debug, Clone, PartialEq)]
pub struct Keep {
    /// The earlier plan.
    pub earlier: EarlierPlan,
    /// Maximum number of its visits that may be gone or moved; visits that became impossible do not count.
    pub changes_max: Option<usize>,
    /// The only rep whose first day is planned anew; the others follow the earlier plan. `None`: all reps are planned anew.
    pub only: Option<RepId>,
}

/// A day of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DayId(pub(crate) u32);

impl_id!(DayId);
