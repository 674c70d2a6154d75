//! The print layout: a page a beat with map, title, list of stops, legend, scale and attribution.

use super::QgisOptions;
use super::project::{Part, atlas_of, source, web_mercator};
use super::spec::STYLES;
use super::xml::{Element, options};
use crate::output::ATTRIBUTION;
use crate::output::fields::caption;
use crate::output::gpkg::Bounds;

/// What the pages are made from.
pub(super) struct Atlas<'a> {
    /// A page each of its features.
    pub(super) pages: &'a Part<'a>,
    /// An expression.
    pub(super) page_name: &'static str,
    /// The layer whose features of the page are listed.
    pub(super) listed: Option<&'a Part<'a>>,
}

/// Place and size on the page, in millimetres from its upper left corner.
#[derive(Clone, Copy)]
struct Frame {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// An A4 page, lying.
const PAGE: Frame = Frame { x: 0.0, y: 0.0, width: 297.0, height: 210.0 };
const MAP: Frame = Frame { x: 8.0, y: 22.0, width: 184.0, height: 176.0 };
const TITLE: Frame = Frame { x: 8.0, y: 6.0, width: 281.0, height: 9.0 };
const SUBTITLE: Frame = Frame { x: 8.0, y: 15.0, width: 281.0, height: 6.0 };
const LIST: Frame = Frame { x: 196.0, y: 22.0, width: 93.0, height: 112.0 };
const LEGEND: Frame = Frame { x: 196.0, y: 138.0, width: 93.0, height: 60.0 };
const SCALE: Frame = Frame { x: 11.0, y: 184.0, width: 60.0, height: 11.0 };
const CREDIT: Frame = Frame { x: 8.0, y: 200.0, width: 281.0, height: 5.0 };

const MAP_ID: &str = "{beatplan-map}";
const LIST_ID: &str = "{beatplan-list}";
const LIST_FRAME_ID: &str = "{beatplan-list-frame}";

/// QGIS's numbers for what lies on a page.
mod item {
    pub(super) const PAGE: u32 = 65638;
    pub(super) const MAP: u32 = 65639;
    pub(super) const LABEL: u32 = 65641;
    pub(super) const LEGEND: u32 = 65642;
    pub(super) const SCALE_BAR: u32 = 65646;
    pub(super) const TABLE_FRAME: u32 = 65647;
    pub(super) const TABLE: u32 = 65649;
}

/// The layout of a project that shows `view` (in the project's metres) at first.
pub(super) fn layout(parts: &[Part<'_>], options: &QgisOptions<'_>, view: Bounds) -> Element {
    let atlas = atlas_of(parts);
    let word = |key: &str| STYLES.words[key].of(options.language).to_owned();
    let title = match &atlas {
        Some(_) => "[% @atlas_pagename %]".to_owned(),
        None => options.title.to_owned(),
    };
    let beats = atlas.as_ref().filter(|atlas| atlas.pages.name == "routes");
    let subtitle = match beats {
        Some(_) => format!(
            "[% attribute(@atlas_feature, 'hours') %] · [% attribute(@atlas_feature, 'visits') %] {} · \
             [% round(attribute(@atlas_feature, 'distance_km')) %] km · \
             [% round(attribute(@atlas_feature, 'travel_minutes')) %] {}",
            word("visits"),
            word("minutes_on_the_road")
        ),
        None => options.title.to_owned(),
    };
    // On the page of a beat what bears on the day; the state of the territory has pages of its own.
    const ON_A_BEAT: [&str; 6] =
        ["stops", "on_the_way", "phone_calls", "homes", "prospects", "routes"];
    let shown: Option<Vec<&Part<'_>>> =
        beats.map(|_| parts.iter().filter(|part| ON_A_BEAT.contains(&part.name)).collect());
    let mut items = vec![
        label(TITLE, &title, 17, true),
        label(SUBTITLE, &subtitle, 10, false),
        map(view, atlas.is_some(), shown.as_deref()),
        scale_bar(),
        legend(&word("legend"), atlas.is_some(), shown.as_deref(), options),
        label(
            CREDIT,
            &format!("{} · beatplan", ATTRIBUTION.split(',').next().unwrap_or(ATTRIBUTION)),
            7,
            false,
        ),
    ];
    let listed = atlas.as_ref().and_then(|atlas| atlas.listed);
    if let Some(listed) = listed {
        items.push(
            laid(item::TABLE_FRAME, LIST, LIST_FRAME_ID)
                .with("multiFrame", LIST_ID)
                .with("multiFrameTemplateUuid", LIST_ID)
                .with("sectionX", 0)
                .with("sectionY", 0)
                .with("sectionWidth", LIST.width)
                .with("sectionHeight", LIST.height)
                .with("hidePageIfEmpty", 0)
                .with("hideBackgroundIfEmpty", 1),
        );
        items.push(table(listed, options));
    }
    let page = laid(item::PAGE, PAGE, "{beatplan-page}").and(page_symbol());
    let pages = Element::new("PageCollection").and(page_symbol()).and(page);
    Element::new("Layout")
        .with("name", word(if beats.is_some() { "layout" } else { "pages" }))
        .with("units", "mm")
        .with("printResolution", 300)
        .with("worldFileMap", MAP_ID)
        .and(Element::new("Snapper").with_all([("snapToItems", "1"), ("tolerance", "5")]))
        .and(Element::new("Grid").with_all([("resolution", "10"), ("resUnits", "mm")]))
        .and(pages)
        .and_all(items)
        .and(atlas_settings(atlas.as_ref()))
}

/// What every item on the page has.
fn laid(kind: u32, frame: Frame, id: &str) -> Element {
    let place = format!("{},{},mm", frame.x, frame.y);
    let above = match kind {
        item::PAGE => 0,
        item::MAP => 1,
        _ => 2,
    };
    Element::new("LayoutItem")
        .with("type", kind)
        .with("uuid", id)
        .with("templateUuid", id)
        .with("position", &place)
        .with("positionOnPage", &place)
        .with("size", format!("{},{},mm", frame.width, frame.height))
        .with("referencePoint", 0)
        .with("visibility", 1)
        .with("opacity", 1)
        .with("zValue", above)
        .with("outlineWidthM", "0.2,mm")
        .with("frame", kind == item::MAP)
        .with("background", matches!(kind, item::MAP | item::PAGE))
        .and(colour("FrameColor", 120))
        .and(colour("BackgroundColor", 255))
}

/// A shade of grey, from 0 to 255.
fn colour(name: &'static str, grey: u8) -> Element {
    Element::new(name).with("red", grey).with("green", grey).with("blue", grey).with("alpha", 255)
}

fn label(frame: Frame, text: &str, size: u32, is_bold: bool) -> Element {
    let id = format!("{{beatplan-label-{}}}", frame.y);
    laid(item::LABEL, frame, &id)
        .with("labelText", text)
        .with_all([("htmlState", "0"), ("halign", "1"), ("valign", "128")])
        .and(font("LabelFont", size, is_bold))
        .and(colour("FontColor", 30))
}

/// The plain font of whatever machine it is.
fn font(name: &'static str, size: u32, is_bold: bool) -> Element {
    let weight = if is_bold { 75 } else { 50 };
    Element::new(name)
        .with("description", format!("Sans Serif,{size},-1,5,{weight},0,0,0,0,0"))
        .with("style", "")
}

/// The map; of the pages of beats it shows what `shown` names, else what the project shows.
fn map(view: Bounds, is_atlas: bool, shown: Option<&[&Part<'_>]>) -> Element {
    // A box of another form would make QGIS change the height of the map.
    let view = view.in_form_of(MAP.width / MAP.height);
    let layers = shown.into_iter().flatten().map(|part| {
        Element::text("Layer", part.id())
            .with("name", part.name)
            .with("source", source(part.name))
            .with("provider", "ogr")
    });
    let extent = Element::new("Extent")
        .with("xmin", view.west)
        .with("ymin", view.south)
        .with("xmax", view.east)
        .with("ymax", view.north);
    const FIT_PAGE: u8 = 2;
    laid(item::MAP, MAP, MAP_ID)
        .with("id", "map")
        .with_all([("drawCanvasItems", "false"), ("followPreset", "false")])
        .with("keepLayerSet", shown.is_some())
        .and(Element::new("LayerSet").and_all(layers))
        .and(extent)
        .and(Element::new("crs").and(web_mercator()))
        .and(
            Element::new("AtlasMap")
                .with("atlasDriven", u8::from(is_atlas))
                .with("scalingMode", FIT_PAGE)
                .with("margin", 0.08),
        )
}

fn scale_bar() -> Element {
    let number =
        Element::new("numericFormat").with("id", "basic").and(options([("decimals", "2")]));
    laid(item::SCALE_BAR, SCALE, "{beatplan-scale}")
        .with("mapUuid", MAP_ID)
        .with_all([("style", "Single Bounds"), ("unitType", "km"), ("unitLabel", "km")])
        .with_all([
            ("numMapUnitsPerScaleBarUnit", "1"),
            ("numSegments", "2"),
            ("numSegmentsLeft", "0"),
        ])
        .with_all([("segmentSizeMode", "1"), ("minBarWidth", "25"), ("maxBarWidth", "50")])
        .with_all([("numUnitsPerSegment", "1"), ("segmentMillimeters", "20"), ("height", "2")])
        .with_all([("boxContentSpace", "1"), ("labelBarSpace", "1.5"), ("outlineWidth", "0.2")])
        .and(number)
        .and(text_style(8, false))
}

fn legend(
    title: &str,
    is_atlas: bool,
    shown: Option<&[&Part<'_>]>,
    options: &QgisOptions<'_>,
) -> Element {
    // The stops have the colours of their routes.
    let listed = shown.map(|shown| {
        let layers = shown.iter().filter(|part| part.name != "stops");
        Element::new("layer-tree-group").and_all(layers.map(|part| part.in_tree(options)))
    });
    let style = |name: &str, size, is_bold, above: f64| {
        Element::new("style")
            .with("name", name)
            .with("alignment", 1)
            .with("indent", 0)
            .with("marginTop", above)
            .with("marginBottom", if name == "title" { 1.0 } else { 0.0 })
            .with("marginLeft", if name == "symbolLabel" { 1.5 } else { 0.0 })
            .and(font("styleFont", size, is_bold))
    };
    laid(item::LEGEND, LEGEND, "{beatplan-legend}")
        .with("title", title)
        .with("map_uuid", MAP_ID)
        .with("legendFilterByMap", 1)
        .with("legendFilterByAtlas", u8::from(is_atlas))
        .with_all([("resizeToContents", "1"), ("columnCount", "2"), ("splitLayer", "1")])
        .with_all([("columnSpace", "3"), ("boxSpace", "0"), ("equalColumnWidth", "0")])
        .with_all([("symbolWidth", "5"), ("symbolHeight", "3"), ("lineSpacing", "0.8")])
        .with_all([("titleAlignment", "1"), ("symbolAlignment", "1"), ("fontColor", "#1e1e1e")])
        .and(Element::new("styles").and_all([
            style("title", 9, true, 0.0),
            style("group", 8, true, 1.5),
            style("subgroup", 7, true, 1.2),
            style("symbol", 7, false, 0.8),
            style("symbolLabel", 7, false, 0.8),
        ]))
        .and_all(listed)
}

/// The list of a page's stops.
fn table(listed: &Part<'_>, options: &QgisOptions<'_>) -> Element {
    const COLUMNS: [(&str, u32); 4] = [("stop_no", 9), ("hours", 20), ("name", 36), ("reason", 27)];
    let column = |(field, width): (&str, u32)| {
        let heading = if field == "stop_no" { "" } else { caption(field, options.language) };
        Element::new("column")
            .with("attribute", field)
            .with("heading", heading)
            .with("width", width)
            .with("hAlignment", 1)
            .with("vAlignment", 128)
            .and(Element::new("backgroundColor").with("alpha", 0))
    };
    Element::new("LayoutMultiFrame")
        .with("type", item::TABLE)
        .with("uuid", LIST_ID)
        .with("templateUuid", LIST_ID)
        .with("vectorLayer", listed.id())
        .with("vectorLayerName", listed.title(options))
        .with("vectorLayerSource", source(listed.name))
        .with("vectorLayerProvider", "ogr")
        .with("filterFeatures", "true")
        .with("featureFilter", "\"route_id\" = attribute(@atlas_feature, 'route_id')")
        .with_all([
            ("source", "0"),
            ("maxFeatures", "60"),
            ("resizeMode", "0"),
            ("wrapBehavior", "1"),
        ])
        .with_all([("showGrid", "1"), ("horizontalGrid", "1"), ("verticalGrid", "0")])
        .with_all([
            ("gridStrokeWidth", "0.1"),
            ("gridColor", "190,190,190,255"),
            ("cellMargin", "0.7"),
        ])
        .with_all([
            ("headerMode", "0"),
            ("headerHAlignment", "0"),
            ("backgroundColor", "255,255,255,0"),
        ])
        .with_all([("showEmptyRows", "0"), ("emptyTableMode", "0"), ("emptyTableMessage", "")])
        .and(
            Element::new("childFrame")
                .with("uuid", LIST_FRAME_ID)
                .with("templateUuid", LIST_FRAME_ID),
        )
        .and(Element::new("headerTextFormat").and(text_style(7, true)))
        .and(Element::new("contentTextFormat").and(text_style(7, false)))
        .and(Element::new("displayColumns").and_all(COLUMNS.map(column)))
        .and(Element::new("sortColumns").and(
            Element::new("column").with("attribute", "stop_no").with_all([
                ("sortByRank", "1"),
                ("sortOrder", "0"),
                ("heading", ""),
            ]),
        ))
}

fn text_style(size: u32, is_bold: bool) -> Element {
    Element::new("text-style")
        .with("fontSize", size)
        .with("fontSizeUnit", "Point")
        .with("fontWeight", if is_bold { 75 } else { 50 })
        .with("textColor", "30,30,30,255")
        .with("textOpacity", 1)
        .with("textOrientation", "horizontal")
        .with("multilineHeight", 1)
}

fn page_symbol() -> Element {
    let paper = [("color", "255,255,255,255"), ("style", "solid"), ("outline_style", "no")];
    let layer = Element::new("layer")
        .with_all([("class", "SimpleFill"), ("enabled", "1"), ("pass", "0"), ("locked", "0")])
        .and(options(paper));
    Element::new("symbol")
        .with_all([("type", "fill"), ("name", ""), ("alpha", "1"), ("clip_to_extent", "1")])
        .and(layer)
}

fn atlas_settings(atlas: Option<&Atlas<'_>>) -> Element {
    let Some(Atlas { pages, page_name, .. }) = atlas else {
        return Element::new("Atlas").with("enabled", 0);
    };
    Element::new("Atlas")
        .with("enabled", 1)
        .with("coverageLayer", pages.id())
        .with("coverageLayerName", pages.name)
        .with("coverageLayerSource", source(pages.name))
        .with("coverageLayerProvider", "ogr")
        .with("pageNameExpression", *page_name)
        .with("filenamePattern", "'page_' || lpad(@atlas_featurenumber, 3, '0')")
        .with_all([("hideCoverage", "0"), ("filterFeatures", "0"), ("sortFeatures", "0")])
}
