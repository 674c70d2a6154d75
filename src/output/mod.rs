//! Writes a plan as files: GeoJSON for maps and GIS, JSON for other programs.
//!
//! [`write_plan`] writes `routes.geojson`, `stops.geojson`, `prospects.geojson`,
//! `phone_calls.geojson` and `summary.json` into one folder; either all of them appear, or none. On
//! request it also writes routes and stops in GCJ-02 or BD-09, and the files for QGIS
//! ([`Format::Qgis`]). The GeoJSON follows RFC 7946: positions are in WGS-84 with six decimals, and
//! a file has one type of geometry. Each property has the same JSON type in all features, or is
//! `null`.

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

/// Data from which the files of a plan are written.
#[derive(Clone, Copy)]
pub struct Written<'a> {
    /// Territory of the plan.
    pub territory: &'a Territory,
    /// Road networks of the territory.
    pub networks: &'a Networks,
    /// Request for the plan.
    pub request: &'a Request,
    /// Plan to write.
    pub plan: &'a Plan,
    /// Options for the files, in case the plan is given to other people.
    pub sharing: Sharing,
}

/// Options for plans that are given to other people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharing {
    /// True if notes and the personal columns of the lists are left out.
    pub drop_personal: bool,
    /// Datum of a second copy of the stops and routes, for maps with shifted positions; `None` to
    /// write no second copy.
    pub datum: Option<Datum>,
    /// Format of the layers.
    pub format: Format,
}

/// File format of the layers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// GeoJSON.
    #[default]
    GeoJson,
    /// GeoJSON with a style for each layer, a GeoPackage and a QGIS project. Titles, captions and
    /// legends are in this language.
    Qgis(Language),
}

/// Copies the files of a plan that a later plan is compared with ([`EarlierPlan::FILES`]) from one
/// plan folder to another.
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

/// Writes the plan into `folder`. Makes the folder if it does not exist, and replaces an earlier
/// plan in it.
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
