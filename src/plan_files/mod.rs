//! The folder of a plan: its files and what they hold.

mod earlier;

pub use earlier::{EarlierPlan, EarlierPlanError, EarlierStop};
