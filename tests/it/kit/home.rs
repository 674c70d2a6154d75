//! A temporary folder with a territory in it, which a test may change.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{Run, command, copy_files, json, outcome, properties, repository};

/// The rows of a list, by column.
pub(crate) type Rows = Vec<BTreeMap<String, String>>;

/// A folder for the files of one test, deleted at its end, or of all tests.
pub(crate) struct Home {
    folder: PathBuf,
    _temporary: Option<TempDir>,
}

impl Home {
    pub(crate) fn empty() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        Self { folder: temporary.path().to_owned(), _temporary: Some(temporary) }
    }

    /// With copies of the files of a demo territory, `malta` or `gozo`: `territory.toml`,
    /// `prospects.csv`, the map and more.
    pub(crate) fn of(demo: &str) -> Self {
        let home = Self::empty();
        copy_files(&repository("data").join(demo), home.folder());
        home
    }

    /// As [`Home::of`], for a `static`: the folder `name` below the target folder, made anew in
    /// each run of the tests.
    pub(crate) fn for_all_tests(name: &str, demo: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        copy_files(&repository("data").join(demo), &folder);
        Self { folder, _temporary: None }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Writes a file, and returns its path.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    /// Replaces all places of a file that read `from`, of which there must be one.
    #[track_caller]
    pub(crate) fn replace(&self, name: &str, from: &str, to: &str) {
        let text = self.text(name);
        assert!(text.contains(from), "{from} is not in\n{text}");
        self.write(name, text.replace(from, to));
    }

    /// The rows of `prospects.csv`.
    pub(crate) fn rows(&self) -> Rows {
        let mut reader = csv::Reader::from_path(self.path("prospects.csv")).unwrap();
        reader.deserialize().map(Result::unwrap).collect()
    }

    /// Changes the rows of `prospects.csv`; all have the columns of the first.
    pub(crate) fn change_rows(&self, change: impl FnOnce(&mut Rows)) {
        let mut rows = self.rows();
        change(&mut rows);
        let mut list = csv::Writer::from_path(self.path("prospects.csv")).unwrap();
        let columns: Vec<&String> = rows[0].keys().collect();
        list.write_record(&columns).unwrap();
        for row in &rows {
            list.write_record(columns.iter().map(|column| &row[*column])).unwrap();
        }
        list.flush().unwrap();
    }

    /// Runs the program in this folder with the words of `line`; one that begins with `data/` or
    /// `tests/` is a path in the repository.
    pub(crate) fn run(&self, line: &str) -> Run {
        outcome(self.command(line))
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = command(line);
        command.current_dir(self.folder());
        command
    }

    /// Plans `territory.toml` quickly into the folder `out`, with more options.
    pub(crate) fn plan(&self, out: &str, options: &str) -> Run {
        self.run(&format!("plan territory.toml --effort quick --out {out} {options}"))
    }

    /// Checks the plan in the folder `plan`.
    pub(crate) fn verify(&self, plan: &str) -> Run {
        self.run(&format!("verify {plan}"))
    }

    /// Checks a plan that must have no fault.
    #[track_caller]
    pub(crate) fn assert_sound(&self, plan: &str) {
        self.verify(plan).expect(0);
    }

    pub(crate) fn summary(&self, plan: &str) -> Value {
        json(&self.path(plan).join("summary.json"))
    }

    /// The properties of all features of a layer of a plan.
    pub(crate) fn properties(&self, plan: &str, layer: &str) -> Vec<Value> {
        properties(&self.path(plan).join(format!("{layer}.geojson")))
    }

    /// The properties of a prospect of a plan.
    pub(crate) fn prospect(&self, plan: &str, id: &str) -> Value {
        let mut all = self.properties(plan, "prospects").into_iter();
        all.find(|prospect| prospect["id"] == id).unwrap()
    }
}

/// Puts `value` into a cell of the row `id`.
pub(crate) fn set(rows: &mut Rows, id: &str, column: &str, value: &str) {
    let row = rows.iter_mut().find(|row| row["id"] == id).unwrap();
    row.insert(column.to_owned(), value.to_owned());
}
