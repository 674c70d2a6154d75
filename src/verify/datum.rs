//! Check of the copies of stops and routes in a shifted datum: same features, same places.

use std::path::Path;

use serde_json::Value;

use super::report::{Checking, Place, json, shown};
use super::written::{ReadError, Route, Stop, WrittenPlan};
use crate::datum::{Datum, is_mainland};
use crate::lonlat::LonLat;
use crate::plan_files::{WHOLE_FILE, files, read_features};

/// Tolerance in degrees. Both files are rounded to six decimals.
const ROUNDED_BY: f64 = 1.2e-6;

/// The name of a feature and its positions.
type Drawn = (String, Vec<LonLat>);

/// Reads the shifted files of the plan in `folder`, shifts every position back and compares it with
/// the plan. Fails if a file cannot be read or has faults.
pub(super) fn check(
    folder: &Path,
    plan: &WrittenPlan,
    datum: Datum,
) -> Result<Checking, ReadError> {
    let (routes_file, stops_file) = files::in_datum(datum);
    let read = |file: &str| {
        let path = folder.join(file);
        std::fs::read_to_string(&path).map_err(|source| ReadError::Io { path, source })
    };
    let damaged = |faults| ReadError::Faults { folder: folder.to_owned(), faults };
    let route = |route: &Route| (route.route_id.clone(), route.geometry.clone());
    let stop = |stop: &Stop| (stop.place().feature, vec![stop.geometry]);
    let routes: Vec<Route> = read_features(routes_file, &read(routes_file)?).map_err(damaged)?;
    let stops: Vec<Stop> = read_features(stops_file, &read(stops_file)?).map_err(damaged)?;
    let claim = "of the shifted files, at its place when shifted back";
    let mut check = Checking::new("datum", "feature", claim);
    let found: Vec<_> = routes.iter().map(|r| (r.all.get("datum"), route(r))).collect();
    let expected: Vec<Drawn> = plan.routes.iter().map(route).collect();
    compare(&mut check, routes_file, datum, &found, &expected);
    let found: Vec<_> = stops.iter().map(|s| (s.all.get("datum"), stop(s))).collect();
    let expected: Vec<Drawn> = plan.stops.iter().map(stop).collect();
    compare(&mut check, stops_file, datum, &found, &expected);
    Ok(check)
}

fn compare(
    check: &mut Checking,
    file: &'static str,
    datum: Datum,
    found: &[(Option<&Value>, Drawn)],
    expected: &[Drawn],
) {
    let whole = Place { file, feature: WHOLE_FILE.to_owned() };
    check.equal(&whole, "features", found.len(), expected.len());
    for ((said, (name, shifted)), (feature, places)) in found.iter().zip(expected) {
        check.count();
        let at = Place { file, feature: feature.clone() };
        check.equal(&at, "id", name, feature);
        check.equal(&at, "datum", shown(*said), json(datum.to_string()).to_string());
        check.equal(&at, "positions", shifted.len(), places.len());
        let off = shifted.iter().zip(places).find(|(there, here)| !agree(datum, **there, **here));
        if let Some((there, here)) = off {
            let found = format!("{}, {}", there.lon, there.lat);
            let expected = format!("{}, {} in {datum}", here.lon, here.lat);
            check.violation(&at, "geometry", found, expected);
        }
    }
}

/// Returns whether `there` in `datum` is the same place as `here` in WGS-84. Positions outside
/// mainland China are not shifted.
fn agree(datum: Datum, there: LonLat, here: LonLat) -> bool {
    let back = if is_mainland(here) { datum.to_wgs84(there) } else { there };
    (back.lon - here.lon).abs() <= ROUNDED_BY && (back.lat - here.lat).abs() <= ROUNDED_BY
}
