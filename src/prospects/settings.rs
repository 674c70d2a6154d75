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
    /// Datum of the coordinates, if the row has none.
    pub datum: Datum,
    /// Sheet of a workbook; `None`: the sheet with most known columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Additional aliases of headers.
    pub columns: Aliases,
    /// Value of `source` for rows without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Value of `source_date` for rows without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_date: Option<Date>,
    /// Treatment of faulty rows.
    pub faulty_rows: FaultyRows,
}

/// Treatment of faulty rows of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultyRows {
    /// Stops with an error.
    #[default]
    Refuse,
    /// Leaves the row out, with a remark for each fault.
    LeaveOut,
}
