//! The project: all layers styled, in groups, at the right place, with a print layout.

use std::io::Write;

use askama::Template;

use super::QgisOptions;
use super::look::{Look, rendered};
use super::spec::{Group, LayerSpec, STYLES};
use crate::output::fields::Language;
use crate::output::files::GEOPACKAGE;
use crate::output::gpkg::Bounds;

/// One layer of the project.
pub(super) struct Part<'a> {
    pub(super) name: &'static str,
    pub(super) title: &'a str,
    pub(super) spec: &'a LayerSpec,
    pub(super) look: &'a Look,
    pub(super) bounds: Bounds,
    /// 0 for points, 1 for lines, 2 for areas.
    pub(super) dimension: usize,
    /// True if the project shows it at first.
    pub(super) is_shown: bool,
    /// First and last moment of its features, in local time, if they have times.
    pub(super) span: Option<(String, String)>,
}

impl Part<'_> {
    /// The layer's id, longer than ten characters as QGIS requires.
    pub(super) fn id(&self) -> String {
        format!("beatplan_{}", self.name)
    }

    /// The place of its features, seen from the project.
    pub(super) fn source(&self) -> String {
        format!("./{GEOPACKAGE}|layername={}", self.name)
    }

    fn geometry(&self) -> &'static str {
        ["Point", "Line", "Polygon"][self.dimension]
    }
}

/// The pages of the layout.
pub(super) struct Atlas<'a> {
    /// The layer with one page for each feature.
    pub(super) pages: &'a Part<'a>,
    /// Expression for the name of a page.
    pub(super) page_name: &'static str,
    /// The layer whose features of the page are listed.
    pub(super) listed: Option<&'a Part<'a>>,
}

impl<'a> Atlas<'a> {
    /// Pages of the beats; without beats of the best half-days, else of the areas.
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

/// The project, as the template writes it.
#[derive(Template)]
#[template(path = "project.xml")]
pub(super) struct Project<'a> {
    /// In the order of drawing, the topmost first.
    pub(super) parts: &'a [Part<'a>],
    pub(super) title: &'a str,
    pub(super) language: Language,
    /// The box that the project shows at first, in metres of its map.
    view: Bounds,
    pub(super) atlas: Option<Atlas<'a>>,
}

/// The text of the project; `parts` are in the order of drawing, the topmost first.
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

    /// Returns `true` if a layer of the group is shown at first.
    fn shows(&self, group: &Group) -> bool {
        self.parts.iter().any(|part| part.spec.group == *group && part.is_shown)
    }

    /// First and last moment of all layers.
    fn span(&self) -> Option<(&String, &String)> {
        let spans = || self.parts.iter().filter_map(|part| part.span.as_ref());
        spans().map(|(first, _)| first).min().zip(spans().map(|(_, last)| last).max())
    }
}

/// The project as a file: zipped, with the same bytes for the same text.
pub(super) fn zipped(name: &str, text: &str) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    archive.start_file(name, options)?;
    archive.write_all(text.as_bytes())?;
    Ok(archive.finish()?.into_inner())
}

/// The box to show around `bounds`, in metres of the project's map, with a margin of a twentieth
/// and 500 m across at least.
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
