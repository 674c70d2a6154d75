//! Why there is no plan.

use crate::remark::list_some;
use crate::road::SnapFailure;
use crate::solver::SolutionViolation;

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Where a rep lives or is underway is not on the roads.
    #[error(
        "territory \"{territory}\": {what} ({lon:.6}, {lat:.6}) is not on the road network of mode {mode}: \
         {failure}; {}", if *exchanged {
            "its longitude and latitude are exchanged: the longitude comes first"
        } else {
            "correct it (longitude first), or raise snap_radius_m of the policy"
        }
    )]
    Place {
        /// The territory.
        territory: String,
        /// What is there: `"the home of Maria"`.
        what: String,
        /// The rep's travel mode.
        mode: String,
        /// Its longitude.
        lon: f64,
        /// Its latitude.
        lat: f64,
        /// What is wrong with it.
        failure: Box<SnapFailure>,
        /// Whether it lies on the map the other way round.
        exchanged: bool,
    },
    /// The axes of some lists are exchanged.
    #[error(
        "{}: the prospects lie on the map only with longitude and latitude exchanged; exchange the columns lon and lat",
        lists.join(", ")
    )]
    SwappedAxes {
        /// The files of these lists.
        lists: Vec<String>,
    },
    /// The solver broke its promise; the plan was not written.
    #[error(
        "the plan failed its own check ({}); this is a fault of the program, please report it",
        list_some(violations, 3)
    )]
    Unsound {
        /// What the checker found.
        violations: Vec<SolutionViolation>,
    },
}
