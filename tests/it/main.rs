//! All integration tests, in one program: one link instead of one for each file.
//!
//! Each module is named after the command or the behaviour that it tests; `tests/README.md` lists them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may fail, and may print to stderr"
)]

mod kit;

mod approach;
mod batch;
mod broken_inputs;
mod call_plan;
mod county_lists;
mod coverage;
mod demo_dates;
mod docs;
mod learn;
mod network;
mod network_isochrone;
mod opening_hours;
mod osm_damage;
mod osm_extracts;
mod osm_read;
mod plan;
mod plan_positions;
mod plan_qgis;
mod plan_since;
mod prospects_check;
mod prospects_merge;
mod readme;
mod replan;
mod road_extracts;
mod road_reference;
mod rush_hours;
mod schema;
mod shell_files;
mod solver_bound;
mod structure;
mod verify;
mod where_next;
