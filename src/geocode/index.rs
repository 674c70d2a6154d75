//! Holds the search index: it finds entries by the words of a text and ranks them by their BM25
//! score.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::gazetteer::{Entry, Kind};
use crate::spelling::{is_han, words};

/// Maximum number of entries that a search returns.
const PROPOSED: usize = 200;

/// BM25 constant k1 with its usual value: a word that is repeated counts less each time.
const REPETITION: f32 = 1.2;

/// BM25 constant b with its usual value: long texts get a lower score.
const LENGTH: f32 = 0.75;

/// A search index in memory. It holds the entries in the order of their kinds.
pub(super) struct Index {
    /// For each kind: range of its entries.
    of_kind: FxHashMap<Kind, Range<u32>>,
    /// For each word: the entries that contain it, in rising order, with the number of occurrences.
    postings: FxHashMap<String, Vec<(u32, f32)>>,
    /// For each entry: `REPETITION` multiplied by the factor for the length of the entry.
    damping: Vec<f32>,
}

impl Index {
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut of_kind: FxHashMap<Kind, Range<u32>> = FxHashMap::default();
        let mut postings: FxHashMap<String, Vec<(u32, f32)>> = FxHashMap::default();
        let mut lengths = Vec::with_capacity(entries.len());
        for (entry, at) in entries.iter().zip(0_u32..) {
            of_kind.entry(entry.kind).or_insert(at..at).end = at + 1;
            let terms = terms(&text_of(entry));
            lengths.push(terms.len() as f32);
            for term in terms {
                let entries = postings.entry(term).or_default();
                match entries.last_mut().filter(|(last, _)| *last == at) {
                    Some((_, count)) => *count += 1.0,
                    None => entries.push((at, 1.0)),
                }
            }
        }
        let mean = lengths.iter().sum::<f32>() / lengths.len() as f32;
        let damping = |length| REPETITION * (1.0 - LENGTH + LENGTH * length / mean);
        Self { of_kind, postings, damping: lengths.into_iter().map(damping).collect() }
    }

    /// Returns the entries of `kind` that share the most and the rarest words with `text`, in
    /// rising order.
    pub(super) fn search(&self, kind: Kind, text: &str) -> Vec<usize> {
        let Some(of_kind) = self.of_kind.get(&kind).cloned() else { return Vec::new() };
        let mut scores = vec![0.0_f32; of_kind.len()];
        for postings in terms(text).iter().filter_map(|term| self.postings.get(term)) {
            let (all, with) = (self.damping.len() as f32, postings.len() as f32);
            let rarity = (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
            let first = postings.partition_point(|(at, _)| *at < of_kind.start);
            for &(at, count) in postings[first..].iter().take_while(|(at, _)| *at < of_kind.end) {
                scores[(at - of_kind.start) as usize] +=
                    rarity * count / (count + self.damping[at as usize]);
            }
        }
        let mut found: Vec<usize> = (0..scores.len()).filter(|at| scores[*at] > 0.0).collect();
        if found.len() > PROPOSED {
            found.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
            found.truncate(PROPOSED);
            found.sort_unstable();
        }
        found.into_iter().map(|at| at + of_kind.start as usize).collect()
    }
}

fn text_of(entry: &Entry) -> String {
    match entry.kind {
        Kind::Address => format!("{} #{}", entry.street, entry.number),
        Kind::Street => entry.street.clone(),
        Kind::Outlet | Kind::Place | Kind::Admin => entry.name.clone(),
    }
}

/// Returns the search terms of `text`: Latin words, their first four letters, pairs of Chinese
/// characters, and house numbers. The first four letters find words with typing errors, which
/// usually come later in a word.
fn terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    for part in text.split_whitespace() {
        if part.starts_with('#') {
            terms.push(part.to_owned());
            continue;
        }
        for word in words(part) {
            let letters: Vec<char> = word.chars().collect();
            if letters.iter().any(|c| is_han(*c)) {
                let pairs = letters.windows(2).map(|pair| pair.iter().collect());
                terms.extend(pairs);
                terms.extend((letters.len() == 1).then(|| word.clone()));
            } else {
                terms.extend(
                    (letters.len() > 4).then(|| letters[..4].iter().collect::<String>() + "~"),
                );
                terms.push(word);
            }
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_words_beginnings_and_pairs_of_characters() {
        assert_eq!(terms("radcliffe road #12"), ["radc~", "radcliffe", "road", "#12"]);
        assert_eq!(terms("人民路"), ["人民", "民路"]);
    }
}
