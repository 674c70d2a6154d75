//! Finds the blobs (blocks) of a PBF file and checks their sizes, before any blob is decompressed.
//!
//! Takes a path and returns a [`PbfFile`] with the place of every blob. Detects files of another
//! format and files that end too early. [`super::blob`] reads the content of the blobs.
//!
//! A PBF file (<https://wiki.openstreetmap.org/wiki/PBF_Format>) repeats these parts: four bytes
//! with the length of the `BlobHeader`, the `BlobHeader`, and a `Blob` with the size that the
//! header states.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use osmpbfreader::fileformat::BlobHeader;
use protobuf::Message;

use super::error::{BlobFault, ExtractError, Unsupported};

/// Largest size of a `BlobHeader` that the format allows, in bytes.
const HEADER_LEN_MAX: u32 = 64 * 1024;
/// Largest size of a blob that the format allows, compressed or decompressed, in bytes.
pub(super) const BLOB_LEN_MAX: u32 = 32 * 1024 * 1024;

/// Place of one blob in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    /// Start of the length field of the blob, in bytes from the start of the file. Error messages
    /// state this number.
    pub(super) offset: u64,
    /// Start of the `Blob` message, in bytes from the start of the file.
    data_offset: u64,
    data_len: u32,
}

impl Frame {
    /// Returns the size of the length field, the header and the blob together, in bytes.
    pub(super) fn len(self) -> u64 {
        self.data_offset - self.offset + u64::from(self.data_len)
    }
}

/// A PBF file whose blobs all have valid sizes.
#[derive(Debug)]
pub(super) struct PbfFile {
    path: PathBuf,
    reader: BufReader<File>,
    /// Blobs of the type `OSMHeader`. A file has one; several files joined into one have several.
    pub(super) headers: Vec<Frame>,
    /// Blobs of the type `OSMData`, in the order of the file.
    pub(super) data: Vec<Frame>,
    /// Number of blobs of other types. The format requires that readers skip them.
    pub(super) unknown_blobs: usize,
}

impl PbfFile {
    /// Opens the file `path` and finds all its blobs. O(blobs); reads only the headers of the
    /// blobs.
    pub(super) fn open(path: &Path) -> Result<Self, ExtractError> {
        let open_error = |source| ExtractError::Open { path: path.to_owned(), source };
        let metadata = std::fs::metadata(path).map_err(open_error)?;
        if !metadata.is_file() {
            return Err(open_error(io::Error::new(
                io::ErrorKind::InvalidInput,
                if metadata.is_dir() { "it is a directory" } else { "it is not a regular file" },
            )));
        }
        let file = File::open(path).map_err(open_error)?;
        let mut this = Self {
            path: path.to_owned(),
            reader: BufReader::new(file),
            headers: Vec::new(),
            data: Vec::new(),
            unknown_blobs: 0,
        };
        this.check_start(metadata.len())?;
        this.find_frames(metadata.len())?;
        Ok(this)
    }

    pub(super) fn read(&mut self, frame: Frame) -> Result<Vec<u8>, ExtractError> {
        let mut bytes = vec![0; frame.data_len as usize];
        self.reader
            .seek(SeekFrom::Start(frame.data_offset))
            .and_then(|_| self.reader.read_exact(&mut bytes))
            .map_err(|source| self.io_error(frame.offset, source))?;
        Ok(bytes)
    }

    pub(super) fn damaged(&self, frame: Frame, fault: BlobFault) -> ExtractError {
        ExtractError::Damaged { path: self.path.clone(), offset: frame.offset, fault }
    }

    pub(super) fn unsupported(&self, frame: Frame, unsupported: Unsupported) -> ExtractError {
        ExtractError::Unsupported { path: self.path.clone(), offset: frame.offset, unsupported }
    }

    fn io_error(&self, offset: u64, source: io::Error) -> ExtractError {
        ExtractError::Io { path: self.path.clone(), offset, source }
    }

    fn find_frames(&mut self, len: u64) -> Result<(), ExtractError> {
        let mut offset = 0;
        while offset < len {
            let (kind, frame) = self.frame_at(offset, len)?;
            match kind.as_str() {
                "OSMHeader" => self.headers.push(frame),
                "OSMData" => self.data.push(frame),
                _ => self.unknown_blobs += 1,
            }
            offset += frame.len();
            self.reader
                .seek_relative(i64::from(frame.data_len))
                .map_err(|source| self.io_error(offset, source))?;
        }
        Ok(())
    }

    /// Returns the type and the place of the blob at `offset`. Leaves the reader at the start of
    /// the blob's data.
    fn frame_at(&mut self, offset: u64, len: u64) -> Result<(String, Frame), ExtractError> {
        let path = self.path.clone();
        let damaged = |fault| ExtractError::Damaged { path: path.clone(), offset, fault };
        let check_len = |expected: u64| {
            let found = len - offset;
            let path = path.clone();
            if expected <= found {
                Ok(())
            } else {
                Err(ExtractError::Truncated { path, offset, expected, found })
            }
        };

        check_len(4)?;
        let mut word = [0; 4];
        self.reader.read_exact(&mut word).map_err(|source| self.io_error(offset, source))?;
        let header_len = u32::from_be_bytes(word);
        if header_len > HEADER_LEN_MAX {
            return Err(damaged(BlobFault::HeaderLength {
                found: header_len,
                max: HEADER_LEN_MAX,
            }));
        }
        let data_offset = offset + 4 + u64::from(header_len);
        check_len(data_offset - offset)?;
        let mut bytes = vec![0; header_len as usize];
        self.reader.read_exact(&mut bytes).map_err(|source| self.io_error(offset, source))?;
        let header = BlobHeader::parse_from_bytes(&bytes)
            .map_err(|error| damaged(BlobFault::protobuf(error)))?;
        let data_len = u32::try_from(header.datasize())
            .ok()
            .filter(|&size| size <= BLOB_LEN_MAX)
            .ok_or_else(|| {
            damaged(BlobFault::DataSize { found: header.datasize().into(), max: BLOB_LEN_MAX })
        })?;
        let frame = Frame { offset, data_offset, data_len };
        check_len(frame.len())?;
        Ok((header.type_().to_owned(), frame))
    }

    /// Returns an error for files of another format. Damaged PBF files give another error.
    fn check_start(&mut self, len: u64) -> Result<(), ExtractError> {
        let mut start = Vec::new();
        self.reader
            .by_ref()
            .take(64)
            .read_to_end(&mut start)
            .and_then(|_| self.reader.rewind())
            .map_err(|source| self.io_error(0, source))?;
        // A PBF file starts with the length, then field 1 (the type), which is a string of nine
        // bytes.
        let is_header = start.len() >= 15
            && u32::from_be_bytes([start[0], start[1], start[2], start[3]]) <= HEADER_LEN_MAX
            && start[4..].starts_with(b"\x0a\x09OSMHeader");
        if is_header {
            return Ok(());
        }
        let cut_short = (4..15).contains(&len) && b"\x0a\x09OSMHeader".starts_with(&start[4..]);
        if cut_short {
            let expected =
                4 + u64::from(u32::from_be_bytes([start[0], start[1], start[2], start[3]]));
            return Err(ExtractError::Truncated {
                path: self.path.clone(),
                offset: 0,
                expected,
                found: len,
            });
        }
        let (found, advice) = guess(&start);
        Err(ExtractError::NotPbf { path: self.path.clone(), found, advice })
    }
}

/// Returns the probable type of a file that begins with `start`, and advice for the user.
fn guess(start: &[u8]) -> (String, &'static str) {
    const CONVERT: &str = "convert it with `osmium cat IN.osm -o OUT.osm.pbf`";
    const FETCH: &str = "fetch the extract again";
    const UNPACK: &str = "if it holds an .osm file, convert it with `osmium cat IN.osm.gz -o OUT.osm.pbf`, else unpack it";
    const CHOOSE: &str = "give the path of a .osm.pbf extract";

    let text = String::from_utf8_lossy(start);
    let trimmed = text.trim_start_matches('\u{feff}').trim_start();
    let lower = trimmed.to_ascii_lowercase();
    let (found, advice) = match start {
        [] => ("an empty file", FETCH),
        [0x1f, 0x8b, ..] => ("a gzip archive", UNPACK),
        [b'B', b'Z', b'h', ..] => ("a bzip2 archive", UNPACK),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => ("an xz archive", UNPACK),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => ("a zstd archive", UNPACK),
        [b'P', b'K', 3, 4, ..] => ("a zip archive", UNPACK),
        [0xff, 0xe0, ..] => ("an .o5m file", "convert it with `osmium cat IN.o5m -o OUT.osm.pbf`"),
        _ if lower.starts_with("<!doctype html") || lower.starts_with("<html") => {
            ("a web page", FETCH)
        }
        _ if lower.starts_with("<osm") || lower.starts_with("<?xml") => ("an XML file", CONVERT),
        _ if start.iter().all(|&b| b == 0) => ("only zero bytes", FETCH),
        _ => {
            let shown = &start[..start.len().min(12)];
            return (format!("the bytes \"{}\"", shown.escape_ascii()), CHOOSE);
        }
    };
    (found.to_owned(), advice)
}
