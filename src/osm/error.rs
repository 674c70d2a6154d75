//! What can be wrong with a file that should be an OpenStreetMap extract.

use std::io;
use std::path::PathBuf;

/// Why an extract could not be read. Every variant says which file, where in it, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file is not there, may not be read, or is a directory, a pipe or the like.
    #[error("{}: cannot be opened as a file; give the path of a .osm.pbf extract", path.display())]
    Open {
        /// The file asked for.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The disk or network failed in the middle of the file.
    #[error("{}, offset {offset}: reading failed", path.display())]
    Io {
        /// The file being read.
        path: PathBuf,
        /// Where the piece that could not be read begins, in bytes from the start of the file.
        offset: u64,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file is something else.
    #[error("{}, offset 0: found {found}, expected an OpenStreetMap PBF file, which begins with a blob of type OSMHeader; {advice}", path.display())]
    NotPbf {
        /// The file asked for.
        path: PathBuf,
        /// What the first bytes look like.
        found: String,
        /// How to get a PBF file from it.
        advice: &'static str,
    },
    /// The file ends in the middle of a blob.
    #[error("{}, offset {offset}: the file ends inside this blob, after {found} of its {expected} bytes; the download or copy is incomplete, fetch the file again", path.display())]
    Truncated {
        /// The file being read.
        path: PathBuf,
        /// Where the incomplete blob begins, in bytes from the start of the file.
        offset: u64,
        /// Bytes the blob has, with its length and header, as far as they tell.
        expected: u64,
        /// Bytes of it that are there.
        found: u64,
    },
    /// A blob's bytes make no sense.
    #[error("{}, offset {offset}: this blob is damaged: {fault}; fetch the file again, or check it with `osmium fileinfo -e`", path.display())]
    Damaged {
        /// The file being read.
        path: PathBuf,
        /// Where the blob begins, in bytes from the start of the file.
        offset: u64,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The file asks for something this program cannot do.
    #[error("{}, offset {offset}: {}", path.display(), unsupported)]
    Unsupported {
        /// The file being read.
        path: PathBuf,
        /// Where the blob that asks for it begins, in bytes from the start of the file.
        offset: u64,
        /// What it asks for.
        unsupported: Unsupported,
    },
}

impl ReadError {
    /// Where in the file the trouble is, in bytes from its start; `None` if it was never opened.
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

/// What is wrong with a damaged blob.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The four bytes in front of the blob's header.
    #[error("it announces a header of {found} bytes, at most {max} are allowed")]
    HeaderLength {
        /// The length that is written there.
        found: u32,
        /// What the format allows.
        max: u32,
    },
    /// The size in the blob's header.
    #[error("its header gives a size of {found} bytes, expected 0 to {max}")]
    DataSize {
        /// The size that is written there.
        found: i64,
        /// What the format allows.
        max: u32,
    },
    /// The blob has neither compressed nor plain content.
    #[error("it has no content")]
    Empty,
    /// The content cannot be decompressed, or its checksum is wrong.
    #[error("its content cannot be decompressed ({0})")]
    Inflate(io::Error),
    /// The content is longer or shorter than the blob says.
    #[error("its content has {found} bytes after decompression, expected {expected}")]
    ContentSize {
        /// Bytes found; one more than expected where the content goes on after that.
        found: u64,
        /// Bytes announced, or allowed where nothing is announced.
        expected: u64,
    },
    /// The content is no sequence of protocol buffer fields.
    #[error("its content is not readable ({0})")]
    Protobuf(#[from] protobuf::Error),
    /// A key, value or role refers to a string that does not exist.
    #[error("a string number {found} is used, but there are {count} strings")]
    StringNumber {
        /// The number that is used.
        found: i64,
        /// Strings in this blob.
        count: usize,
    },
    /// Two lists that go side by side differ in length.
    #[error("{what} have {found} entries, expected {expected}")]
    ListLength {
        /// Which list.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length of the list beside it.
        expected: usize,
    },
    /// Differences between ids add up to more than 64 bits hold.
    #[error("{what} run out of the range of 64-bit numbers")]
    Overflow {
        /// Which numbers.
        what: &'static str,
    },
    /// A node, way or relation without a number.
    #[error("a {what} has no id")]
    NoId {
        /// `node`, `way` or `relation`.
        what: &'static str,
    },
    /// A relation's member is neither node nor way nor relation.
    #[error("a relation has a member of type {found}, expected 0 to 2")]
    MemberType {
        /// The type that is written there.
        found: i32,
    },
}

/// What a valid file may ask for and this program cannot do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// A compression other than zlib.
    #[error(
        "found {name} compression, expected zlib or none; convert the file with `osmium cat IN.osm.pbf -o OUT.osm.pbf -f pbf,pbf_compression=zlib`"
    )]
    Compression {
        /// Its name.
        name: &'static str,
    },
    /// A required feature nobody here knows.
    #[error(
        "the file requires the feature \"{name}\", known are {known}; convert the file with `osmium cat IN.osm.pbf -o OUT.osm.pbf`"
    )]
    Feature {
        /// Its name.
        name: String,
        /// The features that are understood.
        known: String,
    },
}
