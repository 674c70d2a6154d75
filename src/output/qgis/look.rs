//! How one layer looks: what its style file, its style in the GeoPackage and its part of the project have in common.

use super::VERSION;
use super::labels::{has_all, labeling, map_tip};
use super::renderer::Drawn;
use super::xml::Element;
use crate::output::fields::caption;
use crate::output::gpkg::Column;

/// The elements that make up a layer's style.
pub(super) struct Look {
    pub(super) has_labels: bool,
    pub(super) elements: Vec<Element>,
}

impl Look {
    pub(super) fn of(drawn: &Drawn<'_>, columns: &[Column]) -> Self {
        let labels = drawn.spec.labels.as_ref().filter(|labels| has_all(drawn, &labels.text));
        let flags = [("Identifiable", 1), ("Removable", 1), ("Searchable", 1), ("Private", 0)];
        let flags = flags.map(|(name, value)| Element::text(name, value));
        let mut elements =
            vec![Element::new("flags").and_all(flags), temporal(drawn), drawn.renderer()];
        elements.extend(labels.map(|labels| labeling(drawn, labels)));
        let alias = |(at, column): (usize, &Column)| {
            Element::new("alias")
                .with("field", &column.name)
                .with("index", at + 1)
                .with("name", caption(&column.property, drawn.language))
        };
        elements.extend([
            Element::text("blendMode", 0),
            Element::text("featureBlendMode", 0),
            Element::text("layerOpacity", 1),
            Element::new("aliases").and_all(columns.iter().enumerate().map(alias)),
            Element::text("previewExpression", heading(drawn)),
            Element::text("mapTip", map_tip(drawn)),
        ]);
        Self { has_labels: labels.is_some(), elements }
    }

    /// The style by itself; `dimension` is 0 for points, 1 for lines, 2 for areas.
    pub(super) fn qml(&self, dimension: usize) -> String {
        Element::new("qgis")
            .with("version", VERSION)
            .with("styleCategories", "AllStyleCategories")
            .with("labelsEnabled", u8::from(self.has_labels))
            .with("hasScaleBasedVisibilityFlag", 0)
            .with("readOnly", 0)
            .and_all(self.elements.iter().cloned())
            .and(Element::text("layerGeometryType", dimension))
            .document()
    }
}

/// What stands for a feature in lists.
fn heading(drawn: &Drawn<'_>) -> String {
    let field = drawn.spec.tip.first().filter(|field| drawn.has(field));
    field.map_or_else(String::new, |field| format!("\"{field}\""))
}

/// When a feature is there, for the temporal controller: in local time, as the clock on the wall shows it. The fields of
/// moments themselves will not do, as some versions of QGIS show them in UTC and some as they are written.
fn temporal(drawn: &Drawn<'_>) -> Element {
    let is_timed = ["date", super::hours::FIELD].iter().all(|field| drawn.has(field));
    let moment = |end: &str| {
        format!(
            "to_datetime(format_date(\"date\", 'yyyy-MM-dd') || ' ' || {end}(\"hours\", 5) || ':00')"
        )
    };
    const FROM_EXPRESSIONS: u8 = 4;
    Element::new("temporal")
        .with("enabled", u8::from(is_timed))
        .with("mode", if is_timed { FROM_EXPRESSIONS } else { 0 })
        .with("startExpression", if is_timed { moment("left") } else { String::new() })
        .with("endExpression", if is_timed { moment("right") } else { String::new() })
        .with_all([
            ("startField", ""),
            ("endField", ""),
            ("durationField", ""),
            ("durationUnit", "min"),
        ])
        .with_all([("fixedDuration", "0"), ("limitMode", "1"), ("accumulate", "0")])
        .and(Element::new("fixedRange").and(Element::new("start")).and(Element::new("end")))
}
