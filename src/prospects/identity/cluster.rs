//! Joins pairs of rows into outlets, in falling order of the score of the pairs.
//!
//! The method is greedy agglomeration with constraints: it joins two groups of rows only if no row
//! of one group contradicts a row of the other. So a row with little information cannot connect two
//! different outlets, and a chain of weak links cannot join the outlets of a whole street.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::candidates::candidates;
use super::facts::FactTable;
use super::judge::{ComparedField, Frequencies, Judge, Judgement};
use super::{Confidence, PairVerdict};

/// A pair of rows that may be one outlet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// The row with the lower index.
    pub a: u32,
    /// The row with the higher index.
    pub b: u32,
    /// Score of the pair, with the fields that agree and differ.
    pub judgement: Judgement,
    /// Confidence that both rows are one outlet. It is lower than the confidence in `judgement` if
    /// another row fits equally well.
    pub confidence: Confidence,
    /// Decision of a person about the pair; `None` if nobody has decided.
    pub verdict: Option<PairVerdict>,
    /// True if the two rows became one outlet.
    pub merged: bool,
}

/// Result of `resolve`.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolution {
    /// Row indices of each outlet, in order. The outlets are in the order of their first rows.
    pub outlets: Vec<Vec<u32>>,
    /// Pairs of rows that may be one outlet, in the order of the rows.
    pub links: Vec<Link>,
    /// Number of pairs of rows that were compared.
    pub compared: usize,
}

/// Largest difference between the scores of two rival pairs, in tenths of a bit. A pair has a rival
/// if one of its rows also fits another row of the same list.
const RIVAL: i32 = 12;

/// Maximum number of rows in a group. A group of this size accepts only rows whose contents equal
/// those of a member.
const GROUP_MAX: usize = 32;

/// Finds the outlets in the rows of `table`. The keys of `verdicts` are pairs of rows, with the
/// lower row first.
///
/// Joins the pairs of high or medium confidence; a verdict of a person overrides the confidence.
/// O(n log n) for n rows. The result does not depend on the number of threads. It depends on the
/// order of the rows only where several rows have equal contents.
pub(crate) fn resolve(
    table: &FactTable,
    verdicts: &FxHashMap<(u32, u32), PairVerdict>,
) -> Resolution {
    let frequencies = Frequencies::new(table);
    let judge = Judge::new(table, &frequencies);
    let mut pairs = candidates(table);
    pairs.extend(verdicts.keys());
    pairs.par_sort_unstable();
    pairs.dedup();
    let compared = pairs.len();
    let mut links: Vec<Link> = pairs
        .par_iter()
        .filter_map(|&(a, b)| {
            let judgement = judge.judge(a, b);
            let verdict = verdicts.get(&(a, b)).copied();
            let confidence = match verdict {
                Some(PairVerdict::Same) => Some(Confidence::High),
                Some(PairVerdict::Different) => judgement.confidence.or(Some(Confidence::Low)),
                None => judgement.confidence,
            };
            Some(Link { a, b, judgement, confidence: confidence?, verdict, merged: false })
        })
        .collect();
    drop(pairs);
    doubt_rivals(table, &mut links);

    let mut order: Vec<u32> = (0..links.len() as u32).collect();
    let content = |row: u32| table.facts[row as usize].content;
    order.par_sort_by_key(|&at| {
        let link = &links[at as usize];
        let (one, other) = (content(link.a), content(link.b));
        let is_verdict = link.verdict == Some(PairVerdict::Same);
        (
            !is_verdict,
            std::cmp::Reverse(link.judgement.score),
            one.min(other),
            one.max(other),
            link.a,
            link.b,
        )
    });
    let mut groups = Groups::new(table, &judge, verdicts);
    for at in order {
        let link = &links[at as usize];
        if link.confidence > Confidence::Low && link.verdict != Some(PairVerdict::Different) {
            groups.join(link);
        }
    }
    for link in &mut links {
        link.merged = groups.root[link.a as usize] == groups.root[link.b as usize];
    }
    Resolution { outlets: groups.into_outlets(), links, compared }
}

/// Lowers the confidence of a pair from medium to low if one of its rows fits another row of the
/// same list nearly as well.
fn doubt_rivals(table: &FactTable, links: &mut [Link]) {
    let list = |row: u32| table.facts[row as usize].list;
    let mut best: FxHashMap<(u32, u32), [(i32, u32); 2]> = FxHashMap::default();
    for link in links.iter().filter(|link| list(link.a) != list(link.b)) {
        for (row, other) in [(link.a, link.b), (link.b, link.a)] {
            let two = best.entry((row, list(other))).or_insert([(i32::MIN, 0); 2]);
            let score = link.judgement.score;
            if score > two[0].0 {
                *two = [(score, other), two[0]];
            } else if score > two[1].0 {
                two[1] = (score, other);
            }
        }
    }
    for link in links.iter_mut().filter(|link| link.verdict.is_none()) {
        let score = link.judgement.score;
        let has_rival = [(link.a, link.b), (link.b, link.a)].iter().any(|&(row, other)| {
            best.get(&(row, list(other))).is_some_and(|two| {
                two.iter().any(|&(rival_score, rival)| {
                    rival_score > i32::MIN
                        && rival != other
                        && rival_score >= score - RIVAL
                        && !is_twin(table, rival, other)
                })
            })
        });
        if has_rival && link.confidence == Confidence::Medium {
            link.confidence = Confidence::Low;
        }
    }
}

/// Returns whether two rows of one list have the same name and address and, if both have a
/// position, are less than 50 m apart.
fn is_twin(table: &FactTable, a: u32, b: u32) -> bool {
    let (one, other) = (&table.facts[a as usize], &table.facts[b as usize]);
    (one.core, one.branch, one.street, one.number)
        == (other.core, other.branch, other.street, other.number)
        && one.at().zip(other.at()).is_none_or(|(at, there)| at.distance_m(there) < 50.0)
}

struct Groups<'a> {
    table: &'a FactTable,
    judge: &'a Judge<'a>,
    verdicts: &'a FxHashMap<(u32, u32), PairVerdict>,
    root: Vec<u32>,
    /// Rows of each group of two or more rows, by the root of the group.
    rows: FxHashMap<u32, Vec<u32>>,
}

impl<'a> Groups<'a> {
    fn new(
        table: &'a FactTable,
        judge: &'a Judge<'a>,
        verdicts: &'a FxHashMap<(u32, u32), PairVerdict>,
    ) -> Self {
        let root = (0..table.len() as u32).collect();
        Self { table, judge, verdicts, root, rows: FxHashMap::default() }
    }

    /// Joins the groups of the two rows of `link`, unless a row of one group contradicts a row of
    /// the other.
    fn join(&mut self, link: &Link) {
        let (one, other) = (self.root[link.a as usize], self.root[link.b as usize]);
        if one == other {
            return;
        }
        let rows = |root: u32| self.rows.get(&root).cloned().unwrap_or_else(|| vec![root]);
        let (mut ours, theirs) = (rows(one), rows(other));
        let is_large = ours.len() + theirs.len() > GROUP_MAX;
        let content = |row: u32| self.table.facts[row as usize].content;
        if is_large && content(link.a) != content(link.b) {
            return;
        }
        let fits = |a: u32, b: u32| (a, b) == (link.a, link.b) || self.fits(a.min(b), a.max(b));
        if !is_large && !ours.iter().all(|&a| theirs.iter().all(|&b| fits(a.min(b), a.max(b)))) {
            return;
        }
        ours.extend(theirs);
        ours.sort_unstable();
        let root = ours[0];
        ours.iter().for_each(|row| self.root[*row as usize] = root);
        self.rows.remove(&one);
        self.rows.remove(&other);
        self.rows.insert(root, ours);
    }

    /// Returns whether rows `a` and `b` may be in one group.
    fn fits(&self, a: u32, b: u32) -> bool {
        match self.verdicts.get(&(a, b)) {
            Some(PairVerdict::Same) => return true,
            Some(PairVerdict::Different) => return false,
            None => {}
        }
        let judgement = self.judge.judge(a, b);
        let same_list = self.table.facts[a as usize].list == self.table.facts[b as usize].list;
        if same_list {
            return judgement.confidence == Some(Confidence::High);
        }
        if judgement.differs.has(ComparedField::LicenseNo) {
            return judgement.confidence >= Some(Confidence::Medium);
        }
        judgement.score >= 0
    }

    fn into_outlets(mut self) -> Vec<Vec<u32>> {
        let first = (0..self.root.len() as u32).filter(|row| self.root[*row as usize] == *row);
        first.map(|row| self.rows.remove(&row).unwrap_or_else(|| vec![row])).collect()
    }
}
