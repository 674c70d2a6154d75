//! The published JSON Schema of a plan folder: as the types have it, true of real plans, and documented field by field.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use beatplan::plan_files::{
    IssueProperties, LegProperties, PhoneCallProperties, PlanSummary, ProspectProperties,
    RouteProperties, StopProperties,
};
use beatplan::remark::RemarkCode;
use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, json};

/// Set to anything, it has the test write the schemas instead of comparing them.
const REWRITE: &str = "BEATPLAN_REWRITE_SCHEMAS";

/// Sources of the types, for the descriptions of their fields.
const SOURCES: [&str; 7] = [
    include_str!("../../src/plan_files/layers.rs"),
    include_str!("../../src/plan_files/summary.rs"),
    include_str!("../../src/road/network.rs"),
    include_str!("../../src/road/profile.rs"),
    include_str!("../../src/road/speed_regions.rs"),
    include_str!("../../src/territory/places.rs"),
    include_str!("../../src/remark.rs"),
];

/// Types whose keys are described in docs/territory.md, docs/lists.md and docs/learn.md.
const OPEN: [&str; 3] = ["Policy", "ListSettings", "LearnedTimes"];

/// Fields that are left out where they have no value.
const OPTIONAL: [(&str, &str); 4] = [
    ("PlanSummary", "dates_as_of"),
    ("PlanSummary", "learned"),
    ("SummaryInput", "mode"),
    ("SummaryInput", "settings"),
];

/// A key of a map whose keys are no fields.
const ANY_KEY: &str = "any";

/// Fields that some copies of a layer have beside those of its type, with their layers and descriptions.
const ADDED: [(&str, &[&str], &str); 2] = [
    (
        "hours",
        &["routes", "stops", "legs"],
        "Begin and end, as 09:14-09:34; only with --format qgis.",
    ),
    ("datum", &["routes", "stops"], "Datum of the copy; only with --datum-out."),
];

fn schemas() -> [(&'static str, Value); 7] {
    let mut all = [
        ("summary", schema_of::<PlanSummary>("summary.json")),
        ("routes", schema_of::<RouteProperties>("Properties of routes.geojson")),
        ("stops", schema_of::<StopProperties>("Properties of stops.geojson")),
        ("legs", schema_of::<LegProperties>("Properties of legs.geojson")),
        ("prospects", schema_of::<ProspectProperties>("Properties of prospects.geojson")),
        ("phone_calls", schema_of::<PhoneCallProperties>("Properties of phone_calls.geojson")),
        ("issues", schema_of::<IssueProperties>("Properties of issues.geojson")),
    ];
    for (name, schema) in &mut all {
        for (field, _, words) in ADDED.iter().filter(|(_, layers, _)| layers.contains(name)) {
            schema["properties"][field] = json!({ "type": "string", "description": words });
        }
        if *name == "prospects" {
            // Columns of the lists that the program does not know.
            schema["additionalProperties"] = json!({ "type": ["string", "null"] });
        }
    }
    all
}

/// Texts to try for a field, with the schema of those that it takes; the first that a type accepts is its own.
fn samples() -> Vec<(&'static str, Value)> {
    let codes: Vec<&str> = RemarkCode::ALL.iter().map(|code| code.as_str()).collect();
    let (time, day) = ("[0-9]{2}:[0-9]{2}", "(Mo|Tu|We|Th|Fr|Sa|Su)");
    vec![
        ("any text", json!({ "type": "string" })),
        ("2026-11-25", json!({ "type": "string", "format": "date" })),
        ("2026-11-25T09:14:00+01:00", json!({ "type": "string", "format": "date-time" })),
        ("09:14", json!({ "type": "string", "pattern": format!("^{time}$") })),
        ("09:00-18:00", json!({ "type": "string", "pattern": format!("^{time}-{time}$") })),
        ("Mo", json!({ "type": "string", "pattern": format!("^({day}(,{day})*)?$") })),
        ("idle_rep", json!({ "type": "string", "enum": codes })),
    ]
}

/// Reads a `T` from made-up values, and notes what it asks for.
fn schema_of<T: DeserializeOwned>(title: &str) -> Value {
    let state = State { chosen: RefCell::default(), last: RefCell::default(), samples: samples() };
    loop {
        let mut schema = json!({});
        let tracer = Tracer { state: &state, path: String::new(), schema: &mut schema };
        let Err(error) = T::deserialize(tracer) else {
            let mut all = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "title": title,
            });
            all.as_object_mut().unwrap().extend(schema.as_object().unwrap().clone());
            return all;
        };
        // The text given last was refused: the next sample is tried in its place.
        let last = state.last.borrow().clone();
        let mut chosen = state.chosen.borrow_mut();
        let sample = chosen.entry(last.clone()).or_insert(0);
        *sample += 1;
        assert!(*sample < state.samples.len(), "{last} takes no sample: {error}");
    }
}

/// The samples chosen for each field so far.
struct State {
    chosen: RefCell<BTreeMap<String, usize>>,
    last: RefCell<String>,
    samples: Vec<(&'static str, Value)>,
}

/// Gives a value for one field and notes its schema.
struct Tracer<'a> {
    state: &'a State,
    path: String,
    schema: &'a mut Value,
}

macro_rules! numbers {
    ($($method:ident, $visit:ident, $schema:tt;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            *self.schema = json!($schema);
            visitor.$visit(1 as _)
        })*
    };
}

impl<'de> Deserializer<'de> for Tracer<'_> {
    type Error = Error;

    numbers! {
        deserialize_f64, visit_f64, { "type": "number" };
        deserialize_u32, visit_u32, { "type": "integer", "minimum": 0 };
        deserialize_u64, visit_u64, { "type": "integer", "minimum": 0 };
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        *self.schema = json!({ "type": "boolean" });
        visitor.visit_bool(true)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let chosen = self.state.chosen.borrow().get(&self.path).copied().unwrap_or(0);
        *self.state.last.borrow_mut() = self.path;
        let (text, schema) = &self.state.samples[chosen];
        *self.schema = schema.clone();
        visitor.visit_str(text)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut schema = json!({});
        let tracer = Tracer { state: self.state, path: self.path, schema: &mut schema };
        let value = visitor.visit_some(tracer)?;
        schema["type"] = json!([schema["type"], "null"]);
        if let Some(names) = schema.get_mut("enum").and_then(Value::as_array_mut) {
            names.push(Value::Null);
        }
        *self.schema = schema;
        Ok(value)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.schema = json!({ "type": "string", "enum": variants });
        visitor.visit_enum(StrDeserializer::new(variants[0]))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut items = json!({});
        let element = Tracer { state: self.state, path: self.path, schema: &mut items };
        let value = visitor.visit_seq(One(Some(element)))?;
        *self.schema = json!({ "type": "array", "items": items });
        Ok(value)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut entries =
            Fields { names: [ANY_KEY].iter(), name: ANY_KEY, of: &self, found: vec![] };
        let value = visitor.visit_map(&mut entries)?;
        let values = entries.found.pop().map(|(_, schema)| schema);
        *self.schema = json!({ "type": "object", "additionalProperties": values });
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let names = if OPEN.contains(&name) { &[] } else { fields };
        let mut entries = Fields { names: names.iter(), name: ANY_KEY, of: &self, found: vec![] };
        let value = visitor.visit_map(&mut entries)?;
        let mut properties = Map::new();
        for (field, mut schema) in entries.found {
            schema["description"] = description(name, field).into();
            properties.insert(field.to_owned(), schema);
        }
        let is_required = |field: &&str| !OPTIONAL.contains(&(name, field));
        let required: Vec<&str> = names.iter().copied().filter(is_required).collect();
        *self.schema = match OPEN.contains(&name) {
            true => json!({ "type": "object" }),
            false => json!({
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": false,
            }),
        };
        Ok(value)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
        panic!("{} asks for no type", self.path)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 u16 f32 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
        ignored_any
    }
}

/// The entries of a struct or map, each with a made-up value.
struct Fields<'a> {
    names: std::slice::Iter<'a, &'static str>,
    name: &'static str,
    of: &'a Tracer<'a>,
    found: Vec<(&'static str, Value)>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.names.next() else { return Ok(None) };
        self.name = name;
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let mut schema = json!({});
        let path = format!("{}/{}", self.of.path, self.name);
        let value = seed.deserialize(Tracer { state: self.of.state, path, schema: &mut schema })?;
        self.found.push((self.name, schema));
        Ok(value)
    }
}

/// One element of a list.
struct One<'a>(Option<Tracer<'a>>);

impl<'de> SeqAccess<'de> for One<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        self.0.take().map(|tracer| seed.deserialize(tracer)).transpose()
    }
}

/// The doc comment of a field, from the source of its type.
fn description(name: &str, field: &str) -> String {
    let head = format!("pub struct {name} {{");
    let source = SOURCES.iter().find_map(|source| source.split_once(&head)).expect(name).1;
    let mut text = String::new();
    for line in source.lines().map(str::trim) {
        if let Some(comment) = line.strip_prefix("///") {
            text.push_str(comment);
        } else if line.starts_with(&format!("pub {field}: ")) {
            assert!(!text.is_empty(), "{name}::{field} has no comment");
            return text.trim().to_owned();
        } else if line.starts_with("pub ") {
            text.clear();
        }
    }
    panic!("{name} has no field {field} in its source")
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema").join(format!("{name}.schema.json"))
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn the_published_schemas_are_those_of_the_types() {
    for (name, schema) in schemas() {
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os(REWRITE).is_some() {
            fs::write(file(name), text).unwrap();
        } else {
            let published = fs::read_to_string(file(name)).unwrap();
            assert_eq!(published, text, "set {REWRITE}=1 to write docs/schema anew");
        }
    }
}

#[test]
fn written_files_agree_with_the_schemas() {
    let home = tempfile::tempdir().unwrap();
    let gozo = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/gozo");
    for entry in fs::read_dir(gozo).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), home.path().join(entry.file_name())).unwrap();
    }
    // Everybody has a telephone and is called.
    let replace = |file: &str, from: &str, to: &str| {
        let path = home.path().join(file);
        fs::write(&path, fs::read_to_string(&path).unwrap().replace(from, to)).unwrap();
    };
    replace("prospects.csv", ",,open,", ",21 55 00 00,open,");
    let calls = "phone_interval_days = { service = 1, conversion = 1, long_term = 1, never = 1 }";
    replace("territory.toml", "[policy]", &format!("[policy]\n{calls}"));
    let plan = |line: &str| {
        let mut command = Command::cargo_bin("beatplan").unwrap();
        command.current_dir(home.path()).env("BEATPLAN_NO_CACHE", "1");
        command
            .args(["plan", "territory.toml", "--date", "2026-11-25", "--effort", "quick"])
            .args(line.split(' '));
        let run = command.output().unwrap();
        // 1: a mandatory visit is late by then; the plan is written all the same.
        assert!(matches!(run.status.code(), Some(0 | 1)), "{run:?}");
    };
    plan("--format qgis --out night");
    plan("--at 12:15 --from 14.2453,36.0464 --keep night --format qgis --out day");
    for (name, _) in schemas() {
        let validator = jsonschema::draft202012::new(&read(&file(name))).unwrap();
        let mut values = Vec::new();
        for folder in ["night", "day"].map(|folder| home.path().join(folder)) {
            let layer = folder.join(format!("{name}.geojson"));
            if name == "summary" {
                values.push(read(&folder.join("summary.json")));
            } else if layer.exists() {
                let features = read(&layer)["features"].take();
                let features = features.as_array().unwrap().iter();
                values.extend(features.map(|feature| feature["properties"].clone()));
            }
        }
        assert!(!values.is_empty(), "{name}");
        for value in values {
            let errors = validator.iter_errors(&value);
            let errors: Vec<String> =
                errors.map(|error| format!("{} {error}", error.instance_path())).collect();
            assert_eq!(errors, [""; 0], "{name}");
        }
    }
    assert!(read(&home.path().join("day/summary.json"))["changes"].is_object());
}

#[test]
fn the_tables_of_the_documentation_name_exactly_these_fields() {
    let page = include_str!("../../docs/outputs.md");
    for (name, schema) in schemas() {
        let heading = match name {
            "summary" => "\n## summary.json\n".to_owned(),
            _ => format!("\n## {name}.geojson\n"),
        };
        let section = page.split_once(&heading).expect(name).1;
        let section = section.split("\n## ").next().unwrap();
        let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('|').next());
        let mut documented: Vec<&str> = cells.flat_map(|cell| cell.split('`').step_by(2)).collect();
        let properties = schema["properties"].as_object().unwrap();
        let mut fields: Vec<&str> = properties.keys().map(String::as_str).collect();
        fields.retain(|field| ADDED.iter().all(|(added, ..)| added != field));
        documented.sort_unstable();
        fields.sort_unstable();
        assert_eq!(documented, fields, "{name}");
    }
}
