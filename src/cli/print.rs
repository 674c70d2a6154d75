//! Where words go: results to standard output, everything else to standard error.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anyhow::Context;
use beatplan::output::files;
use beatplan::remark::Remark;

/// So many remarks of one kind are listed; a plan's summary holds all of them.
const REMARKS_LISTED: usize = 10;

/// Prints for one run of the program.
pub(crate) struct Printer {
    quiet: bool,
    json: bool,
}

impl Printer {
    pub(crate) fn new(quiet: bool, json: bool) -> Self {
        Self { quiet, json }
    }

    /// Whether results are wanted as JSON.
    pub(crate) fn json(&self) -> bool {
        self.json
    }

    /// Whether somebody is watching a terminal.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// A result, exactly as it is; nobody reading is no error.
    pub(crate) fn result(&self, text: &str) -> anyhow::Result<()> {
        match io::stdout().lock().write_all(text.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// A result for a person; nothing with `--quiet` or `--json`.
    pub(crate) fn table(&self, text: &str) -> anyhow::Result<()> {
        if self.quiet || self.json { Ok(()) } else { self.result(text) }
    }

    /// The summary of the folder that was written, with `--json`.
    pub(crate) fn summary(&self, folder: &Path) -> anyhow::Result<()> {
        if !self.json {
            return Ok(());
        }
        self.file(&folder.join(files::SUMMARY))
    }

    /// A result that is in a file, however large.
    pub(crate) fn file(&self, path: &Path) -> anyhow::Result<()> {
        let mut file =
            File::open(path).with_context(|| format!("{}: cannot be read back", path.display()))?;
        match io::copy(&mut file, &mut io::stdout().lock()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Something a person should know; nothing with `--quiet`.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            say(text);
        }
    }

    /// Remarks, one a line; of very many of one kind the first, and how many more there are.
    pub(crate) fn remarks(&self, remarks: &[Remark]) {
        for alike in remarks.chunk_by(|one, next| one.code == next.code) {
            for remark in alike.iter().take(REMARKS_LISTED) {
                self.note(&format!("note: {}", remark.message));
            }
            if let Some(more) = alike.len().checked_sub(REMARKS_LISTED + 1) {
                let (more, code) = (more + 1, &alike[0].code);
                self.note(&format!("note: … and {more} more of this kind ({code})"));
            }
        }
    }

    /// What went wrong, as one chain of causes; also with `--quiet`.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        say(&format!("error: {error:#}"));
    }
}

/// A line on standard error; where that is closed there is nobody left to tell.
fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
