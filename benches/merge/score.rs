//! Precision and recall over pairs of rows.

use std::collections::{BTreeMap, BTreeSet};

/// A row: index of its list, and number of the row as in a spreadsheet.
pub(crate) type RowRef = (usize, u64);

/// Number of right and wrong merges.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Score {
    /// Pairs of rows that are the same outlet.
    pub(crate) same: usize,
    /// Of these, made one.
    pub(crate) merged: usize,
    /// Of these, put before a person.
    pub(crate) reviewed: usize,
    /// Pairs made one that are not the same outlet.
    pub(crate) wrong: usize,
    /// Pairs put before a person that are not the same outlet.
    pub(crate) idle: usize,
}

impl Score {
    /// Compares `clusters` of rows made one and `doubtful` pairs with the `truth`; rows without a truth do not count.
    pub(crate) fn new(
        truth: &BTreeMap<RowRef, usize>,
        clusters: &[Vec<RowRef>],
        doubtful: &[(RowRef, RowRef)],
    ) -> Self {
        let merged: BTreeSet<(RowRef, RowRef)> =
            clusters.iter().flat_map(|cluster| pairs(cluster)).collect();
        let mut outlets: BTreeMap<usize, Vec<RowRef>> = BTreeMap::new();
        for (row, outlet) in truth {
            outlets.entry(*outlet).or_default().push(*row);
        }
        let same: BTreeSet<(RowRef, RowRef)> =
            outlets.values().flat_map(|rows| pairs(rows)).collect();
        let is_known =
            |pair: &&(RowRef, RowRef)| truth.contains_key(&pair.0) && truth.contains_key(&pair.1);
        let doubtful: BTreeSet<(RowRef, RowRef)> = doubtful
            .iter()
            .map(|(one, two)| (*one.min(two), *one.max(two)))
            .filter(|pair| !merged.contains(pair))
            .collect();
        let right = merged.intersection(&same).count();
        let asked = doubtful.intersection(&same).count();
        Self {
            same: same.len(),
            merged: right,
            reviewed: asked,
            wrong: merged.iter().filter(is_known).count() - right,
            idle: doubtful.iter().filter(is_known).count() - asked,
        }
    }

    /// The sum of both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            same: self.same + other.same,
            merged: self.merged + other.merged,
            reviewed: self.reviewed + other.reviewed,
            wrong: self.wrong + other.wrong,
            idle: self.idle + other.idle,
        }
    }

    /// Share of the pairs made one that are right, in percent.
    pub(crate) fn precision(self) -> f64 {
        percent(self.merged, self.merged + self.wrong)
    }

    /// Share of the pairs to be made one that were, in percent.
    pub(crate) fn recall(self) -> f64 {
        percent(self.merged, self.same)
    }

    /// The same with those that were put before a person, who is taken to judge right.
    pub(crate) fn recall_with_review(self) -> f64 {
        percent(self.merged + self.reviewed, self.same)
    }
}

fn percent(part: usize, all: usize) -> f64 {
    if all == 0 { 100.0 } else { 100.0 * part as f64 / all as f64 }
}

fn pairs(rows: &[RowRef]) -> Vec<(RowRef, RowRef)> {
    let mut sorted = rows.to_vec();
    sorted.sort_unstable();
    let mut pairs = Vec::new();
    for (at, one) in sorted.iter().enumerate() {
        pairs.extend(sorted[at + 1..].iter().map(|two| (*one, *two)));
    }
    pairs
}
