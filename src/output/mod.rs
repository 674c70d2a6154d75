//! Writing a plan as files: GeoJSON for maps and GIS, JSON for machines.
//!
//! [`write_plan`] writes `routes.geojson`, `stops.geojson`, `prospects.geojson`, `phone_calls.geojson` and `summary.json` into one folder,
//! all together or not at all; where asked for, routes and stops once more in GCJ-02 or BD-09, and everything once more as one
//! folder for QGIS ([`Format::Qgis`]). The GeoJSON follows
//! RFC 7946: WGS-84 with six decimals, one geometry type a file, and of
//! each property one JSON type on every feature (`null` else).

mod call_plan;
mod carried;
mod changes;
mod coverage;
mod discovered;
mod fields;
mod figures;
mod folder;
mod gpkg;
mod issues;
mod layer;
mod legs;
mod phone_calls;
mod prospects;
mod qgis;
mod routes;
mod stops;
mod summary;
mod tiers;
mod time;

use std::path::Path;

use serde::{Deserialize, Serialize};

pub use call_plan::{CallPlanRow, call_plan_csv, call_plan_geojson};
pub use coverage::{WrittenCoverage, write_coverage};
pub use discovered::{discovery_as_csv, discovery_as_geojson};
pub use fields::Language;
pub use figures::{SolverFigures, Totals};
pub use folder::{WriteError, check_replaceable};
pub use tiers::{RankedProspect, TierReport, TierSum};

use crate::datum::Datum;
use crate::networks::Networks;
pub use crate::osm::ATTRIBUTION;
use crate::plan_files::EarlierPlan;
use crate::planning::{Plan, Request};
use crate::territory::Territory;
use layer::Layer;
use time::Clock;

/// Names of the files of a plan.
pub mod files {
    use crate::datum::Datum;

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
    /// The routes as maps in GCJ-02 show them.
    pub const ROUTES_GCJ02: &str = "routes.gcj02.geojson";
    /// The stops as maps in GCJ-02 show them.
    pub const STOPS_GCJ02: &str = "stops.gcj02.geojson";
    /// The routes as Baidu's maps show them.
    pub const ROUTES_BD09: &str = "routes.bd09.geojson";
    /// The stops as Baidu's maps show them.
    pub const STOPS_BD09: &str = "stops.bd09.geojson";
    /// A LineString for each leg of a route; only with [`Format::Qgis`](super::Format).
    pub const LEGS: &str = "legs.geojson";
    /// A Point for each outlet that needs a look; only with [`Format::Qgis`](super::Format).
    pub const ISSUES: &str = "issues.geojson";
    /// All layers in one file, with types, captions and styles; only with [`Format::Qgis`](super::Format).
    pub const GEOPACKAGE: &str = "territory.gpkg";
    /// The project that shows them in QGIS; only with [`Format::Qgis`](super::Format).
    pub const PROJECT: &str = "territory.qgz";
    /// What there may be for QGIS beside layers and their styles; QGIS makes two of them while it has the GeoPackage open.
    pub(super) const FOR_QGIS: [&str; 4] =
        [GEOPACKAGE, PROJECT, "territory.gpkg-wal", "territory.gpkg-shm"];
    /// All of a plan, but what there is only for QGIS.
    pub const PLAN: [&str; 11] = [
        ROUTES,
        STOPS,
        PROSPECTS,
        PHONE_CALLS,
        SUMMARY,
        ROUTES_GCJ02,
        STOPS_GCJ02,
        ROUTES_BD09,
        STOPS_BD09,
        LEGS,
        ISSUES,
    ];
    /// All of a coverage, but what there is only for QGIS.
    pub const COVERAGE: [&str; 20] = [
        PROSPECTS,
        ISSUES,
        STOPS,
        PHONE_CALLS,
        ROUTES,
        LEGS,
        "on_the_way.geojson",
        "alignment.geojson",
        "adherence.geojson",
        "half_day_stops.geojson",
        "half_day_routes.geojson",
        "where_next.geojson",
        "homes.geojson",
        "outlets.geojson",
        "search_here.geojson",
        "isochrones.geojson",
        "coverage_cells.geojson",
        "admin_areas.geojson",
        "territory.geojson",
        SUMMARY,
    ];

    /// The names of routes and stops in a datum that is not that of the others.
    pub(super) fn in_datum(datum: Datum) -> Option<(Datum, (&'static str, &'static str))> {
        match datum {
            Datum::Wgs84 => None,
            Datum::Gcj02 => Some((datum, (ROUTES_GCJ02, STOPS_GCJ02))),
            Datum::Bd09 => Some((datum, (ROUTES_BD09, STOPS_BD09))),
        }
    }
}

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
    /// What is made of it for those it is handed on to.
    pub sharing: Sharing,
}

/// How a plan is written for others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharing {
    /// Leaves out notes and the columns of the lists that hold what is personal.
    pub drop_personal: bool,
    /// Writes stops and routes once more in this datum, for maps that are shifted.
    pub datum: Option<Datum>,
    /// As which files.
    pub format: Format,
}

/// As which files layers are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// GeoJSON.
    #[default]
    GeoJson,
    /// GeoJSON with a style beside each, a GeoPackage and a project, with titles, captions and legends in this language.
    Qgis(Language),
}

/// Copies from the plan in one folder into another what a later plan can be compared with: [`EarlierPlan::FILES`].
///
/// # Errors
/// [`WriteError`]; nothing is changed then.
pub fn copy_plan(from: &Path, to: &Path) -> Result<(), WriteError> {
    let read = |name: &'static str| {
        let path = from.join(name);
        let content = std::fs::read(&path).map_err(|source| WriteError::Io { path, source })?;
        Ok((name, content))
    };
    let files: Result<Vec<_>, WriteError> = EarlierPlan::FILES.into_iter().map(read).collect();
    folder::write_together(to, &files::PLAN, &files?)
}

/// Writes the plan into `folder`, which is made if it is not there, and replaced if it holds an earlier plan.
///
/// # Errors
/// [`WriteError`]; nothing is changed then.
pub fn write_plan(folder: &Path, written: Written<'_>) -> Result<(), WriteError> {
    let _stage = tracing::info_span!("write").entered();
    let clock = Clock::new(&written.territory.timezone);
    let (routes, stops) = (routes::layer(written, &clock), stops::layer(written, &clock));
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |name: &str, text: String| files.push((name.to_owned(), text.into_bytes()));
    add(files::SUMMARY, summary::render(written, &clock)?);
    if let Some((datum, (routes_file, stops_file))) =
        written.sharing.datum.and_then(files::in_datum)
    {
        add(routes_file, routes.clone().geojson_in(datum));
        add(stops_file, stops.clone().geojson_in(datum));
    }
    let mut layers =
        vec![routes, stops, prospects::layer(written, &clock), phone_calls::layer(written)];
    match written.sharing.format {
        Format::GeoJson => files.extend(layers.iter().map(Layer::file)),
        Format::Qgis(language) => {
            let more = [legs::layer(written, &clock), issues::layer(written)];
            layers.extend(more.into_iter().filter(|layer| !layer.features.is_empty()));
            let options = qgis::QgisOptions {
                title: &written.territory.name,
                language,
                date: written.plan.dates[0],
            };
            files.extend(qgis::folder_files(layers, &options)?);
        }
    }
    folder::write_together(folder, &files::PLAN, &files)
}
