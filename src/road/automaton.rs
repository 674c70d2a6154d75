//! Recognises forbidden rows of arcs while a path grows arc by arc.
//!
//! The string-matching automaton of Aho and Corasick (1975), doi:10.1145/360825.360855, with arcs
//! as letters: its state is the longest prefix of a forbidden row that is a suffix of the path.

use std::collections::{BTreeMap, VecDeque};

use super::ids::ArcId;
use super::restriction::ForbiddenRow;

/// The longest matched prefix of a forbidden row, as a node of the automaton.
pub(super) type Match = u32;

/// The empty prefix.
pub(super) const NO_MATCH: Match = 0;

pub(super) struct Automaton {
    /// By match: the longer matches by next arc.
    children: Vec<BTreeMap<ArcId, Match>>,
    /// By match: its longest proper suffix that is a match.
    fallback: Vec<Match>,
    /// By match: whether a forbidden row ends here.
    is_forbidden: Vec<bool>,
}

impl Automaton {
    pub(super) fn new(rows: &[ForbiddenRow]) -> Self {
        let mut automaton = Self {
            children: vec![BTreeMap::new()],
            fallback: vec![NO_MATCH],
            is_forbidden: vec![false],
        };
        for row in rows {
            let mut at = NO_MATCH;
            for arc in row {
                at = automaton.child_or_new(at, *arc);
            }
            automaton.is_forbidden[at as usize] = true;
        }
        automaton.link();
        automaton
    }

    /// Returns the match after `arc`; `None` if a forbidden row is complete. O(row length · log).
    pub(super) fn step(&self, from: Match, arc: ArcId) -> Option<Match> {
        let next = self.longest_match(from, arc);
        (!self.is_forbidden[next as usize]).then_some(next)
    }

    fn child_or_new(&mut self, at: Match, arc: ArcId) -> Match {
        if let Some(child) = self.children[at as usize].get(&arc) {
            return *child;
        }
        let child = self.children.len() as Match;
        self.children[at as usize].insert(arc, child);
        self.children.push(BTreeMap::new());
        self.fallback.push(NO_MATCH);
        self.is_forbidden.push(false);
        child
    }

    /// Computes the fallbacks, breadth first.
    fn link(&mut self) {
        let mut queue = VecDeque::from([NO_MATCH]);
        while let Some(at) = queue.pop_front() {
            for (arc, child) in self.children[at as usize].clone() {
                let fallback = if at == NO_MATCH {
                    NO_MATCH
                } else {
                    self.longest_match(self.fallback[at as usize], arc)
                };
                self.fallback[child as usize] = fallback;
                self.is_forbidden[child as usize] |= self.is_forbidden[fallback as usize];
                queue.push_back(child);
            }
        }
    }

    /// Returns the longest match that ends with `at`, or a suffix of it, and `arc`.
    fn longest_match(&self, mut at: Match, arc: ArcId) -> Match {
        loop {
            if let Some(child) = self.children[at as usize].get(&arc) {
                return *child;
            }
            if at == NO_MATCH {
                return NO_MATCH;
            }
            at = self.fallback[at as usize];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(arcs: &[u32]) -> ForbiddenRow {
        arcs.iter().map(|a| ArcId(*a)).collect()
    }

    fn lets_through(rows: &[ForbiddenRow], path: &[ArcId]) -> bool {
        let automaton = Automaton::new(rows);
        path.iter().try_fold(NO_MATCH, |at, arc| automaton.step(at, *arc)).is_some()
    }

    #[test]
    fn a_row_is_forbidden_only_as_a_whole_and_in_order() {
        let rows = [row(&[1, 2, 3])];
        assert!(!lets_through(&rows, &row(&[0, 1, 2, 3])));
        assert!(lets_through(&rows, &row(&[1, 2, 4, 3])));
        assert!(lets_through(&rows, &row(&[2, 3])));
    }

    #[test]
    fn a_row_that_begins_within_another_is_found() {
        let rows = [row(&[1, 2, 3, 4]), row(&[2, 3, 5])];
        assert!(!lets_through(&rows, &row(&[1, 2, 3, 5])));
    }

    proptest! {
        #![proptest_config(crate::testing::cases(256))]
        #[test]
        fn agrees_with_looking_for_every_row_at_every_place(
            rows in prop::collection::vec(prop::collection::vec(0_u32..4, 2..4), 0..5),
            path in prop::collection::vec(0_u32..4, 0..12),
        ) {
            let rows: Vec<ForbiddenRow> = rows.iter().map(|r| row(r)).collect();
            let path = row(&path);
            let naive = rows.iter().all(|r| !path.windows(r.len()).any(|w| w == &r[..]));
            prop_assert_eq!(lets_through(&rows, &path), naive);
        }
    }
}
