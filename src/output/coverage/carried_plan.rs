//! The layers of a plan, read back from its folder so that routes and gaps lie in one map.

use std::io;
use std::path::Path;

use geojson::{FeatureCollection, GeoJson};
use serde_json::Value;

use crate::output::WriteError;
use crate::output::layer::Layer;

/// Those that are carried along; a plan may have fewer.
const LAYERS: [&str; 4] = ["stops", "phone_calls", "routes", "legs"];

/// What is nobody else's business.
const PERSONAL: [&str; 3] = ["note", "occasion", "phone"];

/// The layers of the plan in `folder` that are there, without what is personal if it is to be dropped.
///
/// # Errors
/// [`WriteError::Io`] if one cannot be read.
pub(super) fn layers(folder: &Path, drop_personal: bool) -> Result<Vec<Layer>, WriteError> {
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
