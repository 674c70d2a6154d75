//! Sets of OpenStreetMap ids: what to look for, whether an id is in it, and whether ids can come twice.

use rayon::prelude::*;

/// Ids in ascending order, asked for mostly in ascending order too.
pub(super) struct IdSet<'a> {
    ids: &'a [i64],
    /// Where the last id asked for stands, or would stand.
    at: usize,
}

impl<'a> IdSet<'a> {
    /// `ids` must be in ascending order.
    pub(super) fn new(ids: &'a [i64]) -> Self {
        debug_assert!(ids.is_sorted());
        Self { ids, at: 0 }
    }

    /// Where `id` stands in the list. O(log distance) from the last answer forwards, O(log n) backwards.
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

    /// Whether `id` is in the list; cost as of [`Self::find`].
    pub(super) fn contains(&mut self, id: i64) -> bool {
        self.find(id).is_some()
    }
}

/// A list of ids to look for, and how often it has changed.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// In ascending order.
    pub(super) ids: Vec<i64>,
    /// Rises with every change.
    pub(super) generation: u32,
    /// How many objects the list was made from.
    basis: usize,
}

impl Wanted {
    /// Makes the list `ids`, in any order and with repetitions, collected from `basis` objects.
    pub(super) fn update(&mut self, mut ids: Vec<i64>, basis: usize) {
        sort_and_dedup(&mut ids);
        if ids != self.ids {
            self.ids = ids;
            self.generation += 1;
        }
        self.basis = basis;
    }

    /// Whether to make the list anew before a batch. A batch that brings no further wishes itself deserves a complete list;
    /// one that does is likely to be read again anyway, and the list is only made where it has grown well, so that a file in
    /// disorder does not cause one long sort per batch.
    pub(super) fn is_due(&self, basis: usize, batch_adds: bool) -> bool {
        let new = basis.saturating_sub(self.basis);
        new > 0 && (!batch_adds || new * 8 >= basis)
    }
}

/// Puts `ids` in ascending order, each once.
pub(super) fn sort_and_dedup(ids: &mut Vec<i64>) {
    ids.par_sort_unstable();
    ids.dedup();
}

/// The ids of one kind in one blob, enough to tell whether any id can come twice in the file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    /// How many there are.
    pub(super) count: u64,
    first_last: Option<(i64, i64)>,
    disordered: bool,
}

impl Span {
    /// Adds the next id of the blob.
    pub(super) fn see(&mut self, id: i64) {
        self.count += 1;
        let first = self.first_last.map_or(id, |(first, last)| {
            self.disordered |= id <= last;
            first
        });
        self.first_last = Some((first, id));
    }

    /// Whether some id may be in `spans` twice: they overlap, or the ids of one do not rise.
    pub(super) fn may_repeat(spans: impl Iterator<Item = Self>) -> bool {
        let mut disordered = false;
        let mut ranges: Vec<(i64, i64)> = spans
            .inspect(|span| disordered |= span.disordered)
            .filter_map(|span| span.first_last)
            .collect();
        ranges.sort_unstable();
        disordered || ranges.windows(2).any(|pair| pair[1].0 <= pair[0].1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(crate::testing::cases(256))]
        #[test]
        fn an_id_is_found_whatever_was_asked_before(
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
