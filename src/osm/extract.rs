//! The data types of an [`Extract`].

use geo::MultiPolygon;

use super::{OsmNodeId, OsmRelationId, OsmWayId};
use crate::lonlat::LonLat;
use crate::remark::Remark;

/// The tags of one object, sorted by key; only tags that a later stage reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(Box<[(Box<str>, Box<str>)]>);

impl Tags {
    /// Returns the value of `key`. O(log tags).
    pub fn get(&self, key: &str) -> Option<&str> {
        let at = self.0.binary_search_by(|(k, _)| (**k).cmp(key)).ok()?;
        Some(&self.0[at].1)
    }

    /// Tests if `key` has exactly `value`.
    pub fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    /// Iterates over all keys and values in order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(k, v)| (&**k, &**v))
    }
}

/// Collects keys and values in any order; the last value of a repeated key wins.
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
    /// OpenStreetMap's id.
    pub id: OsmWayId,
    /// Its nodes in order, at least two, all with a known position.
    ///
    /// A way is cut at nodes missing from the file, into several [`Way`]s with the same `id`.
    pub nodes: Vec<OsmNodeId>,
    /// Tags for access, speed and name.
    pub tags: Tags,
}

/// A node that may stop or slow down traffic: `barrier=*`, `highway=traffic_signals`,
/// `highway=crossing` and similar.
#[derive(Debug, Clone, PartialEq)]
pub struct Barrier {
    /// OpenStreetMap's id.
    pub node: OsmNodeId,
    /// Its tags.
    pub tags: Tags,
}

/// One member of a turn restriction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RestrictionMember {
    /// A node at which the turn is made.
    Node(OsmNodeId),
    /// A way along which the manoeuvre passes.
    Way(OsmWayId),
}

/// A relation `type=restriction` or `type=restriction:<mode>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Restriction {
    /// OpenStreetMap's id.
    pub id: OsmRelationId,
    /// Members with role `from`, in order.
    pub from: Vec<OsmWayId>,
    /// Members with role `via`, in order.
    pub via: Vec<RestrictionMember>,
    /// Members with role `to`, in order.
    pub to: Vec<OsmWayId>,
    /// `restriction`, `restriction:<mode>`, `restriction:conditional`, `except`, the old keys
    /// `day_on`, `hour_on` and similar.
    pub tags: Tags,
}

/// A named settlement: `place=city|town|suburb|village|hamlet|…`.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// `node/123`, `way/123` or `relation/123`.
    pub osm_id: String,
    /// Its position; the centroid of an area.
    pub at: LonLat,
    /// `name`, `name:en`, `name:zh`, `place`, `population` and similar.
    pub tags: Tags,
}

/// An administrative area: `boundary=administrative` with an `admin_level`.
#[derive(Debug, Clone, PartialEq)]
pub struct Boundary {
    /// OpenStreetMap's id.
    pub id: OsmRelationId,
    /// The `admin_level`; 2 is a country.
    pub admin_level: u8,
    /// Its area; `None` if its rings are not closed in this extract (then there is a remark).
    pub area: Option<MultiPolygon>,
    /// `name`, `name:*`, `admin_level`, `population` and similar.
    pub tags: Tags,
}

impl Boundary {
    /// Returns its id in the form `relation/123`.
    pub fn osm_id(&self) -> String {
        format!("relation/{}", self.id.0)
    }

    /// Returns its name, or `relation/123` if it has none.
    pub fn name_or_id(&self) -> String {
        self.tags.get("name").map_or_else(|| self.osm_id(), str::to_owned)
    }
}

/// A health outlet: `amenity=pharmacy|clinic|doctors|hospital|dentist`, `shop=chemist` or any
/// `healthcare=*`.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlet {
    /// `node/123`, `way/123` or `relation/123`.
    pub osm_id: String,
    /// Its position; the centroid of an area.
    pub at: LonLat,
    /// `name`, `amenity`, `addr:*`, `phone`, `opening_hours` and similar.
    pub tags: Tags,
}

/// A house number: `addr:housenumber` on a point or a building.
#[derive(Debug, Clone, PartialEq)]
pub struct HouseNumber {
    /// `node/123` or `way/123`.
    pub osm_id: String,
    /// Its position; the centroid of a building.
    pub at: LonLat,
    /// `addr:*` and similar.
    pub tags: Tags,
}

/// Number of objects in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ObjectCounts {
    /// Nodes.
    pub nodes: u64,
    /// Ways.
    pub ways: u64,
    /// Relations.
    pub relations: u64,
}

/// All data of an OpenStreetMap file that the program uses.
///
/// All lists are in order of their OpenStreetMap ids; places, outlets and house numbers list nodes
/// first, then ways, then relations.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extract {
    /// Positions of the nodes of `ways`, each node once.
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
    /// House numbers; empty unless read by [`read_with_addresses`](super::read_with_addresses).
    pub addresses: Vec<HouseNumber>,
    /// Time of the map data from the header of the file, in ISO 8601 and UTC.
    pub timestamp: Option<String>,
    /// Number of all objects in the file, with deleted ones and older versions.
    pub objects: ObjectCounts,
    /// Remarks about objects that were left out.
    pub remarks: Vec<Remark>,
}

impl Extract {
    /// Returns the position of a node of one of the ways. O(log n).
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
