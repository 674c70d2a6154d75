//! The solver as a whole, on generated problems: against the checker, against brute force, against itself.

mod brute_force;
mod problems;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::*;
use crate::progress::Silent;
use brute_force::brute_force;
use problems::{Size, problems};

/// Runs `cases` of a property, the same ones every time.
fn hold<S: Strategy>(cases: u32, strategy: S, property: impl Fn(S::Value)) {
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    TestRunner::new_with_rng(config, random)
        .run(&strategy, |value| {
            property(value);
            Ok(())
        })
        .unwrap();
}

fn solved(problem: &VisitProblem, seed: u64, iterations: u64, starts: u32) -> Solution {
    let options = SolveOptions { seed, iterations, starts };
    let solution = solve(problem, &options, &Never, &Silent);
    assert_eq!(check(problem, &solution), [], "{problem:?}\n{solution:?}");
    for tour in &solution.tours.0 {
        let times = schedule(problem, tour.shift, tour).expect("a checked tour has a schedule");
        assert_eq!(check_schedule(problem, tour, &times), [], "{problem:?}\n{tour:?}\n{times:?}");
    }
    solution
}

#[test]
fn every_plan_for_a_thousand_random_problems_passes_the_checker() {
    let size = Size { visits: 14, shifts: 4, metric: false };
    hold(1000, (problems(size), 0..1000u64), |(problem, seed)| {
        solved(&problem, seed, 60, 1);
    });
}

#[test]
fn finds_what_brute_force_finds() {
    let size = Size { visits: 6, shifts: 2, metric: true };
    hold(150, problems(size), |problem| assert_optimal(&problem));
}

#[test]
fn finds_what_brute_force_finds_among_eight_visits() {
    let size = Size { visits: 8, shifts: 2, metric: true };
    hold(8, problems(size), |problem| assert_optimal(&problem));
}

fn assert_optimal(problem: &VisitProblem) {
    let (served, objective) = brute_force(problem);
    let solution = solved(problem, 1, 1500, 2);
    let mandatory = problem.visits().iter().filter(|v| v.mandatory).count();
    let found = (mandatory - solution.unserved_mandatory.len(), solution.objective);
    assert_eq!(found, (served, objective), "{problem:?}\n{solution:?}");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let size = Size { visits: 30, shifts: 4, metric: true };
    hold(10, problems(size), |problem| {
        let with_threads = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| solved(&problem, 5, 200, 4))
        };
        let one = with_threads(1);
        assert_eq!(one, with_threads(2));
        assert_eq!(one, with_threads(2), "a second run");
    });
}

#[test]
fn a_tour_has_a_schedule_exactly_when_the_checker_accepts_it() {
    let size = Size { visits: 5, shifts: 1, metric: false };
    let tour = (problems(size), any::<u64>(), 1..4usize, 0..7usize);
    let (accepted, refused) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    hold(3000, tour, |(problem, order, length, pause)| {
        let tour = some_tour(&problem, order, length, pause);
        let times = schedule(&problem, tour.shift, &tour);
        let solution = Solution::of(&problem, Tours(vec![tour.clone()]));
        let violations = check(&problem, &solution);
        assert_eq!(times.is_some(), violations.is_empty(), "{problem:?} {tour:?} {violations:?}");
        let count = if times.is_some() { &accepted } else { &refused };
        count.set(count.get() + 1);
        if let Some(times) = times {
            assert_eq!(check_schedule(&problem, &tour, &times), [], "{problem:?} {tour:?}");
        }
    });
    assert!(accepted.get() > 100 && refused.get() > 100, "{accepted:?} {refused:?}");
}

/// Some visits in some order, with or without a pause; mostly not feasible.
fn some_tour(problem: &VisitProblem, order: u64, length: usize, pause: usize) -> Tour {
    let mut rest: Vec<u32> = (0..problem.visits().len() as u32).collect();
    let mut order = order;
    let mut visits = Vec::new();
    while visits.len() < length && !rest.is_empty() {
        visits.push(VisitId(rest.remove((order % rest.len() as u64) as usize)));
        order /= 7;
    }
    let pause_after = (pause <= length).then_some(pause);
    Tour { shift: ShiftId(0), visits, pause_after }
}
