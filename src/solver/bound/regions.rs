//! Chooses the legs that a kind of shift keeps one by one. Legs over regions replace all other
//! legs.
//!
//! With many visits, most legs are long ones between unrelated visits. A node keeps the legs to its
//! nearest nodes. Any other leg is replaced by two legs: the first leads to the *region* of the
//! visit, and the second from the region to the visit. Each takes the shortest time of all legs
//! that it replaces, so no way becomes longer. The number of legs is then proportional to the
//! number of visits instead of its square.

/// Number of legs that start at a node and are kept one by one.
const NEAREST: usize = 20;
/// Maximum number of nodes for which all legs are kept one by one.
pub(super) const FEW: usize = 48;
/// Average number of nodes in a region.
const IN_A_REGION: usize = 12;
/// Maximum number of regions.
const REGIONS_MOST: usize = 40;

/// Legs of one kind of shift. A leg has the node where it starts, the node where it ends, and its
/// seconds. The numbers of regions follow those of the nodes.
#[derive(Debug, Default)]
pub(super) struct RegionLegs {
    /// Legs, in the order of the nodes where they start.
    pub(super) legs: Vec<(usize, usize, i32)>,
    pub(super) regions: usize,
}

/// Chooses the legs between `count` nodes. `time` returns the seconds of a leg, or `None` if the
/// leg is of no use.
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
    // For each node and region: shortest time from the node to the region, the nearest legs
    // excluded.
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

/// Returns the region of each node. A node belongs to the region with the nearest centre. The
/// centres are chosen far from one another.
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
