//! The morning's report of a batch: one glance says what needs a person.
//!
//! A [`Digest`] is made of all entries in one pass. It holds totals and of each list the first or the worst, so that its
//! size does not grow with the number of territories. [`write_report`] goes through the entries once more and writes
//! [`JSON`] with all there is, and [`HTML`] for a telephone; [`text`] is one screen for a terminal or a mail.

mod digest;
mod html;
mod json;
#[cfg(test)]
mod tests;
mod text;
mod words;

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use jiff::ZonedDateTime;
use serde::{Serialize, Serializer};

pub use digest::{ChangeFigures, Digest, Totals};
pub use text::text;

use super::Entry;
use crate::whole_file::write_whole;

/// Name of the report that holds everything, for machines.
pub const JSON: &str = "batch-report.json";
/// Name of the report for people.
pub const HTML: &str = "batch-report.html";

/// How a run of the batch went: here is all that differs from run to run though the inputs are the same, but the `seconds`
/// of the territories.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// When it began, in the time zone of the machine.
    #[serde(serialize_with = "moment")]
    pub started_at: ZonedDateTime,
    /// When it was through.
    #[serde(serialize_with = "moment")]
    pub ended_at: ZonedDateTime,
    /// How long it took, by a clock that is never set.
    pub seconds: f64,
    /// Territories planned at the same time, at most.
    pub jobs: usize,
    /// Territories that a worker was at in this run, whatever became of them.
    pub planned_now: usize,
    /// Territories that an earlier run had finished and that are still the same.
    pub kept_from_before: usize,
    /// Territories whose worker died, so that they were tried once more.
    pub retried: Vec<String>,
    /// Road networks that had to be built.
    pub networks_built: usize,
    /// It was told to end before it was through.
    pub interrupted: bool,
    /// What else a person should know of the run, a sentence each: for example that the journal could not be written.
    pub notes: Vec<String>,
    /// The folder of the batch, where plans and reports are.
    #[serde(serialize_with = "lossy_path")]
    pub out: PathBuf,
}

/// ISO 8601 with seconds and the offset of the place.
fn moment<S: Serializer>(moment: &ZonedDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&moment.strftime("%Y-%m-%dT%H:%M:%S%:z"))
}

/// A name that is no Unicode must not cost the report.
fn lossy_path<S: Serializer>(path: &std::path::Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

/// Why a report was not written; what was in its place still is.
#[derive(Debug, thiserror::Error)]
#[error("{}: the report cannot be written", path.display())]
pub struct ReportError {
    /// The report.
    pub path: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

/// Writes [`JSON`] and [`HTML`] into the folder of the batch, each whole or not at all.
///
/// `entries` are those the digest was made of, in the same order; one at a time is in memory.
///
/// # Errors
/// [`ReportError`]. HTML is written even where there is no room for JSON; the first error is told.
pub fn write_report<I: Iterator<Item = Entry>>(
    run: &Run,
    digest: &Digest,
    entries: impl Fn() -> I,
) -> Result<(), ReportError> {
    let write = |name: &str, content: &dyn Fn(&mut dyn Write) -> io::Result<()>| {
        let path = run.out.join(name);
        let written = write_whole(&path, |file| {
            let mut file = BufWriter::new(file);
            content(&mut file)?;
            file.flush()
        });
        written.map_err(|source| ReportError { path, source })
    };
    let json = write(JSON, &|file| json::write(file, run, digest, &entries));
    let html = write(HTML, &|file| html::write(file, run, digest));
    json.and(html)
}
