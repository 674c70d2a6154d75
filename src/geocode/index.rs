//! The search index: a tantivy index in memory, one segment written by one thread, so that it is the same every time.

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::{Searcher, TantivyDocument, Term};

use super::gazetteer::{Entry, Kind};
use crate::spelling::{is_han, words};

/// So many entries are proposed.
const PROPOSED: usize = 200;

/// Memory of the writer while it works, in bytes.
const WRITER_MEMORY: usize = 50_000_000;

pub(super) struct Index {
    searcher: Searcher,
    kind: Field,
    words: Field,
    at: Field,
}

impl Index {
    /// Indexes `entries`.
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_index_option(IndexRecordOption::WithFreqs);
        let kind = schema.add_text_field("kind", STRING);
        let words =
            schema.add_text_field("words", TextOptions::default().set_indexing_options(indexing));
        let at = schema.add_u64_field("at", FAST | tantivy::schema::STORED);
        let index = tantivy::Index::create_in_ram(schema.build());
        let written = || -> tantivy::Result<Searcher> {
            let mut writer = index.writer_with_num_threads(1, WRITER_MEMORY)?;
            writer.set_merge_policy(Box::new(tantivy::merge_policy::NoMergePolicy));
            for (entry, number) in entries.iter().zip(0_u64..) {
                let mut document = TantivyDocument::default();
                document.add_text(kind, entry.kind.word());
                document.add_text(words, terms(&text_of(entry)).join(" "));
                document.add_u64(at, number);
                writer.add_document(document)?;
            }
            writer.commit()?;
            Ok(index.reader()?.searcher())
        };
        Self { searcher: written().expect("memory takes any index"), kind, words, at }
    }

    /// The entries of `kind` that share most, and the rarest, words with `text`, in order.
    pub(super) fn search(&self, kind: Kind, text: &str) -> Vec<usize> {
        let term = |field, text: &str| -> Box<dyn Query> {
            Box::new(TermQuery::new(
                Term::from_field_text(field, text),
                IndexRecordOption::WithFreqs,
            ))
        };
        let any: Vec<(Occur, Box<dyn Query>)> =
            terms(text).iter().map(|word| (Occur::Should, term(self.words, word))).collect();
        let query = BooleanQuery::new(vec![
            (Occur::Must, term(self.kind, kind.word())),
            (Occur::Must, Box::new(BooleanQuery::new(any))),
        ]);
        let found = self.searcher.search(&query, &TopDocs::with_limit(PROPOSED).order_by_score());
        let mut entries: Vec<usize> = found
            .unwrap_or_default()
            .into_iter()
            .filter_map(|(_, address)| {
                let document: TantivyDocument = self.searcher.doc(address).ok()?;
                usize::try_from(document.get_first(self.at)?.as_u64()?).ok()
            })
            .collect();
        entries.sort_unstable();
        entries
    }
}

fn text_of(entry: &Entry) -> String {
    match entry.kind {
        Kind::Address => format!("{} #{}", entry.street, entry.number),
        Kind::Street => entry.street.clone(),
        Kind::Outlet | Kind::Place | Kind::Admin => entry.name.clone(),
    }
}

/// What is searched for: Latin words, their first four letters (slips come late in a word), pairs of Chinese characters,
/// house numbers.
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
