//! Reading an OpenStreetMap extract into plain data, without judging what it means for travel.
//!
//! Takes a `.osm.pbf` file; returns an [`Extract`]: the ways that carry traffic of any kind, barriers, turn
//! restrictions, places, administrative boundaries and health outlets, each with the tags later stages may ask for.
//! What a tag means for a car or a bicycle is for the road network to say.
//!
//! The parts, in the order in which a file passes through them: `frames` finds the blobs, `blob` decompresses one,
//! `block` walks its objects, `keys` says which of them and which tags matter, `found` takes these, `sweep` goes over
//! the file as often as it takes; then `roads`, `shapes` and `rings` make geometry of it, and `assemble` the extract.

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

use std::path::Path;

pub use error::{Fault, ReadError, Unsupported};
pub use extract::{
    Barrier, Boundary, Extract, HouseNumber, ObjectCounts, Outlet, Place, Restriction,
    RestrictionMember, Tags, Way,
};

use crate::progress::Progress;
use crate::remark::{Remark, RemarkCode};

/// Whose map data every result derives from.
pub const ATTRIBUTION: &str = "Map data © OpenStreetMap contributors, ODbL 1.0";

/// Reads the `.osm.pbf` file at `path`.
///
/// Uses all threads of the current rayon pool. An ordinary file, sorted by type and id, is gone through once; one in
/// disorder up to four times. Memory is for the result, its nodes' positions and a few blobs per thread, never for
/// the whole file. The result does not depend on the number of threads.
///
/// An extract without roads is no error here, but remarked on.
///
/// # Errors
///
/// Where the file cannot be read, is no PBF, ends too early, is damaged, or uses a compression or feature that is not
/// known here: see [`ReadError`].
///
/// # Example
///
/// ```no_run
/// let extract = beatplan::osm::read("malta.osm.pbf".as_ref(), &beatplan::progress::Silent)?;
/// println!("{} pieces of road, {} outlets", extract.ways.len(), extract.outlets.len());
/// # Ok::<(), beatplan::osm::ReadError>(())
/// ```
pub fn read(path: &Path, progress: &dyn Progress) -> Result<Extract, ReadError> {
    read_all(path, false, progress)
}

/// [`read`], and house numbers too, which only looking up addresses takes.
///
/// # Errors
/// As [`read`].
pub fn read_with_addresses(path: &Path, progress: &dyn Progress) -> Result<Extract, ReadError> {
    read_all(path, true, progress)
}

fn read_all(path: &Path, addresses: bool, progress: &dyn Progress) -> Result<Extract, ReadError> {
    let mut file = frames::PbfFile::open(path)?;
    let harvest = sweep::harvest(&mut file, addresses, progress)?;
    let mut extract = assemble::extract(harvest);
    if file.unknown_blobs > 0 {
        extract.remarks.push(Remark::new(
            RemarkCode::UnknownBlobs,
            format!("{} blobs of an unknown type were passed over", file.unknown_blobs),
        ));
    }
    Ok(extract)
}

/// OpenStreetMap's own number for a node. Never an index into anything of ours.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct OsmNodeId(pub i64);

/// OpenStreetMap's own number for a way.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct OsmWayId(pub i64);

/// OpenStreetMap's own number for a relation.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct OsmRelationId(pub i64);
