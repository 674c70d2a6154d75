//! Settings of one list.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Aliases;
use crate::datum::Datum;

/// Settings of one list, from its table `[[prospects]]` in the territory file.
///
/// The summary of a plan stores them, so that `verify` reads the list in the same way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListSettings {
    /// Datum of the coordinates in rows that do not state a datum.
    pub datum: Datum,
    /// Name of the sheet to read in a workbook; `None`: the sheet with the most known columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Aliases of headers in addition to those of `columns.toml`.
    pub columns: Aliases,
    /// Value of `source` in rows that have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Value of `source_date` in rows that have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_date: Option<Date>,
    /// Treatment of rows that have faults.
    pub faulty_rows: FaultyRows,
}

/// Treatment of rows that have faults.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultyRows {
    /// The list is refused with an error.
    #[default]
    Refuse,
    /// The rows are left out, with a remark for each fault.
    LeaveOut,
}
