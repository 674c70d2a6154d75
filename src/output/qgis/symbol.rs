//! Symbols of points, lines and areas.

use super::spec::SymbolSpec;
use super::xml::{Element, data_defined, options};

/// What a layer consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Points,
    Lines,
    Areas,
}

/// True of the features that belong to the page of an atlas; of all, where there is no page.
pub(super) const ON_THE_PAGE: &str = "attribute(@atlas_feature, 'route_id') IS NULL OR \
                                      \"route_id\" = attribute(@atlas_feature, 'route_id')";

/// The symbol of a class.
pub(super) struct Symbol<'a> {
    pub(super) spec: &'a SymbolSpec,
    /// The class's own colour.
    pub(super) colour: &'a str,
    /// The class's own shape of points.
    pub(super) shape: Option<&'a str>,
    /// Times the size.
    pub(super) scale: f64,
    /// Whether what does not belong to the page of an atlas fades.
    pub(super) fades: bool,
}

impl Symbol<'_> {
    /// The symbol as one of a list, called `name`.
    pub(super) fn element(&self, name: impl ToString, of: Shape) -> Element {
        let fading = self.fades.then(|| ("alpha", format!("if({ON_THE_PAGE}, 100, 12)")));
        let kind = match of {
            Shape::Points => "marker",
            Shape::Lines => "line",
            Shape::Areas => "fill",
        };
        let alpha = if of == Shape::Areas { 1.0 } else { self.spec.opacity };
        let layers = match of {
            Shape::Points => vec![self.marker()],
            Shape::Lines => self.line(),
            Shape::Areas => vec![self.fill()],
        };
        Element::new("symbol")
            .with("type", kind)
            .with("name", name)
            .with("alpha", alpha)
            .with("clip_to_extent", 1)
            .with("force_rhr", 0)
            .and(data_defined("data_defined_properties", fading))
            .and_all(layers)
    }

    fn marker(&self) -> Element {
        let size = self.spec.size * self.scale;
        let outline = self.spec.outline.as_deref().unwrap_or(self.colour);
        let by_tier = self.spec.by_tier.then(|| {
            (
                "size",
                format!("{size} * CASE \"tier\" WHEN 'A' THEN 1.3 WHEN 'C' THEN 0.75 ELSE 1 END"),
            )
        });
        let settings = [
            ("name", self.shape.unwrap_or(&self.spec.shape).to_owned()),
            ("color", rgba(self.colour, 1.0)),
            ("outline_color", rgba(outline, 1.0)),
            ("outline_width", self.spec.outline_width.to_string()),
            (
                "outline_style",
                if self.spec.outline_width > 0.0 { "solid" } else { "no" }.to_owned(),
            ),
            ("size", size.to_string()),
        ];
        layer("SimpleMarker", settings, by_tier)
    }

    fn line(&self) -> Vec<Element> {
        let stroke = |colour: &str, width: f64| {
            let settings = [
                ("line_color", rgba(colour, 1.0)),
                ("line_width", width.to_string()),
                ("line_style", if self.spec.dashed { "dash" } else { "solid" }.to_owned()),
                ("capstyle", "round".to_owned()),
                ("joinstyle", "round".to_owned()),
            ];
            layer("SimpleLine", settings, None)
        };
        let rim = self.spec.outline.as_deref();
        let rim = rim.map(|rim| stroke(rim, self.spec.size + 2.0 * self.spec.outline_width));
        let mut layers: Vec<Element> = rim.into_iter().collect();
        layers.push(stroke(self.colour, self.spec.size));
        if self.spec.arrows {
            let settings = [
                ("interval", "22".to_owned()),
                ("interval_unit", "MM".to_owned()),
                ("placement", "interval".to_owned()),
                ("rotate", "1".to_owned()),
            ];
            let head = [
                ("name", "filled_arrowhead".to_owned()),
                ("color", rgba(self.colour, 1.0)),
                ("outline_color", rgba("#ffffff", 1.0)),
                ("outline_width", "0.3".to_owned()),
                ("size", (self.spec.size * 4.2).to_string()),
            ];
            let head = Element::new("symbol")
                .with("type", "marker")
                .with("name", "@arrow@")
                .with("alpha", 1)
                .with("clip_to_extent", 1)
                .and(layer("SimpleMarker", head, None));
            layers.push(layer("MarkerLine", settings, None).and(head));
        }
        layers
    }

    fn fill(&self) -> Element {
        let outline = self.spec.outline.as_deref().unwrap_or(self.colour);
        let is_outlined = self.spec.outline_width > 0.0;
        let outline_style = match (is_outlined, self.spec.dashed) {
            (false, _) => "no",
            (true, true) => "dash",
            (true, false) => "solid",
        };
        let settings = [
            ("color", rgba(self.colour, self.spec.opacity)),
            ("style", if self.spec.opacity > 0.0 { "solid" } else { "no" }.to_owned()),
            ("outline_color", rgba(outline, 1.0)),
            ("outline_width", self.spec.outline_width.to_string()),
            ("outline_style", outline_style.to_owned()),
            ("joinstyle", "round".to_owned()),
        ];
        layer("SimpleFill", settings, None)
    }
}

/// One layer of a symbol, lengths in millimetres.
fn layer<const N: usize>(
    class: &'static str,
    settings: [(&'static str, String); N],
    by_feature: Option<(&'static str, String)>,
) -> Element {
    Element::new("layer")
        .with("class", class)
        .with("enabled", 1)
        .with("locked", 0)
        .with("pass", 0)
        .and(options(settings.iter().map(|(name, value)| (*name, value.as_str()))))
        .and(data_defined("data_defined_properties", by_feature))
}

/// `#rrggbb` as QGIS writes colours; `opacity` from 0 to 1.
pub(super) fn rgba(colour: &str, opacity: f64) -> String {
    let [red, green, blue] = channels(colour);
    format!("{red},{green},{blue},{}", (opacity * 255.0).round())
}

/// Red, green and blue of `#rrggbb`.
fn channels(colour: &str) -> [u8; 3] {
    let number = u32::from_str_radix(colour.trim_start_matches('#'), 16);
    let number = number.expect("colours of the program are #rrggbb");
    [16, 8, 0].map(|shift| (number >> shift) as u8)
}

/// The colour at `share` (from 0 to 1) of the way through `ramp`, straight between its colours.
pub(super) fn along(ramp: &[String], share: f64) -> String {
    let at = share.clamp(0.0, 1.0) * (ramp.len() - 1) as f64;
    let before = (at as usize).min(ramp.len().saturating_sub(2));
    let (from, to) = (channels(&ramp[before]), channels(&ramp[(before + 1).min(ramp.len() - 1)]));
    let part = at - before as f64;
    let mixed = |channel: usize| {
        let (from, to) = (f64::from(from[channel]), f64::from(to[channel]));
        (from + (to - from) * part).round() as u8
    };
    format!("#{:02x}{:02x}{:02x}", mixed(0), mixed(1), mixed(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_begins_and_ends_with_its_colours_and_mixes_between() {
        let ramp = ["#000000".to_owned(), "#ff0000".to_owned(), "#ffffff".to_owned()];
        assert_eq!(along(&ramp, 0.0), "#000000");
        assert_eq!(along(&ramp, 0.5), "#ff0000");
        assert_eq!(along(&ramp, 0.75), "#ff8080");
        assert_eq!(along(&ramp, 1.0), "#ffffff");
        assert_eq!(along(&ramp[..1], 0.3), "#000000");
    }
}
