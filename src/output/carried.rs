//! Adds columns of the lists that the program does not know to the properties of the prospects.
//! Such a column is called a carried column.

use std::sync::Arc;

use geojson::Feature;
use jiff::civil::Date;
use serde_json::Value;

use super::Written;
use crate::plan_files::Moment;
use crate::prospects::Prospect;
use crate::units::Seconds;

/// Prefix for the name of a carried column if a property of the program has the same name.
const PREFIX: &str = "list_";

/// Adds the carried columns to the features of `prospects.geojson`. A value is text, or `null` if
/// the cell is blank. The columns keep the order of the lists.
pub(super) fn add(written: Written<'_>, features: &mut [Feature]) {
    let prospects = &written.plan.prospects;
    let mut headers: Vec<&Arc<str>> = Vec::new();
    for (header, _) in prospects.iter().flat_map(|prospect| extras(written, prospect)) {
        if !headers.contains(&header) {
            headers.push(header);
        }
    }
    for (feature, prospect) in features.iter_mut().zip(prospects) {
        let properties = feature.properties.get_or_insert_default();
        let ours: Vec<bool> = headers.iter().map(|h| properties.contains_key(h.as_ref())).collect();
        for (header, is_ours) in headers.iter().zip(ours) {
            let name = if is_ours { format!("{PREFIX}{header}") } else { header.to_string() };
            let text = prospect
                .extra
                .iter()
                .find(|(own, _)| own == *header)
                .map(|(_, text)| text.as_str());
            properties.insert(name, Value::from(text));
        }
    }
}

/// Returns the carried columns of a prospect. Leaves out personal columns if personal data are
/// dropped.
fn extras<'a>(
    written: Written<'a>,
    prospect: &'a Prospect,
) -> impl Iterator<Item = &'a (Arc<str>, String)> {
    let drops = move |header: &str| {
        let mut lists = written.territory.prospects.iter();
        written.sharing.drop_personal && lists.any(|list| list.settings.columns.is_personal(header))
    };
    prospect.extra.iter().filter(move |(header, _)| !drops(header))
}

impl Written<'_> {
    /// Returns the note of a prospect; `None` if personal data are dropped, because notes may be
    /// about people.
    pub(super) fn note(&self, prospect: &Prospect) -> Option<String> {
        prospect.note.clone().filter(|_| !self.sharing.drop_personal)
    }

    /// Returns the moment at which it is `time` on `date` in the time zone of the territory.
    pub(super) fn moment(&self, date: Date, time: Seconds) -> Moment {
        Moment::new(date, time, &self.territory.timezone)
    }
}
