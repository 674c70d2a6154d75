//! The table `[vehicle]` of a profile: the size of the vehicle, and the signs it must obey.

use serde::{Deserialize, Serialize};

use super::profile_error::ProfileError;
use crate::osm::Tags;

/// Size of a vehicle. An unknown size fits everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VehicleSize {
    /// Height in metres.
    pub height_m: Option<f64>,
    /// Width in metres.
    pub width_m: Option<f64>,
    /// Length in metres.
    pub length_m: Option<f64>,
    /// Weight in tonnes.
    pub weight_t: Option<f64>,
}

/// Unit of a size.
#[derive(Clone, Copy)]
enum Unit {
    Metres,
    Tonnes,
}

impl VehicleSize {
    /// Checks that all sizes are above 0 and up to 100.
    pub(super) fn check(&self) -> Result<(), ProfileError> {
        let all = [
            ("height_m", self.height_m),
            ("width_m", self.width_m),
            ("length_m", self.length_m),
            ("weight_t", self.weight_t),
        ];
        for (key, found) in all.into_iter().filter_map(|(key, size)| Some((key, size?))) {
            if !(found > 0.0 && found <= 100.0) {
                let key = format!("vehicle.{key}");
                return Err(ProfileError::OutOfRange {
                    key,
                    found,
                    expected: "above 0 and up to 100",
                });
            }
        }
        Ok(())
    }

    /// Tests if the vehicle is within the limits signed on a way or node: `maxheight`, `maxwidth`,
    /// `maxlength`, `maxweight`.
    pub(super) fn is_within_signs(&self, tags: &Tags) -> bool {
        let signs = [
            ("maxheight", self.height_m, Unit::Metres),
            ("maxheight:physical", self.height_m, Unit::Metres),
            ("maxwidth", self.width_m, Unit::Metres),
            ("maxwidth:physical", self.width_m, Unit::Metres),
            ("maxlength", self.length_m, Unit::Metres),
            ("maxweight", self.weight_t, Unit::Tonnes),
        ];
        signs.into_iter().all(|(key, size, unit)| is_within(tags, key, size, unit))
    }

    /// Tests if a way is wide enough by `width` or `est_width`.
    pub(super) fn fits_between_the_walls_of(&self, tags: &Tags) -> bool {
        ["width", "est_width"]
            .into_iter()
            .all(|key| is_within(tags, key, self.width_m, Unit::Metres))
    }

    /// Evaluates a condition such as `weight>7.5`; `None` if it is not about size.
    ///
    /// An unknown size counts as small, and axles and trailers are those of lorries.
    pub(super) fn compares(&self, condition: &str) -> Option<bool> {
        const ABOUT_SIZE: [&str; 6] = ["weight", "length", "width", "height", "axle", "trailer"];
        let text = condition.to_lowercase();
        if !ABOUT_SIZE.iter().any(|word| text.contains(word)) {
            return None;
        }
        let Some(at) = text.find(['<', '>', '=']) else { return Some(false) };
        let name = text[..at].trim();
        let sign: String = text[at..].chars().take_while(|c| "<>=".contains(*c)).collect();
        let (size, unit) = match name.strip_prefix("max").unwrap_or(name) {
            "weight" | "weightrating" | "gcweight" => (self.weight_t, Unit::Tonnes),
            "length" => (self.length_m, Unit::Metres),
            "width" => (self.width_m, Unit::Metres),
            "height" => (self.height_m, Unit::Metres),
            _ => return Some(false),
        };
        let limit = parse_size(&text[at + sign.len()..], unit);
        let (Some(size), Some(limit)) = (size, limit) else { return Some(false) };
        Some(match sign.as_str() {
            "<" => size < limit,
            "<=" => size <= limit,
            ">" => size > limit,
            ">=" => size >= limit,
            _ => (size - limit).abs() < 1e-9,
        })
    }
}

/// Tests if `size` is at most each limit in the list of `key`; values that are no size are no limit.
fn is_within(tags: &Tags, key: &str, size: Option<f64>, unit: Unit) -> bool {
    let (Some(size), Some(value)) = (size, tags.get(key)) else { return true };
    value.split(';').filter_map(|part| parse_size(part, unit)).all(|limit| size <= limit)
}

/// Parses `2.5`, `2,5 m`, `250 cm`, `6'7"` or `12 ft` into metres.
pub(super) fn parse_metres(text: &str) -> Option<f64> {
    parse_size(text, Unit::Metres)
}

/// Parses `2.5`, `2,5 m`, `250 cm`, `6'7"`, `12 ft` into metres, or `3.5`, `3.5 t`, `3500 kg`, `5 st`,
/// `7000 lbs` into tonnes.
///
/// Units: <https://wiki.openstreetmap.org/wiki/Map_features/Units>.
fn parse_size(text: &str, unit: Unit) -> Option<f64> {
    const FOOT_M: f64 = 0.3048;
    let text = text.trim().replace(',', ".").to_lowercase();
    let number = |digits: &str| digits.trim().parse::<f64>().ok().filter(|v| *v > 0.0 && *v < 1e6);
    let suffixes: &[(&str, f64)] = match unit {
        Unit::Metres => &[("cm", 0.01), ("m", 1.0), ("ft", FOOT_M), ("in", FOOT_M / 12.0)],
        Unit::Tonnes => &[("kg", 0.001), ("lbs", 0.000_453_592), ("st", 0.907_185), ("t", 1.0)],
    };
    if let (Unit::Metres, Some((feet, inches))) = (unit, text.split_once('\'')) {
        let inches = inches.trim().trim_end_matches('"').trim_end_matches('\'');
        let inches = if inches.is_empty() { 0.0 } else { inches.trim().parse::<f64>().ok()? };
        return Some(number(feet)? * FOOT_M + inches * FOOT_M / 12.0);
    }
    let in_unit =
        |(suffix, factor): &(&str, f64)| Some(number(text.strip_suffix(suffix)?)? * factor);
    number(&text).or_else(|| suffixes.iter().find_map(in_unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAR: VehicleSize = VehicleSize {
        height_m: Some(2.0),
        width_m: Some(2.0),
        length_m: Some(5.0),
        weight_t: Some(2.0),
    };

    #[test]
    fn sizes_are_read_in_every_form_the_map_has() {
        for metres in ["2.5", "2,5", "2.5 m", "2.5m", "250 cm"] {
            assert_eq!(parse_size(metres, Unit::Metres), Some(2.5), "{metres}");
        }
        let close = |text, unit, expected: f64| {
            let found = parse_size(text, unit).unwrap();
            assert!((found - expected).abs() < 0.001, "{text}: {found}");
        };
        close("6'7\"", Unit::Metres, 2.0066);
        close("6'", Unit::Metres, 1.8288);
        close("12 ft", Unit::Metres, 3.6576);
        close("3.5 t", Unit::Tonnes, 3.5);
        close("3500 kg", Unit::Tonnes, 3.5);
        close("5 st", Unit::Tonnes, 4.5359);
        close("7000 lbs", Unit::Tonnes, 3.1751);
        for none in ["default", "none", "no_sign", "", "-2", "narrow", "below_default", "'", "1'x"]
        {
            assert_eq!(parse_size(none, Unit::Metres), None, "{none}");
        }
    }

    #[test]
    fn a_condition_about_size_is_compared_with_the_vehicle() {
        for (condition, expected) in [
            ("weight>7.5", Some(false)),
            ("weight > 3.5 t", Some(false)),
            ("weight<3.5", Some(true)),
            ("maxweight>=2", Some(true)),
            ("weightrating<=2", Some(true)),
            ("length>12", Some(false)),
            ("height>1.9", Some(true)),
            ("axles>2", Some(false)),
            ("trailer", Some(false)),
            ("weight", Some(false)),
            ("Mo-Fr 07:00-09:00", None),
        ] {
            assert_eq!(CAR.compares(condition), expected, "{condition}");
        }
        assert_eq!(VehicleSize::default().compares("weight<3.5"), Some(false));
    }
}
