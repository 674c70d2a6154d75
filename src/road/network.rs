//! The road network of one travel mode: built once, then read-only and shared by threads.

use std::sync::OnceLock;

use petgraph::visit::EdgeRef;
use serde::{Deserialize, Serialize};

use super::arcs_at::ArcsAt;
use super::box_tree::{Bounds, BoxTree};
use super::component::components_of_stretches;
use super::conditional::{Condition, Period};
use super::conditional_tags::ConditionalTags;
use super::flat::Flat;
use super::graph::{FERRY, RoadGraph, Stretch, cut_ways};
use super::hierarchy::Hierarchy;
use super::ids::{ArcId, Cost, StateId, StretchId};
use super::labels::RoadName;
use super::measured::WORLD;
use super::profile::Profile;
use super::restriction::forbidden_rows;
use super::speed_regions::SpeedRegion;
use super::states::{Join, StateGraph, unfold};
use super::turns::Turns;
use crate::osm::{ATTRIBUTION, Extract};
use crate::remark::{Remark, RemarkCode};
use crate::units::Millimetres;

/// Origin and travel mode of a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NetworkInfo {
    /// The travel mode.
    pub profile: Profile,
    /// File name of the extract.
    pub extract: String,
    /// Fingerprint (XXH3, 64 bit, hexadecimal) of the extract's bytes.
    pub extract_xxh3: String,
    /// Time of the map data in ISO 8601, if the extract has it.
    pub extract_timestamp: Option<String>,
    /// Judged conditions of turn restrictions, roads and barriers; see [`is_right_for`](Self::is_right_for).
    pub conditions: Vec<Condition>,
    /// Regions whose measured speeds the roads have, the longest roads first; empty if the profile
    /// has speeds by class.
    pub speed_regions: Vec<SpeedRegion>,
    /// Remarks of the reader of the extract and of the build.
    pub remarks: Vec<Remark>,
    /// Attribution of the map data.
    pub licence: String,
}

impl NetworkInfo {
    /// Tests if the network is correct for `periods`: all conditions are judged the same for these
    /// hours.
    pub fn is_right_for(&self, periods: &[Period]) -> bool {
        self.conditions.iter().all(|condition| condition.agrees_with(&self.profile, periods))
    }
}

/// Options of [`RoadNetwork::build`].
#[derive(Debug, Clone, Default)]
pub struct BuildOptions {
    /// Hours of travel; conditional tags and turn restrictions are judged for them.
    pub periods: Vec<Period>,
    /// File name of the extract, for [`NetworkInfo`].
    pub extract: String,
    /// Fingerprint of the extract, for [`NetworkInfo`].
    pub extract_xxh3: String,
}

pub(super) struct Foundation {
    pub(super) info: NetworkInfo,
    pub(super) graph: RoadGraph,
    /// Joins of state `s` are those with index `first_out[s] .. first_out[s + 1]`.
    pub(super) first_out: Flat<u32>,
    pub(super) heads: Flat<StateId>,
    /// Arc of each join.
    pub(super) arcs: Flat<ArcId>,
    /// Cost of each join: turn and arc.
    pub(super) costs: Flat<Cost>,
    /// States from which arc `a` can be entered: `entries[first_entry[a] .. first_entry[a + 1]]`.
    pub(super) first_entry: Flat<u32>,
    pub(super) entries: Flat<StateId>,
    /// By arc: the state at its end for a path that starts on it; [`StateId::NONE`] if closed.
    pub(super) after_start: Flat<StateId>,
    /// By stretch: number of its component; [`NO_COMPONENT`] if it is cut off.
    pub(super) component: Flat<u32>,
}

/// Placeholder for "no component".
pub(super) const NO_COMPONENT: u32 = u32::MAX;

/// A road network for one travel mode; answers [`snap`](Self::snap), [`matrix`](Self::matrix),
/// [`path`](Self::path) and [`reach`](Self::reach). The [module](super) has an example.
pub struct RoadNetwork {
    pub(super) base: Foundation,
    pub(super) index: SnapIndex,
    /// Empty until [`prepare`](Self::prepare).
    pub(super) hierarchy: OnceLock<Hierarchy>,
}

/// Spatial index of all stretches.
#[derive(Debug, Default, PartialEq)]
pub(super) struct SnapIndex {
    pub(super) stops: BoxTree,
    pub(super) others: BoxTree,
}

impl SnapIndex {
    fn new(graph: &RoadGraph) -> Self {
        let (mut stops, mut others) = (Vec::new(), Vec::new());
        for (at, stretch) in graph.stretches.iter().enumerate() {
            let bounds = Bounds::around(graph.shape(StretchId(at as u32)));
            let list = if stretch.can_stop() { &mut stops } else { &mut others };
            list.push((at as u32, bounds));
        }
        Self { stops: BoxTree::new(stops), others: BoxTree::new(others) }
    }
}

/// Size of a network.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct NetworkSize {
    /// Number of junctions, ends of ways and sides of closed barriers.
    pub nodes: usize,
    /// Number of open arcs; a two-way stretch has two.
    pub arcs: usize,
    /// Number of states: nodes, split for turn restrictions, destination-only roads and turn costs.
    pub states: usize,
    /// Length of all roads in kilometres, each counted once, without ferries.
    pub length_km: f64,
    /// Number of components: separate parts that are large enough to plan on.
    pub components: usize,
    /// Length in kilometres of the roads outside of all components on which one could stop.
    pub cut_off_km: f64,
}

impl RoadNetwork {
    /// Builds the network of `extract` for `profile`.
    ///
    /// O(n log n) in the points. [`NetworkInfo::remarks`] lists unresolved turn restrictions.
    pub fn build(extract: &Extract, profile: &Profile, options: &BuildOptions) -> Self {
        let mut conditional = ConditionalTags::new(profile, &options.periods);
        let cut = cut_ways(extract, profile, &mut conditional);
        let out_arcs = ArcsAt::tails(&cut.graph);
        let restrictions = forbidden_rows(extract, profile, &cut, &out_arcs, &options.periods);
        let turn_costs = &profile.turn_cost_s;
        let turns = (!turn_costs.is_free())
            .then(|| Turns::new(&cut.graph, &out_arcs, turn_costs, &cut.node_costs));
        let states = unfold(&cut.graph, &out_arcs, &restrictions.rows, turns.as_ref());
        let component = components_of_stretches(&cut.graph, &states);
        let (mut conditions, unclear) = conditional.finish();
        conditions.extend(restrictions.conditions);
        conditions.sort_unstable();
        conditions.dedup();
        let mut remarks = [extract.remarks.clone(), restrictions.remarks].concat();
        remarks.extend(unclear);
        remarks.extend(region_remark(profile, &cut.speed_regions));
        let info = NetworkInfo {
            profile: profile.clone(),
            extract: options.extract.clone(),
            extract_xxh3: options.extract_xxh3.clone(),
            extract_timestamp: extract.timestamp.clone(),
            conditions,
            remarks,
            speed_regions: cut.speed_regions,
            licence: ATTRIBUTION.to_owned(),
        };
        let (first_out, heads, joins) = flatten(&states);
        let graph = cut.graph;
        let cost = |join: &Join| {
            let on_the_arc = graph.arc_cost(join.arc).expect("joins travel open arcs");
            on_the_arc + Cost::new(join.turn, Millimetres(0))
        };
        let costs: Vec<Cost> = joins.iter().map(cost).collect();
        let arcs: Vec<ArcId> = joins.iter().map(|join| join.arc).collect();
        let (first_entry, entries) = by_arc(&first_out, &arcs, graph.arc_count());
        let index = SnapIndex::new(&graph);
        let component: Vec<u32> =
            component.into_iter().map(|number| number.unwrap_or(NO_COMPONENT)).collect();
        let after_start: Vec<StateId> =
            states.after_start.into_iter().map(|state| state.unwrap_or(StateId::NONE)).collect();
        let base = Foundation {
            info,
            graph,
            first_out: first_out.into(),
            heads: heads.into(),
            arcs: arcs.into(),
            costs: costs.into(),
            first_entry: first_entry.into(),
            entries: entries.into(),
            after_start: after_start.into(),
            component: component.into(),
        };
        Self { base, index, hierarchy: OnceLock::new() }
    }

    /// Builds a contraction hierarchy, which makes [`matrix`](Self::matrix) and
    /// [`path`](Self::path) at least a hundred times faster and gives exactly the same costs.
    ///
    /// Takes the time of about 80 Dijkstra searches over the whole network, on the current pool.
    /// Does nothing if the hierarchy exists. [`save`](Self::save) stores it.
    pub fn prepare(&self) {
        if self.hierarchy.get().is_none() {
            let base = &self.base;
            let hierarchy = Hierarchy::new(&base.first_out, &base.heads, &base.costs);
            // Another thread may have stored the same result first. Building inside the cell could
            // deadlock: a waiting thread of the pool may take over a task that needs the cell.
            let _ = self.hierarchy.set(hierarchy);
        }
    }

    /// Returns origin and travel mode.
    pub fn info(&self) -> &NetworkInfo {
        &self.base.info
    }

    /// Computes the size. O(stretches).
    pub fn size(&self) -> NetworkSize {
        let graph = &self.base.graph;
        let ferry = graph.labels.find(FERRY);
        let is_road = |stretch: &Stretch| stretch.is_open() && Some(stretch.class) != ferry;
        let km = |is_counted: &dyn Fn(usize, &Stretch) -> bool| {
            let stretches = graph.stretches.iter().enumerate();
            let counted = stretches.filter(|(at, s)| is_road(s) && is_counted(*at, s));
            counted.map(|(_, s)| s.length().0).sum::<u64>() as f64 / 1e6
        };
        let component = &*self.base.component;
        let numbers = component.iter().filter(|number| **number != NO_COMPONENT);
        NetworkSize {
            nodes: graph.node_count as usize,
            arcs: (0..graph.arc_count()).filter(|a| graph.arc_cost(ArcId(*a)).is_some()).count(),
            states: self.state_count(),
            length_km: km(&|_, _| true),
            components: numbers.max().map_or(0, |number| *number as usize + 1),
            cut_off_km: km(&|at, s| s.can_stop() && component[at] == NO_COMPONENT),
        }
    }

    /// Returns the bounding box of all roads in degrees, x = longitude.
    pub fn bounds(&self) -> geo::Rect<f64> {
        let all = self.index.stops.bounds().with(self.index.others.bounds());
        let degrees = |e7: i32| f64::from(e7) / 1e7;
        geo::Rect::new(
            (degrees(all.west), degrees(all.south)),
            (degrees(all.east), degrees(all.north)),
        )
    }

    /// Returns the component of `stretch`; 0 is the largest, `None` means cut off.
    pub(super) fn component(&self, stretch: StretchId) -> Option<u32> {
        let number = self.base.component[stretch.0 as usize];
        (number != NO_COMPONENT).then_some(number)
    }

    pub(super) fn state_count(&self) -> usize {
        self.base.first_out.len() - 1
    }

    /// Returns the arcs that may follow in `state`, each with the cost of the turn into it.
    pub(super) fn arcs_from(&self, state: StateId) -> impl Iterator<Item = (ArcId, Cost)> {
        let base = &self.base;
        let first_out = &base.first_out;
        let joins = first_out[state.0 as usize] as usize..first_out[state.0 as usize + 1] as usize;
        joins.map(|join| {
            let arc = base.arcs[join];
            (arc, base.costs[join].saturating_sub(self.arc_cost(arc)))
        })
    }

    /// Returns the cost of the turn into `arc` in `state`; `None` if it is forbidden.
    pub(super) fn turn(&self, state: StateId, arc: ArcId) -> Option<Cost> {
        self.arcs_from(state).find(|(other, _)| *other == arc).map(|(_, turn)| turn)
    }

    /// Returns the cost of a whole open arc.
    pub(super) fn arc_cost(&self, arc: ArcId) -> Cost {
        self.base.graph.arc_cost(arc).expect("only open arcs are travelled")
    }

    pub(super) fn entries(&self, arc: ArcId) -> &[StateId] {
        let first = &self.base.first_entry[arc.0 as usize..];
        &self.base.entries[first[0] as usize..first[1] as usize]
    }

    pub(super) fn road_name(&self, stretch: StretchId) -> RoadName {
        let graph = &self.base.graph;
        let stretch = graph.stretch(stretch);
        RoadName {
            name: graph.labels.get(stretch.name).to_owned(),
            class: graph.labels.get(stretch.class).to_owned(),
        }
    }
}

/// Remarks on roads whose country is unknown.
fn region_remark(profile: &Profile, regions: &[SpeedRegion]) -> Option<Remark> {
    let world = regions.iter().find(|used| used.region == WORLD && profile.region.is_none())?;
    Some(Remark::new(
        RemarkCode::SpeedRegionUnknown,
        format!(
            "the country of {:.1} km of roads is not known; they have the mean speeds of the world (set `region`)",
            world.length_km
        ),
    ))
}

/// Lists the joins of all states, in order of states and arcs.
fn flatten(states: &StateGraph) -> (Vec<u32>, Vec<StateId>, Vec<Join>) {
    let graph = &states.graph;
    let mut first_out = Vec::with_capacity(graph.node_count() + 1);
    let mut heads = Vec::with_capacity(graph.edge_count());
    let mut joins = Vec::with_capacity(graph.edge_count());
    for state in graph.node_indices() {
        first_out.push(heads.len() as u32);
        let from = heads.len();
        for join in graph.edges(state) {
            heads.push(StateId(join.target().index() as u32));
            joins.push(*join.weight());
        }
        // petgraph lists the newest edge first; restore the order of arcs.
        heads[from..].reverse();
        joins[from..].reverse();
    }
    first_out.push(heads.len() as u32);
    (first_out, heads, joins)
}

/// Lists states by arc of their joins: `states[first[a] .. first[a + 1]]` for arc `a`.
fn by_arc(first_out: &[u32], arcs: &[ArcId], arc_count: u32) -> (Vec<u32>, Vec<StateId>) {
    let mut first = vec![0_u32; arc_count as usize + 1];
    for arc in arcs {
        first[arc.0 as usize + 1] += 1;
    }
    for arc in 0..arc_count as usize {
        first[arc + 1] += first[arc];
    }
    let mut next = first.clone();
    let mut states = vec![StateId(0); arcs.len()];
    for (state, joins) in first_out.windows(2).enumerate() {
        for arc in &arcs[joins[0] as usize..joins[1] as usize] {
            let at = &mut next[arc.0 as usize];
            states[*at as usize] = StateId(state as u32);
            *at += 1;
        }
    }
    (first, states)
}
