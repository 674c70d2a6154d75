//! Builds an [`Extract`] from the objects that were read: adds their geometry, and remarks about
//! objects that are incomplete.

use osmpbfreader::osmformat::relation::MemberType;

use super::extract::{
    Barrier, Boundary, Extract, HouseNumber, Outlet, Place, Restriction, RestrictionMember,
};
use super::found::{FoundRelation, Member, MemberRole, TaggedNode};
use super::ids::IdSet;
use super::roads::roads;
use super::shapes::Shapes;
use super::sweep::Collected;
use super::{OsmNodeId, OsmRelationId, OsmWayId};
use crate::lonlat::LonLat;
use crate::remark::{Remark, RemarkCode, list_some};

/// Maximum number of names in a remark.
const NAMES_SHOWN: usize = 5;

/// Builds the extract from the objects of a file. O(n log n) for n objects.
pub(super) fn extract(collected: Collected) -> Extract {
    let Collected { relations, ways, tagged_nodes, positions, objects, superseded, .. } = collected;
    let mut remarks = Vec::new();
    if superseded > 0 {
        remarks.push(Remark::new(
            RemarkCode::OlderVersions,
            format!(
                "the file contains some objects several times; the newest version of each was \
                 used, {superseded} others were left out"
            ),
        ));
    }
    let shapes = Shapes { ways: &ways, positions: &positions };
    let boundaries = boundaries(&relations, &shapes, &mut remarks);
    let Centred { places, outlets, addresses } =
        centred(&tagged_nodes, &relations, &shapes, &mut remarks);
    let (ways, road_nodes) = roads(ways, &positions, &mut remarks);
    if ways.is_empty() {
        remarks.push(Remark::new(
            RemarkCode::NoRoads,
            format!(
                "the extract contains no roads ({} nodes, {} ways, {} relations were read); check \
                 that it is the right file",
                objects.nodes, objects.ways, objects.relations
            ),
        ));
    }

    let mut of_roads = IdSet::new(&road_nodes);
    let barriers = tagged_nodes
        .into_iter()
        .filter(|(id, node)| node.uses.barrier && of_roads.contains(*id))
        .map(|(id, node)| Barrier { node: OsmNodeId(id), tags: node.tags })
        .collect();
    let nodes = positions
        .into_iter()
        .filter(|(id, _)| of_roads.contains(*id))
        .map(|(id, position)| (OsmNodeId(id), position.into()))
        .collect();
    let timestamp = collected
        .replication_timestamp
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .map(|moment| moment.to_string());
    Extract {
        nodes,
        ways,
        barriers,
        restrictions: restrictions(&relations),
        places,
        boundaries,
        outlets,
        addresses,
        timestamp,
        objects,
        remarks,
    }
}

fn restrictions(relations: &[(i64, FoundRelation)]) -> Vec<Restriction> {
    let restrictions = relations.iter().filter(|(_, relation)| relation.uses.restriction);
    restrictions
        .map(|(id, relation)| {
            let of = |role| relation.members.iter().filter(move |member| member.role == role);
            let way =
                |member: &Member| (member.kind == MemberType::WAY).then_some(OsmWayId(member.id));
            let via = |member: &Member| match member.kind {
                MemberType::NODE => Some(RestrictionMember::Node(OsmNodeId(member.id))),
                MemberType::WAY => Some(RestrictionMember::Way(OsmWayId(member.id))),
                MemberType::RELATION => None,
            };
            Restriction {
                id: OsmRelationId(*id),
                from: of(MemberRole::From).filter_map(way).collect(),
                via: of(MemberRole::Via).filter_map(via).collect(),
                to: of(MemberRole::To).filter_map(way).collect(),
                tags: relation.tags.clone(),
            }
        })
        .collect()
}

fn boundaries(
    relations: &[(i64, FoundRelation)],
    shapes: &Shapes,
    remarks: &mut Vec<Remark>,
) -> Vec<Boundary> {
    let (mut boundaries, mut open, mut no_level) = (Vec::new(), Vec::new(), Vec::new());
    for (id, relation) in relations.iter().filter(|(_, relation)| relation.uses.boundary) {
        let name = || relation.tags.get("name").map_or(format!("relation/{id}"), str::to_owned);
        let level = relation.tags.get("admin_level").unwrap_or_default();
        let Ok(admin_level) = level.trim().parse() else {
            no_level.push(format!("{} (\"{level}\")", name()));
            continue;
        };
        let area = shapes.area(relation);
        if area.is_none() {
            open.push(name());
        }
        let tags = relation.tags.clone();
        boundaries.push(Boundary { id: OsmRelationId(*id), admin_level, area, tags });
    }
    if !open.is_empty() {
        remarks.push(Remark::new(
            RemarkCode::BoundariesOpen,
            format!(
                "{} of {} administrative boundaries are not closed in this extract and have no area: {}",
                open.len(),
                boundaries.len(),
                list_some(&open, NAMES_SHOWN)
            ),
        ));
    }
    if !no_level.is_empty() {
        remarks.push(Remark::new(
            RemarkCode::AdminLevelUnknown,
            format!(
                "{} administrative boundaries were left out because their admin_level is not a whole \
                 number: {}",
                no_level.len(),
                list_some(&no_level, NAMES_SHOWN)
            ),
        ));
    }
    boundaries
}

#[derive(Default)]
struct Centred {
    places: Vec<Place>,
    outlets: Vec<Outlet>,
    addresses: Vec<HouseNumber>,
}

fn centred(
    nodes: &[(i64, TaggedNode)],
    relations: &[(i64, FoundRelation)],
    shapes: &Shapes,
    remarks: &mut Vec<Remark>,
) -> Centred {
    let nodes = nodes
        .iter()
        .filter(|(_, node)| node.uses.needs_centre())
        .map(|(id, node)| ("node", id, node.uses, node.position.map(LonLat::from), &node.tags));
    let ways = shapes
        .ways
        .iter()
        .filter(|(_, way)| way.uses.needs_centre())
        .map(|(id, way)| ("way", id, way.uses, shapes.centre_of_way(&way.refs), &way.tags));
    let relations = relations.iter().filter(|(_, found)| found.uses.needs_centre());
    let relations = relations.map(|(id, found)| {
        ("relation", id, found.uses, shapes.centre_of_relation(found), &found.tags)
    });
    let (mut found, mut lost) = (Centred::default(), Vec::new());
    for (kind, id, uses, at, tags) in nodes.chain(ways).chain(relations) {
        let osm_id = format!("{kind}/{id}");
        let Some(at) = at else {
            lost.push(osm_id);
            continue;
        };
        if uses.place {
            found.places.push(Place { osm_id: osm_id.clone(), at, tags: tags.clone() });
        }
        if uses.outlet {
            found.outlets.push(Outlet { osm_id: osm_id.clone(), at, tags: tags.clone() });
        }
        if uses.address {
            found.addresses.push(HouseNumber { osm_id, at, tags: tags.clone() });
        }
    }
    if !lost.is_empty() {
        remarks.push(Remark::new(
            RemarkCode::PositionUnknown,
            format!(
                "{} places, health outlets or house numbers were left out because this file has no \
                 position for them: {}",
                lost.len(),
                list_some(&lost, NAMES_SHOWN)
            ),
        ));
    }
    found
}
