//! Errors of loading and building road networks.

use std::path::PathBuf;

use crate::osm::ExtractError;
use crate::road::{FileError, ProfileError};

/// Error of loading or building a road network.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The extract cannot be read.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The network file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file cannot be opened.
    #[error("{}: cannot be read", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Answer of the file system.
        source: std::io::Error,
    },
    /// A profile file has a fault.
    #[error("{}: no travel profile", path.display())]
    Profile {
        /// The file.
        path: PathBuf,
        /// The fault.
        source: ProfileError,
    },
    /// The travel mode does not exist.
    #[error("mode \"{mode}\" is none of {known}, nor a profile file ending in .toml")]
    UnknownMode {
        /// Mode asked for.
        mode: String,
        /// Built-in modes.
        known: String,
    },
    /// The network file is for another mode.
    #[error("{}: a network for {found}, but a rep travels by {wanted}; build one with `beatplan network build --profile {wanted}`, or name the extract instead", path.display())]
    OtherMode {
        /// The file.
        path: PathBuf,
        /// Mode of the file.
        found: String,
        /// Mode of the rep.
        wanted: String,
    },
    /// The mode has rush hours, which a network file cannot hold.
    #[error("{}: a network file holds one speed for each road, but {mode} has rush hours while its reps are out; name the extract instead", path.display())]
    NoRushHours {
        /// The file.
        path: PathBuf,
        /// The mode.
        mode: String,
    },
}
