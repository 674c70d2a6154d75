//! Writes a folder for QGIS. It contains each layer as GeoJSON with its style, a GeoPackage of all
//! layers with types, captions and styles, and a project that shows the layers.
//!
//! [`folder_files`] takes the layers of a plan or a coverage and returns the files. A layer without
//! features has GeoJSON only, because a map cannot show anything of it. `styles.toml` defines the
//! look of the layers. The templates `*.xml` define the documents; they are written for QGIS 3.22
//! and later.

mod classes;
mod hours;
mod labels;
mod layout;
mod look;
mod project;
mod renderer;
mod spec;
mod symbol;
#[cfg(test)]
mod tests;
pub(crate) mod xml;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::WriteError;
use super::fields::{FieldType, Language, caption, known_type};
use super::files::{GEOPACKAGE, PROJECT};
use super::gpkg::{self, Bounds, Column, Kind, Table};
use super::layer::Layer;
use look::Look;
use project::{Part, project, zipped};
use renderer::Drawn;
use spec::{LayerSpec, STYLES};
use symbol::Shape;

/// Texts and date for the files.
#[derive(Debug, Clone, Copy)]
pub(super) struct QgisOptions<'a> {
    /// Title of the project.
    pub(super) title: &'a str,
    /// Language of titles, captions and legends.
    pub(super) language: Language,
    /// Date of writing that the files state. It is given, so that the same layers give the same
    /// files on every day.
    pub(super) date: Date,
}

/// Returns the files of the folder (name, content): the GeoJSON and the style of each layer, and a
/// GeoPackage and a project with the layers that have features.
///
/// # Errors
/// [`WriteError`] if the disk has no room for the GeoPackage.
pub(super) fn folder_files(
    mut layers: Vec<Layer>,
    options: &QgisOptions<'_>,
) -> Result<Vec<(String, Vec<u8>)>, WriteError> {
    let rank = |layer: &Layer| {
        let own = STYLES.order.iter().position(|name| name == layer.name);
        own.expect("every layer has a style")
    };
    layers.sort_by_key(rank);
    layers.iter_mut().for_each(hours::add);
    let styled: Vec<Styled<'_>> = layers.iter().map(|layer| Styled::of(layer, options)).collect();
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for Styled { layer, look, dimension, .. } in &styled {
        files.push(layer.file());
        files.push((format!("{}.qml", layer.name), look.qml(*dimension).into_bytes()));
    }
    let filled = || styled.iter().filter(|styled| !styled.layer.features.is_empty());
    let tables: Vec<Table<'_>> = filled().map(Styled::table).collect();
    files.push((GEOPACKAGE.to_owned(), geopackage(&tables, options.date)?));
    let is_there = |name: &str| filled().any(|styled| styled.layer.name == name);
    let parts: Vec<Part<'_>> = filled().map(|styled| styled.part(is_there)).collect();
    let text = project(&parts, options);
    let archive = zipped(&PROJECT.replace(".qgz", ".qgs"), &text);
    files.push((PROJECT.to_owned(), archive.map_err(|error| WriteError::Qgis(error.into()))?));
    Ok(files)
}

/// A layer with its look, its columns and its extent.
struct Styled<'a> {
    layer: &'a Layer,
    spec: &'static LayerSpec,
    look: Look,
    columns: Vec<Column>,
    bounds: Bounds,
    dimension: usize,
    language: Language,
}

impl<'a> Styled<'a> {
    fn of(layer: &'a Layer, options: &QgisOptions<'_>) -> Self {
        let spec = &STYLES.layer[layer.name];
        let geometries = || {
            layer.features.iter().filter_map(|feature| feature.geometry.as_ref()).map(|g| &g.value)
        };
        let dimension = geometries().next().map_or(0, |geometry| Kind::of(geometry).dimension());
        let shape = [Shape::Points, Shape::Lines, Shape::Areas][dimension];
        let columns = columns(layer, options.language);
        let drawn = Drawn { layer, spec, shape, language: options.language };
        Self {
            layer,
            spec,
            look: Look::of(&drawn, &columns),
            columns,
            bounds: geometries().map(Bounds::around).fold(Bounds::EMPTY, Bounds::and),
            dimension,
            language: options.language,
        }
    }

    fn table(&self) -> Table<'_> {
        Table {
            layer: self.layer,
            title: self.spec.title.of(self.language),
            columns: &self.columns,
            style: self.look.qml(self.dimension),
        }
    }

    /// Returns the layer as a part of the project. `is_there` states whether the project has the
    /// layer with a given name.
    fn part(&self, is_there: impl Fn(&str) -> bool) -> Part<'_> {
        let moments = |field: &'static str| {
            let features = self.layer.features.iter().filter_map(|f| f.properties.as_ref());
            features.filter_map(move |all| all.get(field)?.as_str()?.get(..19).map(str::to_owned))
        };
        Part {
            name: self.layer.name,
            title: self.spec.title.of(self.language),
            spec: self.spec,
            look: &self.look,
            is_shown: self.spec.shown
                || self.spec.shown_without.as_deref().is_some_and(|other| !is_there(other)),
            bounds: self.bounds,
            dimension: self.dimension,
            span: moments("start_time").min().zip(moments("end_time").max()),
        }
    }
}

/// Returns the columns of a layer, in the order of its properties.
fn columns(layer: &Layer, language: Language) -> Vec<Column> {
    let first = layer.features.first().and_then(|feature| feature.properties.as_ref());
    let mut columns: Vec<Column> = Vec::new();
    for (property, _) in first.into_iter().flatten() {
        columns.push(Column {
            property: property.clone(),
            name: Column::free_name(property, &columns),
            holds: known_type(property).unwrap_or(FieldType::Text),
            caption: caption(property, language).to_owned(),
        });
    }
    columns
}

/// Returns the bytes of a GeoPackage with `tables`.
fn geopackage(tables: &[Table<'_>], date: Date) -> Result<Vec<u8>, WriteError> {
    let moment = TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).expect("UTC skips no midnight");
    let folder = tempfile::tempdir().map_err(WriteError::Qgis)?;
    let path = folder.path().join(GEOPACKAGE);
    let written = gpkg::write(&path, tables, moment);
    written.map_err(|error| WriteError::GeoPackage(std::io::Error::other(error)))?;
    std::fs::read(&path).map_err(WriteError::Qgis)
}
