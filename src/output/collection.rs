//! A GeoJSON feature collection, one feature a line, so that two plans can be compared line by line.

use geojson::{Feature, Geometry, GeometryValue, JsonObject};
use serde::Serialize;

use super::ATTRIBUTION;
use crate::lonlat::LonLat;

/// Six decimals of a degree: a tenth of a metre.
pub(super) fn rounded(at: LonLat) -> Vec<f64> {
    [at.lon, at.lat].map(|degrees| (degrees * 1e6).round() / 1e6).into()
}

/// Thousandths, so that figures neither change with the last bit nor fill the table.
pub(super) fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

pub(super) fn point(at: LonLat) -> GeometryValue {
    GeometryValue::Point { coordinates: rounded(at).into() }
}

pub(super) fn line(points: &[LonLat]) -> GeometryValue {
    GeometryValue::LineString { coordinates: points.iter().map(|p| rounded(*p).into()).collect() }
}

/// A feature whose properties are the fields of `properties`, in their order.
pub(super) fn feature(geometry: GeometryValue, properties: &impl Serialize) -> Feature {
    let properties: JsonObject = match serde_json::to_value(properties) {
        Ok(serde_json::Value::Object(map)) => map,
        _ => unreachable!("properties are structs of plain values"),
    };
    Feature {
        geometry: Some(Geometry::new(geometry)),
        properties: Some(properties),
        ..Feature::default()
    }
}

/// The text of a collection called `name`.
pub(super) fn render(name: &str, features: &[Feature]) -> String {
    let quoted = serde_json::Value::from;
    let mut text = format!(
        "{{\"type\":\"FeatureCollection\",\"name\":{},\"attribution\":{},\"features\":[",
        quoted(name),
        quoted(ATTRIBUTION)
    );
    for (at, feature) in features.iter().enumerate() {
        text.push_str(if at == 0 { "\n" } else { ",\n" });
        text.push_str(&feature.to_string());
    }
    text.push_str("\n]}\n");
    text
}
