//! A list as it was read: cells as text, columns understood as far as they are, no opinion yet on what a cell says.
//!
//! [`List::parse`] takes the bytes of a file, text or workbook, finds encoding, delimiter or sheet, the header row, and
//! what its columns mean. [`ListRow::prospect`] makes a row an outlet or says what is wrong with it. A fault of one row
//! never disturbs another.

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
use super::read::OUTLETS;
use super::settings::ListSettings;
use super::text::{self, Delimiter, NoText};
use crate::remark::{Remark, RemarkCode, list_some};

/// What a kind of list consists of.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// All columns that have a meaning in it.
    pub columns: &'static [Column],
    /// Those it cannot do without.
    pub required: &'static [Column],
    /// One of these must be there as well.
    pub any_of: &'static [Column],
}

/// How a file is to be read.
#[derive(Debug, Clone, Copy)]
pub struct ListOptions<'a> {
    /// What it consists of.
    pub format: Format,
    /// What headers mean.
    pub aliases: &'a Aliases,
    /// The sheet of a workbook that is wanted; otherwise the one with most known columns.
    pub sheet: Option<&'a str>,
}

impl<'a> ListOptions<'a> {
    /// How to read a list of outlets that `settings` are about.
    pub fn of(settings: &'a ListSettings) -> Self {
        Self { format: OUTLETS, aliases: &settings.columns, sheet: settings.sheet.as_deref() }
    }
}

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListForm {
    /// Text.
    Text {
        /// The name of its encoding, such as `gb18030`.
        encoding: &'static str,
        /// What stands between cells.
        delimiter: char,
    },
    /// A workbook.
    Workbook {
        /// The sheet that was read.
        sheet: String,
    },
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListColumn {
    /// What its header says.
    pub header: String,
    /// What it means; `None`: nothing here, its cells are carried along.
    pub column: Option<Column>,
}

/// A list that could be read, faults of rows aside.
///
/// One text buffer holds all cells, four bytes a cell say where each ends; there is no `String` per cell.
#[derive(Debug)]
pub struct List {
    /// The file it comes from, for messages.
    pub file: String,
    /// What that turned out to be.
    pub form: ListForm,
    /// The number of the row that names the columns.
    pub header_row: u64,
    /// The columns from left to right.
    pub columns: Vec<ListColumn>,
    /// Rows that could not be divided into cells: they are not among [`List::rows`].
    pub faults: Vec<RowFault>,
    /// Rows that are sums, by number: they are not among [`List::rows`] either.
    pub sums: Vec<u64>,
    /// Unknown columns, an unusual encoding, rows that were passed over, a list without rows.
    pub remarks: Vec<Remark>,
    table: Table,
    /// By column: where it is, or [`NOWHERE`].
    places: [u16; Column::COUNT],
    /// The columns that are carried along: where they are, what they are called.
    carried: Vec<(u16, Arc<str>)>,
    /// What makes each row's id.
    ids: Vec<RowId>,
    /// Rows whose own id an earlier row has: the number of that row.
    repeats: FxHashMap<usize, u64>,
}

/// Stands for a column that is not there.
const NOWHERE: u16 = u16::MAX;

/// A row as it comes from a file.
#[derive(Clone, Copy)]
struct RawRow<'a> {
    /// As a spreadsheet counts: from 1, blank rows count, a cell with line breaks is in one row.
    number: u32,
    cells: &'a StringRecord,
    /// A cell of it may have swallowed other rows.
    runs_on: bool,
}

/// Where rows come from.
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

    /// The first rows, among which the header is looked for.
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
    /// Reads the file `path`, as [`List::parse`] does.
    ///
    /// # Errors
    /// The file cannot be read; or as [`List::parse`].
    pub fn read(path: &Path, options: &ListOptions<'_>) -> Result<Self, TableError> {
        let file = path.display().to_string();
        match fs::read(path) {
            Ok(bytes) => Self::parse(&file, bytes, options),
            Err(source) => Err(TableError::Unreadable { file, source }),
        }
    }

    /// Reads the contents `bytes` of a file that messages call `file`.
    ///
    /// O(len) time; the text of the cells and about four bytes a cell in memory, and the decoded text while it reads.
    ///
    /// # Errors
    /// Neither text nor workbook, no header, or a header that will not do.
    pub fn parse(
        file: &str,
        bytes: Vec<u8>,
        options: &ListOptions<'_>,
    ) -> Result<Self, TableError> {
        let is_known = |cell: &str| {
            options
                .aliases
                .column(cell)
                .is_some_and(|(column, _)| options.format.columns.contains(&column))
        };
        let mut remarks = Vec::new();
        let (rows, form) = if text::is_workbook(&bytes) {
            let sheet = pick_sheet(file, &bytes, options.sheet, is_known, &mut remarks)?;
            let form = ListForm::Workbook { sheet: sheet.name.clone() };
            (Rows::Sheet(sheet), form)
        } else {
            let decoded = text::decode(bytes)
                .map_err(|reason| TableError::NoText { file: file.to_owned(), reason })?;
            let encoding = decoded.encoding.name();
            if decoded.encoding != encoding_rs::UTF_8 {
                let message = format!("{file} is not UTF-8; it was read as {encoding}");
                remarks.push(Remark::new(RemarkCode::Encoding, message));
            }
            let delimiter = Delimiter::find(&decoded.text, is_known);
            let form = ListForm::Text { encoding, delimiter: delimiter.char() };
            (Rows::Text { text: decoded.text, delimiter }, form)
        };
        let header = Header::find(rows.first(), is_known).ok_or_else(|| TableError::Empty {
            file: file.to_owned(),
            required: options.format.needed(),
        })?;
        let columns = header.columns(file, &options.format, options.aliases, &mut remarks)?;
        remarks.extend(header.remark_rows_above(file));
        Self::fill(file, &rows, form, &header, columns, options, remarks)
    }

    /// Reads the rows below the header.
    fn fill(
        file: &str,
        rows: &Rows,
        form: ListForm,
        header: &Header,
        columns: Vec<ListColumn>,
        options: &ListOptions<'_>,
        mut remarks: Vec<Remark>,
    ) -> Result<Self, TableError> {
        let delimiter = match &form {
            ListForm::Text { delimiter, .. } => Some(*delimiter),
            ListForm::Workbook { .. } => None,
        };
        let (mut faults, mut sums, mut headers_again) = (Vec::new(), Vec::new(), Vec::new());
        let mut table = Table::new(&columns);
        let mut fits = true;
        rows.each(|row| {
            if row.number <= header.number || row.cells.iter().all(|cell| cell.trim().is_empty()) {
                return true;
            }
            if skipped::is_sum(row.cells, &columns) {
                sums.push(u64::from(row.number));
            } else if skipped::is_header_again(row.cells, &columns) {
                headers_again.push(row.number);
            } else if let Some(fault) = row.fault(columns.len(), delimiter) {
                faults.push(fault);
            } else {
                fits = table.push(row.number, row.cells);
            }
            fits
        });
        if !fits {
            return Err(TableError::TooLarge { file: file.to_owned() });
        }
        remarks.extend(remark_unknown_columns(file, &columns, &options.format, |at| {
            table.is_used(at)
        }));
        remarks.extend(remark_rows(
            file,
            RemarkCode::SumRows,
            ["no outlet but a sum", "no outlets but sums"],
            &sums,
        ));
        remarks.extend(remark_rows(
            file,
            RemarkCode::HeaderAgain,
            ["the header again"; 2],
            &headers_again,
        ));
        if table.len() == 0 && faults.is_empty() {
            let message = format!("{file} has a header of {} columns but no rows", columns.len());
            remarks.push(Remark::new(RemarkCode::EmptyTable, message));
        }
        let mut places = [NOWHERE; Column::COUNT];
        let mut carried = Vec::new();
        for (at, column) in (0..NOWHERE).zip(&columns) {
            match column.column {
                Some(column) => places[column as usize] = at,
                None if column.header.is_empty() && !table.is_used(usize::from(at)) => {}
                None if column.header.is_empty() => {
                    carried.push((at, format!("column_{}", at + 1).into()));
                }
                None => carried.push((at, column.header.as_str().into())),
            }
        }
        let mut list = Self {
            file: file.to_owned(),
            form,
            header_row: u64::from(header.number),
            columns,
            faults,
            sums,
            remarks,
            table,
            places,
            carried,
            ids: Vec::new(),
            repeats: FxHashMap::default(),
        };
        if options.format.columns.contains(&Column::Name) {
            identity::give_ids(&mut list);
        }
        Ok(list)
    }

    /// How many rows [`List::rows`] has.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row at `at`, counted from 0 and without those that are not among the rows.
    ///
    /// # Panics
    /// There are not so many.
    pub fn row(&self, at: usize) -> ListRow<'_> {
        assert!(at < self.len(), "row {at} of {}", self.len());
        ListRow { list: self, at }
    }

    /// All rows but blank ones, sums, repeated headers and those in [`List::faults`], in their order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = ListRow<'_>> {
        (0..self.len()).map(|at| ListRow { list: self, at })
    }

    /// The same for several threads at once.
    pub fn par_rows(&self) -> impl IndexedParallelIterator<Item = ListRow<'_>> {
        (0..self.len()).into_par_iter().map(|at| ListRow { list: self, at })
    }

    /// Whether it has the column.
    pub fn has(&self, column: Column) -> bool {
        self.places[column as usize] != NOWHERE
    }

    /// What its header calls the column, else the column's own name.
    pub fn header(&self, column: Column) -> &str {
        match self.places[column as usize] {
            NOWHERE => column.name(),
            at => &self.columns[usize::from(at)].header,
        }
    }

    /// Whether its numbers may have a comma before the decimals: never where commas divide cells.
    pub fn has_decimal_commas(&self) -> bool {
        !matches!(self.form, ListForm::Text { delimiter: ',', .. })
    }
}

/// A row of a list.
#[derive(Clone, Copy)]
pub struct ListRow<'a> {
    list: &'a List,
    at: usize,
}

impl<'a> ListRow<'a> {
    /// The list it is in.
    pub fn list(&self) -> &'a List {
        self.list
    }

    /// Its number as a spreadsheet counts: the first line is row 1, blank rows count.
    pub fn number(&self) -> u64 {
        u64::from(self.list.table.number(self.at))
    }

    /// What it says in `column`, without blanks around it; in all columns but those of words ([`Column::holds`]) with
    /// full-width letters and digits made plain. `None` if it says nothing.
    pub fn cell(&self, column: Column) -> Option<&'a str> {
        match self.list.places[column as usize] {
            NOWHERE => None,
            at => Some(self.list.table.cell(self.at, usize::from(at))).filter(|c| !c.is_empty()),
        }
    }

    /// The text in the column number `at` from the left, from 0; empty where there is none.
    pub fn text(&self, at: usize) -> &'a str {
        self.list.table.cell(self.at, at)
    }

    /// What it says in the columns that mean nothing here: header and text, blank cells left out.
    pub fn extras(&self) -> impl Iterator<Item = (&'a Arc<str>, &'a str)> + use<'a> {
        let Self { list, at } = *self;
        let carried = list.carried.iter();
        carried
            .map(move |(column, header)| (header, list.table.cell(at, usize::from(*column))))
            .filter(|(_, text)| !text.is_empty())
    }

    /// The number of the first row that has the same id of its own; such a row is at fault.
    pub(super) fn repeats(&self) -> Option<u64> {
        self.list.repeats.get(&self.at).copied()
    }

    /// Its id: the list's own, or one that follows from what the row says.
    ///
    /// `osm_id`, `license_no` or `uscc` where no other row has the same; else `x` and a hash of name and address, or of
    /// the whole row where several have the same name and address. The order of rows and columns does not matter. In
    /// lists of other things than outlets it is the cell, which may be blank.
    pub fn id(&self) -> String {
        self.list.ids.get(self.at).unwrap_or(&RowId::Cell(Column::Id)).of(self)
    }

    /// Whether the id follows from what the row says.
    pub fn has_derived_id(&self) -> bool {
        self.cell(Column::Id).is_none()
    }
}

impl Format {
    /// The columns to name when there are none at all.
    fn needed(&self) -> Vec<&'static str> {
        self.any_of.iter().chain(self.required).map(|column| column.name()).collect()
    }
}

impl RawRow<'_> {
    /// What is wrong with the row as such.
    fn fault(&self, width: usize, delimiter: Option<char>) -> Option<RowFault> {
        let row = u64::from(self.number);
        if self.runs_on {
            return Some(RowFault {
                row,
                column: None,
                found: "a cell that runs over whole rows".to_owned(),
                expected:
                    "every quotation mark to be closed in its own cell (\"\" stands for one inside)"
                        .to_owned(),
            });
        }
        let extra = self.cells.iter().skip(width).any(|cell| !cell.trim().is_empty());
        let missing = delimiter.is_some() && self.cells.len() < width;
        let advice = match delimiter {
            Some(delimiter) => {
                format!("quote cells that contain \"{}\"", delimiter.escape_default())
            }
            None => "give every column a header".to_owned(),
        };
        (missing || extra).then(|| RowFault {
            row,
            column: None,
            found: format!("{} cells", self.cells.len()),
            expected: format!("{width} as in the header; {advice}"),
        })
    }
}

/// The sheet that is asked for, else the one whose header names most known columns, the first of several.
fn pick_sheet(
    file: &str,
    bytes: &[u8],
    wanted: Option<&str>,
    is_known: impl Fn(&str) -> bool,
    remarks: &mut Vec<Remark>,
) -> Result<workbook::Sheet, TableError> {
    let mut sheets = workbook::read(bytes).map_err(|reason| TableError::NoText {
        file: file.to_owned(),
        reason: NoText::DamagedWorkbook { reason },
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
                "{file}: sheet \"{}\" was read, not {}; name another with sheet = \"…\" or --sheet",
                sheets[at].name,
                others.join(", ")
            ),
        ));
    }
    Ok(sheets.swap_remove(at))
}

/// Says which rows were passed over as being `what`, of which the first is for one row and the second for more.
fn remark_rows<N: ToString>(
    file: &str,
    code: RemarkCode,
    [one, several]: [&str; 2],
    rows: &[N],
) -> Option<Remark> {
    let numbers: Vec<String> = rows.iter().map(N::to_string).collect();
    let message = match &numbers[..] {
        [] => return None,
        [number] => format!("{file}: row {number} is {one}"),
        _ => format!("{file}: rows {} are {several}", list_some(&numbers, 20)),
    };
    Some(Remark::new(code, message))
}
