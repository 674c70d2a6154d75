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

use std::path::Path;

use serde::{Deserialize, Serialize};

pub use call_plan::{CallPlanRow, call_plan_csv, call_plan_geojson};
pub use coverage::{WrittenCoverage, write_coverage};
pub use discovered::{discovery_as_csv, discovery_as_geojson};
pub use fields::Language;
pub use folder::{WriteError, check_replaceable};
pub use tiers::{RankedProspect, TierReport, TierSum};

use crate::datum::Datum;
use crate::networks::Networks;
pub use crate::osm::ATTRIBUTION;
use crate::plan_files::{EarlierPlan, files};
use crate::planning::{Plan, Request};
use crate::territory::Territory;
use layer::Layer;

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
    let beats = routes::properties(written);
    let (routes, stops) = (routes::layer(written, &beats), stops::layer(written));
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |name: &str, text: String| files.push((name.to_owned(), text.into_bytes()));
    add(files::SUMMARY, summary::render(written, &beats)?);
    if let Some(datum) = written.sharing.datum.filter(|datum| *datum != Datum::Wgs84) {
        let (routes_file, stops_file) = files::in_datum(datum);
        add(routes_file, routes.clone().geojson_in(datum));
        add(stops_file, stops.clone().geojson_in(datum));
    }
    let mut layers = vec![routes, stops, prospects::layer(written), phone_calls::layer(written)];
    match written.sharing.format {
        Format::GeoJson => files.extend(layers.iter().map(Layer::file)),
        Format::Qgis(language) => {
            let more = [legs::layer(written), issues::layer(written)];
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
