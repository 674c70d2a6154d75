//! Tests the whole solver on generated problems: it compares the results with the checker, with
//! brute force, and with one another.

pub(super) mod brute_force;
pub(super) mod problems;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::progress::Silent;
use crate::testing::cases;
use brute_force::brute_force;
use problems::{Size, problems};

/// Tests a property on `count` values. Every run uses the same values.
pub(super) fn hold<S: Strategy>(count: u32, strategy: S, property: impl Fn(S::Value)) {
    let config = Config { max_shrink_iters: 40, ..cases(count) };
    TestRunner::new(config)
        .run(&strategy, |value| {
            property(value);
            Ok(())
        })
        .unwrap();
}

/// For each kind of problem: whether travel depends on the hour, and whether there are series.
const KINDS: [(bool, bool); 4] = [(false, false), (true, false), (false, true), (true, true)];

fn solved(problem: &VisitProblem, seed: u64, iterations: u64, starts: u32) -> Solution {
    let options = SolveOptions { seed, iterations, starts };
    let solution = solve(problem, &options, &NoLimit, &Silent);
    assert_eq!(check(problem, &solution), [], "{problem:?}\n{solution:?}");
    for tour in &solution.tours.0 {
        let times = schedule(problem, tour.shift, tour).expect("a checked tour has a schedule");
        assert_eq!(check_schedule(problem, tour, &times), [], "{problem:?}\n{tour:?}\n{times:?}");
    }
    solution
}

#[test]
fn every_plan_for_random_problems_passes_the_checker() {
    for (hourly, series) in KINDS {
        let size = Size { visits: 14, shifts: 4, metric: false, hourly, series };
        hold(250, (problems(size), 0..1000u64), |(problem, seed)| {
            solved(&problem, seed, 60, 1);
        });
    }
}

#[test]
fn finds_what_brute_force_finds() {
    for (hourly, series) in KINDS {
        let shifts = if series { 3 } else { 2 };
        let size = Size { visits: 6, shifts, metric: true, hourly, series };
        hold(100, problems(size), |problem| assert_optimal(&problem));
    }
}

#[test]
fn finds_what_brute_force_finds_among_eight_visits() {
    for hourly in [false, true] {
        let size = Size { visits: 8, shifts: 2, metric: true, hourly, series: false };
        hold(8, problems(size), |problem| assert_optimal(&problem));
    }
}

fn assert_optimal(problem: &VisitProblem) {
    let (served, objective) = brute_force(problem);
    let solution = solved(problem, 1, 3000, 2);
    let mandatory = problem.visits().iter().filter(|v| v.mandatory).count();
    let found = (mandatory - solution.unserved_mandatory.len(), solution.objective);
    assert_eq!(found, (served, objective), "{problem:?}\n{solution:?}");
}

#[test]
fn a_search_from_given_tours_is_no_worse_than_they_are() {
    for (hourly, series) in KINDS {
        let size = Size { visits: 14, shifts: 4, metric: false, hourly, series };
        hold(50, problems(size), |problem| {
            let given = solved(&problem, 1, 300, 1);
            let options = SolveOptions { seed: 2, iterations: 0, starts: 1 };
            let found = solve_from(&problem, Some(&given.tours), &options, &NoLimit, &Silent);
            assert_eq!(check(&problem, &found), [], "{problem:?}\n{found:?}");
            let rank = |s: &Solution| (std::cmp::Reverse(s.unserved_mandatory.len()), s.objective);
            assert!(rank(&found) >= rank(&given), "{problem:?}\n{given:?}\n{found:?}");
        });
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let size = |hourly| Size { visits: 30, shifts: 4, metric: true, hourly, series: hourly };
    hold(10, prop_oneof![problems(size(false)), problems(size(true))], |problem| {
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
    for hourly in [false, true] {
        assert_schedule_as_checked(hourly);
    }
}

fn assert_schedule_as_checked(hourly: bool) {
    let size = Size { visits: 5, shifts: 1, metric: false, hourly, series: false };
    let tour = (problems(size), any::<u64>(), 1..4usize, 0..7usize);
    let (accepted, refused) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    hold(3000, tour, |(problem, order, length, break_after)| {
        let tour = some_tour(&problem, order, length, break_after);
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

/// Returns a tour of some visits in some order, with or without a break. Most of these tours are
/// infeasible.
fn some_tour(problem: &VisitProblem, order: u64, length: usize, break_after: usize) -> Tour {
    let mut rest: Vec<u32> = (0..problem.visits().len() as u32).collect();
    let mut order = order;
    let mut visits = Vec::new();
    while visits.len() < length && !rest.is_empty() {
        visits.push(VisitId(rest.remove((order % rest.len() as u64) as usize)));
        order /= 7;
    }
    let break_after = (break_after <= length).then_some(break_after);
    Tour { shift: ShiftId(0), visits, break_after }
}

#[test]
fn an_explanation_agrees_with_what_can_really_be_inserted() {
    for (hourly, series) in KINDS {
        assert_explanations_agree(Size { visits: 8, shifts: 2, metric: false, hourly, series });
    }
}

fn assert_explanations_agree(size: Size) {
    let seen = std::cell::Cell::new([0; 3]);
    hold(300, problems(size), |problem| {
        let plan = solved(&problem, 1, 3, 1);
        let explainer = Explainer::new(&problem, &plan.tours).expect("the plan is feasible");
        for visit in (0..problem.visits().len() as u32).map(VisitId) {
            if plan.tours.find(visit).is_some() {
                continue;
            }
            let best = best_by_trying(&problem, &plan.tours, visit);
            let said = explainer.insertion(visit).map(|insertion| insertion.obstacle);
            let mut count = seen.get();
            match said {
                Some(Obstacle::Nothing) => {
                    assert!(best.is_some_and(|best| best > 0), "{problem:?}")
                }
                Some(Obstacle::NotWorthTravel { loss }) => {
                    count[1] += 1;
                    assert_eq!(best, Some(-loss), "{problem:?}");
                }
                Some(_) | None => assert_eq!(best, None, "{problem:?} {visit:?} {said:?}"),
            }
            count[usize::from(best.is_none()) * 2] += 1;
            seen.set(count);
        }
    });
    assert!(seen.get().iter().all(|&count| count > 5), "{seen:?}");
}

/// Returns the greatest increase of the objective by inserting `visit` into a tour. The break may
/// move; nothing else may.
fn best_by_trying(problem: &VisitProblem, tours: &Tours, visit: VisitId) -> Option<i64> {
    let mut best = None;
    for tour in &tours.0 {
        let worth = |tour: &Tour| {
            let cost = i64::from(problem.travel_cost_per_hour().0);
            let travel = i64::from(tour.travel(problem).0) * cost;
            tour.prize(problem) as i64 * 3600 - travel - tour.work_price(problem)
        };
        for at in 0..=tour.visits.len() {
            let mut longer = tour.clone();
            longer.visits.insert(at, visit);
            for break_after in (0..=longer.visits.len()).map(Some).chain([None]) {
                longer.break_after = break_after;
                let keeps_apart = keeps_apart(problem, tours, visit, tour.shift);
                if keeps_apart && schedule(problem, tour.shift, &longer).is_some() {
                    best = best.max(Some(worth(&longer) - worth(tour)));
                }
            }
        }
    }
    best
}

/// Returns whether `visit` would keep the spacing of its series if it were made in `shift`.
fn keeps_apart(problem: &VisitProblem, tours: &Tours, visit: VisitId, shift: ShiftId) -> bool {
    let Some(series) = problem.series().iter().find(|s| s.visits.contains(&visit)) else {
        return true;
    };
    let day = |shift: ShiftId| i64::from(problem.shift(shift).day);
    let place = |visit: VisitId| series.visits.iter().position(|v| *v == visit).unwrap();
    series.visits.iter().filter(|other| **other != visit).all(|&other| {
        let Some((there, _)) = tours.find(other) else { return true };
        let days = day(shift) - day(there);
        let days = if place(other) < place(visit) { days } else { -days };
        days >= i64::from(series.spacing_days)
    })
}

#[test]
fn slots_of_equal_travel_times_change_nothing() {
    let size = Size { visits: 14, shifts: 3, metric: true, hourly: false, series: false };
    hold(100, problems(size), |problem| {
        // Each table is there twice, so that the search cannot see that the slots are equal.
        let count = problem.tables().len();
        let tables = problem.tables().iter().chain(problem.tables()).cloned().collect();
        let shifts = problem.shifts().iter().map(|shift| {
            let TravelSlot { table, .. } = shift.travel[0];
            let slots = [(0, table), (300, table + count), (600, table)];
            let slot = |(from, table)| TravelSlot { from: crate::units::Seconds(from), table };
            Shift { travel: slots.map(slot).into(), ..shift.clone() }
        });
        let (visits, cost) = (problem.visits().to_vec(), problem.travel_cost_per_hour());
        let hourly = VisitProblem::new(tables, shifts.collect(), visits, cost).unwrap();
        let hourly = hourly.with_balance(problem.balance());
        for tour in &solved(&problem, 1, 40, 1).tours.0 {
            let (steady, hourly) = (&problem, &hourly);
            let times = |problem| schedule(problem, tour.shift, tour);
            assert_eq!(times(steady), times(hourly), "{problem:?} {tour:?}");
        }
        let worth = |solution: Solution| (solution.unserved_mandatory.len(), solution.objective);
        let (steady, hourly) = (solved(&problem, 1, 40, 1), solved(&hourly, 1, 40, 1));
        assert_eq!(worth(steady), worth(hourly), "{problem:?}");
    });
}

#[test]
fn a_problem_whose_slots_make_no_sense_is_refused() {
    let line = problems::line(crate::units::Seconds::from_hours(8));
    let no_way = TravelTimes::new(5, |_, _| None);
    let with = |slots: &[(u32, usize)]| {
        let tables = vec![line.tables()[0].clone(), no_way.clone()];
        let slot = |(from, table): &(u32, usize)| TravelSlot {
            from: crate::units::Seconds(*from),
            table: *table,
        };
        let travel = slots.iter().map(slot).collect();
        let shift = Shift { travel, ..line.shifts()[0].clone() };
        let cost = line.travel_cost_per_hour();
        VisitProblem::new(tables, vec![shift], line.visits().to_vec(), cost).map(|_| ())
    };
    assert_eq!(with(&[(0, 0), (600, 0)]), Ok(()));
    assert_eq!(with(&[]), Err(ProblemError::BadSlots { index: 0 }));
    assert_eq!(with(&[(60, 0)]), Err(ProblemError::BadSlots { index: 0 }));
    assert_eq!(with(&[(0, 0), (9, 0), (9, 0)]), Err(ProblemError::BadSlots { index: 0 }));
    assert_eq!(with(&[(0, 0), (600, 1)]), Err(ProblemError::UnequalWays { index: 0 }));
    assert!(matches!(with(&[(0, 0), (600, 2)]), Err(ProblemError::OutOfRange { .. })));
}

#[test]
fn series_that_make_no_sense_are_refused() {
    let with = |visits: &[u32], spacing_days| {
        let visits = visits.iter().map(|v| VisitId(*v)).collect();
        let series = vec![Series { visits, spacing_days }];
        problems::line(crate::units::Seconds::from_hours(8)).with_series(series).map(|_| ())
    };
    assert_eq!(with(&[2, 0, 3], 1), Ok(()));
    for (visits, spacing_days) in [(&[0, 4], 1), (&[1, 1], 1), (&[0, 1], 0)] {
        assert_eq!(with(visits, spacing_days), Err(ProblemError::BadSeries { index: 0 }));
    }
}

#[test]
fn a_visit_finds_room_on_another_day_when_one_of_its_series_is_too_near() {
    let line = problems::line(crate::units::Seconds::from_hours(8));
    let shift = |day| Shift { day, ..line.shifts()[0].clone() };
    let visits = line.visits().iter().map(|visit| {
        let offer = |shift| Offer { shift: ShiftId(shift), ..visit.offers[0].clone() };
        Visit { offers: (0..3).map(offer).collect(), ..visit.clone() }
    });
    let (tables, cost) = (line.tables().to_vec(), line.travel_cost_per_hour());
    let shifts = vec![shift(0), shift(1), shift(5)];
    let problem = VisitProblem::new(tables, shifts, visits.collect(), cost).unwrap();
    let series = Series { visits: vec![VisitId(2), VisitId(1), VisitId(0)], spacing_days: 2 };
    let problem = problem.with_series(vec![series]).unwrap();
    let tours = solved(&problem, 1, 500, 2).tours;
    let day = |visit| tours.find(VisitId(visit)).map(|(shift, _)| problem.shift(shift).day);
    let last = day(1).unwrap();
    assert!(last == 5 && day(2).is_some_and(|first| first <= 1) && day(0).is_none(), "{tours:?}");
}

#[test]
fn two_reps_share_the_work_where_balance_has_its_price() {
    let line = problems::line(crate::units::Seconds::from_hours(8));
    let visits = line.visits().iter().map(|visit| {
        let offer = |shift| Offer { shift: ShiftId(shift), ..visit.offers[0].clone() };
        Visit { offers: vec![offer(0), offer(1)], place: PlaceId(1), ..visit.clone() }
    });
    let (tables, shift) = (line.tables().to_vec(), line.shifts()[0].clone());
    let cost = line.travel_cost_per_hour();
    let shifts = vec![shift.clone(), shift];
    let problem = VisitProblem::new(tables, shifts, visits.take(3).collect(), cost).unwrap();
    let visits = |problem: &VisitProblem| {
        let tours = solved(problem, 1, 500, 2).tours;
        let mut counts: Vec<usize> = tours.0.iter().map(|tour| tour.visits.len()).collect();
        counts.sort_unstable();
        counts
    };
    assert_eq!(visits(&problem), [0, 3], "one drive is less than two");
    assert_eq!(visits(&problem.with_balance(crate::units::Prize(100))), [1, 2]);
}

#[test]
fn a_problem_without_visits_or_without_shifts_has_an_empty_plan() {
    let travel = || vec![TravelTimes::new(1, |_, _| Some(crate::units::Seconds::ZERO))];
    let cost = crate::units::Prize(0);
    let nobody = VisitProblem::new(travel(), vec![], vec![], cost).unwrap();
    assert_eq!(solved(&nobody, 1, 10, 1).tours, Tours(vec![]));
    let visit = Visit { mandatory: true, ..Visit::new(PlaceId(0), vec![]) };
    let never = VisitProblem::new(travel(), vec![], vec![visit], cost).unwrap();
    assert_eq!(solved(&never, 1, 10, 1).unserved_mandatory, [VisitId(0)]);
}

#[test]
fn a_search_that_is_stopped_says_so_and_still_has_a_plan() {
    struct AtOnce;
    impl StopCriterion for AtOnce {
        fn time_used(&self) -> f64 {
            1.0
        }
    }
    let problem = problems::line(crate::units::Seconds::from_hours(8));
    let options = SolveOptions { seed: 1, iterations: 100_000, starts: 2 };
    let solution = solve(&problem, &options, &AtOnce, &Silent);
    assert!(solution.stopped_early && solution.iterations < 1000);
    assert_eq!(check(&problem, &solution), []);
    assert_eq!(solution.prize, 6000);
}
