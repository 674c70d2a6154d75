//! A CSV file of places that need nothing but an id and a position.

use std::fs;
use std::path::Path;

use super::cells::Cells;
use super::fault::TableError;
use super::list::{id, position};
use super::table::{Table, TableFormat};
use crate::lonlat::LonLat;

const FORMAT: TableFormat =
    TableFormat { columns: &["id", "lon", "lat"], required: &["id", "lon", "lat"] };

/// Reads id and position of every row of the CSV file `file`; other columns are passed over.
///
/// Encoding and delimiter are found as in [`read_prospects`](super::read_prospects). An id may occur several times.
///
/// # Errors
/// The file cannot be read, is no text or lacks columns; or rows are at fault: then all faults of all rows are told.
pub fn read_points(file: &Path) -> Result<Vec<(String, LonLat)>, TableError> {
    let name = file.display().to_string();
    let bytes =
        fs::read(file).map_err(|source| TableError::Unreadable { file: name.clone(), source })?;
    let mut table = Table::read(&name, &bytes, &FORMAT)?;
    let mut faults = std::mem::take(&mut table.faults);
    let mut points = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let mut cells = Cells::new(&table, row);
        let (id, at) = (id(&mut cells), position(&mut cells));
        points.extend(id.map(str::to_owned).zip(at));
        faults.append(&mut cells.faults);
    }
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.row);
        return Err(TableError::Faults { file: name, faults });
    }
    Ok(points)
}
