//! The network during contraction: the remaining nodes and the costs between them.

use std::ops::Range;

use super::{NO_MIDDLE, positions};
use crate::road::ids::{Cost, StateId};

/// One direction of a [`Link`]: a join or a shortcut.
#[derive(Debug, Clone, Copy)]
pub(super) struct HalfLink {
    /// [`Cost::NO_PATH`] if this direction is closed.
    pub(super) cost: Cost,
    /// The contracted node in the middle of a shortcut, or [`NO_MIDDLE`] for a join.
    pub(super) middle: u32,
    /// Number of joins it replaces, at most the largest `u16`.
    pub(super) hops: u16,
}

impl HalfLink {
    const CLOSED: Self = Self { cost: Cost::NO_PATH, middle: NO_MIDDLE, hops: 0 };

    pub(super) fn is_open(self) -> bool {
        self.cost != Cost::NO_PATH
    }
}

/// A neighbour, with the cheapest half links to it and back. Half a cache line, for speed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    out_cost: Cost,
    back_cost: Cost,
    pub(super) to: u32,
    out_middle: u32,
    back_middle: u32,
    out_hops: u16,
    back_hops: u16,
}

impl Link {
    fn new(to: u32, out: HalfLink, back: HalfLink) -> Self {
        Self {
            out_cost: out.cost,
            back_cost: back.cost,
            to,
            out_middle: out.middle,
            back_middle: back.middle,
            out_hops: out.hops,
            back_hops: back.hops,
        }
    }

    pub(super) fn out(&self) -> HalfLink {
        HalfLink { cost: self.out_cost, middle: self.out_middle, hops: self.out_hops }
    }

    pub(super) fn back(&self) -> HalfLink {
        HalfLink { cost: self.back_cost, middle: self.back_middle, hops: self.back_hops }
    }
}

pub(super) struct Overlay {
    /// By node: the place of its links.
    homes: Vec<Home>,
    /// Links of all nodes; those of one node are contiguous.
    links: Vec<Link>,
    /// By half the room: starts of the unused pieces of `links`.
    vacant: Vec<Vec<u32>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Home {
    first: u32,
    len: u32,
    /// Number of links with space; an even number.
    room: u32,
}

impl Home {
    fn range(self) -> Range<usize> {
        self.first as usize..(self.first + self.len) as usize
    }
}

impl Overlay {
    /// Starts with all `states` as nodes, in this order; the cheapest of parallel joins, no loops.
    pub(super) fn new(
        first_out: &[u32],
        heads: &[StateId],
        costs: &[Cost],
        states: &[u32],
    ) -> Self {
        let mut overlay = Self {
            homes: vec![Home::default(); states.len()],
            links: Vec::with_capacity(heads.len()),
            vacant: Vec::new(),
        };
        let node_of = positions(states);
        for (tail, state) in states.iter().enumerate() {
            let state = *state as usize;
            for join in first_out[state] as usize..first_out[state + 1] as usize {
                let head = node_of[heads[join].0 as usize];
                let half = HalfLink { cost: costs[join], middle: NO_MIDDLE, hops: 1 };
                if head != tail as u32 && half.cost < Cost::NO_PATH {
                    overlay.improve(tail as u32, head, half);
                }
            }
        }
        overlay
    }

    pub(super) fn node_count(&self) -> usize {
        self.homes.len()
    }

    /// Returns the remaining neighbours of `node`; for a contracted node, those at its contraction.
    pub(super) fn links(&self, node: u32) -> &[Link] {
        &self.links[self.homes[node as usize].range()]
    }

    /// Adds `half` between two nodes if it is cheaper than the present one.
    pub(super) fn improve(&mut self, from: u32, to: u32, half: HalfLink) {
        let there = self.link_mut(from, to);
        if half.cost < there.out_cost {
            *there = Link::new(to, half, there.back());
            let back = self.link_mut(to, from);
            *back = Link::new(from, back.out(), half);
        }
    }

    /// Removes `node` from the links of its neighbours; keeps its own links, frees its spare room.
    pub(super) fn detach(&mut self, node: u32) {
        for at in self.homes[node as usize].range() {
            let home = &mut self.homes[self.links[at].to as usize];
            let links = &mut self.links[home.range()];
            let back = links.iter().position(|link| link.to == node);
            links.swap(back.expect("links are mutual"), links.len() - 1);
            home.len -= 1;
        }
        let home = &mut self.homes[node as usize];
        let half_spare = (home.room - home.len) / 2;
        if half_spare > 0 {
            home.room -= 2 * half_spare;
            self.vacant[half_spare as usize].push(home.first + home.room);
        }
    }

    fn link_mut(&mut self, from: u32, to: u32) -> &mut Link {
        let home = self.homes[from as usize];
        let known = self.links[home.range()].iter().position(|link| link.to == to);
        let at = known.unwrap_or_else(|| {
            if home.len == home.room {
                self.move_out(from);
            }
            let home = &mut self.homes[from as usize];
            home.len += 1;
            self.links[home.range().end - 1] = Link::new(to, HalfLink::CLOSED, HalfLink::CLOSED);
            home.len as usize - 1
        });
        &mut self.links[self.homes[from as usize].first as usize + at]
    }

    /// Moves the links of `node` to a piece with a quarter more room.
    fn move_out(&mut self, node: u32) {
        let old = self.homes[node as usize];
        let half_room = (old.room / 2 + old.room / 8 + 1) as usize;
        if self.vacant.len() <= half_room {
            self.vacant.resize(half_room + 1, Vec::new());
        }
        let first = self.vacant[half_room].pop().unwrap_or_else(|| {
            let end = self.links.len();
            self.links
                .resize(end + 2 * half_room, Link::new(node, HalfLink::CLOSED, HalfLink::CLOSED));
            end as u32
        });
        self.links.copy_within(old.range(), first as usize);
        self.homes[node as usize] = Home { first, len: old.len, room: 2 * half_room as u32 };
        if old.room > 0 {
            self.vacant[old.room as usize / 2].push(old.first);
        }
    }
}
