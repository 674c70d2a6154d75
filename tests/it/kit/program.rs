//! The built program, run as a user runs it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::UNIX_EPOCH;

use super::{listing, repository};

/// Exit code and output of a run of the program.
pub(crate) struct Run {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The folder in which all runs of the program keep road networks: each map is built once for all
/// tests.
///
/// It is named after the built program. Those of earlier builds are deleted: their networks would
/// not be used again.
static CACHE: LazyLock<PathBuf> = LazyLock::new(|| {
    let built = std::fs::metadata(program()).unwrap().modified().unwrap();
    let name = format!("networks-{}", built.duration_since(UNIX_EPOCH).unwrap().as_millis());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for other in listing(folder) {
        if other.starts_with("networks-") && other != name {
            // Another run of the tests may be quicker.
            let _ = std::fs::remove_dir_all(folder.join(other));
        }
    }
    folder.join(name)
});

fn program() -> &'static Path {
    Path::new(assert_cmd::cargo::cargo_bin!("beatplan"))
}

/// The program with the words of `line`, and with the tests' folder of road networks.
///
/// A word that begins with `data/` or `tests/` is a path in the repository.
pub(crate) fn command(line: &str) -> Command {
    let mut command = Command::new(program());
    command.env_remove("BEATPLAN_NO_CACHE").env("BEATPLAN_CACHE", &*CACHE);
    command.args(line.split_whitespace().map(|word| {
        match word.starts_with("data/") || word.starts_with("tests/") {
            true => repository(word).into_os_string(),
            false => word.into(),
        }
    }));
    command
}

/// Runs the program with the words of `line`.
pub(crate) fn run(line: &str) -> Run {
    outcome(command(line))
}

/// Runs the program with `args`, which may have blanks in them.
pub(crate) fn beatplan<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Run {
    let mut command = command("");
    command.args(args);
    outcome(command)
}

/// Runs `command` to its end; it must not panic.
pub(crate) fn outcome(mut command: Command) -> Run {
    let output = command.output().unwrap();
    let run = Run {
        exit: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run
}

impl Run {
    /// The run, if it ended with `exit`.
    #[track_caller]
    pub(crate) fn expect(self, exit: i32) -> Self {
        assert_eq!(self.exit, exit, "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// The words, of those between `|` in `words`, that the message on stderr lacks.
    pub(crate) fn words_missing(&self, words: &str) -> Vec<String> {
        let is_missing = |word: &&str| !self.stderr.contains(*word);
        words.split('|').filter(is_missing).map(str::to_owned).collect()
    }
}
