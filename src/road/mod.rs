//! The road network of a travel mode: from an extract to exact travel times.
//!
//! Takes a [`crate::osm::Extract`] and a [`Profile`]; gives a [`RoadNetwork`] that snaps places to roads, fills a
//! travel-time matrix and draws paths. Turn restrictions are obeyed exactly, private roads serve only the first and the
//! last part of a trip, and every travel time is a whole number of milliseconds that matrix and path agree on.
//!
//! The stages, one file each: `graph` cuts ways into stretches, `restriction` finds which rows of arcs are forbidden,
//! `states` splits nodes where the past matters, `component` finds what hangs together, `network` flattens it all.
//! `turns` says what turns cost, if anything; `box_tree` finds roads by where they are; `sections` and `file` keep it all.
//! On top of that `hierarchy` makes many questions cheap; `search` answers few, and is what the hierarchy must agree with;
//! `reach` and `isochrone` ask how far one gets.

mod apart;
mod automaton;
mod box_tree;
mod component;
mod conditional;
mod file;
mod flat;
mod graph;
mod hierarchy;
mod ids;
mod isochrone;
mod labels;
mod matrix;
mod network;
mod path;
mod pieces;
mod point_matrix;
mod profile;
mod reach;
mod restriction;
mod rush_hours;
mod search;
mod sections;
mod snap;
mod states;
#[cfg(test)]
mod tests;
mod turn_costs;
mod turns;

pub use apart::Apart;
pub use conditional::{Condition, Holds, Period};
pub use file::FileError;
pub use ids::Cost;
pub use isochrone::{Isochrone, WIDTH_M};
pub use matrix::Matrix;
pub use network::{BuildOptions, NetworkInfo, NetworkSize, RoadName, RoadNetwork};
pub use path::Path;
pub use pieces::RoadPiece;
pub use point_matrix::PointMatrix;
pub use profile::{Profile, ProfileError};
pub use reach::{Reach, Span};
pub use rush_hours::{DaySpan, RushHours, SpeedSlot};
pub use snap::{NearRoad, Snap, SnapFailure};
pub use turn_costs::TurnCosts;
