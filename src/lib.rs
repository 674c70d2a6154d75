//! beatplan plans the visits of pharmaceutical field representatives on OpenStreetMap roads.

pub mod call_plan;
pub mod lonlat;
pub mod osm;
pub mod policy;
pub mod progress;
pub mod prospects;
pub mod remark;
pub mod road;
pub mod solver;
mod suggest;
pub mod territory;
pub mod units;
