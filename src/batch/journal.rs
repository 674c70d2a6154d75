//! Keeps the journal of territories that are finished. It has one file for each territory, written
//! after the folder of the plan is complete.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::Entry;
use crate::whole_file::write_whole;

/// The journal of a batch folder.
#[derive(Debug, Clone)]
pub(super) struct Journal {
    folder: PathBuf,
}

/// The record of a territory that was finished.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    /// Fingerprint of everything that decides the plan.
    key: String,
    /// Fingerprint of the folder with the plan.
    content_xxh3: String,
    /// Entry of the territory in the report.
    pub(super) entry: Entry,
}

impl Record {
    /// Returns whether the inputs still have the fingerprint `key` and the folder `plan` is
    /// unchanged.
    pub(super) fn is_unchanged(&self, key: &str, plan: &Path) -> bool {
        self.key == key && folder_xxh3(plan).is_ok_and(|found| found == self.content_xxh3)
    }
}

impl Journal {
    pub(super) fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Returns the last record of the territory `id`; `None` if there is none or it cannot be read.
    pub(super) fn last(&self, id: &str) -> Option<Record> {
        serde_json::from_slice(&std::fs::read(self.file(id)).ok()?).ok()
    }

    /// Records a territory that was finished, with the fingerprints of its inputs and of its
    /// folder.
    ///
    /// # Errors
    /// The error of the file system.
    pub(super) fn note(&self, key: &str, content_xxh3: &str, entry: &Entry) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let (key, content_xxh3) = (key.to_owned(), content_xxh3.to_owned());
        let record = Record { key, content_xxh3, entry: entry.clone() };
        let text = serde_json::to_vec(&record)?;
        write_whole(&self.file(&entry.territory), |file| io::Write::write_all(file, &text))
    }

    /// Returns the names of all territories that have a record, sorted.
    pub(super) fn ids(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut ids: Vec<String> =
            names.filter_map(|name| Some(name.strip_suffix(".json")?.to_owned())).collect();
        ids.sort();
        ids
    }

    fn file(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }
}

/// Returns a fingerprint (XXH3, 64 bit, hexadecimal) of the names and contents of all files in a
/// folder. Leaves out the files that a GIS program keeps beside an open GeoPackage.
///
/// # Errors
/// The error of the file system.
pub(super) fn folder_xxh3(folder: &Path) -> io::Result<String> {
    let entries: io::Result<Vec<PathBuf>> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect();
    let mut files = entries?;
    files.retain(|file| !file.extension().is_some_and(|e| e == "gpkg-wal" || e == "gpkg-shm"));
    files.sort();
    files_xxh3(&files)
}

/// Returns a fingerprint of the names and contents of `files`, of the same form as [`folder_xxh3`].
///
/// # Errors
/// The error of the file system.
pub(super) fn files_xxh3(files: &[PathBuf]) -> io::Result<String> {
    let mut hash = Xxh3::new();
    for file in files {
        let content = std::fs::read(file)?;
        hash.update(file.file_name().unwrap_or_default().as_encoded_bytes());
        hash.update(&(content.len() as u64).to_le_bytes());
        hash.update(&content);
    }
    Ok(format!("{:016x}", hash.digest()))
}
