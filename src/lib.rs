//! beatplan plans the visits of pharmaceutical field representatives on OpenStreetMap roads.
//!
//! [`Planner`] takes a territory file to a plan folder:
//!
//! ```
//! use beatplan::Planner;
//! use beatplan::jiff::civil::date;
//!
//! # fn main() -> Result<(), beatplan::Error> {
//! let planner = Planner::open("data/gozo/territory.toml")?.date(date(2026, 11, 25));
//! let planned = planner.plan()?;
//! for beat in &planned.plan.itinerary.beats {
//!     println!("{}: {} visits", planned.territory.reps[beat.rep].name, beat.stops.len());
//! }
//! # let folder = tempfile::tempdir().unwrap();
//! # let folder = folder.path().join("plan");
//! planned.write(&folder, Default::default())?;
//! # Ok(())
//! # }
//! ```
//!
//! Each stage is a module of its own, with plain data in and out:
//!
//! | module | does | start with |
//! |---|---|---|
//! | [`osm`] | reads an extract of the map | [`osm::read`] |
//! | [`road`] | builds the road network of a travel mode: snapping, travel times, paths | [`road::RoadNetwork`] |
//! | [`territory`], [`prospects`] | read the territory file and the lists of outlets, row by row | [`territory::load_prospects`] |
//! | [`call_plan`], [`policy`] | decide who is due on which day, and the prize of a visit | [`call_plan::CallPlan`] |
//! | [`solver`] | chooses visits and their order: numbers in, numbers out | [`solver::solve`] |
//! | [`planning`] | joins these stages to a plan with a reason for every prospect | [`planning::plan`] |
//! | [`networks`] | builds road networks for a territory and caches them | [`networks::networks`] |
//! | [`coverage`], [`insight`] | find areas without business, half-days, capacity and balance | [`insight::coverage`] |
//! | [`learn`](mod@learn), [`learned`] | learn times from a visit log, and hold what a plan uses of them | [`learn::learn`] |
//! | [`output`], [`plan_files`] | write layers and summaries, and define their fields | [`output::write_plan`] |
//! | [`verify`](mod@verify) | checks a written plan from its files, with rules of its own | [`verify::verify`] |
//! | [`batch`] | plans many territories in worker processes | [`batch::run`] |
//!
//! The examples read the demo territories of the source repository; run them from its root. Its folder `examples` has four
//! programs: `plan`, `matrix`, `solve` (a bare solver problem) and `coverage`. Its page `docs/glossary.md` defines the words.
//! The crates whose types are in the interface are re-exported: [`geo`], [`geojson`] and [`jiff`].

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
pub mod learn;
pub mod learned;
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

pub use {geo, geojson, jiff};

pub use planner::{Error, LoadedTerritory, Planned, Planner};
