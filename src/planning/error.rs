//! Errors of planning.

use crate::remark::list_some;
use crate::road::SnapFailure;
use crate::solver::SolutionViolation;

/// Error of planning.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The home or the position of a rep is not on the roads.
    #[error(
        "territory \"{territory}\": {what} ({lon:.6}, {lat:.6}) is not on the road network of mode {mode}: \
         {failure}; {}", if *exchanged {
            "its longitude and latitude are exchanged: the longitude comes first"
        } else {
            "correct it (longitude first), or raise snap_radius_m of the policy"
        }
    )]
    Place {
        /// Name of the territory.
        territory: String,
        /// The place in words: `"the home of Maria"`.
        what: String,
        /// Travel mode of the rep.
        mode: String,
        /// Longitude in degrees.
        lon: f64,
        /// Latitude in degrees.
        lat: f64,
        /// Reason.
        failure: Box<SnapFailure>,
        /// True if the place lies on the map with exchanged axes.
        exchanged: bool,
    },
    /// The axes of some lists are exchanged.
    #[error(
        "{}: the prospects lie on the map only with longitude and latitude exchanged; exchange the columns lon and lat",
        lists.join(", ")
    )]
    SwappedAxes {
        /// Files of these lists.
        lists: Vec<String>,
    },
    /// The solver's plan failed the checker. The plan is not written.
    #[error(
        "the plan failed its own check ({}); this is a fault of the program, please report it",
        list_some(violations, 3)
    )]
    Unsound {
        /// Findings of the checker.
        violations: Vec<SolutionViolation>,
    },
}
