//! The field `hours`, such as `09:04-09:24`: the time of day as a text that all programs show
//! alike. With a dash instead of the hyphen GDAL would read it as a time and drop the second half.

use crate::output::layer::Layer;

/// The field.
pub(super) const FIELD: &str = "hours";

/// Adds the field to a layer whose features begin and end. It stands behind `end_time`, and is
/// `null` where either is.
pub(super) fn add(layer: &mut Layer) {
    for feature in &mut layer.features {
        let Some(properties) = feature.properties.take() else { continue };
        let clock = |field: &str| {
            let moment = properties.get(field)?.as_str()?;
            moment.get(11..16).map(str::to_owned)
        };
        let hours = clock("start_time").zip(clock("end_time"));
        let hours = hours.map(|(start, end)| format!("{start}-{end}"));
        let mut with_hours = geojson::JsonObject::new();
        for (name, value) in properties {
            let is_end = name == "end_time";
            with_hours.insert(name, value);
            if is_end {
                with_hours.insert(FIELD.to_owned(), hours.clone().into());
            }
        }
        feature.properties = Some(with_hours);
    }
}
