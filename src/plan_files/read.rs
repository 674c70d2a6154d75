//! Reads a GeoJSON layer into the properties of its features. A fault names the file, the feature
//! and the property.

use std::cell::Cell;
use std::fmt;
use std::ops::Deref;

use geojson::{Feature, FeatureCollection, GeoJson, GeometryValue, JsonObject};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::de::value::MapDeserializer;

use crate::lonlat::LonLat;

/// The place of a fault that is not in a single feature.
pub(crate) const WHOLE_FILE: &str = "the whole file";

/// A fault in one file, or in one feature of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFault {
    /// Name of the file.
    pub file: &'static str,
    /// Number of the feature, or "the whole file".
    pub place: String,
    /// Description of the fault, as one clause.
    pub what: String,
}

impl fmt::Display for ReadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: {}", self.file, self.place, self.what)
    }
}

/// A feature of a layer: its properties as a `P`, its geometry as a `G`. It dereferences to the
/// properties.
#[derive(Debug, Clone)]
pub(crate) struct PlanFeature<P, G> {
    properties: P,
    /// Position or line of the feature.
    pub(crate) geometry: G,
    /// All properties of the feature, including those that `P` does not know.
    pub(crate) all: JsonObject,
}

impl<P, G> Deref for PlanFeature<P, G> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.properties
    }
}

/// A type of geometry that a layer can have.
pub(crate) trait LayerGeometry: Sized {
    /// Converts the geometry of a feature. The error describes the fault of the geometry.
    fn of(geometry: Option<&GeometryValue>) -> Result<Self, String>;
}

impl LayerGeometry for LonLat {
    fn of(geometry: Option<&GeometryValue>) -> Result<Self, String> {
        match geometry {
            Some(GeometryValue::Point { coordinates }) => position(coordinates.as_slice()),
            _ => Err("its geometry is not a Point".to_owned()),
        }
    }
}

impl LayerGeometry for Vec<LonLat> {
    fn of(geometry: Option<&GeometryValue>) -> Result<Self, String> {
        match geometry {
            Some(GeometryValue::LineString { coordinates }) if coordinates.len() >= 2 => {
                coordinates.iter().map(|at| position(at.as_slice())).collect()
            }
            _ => Err("its geometry is not a LineString of two or more positions".to_owned()),
        }
    }
}

fn position(numbers: &[f64]) -> Result<LonLat, String> {
    match numbers {
        [lon, lat] => LonLat::new(*lon, *lat),
        _ => None,
    }
    .ok_or_else(|| format!("{numbers:?} is not a longitude and a latitude"))
}

/// Reads all features of the collection `text`. If there are faults, returns all of them, at most
/// one for each feature.
pub(crate) fn read_features<P: DeserializeOwned + Serialize, G: LayerGeometry>(
    file: &'static str,
    text: &str,
) -> Result<Vec<PlanFeature<P, G>>, Vec<ReadFault>> {
    let whole = |what: String| vec![ReadFault { file, place: WHOLE_FILE.to_owned(), what }];
    let collection = match text.parse::<GeoJson>() {
        Ok(GeoJson::FeatureCollection(collection)) => collection,
        Ok(_) => return Err(whole("it is not a FeatureCollection".to_owned())),
        Err(error) => return Err(whole(error.to_string())),
    };
    let FeatureCollection { features, .. } = collection;
    let mut read = Vec::with_capacity(features.len());
    let mut faults = Vec::new();
    for (at, Feature { geometry, properties, .. }) in features.into_iter().enumerate() {
        let all = properties.unwrap_or_default();
        let geometry = G::of(geometry.as_ref().map(|geometry| &geometry.value));
        match geometry.and_then(|geometry| Ok((read_properties(&all)?, geometry))) {
            Ok((properties, geometry)) => read.push(PlanFeature { properties, geometry, all }),
            Err(what) => {
                faults.push(ReadFault { file, place: format!("feature {}", at + 1), what })
            }
        }
    }
    if faults.is_empty() { Ok(read) } else { Err(faults) }
}

/// Reads `properties`, which must have all fields of `P`. The error names the property.
fn read_properties<P: DeserializeOwned + Serialize>(properties: &JsonObject) -> Result<P, String> {
    let current = Cell::new(None);
    let entries = properties.iter().inspect(|(name, _)| current.set(Some(*name)));
    let entries = entries.map(|(name, value)| (name.as_str(), value));
    let entries = entries.chain(std::iter::from_fn(|| {
        current.set(None);
        None
    }));
    let read = P::deserialize(MapDeserializer::new(entries));
    let read = read.map_err(|error: serde_json::Error| match current.get() {
        Some(name) => format!("property \"{name}\": {error}"),
        None => error.to_string(),
    })?;
    // If an optional property is missing, it is read as null.
    let known = serde_json::to_value(&read).ok();
    let known = known.as_ref().and_then(serde_json::Value::as_object).into_iter().flatten();
    match known.map(|(name, _)| name).find(|name| !properties.contains_key(*name)) {
        Some(missing) => Err(format!("missing field `{missing}`")),
        None => Ok(read),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Serialize, Deserialize)]
    struct Numbered {
        stop_no: u32,
        note: Option<String>,
    }

    fn read(text: &str) -> Vec<String> {
        let faults = read_features::<Numbered, LonLat>("stops.geojson", text).unwrap_err();
        faults.iter().map(ToString::to_string).collect()
    }

    fn collection(features: &[&str]) -> String {
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
    }

    #[test]
    fn tells_the_fault_of_every_feature() {
        let feature = |geometry: &str, properties: &str| {
            format!(r#"{{"type":"Feature","geometry":{geometry},"properties":{properties}}}"#)
        };
        let point = r#"{"type":"Point","coordinates":[14.2,36.0]}"#;
        let features = [
            feature(point, r#"{"stop_no":1,"note":null,"colour":"red"}"#),
            feature(point, r#"{"stop_no":"two","note":null}"#),
            feature(point, r#"{"note":"x"}"#),
            feature(point, r#"{"stop_no":3}"#),
            feature("null", r#"{"stop_no":3,"note":null}"#),
            feature(r#"{"type":"Point","coordinates":[200.0,36.0]}"#, r#"{"stop_no":3}"#),
        ];
        let texts: Vec<&str> = features.iter().map(String::as_str).collect();
        insta::assert_snapshot!(read(&collection(&texts)).join("\n"), @r#"
        stops.geojson, feature 2: property "stop_no": invalid type: string "two", expected u32
        stops.geojson, feature 3: missing field `stop_no`
        stops.geojson, feature 4: missing field `note`
        stops.geojson, feature 5: its geometry is not a Point
        stops.geojson, feature 6: [200.0, 36.0] is not a longitude and a latitude
        "#);
    }

    #[test]
    fn says_of_a_foreign_or_cut_file_what_it_is() {
        assert!(read("{\"type\":\"FeatureCollection\",\"feat")[0].contains("the whole file"));
        let lone = r#"{"type":"Point","coordinates":[14.2,36.0]}"#;
        assert_eq!(read(lone), ["stops.geojson, the whole file: it is not a FeatureCollection"]);
    }
}
