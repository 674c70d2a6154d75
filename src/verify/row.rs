//! One feature of a GeoJSON file, its properties asked for by name.

use geojson::{Feature, FeatureCollection, GeoJson, GeometryValue, JsonObject};
use serde::de::DeserializeOwned;

use super::written::{ReadFault, WHOLE_FILE};
use crate::lonlat::LonLat;

/// A feature that is being read.
pub(super) struct Row {
    file: &'static str,
    number: usize,
    geometry: Option<GeometryValue>,
    properties: JsonObject,
}

impl Row {
    /// The property `name`, as a `T`.
    pub(super) fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T, ReadFault> {
        let Some(value) = self.properties.get(name) else {
            return Err(self.fault(format!("there is no property \"{name}\"")));
        };
        T::deserialize(value).map_err(|error| self.fault(format!("property \"{name}\": {error}")))
    }

    /// All properties.
    pub(super) fn properties(&self) -> &JsonObject {
        &self.properties
    }

    /// Where it is.
    pub(super) fn point(&self) -> Result<LonLat, ReadFault> {
        match &self.geometry {
            Some(GeometryValue::Point { coordinates }) => self.place(coordinates.as_slice()),
            _ => Err(self.fault("its geometry is no Point".to_owned())),
        }
    }

    /// Its course, at least two points.
    pub(super) fn line(&self) -> Result<Vec<LonLat>, ReadFault> {
        match &self.geometry {
            Some(GeometryValue::LineString { coordinates }) if coordinates.len() >= 2 => {
                coordinates.iter().map(|position| self.place(position.as_slice())).collect()
            }
            _ => Err(self.fault("its geometry is no LineString of two points or more".to_owned())),
        }
    }

    fn place(&self, position: &[f64]) -> Result<LonLat, ReadFault> {
        match position {
            [lon, lat] => LonLat::new(*lon, *lat),
            _ => None,
        }
        .ok_or_else(|| self.fault(format!("{position:?} is no longitude and latitude")))
    }

    fn fault(&self, what: String) -> ReadFault {
        ReadFault { file: self.file, place: format!("feature {}", self.number), what }
    }
}

/// All features of the collection `text`, each made a `T` by `read`; or all faults, one a feature.
pub(super) fn read_features<T>(
    file: &'static str,
    text: &str,
    read: impl Fn(&Row) -> Result<T, ReadFault>,
) -> Result<Vec<T>, Vec<ReadFault>> {
    let whole = |what: String| vec![ReadFault { file, place: WHOLE_FILE.to_owned(), what }];
    let collection = match text.parse::<GeoJson>() {
        Ok(GeoJson::FeatureCollection(collection)) => collection,
        Ok(_) => return Err(whole("it is no FeatureCollection".to_owned())),
        Err(error) => return Err(whole(error.to_string())),
    };
    let FeatureCollection { features, .. } = collection;
    let mut rows = Vec::with_capacity(features.len());
    let mut faults = Vec::new();
    for (at, Feature { geometry, properties, .. }) in features.into_iter().enumerate() {
        let row = Row {
            file,
            number: at + 1,
            geometry: geometry.map(|geometry| geometry.value),
            properties: properties.unwrap_or_default(),
        };
        match read(&row) {
            Ok(value) => rows.push(value),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let row = |row: &Row| Ok((row.point()?, row.get::<u32>("stop_no")?));
        let faults = read_features("stops.geojson", text, row).unwrap_err();
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
            feature(point, r#"{"stop_no":1}"#),
            feature(point, r#"{"stop_no":"two"}"#),
            feature(point, "{}"),
            feature("null", r#"{"stop_no":3}"#),
            feature(r#"{"type":"Point","coordinates":[200.0,36.0]}"#, r#"{"stop_no":3}"#),
        ];
        let texts: Vec<&str> = features.iter().map(String::as_str).collect();
        insta::assert_snapshot!(read(&collection(&texts)).join("\n"), @r#"
        stops.geojson, feature 2: property "stop_no": invalid type: string "two", expected u32
        stops.geojson, feature 3: there is no property "stop_no"
        stops.geojson, feature 4: its geometry is no Point
        stops.geojson, feature 5: [200.0, 36.0] is no longitude and latitude
        "#);
    }

    #[test]
    fn says_of_a_foreign_or_cut_file_what_it_is() {
        assert!(read("{\"type\":\"FeatureCollection\",\"feat")[0].contains("the whole file"));
        let lone = r#"{"type":"Point","coordinates":[14.2,36.0]}"#;
        assert_eq!(read(lone), ["stops.geojson, the whole file: it is no FeatureCollection"]);
    }
}
