//! What a path remembers: of the visits it has made, those near to where it is.
//!
//! A path that remembers all its visits makes none of them twice, but there are too many such paths; one that remembers
//! none goes to and fro between the two best. In between are the ng-routes of Baldacci, Mingozzi & Roberti (2011),
//! doi:10.1287/opre.1110.0975: at a node only the visits in its neighbourhood are remembered. A set of them must fit into
//! 64 bits: nodes get colours, such that those of one neighbourhood differ.

use super::day::Day;

/// How many nodes are remembered at a node, itself included.
const REMEMBERED: usize = 9;

/// Gives the nodes of `day` their colours, and its arcs what they keep and forbid.
pub(super) fn colour(day: &mut Day, leg: impl Fn(usize, usize) -> i32) {
    let count = day.visits;
    let mut near: Vec<Vec<usize>> = (0..count)
        .map(|node| {
            let mut others: Vec<(i32, usize)> =
                (0..count).map(|other| (if other == node { -1 } else { leg(node, other) }, other)).collect();
            let most = REMEMBERED.min(count);
            if most < count {
                others.select_nth_unstable(most);
            }
            others.truncate(most);
            others.sort_unstable();
            others.into_iter().map(|(_, other)| other).collect()
        })
        .collect();
    // In whose neighbourhoods a node is.
    let mut home_of: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (node, near) in near.iter().enumerate() {
        near.iter().for_each(|other| home_of[*other].push(node));
    }
    // By node: the colours in use in its neighbourhood.
    let mut used = vec![0u64; count];
    day.colours = vec![0; day.nodes.len()];
    for node in 0..count {
        let taken = home_of[node].iter().fold(0, |taken, home| taken | used[*home]);
        let free = (!taken).trailing_zeros();
        let colour = 1u64.checked_shl(free).unwrap_or(0);
        if colour == 0 {
            // No colour is left: the node is remembered nowhere.
            home_of[node].iter().for_each(|home| near[*home].retain(|other| *other != node));
        }
        home_of[node].iter().for_each(|home| used[*home] |= colour);
        day.colours[node] = colour;
    }
    let remembers = |at: usize, other: usize| near[at].contains(&other);
    for from in 0..count {
        for at in day.out(from) {
            let to = day.arcs[at].to as usize;
            if to >= count {
                continue;
            }
            let both = near[to].iter().filter(|other| remembers(from, **other));
            day.arcs[at].keeps = both.fold(0, |set, other| set | day.colours[*other]);
            day.arcs[at].forbids = if remembers(from, to) { day.colours[to] } else { 0 };
        }
    }
}
