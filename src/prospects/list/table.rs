//! The cells of a list, one behind the other in one buffer.

use csv::StringRecord;

use super::ListColumn;
use crate::prospects::columns::Holds;
use crate::prospects::width::plain_width;

/// Rows of equally many cells. Row `r`'s cell `c` ends at `ends[r · width + c]`, where the next one begins.
#[derive(Debug)]
pub(super) struct Table {
    text: String,
    ends: Vec<u32>,
    numbers: Vec<u32>,
    /// By column: whether full-width letters become plain.
    folds: Vec<bool>,
    /// By column: whether any cell says anything.
    used: Vec<bool>,
}

impl Table {
    /// A table without rows.
    pub(super) fn new(columns: &[ListColumn]) -> Self {
        let folds = |column: &ListColumn| column.column.is_some_and(|c| c.holds() != Holds::Text);
        Self {
            text: String::new(),
            ends: Vec::new(),
            numbers: Vec::new(),
            folds: columns.iter().map(folds).collect(),
            used: vec![false; columns.len()],
        }
    }

    /// Adds a row; cells beyond the last column are let go, cells that are missing are blank. `false` if the buffer is
    /// full: it holds 4 GiB.
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

    /// Whether any cell of the column says anything.
    pub(super) fn is_used(&self, column: usize) -> bool {
        self.used[column]
    }
}
