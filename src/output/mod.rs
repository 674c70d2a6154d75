//! Writing a plan as files: GeoJSON for maps and GIS, JSON for machines.
//!
//! [`write_plan`] writes `routes.geojson`, `stops.geojson`, `prospects.geojson`, `phone_calls.geojson` and `summary.json` into one folder,
//! all together or not at all. The GeoJSON follows RFC 7946: WGS-84 with six decimals, one geometry type a file, and of
//! each property one JSON type on every feature (`null` else).

mod call_plan;
mod changes;
mod collection;
mod folder;
mod phone_calls;
mod prospects;
mod routes;
mod stops;
mod summary;
mod time;

use std::path::Path;

pub use call_plan::{CallPlanRow, call_plan_csv, call_plan_geojson};
pub use folder::{WriteError, check_replaceable};

use crate::pipeline::{Networks, Plan, Request};
use crate::territory::Territory;
use time::Clock;

/// Names of the files of a plan.
pub mod files {
    /// A LineString for each rep and day, following the roads.
    pub const ROUTES: &str = "routes.geojson";
    /// A Point for each visit.
    pub const STOPS: &str = "stops.geojson";
    /// A Point for each prospect of the lists, visited or not.
    pub const PROSPECTS: &str = "prospects.geojson";
    /// A Point for each telephone call due.
    pub const PHONE_CALLS: &str = "phone_calls.geojson";
    /// Figures, settings and remarks.
    pub const SUMMARY: &str = "summary.json";
    /// All of them.
    pub const ALL: [&str; 5] = [ROUTES, STOPS, PROSPECTS, PHONE_CALLS, SUMMARY];
}

/// Whose map data every result derives from.
pub const ATTRIBUTION: &str = "Map data © OpenStreetMap contributors, ODbL 1.0";

/// Everything there is to write about.
#[derive(Clone, Copy)]
pub struct Written<'a> {
    /// The territory that was planned.
    pub territory: &'a Territory,
    /// Its networks.
    pub networks: &'a Networks,
    /// What was asked for.
    pub request: &'a Request,
    /// What came out.
    pub plan: &'a Plan,
}

/// Writes the plan into `folder`, which is made if it is not there, and replaced if it holds an earlier plan.
///
/// # Errors
/// [`WriteError`]; nothing is changed then.
pub fn write_plan(folder: &Path, written: Written<'_>) -> Result<(), WriteError> {
    let clock = Clock::new(&written.territory.timezone);
    let files = [
        (files::ROUTES, routes::render(written, &clock)),
        (files::STOPS, stops::render(written, &clock)),
        (files::PROSPECTS, prospects::render(written, &clock)),
        (files::PHONE_CALLS, phone_calls::render(written)),
        (files::SUMMARY, summary::render(written, &clock)?),
    ];
    folder::write_together(folder, &files)
}
