//! Keeps road networks in files, so that the next plan does not have to read the map again.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::NetworkError;
use super::fingerprint;
use crate::road::{FileError, Period, Profile, RoadNetwork};
use crate::whole_file::TEMPORARY_PREFIX;

/// Age after which a network that is not used is deleted.
const KEPT_FOR: Duration = Duration::from_secs(60 * 24 * 3600);

/// Age after which an unfinished file of a run that was killed is deleted.
const HALF_WRITTEN_FOR: Duration = Duration::from_secs(24 * 3600);

/// Maximum time to wait for another run that builds the same network. After this time, this run
/// builds it too.
const WAITS_FOR: Duration = Duration::from_secs(30 * 60);

/// Maximum number of networks that a run keeps open. They are mapped files, so the operating system
/// can take their memory back.
const AT_HAND_MAX: usize = 16;

/// A folder of network files, which are named after the data they were built from; and the networks
/// that this run used last.
///
/// A network from the cache equals a newly built one: its name contains the fingerprints of
/// extract, profile and program, and its turn restrictions with conditions must have the same
/// result on the planned days.
#[derive(Clone)]
pub struct NetworkCache {
    folder: Option<PathBuf>,
    /// Fingerprint of the running program. Another version of the program may build a different
    /// network.
    program_xxh3: String,
    at_hand: Arc<Mutex<AtHand>>,
}

/// The networks and fingerprints that this run has read.
#[derive(Default)]
struct AtHand {
    /// Networks, each with the fingerprint of its map file. The network that was used last is at
    /// the end.
    networks: Vec<(String, Arc<RoadNetwork>)>,
    /// Fingerprints of files, each with the size and the modification time of the file when it was
    /// read.
    fingerprints: FxHashMap<PathBuf, ((u64, SystemTime), String)>,
}

/// A lock that allows only one run to build a network. It is held until it is dropped.
pub(super) struct Turn {
    _lock: File,
    path: PathBuf,
}

/// Deletes the lock file. A run that waits then gets the lock of the deleted file, and finds that
/// the network is built.
impl Drop for Turn {
    fn drop(&mut self) {
        // If the lock file cannot be deleted, it is deleted later with the old networks.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl AtHand {
    fn network(
        &mut self,
        source_xxh3: &str,
        is_it: impl Fn(&RoadNetwork) -> bool,
    ) -> Option<Arc<RoadNetwork>> {
        let is_it = |(source, network): &(String, Arc<RoadNetwork>)| {
            source == source_xxh3 && is_it(network)
        };
        let found = self.networks.remove(self.networks.iter().position(is_it)?);
        let network = found.1.clone();
        self.networks.push(found);
        Some(network)
    }

    fn put(&mut self, source_xxh3: &str, network: &Arc<RoadNetwork>) {
        if self.networks.len() == AT_HAND_MAX {
            self.networks.remove(0);
        }
        self.networks.push((source_xxh3.to_owned(), network.clone()));
    }
}

impl NetworkCache {
    /// Returns a cache that this run alone uses, without a folder.
    pub fn none() -> Self {
        Self { folder: None, program_xxh3: String::new(), at_hand: Arc::default() }
    }

    /// Returns a cache in `folder`. The folder is created when the first network is stored.
    pub fn at(folder: PathBuf) -> Self {
        match program_file().ok().and_then(|path| fingerprint(&path).ok()) {
            Some(program_xxh3) => {
                Self { folder: Some(folder), program_xxh3, at_hand: Arc::default() }
            }
            None => Self::none(),
        }
    }

    /// Returns the cache of the present user, which is `beatplan` in the cache folder of the
    /// system.
    pub fn of_user() -> Self {
        dirs::cache_dir().map_or_else(Self::none, |folder| Self::at(folder.join("beatplan")))
    }

    /// Returns the folder of the cache; `None` if the cache has no folder.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Returns the network of an extract for `profile`; `None` if it is not in the cache or not
    /// valid for `periods`.
    pub fn find(
        &self,
        extract_xxh3: &str,
        profile: &Profile,
        periods: &[Period],
    ) -> Option<Arc<RoadNetwork>> {
        let fits = |network: &RoadNetwork| {
            let info = network.info();
            info.extract_xxh3 == extract_xxh3
                && info.profile == *profile
                && info.is_right_for(periods)
        };
        if let Some(network) = self.at_hand().network(extract_xxh3, fits) {
            return Some(network);
        }
        let folder = self.folder.as_ref()?;
        let start = self.file_start(extract_xxh3, profile);
        let mut files = road_files(folder);
        files.retain(|file| {
            file.file_name().is_some_and(|n| n.to_string_lossy().starts_with(&start))
        });
        files.sort();
        files.into_iter().find_map(|file| {
            let network = Arc::new(RoadNetwork::load(&file).ok().filter(fits)?);
            // If the modification time cannot be set, the only effect is that the file is deleted
            // earlier.
            let _ = File::options()
                .append(true)
                .open(&file)
                .and_then(|file| file.set_modified(SystemTime::now()));
            self.at_hand().put(extract_xxh3, &network);
            Some(network)
        })
    }

    /// Loads the network file `path`, whose fingerprint is `file_xxh3`.
    ///
    /// # Errors
    /// [`FileError`] if the file cannot be read.
    pub(super) fn load(&self, path: &Path, file_xxh3: &str) -> Result<Arc<RoadNetwork>, FileError> {
        if let Some(network) = self.at_hand().network(file_xxh3, |_| true) {
            return Ok(network);
        }
        let network = Arc::new(RoadNetwork::load(path)?);
        self.at_hand().put(file_xxh3, &network);
        Ok(network)
    }

    /// Returns the [`fingerprint`] of a file. Reads the file again only if its size or its
    /// modification time has changed.
    ///
    /// # Errors
    /// [`NetworkError::Io`] if the file cannot be read.
    pub fn fingerprint(&self, path: &Path) -> Result<String, NetworkError> {
        let state = std::fs::metadata(path)
            .and_then(|metadata| match metadata.is_file() {
                true => Ok((metadata.len(), metadata.modified()?)),
                false => Err(std::io::Error::other("it is no file")),
            })
            .map_err(|source| NetworkError::Io { path: path.to_owned(), source })?;
        if let Some((known, xxh3)) = self.at_hand().fingerprints.get(path)
            && *known == state
        {
            return Ok(xxh3.clone());
        }
        let found = fingerprint(path)?;
        self.at_hand().fingerprints.insert(path.to_owned(), (state, found.clone()));
        Ok(found)
    }

    /// Waits until no other run builds the network of an extract for `profile`, and locks it until
    /// the result is dropped.
    ///
    /// Returns `None` if the file system has no locks, or if the wait is too long. Several runs may
    /// then build the same network.
    pub(super) fn wait_to_build(&self, extract_xxh3: &str, profile: &Profile) -> Option<Turn> {
        let folder = self.folder.as_ref()?;
        std::fs::create_dir_all(folder).ok()?;
        let name = format!("{}.lock", self.file_start(extract_xxh3, profile));
        let path = folder.join(name);
        let file = File::options().append(true).create(true).open(&path).ok()?;
        let began = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Some(Turn { _lock: file, path }),
                Err(TryLockError::WouldBlock) if began.elapsed() < WAITS_FOR => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(_) => return None,
            }
        }
    }

    fn at_hand(&self) -> MutexGuard<'_, AtHand> {
        self.at_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores `network`. Deletes unfinished files, and networks that were not used for two months.
    ///
    /// # Errors
    /// [`FileError`] if the file cannot be written; the network can still be used.
    pub fn keep(&self, network: &Arc<RoadNetwork>) -> Result<(), FileError> {
        self.at_hand().put(&network.info().extract_xxh3, network);
        let Some(folder) = &self.folder else { return Ok(()) };
        std::fs::create_dir_all(folder).map_err(|source| FileError::Io {
            path: folder.clone(),
            action: "made",
            source,
        })?;
        for file in files(folder) {
            let Some(kept_for) = kept_for(&file) else { continue };
            let modified = file.metadata().and_then(|metadata| metadata.modified());
            let age = modified.ok().and_then(|then| then.elapsed().ok());
            if age.is_some_and(|age| age > kept_for) {
                // Another run may already have stored the network.
                let _ = std::fs::remove_file(file);
            }
        }
        let info = network.info();
        let conditions = xxh3_64(format!("{:?}", info.conditions).as_bytes());
        let start = self.file_start(&info.extract_xxh3, &info.profile);
        network.save(&folder.join(format!("{start}{conditions:016x}.road")))
    }

    /// Returns the start of the names of all files with the network of an extract for `profile`.
    fn file_start(&self, extract_xxh3: &str, profile: &Profile) -> String {
        let mut hash = Xxh3::new();
        hash.update(format!("{profile:?}").as_bytes());
        hash.update(self.program_xxh3.as_bytes());
        format!("{extract_xxh3}-{:016x}-", hash.digest())
    }
}

/// Returns the path of the running program. On Linux, this works even if the file has been replaced
/// or deleted.
///
/// # Errors
/// The error of the operating system.
pub fn program_file() -> std::io::Result<PathBuf> {
    let running = Path::new("/proc/self/exe");
    if cfg!(target_os = "linux") && running.exists() {
        return Ok(running.to_owned());
    }
    std::env::current_exe()
}

/// Returns the age after which `file` is deleted; `None` if the file does not belong to the cache.
fn kept_for(file: &Path) -> Option<Duration> {
    let name = file.file_name()?.to_str()?;
    if name.starts_with(TEMPORARY_PREFIX) {
        return Some(HALF_WRITTEN_FOR);
    }
    let parts: Vec<&str> = name.split(['-', '.']).collect();
    let is_hash = |part: &&str| part.len() == 16 && part.bytes().all(|b| b.is_ascii_hexdigit());
    let is_ours = match &parts[..] {
        [hashes @ .., "road"] => hashes.len() == 3 && hashes.iter().all(is_hash),
        [hashes @ .., "", "lock"] => hashes.len() == 2 && hashes.iter().all(is_hash),
        _ => false,
    };
    is_ours.then_some(KEPT_FOR)
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}

fn road_files(folder: &Path) -> Vec<PathBuf> {
    files(folder).filter(|p| p.extension().is_some_and(|e| e == "road")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::osm::Extract;
    use crate::road::BuildOptions;

    #[test]
    fn old_networks_of_the_cache_are_deleted_and_those_of_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let stale = format!("{0}-{0}-{0}.road", "0123456789abcdef");
        let lock = format!("{0}-{0}-.lock", "0123456789abcdef");
        for name in ["county.road", "own.lock", &stale, &lock, ".beatplan-a1b2c3"] {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_modified(SystemTime::now() - 2 * KEPT_FOR).unwrap();
        }
        let car = Profile::built_in("car").unwrap();
        let network = RoadNetwork::build(&Extract::default(), &car, &BuildOptions::default());
        NetworkCache::at(folder.path().to_owned()).keep(&Arc::new(network)).unwrap();
        let kept = |name: &str| folder.path().join(name).exists();
        assert!(kept("county.road") && kept("own.lock"));
        assert!(!kept(&stale) && !kept(&lock) && !kept(".beatplan-a1b2c3"));
        assert_eq!(road_files(folder.path()).len(), 2);
    }
}
