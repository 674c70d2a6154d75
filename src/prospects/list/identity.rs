//! Gives every row an id that stays the same when the list is imported again.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::{List, ListRow};
use crate::prospects::cells::is_rounded;
use crate::prospects::columns::Column;
use crate::prospects::width::plain_width;
use crate::remark::{Remark, RemarkCode};

/// Origin of the id of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowId {
    /// The id is the cell in this column.
    Cell(Column),
    /// The id is a hash of the row. The second number is the number of earlier rows with the same
    /// hash.
    Hash(u64, u32),
}

/// Columns that identify an outlet; the best column comes first.
const KEYS: [Column; 4] = [Column::Id, Column::OsmId, Column::LicenseNo, Column::Uscc];

impl RowId {
    pub(super) fn of(self, row: &ListRow<'_>) -> String {
        match self {
            Self::Cell(column) => row.cell(column).unwrap_or_default().to_owned(),
            Self::Hash(hash, 0) => format!("x{hash:016x}"),
            Self::Hash(hash, before) => format!("x{hash:016x}-{}", before + 1),
        }
    }
}

/// Gives every row of `list` an id, and finds the rows whose own id is also the id of an earlier
/// row.
///
/// O(n) expected time for n rows; needs about 50 bytes per row while it works.
pub(super) fn give_ids(list: &mut List) {
    let mut ids: Vec<Option<RowId>> = vec![None; list.len()];
    let mut repeats = FxHashMap::default();
    let mut taken: FxHashMap<&str, u64> = FxHashMap::default();
    for column in KEYS.into_iter().filter(|column| list.has(*column)) {
        let key = |row: &ListRow<'_>| list.row(row.at).cell(column).filter(|key| !is_rounded(key));
        let is_own = column == Column::Id;
        let mut count: FxHashMap<&str, u32> = FxHashMap::default();
        if !is_own {
            list.rows()
                .filter_map(|row| key(&row))
                .for_each(|key| *count.entry(key).or_default() += 1);
        }
        for row in list.rows() {
            let Some(key) = key(&row).filter(|_| ids[row.at].is_none()) else { continue };
            match taken.get(key) {
                Some(earlier) if is_own => {
                    repeats.insert(row.at, *earlier);
                    ids[row.at] = Some(RowId::Cell(column));
                }
                Some(_) => {}
                None if count.get(key).is_some_and(|count| *count > 1) => {}
                None => {
                    taken.insert(key, row.number());
                    ids[row.at] = Some(RowId::Cell(column));
                }
            }
        }
    }
    drop(taken);
    let ids = hash_the_rest(list, ids);
    let derived = list.rows().filter(ListRow::has_derived_id).count();
    if derived > 0 && list.has(Column::Id) {
        list.remarks.push(Remark::new(
            RemarkCode::DerivedIds,
            format!(
                "{}: {derived} of {} rows have no id; their ids are derived from their contents",
                list.file,
                list.len()
            ),
        ));
    }
    list.ids = ids;
    list.repeats = repeats;
}

/// Gives an id to every row that has none: a hash of its name and address, or a hash of all its
/// cells if other rows have the same name and address.
fn hash_the_rest(list: &List, ids: Vec<Option<RowId>>) -> Vec<RowId> {
    let mut by_column: Vec<usize> = (0..list.columns.len()).collect();
    by_column.sort_by_key(|at| &list.columns[*at].header);
    let short = |row: ListRow<'_>| {
        hash_of([Column::Name, Column::Address].map(|c| row.cell(c).unwrap_or_default()))
    };
    let whole =
        |row: ListRow<'_>| hash_of(by_column.iter().map(|column| list.table.cell(row.at, *column)));
    let rest = || list.rows().filter(|row| ids[row.at].is_none());

    let mut count: FxHashMap<u64, u32> = FxHashMap::default();
    rest().for_each(|row| *count.entry(short(row)).or_default() += 1);
    let mut before: FxHashMap<u64, u32> = FxHashMap::default();
    let hashed = |row: ListRow<'_>, before: &mut FxHashMap<u64, u32>| match short(row) {
        hash if count[&hash] == 1 => RowId::Hash(hash, 0),
        _ => {
            let hash = whole(row);
            let nth = before.entry(hash).or_default();
            *nth += 1;
            RowId::Hash(hash, *nth - 1)
        }
    };
    list.rows().map(|row| ids[row.at].unwrap_or_else(|| hashed(row, &mut before))).collect()
}

/// Returns a hash of the letters and digits of `cells`, regardless of their case and width.
fn hash_of<'a>(cells: impl IntoIterator<Item = &'a str>) -> u64 {
    let mut plain = String::new();
    for cell in cells {
        plain.extend(
            plain_width(cell).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase),
        );
        plain.push('\n');
    }
    xxh3_64(plain.as_bytes())
}
