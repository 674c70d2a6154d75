//! Reads the objects of one block of map data, and checks every index and every sum.
//!
//! Takes a `PrimitiveBlock` as `osmpbfreader` defines it. Passes each node, way and relation to a
//! closure. The file stores ids and positions as differences; this module adds them up. It also
//! checks the numbers that refer to the string table. Damaged content is a [`BlobFault`].

use osmpbfreader::osmformat::relation::MemberType;
use osmpbfreader::osmformat::{self, DenseNodes, PrimitiveBlock, PrimitiveGroup};
use protobuf::{CodedInputStream, UnknownValueRef};

use super::error::BlobFault;
use super::extract::Tags;
use super::keys::{KeyFlags, flags_of};
use crate::lonlat::PointE7;

/// Numbers of the fields of a `Way` message that hold the positions of its nodes, in files with the
/// feature `LocationsOnWays`.
const WAY_LAT_FIELD: u32 = 9;
const WAY_LON_FIELD: u32 = 10;

#[derive(Debug, Clone, Copy)]
pub(super) struct Meta {
    pub(super) id: i64,
    /// Version of the object; −1 if the file states no version or a negative one.
    pub(super) version: i32,
    /// False if this version deletes the object.
    pub(super) visible: bool,
}

pub(super) struct RawNode<'a> {
    pub(super) meta: Meta,
    pub(super) position: Option<PointE7>,
    pub(super) tags: RawTags<'a>,
}

pub(super) struct RawWay<'a> {
    pub(super) meta: Meta,
    /// Ids of the nodes of the way, in order.
    pub(super) refs: Vec<i64>,
    /// Positions of the nodes in `refs`, if the file stores positions on ways; otherwise empty.
    pub(super) positions: Vec<Option<PointE7>>,
    pub(super) tags: RawTags<'a>,
}

pub(super) struct RawRelation<'a> {
    pub(super) meta: Meta,
    pub(super) members: Vec<RawMember<'a>>,
    pub(super) tags: RawTags<'a>,
}

pub(super) struct RawMember<'a> {
    pub(super) kind: MemberType,
    pub(super) id: i64,
    pub(super) role: &'a [u8],
}

/// The tags of one object. A tag is two numbers, of its key and its value, in the string table of
/// the block. The numbers have been checked.
pub(super) struct RawTags<'a> {
    block: &'a Block,
    pairs: Vec<(u32, u32)>,
}

impl<'a> RawTags<'a> {
    /// Returns the value of the tag `key`. If the key is repeated, returns the last value.
    pub(super) fn get(&self, key: &str) -> Option<&'a [u8]> {
        let of_key = |&&(k, _): &&(u32, u32)| self.block.string(k) == key.as_bytes();
        self.pairs.iter().rev().find(of_key).map(|&(_, v)| self.block.string(v))
    }

    pub(super) fn flags(&self) -> KeyFlags {
        self.pairs
            .iter()
            .map(|&(k, _)| self.block.flags[k as usize])
            .fold(KeyFlags::default(), KeyFlags::with)
    }

    /// Returns the tags that later stages need, as text. Bytes that are not UTF-8 become the
    /// replacement character.
    pub(super) fn kept(&self) -> Tags {
        let text = |number| String::from_utf8_lossy(self.block.string(number)).into_owned();
        self.pairs
            .iter()
            .filter(|(k, _)| self.block.flags[*k as usize].has(KeyFlags::KEPT))
            .map(|&(k, v)| (text(k), text(v)))
            .collect()
    }
}

pub(super) struct Block {
    message: PrimitiveBlock,
    /// For each string of the string table: its meanings as a key.
    flags: Vec<KeyFlags>,
}

impl Block {
    /// Prepares a block: finds the meanings of each string as a key. O(strings).
    pub(super) fn new(message: PrimitiveBlock) -> Self {
        let flags = message.stringtable.s.iter().map(|key| flags_of(key)).collect();
        Self { message, flags }
    }

    pub(super) fn has_nodes(&self) -> bool {
        self.groups().any(|group| !group.nodes.is_empty() || !group.dense.id.is_empty())
    }

    pub(super) fn has_ways(&self) -> bool {
        self.groups().any(|group| !group.ways.is_empty())
    }

    pub(super) fn has_relations(&self) -> bool {
        self.groups().any(|group| !group.relations.is_empty())
    }

    /// Passes each node to `take`, in the order of the file.
    pub(super) fn for_each_node<'a>(
        &'a self,
        mut take: impl FnMut(RawNode<'a>),
    ) -> Result<(), BlobFault> {
        for group in self.groups() {
            for node in &group.nodes {
                take(RawNode {
                    meta: meta("node", node.id, node.info.as_ref())?,
                    position: self.position(node.lon(), node.lat()),
                    tags: self.tags(&node.keys, &node.vals)?,
                });
            }
            self.for_each_dense_node(&group.dense, &mut take)?;
        }
        Ok(())
    }

    fn for_each_dense_node<'a>(
        &'a self,
        dense: &'a DenseNodes,
        take: &mut impl FnMut(RawNode<'a>),
    ) -> Result<(), BlobFault> {
        let count = dense.id.len();
        let info = &dense.denseinfo;
        check_len("latitudes of nodes", dense.lat.len(), count)?;
        check_len("longitudes of nodes", dense.lon.len(), count)?;
        if !info.version.is_empty() {
            check_len("versions of nodes", info.version.len(), count)?;
        }
        if !info.visible.is_empty() {
            check_len("visibilities of nodes", info.visible.len(), count)?;
        }
        let mut id = Sum::of("ids of nodes");
        let mut lat = Sum::of("latitudes of nodes");
        let mut lon = Sum::of("longitudes of nodes");
        let mut keys_vals = dense.keys_vals.iter();
        for i in 0..count {
            let mut pairs = Vec::new();
            while let Some(&key) = keys_vals.next().filter(|&&key| key != 0) {
                let value = keys_vals.next().ok_or(BlobFault::ListLength {
                    what: "keys and values of nodes",
                    found: dense.keys_vals.len(),
                    expected: dense.keys_vals.len() + 1,
                })?;
                pairs.push((self.checked(key.into())?, self.checked((*value).into())?));
            }
            let meta = Meta {
                id: id.add(dense.id[i])?,
                version: info.version.get(i).map_or(-1, |&version| version.max(-1)),
                visible: info.visible.get(i).copied().unwrap_or(true),
            };
            let position = self.position(lon.add(dense.lon[i])?, lat.add(dense.lat[i])?);
            take(RawNode { meta, position, tags: RawTags { block: self, pairs } });
        }
        Ok(())
    }

    /// Passes each way to `take`, in the order of the file.
    pub(super) fn for_each_way<'a>(
        &'a self,
        mut take: impl FnMut(RawWay<'a>),
    ) -> Result<(), BlobFault> {
        for way in self.groups().flat_map(|group| &group.ways) {
            let mut sum = Sum::of("nodes of a way");
            take(RawWay {
                meta: meta("way", way.id, way.info.as_ref())?,
                refs: way.refs.iter().map(|&d| sum.add(d)).collect::<Result<_, _>>()?,
                positions: self.way_positions(way)?,
                tags: self.tags(&way.keys, &way.vals)?,
            });
        }
        Ok(())
    }

    fn way_positions(&self, way: &osmformat::Way) -> Result<Vec<Option<PointE7>>, BlobFault> {
        let lats = packed_differences(way, WAY_LAT_FIELD, "latitudes on a way")?;
        let lons = packed_differences(way, WAY_LON_FIELD, "longitudes on a way")?;
        if !lats.is_empty() || !lons.is_empty() {
            check_len("latitudes on a way", lats.len(), way.refs.len())?;
            check_len("longitudes on a way", lons.len(), way.refs.len())?;
        }
        Ok(lons.into_iter().zip(lats).map(|(lon, lat)| self.position(lon, lat)).collect())
    }

    /// Passes each relation to `take`, in the order of the file.
    pub(super) fn for_each_relation<'a>(
        &'a self,
        mut take: impl FnMut(RawRelation<'a>),
    ) -> Result<(), BlobFault> {
        for relation in self.groups().flat_map(|group| &group.relations) {
            let count = relation.memids.len();
            check_len("roles of a relation", relation.roles_sid.len(), count)?;
            check_len("member types of a relation", relation.types.len(), count)?;
            let mut sum = Sum::of("members of a relation");
            let mut members = Vec::with_capacity(count);
            for ((&id, kind), &role) in
                relation.memids.iter().zip(&relation.types).zip(&relation.roles_sid)
            {
                members.push(RawMember {
                    kind: kind.enum_value().map_err(|found| BlobFault::MemberType { found })?,
                    id: sum.add(id)?,
                    role: self.string(self.checked(role.into())?),
                });
            }
            take(RawRelation {
                meta: meta("relation", relation.id, relation.info.as_ref())?,
                members,
                tags: self.tags(&relation.keys, &relation.vals)?,
            });
        }
        Ok(())
    }

    fn groups(&self) -> impl Iterator<Item = &PrimitiveGroup> {
        self.message.primitivegroup.iter()
    }

    fn tags(&self, keys: &[u32], values: &[u32]) -> Result<RawTags<'_>, BlobFault> {
        check_len("values of tags", values.len(), keys.len())?;
        let pairs = keys
            .iter()
            .zip(values)
            .map(|(&k, &v)| Ok((self.checked(k.into())?, self.checked(v.into())?)))
            .collect::<Result<_, BlobFault>>()?;
        Ok(RawTags { block: self, pairs })
    }

    /// Returns `number` if the string table has a string with this number; else a fault.
    fn checked(&self, number: i64) -> Result<u32, BlobFault> {
        let count = self.flags.len();
        u32::try_from(number)
            .ok()
            .filter(|&n| (n as usize) < count)
            .ok_or(BlobFault::StringNumber { found: number, count })
    }

    /// Returns the string with the number `number`, which [`Self::checked`] must have returned.
    fn string(&self, number: u32) -> &[u8] {
        &self.message.stringtable.s[number as usize]
    }

    /// Returns the position of a node; `None` if it is outside of the globe, because some programs
    /// write such a position for "unknown".
    fn position(&self, lon: i64, lat: i64) -> Option<PointE7> {
        let granularity = i64::from(self.message.granularity());
        let nanodegrees =
            |offset: i64, units: i64| granularity.checked_mul(units)?.checked_add(offset);
        let lon = nanodegrees(self.message.lon_offset(), lon)?;
        let lat = nanodegrees(self.message.lat_offset(), lat)?;
        // Rounds to the nearest number, halves away from zero. The result is at most 1.8e9, which
        // fits.
        let to_e7 = |nano: i64| ((nano + 50 * nano.signum()) / 100) as i32;
        (lon.unsigned_abs() <= 180_000_000_000 && lat.unsigned_abs() <= 90_000_000_000)
            .then(|| PointE7 { lon_e7: to_e7(lon), lat_e7: to_e7(lat) })
    }
}

struct Sum {
    what: &'static str,
    value: i64,
}

impl Sum {
    fn of(what: &'static str) -> Self {
        Self { what, value: 0 }
    }

    fn add(&mut self, difference: i64) -> Result<i64, BlobFault> {
        self.value =
            self.value.checked_add(difference).ok_or(BlobFault::Overflow { what: self.what })?;
        Ok(self.value)
    }
}

fn meta(
    what: &'static str,
    id: Option<i64>,
    info: Option<&osmformat::Info>,
) -> Result<Meta, BlobFault> {
    Ok(Meta {
        id: id.ok_or(BlobFault::NoId { what })?,
        version: info.map_or(-1, |info| info.version().max(-1)),
        visible: info.and_then(|info| info.visible).unwrap_or(true),
    })
}

fn check_len(what: &'static str, found: usize, expected: usize) -> Result<(), BlobFault> {
    if found == expected { Ok(()) } else { Err(BlobFault::ListLength { what, found, expected }) }
}

/// Decodes a packed list of differences from a field that `osmpbfreader` does not define; the list
/// is empty if the message lacks the field.
fn packed_differences(
    way: &osmformat::Way,
    field: u32,
    what: &'static str,
) -> Result<Vec<i64>, BlobFault> {
    let Some(UnknownValueRef::LengthDelimited(bytes)) =
        way.special_fields.unknown_fields().get(field)
    else {
        return Ok(Vec::new());
    };
    let mut sum = Sum::of(what);
    let mut stream = CodedInputStream::from_bytes(bytes);
    let mut numbers = Vec::new();
    while !stream.eof().map_err(BlobFault::protobuf)? {
        numbers.push(sum.add(stream.read_sint64().map_err(BlobFault::protobuf)?)?);
    }
    Ok(numbers)
}
