//! Adds the field `hours`, such as `09:04-09:24`. It is the time of day as a text that all programs
//! show in the same way. If the text had a dash instead of the hyphen, GDAL would read it as a time
//! and drop the second half.

use crate::output::layer::Layer;

/// Name of the field.
pub(super) const FIELD: &str = "hours";

/// Adds the field to a layer whose features have a begin and an end. The field follows `end_time`.
/// It is `null` if the begin or the end is `null`.
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
