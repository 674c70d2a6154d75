//! A list of places that need nothing but an id and a position.

use std::path::Path;

use super::cells::Cells;
use super::columns::{Aliases, Column};
use super::fault::TableError;
use super::list::{Format, List, ListOptions};
use super::row::required_position;
use crate::lonlat::LonLat;

const FORMAT: Format = Format {
    columns: &[Column::Id, Column::Lon, Column::Lat],
    required: &[Column::Id, Column::Lon, Column::Lat],
    any_of: &[],
};

/// Reads id and position of every row of the list `file`; other columns are passed over.
///
/// Encoding and delimiter are found as in [`read_prospects`](super::read_prospects). An id may occur several times.
///
/// # Errors
/// The file cannot be read, is no text or lacks columns; or rows are at fault: then all faults of all rows are told.
pub fn read_points(file: &Path) -> Result<Vec<(String, LonLat)>, TableError> {
    let options = ListOptions { format: FORMAT, aliases: &Aliases::default(), sheet: None };
    let mut list = List::read(file, &options)?;
    let mut faults = std::mem::take(&mut list.faults);
    let mut points = Vec::with_capacity(list.len());
    for row in list.rows() {
        let mut cells = Cells::new(row);
        let id = cells.required("id", "an id", Some);
        let at = required_position(&mut cells);
        points.extend(id.map(str::to_owned).zip(at));
        faults.append(&mut cells.faults);
    }
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.row);
        return Err(TableError::Faults { file: list.file, faults });
    }
    Ok(points)
}
