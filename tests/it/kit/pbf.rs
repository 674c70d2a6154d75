//! Hand-made `.osm.pbf` files: a map written down object by object, and encoded without the help of the crate that reads it.
//!
//! ```ignore
//! let map = Map::new()
//!     .node(1, (14.50, 35.90), &[])
//!     .node(2, (14.51, 35.90), &[("barrier", "gate")])
//!     .way(10, &[1, 2], &[("highway", "residential")])
//!     .relation(20, &[("from", Member::Way(10)), ("via", Member::Node(2))], &[("type", "restriction")]);
//! std::fs::write(path, map.encode())?;
//! ```
//!
//! Objects are written in the order in which they are added. A new block begins when the kind of object changes, or when
//! the present one is full. The format is described at <https://wiki.openstreetmap.org/wiki/PBF_Format>.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Tags as keys and values.
pub(crate) type Tags<'a> = &'a [(&'a str, &'a str)];

/// A relation's member.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Member {
    Node(i64),
    Way(i64),
    Relation(i64),
}

/// Compression of blobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Raw,
    Zlib,
    /// Marks the content as compressed in a way the reader does not know: `raw`'s field number is replaced by this one.
    Unknown(u32),
}

/// Layout of a map in its file; the usual one by default.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Nodes as `DenseNodes`.
    pub(crate) dense: bool,
    /// Versions and visibility.
    pub(crate) metadata: bool,
    /// Objects per block.
    pub(crate) block_len: usize,
    pub(crate) packing: Packing,
    pub(crate) required_features: Vec<&'static str>,
    /// Seconds since 1970.
    pub(crate) replication_timestamp: Option<u64>,
    /// Nodes' positions also on the ways.
    pub(crate) locations_on_ways: bool,
    /// Nanodegrees per unit of position.
    pub(crate) granularity: i64,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            dense: true,
            metadata: true,
            block_len: 8000,
            packing: Packing::Raw,
            required_features: vec!["OsmSchema-V0.6", "DenseNodes"],
            replication_timestamp: None,
            locations_on_ways: false,
            granularity: 100,
        }
    }
}

/// A map in the making.
#[derive(Debug, Clone, Default)]
pub(crate) struct Map {
    objects: Vec<Object>,
    layout: Layout,
}

#[derive(Debug, Clone)]
struct Object {
    id: i64,
    version: u64,
    visible: bool,
    tags: Vec<(String, String)>,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Node { lon: f64, lat: f64 },
    Way { nodes: Vec<i64> },
    Relation { members: Vec<(String, Member)> },
}

impl Map {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a node at (longitude, latitude).
    pub(crate) fn node(self, id: i64, (lon, lat): (f64, f64), tags: Tags) -> Self {
        self.object(id, tags, Content::Node { lon, lat })
    }

    /// Adds a way along `nodes`.
    pub(crate) fn way(self, id: i64, nodes: &[i64], tags: Tags) -> Self {
        self.object(id, tags, Content::Way { nodes: nodes.to_vec() })
    }

    /// Adds a relation of members with their roles.
    pub(crate) fn relation(self, id: i64, members: &[(&str, Member)], tags: Tags) -> Self {
        let members = members.iter().map(|&(role, member)| (role.to_owned(), member)).collect();
        self.object(id, tags, Content::Relation { members })
    }

    /// Makes the object added last the given version of itself (1 otherwise).
    pub(crate) fn version(mut self, version: u64) -> Self {
        self.objects.last_mut().expect("an object was added").version = version;
        self
    }

    /// Makes the object added last a deleted one.
    pub(crate) fn deleted(mut self) -> Self {
        self.objects.last_mut().expect("an object was added").visible = false;
        self
    }

    /// Sets how the map is written down.
    pub(crate) fn layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// Turns the order of all objects round: relations, ways, nodes, each by falling ids.
    pub(crate) fn reversed(mut self) -> Self {
        self.objects.reverse();
        self
    }

    /// The bytes of the file.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut file = blob("OSMHeader", &self.header().0, self.layout.packing);
        let mut rest = &self.objects[..];
        while let Some(first) = rest.first() {
            let kind = std::mem::discriminant(&first.content);
            let len = rest
                .iter()
                .take(self.layout.block_len)
                .take_while(|object| std::mem::discriminant(&object.content) == kind)
                .count();
            let (block, after) = rest.split_at(len);
            file.extend(blob("OSMData", &self.block(block).0, self.layout.packing));
            rest = after;
        }
        file
    }

    fn object(mut self, id: i64, tags: Tags, content: Content) -> Self {
        let tags = tags.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect();
        self.objects.push(Object { id, version: 1, visible: true, tags, content });
        self
    }

    fn header(&self) -> Message {
        let mut header = Message::default();
        for feature in &self.layout.required_features {
            header.bytes(4, feature.as_bytes());
        }
        header.bytes(16, b"hand-made");
        if let Some(seconds) = self.layout.replication_timestamp {
            header.varint(32, seconds);
        }
        header
    }

    fn block(&self, objects: &[Object]) -> Message {
        let mut strings = Strings(vec![String::new()]);
        let mut group = Message::default();
        if self.layout.dense && matches!(objects[0].content, Content::Node { .. }) {
            group.message(2, &self.dense_nodes(objects, &mut strings));
        } else {
            for object in objects {
                let field = match object.content {
                    Content::Node { .. } => 1,
                    Content::Way { .. } => 3,
                    Content::Relation { .. } => 4,
                };
                group.message(field, &self.plain(object, &mut strings));
            }
        }
        let mut table = Message::default();
        for string in &strings.0 {
            table.bytes(1, string.as_bytes());
        }
        let mut block = Message::default();
        block.message(1, &table);
        block.message(2, &group);
        block.varint(17, self.layout.granularity as u64);
        block
    }

    fn units(&self, degrees: f64) -> i64 {
        (degrees * 1e9 / self.layout.granularity as f64).round() as i64
    }

    fn dense_nodes(&self, objects: &[Object], strings: &mut Strings) -> Message {
        let places = objects.iter().map(|object| match object.content {
            Content::Node { lon, lat } => (self.units(lon), self.units(lat)),
            _ => unreachable!("a block holds objects of one kind"),
        });
        let mut dense = Message::default();
        dense.packed(1, differences(objects.iter().map(|object| object.id)));
        if self.layout.metadata {
            let mut info = Message::default();
            info.packed(1, objects.iter().map(|object| object.version));
            info.packed(6, objects.iter().map(|object| u64::from(object.visible)));
            dense.message(5, &info);
        }
        dense.packed(8, differences(places.clone().map(|(_, lat)| lat)));
        dense.packed(9, differences(places.map(|(lon, _)| lon)));
        let mut keys_vals = Vec::new();
        for object in objects {
            for (key, value) in &object.tags {
                keys_vals.extend([strings.number(key), strings.number(value)]);
            }
            keys_vals.push(0);
        }
        dense.packed(10, keys_vals);
        dense
    }

    fn plain(&self, object: &Object, strings: &mut Strings) -> Message {
        let mut out = Message::default();
        match object.content {
            Content::Node { .. } => out.varint(1, zigzag(object.id)),
            _ => out.varint(1, object.id as u64),
        }
        out.packed(2, object.tags.iter().map(|(key, _)| strings.number(key)));
        out.packed(3, object.tags.iter().map(|(_, value)| strings.number(value)));
        if self.layout.metadata {
            let mut info = Message::default();
            info.varint(1, object.version);
            info.varint(6, u64::from(object.visible));
            out.message(4, &info);
        }
        match &object.content {
            Content::Node { lon, lat } => {
                out.varint(8, zigzag(self.units(*lat)));
                out.varint(9, zigzag(self.units(*lon)));
            }
            Content::Way { nodes } => {
                out.packed(8, differences(nodes.iter().copied()));
                if self.layout.locations_on_ways {
                    let places = nodes.iter().map(|&node| self.place_of(node));
                    out.packed(9, differences(places.clone().map(|(_, lat)| lat)));
                    out.packed(10, differences(places.map(|(lon, _)| lon)));
                }
            }
            Content::Relation { members } => {
                out.packed(8, members.iter().map(|(role, _)| strings.number(role)));
                out.packed(9, differences(members.iter().map(|(_, member)| member.id())));
                out.packed(10, members.iter().map(|(_, member)| member.kind()));
            }
        }
        out
    }

    /// Returns the position of the newest version of a node, in units; off the globe if the map has none.
    fn place_of(&self, node: i64) -> (i64, i64) {
        let mut nodes = self.objects.iter().rev().filter(|object| object.id == node);
        nodes
            .find_map(|object| match object.content {
                Content::Node { lon, lat } => Some((self.units(lon), self.units(lat))),
                _ => None,
            })
            .unwrap_or((i64::from(i32::MAX), i64::from(i32::MAX)))
    }
}

impl Member {
    fn id(self) -> i64 {
        match self {
            Self::Node(id) | Self::Way(id) | Self::Relation(id) => id,
        }
    }

    fn kind(self) -> u64 {
        match self {
            Self::Node(_) => 0,
            Self::Way(_) => 1,
            Self::Relation(_) => 2,
        }
    }
}

/// A blob with everything around it: length, `BlobHeader`, `Blob`.
pub(crate) fn blob(kind: &str, content: &[u8], packing: Packing) -> Vec<u8> {
    let mut blob = Message::default();
    match packing {
        Packing::Raw => blob.bytes(1, content),
        Packing::Unknown(field) => blob.bytes(field, content),
        Packing::Zlib => {
            let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
            zlib.write_all(content).expect("writing to memory succeeds");
            blob.varint(2, content.len() as u64);
            blob.bytes(3, &zlib.finish().expect("writing to memory succeeds"));
        }
    }
    let mut header = Message::default();
    header.bytes(1, kind.as_bytes());
    header.varint(3, blob.0.len() as u64);
    let mut framed = (header.0.len() as u32).to_be_bytes().to_vec();
    framed.extend(header.0);
    framed.extend(blob.0);
    framed
}

/// The strings of a block, each once.
struct Strings(Vec<String>);

impl Strings {
    fn number(&mut self, string: &str) -> u64 {
        // Number 0 is reserved, but may stand for an empty role.
        let known = self.0.iter().position(|known| known == string);
        known.unwrap_or_else(|| {
            self.0.push(string.to_owned());
            self.0.len() - 1
        }) as u64
    }
}

/// The bytes of a protocol buffer message.
#[derive(Debug, Clone, Default)]
pub(crate) struct Message(pub(crate) Vec<u8>);

impl Message {
    pub(crate) fn varint(&mut self, field: u32, value: u64) {
        push_varint(&mut self.0, u64::from(field) << 3);
        push_varint(&mut self.0, value);
    }

    pub(crate) fn bytes(&mut self, field: u32, bytes: &[u8]) {
        push_varint(&mut self.0, u64::from(field) << 3 | 2);
        push_varint(&mut self.0, bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn message(&mut self, field: u32, message: &Self) {
        self.bytes(field, &message.0);
    }

    pub(crate) fn packed(&mut self, field: u32, values: impl IntoIterator<Item = u64>) {
        let mut bytes = Vec::new();
        for value in values {
            push_varint(&mut bytes, value);
        }
        if !bytes.is_empty() {
            self.bytes(field, &bytes);
        }
    }
}

fn push_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Small numbers of either sign as small numbers without one.
fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

/// The differences between neighbours, the first against zero, ready for packing.
fn differences(values: impl IntoIterator<Item = i64>) -> Vec<u64> {
    let mut before = 0;
    let difference = |value: i64| zigzag(value.wrapping_sub(std::mem::replace(&mut before, value)));
    values.into_iter().map(difference).collect()
}
