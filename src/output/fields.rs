//! Defines the types and captions of the fields of all layers, for file formats that store them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Type of the values of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FieldType {
    Text,
    Integer,
    Real,
    Boolean,
    /// A day, for example `2026-11-25`.
    Date,
    /// A moment in ISO 8601 with an offset from UTC.
    Datetime,
}

/// Language of captions, titles and legends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

/// A text in each [`Language`], in the order of the languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Words([String; 2]);

impl Words {
    pub(super) fn of(&self, language: Language) -> &str {
        &self.0[language as usize]
    }
}

/// One line of `fields.toml`: the type, the English caption and the Chinese caption of a field.
#[derive(Deserialize)]
struct Field(FieldType, String, String);

static FIELDS: LazyLock<BTreeMap<String, Field>> = LazyLock::new(|| {
    toml::from_str(include_str!("fields.toml")).expect("the file is part of the program")
});

/// Returns the type of a field; `None` for a carried column of a list, whose values are text.
pub(super) fn known_type(field: &str) -> Option<FieldType> {
    FIELDS.get(field).map(|field| field.0)
}

/// Returns the caption of a field. If `fields.toml` has no caption for it, returns the name of the
/// field.
pub(super) fn caption(field: &str, language: Language) -> &str {
    match (FIELDS.get_key_value(field), language) {
        (Some((_, Field(_, english, _))), Language::English) => english,
        (Some((_, Field(_, _, chinese))), Language::Chinese) => chinese,
        (None, _) => field,
    }
}
