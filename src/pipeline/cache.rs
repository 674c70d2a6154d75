//! Road networks kept from one run to the next, so that an evening's plan need not read the map again.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::networks::fingerprint;
use crate::road::{FileError, Period, Profile, RoadNetwork};

/// What has not been used for so long is deleted.
const KEPT_FOR: Duration = Duration::from_secs(60 * 24 * 3600);

/// A folder of network files, named after all that went into them.
///
/// What is found there is exactly what building would give: the name holds the fingerprints of the extract, of the
/// profile and of the program itself, and turn restrictions that depend on the hour must come to the same.
#[derive(Debug, Clone)]
pub struct NetworkCache {
    folder: Option<PathBuf>,
    /// Fingerprint of the running program: another one may build otherwise.
    program_xxh3: String,
}

impl NetworkCache {
    /// Keeps nothing and finds nothing.
    pub fn none() -> Self {
        Self { folder: None, program_xxh3: String::new() }
    }

    /// Keeps networks in `folder`, which need not be there yet.
    pub fn at(folder: PathBuf) -> Self {
        let program = std::env::current_exe().ok().and_then(|path| fingerprint(&path).ok());
        match program {
            Some(program_xxh3) => Self { folder: Some(folder), program_xxh3 },
            None => Self::none(),
        }
    }

    /// The folder for this user's networks: `beatplan` in the system's folder for such things.
    pub fn of_user() -> Self {
        dirs::cache_dir().map_or_else(Self::none, |folder| Self::at(folder.join("beatplan")))
    }

    /// The network of an extract as `profile` sees it, if it is there and right for `periods`.
    pub fn find(
        &self,
        extract_xxh3: &str,
        profile: &Profile,
        periods: &[Period],
    ) -> Option<RoadNetwork> {
        let folder = self.folder.as_ref()?;
        let start = self.file_start(extract_xxh3, profile);
        let mut files = road_files(folder);
        files.retain(|file| {
            file.file_name().is_some_and(|n| n.to_string_lossy().starts_with(&start))
        });
        files.sort();
        files.into_iter().find_map(|file| {
            let network = RoadNetwork::load(&file).ok()?;
            let info = network.info();
            let fits = info.extract_xxh3 == extract_xxh3
                && info.profile == *profile
                && info.is_right_for(periods);
            if fits {
                // That it was of use counts; that this cannot be noted down does no harm.
                let _ = std::fs::File::options()
                    .append(true)
                    .open(&file)
                    .and_then(|file| file.set_modified(SystemTime::now()));
            }
            fits.then_some(network)
        })
    }

    /// Keeps `network` for next time, and deletes what has not been used for two months.
    ///
    /// # Errors
    /// [`FileError`] if the folder does not take it; the network is as good as before.
    pub fn keep(&self, network: &RoadNetwork) -> Result<(), FileError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        std::fs::create_dir_all(folder).map_err(|source| FileError::Io {
            path: folder.clone(),
            action: "made",
            source,
        })?;
        for file in road_files(folder).into_iter().filter(|file| is_ours(file)) {
            let modified = file.metadata().and_then(|metadata| metadata.modified());
            let age = modified.ok().and_then(|then| then.elapsed().ok());
            if age.is_some_and(|age| age > KEPT_FOR) {
                // Another run may have been quicker.
                let _ = std::fs::remove_file(file);
            }
        }
        let info = network.info();
        let conditions = xxh3_64(format!("{:?}", info.conditions).as_bytes());
        let start = self.file_start(&info.extract_xxh3, &info.profile);
        network.save(&folder.join(format!("{start}{conditions:016x}.road")))
    }

    /// How the names of files begin that hold the network of an extract as `profile` sees it.
    fn file_start(&self, extract_xxh3: &str, profile: &Profile) -> String {
        let mut hash = Xxh3::new();
        hash.update(format!("{profile:?}").as_bytes());
        hash.update(self.program_xxh3.as_bytes());
        format!("{extract_xxh3}-{:016x}-", hash.digest())
    }
}

/// Whether a file is named as the cache names its files; nobody else's are touched.
fn is_ours(file: &Path) -> bool {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy());
    let is_hash = |part: &str| part.len() == 16 && part.bytes().all(|b| b.is_ascii_hexdigit());
    stem.is_some_and(|stem| stem.split('-').count() == 3 && stem.split('-').all(is_hash))
}

fn road_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|p| p.extension().is_some_and(|e| e == "road"))
        .collect()
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
        for name in ["county.road", &stale] {
            let file = std::fs::File::create(folder.path().join(name)).unwrap();
            file.set_modified(SystemTime::now() - 2 * KEPT_FOR).unwrap();
        }
        let car = Profile::built_in("car").unwrap();
        let network = RoadNetwork::build(&Extract::default(), &car, &BuildOptions::default());
        NetworkCache::at(folder.path().to_owned()).keep(&network).unwrap();
        assert!(folder.path().join("county.road").exists());
        assert!(!folder.path().join(&stale).exists());
        assert_eq!(road_files(folder.path()).len(), 2);
    }
}
