//! Gives outlets stable ids and finds the changes of outlets since the earlier merge.

use std::fmt;

use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_64;

use super::{Role, RowAt, Source, list_names};
use crate::prospects::identity::{Confidence, PairVerdict, Resolution};
use crate::prospects::{Column, FORMER_IDS};

/// Column of a merged list that names the source rows of an outlet, as `list:id` separated by `; `.
pub(super) const SOURCES: &str = "sources";

/// Change of an outlet since the earlier merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutletChange {
    /// The outlet was not in the earlier merge.
    New,
    /// The outlet was in the earlier merge and is still in a list.
    Kept,
    /// The outlet was several outlets in the earlier merge.
    Joined,
    /// The outlet was part of the outlet with this id in the earlier merge.
    SplitFrom(String),
    /// The outlet was in the earlier merge and is in no list now.
    Gone,
}

impl OutletChange {
    /// Returns the code of the change, which is one word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Kept => "kept",
            Self::Joined => "joined",
            Self::SplitFrom(_) => "split",
            Self::Gone => "gone",
        }
    }
}

impl fmt::Display for OutletChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SplitFrom(id) => write!(f, "split from {id}"),
            other => f.write_str(other.code()),
        }
    }
}

/// Id of an outlet and its change since the earlier merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    /// Id of the outlet in the merged list.
    pub(super) id: String,
    /// Ids that the outlet had before.
    pub(super) former_ids: Vec<String>,
    /// Change since the earlier merge; `None` if there was no earlier merge.
    pub(super) change: Option<OutletChange>,
}

/// Returns pairs of rows: a row of the earlier merge, and a row of a list from which it was made.
///
/// The two rows must have the same own id and the same name of the list. Digits and marks (a date)
/// at either end of the name of a list do not count.
pub(super) fn pairs_by_source(
    sources: &[Source],
    rows: &[RowAt],
) -> Vec<((u32, u32), PairVerdict)> {
    let Some(previous) = sources.iter().position(|source| source.role == Role::Previous) else {
        return Vec::new();
    };
    let undated = |name: &str| name.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    let names: Vec<String> = list_names(sources).iter().map(|name| undated(name)).collect();
    let mut row_of: FxHashMap<(String, String), Option<u32>> = FxHashMap::default();
    for (row, at) in (0..).zip(rows).filter(|(_, at)| at.source as usize != previous) {
        let listed = sources[at.source as usize].list.row(at.row as usize);
        if !listed.has_derived_id() {
            // Two lists with the same name may have the same ids. Such an id identifies no row.
            let key = (names[at.source as usize].clone(), listed.id());
            row_of.entry(key).and_modify(|known| *known = None).or_insert(Some(row));
        }
    }
    let mut pairs = Vec::new();
    for (row, at) in (0..).zip(rows).filter(|(_, at)| at.source as usize == previous) {
        let listed = sources[previous].list.row(at.row as usize);
        let made_of = listed.extras().find(|(header, _)| &***header == SOURCES);
        let parts = made_of.map_or("", |(_, text)| text).split("; ");
        let found = parts.filter_map(|part| part.split_once(':')).filter_map(|(list, id)| {
            row_of.get(&(undated(list), id.to_owned())).copied().flatten()
        });
        pairs.extend(found.map(|other: u32| ((other.min(row), other.max(row)), PairVerdict::Same)));
    }
    pairs
}

/// Gives every outlet its id.
///
/// An outlet keeps the id that it has in the earlier merge. If it has several ids there, it keeps
/// the first that a list still contains, or the first of all if no list contains one. A new outlet
/// gets the id that it has in the list of highest trust. If two outlets would get the same id, the
/// outlet of the earlier merge keeps it, or else the outlet of the list with the higher trust. The
/// other outlet gets an id made of a hash of its contents.
pub(super) fn identities(
    sources: &[Source],
    rows: &[RowAt],
    resolution: &Resolution,
) -> Vec<Identity> {
    let has_previous = sources.iter().any(|source| source.role == Role::Previous);
    let is_previous = |row: u32| sources[rows[row as usize].source as usize].role == Role::Previous;
    let id = |row: u32| {
        let RowAt { source, row } = rows[row as usize];
        sources[source as usize].list.row(row as usize).id()
    };
    let split_from =
        if has_previous { splits(resolution, &is_previous) } else { FxHashMap::default() };
    let mut claims: Vec<(u32, u32, String)> = Vec::with_capacity(resolution.outlets.len());
    let mut identities: Vec<Identity> = Vec::with_capacity(resolution.outlets.len());
    for (outlet, at) in resolution.outlets.iter().zip(0..) {
        let mut old: Vec<String> =
            outlet.iter().filter(|row| is_previous(**row)).map(|row| id(*row)).collect();
        old.sort();
        let present: Vec<u32> = outlet.iter().copied().filter(|row| !is_previous(*row)).collect();
        let (rank, own) = match old.first() {
            Some(first) => {
                let in_use = |old: &&String| present.iter().any(|row| id(*row) == **old);
                (0, old.iter().find(in_use).unwrap_or(first).clone())
            }
            None => own_id(sources, rows, &present),
        };
        old.retain(|former| *former != own);
        let mut former_ids = old.clone();
        for row in outlet.iter().filter(|row| is_previous(**row)) {
            let RowAt { source, row } = rows[*row as usize];
            let listed = sources[source as usize].list.row(row as usize);
            let former = listed.extras().find(|(header, _)| &***header == FORMER_IDS);
            former_ids
                .extend(former.into_iter().flat_map(|(_, ids)| ids.split(' ')).map(str::to_owned));
        }
        former_ids.sort();
        former_ids.dedup();
        let change = has_previous.then(|| match (rank, present.is_empty(), old.is_empty()) {
            (0, true, _) => OutletChange::Gone,
            (0, _, false) => OutletChange::Joined,
            (0, ..) => OutletChange::Kept,
            _ => split_from
                .get(&at)
                .map_or(OutletChange::New, |row| OutletChange::SplitFrom(id(*row))),
        });
        claims.push((rank, at, own));
        identities.push(Identity { id: String::new(), former_ids, change });
    }
    claims.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.2.cmp(&b.2)).then(a.1.cmp(&b.1)));
    let mut taken: FxHashSet<String> = FxHashSet::default();
    for (_, at, claim) in claims {
        let mut own = claim.clone();
        let mut salt = 0_u32;
        while taken.contains(&own) {
            let row = resolution.outlets[at as usize][0];
            own = made_up(
                &claim,
                &sources[rows[row as usize].source as usize]
                    .list
                    .row(rows[row as usize].row as usize),
                salt,
            );
            salt += 1;
        }
        taken.insert(own.clone());
        identities[at as usize].id = own;
    }
    identities
}

/// Returns the rank of the list of highest trust that contains the outlet, and the id of the outlet
/// in that list. Rank 0 is that of the earlier merge.
fn own_id(sources: &[Source], rows: &[RowAt], outlet: &[u32]) -> (u32, String) {
    let ids = outlet.iter().map(|row| {
        let RowAt { source, row } = rows[*row as usize];
        let listed = sources[source as usize].list.row(row as usize);
        (source + 1, listed.has_derived_id(), listed.id())
    });
    let (rank, _, id) = ids.min().expect("an outlet without an earlier id has a row of a list");
    (rank, id)
}

/// Makes an id for an outlet whose own id is already taken: `m` and a hash of its contents.
fn made_up(claim: &str, row: &crate::prospects::ListRow<'_>, salt: u32) -> String {
    let text = |column| row.cell(column).unwrap_or_default();
    let whole = [
        claim,
        text(Column::Name),
        text(Column::Address),
        text(Column::LicenseNo),
        &salt.to_string(),
    ]
    .join("\n");
    format!("m{:012x}", xxh3_64(whole.as_bytes()) >> 16)
}

/// Returns the outlets that are not in the earlier merge and were probably part of another outlet
/// there. The value is a row of this other outlet.
fn splits(resolution: &Resolution, is_previous: &dyn Fn(u32) -> bool) -> FxHashMap<u32, u32> {
    let mut outlet_of: FxHashMap<u32, u32> = FxHashMap::default();
    for (outlet, at) in resolution.outlets.iter().zip(0..) {
        outlet_of.extend(outlet.iter().map(|row| (*row, at)));
    }
    let mut best: FxHashMap<u32, (i32, std::cmp::Reverse<u32>)> = FxHashMap::default();
    for link in
        resolution.links.iter().filter(|link| !link.merged && link.confidence >= Confidence::Medium)
    {
        let (old, new) = match (is_previous(link.a), is_previous(link.b)) {
            (false, true) => (link.b, link.a),
            (true, false) => (link.a, link.b),
            _ => continue,
        };
        let of = outlet_of[&new];
        let has_own = resolution.outlets[of as usize].iter().any(|row| is_previous(*row));
        if !has_own {
            let claim = (link.judgement.score, std::cmp::Reverse(old));
            let known = best.entry(of).or_insert(claim);
            *known = claim.max(*known);
        }
    }
    best.into_iter().map(|(outlet, (_, std::cmp::Reverse(old)))| (outlet, old)).collect()
}
