//! Tests conflicts that were made by hand. The places lie on a line, ten minutes apart; home is
//! place 0.

use super::*;
use crate::progress::Silent;
use crate::solver::shift::{Break, Shift, TimeWindow};
use crate::solver::travel_times::{PlaceId, TravelTimes};
use crate::solver::visit::{Offer, Visit};
use crate::solver::{NoLimit, Series, SolveOptions, solve};
use crate::units::Prize;

fn minutes(from: u32, to: u32) -> TimeWindow {
    TimeWindow { start: Seconds::from_minutes(from), end: Seconds::from_minutes(to) }
}

/// Returns a shift from minute 0 to minute 600.
fn shift() -> Shift {
    Shift::new(PlaceId(0), minutes(0, 600))
}

/// Returns a mandatory visit of 30 minutes at `place`, which is `place` times ten minutes from
/// home. It may begin in `window` of the first shift.
fn must(place: u32, prize: u32, window: TimeWindow) -> Visit {
    let (shift, duration) = (ShiftId(0), Seconds::from_minutes(30));
    let offer = Offer { shift, prize: Prize(prize), duration, windows: vec![window] };
    Visit { mandatory: true, ..Visit::new(PlaceId(place), vec![offer]) }
}

fn problem(shifts: Vec<Shift>, visits: Vec<Visit>) -> VisitProblem {
    let travel = TravelTimes::new(13, |from, to| Some(Seconds(from.0.abs_diff(to.0) * 600)));
    VisitProblem::new(vec![travel], shifts, visits, Prize(0)).unwrap()
}

/// Returns a change of the first shift.
fn change(kind: TermsChangeKind, minutes: u32) -> TermsChange {
    TermsChange { shift: ShiftId(0), kind, minutes }
}

fn found(problem: &VisitProblem) -> Vec<Conflict> {
    let options = SolveOptions { seed: 1, iterations: 200, starts: 1 };
    conflicts(problem, &solve(problem, &options, &NoLimit, &Silent))
}

#[test]
fn two_appointments_too_far_apart_are_named_and_the_least_leeway_found() {
    // The first visit, at place 1, lasts from minute 100 to 130. The travel to place 11 takes 100
    // minutes, so the rep arrives at minute 230. The second visit must begin by minute 200: 30
    // minutes are missing.
    let visits = vec![
        must(1, 100, minutes(100, 100)),
        must(11, 50, minutes(200, 200)),
        must(2, 70, minutes(400, 500)),
    ];
    let problem = problem(vec![shift()], visits);
    let conflicts = found(&problem);
    let [conflict] = &conflicts[..] else { panic!("{conflicts:?}") };
    let mut both = vec![conflict.visit, conflict.with[0]];
    both.sort_unstable();
    assert_eq!(both, [VisitId(0), VisitId(1)], "the third has nothing to do with it");
    assert!(conflict.is_proven && conflict.with.len() == 1);
    let earlier = change(TermsChangeKind::EarlierVisit(VisitId(0)), 30);
    let later = change(TermsChangeKind::LaterVisit(VisitId(1)), 30);
    let changes = &conflict.remedies[..2];
    assert!(changes.contains(&Remedy::Change(earlier)), "{changes:?}");
    assert!(changes.contains(&Remedy::Change(later)), "{changes:?}");
    assert_eq!(conflict.remedies.last(), Some(&Remedy::LeaveOut(conflict.with[0])));
}

#[test]
fn an_appointment_over_lunch_needs_another_lunch() {
    // The visit lasts from minute 110 to 140. Lunch takes an hour and must begin between minutes 55
    // and 135.
    let required_break = Break { duration: Seconds::from_minutes(60), start: minutes(55, 135) };
    let lunch = Shift { required_break: Some(required_break), ..shift() };
    let problem = problem(vec![lunch], vec![must(1, 100, minutes(110, 110))]);
    let conflicts = found(&problem);
    let [conflict] = &conflicts[..] else { panic!("{conflicts:?}") };
    assert!(conflict.with.is_empty() && conflict.is_proven);
    let five = [change(TermsChangeKind::EarlierBreak, 5), change(TermsChangeKind::LaterBreak, 5)];
    assert_eq!(conflict.remedies[..2], five.map(Remedy::Change));
    assert_eq!(infeasibility(&problem, VisitId(0)), Some(Infeasibility::Otherwise));
}

#[test]
fn more_must_visits_than_the_day_may_have_are_one_too_many() {
    let day = Shift { visits_max: 2, ..shift() };
    let visits = (1..=3).map(|place| must(place, 10 * place, minutes(0, 500)));
    let problem = problem(vec![day], visits.collect());
    let conflicts = found(&problem);
    let [conflict] = &conflicts[..] else { panic!("{conflicts:?}") };
    assert_eq!(conflict.with.len(), 2, "no two of the three can be missing");
    let more = Remedy::Change(change(TermsChangeKind::OneMoreVisit, 0));
    assert_eq!(conflict.remedies[0], more);
    assert!(matches!(conflict.remedies[1], Remedy::LeaveOut(_)));
}

#[test]
fn a_must_visit_open_only_when_the_rep_is_off_conflicts_with_nothing() {
    let mut never = must(1, 10, minutes(0, 500));
    never.offers.clear();
    let problem = problem(vec![shift()], vec![never, must(2, 10, minutes(0, 500))]);
    let conflicts = found(&problem);
    let [conflict] = &conflicts[..] else { panic!("{conflicts:?}") };
    assert_eq!((conflict.visit, conflict.with.len()), (VisitId(0), 0));
    assert_eq!(conflict.remedies, []);
}

#[test]
fn visits_that_cannot_be_reached_in_time_are_reported_with_the_times() {
    let problem = problem(vec![shift()], vec![must(6, 10, minutes(30, 43))]);
    let conflicts = found(&problem);
    let shift = ShiftId(0);
    let (earliest, last) = (Seconds::from_minutes(60), Seconds::from_minutes(43));
    assert_eq!(
        infeasibility(&problem, VisitId(0)),
        Some(Infeasibility::TooLate { shift, earliest, last })
    );
    let later = change(TermsChangeKind::LaterVisit(VisitId(0)), 17);
    assert_eq!(conflicts[0].remedies[0], Remedy::Change(later));
    let late = problem_back_too_late();
    let (back, end) = (Seconds::from_minutes(620), Seconds::from_minutes(600));
    assert_eq!(
        infeasibility(&late, VisitId(0)),
        Some(Infeasibility::BackTooLate { shift, back, end })
    );
}

fn problem_back_too_late() -> VisitProblem {
    problem(vec![shift()], vec![must(9, 10, minutes(500, 550))])
}

#[test]
fn a_conflict_over_two_days_is_solved_by_a_longer_shift_on_either() {
    // Each day has time for one visit, which takes 230 minutes with the travel there and back.
    let short = Shift { window: minutes(0, 240), ..shift() };
    let visits = (0..3).map(|_| {
        let mut visit = must(10, 10, minutes(0, 500));
        let again = Offer { shift: ShiftId(1), ..visit.offers[0].clone() };
        visit.offers.push(again);
        visit
    });
    let problem = problem(vec![short.clone(), short], visits.collect());
    let conflicts = found(&problem);
    let [conflict] = &conflicts[..] else { panic!("{conflicts:?}") };
    assert!(conflict.is_proven && conflict.with.len() == 2);
    let longer = |shift| {
        let kind = TermsChangeKind::LongerShift;
        Remedy::Change(TermsChange { shift: ShiftId(shift), kind, minutes: 20 })
    };
    assert_eq!(conflict.remedies[..2], [longer(0), longer(1)]);
}

#[test]
fn two_visits_of_a_series_on_one_day_are_in_conflict() {
    let visits = vec![must(1, 100, minutes(0, 500)), must(1, 50, minutes(0, 500))];
    let series = vec![Series { visits: vec![VisitId(0), VisitId(1)], spacing_days: 3 }];
    let problem = problem(vec![shift()], visits).with_series(series).unwrap();
    let conflicts = found(&problem);
    let [conflict] = &conflicts[..] else { panic!("{conflicts:?}") };
    let other = VisitId(1 - conflict.visit.0);
    assert_eq!(conflict.with, [other]);
    assert_eq!(conflict.remedies, [Remedy::LeaveOut(other)], "no minutes help");
}
