//! Finds the header row and the meaning of its columns.

use csv::StringRecord;

use super::{ListColumn, ListSchema};
use crate::prospects::columns::{Aliases, Column, is_written_for_people, normalised};
use crate::prospects::fault::TableError;
use crate::remark::{Remark, RemarkCode};
use crate::suggest::nearest;

/// Number of rows among which the header is searched, from the top of the file; blank rows do not
/// count.
pub(in crate::prospects) const ROWS_SEARCHED: usize = 20;

/// The header row of a list.
pub(in crate::prospects) struct Header {
    /// Row number of the header, as a spreadsheet counts.
    pub(in crate::prospects) number: u32,
    pub(super) cells: StringRecord,
    /// Number of columns that the program knows.
    pub(super) known: usize,
    /// Rows above the header that are not blank: row number and first filled cell.
    pub(super) above: Vec<(u32, String)>,
}

impl Header {
    /// Returns the row that has the most known columns among the first `rows` of a file. If several
    /// rows have the same number of known columns, returns the first of them. `None` if all rows
    /// are blank.
    pub(in crate::prospects) fn find(
        rows: Vec<(u32, StringRecord)>,
        is_known: impl Fn(&str) -> bool,
    ) -> Option<Self> {
        let known = |cells: &StringRecord| cells.iter().filter(|cell| is_known(cell)).count();
        let is_blank = |cells: &StringRecord| cells.iter().all(|cell| cell.trim().is_empty());
        let filled: Vec<_> = rows.into_iter().filter(|(_, cells)| !is_blank(cells)).collect();
        // `max_by_key` returns the last of several equal rows; here the first is wanted.
        let best = (0..filled.len()).rev().max_by_key(|at| known(&filled[*at].1))?;
        let first_words = |cells: &StringRecord| {
            cells.iter().map(str::trim).find(|cell| !cell.is_empty()).unwrap_or_default().to_owned()
        };
        let above =
            filled[..best].iter().map(|(number, cells)| (*number, first_words(cells))).collect();
        let (number, cells) = filled.into_iter().nth(best)?;
        Some(Self { number, known: known(&cells), cells, above })
    }

    /// Finds the meaning of each column. If several columns have the same meaning, only the column
    /// is read whose header comes first in `columns.toml`; the others become unknown columns, with
    /// a remark.
    ///
    /// # Errors
    /// Two columns have the same name, or required columns are missing.
    pub(super) fn columns(
        &self,
        file: &str,
        schema: &ListSchema,
        aliases: &Aliases,
        remarks: &mut Vec<Remark>,
    ) -> Result<Vec<ListColumn>, TableError> {
        let mut best: Vec<Option<(u32, usize)>> = vec![None; Column::COUNT];
        let meanings: Vec<Option<(Column, u32)>> = self
            .cells
            .iter()
            .map(|header| {
                aliases.column(header).filter(|(column, _)| schema.columns.contains(column))
            })
            .collect();
        for (at, meaning) in meanings.iter().enumerate() {
            let Some((column, rank)) = *meaning else { continue };
            let best = &mut best[column as usize];
            match *best {
                Some((least, other)) if least == rank => {
                    let same = normalised(&self.cells[at]) == normalised(&self.cells[other]);
                    if same || rank == 0 {
                        let column = self.cells[at].trim().to_owned();
                        return Err(TableError::DuplicateColumn { file: file.to_owned(), column });
                    }
                }
                Some((least, _)) if least < rank => {}
                _ => *best = Some((rank, at)),
            }
        }
        let mut columns = Vec::new();
        for (at, header) in self.cells.iter().enumerate() {
            let column = meanings[at].map(|(column, _)| column);
            let is_read = column.is_some_and(|c| best[c as usize].is_some_and(|(_, b)| b == at));
            if let (Some(column), false) = (column, is_read) {
                let (_, other) = best[column as usize].expect("some header means the column");
                remarks.push(Remark::new(
                    RemarkCode::SecondColumn,
                    format!(
                        "{file}: columns {} \"{}\" and {} \"{}\" both mean \"{}\"; the first is read, the second is kept as an unknown column",
                        other + 1,
                        self.cells[other].trim(),
                        at + 1,
                        header.trim(),
                        column.name()
                    ),
                ));
            }
            let header = header.trim().to_owned();
            columns.push(ListColumn { header, column: column.filter(|_| is_read) });
        }
        let has = |column: &Column| best[*column as usize].is_some();
        let mut missing: Vec<&'static str> = Vec::new();
        if !schema.any_of.is_empty() && !schema.any_of.iter().any(has) {
            missing.extend(schema.any_of.iter().map(|column| column.name()));
        }
        missing.extend(schema.required.iter().filter(|c| !has(c)).map(|column| column.name()));
        if missing.is_empty() {
            Ok(columns)
        } else {
            let found = columns.into_iter().map(|column| column.header).collect();
            Err(TableError::MissingColumns { file: file.to_owned(), missing, found })
        }
    }

    /// Returns a remark that names the rows above the header. These rows are not read.
    pub(super) fn remark_rows_above(&self, file: &str) -> Option<Remark> {
        let (last, _) = self.above.last()?;
        let (first, words) = &self.above[0];
        let rows = match first == last {
            true => format!("row {first} above it (\"{words}\") was"),
            false => format!("rows {first} to {last} above it (\"{words}\") were"),
        };
        let message = format!("{file}: the header is row {}; {rows} not read", self.number);
        Some(Remark::new(RemarkCode::RowsAboveHeader, message))
    }
}

/// Returns a remark that names the unknown columns, each with the known column of the most similar
/// name.
pub(super) fn remark_unknown_columns(
    file: &str,
    columns: &[ListColumn],
    schema: &ListSchema,
    is_used: impl Fn(usize) -> bool,
) -> Vec<Remark> {
    let has = |known: &Column| columns.iter().any(|column| column.column == Some(*known));
    let unused: Vec<&str> =
        schema.columns.iter().filter(|known| !has(known)).map(|known| known.name()).collect();
    let unknown = columns.iter().enumerate().filter(|(at, column)| {
        column.column.is_none()
            && (!column.header.is_empty() || is_used(*at))
            && !is_written_for_people(&column.header)
    });
    unknown
        .map(|(at, column)| {
            let hint = nearest(&normalised(&column.header), unused.iter().copied())
                .map_or(String::new(), |meant| format!("; did you mean \"{meant}\"?"));
            Remark::new(
                RemarkCode::UnknownColumn,
                format!(
                    "{file}: column {} \"{}\" is unknown and is copied to the output unchanged{hint}",
                    at + 1,
                    column.header
                ),
            )
        })
        .collect()
}
