//! A strict check of GeoJSON as RFC 7946 defines it, written from the RFC alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Formatter, Result as FmtResult};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Members that each kind of object may not have (section 7.1, and 4 for `crs`).
const FOREIGN: [(&str, &[&str]); 3] = [
    ("FeatureCollection", &["coordinates", "geometries", "geometry", "properties", "crs"]),
    ("Feature", &["coordinates", "geometries", "features", "crs"]),
    ("geometry", &["geometry", "properties", "features", "crs"]),
];

/// The faults of a file that must hold a `FeatureCollection`; its positions must lie within
/// west, south, east, north.
pub(crate) fn faults(text: &str, within: [f64; 4]) -> Vec<String> {
    let mut check = Check { within, ..Check::default() };
    if text.starts_with('\u{feff}') {
        check.fault("the file", "begins with a byte order mark");
    }
    if let Err(error) = serde_json::from_str::<UniqueNames>(text) {
        check.fault("the file", &format!("is no JSON: {error}"));
        return check.faults;
    }
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(collection)) => check.collection(&collection),
        _ => check.fault("the file", "is no object"),
    }
    check.faults
}

#[derive(Default)]
struct Check {
    within: [f64; 4],
    faults: Vec<String>,
    ids: BTreeSet<String>,
    geometries: BTreeSet<String>,
    /// The types that the values of each property have.
    types: BTreeMap<String, BTreeSet<&'static str>>,
}

impl Check {
    fn fault(&mut self, at: &str, fault: &str) {
        self.faults.push(format!("{at}: {fault}"));
    }

    fn has_no_foreign_member(&mut self, at: &str, kind: &str, object: &Map<String, Value>) {
        let (_, foreign) = FOREIGN.into_iter().find(|(name, _)| *name == kind).unwrap();
        for name in foreign.iter().filter(|name| object.contains_key(**name)) {
            self.fault(at, &format!("a {kind} has the member \"{name}\""));
        }
    }

    fn collection(&mut self, collection: &Map<String, Value>) {
        if collection.get("type") != Some(&"FeatureCollection".into()) {
            self.fault("the file", "is no FeatureCollection");
        }
        self.has_no_foreign_member("the file", "FeatureCollection", collection);
        let Some(features) = collection.get("features").and_then(Value::as_array) else {
            return self.fault("the file", "has no array of features");
        };
        let mut all = Vec::new();
        for (number, feature) in features.iter().enumerate() {
            self.feature(&format!("feature {number}"), feature, &mut all);
        }
        self.has_right_bbox("the file", collection, &all);
        if self.geometries.len() > 1 {
            self.fault(
                "the file",
                &format!("has geometries of several types: {:?}", self.geometries),
            );
        }
        for (name, types) in std::mem::take(&mut self.types) {
            if types.len() > 1 {
                self.fault("the file", &format!("property \"{name}\" has the types {types:?}"));
            }
        }
        if !self.ids.is_empty() && self.ids.len() < features.len() {
            self.fault("the file", "some features have an id, some have none");
        }
    }

    fn feature(&mut self, at: &str, feature: &Value, all: &mut Vec<[f64; 2]>) {
        let Some(feature) =
            feature.as_object().filter(|f| f.get("type") == Some(&"Feature".into()))
        else {
            return self.fault(at, "is no Feature");
        };
        self.has_no_foreign_member(at, "Feature", feature);
        match feature.get("id") {
            None => {}
            Some(id @ (Value::String(_) | Value::Number(_))) if self.ids.insert(id.to_string()) => {
            }
            Some(id @ (Value::String(_) | Value::Number(_))) => {
                self.fault(at, &format!("the id {id} is not unique"));
            }
            Some(id) => self.fault(at, &format!("the id {id} is neither text nor number")),
        }
        let mut positions = Vec::new();
        match feature.get("geometry").and_then(Value::as_object) {
            Some(geometry) => self.geometry(at, geometry, &mut positions),
            None => self.fault(at, "has no geometry"),
        }
        self.has_right_bbox(at, feature, &positions);
        all.extend(positions);
        let Some(properties) = feature.get("properties").and_then(Value::as_object) else {
            return self.fault(at, "has no properties");
        };
        for (name, value) in properties {
            let kind = match value {
                Value::Null => continue,
                Value::Bool(_) => "boolean",
                Value::Number(_) => "number",
                Value::String(_) => "string",
                Value::Array(_) | Value::Object(_) => {
                    self.fault(at, &format!("property \"{name}\" is no simple value"));
                    continue;
                }
            };
            self.types.entry(name.clone()).or_default().insert(kind);
        }
    }

    fn geometry(&mut self, at: &str, geometry: &Map<String, Value>, all: &mut Vec<[f64; 2]>) {
        self.has_no_foreign_member(at, "geometry", geometry);
        let kind = geometry.get("type").and_then(Value::as_str).unwrap_or_default();
        self.geometries.insert(kind.trim_start_matches("Multi").to_owned());
        let Some(coordinates) = geometry.get("coordinates").filter(|c| c.is_array()) else {
            return self.fault(at, "the geometry has no coordinates");
        };
        let mut each = |check: &mut Self, one: fn(&mut Self, &str, &Value, &mut Vec<[f64; 2]>)| {
            let parts = coordinates.as_array().into_iter().flatten();
            if coordinates.as_array().is_none_or(Vec::is_empty) {
                check.fault(at, "the geometry is empty");
            }
            parts.for_each(|part| one(check, at, part, all));
        };
        match kind {
            "MultiPoint" => each(self, Self::position),
            "MultiLineString" => each(self, Self::line),
            "MultiPolygon" => each(self, Self::polygon),
            "Point" => self.position(at, coordinates, all),
            "LineString" => self.line(at, coordinates, all),
            "Polygon" => self.polygon(at, coordinates, all),
            other => self.fault(at, &format!("\"{other}\" is no type of geometry for a layer")),
        }
        self.has_right_bbox(at, geometry, all);
    }

    fn position(&mut self, at: &str, position: &Value, all: &mut Vec<[f64; 2]>) {
        let numbers: Option<Vec<f64>> =
            position.as_array().and_then(|p| p.iter().map(Value::as_f64).collect());
        let Some([lon, lat]) = numbers.as_deref().and_then(|n| n.first_chunk()).copied() else {
            return self.fault(at, &format!("{position} is no position"));
        };
        if numbers.is_some_and(|numbers| numbers.len() > 3) {
            self.fault(at, &format!("{position} has more than three numbers"));
        }
        let [west, south, east, north] = self.within;
        if !(west..=east).contains(&lon) || !(south..=north).contains(&lat) {
            self.fault(at, &format!("{position} lies outside {:?}", self.within));
        }
        let is_rounded = |degrees: f64| (degrees * 1e7).round() / 1e7 == degrees;
        if !is_rounded(lon) || !is_rounded(lat) {
            self.fault(at, &format!("{position} has more than seven decimals"));
        }
        all.push([lon, lat]);
    }

    /// The positions of a line or ring, added to `all` too.
    fn positions(&mut self, at: &str, line: &Value, all: &mut Vec<[f64; 2]>) -> Vec<[f64; 2]> {
        let first = all.len();
        for position in line.as_array().into_iter().flatten() {
            self.position(at, position, all);
        }
        let own = all[first..].to_vec();
        if own.windows(2).any(|pair| pair[0] == pair[1]) {
            self.fault(at, "a position is repeated");
        }
        if own.windows(2).any(|pair| (pair[0][0] - pair[1][0]).abs() > 180.0) {
            self.fault(at, "a line crosses the antimeridian");
        }
        own
    }

    fn line(&mut self, at: &str, line: &Value, all: &mut Vec<[f64; 2]>) {
        if self.positions(at, line, all).len() < 2 {
            self.fault(at, "a line has fewer than two positions");
        }
    }

    fn polygon(&mut self, at: &str, polygon: &Value, all: &mut Vec<[f64; 2]>) {
        for (number, ring) in polygon.as_array().into_iter().flatten().enumerate() {
            let ring = self.positions(at, ring, all);
            if ring.len() < 4 || ring.first() != ring.last() {
                self.fault(at, "a ring is not closed");
            }
            let turn = |pair: &[[f64; 2]]| {
                let from_first = |p: [f64; 2]| [p[0] - ring[0][0], p[1] - ring[0][1]];
                let [a, b] = [from_first(pair[0]), from_first(pair[1])];
                a[0] * b[1] - b[0] * a[1]
            };
            let doubled_area: f64 = ring.windows(2).map(turn).sum();
            // The outer ring runs counterclockwise, holes run clockwise.
            if (doubled_area > 0.0) != (number == 0) || doubled_area == 0.0 {
                self.fault(at, "a ring runs the wrong way or has no area");
            }
        }
    }

    fn has_right_bbox(&mut self, at: &str, object: &Map<String, Value>, all: &[[f64; 2]]) {
        let Some(bbox) = object.get("bbox") else { return };
        let axis = |axis: usize| all.iter().map(move |position| position[axis]);
        let least = |at: usize| axis(at).fold(f64::INFINITY, f64::min);
        let most = |at: usize| axis(at).fold(f64::NEG_INFINITY, f64::max);
        let expected = [least(0), least(1), most(0), most(1)];
        let found: Option<Vec<f64>> =
            bbox.as_array().and_then(|b| b.iter().map(Value::as_f64).collect());
        let is_right = found.is_some_and(|found| {
            found.len() == 4 && found.iter().zip(expected).all(|(a, b)| (a - b).abs() <= 1e-6)
        });
        if !is_right {
            self.fault(at, &format!("the bbox is {bbox}, expected {expected:?}"));
        }
    }
}

/// Any value of which no object has two members of one name.
struct UniqueNames;

impl<'de> Deserialize<'de> for UniqueNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for UniqueNames {
    type Value = Self;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> FmtResult {
        formatter.write_str("a value")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E: Error>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self, A::Error> {
        while sequence.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut names = BTreeSet::new();
        while let Some((name, _)) = map.next_entry::<String, Self>()? {
            if !names.insert(name.clone()) {
                return Err(A::Error::custom(format!("two members have the name \"{name}\"")));
            }
        }
        Ok(self)
    }
}

#[test]
fn each_kind_of_fault_is_found() {
    let all = [-180.0, -90.0, 180.0, 90.0];
    let of = |feature: &str| {
        faults(&format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#), all).join("\n")
    };
    let with = |geometry: &str| {
        of(&format!(r#"{{"type":"Feature","properties":{{}},"geometry":{geometry}}}"#))
    };
    let ring = r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#;
    assert_eq!(of(""), "");
    assert_eq!(with(ring), "");
    assert_eq!(with(r#"{"type":"Point","coordinates":[14.2,36.0]}"#), "");
    assert_eq!(with(r#"{"type":"MultiLineString","coordinates":[[[14.2,36.0],[14.3,36]]]}"#), "");
    for (geometry, fault) in [
        (r#"{"type":"Point","coordinates":[36.0,114.2]}"#, "lies outside"),
        (r#"{"type":"Point","coordinates":[14.123456789,36]}"#, "more than seven decimals"),
        (r#"{"type":"Point","coordinates":["14",36]}"#, "is no position"),
        (r#"{"type":"Point","coordinates":[]}"#, "is no position"),
        (r#"{"type":"Point"}"#, "has no coordinates"),
        (r#"{"type":"Circle","coordinates":[1,2]}"#, "is no type of geometry"),
        (r#"{"type":"LineString","coordinates":[[1,2]]}"#, "fewer than two"),
        (r#"{"type":"LineString","coordinates":[[1,2],[1,2]]}"#, "is repeated"),
        (r#"{"type":"LineString","coordinates":[[179,2],[-179,2]]}"#, "antimeridian"),
        (r#"{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,0]]]}"#, "the wrong way"),
        (r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}"#, "is not closed"),
        (r#"{"type":"MultiPoint","coordinates":[]}"#, "is empty"),
        (r#"{"type":"Point","coordinates":[1,2],"bbox":[0,0,1,1]}"#, "the bbox"),
        (r#"{"type":"Point","coordinates":[1,2],"properties":{}}"#, "has the member"),
        ("null", "has no geometry"),
    ] {
        assert!(with(geometry).contains(fault), "{geometry}: {}", with(geometry));
    }
    let point = |more: &str| {
        let geometry = r#"{"type":"Point","coordinates":[1,2]}"#;
        format!(r#"{{"type":"Feature","geometry":{geometry},{more}}}"#)
    };
    for (features, fault) in [
        (point(r#""properties":{"a":[1]}"#), "no simple value"),
        (point(r#""properties":null"#), "has no properties"),
        (point(r#""properties":{},"id":true"#), "neither text nor number"),
        (point(r#""properties":{},"crs":1"#), "has the member \"crs\""),
        (
            [r#"{"a":1}"#, r#"{"a":"b"}"#].map(|p| point(&format!("\"properties\":{p}"))).join(","),
            "has the types",
        ),
        (
            [1, 1].map(|id| point(&format!("\"properties\":{{}},\"id\":{id}"))).join(","),
            "not unique",
        ),
        ("{}".to_owned(), "is no Feature"),
    ] {
        assert!(of(&features).contains(fault), "{features}: {}", of(&features));
    }
    assert!(faults("{", all)[0].contains("is no JSON"));
    assert!(faults(r#"{"a":[{"b":1,"b":2}]}"#, all)[0].contains("the name \"b\""));
    assert!(faults("[]", all)[0].contains("is no object"));
    assert!(faults("{}", all).len() == 2);
}
