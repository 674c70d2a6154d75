//! Writes the report of a batch. The territories that need a person come first.
//!
//! A [`Digest`] is computed from all entries in one pass. It holds totals, and the first or the
//! worst items of each list. Therefore, its size does not grow with the number of territories.
//! [`write_report`] reads the entries once more and writes two files: [`JSON`] is complete, and
//! [`HTML`] can be read on a telephone. [`text`] returns a report that fits on one screen.

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

/// Name of the file with the complete report, for other programs.
pub const JSON: &str = "batch-report.json";
/// Name of the file with the report for people.
pub const HTML: &str = "batch-report.html";

/// Facts about one run. Everything that can differ between two runs with equal inputs is here,
/// except the `seconds` of the territories.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// Time at which the run started, in the time zone of the machine.
    #[serde(serialize_with = "moment")]
    pub started_at: ZonedDateTime,
    /// Time at which the run ended.
    #[serde(serialize_with = "moment")]
    pub ended_at: ZonedDateTime,
    /// Duration of the run in seconds, measured by a clock that never goes back.
    pub seconds: f64,
    /// Maximum number of territories that are planned at the same time.
    pub jobs: usize,
    /// Number of territories that were given to a worker process in this run, with or without
    /// success.
    pub planned_now: usize,
    /// Number of territories that an earlier run finished and whose inputs are unchanged.
    pub kept_from_before: usize,
    /// Names of the territories that were tried again because their worker process died.
    pub retried: Vec<String>,
    /// Number of road networks that were built in this run.
    pub networks_built: usize,
    /// True if the run was stopped before all territories were planned.
    pub interrupted: bool,
    /// More notes on the run, one sentence each. An example is a journal that could not be written.
    pub notes: Vec<String>,
    /// Folder with the plans and reports.
    #[serde(serialize_with = "lossy_path")]
    pub out: PathBuf,
}

/// Writes a time in ISO 8601 with seconds and the offset from UTC.
fn moment<S: Serializer>(moment: &ZonedDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&moment.strftime("%Y-%m-%dT%H:%M:%S%:z"))
}

/// Writes a path. If a name in it is not Unicode, some characters are replaced, so that the report
/// is still written.
fn lossy_path<S: Serializer>(path: &std::path::Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

/// Error that prevented a report. An earlier report is unchanged.
#[derive(Debug, thiserror::Error)]
#[error("{}: the report cannot be written", path.display())]
pub struct ReportError {
    /// Path of the report.
    pub path: PathBuf,
    /// Error of the operating system.
    pub source: io::Error,
}

/// Writes [`JSON`] and [`HTML`] into the folder of the batch. Each file is written as a whole or
/// not at all.
///
/// `entries` returns the entries from which the digest was made, in the same order. Only one entry
/// at a time is in memory.
///
/// # Errors
/// The first [`ReportError`]. HTML is written even if JSON cannot be written.
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
