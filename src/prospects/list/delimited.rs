//! Rows of a delimited text file, each with the number a spreadsheet shows.

use csv::{ReaderBuilder, StringRecord};

use super::super::text::Delimiter;
use super::RawRow;

/// Stands for `，` while the CSV reader, which takes delimiters of one byte only, is at work.
const UNIT_SEPARATOR: char = '\u{1f}';

/// Hands the rows of `text` to `on_row`, one by one, until it has enough of them and says so with `false`.
///
/// O(len) time; one row in memory, and a copy of the text where the delimiter is `，`.
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
    // Text from memory is valid and rows may differ in length, so the reader has nothing to complain of.
    while let Ok(true) = reader.read_record(&mut cells) {
        let start = end;
        end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX).min(text.len());
        // The reader ends a record at `\r` and leaves the `\n` of the pair to the next, as it does with blank lines.
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

/// Takes the line ends off the start of `raw` and counts the lines they end.
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

/// Whether a quoted cell of the record `raw` goes on over a line end and then stops at a quotation mark that no delimiter
/// follows, or not at all: a stray quotation mark has made one cell of the rows behind it.
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
