//! Copies the selected objects of one block. Older versions of objects are removed later, and
//! geometry is built later.

use osmpbfreader::osmformat::relation::MemberType;

use super::block::{Block, Meta, RawMember, RawRelation};
use super::error::BlobFault;
use super::extract::Tags;
use super::ids::{IdRange, IdSet};
use super::uses::{HouseNumbers, Uses, uses_of_node, uses_of_relation, uses_of_way};
use crate::lonlat::PointE7;

/// One version of an object, with the number of the blob that contains it.
#[derive(Debug, Clone)]
pub(super) struct ObjectVersion<T> {
    pub(super) id: i64,
    /// Version of the object; −1 if the file states none, [`i32::MIN`] for a position that a way
    /// stores.
    pub(super) version: i32,
    /// Number of the blob in the file, counted from 0.
    pub(super) blob: u32,
    /// The object; `None` if this version deletes it.
    pub(super) value: Option<T>,
}

impl<T> ObjectVersion<T> {
    fn new(meta: Meta, blob: u32, value: impl FnOnce() -> T) -> Self {
        let Meta { id, version, visible } = meta;
        Self { id, version, blob, value: visible.then(value) }
    }
}

/// A node that is read because of its tags.
#[derive(Debug, Clone)]
pub(super) struct TaggedNode {
    pub(super) uses: Uses,
    pub(super) position: Option<PointE7>,
    pub(super) tags: Tags,
}

/// A way that is read because of its tags, or because a relation has it as a member. In the second
/// case it has no uses and no tags.
#[derive(Debug, Clone)]
pub(super) struct FoundWay {
    pub(super) uses: Uses,
    pub(super) refs: Vec<i64>,
    pub(super) tags: Tags,
}

/// A relation that is read because of its tags.
#[derive(Debug, Clone)]
pub(super) struct FoundRelation {
    pub(super) uses: Uses,
    pub(super) members: Vec<Member>,
    pub(super) tags: Tags,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) kind: MemberType,
    pub(super) id: i64,
    pub(super) role: MemberRole,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MemberRole {
    /// The way before the restricted turn.
    From,
    /// A node or way between the ways before and after the turn.
    Via,
    /// The way after the restricted turn.
    To,
    /// A part of the outer ring of an area, or a part of a ring that has no role.
    Outer,
    Inner,
    /// Any other role, such as `label` or `subarea`.
    Other,
}

impl Member {
    fn new(raw: &RawMember) -> Self {
        let role = match raw.role {
            b"from" => MemberRole::From,
            b"via" => MemberRole::Via,
            b"to" => MemberRole::To,
            b"outer" | b"" | b"exclave" => MemberRole::Outer,
            b"inner" | b"enclave" => MemberRole::Inner,
            _ => MemberRole::Other,
        };
        Self { kind: raw.kind, id: raw.id, role }
    }
}

impl FoundRelation {
    /// Returns whether `member` is a way that is part of the rings of the area.
    pub(super) fn is_ring(&self, member: &Member) -> bool {
        let in_area = matches!(member.role, MemberRole::Outer | MemberRole::Inner);
        (self.uses.boundary || self.uses.needs_centre())
            && member.kind == MemberType::WAY
            && in_area
    }

    /// Returns the ways that the geometry of the relation needs.
    pub(super) fn wanted_ways(&self) -> impl Iterator<Item = i64> {
        let any_role = self.uses.needs_centre();
        let wanted = move |member: &&Member| {
            self.is_ring(member) || any_role && member.kind == MemberType::WAY
        };
        self.members.iter().filter(wanted).map(|member| member.id)
    }

    /// Returns the nodes that the geometry of the relation needs, except those of its ways.
    pub(super) fn wanted_nodes(&self) -> impl Iterator<Item = i64> {
        let any_role = self.uses.needs_centre();
        let wanted = move |member: &&Member| any_role && member.kind == MemberType::NODE;
        self.members.iter().filter(wanted).map(|member| member.id)
    }
}

#[derive(Debug, Default)]
pub(super) struct NodesOfBlob {
    pub(super) ids: IdRange,
    pub(super) positions: Vec<ObjectVersion<PointE7>>,
    pub(super) tagged: Vec<ObjectVersion<TaggedNode>>,
}

/// Copies the positions of the nodes `wanted` and all nodes with a use.
pub(super) fn nodes(
    block: &Block,
    blob: u32,
    wanted: &[i64],
    house_numbers: HouseNumbers,
) -> Result<NodesOfBlob, BlobFault> {
    let mut wanted = IdSet::new(wanted);
    let mut out = NodesOfBlob::default();
    block.for_each_node(|node| {
        out.ids.add(node.meta.id);
        if wanted.contains(node.meta.id) {
            let Meta { id, version, visible } = node.meta;
            let value = node.position.filter(|_| visible);
            out.positions.push(ObjectVersion { id, version, blob, value });
        }
        let uses = uses_of_node(&node.tags).with_house_number(&node.tags, house_numbers);
        if uses.any() {
            out.tagged.push(ObjectVersion::new(node.meta, blob, || TaggedNode {
                uses,
                position: node.position,
                tags: node.tags.kept(),
            }));
        }
    })?;
    Ok(out)
}

#[derive(Debug, Default)]
pub(super) struct WaysOfBlob {
    pub(super) ids: IdRange,
    pub(super) ways: Vec<ObjectVersion<FoundWay>>,
    /// Positions that ways store.
    pub(super) positions: Vec<ObjectVersion<PointE7>>,
}

/// Copies the ways in `wanted` and all ways that have a use.
pub(super) fn ways(
    block: &Block,
    blob: u32,
    wanted: &[i64],
    house_numbers: HouseNumbers,
) -> Result<WaysOfBlob, BlobFault> {
    let mut wanted = IdSet::new(wanted);
    let mut out = WaysOfBlob::default();
    block.for_each_way(|way| {
        out.ids.add(way.meta.id);
        let uses = uses_of_way(&way.tags).with_house_number(&way.tags, house_numbers);
        if !uses.any() && !wanted.contains(way.meta.id) {
            return;
        }
        let stored = way.refs.iter().zip(&way.positions);
        out.positions.extend(stored.map(|(&id, &value)| ObjectVersion {
            id,
            version: i32::MIN,
            blob,
            value,
        }));
        out.ways.push(ObjectVersion::new(way.meta, blob, || FoundWay {
            uses,
            tags: if uses.any() { way.tags.kept() } else { Tags::default() },
            refs: way.refs,
        }));
    })?;
    Ok(out)
}

#[derive(Debug, Default)]
pub(super) struct RelationsOfBlob {
    pub(super) ids: IdRange,
    pub(super) relations: Vec<ObjectVersion<FoundRelation>>,
}

/// Copies the relations in `wanted` and all relations that have a use.
pub(super) fn relations(
    block: &Block,
    blob: u32,
    wanted: &[i64],
) -> Result<RelationsOfBlob, BlobFault> {
    let mut wanted = IdSet::new(wanted);
    let mut out = RelationsOfBlob::default();
    block.for_each_relation(|RawRelation { meta, members, tags }| {
        out.ids.add(meta.id);
        let uses = uses_of_relation(&tags);
        if uses.any() || wanted.contains(meta.id) {
            out.relations.push(ObjectVersion::new(meta, blob, || FoundRelation {
                uses,
                members: members.iter().map(Member::new).collect(),
                tags: tags.kept(),
            }));
        }
    })?;
    Ok(out)
}
