//! The bound against brute force, and against every plan that is found.

use crate::progress::Silent;
use crate::solver::tests::brute_force::brute_force;
use crate::solver::tests::hold;
use crate::solver::tests::problems::{Size, line, problems};
use crate::solver::*;
use crate::units::{Prize, Seconds};

fn bound_of(problem: &VisitProblem, solution: &Solution) -> Bound {
    let options = BoundOptions { work: 3_000_000, passes: 40 };
    bound(problem, solution, &options, &Never, &Silent)
}

fn solved(problem: &VisitProblem, iterations: u64) -> Solution {
    solve(problem, &SolveOptions { seed: 1, iterations, starts: 1 }, &Never, &Silent)
}

/// The bounds of a poor and of a good plan against the best there is; most of them are no higher where the bound leaves
/// nothing out: visits that must keep apart and the price of uneven work only make plans worse.
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
        // So many visits that some legs are kept by region only.
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

#[test]
fn no_bound_is_below_a_proven_optimum() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/bench/toptw");
    let Ok(table) = std::fs::read_to_string(folder.join("best_known.csv")) else {
        eprintln!("skipped: no instances in {}", folder.display());
        return;
    };
    for row in table.lines().filter(|row| row.ends_with(",proven")) {
        let cells: Vec<&str> = row.split(',').collect();
        let (tours, best): (u32, i64) = (cells[1].parse().unwrap(), cells[2].parse().unwrap());
        let path = folder.join("instances").join(format!("{}.txt", cells[0]));
        let problem = public_instance(&std::fs::read_to_string(path).unwrap(), cells[0], tours);
        let plan = Solution::of(&problem, Tours::empty(&problem));
        let bound = bound_of(&problem, &plan);
        assert!(bound.objective >= best * 3600, "{row}: {bound:?}");
    }
}

/// An instance of the team orienteering problem with time windows; distances are rounded down to a tenth or hundredth.
fn public_instance(text: &str, name: &str, tours: u32) -> VisitProblem {
    let scale = if name.starts_with("pr") { 100.0 } else { 10.0 };
    let lines = text.lines().filter(|line| !line.trim().is_empty()).skip(2);
    let rows: Vec<Vec<f64>> = lines
        .map(|line| line.split_whitespace().map(|word| word.parse().unwrap()).collect())
        .collect();
    let time = |value: f64| Seconds((value * scale).round() as u32);
    let window = |row: &[f64]| {
        let [.., open, close] = row else { panic!("a row has windows") };
        TimeWindow { start: time(*open), end: time(*close) }
    };
    let travel = TravelTimes::new(rows.len(), |from, to| {
        let (a, b) = (&rows[from.0 as usize], &rows[to.0 as usize]);
        // All coordinates have at most three decimals.
        let thousandths = |value: f64| (value * 1000.0).round() as i64;
        let (x, y) = (thousandths(a[1]) - thousandths(b[1]), thousandths(a[2]) - thousandths(b[2]));
        let squared = (x * x + y * y) as u64 * (scale * scale) as u64 / 1_000_000;
        Some(Seconds(squared.isqrt() as u32))
    });
    let shift = Shift {
        day: 0,
        travel: TravelSlot::all_day(0),
        start_place: PlaceId(0),
        end_place: PlaceId(0),
        window: window(&rows[0]),
        pause: None,
        visits_max: u32::MAX,
        travel_max: None,
    };
    let visits = rows.iter().enumerate().skip(1).map(|(at, row)| Visit {
        place: PlaceId(at as u32),
        mandatory: false,
        earliness: None,
        offers: (0..tours)
            .map(|shift| Offer {
                shift: ShiftId(shift),
                prize: Prize(row[4] as u32),
                duration: time(row[3]),
                windows: vec![window(row)],
            })
            .collect(),
    });
    let shifts = vec![shift; tours as usize];
    VisitProblem::new(vec![travel], shifts, visits.collect(), Prize(0)).unwrap()
}
