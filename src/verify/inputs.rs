//! Search for the unchanged input files of a plan.

use std::io;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::Xxh3;

use crate::plan_files::SummaryInput;

/// All inputs of a plan.
pub(super) struct Inputs<'a> {
    pub(super) all: Vec<Located<'a>>,
}

/// An input with its path, or with the reason why it cannot be used.
pub(super) struct Located<'a> {
    pub(super) input: &'a SummaryInput,
    pub(super) path: Result<PathBuf, String>,
}

impl<'a> Inputs<'a> {
    /// Looks for `inputs` from the current directory, then from `folder` and the folders above it.
    /// Reads each file it finds in full, up to the first with the right fingerprint.
    pub(super) fn locate(folder: &Path, inputs: &'a [SummaryInput]) -> Self {
        let all = inputs.iter().map(|input| Located { input, path: locate(folder, input) });
        Self { all: all.collect() }
    }

    pub(super) fn with_role(&self, role: &str) -> impl Iterator<Item = &Located<'a>> {
        self.all.iter().filter(move |located| located.input.role == role)
    }
}

fn locate(folder: &Path, input: &SummaryInput) -> Result<PathBuf, String> {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let places = std::iter::once(PathBuf::new()).chain(absolute.ancestors().map(Path::to_owned));
    let mut changed = None;
    for path in places.map(|place| place.join(&input.file)).filter(|path| path.is_file()) {
        match fingerprint(&path) {
            Ok(found) if found == input.xxh3 => return Ok(path),
            Ok(_) => {
                changed = changed.or_else(|| {
                    Some(format!("{} has changed since the plan was made", path.display()))
                })
            }
            Err(error) => {
                changed =
                    changed.or_else(|| Some(format!("{} cannot be read: {error}", path.display())))
            }
        }
    }
    Err(changed.unwrap_or_else(|| format!("{} was not found", input.file)))
}

/// Returns the XXH3 (64 bit) of a file's bytes, in hexadecimal.
fn fingerprint(path: &Path) -> io::Result<String> {
    let mut hash = Xxh3::new();
    let mut reader = io::BufReader::with_capacity(1 << 16, std::fs::File::open(path)?);
    loop {
        let bytes = io::BufRead::fill_buf(&mut reader)?;
        if bytes.is_empty() {
            return Ok(format!("{:016x}", hash.digest()));
        }
        hash.update(bytes);
        let count = bytes.len();
        io::BufRead::consume(&mut reader, count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_found_above_the_plan_and_known_by_its_bytes() {
        let home = tempfile::tempdir().unwrap();
        let plan = home.path().join("deep/plan");
        std::fs::create_dir_all(&plan).unwrap();
        std::fs::write(home.path().join("list.csv"), "id\n").unwrap();
        let input = |xxh3: &str| SummaryInput {
            role: "prospects".to_owned(),
            file: "list.csv".to_owned(),
            xxh3: xxh3.to_owned(),
            mode: None,
            settings: None,
        };
        let bytes = fingerprint(&home.path().join("list.csv")).unwrap();
        assert_eq!(locate(&plan, &input(&bytes)), Ok(home.path().join("list.csv")));
        assert!(locate(&plan, &input("0")).unwrap_err().contains("has changed"));
        std::fs::remove_file(home.path().join("list.csv")).unwrap();
        assert_eq!(locate(&plan, &input(&bytes)), Err("list.csv was not found".to_owned()));
    }
}
