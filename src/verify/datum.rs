//! Stops and routes that are there once more in a shifted datum: the same ones, at the same places.

use std::path::Path;

use super::report::{Checking, Place};
use super::row::{Row, read_features};
use super::written::{ReadError, ReadFault, WrittenPlan};
use crate::datum::{Datum, is_mainland};
use crate::lonlat::LonLat;

/// Both files are rounded to six decimals, and shifted back the rounding stays what it was.
const ROUNDED_BY: f64 = 1.2e-6;

/// A feature of a shifted file: who it is, and where.
struct Shifted {
    datum: String,
    feature: String,
    places: Vec<LonLat>,
}

/// Reads the shifted files of the plan in `folder` and shifts every position back.
pub(super) fn check(
    folder: &Path,
    plan: &WrittenPlan,
    datum: Datum,
) -> Result<Checking, ReadError> {
    let (routes, stops) = match datum {
        Datum::Wgs84 => (super::written::ROUTES, super::written::STOPS),
        Datum::Gcj02 => ("routes.gcj02.geojson", "stops.gcj02.geojson"),
        Datum::Bd09 => ("routes.bd09.geojson", "stops.bd09.geojson"),
    };
    let read = |file: &'static str, read: fn(&Row) -> Result<Shifted, ReadFault>| {
        let path = folder.join(file);
        let text =
            std::fs::read_to_string(&path).map_err(|source| ReadError::Io { path, source })?;
        read_features(file, &text, read)
            .map_err(|faults| ReadError::Faults { folder: folder.to_owned(), faults })
    };
    let claim = "of the shifted files, at its place when shifted back";
    let mut check = Checking::new("datum", "feature", claim);
    let expected: Vec<_> =
        plan.routes.iter().map(|route| (route.route_id.clone(), route.course.clone())).collect();
    compare(&mut check, routes, datum, &read(routes, route)?, &expected);
    let stop = |stop: &super::written::Stop| {
        (stop_name(&stop.route_id, stop.stop_no, &stop.id), vec![stop.at])
    };
    let expected: Vec<_> = plan.stops.iter().map(stop).collect();
    compare(&mut check, stops, datum, &read(stops, self::stop)?, &expected);
    Ok(check)
}

fn compare(
    check: &mut Checking,
    file: &'static str,
    datum: Datum,
    found: &[Shifted],
    expected: &[(String, Vec<LonLat>)],
) {
    let whole = Place { file, feature: super::written::WHOLE_FILE.to_owned() };
    check.equal(&whole, "features", found.len(), expected.len());
    for (shifted, (feature, places)) in found.iter().zip(expected) {
        check.count();
        let at = Place { file, feature: feature.clone() };
        check.equal(&at, "id", &shifted.feature, feature);
        check.equal(&at, "datum", &shifted.datum, &datum.to_string());
        check.equal(&at, "positions", shifted.places.len(), places.len());
        let off =
            shifted.places.iter().zip(places).find(|(there, here)| !agree(datum, **there, **here));
        if let Some((there, here)) = off {
            let found = format!("{}, {}", there.lon, there.lat);
            let expected = format!("{}, {} in {datum}", here.lon, here.lat);
            check.violation(&at, "geometry", found, expected);
        }
    }
}

/// Whether `there`, in `datum`, is `here`, in WGS-84. Nothing is shifted outside mainland China.
fn agree(datum: Datum, there: LonLat, here: LonLat) -> bool {
    let back = if is_mainland(here) { datum.to_wgs84(there) } else { there };
    (back.lon - here.lon).abs() <= ROUNDED_BY && (back.lat - here.lat).abs() <= ROUNDED_BY
}

fn route(row: &Row) -> Result<Shifted, ReadFault> {
    Ok(Shifted { datum: row.get("datum")?, feature: row.get("route_id")?, places: row.line()? })
}

fn stop(row: &Row) -> Result<Shifted, ReadFault> {
    let (route, number, id) =
        (row.get::<String>("route_id")?, row.get("stop_no")?, row.get::<String>("id")?);
    let feature = stop_name(&route, number, &id);
    Ok(Shifted { datum: row.get("datum")?, feature, places: vec![row.point()?] })
}

fn stop_name(route: &str, number: usize, id: &str) -> String {
    format!("{route} stop {number} ({id})")
}
