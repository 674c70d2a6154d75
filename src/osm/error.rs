//! Errors of reading an OpenStreetMap extract.

use std::io;
use std::path::PathBuf;

/// Error of reading an extract. Its message names the file, the place in the file and a remedy.
///
/// The `source` of the error is the message of the operating system.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// The file does not exist, may not be read, or is not a regular file.
    #[error("{}: cannot be opened; give the path of a .osm.pbf extract", path.display())]
    Open {
        /// Path of the file.
        path: PathBuf,
        /// Message of the operating system.
        source: io::Error,
    },
    /// The operating system reports an error while the file is being read.
    #[error("{}, offset {offset}: reading failed", path.display())]
    Io {
        /// Path of the file.
        path: PathBuf,
        /// Start of the part that could not be read, in bytes from the start of the file.
        offset: u64,
        /// Message of the operating system.
        source: io::Error,
    },
    /// The file is not a PBF file.
    #[error("{}, offset 0: found {found}, expected an OpenStreetMap PBF file, which begins with a blob of type OSMHeader; {advice}", path.display())]
    NotPbf {
        /// Path of the file.
        path: PathBuf,
        /// Probable type of the file.
        found: String,
        /// Advice for the user.
        advice: &'static str,
    },
    /// The file ends in the middle of a blob.
    #[error("{}, offset {offset}: the file ends inside this blob, after {found} of its {expected} bytes; the download or copy is incomplete, fetch the file again", path.display())]
    Truncated {
        /// Path of the file.
        path: PathBuf,
        /// Start of the incomplete blob, in bytes from the start of the file.
        offset: u64,
        /// Size of the blob in bytes, with its length field and its header, as far as it is known.
        expected: u64,
        /// Number of bytes of the blob that the file has.
        found: u64,
    },
    /// The content of a blob is invalid.
    #[error("{}, offset {offset}: this blob is damaged: {fault}; fetch the file again, or check it with `osmium fileinfo -e`", path.display())]
    Damaged {
        /// Path of the file.
        path: PathBuf,
        /// Start of the blob, in bytes from the start of the file.
        offset: u64,
        /// Fault of the blob.
        fault: BlobFault,
    },
    /// The file uses a part of the format that this program does not support.
    #[error("{}, offset {offset}: {}", path.display(), unsupported)]
    Unsupported {
        /// Path of the file.
        path: PathBuf,
        /// Start of the blob that uses this part, in bytes from the start of the file.
        offset: u64,
        /// The part of the format that is not supported.
        unsupported: Unsupported,
    },
}

impl ExtractError {
    /// Returns the place of the error in the file, in bytes from its start; `None` if the file was
    /// not opened.
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

/// A fault in the contents of a blob.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlobFault {
    /// The length before the header of the blob is larger than the format allows.
    #[error("its header has a length of {found} bytes, expected at most {max}")]
    HeaderLength {
        /// Length stated in the file, in bytes.
        found: u32,
        /// Largest length that the format allows, in bytes.
        max: u32,
    },
    /// The size stated in the header of the blob is negative or larger than the format allows.
    #[error("its header gives a size of {found} bytes, expected 0 to {max}")]
    DataSize {
        /// Size stated in the file, in bytes.
        found: i64,
        /// Largest size that the format allows, in bytes.
        max: u32,
    },
    /// The blob has neither compressed nor plain content.
    #[error("it has no content")]
    Empty,
    /// The content cannot be decompressed, or its checksum is wrong.
    #[error("its content cannot be decompressed ({0})")]
    Inflate(io::Error),
    /// The content is longer or shorter than the blob states.
    #[error("its content has {found} bytes after decompression, expected {expected}")]
    ContentSize {
        /// Number of bytes of the content. If the content is too long, this is one more than
        /// expected.
        found: u64,
        /// Number of bytes that the blob states, or the largest number that the format allows.
        expected: u64,
    },
    /// The content is not a valid protocol buffer message.
    #[error("its content is not readable ({0})")]
    Protobuf(Box<dyn std::error::Error + Send + Sync>),
    /// An object refers to a key, value or role that the string table does not have.
    #[error("it uses string number {found}, but has {count} strings")]
    StringNumber {
        /// Number of the string in the file.
        found: i64,
        /// Number of strings in the string table.
        count: usize,
    },
    /// Two lists that must have the same length have different lengths.
    #[error("{what} have {found} entries, expected {expected}")]
    ListLength {
        /// Name of the list.
        what: &'static str,
        /// Length of the list.
        found: usize,
        /// Length of the other list.
        expected: usize,
    },
    /// The sum of differences exceeds 64 bits.
    #[error("{what} exceed the range of 64-bit numbers")]
    Overflow {
        /// Name of the list.
        what: &'static str,
    },
    /// A node, way or relation has no id.
    #[error("a {what} has no id")]
    NoId {
        /// Type of the object: `node`, `way` or `relation`.
        what: &'static str,
    },
    /// A member of a relation has an unknown type.
    #[error("a relation has a member of type {found}, expected 0 to 2")]
    MemberType {
        /// Number of the type in the file.
        found: i32,
    },
}

impl BlobFault {
    pub(super) fn protobuf(error: protobuf::Error) -> Self {
        Self::Protobuf(error.into())
    }
}

/// A part of the format that this program does not support.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unsupported {
    /// The file uses a compression other than zlib.
    #[error(
        "found {name} compression, expected zlib or none; convert the file: for lz4 with \
         `osmium cat IN.osm.pbf -o OUT.osm.pbf`, otherwise with the program that wrote it"
    )]
    Compression {
        /// Name of the compression.
        name: &'static str,
    },
    /// The file requires a feature that this program does not know.
    #[error(
        "the file requires the feature \"{name}\", expected only {known}; write the file again \
         without that feature"
    )]
    Feature {
        /// Name of the feature.
        name: String,
        /// Names of the features that are supported.
        known: String,
    },
}
