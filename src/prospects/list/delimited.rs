//! Divides text into rows and cells, with the row numbers that a spreadsheet shows.

use csv::{ReaderBuilder, StringRecord};

use super::super::text::Delimiter;
use super::RawRow;

/// Character that replaces the delimiter `，` for the CSV reader, which accepts only delimiters of
/// one byte.
const UNIT_SEPARATOR: char = '\u{1f}';

/// Calls `on_row` with each row of `text`, until `on_row` returns `false`.
///
/// O(length of the text) time. Holds one row in memory, and a copy of the text if the delimiter is
/// `，`.
pub(super) fn each_row(
    text: &str,
    delimiter: Delimiter,
    mut on_row: impl FnMut(RawRow<'_>) -> bool,
) {
    if delimiter != Delimiter::FullWidthComma {
        return each_row_of_bytes(text, delimiter.char(), on_row);
    }
    let full_width = Delimiter::FullWidthComma.char();
    let replaced = text.replace(full_width, UNIT_SEPARATOR.encode_utf8(&mut [0; 4]));
    each_row_of_bytes(&replaced, UNIT_SEPARATOR, |row| {
        if !row.cells.as_slice().contains(UNIT_SEPARATOR) {
            return on_row(row);
        }
        let restored =
            |cell: &str| cell.replace(UNIT_SEPARATOR, full_width.encode_utf8(&mut [0; 4]));
        let cells: StringRecord = row.cells.iter().map(restored).collect();
        on_row(RawRow { cells: &cells, ..row })
    });
}

fn each_row_of_bytes(text: &str, delimiter: char, mut on_row: impl FnMut(RawRow<'_>) -> bool) {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(delimiter).expect("delimiters here are ASCII"))
        .from_reader(text.as_bytes());
    let mut number = 0;
    let mut end = 0;
    let mut cells = StringRecord::new();
    // Reading cannot fail: the text is valid UTF-8 and rows may differ in length.
    while let Ok(true) = reader.read_record(&mut cells) {
        let start = end;
        end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX).min(text.len());
        // The reader ends a record at `\r`. It counts a `\n` after it, and blank lines, as part of
        // the next record.
        let mut raw = &text.as_bytes()[start..end];
        if raw.starts_with(b"\n") && text.as_bytes()[..start].ends_with(b"\r") {
            raw = &raw[1..];
        }
        number += 1 + blank_lines(&mut raw);
        let runs_on = has_cell_that_runs_on(raw, delimiter);
        if !on_row(RawRow { number, cells: &cells, runs_on }) {
            return;
        }
    }
}

/// Removes line ends from the start of `raw` and returns their number.
fn blank_lines(raw: &mut &[u8]) -> u32 {
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

/// Returns whether a stray quotation mark has joined several rows into one. That is so if a quoted
/// cell of `raw` never ends, or if it contains a line end and no delimiter follows its closing
/// quotation mark.
fn has_cell_that_runs_on(raw: &[u8], delimiter: char) -> bool {
    let ends_cell = |byte: u8| byte == b'\n' || byte == b'\r' || char::from(byte) == delimiter;
    if !raw.contains(&b'"') {
        return false;
    }
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

/// Returns the length of a quoted cell up to its closing quotation mark. `""` is a quotation mark
/// inside the cell.
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
