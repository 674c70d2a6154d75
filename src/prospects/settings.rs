//! What is settled about a list before it is read.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Aliases;
use crate::datum::Datum;

/// What the keys of a list in the territory file say about it; a plan's summary keeps them, so that the list can be read
/// again as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListSettings {
    /// What its coordinates refer to, where no column says it.
    pub datum: Datum,
    /// The sheet of a workbook; otherwise the one with most known columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// What its headers mean, beyond what is known of itself.
    pub columns: Aliases,
    /// Which list it is, where its rows do not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// And of which day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_date: Option<Date>,
    /// What becomes of it if rows are at fault.
    pub faulty_rows: FaultyRows,
}

/// What becomes of a list that has rows at fault.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultyRows {
    /// Nothing is planned with it until they are mended.
    #[default]
    Refuse,
    /// They are left out, each with a remark.
    LeaveOut,
}
