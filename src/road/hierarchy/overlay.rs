//! The network while it is being contracted: the nodes that are left, and what travel between them costs.

use super::NO_MIDDLE;
use crate::road::ids::{Cost, StateId};

/// One direction of a link.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// [`Cost::NO_WAY`] where this direction is closed.
    pub(super) cost: Cost,
    /// The contracted node it runs over, or [`NO_MIDDLE`] if it is a join of the network.
    pub(super) middle: u32,
    /// How many joins it stands for.
    pub(super) hops: u32,
}

impl Way {
    const CLOSED: Self = Self { cost: Cost::NO_WAY, middle: NO_MIDDLE, hops: 0 };

    pub(super) fn is_open(self) -> bool {
        self.cost != Cost::NO_WAY
    }
}

/// A neighbour, and the cheapest way there and back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub(super) to: u32,
    pub(super) out: Way,
    pub(super) back: Way,
}

/// What is left of the network.
pub(super) struct Overlay {
    /// By node: its neighbours that are left; for one that is contracted, those that were left at that time.
    links: Vec<Vec<Link>>,
}

impl Overlay {
    /// The whole network; of parallel joins the cheapest, and no joins from a state to itself.
    pub(super) fn new(first_out: &[u32], heads: &[StateId], costs: &[Cost]) -> Self {
        let mut overlay = Self { links: vec![Vec::new(); first_out.len() - 1] };
        for tail in 0..first_out.len() - 1 {
            for join in first_out[tail] as usize..first_out[tail + 1] as usize {
                let head = heads[join].0;
                let way = Way { cost: costs[join], middle: NO_MIDDLE, hops: 1 };
                if head != tail as u32 && way.cost < Cost::NO_WAY {
                    overlay.improve(tail as u32, head, way);
                }
            }
        }
        overlay
    }

    pub(super) fn node_count(&self) -> usize {
        self.links.len()
    }

    pub(super) fn links(&self, node: u32) -> &[Link] {
        &self.links[node as usize]
    }

    /// Opens `way` between two nodes where it is cheaper than what there is.
    pub(super) fn improve(&mut self, from: u32, to: u32, way: Way) {
        let out = &mut self.link_mut(from, to).out;
        if way.cost < out.cost {
            *out = way;
            self.link_mut(to, from).back = way;
        }
    }

    /// Takes `node` away from its neighbours; its own links stay as they are.
    pub(super) fn detach(&mut self, node: u32) {
        for at in 0..self.links[node as usize].len() {
            let neighbour = self.links[node as usize][at].to;
            let links = &mut self.links[neighbour as usize];
            let back = links.iter().position(|link| link.to == node);
            links.swap_remove(back.expect("links are mutual"));
        }
        self.links[node as usize].shrink_to_fit();
    }

    fn link_mut(&mut self, from: u32, to: u32) -> &mut Link {
        let links = &mut self.links[from as usize];
        let at = links.iter().position(|link| link.to == to).unwrap_or_else(|| {
            links.push(Link { to, out: Way::CLOSED, back: Way::CLOSED });
            links.len() - 1
        });
        &mut links[at]
    }
}
