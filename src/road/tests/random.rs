//! Random maps with random restrictions, against a search that remembers whole histories of arcs.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use proptest::prelude::*;

use crate::lonlat::LonLat;
use crate::osm::{
    Extract, OsmNodeId, OsmRelationId, OsmWayId, Restriction, RestrictionMember, Tags, Way,
};
use crate::progress::Silent;
use crate::road::graph::{CutWays, cut_ways};
use crate::road::ids::{ArcId, Cost};
use crate::road::restriction::{ForbiddenRow, forbidden_rows};
use crate::road::states::OutArcs;
use crate::road::{BuildOptions, Profile, RoadNetwork, Snap};

#[derive(Debug, Clone)]
pub(super) struct RandomMap {
    nodes: Vec<(f64, f64)>,
    /// Ends, and whether the way is one-way or private.
    ways: Vec<(usize, usize, bool, bool)>,
    /// From way, via node or way, to way, and whether it is mandatory.
    restrictions: Vec<(usize, Result<usize, usize>, usize, bool)>,
}

pub(super) fn random_map() -> impl Strategy<Value = RandomMap> {
    (4_usize..9, 5_usize..16).prop_flat_map(|(nodes, ways)| {
        let way = (0..nodes, 0..nodes, prop::bool::weighted(0.2), prop::bool::weighted(0.15));
        let via = prop_oneof![(0..nodes).prop_map(Ok), (0..ways).prop_map(Err)];
        let restriction = (0..ways, via, 0..ways, prop::bool::weighted(0.3));
        (
            prop::collection::vec((0.0_f64..0.01, 0.0_f64..0.01), nodes),
            prop::collection::vec(way, ways),
            prop::collection::vec(restriction, 0..40),
        )
            .prop_map(|(nodes, ways, restrictions)| RandomMap {
                nodes,
                ways,
                restrictions,
            })
    })
}

impl RandomMap {
    pub(super) fn extract(&self) -> Extract {
        let nodes = self.nodes.iter().enumerate();
        let nodes =
            nodes.map(|(at, (lon, lat))| (OsmNodeId(at as i64), LonLat { lon: *lon, lat: *lat }));
        let ways = self.ways.iter().enumerate().map(|(at, (a, b, is_oneway, is_private))| {
            let mut tags = vec![("highway", "residential")];
            tags.extend(is_oneway.then_some(("oneway", "yes")));
            tags.extend(is_private.then_some(("access", "private")));
            let nodes = vec![OsmNodeId(*a as i64), OsmNodeId(*b as i64)];
            Way { id: OsmWayId(at as i64), nodes, tags: tags.into_iter().collect() }
        });
        let restrictions =
            self.restrictions.iter().enumerate().map(|(at, (from, via, to, only))| {
                let kind = if *only { "only_straight_on" } else { "no_straight_on" };
                Restriction {
                    id: OsmRelationId(at as i64),
                    from: vec![OsmWayId(*from as i64)],
                    via: vec![match via {
                        Ok(node) => RestrictionMember::Node(OsmNodeId(*node as i64)),
                        Err(way) => RestrictionMember::Way(OsmWayId(*way as i64)),
                    }],
                    to: vec![OsmWayId(*to as i64)],
                    tags: [("restriction", kind)].into_iter().collect::<Tags>(),
                }
            });
        Extract {
            nodes: nodes.collect(),
            ways: ways.filter(|w| w.nodes[0] != w.nodes[1]).collect(),
            restrictions: restrictions.collect(),
            ..Extract::default()
        }
    }
}

/// A path so far: all that any rule could look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct History {
    /// The last arcs, as many as the longest forbidden row has.
    last: Vec<ArcId>,
    /// Whether it is still in the private roads it began in, and whether it has gone into others since.
    private: (bool, bool),
    /// Over so many more junctions it may not turn round.
    no_turning: u8,
}

/// Cheapest costs from `from` to `to`, by the rules as they are written down, with no regard to speed.
fn slow_cost(
    network: &RoadNetwork,
    cut: &CutWays,
    out: &OutArcs,
    rows: &[ForbiddenRow],
    from: &Snap,
    to: &Snap,
) -> Option<Cost> {
    let longest = rows.iter().map(Vec::len).max().unwrap_or(2);
    let graph = &cut.graph;
    let mut best = network.straight(from, to).map(|(_, cost)| cost);
    let ways_in: BTreeMap<ArcId, Cost> = network.ways_in(to).collect();
    let mut queue = BinaryHeap::new();
    let mut done = std::collections::BTreeSet::new();
    for (arc, cost) in network.ways_out(from) {
        let private = (graph.is_destination_only(arc), false);
        queue.push(Reverse((cost, History { last: vec![arc], private, no_turning: 0 })));
    }
    while let Some(Reverse((cost, history))) = queue.pop() {
        if !done.insert(history.clone()) {
            continue;
        }
        let last = *history.last.last().unwrap();
        let onward = out.of(graph.arc_head(last));
        let is_forbidden = |arc: ArcId| {
            let driven = [&history.last[..], &[arc]].concat();
            rows.iter().any(|row| driven.ends_with(row))
        };
        let begins_a_row = |driven: &[ArcId]| {
            rows.iter().any(|row| (1..row.len()).any(|n| driven.ends_with(&row[..n])))
        };
        for arc in onward {
            let watches_turning = history.no_turning > 0 || begins_a_row(&history.last);
            if watches_turning && *arc == last.reverse() && onward.len() > 1 {
                continue;
            }
            if is_forbidden(*arc) {
                continue;
            }
            let private = match (history.private, graph.is_destination_only(*arc)) {
                ((true, _), true) => (true, false),
                ((_, false), false) => (false, false),
                ((false, _), true) => (false, true),
                (_, false) => continue,
            };
            if let Some(rest) = ways_in.get(arc) {
                best = best.into_iter().chain([cost + *rest]).min();
            }
            let restricts = onward.iter().any(|arc| is_forbidden(*arc));
            let choices = onward.iter().filter(|arc| **arc != last.reverse()).count();
            let no_turning = match (restricts, choices > 1) {
                (true, _) => 4,
                (false, true) => history.no_turning.saturating_sub(1),
                (false, false) => history.no_turning,
            };
            let mut last = history.last.clone();
            last.push(*arc);
            last.drain(..last.len().saturating_sub(longest));
            let next = History { last, private, no_turning };
            queue.push(Reverse((cost + graph.arc_cost(*arc).unwrap(), next)));
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn matrix_and_path_agree_with_a_search_over_whole_histories(
        map in random_map(),
        at in prop::collection::vec((0.0_f64..0.01, 0.0_f64..0.01), 2..5),
    ) {
        let extract = map.extract();
        let profile = Profile::built_in("car").unwrap();
        let network = RoadNetwork::build(&extract, &profile, &BuildOptions::default());
        let cut = cut_ways(&extract, &profile);
        let out = OutArcs::new(&cut.graph);
        let rows = forbidden_rows(&extract, &profile, &cut, &out, &[]).rows;
        let places: Vec<Snap> = at
            .iter()
            .filter_map(|(lon, lat)| network.snap(LonLat { lon: *lon, lat: *lat }, 5000.0).ok())
            .collect();
        let cells = || places.iter().flat_map(|from| places.iter().map(move |to| (from, to)));
        let slow: Vec<Option<Cost>> = cells()
            .map(|(from, to)| slow_cost(&network, &cut, &out, &rows, from, to))
            .collect();
        for is_prepared in [false, true] {
            if is_prepared {
                network.prepare();
            }
            let matrix = network.matrix(&places, &Silent);
            for (cell, (from, to)) in cells().enumerate() {
                let (row, column) = (cell / places.len(), cell % places.len());
                prop_assert_eq!(matrix.get(row, column), slow[cell], "prepared: {}", is_prepared);
                let path = network.path(from, to);
                prop_assert_eq!(path.as_ref().map(|p| p.cost), slow[cell], "prepared: {}", is_prepared);
                if let Some(path) = path {
                    let length_m: f64 = path.points.windows(2).map(|p| p[0].distance_m(p[1])).sum();
                    prop_assert!((length_m - path.cost.distance().metres()).abs() < 1.0, "{:?}", path);
                }
            }
        }
    }
}
