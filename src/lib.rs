//! beatplan plans the visits of pharmaceutical field representatives on OpenStreetMap roads.
//!
//! A straight pipeline of pure stages; [`planning`] joins them, the program `beatplan` runs them:
//!
//! 1. [`osm`] reads an extract of the map into plain data, without judging it.
//! 2. [`road`] makes of it the road network of a travel mode: snapping, travel times, paths.
//! 3. [`territory`] and [`prospects`] read whose work is planned and the lists of outlets, checked row by row.
//! 4. [`call_plan`] decides by the [`policy`] who is due on which day and what a visit is worth.
//! 5. [`solver`] chooses whom to visit in which order: numbers in, numbers out.
//! 6. [`itinerary`] turns that back into clock times, roads and reasons.
//! 7. [`coverage`] says where we are and where we are not: by area, by hexagon, by settlement.
//! 8. [`output`] writes it all as files that maps and GIS programs open.
//!
//! [`verify`](mod@verify) checks what was written once more, from the files alone, and shares nothing with these stages but
//! the reading of inputs and the roads.

mod address;
pub mod area;
pub mod batch;
pub mod calendar;
pub mod call_plan;
pub mod coverage;
pub mod datum;
pub mod geocode;
pub mod ids;
pub mod insight;
pub mod itinerary;
pub mod lonlat;
pub mod networks;
pub mod osm;
pub mod output;
pub mod plan_files;
mod planner;
pub mod planning;
pub mod policy;
pub mod progress;
pub mod prospects;
pub mod remark;
pub mod road;
pub mod solver;
mod spelling;
mod suggest;
pub mod territory;
#[cfg(test)]
mod testing;
pub mod units;
pub mod verify;
pub mod week;
pub mod whole_file;

pub use planner::{Error, LoadedTerritory, Planned, Planner};
