//! Defines the request for a plan: days, seed, effort, and an earlier plan to keep.

use jiff::civil::Date;

use super::Underway;
use crate::ids::impl_id;
use crate::plan_files::{EarlierPlan, Effort};
use crate::solver::{BoundOptions, SolveOptions};
use crate::territory::RepId;

/// A request for a plan.
#[derive(Debug, Clone)]
pub struct Request {
    /// Days to plan, in order; at least one.
    pub dates: Vec<Date>,
    /// Seed for the random numbers of the solver.
    pub seed: u64,
    /// Effort of the search.
    pub effort: Effort,
    /// Reps who are underway on the first day; at most one entry for each rep. Only the rest of
    /// their day is planned.
    pub underway: Vec<Underway>,
    /// Earlier plan whose visits are kept; `None` to keep nothing.
    pub keep: Option<Keep>,
    /// Earlier plan with which the new plan is compared; it may have other days. `None` for no
    /// comparison.
    pub since: Option<EarlierPlan>,
}

impl Request {
    /// Returns a request to plan `dates`, which are in order and at least one. It keeps nothing of
    /// an earlier plan.
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

    /// Returns the limits of the work on the bound, for a plan with the given number of shifts.
    pub(super) fn bound_options(self, shifts: usize) -> BoundOptions {
        let work = 20_000_000 + 5_000_000 * shifts as u64;
        match self {
            Self::Quick => BoundOptions { work: work / 2, passes: 80 },
            Self::Normal => BoundOptions { work, passes: 200 },
            Self::Thorough => BoundOptions { work: work * 10, passes: 1_000 },
        }
    }
}

/// An earlier plan whose visits are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Keep {
    /// The earlier plan.
    pub earlier: EarlierPlan,
    /// Maximum number of visits of the earlier plan that may be gone or moved; `None` for no limit.
    /// Visits that became impossible do not count.
    pub changes_max: Option<usize>,
    /// The only rep whose first day is planned again; all other reps follow the earlier plan on
    /// that day. `None` if the first day of all reps is planned again.
    pub only: Option<RepId>,
}

/// Index of a day in the days of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DayId(pub(crate) u32);

impl_id!(DayId);
