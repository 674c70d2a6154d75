//! Reads lists of points. Each row has an id and a position.

use std::path::Path;

use super::cells::Cells;
use super::columns::{Aliases, Column};
use super::fault::TableError;
use super::list::{List, ListOptions, ListSchema};
use super::row::required_position;
use crate::lonlat::LonLat;

const SCHEMA: ListSchema = ListSchema {
    columns: &[Column::Id, Column::Lon, Column::Lat],
    required: &[Column::Id, Column::Lon, Column::Lat],
    any_of: &[],
};

/// Reads the id and the position (WGS-84) in every row of the list `file`, and ignores all other
/// columns.
///
/// Encoding and delimiter are found as in [`read_prospects`](super::read_prospects). Ids may
/// repeat.
///
/// # Errors
/// The file cannot be read, is not a list or lacks columns, or rows have faults: then all of them.
pub fn read_points(file: &Path) -> Result<Vec<(String, LonLat)>, TableError> {
    let options = ListOptions { schema: SCHEMA, aliases: &Aliases::default(), sheet: None };
    let mut list = List::read(file, &options)?;
    let mut faults = std::mem::take(&mut list.faults);
    let mut points = Vec::with_capacity(list.len());
    for row in list.rows() {
        let mut cells = Cells::new(row);
        let id = cells.required(Column::Id, "an id", Some);
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
