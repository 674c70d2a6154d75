//! What can be wrong with a table, said so that the person who keeps it can mend it.

use std::fmt;
use std::io;

use super::text::NoText;

/// Why a list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It cannot be read at all.
    #[error("{file} cannot be read")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        source: io::Error,
    },
    /// It is no text.
    #[error("{file} {reason}")]
    NoText {
        /// The file.
        file: String,
        /// Why not.
        reason: NoText,
    },
    /// There is nothing in it.
    #[error("{file} is empty; expected a header row with the columns {}", required.join(", "))]
    Empty {
        /// The file.
        file: String,
        /// The columns it needs.
        required: Vec<&'static str>,
    },
    /// It has more text than can be read.
    #[error("{file} has more than 4 GB of text; divide it")]
    TooLarge {
        /// The file.
        file: String,
    },
    /// The workbook does not have the sheet that is asked for.
    #[error("{file} has no sheet \"{sheet}\" (it has: {})", sheets.join(", "))]
    NoSheet {
        /// The file.
        file: String,
        /// The sheet that is asked for.
        sheet: String,
        /// Those it has.
        sheets: Vec<String>,
    },
    /// There is a header and nothing below it.
    #[error("{file} has a header but no rows; list the outlets, one a row")]
    NoRows {
        /// The file.
        file: String,
    },
    /// None of its rows has a position, and none was found.
    #[error(
        "{file}: none of its {rows} rows has a position, and by their addresses none was found; add the columns lon and lat, or better addresses (`beatplan prospects geocode` shows what is found)"
    )]
    NoPositions {
        /// The file.
        file: String,
        /// How many rows it has.
        rows: usize,
    },
    /// Its header lacks columns.
    #[error("{file} lacks {} (it has: {}); add what is missing, or rename the column that holds it", quoted(missing), found.join(", "))]
    MissingColumns {
        /// The file.
        file: String,
        /// What is missing.
        missing: Vec<&'static str>,
        /// What it has.
        found: Vec<String>,
    },
    /// Two columns have the same name.
    #[error("{file} has two columns \"{column}\"; rename or remove one")]
    DuplicateColumn {
        /// The file.
        file: String,
        /// Their name.
        column: String,
    },
    /// Some rows are at fault: all faults of all rows, in order.
    #[error("{}", list(file, faults))]
    Faults {
        /// The file.
        file: String,
        /// The faults.
        faults: Vec<RowFault>,
    },
}

/// How many faults of one file a message spells out.
const FAULTS_SHOWN: usize = 50;

fn list(file: &str, faults: &[RowFault]) -> String {
    let mut lines: Vec<String> =
        faults.iter().take(FAULTS_SHOWN).map(|fault| format!("{file}, {fault}")).collect();
    if faults.len() > FAULTS_SHOWN {
        lines.push(format!(
            "{file}: {} faults in all, {} more than shown here",
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
    /// The row as a spreadsheet counts: the header is row 1, blank rows count, a cell with line breaks is in one row.
    pub row: u64,
    /// The column, or `None` where the whole row is at fault.
    pub column: Option<String>,
    /// What stands there.
    pub found: String,
    /// What should, and what to do where that is not plain.
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

/// The first line of `text`, up to 60 characters of it.
fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let start: String = line.chars().take(60).collect();
    if start.len() < text.len() { start + "…" } else { start }
}
