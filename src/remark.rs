//! What a stage has to say about its work that is no error: something was left out, guessed or looks wrong.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// One remark, for the terminal and for `summary.json`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Remark {
    /// What kind of thing is remarked on, in snake_case, stable for machines (`"snap_failed"`, `"conditional_restriction"`).
    pub code: Cow<'static, str>,
    /// One sentence for a person: where, what was found, what was done about it.
    pub message: String,
}

impl Remark {
    /// A remark of kind `code` that says `message`.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code: Cow::Borrowed(code), message: message.into() }
    }
}

/// The first `most` of `items` joined by commas, and how many more there are.
pub fn list_some<T: std::fmt::Display>(items: &[T], most: usize) -> String {
    let mut text = items.iter().take(most).map(T::to_string).collect::<Vec<_>>().join(", ");
    if items.len() > most {
        text.push_str(&format!(" and {} more", items.len() - most));
    }
    text
}
