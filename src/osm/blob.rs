//! From the bytes of a blob to the messages inside it: decompression within bounds, and the file's header.

use std::io::Read;

use flate2::read::ZlibDecoder;
use osmpbfreader::fileformat::Blob;
use osmpbfreader::osmformat::{HeaderBlock, PrimitiveBlock};
use protobuf::Message;

use super::error::{Fault, Unsupported};
use super::frames::BLOB_LEN_MAX;

/// Features a file may require of its reader that this reader has.
const KNOWN_FEATURES: [&str; 4] =
    ["OsmSchema-V0.6", "DenseNodes", "HistoricalInformation", "LocationsOnWays"];

/// Field numbers of `Blob` that are newer than the message definition of `osmpbfreader`.
const LZ4_FIELD: u32 = 6;
const ZSTD_FIELD: u32 = 7;

/// Why a blob cannot be used.
#[derive(Debug)]
pub(super) enum Unusable {
    Damaged(Fault),
    Unsupported(Unsupported),
}

impl<E: Into<Fault>> From<E> for Unusable {
    fn from(fault: E) -> Self {
        Self::Damaged(fault.into())
    }
}

/// The objects inside an `OSMData` blob, not yet checked beyond the syntax of protocol buffers.
///
/// `osmpbfreader`'s own iterators over the block index its string table unchecked, and panic on damaged data;
/// [`super::block`] walks it instead.
pub(super) fn primitive_block(bytes: &[u8]) -> Result<PrimitiveBlock, Unusable> {
    Ok(PrimitiveBlock::parse_from_bytes(&content(bytes)?)?)
}

/// The `OSMHeader` blob: refuses files that require what is not known here, else gives the moment of the data in seconds
/// since 1970, if the file says.
pub(super) fn replication_timestamp(bytes: &[u8]) -> Result<Option<i64>, Unusable> {
    let header = HeaderBlock::parse_from_bytes(&content(bytes)?)?;
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

/// The content of a blob, decompressed; never more than the format allows, whatever the blob claims.
fn content(bytes: &[u8]) -> Result<Vec<u8>, Unusable> {
    let blob = Blob::parse_from_bytes(bytes)?;
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
                .ok_or(Fault::DataSize { found: size.into(), max: BLOB_LEN_MAX })?,
            None => max,
        };
        let mut content = Vec::with_capacity(raw_size.map_or(zlib.len(), |_| expected as usize));
        let found = ZlibDecoder::new(&zlib[..])
            .take(expected + 1)
            .read_to_end(&mut content)
            .map_err(Fault::Inflate)? as u64;
        if found > expected || (raw_size.is_some() && found < expected) {
            return Err(Fault::ContentSize { found, expected }.into());
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
        return Err(Fault::Empty.into());
    };
    Err(Unusable::Unsupported(Unsupported::Compression { name }))
}
