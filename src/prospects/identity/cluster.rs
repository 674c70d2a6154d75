//! From judged pairs to outlets: the surest pairs first, and no group that holds a contradiction.
//!
//! Greedy agglomeration under constraints: two groups become one only if no row of the one speaks against a row of the other.
//! So a row of few words cannot chain two outlets together, and a chain of weak links never swallows a street.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::candidates::candidates;
use super::facts::FactTable;
use super::judge::{Frequencies, Judge, Judgement};
use super::{Confidence, Verdict};

/// Two rows and what is thought of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// The lower row.
    pub a: u32,
    /// The higher row.
    pub b: u32,
    /// Why.
    pub judgement: Judgement,
    /// How sure it is; lower than judged where another row fits as well.
    pub confidence: Confidence,
    /// A person's verdict, where there is one.
    pub verdict: Option<Verdict>,
    /// Whether the two ended up as one outlet.
    pub merged: bool,
}

/// What became of the rows of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolution {
    /// The rows of each outlet in order; outlets in the order of their first rows.
    pub outlets: Vec<Vec<u32>>,
    /// All pairs that may be one outlet, in order.
    pub links: Vec<Link>,
    /// How many pairs were compared.
    pub compared: usize,
}

/// A second row of a list that fits that nearly as well makes a probable pair a doubtful one; tenths of a bit.
const RIVAL: i32 = 12;

/// Groups larger than this grow no more, except by rows that are equal.
const GROUP_MAX: usize = 32;

/// Finds the outlets behind the rows of `table`. `verdicts` are of pairs, the lower row first.
///
/// High and medium confidence make one outlet, low is for a person; a verdict decides for itself. O(n log n) for n rows; the
/// same for any number of threads, and for any order of the rows but for rows that are equal in all they say.
pub fn resolve(table: &FactTable, verdicts: &FxHashMap<(u32, u32), Verdict>) -> Resolution {
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
                Some(Verdict::Same) => Some(Confidence::High),
                Some(Verdict::Different) => judgement.confidence.or(Some(Confidence::Low)),
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
        let is_verdict = link.verdict == Some(Verdict::Same);
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
        if link.confidence > Confidence::Low && link.verdict != Some(Verdict::Different) {
            groups.join(link);
        }
    }
    for link in &mut links {
        link.merged = groups.root[link.a as usize] == groups.root[link.b as usize];
    }
    Resolution { outlets: groups.into_outlets(), links, compared }
}

/// Takes a step off the confidence of pairs that are no surer than another pair of the same row with the same list.
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

/// Whether two rows of one list plainly say the same.
fn is_twin(table: &FactTable, a: u32, b: u32) -> bool {
    let (one, other) = (&table.facts[a as usize], &table.facts[b as usize]);
    (one.core, one.branch, one.street, one.number)
        == (other.core, other.branch, other.street, other.number)
        && one.at().zip(other.at()).is_none_or(|(at, there)| at.distance_m(there) < 50.0)
}

/// Groups of rows that are one outlet.
struct Groups<'a> {
    table: &'a FactTable,
    judge: &'a Judge<'a>,
    verdicts: &'a FxHashMap<(u32, u32), Verdict>,
    root: Vec<u32>,
    /// Rows by root, where there are several.
    rows: FxHashMap<u32, Vec<u32>>,
}

impl<'a> Groups<'a> {
    fn new(
        table: &'a FactTable,
        judge: &'a Judge<'a>,
        verdicts: &'a FxHashMap<(u32, u32), Verdict>,
    ) -> Self {
        let root = (0..table.len() as u32).collect();
        Self { table, judge, verdicts, root, rows: FxHashMap::default() }
    }

    /// Makes one group of the groups of both rows, unless something speaks against it.
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

    /// Whether nothing speaks against rows `a` and `b` being in one group.
    fn fits(&self, a: u32, b: u32) -> bool {
        match self.verdicts.get(&(a, b)) {
            Some(Verdict::Same) => return true,
            Some(Verdict::Different) => return false,
            None => {}
        }
        let judgement = self.judge.judge(a, b);
        let same_list = self.table.facts[a as usize].list == self.table.facts[b as usize].list;
        if same_list {
            return judgement.confidence == Some(Confidence::High);
        }
        if judgement.differs.has("license_no") {
            return judgement.confidence >= Some(Confidence::Medium);
        }
        judgement.score >= 0
    }

    fn into_outlets(mut self) -> Vec<Vec<u32>> {
        let first = (0..self.root.len() as u32).filter(|row| self.root[*row as usize] == *row);
        first.map(|row| self.rows.remove(&row).unwrap_or_else(|| vec![row])).collect()
    }
}
