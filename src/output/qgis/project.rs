//! Writes the QGIS project: all layers with their styles, in groups, and a print layout.

use std::io::Write;

use askama::Template;

use super::QgisOptions;
use super::look::{Look, rendered};
use super::spec::{Group, LayerSpec, STYLES};
use crate::output::fields::Language;
use crate::output::files::GEOPACKAGE;
use crate::output::gpkg::Bounds;

/// A layer as a part of the project.
pub(super) struct Part<'a> {
    pub(super) name: &'static str,
    pub(super) title: &'a str,
    pub(super) spec: &'a LayerSpec,
    pub(super) look: &'a Look,
    pub(super) bounds: Bounds,
    /// Dimension of the geometries: 0 for points, 1 for lines, 2 for areas.
    pub(super) dimension: usize,
    /// True if the project shows the layer when it is opened.
    pub(super) is_shown: bool,
    /// First and last moment of the features, in local time; `None` if they have no times.
    pub(super) span: Option<(String, String)>,
}

impl Part<'_> {
    /// Returns the id of the layer. QGIS requires ids with more than ten characters.
    pub(super) fn id(&self) -> String {
        format!("beatplan_{}", self.name)
    }

    /// Returns the path of the layer's data, relative to the project.
    pub(super) fn source(&self) -> String {
        format!("./{GEOPACKAGE}|layername={}", self.name)
    }

    fn geometry(&self) -> &'static str {
        ["Point", "Line", "Polygon"][self.dimension]
    }
}

/// The pages of the print layout.
pub(super) struct Atlas<'a> {
    /// Layer that has one page for each feature.
    pub(super) pages: &'a Part<'a>,
    /// Expression for the name of a page.
    pub(super) page_name: &'static str,
    /// Layer whose features are listed on their page.
    pub(super) listed: Option<&'a Part<'a>>,
}

impl<'a> Atlas<'a> {
    /// Returns one page for each beat. Without beats, returns one page for each of the best
    /// half-days; without these, for each area.
    pub(super) fn of(parts: &'a [Part<'a>]) -> Option<Self> {
        let find = |name: &str| parts.iter().find(|part| part.name == name);
        let pages = [
            ("routes", "\"page_name\"", Some("stops")),
            ("half_day_routes", "\"rank\" || '. ' || \"name\"", None),
            ("where_next", "\"rank\" || '. ' || \"name\"", None),
            ("admin_areas", "\"name\"", None),
        ];
        pages.into_iter().find_map(|(name, page_name, listed)| {
            Some(Self { pages: find(name)?, page_name, listed: listed.and_then(find) })
        })
    }
}

/// The values from which the template writes the project.
#[derive(Template)]
#[template(path = "project.xml")]
pub(super) struct Project<'a> {
    /// Layers in the order of drawing, the topmost first.
    pub(super) parts: &'a [Part<'a>],
    pub(super) title: &'a str,
    pub(super) language: Language,
    /// Box that the project shows when it is opened, in metres of its map.
    view: Bounds,
    pub(super) atlas: Option<Atlas<'a>>,
}

/// Returns the text of the project. `parts` are in the order of drawing, the topmost first.
pub(super) fn project(parts: &[Part<'_>], options: &QgisOptions<'_>) -> String {
    let bounds = parts.iter().map(|part| part.bounds).fold(Bounds::EMPTY, Bounds::and);
    let QgisOptions { title, language, .. } = *options;
    let (view, atlas) = (view(bounds), Atlas::of(parts));
    rendered(&Project { parts, title, language, view, atlas })
}

impl Project<'_> {
    pub(super) fn word(&self, key: &str) -> &'static str {
        STYLES.words[key].of(self.language)
    }

    fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = self.parts.iter().map(|part| part.spec.group).collect();
        groups.sort();
        groups.dedup();
        groups
    }

    /// Returns whether a layer of the group is shown when the project is opened.
    fn shows(&self, group: &Group) -> bool {
        self.parts.iter().any(|part| part.spec.group == *group && part.is_shown)
    }

    /// Returns the first and the last moment of all layers.
    fn span(&self) -> Option<(&String, &String)> {
        let spans = || self.parts.iter().filter_map(|part| part.span.as_ref());
        spans().map(|(first, _)| first).min().zip(spans().map(|(_, last)| last).max())
    }
}

/// Returns the project as a file, that is a ZIP archive of its text. The same text gives the same
/// bytes.
pub(super) fn zipped(name: &str, text: &str) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    archive.start_file(name, options)?;
    archive.write_all(text.as_bytes())?;
    Ok(archive.finish()?.into_inner())
}

/// Returns the box to show around `bounds`, in metres of the project's map. It has a margin of a
/// twentieth on each side and is at least 500 m wide and high.
fn view(bounds: Bounds) -> Bounds {
    const RADIUS_M: f64 = 6_378_137.0;
    let x = |lon: f64| lon.to_radians() * RADIUS_M;
    let y = |lat: f64| {
        libm::log(libm::tan(std::f64::consts::FRAC_PI_4 + lat.to_radians() / 2.0)) * RADIUS_M
    };
    let (west, east) = (x(bounds.west), x(bounds.east));
    let (south, north) = (y(bounds.south), y(bounds.north));
    let margin = |across: f64| (across * 0.05).max((500.0 - across) / 2.0);
    let (aside, above) = (margin(east - west), margin(north - south));
    Bounds {
        west: (west - aside).round(),
        south: (south - above).round(),
        east: (east + aside).round(),
        north: (north + above).round(),
    }
}
