//! Prints the output of commands. Results go to standard output or files, everything else goes to
//! standard error.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anyhow::Context;
use beatplan::remark::Remark;
use beatplan::units::and_more;
use beatplan::whole_file::write_whole;
use serde::Serialize;

use super::progress_bars::Bars;

/// Maximum number of notes of the same kind that are shown on the terminal.
const NOTES_LISTED: usize = 5;

/// Prints the output of one run of the program.
pub(crate) struct Printer {
    /// True if only errors are printed, and results in formats for other programs.
    pub(crate) quiet: bool,
    /// True if results are printed as JSON.
    pub(crate) json: bool,
}

impl Printer {
    /// Returns progress bars. They are hidden with `--quiet` or if standard error is not a
    /// terminal.
    pub(crate) fn bars(&self) -> Bars {
        if !self.quiet && io::stderr().is_terminal() { Bars::visible() } else { Bars::hidden() }
    }

    /// Prints a result without any change. If standard output is closed, this is not an error.
    pub(crate) fn result(&self, text: &str) -> anyhow::Result<()> {
        self.write_result(|out| out.write_all(text.as_bytes())).map(drop)
    }

    /// Prints the result that `write` produces. Returns `None` if standard output was closed.
    pub(crate) fn write_result<T>(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<T>,
    ) -> anyhow::Result<Option<T>> {
        let mut out = BufWriter::new(io::stdout().lock());
        let written = write(&mut out).and_then(|value| out.flush().map(|()| value));
        match written {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                // If the writer were dropped, it would try to write again.
                let _ = out.into_parts();
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Prints a result for a person. Prints nothing with `--quiet` or `--json`.
    pub(crate) fn table(&self, text: &str) -> anyhow::Result<()> {
        if self.quiet || self.json { Ok(()) } else { self.result(text) }
    }

    /// Prints `value` as JSON.
    pub(crate) fn json(&self, value: &impl Serialize) -> anyhow::Result<()> {
        self.result(&(serde_json::to_string_pretty(value)? + "\n"))
    }

    /// Prints `value` as JSON if `--json` is set, else prints `text` for a person.
    pub(crate) fn report(
        &self,
        value: &impl Serialize,
        text: impl FnOnce() -> String,
    ) -> anyhow::Result<()> {
        if self.json { self.json(value) } else { self.table(&text()) }
    }

    /// If `--json` is set, prints a JSON file that was written, block by block.
    pub(crate) fn json_file(&self, path: &Path) -> anyhow::Result<()> {
        if !self.json {
            return Ok(());
        }
        let mut file =
            File::open(path).with_context(|| format!("{}: cannot be read back", path.display()))?;
        self.write_result(|out| io::copy(&mut file, out)).map(drop)
    }

    /// Prints a line to standard error. Prints nothing with `--quiet`.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            print_line(text);
        }
    }

    /// Prints the first of `lines` as notes. `see_all` is the text that says where to find all of
    /// them.
    pub(crate) fn notes(&self, lines: &[String], see_all: &str) {
        lines.iter().take(NOTES_LISTED).for_each(|line| self.note(line));
        if let Some(rest) = and_more(lines.len(), NOTES_LISTED, &format!("; {see_all}")) {
            self.note(&format!("note: {rest}"));
        }
    }

    /// Prints remarks grouped by kind, and the first ones of each kind. `see_all` is the text that
    /// says where to find all of them.
    pub(crate) fn remarks(&self, remarks: &[Remark], see_all: &str) {
        let mut remarks: Vec<&Remark> = remarks.iter().collect();
        remarks.sort_by_key(|remark| remark.code);
        for alike in remarks.chunk_by(|one, next| one.code == next.code) {
            let lines: Vec<String> =
                alike.iter().map(|remark| format!("note: {}", remark.message)).collect();
            self.notes(&lines, &format!("{see_all} (code \"{}\")", alike[0].code));
        }
    }

    /// Prints an error with its causes, even with `--quiet`.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        print_line(&format!("error: {error:#}"));
    }
}

/// Prints a line to standard error. If standard error is closed, this is not an error.
fn print_line(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Writes a file through a buffer, as a whole or not at all. Returns the result of `write`.
pub(crate) fn write_file<T>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<T>,
) -> anyhow::Result<Option<T>> {
    let mut value = None;
    write_whole(path, |file| {
        let mut file = BufWriter::new(file);
        value = Some(write(&mut file)?);
        file.flush()
    })
    .with_context(|| format!("{}: cannot be written", path.display()))?;
    Ok(value)
}
