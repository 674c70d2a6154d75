//! The legs that a kind of shift keeps one by one, and those that it replaces by legs over regions.
//!
//! With many visits, most legs are long ones between unrelated visits. A node keeps its nearest
//! legs. Any other leg leads to the *region* of its head, in the shortest time of the legs it
//! replaces, and from there to the visit, in the shortest remaining time. No leg gets longer by
//! that. The number of legs grows with the visits instead of with their square.

/// Number of legs out of a node that are kept one by one.
const NEAREST: usize = 20;
/// Maximum number of nodes with which all legs are kept.
pub(super) const FEW: usize = 48;
/// Average number of nodes in a region.
const IN_A_REGION: usize = 12;
/// Maximum number of regions.
const REGIONS_MOST: usize = 40;

/// Legs of a kind: from, to, seconds. Regions are numbered after the nodes.
#[derive(Debug, Default)]
pub(super) struct RegionLegs {
    /// In order of their tails.
    pub(super) legs: Vec<(usize, usize, i32)>,
    pub(super) regions: usize,
}

/// Chooses the legs between `count` nodes; `time` returns `None` for a useless leg.
pub(super) fn legs(count: usize, time: impl Fn(usize, usize) -> Option<i32>) -> RegionLegs {
    let mut found = RegionLegs::default();
    if count <= FEW {
        for from in 0..count {
            found.legs.extend((0..count).filter_map(|to| Some((from, to, time(from, to)?))));
        }
        return found;
    }
    let region = regions(count, &time);
    found.regions = region.iter().max().map_or(0, |last| last + 1);
    // By node, then region: shortest time to it, except by the nearest legs.
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

/// Returns the region of each node: that of the nearest centre; the centres are far from one
/// another.
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
