//! Chooses whom to visit on which day, in which order: numbers in, numbers out.
//!
//! Takes a [`VisitProblem`] (travel times, shifts, what each visit is worth and when it can be made) and returns
//! [`Tours`]. It has never heard of a road, a pharmacy or a file. The problem is the team orienteering problem with
//! (multiple) time windows, day-dependent prizes, mandatory visits and a break.

mod problem;

pub use problem::{
    Offer, Pause, PlaceId, ProblemError, Shift, ShiftId, TimeWindow, TravelTimes, Visit, VisitId,
    VisitProblem,
};
