//! Columns of the lists that mean nothing to the program, carried along as properties of the prospects.

use std::sync::Arc;

use geojson::Feature;
use serde_json::Value;

use super::Written;
use crate::prospects::Prospect;

/// Stands before the name of a carried column that is also the name of a property of ours.
const PREFIX: &str = "list_";

/// Adds the carried columns to the features of `prospects.geojson`, one a prospect: text, or `null` where the row says
/// nothing. They come in the order in which the lists have them.
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

/// What is carried of a prospect, without what is personal if that is not to be handed on.
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

impl<'a> Written<'a> {
    /// The note of a prospect, if it may be handed on: notes say what they like, also about people.
    pub(super) fn note(&self, prospect: &'a Prospect) -> Option<&'a str> {
        prospect.note.as_deref().filter(|_| !self.sharing.drop_personal)
    }
}
