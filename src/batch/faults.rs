//! Holds the faults that prevent a plan.

use std::error::Error;

/// Faults that prevent a plan. Each is one line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Faults(pub(super) Vec<String>);

/// Converts an error to lines: its message and the messages of its causes.
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
    /// Returns faults with the single fault `fault`.
    pub(super) fn one(fault: String) -> Self {
        Self(vec![fault])
    }
}
