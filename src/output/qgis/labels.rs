//! Writes the labels beside the features, and the text that appears under the mouse pointer.

use super::renderer::Drawn;
use super::spec::LabelsSpec;
use super::symbol::{ByFeature, ON_THE_PAGE, Shape};
use crate::output::fields::caption;

impl Drawn<'_> {
    /// Returns the number by which QGIS identifies the position of labels.
    pub(super) fn label_placement(&self, labels: &LabelsSpec) -> u8 {
        const AROUND_POINT: u8 = 6;
        const OVER_POINT: u8 = 1;
        const ALONG_LINE: u8 = 2;
        const HORIZONTAL: u8 = 4;
        match (self.shape, labels.over) {
            (Shape::Points, true) => OVER_POINT,
            (Shape::Points, false) => AROUND_POINT,
            (Shape::Lines, _) => ALONG_LINE,
            (Shape::Areas, _) => HORIZONTAL,
        }
    }

    /// Returns the condition under which the label of a feature is shown.
    pub(super) fn labelled(&self) -> ByFeature {
        let filled_if = self.spec.filled_if.as_ref().filter(|field| self.has(field));
        let shown = match filled_if {
            Some(field) => Some(format!("\"{field}\"")),
            None => self.has("route_id").then(|| ON_THE_PAGE.to_owned()),
        };
        shown.into_iter().map(|condition| ("Show", condition)).collect()
    }

    /// Returns whether the layer has all fields that `expression` names.
    pub(super) fn has_all(&self, expression: &str) -> bool {
        expression.split('"').skip(1).step_by(2).all(|field| self.has(field))
    }

    /// Returns the map tip. The first field in the look of the layer is the heading. Each other
    /// field that has a value is a line with its caption.
    pub(super) fn map_tip(&self) -> String {
        let mut fields = self.spec.tip.iter().filter(|field| self.has(field));
        let Some(heading) = fields.next() else { return String::new() };
        // The value is escaped, because a name may contain "<".
        let text = |field: &str| {
            format!("replace(replace(to_string(\"{field}\"), '&', '&amp;'), '<', '&lt;')")
        };
        let mut tip = format!("<b>[% coalesce({}, '') %]</b><table>", text(heading));
        for field in fields {
            let caption = caption(field, self.language).replace('\'', "''");
            tip.push_str(&format!(
                "[% coalesce('<tr><td style=\"color:#667\">{caption}</td><td>' || {} || '</td></tr>', '') %]",
                text(field)
            ));
        }
        tip.push_str("</table>");
        tip
    }
}
