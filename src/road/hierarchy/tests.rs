//! Compares the hierarchy on random directed graphs with a simple table of all pairs.

use proptest::prelude::*;
use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

use super::{Hierarchy, StateCost};
use crate::road::ids::{Cost, StateId};
use crate::units::{Millimetres, Millis};

/// Joins as tail, head and cost, in order of tails.
#[derive(Debug, Clone)]
struct Joins {
    states: u32,
    joins: Vec<(u32, u32, Cost)>,
}

impl Joins {
    fn new(states: u32, mut joins: Vec<(u32, u32, Cost)>) -> Self {
        joins.sort();
        Self { states, joins }
    }

    fn hierarchy(&self) -> Hierarchy {
        let first_out: Vec<u32> = (0..=self.states)
            .map(|state| self.joins.partition_point(|(tail, ..)| *tail < state) as u32)
            .collect();
        let heads: Vec<StateId> = self.joins.iter().map(|(_, head, _)| StateId(*head)).collect();
        let costs: Vec<Cost> = self.joins.iter().map(|(.., cost)| *cost).collect();
        Hierarchy::new(&first_out, &heads, &costs)
    }

    /// Floyd (1962) and Warshall (1962).
    fn all_pairs(&self) -> Vec<Vec<Cost>> {
        let states = self.states as usize;
        let mut table = vec![vec![Cost::NO_PATH; states]; states];
        for (state, row) in table.iter_mut().enumerate() {
            row[state] = Cost::ZERO;
        }
        for (tail, head, cost) in &self.joins {
            let cell = &mut table[*tail as usize][*head as usize];
            *cell = (*cell).min(*cost);
        }
        for via in 0..states {
            for from in 0..states {
                for to in 0..states {
                    if table[from][via] < Cost::NO_PATH {
                        let through = table[from][via] + table[via][to];
                        table[from][to] = table[from][to].min(through);
                    }
                }
            }
        }
        table
    }

    /// Returns the cost of the path over `states`; `None` if two of them are not joined.
    fn cost_along(&self, states: &[StateId]) -> Option<Cost> {
        states.windows(2).try_fold(Cost::ZERO, |sum, pair| {
            let joins = self.joins.iter().filter(|(t, h, _)| (*t, *h) == (pair[0].0, pair[1].0));
            Some(sum + joins.map(|(.., cost)| *cost).min()?)
        })
    }
}

/// Few different costs, so that many paths tie; sometimes zero.
fn cost() -> impl Strategy<Value = Cost> {
    (0_u32..5, 0_u64..3).prop_map(|(time, distance)| Cost::new(Millis(time), Millimetres(distance)))
}

/// Sparse to dense graphs; mostly one-way, with parallel joins and loops.
fn joins() -> impl Strategy<Value = Joins> {
    (1_u32..30, 0_usize..120).prop_flat_map(|(states, count)| {
        let join = (0..states, 0..states, cost());
        prop::collection::vec(join, count).prop_map(move |joins| Joins::new(states, joins))
    })
}

/// Places with up to three states each, given as shares of all states.
fn places() -> impl Strategy<Value = Vec<Vec<(f64, Cost)>>> {
    prop::collection::vec(prop::collection::vec((0.0..1.0, cost()), 0..4), 0..20)
}

fn accesses(places: &[Vec<(f64, Cost)>], states: u32) -> Vec<Vec<StateCost>> {
    let state = |share: f64| StateId((share * f64::from(states)) as u32);
    let of_place = |p: &Vec<(f64, Cost)>| p.iter().map(|(s, cost)| (state(*s), *cost)).collect();
    places.iter().map(of_place).collect()
}

proptest! {
    #![proptest_config(crate::testing::cases(300))]

    #[test]
    fn tables_and_routes_cost_what_the_table_of_all_pairs_says(
        joins in joins(),
        sources in places(),
        targets in places(),
    ) {
        let hierarchy = joins.hierarchy();
        let all_pairs = joins.all_pairs();
        let sources = accesses(&sources, joins.states);
        let targets = accesses(&targets, joins.states);
        let table = hierarchy.table(&sources, &targets, |_| ());
        for (row, starts) in sources.iter().enumerate() {
            for (column, ends) in targets.iter().enumerate() {
                let pairs = starts.iter().flat_map(|start| ends.iter().map(move |end| (start, end)));
                let expected = pairs
                    .map(|((start, before), (end, after))| {
                        let between = all_pairs[start.0 as usize][end.0 as usize];
                        between + (*before + *after)
                    })
                    .min()
                    .map_or(Cost::NO_PATH, |cost| cost.min(Cost::NO_PATH));
                prop_assert_eq!(table[row * targets.len() + column], expected);

                let route = hierarchy.route(starts, ends);
                prop_assert_eq!(route.as_ref().map_or(Cost::NO_PATH, |(cost, _)| *cost), expected);
                if let Some((cost, states)) = route {
                    let cheapest = |accesses: &[StateCost], state| {
                        accesses.iter().filter(|(s, _)| *s == state).map(|(_, cost)| *cost).min()
                    };
                    let before = cheapest(starts, states[0]).unwrap();
                    let after = cheapest(ends, states[states.len() - 1]).unwrap();
                    prop_assert_eq!(Some(cost), joins.cost_along(&states).map(|c| before + c + after));
                }
            }
        }
    }
}

/// A city of one-way and two-way streets, large enough for several threads.
fn city(side: u32) -> Joins {
    let mut random = Pcg64Mcg::seed_from_u64(7);
    let mut joins = Vec::new();
    for from in 0..side * side {
        let east = (from % side + 1 < side).then_some(from + 1);
        let south = (from + side < side * side).then_some(from + side);
        for to in [east, south].into_iter().flatten() {
            let cost = Cost::new(Millis(random.next_u32() % 50), Millimetres(100));
            let one_way = random.next_u32() % 4;
            joins.extend((one_way != 0).then_some((from, to, cost)));
            joins.extend((one_way != 1).then_some((to, from, cost)));
        }
    }
    Joins::new(side * side, joins)
}

#[test]
fn the_hierarchy_is_the_same_for_any_number_of_threads() {
    let joins = city(50);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| joins.hierarchy())
    };
    let alone = on(1);
    assert_eq!(alone, on(2));
    assert_eq!(alone, on(5));
}

#[test]
fn a_path_beyond_the_range_of_a_cost_does_not_overflow_into_a_short_one() {
    let days = |days: u32| Cost::new(Millis(days * 86_400_000), Millimetres(1));
    // Up to 55 days, more than twice the range of a cost.
    let joins = Joins::new(12, (0..11).map(|at| (at, at + 1, days(5))).collect());
    let hierarchy = joins.hierarchy();
    let at = |state| vec![vec![(StateId(state), Cost::ZERO)]];
    assert_eq!(hierarchy.table(&at(0), &at(1), |_| ()), [days(5)]);
    for state in 2..12 {
        assert_eq!(hierarchy.table(&at(0), &at(state), |_| ()), [Cost::NO_PATH]);
        assert_eq!(hierarchy.route(&at(0)[0], &at(state)[0]), None);
    }
}
