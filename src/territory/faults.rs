//! Collects all faults of a territory file, each with its line.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer};

use crate::suggest::nearest;

/// Error of a territory file.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message shows each field")]
pub enum TerritoryError {
    /// The file cannot be read.
    #[error("{} cannot be read", file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    /// The file has faults.
    #[error("{}", list(file, faults))]
    Faults { file: PathBuf, faults: Vec<TerritoryFault> },
}

/// One fault of a territory file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TerritoryFault {
    /// Line in the file, counted from 1; `None` for a fault of the whole file.
    pub line: Option<usize>,
    /// Keys that lead to the value, joined by dots; `None` if the message is not about one value.
    pub key: Option<String>,
    /// Text that states the contents found and the contents expected.
    pub message: String,
}

impl fmt::Display for TerritoryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, &self.key) {
            (Some(line), Some(key)) => write!(f, "line {line}, {key}: {}", self.message),
            (Some(line), None) => write!(f, "line {line}: {}", self.message),
            (None, _) => f.write_str(&self.message),
        }
    }
}

fn list(file: &std::path::Path, faults: &[TerritoryFault]) -> String {
    let lines: Vec<String> =
        faults.iter().map(|fault| format!("{}, {fault}", file.display())).collect();
    lines.join("\n")
}

/// The faults of a file that were found so far.
pub(super) struct Faults<'a> {
    text: &'a str,
    found: Vec<TerritoryFault>,
    taken: Vec<Taken>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, found: Vec::new(), taken: Vec::new() }
    }

    /// Adds a fault at the bytes `span` of the file's text.
    pub(super) fn at(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.at_key(span, None, message.into());
    }

    fn at_key(&mut self, span: Range<usize>, key: Option<String>, message: String) {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        self.found.push(TerritoryFault { line: Some(line), key, message });
    }

    /// Adds a fault that concerns the whole file.
    pub(super) fn of_file(&mut self, message: impl Into<String>) {
        self.found.push(TerritoryFault { line: None, key: None, message: message.into() });
    }

    /// Adds a fault because the top-level key `key` is missing. If the key is there and has a
    /// fault, adds nothing.
    pub(super) fn missing(&mut self, key: &str, what_to_do: &str) {
        if !self.taken.iter().any(|taken| taken.path[0] == key) {
            self.of_file(format!("the key \"{key}\" is missing; {what_to_do}"));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn into_sorted(mut self) -> Vec<TerritoryFault> {
        self.found.sort();
        self.found
    }

    /// Reads the text into a `T` without its faulty entries. Returns `None` if the rest is not a
    /// `T`.
    ///
    /// Serde stops at the first fault. Therefore, the faulty entry is removed and the document is
    /// read again, until there is no fault. This means one more reading for each fault.
    pub(super) fn read<T: for<'de> Deserialize<'de>>(&mut self) -> Option<T> {
        let (mut document, syntax_errors) = DeTable::parse_recoverable(self.text);
        for error in &syntax_errors {
            self.at(error.span().unwrap_or(0..0), error.message());
        }
        if !syntax_errors.is_empty() {
            return None;
        }
        loop {
            let error = match T::deserialize(Deserializer::from(document.clone())) {
                Ok(value) => return Some(value),
                Err(error) => error,
            };
            let span = error.span().unwrap_or(0..0);
            let is_consequence = missing_key(error.message()).is_some_and(|key| {
                self.taken.iter().any(|t| t.table == span && t.path.ends_with(&[key.to_owned()]))
            });
            let root = document.span();
            let taken = take_out(document.get_mut(), root, &span);
            if !is_consequence {
                let message = in_plain_words(error.message());
                // A message that starts with "found" is about a value. Other messages already name
                // their key.
                let key = taken.as_ref().filter(|_| message.starts_with("found "));
                self.at_key(span, key.map(|taken| taken.path.join(".")), message);
            }
            self.taken.push(taken?);
        }
    }
}

/// An entry that was removed from the document because of a fault.
struct Taken {
    /// Keys that lead to the entry, at least one.
    path: Vec<String>,
    /// Bytes of the table that contained the entry.
    table: Range<usize>,
}

/// Removes the key, value or table at the bytes `span` from `table`, which is at the bytes `at`. If
/// there is no such entry, removes the smallest entry that contains `span`. Returns `None` if there
/// is none either.
fn take_out(table: &mut DeTable<'_>, at: Range<usize>, span: &Range<usize>) -> Option<Taken> {
    let mut around = None;
    for (key, value) in table.iter_mut() {
        let name = key.get_ref().to_string();
        let value_span = value.span();
        let is_key = key.span() == *span;
        // The span of an array of tables is that of its first table, so the contents of that table
        // are tried first.
        if !is_key && let Some(mut taken) = take_out_of_value(value, span) {
            taken.path.insert(0, name);
            return Some(taken);
        }
        if is_key || (value_span.start <= span.start && span.end <= value_span.end) {
            around = Some(name);
            break;
        }
    }
    let key = around?;
    table.remove(key.as_str());
    Some(Taken { path: vec![key], table: at })
}

/// Does the same as [`take_out`] for the contents of `value`, which is a table or an array of
/// tables.
fn take_out_of_value(value: &mut Spanned<DeValue<'_>>, span: &Range<usize>) -> Option<Taken> {
    let at = value.span();
    match value.get_mut() {
        DeValue::Table(table) => take_out(table, at, span),
        DeValue::Array(elements) => {
            let is_meant = |e: &Spanned<DeValue<'_>>| e.get_ref().is_table() && e.span() == *span;
            if elements.iter().any(is_meant) {
                let all = std::mem::replace(elements, DeArray::new());
                *elements = all.into_iter().filter(|element| !is_meant(element)).collect();
                return Some(Taken { path: Vec::new(), table: at });
            }
            elements.iter_mut().find_map(|element| take_out_of_value(element, span))
        }
        _ => None,
    }
}

/// Returns the key that serde's message about a missing key names.
fn missing_key(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.strip_suffix('`')
}

/// Rewrites a message of serde in words that the author of the file understands.
fn in_plain_words(message: &str) -> String {
    if let Some(key) = missing_key(message) {
        return format!("the key \"{key}\" is missing");
    }
    for (serde_says, we_say) in [("unknown field ", "key"), ("unknown variant ", "value")] {
        if message.starts_with(serde_says) {
            // Example: "unknown field `hme`, expected one of `name`, `home`".
            let mut quoted = message.split('`').skip(1).step_by(2);
            let found = quoted.next().unwrap_or_default();
            let known: Vec<&str> = quoted.collect();
            return match nearest(found, known.iter().copied()) {
                Some(meant) => format!("unknown {we_say} \"{found}\"; did you mean \"{meant}\"?"),
                None => format!(
                    "unknown {we_say} \"{found}\"; known {we_say}s are {}",
                    known.join(", ")
                ),
            };
        }
    }
    message
        .replace("invalid type: ", "found ")
        .replace("invalid value: ", "found ")
        .replace("found floating point ", "found ")
        .replace("found integer ", "found ")
        .replace("invalid length ", "found a list of length ")
        .replace("expected f64", "expected a number")
        .replace("expected a sequence", "expected a list such as [\"…\"]")
        .replace("expected a string", "expected text in quotes")
}
