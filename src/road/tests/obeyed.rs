//! Every turn restriction of real maps: asked from the middle of `from` to the middle of `to`, the
//! path neither makes the forbidden turn nor turns round to evade it.
//!
//! The check reads relations, ways and the drawn path only, node by node. It knows neither arcs nor
//! states. The costs are compared with a search over whole histories, which never turns round behind
//! a restricted manoeuvre except in a dead end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::histories::Histories;
use crate::lonlat::{LonLat, PointE7};
use crate::osm::{Extract, OsmNodeId, OsmWayId, Restriction, RestrictionMember, Way};
use crate::progress::Silent;
use crate::road::arcs_at::ArcsAt;
use crate::road::conditional_tags::ConditionalTags;
use crate::road::graph::{CutWays, cut_ways};
use crate::road::ids::Cost;
use crate::road::restriction::forbidden_rows;
use crate::road::{BuildOptions, Profile, RoadNetwork, StoppingRules};

/// A turn of a relation, as nodes: the last but one of `from`, the nodes along `via`, the second of
/// `to`.
type Manoeuvre = Vec<OsmNodeId>;

struct Roads<'a> {
    extract: &'a Extract,
    /// The pieces of each way.
    ways: BTreeMap<OsmWayId, Vec<&'a Way>>,
    /// Nodes of roads by their position.
    node_at: BTreeMap<(i32, i32), OsmNodeId>,
}

/// Returns the kinds that apply to a car at some time.
fn kinds_for_cars(restriction: &Restriction) -> Vec<&str> {
    const CAR: [&str; 3] = ["motorcar", "motor_vehicle", "vehicle"];
    let tags = &restriction.tags;
    let except = tags.get("except").unwrap_or_default();
    if except.split(';').any(|mode| CAR.contains(&mode.trim())) {
        return Vec::new();
    }
    let modes = CAR.map(|mode| format!("restriction:{mode}"));
    let keys = modes.into_iter().chain(["restriction".to_owned()]);
    let keys = keys.flat_map(|key| [format!("{key}:conditional"), key]);
    keys.filter_map(|key| Some(tags.get(&key)?.split('@').next()?.trim())).collect()
}

impl<'a> Roads<'a> {
    fn of(extract: &'a Extract) -> Self {
        let mut ways: BTreeMap<OsmWayId, Vec<&Way>> = BTreeMap::new();
        let mut node_at = BTreeMap::new();
        for way in &extract.ways {
            ways.entry(way.id).or_default().push(way);
            for node in &way.nodes {
                let at = PointE7::from(extract.position(*node).unwrap());
                node_at.insert((at.lon_e7, at.lat_e7), *node);
            }
        }
        Self { extract, ways, node_at }
    }

    /// Returns a way that is whole in the extract.
    fn way(&self, id: OsmWayId) -> Option<&'a Way> {
        match self.ways.get(&id)?[..] {
            [way] => Some(way),
            _ => None,
        }
    }

    /// Returns all manoeuvres from `from` into `to`, whatever the order of the members `via`.
    fn manoeuvres(&self, restriction: &Restriction, from: &Way, to: &Way) -> BTreeSet<Manoeuvre> {
        let neighbours = |way: &Way, node: OsmNodeId| {
            let pairs = way.nodes.windows(2).flat_map(|p| [(p[0], p[1]), (p[1], p[0])]);
            pairs.filter(|(at, _)| *at == node).map(|(_, next)| next).collect::<Vec<_>>()
        };
        let mut found = BTreeSet::new();
        for course in self.courses(&restriction.via) {
            for before in neighbours(from, course[0]) {
                for behind in neighbours(to, course[course.len() - 1]) {
                    let ends = ([before], [behind]);
                    found.insert([&ends.0[..], &course, &ends.1].concat());
                }
            }
        }
        if from.id == to.id {
            found.retain(|nodes| nodes[0] == nodes[nodes.len() - 1]);
        }
        found
    }

    /// Returns the nodes along the members `via`, in every order and direction.
    fn courses(&self, via: &[RestrictionMember]) -> Vec<Vec<OsmNodeId>> {
        if via.is_empty() {
            return Vec::new();
        }
        let mut ways = Vec::new();
        for member in via {
            match member {
                RestrictionMember::Node(node) if via.len() == 1 => return vec![vec![*node]],
                RestrictionMember::Node(_) => return Vec::new(),
                RestrictionMember::Way(way) => match self.way(*way) {
                    Some(way) => ways.push(&way.nodes),
                    None => return Vec::new(),
                },
            }
        }
        let mut courses: Vec<(Vec<OsmNodeId>, Vec<usize>)> = vec![(Vec::new(), Vec::new())];
        for _ in 0..ways.len() {
            let mut longer = Vec::new();
            for (course, used) in &courses {
                for (at, nodes) in ways.iter().enumerate().filter(|(at, _)| !used.contains(at)) {
                    let reversed: Vec<OsmNodeId> = nodes.iter().rev().copied().collect();
                    for nodes in [(*nodes).clone(), reversed] {
                        let joined = match course.last() {
                            None => nodes,
                            Some(end) if *end == nodes[0] => [&course[..], &nodes[1..]].concat(),
                            Some(_) => continue,
                        };
                        longer.push((joined, [&used[..], &[at]].concat()));
                    }
                }
            }
            courses = longer;
        }
        courses.into_iter().map(|(course, _)| course).collect()
    }

    /// Returns the middle of a way, and the nodes before and behind it.
    fn middle(&self, way: &Way) -> (LonLat, [OsmNodeId; 2]) {
        let at = |node| self.extract.position(node).unwrap();
        let length = |pair: &[OsmNodeId]| at(pair[0]).distance_m(at(pair[1]));
        let half = way.nodes.windows(2).map(length).sum::<f64>() / 2.0;
        let mut along = 0.0;
        for pair in way.nodes.windows(2) {
            let next = along + length(pair);
            if next >= half {
                let share = if next > along { (half - along) / (next - along) } else { 0.0 };
                return (at(pair[0]).toward(at(pair[1]), share), [pair[0], pair[1]]);
            }
            along = next;
        }
        unreachable!("half of a way is less than the whole")
    }

    /// Returns the nodes of a drawn path; it starts between the nodes `first`, ends between `last`.
    fn nodes(
        &self,
        points: &[LonLat],
        first: [OsmNodeId; 2],
        last: [OsmNodeId; 2],
    ) -> Vec<OsmNodeId> {
        let e7 = points.iter().map(|point| PointE7::from(*point));
        let nodes = e7.filter_map(|at| self.node_at.get(&(at.lon_e7, at.lat_e7)).copied());
        let mut nodes: Vec<OsmNodeId> = nodes.collect();
        let beyond = |end: Option<&OsmNodeId>, pair: [OsmNodeId; 2]| match end {
            Some(end) if *end == pair[0] => Some(pair[1]),
            Some(end) if *end == pair[1] => Some(pair[0]),
            _ => None,
        };
        let (start, end) = (beyond(nodes.first(), first), beyond(nodes.last(), last));
        nodes.extend(end);
        nodes.splice(0..0, start);
        nodes.dedup();
        nodes
    }
}

/// Returns the first node at which `path` turns round although other roads leave from there.
fn turns_round(path: &[OsmNodeId], cut: &CutWays, out: &ArcsAt) -> Option<OsmNodeId> {
    let has_other_roads =
        |node: &OsmNodeId| cut.node_of.get(node).is_some_and(|node| out.of(*node).len() > 1);
    let round = path.windows(3).find(|nodes| nodes[0] == nodes[2] && has_other_roads(&nodes[1]));
    round.map(|nodes| nodes[1])
}

/// Asks every turn restriction of an extract, and returns the number of paths.
fn check_restrictions(extract: &Path) -> usize {
    let name = extract.display();
    let extract = crate::osm::read(extract, &Silent).unwrap();
    let roads = Roads::of(&extract);
    // The rules of turns, not those of stopping.
    let car = Profile::built_in("car").unwrap();
    let stopping = StoppingRules::default();
    let profile = Profile { not_for_stopping: Vec::new(), stopping, ..car };
    let network = RoadNetwork::build(&extract, &profile, &BuildOptions::default());
    let mut conditional = ConditionalTags::new(&profile, &[]);
    let cut = cut_ways(&extract, &profile, &mut conditional);
    let out = ArcsAt::tails(&cut.graph);
    let rows = forbidden_rows(&extract, &profile, &cut, &out, &[]).rows;
    let free = |_, _| Cost::ZERO;
    let histories = Histories::new(&cut.graph, &out, &rows, &free);

    let mut asked = Vec::new();
    let mut mandatory: BTreeMap<Manoeuvre, BTreeSet<OsmNodeId>> = BTreeMap::new();
    for restriction in &extract.restrictions {
        for kind in kinds_for_cars(restriction) {
            let (is_only, is_ban) = (kind.starts_with("only_"), kind.starts_with("no_"));
            if !(is_only || is_ban) || kind.ends_with("_on_red") {
                continue;
            }
            for (from, to) in pairs(restriction) {
                let (Some(from), Some(to)) = (roads.way(from), roads.way(to)) else { continue };
                let manoeuvres = roads.manoeuvres(restriction, from, to);
                // Several manoeuvres are a restriction whose members do not say which one is meant.
                if manoeuvres.len() == 1 || (from.id == to.id && !manoeuvres.is_empty()) {
                    for nodes in &manoeuvres {
                        let (to, before) = nodes.split_last().unwrap();
                        if is_only {
                            mandatory.entry(before.to_vec()).or_default().insert(*to);
                        }
                    }
                    asked.push((restriction.id, is_only, from, to, manoeuvres));
                }
            }
        }
    }
    let mut faults = Vec::new();
    let mut paths = 0;
    for (id, is_only, from, to, manoeuvres) in asked {
        let ((start, first), (end, last)) = (roads.middle(from), roads.middle(to));
        let (Ok(start), Ok(end)) = (network.snap(start, 5.0), network.snap(end, 5.0)) else {
            continue;
        };
        let path = network.path(&start, &end);
        let cost = path.as_ref().map(|path| path.cost);
        if cost != histories.cheapest(&network, &start, &end) {
            faults.push(format!("relation {}: not the cheapest path of all histories", id.0));
        }
        let Some(path) = path else { continue };
        paths += 1;
        let nodes = roads.nodes(&path.points, first, last);
        for manoeuvre in &manoeuvres {
            let (_, before) = manoeuvre.split_last().unwrap();
            let is_made = match is_only {
                false => nodes.windows(manoeuvre.len()).any(|part| part == &manoeuvre[..]),
                true => nodes.windows(manoeuvre.len()).any(|part| {
                    part.starts_with(before) && !mandatory[before].contains(&part[before.len()])
                }),
            };
            if is_made {
                faults.push(format!("relation {}: the turn is made", id.0));
            }
        }
        if let Some(at) = turns_round(&nodes, &cut, &out) {
            faults.push(format!("relation {}: turns round at node {}", id.0, at.0));
        }
    }
    assert!(faults.is_empty(), "{name}, {} faults:\n{}", faults.len(), faults.join("\n"));
    println!(
        "{name}: {} relations, {paths} paths; {} nodes, {} states",
        extract.restrictions.len(),
        network.size().nodes,
        network.size().states
    );
    paths
}

/// Returns all pairs of ways `from` and `to`.
fn pairs(restriction: &Restriction) -> impl Iterator<Item = (OsmWayId, OsmWayId)> {
    restriction.from.iter().flat_map(|from| restriction.to.iter().map(|to| (*from, *to)))
}

#[test]
fn no_restriction_of_the_shipped_maps_is_evaded() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let at_least = [
        ("data/malta/malta.osm.pbf", 300),
        ("data/gozo/gozo.osm.pbf", 25),
        ("tests/fixtures/extracts/monaco.osm.pbf", 20),
        ("tests/fixtures/extracts/neubrandenburg.osm.pbf", 15),
        ("tests/fixtures/extracts/helsinki.osm.pbf", 30),
    ];
    for (extract, least) in at_least {
        let paths = check_restrictions(&repository.join(extract));
        assert!(paths >= least, "{extract}: only {paths} paths");
    }
}

mod needs_shared {
    use super::check_restrictions;
    use crate::testing::shared;

    #[test]
    #[ignore = "needs ../shared: extracts that may not be shipped"]
    fn no_restriction_of_the_other_maps_is_evaded() {
        let at_least = [
            ("liechtenstein-2013", 1),
            ("liechtenstein-2015", 1),
            ("isle-of-man-2019", 15),
            ("isle-of-man-2020", 15),
            ("porto-metro", 250),
        ];
        for (extract, least) in at_least {
            let paths = check_restrictions(&shared(&format!("data/extracts/{extract}.osm.pbf")));
            assert!(paths >= least, "{extract}: only {paths} paths");
        }
    }
}
