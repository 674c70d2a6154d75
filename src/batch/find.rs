//! Finds the territory files of a batch and gives each territory a name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// A territory file that was found in a folder or named on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundTerritory {
    /// Name of the territory in the batch, which is also the name of its folder.
    pub(super) id: String,
    /// Path of the territory file, or of a folder that cannot be read.
    pub(super) file: PathBuf,
    /// Fault that was found before the file is read; `None` if there is none.
    pub(super) fault: Option<String>,
}

/// The reason why a batch finds no territories.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// The file or folder does not exist.
    #[error("{} does not exist; name territory files, or a folder of them", path.display())]
    Missing {
        /// Path on the command line.
        path: PathBuf,
    },
    /// The folder contains no territory file.
    #[error("{} has no territory file (.toml); their contents are described in docs/territory.md", path.display())]
    NoTerritories {
        /// Path of the folder.
        path: PathBuf,
    },
}

/// Returns the territory files among `paths`, and those in the folders among `paths`. Subfolders
/// are searched too, hidden folders are not. The files are in the order of `paths`; within a
/// folder, they are in the order of their names.
///
/// The name of a territory is the name of its file, with the names of the subfolders before it,
/// joined by hyphens. For a file `territory.toml`, it is the name of its folder. If two territories
/// have the same name, the second one has a fault.
///
/// # Errors
/// [`FindError`] if a path does not exist, or if a folder contains no territory file.
pub(super) fn find(paths: &[PathBuf]) -> Result<Vec<FoundTerritory>, FindError> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = found.len();
            let walk = WalkDir::new(path).follow_links(true).sort_by_file_name();
            let visible =
                walk.into_iter().filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry));
            found.extend(visible.filter_map(|entry| in_folder(path, entry)));
            if found.len() == before {
                return Err(FindError::NoTerritories { path: path.clone() });
            }
        } else if path.symlink_metadata().is_ok() {
            found.push(FoundTerritory { id: name_of(path), file: path.clone(), fault: None });
        } else {
            return Err(FindError::Missing { path: path.clone() });
        }
    }
    let mut files = BTreeSet::new();
    found.retain(|found| files.insert(found.file.canonicalize().unwrap_or(found.file.clone())));
    make_ids_unique(&mut found);
    Ok(found)
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.')
}

/// Returns the territory file at an entry inside `folder`; `None` for entries of other kinds.
fn in_folder(folder: &Path, entry: walkdir::Result<DirEntry>) -> Option<FoundTerritory> {
    let (file, fault) = match entry {
        Ok(entry) => (entry.into_path(), None),
        Err(error) => {
            let path = error.path().unwrap_or(folder).to_owned();
            let fault = match error.io_error() {
                Some(reason) => format!("{} cannot be read: {reason}", path.display()),
                None => error.to_string(),
            };
            (path, Some(fault))
        }
    };
    let is_toml = file.extension().is_some_and(|extension| extension == "toml");
    let is_territory =
        if fault.is_some() { is_toml || file.is_dir() } else { is_toml && file.is_file() };
    let below = file.strip_prefix(folder).unwrap_or(&file);
    let mut parts: Vec<String> =
        below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if let Some(last) = parts.pop() {
        let stem = last.strip_suffix(".toml").unwrap_or(&last);
        if stem != DEFAULT_STEM || parts.is_empty() {
            parts.push(if stem == DEFAULT_STEM { name_of(&file) } else { stem.to_owned() });
        }
    }
    is_territory.then(|| FoundTerritory { id: parts.join("-"), file, fault })
}

/// File name, without extension, from which a territory does not get its name.
const DEFAULT_STEM: &str = "territory";

/// Returns the name of a file without its extension; for a file `territory.toml`, the name of its
/// folder.
fn name_of(file: &Path) -> String {
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let own = stem(file);
    let place = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    match place.parent().map(|folder| folder.file_name().unwrap_or_default()) {
        Some(folder) if own == DEFAULT_STEM && !folder.is_empty() => {
            folder.to_string_lossy().into_owned()
        }
        _ => own,
    }
}

/// Gives a fault and another name to each territory whose name another territory already has.
fn make_ids_unique(found: &mut [FoundTerritory]) {
    let own: BTreeSet<String> = found.iter().map(|found| found.id.clone()).collect();
    let mut taken: BTreeMap<String, PathBuf> = BTreeMap::new();
    for territory in found {
        let Some(first) = taken.get(&territory.id) else {
            taken.insert(territory.id.clone(), territory.file.clone());
            continue;
        };
        territory.fault.get_or_insert_with(|| {
            format!(
                "{}: its plan would go to the folder \"{}\", like that of {}; rename the file",
                territory.file.display(),
                territory.id,
                first.display()
            )
        });
        let mut others = (2..).map(|number| format!("{}-{number}", territory.id));
        let is_free = |id: &String| !own.contains(id) && !taken.contains_key(id);
        territory.id = others.find(is_free).unwrap_or_default();
        taken.insert(territory.id.clone(), territory.file.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        folder
    }

    fn ids(found: &[FoundTerritory]) -> Vec<&str> {
        found.iter().map(|found| found.id.as_str()).collect()
    }

    #[test]
    fn territories_are_called_after_their_files_and_folders() {
        let folder = folder(&[
            "north.toml",
            "malta/territory.toml",
            "south/east.toml",
            "south/east.csv",
            ".old/west.toml",
            ".swap.toml",
        ]);
        let found = find(&[folder.path().to_owned()]).unwrap();
        assert_eq!(ids(&found), ["malta", "north", "south-east"]);
        let named = [folder.path().join("malta/territory.toml"), folder.path().join("north.toml")];
        assert_eq!(ids(&find(&named).unwrap()), ["malta", "north"]);
    }

    #[test]
    fn a_file_that_is_named_twice_is_planned_once() {
        let folder = folder(&["north.toml"]);
        let found = find(&[folder.path().to_owned(), folder.path().join("north.toml")]).unwrap();
        assert_eq!(ids(&found), ["north"]);
    }

    #[test]
    fn of_two_with_one_name_the_second_is_at_fault() {
        let folder = folder(&["a/territory.toml", "a.toml", "b.toml"]);
        let found = find(&[folder.path().to_owned()]).unwrap();
        assert_eq!(ids(&found), ["a", "a-2", "b"]);
        let faults: Vec<bool> = found.iter().map(|found| found.fault.is_some()).collect();
        assert_eq!(faults, [false, true, false]);
        assert!(found[1].fault.as_ref().unwrap().contains("rename the file"));
    }

    #[test]
    fn nothing_to_plan_is_wrong_use() {
        let folder = folder(&["north.csv"]);
        let none = find(&[folder.path().to_owned()]).unwrap_err();
        assert!(matches!(none, FindError::NoTerritories { .. }), "{none}");
        let missing = find(&[folder.path().join("south.toml")]).unwrap_err();
        assert!(matches!(missing, FindError::Missing { .. }), "{missing}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_is_a_territory_at_fault() {
        let folder = folder(&["north.toml"]);
        std::os::unix::fs::symlink("nowhere.toml", folder.path().join("lost.toml")).unwrap();
        let found = find(&[folder.path().to_owned()]).unwrap();
        assert_eq!(ids(&found), ["lost", "north"]);
        assert!(found[0].fault.is_some() && found[1].fault.is_none());
    }
}
