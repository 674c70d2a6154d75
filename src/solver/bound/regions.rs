//! Which legs a day keeps one by one, and which by the region they lead to.
//!
//! With many visits nearly all legs are long ones between visits that have little to do with each other. A node keeps its
//! nearest legs; any other goes to the *region* of its head, as long as the shortest of those it stands for, and from
//! there to the visit itself, in what is left by all of them. No leg gets longer by that, and their number grows with the
//! visits instead of with their square.

/// How many legs out of a node are kept one by one.
const NEAREST: usize = 20;
/// With no more nodes than this, all are.
pub(super) const FEW: usize = 48;
/// So many nodes a region, on average.
const IN_A_REGION: usize = 12;
/// No more regions than this.
const REGIONS_MOST: usize = 40;

/// Legs of a day: from, to, time. Regions are numbered after the nodes.
#[derive(Debug, Default)]
pub(super) struct Legs {
    /// In order of their tails.
    pub(super) legs: Vec<(usize, usize, i32)>,
    pub(super) regions: usize,
}

/// Chooses for `count` nodes from the times between them, `None` for a leg that is of no use.
pub(super) fn legs(count: usize, time: impl Fn(usize, usize) -> Option<i32>) -> Legs {
    let mut found = Legs::default();
    if count <= FEW {
        for from in 0..count {
            found.legs.extend((0..count).filter_map(|to| Some((from, to, time(from, to)?))));
        }
        return found;
    }
    let region = regions(count, &time);
    found.regions = region.iter().max().map_or(0, |last| last + 1);
    // By node, then region: the least time there, the nearest legs apart.
    let mut shortest = vec![i32::MAX; count * found.regions];
    let mut is_near = vec![false; count * count];
    for from in 0..count {
        let mut legs: Vec<(i32, usize)> =
            (0..count).filter_map(|to| Some((time(from, to)?, to))).collect();
        let near = NEAREST.min(legs.len());
        if near < legs.len() {
            legs.select_nth_unstable(near);
        }
        legs[..near].sort_unstable_by_key(|(_, to)| *to);
        for (time, to) in &legs[..near] {
            is_near[from * count + to] = true;
            found.legs.push((from, *to, *time));
        }
        for (time, to) in &legs[near..] {
            let least = &mut shortest[from * found.regions + region[*to]];
            *least = (*least).min(*time);
        }
        for at in 0..found.regions {
            let least = shortest[from * found.regions + at];
            if least < i32::MAX {
                found.legs.push((from, count + at, least));
            }
        }
    }
    let mut rest = vec![i32::MAX; count];
    for from in 0..count {
        for to in (0..count).filter(|to| !is_near[from * count + to]) {
            if let Some(time) = time(from, to) {
                rest[to] = rest[to].min(time - shortest[from * found.regions + region[to]]);
            }
        }
    }
    for at in 0..found.regions {
        let within = (0..count).filter(|to| region[*to] == at && rest[*to] < i32::MAX);
        found.legs.extend(within.map(|to| (count + at, to, rest[to])));
    }
    found
}

/// The region of each node: that of the nearest of some nodes far from one another.
fn regions(count: usize, time: impl Fn(usize, usize) -> Option<i32>) -> Vec<usize> {
    let wanted = (count / IN_A_REGION).clamp(1, REGIONS_MOST);
    let mut nearest = vec![(i32::MAX, 0); count];
    let mut centre = 0;
    for region in 0..wanted {
        for (node, nearest) in nearest.iter_mut().enumerate() {
            let there = if node == centre { Some(0) } else { time(centre, node) };
            let there = there.unwrap_or(i32::MAX - 1);
            if there < nearest.0 {
                *nearest = (there, region);
            }
        }
        let farthest = (0..count).max_by_key(|node| (nearest[*node].0, *node));
        centre = farthest.unwrap_or(0);
    }
    nearest.into_iter().map(|(_, region)| region).collect()
}
