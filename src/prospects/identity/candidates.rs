//! Chooses the pairs of rows to compare. The chosen pairs are called candidates: their rows share a
//! key, such as a telephone number, or are close together.
//!
//! The rows with the same value of a key form a block. All pairs of a small block are candidates.
//! In a large block (the outlets of a chain, the telephone of a head office), the rows are sorted
//! by name and street, and each row is paired only with the rows that follow it closely in this
//! order (sorted neighbourhood, Hernández and Stolfo 1995, doi:10.1145/223784.223807).

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::facts::{Fact, FactTable};
use crate::ids::Id;
use crate::lonlat::LonLat;
use crate::prospects::ProspectIndex;

/// Maximum number of rows that share the value of a key for all their pairs to be compared.
const BLOCK_MAX: usize = 24;

/// Number of following rows with which a row is paired if more than [`BLOCK_MAX`] rows share the
/// value of a key.
const WINDOW: usize = 6;

/// Maximum distance in metres between two rows that are compared without sharing a key.
const CLOSE_M: f64 = 150.0;

/// Maximum number of rows with which one row is compared because they are close to it.
const CLOSE_MAX: usize = 16;

/// Width of a cell of the grid, about one kilometre, in units of 10⁻⁷ degrees.
const CELL: i64 = 100_000;

/// Returns the pairs of rows to compare: in order, without repeats, the lower row first. O(n log n)
/// for n rows, which give about 10 · n pairs.
pub(super) fn candidates(table: &FactTable) -> Vec<(u32, u32)> {
    type Key = fn(&FactTable, u32, &Fact) -> u64;
    let keys: [Key; 14] = [
        |_, _, fact| fact.license_no,
        |_, _, fact| fact.uscc,
        |_, _, fact| fact.osm_id,
        |_, _, fact| fact.phones[0],
        |_, _, fact| fact.phones[1],
        |_, _, fact| both(fact.core, fact.branch.max(1)),
        |_, _, fact| both(fact.core, fact.postcode),
        |_, _, fact| both(fact.core, fact.places[0]),
        |_, _, fact| both(fact.core, fact.places[1]),
        |_, _, fact| both(fact.street, fact.number),
        |table, at, fact| both(prefix(table.core(at)), fact.postcode),
        |table, at, fact| both(prefix(table.core(at)), fact.street),
        |table, at, fact| both(prefix(table.core(at)), cell(fact, 0)),
        |table, at, fact| both(prefix(table.core(at)), cell(fact, CELL / 2)),
    ];
    let of_key = |key: &Key| {
        let facts = table.facts.iter().zip(0..);
        let mut rows: Vec<(u64, u32)> = facts
            .map(|(fact, at)| (key(table, at, fact), at))
            .filter(|(key, _)| *key != 0)
            .collect();
        rows.par_sort_unstable();
        let blocks = rows.chunk_by(|a, b| a.0 == b.0);
        let mut pairs = Vec::new();
        blocks.for_each(|block| pairs_of_block(table, block, &mut pairs));
        pairs
    };
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for key in &keys {
        pairs.append(&mut of_key(key));
        // Most pairs share several keys. Repeated pairs are removed early to save memory.
        if pairs.len() > 8 * table.len() {
            sort_and_dedup(&mut pairs);
        }
    }
    pairs.append(&mut close_pairs(table));
    sort_and_dedup(&mut pairs);
    pairs
}

fn sort_and_dedup(pairs: &mut Vec<(u32, u32)>) {
    pairs.par_sort_unstable();
    pairs.dedup();
}

fn pairs_of_block(table: &FactTable, block: &[(u64, u32)], pairs: &mut Vec<(u32, u32)>) {
    let window = if block.len() <= BLOCK_MAX { block.len() } else { WINDOW };
    let mut rows: Vec<u32> = block.iter().map(|(_, at)| *at).collect();
    if block.len() > BLOCK_MAX {
        let order = |at: &u32| {
            let fact = &table.facts[*at as usize];
            (fact.core, fact.branch, fact.street, fact.number, fact.content)
        };
        rows.sort_unstable_by_key(order);
    }
    for (at, &row) in rows.iter().enumerate() {
        let others = rows[at + 1..].iter().take(window);
        pairs.extend(others.map(|&other| (row.min(other), row.max(other))));
    }
}

fn close_pairs(table: &FactTable) -> Vec<(u32, u32)> {
    let placed: Vec<(u32, LonLat)> =
        table.facts.iter().zip(0..).filter_map(|(fact, at)| Some((at, fact.at()?))).collect();
    let index = ProspectIndex::of_places(placed.iter().map(|(_, at)| *at).collect());
    placed
        .par_iter()
        .flat_map_iter(|(row, at)| {
            let near =
                index.within(*at, CLOSE_M).into_iter().map(|(other, _)| placed[other.index()].0);
            let others: Vec<u32> = near.filter(|other| other != row).take(CLOSE_MAX).collect();
            others.into_iter().map(|other| (other.min(*row), other.max(*row)))
        })
        .collect()
}

/// Combines two hashes. Returns 0 if one of the hashes is 0.
fn both(one: u64, other: u64) -> u64 {
    if one == 0 || other == 0 {
        0
    } else {
        one.rotate_left(17) ^ other.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

/// Returns a hash of the first three characters of `core`; 0 if `core` is empty.
fn prefix(core: &str) -> u64 {
    let end = core.char_indices().nth(3).map_or(core.len(), |(at, _)| at);
    if core.is_empty() { 0 } else { xxh3_64(&core.as_bytes()[..end]).max(1) }
}

/// Returns a hash of the grid cell that contains the position of `fact`, for a grid shifted by
/// `offset` units. Returns 0 if the position is unknown.
fn cell(fact: &Fact, offset: i64) -> u64 {
    let Some(at) = fact.at() else { return 0 };
    let column = |degrees: f64| ((degrees * 1e7) as i64 + offset).div_euclid(CELL);
    let (x, y) = (column(at.lon), column(at.lat));
    xxh3_64(&[x.to_le_bytes(), y.to_le_bytes()].concat()).max(1)
}

#[cfg(test)]
mod tests {
    use super::super::OutletFacts;
    use super::*;

    #[test]
    fn pairs_share_a_key_or_stand_close_together() {
        let mut table = FactTable::default();
        let row = OutletFacts::default();
        let at = |lon| LonLat::new(lon, 36.0);
        table.push(&OutletFacts { name: "Alpha", phone: "01624 615150", ..row });
        table.push(&OutletFacts { name: "Beta", phone: "+44 1624 615150", ..row });
        table.push(&OutletFacts { name: "Gamma", at: at(14.0), ..row });
        table.push(&OutletFacts { name: "Delta", at: at(14.001), ..row });
        table.push(&OutletFacts { name: "Epsilon", at: at(14.1), ..row });
        assert_eq!(candidates(&table), [(0, 1), (2, 3)]);
    }

    #[test]
    fn a_chain_does_not_make_all_pairs() {
        let mut table = FactTable::default();
        for _ in 0..2000 {
            table.push(&OutletFacts { name: "Boots", ..OutletFacts::default() });
        }
        assert!(candidates(&table).len() <= 2000 * WINDOW);
    }
}
