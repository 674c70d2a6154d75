//! The folder a batch writes into: a folder for each plan, and what the batch itself needs to know in `.beatplan`.

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

/// The folder of what the batch itself needs to know.
const OWN: &str = ".beatplan";

/// A folder of plans.
#[derive(Debug, Clone)]
pub(super) struct Place {
    folder: PathBuf,
}

/// Nobody else writes into the folder, or only other parts of the same batch, until this is dropped.
pub(super) struct Lock {
    _file: File,
}

/// Why a batch cannot write into a folder.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The file system does not take it.
    #[error("{}: cannot write there; name another folder with --out", path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What it says.
        source: io::Error,
    },
    /// Another batch is at work there.
    #[error("{}: another batch is writing there{by}; wait until it is done, or name another folder with --out", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
        /// Who that is, as ` (process 123)`; empty if that is not known.
        by: String,
    },
}

impl Place {
    pub(super) fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The folder itself.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of a territory's plan.
    pub(super) fn plan(&self, id: &str) -> PathBuf {
        self.folder.join(id)
    }

    /// The folder of the plan a territory had before.
    fn previous(&self, id: &str) -> PathBuf {
        self.folder.join(OWN).join("previous").join(id)
    }

    pub(super) fn journal(&self) -> Journal {
        Journal::at(self.folder.join(OWN).join("journal"))
    }

    /// Makes the folder if it is not there and keeps other batches out; with `is_part` only those that are no parts.
    ///
    /// # Errors
    /// [`PlaceError`] if there is another batch already, or the folder cannot be written to.
    pub(super) fn lock(&self, is_part: bool) -> Result<Lock, PlaceError> {
        let path = self.folder.join(OWN).join("lock");
        let failed = |source| PlaceError::Io { path: path.clone(), source };
        let open = || {
            std::fs::create_dir_all(self.folder.join(OWN))?;
            File::options().read(true).write(true).create(true).truncate(false).open(&path)
        };
        let mut file = open().map_err(failed)?;
        let locked = if is_part { file.try_lock_shared() } else { file.try_lock() };
        match locked {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut by = String::new();
                // Only to say who it is.
                let _ = file.take(64).read_to_string(&mut by);
                let by = by.lines().next().map_or_else(String::new, |line| format!(" ({line})"));
                return Err(PlaceError::InUse { path: self.folder.clone(), by });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let note = format!("process {}\n", std::process::id());
        // A courtesy to the next one, for which there may be no room.
        let _ = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(note.as_bytes()));
        Ok(Lock { _file: file })
    }

    /// What a worker holds as long as it lives.
    ///
    /// # Errors
    /// What the file system says.
    pub(super) fn lock_as_worker(&self) -> io::Result<Lock> {
        let file = self.workers_file()?;
        file.lock_shared()?;
        Ok(Lock { _file: file })
    }

    /// Waits until the last worker of a batch that was killed has noticed that and is gone, or the batch is to end.
    ///
    /// # Errors
    /// What the file system says, or that one is still there after `patience`.
    pub(super) fn wait_for_workers(
        &self,
        patience: Duration,
        is_to_end: &AtomicBool,
    ) -> io::Result<()> {
        let (file, began) = (self.workers_file()?, Instant::now());
        loop {
            match file.try_lock() {
                Err(TryLockError::WouldBlock) if is_to_end.load(Ordering::Relaxed) => return Ok(()),
                Err(TryLockError::WouldBlock) if began.elapsed() > patience => {
                    let still =
                        "a batch-worker of an earlier batch is still there; end that process";
                    return Err(io::Error::other(still));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
                Err(TryLockError::Error(error)) => return Err(error),
                Ok(()) => return Ok(()),
            }
        }
    }

    fn workers_file(&self) -> io::Result<File> {
        let path = self.folder.join(OWN).join("workers");
        File::options().append(true).create(true).open(path)
    }

    /// Deletes what killed runs left unfinished. Only while nobody else writes there.
    pub(super) fn sweep(&self) {
        let own = self.folder.join(OWN);
        for folder in [self.folder.clone(), own.join("previous"), own.join("journal")] {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name();
                if !name.to_string_lossy().starts_with(TEMPORARY_PREFIX) {
                    continue;
                }
                // What cannot be deleted today is tried again tomorrow.
                let _ = match entry.file_type() {
                    Ok(kind) if kind.is_dir() => std::fs::remove_dir_all(entry.path()),
                    _ => std::fs::remove_file(entry.path()),
                };
            }
        }
        let _ = std::fs::remove_dir_all(networks_of_the_night(&self.folder));
    }

    /// The plan of the night before the one that plans the day `first` and those after it: the last one that begins earlier.
    pub(super) fn before(&self, id: &str, first: Date) -> Option<PathBuf> {
        let begins_earlier =
            |folder: &PathBuf| EarlierPlan::first_day(folder).is_some_and(|date| date < first);
        [self.plan(id), self.previous(id)].into_iter().find(begins_earlier)
    }

    /// Keeps a copy of what of the plan in `before` a later comparison needs, unless it is that copy.
    ///
    /// # Errors
    /// [`WriteError`]; nothing is changed then.
    pub(super) fn remember(&self, id: &str, before: &Path) -> Result<(), WriteError> {
        let previous = self.previous(id);
        if before == previous { Ok(()) } else { copy_plan(before, &previous) }
    }
}

/// Where a batch that writes into `out` may keep road networks for one night only: they are deleted in the end.
pub fn networks_of_the_night(out: &Path) -> PathBuf {
    out.join(OWN).join("networks")
}
