//! Many lists into one: each outlet once, with the best of what all sources say of it, and an id that stays.
//!
//! [`merge`] takes lists in the order of trust and returns a [`Merged`], which holds the lists and who belongs together;
//! the merged rows are made only as they are written (`table`), so that a million rows take no second copy. `ids` keeps ids
//! over imports, `values` says what wins, `review` lists what a person should look at and reads the verdicts back.

mod ids;
mod review;
mod table;
#[cfg(test)]
mod tests;
mod values;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

pub use ids::Change;
pub use review::{Verdicts, read_verdicts};

use super::identity::{Confidence, FactTable, OutletFacts, Packed, Resolution, resolve};
use super::list::{List, ListRow};
use super::{Column, Grade, ListSettings, ListedProspect, ReadOptions, RowFault};
use crate::lonlat::LonLat;
use crate::remark::{Remark, RemarkCode, list_some};

/// What a list is to the merging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Our customers: their outlets are no blank spots.
    Customers,
    /// Any list of outlets.
    List,
    /// What an earlier merging wrote: it gives ids, and what nobody else says.
    Previous,
}

/// One list to be merged.
#[derive(Debug)]
pub struct Source {
    /// Its rows.
    pub list: List,
    /// How its rows are read.
    pub settings: ListSettings,
    /// What it is.
    pub role: Role,
}

/// How to merge.
#[derive(Debug, Clone, Copy, Default)]
pub struct MergeOptions {
    /// Whether columns with personal content are left out of what is written.
    pub drop_personal: bool,
}

/// A row of one of the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct RowAt {
    source: u32,
    /// Counted from 0, as [`List::row`] does.
    row: u32,
}

/// Lists that have become one.
#[derive(Debug)]
pub struct Merged {
    options: MergeOptions,
    sources: Vec<Source>,
    /// The good rows of all lists; the resolution's rows are indices into them.
    rows: Vec<RowAt>,
    resolution: Resolution,
    /// By row: the outlet it is part of.
    outlet_of: Vec<u32>,
    /// Of each outlet its id and what became of it.
    identities: Vec<ids::Identity>,
    /// Pairs of rows on which a person's verdict was given.
    heeded: usize,
    rejected: Vec<(u32, RowFault)>,
    remarks: Vec<Remark>,
}

/// What came of one list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SourceFigures {
    /// Its file.
    pub file: String,
    /// Rows in it, faulty ones included.
    pub rows: usize,
    /// Rows that could not be used.
    pub rejected: usize,
    /// Rows whose outlet a list of more trust, or an earlier row, already has.
    pub merged: usize,
    /// Outlets that come from it first.
    pub new: usize,
}

/// What came of all lists.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct MergeFigures {
    /// List by list, in the order of trust.
    pub lists: Vec<SourceFigures>,
    /// Outlets in the merged list.
    pub outlets: usize,
    /// Of these, outlets that several rows speak of.
    pub of_several_rows: usize,
    /// Pairs of rows that became one outlet with high confidence …
    pub pairs_high: usize,
    /// … and with medium confidence.
    pub pairs_medium: usize,
    /// Pairs that a person should decide on.
    pub pairs_to_review: usize,
    /// Verdicts that were heeded.
    pub verdicts: usize,
    /// Outlets that are no customers; `None` without a list of customers.
    pub blank_spots: Option<usize>,
    /// Outlets without a position.
    pub without_position: usize,
    /// Outlets by what changed since the earlier merging; empty without one.
    pub changes: std::collections::BTreeMap<&'static str, usize>,
}

/// Merges `sources`, which come in the order of trust but for roles: customers first, an earlier merging last.
///
/// A faulty row is rejected and told, the others are not disturbed. O(n log n); about 250 bytes a row beside the lists.
pub fn merge(mut sources: Vec<Source>, verdicts: &Verdicts, options: MergeOptions) -> Merged {
    sources.sort_by_key(|source| source.role);
    let mut table = FactTable::default();
    let (mut rows, mut rejected) = (Vec::new(), Vec::new());
    for (source, at) in sources.iter().zip(0..) {
        rejected.extend(source.list.faults.iter().map(|fault| (at, fault.clone())));
        let settings = ReadOptions::of(&source.settings);
        let read = |row: ListRow<'_>| packed(row, at, &settings);
        // In portions, so that the normalised text of a million rows is never held twice.
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
                "{} verdicts are of rows that no list has any more: {}",
                unmatched.len(),
                list_some(&unmatched, 5)
            ),
        ));
    }
    let heeded = known.len();
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
    Merged { options, sources, rows, resolution, outlet_of, identities, heeded, rejected, remarks }
}

/// Rows that are normalised at a time.
const PORTION: usize = 65_536;

/// What bears on the identity of `row`, or its faults.
fn packed(row: ListRow<'_>, list: u32, options: &ReadOptions<'_>) -> Result<Packed, Vec<RowFault>> {
    let outlet = row.prospect(options)?;
    let text = |column| row.cell(column).unwrap_or_default();
    let id = outlet.id.as_str();
    // A list of the map has its numbers as ids.
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

/// Where the outlet is, if that is known well enough to tell outlets apart: the middle of a village says nothing.
fn exact_position(outlet: &ListedProspect) -> Option<LonLat> {
    outlet.at.filter(|_| outlet.position_quality.is_none_or(Grade::is_routable))
}

fn is_osm_id(id: &str) -> bool {
    let number = ["node/", "way/", "relation/"].iter().find_map(|kind| id.strip_prefix(kind));
    number.is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
}

impl Merged {
    /// What looks wrong about the lists.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The faults of the rows that could not be used, with the file each is in.
    pub fn rejected(&self) -> impl ExactSizeIterator<Item = (&str, &RowFault)> {
        self.rejected
            .iter()
            .map(|(source, fault)| (&*self.sources[*source as usize].list.file, fault))
    }

    /// How many rows could not be used.
    pub fn rejected_rows(&self) -> usize {
        let mut rows: Vec<(u32, u64)> =
            self.rejected.iter().map(|(source, fault)| (*source, fault.row)).collect();
        rows.dedup();
        rows.len()
    }

    /// What came of it, in numbers.
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
            verdicts: self.heeded,
            blank_spots: has_customers.then(|| count(&|at| !self.is_customer(at))),
            without_position: count(&|at| !self.has_position(at)),
            changes,
            lists,
        }
    }

    /// The groups of rows that are one outlet: file, and row as a spreadsheet counts.
    pub fn outlets(&self) -> impl Iterator<Item = Vec<(&str, u64)>> {
        self.resolution.outlets.iter().map(|rows| {
            let named = |row: &u32| {
                let row = self.row(*row);
                (&*row.list().file, row.number())
            };
            rows.iter().map(named).collect()
        })
    }

    /// The pairs of rows that a person should decide on: file, and row as a spreadsheet counts.
    pub fn doubtful_pairs(&self) -> impl Iterator<Item = ((&str, u64), (&str, u64))> {
        let named = |row: u32| {
            let row = self.row(row);
            (&*row.list().file, row.number())
        };
        let doubtful = self.links_to_review().filter(|link| !link.merged);
        doubtful.map(move |link| (named(link.a), named(link.b)))
    }

    /// Whether a list of customers has the outlet.
    fn is_customer(&self, outlet: usize) -> bool {
        let role = |row: &u32| self.sources[self.rows[*row as usize].source as usize].role;
        self.resolution.outlets[outlet].iter().any(|row| role(row) == Role::Customers)
    }

    /// Whether a row of the outlet says where it is: a good row has both axes or none.
    fn has_position(&self, outlet: usize) -> bool {
        let rows = &self.resolution.outlets[outlet];
        rows.iter().any(|row| self.row(*row).cell(Column::Lon).is_some())
    }

    fn row(&self, row: u32) -> ListRow<'_> {
        let RowAt { source, row } = self.rows[row as usize];
        self.sources[source as usize].list.row(row as usize)
    }

    /// The outlet in a row that was found to be good.
    fn read(&self, row: u32) -> ListedProspect {
        let settings = &self.sources[self.rows[row as usize].source as usize].settings;
        self.row(row)
            .prospect(&ReadOptions::of(settings))
            .expect("rejected rows are not among the rows")
    }
}

/// The name of a list without its folder and ending, as messages and columns call it.
fn list_name(list: &List) -> &str {
    let name = list.file.rsplit(['/', '\\']).next().unwrap_or(&list.file);
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

/// Where several lists have one name they are told apart by their place.
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
