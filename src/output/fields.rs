//! What the fields of all layers hold and what people call them, for formats that keep types and captions.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FieldType {
    /// Words.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Real,
    /// True or false.
    Boolean,
    /// Days: `2026-11-25`.
    Date,
    /// Moments: ISO 8601 with an offset.
    Datetime,
}

/// The language of captions, titles and legends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

/// The same in each [`Language`], in their order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Words([String; 2]);

impl Words {
    pub(super) fn of(&self, language: Language) -> &str {
        &self.0[language as usize]
    }
}

/// One line of `fields.toml`.
#[derive(Deserialize)]
struct Field(FieldType, String, String);

static FIELDS: LazyLock<BTreeMap<String, Field>> = LazyLock::new(|| {
    toml::from_str(include_str!("fields.toml")).expect("the file is part of the program")
});

/// What a field of this name holds; `None` for columns of a list that are merely carried along, which are text.
pub(super) fn known_type(field: &str) -> Option<FieldType> {
    FIELDS.get(field).map(|field| field.0)
}

/// What people call a field; its own name if it is none of ours.
pub(super) fn caption(field: &str, language: Language) -> &str {
    match (FIELDS.get_key_value(field), language) {
        (Some((_, Field(_, english, _))), Language::English) => english,
        (Some((_, Field(_, _, chinese))), Language::Chinese) => chinese,
        (None, _) => field,
    }
}
