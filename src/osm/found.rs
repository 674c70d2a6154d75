//! What the sweeps over a file bring home, before duplicates are resolved and geometry is put together.

use osmpbfreader::osmformat::relation::MemberType;

use super::block::{Block, Meta, Position, RawMember, RawRelation};
use super::error::Fault;
use super::extract::Tags;
use super::ids::{IdSet, Span};
use super::keys::{Uses, uses_of_node, uses_of_relation, uses_of_way};

/// One version of an object, and where it was found.
#[derive(Debug, Clone)]
pub(super) struct Found<T> {
    pub(super) id: i64,
    /// The version; −1 where the file has none, [`i32::MIN`] for a position that is only noted on a way.
    pub(super) version: i32,
    /// Which blob of the file.
    pub(super) blob: u32,
    /// The object; `None` where this version says it was deleted.
    pub(super) value: Option<T>,
}

impl<T> Found<T> {
    fn new(meta: Meta, blob: u32, value: impl FnOnce() -> T) -> Self {
        let Meta { id, version, visible } = meta;
        Self { id, version, blob, value: visible.then(value) }
    }
}

/// A node with tags of interest.
#[derive(Debug, Clone)]
pub(super) struct TaggedNode {
    pub(super) uses: Uses,
    pub(super) position: Option<Position>,
    pub(super) tags: Tags,
}

/// A way that is of interest itself or a member of such a relation (then without uses and tags).
#[derive(Debug, Clone)]
pub(super) struct FoundWay {
    pub(super) uses: Uses,
    pub(super) refs: Vec<i64>,
    pub(super) tags: Tags,
}

/// A relation of interest.
#[derive(Debug, Clone)]
pub(super) struct FoundRelation {
    pub(super) uses: Uses,
    pub(super) members: Vec<Member>,
    pub(super) tags: Tags,
}

/// One member of a relation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) kind: MemberType,
    pub(super) id: i64,
    pub(super) role: Role,
}

/// The roles that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Where a restricted turn comes from.
    From,
    /// What it passes.
    Via,
    /// Where it goes.
    To,
    /// Part of an area's outer ring, or of a ring not said to be outer or inner.
    Outer,
    /// Part of a ring around a hole.
    Inner,
    /// Anything else, such as `label` or `subarea`.
    Other,
}

impl Member {
    fn new(raw: &RawMember) -> Self {
        let role = match raw.role {
            b"from" => Role::From,
            b"via" => Role::Via,
            b"to" => Role::To,
            b"outer" | b"" | b"exclave" => Role::Outer,
            b"inner" | b"enclave" => Role::Inner,
            _ => Role::Other,
        };
        Self { kind: raw.kind, id: raw.id, role }
    }
}

impl FoundRelation {
    /// Whether `member` is a way in the area's rings.
    pub(super) fn is_ring(&self, member: &Member) -> bool {
        let in_area = matches!(member.role, Role::Outer | Role::Inner);
        (self.uses.boundary || self.uses.centre()) && member.kind == MemberType::WAY && in_area
    }

    /// The ways it takes to say where the relation lies.
    pub(super) fn wanted_ways(&self) -> impl Iterator<Item = i64> {
        let any_role = self.uses.centre();
        let wanted = move |member: &&Member| {
            self.is_ring(member) || any_role && member.kind == MemberType::WAY
        };
        self.members.iter().filter(wanted).map(|member| member.id)
    }

    /// The nodes it takes to say where the relation lies, beside those of its ways.
    pub(super) fn wanted_nodes(&self) -> impl Iterator<Item = i64> {
        let any_role = self.uses.centre();
        let wanted = move |member: &&Member| any_role && member.kind == MemberType::NODE;
        self.members.iter().filter(wanted).map(|member| member.id)
    }
}

/// The nodes of one blob that are wanted.
#[derive(Debug, Default)]
pub(super) struct NodesOfBlob {
    pub(super) span: Span,
    pub(super) positions: Vec<Found<Position>>,
    pub(super) tagged: Vec<Found<TaggedNode>>,
}

/// Takes from `block` the positions of the nodes `wanted`, and all nodes with tags of interest, house numbers if `addresses`
/// says so.
pub(super) fn nodes(
    block: &Block,
    blob: u32,
    wanted: &[i64],
    addresses: bool,
) -> Result<NodesOfBlob, Fault> {
    let mut wanted = IdSet::new(wanted);
    let mut out = NodesOfBlob::default();
    block.for_each_node(|node| {
        out.span.see(node.meta.id);
        if wanted.contains(node.meta.id) {
            let Meta { id, version, visible } = node.meta;
            let value = node.position.filter(|_| visible);
            out.positions.push(Found { id, version, blob, value });
        }
        let uses = uses_of_node(&node.tags).with_address(&node.tags, addresses);
        if uses.any() {
            out.tagged.push(Found::new(node.meta, blob, || TaggedNode {
                uses,
                position: node.position,
                tags: node.tags.kept(),
            }));
        }
    })?;
    Ok(out)
}

/// The ways of one blob that are wanted.
#[derive(Debug, Default)]
pub(super) struct WaysOfBlob {
    pub(super) span: Span,
    pub(super) ways: Vec<Found<FoundWay>>,
    /// Positions noted on the ways themselves.
    pub(super) positions: Vec<Found<Position>>,
}

/// Takes from `block` the ways `wanted` and all with tags of interest, house numbers if `addresses` says so.
pub(super) fn ways(
    block: &Block,
    blob: u32,
    wanted: &[i64],
    addresses: bool,
) -> Result<WaysOfBlob, Fault> {
    let mut wanted = IdSet::new(wanted);
    let mut out = WaysOfBlob::default();
    block.for_each_way(|way| {
        out.span.see(way.meta.id);
        let uses = uses_of_way(&way.tags).with_address(&way.tags, addresses);
        if !uses.any() && !wanted.contains(way.meta.id) {
            return;
        }
        let noted = way.refs.iter().zip(&way.positions);
        out.positions.extend(noted.map(|(&id, &value)| Found {
            id,
            version: i32::MIN,
            blob,
            value,
        }));
        out.ways.push(Found::new(way.meta, blob, || FoundWay {
            uses,
            tags: if uses.any() { way.tags.kept() } else { Tags::default() },
            refs: way.refs,
        }));
    })?;
    Ok(out)
}

/// The relations of one blob that are wanted.
#[derive(Debug, Default)]
pub(super) struct RelationsOfBlob {
    pub(super) span: Span,
    pub(super) relations: Vec<Found<FoundRelation>>,
}

/// Takes from `block` the relations `wanted` and all with tags of interest.
pub(super) fn relations(
    block: &Block,
    blob: u32,
    wanted: &[i64],
) -> Result<RelationsOfBlob, Fault> {
    let mut wanted = IdSet::new(wanted);
    let mut out = RelationsOfBlob::default();
    block.for_each_relation(|RawRelation { meta, members, tags }| {
        out.span.see(meta.id);
        let uses = uses_of_relation(&tags);
        if uses.any() || wanted.contains(meta.id) {
            out.relations.push(Found::new(meta, blob, || FoundRelation {
                uses,
                members: members.iter().map(Member::new).collect(),
                tags: tags.kept(),
            }));
        }
    })?;
    Ok(out)
}
