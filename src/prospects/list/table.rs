//! Stores the cells of a list in one text buffer.

use csv::StringRecord;

use super::ListColumn;
use crate::prospects::columns::CellKind;
use crate::prospects::width::plain_width;

/// Rows with the same number of cells. Cell `c` of row `r` ends at `ends[r · width + c]` in the
/// text buffer; the next cell begins there.
#[derive(Debug)]
pub(super) struct Table {
    text: String,
    ends: Vec<u32>,
    numbers: Vec<u32>,
    /// For each column: true if full-width characters are converted to ASCII.
    folds: Vec<bool>,
    /// For each column: true if at least one cell is filled.
    used: Vec<bool>,
}

impl Table {
    pub(super) fn new(columns: &[ListColumn]) -> Self {
        let folds =
            |column: &ListColumn| column.column.is_some_and(|c| c.cell_kind() != CellKind::Text);
        Self {
            text: String::new(),
            ends: Vec::new(),
            numbers: Vec::new(),
            folds: columns.iter().map(folds).collect(),
            used: vec![false; columns.len()],
        }
    }

    /// Adds a row. Missing cells become blank cells; cells beyond the last column are dropped.
    /// Returns `false` if the text exceeds 4 GiB.
    #[must_use]
    pub(super) fn push(&mut self, number: u32, cells: &StringRecord) -> bool {
        for at in 0..self.folds.len() {
            let cell = cells.get(at).unwrap_or_default().trim();
            self.used[at] |= !cell.is_empty();
            match self.folds[at] {
                true => self.text.push_str(&plain_width(cell)),
                false => self.text.push_str(cell),
            }
            let Ok(end) = u32::try_from(self.text.len()) else { return false };
            self.ends.push(end);
        }
        self.numbers.push(number);
        true
    }

    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    pub(super) fn number(&self, row: usize) -> u32 {
        self.numbers[row]
    }

    pub(super) fn cell(&self, row: usize, column: usize) -> &str {
        let at = row * self.folds.len() + column;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[at] as usize]
    }

    /// Returns whether at least one cell of the column is filled.
    pub(super) fn is_used(&self, column: usize) -> bool {
        self.used[column]
    }
}
