//! From the harvest of a file to the [`Extract`]: everything in its list, geometry put together, gaps remarked on.

use osmpbfreader::osmformat::relation::MemberType;

use super::block::Position;
use super::extract::{
    Barrier, Boundary, Extract, HouseNumber, Outlet, Place, Restriction, RestrictionMember,
};
use super::found::{FoundRelation, Member, Role, TaggedNode};
use super::ids::IdSet;
use super::roads::roads;
use super::shapes::Shapes;
use super::sweep::Harvest;
use super::{OsmNodeId, OsmRelationId, OsmWayId};
use crate::remark::{Remark, RemarkCode};

/// How many names a remark lists before it only counts.
const NAMES_SHOWN: usize = 5;

/// Puts the pieces together. O(n log n).
pub(super) fn extract(harvest: Harvest) -> Extract {
    let Harvest { relations, ways, tagged_nodes, positions, objects, superseded, .. } = harvest;
    let mut remarks = Vec::new();
    if superseded > 0 {
        remarks.push(Remark::new(
            RemarkCode::OlderVersions,
            format!(
                "the file holds some objects more than once; {superseded} versions were left out, of each object the newest counts"
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
                "the extract holds no road at all ({} nodes, {} ways, {} relations were read); is it the right file?",
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
        .map(|(id, position)| (OsmNodeId(id), position.lon_lat()))
        .collect();
    let timestamp = harvest
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
                from: of(Role::From).filter_map(way).collect(),
                via: of(Role::Via).filter_map(via).collect(),
                to: of(Role::To).filter_map(way).collect(),
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
                "{} of {} administrative boundaries do not close in this extract and have no area: {}",
                open.len(),
                boundaries.len(),
                listed(&open)
            ),
        ));
    }
    if !no_level.is_empty() {
        remarks.push(Remark::new(
            RemarkCode::AdminLevelUnknown,
            format!(
                "{} administrative boundaries were left out because their admin_level is no whole number: {}",
                no_level.len(),
                listed(&no_level)
            ),
        ));
    }
    boundaries
}

/// What is read as a point, whatever its shape.
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
    let nodes = nodes.iter().filter(|(_, node)| node.uses.centre()).map(|(id, node)| {
        ("node", id, node.uses, node.position.map(Position::lon_lat), &node.tags)
    });
    let ways = shapes
        .ways
        .iter()
        .filter(|(_, way)| way.uses.centre())
        .map(|(id, way)| ("way", id, way.uses, shapes.centre_of_way(&way.refs), &way.tags));
    let relations = relations.iter().filter(|(_, found)| found.uses.centre());
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
                "{} places, health outlets or house numbers were left out because no part of them has a position in this file: {}",
                lost.len(),
                listed(&lost)
            ),
        ));
    }
    found
}

/// The first few of `names`, and how many more there are.
fn listed(names: &[String]) -> String {
    let shown = names[..names.len().min(NAMES_SHOWN)].join(", ");
    match names.len().saturating_sub(NAMES_SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
