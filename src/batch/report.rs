//! The report of a batch: first of all, the territories that need a person.
//!
//! A [`Digest`] is computed from all entries in one pass. It holds totals and the first or worst items of each
//! list, so its size does not grow with the number of territories. [`write_report`] reads the entries once
//! more and writes [`JSON`], which is complete, and [`HTML`] for a telephone; [`text`] fits on one screen.

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

pub use digest::{BatchTotals, Digest};
pub use text::text;

use super::Entry;
use crate::whole_file::write_whole;

/// File name of the complete report, for machines.
pub const JSON: &str = "batch-report.json";
/// File name of the report for people.
pub const HTML: &str = "batch-report.html";

/// Facts about one run. Everything that can differ between two runs on equal inputs is here, except the
/// territories' `seconds`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// Start, in the time zone of the machine.
    #[serde(serialize_with = "moment")]
    pub started_at: ZonedDateTime,
    /// End.
    #[serde(serialize_with = "moment")]
    pub ended_at: ZonedDateTime,
    /// Duration in seconds, by a monotonic clock.
    pub seconds: f64,
    /// Maximum number of territories planned at the same time.
    pub jobs: usize,
    /// Territories given to a worker in this run, with or without success.
    pub planned_now: usize,
    /// Territories that an earlier run finished and whose inputs are unchanged.
    pub kept_from_before: usize,
    /// Territories that were tried again because their worker died.
    pub retried: Vec<String>,
    /// Road networks built in this run.
    pub networks_built: usize,
    /// True if the run was stopped before it was complete.
    pub interrupted: bool,
    /// Further notes on the run, one sentence each, such as a journal that could not be written.
    pub notes: Vec<String>,
    /// Folder of plans and reports.
    #[serde(serialize_with = "lossy_path")]
    pub out: PathBuf,
}

/// Writes ISO 8601 with seconds and UTC offset.
fn moment<S: Serializer>(moment: &ZonedDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&moment.strftime("%Y-%m-%dT%H:%M:%S%:z"))
}

/// Writes a path; a name that is not Unicode must not prevent the report.
fn lossy_path<S: Serializer>(path: &std::path::Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

/// The error that prevented a report; an earlier report is unchanged.
#[derive(Debug, thiserror::Error)]
#[error("{}: the report cannot be written", path.display())]
pub struct ReportError {
    /// The report.
    pub path: PathBuf,
    /// Reason given by the system.
    pub source: io::Error,
}

/// Writes [`JSON`] and [`HTML`] into the folder of the batch, each as a whole or not at all.
///
/// `entries` returns the entries of the digest, in the same order; one at a time is in memory.
///
/// # Errors
/// [`ReportError`], the first one. HTML is written even if JSON cannot be.
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
