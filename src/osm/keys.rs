//! Selects the tags to keep, by their keys, and marks the keys of objects that may be of interest.
//!
//! A tag is kept if the part of its key before the first colon is in [`KEPT`], so that `name:zh`,
//! `maxspeed:forward:conditional` and `addr:street` are kept with `name`, `maxspeed` and `addr`, or
//! if the whole key is in [`KEPT_WHOLE`].

use std::collections::HashSet;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;

/// First parts of the keys that later stages read.
#[rustfmt::skip]
const KEPT: &[&str] = &[
    // Kind of road, ferry or obstacle.
    "highway", "route", "ferry", "junction", "service", "oneway", "motorroad", "toll", "area",
    "construction", "barrier", "locked", "ford", "traffic_calming", "traffic_signals", "direction",
    "stop", "crossing", "railway", "cycleway", "bicycle_road", "cyclestreet", "sidewalk", "footway",
    "ramp", "driving_side", "impassable", "status", "informal", "bollard", "sensory",
    "tunnel", "bridge", "covered", "layer",
    // Access by travel mode.
    "access", "vehicle", "motor_vehicle", "motorcar", "motorcycle", "moped", "mofa", "bicycle",
    "electric_bicycle", "speed_pedelec", "pedelec", "foot", "agricultural", "forestry", "hgv", "goods",
    "psv", "bus", "taxi", "hov", "delivery",
    // Size of vehicles.
    "maxheight", "maxwidth", "maxlength", "maxweight", "est_width",
    // Speed.
    "maxspeed", "surface", "tracktype", "smoothness", "duration", "interval", "lanes", "width",
    "incline", "sac_scale", "seasonal", "winter_road", "ice_road",
    // Names.
    "name", "alt_name", "int_name", "loc_name", "nat_name", "official_name", "old_name", "reg_name",
    "short_name", "ref", "int_ref", "destination",
    // Turn restrictions.
    "type", "restriction", "except", "implicit", "day_on", "day_off", "hour_on", "hour_off",
    // Settlements and administrative areas.
    "place", "population", "admin_level", "boundary", "border_type", "capital", "postal_code",
    "ISO3166-1", "ISO3166-2", "wikidata",
    // Health outlets.
    "amenity", "shop", "healthcare", "health_facility", "medical_system", "dispensing", "emergency",
    "addr", "phone", "mobile", "fax", "email", "website", "url", "contact", "opening_hours",
    "operator", "brand", "branch", "network", "level", "beds", "capacity", "wheelchair",
    "disused", "abandoned", "check_date",
];

/// Whole keys that later stages read.
const KEPT_WHOLE: &[&str] =
    &["source:maxspeed", "zone:maxspeed", "zone:traffic", "source:population", "mtb:scale"];

/// Access keys, each of which makes a node on a road a possible barrier.
#[rustfmt::skip]
pub(super) const ACCESS: &[&str] = &[
    "access", "vehicle", "motor_vehicle", "motorcar", "motorcycle", "moped", "mofa", "bicycle",
    "foot",
];

/// Signs for the size of vehicles, each of which makes a node on a road a possible barrier.
pub(super) const SIZE_SIGNS: &[&str] =
    &["maxheight", "maxheight:physical", "maxwidth", "maxwidth:physical", "maxlength", "maxweight"];

/// Keys of places and sights. The access keys and size signs of such a node are those of the place, not of the road it
/// lies on: of a car park, an entrance, a cave.
#[rustfmt::skip]
pub(super) const PLACES: &[&str] = &[
    "amenity", "shop", "healthcare", "entrance", "tourism", "natural", "leisure", "man_made", "office", "building",
    "historic", "public_transport", "emergency", "power", "place",
];

/// Meanings of a key; a set of bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct KeyFlags(u8);

impl KeyFlags {
    /// Tags with this key are kept.
    pub(super) const KEPT: Self = Self(1);
    /// Nodes with this key may be of interest.
    pub(super) const NODE: Self = Self(2);
    /// Ways with this key may be of interest.
    pub(super) const WAY: Self = Self(4);
    /// Relations with this key may be of interest.
    pub(super) const RELATION: Self = Self(8);
    /// Nodes and ways with this key have a house number.
    pub(super) const ADDRESS: Self = Self(16);

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Tests if tags with this key are kept.
pub(crate) fn keeps(key: &str) -> bool {
    flags_of(key.as_bytes()).has(KeyFlags::KEPT)
}

pub(super) fn flags_of(key: &[u8]) -> KeyFlags {
    static FRONTS: LazyLock<HashSet<&[u8], FxBuildHasher>> =
        LazyLock::new(|| KEPT.iter().map(|key| key.as_bytes()).collect());
    let whole = || KEPT_WHOLE.iter().any(|kept| kept.as_bytes() == key);
    let front = key.split(|&b| b == b':').next().unwrap_or(key);
    let kept = match FRONTS.contains(front) || whole() {
        true => KeyFlags::KEPT,
        false => KeyFlags::default(),
    };
    let of_interest = match key {
        b"highway" => KeyFlags::NODE.with(KeyFlags::WAY),
        b"route" => KeyFlags::WAY,
        b"amenity" | b"shop" | b"healthcare" | b"place" => {
            KeyFlags::NODE.with(KeyFlags::WAY).with(KeyFlags::RELATION)
        }
        b"addr:housenumber" => KeyFlags::ADDRESS,
        b"type" | b"boundary" => KeyFlags::RELATION,
        b"barrier" | b"traffic_calming" | b"ford" | b"railway" => KeyFlags::NODE,
        _ if ACCESS.iter().chain(SIZE_SIGNS).any(|known| known.as_bytes() == key) => KeyFlags::NODE,
        _ => KeyFlags::default(),
    };
    kept.with(of_interest)
}
