//! Decompresses a blob (a block of a PBF file), checks it against the size limits of the format,
//! and parses the message in it.

use std::io::Read;

use flate2::read::ZlibDecoder;
use osmpbfreader::fileformat::Blob;
use osmpbfreader::osmformat::{HeaderBlock, PrimitiveBlock};
use protobuf::Message;

use super::error::{BlobFault, Unsupported};
use super::frames::BLOB_LEN_MAX;

/// Supported values of `required_features` in the header of a file.
const KNOWN_FEATURES: [&str; 4] =
    ["OsmSchema-V0.6", "DenseNodes", "HistoricalInformation", "LocationsOnWays"];

/// Numbers of the fields of a `Blob` message that `osmpbfreader` does not define.
const LZ4_FIELD: u32 = 6;
const ZSTD_FIELD: u32 = 7;

/// Reason why a blob cannot be used.
#[derive(Debug)]
pub(super) enum Unusable {
    Damaged(BlobFault),
    Unsupported(Unsupported),
}

impl<E: Into<BlobFault>> From<E> for Unusable {
    fn from(fault: E) -> Self {
        Self::Damaged(fault.into())
    }
}

/// Parses the `Blob` message `bytes`, which must hold map data (type `OSMData`).
///
/// Checks only the protocol buffer syntax. [`super::block`] reads the objects, because the
/// iterators of `osmpbfreader` panic if an index is outside of the string table.
pub(super) fn primitive_block(bytes: &[u8]) -> Result<PrimitiveBlock, Unusable> {
    Ok(PrimitiveBlock::parse_from_bytes(&content(bytes)?).map_err(BlobFault::protobuf)?)
}

/// Parses the `Blob` message `bytes`, which must hold the header of a file (type `OSMHeader`).
/// Returns the time of the map data in seconds since 1970; `None` if the header does not state it.
///
/// Returns [`Unsupported::Feature`] if the file requires a feature that the program does not
/// support.
pub(super) fn replication_timestamp(bytes: &[u8]) -> Result<Option<i64>, Unusable> {
    let header = HeaderBlock::parse_from_bytes(&content(bytes)?).map_err(BlobFault::protobuf)?;
    for name in &header.required_features {
        if !KNOWN_FEATURES.contains(&name.as_str()) {
            return Err(Unusable::Unsupported(Unsupported::Feature {
                name: name.clone(),
                known: KNOWN_FEATURES.join(", "),
            }));
        }
    }
    Ok(header.osmosis_replication_timestamp)
}

/// Returns the decompressed contents of a blob. Contents longer than the format allows are an
/// error.
fn content(bytes: &[u8]) -> Result<Vec<u8>, Unusable> {
    let blob = Blob::parse_from_bytes(bytes).map_err(BlobFault::protobuf)?;
    let Blob { raw, raw_size, zlib_data, lzma_data, .. } = blob;
    let max = u64::from(BLOB_LEN_MAX);
    if let Some(raw) = raw {
        return Ok(raw);
    }
    if let Some(zlib) = zlib_data {
        let expected = match raw_size {
            Some(size) => u64::try_from(size)
                .ok()
                .filter(|&size| size <= max)
                .ok_or(BlobFault::DataSize { found: size.into(), max: BLOB_LEN_MAX })?,
            None => max,
        };
        let mut content = Vec::with_capacity(raw_size.map_or(zlib.len(), |_| expected as usize));
        let found = ZlibDecoder::new(&zlib[..])
            .take(expected + 1)
            .read_to_end(&mut content)
            .map_err(BlobFault::Inflate)? as u64;
        if found > expected || (raw_size.is_some() && found < expected) {
            return Err(BlobFault::ContentSize { found, expected }.into());
        }
        return Ok(content);
    }
    let fields = blob.special_fields.unknown_fields();
    let name = if lzma_data.is_some() {
        "lzma"
    } else if fields.get(LZ4_FIELD).is_some() {
        "lz4"
    } else if fields.get(ZSTD_FIELD).is_some() {
        "zstd"
    } else {
        return Err(BlobFault::Empty.into());
    };
    Err(Unusable::Unsupported(Unsupported::Compression { name }))
}
