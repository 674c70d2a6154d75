//! What is written beside the features, and what the mouse brings up.

use super::renderer::Drawn;
use super::spec::LabelsSpec;
use super::symbol::{ON_THE_PAGE, Shape, rgba};
use super::xml::{Element, data_defined};
use crate::output::fields::caption;

/// QGIS's numbers for where labels go.
const AROUND_POINT: u8 = 6;
const OVER_POINT: u8 = 1;
const ALONG_LINE: u8 = 2;
const HORIZONTAL: u8 = 4;

/// The labels of a layer whose spec has some; every field they name is there.
pub(super) fn labeling(drawn: &Drawn<'_>, labels: &LabelsSpec) -> Element {
    let rim = Element::new("text-buffer")
        .with("bufferDraw", u8::from(labels.rim))
        .with("bufferSize", 0.9)
        .with("bufferSizeUnits", "MM")
        .with("bufferColor", "255,255,255,255")
        .with("bufferOpacity", 0.85);
    let style = Element::new("text-style")
        .with("fieldName", &labels.text)
        .with("isExpression", 1)
        .with("fontSize", labels.size)
        .with("fontSizeUnit", "Point")
        .with("fontWeight", if labels.bold { 75 } else { 50 })
        .with("textColor", rgba(&labels.colour, 1.0))
        .with("textOpacity", 1)
        .with("textOrientation", "horizontal")
        .with("multilineHeight", 1)
        .with("legendString", "Aa")
        .and(rim);
    let placement = match (drawn.shape, labels.over) {
        (Shape::Points, true) => OVER_POINT,
        (Shape::Points, false) => AROUND_POINT,
        (Shape::Lines, _) => ALONG_LINE,
        (Shape::Areas, _) => HORIZONTAL,
    };
    let placement = Element::new("placement")
        .with("placement", placement)
        .with("placementFlags", 10)
        .with("quadOffset", 4)
        .with("dist", if labels.over { 0 } else { 1 })
        .with("distUnits", "MM")
        .with("offsetType", u8::from(!labels.over))
        .with("predefinedPositionOrder", "TR,TL,BR,BL,R,L,TSR,BSR")
        .with("priority", if labels.all { 10 } else { 5 })
        .with("centroidInside", 1)
        .with("centroidWhole", 1);
    let rendering = Element::new("rendering")
        // Areas that keep labels away would take those of all other layers from the map.
        .with("obstacle", u8::from(drawn.shape != Shape::Areas))
        .with("drawLabels", 1)
        .with("displayAll", u8::from(labels.all))
        .with("maxNumLabels", 2000)
        .with("zIndex", u8::from(labels.over));
    let shown = drawn.has("route_id").then(|| ("Show", ON_THE_PAGE.to_owned()));
    Element::new("labeling").with("type", "simple").and(
        Element::new("settings")
            .with("calloutType", "simple")
            .and(style)
            .and(Element::new("text-format").with("wrapChar", "").with("multilineAlign", 1))
            .and(placement)
            .and(rendering)
            .and(data_defined("dd_properties", shown)),
    )
}

/// Whether all fields that `expression` names are there.
pub(super) fn has_all(drawn: &Drawn<'_>, expression: &str) -> bool {
    expression.split('"').skip(1).step_by(2).all(|field| drawn.has(field))
}

/// The map tip: the first of the spec's fields as its heading, the others as lines with their captions where they have values.
pub(super) fn map_tip(drawn: &Drawn<'_>) -> String {
    let mut fields = drawn.spec.tip.iter().filter(|field| drawn.has(field));
    let Some(heading) = fields.next() else { return String::new() };
    // HTML would take a name apart at its "<".
    let text = |field: &str| {
        format!("replace(replace(to_string(\"{field}\"), '&', '&amp;'), '<', '&lt;')")
    };
    let mut tip = format!("<b>[% coalesce({}, '') %]</b><table>", text(heading));
    for field in fields {
        let caption = caption(field, drawn.language).replace('\'', "''");
        tip.push_str(&format!(
            "[% coalesce('<tr><td style=\"color:#667\">{caption}</td><td>' || {} || '</td></tr>', '') %]",
            text(field)
        ));
    }
    tip.push_str("</table>");
    tip
}
