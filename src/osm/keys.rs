//! Which tags and which objects the reader keeps. Everything else is left in the file.
//!
//! Two rules, both on the key as far as its first colon, so that `name:zh`, `maxspeed:forward:conditional` or
//! `addr:street` come along with `name`, `maxspeed` and `addr`:
//!
//! - a tag is kept if the front of its key is in [`KEPT`], or all of it in [`KEPT_WHOLE`];
//! - an object is looked at if it has one of the keys of [`signs`]; what it is then good for, say the functions that
//!   return [`Uses`].

use std::collections::HashSet;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;

use super::block::RawTags;

/// Keys some later stage reads, with all that may follow them after a colon.
#[rustfmt::skip]
const KEPT: &[&str] = &[
    // What a way or node is to traffic.
    "highway", "route", "ferry", "junction", "service", "oneway", "motorroad", "toll", "area",
    "construction", "barrier", "locked", "ford", "traffic_calming", "traffic_signals", "direction",
    "stop", "crossing", "railway", "cycleway", "bicycle_road", "cyclestreet", "sidewalk", "footway",
    "ramp", "driving_side", "impassable", "status", "informal",
    // Who may use it.
    "access", "vehicle", "motor_vehicle", "motorcar", "motorcycle", "moped", "mofa", "bicycle",
    "electric_bicycle", "speed_pedelec", "pedelec", "foot",
    // How fast.
    "maxspeed", "surface", "tracktype", "smoothness", "duration", "interval", "lanes", "width",
    "incline", "sac_scale", "seasonal", "winter_road", "ice_road",
    // What it is called.
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

/// Keys that are kept only as they stand here.
const KEPT_WHOLE: &[&str] =
    &["source:maxspeed", "zone:maxspeed", "zone:traffic", "source:population", "mtb:scale"];

/// Keys that alone make a node on a road worth a look: who may pass it.
#[rustfmt::skip]
const ACCESS: &[&str] = &[
    "access", "vehicle", "motor_vehicle", "motorcar", "motorcycle", "moped", "mofa", "bicycle",
    "foot",
];

/// What one string of a block means as a key; a set of bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct KeySigns(u8);

impl KeySigns {
    /// Tags with this key are kept.
    pub(super) const KEPT: Self = Self(1);
    /// Nodes with this key are looked at.
    pub(super) const NODE: Self = Self(2);
    /// Ways with this key are looked at.
    pub(super) const WAY: Self = Self(4);
    /// Relations with this key are looked at.
    pub(super) const RELATION: Self = Self(8);
    /// Nodes and ways with this key have an address.
    pub(super) const ADDRESS: Self = Self(16);

    /// Both sets together.
    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the sets overlap.
    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What the string `key` means as a key.
pub(super) fn signs(key: &[u8]) -> KeySigns {
    static FRONTS: LazyLock<HashSet<&[u8], FxBuildHasher>> =
        LazyLock::new(|| KEPT.iter().map(|key| key.as_bytes()).collect());
    let whole = || KEPT_WHOLE.iter().any(|kept| kept.as_bytes() == key);
    let front = key.split(|&b| b == b':').next().unwrap_or(key);
    let mut signs = KeySigns::default();
    if FRONTS.contains(front) || whole() {
        signs = signs.with(KeySigns::KEPT);
    }
    let looked_at = match key {
        b"highway" => KeySigns::NODE.with(KeySigns::WAY),
        b"route" => KeySigns::WAY,
        b"amenity" | b"shop" | b"healthcare" | b"place" => {
            KeySigns::NODE.with(KeySigns::WAY).with(KeySigns::RELATION)
        }
        b"addr:housenumber" => KeySigns::ADDRESS,
        b"type" | b"boundary" => KeySigns::RELATION,
        b"barrier" | b"traffic_calming" | b"ford" | b"railway" => KeySigns::NODE,
        _ if ACCESS.iter().any(|access| access.as_bytes() == key) => KeySigns::NODE,
        _ => KeySigns::default(),
    };
    signs.with(looked_at)
}

/// What an object is read for; several may apply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Uses {
    /// A way somebody may travel on.
    pub(super) road: bool,
    /// A node that may stop or slow traffic.
    pub(super) barrier: bool,
    /// A turn restriction.
    pub(super) restriction: bool,
    /// A settlement.
    pub(super) place: bool,
    /// An administrative area.
    pub(super) boundary: bool,
    /// A health outlet.
    pub(super) outlet: bool,
    /// A house number.
    pub(super) address: bool,
}

impl Uses {
    /// Whether the object is read for anything.
    pub(super) fn any(self) -> bool {
        self != Self::default()
    }

    /// Whether the centre of the object is wanted.
    pub(super) fn centre(self) -> bool {
        self.place || self.outlet || self.address
    }

    /// With the address that `tags` have, if addresses are wanted.
    pub(super) fn with_address(self, tags: &RawTags, wanted: bool) -> Self {
        Self { address: wanted && tags.signs().has(KeySigns::ADDRESS), ..self }
    }
}

/// What a node is read for.
pub(super) fn uses_of_node(tags: &RawTags) -> Uses {
    if !tags.signs().has(KeySigns::NODE) {
        return Uses::default();
    }
    let slows = matches!(
        tags.get("highway"),
        Some(b"traffic_signals" | b"crossing" | b"stop" | b"give_way" | b"mini_roundabout")
    );
    let barrier = slows
        || matches!(tags.get("railway"), Some(b"level_crossing" | b"crossing"))
        || ["barrier", "traffic_calming", "ford"].iter().any(|key| tags.get(key).is_some())
        || ACCESS.iter().any(|key| tags.get(key).is_some());
    Uses { barrier, place: is_place(tags), outlet: is_outlet(tags), ..Uses::default() }
}

/// What a way is read for.
pub(super) fn uses_of_way(tags: &RawTags) -> Uses {
    if !tags.signs().has(KeySigns::WAY) {
        return Uses::default();
    }
    let road = tags.get("highway").is_some() || tags.get("route") == Some(b"ferry");
    Uses { road, place: is_place(tags), outlet: is_outlet(tags), ..Uses::default() }
}

/// What a relation is read for.
pub(super) fn uses_of_relation(tags: &RawTags) -> Uses {
    if !tags.signs().has(KeySigns::RELATION) {
        return Uses::default();
    }
    let kind = tags.get("type").unwrap_or_default();
    let restriction = kind == b"restriction" || kind.starts_with(b"restriction:");
    let boundary =
        tags.get("boundary") == Some(b"administrative") && tags.get("admin_level").is_some();
    // A municipality that is also tagged as a place is an area, not a second settlement beside its town's node.
    let place = !boundary && is_place(tags);
    Uses { restriction, boundary, place, outlet: is_outlet(tags), ..Uses::default() }
}

fn is_outlet(tags: &RawTags) -> bool {
    matches!(
        tags.get("amenity"),
        Some(b"pharmacy" | b"clinic" | b"doctors" | b"hospital" | b"dentist")
    ) || tags.get("shop") == Some(b"chemist")
        || tags.get("healthcare").is_some_and(|value| value != b"no")
}

fn is_place(tags: &RawTags) -> bool {
    matches!(
        tags.get("place"),
        Some(
            b"city"
                | b"borough"
                | b"suburb"
                | b"quarter"
                | b"neighbourhood"
                | b"town"
                | b"village"
                | b"hamlet"
                | b"isolated_dwelling"
                | b"farm"
                | b"allotments"
        )
    )
}
