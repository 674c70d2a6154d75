//! Tests all layers that the program can write, with the fields that their styles use.

use std::collections::BTreeSet;

use geojson::{Feature, GeometryValue, JsonObject};
use serde_json::Value;

use super::spec::ClassesKind;
use super::*;
use crate::output::layer::feature;

/// Returns the names of the fields that the style of a layer uses.
fn named(spec: &LayerSpec) -> BTreeSet<&str> {
    let labels = spec.labels.iter().flat_map(|labels| labels.text.split('"').skip(1).step_by(2));
    let classes = spec.classes.iter().flat_map(|classes| {
        let others = classes.unless.iter().map(|[field, _]| &**field);
        let label = classes.label.iter().map(String::as_str);
        others.chain(label).chain([&*classes.field])
    });
    let more = [&spec.filled_if, &spec.largest_below].into_iter().flatten().map(String::as_str);
    labels.chain(classes).chain(more).chain(spec.tip.iter().map(String::as_str)).collect()
}

/// Returns three features that have all these fields. In the third feature, all fields are blank.
fn features(name: &str, spec: &LayerSpec) -> Vec<Feature> {
    let areas = ["where_next", "isochrones", "territory", "admin_areas", "coverage_cells"];
    let geometry = |at: f64| {
        let corners = [[14.0 + at, 36.0], [14.5 + at, 36.0], [14.5 + at, 36.5], [14.0 + at, 36.0]];
        let corners: Vec<geojson::Position> = corners.into_iter().map(Into::into).collect();
        match name {
            _ if areas.contains(&name) && at > 0.0 => {
                GeometryValue::Polygon { coordinates: vec![corners] }
            }
            _ if areas.contains(&name) => {
                GeometryValue::MultiPolygon { coordinates: vec![vec![corners]] }
            }
            "routes" | "legs" | "half_day_routes" => {
                GeometryValue::LineString { coordinates: corners }
            }
            _ => GeometryValue::Point { coordinates: corners[0].clone() },
        }
    };
    let value = |field: &str, at: usize| match known_type(field) {
        _ if at == 2 => Value::Null,
        Some(FieldType::Boolean) => Value::from(at == 0),
        Some(FieldType::Integer) => Value::from(at),
        Some(FieldType::Real) => Value::from(at as f64 / 3.0),
        Some(FieldType::Date) => Value::from("2026-11-25"),
        Some(FieldType::Datetime) => Value::from("2026-11-25T09:00:00+01:00"),
        Some(FieldType::Text) | None => Value::from(format!("<{at}> & \"'")),
    };
    let properties = |at: usize| -> JsonObject {
        let fields = named(spec).into_iter().chain(["start_time", "end_time", "date"]);
        fields
            .filter(|field| *field != hours::FIELD)
            .map(|f| (f.to_owned(), value(f, at)))
            .collect()
    };
    (0..3).map(|at| feature(geometry(at as f64), &properties(at))).collect()
}

fn all_layers() -> Vec<Layer> {
    let layer = |(name, spec): (&'static String, &'static LayerSpec)| Layer {
        name: name.as_str(),
        features: features(name, spec),
    };
    STYLES.layer.iter().map(layer).collect()
}

fn options(language: Language) -> QgisOptions<'static> {
    QgisOptions { title: "A & <B>", language, date: jiff::civil::date(2026, 11, 25) }
}

#[test]
fn every_layer_has_its_place_and_names_only_fields_that_are_listed() {
    let order: BTreeSet<&String> = STYLES.order.iter().collect();
    assert_eq!(order, STYLES.layer.keys().collect());
    for (name, spec) in &STYLES.layer {
        for field in named(spec) {
            assert!(known_type(field).is_some(), "{name}.{field} is not in fields.toml");
        }
        let classes = spec.classes.as_ref();
        let ramp = classes.filter(|classes| classes.kind == ClassesKind::Graduated);
        assert!(ramp.is_none_or(|classes| classes.ramp.len() > 1), "{name} has no colours");
    }
}

#[test]
fn all_layers_together_make_well_formed_files_the_same_each_time_in_both_languages() {
    for language in [Language::English, Language::Chinese] {
        let files = folder_files(all_layers(), &options(language)).unwrap();
        assert_eq!(files.len(), 2 * STYLES.layer.len() + 2);
        assert_eq!(files, folder_files(all_layers(), &options(language)).unwrap());
        for (name, content) in files.iter().filter(|(name, _)| name.ends_with(".qml")) {
            let text = std::str::from_utf8(content).unwrap();
            let mut reader = quick_xml::Reader::from_str(text);
            while reader.read_event().unwrap_or_else(|e| panic!("{name}: {e}"))
                != quick_xml::events::Event::Eof
            {}
        }
    }
}

#[test]
fn a_layer_without_features_has_geojson_and_a_style_but_no_table() {
    let empty = Layer { name: "phone_calls", features: Vec::new() };
    let stops = all_layers().into_iter().find(|layer| layer.name == "stops").unwrap();
    let files = folder_files(vec![empty, stops], &options(Language::English)).unwrap();
    let content = |name: &str| &files.iter().find(|(own, _)| own == name).unwrap().1;
    assert!(!content("phone_calls.geojson").is_empty());
    assert!(!content("phone_calls.qml").is_empty());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(GEOPACKAGE);
    std::fs::write(&path, content(GEOPACKAGE)).unwrap();
    let file = rusqlite::Connection::open(path).unwrap();
    let tables = "SELECT group_concat(table_name) FROM gpkg_geometry_columns";
    assert_eq!(file.query_row(tables, [], |row| row.get::<_, String>(0)).unwrap(), "stops");
}

#[test]
fn columns_that_differ_only_in_capitals_or_are_called_like_ours_keep_apart() {
    let properties: JsonObject = ["name", "Name", "NAME", "fid", "geom"]
        .map(|key| (key.to_owned(), Value::from(key)))
        .into_iter()
        .collect();
    let point = GeometryValue::Point { coordinates: [14.0, 36.0].into() };
    let layer = Layer { name: "prospects", features: vec![feature(point, &properties)] };
    let columns = columns(&layer, Language::English);
    let names: Vec<&str> = columns.iter().map(|column| &*column.name).collect();
    assert_eq!(names, ["name", "Name_", "NAME__", "fid_", "geom_"]);
    folder_files(vec![layer], &options(Language::English)).unwrap();
}
