//! Names and classes of roads, each once, one after the other in one text.

use rustc_hash::FxHashMap;

use super::flat::Flat;

/// Texts by number; 0 is the empty one.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Labels {
    /// Where each text ends in `text`.
    pub(super) ends: Flat<u32>,
    /// All texts, UTF-8.
    pub(super) text: Flat<u8>,
}

impl Labels {
    /// The text with number `id`; empty if that is not there, or not UTF-8.
    pub(super) fn get(&self, id: u32) -> &str {
        let at = id as usize;
        let end = |at: usize| self.ends.get(at).map(|end| *end as usize);
        let start = at.checked_sub(1).map_or(Some(0), end);
        let bytes = start.zip(end(at)).and_then(|(start, end)| self.text.get(start..end));
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("")
    }

    /// The number of `text`, if it is there. O(texts).
    pub(super) fn find(&self, text: &str) -> Option<u32> {
        (0..self.ends.len() as u32).find(|id| self.get(*id) == text)
    }
}

/// [`Labels`] while they are being collected.
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

    /// The number of `text`, a new one if it is new.
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
