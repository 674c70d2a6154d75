//! A road network in one file, so that an evening's plan need not read the map again.
//!
//! Layout: the eight bytes `BEATROAD`, the format version (u32, little endian), the XXH3 of the rest (u64, little
//! endian), then the network in [postcard](https://postcard.jamesmunns.com/wire-format) form.

use std::io::Write;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use super::hierarchy::Hierarchy;
use super::network::{Foundation, RoadNetwork};
use crate::whole_file::write_whole;

const MAGIC: &[u8; 8] = b"BEATROAD";
const VERSION: u32 = 3;
const HEADER_BYTES: usize = 20;

/// Why a network file cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file system says no.
    #[error("{}: cannot be {action}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// "read" or "written".
        action: &'static str,
        /// What it says.
        source: std::io::Error,
    },
    /// It is some other kind of file.
    #[error("{}: not a road network of beatplan (expected a file made by `beatplan network build`)", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// It was made by another version of the program.
    #[error("{}: network file version {found}, this program reads version {VERSION}; build it again with `beatplan network build`", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// Its bytes are not those that were written.
    #[error("{}: damaged ({reason}); build it again with `beatplan network build`", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
}

impl RoadNetwork {
    /// Writes the network to `path`, whole or not at all.
    ///
    /// # Errors
    /// [`FileError::Io`] if the folder or disk does not take it.
    pub fn save(&self, path: &Path) -> Result<(), FileError> {
        let io = |source| FileError::Io { path: path.to_owned(), action: "written", source };
        let payload = postcard::to_stdvec(&(&self.base, self.hierarchy.get()))
            .map_err(|e| io(std::io::Error::other(e)))?;
        write_whole(path, |file| {
            file.write_all(MAGIC)?;
            file.write_all(&VERSION.to_le_bytes())?;
            file.write_all(&xxh3_64(&payload).to_le_bytes())?;
            file.write_all(&payload)
        })
        .map_err(io)
    }

    /// Reads a network that [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// [`FileError`] if it cannot be read, is of another kind or version, or is damaged.
    pub fn load(path: &Path) -> Result<Self, FileError> {
        let io = |source| FileError::Io { path: path.to_owned(), action: "read", source };
        let damaged = |reason: String| FileError::Damaged { path: path.to_owned(), reason };
        let bytes = std::fs::read(path).map_err(io)?;
        if !bytes.starts_with(MAGIC) {
            return Err(FileError::Foreign { path: path.to_owned() });
        }
        let Some((header, payload)) = bytes.split_at_checked(HEADER_BYTES) else {
            return Err(damaged("it ends within its first bytes".to_owned()));
        };
        let version = u32::from_le_bytes(header[8..12].try_into().expect("four bytes"));
        if version != VERSION {
            return Err(FileError::Version { path: path.to_owned(), found: version });
        }
        let checksum = u64::from_le_bytes(header[12..20].try_into().expect("eight bytes"));
        if xxh3_64(payload) != checksum {
            return Err(damaged("its checksum does not fit".to_owned()));
        }
        let (base, hierarchy): (Foundation, Option<Hierarchy>) =
            postcard::from_bytes(payload).map_err(|e| damaged(e.to_string()))?;
        Ok(Self::on(base, hierarchy))
    }

    /// Whether the file at `path` begins like a network file.
    pub fn is_network_file(path: &Path) -> bool {
        let mut start = [0; 8];
        std::fs::File::open(path)
            .and_then(|mut file| std::io::Read::read_exact(&mut file, &mut start))
            .is_ok_and(|()| &start == MAGIC)
    }
}
