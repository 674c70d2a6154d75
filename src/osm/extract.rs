//! The plain data an extract is read into.

use geo::MultiPolygon;

use super::{OsmNodeId, OsmRelationId, OsmWayId};
use crate::lonlat::LonLat;
use crate::remark::Remark;

/// The tags of one object, sorted by key; only those that some later stage reads are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(Box<[(Box<str>, Box<str>)]>);

impl Tags {
    /// The value of `key`, if the object has it.
    pub fn get(&self, key: &str) -> Option<&str> {
        let at = self.0.binary_search_by(|(k, _)| (**k).cmp(key)).ok()?;
        Some(&self.0[at].1)
    }

    /// Whether `key` is there with exactly `value`.
    pub fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    /// All pairs in order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(k, v)| (&**k, &**v))
    }
}

/// Collects pairs in any order; of a key given twice the last value counts.
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

/// A way somebody may travel on: `highway=*`, or a ferry line (`route=ferry`).
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// OpenStreetMap's number.
    pub id: OsmWayId,
    /// The way's nodes in order, only those whose position is known; at least two.
    ///
    /// Where nodes were missing from the file the way is cut there into several [`Way`]s with the same `id`.
    pub nodes: Vec<OsmNodeId>,
    /// Everything that bears on who may use it, how fast, and what it is called.
    pub tags: Tags,
}

/// A node that may stop or slow traffic: `barrier=*`, or `highway=traffic_signals`, `crossing` and the like.
#[derive(Debug, Clone, PartialEq)]
pub struct Barrier {
    /// OpenStreetMap's number.
    pub node: OsmNodeId,
    /// Its tags.
    pub tags: Tags,
}

/// One member of a turn restriction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RestrictionMember {
    /// The restriction turns on this node.
    Node(OsmNodeId),
    /// The restriction passes along this way.
    Way(OsmWayId),
}

/// A relation `type=restriction` (or `restriction:<mode>`), as it stands in the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Restriction {
    /// OpenStreetMap's number.
    pub id: OsmRelationId,
    /// Members with role `from`, in order.
    pub from: Vec<OsmWayId>,
    /// Members with role `via`, in order.
    pub via: Vec<RestrictionMember>,
    /// Members with role `to`, in order.
    pub to: Vec<OsmWayId>,
    /// `restriction`, `restriction:<mode>`, `restriction:conditional`, `except`, the old `day_on`/`hour_on` and the like.
    pub tags: Tags,
}

/// A named settlement: `place=city|town|suburb|village|hamlet|…`.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// `node/123`, `way/123` or `relation/123`.
    pub osm_id: String,
    /// Where it is; the centroid for an area.
    pub at: LonLat,
    /// `name`, `name:en`, `name:zh`, `place`, `population` and the like.
    pub tags: Tags,
}

/// An administrative area: `boundary=administrative` with an `admin_level`.
#[derive(Debug, Clone, PartialEq)]
pub struct Boundary {
    /// OpenStreetMap's number.
    pub id: OsmRelationId,
    /// The level, 2 for a country.
    pub admin_level: u8,
    /// Its rings assembled; `None` where they do not close in this extract (a remark says so).
    pub area: Option<MultiPolygon>,
    /// `name`, `name:*`, `admin_level`, `population` and the like.
    pub tags: Tags,
}

impl Boundary {
    /// `relation/123`.
    pub fn osm_id(&self) -> String {
        format!("relation/{}", self.id.0)
    }

    /// Its name, or `relation/123`.
    pub fn name_or_id(&self) -> String {
        self.tags.get("name").map_or_else(|| self.osm_id(), str::to_owned)
    }
}

/// A health outlet the map knows: `amenity=pharmacy|clinic|doctors|hospital|dentist`, `shop=chemist`, `healthcare=*`.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlet {
    /// `node/123`, `way/123` or `relation/123`.
    pub osm_id: String,
    /// Where it is; the centroid for an area.
    pub at: LonLat,
    /// `name`, `amenity`, `addr:*`, `phone`, `opening_hours` and the like.
    pub tags: Tags,
}

/// A house number: `addr:housenumber` on a point or a building.
#[derive(Debug, Clone, PartialEq)]
pub struct HouseNumber {
    /// `node/123` or `way/123`.
    pub osm_id: String,
    /// Where it is; the centroid for a building.
    pub at: LonLat,
    /// `addr:*` and the like.
    pub tags: Tags,
}

/// How many objects a file holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ObjectCounts {
    /// Nodes.
    pub nodes: u64,
    /// Ways.
    pub ways: u64,
    /// Relations.
    pub relations: u64,
}

/// Everything the program wants to know of an extract.
///
/// All lists are in order of their OpenStreetMap ids, whatever the order in the file; places and outlets first those that
/// are nodes, then ways, then relations.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extract {
    /// Position of every node that a way in `ways` uses, in order of ids, each once.
    pub nodes: Vec<(OsmNodeId, LonLat)>,
    /// Roads, paths and ferry lines.
    pub ways: Vec<Way>,
    /// Nodes of these ways that may stop or slow traffic.
    pub barriers: Vec<Barrier>,
    /// Turn restrictions.
    pub restrictions: Vec<Restriction>,
    /// Settlements.
    pub places: Vec<Place>,
    /// Administrative areas.
    pub boundaries: Vec<Boundary>,
    /// Health outlets.
    pub outlets: Vec<Outlet>,
    /// House numbers, if [`read_with_addresses`](super::read_with_addresses) was asked for them.
    pub addresses: Vec<HouseNumber>,
    /// The moment up to which the map's changes are in the data, as ISO 8601 in UTC, where the file's header says.
    pub timestamp: Option<String>,
    /// Objects in the file, of interest or not, deleted and older versions included.
    pub objects: ObjectCounts,
    /// What was left out or looked wrong.
    pub remarks: Vec<Remark>,
}

impl Extract {
    /// The position of `node`, if a way in the extract uses it. O(log n).
    pub fn position(&self, node: OsmNodeId) -> Option<LonLat> {
        let at = self.nodes.binary_search_by_key(&node, |(id, _)| *id).ok()?;
        Some(self.nodes[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_key_given_twice_the_last_value_counts() {
        let tags: Tags = [("b", "1"), ("a", "2"), ("b", "3")].into_iter().collect();
        assert_eq!(tags.iter().collect::<Vec<_>>(), [("a", "2"), ("b", "3")]);
        assert!(tags.is("b", "3"));
        assert_eq!(tags.get("c"), None);
    }
}
