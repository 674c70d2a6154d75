//! Writes the layers of a territory's coverage. `docs/coverage.md` describes their fields.

mod adherence;
mod alignment;
mod areas;
mod carried_plan;
mod isochrones;
mod on_the_way;
mod outlets;
mod places;
mod summary;
mod where_next;

use std::path::Path;

use jiff::civil::Date;

use super::Format;
use super::folder::{WriteError, write_together};
use super::layer::Layer;
use super::qgis::{QgisOptions, folder_files};
use crate::insight::Coverage;
use crate::plan_files::{Moment, files};
use crate::territory::Territory;
use crate::units::Seconds;

/// Data from which the files of a coverage are written.
#[derive(Clone, Copy)]
pub struct WrittenCoverage<'a> {
    /// Territory of the coverage.
    pub territory: &'a Territory,
    /// Coverage to write.
    pub coverage: &'a Coverage,
    /// Folder of a plan whose layers are added; `None` to add no plan.
    pub plan: Option<&'a Path>,
    /// True if telephone numbers, notes and occasions are left out.
    pub drop_personal: bool,
    /// Format of the layers.
    pub format: Format,
}

impl WrittenCoverage<'_> {
    fn moment(&self, date: Date, time: Seconds) -> Moment {
        Moment::new(date, time, &self.territory.timezone)
    }
}

/// Writes the coverage into `folder`. Makes the folder if it does not exist, and replaces an
/// earlier coverage in it.
///
/// # Errors
/// [`WriteError`]; nothing is changed then.
pub fn write_coverage(folder: &Path, written: WrittenCoverage<'_>) -> Result<(), WriteError> {
    let layers = layers(written)?;
    let mut contents = match written.format {
        Format::GeoJson => layers.iter().map(Layer::file).collect(),
        Format::Qgis(language) => {
            let (title, date) = (&*written.territory.name, written.coverage.map.date);
            folder_files(layers, &QgisOptions { title, language, date })?
        }
    };
    contents.push((files::SUMMARY.to_owned(), summary::render(written)?.into_bytes()));
    write_together(folder, &files::COVERAGE, &contents)
}

/// Returns the layers that have features. They are in the order of drawing, the topmost layer
/// first.
fn layers(written: WrittenCoverage<'_>) -> Result<Vec<Layer>, WriteError> {
    let WrittenCoverage { territory, coverage, .. } = written;
    let prospects = &coverage.prospects;
    let [half_day_stops, half_day_routes, where_next] = where_next::layers(written);
    let mut layers = vec![
        half_day_stops,
        places::homes(written),
        outlets::outlets(written),
        places::search_here(written),
        half_day_routes,
        where_next,
        isochrones::isochrones(written),
        areas::cells(written),
        areas::admin_areas(written),
        areas::territory(written),
    ];
    layers.push(on_the_way::on_the_way(
        territory,
        prospects,
        &coverage.routes,
        &coverage.on_the_way,
    ));
    layers.extend(
        coverage.balance.iter().map(|balance| alignment::alignment(territory, prospects, balance)),
    );
    layers.extend(coverage.adherence.iter().map(|kept| adherence::adherence(prospects, kept)));
    if let Some(folder) = written.plan {
        layers.extend(carried_plan::layers(folder, written.drop_personal)?);
    }
    layers.retain(|layer| !layer.features.is_empty());
    Ok(layers)
}
