//! Errors of lists and their rows, with enough detail to correct the file.

use std::fmt;
use std::io;

use super::text::ContentsError;

/// Error of a list.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message shows each field")]
pub enum TableError {
    /// The file cannot be read.
    #[error("{file} cannot be read")]
    Unreadable { file: String, source: io::Error },
    /// The contents are neither text nor a readable workbook.
    #[error("{file} {reason}")]
    Contents { file: String, reason: ContentsError },
    /// The file has no rows at all.
    #[error("{file} is empty; expected a header row with the columns {}", required.join(", "))]
    Empty { file: String, required: Vec<&'static str> },
    /// The file has more text than the reader can hold.
    #[error("{file} has more than 4 GB of text; divide it")]
    TooLarge { file: String },
    /// The workbook lacks the requested sheet.
    #[error("{file} has no sheet \"{sheet}\" (it has: {})", sheets.join(", "))]
    NoSheet { file: String, sheet: String, sheets: Vec<String> },
    /// The file has a header and no rows below it.
    #[error("{file} has a header but no rows; add one row per outlet")]
    NoRows { file: String },
    /// No row has a position, and no address was found.
    #[error(
        "{file}: none of the {rows} rows has lon and lat, and none was found by its address; add the columns lon and lat, or correct the addresses (`beatplan prospects geocode` shows which are found)"
    )]
    NoPositions { file: String, rows: usize },
    /// The header lacks columns.
    #[error("{file} lacks {} (it has: {}); add the missing columns, or rename the columns that hold these values", quoted(missing), found.join(", "))]
    MissingColumns { file: String, missing: Vec<&'static str>, found: Vec<String> },
    /// Two columns have the same name.
    #[error("{file} has two columns \"{column}\"; rename or remove one")]
    DuplicateColumn { file: String, column: String },
    /// Rows have faults.
    #[error("{}", list(file, faults))]
    Faults { file: String, faults: Vec<RowFault> },
}

/// Maximum number of faults of one file in a message.
const FAULTS_SHOWN: usize = 50;

fn list(file: &str, faults: &[RowFault]) -> String {
    let mut lines: Vec<String> =
        faults.iter().take(FAULTS_SHOWN).map(|fault| format!("{file}, {fault}")).collect();
    if faults.len() > FAULTS_SHOWN {
        lines.push(format!(
            "{file}: {} faults in total; {} are not shown here",
            faults.len(),
            faults.len() - FAULTS_SHOWN
        ));
    }
    lines.join("\n")
}

fn quoted(columns: &[&str]) -> String {
    columns
        .iter()
        .map(|column| format!("the column \"{column}\""))
        .collect::<Vec<_>>()
        .join(" and ")
}

/// One fault of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Row number as a spreadsheet counts: from 1, blank rows count, a row with line breaks counts
    /// once.
    pub row: u64,
    /// Header of the column; `None` if the fault is of the whole row.
    pub column: Option<String>,
    /// Contents of the cell, or a description of the row.
    pub found: String,
    /// Expected contents, and the correction if it is not obvious.
    pub expected: String,
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}", self.row)?;
        match &self.column {
            Some(column) => {
                write!(f, ", column \"{column}\": found \"{}\"", shortened(&self.found))?
            }
            None => write!(f, ": found {}", self.found)?,
        }
        write!(f, ", expected {}", self.expected)
    }
}

/// Returns the first line of `text`, up to 60 characters.
fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let start: String = line.chars().take(60).collect();
    if start.len() < text.len() { start + "…" } else { start }
}
