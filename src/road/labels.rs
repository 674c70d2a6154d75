//! Names and classes of roads.

use std::fmt;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::flat::Flat;

/// Name and class of a road.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoadName {
    /// Its name, or its reference number such as `A10`; empty if it has neither.
    pub name: String,
    /// The value of `highway=*`, or `ferry`.
    pub class: String,
}

/// Writes `Triq il-Kbira (residential)` or `an unnamed road (track)`.
impl fmt::Display for RoadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.is_empty() {
            true => write!(f, "an unnamed road ({})", self.class),
            false => write!(f, "{} ({})", self.name, self.class),
        }
    }
}

/// Distinct texts by number, stored one after the other; number 0 is the empty text.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Labels {
    /// End of each text in `text`.
    pub(super) ends: Flat<u32>,
    /// All texts in UTF-8.
    pub(super) text: Flat<u8>,
}

impl Labels {
    /// Returns the text with number `id`; empty if there is none or it is not UTF-8.
    pub(super) fn get(&self, id: u32) -> &str {
        let at = id as usize;
        let end = |at: usize| self.ends.get(at).map(|end| *end as usize);
        let start = at.checked_sub(1).map_or(Some(0), end);
        let bytes = start.zip(end(at)).and_then(|(start, end)| self.text.get(start..end));
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("")
    }

    /// Returns the number of `text`. O(texts).
    pub(super) fn find(&self, text: &str) -> Option<u32> {
        (0..self.ends.len() as u32).find(|id| self.get(*id) == text)
    }
}

pub(super) struct LabelWriter {
    ids: FxHashMap<String, u32>,
    ends: Vec<u32>,
    text: Vec<u8>,
}

impl LabelWriter {
    pub(super) fn new() -> Self {
        let mut writer = Self { ids: FxHashMap::default(), ends: Vec::new(), text: Vec::new() };
        writer.id("");
        writer
    }

    /// Returns the number of `text`, and adds it if it is new.
    pub(super) fn id(&mut self, text: &str) -> u32 {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let id = self.ends.len() as u32;
        self.text.extend_from_slice(text.as_bytes());
        self.ends.push(self.text.len() as u32);
        self.ids.insert(text.to_owned(), id);
        id
    }

    pub(super) fn finish(self) -> Labels {
        Labels { ends: self.ends.into(), text: self.text.into() }
    }
}
