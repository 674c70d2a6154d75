//! The bound against brute force, and against every plan that is found.

use crate::progress::Silent;
use crate::solver::tests::brute_force::brute_force;
use crate::solver::tests::hold;
use crate::solver::tests::problems::{Size, problems};
use crate::solver::*;

fn bound_of(problem: &VisitProblem, solution: &Solution) -> Bound {
    let options = BoundOptions { work: 3_000_000, passes: 40 };
    bound(problem, solution, &options, &Never, &Silent)
}

fn solved(problem: &VisitProblem, iterations: u64) -> Solution {
    solve(problem, &SolveOptions { seed: 1, iterations, starts: 1 }, &Never, &Silent)
}

/// Whether the bound of a poor plan holds for the best one too, and how often it is the best.
fn assert_never_below_brute_force(hourly: bool, cases: u32) {
    let counts = std::cell::Cell::new((0, 0));
    let size = Size { visits: 6, shifts: 2, metric: false, hourly };
    hold(cases, problems(size), |problem| {
        let (served, best) = brute_force(&problem);
        for plan in [Solution::of(&problem, Tours::empty(&problem)), solved(&problem, 300)] {
            let mandatory = problem.visits().iter().filter(|visit| visit.mandatory).count();
            let bound = bound_of(&problem, &plan);
            assert!(bound.objective >= plan.objective, "{problem:?}");
            if mandatory - plan.unserved_mandatory.len() <= served {
                assert!(bound.objective >= best, "{bound:?} {best} {problem:?}");
            }
            let (all, tight) = counts.get();
            counts.set((all + 1, tight + u32::from(bound.objective == best)));
        }
    });
    let (all, tight) = counts.get();
    assert!(tight * 2 > all, "{tight} of {all} bounds are the best objective");
    eprintln!("{tight} of {all}");
}

#[test]
fn no_bound_is_below_what_brute_force_finds() {
    assert_never_below_brute_force(false, 1000);
    assert_never_below_brute_force(true, 1000);
}
