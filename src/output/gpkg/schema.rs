//! Creates the tables that describe a GeoPackage, and the spatial indexes, after OGC 12-128r18
//! (GeoPackage 1.3.1).

use super::{FEATURE_ID, GEOMETRY};

/// The letters "GPKG", which mark a SQLite file as a GeoPackage.
pub(super) const APPLICATION_ID: i32 = 0x4750_4B47;
/// Version 1.3.0 of the format.
pub(super) const VERSION: i32 = 10_300;

/// SQL for the tables and rows that every GeoPackage has.
pub(super) const TABLES: &str = r#"
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326,
   'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
   'longitude and latitude in decimal degrees on the WGS 84 spheroid');
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
INSERT INTO gpkg_extensions VALUES
  ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write'),
  ('gpkg_data_column_constraints', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write');
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
"#;

/// Returns the SQL for the empty spatial index of a table.
pub(super) fn spatial_index(table: &str) -> String {
    format!(
        "CREATE VIRTUAL TABLE \"rtree_{table}_{GEOMETRY}\" USING rtree(id, minx, maxx, miny, maxy);"
    )
}

/// Returns SQL for the triggers that update the spatial index when a person edits the table. The
/// triggers call functions that the editing program must provide.
pub(super) fn index_triggers(table: &str) -> String {
    let rtree = format!("\"rtree_{table}_{GEOMETRY}\"");
    let (id, geometry) = (FEATURE_ID, GEOMETRY);
    let is_there =
        |row: &str| format!("({row}.{geometry} NOTNULL AND NOT ST_IsEmpty({row}.{geometry}))");
    let is_gone = |row: &str| format!("({row}.{geometry} ISNULL OR ST_IsEmpty({row}.{geometry}))");
    let put = format!(
        "INSERT OR REPLACE INTO {rtree} VALUES (NEW.{id}, ST_MinX(NEW.{geometry}), ST_MaxX(NEW.{geometry}), \
         ST_MinY(NEW.{geometry}), ST_MaxY(NEW.{geometry}));"
    );
    let take = |row: &str| format!("DELETE FROM {rtree} WHERE id = {row}.{id};");
    let trigger = |name: &str, when: &str, condition: String, what: String| {
        format!(
            "CREATE TRIGGER \"rtree_{table}_{GEOMETRY}_{name}\" {when} ON \"{table}\" {condition} BEGIN {what} END;\n"
        )
    };
    let same = format!("OLD.{id} = NEW.{id}");
    let other = format!("OLD.{id} != NEW.{id}");
    let of_geometry = format!("AFTER UPDATE OF {geometry}");
    [
        trigger("insert", "AFTER INSERT", format!("WHEN {}", is_there("NEW")), put.clone()),
        trigger(
            "update1",
            &of_geometry,
            format!("WHEN {same} AND {}", is_there("NEW")),
            put.clone(),
        ),
        trigger(
            "update2",
            &of_geometry,
            format!("WHEN {same} AND {}", is_gone("NEW")),
            take("OLD"),
        ),
        trigger(
            "update3",
            "AFTER UPDATE",
            format!("WHEN {other} AND {}", is_there("NEW")),
            format!("{} {put}", take("OLD")),
        ),
        trigger(
            "update4",
            "AFTER UPDATE",
            format!("WHEN {other} AND {}", is_gone("NEW")),
            format!("DELETE FROM {rtree} WHERE id IN (OLD.{id}, NEW.{id});"),
        ),
        trigger("delete", "AFTER DELETE", format!("WHEN OLD.{geometry} NOT NULL"), take("OLD")),
    ]
    .concat()
}
