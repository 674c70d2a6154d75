//! The road network of one travel mode: built once, then shared read-only.

use std::sync::OnceLock;

use petgraph::Direction;
use petgraph::visit::EdgeRef;
use serde::{Deserialize, Serialize};

use super::component::components_of_stretches;
use super::conditional::Period;
use super::graph::{FERRY, RoadGraph, Stretch, cut_ways};
use super::hierarchy::Hierarchy;
use super::ids::{ArcId, Cost, StateId, StretchId};
use super::profile::Profile;
use super::restriction::forbidden_rows;
use super::snap::SnapIndex;
use super::states::{OutArcs, StateGraph, unfold};
use crate::lonlat::LonLat;
use crate::osm::Extract;
use crate::remark::Remark;

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
    /// The days whose conditional turn restrictions were judged; empty if none were and all are obeyed.
    pub conditional_dates: Vec<jiff::civil::Date>,
    /// Whose data it is.
    pub licence: String,
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

/// The part of a network that is written to a file; everything else follows from it.
#[derive(Serialize, Deserialize)]
pub(super) struct Foundation {
    pub(super) info: NetworkInfo,
    pub(super) graph: RoadGraph,
    /// Joins of state `s` are those with index `first_out[s] .. first_out[s + 1]`.
    pub(super) first_out: Vec<u32>,
    /// Where each join leads.
    pub(super) heads: Vec<StateId>,
    /// Which arc it travels.
    pub(super) arcs: Vec<ArcId>,
    /// By arc: the state at its end for a path that begins on it; `None` where it is closed.
    pub(super) after_start: Vec<Option<StateId>>,
    /// By stretch: which network one can leave it for and come back from; `None` where there is none.
    pub(super) component: Vec<Option<u32>>,
}

/// A road network for one travel mode, ready for [`snap`](Self::snap), [`matrix`](Self::matrix) and [`path`](Self::path).
pub struct RoadNetwork {
    pub(super) base: Foundation,
    /// Cost of each join, beside `base.heads`.
    pub(super) costs: Vec<Cost>,
    /// States from which arc `a` can be entered: `entries[first_entry[a] .. first_entry[a + 1]]`.
    first_entry: Vec<u32>,
    entries: Vec<StateId>,
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
    /// O(n log n) in the number of points. The remarks say which turn restrictions could not be judged or resolved.
    pub fn build(
        extract: &Extract,
        profile: &Profile,
        options: &BuildOptions,
    ) -> (Self, Vec<Remark>) {
        let cut = cut_ways(extract, profile);
        let out_arcs = OutArcs::new(&cut.graph);
        let (rows, remarks) = forbidden_rows(extract, profile, &cut, &out_arcs, &options.periods);
        let states = unfold(&cut.graph, &out_arcs, &rows);
        let component = components_of_stretches(&cut.graph, &states);
        let info = NetworkInfo {
            profile: profile.clone(),
            extract: options.extract.clone(),
            extract_xxh3: options.extract_xxh3.clone(),
            extract_timestamp: extract.timestamp.clone(),
            conditional_dates: options.periods.iter().map(|p| p.date).collect(),
            licence: "Map data © OpenStreetMap contributors, ODbL 1.0".to_owned(),
        };
        let (first_out, heads, arcs) = flatten(&states);
        let base = Foundation {
            info,
            graph: cut.graph,
            first_out,
            heads,
            arcs,
            after_start: states.after_start,
            component,
        };
        (Self::on(base, None), remarks)
    }

    /// Completes a network from its written parts.
    pub(super) fn on(base: Foundation, hierarchy: Option<Hierarchy>) -> Self {
        let costs = base
            .arcs
            .iter()
            .map(|arc| base.graph.arc_cost(*arc).expect("joins travel open arcs"))
            .collect();
        let arc_count = base.graph.arc_count() as usize;
        let mut first_entry = vec![0_u32; arc_count + 1];
        for arc in &base.arcs {
            first_entry[arc.0 as usize + 1] += 1;
        }
        for arc in 0..arc_count {
            first_entry[arc + 1] += first_entry[arc];
        }
        let mut next = first_entry.clone();
        let mut entries = vec![StateId(0); base.arcs.len()];
        for state in 0..base.first_out.len() - 1 {
            for join in base.first_out[state]..base.first_out[state + 1] {
                let at = &mut next[base.arcs[join as usize].0 as usize];
                entries[*at as usize] = StateId(state as u32);
                *at += 1;
            }
        }
        let index = SnapIndex::new(&base.graph);
        let hierarchy = hierarchy.map(OnceLock::from).unwrap_or_default();
        Self { base, costs, first_entry, entries, index, hierarchy }
    }

    /// Prepares the network for many questions: a contraction hierarchy that makes [`matrix`](Self::matrix) and
    /// [`path`](Self::path) a hundred times faster and more, and gives exactly the same costs.
    ///
    /// Takes about as long as 120 Dijkstra searches over the whole network, on the threads of the current pool; nothing
    /// if it is done already. [`save`](Self::save) keeps the result.
    pub fn prepare(&self) {
        if self.hierarchy.get().is_none() {
            let base = &self.base;
            let hierarchy = Hierarchy::new(&base.first_out, &base.heads, &self.costs);
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
        let ferry = graph.labels.iter().position(|label| label == FERRY);
        let is_road = |stretch: &Stretch| Some(stretch.class as usize) != ferry;
        let km = |is_counted: &dyn Fn(usize, &Stretch) -> bool| {
            let stretches = graph.stretches.iter().enumerate();
            let counted = stretches.filter(|(at, s)| is_road(s) && is_counted(*at, s));
            counted.map(|(_, s)| s.length.0).sum::<u64>() as f64 / 1e6
        };
        NetworkSize {
            nodes: graph.node_count as usize,
            arcs: graph.stretches.iter().flat_map(|s| s.time).flatten().count(),
            states: self.state_count(),
            length_km: km(&|_, _| true),
            components: self.base.component.iter().flatten().max().map_or(0, |c| *c as usize + 1),
            cut_off_km: km(&|at, s| s.can_stop && self.base.component[at].is_none()),
        }
    }

    /// The box around all roads, in degrees: corners at the smallest and greatest longitude and latitude.
    pub fn bounds(&self) -> geo::Rect<f64> {
        let points = || self.base.graph.points.iter().map(|point| LonLat::from(*point));
        let (start, end) = (LonLat { lon: 180.0, lat: 90.0 }, LonLat { lon: -180.0, lat: -90.0 });
        let low = points()
            .fold(start, |low, p| LonLat { lon: low.lon.min(p.lon), lat: low.lat.min(p.lat) });
        let high = points()
            .fold(end, |high, p| LonLat { lon: high.lon.max(p.lon), lat: high.lat.max(p.lat) });
        geo::Rect::new((low.lon, low.lat), (high.lon, high.lat))
    }

    pub(super) fn state_count(&self) -> usize {
        self.base.first_out.len() - 1
    }

    /// The arcs that can be travelled next in `state`.
    pub(super) fn arcs_from(&self, state: StateId) -> &[ArcId] {
        let first_out = &self.base.first_out;
        let (first, end) = (first_out[state.0 as usize], first_out[state.0 as usize + 1]);
        &self.base.arcs[first as usize..end as usize]
    }

    /// States from which `arc` can be entered.
    pub(super) fn entries(&self, arc: ArcId) -> &[StateId] {
        let (first, end) = (self.first_entry[arc.0 as usize], self.first_entry[arc.0 as usize + 1]);
        &self.entries[first as usize..end as usize]
    }

    /// Name and class of the road that `stretch` is part of.
    pub(super) fn road_name(&self, stretch: StretchId) -> RoadName {
        let graph = &self.base.graph;
        let stretch = graph.stretch(stretch);
        RoadName {
            name: graph.labels[stretch.name as usize].clone(),
            class: graph.labels[stretch.class as usize].clone(),
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
fn flatten(states: &StateGraph) -> (Vec<u32>, Vec<StateId>, Vec<ArcId>) {
    let graph = &states.graph;
    let mut first_out = Vec::with_capacity(graph.node_count() + 1);
    let mut heads = Vec::with_capacity(graph.edge_count());
    let mut arcs = Vec::with_capacity(graph.edge_count());
    for state in graph.node_indices() {
        first_out.push(heads.len() as u32);
        let from = heads.len();
        for join in graph.edges_directed(state, Direction::Outgoing) {
            heads.push(StateId(join.target().index() as u32));
            arcs.push(*join.weight());
        }
        // petgraph lists the newest edge first; the order of arcs is easier to reason about.
        heads[from..].reverse();
        arcs[from..].reverse();
    }
    first_out.push(heads.len() as u32);
    (first_out, heads, arcs)
}
