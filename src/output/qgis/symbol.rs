//! Writes the symbols of points, lines and areas.

use super::spec::SymbolSpec;

/// The geometry of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Points,
    Lines,
    Areas,
}

/// Condition that is true for the features of the beat whose page is printed. Without a page, it is
/// true for all features.
pub(super) const ON_THE_PAGE: &str = "attribute(@atlas_feature, 'route_id') IS NULL OR \
                                      \"route_id\" = attribute(@atlas_feature, 'route_id')";

/// The symbol of a class. Lengths are in millimetres.
pub(super) struct Symbol<'a> {
    pub(super) spec: &'a SymbolSpec,
    pub(super) of: Shape,
    pub(super) colour: String,
    /// Shape of points; `None` for the shape of the layer.
    pub(super) shape: Option<&'a str>,
    /// Factor by which the size of the symbol is multiplied.
    pub(super) scale: f64,
    /// For areas: field that must be true for an area to be filled. Other areas have only a thicker
    /// outline.
    pub(super) filled_if: Option<&'a str>,
    /// True if features that belong to other pages of the layout are drawn paler.
    pub(super) fades: bool,
}

/// Settings of a symbol that differ from feature to feature: name of the setting, and expression
/// for its value.
pub(super) type ByFeature = Vec<(&'static str, String)>;

/// No settings that differ from feature to feature.
pub(super) const NOTHING: &[(&str, String)] = &[];

impl Symbol<'_> {
    pub(super) fn kind(&self) -> &'static str {
        match self.of {
            Shape::Points => "marker",
            Shape::Lines => "line",
            Shape::Areas => "fill",
        }
    }

    pub(super) fn alpha(&self) -> f64 {
        if self.of == Shape::Areas { 1.0 } else { self.spec.opacity }
    }

    pub(super) fn fading(&self) -> ByFeature {
        let fading = self.fades.then(|| ("alpha", format!("if({ON_THE_PAGE}, 100, 12)")));
        fading.into_iter().collect()
    }

    pub(super) fn size(&self) -> f64 {
        self.spec.size * self.scale
    }

    pub(super) fn size_by_tier(&self) -> ByFeature {
        let size = self.size();
        let by_tier =
            format!("{size} * CASE \"tier\" WHEN 'A' THEN 1.3 WHEN 'C' THEN 0.75 ELSE 1 END");
        self.spec.by_tier.then_some(("size", by_tier)).into_iter().collect()
    }

    pub(super) fn outline(&self) -> &str {
        self.spec.outline.as_deref().unwrap_or(&self.colour)
    }

    pub(super) fn outline_style(&self) -> &'static str {
        match self.spec.outline_width > 0.0 {
            true => self.line_style(),
            false => "no",
        }
    }

    pub(super) fn line_style(&self) -> &'static str {
        if self.spec.dashed { "dash" } else { "solid" }
    }

    /// Returns the colour and the width of the lines that are drawn on top of one another; the
    /// lowest line is first.
    pub(super) fn strokes(&self) -> Vec<(&str, f64)> {
        let SymbolSpec { size, outline, outline_width, .. } = self.spec;
        let rim = outline.as_deref().map(|rim| (rim, size + 2.0 * outline_width));
        rim.into_iter().chain([(&*self.colour, *size)]).collect()
    }

    pub(super) fn fill_style(&self) -> &'static str {
        if self.spec.opacity > 0.0 { "solid" } else { "no" }
    }

    pub(super) fn hollow(&self) -> ByFeature {
        let Some(field) = self.filled_if else { return Vec::new() };
        let width = self.spec.outline_width;
        vec![
            ("fillStyle", format!("if(\"{field}\", 'solid', 'no')")),
            ("outlineWidth", format!("if(\"{field}\", {width}, {})", width * 3.0)),
        ]
    }
}

/// Returns the colour `#rrggbb` in the notation of QGIS, with `opacity` from 0 to 1.
pub(super) fn rgba(colour: &str, opacity: f64) -> String {
    let [red, green, blue] = channels(colour);
    format!("{red},{green},{blue},{}", (opacity * 255.0).round())
}

/// Returns the parts red, green and blue of `#rrggbb`.
fn channels(colour: &str) -> [u8; 3] {
    let number = u32::from_str_radix(colour.trim_start_matches('#'), 16);
    let number = number.expect("colours of the program are #rrggbb");
    [16, 8, 0].map(|shift| (number >> shift) as u8)
}

/// Returns the colour at the fraction `share` (0 to 1) of the colours in `ramp`, by linear
/// interpolation.
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
