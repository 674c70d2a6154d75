//! A CSV file as a table: columns by name, rows by the number a spreadsheet shows, no opinion on what the cells mean.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};

use super::fault::{RowFault, TableError};
use super::text::{self, Delimiter};
use crate::remark::Remark;
use crate::suggest::nearest;

/// What a kind of table consists of.
pub(super) struct TableFormat {
    /// All columns that have a meaning.
    pub(super) columns: &'static [&'static str],
    /// Those it cannot do without.
    pub(super) required: &'static [&'static str],
}

/// A table that could be read, row faults aside.
pub(super) struct Table {
    /// The file it comes from, for messages.
    pub(super) file: String,
    /// All rows that have as many cells as the header; blank rows are left out.
    pub(super) rows: Vec<Row>,
    /// What is wrong with the other rows.
    pub(super) faults: Vec<RowFault>,
    /// Unknown columns, an unusual encoding, a table without rows.
    pub(super) remarks: Vec<Remark>,
    /// Where each known column is.
    columns: BTreeMap<&'static str, usize>,
}

/// One row.
pub(super) struct Row {
    /// As a spreadsheet counts: the header is row 1.
    pub(super) number: u64,
    cells: StringRecord,
}

impl Table {
    /// The text of `row` in `column` without surrounding blanks; `None` if the column is not there or the cell is blank.
    pub(super) fn cell<'a>(&self, row: &'a Row, column: &str) -> Option<&'a str> {
        let at = *self.columns.get(column)?;
        row.cells.get(at).map(str::trim).filter(|text| !text.is_empty())
    }

    /// Reads the contents `bytes` of `file`.
    ///
    /// # Errors
    /// No text, no header, or a header that will not do.
    pub(super) fn read(file: &str, bytes: &[u8], format: &TableFormat) -> Result<Self, TableError> {
        let decoded = text::decode(bytes)
            .map_err(|reason| TableError::NoText { file: file.to_owned(), reason })?;
        let mut remarks = Vec::new();
        if decoded.encoding != encoding_rs::UTF_8 {
            remarks.push(Remark::new(
                "encoding",
                format!("{file} is not UTF-8; it was read as {}", decoded.encoding.name()),
            ));
        }
        let is_known = |cell: &str| format.columns.contains(&normalised(cell).as_str());
        let delimiter = Delimiter::find(&decoded.text, is_known);
        let mut records = records(&decoded.text, delimiter).into_iter();

        let header = records.by_ref().find(|record| !record.is_blank()).ok_or_else(|| {
            TableError::Empty { file: file.to_owned(), required: format.required }
        })?;
        let columns = columns(file, &header.cells, format)?;
        let mut table =
            Self { file: file.to_owned(), rows: Vec::new(), faults: Vec::new(), remarks, columns };

        let width = header.cells.len();
        for record in records.filter(|record| !record.is_blank()) {
            match record.fault(&header.cells, delimiter) {
                Some(fault) => table.faults.push(fault),
                None => table.rows.push(Row { number: record.row, cells: record.cells }),
            }
        }
        table.remark_unknown_columns(&header.cells, format);
        if table.rows.is_empty() && table.faults.is_empty() {
            table.remarks.push(Remark::new(
                "empty_table",
                format!("{file} has a header of {width} columns but no rows"),
            ));
        }
        Ok(table)
    }

    fn remark_unknown_columns(&mut self, header: &StringRecord, format: &TableFormat) {
        for (at, name) in header.iter().enumerate() {
            let is_used = |row: &Row| row.cells.get(at).is_some_and(|cell| !cell.trim().is_empty());
            if format.columns.contains(&normalised(name).as_str())
                || (name.trim().is_empty() && !self.rows.iter().any(is_used))
            {
                continue;
            }
            let unused = format.columns.iter().filter(|known| !self.columns.contains_key(**known));
            let hint = nearest(&normalised(name), unused.copied())
                .map_or(String::new(), |meant| format!("; did you mean \"{meant}\"?"));
            self.remarks.push(Remark::new(
                "unknown_column",
                format!(
                    "{}: column {} \"{}\" is not known and was not read{hint}",
                    self.file,
                    at + 1,
                    name.trim()
                ),
            ));
        }
    }
}

/// The name of a column as it counts: `Visited on` is `visited_on`.
fn normalised(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// Where the columns of `format` are in the header.
fn columns(
    file: &str,
    header: &StringRecord,
    format: &TableFormat,
) -> Result<BTreeMap<&'static str, usize>, TableError> {
    let mut columns = BTreeMap::new();
    for (at, name) in header.iter().enumerate() {
        let name = normalised(name);
        if let Some(known) = format.columns.iter().find(|known| **known == name)
            && columns.insert(*known, at).is_some()
        {
            return Err(TableError::DuplicateColumn { file: file.to_owned(), column: name });
        }
    }
    let missing: Vec<&'static str> =
        format.required.iter().copied().filter(|name| !columns.contains_key(name)).collect();
    if missing.is_empty() {
        Ok(columns)
    } else {
        let found = header.iter().map(|name| name.trim().to_owned()).collect();
        Err(TableError::MissingColumns { file: file.to_owned(), missing, found })
    }
}

/// A record of the file, whatever it is.
struct Record {
    row: u64,
    cells: StringRecord,
    /// A cell of it may have swallowed other rows.
    runs_on: bool,
}

/// Stands for `，` while the CSV reader, which takes delimiters of one byte only, is at work.
const UNIT_SEPARATOR: char = '\u{1f}';

fn records(text: &str, delimiter: Delimiter) -> Vec<Record> {
    if delimiter != Delimiter::FullWidthComma {
        return records_of_bytes(text, delimiter.char());
    }
    let full_width = Delimiter::FullWidthComma.char();
    let mut records = records_of_bytes(&text.replace(full_width, "\u{1f}"), UNIT_SEPARATOR);
    for record in &mut records {
        let restored = |cell: &str| cell.replace(UNIT_SEPARATOR, &full_width.to_string());
        record.cells = record.cells.iter().map(restored).collect();
    }
    records
}

fn records_of_bytes(text: &str, delimiter: char) -> Vec<Record> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(delimiter).expect("delimiters here are ASCII"))
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    let mut row = 0;
    let mut end = 0;
    let mut cells = StringRecord::new();
    // Text from memory is valid and rows may differ in length, so the reader has nothing to complain of.
    while let Ok(true) = reader.read_record(&mut cells) {
        let start = end;
        end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX).min(text.len());
        // The reader ends a record at `\r` and leaves the `\n` of the pair to the next, as it does with blank lines.
        let mut raw = &text.as_bytes()[start..end];
        if raw.starts_with(b"\n") && text.as_bytes()[..start].ends_with(b"\r") {
            raw = &raw[1..];
        }
        row += 1 + blank_lines(&mut raw);
        let runs_on = has_cell_that_runs_on(raw, delimiter);
        records.push(Record { row, cells: cells.clone(), runs_on });
    }
    records
}

/// Takes the line ends off the start of `raw` and counts the lines they end.
fn blank_lines(raw: &mut &[u8]) -> u64 {
    let mut count = 0;
    loop {
        let len = if raw.starts_with(b"\r\n") {
            2
        } else if raw.starts_with(b"\n") || raw.starts_with(b"\r") {
            1
        } else {
            return count;
        };
        *raw = &raw[len..];
        count += 1;
    }
}

/// Whether a quoted cell of the record `raw` goes on over a line end and then stops at a quotation mark that no delimiter
/// follows, or not at all: a stray quotation mark has made one cell of the rows behind it.
fn has_cell_that_runs_on(raw: &[u8], delimiter: char) -> bool {
    let ends_cell = |byte: u8| byte == b'\n' || byte == b'\r' || char::from(byte) == delimiter;
    let mut at_cell_start = true;
    let mut at = 0;
    while at < raw.len() {
        if at_cell_start && raw[at] == b'"' {
            let Some(len) = quoted_len(&raw[at + 1..]) else {
                return raw[at..].trim_ascii_end().contains(&b'\n');
            };
            let (cell, rest) = raw[at + 1..].split_at(len);
            let blanks = rest[1..].iter().take_while(|byte| **byte == b' ').count();
            let is_closed = rest.get(1 + blanks).is_none_or(|byte| ends_cell(*byte));
            if cell.contains(&b'\n') && !is_closed {
                return true;
            }
            at += 1 + len;
        }
        at_cell_start = ends_cell(raw[at]);
        at += 1;
    }
    false
}

/// How many bytes stand before the quotation mark that ends a quoted cell; two together stand for one inside.
fn quoted_len(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text.get(at..)?.iter().position(|byte| *byte == b'"')?;
        if text.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

impl Record {
    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    /// What is wrong with the row as such.
    fn fault(&self, header: &StringRecord, delimiter: Delimiter) -> Option<RowFault> {
        let width = header.len();
        if self.runs_on {
            return Some(RowFault {
                row: self.row,
                column: None,
                found: "a cell that runs over whole rows".to_owned(),
                expected:
                    "every quotation mark to be closed in its own cell (\"\" stands for one inside)"
                        .to_owned(),
            });
        }
        let extra = self.cells.iter().skip(width).any(|cell| !cell.trim().is_empty());
        (self.cells.len() < width || extra).then(|| RowFault {
            row: self.row,
            column: None,
            found: format!("{} cells", self.cells.len()),
            expected: format!(
                "{width} as in the header; quote cells that contain \"{}\"",
                delimiter.char().escape_default()
            ),
        })
    }
}
