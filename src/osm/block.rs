//! The objects of one block, every index and sum checked.
//!
//! Takes a `PrimitiveBlock` as `osmpbfreader` defines it; hands out nodes, ways and relations one by one, their ids
//! and positions undone from differences, their tags as numbers of strings that surely exist. Damaged content comes
//! back as a [`Fault`].

use osmpbfreader::osmformat::relation::MemberType;
use osmpbfreader::osmformat::{self, DenseNodes, PrimitiveBlock, PrimitiveGroup};
use protobuf::{CodedInputStream, UnknownValueRef};

use super::error::Fault;
use super::extract::Tags;
use super::keys::{KeySigns, signs};
use crate::lonlat::LonLat;

/// Fields of `Way` that carry its nodes' positions in a file with the feature `LocationsOnWays`.
const WAY_LAT_FIELD: u32 = 9;
const WAY_LON_FIELD: u32 = 10;

/// A position in units of 10⁻⁷ degrees, which is what the map's own database holds. Half the size of a [`LonLat`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    lon: i32,
    lat: i32,
}

impl Position {
    /// `None` off the globe; some programs write such positions for "unknown".
    fn from_nanodegrees(lon: i64, lat: i64) -> Option<Self> {
        // Halves away from zero; i64 division by 100 leaves at most 1.8e9, which fits.
        let round = |nano: i64| ((nano + 50 * nano.signum()) / 100) as i32;
        (lon.unsigned_abs() <= 180_000_000_000 && lat.unsigned_abs() <= 90_000_000_000)
            .then(|| Self { lon: round(lon), lat: round(lat) })
    }

    /// In degrees; the nearest double to the decimal number.
    pub(super) fn lon_lat(self) -> LonLat {
        LonLat { lon: f64::from(self.lon) / 1e7, lat: f64::from(self.lat) / 1e7 }
    }
}

/// What every object has beside its own content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meta {
    pub(super) id: i64,
    /// The version; −1 where the file does not say, or says nonsense.
    pub(super) version: i32,
    /// Not deleted.
    pub(super) visible: bool,
}

/// A node as it stands in a block.
pub(super) struct RawNode<'a> {
    pub(super) meta: Meta,
    pub(super) position: Option<Position>,
    pub(super) tags: RawTags<'a>,
}

/// A way as it stands in a block.
pub(super) struct RawWay<'a> {
    pub(super) meta: Meta,
    /// Its nodes in order.
    pub(super) refs: Vec<i64>,
    /// Positions beside `refs` where the file has them on the way itself; else empty.
    pub(super) positions: Vec<Option<Position>>,
    pub(super) tags: RawTags<'a>,
}

/// A relation as it stands in a block.
pub(super) struct RawRelation<'a> {
    pub(super) meta: Meta,
    pub(super) members: Vec<RawMember<'a>>,
    pub(super) tags: RawTags<'a>,
}

/// One member of a relation.
pub(super) struct RawMember<'a> {
    pub(super) kind: MemberType,
    pub(super) id: i64,
    pub(super) role: &'a [u8],
}

/// The tags of one object: numbers of keys and values in the block's string table, known to exist.
pub(super) struct RawTags<'a> {
    block: &'a Block,
    pairs: Vec<(u32, u32)>,
}

impl<'a> RawTags<'a> {
    /// The value of `key`; of a key given twice the last.
    pub(super) fn get(&self, key: &str) -> Option<&'a [u8]> {
        let of_key = |&&(k, _): &&(u32, u32)| self.block.string(k) == key.as_bytes();
        self.pairs.iter().rev().find(of_key).map(|&(_, v)| self.block.string(v))
    }

    /// What all its keys mean together.
    pub(super) fn signs(&self) -> KeySigns {
        self.pairs
            .iter()
            .map(|&(k, _)| self.block.signs[k as usize])
            .fold(KeySigns::default(), KeySigns::with)
    }

    /// Those that are kept, as text; what is no UTF-8 becomes the replacement character.
    pub(super) fn kept(&self) -> Tags {
        let text = |number| String::from_utf8_lossy(self.block.string(number)).into_owned();
        self.pairs
            .iter()
            .filter(|(k, _)| self.block.signs[*k as usize].has(KeySigns::KEPT))
            .map(|&(k, v)| (text(k), text(v)))
            .collect()
    }
}

/// A block and the meaning of its strings.
pub(super) struct Block {
    message: PrimitiveBlock,
    /// For each string what it means as a key.
    signs: Vec<KeySigns>,
}

impl Block {
    /// Looks up what each string of `message` means. O(strings).
    pub(super) fn new(message: PrimitiveBlock) -> Self {
        let signs = message.stringtable.s.iter().map(|key| signs(key)).collect();
        Self { message, signs }
    }

    /// Whether the block holds any node.
    pub(super) fn has_nodes(&self) -> bool {
        self.groups().any(|group| !group.nodes.is_empty() || !group.dense.id.is_empty())
    }

    /// Whether the block holds any way.
    pub(super) fn has_ways(&self) -> bool {
        self.groups().any(|group| !group.ways.is_empty())
    }

    /// Whether the block holds any relation.
    pub(super) fn has_relations(&self) -> bool {
        self.groups().any(|group| !group.relations.is_empty())
    }

    /// Hands each node to `take`, in order.
    pub(super) fn for_each_node<'a>(
        &'a self,
        mut take: impl FnMut(RawNode<'a>),
    ) -> Result<(), Fault> {
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
    ) -> Result<(), Fault> {
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
                let value = keys_vals.next().ok_or(Fault::ListLength {
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

    /// Hands each way to `take`, in order.
    pub(super) fn for_each_way<'a>(
        &'a self,
        mut take: impl FnMut(RawWay<'a>),
    ) -> Result<(), Fault> {
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

    fn way_positions(&self, way: &osmformat::Way) -> Result<Vec<Option<Position>>, Fault> {
        let lats = packed_differences(way, WAY_LAT_FIELD, "latitudes on a way")?;
        let lons = packed_differences(way, WAY_LON_FIELD, "longitudes on a way")?;
        if !lats.is_empty() || !lons.is_empty() {
            check_len("latitudes on a way", lats.len(), way.refs.len())?;
            check_len("longitudes on a way", lons.len(), way.refs.len())?;
        }
        Ok(lons.into_iter().zip(lats).map(|(lon, lat)| self.position(lon, lat)).collect())
    }

    /// Hands each relation to `take`, in order.
    pub(super) fn for_each_relation<'a>(
        &'a self,
        mut take: impl FnMut(RawRelation<'a>),
    ) -> Result<(), Fault> {
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
                    kind: kind.enum_value().map_err(|found| Fault::MemberType { found })?,
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

    fn tags(&self, keys: &[u32], values: &[u32]) -> Result<RawTags<'_>, Fault> {
        check_len("values of tags", values.len(), keys.len())?;
        let pairs = keys
            .iter()
            .zip(values)
            .map(|(&k, &v)| Ok((self.checked(k.into())?, self.checked(v.into())?)))
            .collect::<Result<_, Fault>>()?;
        Ok(RawTags { block: self, pairs })
    }

    /// `number`, if there is a string of that number.
    fn checked(&self, number: i64) -> Result<u32, Fault> {
        let count = self.signs.len();
        u32::try_from(number)
            .ok()
            .filter(|&n| (n as usize) < count)
            .ok_or(Fault::StringNumber { found: number, count })
    }

    /// The string of a number that went through [`Self::checked`].
    fn string(&self, number: u32) -> &[u8] {
        &self.message.stringtable.s[number as usize]
    }

    fn position(&self, lon: i64, lat: i64) -> Option<Position> {
        let granularity = i64::from(self.message.granularity());
        let nanodegrees =
            |offset: i64, units: i64| granularity.checked_mul(units)?.checked_add(offset);
        Position::from_nanodegrees(
            nanodegrees(self.message.lon_offset(), lon)?,
            nanodegrees(self.message.lat_offset(), lat)?,
        )
    }
}

/// Undoes the difference coding of a list of numbers.
struct Sum {
    what: &'static str,
    value: i64,
}

impl Sum {
    fn of(what: &'static str) -> Self {
        Self { what, value: 0 }
    }

    fn add(&mut self, difference: i64) -> Result<i64, Fault> {
        self.value =
            self.value.checked_add(difference).ok_or(Fault::Overflow { what: self.what })?;
        Ok(self.value)
    }
}

fn meta(
    what: &'static str,
    id: Option<i64>,
    info: Option<&osmformat::Info>,
) -> Result<Meta, Fault> {
    Ok(Meta {
        id: id.ok_or(Fault::NoId { what })?,
        version: info.map_or(-1, |info| info.version().max(-1)),
        visible: info.and_then(|info| info.visible).unwrap_or(true),
    })
}

fn check_len(what: &'static str, found: usize, expected: usize) -> Result<(), Fault> {
    if found == expected { Ok(()) } else { Err(Fault::ListLength { what, found, expected }) }
}

/// A packed, difference-coded list in a field that `osmpbfreader`'s message definition does not have; empty if absent.
fn packed_differences(
    way: &osmformat::Way,
    field: u32,
    what: &'static str,
) -> Result<Vec<i64>, Fault> {
    let Some(UnknownValueRef::LengthDelimited(bytes)) =
        way.special_fields.unknown_fields().get(field)
    else {
        return Ok(Vec::new());
    };
    let mut sum = Sum::of(what);
    let mut stream = CodedInputStream::from_bytes(bytes);
    let mut numbers = Vec::new();
    while !stream.eof()? {
        numbers.push(sum.add(stream.read_sint64()?)?);
    }
    Ok(numbers)
}
