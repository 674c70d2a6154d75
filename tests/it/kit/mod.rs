//! Runs the built program as a user does, and looks at what it leaves behind.

pub(crate) mod pbf;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The file or folder `name` of the repository.
pub(crate) fn repository(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The file or folder `name` of the shared data that may lie beside the repository, or `None`,
/// said on stderr.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = repository("../shared").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: the shared data has no {name} here");
    None
}

/// What a run of the program came to.
pub(crate) struct Run {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The program, which keeps no road networks unless told to.
pub(crate) fn command() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("beatplan"));
    command.env("BEATPLAN_NO_CACHE", "1");
    command
}

/// Runs the program with `args`; it must not panic, whatever they are.
pub(crate) fn beatplan<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Run {
    run(command().args(args))
}

/// Runs the program by a command of it; it must not panic, whatever that is.
pub(crate) fn run(command: &mut Command) -> Run {
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

    /// Which of `words` (apart by `|`) the message on stderr lacks.
    pub(crate) fn words_missing(&self, words: &str) -> Vec<String> {
        let is_missing = |word: &&str| !self.stderr.contains(*word);
        words.split('|').filter(is_missing).map(str::to_owned).collect()
    }
}

/// The names in a folder, hidden ones included, in order.
pub(crate) fn listing(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// All files of a folder, by name.
pub(crate) fn contents(folder: &Path) -> BTreeMap<String, String> {
    let content = |name: &String| std::fs::read_to_string(folder.join(name)).unwrap();
    listing(folder).into_iter().map(|name| (name.clone(), content(&name))).collect()
}

/// Numbers that look random and are the same on every run (SplitMix64).
pub(crate) struct Seeded(pub(crate) u64);

impl Seeded {
    /// The next number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    /// The next index into `list`.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }
}
