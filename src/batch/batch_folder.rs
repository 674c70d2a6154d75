//! Reads and writes the folder of a batch. It has one folder for each plan; the batch's own files
//! are in `.beatplan`.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::civil::Date;

use super::journal::Journal;
use crate::output::{WriteError, copy_plan};
use crate::plan_files::EarlierPlan;
use crate::whole_file::TEMPORARY_PREFIX;

/// Folder of the batch's own files.
const PRIVATE_FOLDER: &str = ".beatplan";

/// The folder of a batch, with the plans of all its territories.
#[derive(Debug, Clone)]
pub(super) struct BatchFolder {
    folder: PathBuf,
}

/// A lock on the folder. It is held until it is dropped. Other parts of the same batch may share
/// it.
pub(super) struct Lock {
    _file: File,
}

/// The reason why a batch cannot use its folder.
#[derive(Debug, thiserror::Error)]
pub enum BatchFolderError {
    /// The file system returned an error.
    #[error("{}: cannot write there; choose another folder with --out", path.display())]
    Io {
        /// Path of the folder or file.
        path: PathBuf,
        /// Error of the file system.
        source: io::Error,
    },
    /// Another batch is using the folder.
    #[error("{}: another batch is writing there{by}; wait until it ends, or choose another folder with --out", path.display())]
    InUse {
        /// Path of the folder.
        path: PathBuf,
        /// The process that uses the folder, as ` (process 123)`; empty if it is unknown.
        by: String,
    },
}

impl BatchFolder {
    pub(super) fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Returns the path of the folder itself.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the folder of the plan of the territory `id`.
    pub(super) fn plan(&self, id: &str) -> PathBuf {
        self.folder.join(id)
    }

    /// Returns the folder with the previous plan of the territory `id`.
    fn previous(&self, id: &str) -> PathBuf {
        self.folder.join(PRIVATE_FOLDER).join("previous").join(id)
    }

    pub(super) fn journal(&self) -> Journal {
        Journal::at(self.folder.join(PRIVATE_FOLDER).join("journal"))
    }

    /// Creates the folder and locks it, so that no other batch uses it. With `is_part`, other parts
    /// of the same batch may share the lock.
    ///
    /// # Errors
    /// [`BatchFolderError`] if another batch holds the lock, or if nothing can be written to the
    /// folder.
    pub(super) fn lock(&self, is_part: bool) -> Result<Lock, BatchFolderError> {
        let path = self.folder.join(PRIVATE_FOLDER).join("lock");
        let failed = |source| BatchFolderError::Io { path: path.clone(), source };
        let open = || {
            std::fs::create_dir_all(self.folder.join(PRIVATE_FOLDER))?;
            File::options().read(true).write(true).create(true).truncate(false).open(&path)
        };
        let mut file = open().map_err(failed)?;
        let locked = if is_part { file.try_lock_shared() } else { file.try_lock() };
        match locked {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut by = String::new();
                // The process id is used only in the message.
                let _ = file.take(64).read_to_string(&mut by);
                let by = by.lines().next().map_or_else(String::new, |line| format!(" ({line})"));
                return Err(BatchFolderError::InUse { path: self.folder.clone(), by });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let note = format!("process {}\n", std::process::id());
        // The process id helps the message of another batch; without it the lock still works.
        let _ = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(note.as_bytes()));
        Ok(Lock { _file: file })
    }

    /// Takes the lock that every worker process holds until it ends.
    ///
    /// # Errors
    /// The error of the file system.
    pub(super) fn lock_as_worker(&self) -> io::Result<Lock> {
        let file = self.workers_file()?;
        file.lock_shared()?;
        Ok(Lock { _file: file })
    }

    /// Waits until all worker processes of an earlier batch that was killed have ended, or until a
    /// stop is requested.
    ///
    /// # Errors
    /// The error of the file system, or an error if a worker process still runs after `timeout`.
    pub(super) fn wait_for_workers(
        &self,
        timeout: Duration,
        stop_requested: &AtomicBool,
    ) -> io::Result<()> {
        let (file, began) = (self.workers_file()?, Instant::now());
        loop {
            match file.try_lock() {
                Err(TryLockError::WouldBlock) if stop_requested.load(Ordering::Relaxed) => {
                    return Ok(());
                }
                Err(TryLockError::WouldBlock) if began.elapsed() > timeout => {
                    let still =
                        "a batch-worker process of an earlier batch still runs; end that process";
                    return Err(io::Error::other(still));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
                Err(TryLockError::Error(error)) => return Err(error),
                Ok(()) => return Ok(()),
            }
        }
    }

    fn workers_file(&self) -> io::Result<File> {
        let path = self.folder.join(PRIVATE_FOLDER).join("workers");
        File::options().append(true).create(true).open(path)
    }

    /// Deletes unfinished files of runs that were killed. No one else may hold the lock.
    pub(super) fn delete_leftovers(&self) {
        let own = self.folder.join(PRIVATE_FOLDER);
        for folder in [self.folder.clone(), own.join("previous"), own.join("journal")] {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name();
                if !name.to_string_lossy().starts_with(TEMPORARY_PREFIX) {
                    continue;
                }
                // If a file cannot be deleted, the next run tries again.
                let _ = match entry.file_type() {
                    Ok(kind) if kind.is_dir() => std::fs::remove_dir_all(entry.path()),
                    _ => std::fs::remove_file(entry.path()),
                };
            }
        }
        let _ = std::fs::remove_dir_all(temporary_networks(&self.folder));
    }

    /// Returns the folder of the latest plan of the territory `id` that begins before the day
    /// `first`; `None` if there is none.
    pub(super) fn plan_before(&self, id: &str, first: Date) -> Option<PathBuf> {
        let begins_earlier =
            |folder: &PathBuf| EarlierPlan::first_day(folder).is_some_and(|date| date < first);
        [self.plan(id), self.previous(id)].into_iter().find(begins_earlier)
    }

    /// Copies the files of the plan in the folder `plan` that are needed to compare a later plan
    /// with it. Does nothing if `plan` is already this copy.
    ///
    /// # Errors
    /// [`WriteError`]; the earlier copy is then unchanged.
    pub(super) fn keep_previous(&self, id: &str, plan: &Path) -> Result<(), WriteError> {
        let previous = self.previous(id);
        if plan == previous { Ok(()) } else { copy_plan(plan, &previous) }
    }
}

/// Returns the folder for road networks of a batch without a cache. The batch keeps this folder
/// until it ends.
pub fn temporary_networks(out: &Path) -> PathBuf {
    out.join(PRIVATE_FOLDER).join("networks")
}
