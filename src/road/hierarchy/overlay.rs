//! The network while it is being contracted: the nodes that are left, and what travel between them costs.

use std::ops::Range;

use super::NO_MIDDLE;
use super::order::positions;
use crate::road::ids::{Cost, StateId};

/// One direction of a link.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// [`Cost::NO_WAY`] where this direction is closed.
    pub(super) cost: Cost,
    /// The contracted node it runs over, or [`NO_MIDDLE`] if it is a join of the network.
    pub(super) middle: u32,
    /// How many joins it stands for, or the largest number if they are more.
    pub(super) hops: u16,
}

impl Way {
    const CLOSED: Self = Self { cost: Cost::NO_WAY, middle: NO_MIDDLE, hops: 0 };

    pub(super) fn is_open(self) -> bool {
        self.cost != Cost::NO_WAY
    }
}

/// A neighbour, and the cheapest way there and back. Half a cache line: preparing a network is mostly walking on links.
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
    fn new(to: u32, out: Way, back: Way) -> Self {
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

    /// The way to the neighbour.
    pub(super) fn out(&self) -> Way {
        Way { cost: self.out_cost, middle: self.out_middle, hops: self.out_hops }
    }

    /// The way from the neighbour.
    pub(super) fn back(&self) -> Way {
        Way { cost: self.back_cost, middle: self.back_middle, hops: self.back_hops }
    }
}

/// What is left of the network.
pub(super) struct Overlay {
    /// By node.
    homes: Vec<Home>,
    /// Of all nodes, each node's in one piece.
    links: Vec<Link>,
    /// By half their room: where pieces begin that nodes have grown out of.
    vacant: Vec<Vec<u32>>,
}

/// Where a node's links are.
#[derive(Debug, Clone, Copy, Default)]
struct Home {
    first: u32,
    /// How many there are.
    len: u32,
    /// For how many there is room; an even number.
    room: u32,
}

impl Home {
    fn range(self) -> Range<usize> {
        self.first as usize..(self.first + self.len) as usize
    }
}

impl Overlay {
    /// The whole network, with `states` as nodes in that order; of parallel joins the cheapest, and no joins from a state to
    /// itself.
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
                let way = Way { cost: costs[join], middle: NO_MIDDLE, hops: 1 };
                if head != tail as u32 && way.cost < Cost::NO_WAY {
                    overlay.improve(tail as u32, head, way);
                }
            }
        }
        overlay
    }

    pub(super) fn node_count(&self) -> usize {
        self.homes.len()
    }

    /// The neighbours of `node` that are left; if it is contracted, those that were left at that time.
    pub(super) fn links(&self, node: u32) -> &[Link] {
        &self.links[self.homes[node as usize].range()]
    }

    /// Opens `way` between two nodes where it is cheaper than what there is.
    pub(super) fn improve(&mut self, from: u32, to: u32, way: Way) {
        let there = self.link_mut(from, to);
        if way.cost < there.out_cost {
            *there = Link::new(to, way, there.back());
            let back = self.link_mut(to, from);
            *back = Link::new(from, back.out(), way);
        }
    }

    /// Takes `node` away from its neighbours; its own links stay as they are, and room for more is given up.
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
            self.links[home.range().end - 1] = Link::new(to, Way::CLOSED, Way::CLOSED);
            home.len as usize - 1
        });
        &mut self.links[self.homes[from as usize].first as usize + at]
    }

    /// Gives `node` a quarter more room.
    fn move_out(&mut self, node: u32) {
        let old = self.homes[node as usize];
        let half_room = (old.room / 2 + old.room / 8 + 1) as usize;
        if self.vacant.len() <= half_room {
            self.vacant.resize(half_room + 1, Vec::new());
        }
        let first = self.vacant[half_room].pop().unwrap_or_else(|| {
            let end = self.links.len();
            self.links.resize(end + 2 * half_room, Link::new(node, Way::CLOSED, Way::CLOSED));
            end as u32
        });
        self.links.copy_within(old.range(), first as usize);
        self.homes[node as usize] = Home { first, len: old.len, room: 2 * half_room as u32 };
        if old.room > 0 {
            self.vacant[old.room as usize / 2].push(old.first);
        }
    }
}
