//! Defines the data types of an [`Extract`].

use geo::MultiPolygon;

use super::{OsmNodeId, OsmRelationId, OsmWayId};
use crate::lonlat::LonLat;
use crate::remark::Remark;

/// The tags of one object, sorted by key. Only tags that a later stage reads are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(Box<[(Box<str>, Box<str>)]>);

impl Tags {
    /// Returns the value of the tag `key`; `None` if the object lacks it. O(log tags).
    pub fn get(&self, key: &str) -> Option<&str> {
        let at = self.0.binary_search_by(|(k, _)| (**k).cmp(key)).ok()?;
        Some(&self.0[at].1)
    }

    /// Returns whether the tag `key` has exactly the value `value`.
    pub fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    /// Returns all keys and values, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(k, v)| (&**k, &**v))
    }
}

/// Collects keys and values in any order. If a key is repeated, its last value counts.
impl<K: Into<Box<str>>, V: Into<Box<str>>> FromIterator<(K, V)> for Tags {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut pairs: Vec<(Box<str>, Box<str>)> =
            pairs.into_iter().map(|(k, v)| (k.into(), v.into())).collect();
        pairs.reverse();
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        pairs.dedup_by(|later, first| later.0 == first.0);
        Self(pairs.into_boxed_slice())
    }
}

/// A road or path (`highway=*`), a ferry line (`route=ferry`) or a car train (`route=shuttle_train`).
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// OpenStreetMap's id of the way.
    pub id: OsmWayId,
    /// Nodes of the way in order; at least two, all with a known position.
    ///
    /// A way is divided at nodes that the file does not contain. The parts are several [`Way`]s
    /// with the same `id`.
    pub nodes: Vec<OsmNodeId>,
    /// Tags of the way about access, speed and name.
    pub tags: Tags,
}

/// A node that may stop or slow down traffic, such as `barrier=*`, `highway=traffic_signals` or
/// `highway=crossing`.
#[derive(Debug, Clone, PartialEq)]
pub struct Barrier {
    /// OpenStreetMap's id of the node.
    pub node: OsmNodeId,
    /// Tags of the node.
    pub tags: Tags,
}

/// One member of a turn restriction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RestrictionMember {
    /// A node at which the traffic turns.
    Node(OsmNodeId),
    /// A way along which the traffic passes.
    Way(OsmWayId),
}

/// A relation `type=restriction` or `type=restriction:<mode>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Restriction {
    /// OpenStreetMap's id of the relation.
    pub id: OsmRelationId,
    /// Ways with the role `from`, in order: the roads before the turn.
    pub from: Vec<OsmWayId>,
    /// Nodes and ways with the role `via`, in order: the places of the turn.
    pub via: Vec<RestrictionMember>,
    /// Ways with the role `to`, in order: the roads after the turn.
    pub to: Vec<OsmWayId>,
    /// Tags of the relation: `restriction`, `restriction:<mode>`, `restriction:conditional`,
    /// `except`, and old keys such as `day_on` and `hour_on`.
    pub tags: Tags,
}

/// A named settlement: `place=city|town|suburb|village|hamlet|…`.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Id of the object: `node/123`, `way/123` or `relation/123`.
    pub osm_id: String,
    /// Position of the settlement. The position of an area is its centroid.
    pub at: LonLat,
    /// Tags of the settlement, such as `name`, `name:en`, `name:zh`, `place` and `population`.
    pub tags: Tags,
}

/// An administrative area: `boundary=administrative` with an `admin_level`.
#[derive(Debug, Clone, PartialEq)]
pub struct Boundary {
    /// OpenStreetMap's id of the relation.
    pub id: OsmRelationId,
    /// Level of the area, from the tag `admin_level`; 2 is a country.
    pub admin_level: u8,
    /// Shape of the area; `None` if its rings are not closed in this extract, which gives a remark.
    pub area: Option<MultiPolygon>,
    /// Tags of the area, such as `name`, `name:*`, `admin_level` and `population`.
    pub tags: Tags,
}

impl Boundary {
    /// Returns the id of the area in the form `relation/123`.
    pub fn osm_id(&self) -> String {
        format!("relation/{}", self.id.0)
    }

    /// Returns the name of the area, or `relation/123` if it has no name.
    pub fn name_or_id(&self) -> String {
        self.tags.get("name").map_or_else(|| self.osm_id(), str::to_owned)
    }
}

/// A health outlet: `amenity=pharmacy|clinic|doctors|hospital|dentist`, `shop=chemist` or any
/// `healthcare=*`.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlet {
    /// Id of the object: `node/123`, `way/123` or `relation/123`.
    pub osm_id: String,
    /// Position of the outlet. The position of an area is its centroid.
    pub at: LonLat,
    /// Tags of the outlet, such as `name`, `amenity`, `addr:*`, `phone` and `opening_hours`.
    pub tags: Tags,
}

/// A house number: `addr:housenumber` on a point or a building.
#[derive(Debug, Clone, PartialEq)]
pub struct HouseNumber {
    /// Id of the object: `node/123` or `way/123`.
    pub osm_id: String,
    /// Position of the house number. The position of a building is its centroid.
    pub at: LonLat,
    /// Tags of the address, such as `addr:*`.
    pub tags: Tags,
}

/// Number of objects of each type in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ObjectCounts {
    /// Number of nodes.
    pub nodes: u64,
    /// Number of ways.
    pub ways: u64,
    /// Number of relations.
    pub relations: u64,
}

/// All data of an OpenStreetMap file that the program uses.
///
/// All lists are in the order of the OpenStreetMap ids. Places, outlets and house numbers have
/// nodes first, then ways, then relations.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extract {
    /// Positions of the nodes of `ways`, without repeats.
    pub nodes: Vec<(OsmNodeId, LonLat)>,
    /// Roads, paths and ferry lines.
    pub ways: Vec<Way>,
    /// Nodes of `ways` that may stop or slow down traffic.
    pub barriers: Vec<Barrier>,
    /// Turn restrictions.
    pub restrictions: Vec<Restriction>,
    /// Settlements.
    pub places: Vec<Place>,
    /// Administrative areas.
    pub boundaries: Vec<Boundary>,
    /// Health outlets.
    pub outlets: Vec<Outlet>,
    /// House numbers. Only [`read_with_addresses`](super::read_with_addresses) reads them;
    /// otherwise empty.
    pub addresses: Vec<HouseNumber>,
    /// Time of the map data in ISO 8601 and UTC; `None` if the header of the file does not state
    /// it.
    pub timestamp: Option<String>,
    /// Number of all objects in the file. Deleted objects and older versions count too.
    pub objects: ObjectCounts,
    /// Remarks about objects that were left out.
    pub remarks: Vec<Remark>,
}

impl Extract {
    /// Returns the position of `node`; `None` if it is not a node of a way in `ways`. O(log n).
    pub fn position(&self, node: OsmNodeId) -> Option<LonLat> {
        let at = self.nodes.binary_search_by_key(&node, |(id, _)| *id).ok()?;
        Some(self.nodes[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_of_a_repeated_key_wins() {
        let tags: Tags = [("b", "1"), ("a", "2"), ("b", "3")].into_iter().collect();
        assert_eq!(tags.iter().collect::<Vec<_>>(), [("a", "2"), ("b", "3")]);
        assert!(tags.is("b", "3"));
        assert_eq!(tags.get("c"), None);
    }
}
