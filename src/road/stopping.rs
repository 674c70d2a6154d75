//! Decides on which roads a rep can stop, by the rules of a profile.
//!
//! A rep parks where the outlet is. In a tunnel, on a long bridge, on an expressway, a slip road or a
//! roundabout nobody parks, even if the road passes at 5 m from the outlet on the map. Such roads
//! remain roads to travel on. Tags: <https://wiki.openstreetmap.org/wiki/Key:tunnel>, `Key:bridge`,
//! `Key:covered`, `Key:layer`, `Key:motorroad`, `Tag:junction=roundabout`.

use petgraph::unionfind::UnionFind;
use rustc_hash::FxHashMap;

use super::profile::Profile;
use super::way_access::WayAccess;
use crate::osm::{Extract, OsmNodeId, Tags, Way};

/// Reason for which a rep cannot stop on a road that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum NoStop {
    /// A class in [`not_for_stopping`](Profile::not_for_stopping).
    Class = 1,
    /// A ferry line or a train for cars.
    Ferry,
    /// A tunnel.
    Tunnel,
    /// A long passage through a building or under a roof.
    Passage,
    /// A long bridge.
    Bridge,
    /// An expressway.
    Motorroad,
    /// A roundabout.
    Roundabout,
}

impl NoStop {
    const ALL: [Self; 7] = [
        Self::Class,
        Self::Ferry,
        Self::Tunnel,
        Self::Passage,
        Self::Bridge,
        Self::Motorroad,
        Self::Roundabout,
    ];

    /// Returns the reason with this number; inverse of `as u32`.
    pub(super) fn numbered(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| *reason as u32 == number)
    }
}

/// Writes `it is a tunnel`.
impl std::fmt::Display for NoStop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Class => "it is a motorway, a slip road or of another class without stopping",
            Self::Ferry => "it is a ferry line",
            Self::Tunnel => "it is a tunnel",
            Self::Passage => "it is a long passage under a building",
            Self::Bridge => "it is a long bridge",
            Self::Motorroad => "it is an expressway (motorroad=yes)",
            Self::Roundabout => "it is a roundabout",
        })
    }
}

/// Suitability of a way for stopping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stopping {
    /// `None` if a rep can stop on it.
    pub(super) forbidden: Option<NoStop>,
    /// Above or below ground.
    pub(super) is_off_ground: bool,
}

/// Judges each way of `extract`, whose access is `access`.
pub(super) fn judge_stopping(
    extract: &Extract,
    profile: &Profile,
    access: &[WayAccess],
) -> Vec<Stopping> {
    let rules = &profile.stopping;
    let open = |test: fn(&Tags) -> bool| {
        extract
            .ways
            .iter()
            .zip(access)
            .map(move |(way, access)| access.is_open() && test(&way.tags))
    };
    let too_long = |test, limit_m: Option<f64>| match limit_m {
        Some(limit_m) => longer_than(extract, &open(test).collect::<Vec<_>>(), limit_m),
        None => vec![false; extract.ways.len()],
    };
    let long_bridge = too_long(is_bridge, rules.bridge_max_m);
    let long_passage = too_long(is_passage, rules.passage_max_m);
    let ways = extract.ways.iter().zip(access).enumerate();
    ways.map(|(at, (way, access))| {
        let tags = &way.tags;
        let reasons = [
            (profile.takes_as_ferry(tags), NoStop::Ferry),
            (!access.can_stop, NoStop::Class),
            (!rules.in_tunnels && is_tunnel(tags), NoStop::Tunnel),
            (long_passage[at], NoStop::Passage),
            (long_bridge[at], NoStop::Bridge),
            (!rules.on_motorroads && tags.is("motorroad", "yes"), NoStop::Motorroad),
            (!rules.on_roundabouts && is_roundabout(tags), NoStop::Roundabout),
        ];
        Stopping {
            forbidden: reasons.iter().find(|(applies, _)| *applies).map(|(_, reason)| *reason),
            is_off_ground: is_bridge(tags) || layer(tags) != 0,
        }
    })
    .collect()
}

/// Tests for a tunnel or gallery. A passage through a building is a piece of street at ground level;
/// a culvert is a pipe below the road.
fn is_tunnel(tags: &Tags) -> bool {
    tags.get("tunnel").is_some_and(|kind| !matches!(kind, "no" | "building_passage" | "culvert"))
}

/// Tests for a passage under a building or roof. An arcade is a pavement with shops.
fn is_passage(tags: &Tags) -> bool {
    tags.is("tunnel", "building_passage") || tags.is("covered", "yes")
}

/// Tests for a bridge. A boardwalk lies on the ground.
fn is_bridge(tags: &Tags) -> bool {
    tags.get("bridge").is_some_and(|kind| !matches!(kind, "no" | "boardwalk"))
}

fn is_roundabout(tags: &Tags) -> bool {
    matches!(tags.get("junction"), Some("roundabout" | "circular"))
}

/// Returns `layer=*`: 0 is the ground. A value that is no whole number counts as 0.
fn layer(tags: &Tags) -> i32 {
    tags.get("layer").and_then(|layer| layer.trim().parse().ok()).unwrap_or(0)
}

/// Tests which of the `chosen` ways are part of a row of such ways that is longer than `limit_m`.
///
/// Ways that share a node count as one, because a bridge is often drawn in several pieces.
fn longer_than(extract: &Extract, chosen: &[bool], limit_m: f64) -> Vec<bool> {
    let mut parts = UnionFind::<usize>::new(chosen.len());
    let mut first_at: FxHashMap<OsmNodeId, usize> = FxHashMap::default();
    let ways = || extract.ways.iter().enumerate().filter(|(at, _)| chosen[*at]);
    for (at, way) in ways() {
        for node in &way.nodes {
            parts.union(at, *first_at.entry(*node).or_insert(at));
        }
    }
    let mut length_m: FxHashMap<usize, f64> = FxHashMap::default();
    for (at, way) in ways() {
        *length_m.entry(parts.find_mut(at)).or_default() += way_length_m(extract, way);
    }
    let is_long = |at: usize| length_m[&parts.find(at)] > limit_m;
    chosen.iter().enumerate().map(|(at, is_chosen)| *is_chosen && is_long(at)).collect()
}

fn way_length_m(extract: &Extract, way: &Way) -> f64 {
    let at = |node| extract.position(node).expect("a way's nodes have positions");
    way.nodes.windows(2).map(|pair| at(pair[0]).distance_m(at(pair[1]))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tunnel_is_no_passage_and_an_arcade_is_neither() {
        let judged = |key, value| {
            let tags: Tags = [(key, value)].into_iter().collect();
            (is_tunnel(&tags), is_passage(&tags))
        };
        assert_eq!(judged("tunnel", "yes"), (true, false));
        assert_eq!(judged("tunnel", "avalanche_protector"), (true, false));
        assert_eq!(judged("tunnel", "building_passage"), (false, true));
        assert_eq!(judged("tunnel", "culvert"), (false, false));
        assert_eq!(judged("tunnel", "no"), (false, false));
        assert_eq!(judged("covered", "yes"), (false, true));
        assert_eq!(judged("covered", "arcade"), (false, false));
    }

    #[test]
    fn a_layer_that_is_no_number_is_the_ground() {
        let layer_of = |value| layer(&[("layer", value)].into_iter().collect());
        assert_eq!(["-1", "2", "0", "1;2", "upper"].map(layer_of), [-1, 2, 0, 0, 0]);
    }

    #[test]
    fn a_reason_is_found_by_its_number() {
        for reason in NoStop::ALL {
            assert_eq!(NoStop::numbered(reason as u32), Some(reason));
        }
        assert_eq!(NoStop::numbered(0), None);
    }
}
