//! Defines the errors of planning.

use crate::remark::list_some;
use crate::road::SnapFailure;
use crate::solver::SolutionViolation;

/// Error of planning.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The home or the present position of a rep is not near any road that the rep may use.
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
        /// The place in words, such as `"the home of Maria"`.
        what: String,
        /// Travel mode of the rep.
        mode: String,
        /// Longitude of the place, in degrees.
        lon: f64,
        /// Latitude of the place, in degrees.
        lat: f64,
        /// Reason why no road was found.
        failure: Box<SnapFailure>,
        /// True if the place lies on the map after an exchange of longitude and latitude.
        exchanged: bool,
    },
    /// The longitudes and latitudes of some lists are exchanged.
    #[error(
        "{}: the prospects lie on the map only with longitude and latitude exchanged; exchange the columns lon and lat",
        lists.join(", ")
    )]
    SwappedAxes {
        /// Paths of these lists.
        lists: Vec<String>,
    },
    /// The plan of the solver breaks a rule that the checker tests. The plan is not written.
    #[error(
        "the plan failed its own check ({}); this is a fault of the program, please report it",
        list_some(violations, 3)
    )]
    Unsound {
        /// Rules that the plan breaks.
        violations: Vec<SolutionViolation>,
    },
}
