//! Merges several lists into one list that contains each outlet once, with the best values of all
//! lists and a stable id.
//!
//! [`merge`] takes lists in falling order of trust and returns a [`Merged`], which holds the lists
//! and the rows of each outlet. `table` writes the merged list; it makes each merged row only when
//! it writes it, to save memory. `ids` keeps ids stable, `values` chooses values, `review` writes
//! the review list and reads the verdicts.

mod ids;
mod review;
mod table;
#[cfg(test)]
mod tests;
mod values;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

pub use ids::OutletChange;
pub use review::{Verdicts, read_verdicts};

use super::identity::{Confidence, FactTable, OutletFacts, Packed, Resolution, resolve};
use super::list::{List, ListRow};
use super::{Column, Grade, ListSettings, ListedProspect, ReadOptions, RowFault};
use crate::lonlat::LonLat;
use crate::remark::{Remark, RemarkCode, list_some};

/// Role of a list in a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The list contains our customers; their outlets are not blank spots.
    Customers,
    /// The list contains any outlets.
    List,
    /// The list is the result of an earlier merge. It gives outlets their ids, and the values that
    /// no other list has.
    Previous,
}

/// One list to merge.
#[derive(Debug)]
pub struct Source {
    /// Rows of the list.
    pub list: List,
    /// Settings for reading the rows.
    pub settings: ListSettings,
    /// Role of the list in the merge.
    pub role: Role,
}

/// Options of [`merge`].
#[derive(Debug, Clone, Copy, Default)]
pub struct MergeOptions {
    /// True if personal columns are left out.
    pub drop_personal: bool,
}

/// A row of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct RowAt {
    source: u32,
    /// Index of the row in its list, as in [`List::row`].
    row: u32,
}

/// Result of [`merge`].
#[derive(Debug)]
pub struct Merged {
    options: MergeOptions,
    sources: Vec<Source>,
    /// Rows without a fault, of all lists. The rows in `resolution` are indices into this vector.
    rows: Vec<RowAt>,
    resolution: Resolution,
    /// For each row: index of its outlet.
    outlet_of: Vec<u32>,
    /// For each outlet: its id, and its change since the earlier merge.
    identities: Vec<ids::Identity>,
    /// Number of pairs of rows for which a person has decided.
    verdicts: usize,
    rejected: Vec<(u32, RowFault)>,
    remarks: Vec<Remark>,
}

/// Figures about one list of a merge.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SourceFigures {
    /// Path of the list.
    pub file: String,
    /// Number of rows, faulty rows included.
    pub rows: usize,
    /// Number of faulty rows, which were left out.
    pub rejected: usize,
    /// Number of rows whose outlet is already in an earlier row of the list or in a list of higher
    /// trust.
    pub merged: usize,
    /// Number of outlets that are in no list of higher trust.
    pub new: usize,
}

/// Figures about a whole merge.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct MergeFigures {
    /// Figures of each list, in falling order of trust.
    pub lists: Vec<SourceFigures>,
    /// Number of outlets in the merged list.
    pub outlets: usize,
    /// Number of outlets that were made from several rows.
    pub of_several_rows: usize,
    /// Number of pairs of rows that were merged with high confidence.
    pub pairs_high: usize,
    /// Number of pairs of rows that were merged with medium confidence.
    pub pairs_medium: usize,
    /// Number of pairs of rows that a person should decide.
    pub pairs_to_review: usize,
    /// Number of pairs of rows for which a person has decided.
    pub verdicts: usize,
    /// Number of outlets that are not customers; `None` if no list of customers was merged.
    pub blank_spots: Option<usize>,
    /// Number of outlets without a position.
    pub without_position: usize,
    /// Number of outlets for each kind of change since the earlier merge; empty if there was no
    /// earlier merge.
    pub changes: std::collections::BTreeMap<&'static str, usize>,
}

/// Merges `sources`, which are in falling order of trust. Lists of customers are moved to the start
/// and the earlier merge to the end.
///
/// Leaves out faulty rows, see [`Merged::rejected`]. O(n log n) for n rows; needs about 250 bytes
/// per row in addition to the lists.
pub fn merge(mut sources: Vec<Source>, verdicts: &Verdicts, options: MergeOptions) -> Merged {
    sources.sort_by_key(|source| source.role);
    let mut table = FactTable::default();
    let (mut rows, mut rejected) = (Vec::new(), Vec::new());
    for (source, at) in sources.iter().zip(0..) {
        rejected.extend(source.list.faults.iter().map(|fault| (at, fault.clone())));
        let settings = ReadOptions::of(&source.settings);
        let read = |row: ListRow<'_>| packed(row, at, &settings);
        // Rows are normalised in portions, so that only one portion of the normalised text is in
        // memory twice.
        for start in (0..source.list.len()).step_by(PORTION) {
            let portion = start..source.list.len().min(start + PORTION);
            let packed: Vec<_> =
                portion.clone().into_par_iter().map(|row| read(source.list.row(row))).collect();
            for (packed, row) in packed.into_iter().zip(portion) {
                match packed {
                    Ok(packed) => {
                        table.push_packed(&packed);
                        rows.push(RowAt { source: at, row: row as u32 });
                    }
                    Err(faults) => rejected.extend(faults.into_iter().map(|fault| (at, fault))),
                }
            }
        }
    }
    rejected.sort_by_key(|(source, fault)| (*source, fault.row));
    let mut remarks: Vec<Remark> =
        sources.iter().flat_map(|source| source.list.remarks.iter().cloned()).collect();
    let (mut known, unmatched) = review::pairs(verdicts, &sources, &rows);
    if !unmatched.is_empty() {
        remarks.push(Remark::new(
            RemarkCode::VerdictsUnmatched,
            format!(
                "{} verdicts are ignored because their rows are in no list: {}",
                unmatched.len(),
                list_some(&unmatched, 5)
            ),
        ));
    }
    let with_verdict = known.len();
    for (pair, verdict) in ids::pairs_by_source(&sources, &rows) {
        known.entry(pair).or_insert(verdict);
    }
    let resolution = resolve(&table, &known);
    drop(table);
    let identities = ids::identities(&sources, &rows, &resolution);
    let mut outlet_of = vec![0; rows.len()];
    for (outlet, at) in resolution.outlets.iter().zip(0..) {
        outlet.iter().for_each(|row| outlet_of[*row as usize] = at);
    }
    Merged {
        options,
        sources,
        rows,
        resolution,
        outlet_of,
        identities,
        verdicts: with_verdict,
        rejected,
        remarks,
    }
}

/// Number of rows that are normalised at a time.
const PORTION: usize = 65_536;

/// Returns the packed row, or the faults of the row.
fn packed(row: ListRow<'_>, list: u32, options: &ReadOptions<'_>) -> Result<Packed, Vec<RowFault>> {
    let outlet = row.prospect(options)?;
    let text = |column| row.cell(column).unwrap_or_default();
    let id = outlet.id.as_str();
    // `prospects discover` writes the OSM id into the column `id`.
    let osm_id = outlet.osm_id.as_deref().unwrap_or(if is_osm_id(id) { id } else { "" });
    Ok(Packed::new(&OutletFacts {
        list,
        id,
        osm_id,
        name: text(Column::Name),
        address: text(Column::Address),
        city: outlet.city.as_deref().or(outlet.township.as_deref()).unwrap_or_default(),
        postcode: text(Column::Postcode),
        phone: text(Column::Phone),
        license_no: text(Column::LicenseNo),
        uscc: text(Column::Uscc),
        at: exact_position(&outlet),
        outlet_type: outlet.outlet_type,
    }))
}

/// Returns the position of the outlet if it is exact enough to distinguish outlets, see
/// [`Grade::is_routable`].
fn exact_position(outlet: &ListedProspect) -> Option<LonLat> {
    outlet.at.filter(|_| outlet.position_quality.is_none_or(Grade::is_routable))
}

fn is_osm_id(id: &str) -> bool {
    let number = ["node/", "way/", "relation/"].iter().find_map(|kind| id.strip_prefix(kind));
    number.is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
}

impl Merged {
    /// Returns the remarks about all lists.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// Returns each fault of the rows that were left out, with the path of the list.
    pub fn rejected(&self) -> impl ExactSizeIterator<Item = (&str, &RowFault)> {
        self.rejected
            .iter()
            .map(|(source, fault)| (&*self.sources[*source as usize].list.file, fault))
    }

    /// Returns the number of rows that were left out.
    pub fn rejected_rows(&self) -> usize {
        let mut rows: Vec<(u32, u64)> =
            self.rejected.iter().map(|(source, fault)| (*source, fault.row)).collect();
        rows.dedup();
        rows.len()
    }

    /// Counts the rows, pairs and outlets of the merge. O(rows + pairs).
    pub fn figures(&self) -> MergeFigures {
        let mut lists: Vec<SourceFigures> = self
            .sources
            .iter()
            .map(|Source { list, .. }| SourceFigures {
                file: list.file.clone(),
                rows: list.len() + list.faults.len(),
                rejected: 0,
                merged: 0,
                new: 0,
            })
            .collect();
        for row in self.rejected.chunk_by(|a, b| (a.0, a.1.row) == (b.0, b.1.row)) {
            lists[row[0].0 as usize].rejected += 1;
        }
        for outlet in &self.resolution.outlets {
            for (at, row) in outlet.iter().enumerate() {
                let figures = &mut lists[self.rows[*row as usize].source as usize];
                if at == 0 { figures.new += 1 } else { figures.merged += 1 }
            }
        }
        let pairs = |confidence, merged| {
            let links = self.resolution.links.iter();
            links.filter(|link| link.confidence == confidence && link.merged == merged).count()
        };
        let has_customers = self.sources.iter().any(|source| source.role == Role::Customers);
        let count = |is: &dyn Fn(usize) -> bool| {
            (0..self.resolution.outlets.len()).filter(|at| is(*at)).count()
        };
        let mut changes = std::collections::BTreeMap::new();
        for change in self.identities.iter().filter_map(|identity| identity.change.as_ref()) {
            *changes.entry(change.code()).or_default() += 1;
        }
        MergeFigures {
            outlets: self.resolution.outlets.len(),
            of_several_rows: count(&|at| self.resolution.outlets[at].len() > 1),
            pairs_high: pairs(Confidence::High, true),
            pairs_medium: pairs(Confidence::Medium, true),
            pairs_to_review: self.links_to_review().filter(|link| !link.merged).count(),
            verdicts: self.verdicts,
            blank_spots: has_customers.then(|| count(&|at| !self.is_customer(at))),
            without_position: count(&|at| !self.has_position(at)),
            changes,
            lists,
        }
    }

    /// Returns the rows of each outlet. A row is given by the path of its list and its row number,
    /// as a spreadsheet counts.
    pub fn outlets(&self) -> impl Iterator<Item = Vec<(&str, u64)>> {
        self.resolution.outlets.iter().map(|rows| {
            let named = |row: &u32| {
                let row = self.row(*row);
                (&*row.list().file, row.number())
            };
            rows.iter().map(named).collect()
        })
    }

    /// Returns the pairs of rows that a person should decide. A row is given by the path of its
    /// list and its row number, as a spreadsheet counts.
    pub fn doubtful_pairs(&self) -> impl Iterator<Item = ((&str, u64), (&str, u64))> {
        let named = |row: u32| {
            let row = self.row(row);
            (&*row.list().file, row.number())
        };
        let doubtful = self.links_to_review().filter(|link| !link.merged);
        doubtful.map(move |link| (named(link.a), named(link.b)))
    }

    /// Returns whether the outlet is in a list of customers.
    fn is_customer(&self, outlet: usize) -> bool {
        let role = |row: &u32| self.sources[self.rows[*row as usize].source as usize].role;
        self.resolution.outlets[outlet].iter().any(|row| role(row) == Role::Customers)
    }

    /// Returns whether a row of the outlet has a position. A row without faults has both
    /// coordinates or none.
    fn has_position(&self, outlet: usize) -> bool {
        let rows = &self.resolution.outlets[outlet];
        rows.iter().any(|row| self.row(*row).cell(Column::Lon).is_some())
    }

    fn row(&self, row: u32) -> ListRow<'_> {
        let RowAt { source, row } = self.rows[row as usize];
        self.sources[source as usize].list.row(row as usize)
    }

    /// Returns the prospect in a row without faults.
    fn read(&self, row: u32) -> ListedProspect {
        let settings = &self.sources[self.rows[row as usize].source as usize].settings;
        self.row(row).prospect(&ReadOptions::of(settings)).expect("`rows` has good rows only")
    }
}

/// Returns the file name of a list without folder and extension.
fn list_name(list: &List) -> &str {
    let name = list.file.rsplit(['/', '\\']).next().unwrap_or(&list.file);
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

/// Returns the names of the lists. If several lists have the same name, a number is added to it.
fn list_names(sources: &[Source]) -> Vec<String> {
    let mut seen: FxHashMap<&str, usize> = FxHashMap::default();
    sources
        .iter()
        .map(|source| {
            let name = list_name(&source.list);
            let times = seen.entry(name).or_default();
            *times += 1;
            if *times == 1 { name.to_owned() } else { format!("{name}-{times}") }
        })
        .collect()
}
