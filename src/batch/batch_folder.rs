//! The folder a batch writes into: one folder per plan, and the batch's own files in `.beatplan`.

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

/// A folder of plans.
#[derive(Debug, Clone)]
pub(super) struct BatchFolder {
    folder: PathBuf,
}

/// A lock on the folder, held until it is dropped. Other parts of the same batch share it.
pub(super) struct Lock {
    _file: File,
}

/// The reason why a batch cannot use its folder.
#[derive(Debug, thiserror::Error)]
pub enum BatchFolderError {
    /// The file system refuses.
    #[error("{}: cannot write there; choose another folder with --out", path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// Reason given by the file system.
        source: io::Error,
    },
    /// Another batch is running there.
    #[error("{}: another batch is writing there{by}; wait until it ends, or choose another folder with --out", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
        /// The process, as ` (process 123)`; empty if unknown.
        by: String,
    },
}

impl BatchFolder {
    pub(super) fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Returns the folder itself.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the folder of a territory's plan.
    pub(super) fn plan(&self, id: &str) -> PathBuf {
        self.folder.join(id)
    }

    /// Returns the folder of a territory's previous plan.
    fn previous(&self, id: &str) -> PathBuf {
        self.folder.join(PRIVATE_FOLDER).join("previous").join(id)
    }

    pub(super) fn journal(&self) -> Journal {
        Journal::at(self.folder.join(PRIVATE_FOLDER).join("journal"))
    }

    /// Creates the folder and locks out other batches; with `is_part`, other parts may share the lock.
    ///
    /// # Errors
    /// [`BatchFolderError`] if another batch holds the lock, or the folder cannot be written to.
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
                // The process id is for the message only.
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

    /// Takes the lock that every worker holds until it ends.
    ///
    /// # Errors
    /// The errors of the file system.
    pub(super) fn lock_as_worker(&self) -> io::Result<Lock> {
        let file = self.workers_file()?;
        file.lock_shared()?;
        Ok(Lock { _file: file })
    }

    /// Waits until all workers of an earlier, killed batch have ended, or a stop is requested.
    ///
    /// # Errors
    /// The errors of the file system, or if a worker still runs after `timeout`.
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

    /// Deletes unfinished files of killed runs. The caller must hold the lock alone.
    pub(super) fn delete_leftovers(&self) {
        let own = self.folder.join(PRIVATE_FOLDER);
        for folder in [self.folder.clone(), own.join("previous"), own.join("journal")] {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name();
                if !name.to_string_lossy().starts_with(TEMPORARY_PREFIX) {
                    continue;
                }
                // The next run tries again.
                let _ = match entry.file_type() {
                    Ok(kind) if kind.is_dir() => std::fs::remove_dir_all(entry.path()),
                    _ => std::fs::remove_file(entry.path()),
                };
            }
        }
        let _ = std::fs::remove_dir_all(temporary_networks(&self.folder));
    }

    /// Returns the folder of the latest plan of a territory that begins before the day `first`.
    pub(super) fn plan_before(&self, id: &str, first: Date) -> Option<PathBuf> {
        let begins_earlier =
            |folder: &PathBuf| EarlierPlan::first_day(folder).is_some_and(|date| date < first);
        [self.plan(id), self.previous(id)].into_iter().find(begins_earlier)
    }

    /// Copies the files of the plan in `plan` that a later comparison needs, unless it is that copy.
    ///
    /// # Errors
    /// [`WriteError`]; the earlier copy is unchanged then.
    pub(super) fn keep_previous(&self, id: &str, plan: &Path) -> Result<(), WriteError> {
        let previous = self.previous(id);
        if plan == previous { Ok(()) } else { copy_plan(plan, &previous) }
    }
}

/// Returns the folder for road networks that a batch without a cache keeps until its end.
pub fn temporary_networks(out: &Path) -> PathBuf {
    out.join(PRIVATE_FOLDER).join("networks")
}
