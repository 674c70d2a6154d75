//! Writes a folder as a whole: either all its files appear, or none of them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::plan_files::files;
use crate::whole_file::{TEMPORARY_PREFIX, sync_folder};

/// Error of writing a plan or a coverage.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file system returned an error.
    #[error("{}: cannot write there; name another folder with --out", path.display())]
    Io {
        /// Path of the folder or file.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// A layer of a plan cannot be read.
    #[error("{}: is no layer of a plan; plan anew, or name another folder with --plan", path.display())]
    PlanLayer {
        /// Path of the file with the layer.
        path: PathBuf,
        /// Error of reading the file.
        source: io::Error,
    },
    /// The plan has personal columns, and the result must not have them.
    #[error("{}: holds personal columns; plan with --drop-personal, or leave out --plan", folder.display())]
    PersonalPlan {
        /// Path of the plan folder.
        folder: PathBuf,
    },
    /// The folder contains files that the program did not write.
    #[error("{}: holds {found}, which is no part of what is written there; name a new folder with --out, or move it away", path.display())]
    Occupied {
        /// Path of the folder.
        path: PathBuf,
        /// Name of a file in the folder that the program does not write.
        found: String,
    },
    /// The path of the folder is the path of a file.
    #[error("{}: is a file; name a folder with --out", path.display())]
    IsFile {
        /// Path of the file.
        path: PathBuf,
    },
    /// An input file cannot be read again to compute its fingerprint.
    #[error(transparent)]
    Input(#[from] crate::networks::NetworkError),
    /// The GeoPackage cannot be written.
    #[error(
        "{}: cannot be made; is there room for temporary files on the disk?",
        files::GEOPACKAGE
    )]
    GeoPackage(#[source] io::Error),
    /// The GeoPackage or the project cannot be put together.
    #[error(
        "{} and {}: cannot be put together; is there room for temporary files on the disk?",
        files::GEOPACKAGE,
        files::PROJECT
    )]
    Qgis(#[source] io::Error),
}

/// Writes `files` (name, content) into a new folder beside `folder`, then moves the new folder to
/// `folder`. The result is never half written, even after a power failure. If the operating system
/// can exchange two folders in one step, `folder` exists at every moment of a replacement.
///
/// An existing folder is replaced as a whole if it contains only files named in `ours` and the QGIS
/// files for them. Any other existing folder is not changed.
pub(super) fn write_together<N: AsRef<Path>, C: AsRef<[u8]>>(
    folder: &Path,
    ours: &[&str],
    files: &[(N, C)],
) -> Result<(), WriteError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| WriteError::Io { path, source }
    };
    let exists = check_replaceable(folder, ours)?;
    // The new folder must have the same parent as the final path, so that both folders are on the
    // same disk.
    let place = std::path::absolute(folder).map_err(failed(folder))?;
    let parent = place.parent().unwrap_or(Path::new("/")).to_owned();
    std::fs::create_dir_all(&parent).map_err(failed(folder))?;
    let beside = tempfile::Builder::new()
        .prefix(TEMPORARY_PREFIX)
        .tempdir_in(&parent)
        .map_err(failed(folder))?;
    let new = beside.path().join("new");
    std::fs::create_dir(&new).map_err(failed(folder))?;
    for (name, content) in files {
        let path = new.join(name);
        let write = || {
            let mut file = std::fs::File::create(&path)?;
            file.write_all(content.as_ref())?;
            file.sync_all()
        };
        write().map_err(failed(&folder.join(name)))?;
    }
    sync_folder(&new).map_err(failed(folder))?;
    if exists && !exchange(&new, &place) {
        let old = beside.path().join("old");
        std::fs::rename(&place, &old).map_err(failed(folder))?;
        if let Err(source) = std::fs::rename(&new, &place) {
            // The old folder is put back. If this fails too, it stays in the temporary folder.
            if std::fs::rename(&old, &place).is_err() {
                let kept = beside.keep();
                return Err(WriteError::Io { path: kept, source });
            }
            return Err(failed(folder)(source));
        }
    } else if !exists && let Err(source) = std::fs::rename(&new, &place) {
        // Another run of the program may have created the folder first.
        if check_replaceable(folder, ours)? && exchange(&new, &place) {
            return sync_folder(&parent).map_err(failed(folder));
        }
        return Err(failed(folder)(source));
    }
    sync_folder(&parent).map_err(failed(folder))
}

/// Exchanges two folders in one step. Returns `false` if this fails.
#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn exchange(_one: &Path, _other: &Path) -> bool {
    false
}

/// Returns whether the folder exists; if so, it contains only files named in `ours` and the QGIS
/// files for them.
///
/// # Errors
/// [`WriteError`] if the folder contains other files, is a file, or cannot be read.
pub fn check_replaceable(folder: &Path, ours: &[&str]) -> Result<bool, WriteError> {
    let failed = |source| WriteError::Io { path: folder.to_owned(), source };
    match std::fs::metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failed(error)),
        Ok(found) if !found.is_dir() => {
            return Err(WriteError::IsFile { path: folder.to_owned() });
        }
        Ok(_) => {}
    }
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        if !name.to_str().is_some_and(|name| is_ours(name, ours)) {
            let found = name.to_string_lossy().into_owned();
            return Err(WriteError::Occupied { path: folder.to_owned(), found });
        }
    }
    Ok(true)
}

/// Returns whether a file is named in `ours`, is the style of such a file, or is a file for QGIS.
fn is_ours(name: &str, ours: &[&str]) -> bool {
    let styled = name.strip_suffix(".qml").map(|stem| format!("{stem}.geojson"));
    ours.contains(&name)
        || files::FOR_QGIS.contains(&name)
        || styled.is_some_and(|layer| ours.contains(&&*layer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_former_plan_is_replaced_as_a_whole_and_nothing_is_left_beside_it() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("deep/plan");
        let old = [(files::ROUTES, "old".to_owned()), (files::STOPS, "old".to_owned())];
        write_together(&folder, &files::PLAN, &old).unwrap();
        write_together(&folder, &files::PLAN, &[(files::ROUTES, "new".to_owned())]).unwrap();
        assert_eq!(listing(&folder), [files::ROUTES]);
        assert_eq!(std::fs::read_to_string(folder.join(files::ROUTES)).unwrap(), "new");
        assert_eq!(listing(folder.parent().unwrap()), ["plan"]);
    }

    #[test]
    fn a_folder_with_other_files_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("thesis.doc"), "").unwrap();
        let error = write_together(home.path(), &files::PLAN, &[(files::ROUTES, String::new())])
            .unwrap_err();
        assert!(error.to_string().contains("thesis.doc"), "{error}");
        assert_eq!(listing(home.path()), ["thesis.doc"]);
    }

    #[test]
    fn files_of_a_plan_for_qgis_are_ours_and_files_saved_there_by_others_are_not() {
        for name in
            ["stops.geojson", "stops.qml", "legs.qml", "territory.gpkg", "territory.gpkg-wal"]
        {
            assert!(is_ours(name, &files::PLAN), "{name}");
        }
        for name in ["outlets.geojson", "outlets.qml", "mine.qml", "territory.qgz~", "summary.qml"]
        {
            assert!(!is_ours(name, &files::PLAN), "{name}");
        }
    }

    #[test]
    fn a_file_in_the_way_is_reported() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("plan");
        std::fs::write(&file, "").unwrap();
        let error =
            write_together(&file, &files::PLAN, &[(files::ROUTES, String::new())]).unwrap_err();
        assert!(matches!(error, WriteError::IsFile { .. }), "{error}");
    }
}
