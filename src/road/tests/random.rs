//! Compares random maps with random restrictions to a search over whole histories of arcs.

use proptest::prelude::*;

use super::histories::Histories;
use crate::lonlat::{LonLat, PointE7};
use crate::osm::{
    Barrier, Extract, OsmNodeId, OsmRelationId, OsmWayId, Restriction, RestrictionMember, Tags, Way,
};
use crate::progress::Silent;
use crate::road::arcs_at::ArcsAt;
use crate::road::conditional_tags::ConditionalTags;
use crate::road::graph::{RoadGraph, cut_ways};
use crate::road::ids::{ArcId, Cost};
use crate::road::restriction::forbidden_rows;
use crate::road::{BuildOptions, Profile, RoadNetwork, Snap, TurnCosts};
use crate::units::{Millimetres, Millis};

/// From way, via nodes (`Ok`) or ways (`Err`), to way; mandatory or not.
type RandomRestriction = (usize, Vec<Result<usize, usize>>, usize, bool);

#[derive(Debug, Clone)]
pub(super) struct RandomMap {
    nodes: Vec<(f64, f64)>,
    /// First node, an optional node in between, last node; one-way or not; private or not.
    ways: Vec<(usize, Option<usize>, usize, bool, bool)>,
    restrictions: Vec<RandomRestriction>,
    /// By node: indices into `SIGNS` (none beyond its end) and `DIRECTIONS`.
    signs: Vec<(usize, usize)>,
    /// Costs of turns and signs in seconds; `None` if all are free.
    turn_costs: Option<TurnCosts>,
}

const SIGNS: [&str; 4] = ["traffic_signals", "crossing", "stop", "give_way"];
const DIRECTIONS: [&str; 3] = ["both", "forward", "backward"];

fn turn_costs() -> impl Strategy<Value = Option<TurnCosts>> {
    let some = |most| prop_oneof![Just(0.0), 0.0..most];
    let costs = (some(30.0), some(30.0), some(30.0), some(40.0), some(10.0), some(10.0));
    prop::option::weighted(0.8, costs).prop_map(|costs| {
        costs.map(|(right, left, round, signal, crossing, stop)| TurnCosts {
            right,
            left,
            u_turn: right.max(left) + round,
            signal,
            crossing,
            stop,
            ..TurnCosts::default()
        })
    })
}

pub(super) fn random_map() -> impl Strategy<Value = RandomMap> {
    (4_usize..9, 5_usize..16).prop_flat_map(|(nodes, ways)| {
        let over = prop::option::weighted(0.25, 0..nodes);
        let way = (0..nodes, over, 0..nodes, prop::bool::weighted(0.2), prop::bool::weighted(0.15));
        let via = prop_oneof![(0..nodes).prop_map(Ok), (0..ways).prop_map(Err)];
        let restriction = (0..ways, via, 0..ways, prop::bool::weighted(0.3));
        let manoeuvre = (0..ways * 2, prop::collection::vec(0_usize..8, 2..5), any::<bool>());
        let manoeuvre = (manoeuvre, prop::bool::weighted(0.3));
        let side_street = (0..nodes, 0_usize..4);
        (
            prop::collection::vec((0.0_f64..0.01, 0.0_f64..0.01), nodes),
            prop::collection::vec(way, ways),
            prop::collection::vec(restriction, 0..40),
            prop::collection::vec(manoeuvre, 0..8),
            prop::collection::vec(side_street, 0..6),
            prop::collection::vec((0..SIGNS.len() * 2, 0..DIRECTIONS.len()), nodes),
            turn_costs(),
        )
            .prop_map(
                |(nodes, ways, single, manoeuvres, side_streets, signs, turn_costs)| {
                    let restrictions = single.into_iter();
                    let restrictions =
                        restrictions.map(|(from, via, to, only)| (from, vec![via], to, only));
                    let restrictions = restrictions.collect();
                    let mut map = RandomMap { nodes, ways, restrictions, signs, turn_costs };
                    for (node, forks) in side_streets {
                        map.add_side_street(node, forks);
                    }
                    for ((start, turns, is_reversed), is_mandatory) in manoeuvres {
                        map.add_manoeuvre(start, &turns, is_reversed, is_mandatory);
                    }
                    map
                },
            )
    })
}

impl RandomMap {
    /// Adds a street from `root` to a new node, with dead ends behind it: with none it is itself a
    /// dead end, with two or more its end is a junction.
    fn add_side_street(&mut self, root: usize, dead_ends: usize) {
        let add = |map: &mut Self, from: usize, east: f64| {
            let (lon, lat) = map.nodes[from];
            map.nodes.push((lon + east, lat + 3e-4));
            map.signs.push((SIGNS.len(), 0));
            map.ways.push((from, None, map.nodes.len() - 1, false, false));
            map.nodes.len() - 1
        };
        let end = add(self, root, 1e-4);
        for dead_end in 0..dead_ends {
            add(self, end, (dead_end as f64 - 1.0) * 2e-4);
        }
    }

    /// Adds a restriction over several ways that meet: at the end of each, `turns` selects the next.
    fn add_manoeuvre(&mut self, start: usize, turns: &[usize], is_reversed: bool, only: bool) {
        let ends = |way: usize| (self.ways[way].0, self.ways[way].2);
        let mut course = vec![start / 2];
        let mut at = if start.is_multiple_of(2) { ends(start / 2).0 } else { ends(start / 2).1 };
        for turn in turns {
            let touches = |way: &usize| ends(*way).0 == at || ends(*way).1 == at;
            let onward = (0..self.ways.len()).filter(|way| !course.contains(way) && touches(way));
            let onward: Vec<usize> = onward.collect();
            let Some(next) = onward.get(turn % onward.len().max(1)) else { break };
            at = if ends(*next).0 == at { ends(*next).1 } else { ends(*next).0 };
            course.push(*next);
        }
        if course.len() < 3 {
            return;
        }
        let mut via: Vec<_> = course[1..course.len() - 1].iter().map(|way| Err(*way)).collect();
        if is_reversed {
            via.reverse();
        }
        self.restrictions.push((course[0], via, course[course.len() - 1], only));
    }
}

impl RandomMap {
    pub(super) fn extract(&self) -> Extract {
        let nodes = self.nodes.iter().enumerate();
        let nodes =
            nodes.map(|(at, (lon, lat))| (OsmNodeId(at as i64), LonLat { lon: *lon, lat: *lat }));
        let ways = self.ways.iter().enumerate().map(|(at, (a, over, b, is_oneway, is_private))| {
            let mut tags = vec![("highway", "residential")];
            tags.extend(is_oneway.then_some(("oneway", "yes")));
            tags.extend(is_private.then_some(("access", "private")));
            let nodes = [Some(*a), *over, Some(*b)].into_iter().flatten();
            let mut nodes: Vec<_> = nodes.map(|node| OsmNodeId(node as i64)).collect();
            nodes.dedup();
            Way { id: OsmWayId(at as i64), nodes, tags: tags.into_iter().collect() }
        });
        let restrictions =
            self.restrictions.iter().enumerate().map(|(at, (from, via, to, only))| {
                let kind = if *only { "only_straight_on" } else { "no_straight_on" };
                Restriction {
                    id: OsmRelationId(at as i64),
                    from: vec![OsmWayId(*from as i64)],
                    via: via
                        .iter()
                        .map(|via| match via {
                            Ok(node) => RestrictionMember::Node(OsmNodeId(*node as i64)),
                            Err(way) => RestrictionMember::Way(OsmWayId(*way as i64)),
                        })
                        .collect(),
                    to: vec![OsmWayId(*to as i64)],
                    tags: [("restriction", kind)].into_iter().collect::<Tags>(),
                }
            });
        let signs = self.signs.iter().enumerate().filter_map(|(at, (sign, direction))| {
            let tags = [("highway", *SIGNS.get(*sign)?), ("direction", DIRECTIONS[*direction])];
            Some(Barrier { node: OsmNodeId(at as i64), tags: tags.into_iter().collect() })
        });
        Extract {
            nodes: nodes.collect(),
            ways: ways
                .filter(|w| w.nodes.len() > 1 && w.nodes[0] != w.nodes[w.nodes.len() - 1])
                .collect(),
            barriers: signs.collect(),
            restrictions: restrictions.collect(),
            ..Extract::default()
        }
    }
}

impl RandomMap {
    pub(super) fn profile(&self) -> Profile {
        let car = Profile::built_in("car").unwrap();
        Profile { turn_cost_s: self.turn_costs.unwrap_or_default(), ..car }
    }

    /// Computes the cost of the turn from `last` into `arc` as documented in docs/network.md.
    fn turn_cost(&self, graph: &RoadGraph, last: ArcId, arc: ArcId) -> Cost {
        let costs = self.turn_costs.unwrap_or_default();
        let node = graph.arc_tail(arc);
        let points = |arc: ArcId| {
            let mut points: Vec<LonLat> =
                graph.shape(arc.stretch()).iter().map(|p| LonLat::from(*p)).collect();
            if arc.is_backward() {
                points.reverse();
            }
            points
        };
        let (before, after) = (points(last), points(arc));
        let bearing = |a: LonLat, b: LonLat| {
            // Degrees to metres at the equator.
            let (east, north) =
                ((b.lon - a.lon) * 111_319.490_793, (b.lat - a.lat) * 110_574.275_822);
            east.atan2(north).to_degrees()
        };
        let come = bearing(before[before.len() - 2], before[before.len() - 1]);
        let turned = (bearing(after[0], after[1]) - come + 540.0).rem_euclid(360.0) - 180.0;
        let open = graph.stretches.iter().filter(|s| s.is_open());
        let ends: usize =
            open.map(|s| usize::from(s.tail == node) + usize::from(s.head == node)).sum();
        let turn = match turned {
            _ if arc == last.reverse() => costs.u_turn,
            _ if ends < 3 => 0.0,
            _ if turned.abs() > 180.0 - 0.02_f64.atan().to_degrees() => costs.u_turn,
            _ if turned >= 45.0 => costs.right,
            _ if turned <= -45.0 => costs.left,
            _ => 0.0,
        };
        let at = self.nodes.iter().position(|(lon, lat)| {
            PointE7::from(LonLat { lon: *lon, lat: *lat }) == PointE7::from(after[0])
        });
        let (sign, direction) = self.signs[at.unwrap()];
        let waiting = match SIGNS.get(sign) {
            Some(&"traffic_signals") => costs.signal,
            Some(&"crossing") => costs.crossing,
            Some(&"stop") => costs.stop,
            _ => 0.0,
        };
        let is_against = match DIRECTIONS[direction] {
            "forward" => last.is_backward(),
            "backward" => !last.is_backward(),
            _ => false,
        };
        let waiting = if is_against && ends < 3 { 0.0 } else { waiting };
        let millis = |seconds: f64| (seconds * 1000.0).round() as u32;
        Cost::new(Millis(millis(turn) + millis(waiting)), Millimetres(0))
    }
}

proptest! {
    #![proptest_config(crate::testing::cases(300))]

    #[test]
    fn matrix_and_path_agree_with_a_search_over_whole_histories(
        map in random_map(),
        at in prop::collection::vec((0.0_f64..0.01, 0.0_f64..0.01), 2..5),
    ) {
        let extract = map.extract();
        let profile = map.profile();
        let network = RoadNetwork::build(&extract, &profile, &BuildOptions::default());
        let mut conditional = ConditionalTags::new(&profile, &[]);
        let cut = cut_ways(&extract, &profile, &mut conditional);
        let out = ArcsAt::tails(&cut.graph);
        let rows = forbidden_rows(&extract, &profile, &cut, &out, &[]).rows;
        let places: Vec<Snap> = at
            .iter()
            .filter_map(|(lon, lat)| network.snap(LonLat { lon: *lon, lat: *lat }, 5000.0).ok())
            .collect();
        let cells = || places.iter().flat_map(|from| places.iter().map(move |to| (from, to)));
        let turn_cost = |last, arc| map.turn_cost(&cut.graph, last, arc);
        let histories = Histories::new(&cut.graph, &out, &rows, &turn_cost);
        let slow: Vec<Option<Cost>> =
            cells().map(|(from, to)| histories.cheapest(&network, from, to)).collect();
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
