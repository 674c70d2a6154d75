//! Makes GeoJSON features in the form in which the `network` commands print them.

use beatplan::lonlat::LonLat;
use beatplan::units::rounded;
use geojson::{Feature, Geometry, GeometryValue, Position};
use serde_json::Value;

pub(super) fn feature(geometry: GeometryValue, properties: &Value) -> Feature {
    Feature {
        geometry: Some(Geometry::new(geometry)),
        properties: properties.as_object().cloned(),
        ..Feature::default()
    }
}

/// Returns a line with seven decimals, which is the precision of the map.
pub(super) fn line(points: &[LonLat]) -> GeometryValue {
    let position = |p: &LonLat| Position::from(vec![rounded(p.lon, 7), rounded(p.lat, 7)]);
    GeometryValue::LineString { coordinates: points.iter().map(position).collect() }
}
