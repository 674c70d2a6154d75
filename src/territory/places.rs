//! Looks up the positions of rows that have no coordinates.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::Territory;
use crate::geocode::Geocoder;
use crate::osm;
use crate::policy::Policy;
use crate::progress::Progress;
use crate::prospects::{Grade, Prospect, ProspectList};
use crate::remark::{Remark, RemarkCode, list_some};

/// A row without a position. Plans do not contain it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unplaced {
    /// Path of the list.
    pub file: String,
    /// Row number, as a spreadsheet shows it.
    pub row: u64,
    /// Id of the prospect.
    pub id: String,
    /// Name of the prospect.
    pub name: String,
}

/// The rows of all lists, with positions that the lists state or that were found by address.
#[derive(Debug, Default)]
pub(super) struct Placed {
    pub(super) prospects: Vec<Prospect>,
    pub(super) files: Vec<(String, Range<usize>)>,
    pub(super) unplaced: Vec<Unplaced>,
    /// True if an extract was read to look up addresses.
    pub(super) looked_up: bool,
    pub(super) remarks: Vec<Remark>,
}

/// Looks up the addresses of rows that have no position. Reads the extract only if there are such
/// rows.
///
/// # Errors
/// The extract cannot be read.
pub(super) fn place(
    territory: &Territory,
    lists: Vec<(String, ProspectList)>,
    progress: &dyn Progress,
) -> Result<Placed, osm::ExtractError> {
    let has_gaps =
        lists.iter().any(|(_, list)| list.prospects.iter().any(|outlet| outlet.at.is_none()));
    let gazetteer = territory.gazetteer().filter(|_| has_gaps);
    let geocoder = match gazetteer {
        Some(path) => Some(Geocoder::new(&osm::read_with_addresses(path, progress)?)),
        None => None,
    };
    let mut placed = Placed { looked_up: geocoder.is_some(), ..Placed::default() };
    for (file, mut list) in lists {
        let (first, first_unplaced) = (placed.prospects.len(), placed.unplaced.len());
        let rows = list.rows.len();
        placed.remarks.append(&mut list.remarks);
        let mut grades = Vec::new();
        for (mut outlet, row) in list.prospects.into_iter().zip(list.rows) {
            if outlet.at.is_none()
                && let Some(hit) = geocoder.as_ref().and_then(|all| all.find_prospect(&outlet))
            {
                grades.push(hit.grade);
                outlet.at = Some(hit.at);
                outlet.position_quality = Some(hit.grade);
            }
            match outlet.at {
                Some(at) => placed.prospects.push(outlet.with_position(at)),
                None => {
                    let file = file.clone();
                    placed.unplaced.push(Unplaced { file, row, id: outlet.id, name: outlet.name });
                }
            }
        }
        let (none, has_map) = (&placed.unplaced[first_unplaced..], geocoder.is_some());
        placed.remarks.extend(remark_looked_up(&file, rows, &grades, &territory.policy));
        placed.remarks.extend(remark_unplaced(&file, rows, none, has_map));
        placed.files.push((file, first..placed.prospects.len()));
    }
    Ok(placed)
}

fn remark_looked_up(file: &str, rows: usize, grades: &[Grade], policy: &Policy) -> Option<Remark> {
    let counts = Grade::ALL.iter().filter_map(|grade| {
        let count = grades.iter().filter(|found| *found == grade).count();
        (count > 0).then(|| format!("{} {count}", grade.name()))
    });
    let counts: Vec<String> = counts.collect();
    let coarse = grades.iter().filter(|grade| **grade > policy.geocode_quality).count();
    let mut message = format!(
        "{file}: {} of {rows} rows have no lon and lat and were found by address: {}",
        grades.len(),
        counts.join(", ")
    );
    if coarse > 0 {
        message += &format!(
            "; {coarse} of them have a position worse than \"{}\" (geocode_quality of the policy) and are left out",
            policy.geocode_quality.name()
        );
    }
    (!grades.is_empty()).then(|| Remark::new(RemarkCode::Geocoded, message))
}

fn remark_unplaced(file: &str, rows: usize, none: &[Unplaced], has_map: bool) -> Option<Remark> {
    let who = |row: &Unplaced| match row.name == row.id {
        true => format!("row {} {}", row.row, row.id),
        false => format!("row {} {} \"{}\"", row.row, row.id, row.name),
    };
    let all: Vec<String> = none.iter().map(who).collect();
    let what_to_do = match has_map {
        true => {
            "add lon and lat, or correct their addresses (`beatplan prospects geocode` shows which are found)"
        }
        false => {
            "add lon and lat, or name an extract to look up their addresses in, as in [geocode] osm = \"county.osm.pbf\""
        }
    };
    let message = format!(
        "{file}: {} of {rows} rows have no position and are left out: {}; {what_to_do}",
        none.len(),
        list_some(&all, 20)
    );
    (!none.is_empty()).then(|| Remark::new(RemarkCode::NoPosition, message))
}
