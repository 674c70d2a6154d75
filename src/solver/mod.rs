//! Chooses the visits to make on each day, and their order. Takes numbers and returns numbers.
//!
//! [`solve`] takes a [`VisitProblem`] (travel times, shifts, and the prize and the hours of each
//! visit) and returns a [`Solution`] with one tour for each shift. [`check`] verifies a solution,
//! [`bound`] computes an objective that no solution can exceed, and [`Explainer`] gives the reason
//! why a visit is left out.
//!
//! The module does not use roads, pharmacies or files. The problem is the team orienteering problem
//! with multiple time windows, day-dependent prizes, mandatory visits, series of visits with a
//! minimum spacing, breaks, time-dependent travel times and a price on uneven work.

mod admission;
mod bound;
mod breaks;
mod check;
mod check_schedule;
mod check_tour;
mod check_travel;
mod conflict;
mod drive;
mod explain;
mod problem;
mod schedule;
mod search;
mod shift;
mod solution;
mod solve;
mod stop_criterion;
mod terms_change;
mod tour;
mod travel;
mod travel_times;
mod visit;

pub use admission::{AdmissionFinder, AdmittingChange};
pub use bound::{Bound, BoundOptions, bound};
pub use breaks::BreakSide;
pub use check::{SolutionViolation, check};
pub use check_schedule::{ScheduleViolation, check_schedule};
pub use check_tour::TourViolation;
pub use conflict::{Conflict, Infeasibility, Remedy, conflicts, infeasibility};
pub use explain::{Explainer, Insertion, Obstacle, Removal, Replacement};
pub use problem::{ProblemError, VisitProblem};
pub use schedule::{BreakTimes, LegTimes, Schedule, StopTimes, schedule};
pub use shift::{Break, Shift, ShiftId, TimeWindow, TravelSlot};
pub use solution::{Solution, objective_points};
pub use solve::{SolveOptions, solve, solve_from};
pub use stop_criterion::{NoLimit, StopCriterion, TimeLimit};
pub use terms_change::{TermsChange, TermsChangeKind};
pub use tour::{Tour, Tours};
pub use travel::ShiftTravel;
pub use travel_times::{PlaceId, TravelTimes};
pub use visit::{Offer, Series, Visit, VisitId};

#[cfg(test)]
mod tests;
