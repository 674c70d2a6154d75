//! `plan --format qgis` on the demo territory Gozo: the GeoPackage, the styles and the project, looked at without QGIS.
//! `tests/gis/check.sh` opens the same folders in the real one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::kit::{beatplan, listing, repository, run};
use beatplan::remark::RemarkCode;
use quick_xml::events::Event;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

/// Plans two days of Gozo for QGIS into a folder of its own, with more options.
fn plan(name: &str, more: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("qgis").join(name);
    let _ = fs::remove_dir_all(&folder);
    plan_into(&folder, more);
    folder
}

fn plan_into(folder: &Path, more: &str) {
    let line = "plan data/gozo/territory.toml --date 2026-11-25 --days 2 --effort quick --quiet";
    run(&format!("{line} --out {} {more}", folder.display())).expect(0);
}

static GOZO: LazyLock<PathBuf> = LazyLock::new(|| plan("english", "--format qgis"));

/// The coverage of Gozo.
static COVERED: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("qgis/coverage");
    let _ = fs::remove_dir_all(&folder);
    let line = "coverage data/gozo/territory.toml --date 2026-11-25 --quiet --format qgis";
    run(&format!("{line} --out {}", folder.display())).expect(0);
    folder
});

fn open(folder: &Path) -> Connection {
    let path = folder.join("territory.gpkg");
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

/// The cells of what `query` finds.
fn rows(connection: &Connection, query: &str) -> Vec<Vec<Cell>> {
    let mut statement = connection.prepare(query).unwrap();
    let count = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| (0..count).map(|at| row.get(at)).collect();
    statement.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap()
}

/// The first cells of what `query` finds, as text.
fn texts(connection: &Connection, query: &str) -> Vec<String> {
    let text = |row: Vec<Cell>| match row.into_iter().next().unwrap() {
        Cell::Text(text) => text,
        Cell::Integer(number) => number.to_string(),
        other => panic!("{other:?} is no text"),
    };
    rows(connection, query).into_iter().map(text).collect()
}

fn features(folder: &Path, layer: &str) -> Vec<Value> {
    crate::kit::features(&folder.join(format!("{layer}.geojson")))
}

/// The layers of the folder that have features.
fn layers(folder: &Path) -> BTreeSet<String> {
    let names = listing(folder);
    let stems = names.iter().filter_map(|name| name.strip_suffix(".geojson"));
    stems.filter(|stem| !features(folder, stem).is_empty()).map(str::to_owned).collect()
}

/// The layers of the plan and of the coverage, each with its folder.
fn layers_of_both() -> Vec<(&'static Path, String)> {
    let folders: [&'static Path; 2] = [&GOZO, &COVERED];
    folders
        .into_iter()
        .flat_map(|folder| layers(folder).into_iter().map(move |l| (folder, l)))
        .collect()
}

/// Every element of a document: name, attributes, text directly in it. Panics if it is not well-formed.
fn elements(xml: &str) -> Vec<(String, BTreeMap<String, String>, String)> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut found: Vec<(String, BTreeMap<String, String>, String)> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let unescaped = |text: &str| quick_xml::escape::unescape(text).unwrap().into_owned();
    loop {
        let event = reader.read_event().unwrap();
        match event {
            Event::Eof => break,
            Event::Start(ref start) | Event::Empty(ref start) => {
                let attributes = start.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    (attribute.key.as_ref().to_owned(), unescaped(&attribute.value))
                });
                let name = start.name().as_ref().to_owned();
                found.push((name, attributes.collect(), String::new()));
                if matches!(event, Event::Start(_)) {
                    open.push(found.len() - 1);
                }
            }
            Event::End(_) => drop(open.pop().unwrap()),
            Event::Text(text) => {
                if let Some(at) = open.last() {
                    found[*at].2.push_str(&text);
                }
            }
            Event::GeneralRef(reference) => {
                let at = *open.last().unwrap();
                found[at].2.push_str(&unescaped(&format!("&{};", &*reference)));
            }
            _ => {}
        }
    }
    assert!(open.is_empty());
    found
}

/// The fields that an expression names in double quotation marks.
fn fields_of(expression: &str) -> Vec<&str> {
    expression.split('"').skip(1).step_by(2).collect()
}

#[test]
fn the_folder_holds_each_layer_with_its_style_and_verify_accepts_it() {
    let names = listing(&GOZO);
    for layer in ["stops", "routes", "legs", "prospects"] {
        assert!(names.contains(&format!("{layer}.geojson")), "{names:?}");
        assert!(names.contains(&format!("{layer}.qml")), "{names:?}");
    }
    let geo = ["territory.gpkg", "territory.qgz"].map(str::to_owned);
    assert!(geo.iter().all(|name| names.contains(name)), "{names:?}");
    assert!(!names.iter().any(|name| name.contains("-wal") || name.contains("-journal")));
    beatplan([Path::new("verify"), &GOZO]).expect(0);
}

#[test]
fn the_geopackage_says_what_it_is_and_lists_points_before_lines() {
    let file = open(&GOZO);
    assert_eq!(texts(&file, "PRAGMA application_id"), ["1196444487"]);
    assert_eq!(texts(&file, "PRAGMA user_version"), ["10300"]);
    assert_eq!(texts(&file, "PRAGMA integrity_check"), ["ok"]);
    assert_eq!(rows(&file, "PRAGMA foreign_key_check"), [] as [Vec<Cell>; 0]);
    let systems = "SELECT srs_id FROM gpkg_spatial_ref_sys ORDER BY srs_id";
    assert_eq!(texts(&file, systems), ["-1", "0", "4326"]);
    let order = texts(&file, "SELECT table_name FROM gpkg_contents WHERE data_type = 'features'");
    assert_eq!(order.first().map(String::as_str), Some("stops"));
    let position = |name: &str| order.iter().position(|own| own == name).unwrap();
    assert!(position("prospects") < position("routes"), "{order:?}");
    assert_eq!(order.iter().cloned().collect::<BTreeSet<_>>(), layers(&GOZO));
}

#[test]
fn every_table_holds_what_its_geojson_holds() {
    let types: BTreeMap<String, (String, String, String)> =
        toml::from_str(&fs::read_to_string(repository("src/output/fields.toml")).unwrap()).unwrap();
    for (folder, layer) in layers_of_both() {
        let file = open(folder);
        let features = features(folder, &layer);
        let found = rows(&file, &format!("SELECT * FROM \"{layer}\" ORDER BY fid"));
        assert_eq!(found.len(), features.len(), "{layer}");
        for (cells, feature) in found.iter().zip(&features) {
            let properties = feature["properties"].as_object().unwrap();
            assert_eq!(cells.len(), properties.len() + 2, "{layer}");
            for (cell, (name, value)) in cells[2..].iter().zip(properties) {
                let kind = types.get(name).map_or("text", |(kind, ..)| kind);
                let expected = match (kind, value) {
                    (_, Value::Null) => Cell::Null,
                    ("boolean", Value::Bool(is)) => Cell::Integer(i64::from(*is)),
                    ("integer", Value::Number(number)) => Cell::Integer(number.as_i64().unwrap()),
                    ("real", Value::Number(number)) => Cell::Real(number.as_f64().unwrap()),
                    ("datetime", Value::String(text)) => {
                        let moment: jiff::Timestamp = text.parse().unwrap();
                        Cell::Text(moment.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string())
                    }
                    ("date", Value::String(text)) => {
                        let day: jiff::civil::Date = text.parse().unwrap();
                        Cell::Text(day.to_string())
                    }
                    ("text", Value::String(text)) => Cell::Text(text.clone()),
                    _ => panic!("{layer}.{name} is listed as {kind}, but there is {value}"),
                };
                assert_eq!(*cell, expected, "{layer}.{name}");
            }
        }
    }
}

#[test]
fn every_field_is_listed_with_its_type_and_captions() {
    let text = fs::read_to_string(repository("src/output/fields.toml")).unwrap();
    let listed: BTreeMap<String, (String, String, String)> = toml::from_str(&text).unwrap();
    let list = fs::read_to_string(repository("data/gozo/prospects.csv")).unwrap();
    let columns: Vec<&str> = list.lines().next().unwrap().split(',').collect();
    for (folder, layer) in layers_of_both() {
        for name in features(folder, &layer)[0]["properties"].as_object().unwrap().keys() {
            let is_carried = columns.contains(&name.trim_start_matches("list_"));
            assert!(
                listed.contains_key(name) || is_carried,
                "{layer}.{name}: add it to fields.toml"
            );
        }
    }
    let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    assert!(listed.values().all(|(_, english, _)| !chinese(english)));
    assert!(listed.values().all(|(.., words)| chinese(words)));
}

#[test]
fn each_table_has_a_spatial_index_that_holds_all_its_features_and_stays_true() {
    let file = open(&GOZO);
    for layer in layers(&GOZO) {
        let boxes =
            format!("SELECT id, minx, maxx, miny, maxy FROM \"rtree_{layer}_geom\" ORDER BY id");
        let boxes = rows(&file, &boxes);
        let features = features(&GOZO, &layer);
        assert_eq!(boxes.len(), features.len(), "{layer}");
        for (cells, feature) in boxes.iter().zip(&features) {
            let mut positions: Vec<(f64, f64)> = Vec::new();
            collect(&feature["geometry"]["coordinates"], &mut positions);
            let [Cell::Real(west), Cell::Real(east), Cell::Real(south), Cell::Real(north)] =
                &cells[1..]
            else {
                panic!("{cells:?}")
            };
            // The index keeps four bytes a number, rounded outwards.
            for (lon, lat) in positions {
                assert!(*west <= lon && lon <= *east && *south <= lat && lat <= *north, "{layer}");
            }
            assert!(east - west < 0.5 && north - south < 0.5, "{layer}: {cells:?}");
        }
        let triggers = format!(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{layer}' ORDER BY name"
        );
        let expected = ["delete", "insert", "update1", "update2", "update3", "update4"];
        assert_eq!(
            texts(&file, &triggers),
            expected.map(|name| format!("rtree_{layer}_geom_{name}"))
        );
        let extension = format!(
            "SELECT extension_name FROM gpkg_extensions WHERE table_name = '{layer}' AND column_name = 'geom'"
        );
        assert_eq!(texts(&file, &extension), ["gpkg_rtree_index"]);
    }
}

/// All positions in nested arrays.
fn collect(coordinates: &Value, positions: &mut Vec<(f64, f64)>) {
    let array = coordinates.as_array().unwrap();
    match array[0].as_f64() {
        Some(lon) => positions.push((lon, array[1].as_f64().unwrap())),
        None => array.iter().for_each(|inner| collect(inner, positions)),
    }
}

#[test]
fn each_layer_has_one_default_style_that_names_only_fields_it_has() {
    let file = open(&GOZO);
    for layer in layers(&GOZO) {
        let styles = rows(
            &file,
            &format!(
                "SELECT styleQML, f_table_schema, f_geometry_column FROM layer_styles \
                 WHERE f_table_name = '{layer}' AND useAsDefault = 1"
            ),
        );
        let [style] = &styles[..] else { panic!("{layer}: {} styles", styles.len()) };
        assert_eq!(style[1..], [Cell::Text(String::new()), Cell::Text("geom".to_owned())]);
        let Cell::Text(qml) = &style[0] else { panic!("{layer}: the style is no text") };
        assert_eq!(*qml, fs::read_to_string(GOZO.join(format!("{layer}.qml"))).unwrap());
        assert_names_only_fields_of(&layer, qml);
    }
}

fn assert_names_only_fields_of(layer: &str, xml: &str) {
    let first = features(&GOZO, layer)[0]["properties"].clone();
    let fields = first.as_object().unwrap();
    let elements = elements(xml);
    let mut named: Vec<String> = Vec::new();
    for (element, attributes, text) in &elements {
        let expressions = ["attr", "fieldName", "startExpression", "endExpression"];
        for expression in expressions.iter().filter_map(|key| attributes.get(*key)) {
            let quoted = fields_of(expression);
            let is_plain = quoted.is_empty() && !expression.is_empty();
            named.extend(if is_plain { vec![expression.clone()] } else { owned(quoted) });
        }
        if attributes.get("name").is_some_and(|name| name == "expression") {
            named.extend(owned(fields_of(&attributes["value"])));
        }
        if element == "mapTip" {
            let parts = text.split("[%").skip(1).map(|part| part.split("%]").next().unwrap());
            for part in parts {
                // Its attributes are in quotation marks too.
                named.extend(owned(fields_of(&part.replace("style=\"color:#667\"", ""))));
            }
        }
        if element == "alias" {
            named.push(attributes["field"].clone());
        }
    }
    assert!(!named.is_empty(), "{layer} names no field");
    for name in named {
        assert!(fields.contains_key(&name), "the style of {layer} names {name}");
    }
}

fn owned(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

/// The text of the project.
fn project(folder: &Path) -> String {
    let archive = fs::File::open(folder.join("territory.qgz")).unwrap();
    let mut archive = zip::ZipArchive::new(archive).unwrap();
    let mut text = String::new();
    archive.by_name("territory.qgs").unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_project_finds_every_layer_beside_it_and_prints_a_page_a_beat() {
    let elements = elements(&project(&GOZO));
    let of = |name: &str| elements.iter().filter(move |(own, ..)| own == name).collect::<Vec<_>>();
    let sources: BTreeSet<String> =
        of("datasource").iter().map(|(.., text)| text.clone()).collect();
    let expected = layers(&GOZO);
    let expected = expected.iter().map(|layer| format!("./territory.gpkg|layername={layer}"));
    assert_eq!(sources, expected.collect());
    let ids: BTreeSet<String> = of("id").iter().map(|(.., text)| text.clone()).collect();
    assert!(ids.iter().all(|id| id.len() > 10), "{ids:?}");
    let in_tree: BTreeSet<String> =
        of("layer-tree-layer").iter().map(|(_, attributes, _)| attributes["id"].clone()).collect();
    assert_eq!(in_tree, ids);
    let atlas = of("Atlas");
    assert_eq!(atlas[0].1["coverageLayer"], "beatplan_routes");
    assert_eq!(atlas[0].1["pageNameExpression"], "\"page_name\"");
    assert!(ids.contains("beatplan_routes"));
    let labels = of("LayoutItem");
    let labels: Vec<&String> =
        labels.iter().filter_map(|(_, all, _)| all.get("labelText")).collect();
    assert!(labels.iter().any(|text| text.contains("© OpenStreetMap contributors")), "{labels:?}");
    let start =
        of("start").into_iter().map(|(.., text)| text.clone()).find(|text| !text.is_empty());
    assert!(start.unwrap().starts_with("2026-11-25T0"), "the time begins on the first day");
}

#[test]
fn the_same_plan_makes_the_same_files() {
    let again = plan("again", "--format qgis --threads 1");
    assert_eq!(listing(&again), listing(&GOZO));
    for name in listing(&again) {
        let same = fs::read(again.join(&name)).unwrap() == fs::read(GOZO.join(&name)).unwrap();
        assert!(same, "{name} differs");
    }
}

#[test]
fn titles_captions_and_legends_are_in_chinese_where_asked_for() {
    let folder = plan("chinese", "--format qgis --lang zh");
    let file = open(&folder);
    let title = texts(&file, "SELECT identifier FROM gpkg_contents WHERE table_name = 'stops'");
    assert_eq!(title, ["拜访"]);
    let caption =
        "SELECT name FROM gpkg_data_columns WHERE table_name = 'stops' AND column_name = ";
    assert_eq!(texts(&file, &format!("{caption}'reason'")), ["原因"]);
    let text = project(&folder);
    let elements = elements(&text);
    assert!(elements.iter().any(|(name, all, _)| name == "category" && all["label"] == "已排拜访"));
    assert!(
        elements.iter().any(|(name, all, _)| name == "Layout" && all["name"] == "每条线路一页")
    );
}

#[test]
fn personal_data_is_in_no_file_and_a_plan_for_qgis_is_replaced_like_any_other() {
    let notes = |folder: &Path| {
        let file = open(folder);
        texts(&file, "SELECT count(*) FROM prospects WHERE note IS NOT NULL")[0].clone()
    };
    assert_ne!(notes(&GOZO), "0", "the demo has notes");
    let folder = plan("personal", "--format qgis --drop-personal --datum-out gcj02");
    assert_eq!(notes(&folder), "0");
    assert!(listing(&folder).contains(&"stops.gcj02.geojson".to_owned()));
    plan_into(&folder, "");
    let five =
        ["phone_calls", "prospects", "routes", "stops"].map(|name| format!("{name}.geojson"));
    assert_eq!(listing(&folder), [&five[..], &["summary.json".to_owned()]].concat());
}

#[test]
fn the_plugin_knows_the_remarks_that_set_exit_code_1() {
    let plugin = repository("qgis/beatplan/algorithms/folder_result.py");
    let text = fs::read_to_string(plugin).unwrap();
    let codes = text.split("_NEEDS_A_PERSON = frozenset(").nth(1).unwrap();
    let codes = codes.split(')').next().unwrap().split('"').skip(1).step_by(2);
    let own = RemarkCode::ALL.iter().filter(|code| code.needs_a_person());
    let own: BTreeSet<&str> = own.map(|code| code.as_str()).collect();
    assert_eq!(codes.collect::<BTreeSet<&str>>(), own);
}
