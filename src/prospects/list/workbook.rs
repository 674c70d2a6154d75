//! Reads the sheets of a workbook (XLSX, XLS, XLSB, ODS) as rows of text.

use std::io::Cursor;

use calamine::{Data, ExcelDateTime, Range, Reader, Sheets, open_workbook_auto_from_rs};
use csv::StringRecord;

use super::RawRow;

pub(super) struct Sheet {
    pub(super) name: String,
    cells: Range<Data>,
}

/// Reads all worksheets of the workbook `bytes`, in their order.
///
/// # Errors
/// The workbook is damaged or locked. The error is the message of the workbook reader.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, String> {
    let mut book: Sheets<_> =
        open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let cells = book.worksheet_range(&name).map_err(|error| error.to_string())?;
        sheets.push(Sheet { name, cells });
    }
    Ok(sheets)
}

impl Sheet {
    /// Calls `on_row` with each row of the sheet, until `on_row` returns `false`.
    pub(super) fn each_row(&self, mut on_row: impl FnMut(RawRow<'_>) -> bool) {
        let (first, left) = self.cells.start().unwrap_or_default();
        let mut cells = StringRecord::new();
        for (number, row) in (first + 1..).zip(self.cells.rows()) {
            cells.clear();
            // The range begins at the first filled column. A row begins at the first column of the
            // sheet.
            (0..left).for_each(|_| cells.push_field(""));
            row.iter().for_each(|cell| cells.push_field(&text(cell)));
            if !on_row(RawRow { number, cells: &cells, runs_on: false }) {
                return;
            }
        }
    }

    /// Returns whether the sheet has no filled cell.
    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }
}

/// Returns the cell in the form that a text file would have.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_text(*number),
        Data::Bool(true) => "yes".to_owned(),
        Data::Bool(false) => "no".to_owned(),
        Data::DateTime(moment) => moment_text(moment),
        Data::Error(error) => error.to_string(),
    }
}

/// Returns a number as a person types it. Spreadsheets keep fifteen digits, so they have rounded
/// larger numbers. Such numbers are written in scientific notation, which
/// [`is_rounded`](crate::prospects::cells::is_rounded) recognises.
fn number_text(number: f64) -> String {
    if number.abs() >= 1e15 {
        format!("{number:.5E}").replace('E', "E+")
    } else {
        number.to_string()
    }
}

/// Returns the text of a date or time: `2026-01-05`, `2026-01-05 10:30:00`, or `10:30:00` for a
/// time without a date.
fn moment_text(moment: &ExcelDateTime) -> String {
    let serial = moment.as_f64();
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if (0.0..1.0).contains(&serial) {
        return time;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if serial.fract() == 0.0 { date } else { format!("{date} {time}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_they_were_typed() {
        assert_eq!(number_text(13_800_138_000.0), "13800138000");
        assert_eq!(number_text(116.404), "116.404");
        assert_eq!(number_text(914_201_000_000_000_000.0), "9.14201E+17");
    }
}
