//! Why a territory has no plan, line by line.

use std::error::Error;

/// One line a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Faults(pub(super) Vec<String>);

/// The lines of an error and its causes.
impl<E: Error> From<E> for Faults {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            text.push_str(&format!(": {error}"));
            cause = error.source();
        }
        Self(text.lines().map(str::to_owned).collect())
    }
}

impl Faults {
    /// A single one.
    pub(super) fn one(fault: String) -> Self {
        Self(vec![fault])
    }
}
