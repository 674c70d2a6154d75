//! Reads an OpenStreetMap extract into plain data.
//!
//! Takes a `.osm.pbf` file and returns an [`Extract`]: roads, barriers, turn restrictions, places,
//! administrative boundaries and health outlets, each with the tags that later stages use. The
//! module [`road`](crate::road) decides what a tag means for a car or a bicycle.
//!
//! These modules work on a file in this order: `frames` finds the blobs (blocks), `blob`
//! decompresses a blob, `block` reads its objects, `keys` and `uses` select tags and objects,
//! `found` copies the selected objects, and `sweep` repeats this until everything is found. Then
//! `roads`, `shapes` and `rings` build geometry, and `assemble` builds the extract.

mod assemble;
mod blob;
mod block;
mod error;
mod extract;
mod found;
mod frames;
mod ids;
mod keys;
mod rings;
mod roads;
mod shapes;
mod sweep;
mod uses;

use std::path::Path;

pub use error::{BlobFault, ExtractError, Unsupported};
pub use extract::{
    Barrier, Boundary, Extract, HouseNumber, ObjectCounts, Outlet, Place, Restriction,
    RestrictionMember, Tags, Way,
};

pub(crate) use keys::keeps;

use self::uses::HouseNumbers;
use crate::progress::Progress;
use crate::remark::{Remark, RemarkCode};

/// Attribution that every result must show.
pub const ATTRIBUTION: &str = "Map data © OpenStreetMap contributors, ODbL 1.0";

/// Reads the `.osm.pbf` file `path`.
///
/// Uses all threads of the current rayon pool; the result does not depend on their number. A file
/// that is sorted by type and id is read once, an unsorted file up to four times. The memory holds
/// the result, the positions of its nodes and a few blobs for each thread, never the whole file.
///
/// A file without roads is not an error; the extract then has a remark.
///
/// # Errors
///
/// [`ExtractError`] if the file cannot be read, is not a PBF file, is incomplete or damaged, or
/// uses a compression or feature that is not supported.
///
/// # Example
///
/// ```
/// use beatplan::{osm, progress::Silent};
///
/// let extract = osm::read("data/gozo/gozo.osm.pbf".as_ref(), &Silent)?;
/// assert!(extract.ways.len() > 1000);
/// let pharmacies = extract.outlets.iter().filter(|outlet| outlet.tags.is("amenity", "pharmacy"));
/// assert!(pharmacies.count() > 5);
/// # Ok::<(), osm::ExtractError>(())
/// ```
pub fn read(path: &Path, progress: &dyn Progress) -> Result<Extract, ExtractError> {
    read_all(path, HouseNumbers::Skip, progress)
}

/// Does the same as [`read`], and also reads the house numbers, which geocoding needs.
///
/// # Errors
/// The errors of [`read`].
pub fn read_with_addresses(path: &Path, progress: &dyn Progress) -> Result<Extract, ExtractError> {
    read_all(path, HouseNumbers::Read, progress)
}

fn read_all(
    path: &Path,
    house_numbers: HouseNumbers,
    progress: &dyn Progress,
) -> Result<Extract, ExtractError> {
    let mut file = frames::PbfFile::open(path)?;
    let collected = sweep::collect(&mut file, house_numbers, progress)?;
    let mut extract = assemble::extract(collected);
    if file.unknown_blobs > 0 {
        extract.remarks.push(Remark::new(
            RemarkCode::UnknownBlobs,
            format!("{} blobs of an unknown type were skipped", file.unknown_blobs),
        ));
    }
    Ok(extract)
}

/// OpenStreetMap's id of a node.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct OsmNodeId(pub i64);

/// OpenStreetMap's id of a way.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct OsmWayId(pub i64);

/// OpenStreetMap's id of a relation.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct OsmRelationId(pub i64);
