//! Writes the complete report, for other programs. `docs/batch-report.schema.json` describes its
//! fields.

use std::io::{self, Write};

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use super::{BatchTotals, Digest, Run};
use crate::batch::{Entry, StageSeconds};
use crate::output::ATTRIBUTION;

#[derive(Serialize)]
struct Report<'a, T> {
    program: &'static str,
    version: &'static str,
    attribution: &'static str,
    dates: &'a [Date],
    run: RunFigures<'a>,
    totals: &'a BatchTotals,
    territories: T,
}

#[derive(Serialize)]
struct RunFigures<'a> {
    #[serde(flatten)]
    run: &'a Run,
    seconds_by_stage: &'a StageSeconds,
}

/// Writes entries as a JSON array. Only one entry at a time is in memory.
struct OneByOne<F>(F);

impl<F, I> Serialize for OneByOne<F>
where
    F: Fn() -> I,
    I: Iterator<Item = Entry>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// Writes the report, with one field in each line.
pub(super) fn write<I: Iterator<Item = Entry>>(
    mut file: &mut dyn Write,
    run: &Run,
    digest: &Digest,
    entries: impl Fn() -> I,
) -> io::Result<()> {
    let report = Report {
        program: "beatplan",
        version: env!("CARGO_PKG_VERSION"),
        attribution: ATTRIBUTION,
        dates: &digest.dates,
        run: RunFigures { run, seconds_by_stage: &digest.seconds_by_stage },
        totals: &digest.totals,
        territories: OneByOne(entries),
    };
    serde_json::to_writer_pretty(&mut file, &report)?;
    file.write_all(b"\n")
}
