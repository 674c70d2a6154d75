//! Where the areas of a harvest lie, and where the centre of each is.

use geo::{Centroid, Coord, LineString, MultiPoint, MultiPolygon, Point, Polygon};
use osmpbfreader::osmformat::relation::MemberType;

use super::block::Position;
use super::found::{FoundRelation, FoundWay, Role};
use super::rings::{self, Piece};
use crate::lonlat::LonLat;

/// The ways and nodes areas are made of, both in order of ids.
pub(super) struct Shapes<'a> {
    pub(super) ways: &'a [(i64, FoundWay)],
    pub(super) positions: &'a [(i64, Position)],
}

impl Shapes<'_> {
    /// The area of a relation, if all its ways are there, have all their nodes, and close.
    pub(super) fn area(&self, relation: &FoundRelation) -> Option<MultiPolygon> {
        let mut members: Vec<_> =
            relation.members.iter().filter(|member| relation.is_ring(member)).collect();
        // A way listed twice bounds the area once.
        members.sort_by_key(|member| member.id);
        members.dedup_by_key(|member| member.id);
        let pieces = members
            .iter()
            .map(|member| {
                let nodes = self.refs(member.id)?;
                Some(Piece { nodes, inner: member.role == Role::Inner })
            })
            .collect::<Option<Vec<_>>>()?;
        rings::area(&pieces, |node| self.coord(node))
    }

    /// The centroid of a closed way's area; of another way, or one with gaps, that of the line it draws.
    pub(super) fn centre_of_way(&self, refs: &[i64]) -> Option<LonLat> {
        let coords: Vec<Coord> = refs.iter().filter_map(|&node| self.coord(node)).collect();
        let whole = coords.len() == refs.len() && refs.len() >= 4 && refs.first() == refs.last();
        let line = LineString::new(coords);
        let centre =
            if whole { Polygon::new(line, Vec::new()).centroid() } else { line.centroid() };
        centre.map(lon_lat)
    }

    /// The centroid of a relation's area; of one that is no area or does not close, that of its members' known nodes.
    pub(super) fn centre_of_relation(&self, relation: &FoundRelation) -> Option<LonLat> {
        let centre = match self.area(relation) {
            Some(area) => area.centroid(),
            None => {
                let nodes = relation.members.iter().flat_map(|member| match member.kind {
                    MemberType::NODE => std::slice::from_ref(&member.id),
                    MemberType::WAY => self.refs(member.id).unwrap_or_default(),
                    MemberType::RELATION => &[],
                });
                let points = nodes.filter_map(|&node| self.coord(node)).map(Point::from);
                MultiPoint::from_iter(points).centroid()
            }
        };
        centre.map(lon_lat)
    }

    fn coord(&self, node: i64) -> Option<Coord> {
        let at = self.positions.binary_search_by_key(&node, |&(id, _)| id).ok()?;
        let LonLat { lon, lat } = self.positions[at].1.lon_lat();
        Some(Coord { x: lon, y: lat })
    }

    fn refs(&self, way: i64) -> Option<&[i64]> {
        let at = self.ways.binary_search_by_key(&way, |&(id, _)| id).ok()?;
        Some(&self.ways[at].1.refs)
    }
}

fn lon_lat(point: Point) -> LonLat {
    LonLat { lon: point.x(), lat: point.y() }
}
