//! Looks up the addresses of all rows of a list.

use std::collections::BTreeMap;
use std::io;

use rayon::prelude::*;

use super::{Geocoder, Grade, Hit};
use crate::lonlat::LonLat;
use crate::prospects::{Column, List, ListColumn, ListRow, ListSettings, ReadOptions};

/// Columns that [`GeocodedList::write`] adds in addition to `lon` and `lat`.
const ADDED: [&str; 4] =
    ["position_quality", "position_score", "position_source", "position_matched"];

/// Columns that [`GeocodedList::write`] replaces. It writes no `datum`, because its positions are
/// in WGS-84.
const REPLACED: [Column; 4] = [Column::Lon, Column::Lat, Column::Datum, Column::PositionQuality];

/// Position of one row of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum RowPosition {
    /// The list states the position, and perhaps its quality. The position is converted to WGS-84.
    Given(LonLat, Option<Grade>),
    /// The position was found by the address of the row.
    Found(Hit),
    /// The address of the row was not found.
    NotFound,
    /// The row has a fault, so its address was not looked up.
    Faulty,
}

impl RowPosition {
    /// Returns the quality of the position, as the column `position_quality` names it.
    pub fn quality(&self) -> &'static str {
        match self {
            Self::Given(_, quality) => quality.map_or("given", Grade::name),
            Self::Found(hit) => hit.grade.name(),
            Self::NotFound => "none",
            Self::Faulty => "faulty",
        }
    }
}

/// Figures about a list whose addresses were looked up. Row numbers are those of a spreadsheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GeocodeFigures {
    /// Number of rows in the list.
    pub rows: usize,
    /// Number of rows for each quality, see [`RowPosition::quality`].
    pub by_quality: BTreeMap<&'static str, usize>,
    /// Number of rows whose address fits several places equally well.
    pub ambiguous: usize,
    /// Row numbers of the rows whose address was not found.
    pub rows_without_hit: Vec<u64>,
    /// Row numbers of the rows that have a fault.
    pub rows_at_fault: Vec<u64>,
}

/// A list with the positions of its rows.
#[derive(Debug)]
pub struct GeocodedList {
    /// The list.
    pub list: List,
    /// Position of each row of the list.
    pub positions: Vec<RowPosition>,
}

impl GeocodedList {
    /// Looks up the addresses of the rows that have no coordinates, on all threads.
    pub fn new(list: List, settings: &ListSettings, geocoder: &Geocoder) -> Self {
        let options = ReadOptions::of(settings);
        let position = |row: ListRow<'_>| match row.prospect(&options) {
            Err(_) => RowPosition::Faulty,
            Ok(prospect) => match prospect.at {
                Some(at) => RowPosition::Given(at, prospect.position_quality),
                None => geocoder
                    .find_prospect(&prospect)
                    .map_or(RowPosition::NotFound, RowPosition::Found),
            },
        };
        let positions = list.par_rows().map(position).collect();
        Self { list, positions }
    }

    /// Counts the rows of each quality. O(rows).
    pub fn figures(&self) -> GeocodeFigures {
        let mut figures = GeocodeFigures { rows: self.list.len(), ..GeocodeFigures::default() };
        for (row, position) in self.list.rows().zip(&self.positions) {
            *figures.by_quality.entry(position.quality()).or_default() += 1;
            match position {
                RowPosition::Found(hit) if hit.rivals > 0 => figures.ambiguous += 1,
                RowPosition::NotFound => figures.rows_without_hit.push(row.number()),
                RowPosition::Faulty => figures.rows_at_fault.push(row.number()),
                _ => {}
            }
        }
        figures
    }

    /// Writes the list as CSV, with `lon` and `lat` in WGS-84 and the quality of each position. A
    /// position whose quality is worse than `worst` stays blank. Rows with a fault keep their
    /// cells.
    ///
    /// # Errors
    /// Writing to `out` fails.
    pub fn write(&self, out: impl io::Write, worst: Grade) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(out);
        let is_kept = |column: &ListColumn| match column.column {
            Some(known) => !REPLACED.contains(&known),
            None => !ADDED.contains(&&*column.header),
        };
        let columns = &self.list.columns;
        let kept: Vec<usize> = (0..columns.len()).filter(|at| is_kept(&columns[*at])).collect();
        let headers = kept.iter().map(|at| &*columns[*at].header);
        table.write_record(headers.chain(["lon", "lat"]).chain(ADDED))?;
        let degrees = |at: LonLat| [at.lon, at.lat].map(|degrees| format!("{degrees:.7}"));
        for (row, position) in self.list.rows().zip(&self.positions) {
            let mut cells: Vec<String> = kept.iter().map(|at| row.text(*at).to_owned()).collect();
            cells.extend(match position {
                RowPosition::Given(at, _) => degrees(*at),
                RowPosition::Found(hit) if hit.grade <= worst => degrees(hit.at),
                RowPosition::Found(_) | RowPosition::NotFound => Default::default(),
                RowPosition::Faulty => [Column::Lon, Column::Lat]
                    .map(|column| row.cell(column).unwrap_or_default().to_owned()),
            });
            cells.push(position.quality().to_owned());
            cells.extend(match position {
                RowPosition::Found(Hit { score, matched, .. }) => {
                    [format!("{score:.2}"), "OpenStreetMap".to_owned(), matched.clone()]
                }
                _ => Default::default(),
            });
            table.write_record(&cells)?;
        }
        table.flush()
    }
}
