//! Divides a file into rows and cells and finds the meaning of the columns.
//!
//! [`List::parse`] takes a text file or a workbook. It finds the encoding and delimiter of a text
//! file or the sheet of a workbook, then the header row and the columns. [`ListRow::prospect`]
//! interprets the cells of a row. A fault in one row does not affect other rows.

mod delimited;
mod header;
mod identity;
mod skipped;
mod table;
mod workbook;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use csv::StringRecord;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use self::header::remark_unknown_columns;
pub(super) use self::header::{Header, ROWS_SEARCHED};
use self::identity::RowId;
use self::table::Table;
use super::columns::{Aliases, Column};
use super::fault::{RowFault, TableError};
use super::settings::ListSettings;
use super::text::{self, ContentsError, Delimiter};
use crate::remark::{Remark, RemarkCode, list_some};

/// Columns that lists of one kind can have and must have.
#[derive(Debug, Clone, Copy)]
pub struct ListSchema {
    /// All columns that the program reads from lists of this kind.
    pub columns: &'static [Column],
    /// Columns that every list of this kind must have.
    pub required: &'static [Column],
    /// Columns of which every list must have at least one; no such rule if this is empty.
    pub any_of: &'static [Column],
}

/// Options for reading a file as a list.
#[derive(Debug, Clone, Copy)]
pub struct ListOptions<'a> {
    /// Columns of the list.
    pub schema: ListSchema,
    /// Aliases of headers in addition to those of `columns.toml`.
    pub aliases: &'a Aliases,
    /// Name of the sheet to read in a workbook; `None`: the sheet with the most known columns.
    pub sheet: Option<&'a str>,
}

impl<'a> ListOptions<'a> {
    /// Returns the options for a list of prospects.
    pub fn of(settings: &'a ListSettings) -> Self {
        Self {
            schema: ListSchema::PROSPECTS,
            aliases: &settings.columns,
            sheet: settings.sheet.as_deref(),
        }
    }
}

/// Kind of file that a list comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileKind {
    /// A text file.
    Text {
        /// Name of the character encoding, such as `gb18030`.
        encoding: &'static str,
        /// Delimiter between cells.
        delimiter: char,
    },
    /// A workbook.
    Workbook {
        /// Name of the sheet.
        sheet: String,
    },
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListColumn {
    /// Header of the column, without spaces at either end.
    pub header: String,
    /// Meaning of the column; `None` for an unknown column, whose cells are kept as text.
    pub column: Option<Column>,
}

/// A list of outlets or visits, divided into rows and cells.
///
/// One text buffer holds all cells; a number of four bytes per cell states where the cell ends.
#[derive(Debug)]
pub struct List {
    /// Path of the file, for messages.
    pub file: String,
    /// Kind of file that the list comes from.
    pub kind: FileKind,
    /// Row number of the header, as a spreadsheet counts.
    pub header_row: u64,
    /// Columns from left to right.
    pub columns: Vec<ListColumn>,
    /// Faults of rows that could not be divided into cells; [`List::rows`] leaves these rows out.
    pub faults: Vec<RowFault>,
    /// Row numbers of rows that hold totals; [`List::rows`] leaves these rows out.
    pub sums: Vec<u64>,
    /// Remarks about columns, about the encoding and about rows that hold no prospect.
    pub remarks: Vec<Remark>,
    table: Table,
    /// Index of each known column, counted from the left; [`NOWHERE`] if the list lacks it.
    places: [u16; Column::COUNT],
    /// Unknown columns: index from the left, and header.
    carried: Vec<(u16, Arc<str>)>,
    /// Origin of the id of each row.
    ids: Vec<RowId>,
    /// Rows whose own id is also that of an earlier row, with the row number of the earlier row.
    repeats: FxHashMap<usize, u64>,
}

/// Value that stands for the index of a column that the list lacks.
const NOWHERE: u16 = u16::MAX;

/// A row as it is in the file, before its cells are interpreted.
#[derive(Clone, Copy)]
struct RawRow<'a> {
    /// Row number as in [`RowFault::row`].
    number: u32,
    cells: &'a StringRecord,
    /// True if a stray quotation mark may have joined this row with the rows below.
    runs_on: bool,
}

/// Source of the rows of a file: text or the sheet of a workbook.
enum Rows {
    Text { text: String, delimiter: Delimiter },
    Sheet(workbook::Sheet),
}

impl Rows {
    fn each(&self, on_row: impl FnMut(RawRow<'_>) -> bool) {
        match self {
            Self::Text { text, delimiter } => delimited::each_row(text, *delimiter, on_row),
            Self::Sheet(sheet) => sheet.each_row(on_row),
        }
    }

    /// Returns the first rows of the file, among which the header is searched.
    fn first(&self) -> Vec<(u32, StringRecord)> {
        let mut rows = Vec::new();
        let mut filled = 0;
        self.each(|row| {
            filled += usize::from(row.cells.iter().any(|cell| !cell.trim().is_empty()));
            rows.push((row.number, row.cells.clone()));
            filled < ROWS_SEARCHED
        });
        rows
    }
}

impl List {
    /// Reads the file `path` and parses it with [`List::parse`].
    ///
    /// # Errors
    /// The file cannot be read, or [`List::parse`] returns an error.
    pub fn read(path: &Path, options: &ListOptions<'_>) -> Result<Self, TableError> {
        let file = path.display().to_string();
        match fs::read(path) {
            Ok(bytes) => Self::parse(&file, bytes, options),
            Err(source) => Err(TableError::Unreadable { file, source }),
        }
    }

    /// Parses `bytes`, the contents of a file. Messages call the file `file`.
    ///
    /// O(length) time. Keeps the text of all cells and about four bytes per cell. While it works,
    /// it also holds the decoded text.
    ///
    /// # Errors
    /// The contents are neither text nor a workbook, there is no header, the header lacks a
    /// required column, or the header has the same column twice.
    pub fn parse(
        file: &str,
        bytes: Vec<u8>,
        options: &ListOptions<'_>,
    ) -> Result<Self, TableError> {
        let is_known = |cell: &str| {
            options
                .aliases
                .column(cell)
                .is_some_and(|(column, _)| options.schema.columns.contains(&column))
        };
        let mut remarks = Vec::new();
        let (rows, kind) = if text::is_workbook(&bytes) {
            let sheet = pick_sheet(file, &bytes, options.sheet, is_known, &mut remarks)?;
            let kind = FileKind::Workbook { sheet: sheet.name.clone() };
            (Rows::Sheet(sheet), kind)
        } else {
            let decoded = text::decode(bytes)
                .map_err(|reason| TableError::Contents { file: file.to_owned(), reason })?;
            let encoding = decoded.encoding.name();
            if decoded.encoding != encoding_rs::UTF_8 {
                let message = format!("{file} is not UTF-8; it was read as {encoding}");
                remarks.push(Remark::new(RemarkCode::Encoding, message));
            }
            let delimiter = Delimiter::find(&decoded.text, is_known);
            let kind = FileKind::Text { encoding, delimiter: delimiter.char() };
            (Rows::Text { text: decoded.text, delimiter }, kind)
        };
        let header = Header::find(rows.first(), is_known).ok_or_else(|| TableError::Empty {
            file: file.to_owned(),
            required: options.schema.needed(),
        })?;
        let columns = header.columns(file, &options.schema, options.aliases, &mut remarks)?;
        remarks.extend(header.remark_rows_above(file));
        let mut list = Self {
            file: file.to_owned(),
            kind,
            header_row: u64::from(header.number),
            table: Table::new(&columns),
            columns,
            faults: Vec::new(),
            sums: Vec::new(),
            remarks,
            places: [NOWHERE; Column::COUNT],
            carried: Vec::new(),
            ids: Vec::new(),
            repeats: FxHashMap::default(),
        };
        let repeated_headers = list.add_rows(&rows)?;
        list.place_columns(&options.schema);
        list.remark_ignored_rows(&repeated_headers);
        if options.schema.columns.contains(&Column::Name) {
            identity::give_ids(&mut list);
        }
        Ok(list)
    }

    /// Adds the rows below the header. Returns the row numbers of the rows that repeat the header.
    fn add_rows(&mut self, rows: &Rows) -> Result<Vec<u64>, TableError> {
        let delimiter = match &self.kind {
            FileKind::Text { delimiter, .. } => Some(*delimiter),
            FileKind::Workbook { .. } => None,
        };
        let mut repeated_headers: Vec<u64> = Vec::new();
        let mut fits = true;
        rows.each(|row| {
            let number = u64::from(row.number);
            if number <= self.header_row || row.cells.iter().all(|cell| cell.trim().is_empty()) {
                return true;
            }
            if skipped::is_sum(row.cells, &self.columns) {
                self.sums.push(number);
            } else if skipped::is_header_again(row.cells, &self.columns) {
                repeated_headers.push(number);
            } else if let Some(fault) = row.fault(self.columns.len(), delimiter) {
                self.faults.push(fault);
            } else {
                fits = self.table.push(row.number, row.cells);
            }
            fits
        });
        if fits {
            Ok(repeated_headers)
        } else {
            Err(TableError::TooLarge { file: self.file.clone() })
        }
    }

    /// Finds the indices of the known and of the unknown columns.
    fn place_columns(&mut self, schema: &ListSchema) {
        let is_used = |at| self.table.is_used(at);
        self.remarks.extend(remark_unknown_columns(&self.file, &self.columns, schema, is_used));
        for (at, column) in (0..NOWHERE).zip(&self.columns) {
            let header = match column.column {
                Some(column) => {
                    self.places[column as usize] = at;
                    continue;
                }
                None if !column.header.is_empty() => column.header.as_str().into(),
                None if self.table.is_used(usize::from(at)) => format!("column_{}", at + 1).into(),
                None => continue,
            };
            self.carried.push((at, header));
        }
    }

    fn remark_ignored_rows(&mut self, repeated_headers: &[u64]) {
        let totals = ["holds totals and was ignored", "hold totals and were ignored"];
        let repeats = ["repeats the header and was ignored", "repeat the header and were ignored"];
        self.remarks.extend(remark_rows(&self.file, RemarkCode::SumRows, totals, &self.sums));
        self.remarks.extend(remark_rows(
            &self.file,
            RemarkCode::HeaderAgain,
            repeats,
            repeated_headers,
        ));
        if self.is_empty() && self.faults.is_empty() {
            let width = self.columns.len();
            let message = format!("{} has a header of {width} columns but no rows", self.file);
            self.remarks.push(Remark::new(RemarkCode::EmptyTable, message));
        }
    }

    /// Returns the number of rows in [`List::rows`].
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Returns whether [`List::rows`] is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the row at index `at` of [`List::rows`].
    ///
    /// # Panics
    /// `at` is not below [`List::len`].
    pub fn row(&self, at: usize) -> ListRow<'_> {
        assert!(at < self.len(), "row {at} of {}", self.len());
        ListRow { list: self, at }
    }

    /// Returns the rows in the order of the file. Leaves out blank rows, totals, repeated headers
    /// and the rows in [`List::faults`].
    pub fn rows(&self) -> impl ExactSizeIterator<Item = ListRow<'_>> {
        (0..self.len()).map(|at| ListRow { list: self, at })
    }

    /// Returns the same rows as [`List::rows`], as a parallel iterator.
    pub fn par_rows(&self) -> impl IndexedParallelIterator<Item = ListRow<'_>> {
        (0..self.len()).into_par_iter().map(|at| ListRow { list: self, at })
    }

    /// Returns whether the list has the column `column`.
    pub fn has(&self, column: Column) -> bool {
        self.places[column as usize] != NOWHERE
    }

    /// Returns the header of `column`, or the program's name for the column if the list lacks it.
    pub fn header(&self, column: Column) -> &str {
        match self.places[column as usize] {
            NOWHERE => column.name(),
            at => &self.columns[usize::from(at)].header,
        }
    }

    /// Returns whether numbers in this list may have a decimal comma. They may not if commas
    /// separate the cells.
    pub fn has_decimal_commas(&self) -> bool {
        !matches!(self.kind, FileKind::Text { delimiter: ',', .. })
    }
}

/// A row of a list.
#[derive(Clone, Copy)]
pub struct ListRow<'a> {
    list: &'a List,
    at: usize,
}

impl<'a> ListRow<'a> {
    /// Returns the list that contains this row.
    pub fn list(&self) -> &'a List {
        self.list
    }

    /// Returns the row number as in [`RowFault::row`].
    pub fn number(&self) -> u64 {
        u64::from(self.list.table.number(self.at))
    }

    /// Returns the cell in `column`, without spaces at either end; `None` if it is blank.
    /// Full-width letters and digits are converted to ASCII, except in columns that hold
    /// [`CellKind::Text`](super::CellKind::Text).
    pub fn cell(&self, column: Column) -> Option<&'a str> {
        match self.list.places[column as usize] {
            NOWHERE => None,
            at => Some(self.list.table.cell(self.at, usize::from(at))).filter(|c| !c.is_empty()),
        }
    }

    /// Returns the cell in the column with index `at`, counted from the left. The cell may be
    /// empty.
    pub fn text(&self, at: usize) -> &'a str {
        self.list.table.cell(self.at, at)
    }

    /// Returns the header and the text of each unknown column, except for blank cells.
    pub fn extras(&self) -> impl Iterator<Item = (&'a Arc<str>, &'a str)> + use<'a> {
        let Self { list, at } = *self;
        let carried = list.carried.iter();
        carried
            .map(move |(column, header)| (header, list.table.cell(at, usize::from(*column))))
            .filter(|(_, text)| !text.is_empty())
    }

    /// Returns the row number of an earlier row that has the same own id; `None` if no earlier row
    /// has it. A row that repeats an id is faulty.
    pub(super) fn repeats(&self) -> Option<u64> {
        self.list.repeats.get(&self.at).copied()
    }

    /// Returns the cell `id`, or an id derived from other cells of the row if that cell is blank.
    ///
    /// The derived id is the first of these that no other row has: `osm_id`, `license_no`, `uscc`.
    /// If none of them is unique, the derived id is `x` and a hash of name and address. If several
    /// rows have the same name and address, it is `x` and a hash of all cells of the row. A derived
    /// id does not depend on the order of rows or columns. Lists other than lists of prospects may
    /// have blank ids.
    pub fn id(&self) -> String {
        self.list.ids.get(self.at).unwrap_or(&RowId::Cell(Column::Id)).of(self)
    }

    /// Returns whether [`id`](Self::id) is derived from other cells because the cell `id` is blank.
    pub fn has_derived_id(&self) -> bool {
        self.cell(Column::Id).is_none()
    }
}

impl ListSchema {
    /// Columns of a list of prospects.
    pub const PROSPECTS: Self =
        Self { columns: Column::OF_PROSPECTS, required: &[], any_of: &[Column::Id, Column::Name] };

    /// Returns the names of the columns that a list of this kind needs.
    fn needed(&self) -> Vec<&'static str> {
        self.any_of.iter().chain(self.required).map(|column| column.name()).collect()
    }
}

impl RawRow<'_> {
    /// Returns the fault of a row that cannot be divided into cells; `None` if the row has no such
    /// fault.
    fn fault(&self, width: usize, delimiter: Option<char>) -> Option<RowFault> {
        let row = u64::from(self.number);
        if self.runs_on {
            return Some(RowFault {
                row,
                column: None,
                found: "a cell that spans several rows".to_owned(),
                expected: "a closing quotation mark at the end of each quoted cell (write a \
                           quotation mark inside a cell as \"\")"
                    .to_owned(),
            });
        }
        let extra = self.cells.iter().skip(width).any(|cell| !cell.trim().is_empty());
        let missing = delimiter.is_some() && self.cells.len() < width;
        let advice = match delimiter {
            Some(delimiter) => {
                format!("quote cells that contain \"{}\"", delimiter.escape_default())
            }
            None => "add a header to every column".to_owned(),
        };
        (missing || extra).then(|| RowFault {
            row,
            column: None,
            found: format!("{} cells", self.cells.len()),
            expected: format!("{width} as in the header; {advice}"),
        })
    }
}

/// Returns the sheet named `wanted`. Without a name, returns the sheet with the most known columns,
/// or the first of several such sheets.
fn pick_sheet(
    file: &str,
    bytes: &[u8],
    wanted: Option<&str>,
    is_known: impl Fn(&str) -> bool,
    remarks: &mut Vec<Remark>,
) -> Result<workbook::Sheet, TableError> {
    let mut sheets = workbook::read(bytes).map_err(|reason| TableError::Contents {
        file: file.to_owned(),
        reason: ContentsError::DamagedWorkbook { reason },
    })?;
    let names: Vec<String> = sheets.iter().map(|sheet| sheet.name.clone()).collect();
    if let Some(wanted) = wanted {
        return match sheets.iter().position(|sheet| sheet.name == wanted) {
            Some(at) => Ok(sheets.swap_remove(at)),
            None => Err(TableError::NoSheet {
                file: file.to_owned(),
                sheet: wanted.to_owned(),
                sheets: names,
            }),
        };
    }
    let known = |sheet: &workbook::Sheet| {
        let mut first = Vec::new();
        sheet.each_row(|row| {
            first.push((row.number, row.cells.clone()));
            first.len() < ROWS_SEARCHED
        });
        Header::find(first, &is_known).map_or(0, |header| header.known)
    };
    let most = (0..sheets.len()).rev().max_by_key(|at| known(&sheets[*at]));
    let Some(at) = most else {
        return Err(TableError::Empty { file: file.to_owned(), required: Vec::new() });
    };
    let others: Vec<String> = sheets
        .iter()
        .enumerate()
        .filter(|(other, sheet)| *other != at && !sheet.is_empty())
        .map(|(_, sheet)| format!("\"{}\"", sheet.name))
        .collect();
    if !others.is_empty() {
        remarks.push(Remark::new(
            RemarkCode::OtherSheets,
            format!(
                "{file}: sheet \"{}\" was read and {} ignored; choose another with sheet = \"…\" or --sheet",
                sheets[at].name,
                others.join(", ")
            ),
        ));
    }
    Ok(sheets.swap_remove(at))
}

/// Returns a remark that names the ignored rows. `one` and `several` are the reasons for one row
/// and for several rows.
fn remark_rows(
    file: &str,
    code: RemarkCode,
    [one, several]: [&str; 2],
    rows: &[u64],
) -> Option<Remark> {
    let numbers: Vec<String> = rows.iter().map(u64::to_string).collect();
    let message = match &numbers[..] {
        [] => return None,
        [number] => format!("{file}: row {number} {one}"),
        _ => format!("{file}: rows {} {several}", list_some(&numbers, 20)),
    };
    Some(Remark::new(code, message))
}
