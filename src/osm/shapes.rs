//! Computes the areas and centres of ways and relations.

use geo::{Centroid, Coord, LineString, MultiPoint, MultiPolygon, Point, Polygon};
use osmpbfreader::osmformat::relation::MemberType;

use super::found::{FoundRelation, FoundWay, MemberRole};
use super::rings::{self, Piece};
use crate::lonlat::{LonLat, PointE7};

/// Ways and positions of nodes, both in the order of their ids.
pub(super) struct Shapes<'a> {
    pub(super) ways: &'a [(i64, FoundWay)],
    pub(super) positions: &'a [(i64, PointE7)],
}

impl Shapes<'_> {
    /// Returns the area of a relation; `None` if a way or node is missing, or if a ring is not
    /// closed.
    pub(super) fn area(&self, relation: &FoundRelation) -> Option<MultiPolygon> {
        let mut members: Vec<_> =
            relation.members.iter().filter(|member| relation.is_ring(member)).collect();
        // A relation may list a way twice.
        members.sort_by_key(|member| member.id);
        members.dedup_by_key(|member| member.id);
        let pieces = members
            .iter()
            .map(|member| {
                let nodes = self.refs(member.id)?;
                Some(Piece { nodes, inner: member.role == MemberRole::Inner })
            })
            .collect::<Option<Vec<_>>>()?;
        rings::area(&pieces, |node| self.coord(node))
    }

    /// Returns the centre of a way. It is the centroid of the area of a closed way, or of the line
    /// if the way is open or lacks nodes.
    pub(super) fn centre_of_way(&self, refs: &[i64]) -> Option<LonLat> {
        let coords: Vec<Coord> = refs.iter().filter_map(|&node| self.coord(node)).collect();
        let whole = coords.len() == refs.len() && refs.len() >= 4 && refs.first() == refs.last();
        let line = LineString::new(coords);
        let centre =
            if whole { Polygon::new(line, Vec::new()).centroid() } else { line.centroid() };
        centre.map(lon_lat)
    }

    /// Returns the centre of a relation. It is the centroid of its area, or of its known nodes if
    /// it has no area.
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
        let LonLat { lon, lat } = self.positions[at].1.into();
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
