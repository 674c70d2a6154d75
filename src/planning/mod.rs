//! Makes a plan: computes an itinerary with reasons from a territory and some days.
//!
//! [`plan`] joins the stages: call plan, travel times, search, bound and explanations. Commands,
//! batches and services all call this function.

mod approach;
mod changes;
mod datum_fit;
mod error;
mod explain;
mod keep;
mod names;
mod others;
mod paces;
mod places;
mod plan;
mod problem_map;
mod request;
mod underway;
mod wanted;

pub use crate::plan_files::Effort;
pub(crate) use approach::{Approaches, Door, OnRoad, time_at_ends, walk_between};
pub use changes::{Changes, RepDay, VisitChange};
pub use datum_fit::{DatumFit, datum_fit};
pub use error::PlanError;
pub(crate) use keep::follow;
pub(crate) use places::places;
pub use plan::{Plan, plan, without_phone};
pub(crate) use problem_map::{ProblemInput, ProblemMap};
pub use request::{Keep, Request};
pub use underway::{FieldReport, Underway, UnderwayError};
