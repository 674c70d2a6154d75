//! What a path remembers: of the visits it has made, those near to where it is.
//!
//! A path that remembers all its visits makes none of them twice, but there are too many such paths; one that remembers
//! none goes to and fro between the two best. In between are the ng-routes of Baldacci, Mingozzi & Roberti (2011),
//! doi:10.1287/opre.1110.0975: at a node only the visits in its neighbourhood are remembered. Neighbourhoods grow where
//! paths still go in circles (Roberti & Mingozzi 2014, doi:10.1287/trsc.2013.0474). A set of visits must fit into 64 bits:
//! nodes get colours, such that those of one neighbourhood differ.

use super::day::Day;

/// How many visits are remembered at a node to begin with, itself included.
const REMEMBERED: usize = 9;
/// And at the most.
const REMEMBERED_MOST: usize = 40;

/// Who is remembered where.
#[derive(Debug, Clone, Default)]
pub(super) struct Neighbourhoods {
    /// By node, itself first.
    near: Vec<Vec<u32>>,
}

impl Neighbourhoods {
    /// The nearest of `count` nodes by `leg`.
    pub(super) fn new(count: usize, leg: impl Fn(usize, usize) -> i32) -> Self {
        let near = |node: usize| {
            let leg = |other: usize| if other == node { -1 } else { leg(node, other) };
            let mut others: Vec<(i32, u32)> =
                (0..count).map(|other| (leg(other), other as u32)).collect();
            let most = REMEMBERED.min(count);
            if most < count {
                others.select_nth_unstable(most);
            }
            others.truncate(most);
            others.sort_unstable();
            others.into_iter().map(|(_, other)| other).collect()
        };
        Self { near: (0..count).map(near).collect() }
    }

    /// Lets every visit be remembered that `path` makes again, all the way in between; whether that changes anything.
    pub(super) fn grow(&mut self, path: &[u32]) -> bool {
        let mut has_grown = false;
        for (at, visit) in path.iter().enumerate() {
            let Some(before) = path[..at].iter().rposition(|other| other == visit) else {
                continue;
            };
            for between in &path[before + 1..at] {
                let near = &mut self.near[*between as usize];
                if near.len() < REMEMBERED_MOST && !near.contains(visit) {
                    near.push(*visit);
                    has_grown = true;
                }
            }
        }
        has_grown
    }

    fn remembers(&self, at: usize, other: u32) -> bool {
        self.near.get(at).is_some_and(|near| near.contains(&other))
    }
}

/// Gives the nodes of `day` their colours, and its arcs what they keep and forbid.
pub(super) fn colour(day: &mut Day) {
    let mut memory = std::mem::take(&mut day.neighbourhoods);
    let count = day.visits;
    // In whose neighbourhoods a node is.
    let mut home_of: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (node, near) in memory.near.iter().enumerate() {
        near.iter().for_each(|other| home_of[*other as usize].push(node));
    }
    // By node: the colours in use in its neighbourhood.
    let mut used = vec![0u64; count];
    day.colours = vec![0; day.nodes.len()];
    for (node, homes) in home_of.iter().enumerate() {
        let taken = homes.iter().fold(0, |taken, home| taken | used[*home]);
        let colour = 1u64.checked_shl((!taken).trailing_zeros()).unwrap_or(0);
        for home in homes {
            used[*home] |= colour;
            if colour == 0 {
                // No colour is left: the visit is remembered nowhere.
                memory.near[*home].retain(|other| *other as usize != node);
            }
        }
        day.colours[node] = colour;
    }
    for from in 0..count {
        for at in day.out(from) {
            let to = day.arcs[at].to;
            let Some(near) = memory.near.get(to as usize) else { continue };
            let both = near.iter().filter(|other| memory.remembers(from, **other));
            let keeps = both.fold(0, |set, other| set | day.colours[*other as usize]);
            day.arcs[at].keeps = keeps;
            day.arcs[at].forbids =
                if memory.remembers(from, to) { day.colours[to as usize] } else { 0 };
        }
    }
    day.neighbourhoods = memory;
}
