//! From the harvest of a file to the [`Extract`]: geometry put together, gaps found and remarked on.

use geo::{Centroid, Coord, LineString, MultiPoint, MultiPolygon, Point, Polygon};
use osmpbfreader::osmformat::relation::MemberType;
use rayon::prelude::*;

use super::block::Position;
use super::extract::{
    Barrier, Boundary, Extract, Outlet, Place, Restriction, RestrictionMember, Way,
};
use super::found::{FoundRelation, FoundWay, IdSet, Role};
use super::rings::{self, Piece};
use super::sweep::Harvest;
use super::{OsmNodeId, OsmRelationId, OsmWayId};
use crate::lonlat::LonLat;
use crate::remark::Remark;

/// How many names a remark lists before it only counts.
const NAMES_SHOWN: usize = 5;

/// Puts the pieces together. O(n log n).
pub(super) fn extract(harvest: Harvest) -> Extract {
    let mut remarks = Vec::new();
    let Harvest { relations, ways, tagged_nodes, positions, objects, superseded, .. } = harvest;
    let timestamp = harvest
        .replication_timestamp
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .map(|moment| moment.to_string());
    if superseded > 0 {
        remarks.push(Remark::new(
            "older_versions",
            format!(
                "{superseded} older versions of objects were left out; of each the newest counts"
            ),
        ));
    }

    let shapes = Shapes { ways: &ways, positions: &positions };
    let boundaries = boundaries(&relations, &shapes, &mut remarks);
    let (places, outlets) = settled(&tagged_nodes, &relations, &shapes, &mut remarks);
    let restrictions = restrictions(&relations);
    let roads = roads(&ways, &positions, &mut remarks);

    let mut used: Vec<i64> = roads.iter().flat_map(|way| &way.nodes).map(|node| node.0).collect();
    used.par_sort_unstable();
    used.dedup();
    let mut used = IdSet::new(&used);
    let nodes = positions
        .iter()
        .filter(|&&(id, _)| used.contains(id))
        .map(|&(id, position)| (OsmNodeId(id), position.lon_lat()))
        .collect();
    let barriers = tagged_nodes
        .iter()
        .filter(|(id, node)| node.uses.barrier && used.contains(*id))
        .map(|(id, node)| Barrier { node: OsmNodeId(*id), tags: node.tags.clone() })
        .collect();
    if roads.is_empty() {
        remarks.push(Remark::new(
            "no_roads",
            format!(
                "the extract holds no road at all ({} nodes, {} ways, {} relations were read); is it the right file?",
                objects.nodes, objects.ways, objects.relations
            ),
        ));
    }
    Extract {
        nodes,
        ways: roads,
        barriers,
        restrictions,
        places,
        boundaries,
        outlets,
        timestamp,
        objects,
        remarks,
    }
}

/// Roads and ferries, cut where a node's position is unknown.
fn roads(
    ways: &[(i64, FoundWay)],
    positions: &[(i64, Position)],
    remarks: &mut Vec<Remark>,
) -> Vec<Way> {
    let known: Vec<i64> = positions.iter().map(|&(id, _)| id).collect();
    let cut: Vec<(Vec<Way>, usize)> = ways
        .par_iter()
        .filter(|(_, way)| way.uses.road)
        .map_init(
            || IdSet::new(&known),
            |known, (id, way)| {
                let missing = way.refs.iter().filter(|&&node| !known.contains(node)).count();
                let mut pieces = Vec::with_capacity(1);
                for piece in way.refs.split(|&node| missing > 0 && !known.contains(node)) {
                    if piece.len() >= 2 {
                        pieces.push(Way {
                            id: OsmWayId(*id),
                            nodes: piece.iter().copied().map(OsmNodeId).collect(),
                            tags: way.tags.clone(),
                        });
                    }
                }
                (pieces, missing)
            },
        )
        .collect();
    let missing: usize = cut.iter().map(|(_, missing)| missing).sum();
    let touched = cut.iter().filter(|(_, missing)| *missing > 0).count();
    let lost = cut.iter().filter(|(pieces, _)| pieces.is_empty()).count();
    if missing > 0 {
        remarks.push(Remark::new(
            "missing_nodes",
            format!(
                "{missing} nodes of {touched} roads are not in the file, as at the edge of a clipped extract; these roads were \
                 cut there, and those with nothing left ({lost}) left out"
            ),
        ));
    } else if lost > 0 {
        remarks.push(Remark::new(
            "short_ways",
            format!("{lost} roads have fewer than two nodes and were left out"),
        ));
    }
    cut.into_iter().flat_map(|(pieces, _)| pieces).collect()
}

fn restrictions(relations: &[(i64, FoundRelation)]) -> Vec<Restriction> {
    relations
        .iter()
        .filter(|(_, relation)| relation.uses.restriction)
        .map(|(id, relation)| {
            let ways = |role| {
                let of_role = move |member: &&super::found::Member| {
                    member.role == role && member.kind == MemberType::WAY
                };
                relation.members.iter().filter(of_role).map(|member| OsmWayId(member.id)).collect()
            };
            let via = relation.members.iter().filter(|member| member.role == Role::Via);
            Restriction {
                id: OsmRelationId(*id),
                from: ways(Role::From),
                via: via
                    .filter_map(|member| match member.kind {
                        MemberType::NODE => Some(RestrictionMember::Node(OsmNodeId(member.id))),
                        MemberType::WAY => Some(RestrictionMember::Way(OsmWayId(member.id))),
                        MemberType::RELATION => None,
                    })
                    .collect(),
                to: ways(Role::To),
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
    let mut open = Vec::new();
    let mut levels = Vec::new();
    let mut boundaries = Vec::new();
    for (id, relation) in relations.iter().filter(|(_, relation)| relation.uses.boundary) {
        let name = || relation.tags.get("name").map_or(format!("relation/{id}"), str::to_owned);
        let level = relation.tags.get("admin_level").unwrap_or_default();
        let Ok(admin_level) = level.trim().parse() else {
            levels.push(format!("{} (\"{level}\")", name()));
            continue;
        };
        let area = shapes.area(relation);
        if area.is_none() {
            open.push(name());
        }
        boundaries.push(Boundary {
            id: OsmRelationId(*id),
            admin_level,
            area,
            tags: relation.tags.clone(),
        });
    }
    if !open.is_empty() {
        remarks.push(Remark::new(
            "boundaries_open",
            format!(
                "{} of {} administrative boundaries do not close in this extract and have no area: {}",
                open.len(),
                boundaries.len(),
                listed(&open)
            ),
        ));
    }
    if !levels.is_empty() {
        remarks.push(Remark::new(
            "admin_level_unknown",
            format!(
                "{} administrative boundaries were left out because their admin_level is not a whole number: {}",
                levels.len(),
                listed(&levels)
            ),
        ));
    }
    boundaries
}

/// Places and outlets: nodes, then ways, then relations, each in order of ids.
fn settled(
    nodes: &[(i64, super::found::TaggedNode)],
    relations: &[(i64, FoundRelation)],
    shapes: &Shapes,
    remarks: &mut Vec<Remark>,
) -> (Vec<Place>, Vec<Outlet>) {
    let nodes = nodes.iter().map(|(id, node)| {
        let at = node.position.map(Position::lon_lat);
        ("node", id, node.uses, at, &node.tags)
    });
    let ways = shapes
        .ways
        .iter()
        .filter(|(_, way)| way.uses.place || way.uses.outlet)
        .map(|(id, way)| ("way", id, way.uses, shapes.centre_of_way(&way.refs), &way.tags));
    let relations = relations
        .iter()
        .filter(|(_, found)| found.uses.place || found.uses.outlet)
        .map(|(id, found)| {
            ("relation", id, found.uses, shapes.centre_of_relation(found), &found.tags)
        });
    let (mut places, mut outlets, mut lost) = (Vec::new(), Vec::new(), Vec::new());
    for (kind, id, uses, at, tags) in nodes.chain(ways).chain(relations) {
        let osm_id = format!("{kind}/{id}");
        let Some(at) = at else {
            if uses.place || uses.outlet {
                lost.push(osm_id);
            }
            continue;
        };
        if uses.place {
            places.push(Place { osm_id: osm_id.clone(), at, tags: tags.clone() });
        }
        if uses.outlet {
            outlets.push(Outlet { osm_id, at, tags: tags.clone() });
        }
    }
    if !lost.is_empty() {
        remarks.push(Remark::new(
            "position_unknown",
            format!(
                "{} places or health outlets were left out because nothing of them has a position in this extract: {}",
                lost.len(),
                listed(&lost)
            ),
        ));
    }
    (places, outlets)
}

/// The first few of `names`, and how many more there are.
fn listed(names: &[String]) -> String {
    let shown = names.iter().take(NAMES_SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMES_SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Where ways and relations lie.
struct Shapes<'a> {
    ways: &'a [(i64, FoundWay)],
    positions: &'a [(i64, Position)],
}

impl Shapes<'_> {
    fn coord(&self, node: i64) -> Option<Coord> {
        let at = self.positions.binary_search_by_key(&node, |&(id, _)| id).ok()?;
        let LonLat { lon, lat } = self.positions[at].1.lon_lat();
        Some(Coord { x: lon, y: lat })
    }

    fn refs(&self, way: i64) -> Option<&[i64]> {
        let at = self.ways.binary_search_by_key(&way, |&(id, _)| id).ok()?;
        Some(&self.ways[at].1.refs)
    }

    /// The area of a relation, if all its ways are there and close.
    fn area(&self, relation: &FoundRelation) -> Option<MultiPolygon> {
        let mut members: Vec<_> =
            relation.members.iter().filter(|member| relation.is_ring(member)).collect();
        // A way listed twice bounds the area once.
        let mut listed = Vec::new();
        members.retain(|member| {
            let new = !listed.contains(&member.id);
            listed.push(member.id);
            new
        });
        let pieces = members
            .iter()
            .map(|member| {
                Some(Piece { nodes: self.refs(member.id)?, inner: member.role == Role::Inner })
            })
            .collect::<Option<Vec<_>>>()?;
        rings::area(&pieces, |node| self.coord(node))
    }

    /// The centroid of a closed way's area; of another way, or one with gaps, that of the line it draws.
    fn centre_of_way(&self, refs: &[i64]) -> Option<LonLat> {
        let coords: Vec<Coord> = refs.iter().filter_map(|&node| self.coord(node)).collect();
        let whole = coords.len() == refs.len() && refs.len() >= 4 && refs.first() == refs.last();
        let line = LineString::new(coords);
        let centre =
            if whole { Polygon::new(line, Vec::new()).centroid() } else { line.centroid() };
        centre.map(lon_lat)
    }

    /// The centroid of a relation's area; without one that of the known nodes of its ways.
    fn centre_of_relation(&self, relation: &FoundRelation) -> Option<LonLat> {
        let centre = match self.area(relation) {
            Some(area) => area.centroid(),
            None => {
                let ways = relation.members.iter().filter(|member| relation.is_ring(member));
                let nodes = ways.filter_map(|member| self.refs(member.id)).flatten();
                let points = nodes.filter_map(|&node| self.coord(node)).map(Point::from);
                MultiPoint::from_iter(points).centroid()
            }
        };
        centre.map(lon_lat)
    }
}

fn lon_lat(point: Point) -> LonLat {
    LonLat { lon: point.x(), lat: point.y() }
}
