//! Selects the objects to read by their tags, and finds the uses of each object.

use super::block::RawTags;
use super::keys::{ACCESS, KeyFlags, PLACES, SIZE_SIGNS};

/// Option that decides whether house numbers are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HouseNumbers {
    Read,
    Skip,
}

/// Uses of an object: the reasons to read it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Uses {
    /// The object is a road, ferry line or car train.
    pub(super) road: bool,
    /// The object is a node that may stop or slow down traffic.
    pub(super) barrier: bool,
    pub(super) restriction: bool,
    pub(super) place: bool,
    pub(super) boundary: bool,
    pub(super) outlet: bool,
    /// The object has a house number.
    pub(super) address: bool,
}

impl Uses {
    pub(super) fn any(self) -> bool {
        self != Self::default()
    }

    /// Returns whether the program needs the centre of the object.
    pub(super) fn needs_centre(self) -> bool {
        self.place || self.outlet || self.address
    }

    /// Adds the use as a house number if `tags` have one and `option` asks for house numbers.
    pub(super) fn with_house_number(self, tags: &RawTags, option: HouseNumbers) -> Self {
        let reads = option == HouseNumbers::Read;
        Self { address: reads && tags.flags().has(KeyFlags::ADDRESS), ..self }
    }
}

pub(super) fn uses_of_node(tags: &RawTags) -> Uses {
    if !tags.flags().has(KeyFlags::NODE) {
        return Uses::default();
    }
    let slows = matches!(
        tags.get("highway"),
        Some(b"traffic_signals" | b"crossing" | b"stop" | b"give_way" | b"mini_roundabout")
    );
    let has_any = |keys: &[&str]| keys.iter().any(|key| tags.get(key).is_some());
    let barrier = slows
        || matches!(tags.get("railway"), Some(b"level_crossing" | b"crossing"))
        || has_any(&["barrier", "traffic_calming", "ford"])
        || ((has_any(ACCESS) || has_any(SIZE_SIGNS)) && !has_any(PLACES));
    Uses { barrier, place: is_place(tags), outlet: is_outlet(tags), ..Uses::default() }
}

pub(super) fn uses_of_way(tags: &RawTags) -> Uses {
    if !tags.flags().has(KeyFlags::WAY) {
        return Uses::default();
    }
    let road = tags.get("highway").is_some()
        || matches!(tags.get("route"), Some(b"ferry" | b"shuttle_train"));
    Uses { road, place: is_place(tags), outlet: is_outlet(tags), ..Uses::default() }
}

pub(super) fn uses_of_relation(tags: &RawTags) -> Uses {
    if !tags.flags().has(KeyFlags::RELATION) {
        return Uses::default();
    }
    let kind = tags.get("type").unwrap_or_default();
    let restriction = kind == b"restriction" || kind.starts_with(b"restriction:");
    let boundary =
        tags.get("boundary") == Some(b"administrative") && tags.get("admin_level").is_some();
    // The node of a town is already the settlement. A boundary with the tag `place` would be a
    // second one.
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
