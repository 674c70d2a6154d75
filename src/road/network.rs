//! The road network of one travel mode: built once, then shared read-only.

use std::sync::OnceLock;

use petgraph::Direction;
use petgraph::visit::EdgeRef;
use serde::{Deserialize, Serialize};

use super::component::components_of_stretches;
use super::conditional::{Condition, Period};
use super::flat::Flat;
use super::graph::{FERRY, RoadGraph, Stretch, cut_ways};
use super::hierarchy::Hierarchy;
use super::ids::{ArcId, Cost, StateId, StretchId};
use super::profile::Profile;
use super::restriction::forbidden_rows;
use super::snap::SnapIndex;
use super::states::{ArcsAt, Join, StateGraph, unfold};
use super::turns::Turns;
use crate::osm::Extract;
use crate::remark::Remark;
use crate::units::Millimetres;

/// Where a network comes from and what it is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NetworkInfo {
    /// The travel mode it is for.
    pub profile: Profile,
    /// File name of the extract.
    pub extract: String,
    /// Fingerprint (XXH3, 64 bit, hexadecimal) of the extract's bytes.
    pub extract_xxh3: String,
    /// State of the map data, if the extract says so.
    pub extract_timestamp: Option<String>,
    /// What the conditions of turn restrictions were taken to be; the network is right for all days that agree.
    pub conditions: Vec<Condition>,
    /// What was left out or could not be judged while reading the extract and building.
    pub remarks: Vec<Remark>,
    /// Whose data it is.
    pub licence: String,
}

impl NetworkInfo {
    /// Whether turn restrictions that depend on the hour come to the same during `periods`.
    pub fn is_right_for(&self, periods: &[Period]) -> bool {
        self.conditions.iter().all(|condition| condition.agrees_with(periods))
    }
}

/// What to build a network for, beside extract and profile.
#[derive(Debug, Clone, Default)]
pub struct BuildOptions {
    /// When somebody will be on the road; conditional turn restrictions are judged for these hours.
    pub periods: Vec<Period>,
    /// File name of the extract, for [`NetworkInfo`].
    pub extract: String,
    /// Fingerprint of the extract, for [`NetworkInfo`].
    pub extract_xxh3: String,
}

/// The roads and how one may travel them.
pub(super) struct Foundation {
    pub(super) info: NetworkInfo,
    pub(super) graph: RoadGraph,
    /// Joins of state `s` are those with index `first_out[s] .. first_out[s + 1]`.
    pub(super) first_out: Flat<u32>,
    /// Where each join leads.
    pub(super) heads: Flat<StateId>,
    /// Which arc it travels.
    pub(super) arcs: Flat<ArcId>,
    /// What it costs.
    pub(super) costs: Flat<Cost>,
    /// States from which arc `a` can be entered: `entries[first_entry[a] .. first_entry[a + 1]]`.
    pub(super) first_entry: Flat<u32>,
    pub(super) entries: Flat<StateId>,
    /// By arc: the state at its end for a path that begins on it; [`StateId::NONE`] where it is closed.
    pub(super) after_start: Flat<StateId>,
    /// By stretch: which network one can leave it for and come back from; [`NO_COMPONENT`] where there is none.
    pub(super) component: Flat<u32>,
}

/// In place of the number of a network.
pub(super) const NO_COMPONENT: u32 = u32::MAX;

/// A road network for one travel mode, ready for [`snap`](Self::snap), [`matrix`](Self::matrix) and [`path`](Self::path).
pub struct RoadNetwork {
    pub(super) base: Foundation,
    pub(super) index: SnapIndex,
    /// Empty until it is worth its preparation.
    pub(super) hierarchy: OnceLock<Hierarchy>,
}

/// How large a network is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NetworkSize {
    /// Junctions, ends and sides of closed barriers.
    pub nodes: usize,
    /// Directed arcs that are open.
    pub arcs: usize,
    /// Nodes after splitting for turn restrictions and destination-only roads.
    pub states: usize,
    /// Length of all roads, each counted once, ferries not at all.
    pub length_km: f64,
    /// Separate networks that are large enough to plan on.
    pub components: usize,
    /// Length of the roads one could stop on that belong to none of them.
    pub cut_off_km: f64,
}

impl RoadNetwork {
    /// Builds the network of `extract` as `profile` sees it.
    ///
    /// O(n log n) in the number of points. What could not be judged or resolved is told in [`NetworkInfo::remarks`].
    pub fn build(extract: &Extract, profile: &Profile, options: &BuildOptions) -> Self {
        let cut = cut_ways(extract, profile);
        let out_arcs = ArcsAt::tails(&cut.graph);
        let restrictions = forbidden_rows(extract, profile, &cut, &out_arcs, &options.periods);
        let turn_costs = &profile.turn_cost_s;
        let turns = (!turn_costs.is_free())
            .then(|| Turns::new(&cut.graph, &out_arcs, turn_costs, &cut.node_costs));
        let states = unfold(&cut.graph, &out_arcs, &restrictions.rows, turns.as_ref());
        let component = components_of_stretches(&cut.graph, &states);
        let info = NetworkInfo {
            profile: profile.clone(),
            extract: options.extract.clone(),
            extract_xxh3: options.extract_xxh3.clone(),
            extract_timestamp: extract.timestamp.clone(),
            conditions: restrictions.conditions,
            remarks: [extract.remarks.clone(), restrictions.remarks].concat(),
            licence: "Map data © OpenStreetMap contributors, ODbL 1.0".to_owned(),
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

    /// Prepares the network for many questions: a contraction hierarchy that makes [`matrix`](Self::matrix) and
    /// [`path`](Self::path) a hundred times faster and more, and gives exactly the same costs.
    ///
    /// Takes about as long as 80 Dijkstra searches over the whole network, on the threads of the current pool; nothing
    /// if it is done already. [`save`](Self::save) keeps the result.
    pub fn prepare(&self) {
        if self.hierarchy.get().is_none() {
            let base = &self.base;
            let hierarchy = Hierarchy::new(&base.first_out, &base.heads, &base.costs);
            // Another thread may have been quicker; it has come to the same result. Waiting for it in the cell instead
            // could wait for ever, since the threads of a pool help one another out with tasks.
            let _ = self.hierarchy.set(hierarchy);
        }
    }

    /// Where the network comes from.
    pub fn info(&self) -> &NetworkInfo {
        &self.base.info
    }

    /// How large it is.
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

    /// The box around all roads, in degrees: corners at the smallest and greatest longitude and latitude.
    pub fn bounds(&self) -> geo::Rect<f64> {
        let all = self.index.stops.bounds().with(self.index.others.bounds());
        let degrees = |e7: i32| f64::from(e7) / 1e7;
        geo::Rect::new(
            (degrees(all.west), degrees(all.south)),
            (degrees(all.east), degrees(all.north)),
        )
    }

    /// No way leads farther than so many metres a second, as the crow flies: the speed of the quickest long stretch or of the
    /// profile, and a hundredth more for what is lost in rounding.
    pub fn speed_max(&self) -> f64 {
        /// On shorter stretches, whole milliseconds say little about the speed.
        const LONG_MM: u64 = 50_000;
        let long = self.base.graph.stretches.iter().filter(|s| s.length().0 >= LONG_MM);
        let speeds = long.flat_map(|stretch| {
            let times = [stretch.time(false), stretch.time(true)].into_iter().flatten();
            times.map(|time| stretch.length().metres() / time.seconds().max(0.001))
        });
        speeds.fold(self.info().profile.speed_max_kmh / 3.6, f64::max) * 1.01
    }

    /// Which network `stretch` belongs to, 0 for the largest.
    pub(super) fn component(&self, stretch: StretchId) -> Option<u32> {
        let number = self.base.component[stretch.0 as usize];
        (number != NO_COMPONENT).then_some(number)
    }

    pub(super) fn state_count(&self) -> usize {
        self.base.first_out.len() - 1
    }

    /// The arcs that can be travelled next in `state`, each with what it costs to turn into it.
    pub(super) fn arcs_from(&self, state: StateId) -> impl Iterator<Item = (ArcId, Cost)> {
        let base = &self.base;
        let first_out = &base.first_out;
        let joins = first_out[state.0 as usize] as usize..first_out[state.0 as usize + 1] as usize;
        joins.map(|join| {
            let arc = base.arcs[join];
            (arc, base.costs[join].saturating_sub(self.arc_cost(arc)))
        })
    }

    /// What it costs to turn into `arc` in `state`, if one may.
    pub(super) fn turn(&self, state: StateId, arc: ArcId) -> Option<Cost> {
        self.arcs_from(state).find(|(other, _)| *other == arc).map(|(_, turn)| turn)
    }

    /// What travelling all of an open arc costs.
    pub(super) fn arc_cost(&self, arc: ArcId) -> Cost {
        self.base.graph.arc_cost(arc).expect("only open arcs are travelled")
    }

    /// States from which `arc` can be entered.
    pub(super) fn entries(&self, arc: ArcId) -> &[StateId] {
        let first = &self.base.first_entry[arc.0 as usize..];
        &self.base.entries[first[0] as usize..first[1] as usize]
    }

    /// Name and class of the road that `stretch` is part of.
    pub(super) fn road_name(&self, stretch: StretchId) -> RoadName {
        let graph = &self.base.graph;
        let stretch = graph.stretch(stretch);
        RoadName {
            name: graph.labels.get(stretch.name).to_owned(),
            class: graph.labels.get(stretch.class).to_owned(),
        }
    }
}

/// A road as a person knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoadName {
    /// Its name, or its number; empty if it has neither.
    pub name: String,
    /// `highway=*`, or `ferry`.
    pub class: String,
}

/// `Triq il-Kbira (residential)`, or `an unnamed road (track)`.
impl std::fmt::Display for RoadName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.name.is_empty() {
            true => write!(f, "an unnamed road ({})", self.class),
            false => write!(f, "{} ({})", self.name, self.class),
        }
    }
}

/// The joins of all states one after the other, in order of states and arcs.
fn flatten(states: &StateGraph) -> (Vec<u32>, Vec<StateId>, Vec<Join>) {
    let graph = &states.graph;
    let mut first_out = Vec::with_capacity(graph.node_count() + 1);
    let mut heads = Vec::with_capacity(graph.edge_count());
    let mut joins = Vec::with_capacity(graph.edge_count());
    for state in graph.node_indices() {
        first_out.push(heads.len() as u32);
        let from = heads.len();
        for join in graph.edges_directed(state, Direction::Outgoing) {
            heads.push(StateId(join.target().index() as u32));
            joins.push(*join.weight());
        }
        // petgraph lists the newest edge first; the order of arcs is easier to reason about.
        heads[from..].reverse();
        joins[from..].reverse();
    }
    first_out.push(heads.len() as u32);
    (first_out, heads, joins)
}

/// The states whose joins travel each arc: those of arc `a` are `states[first[a] .. first[a + 1]]`, in their order.
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
