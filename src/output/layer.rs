//! Writes one layer of a map. Its GeoJSON has one feature in each line, so that two plans can be
//! compared line by line.

use geo::{BoundingRect, LineString, MultiPolygon};
use geojson::{Feature, Geometry, GeometryValue, JsonObject};
use serde::Serialize;

use super::ATTRIBUTION;
use crate::datum::Datum;
use crate::lonlat::LonLat;
use crate::units;

/// Features of the same kind. They have the same properties in the same order, one type of
/// geometry, and positions in WGS-84.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    /// Name of the layer in files and tables.
    pub(super) name: &'static str,
    /// Features in the order in which they are written.
    pub(super) features: Vec<Feature>,
}

impl Layer {
    /// Returns the text of the GeoJSON file.
    pub(super) fn geojson(&self) -> String {
        collection(self.name, "", &self.features)
    }

    /// Returns the name and the content of the GeoJSON file.
    pub(super) fn file(&self) -> (String, Vec<u8>) {
        (format!("{}.geojson", self.name), self.geojson().into_bytes())
    }

    /// Returns the text of the GeoJSON file with positions in `datum`. If `datum` is not WGS-84, it
    /// is stated in the name of the layer, in the member `datum` of the collection and in the
    /// property `datum` of each feature.
    pub(super) fn geojson_in(mut self, datum: Datum) -> String {
        if datum == Datum::Wgs84 {
            return self.geojson();
        }
        for feature in &mut self.features {
            if let Some(geometry) = &mut feature.geometry {
                shift(&mut geometry.value, datum);
            }
            let properties = feature.properties.get_or_insert_default();
            properties.insert("datum".to_owned(), datum.to_string().into());
        }
        let member = format!("\"datum\":\"{datum}\",");
        collection(&format!("{}_{}", self.name, datum.code()), &member, &self.features)
    }
}

/// Returns the longitude and the latitude, rounded to six decimals of a degree (a tenth of a
/// metre).
pub(super) fn rounded(at: LonLat) -> Vec<f64> {
    [at.lon, at.lat].map(|degrees| units::rounded(degrees, 6)).into()
}

pub(super) fn point(at: LonLat) -> GeometryValue {
    GeometryValue::Point { coordinates: rounded(at).into() }
}

/// Returns an area whose outer rings are counterclockwise and whose holes are clockwise, as RFC
/// 7946 requires. Leaves out rings that become a point or a line when positions are rounded.
pub(super) fn multi_polygon(area: &MultiPolygon) -> GeometryValue {
    use geo::orient::{Direction, Orient};
    /// Area in square degrees, doubled, of the smallest square that six decimals can express.
    const NO_AREA: f64 = 2e-12;
    let west = area.bounding_rect().map_or(0.0, |bounds| bounds.min().x);
    let ring = |ring: &LineString| -> Option<Vec<geojson::Position>> {
        let mut positions: Vec<Vec<f64>> =
            ring.coords().map(|at| rounded(LonLat { lon: at.x, lat: at.y })).collect();
        positions.dedup();
        let twice_the_area: f64 = positions
            .windows(2)
            .map(|ab| (ab[0][0] - west) * ab[1][1] - (ab[1][0] - west) * ab[0][1])
            .sum();
        let has_area = positions.len() >= 4 && twice_the_area.abs() > NO_AREA;
        has_area.then(|| positions.into_iter().map(Into::into).collect())
    };
    let polygons = area.iter().filter_map(|polygon| {
        let polygon = polygon.orient(Direction::Default);
        let outer = ring(polygon.exterior())?;
        Some(std::iter::once(outer).chain(polygon.interiors().iter().filter_map(ring)).collect())
    });
    GeometryValue::MultiPolygon { coordinates: polygons.collect() }
}

/// Returns a line without consecutive equal positions. If only one position remains, a second one
/// is added a tenth of a metre to the east, because GeoJSON requires two.
pub(super) fn line(points: &[LonLat]) -> GeometryValue {
    let mut positions: Vec<Vec<f64>> = points.iter().map(|p| rounded(*p)).collect();
    positions.dedup();
    if let [only] = &positions[..] {
        let beside = rounded(LonLat { lon: only[0] + 1e-6, lat: only[1] });
        positions.push(beside);
    }
    GeometryValue::LineString { coordinates: positions.into_iter().map(Into::into).collect() }
}

/// Returns a feature whose properties are the fields of `properties`, in their order.
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

/// Converts all positions of `geometry` from WGS-84 to `datum`.
fn shift(geometry: &mut GeometryValue, datum: Datum) {
    let shifted = |position: &geojson::Position| {
        let at = datum.from_wgs84(LonLat { lon: position[0], lat: position[1] });
        geojson::Position::from(rounded(at))
    };
    match geometry {
        GeometryValue::Point { coordinates } => *coordinates = shifted(coordinates),
        GeometryValue::LineString { coordinates } => {
            *coordinates = coordinates.iter().map(shifted).collect();
        }
        _ => unreachable!("plans consist of points and lines"),
    }
}

/// Returns the text of a collection of features with the name `name`. `member` is the JSON text of
/// one more member of the collection.
fn collection(name: &str, member: &str, features: &[Feature]) -> String {
    let quoted = serde_json::Value::from;
    let mut text = format!(
        "{{\"type\":\"FeatureCollection\",\"name\":{},{member}\"attribution\":{},\"features\":[",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_two_different_positions_and_none_twice_in_a_row() {
        let at = |lon| LonLat { lon, lat: 36.0 };
        let positions = |points: &[LonLat]| match line(points) {
            GeometryValue::LineString { coordinates } => {
                coordinates.iter().map(|position| position[0]).collect::<Vec<f64>>()
            }
            _ => unreachable!("a line is a line"),
        };
        assert_eq!(
            positions(&[at(14.0), at(14.000_000_1), at(14.1), at(14.0)]),
            [14.0, 14.1, 14.0]
        );
        assert_eq!(positions(&[at(14.0), at(14.0)]), [14.0, 14.000_001]);
    }
}
