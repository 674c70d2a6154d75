//! Adds a row to a visit log and keeps the format of the log.
//!
//! The file stays locked while it is read and written, so several processes can add rows at the
//! same time. A new row is written at the end of the file in one step and flushed to disk. After a
//! power failure, the log is unchanged or its last row is incomplete; the next writer then reports
//! that row. If the log lacks a column, a new file with this column replaces the old file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, UTF_8};

use super::{ContactKind, LoggedVisit, SCHEMA};
use crate::prospects::clock_moment::ClockMoment;
use crate::prospects::columns::{Aliases, Column};
use crate::prospects::list::{Header, ROWS_SEARCHED};
use crate::prospects::text::{ContentsError, Delimiter, decode, is_workbook};
use crate::whole_file::{folder_of, sync_folder, write_whole};

/// Changes that were made to the log in addition to the new row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Appended {
    /// True if the log was created.
    pub is_new: bool,
    /// Columns that were added to the log.
    pub columns_added: Vec<&'static str>,
    /// True if the last row had no line end and got one.
    pub line_end_added: bool,
}

/// Error of [`append_visit`]. After an error, the log is unchanged.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message shows each field")]
pub enum AppendError {
    /// The file system returned an error.
    #[error("{}: cannot be written", file.display())]
    Io { file: PathBuf, source: io::Error },
    /// The log is not text.
    #[error("{} {reason}", file.display())]
    Contents { file: PathBuf, reason: ContentsError },
    /// The log is a workbook.
    #[error("{} is a workbook, and rows can be added to CSV files only; save it as \"CSV UTF-8\" and name that file, or enter the visit in the workbook", file.display())]
    Workbook { file: PathBuf },
    /// The program can read the encoding of the log and cannot write it.
    #[error("{} is {encoding} text, and rows can be added to UTF-8 and GB18030 text only; save it as \"CSV UTF-8\"", file.display())]
    Encoding { file: PathBuf, encoding: &'static str },
    /// The header lacks a required column.
    #[error("{}: its first line lacks the column \"{column}\"; add it, or name another file", file.display())]
    MissingColumn { file: PathBuf, column: &'static str },
    /// The last row of the log is incomplete.
    #[error("{}: its last row is incomplete: \"{row}\"; an earlier write may have been interrupted; complete or delete the row, then log again", file.display())]
    TornRow { file: PathBuf, row: String },
    /// A quotation mark of the log is not closed.
    #[error("{}: a quoted cell is not closed, so the end of its row is unknown; add the quotation mark, then log again", file.display())]
    OpenQuote { file: PathBuf },
}

/// Adds `visit` to the log `file`. Creates the log with a header if the file is missing.
///
/// The log keeps its encoding (UTF-8 or GB18030), delimiter, line ends and columns. If the log
/// lacks a column for a value of `visit`, the column is added at the end. Waits while another
/// process writes. O(size of the log).
///
/// # Errors
/// See [`AppendError`]; the log is then unchanged.
pub fn append_visit(file: &Path, visit: &LoggedVisit) -> Result<Appended, AppendError> {
    let io = |source| AppendError::Io { file: file.to_owned(), source };
    let mut log = open_locked(file).map_err(io)?;
    let mut bytes = Vec::new();
    log.read_to_end(&mut bytes).map_err(io)?;
    let (edit, appended) = Edit::new(file, &bytes, visit)?;
    match edit {
        Edit::Append(row) => {
            log.seek(SeekFrom::End(0)).map_err(io)?;
            log.write_all(&row).map_err(io)?;
            log.sync_all().map_err(io)?;
            if appended.is_new {
                // The row is already written, and some file systems cannot flush folders, so an
                // error is ignored.
                let _ = sync_folder(folder_of(file));
            }
        }
        Edit::Replace(text) => {
            let permissions = log.metadata().map_err(io)?.permissions();
            let write = |new: &mut File| {
                new.set_permissions(permissions)?;
                new.write_all(&text)
            };
            write_whole(file, write).map_err(io)?;
        }
    }
    Ok(appended)
}

/// Opens or creates the file and locks it.
///
/// While this waits for the lock, another process may replace the file. The new file is opened
/// then.
fn open_locked(file: &Path) -> io::Result<File> {
    loop {
        let log =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(file)?;
        log.lock()?;
        if is_still(&log, file)? {
            return Ok(log);
        }
    }
}

/// Returns whether the path `file` still leads to the open file `log`.
#[cfg(unix)]
fn is_still(log: &File, file: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let own = log.metadata()?;
    match fs::metadata(file) {
        Ok(now) => Ok((own.dev(), own.ino()) == (now.dev(), now.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Returns `true`, because other systems cannot replace a file that is open.
#[cfg(not(unix))]
fn is_still(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

enum Edit {
    /// Bytes to add at the end of the file.
    Append(Vec<u8>),
    /// Contents of the new file that replaces the old one.
    Replace(Vec<u8>),
}

impl Edit {
    fn new(
        file: &Path,
        bytes: &[u8],
        visit: &LoggedVisit,
    ) -> Result<(Self, Appended), AppendError> {
        if is_workbook(bytes) {
            return Err(AppendError::Workbook { file: file.to_owned() });
        }
        // A file that ends in the middle of a UTF-8 character is incomplete. As GB18030, the same
        // bytes may be valid text with other characters.
        if let Err(error) = std::str::from_utf8(bytes)
            && error.error_len().is_none()
        {
            let whole = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let row = whole.lines().next_back().unwrap_or_default().to_owned();
            return Err(AppendError::TornRow { file: file.to_owned(), row });
        }
        let decoded = decode(bytes.to_vec())
            .map_err(|reason| AppendError::Contents { file: file.to_owned(), reason })?;
        let encoding = decoded.encoding;
        if encoding.output_encoding() != encoding {
            return Err(AppendError::Encoding { file: file.to_owned(), encoding: encoding.name() });
        }
        let text = decoded.text;
        if text.trim().is_empty() {
            let names: Vec<&str> = SCHEMA.columns.iter().map(|column| column.name()).collect();
            let header = names.join(",");
            let columns: Vec<Option<Column>> = SCHEMA.columns.iter().copied().map(Some).collect();
            let row = row(&columns, ',', visit);
            let appended = Appended { is_new: true, ..Appended::default() };
            return Ok((Self::Append(format!("{header}\n{row}\n").into_bytes()), appended));
        }
        let log = LogText::parse(file, &text)?;
        let is_missing = |column: &Column| {
            !log.columns.contains(&Some(*column)) && cell(*column, visit).is_some()
        };
        let missing: Vec<Column> = SCHEMA.columns.iter().copied().filter(is_missing).collect();
        let names: Vec<&'static str> = missing.iter().map(|column| column.name()).collect();
        let line_end_added = !text.ends_with(['\n', '\r']);
        let appended = Appended { is_new: false, columns_added: names.clone(), line_end_added };
        let mut columns = log.columns.clone();
        columns.extend(missing.into_iter().map(Some));
        let row = row(&columns, log.delimiter, visit);
        let line_end = log.line_end;
        let last_end = if line_end_added { line_end } else { "" };
        if names.is_empty() {
            let end = format!("{last_end}{row}{line_end}");
            return Ok((Self::Append(encoded(encoding, &end)), appended));
        }
        let wider = log.with_columns(&text, &names);
        let bom = if bytes.starts_with(b"\xEF\xBB\xBF") { "\u{feff}" } else { "" };
        let whole = format!("{bom}{wider}{last_end}{row}{line_end}");
        Ok((Self::Replace(encoded(encoding, &whole)), appended))
    }
}

fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    if encoding == UTF_8 { text.as_bytes().to_vec() } else { encoding.encode(text).0.into_owned() }
}

struct LogText<'a> {
    rows: Vec<WrittenRow<'a>>,
    /// Index of the header row in `rows`.
    header: usize,
    /// Meaning of each column; `None` for unknown columns.
    columns: Vec<Option<Column>>,
    delimiter: char,
    line_end: &'static str,
}

impl<'a> LogText<'a> {
    fn parse(file: &Path, text: &'a str) -> Result<Self, AppendError> {
        let aliases = Aliases::default();
        let meant = |cell: &str| {
            let (column, _) = aliases.column(cell.trim().trim_matches('"'))?;
            SCHEMA.columns.contains(&column).then_some(column)
        };
        let is_known = |cell: &str| meant(cell).is_some();
        let delimiter = Delimiter::find(text, is_known).char();
        let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let rows = rows(text, delimiter)
            .ok_or_else(|| AppendError::OpenQuote { file: file.to_owned() })?;
        let first = rows.iter().zip(0..).map(|(row, at)| (at, row.cells.iter().copied().collect()));
        let header = Header::find(first.take(ROWS_SEARCHED).collect(), is_known);
        let header = header.map_or(0, |header| header.number as usize);
        let columns: Vec<Option<Column>> =
            rows[header].cells.iter().map(|cell| meant(cell)).collect();
        if let Some(column) =
            SCHEMA.required.iter().find(|column| !columns.contains(&Some(**column)))
        {
            return Err(AppendError::MissingColumn {
                file: file.to_owned(),
                column: column.name(),
            });
        }
        let last = rows[header + 1..].last().filter(|_| !text.ends_with(['\n', '\r']));
        if let Some(row) = last.filter(|row| row.cells.len() < columns.len()) {
            let row = row.text.to_owned();
            return Err(AppendError::TornRow { file: file.to_owned(), row });
        }
        Ok(Self { rows, header, columns, delimiter, line_end })
    }

    /// Returns `text` with additional columns `names`, which are blank in all rows.
    fn with_columns(&self, text: &str, names: &[&str]) -> String {
        let blank: String = names.iter().map(|_| self.delimiter).collect();
        let named = names.iter().flat_map(|name| [self.delimiter.to_string(), (*name).to_owned()]);
        let named: String = named.collect();
        let mut wider = String::with_capacity(text.len() * 2);
        let mut rest = text;
        for (at, row) in self.rows.iter().enumerate() {
            let (own, after) = rest.split_at(row.text.len());
            let end = after.len() - after.trim_start_matches(['\r', '\n']).len();
            let end = end.min(if after.starts_with("\r\n") { 2 } else { 1 });
            wider.push_str(own);
            if at >= self.header && !own.trim().is_empty() {
                wider.push_str(if at == self.header { &named } else { &blank });
            }
            wider.push_str(&after[..end]);
            rest = &after[end..];
        }
        wider
    }
}

/// A row as it is written in the text of a file.
struct WrittenRow<'a> {
    /// Text of the row without its line end.
    text: &'a str,
    /// Cells of the row, with their quotation marks.
    cells: Vec<&'a str>,
}

/// Divides `text` into rows and cells; `None` if a quoted cell is not closed. A quotation mark
/// inside an unquoted cell is an ordinary character.
fn rows(text: &str, delimiter: char) -> Option<Vec<WrittenRow<'_>>> {
    let (mut rows, mut cells) = (Vec::new(), Vec::new());
    let (mut row_start, mut cell_start, mut is_quoted) = (0, 0, false);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if is_quoted => is_quoted = chars.next_if(|(_, next)| *next == '"').is_some(),
            '"' => is_quoted = at == cell_start,
            _ if is_quoted => {}
            '\r' | '\n' => {
                cells.push(&text[cell_start..at]);
                rows.push(WrittenRow {
                    text: &text[row_start..at],
                    cells: std::mem::take(&mut cells),
                });
                if c == '\r' {
                    chars.next_if(|(_, next)| *next == '\n');
                }
                row_start = chars.peek().map_or(text.len(), |(next, _)| *next);
                cell_start = row_start;
            }
            _ if c == delimiter => {
                cells.push(&text[cell_start..at]);
                cell_start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    if row_start < text.len() {
        cells.push(&text[cell_start..]);
        rows.push(WrittenRow { text: &text[row_start..], cells });
    }
    (!is_quoted).then_some(rows)
}

/// Returns the row of `visit` for a log with the columns `columns`.
fn row(columns: &[Option<Column>], delimiter: char, visit: &LoggedVisit) -> String {
    let cells = columns.iter().map(|column| {
        let text = column.and_then(|column| cell(column, visit));
        quoted(&text.unwrap_or_default(), delimiter)
    });
    cells.collect::<Vec<_>>().join(&delimiter.to_string())
}

/// Returns the value of `visit` for `column`; `None` if the value is blank.
fn cell(column: Column, visit: &LoggedVisit) -> Option<String> {
    match column {
        Column::Id => Some(visit.id.clone()),
        Column::VisitedOn => Some(visit.visited_on.to_string()),
        Column::Outcome => visit.outcome.clone(),
        Column::VisitKind => (visit.kind == ContactKind::PhoneCall).then(|| visit.kind.to_string()),
        Column::PlannedOn => visit.planned_on.map(|date| date.to_string()),
        Column::Objection => visit.objection.clone(),
        Column::NextActionDate => visit.next_action_date.map(|date| date.to_string()),
        Column::Rep => visit.rep.clone(),
        Column::Note => visit.note.clone(),
        Column::ArrivedAt => visit.arrived_at.map(|moment| time_text(visit, moment)),
        Column::LeftAt => visit.left_at.map(|moment| time_text(visit, moment)),
        Column::PlannedArrival => visit.planned_arrival.map(|moment| time_text(visit, moment)),
        _ => None,
    }
}

/// Writes the time of day of `moment`, with its date if that is not the day of the visit.
fn time_text(visit: &LoggedVisit, moment: ClockMoment) -> String {
    let text = moment.to_string();
    let same_day = moment.offset.is_none() && moment.at.date() == visit.visited_on;
    match text.split_once(' ') {
        Some((_, time)) if same_day => time.to_owned(),
        _ => text,
    }
}

/// Puts quotation marks around a cell if CSV requires them.
fn quoted(text: &str, delimiter: char) -> String {
    let is_plain = !text.contains([delimiter, '"', '\n', '\r']) && text.trim() == text;
    if is_plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::prospects::{parse_visits, read_visits};

    fn visit() -> LoggedVisit {
        LoggedVisit {
            outcome: Some("ordered".into()),
            ..LoggedVisit::new("P1", date(2026, 11, 24))
        }
    }

    /// Adds `visit` to a log with the contents `bytes`.
    fn appended(bytes: &[u8], visit: &LoggedVisit) -> Result<(Vec<u8>, Appended), String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("visits.csv");
        fs::write(&file, bytes).unwrap();
        let done = append_visit(&file, visit);
        let after = fs::read(&file).unwrap();
        match done {
            Ok(done) => Ok((after, done)),
            Err(error) => {
                assert_eq!(after, bytes, "an error changes nothing");
                Err(error.to_string().replace(&format!("{}/", folder.path().display()), ""))
            }
        }
    }

    fn text_after(text: &str, visit: &LoggedVisit) -> String {
        String::from_utf8(appended(text.as_bytes(), visit).unwrap().0).unwrap()
    }

    #[test]
    fn a_log_that_is_not_there_is_made_with_a_header() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("visits.csv");
        assert!(append_visit(&file, &visit()).unwrap().is_new);
        append_visit(&file, &LoggedVisit { note: Some("two\n\"boxes\", one".into()), ..visit() })
            .unwrap();
        insta::assert_snapshot!(fs::read_to_string(&file).unwrap(), @r#"
id,visited_on,outcome,visit_kind,planned_on,objection,next_action_date,rep,note,arrived_at,left_at,planned_arrival
P1,2026-11-24,ordered,,,,,,,,,
P1,2026-11-24,ordered,,,,,,"two
""boxes"", one",,,
"#);
        assert_eq!(
            read_visits(&file).unwrap().visits[1].note.as_deref(),
            Some("two\n\"boxes\", one")
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "and nothing beside it");
    }

    #[test]
    fn a_log_keeps_its_columns_delimiter_and_line_ends() {
        let after = text_after("Visited on;Outcome;ID\r\n2026-11-20;;P7\r\n", &visit());
        assert_eq!(after, "Visited on;Outcome;ID\r\n2026-11-20;;P7\r\n2026-11-24;ordered;P1\r\n");
        let after = text_after("id，visited_on，outcome\nP7，2026-11-20，", &visit());
        assert_eq!(after, "id，visited_on，outcome\nP7，2026-11-20，\nP1，2026-11-24，ordered\n");
    }

    #[test]
    fn a_log_keeps_its_encoding() {
        let before = encoding_rs::GB18030.encode("id,visited_on,outcome\nP7,2026-11-20,下单\n").0;
        let visit = LoggedVisit { outcome: Some("感兴趣".into()), ..visit() };
        let (after, _) = appended(&before, &visit).unwrap();
        let text = encoding_rs::GB18030.decode(&after).0;
        assert_eq!(text, "id,visited_on,outcome\nP7,2026-11-20,下单\nP1,2026-11-24,感兴趣\n");
        let (after, _) =
            appended("\u{feff}id,visited_on\nP7,2026-11-20\n".as_bytes(), &visit).unwrap();
        assert_eq!(
            String::from_utf8(after).unwrap(),
            "\u{feff}id,visited_on,outcome\nP7,2026-11-20,\nP1,2026-11-24,感兴趣\n"
        );
    }

    #[test]
    fn columns_are_added_for_what_is_said() {
        let visit = LoggedVisit { next_action_date: Some(date(2026, 12, 1)), ..visit() };
        let before = "\nid,visited_on,note\r\nP7,2026-11-20,\"two\nlines\"\r\n\r\nP8,2026-11-21,x";
        let (after, done) = appended(before.as_bytes(), &visit).unwrap();
        assert_eq!(done.columns_added, ["outcome", "next_action_date"]);
        assert!(done.line_end_added);
        assert_eq!(
            String::from_utf8(after).unwrap(),
            "\nid,visited_on,note,outcome,next_action_date\r\nP7,2026-11-20,\"two\nlines\",,\r\n\r\nP8,2026-11-21,x,,\r\nP1,2026-11-24,,ordered,2026-12-01\r\n"
        );
    }

    #[test]
    fn clock_times_are_written_and_read_back() {
        let at = |day: i8, hour, minute| {
            Some(ClockMoment::local(date(2026, 11, day).at(hour, minute, 0, 0)))
        };
        let visit = LoggedVisit {
            arrived_at: at(24, 23, 40),
            left_at: at(25, 0, 5),
            planned_arrival: at(24, 23, 30),
            ..visit()
        };
        let after = text_after("id,visited_on\nP7,2026-11-20\n", &visit);
        assert_eq!(
            after,
            "id,visited_on,outcome,arrived_at,left_at,planned_arrival\nP7,2026-11-20,,,,\n\
             P1,2026-11-24,ordered,23:40,2026-11-25 00:05,23:30\n"
        );
        let log = parse_visits("visits.csv", after.into_bytes()).unwrap();
        let read = &log.visits[1];
        assert_eq!((read.arrived_at, read.left_at), (visit.arrived_at, visit.left_at));
        assert_eq!(log.remarks, []);
    }

    #[test]
    fn says_why_a_log_cannot_be_added_to() {
        let refused = |text: &[u8]| appended(text, &visit()).unwrap_err();
        insta::assert_snapshot!(
            [
                refused(b"id,visited_on,outcome\nP7,2026-11-20,\nP8,2026-1"),
                refused(b"id,visited_on,outcome\nP7,2026-11-20,\"cut o"),
                refused(b"id,outcome\nP7,\n"),
                refused(b"PK\x03\x04"),
                refused(b"\xff\xfei\0d\0"),
            ]
            .join("\n"),
            @r#"
visits.csv: its last row is incomplete: "P8,2026-1"; an earlier write may have been interrupted; complete or delete the row, then log again
visits.csv: a quoted cell is not closed, so the end of its row is unknown; add the quotation mark, then log again
visits.csv: its first line lacks the column "visited_on"; add it, or name another file
visits.csv is a workbook, and rows can be added to CSV files only; save it as "CSV UTF-8" and name that file, or enter the visit in the workbook
visits.csv is UTF-16LE text, and rows can be added to UTF-8 and GB18030 text only; save it as "CSV UTF-8"
"#
        );
    }

    #[test]
    fn a_quotation_mark_within_a_cell_stands_for_itself() {
        let log =
            "id,visited_on,note\nP7,2026-11-20,a 5\" pipe\nP8,2026-11-21,\nP9,2026-11-22,6\" now\n";
        assert_eq!(
            text_after(log, &visit()),
            "id,visited_on,note,outcome\nP7,2026-11-20,a 5\" pipe,\nP8,2026-11-21,,\nP9,2026-11-22,6\" now,\n\
             P1,2026-11-24,,ordered\n"
        );
    }

    #[test]
    fn a_log_cut_within_a_character_is_torn_and_no_other_encoding() {
        let whole = "id,visited_on,outcome,note\nP7,2026-11-20,,很好吃啊，";
        let cut = &whole.as_bytes()[..whole.len() - 1];
        assert!(
            encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(cut).is_some()
        );
        let error = appended(cut, &visit()).unwrap_err();
        assert!(
            error.contains("its last row is incomplete: \"P7,2026-11-20,,很好吃啊\""),
            "{error}"
        );
    }

    #[test]
    fn the_header_of_a_log_may_stand_below_a_title() {
        let after = text_after("Visits of the north,\nid,visited_on\nP7,2026-11-20\n", &visit());
        assert_eq!(
            after,
            "Visits of the north,\nid,visited_on,outcome\nP7,2026-11-20,\nP1,2026-11-24,ordered\n"
        );
    }

    #[test]
    fn many_who_write_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("visits.csv");
        std::thread::scope(|scope| {
            for writer in 0..16 {
                let file = &file;
                scope.spawn(move || {
                    for number in 0..10 {
                        let mut visit =
                            LoggedVisit::new(format!("W{writer}-{number}"), date(2026, 11, 24));
                        // Some need a column that the log of the first ones lacks.
                        visit.note = (number % 3 == 0).then(|| "a note".to_owned());
                        append_visit(file, &visit).unwrap();
                    }
                });
            }
        });
        let mut ids: Vec<String> =
            read_visits(&file).unwrap().visits.into_iter().map(|visit| visit.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 160);
    }

    proptest! {
        #![proptest_config(crate::testing::cases(256))]
        #[test]
        fn what_is_added_is_read_back_after_what_was_there(
            notes in prop::collection::vec("[a-z\"，,;\t\r\n 药é]{0,12}", 0..6),
            delimiter in prop::sample::select(vec![",", ";", "\t", "，"]),
            line_end in prop::sample::select(vec!["\n", "\r\n"]),
            has_column in any::<bool>(),
            added in "[a-z\"，,;\t\r\n 药é]{0,12}",
        ) {
            let header = if has_column { vec!["id", "visited_on", "note", "outcome"] } else { vec!["id", "visited_on", "note"] };
            let mut text = header.join(delimiter) + line_end;
            for note in &notes {
                let quoted_note = format!("\"{}\"", note.replace('"', "\"\""));
                let mut cells = vec!["P7", "2026-11-20", &quoted_note];
                cells.resize(header.len(), "");
                text += &(cells.join(delimiter) + line_end);
            }
            let visit = LoggedVisit { note: Some(added.clone()), ..visit() };
            let (after, _) = appended(text.as_bytes(), &visit).unwrap();
            let log = parse_visits("visits.csv", after).unwrap();
            prop_assert_eq!(log.visits.len(), notes.len() + 1);
            for (visit, note) in log.visits.iter().zip(notes.iter().chain([&added])) {
                prop_assert_eq!(visit.note.as_deref().unwrap_or_default(), note.trim());
            }
            prop_assert_eq!(log.visits[notes.len()].outcome.as_deref(), Some("ordered"));
        }
    }
}
