//! Reads the layers of a plan from its folder, so that one map shows the routes of the plan and the
//! gaps of the coverage.

use std::io;
use std::path::Path;

use geojson::{Feature, FeatureCollection, GeoJson, GeometryValue, Position};
use serde_json::Value;

use crate::output::WriteError;
use crate::output::layer::Layer;
use crate::plan_files::PlanSummary;
use crate::plan_files::files::SUMMARY;

/// Names of the layers that are read. A plan may lack some of them.
const LAYERS: [&str; 6] = ["stops", "phone_calls", "routes", "legs", "prospects", "issues"];

/// Names of the properties that hold personal data.
const PERSONAL: [&str; 3] = ["note", "occasion", "phone"];

/// Returns the layers that the plan in `folder` has. If `drop_personal` is true, personal
/// properties are `null`.
///
/// # Errors
/// [`WriteError::PlanLayer`] if a layer or the summary cannot be read. [`WriteError::PersonalPlan`]
/// if personal data must be dropped and the plan was written with personal columns of lists: they
/// cannot be recognised in the plan.
pub(super) fn layers(folder: &Path, drop_personal: bool) -> Result<Vec<Layer>, WriteError> {
    if drop_personal {
        let path = folder.join(SUMMARY);
        let failed = |source| WriteError::PlanLayer { path: path.clone(), source };
        let text = std::fs::read(&path).map_err(failed)?;
        let summary: PlanSummary =
            serde_json::from_slice(&text).map_err(|error| failed(error.into()))?;
        if !summary.personal_dropped {
            return Err(WriteError::PersonalPlan { folder: folder.to_owned() });
        }
    }
    let mut layers = Vec::new();
    for name in LAYERS {
        let path = folder.join(format!("{name}.geojson"));
        let failed = |source| WriteError::PlanLayer { path: path.clone(), source };
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            text => text.map_err(failed)?,
        };
        let damaged = |why: String| failed(io::Error::new(io::ErrorKind::InvalidData, why));
        let found = text.parse::<GeoJson>().and_then(FeatureCollection::try_from);
        let mut features = found.map_err(|error| damaged(error.to_string()))?.features;
        if !features.iter().all(is_drawable) {
            return Err(damaged("a feature is neither a point nor a line".to_owned()));
        }
        for feature in features.iter_mut().filter(|_| drop_personal) {
            let properties = feature.properties.iter_mut().flatten();
            properties
                .filter(|(key, _)| PERSONAL.contains(&key.as_str()))
                .for_each(|(_, value)| *value = Value::Null);
        }
        layers.push(Layer { name, features });
    }
    Ok(layers)
}

/// Returns whether a feature is a point or a line whose positions all have a longitude and a
/// latitude.
fn is_drawable(feature: &Feature) -> bool {
    let is_whole = |at: &Position| at.as_slice().len() >= 2;
    match feature.geometry.as_ref().map(|geometry| &geometry.value) {
        Some(GeometryValue::Point { coordinates }) => is_whole(coordinates),
        Some(GeometryValue::LineString { coordinates }) => {
            coordinates.len() >= 2 && coordinates.iter().all(is_whole)
        }
        _ => false,
    }
}
