//! Defines the names of the files of plans and coverages.

use crate::datum::Datum;

/// Routes: a LineString for each rep and day, along the roads.
pub const ROUTES: &str = "routes.geojson";
/// Stops: a Point for each visit.
pub const STOPS: &str = "stops.geojson";
/// Prospects: a Point for each prospect of the lists that has a position.
pub const PROSPECTS: &str = "prospects.geojson";
/// Telephone calls: a Point for each call that is due.
pub const PHONE_CALLS: &str = "phone_calls.geojson";
/// Figures, settings and remarks.
pub const SUMMARY: &str = "summary.json";
/// Routes in GCJ-02.
pub const ROUTES_GCJ02: &str = "routes.gcj02.geojson";
/// Stops in GCJ-02.
pub const STOPS_GCJ02: &str = "stops.gcj02.geojson";
/// Routes in BD-09.
pub const ROUTES_BD09: &str = "routes.bd09.geojson";
/// Stops in BD-09.
pub const STOPS_BD09: &str = "stops.bd09.geojson";
/// Legs: a LineString for each leg of a route; only in the QGIS format.
pub const LEGS: &str = "legs.geojson";
/// Issues: a Point for each outlet that a person should check; only in the QGIS format.
pub const ISSUES: &str = "issues.geojson";
/// All layers in one file, with types, captions and styles; only in the QGIS format.
pub const GEOPACKAGE: &str = "territory.gpkg";
/// The QGIS project of these layers; only in the QGIS format.
pub const PROJECT: &str = "territory.qgz";
/// Names of the files that only the QGIS format has, except layers and their styles. QGIS makes the
/// last two while it has the GeoPackage open.
pub(crate) const FOR_QGIS: [&str; 4] =
    [GEOPACKAGE, PROJECT, "territory.gpkg-wal", "territory.gpkg-shm"];
/// Names of all files of a plan, except styles and files that QGIS itself makes.
pub const PLAN: [&str; 11] = [
    ROUTES,
    STOPS,
    PROSPECTS,
    PHONE_CALLS,
    SUMMARY,
    ROUTES_GCJ02,
    STOPS_GCJ02,
    ROUTES_BD09,
    STOPS_BD09,
    LEGS,
    ISSUES,
];
/// Names of all files of a coverage, except styles and files that QGIS itself makes.
pub const COVERAGE: [&str; 20] = [
    PROSPECTS,
    ISSUES,
    STOPS,
    PHONE_CALLS,
    ROUTES,
    LEGS,
    "on_the_way.geojson",
    "alignment.geojson",
    "adherence.geojson",
    "half_day_stops.geojson",
    "half_day_routes.geojson",
    "where_next.geojson",
    "homes.geojson",
    "outlets.geojson",
    "search_here.geojson",
    "isochrones.geojson",
    "coverage_cells.geojson",
    "admin_areas.geojson",
    "territory.geojson",
    SUMMARY,
];

/// Returns the names of the files with routes and stops in `datum`.
pub(crate) fn in_datum(datum: Datum) -> (&'static str, &'static str) {
    match datum {
        Datum::Wgs84 => (ROUTES, STOPS),
        Datum::Gcj02 => (ROUTES_GCJ02, STOPS_GCJ02),
        Datum::Bd09 => (ROUTES_BD09, STOPS_BD09),
    }
}
