//! Tests the bound against brute force, and against all plans that were found.

use crate::progress::Silent;
use crate::solver::tests::brute_force::brute_force;
use crate::solver::tests::hold;
use crate::solver::tests::problems::{Size, line, problems};
use crate::solver::*;
use crate::units::{Prize, Seconds};

fn bound_of(problem: &VisitProblem, solution: &Solution) -> Bound {
    let options = BoundOptions { work: 3_000_000, passes: 40 };
    bound(problem, solution, &options, &NoLimit, &Silent)
}

fn solved(problem: &VisitProblem, iterations: u64) -> Solution {
    solve(problem, &SolveOptions { seed: 1, iterations, starts: 1 }, &NoLimit, &Silent)
}

/// Asserts that the bounds of a poor plan and of a good plan are not below the optimum, and that
/// most of them are equal to it.
///
/// The second check leaves out series and balance, because the bound ignores them.
fn assert_never_below_brute_force(size: Size, cases: u32) {
    let counts = std::cell::Cell::new((0, 0));
    hold(cases, problems(size), |problem| {
        let (served, best) = brute_force(&problem);
        for plan in [Solution::of(&problem, Tours::empty(&problem)), solved(&problem, 300)] {
            let mandatory = problem.visits().iter().filter(|visit| visit.mandatory).count();
            let bound = bound_of(&problem, &plan);
            assert!(bound.objective >= plan.objective, "{problem:?}");
            if mandatory - plan.unserved_mandatory.len() <= served {
                assert!(bound.objective >= best, "{bound:?} {best} {problem:?}");
            }
            if !problem.series().is_empty() || problem.balance() > Prize(0) {
                continue;
            }
            let (all, tight) = counts.get();
            counts.set((all + 1, tight + u32::from(bound.objective == best)));
        }
    });
    let (all, tight) = counts.get();
    assert!(all > cases / 10 && tight * 2 > all, "{tight} of {all} bounds are the best objective");
}

#[test]
fn no_bound_is_below_what_brute_force_finds() {
    for (hourly, metric) in [(false, false), (false, true), (true, false), (true, true)] {
        let series = metric;
        assert_never_below_brute_force(Size { visits: 6, shifts: 2, metric, hourly, series }, 500);
    }
}

#[test]
fn no_bound_is_below_any_plan_that_keeps_as_many_mandatory_visits() {
    for hourly in [false, true] {
        // With this number of visits, legs over regions replace some legs.
        let size = Size { visits: 80, shifts: 4, metric: false, hourly, series: hourly };
        hold(60, problems(size), |problem| {
            let poor = solved(&problem, 0);
            let bound = bound_of(&problem, &poor);
            let good = solved(&problem, 400);
            if good.unserved_mandatory.len() <= poor.unserved_mandatory.len() {
                assert!(bound.objective >= good.objective, "{bound:?} {good:?} {problem:?}");
            }
        });
    }
}

#[test]
fn a_single_shift_without_circles_in_it_is_bounded_to_the_last_thousandth() {
    let problem = line(Seconds::from_minutes(170));
    let plan = solved(&problem, 200);
    assert_eq!(bound_of(&problem, &plan).gap(plan.objective), Some(0));
}

#[test]
fn the_number_of_threads_does_not_change_the_bound() {
    let size = Size { visits: 60, shifts: 4, metric: true, hourly: false, series: false };
    hold(5, problems(size), |problem| {
        let plan = solved(&problem, 50);
        let with_threads = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| bound_of(&problem, &plan))
        };
        let one = with_threads(1);
        assert_eq!(one, with_threads(2));
        assert_eq!(one, with_threads(5));
    });
}

#[test]
fn the_gap_is_rounded_up_and_none_where_nothing_can_be_gained() {
    let bound = |objective| Bound { objective, passes: 1, work: 0, stopped_early: false };
    assert_eq!(bound(1_000_000).gap(977_001), Some(2300));
    assert_eq!(bound(1_000_000).gap(999_999), Some(1));
    assert_eq!(bound(1_000_000).gap(1_000_000), Some(0));
    assert_eq!(bound(-5).gap(-7), None);
    assert_eq!(bound(-5).gap(-5), Some(0));
}
