//! Holds sets and ranges of OpenStreetMap ids.

use rayon::prelude::*;

/// A sorted list of ids. It is fast if ids are looked up in rising order.
pub(super) struct IdSet<'a> {
    ids: &'a [i64],
    /// Index of the id that was last looked up, or the index at which it would be inserted.
    at: usize,
}

impl<'a> IdSet<'a> {
    pub(super) fn new(ids: &'a [i64]) -> Self {
        debug_assert!(ids.is_sorted());
        Self { ids, at: 0 }
    }

    /// Returns the index of `id`. O(log distance) if `id` comes after the id that was last looked
    /// up, else O(log n).
    pub(super) fn find(&mut self, id: i64) -> Option<usize> {
        if self.at > 0 && self.ids[self.at - 1] >= id {
            self.at = self.ids[..self.at].partition_point(|&x| x < id);
        } else {
            let rest = &self.ids[self.at..];
            let mut reach = 1;
            while reach < rest.len() && rest[reach] < id {
                reach *= 2;
            }
            let window = &rest[reach / 2..rest.len().min(reach + 1)];
            self.at += reach / 2 + window.partition_point(|&x| x < id);
        }
        (self.ids.get(self.at) == Some(&id)).then_some(self.at)
    }

    /// Returns whether `id` is in the list. Takes as long as [`Self::find`].
    pub(super) fn contains(&mut self, id: i64) -> bool {
        self.find(id).is_some()
    }
}

/// Ids of objects to read in a file. The list grows while the file is read.
#[derive(Debug, Default)]
pub(super) struct WantedIds {
    /// The ids, in rising order.
    pub(super) ids: Vec<i64>,
    /// Number of times that the list has changed.
    pub(super) generation: u32,
    /// Number of objects from which the list was made.
    basis: usize,
}

impl WantedIds {
    /// Replaces the list by `ids`, which may be in any order and repeat. They come from `basis`
    /// objects.
    pub(super) fn update(&mut self, mut ids: Vec<i64>, basis: usize) {
        sort_and_dedup(&mut ids);
        if ids != self.ids {
            self.ids = ids;
            self.generation += 1;
        }
        self.basis = basis;
    }

    /// Returns whether the list must be replaced before the next batch of blobs. `basis` is the
    /// present number of objects.
    ///
    /// Before a batch that adds no ids, the list is made complete. A batch that adds ids is
    /// probably read again; before such a batch, the list is replaced only if the number of objects
    /// has grown by 12.5 %, so that an unsorted file needs few sorts.
    pub(super) fn is_due(&self, basis: usize, batch_adds: bool) -> bool {
        let new = basis.saturating_sub(self.basis);
        new > 0 && (!batch_adds || new * 8 >= basis)
    }
}

/// Sorts `ids` in rising order and removes repeats.
pub(super) fn sort_and_dedup(ids: &mut Vec<i64>) {
    ids.par_sort_unstable();
    ids.dedup();
}

/// The range of the ids of one type of object in one blob. It shows whether an id can occur twice
/// in the file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct IdRange {
    pub(super) count: u64,
    first_last: Option<(i64, i64)>,
    unsorted: bool,
}

impl IdRange {
    /// Adds the next id of the blob to the range.
    pub(super) fn add(&mut self, id: i64) {
        self.count += 1;
        let first = self.first_last.map_or(id, |(first, last)| {
            self.unsorted |= id <= last;
            first
        });
        self.first_last = Some((first, id));
    }

    /// Returns whether an id may occur twice: two ranges overlap, or the ids of one blob are not in
    /// rising order.
    pub(super) fn may_repeat(ranges: impl Iterator<Item = Self>) -> bool {
        let mut unsorted = false;
        let mut ranges: Vec<(i64, i64)> = ranges
            .inspect(|range| unsorted |= range.unsorted)
            .filter_map(|range| range.first_last)
            .collect();
        ranges.sort_unstable();
        unsorted || ranges.windows(2).any(|pair| pair[1].0 <= pair[0].1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(crate::testing::cases(256))]
        #[test]
        fn an_id_is_found_after_any_other_lookups(
            ids in prop::collection::btree_set(-40_i64..40, 0..40),
            asked in prop::collection::vec(-45_i64..45, 0..60),
        ) {
            let list: Vec<i64> = ids.iter().copied().collect();
            let mut set = IdSet::new(&list);
            for id in asked {
                prop_assert_eq!(set.find(id), list.binary_search(&id).ok(), "{} in {:?}", id, list);
            }
        }
    }
}
