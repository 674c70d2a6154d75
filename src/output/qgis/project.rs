//! The project: all layers styled, in groups, at the right place, with a print layout.

use std::io::Write;

use super::layout::{Atlas, layout};
use super::look::Look;
use super::spec::{Group, LayerSpec, STYLES};
use super::xml::Element;
use super::{QgisOptions, VERSION};
use crate::output::files::GEOPACKAGE;
use crate::output::gpkg::Bounds;

/// One layer of the project.
pub(super) struct Part<'a> {
    pub(super) name: &'static str,
    pub(super) spec: &'a LayerSpec,
    pub(super) look: &'a Look,
    pub(super) bounds: Bounds,
    /// 0 for points, 1 for lines, 2 for areas.
    pub(super) dimension: usize,
    /// Whether the project shows it from the start.
    pub(super) is_shown: bool,
    /// First and last moment, local, where its features have times.
    pub(super) span: Option<(String, String)>,
}

impl Part<'_> {
    /// QGIS takes ids of up to ten characters for something else.
    pub(super) fn id(&self) -> String {
        format!("beatplan_{}", self.name)
    }

    pub(super) fn title(&self, options: &QgisOptions<'_>) -> String {
        self.spec.title.of(options.language).to_owned()
    }

    /// The layer as a part of a legend.
    pub(super) fn in_tree(&self, options: &QgisOptions<'_>) -> Element {
        Element::new("layer-tree-layer")
            .with("id", self.id())
            .with("name", self.title(options))
            .with("source", source(self.name))
            .with("providerKey", "ogr")
            .with("checked", checked(self.is_shown))
            .with("expanded", u8::from(self.is_shown))
    }
}

fn checked(is_shown: bool) -> &'static str {
    if is_shown { "Qt::Checked" } else { "Qt::Unchecked" }
}

/// Where the project finds a layer.
pub(super) fn source(name: &str) -> String {
    format!("./{GEOPACKAGE}|layername={name}")
}

/// The text of the project; `parts` are in the order of drawing, the topmost first.
pub(super) fn project(parts: &[Part<'_>], options: &QgisOptions<'_>) -> String {
    let bounds = parts.iter().map(|part| part.bounds).fold(Bounds::EMPTY, Bounds::and);
    let view = view(bounds);
    let order = parts.iter().map(Part::id).map(|id| Element::text("item", id));
    let custom_order = Element::new("custom-order").with("enabled", 1).and_all(order);
    let mut groups: Vec<Group> = parts.iter().map(|part| part.spec.group).collect();
    groups.sort();
    groups.dedup();
    let groups = groups.into_iter().map(|group| tree_group(group, parts, options));
    let tree = Element::new("layer-tree-group").and_all(groups).and(custom_order);
    let canvas = Element::new("mapcanvas")
        .with("name", "theMapCanvas")
        .and(Element::text("units", "meters"))
        .and(extent("extent", view))
        .and(Element::text("rotation", 0))
        .and(Element::new("destinationsrs").and(web_mercator()));
    let default_view = Element::new("DefaultViewExtent")
        .with("xmin", view.west)
        .with("ymin", view.south)
        .with("xmax", view.east)
        .with("ymax", view.north)
        .and(web_mercator());
    Element::new("qgis")
        .with("projectname", options.title)
        .with("version", VERSION)
        .and(Element::text("title", options.title))
        .and(Element::new("projectCrs").and(web_mercator()))
        .and(tree)
        .and(canvas)
        .and(
            Element::new("projectlayers")
                .and_all(parts.iter().map(|part| map_layer(part, options))),
        )
        .and(properties())
        .and(Element::new("Layouts").and(layout(parts, options, view)))
        .and(Element::new("ProjectViewSettings").with("UseProjectScales", 0).and(default_view))
        .and(time_settings(parts))
        .document()
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

fn tree_group(group: Group, parts: &[Part<'_>], options: &QgisOptions<'_>) -> Element {
    let own = || parts.iter().filter(|part| part.spec.group == group);
    let layers = own().map(|part| part.in_tree(options));
    let key = match group {
        Group::Plan => "plan",
        Group::WhereNext => "where_next",
        Group::Coverage => "coverage",
        Group::Alignment => "alignment",
        Group::Territory => "territory",
    };
    Element::new("layer-tree-group")
        .with("name", STYLES.words[key].of(options.language))
        .with("checked", checked(own().any(|part| part.is_shown)))
        .with("expanded", 1)
        .and_all(layers)
}

fn map_layer(part: &Part<'_>, options: &QgisOptions<'_>) -> Element {
    let geometry = ["Point", "Line", "Polygon"][part.dimension];
    Element::new("maplayer")
        .with("type", "vector")
        .with("geometry", geometry)
        .with("labelsEnabled", u8::from(part.look.has_labels))
        .with("styleCategories", "AllStyleCategories")
        .with("hasScaleBasedVisibilityFlag", 0)
        .with("readOnly", 0)
        .and(extent("extent", part.bounds))
        .and(Element::text("id", part.id()))
        .and(Element::text("datasource", source(part.name)))
        .and(Element::text("layername", part.title(options)))
        .and(Element::new("srs").and(wgs84()))
        .and(Element::text("provider", "ogr").with("encoding", "UTF-8"))
        .and_all(part.look.elements.iter().cloned())
        .and(Element::text("layerGeometryType", part.dimension))
}

/// What QGIS must be told or it reads the rest otherwise.
fn properties() -> Element {
    let of = |name, kind, value: &str| Element::text(name, value).with("type", kind);
    Element::new("properties").and_all([
        Element::new("SpatialRefSys").and(of("ProjectionsEnabled", "int", "1")),
        Element::new("Paths").and(of("Absolute", "bool", "false")),
        Element::new("Measure").and(of("Ellipsoid", "QString", "EPSG:7030")),
        Element::new("Measurement").and(of("DistanceUnits", "QString", "km")).and(of(
            "AreaUnits",
            "QString",
            "km2",
        )),
        Element::new("PAL").and(of("ShowingPartialsLabels", "bool", "false")),
    ])
}

/// The time that the temporal controller begins with: all that the layers have, in steps of a quarter of an hour.
fn time_settings(parts: &[Part<'_>]) -> Element {
    let spans = || parts.iter().filter_map(|part| part.span.as_ref());
    let first = spans().map(|(first, _)| first).min();
    let last = spans().map(|(_, last)| last).max();
    let range = first.zip(last).map(|(first, last)| {
        Element::new("TemporalRange")
            .and(Element::text("start", format!("{first}Z")))
            .and(Element::text("end", format!("{last}Z")))
    });
    Element::new("ProjectTimeSettings")
        .with_all([("timeStepUnit", "min"), ("timeStep", "15"), ("frameRate", "2")])
        .with("cumulativeTemporalRange", 0)
        .and_all(range)
}

fn extent(name: &'static str, bounds: Bounds) -> Element {
    Element::new(name).and_all([
        Element::text("xmin", bounds.west),
        Element::text("ymin", bounds.south),
        Element::text("xmax", bounds.east),
        Element::text("ymax", bounds.north),
    ])
}

/// The box to show around `bounds`, in metres of the project's map, with a margin of a twentieth and 500 m across at least.
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

/// A coordinate reference system as QGIS wants it: with its own number, or it is none.
fn reference_system(srsid: u32, epsg: u32, description: &str, is_geographic: bool) -> Element {
    Element::new("spatialrefsys").and_all([
        Element::text("srsid", srsid),
        Element::text("srid", epsg),
        Element::text("authid", format!("EPSG:{epsg}")),
        Element::text("description", description),
        Element::text("projectionacronym", if is_geographic { "longlat" } else { "merc" }),
        Element::text("ellipsoidacronym", "EPSG:7030"),
        Element::text("geographicflag", is_geographic),
    ])
}

fn wgs84() -> Element {
    reference_system(3452, 4326, "WGS 84", true)
}

pub(super) fn web_mercator() -> Element {
    reference_system(3857, 3857, "WGS 84 / Pseudo-Mercator", false)
}

/// Which layer has a page of the atlas a feature: the beats; where there are none, the best half days, then the areas.
pub(super) fn atlas_of<'a>(parts: &'a [Part<'a>]) -> Option<Atlas<'a>> {
    let find = |name: &str| parts.iter().find(|part| part.name == name);
    let pages = [
        ("routes", "\"page_name\"", Some("stops")),
        ("half_day_routes", "\"rank\" || '. ' || \"name\"", None),
        ("where_next", "\"rank\" || '. ' || \"name\"", None),
        ("admin_areas", "\"name\"", None),
    ];
    pages.into_iter().find_map(|(name, page_name, listed)| {
        Some(Atlas { pages: find(name)?, page_name, listed: listed.and_then(find) })
    })
}
