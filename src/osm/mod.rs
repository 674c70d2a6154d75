//! Reading an OpenStreetMap extract into plain data, without judging what it means for travel.
//!
//! Takes a `.osm.pbf` file; returns an [`Extract`]: the ways that carry traffic of any kind, barriers, turn
//! restrictions, places, administrative boundaries and health outlets, each with the tags later stages may ask for.
//! What a tag means for a car or a bicycle is for [`crate::road`] to say.

mod extract;

pub use extract::{
    Barrier, Boundary, Extract, Outlet, Place, Restriction, RestrictionMember, Tags, Way,
};

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
