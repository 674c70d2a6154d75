//! Defines the look of one layer. The style file of the layer, its style in the GeoPackage and its
//! part of the project share this look.

use askama::Template;

use super::renderer::{Drawn, Renderer};
use super::spec::LabelsSpec;
use super::symbol::{NOTHING, Shape};
use crate::output::fields::caption;
use crate::output::gpkg::Column;

/// The parts of a layer's style.
pub(super) struct Look {
    pub(super) has_labels: bool,
    pub(super) elements: String,
}

#[derive(Template)]
#[template(path = "style.xml")]
struct Style<'a> {
    drawn: &'a Drawn<'a>,
    columns: &'a [Column],
    labels: Option<&'a LabelsSpec>,
    renderer: Renderer<'a>,
}

#[derive(Template)]
#[template(path = "qml.xml")]
struct Qml<'a> {
    look: &'a Look,
    dimension: usize,
}

impl Look {
    pub(super) fn of(drawn: &Drawn<'_>, columns: &[Column]) -> Self {
        let labels = drawn.spec.labels.as_ref().filter(|labels| drawn.has_all(&labels.text));
        let style = Style { drawn, columns, labels, renderer: drawn.renderer() };
        Self { has_labels: labels.is_some(), elements: rendered(&style) }
    }

    /// Returns the style file of the layer. `dimension` is 0 for points, 1 for lines, 2 for areas.
    pub(super) fn qml(&self, dimension: usize) -> String {
        rendered(&Qml { look: self, dimension })
    }
}

/// Returns the text that a template gives.
pub(super) fn rendered(template: &impl Template) -> String {
    template.render().expect("writing into memory does not fail")
}

impl Drawn<'_> {
    fn caption<'c>(&self, column: &'c Column) -> &'c str {
        caption(&column.property, self.language)
    }

    /// Returns the expression for the name of a feature in lists.
    fn heading(&self) -> String {
        let field = self.spec.tip.first().filter(|field| self.has(field));
        field.map_or_else(String::new, |field| format!("\"{field}\""))
    }

    /// Returns whether the features have a day and hours, which QGIS's temporal controller can use.
    fn is_timed(&self) -> bool {
        ["date", super::hours::FIELD].iter().all(|field| self.has(field))
    }
}
