//! Cuts ways into stretches between junctions: geometry, travel times and access, without turns.

use bytemuck::{Pod, Zeroable};
use petgraph::unionfind::UnionFind;
use rustc_hash::{FxHashMap, FxHashSet};

use super::conditional_tags::ConditionalTags;
use super::density::{Density, RoadLengths};
use super::flat::Flat;
use super::ids::{ArcId, Cost, Direction, NodeId, StretchId};
use super::labels::{LabelWriter, Labels};
use super::measured::MeasuredSpeeds;
use super::profile::Profile;
use super::speed_regions::{SpeedRegion, SpeedRegions};
use super::stopping::{NoStop, Stopping, judge_stopping};
use super::way_access::{Access, Passage, WayAccess};
use crate::lonlat::{LonLat, PointE7, segment_length};
use crate::osm::{Extract, OsmNodeId, OsmWayId, Way};
use crate::units::{Millimetres, Millis};

/// Class of ferry lines and car trains; other classes are values of `highway=*`.
pub(super) const FERRY: &str = "ferry";

/// Maximum travel time of a stretch, five days; a slower stretch is closed.
const LONGEST_MS: u32 = 5 * 24 * 3600 * 1000;

/// A piece of a way between two nodes, without a junction in between; or a whole closed way.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
pub(crate) struct Stretch {
    length_mm: u64,
    /// Its start, as the way is drawn; [`Stretch::NOWHERE`] if it is closed.
    pub(crate) tail: NodeId,
    pub(crate) head: NodeId,
    /// Its points, with both ends, are `points[first_point .. first_point of the next stretch]`.
    pub(crate) first_point: u32,
    /// Travel times by [`Direction`]; [`Stretch::CLOSED`] if closed.
    time_ms: [u32; 2],
    /// Label with the name of the way.
    pub(crate) name: u32,
    /// Label with the class of the way (`highway=*` or `ferry`).
    pub(crate) class: u32,
    /// Sum of the constants `CAN_STOP`, `DESTINATION_ONLY` and `OFF_GROUND`, the reason for which one
    /// cannot stop, at `NO_STOP_SHIFT`, and the density of the roads around it, at `DENSITY_SHIFT`.
    flags: u32,
}

impl Stretch {
    const NOWHERE: NodeId = NodeId(u32::MAX);
    const CLOSED: u32 = u32::MAX;
    const CAN_STOP: u32 = 1;
    /// By [`Direction`].
    const DESTINATION_ONLY: [u32; 2] = [2, 4];
    const OFF_GROUND: u32 = 8;
    /// Lowest of the four bits with the number of a [`NoStop`].
    const NO_STOP_SHIFT: u32 = 8;
    /// Lowest of the two bits with the [`Density`].
    const DENSITY_SHIFT: u32 = 30;

    pub(crate) fn length(&self) -> Millimetres {
        Millimetres(self.length_mm)
    }

    /// Returns the travel time; `None` if closed.
    pub(crate) fn time(&self, direction: Direction) -> Option<Millis> {
        let time = self.time_ms[direction as usize];
        (time != Self::CLOSED).then_some(Millis(time))
    }

    pub(crate) fn is_open(&self) -> bool {
        self.time_ms != [Self::CLOSED; 2]
    }

    pub(crate) fn can_stop(&self) -> bool {
        self.flags & Self::CAN_STOP != 0
    }

    /// Returns the reason for which one cannot stop on it; `None` if one can, or if it is closed.
    pub(crate) fn no_stop(&self) -> Option<NoStop> {
        NoStop::numbered(self.flags >> Self::NO_STOP_SHIFT & 0xF)
    }

    /// Tests if it is above or below ground: on a bridge or at a `layer` other than 0.
    pub(crate) fn is_off_ground(&self) -> bool {
        self.flags & Self::OFF_GROUND != 0
    }

    /// Returns the density of the roads around its middle.
    pub(crate) fn density(&self) -> Density {
        match self.flags >> Self::DENSITY_SHIFT {
            0 => Density::Rural,
            1 => Density::Suburban,
            _ => Density::Urban,
        }
    }

    /// Tests if only trips that start or end there may use it.
    pub(crate) fn is_destination_only(&self, direction: Direction) -> bool {
        self.flags & Self::DESTINATION_ONLY[direction as usize] != 0
    }
}

/// All stretches with their geometry.
///
/// Ways that are closed to the travel mode come last. They only explain why a place has no road.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct RoadGraph {
    pub(crate) node_count: u32,
    pub(crate) stretches: Flat<Stretch>,
    pub(crate) points: Flat<PointE7>,
    pub(crate) labels: Labels,
}

impl RoadGraph {
    pub(crate) fn stretch(&self, id: StretchId) -> &Stretch {
        &self.stretches[id.0 as usize]
    }

    /// Returns the points of a stretch, as the way is drawn, with both ends.
    pub(crate) fn shape(&self, id: StretchId) -> &[PointE7] {
        let stretches = &*self.stretches;
        let first = stretches[id.0 as usize].first_point as usize;
        let next = stretches.get(id.0 as usize + 1);
        let end = next.map_or(self.points.len(), |next| next.first_point as usize);
        &self.points[first..end]
    }

    pub(crate) fn arc_count(&self) -> u32 {
        self.stretches.len() as u32 * 2
    }

    pub(crate) fn arc_tail(&self, arc: ArcId) -> NodeId {
        let stretch = self.stretch(arc.stretch());
        if arc.is_backward() { stretch.head } else { stretch.tail }
    }

    pub(crate) fn arc_head(&self, arc: ArcId) -> NodeId {
        self.arc_tail(arc.reverse())
    }

    /// Returns the cost of the whole arc; `None` if it is closed.
    pub(crate) fn arc_cost(&self, arc: ArcId) -> Option<Cost> {
        let stretch = self.stretch(arc.stretch());
        Some(Cost::new(stretch.time(arc.direction())?, stretch.length()))
    }

    pub(crate) fn is_destination_only(&self, arc: ArcId) -> bool {
        self.stretch(arc.stretch()).is_destination_only(arc.direction())
    }
}

/// A [`RoadGraph`], and tables to find the members of turn restrictions in it.
pub(super) struct CutWays {
    pub(super) graph: RoadGraph,
    /// Node by OpenStreetMap node; without closed barriers, which have several nodes.
    pub(super) node_of: FxHashMap<OsmNodeId, NodeId>,
    /// Stretches of each way in order along it.
    pub(super) stretches_of: FxHashMap<OsmWayId, Vec<StretchId>>,
    /// Time to pass a node, by [`Direction`] of arrival; only nodes with a time above zero.
    pub(super) node_costs: FxHashMap<NodeId, [Millis; 2]>,
    /// Regions with measured speeds in use, the longest roads first.
    pub(super) speed_regions: Vec<SpeedRegion>,
}

/// Cuts the ways that are open to `profile` at junctions, at barriers and at nodes that cost time.
///
/// A closed barrier separates its roads: each road gets a separate node there. A private barrier
/// also separates its roads, except if it is the only way in: then it opens, and all roads behind
/// it become destination-only. Closed ways of `highway=*` are not cut. O(points) time and memory.
pub(super) fn cut_ways(
    extract: &Extract,
    profile: &Profile,
    conditional: &mut ConditionalTags<'_>,
) -> CutWays {
    let access: Vec<WayAccess> =
        extract.ways.iter().map(|way| profile.judge_way(way, conditional)).collect();
    let open_ways = || extract.ways.iter().zip(&access).filter(|(_, access)| access.is_open());
    let barriers: FxHashMap<OsmNodeId, Access> = extract
        .barriers
        .iter()
        .map(|b| (b.node, profile.judge_node(b, conditional)))
        .filter(|(_, access)| *access != Access::Open)
        .collect();
    let waits: FxHashMap<OsmNodeId, [Millis; 2]> = extract
        .barriers
        .iter()
        .map(|b| (b.node, profile.turn_cost_s.of_node(&b.tags)))
        .filter(|(_, costs)| *costs != [Millis(0); 2])
        .collect();
    let passed_by = match profile.barriers_beside {
        true => passed_by(extract, &access, &barriers),
        false => FxHashSet::default(),
    };
    let ferries = || open_ways().filter(|(_, access)| access.wait_s > 0);
    let mut piers: FxHashSet<OsmNodeId> = ferries().flat_map(|(way, _)| ends_of(way)).collect();
    if !piers.is_empty() {
        let on_land = open_ways().filter(|(way, _)| !profile.takes_as_ferry(&way.tags));
        let land: FxHashSet<OsmNodeId> = on_land
            .flat_map(|(way, _)| way.nodes.iter().copied())
            .filter(|node| piers.contains(node))
            .collect();
        piers = land;
    }
    let mut cutter = Cutter {
        extract,
        road_lengths: RoadLengths::new(extract),
        speed_regions: SpeedRegions::new(profile.region.as_deref()),
        uses: count_uses(open_ways().map(|(way, _)| way)),
        barriers,
        passed_by,
        piers,
        waits,
        gates: FxHashMap::default(),
        labels: LabelWriter::new(),
        node_count: 0,
        stretches: Vec::new(),
        points: Vec::new(),
        node_of: FxHashMap::default(),
        stretches_of: FxHashMap::default(),
    };
    let stopping = judge_stopping(extract, profile, &access);
    for ((way, access), stopping) in extract.ways.iter().zip(&access).zip(stopping) {
        if access.is_open() {
            cutter.add_way(way, access, stopping);
        }
    }
    cutter.open_gates();
    let closed = extract.ways.iter().zip(&access).filter(|(_, access)| !access.is_open());
    for (way, _) in closed.filter(|(way, _)| is_built(way) && way.nodes.len() > 1) {
        cutter.add_closed(way);
    }
    let node_of = cutter.node_of;
    let waits = cutter.waits.into_iter();
    CutWays {
        node_costs: waits.filter_map(|(at, costs)| Some((*node_of.get(&at)?, costs))).collect(),
        graph: RoadGraph {
            node_count: cutter.node_count,
            stretches: cutter.stretches.into(),
            points: cutter.points.into(),
            labels: cutter.labels.finish(),
        },
        node_of,
        stretches_of: cutter.stretches_of,
        speed_regions: cutter.speed_regions.into_used(),
    }
}

/// Tests if a way is an existing road.
fn is_built(way: &Way) -> bool {
    const NOT_BUILT: [&str; 8] = [
        "proposed",
        "planned",
        "construction",
        "disused",
        "abandoned",
        "razed",
        "dismantled",
        "no",
    ];
    way.tags.get("highway").is_some_and(|class| !NOT_BUILT.contains(&class))
}

/// Counts the uses of each node by `ways`. The ends of a way count twice, so that each node with
/// two or more uses is a node of the graph.
fn count_uses<'a>(ways: impl Iterator<Item = &'a Way>) -> FxHashMap<OsmNodeId, u8> {
    let mut uses: FxHashMap<OsmNodeId, u8> = FxHashMap::default();
    for way in ways {
        for (at, node) in way.nodes.iter().enumerate() {
            let is_end = at == 0 || at + 1 == way.nodes.len();
            let count = uses.entry(*node).or_default();
            *count = count.saturating_add(if is_end { 2 } else { 1 });
        }
    }
    uses
}

/// Returns the point at `along` millimetres of a line with segments of these `lengths`.
fn point_at(points: &[PointE7], lengths: &[Millimetres], along: u64) -> PointE7 {
    let mut left = along;
    for (pair, length) in points.windows(2).zip(lengths) {
        if left <= length.0 && length.0 > 0 {
            let share = left as f64 / length.0 as f64;
            return LonLat::from(pair[0]).toward(pair[1].into(), share).into();
        }
        left -= length.0.min(left);
    }
    points[points.len() - 1]
}

/// Returns the two ends of a way.
fn ends_of(way: &Way) -> [OsmNodeId; 2] {
    [way.nodes[0], way.nodes[way.nodes.len() - 1]]
}

/// Returns the barriers that stand beside a road: on a junction of several ways, of which exactly
/// one open way passes through. The barrier belongs to the others, such as a footway that ends
/// there. It also belongs to others that pass through if they are closed to the mode.
fn passed_by(
    extract: &Extract,
    access: &[WayAccess],
    barriers: &FxHashMap<OsmNodeId, Access>,
) -> FxHashSet<OsmNodeId> {
    let mut open_through: FxHashMap<OsmNodeId, u32> = FxHashMap::default();
    let mut others: FxHashSet<OsmNodeId> = FxHashSet::default();
    for (way, access) in extract.ways.iter().zip(access) {
        let last = way.nodes.len() - 1;
        for (at, node) in way.nodes.iter().enumerate().filter(|(_, n)| barriers.contains_key(n)) {
            if access.is_open() && at > 0 && at < last {
                *open_through.entry(*node).or_default() += 1;
            } else if access.is_open() || is_built(way) {
                others.insert(*node);
            }
        }
    }
    let stands_beside = |(node, passes): &(OsmNodeId, u32)| *passes == 1 && others.contains(node);
    open_through.into_iter().filter(stands_beside).map(|(node, _)| node).collect()
}

struct Cutter<'a> {
    extract: &'a Extract,
    road_lengths: RoadLengths,
    speed_regions: SpeedRegions,
    uses: FxHashMap<OsmNodeId, u8>,
    /// Barriers that are closed or private.
    barriers: FxHashMap<OsmNodeId, Access>,
    /// Barriers that do not concern the way that passes through.
    passed_by: FxHashSet<OsmNodeId>,
    /// Ends of ferries with a wait that lie on a road.
    piers: FxHashSet<OsmNodeId>,
    /// Time to pass a node, by [`Direction`] of arrival.
    waits: FxHashMap<OsmNodeId, [Millis; 2]>,
    /// Nodes of each private barrier.
    gates: FxHashMap<OsmNodeId, Vec<NodeId>>,
    labels: LabelWriter,
    node_count: u32,
    stretches: Vec<Stretch>,
    points: Vec<PointE7>,
    node_of: FxHashMap<OsmNodeId, NodeId>,
    stretches_of: FxHashMap<OsmWayId, Vec<StretchId>>,
}

impl Cutter<'_> {
    fn add_way(&mut self, way: &Way, access: &WayAccess, stopping: Stopping) {
        let points = self.shape(way);
        let lengths: Vec<Millimetres> =
            points.windows(2).map(|pair| segment_length(pair[0], pair[1])).collect();
        let way_length: u64 = lengths.iter().map(|l| l.0).sum();
        let (class, name) = self.labels_of(way);
        // Half of the wait counts at each pier, so that a line of several ways waits once.
        let piers = ends_of(way).iter().filter(|end| self.piers.contains(end)).count();
        let wait_ms = f64::from(access.wait_s) * 500.0 * piers as f64;
        let is_measured = [access.forward, access.backward]
            .into_iter()
            .flatten()
            .any(|passage| passage.speed.is_measured());
        let time_of = |passage: Option<Passage>,
                       length: u64,
                       density: Density,
                       table: Option<&MeasuredSpeeds>| {
            let speed_m_per_h = match access.duration_s {
                Some(s) if way_length > 0 => way_length as f64 * 3.6 / f64::from(s),
                _ => passage?.speed.m_per_h(density, table),
            };
            let share = length as f64 / way_length.max(1) as f64;
            let time_ms = length as f64 * 3600.0 / speed_m_per_h + wait_ms * share;
            let time_ms = time_ms.round() as u32;
            passage.filter(|_| time_ms <= LONGEST_MS).map(|_| time_ms.max(1))
        };
        let passages = [access.forward, access.backward];
        let mut flags = match stopping.forbidden {
            None => Stretch::CAN_STOP,
            Some(reason) => (reason as u32) << Stretch::NO_STOP_SHIFT,
        };
        if stopping.is_off_ground {
            flags |= Stretch::OFF_GROUND;
        }
        for (passage, flag) in passages.iter().zip(Stretch::DESTINATION_ONLY) {
            if passage.is_some_and(|p| p.destination_only) {
                flags |= flag;
            }
        }

        let mut start = 0;
        let mut tail = self.node_at(way.nodes[0], false);
        for at in 1..way.nodes.len() {
            let node = way.nodes[at];
            let is_marked = self.barriers.contains_key(&node) || self.waits.contains_key(&node);
            if self.uses[&node] < 2 && !is_marked {
                continue;
            }
            let continues = at + 1 < way.nodes.len();
            let passes = continues && self.passed_by.contains(&node);
            let head = self.node_at(node, passes);
            let length: u64 = lengths[start..at].iter().map(|l| l.0).sum();
            let id = StretchId(self.stretches.len() as u32);
            let middle = point_at(&points[start..=at], &lengths[start..at], length / 2);
            let density = self.road_lengths.density_at(middle);
            let table =
                is_measured.then(|| self.speed_regions.speeds_at(middle, Millimetres(length)));
            self.stretches.push(Stretch {
                length_mm: length,
                tail,
                head,
                first_point: self.points.len() as u32,
                time_ms: passages
                    .map(|p| time_of(p, length, density, table).unwrap_or(Stretch::CLOSED)),
                name,
                class,
                flags: flags | (density as u32) << Stretch::DENSITY_SHIFT,
            });
            self.points.extend_from_slice(&points[start..=at]);
            self.stretches_of.entry(way.id).or_default().push(id);
            start = at;
            // Behind a barrier the road continues from a separate node.
            let is_barrier = self.barriers.contains_key(&node) && !passes;
            tail = if is_barrier && continues { self.node_at(node, false) } else { head };
        }
    }

    fn add_closed(&mut self, way: &Way) {
        let points = self.shape(way);
        let (class, name) = self.labels_of(way);
        self.stretches.push(Stretch {
            length_mm: points.windows(2).map(|pair| segment_length(pair[0], pair[1]).0).sum(),
            tail: Stretch::NOWHERE,
            head: Stretch::NOWHERE,
            first_point: self.points.len() as u32,
            time_ms: [Stretch::CLOSED; 2],
            name,
            class,
            flags: 0,
        });
        self.points.extend(points);
    }

    fn shape(&self, way: &Way) -> Vec<PointE7> {
        let position = |node| self.extract.position(node).expect("a way's nodes have positions");
        way.nodes.iter().map(|node| position(*node).into()).collect()
    }

    fn labels_of(&mut self, way: &Way) -> (u32, u32) {
        let class = match way.tags.get("highway") {
            Some(class) if !way.tags.is("route", "ferry") => class,
            _ => FERRY,
        };
        let name = way.tags.get("name").or_else(|| way.tags.get("ref")).unwrap_or("");
        (self.labels.id(class), self.labels.id(name))
    }

    /// Returns the node for `node`; for a closed or private barrier, a new one at each call, except
    /// for a way that passes it by.
    fn node_at(&mut self, node: OsmNodeId, passes: bool) -> NodeId {
        let fresh = NodeId(self.node_count);
        let id = match self.barriers.get(&node) {
            None => *self.node_of.entry(node).or_insert(fresh),
            Some(access) => {
                if passes {
                    self.node_of.insert(node, fresh);
                }
                if *access == Access::Destination {
                    self.gates.entry(node).or_default().push(fresh);
                }
                fresh
            }
        };
        if id == fresh {
            self.node_count += 1;
        }
        id
    }

    /// Opens the private barriers that are the only way in, starting from the largest network.
    fn open_gates(&mut self) {
        let mut zones = UnionFind::<u32>::new(self.node_count as usize);
        for stretch in &self.stretches {
            zones.union(stretch.tail.0, stretch.head.0);
        }
        let mut sizes = vec![0_u32; self.node_count as usize];
        for node in 0..self.node_count {
            sizes[zones.find_mut(node) as usize] += 1;
        }
        let Some(main) = (0..self.node_count).max_by_key(|z| (sizes[*z as usize], u32::MAX - z))
        else {
            return;
        };
        let mut reached = vec![false; self.node_count as usize];
        reached[main as usize] = true;
        let mut gates: Vec<Vec<NodeId>> = std::mem::take(&mut self.gates).into_values().collect();
        gates.sort_unstable();
        let mut merged: Vec<u32> = (0..self.node_count).collect();
        loop {
            let before = gates.len();
            let mut opened = Vec::new();
            gates.retain(|sides| {
                let inside = |n: &NodeId| reached[zones.find(n.0) as usize];
                let opens = sides.iter().any(inside) && !sides.iter().all(inside);
                if opens {
                    opened.push(sides.clone());
                }
                !opens
            });
            for sides in opened {
                for side in &sides {
                    reached[zones.find(side.0) as usize] = true;
                    merged[side.0 as usize] = sides[0].0;
                }
            }
            if gates.len() == before {
                break;
            }
        }
        for stretch in &mut self.stretches {
            let zone = zones.find(stretch.tail.0);
            if zone != main && reached[zone as usize] {
                stretch.flags |= Stretch::DESTINATION_ONLY[0] | Stretch::DESTINATION_ONLY[1];
            }
            stretch.tail = NodeId(merged[stretch.tail.0 as usize]);
            stretch.head = NodeId(merged[stretch.head.0 as usize]);
        }
    }
}
