//! Finds one cheapest path, with all its states.

use std::cmp::Ordering;

use super::climb::Climb;
use super::table::StateCost;
use super::{Hierarchy, NO_MIDDLE, Rungs};
use crate::road::ids::{Cost, StateId};

/// Ranks of a climb in ascending order, with their costs.
type Climbed = Vec<(u32, Cost)>;

impl Hierarchy {
    /// Returns a cheapest path from one of `starts` to one of `ends`, and its cost with that of
    /// start and end; `None` if there is none. Deterministic among equally cheap paths.
    ///
    /// Two climbs of some microseconds each.
    pub(in crate::road) fn route(
        &self,
        starts: &[StateCost],
        ends: &[StateCost],
    ) -> Option<(Cost, Vec<StateId>)> {
        let mut climb = Climb::new(self);
        let mut run = |rungs, against, accesses: &[StateCost]| {
            let mut climbed = Climbed::new();
            let accesses = accesses.iter().map(|(state, cost)| (self.rank(*state), *cost));
            climb.run(rungs, against, accesses, |rank, cost| climbed.push((rank, cost)));
            climbed
        };
        let from_start = run(&self.up, &self.down, starts);
        let from_end = run(&self.down, &self.up, ends);
        let (cost, top) = meet(&from_start, &from_end)?;
        let climb_ranks = trace(&self.up, &from_start, top, &self.ranked(starts));
        let descent_ranks = trace(&self.down, &from_end, top, &self.ranked(ends));

        let mut states = vec![self.state_of[climb_ranks[climb_ranks.len() - 1] as usize]];
        for pair in climb_ranks.windows(2).rev() {
            self.unpack(pair[1], pair[0], &mut states);
        }
        for pair in descent_ranks.windows(2) {
            self.unpack(pair[0], pair[1], &mut states);
        }
        Some((cost, states))
    }

    fn ranked(&self, accesses: &[StateCost]) -> Climbed {
        accesses.iter().map(|(state, cost)| (self.rank(*state), *cost)).collect()
    }

    fn unpack(&self, from: u32, to: u32, states: &mut Vec<StateId>) {
        let mut ahead = vec![(from, to)];
        while let Some((from, to)) = ahead.pop() {
            let middle = match from < to {
                true => self.up.middles[self.up.to(from, to)],
                false => self.down.middles[self.down.to(to, from)],
            };
            match middle {
                NO_MIDDLE => states.push(self.state_of[to as usize]),
                middle => ahead.extend([(middle, to), (from, middle)]),
            }
        }
    }
}

/// Returns the cheapest common rank of two climbs; the lowest of several.
fn meet(a: &Climbed, b: &Climbed) -> Option<(Cost, u32)> {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut best: Option<(Cost, u32)> = None;
    while let (Some((rank, cost)), Some((other_rank, other_cost))) = (a.peek(), b.peek()) {
        match rank.cmp(other_rank) {
            Ordering::Less => _ = a.next(),
            Ordering::Greater => _ = b.next(),
            Ordering::Equal => {
                let total = *cost + *other_cost;
                if total < best.map_or(Cost::NO_PATH, |(least, _)| least) {
                    best = Some((total, *rank));
                }
                a.next();
            }
        }
    }
    best
}

/// Returns the ranks of a climb from `top` down to one of its `starts`.
fn trace(rungs: &Rungs, climbed: &Climbed, top: u32, starts: &Climbed) -> Vec<u32> {
    let mut ranks = vec![top];
    let at_top =
        climbed.binary_search_by_key(&top, |(rank, _)| *rank).expect("the climb reached its top");
    let mut at = climbed[at_top];
    for lower in climbed[..at_top].iter().rev() {
        if starts.contains(&at) {
            break;
        }
        let of_lower = rungs.of(lower.0);
        if let Ok(rung) = rungs.tops[of_lower.clone()].binary_search(&at.0)
            && lower.1 + rungs.costs[of_lower.start + rung] == at.1
        {
            ranks.push(lower.0);
            at = *lower;
        }
    }
    ranks
}
