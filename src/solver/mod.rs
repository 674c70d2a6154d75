//! Chooses whom to visit on which day, in which order: numbers in, numbers out.
//!
//! Takes a [`VisitProblem`] (travel times, shifts, what each visit is worth and when it can be made) and returns
//! [`Tours`]. It has never heard of a road, a pharmacy or a file. The problem is the team orienteering problem with
//! (multiple) time windows, day-dependent prizes, mandatory visits, visits that must keep apart, a break, travel times that may
//! depend on the hour, and a price on uneven work.

mod admission;
mod bound;
mod change;
mod check;
mod check_schedule;
mod check_travel;
mod conflict;
mod drive;
mod explain;
mod pause;
mod problem;
mod schedule;
mod search;
mod series;
mod solve;
mod stop;
mod tour;
mod travel;

pub use admission::{Admission, Admissions};
pub use bound::{Bound, BoundOptions, bound};
pub use change::Change;
pub use check::{Violation, check};
pub use check_schedule::{ScheduleViolation, check_schedule};
pub use conflict::{Alone, Conflict, Remedy, alone, conflicts};
pub use explain::{Explainer, Insertion, Obstacle, Removal, Replacement};
pub use pause::PauseSide;
pub use problem::{
    Offer, Pause, PlaceId, ProblemError, Shift, ShiftId, TimeWindow, TravelSlot, TravelTimes,
    Visit, VisitId, VisitProblem,
};
pub use schedule::{LegTimes, PauseTimes, Schedule, StopTimes, schedule};
pub use series::Series;
pub use solve::{SolveOptions, solve, solve_from};
pub use stop::{Never, Stop, TimeLimit};
pub use tour::{Solution, Tour, Tours, objective_points};
pub use travel::ShiftTravel;

#[cfg(test)]
mod tests;
