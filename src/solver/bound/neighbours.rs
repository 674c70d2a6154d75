//! Chooses the visits that a path remembers: those that it made near its present node.
//!
//! A path that remembers all its visits makes no visit twice, but too many such paths exist. A path
//! that remembers none goes back and forth between the two best visits. The ng-routes of Baldacci,
//! Mingozzi & Roberti (2011), doi:10.1287/opre.1110.0975, are in between: at a node, a path
//! remembers only the visits in the neighbourhood of that node. Neighbourhoods grow where paths
//! still have cycles (Roberti & Mingozzi 2014, doi:10.1287/trsc.2013.0474). A set of visits must
//! fit into 64 bits. Therefore each node gets a colour, which is one bit; the colours within a
//! neighbourhood differ.

/// Number of visits that a path remembers at a node before neighbourhoods grow, the node itself
/// included.
const REMEMBERED: usize = 9;
/// Maximum number of visits that a path remembers at a node.
const REMEMBERED_MOST: usize = 40;

/// The visits that a path remembers at each node.
#[derive(Debug, Clone, Default)]
pub(super) struct Neighbourhoods {
    /// For each node: the visits that a path remembers there; the first is the node itself.
    near: Vec<Vec<u32>>,
}

impl Neighbourhoods {
    /// Returns neighbourhoods of the nearest of `count` nodes; `leg` gives the time between two
    /// nodes.
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

    /// Grows neighbourhoods so that `path` can no longer repeat visits. Adds each visit that it
    /// repeats to the neighbourhoods of the nodes between the repetitions. Returns whether a
    /// neighbourhood grew.
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

    /// Returns a colour for each of `count` nodes, as one bit. The colours within a neighbourhood
    /// differ.
    ///
    /// A node gets zero and leaves all neighbourhoods if no colour is left for it.
    pub(super) fn colours(&mut self, count: usize) -> Vec<u64> {
        // For each node: the nodes whose neighbourhoods contain it.
        let mut homes_of: Vec<Vec<usize>> = vec![Vec::new(); count];
        for (node, near) in self.near.iter().enumerate() {
            near.iter().for_each(|other| homes_of[*other as usize].push(node));
        }
        // For each node: the colours that its neighbourhood already uses.
        let mut used = vec![0u64; count];
        let mut colours = vec![0; count];
        for (node, homes) in homes_of.iter().enumerate() {
            let taken = homes.iter().fold(0, |taken, home| taken | used[*home]);
            let colour = 1u64.checked_shl((!taken).trailing_zeros()).unwrap_or(0);
            for home in homes {
                used[*home] |= colour;
                if colour == 0 {
                    self.near[*home].retain(|other| *other as usize != node);
                }
            }
            colours[node] = colour;
        }
        colours
    }

    /// Returns the visits that a path remembers at both `from` and `to`; `None` if `to` is a
    /// region.
    pub(super) fn common(&self, from: usize, to: usize) -> Option<impl Iterator<Item = u32> + '_> {
        let near = self.near.get(to)?;
        Some(near.iter().copied().filter(move |other| self.remembers(from, *other)))
    }

    /// Returns whether a path remembers the visit `other` at the node `at`.
    pub(super) fn remembers(&self, at: usize, other: u32) -> bool {
        self.near.get(at).is_some_and(|near| near.contains(&other))
    }
}
