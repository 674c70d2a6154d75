//! The road network of a travel mode: snapping, travel times, paths and isochrones.
//!
//! Takes an [`Extract`](crate::osm::Extract) and a [`Profile`]; returns a [`RoadNetwork`]. Turn
//! restrictions are exact, private roads are used only at the start and the end of a trip, and
//! matrix, path and isochrone agree to the millisecond.
//!
//! ```
//! use beatplan::lonlat::LonLat;
//! use beatplan::progress::Silent;
//! use beatplan::road::{BuildOptions, Profile, RoadNetwork};
//! use beatplan::units::Millis;
//!
//! let extract = beatplan::osm::read("data/gozo/gozo.osm.pbf".as_ref(), &Silent)?;
//! let car = Profile::built_in("car").expect("\"car\" is a built-in profile");
//! let network = RoadNetwork::build(&extract, &car, &BuildOptions::default());
//!
//! let victoria = network.snap(LonLat { lon: 14.2405, lat: 36.0418 }, 200.0)?;
//! let nadur = network.snap(LonLat { lon: 14.2938, lat: 36.0375 }, 200.0)?;
//! let path = network.path(&victoria, &nadur).expect("both places are on one island");
//! assert!(path.cost.time() > Millis(300_000), "Nadur is more than five minutes away");
//!
//! let matrix = network.matrix(&[victoria.clone(), nadur], &Silent);
//! assert_eq!(matrix.get(0, 1), Some(path.cost));
//!
//! let reach = network.reach(&victoria, Millis(600_000));
//! let ten_minutes = &reach.isochrones(&[Millis(600_000)], 100.0)[0];
//! assert!(ten_minutes.area_m2 > 10e6, "more than 10 km²");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Files, in the order of the work: `graph` cuts ways into stretches between junctions; `stopping`
//! decides by `stopping_rules` where a rep can stop, `density` tells country from town, `way_speed` reads the speed of a
//! way, `speed_regions` finds its country in the table `measured`; `arcs_at` lists the arcs of a
//! node; `restriction` turns restrictions into forbidden sequences of arcs, with `via_course`;
//! `turning` finds the arcs on which a U-turn would evade them; `turns` computes the costs of turns;
//! `states` splits nodes whose onward travel depends on the past; `component` finds the connected
//! parts; `network` builds flat arrays of all this. `box_tree` finds roads by position, `snap` uses
//! it. `search` is plain Dijkstra, the reference; `hierarchy` gives the same costs faster. `matrix`,
//! `path`, `reach` and `isochrone` answer questions; `sections` and `file` store a network.

mod apart;
mod arcs_at;
mod automaton;
mod box_tree;
mod class_speeds;
mod component;
mod conditional;
mod conditional_tags;
mod density;
mod ferry;
mod file;
mod flat;
mod graph;
mod hierarchy;
mod ids;
mod isochrone;
mod labels;
mod matrix;
mod measured;
mod network;
mod path;
mod pieces;
mod point_matrix;
mod profile;
mod profile_error;
mod reach;
mod restriction;
mod rush_hours;
mod search;
mod sections;
mod snap;
mod speed_regions;
mod speed_slots;
mod states;
mod stopping;
mod stopping_rules;
#[cfg(test)]
mod tests;
mod turn_costs;
mod turning;
mod turns;
mod vehicle;
mod via_course;
mod way_access;
mod way_speed;

pub use apart::Apart;
pub use class_speeds::ClassSpeed;
pub use conditional::{Condition, ConditionHolds, Period};
pub use density::Density;
pub use file::FileError;
pub use ids::Cost;
pub use isochrone::{ISOCHRONE_WIDTH_M, Isochrone};
pub use labels::RoadName;
pub use matrix::Matrix;
pub use network::{BuildOptions, NetworkInfo, NetworkSize, RoadNetwork};
pub use path::Path;
pub use pieces::RoadPiece;
pub use point_matrix::PointMatrix;
pub use profile::{Profile, SpeedSettings, SpeedSource};
pub use profile_error::ProfileError;
pub use reach::{Reach, ReachedSpan};
pub use rush_hours::{DaySpan, RushHours, RushPreset};
pub use snap::{NearRoad, NearestRoads, Snap, SnapFailure};
pub use speed_regions::{SpeedRegion, check_speed_region};
pub use speed_slots::SpeedSlot;
pub use stopping::NoStop;
pub use stopping_rules::StoppingRules;
pub use turn_costs::TurnCosts;
pub use vehicle::VehicleSize;
