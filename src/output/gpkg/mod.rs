//! Writes layers to one OGC GeoPackage 1.3: tables with types, captions, spatial indexes and
//! default styles.
//!
//! The content depends only on the layers. Where the format requires the time of writing, the
//! caller gives it. Times are written in UTC, as the format requires.

mod geometry;
mod schema;

use std::path::Path;

use jiff::Timestamp;
use rusqlite::types::Value as SqlValue;
use rusqlite::{Connection, Statement, params, params_from_iter};
use serde_json::Value;

use super::fields::FieldType;
use super::layer::Layer;
use geometry::Blob;
pub(super) use geometry::{Bounds, Kind};

/// Name of the geometry column of every table.
pub(super) const GEOMETRY: &str = "geom";
const FEATURE_ID: &str = "fid";

/// A layer that becomes a table of the GeoPackage.
pub(super) struct Table<'a> {
    /// The layer; it has at least one feature.
    pub(super) layer: &'a Layer,
    /// Title of the table.
    pub(super) title: &'a str,
    /// Columns of the table, except the number of the feature and the geometry.
    pub(super) columns: &'a [Column],
    /// Default style of the table, as QML.
    pub(super) style: String,
}

/// One column of a table.
pub(super) struct Column {
    /// Name of the property that the column holds.
    pub(super) property: String,
    /// Name of the column. It is the name of the property, changed if another column has the same
    /// name in other case.
    pub(super) name: String,
    /// Type of the values.
    pub(super) holds: FieldType,
    /// Title of the column.
    pub(super) caption: String,
}

impl Column {
    /// Returns a name for `property` that no column in `taken` has. Upper and lower case count as
    /// equal.
    pub(super) fn free_name(property: &str, taken: &[Column]) -> String {
        let is_taken = |name: &str| {
            let mut names = taken.iter().map(|column| column.name.as_str());
            names.any(|own| own.to_lowercase() == name.to_lowercase())
                || [FEATURE_ID, GEOMETRY].contains(&name.to_lowercase().as_str())
        };
        let mut name = property.to_owned();
        while is_taken(&name) {
            name.push('_');
        }
        name
    }
}

/// Writes `tables`, in their order, to a new file at `path`. The file states `moment` as the time
/// of writing.
///
/// # Errors
/// The error of SQLite, for example if the disk is full.
pub(super) fn write(path: &Path, tables: &[Table<'_>], moment: Timestamp) -> rusqlite::Result<()> {
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "DELETE")?;
    connection.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", schema::VERSION)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(schema::TABLES)?;
    let moment = utc(moment);
    for table in tables {
        write_table(&transaction, table, &moment)?;
    }
    write_styles(&transaction, tables, &moment)?;
    transaction.commit()?;
    connection.close().map_err(|(_, error)| error)
}

fn write_table(connection: &Connection, table: &Table<'_>, moment: &str) -> rusqlite::Result<()> {
    let name = table.layer.name;
    let geometries = table.layer.features.iter().filter_map(|feature| feature.geometry.as_ref());
    let kind = geometries.map(|geometry| Kind::of(&geometry.value)).reduce(Kind::both);
    let kind = kind.unwrap_or(Kind::POINT);
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!("{} {}", quoted(&column.name), sql_type(column.holds)))
        .collect();
    connection.execute_batch(&format!(
        "CREATE TABLE {} ({FEATURE_ID} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {GEOMETRY} {}, {});",
        quoted(name),
        kind.name(),
        columns.join(", ")
    ))?;
    connection.execute_batch(&schema::spatial_index(name))?;
    let places = vec!["?"; table.columns.len() + 1].join(", ");
    let mut row =
        connection.prepare(&format!("INSERT INTO {} VALUES (NULL, {places})", quoted(name)))?;
    let mut index = connection
        .prepare(&format!("INSERT INTO \"rtree_{name}_{GEOMETRY}\" VALUES (?, ?, ?, ?, ?)"))?;
    let mut extent = Bounds::EMPTY;
    for feature in &table.layer.features {
        let blob = feature.geometry.as_ref().map(|geometry| Blob::of(&geometry.value, kind));
        let property = |column: &Column| {
            let value = feature.properties.as_ref().and_then(|all| all.get(&column.property));
            sql_value(value.unwrap_or(&Value::Null), column.holds)
        };
        let bytes = blob.as_ref().map_or(SqlValue::Null, |blob| SqlValue::Blob(blob.bytes.clone()));
        let cells = std::iter::once(bytes).chain(table.columns.iter().map(property));
        let number = row.insert(params_from_iter(cells))?;
        if let Some(Blob { bounds, .. }) = blob {
            insert_into_index(&mut index, number, bounds)?;
            extent = extent.and(bounds);
        }
    }
    connection.execute_batch(&schema::index_triggers(name))?;
    register(connection, table, (kind, extent), moment)
}

fn insert_into_index(
    index: &mut Statement<'_>,
    number: i64,
    bounds: Bounds,
) -> rusqlite::Result<()> {
    index.execute(params![number, bounds.west, bounds.east, bounds.south, bounds.north])?;
    Ok(())
}

/// Adds a table to the tables that describe the file.
fn register(
    connection: &Connection,
    table: &Table<'_>,
    (kind, extent): (Kind, Bounds),
    moment: &str,
) -> rusqlite::Result<()> {
    let name = table.layer.name;
    connection.execute(
        "INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', ?, ?, ?, ?, ?, 4326)",
        params![name, table.title, moment, extent.west, extent.south, extent.east, extent.north],
    )?;
    connection.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, 4326, 0, 0)",
        params![name, GEOMETRY, kind.name()],
    )?;
    connection.execute(
        "INSERT INTO gpkg_extensions VALUES (?, ?, 'gpkg_rtree_index', \
         'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        params![name, GEOMETRY],
    )?;
    let mut captions: Vec<&str> = Vec::new();
    for Column { name: column, caption, .. } in table.columns {
        // Captions must be unique within a table.
        let twin = captions.contains(&caption.as_str()).then(|| format!("{caption} ({column})"));
        captions.push(caption);
        let caption = twin.as_ref().unwrap_or(caption);
        connection.execute(
            "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, NULL, NULL, NULL)",
            params![name, column, caption, caption],
        )?;
    }
    Ok(())
}

/// Writes the default styles to the table from which QGIS reads them.
fn write_styles(
    connection: &Connection,
    tables: &[Table<'_>],
    moment: &str,
) -> rusqlite::Result<()> {
    for table in tables {
        connection.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, \
             styleSLD, useAsDefault, description, owner, update_time) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', ?)",
            params![table.layer.name, GEOMETRY, table.layer.name, table.style, table.title, moment],
        )?;
    }
    connection.execute(
        "INSERT INTO gpkg_contents VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, NULL, NULL, NULL, NULL, 0)",
        params![moment],
    )?;
    Ok(())
}

/// Returns a time such as `2026-11-25T08:14:00.000Z`, which is the only form that the format
/// allows.
fn utc(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

fn sql_type(holds: FieldType) -> &'static str {
    match holds {
        FieldType::Text => "TEXT",
        FieldType::Integer => "INTEGER",
        FieldType::Real => "REAL",
        FieldType::Boolean => "BOOLEAN",
        FieldType::Date => "DATE",
        FieldType::Datetime => "DATETIME",
    }
}

/// Converts the value of a property to the type of its column. A value of another type is kept as
/// text.
fn sql_value(value: &Value, holds: FieldType) -> SqlValue {
    match (value, holds) {
        (Value::Null, _) => SqlValue::Null,
        (Value::Bool(is), FieldType::Boolean) => SqlValue::Integer(i64::from(*is)),
        (Value::Number(number), FieldType::Integer) => match number.as_i64() {
            Some(whole) => SqlValue::Integer(whole),
            None => SqlValue::Real(number.as_f64().unwrap_or(f64::NAN)),
        },
        (Value::Number(number), FieldType::Real) => {
            SqlValue::Real(number.as_f64().unwrap_or(f64::NAN))
        }
        (Value::String(text), FieldType::Datetime) => match text.parse::<Timestamp>() {
            Ok(moment) => SqlValue::Text(utc(moment)),
            Err(_) => SqlValue::Text(text.clone()),
        },
        (Value::String(text), _) => SqlValue::Text(text.clone()),
        (other, _) => SqlValue::Text(other.to_string()),
    }
}

/// Returns a name in quotation marks, for SQL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
