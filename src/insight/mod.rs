//! Computes figures for managers: coverage, half-days, outlets on the way, capacity and balance of
//! a territory.
//!
//! Every figure uses the same call plan, road networks and solver as a plan.

mod balance;
mod capacity;
mod coverage;
mod day_route;
mod half_day;
mod on_the_way;
mod where_next;
mod workload;

pub use balance::{Aligned, Balance, BalanceOptions, RepLoad};
pub use capacity::{Capacity, TierLoad};
pub use coverage::{Coverage, CoverageError, CoverageOptions, coverage, territory_extract};
pub use day_route::DayRoute;
pub use half_day::{HalfDay, HalfDayOptions, HalfDays, half_day_dates, next_working_day};
pub use on_the_way::{DayObstacle, OnTheWay, on_the_way};
pub use where_next::Next;
