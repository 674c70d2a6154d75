//! Solves a bare `VisitProblem`: no map, no list, only numbers.
//!
//! Run it with `cargo run --example solve`. It prints:
//!
//! ```text
//! 09:00 leave home
//! 09:10 visit 0
//! 09:50 visit 1
//! 10:40 back home
//! prize 5.0, travel 40 min, at most 0.000 % below the optimum
//! visit 2: 50 min are missing
//! ```

#![allow(clippy::print_stdout, reason = "an example prints its result")]

use beatplan::progress::Silent;
use beatplan::solver::{
    BoundOptions, Explainer, NoLimit, Obstacle, Offer, PlaceId, Shift, ShiftId, SolveOptions,
    TimeWindow, TravelTimes, Visit, VisitId, VisitProblem, bound, check, schedule, solve,
};
use beatplan::units::{Prize, Seconds};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let minutes = Seconds::from_minutes;
    // Four places in a row, ten minutes apart. The rep lives at place 0.
    let travel = TravelTimes::new(4, |from, to| Some(minutes(10 * from.0.abs_diff(to.0))));
    let hours = TimeWindow { start: minutes(9 * 60), end: minutes(10 * 60 + 40) };
    let shifts = vec![Shift::new(PlaceId(0), hours)];
    let visit = |place, points, opens| {
        let offer = Offer {
            shift: ShiftId(0),
            prize: Prize::from_points(points),
            duration: minutes(30),
            windows: vec![TimeWindow { start: minutes(opens), end: hours.end }],
        };
        Visit::new(PlaceId(place), vec![offer])
    };
    let nine = 9 * 60;
    let visits = vec![visit(1, 2.0, nine), visit(2, 3.0, nine + 50), visit(3, 1.0, nine)];
    let travel_cost_per_hour = Prize::from_points(0.5);
    let problem = VisitProblem::new(vec![travel], shifts, visits, travel_cost_per_hour)?;

    let solution = solve(&problem, &SolveOptions::default(), &NoLimit, &Silent);
    assert_eq!(check(&problem, &solution), [], "the checker finds no fault");
    let tour = &solution.tours.0[0];
    let times = schedule(&problem, tour.shift, tour).ok_or("the tour has no schedule")?;
    println!("{} leave home", times.leave);
    for stop in &times.stops {
        println!("{} visit {}", stop.begin, stop.visit.0);
    }
    println!("{} back home", times.back);

    let bound = bound(&problem, &solution, &BoundOptions::default(), &NoLimit, &Silent);
    let gap = bound.gap(solution.objective).ok_or("no plan has a positive objective")?;
    let (prize, travel) = (solution.prize as f64 / 1000.0, solution.travel.0 / 60);
    let gap = gap as f64 / 1000.0;
    println!("prize {prize:.1}, travel {travel} min, at most {gap:.3} % below the optimum");

    let explainer = Explainer::new(&problem, &solution.tours).ok_or("the tours break a rule")?;
    if let Some(insertion) = explainer.insertion(VisitId(2))
        && let Obstacle::NoTime { missing } = insertion.obstacle
    {
        println!("visit 2: {} min are missing", missing.0 / 60);
    }
    Ok(())
}
