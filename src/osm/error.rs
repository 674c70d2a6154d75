//! Errors of reading an OpenStreetMap extract.

use std::io;
use std::path::PathBuf;

/// An extract cannot be read. Each message gives the file, the place in it and the remedy.
///
/// The message of the operating system is the `source` of the error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// The file does not exist, is not readable, or is not a regular file.
    #[error("{}: cannot be opened; give the path of a .osm.pbf extract", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Message of the operating system.
        source: io::Error,
    },
    /// The operating system reports an error in the middle of the file.
    #[error("{}, offset {offset}: reading failed", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Start of the part that could not be read, in bytes from the start of the file.
        offset: u64,
        /// Message of the operating system.
        source: io::Error,
    },
    /// The file is not a PBF file.
    #[error("{}, offset 0: found {found}, expected an OpenStreetMap PBF file, which begins with a blob of type OSMHeader; {advice}", path.display())]
    NotPbf {
        /// The file.
        path: PathBuf,
        /// Probable type of the file.
        found: String,
        /// Remedy.
        advice: &'static str,
    },
    /// The file ends in the middle of a blob.
    #[error("{}, offset {offset}: the file ends inside this blob, after {found} of its {expected} bytes; the download or copy is incomplete, fetch the file again", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Start of the incomplete blob, in bytes from the start of the file.
        offset: u64,
        /// Size of the blob in bytes, as far as known, with its length and header.
        expected: u64,
        /// Number of its bytes in the file.
        found: u64,
    },
    /// The content of a blob is invalid.
    #[error("{}, offset {offset}: this blob is damaged: {fault}; fetch the file again, or check it with `osmium fileinfo -e`", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Start of the blob, in bytes from the start of the file.
        offset: u64,
        /// The fault.
        fault: BlobFault,
    },
    /// The file uses something that this program does not support.
    #[error("{}, offset {offset}: {}", path.display(), unsupported)]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// Start of the blob that uses it, in bytes from the start of the file.
        offset: u64,
        /// The unsupported part.
        unsupported: Unsupported,
    },
}

impl ExtractError {
    /// Returns the place in the file, in bytes from its start; `None` if it was not opened.
    pub fn offset(&self) -> Option<u64> {
        match self {
            Self::Open { .. } => None,
            Self::NotPbf { .. } => Some(0),
            Self::Io { offset, .. }
            | Self::Truncated { offset, .. }
            | Self::Damaged { offset, .. }
            | Self::Unsupported { offset, .. } => Some(*offset),
        }
    }
}

/// A fault in a damaged blob.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlobFault {
    /// The length before the header of the blob is too large.
    #[error("its header has a length of {found} bytes, expected at most {max}")]
    HeaderLength {
        /// The length in the file.
        found: u32,
        /// The limit of the format.
        max: u32,
    },
    /// The size in the header of the blob is out of range.
    #[error("its header gives a size of {found} bytes, expected 0 to {max}")]
    DataSize {
        /// The size in the file.
        found: i64,
        /// The limit of the format.
        max: u32,
    },
    /// The blob has no content, compressed or not.
    #[error("it has no content")]
    Empty,
    /// The content cannot be decompressed, or its checksum is wrong.
    #[error("its content cannot be decompressed ({0})")]
    Inflate(io::Error),
    /// The content is longer or shorter than the blob announces.
    #[error("its content has {found} bytes after decompression, expected {expected}")]
    ContentSize {
        /// Number of bytes; one more than expected if the content is longer.
        found: u64,
        /// Announced number of bytes, or the limit of the format.
        expected: u64,
    },
    /// The content is not a valid protocol buffer message.
    #[error("its content is not readable ({0})")]
    Protobuf(#[from] protobuf::Error),
    /// A key, value or role is not in the string table.
    #[error("it uses string number {found}, but has {count} strings")]
    StringNumber {
        /// The number in the file.
        found: i64,
        /// Number of strings in the blob.
        count: usize,
    },
    /// Two parallel lists have different lengths.
    #[error("{what} have {found} entries, expected {expected}")]
    ListLength {
        /// Name of the list.
        what: &'static str,
        /// Its length.
        found: usize,
        /// Length of the other list.
        expected: usize,
    },
    /// A sum of differences exceeds 64 bits.
    #[error("{what} exceed the range of 64-bit numbers")]
    Overflow {
        /// Name of the list.
        what: &'static str,
    },
    /// A node, way or relation has no id.
    #[error("a {what} has no id")]
    NoId {
        /// `node`, `way` or `relation`.
        what: &'static str,
    },
    /// A member of a relation has an unknown type.
    #[error("a relation has a member of type {found}, expected 0 to 2")]
    MemberType {
        /// The type in the file.
        found: i32,
    },
}

/// A part of the format that this program does not support.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unsupported {
    /// A compression other than zlib.
    #[error(
        "found {name} compression, expected zlib or none; convert the file: for lz4 with \
         `osmium cat IN.osm.pbf -o OUT.osm.pbf`, otherwise with the program that wrote it"
    )]
    Compression {
        /// The name.
        name: &'static str,
    },
    /// An unknown required feature.
    #[error(
        "the file requires the feature \"{name}\", expected only {known}; write the file again \
         without that feature"
    )]
    Feature {
        /// The name.
        name: String,
        /// The supported features.
        known: String,
    },
}
