//! Defines the errors of loading and building road networks.

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
        /// Path of the file.
        path: PathBuf,
        /// Error of the file system.
        source: std::io::Error,
    },
    /// A profile file has a fault.
    #[error("{}: no travel profile", path.display())]
    Profile {
        /// Path of the file.
        path: PathBuf,
        /// Fault of the profile.
        source: ProfileError,
    },
    /// The travel mode does not exist.
    #[error("mode \"{mode}\" is none of {known}, nor a profile file ending in .toml")]
    UnknownMode {
        /// Name of the mode that was asked for.
        mode: String,
        /// Names of the built-in modes.
        known: String,
    },
    /// The network file was built for another travel mode.
    #[error("{}: a network for {found}, but a rep travels by {wanted}; build one with `beatplan network build --profile {wanted}`, or name the extract instead", path.display())]
    OtherMode {
        /// Path of the file.
        path: PathBuf,
        /// Travel mode of the file.
        found: String,
        /// Travel mode of the rep.
        wanted: String,
    },
    /// The network file has measured speeds of another region.
    #[error("{}: a network with the speeds of {}, but the territory file asks for {}; build it with `beatplan network build{}`, or name the extract instead", path.display(), region_or_each(found), region_or_each(wanted), option(wanted))]
    OtherRegion {
        /// Path of the file.
        path: PathBuf,
        /// Region of the file.
        found: Option<String>,
        /// Region of the territory.
        wanted: Option<String>,
    },
    /// The travel mode has rush hours, which a network file cannot hold.
    #[error("{}: a network file holds one speed for each road, but {mode} has rush hours while its reps are out; name the extract instead", path.display())]
    NoRushHours {
        /// Path of the file.
        path: PathBuf,
        /// Name of the mode.
        mode: String,
    },
}

fn region_or_each(region: &Option<String>) -> String {
    region
        .as_ref()
        .map_or("the region around each road".to_owned(), |region| format!("\"{region}\""))
}

fn option(region: &Option<String>) -> String {
    region.as_ref().map_or(String::new(), |region| format!(" --region {region}"))
}
