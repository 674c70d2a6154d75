//! Writes the review list, which has the pairs of rows that a person should decide, and reads the
//! verdicts.

use std::io;
use std::path::Path;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::{Merged, RowAt, Source};
use crate::prospects::identity::{Confidence, Link, PairVerdict};
use crate::prospects::{Aliases, Column, List, ListOptions, ListSchema, RowFault, TableError};

/// Decisions of a person about pairs of rows. The rows are identified by id and name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdicts {
    pairs: Vec<VerdictOnPair>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct VerdictOnPair {
    /// Id and name of each of the two rows.
    rows: [(String, String); 2],
    verdict: PairVerdict,
}

impl Verdicts {
    /// Returns the number of verdicts.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Returns whether there are no verdicts.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

/// Columns of the review list that describe one row, without their prefix `a_` or `b_`.
const OF_ROW: [&str; 9] =
    ["list", "row", "id", "name", "address", "phone", "license_no", "lon", "lat"];

/// Columns of the review list that describe the pair. They come before the columns of the rows.
const OF_PAIR: [&str; 7] =
    ["verdict", "merged", "confidence", "score", "distance_m", "agrees", "differs"];

/// Columns that are read from a review list.
const SCHEMA: ListSchema = {
    const COLUMNS: &[Column] =
        &[Column::Verdict, Column::AId, Column::AName, Column::BId, Column::BName];
    ListSchema { columns: COLUMNS, required: COLUMNS, any_of: &[] }
};

/// Reads the review list `path`, a text file or a workbook. The column `verdict` holds `same` or
/// `different`; rows without a verdict are ignored.
///
/// # Errors
/// The file cannot be read, lacks a column, or has other words as verdicts. The error names all
/// such words.
pub fn read_verdicts(path: &Path) -> Result<Verdicts, TableError> {
    let options = ListOptions { schema: SCHEMA, aliases: &Aliases::default(), sheet: None };
    let mut list = List::read(path, &options)?;
    let mut faults = std::mem::take(&mut list.faults);
    let mut verdicts = Verdicts::default();
    for row in list.rows() {
        let Some(word) = row.cell(Column::Verdict) else { continue };
        let verdict = match &*word.to_lowercase() {
            "same" | "s" | "yes" | "y" | "是" | "同" | "相同" => PairVerdict::Same,
            "different" | "d" | "no" | "n" | "否" | "不同" => PairVerdict::Different,
            _ => {
                faults.push(RowFault {
                    row: row.number(),
                    column: Some("verdict".to_owned()),
                    found: word.to_owned(),
                    expected: "same, different or a blank cell".to_owned(),
                });
                continue;
            }
        };
        let text = |column| row.cell(column).unwrap_or_default().to_owned();
        let rows =
            [(text(Column::AId), text(Column::AName)), (text(Column::BId), text(Column::BName))];
        verdicts.pairs.push(VerdictOnPair { rows, verdict });
    }
    faults.sort_by_key(|fault| fault.row);
    if faults.is_empty() {
        Ok(verdicts)
    } else {
        Err(TableError::Faults { file: list.file, faults })
    }
}

/// Verdicts by pair of rows; the lower row of a pair comes first.
pub(super) type ByRows = FxHashMap<(u32, u32), PairVerdict>;

/// Finds the rows that each verdict means. Also returns the verdicts whose rows are in no list. If
/// a pair has two verdicts, the later one counts.
pub(super) fn pairs(
    verdicts: &Verdicts,
    sources: &[Source],
    rows: &[RowAt],
) -> (ByRows, Vec<String>) {
    let mut found: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
    for (id, name) in verdicts.pairs.iter().flat_map(|pair| &pair.rows) {
        found.insert(key(id, name), Vec::new());
    }
    if found.is_empty() {
        return (FxHashMap::default(), Vec::new());
    }
    for (at, row) in rows.iter().zip(0..) {
        let listed = sources[at.source as usize].list.row(at.row as usize);
        let name = listed.cell(Column::Name).unwrap_or_default();
        if let Some(known) = found.get_mut(&key(&listed.id(), name)) {
            known.push(row);
        }
    }
    let (mut pairs, mut unmatched) = (FxHashMap::default(), Vec::new());
    for VerdictOnPair { rows: [one, other], verdict } in &verdicts.pairs {
        let (ones, others) = (&found[&key(&one.0, &one.1)], &found[&key(&other.0, &other.1)]);
        let of_two = ones.iter().flat_map(|a| others.iter().map(move |b| (*a.min(b), *a.max(b))));
        let mut any = false;
        for pair in of_two.filter(|(a, b)| a != b) {
            pairs.insert(pair, *verdict);
            any = true;
        }
        if !any {
            unmatched.push(format!("{} and {}", one.0, other.0));
        }
    }
    (pairs, unmatched)
}

/// Returns a hash of the id and the name of a row.
fn key(id: &str, name: &str) -> u64 {
    xxh3_64([id, name].join("\n").as_bytes())
}

impl Merged {
    /// Returns the pairs of the review list: pairs that were not merged because they are doubtful,
    /// and pairs that were merged with medium confidence. Leaves out pairs with a verdict. Also
    /// leaves out a pair of low confidence if one of its rows is already merged with a row of the
    /// list that contains the other row.
    pub(super) fn links_to_review(&self) -> impl Iterator<Item = &Link> {
        self.resolution.links.iter().filter(|link| {
            link.verdict.is_none()
                && match link.confidence {
                    Confidence::Low => !link.merged && !self.is_settled(link),
                    Confidence::Medium => true,
                    Confidence::High => !link.merged,
                }
        })
    }

    /// Returns whether one row of the pair is already merged with a row of the list that contains
    /// the other row.
    fn is_settled(&self, link: &Link) -> bool {
        let source = |row: u32| self.rows[row as usize].source;
        let (a, b) = (source(link.a), source(link.b));
        let has = |row: u32, list: u32| {
            let outlet = self.outlet_of[row as usize] as usize;
            self.resolution.outlets[outlet].iter().any(|row| source(*row) == list)
        };
        a != b && (has(link.a, b) || has(link.b, a))
    }

    /// Writes the review list as CSV. A line has both rows, the fields that agree, the fields that
    /// differ, and an empty column for the verdict. Merged pairs come first, in rising order of
    /// their scores; then other pairs, in falling order of their scores.
    ///
    /// # Errors
    /// Writing to `out` fails.
    pub fn write_review(&self, out: impl io::Write) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(out);
        let sides = ["a", "b"].map(|side| OF_ROW.map(|column| format!("{side}_{column}")));
        let header = OF_PAIR.map(str::to_owned).into_iter().chain(sides.into_iter().flatten());
        table.write_record(header)?;
        let mut links: Vec<&Link> = self.links_to_review().collect();
        links.sort_by_key(|link| {
            let score = if link.merged { link.judgement.score } else { -link.judgement.score };
            (!link.merged, score, link.a, link.b)
        });
        for link in links {
            table.write_record(self.review_row(link))?;
        }
        table.flush()
    }

    fn review_row(&self, link: &Link) -> Vec<String> {
        let (one, other) = (self.read(link.a), self.read(link.b));
        let distance = one.at.zip(other.at).map(|(a, b)| a.distance_m(b));
        let names = |fields: crate::prospects::identity::Fields| {
            fields.names().collect::<Vec<_>>().join(" ")
        };
        let mut cells = vec![
            String::new(),
            if link.merged { "yes" } else { "no" }.to_owned(),
            link.confidence.name().to_owned(),
            format!("{:.1}", f64::from(link.judgement.score) / 10.0),
            distance.map_or_else(String::new, |metres| format!("{metres:.0}")),
            names(link.judgement.agrees),
            names(link.judgement.differs),
        ];
        for (row, outlet) in [(link.a, one), (link.b, other)] {
            let listed = self.row(row);
            let text = |column| listed.cell(column).unwrap_or_default().to_owned();
            let degrees =
                |degrees: Option<f64>| degrees.map_or_else(String::new, |d| format!("{d:.6}"));
            cells.extend([
                listed.list().file.clone(),
                listed.number().to_string(),
                listed.id(),
                text(Column::Name),
                text(Column::Address),
                text(Column::Phone),
                text(Column::LicenseNo),
                degrees(outlet.at.map(|at| at.lon)),
                degrees(outlet.at.map(|at| at.lat)),
            ]);
        }
        cells
    }
}
