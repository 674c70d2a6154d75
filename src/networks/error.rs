//! Why there are no road networks.

use std::path::PathBuf;

use crate::osm::ExtractError;
use crate::road::{FileError, ProfileError};

/// Why there are no networks.
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
        /// What the file system says.
        source: std::io::Error,
    },
    /// A profile file is at fault.
    #[error("{}: no travel profile", path.display())]
    Profile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ProfileError,
    },
    /// No such mode.
    #[error("mode \"{mode}\" is none of {known}, nor a profile file ending in .toml")]
    UnknownMode {
        /// What was asked for.
        mode: String,
        /// The built-in modes.
        known: String,
    },
    /// The network file is for another mode.
    #[error("{}: a network for {found}, but a rep travels by {wanted}; build one with `beatplan network build --profile {wanted}`, or name the extract instead", path.display())]
    OtherMode {
        /// The file.
        path: PathBuf,
        /// Its mode.
        found: String,
        /// The rep's mode.
        wanted: String,
    },
    /// The network file knows no rush hours.
    #[error("{}: a network file holds one speed for each road, but {mode} has rush hours while its reps are out; name the extract instead", path.display())]
    NoRushHours {
        /// The file.
        path: PathBuf,
        /// The mode.
        mode: String,
    },
}
