//! Where a visit fits into a tour, and at what price: the innermost loop of the search.

use super::hourly::least_travel;
use super::instance::{Instance, NO_TRAVEL_MAX, ShiftTerms, Terms};
use super::random::Random;
use super::roads::{Roads, ShiftRoads};
use super::tour_state::{Stop, TourState};
use crate::solver::pause::{DONE, DUE, TOO_LATE, arrive};
use crate::solver::travel::Leg;

/// A place for a visit in a tour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    /// Behind this stop.
    pub(super) at: usize,
    /// Additional travel; where it depends on the hour, only that of the two new legs less the old one.
    pub(super) travel: i64,
    /// What was to be least: seconds by the [`Criterion`].
    pub(super) cost: i64,
}

/// What makes one position better than another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Criterion {
    /// Additional travel.
    Travel,
    /// How much later the next visit begins: travel and service less the waiting they use up.
    Delay,
}

/// Decides which positions are overlooked: each with the same small probability.
///
/// "Blinks" keep the greedy insertion from always doing the same (Christiaens & Vanden Berghe 2020). The number of
/// positions up to the next blink is drawn at once, from the geometric distribution, so that a position costs a
/// decrement.
#[derive(Debug, Clone)]
pub(super) struct Blinks {
    left: u32,
    per_log: f64,
    random: Random,
}

impl Blinks {
    /// One blink every `1 / rate` positions on average.
    pub(super) fn new(rate: f64, random: Random) -> Self {
        let mut blinks = Self { left: 0, per_log: 1.0 / libm::log(1.0 - rate), random };
        blinks.draw();
        blinks
    }

    /// None at all.
    pub(super) fn none(random: Random) -> Self {
        Self { left: u32::MAX, per_log: 0.0, random }
    }

    fn draw(&mut self) {
        self.left = (libm::log(1.0 - self.random.unit()) * self.per_log) as u32;
    }

    #[inline]
    fn blink(&mut self) -> bool {
        if self.left == 0 {
            self.draw();
            return true;
        }
        self.left -= 1;
        false
    }
}

/// What a scan of a tour found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// The best position seen.
    At(Position),
    /// The visit fits nowhere.
    Nowhere,
    /// The visit fits, but the rep blinked each time.
    Overlooked,
}

/// The position for `visit` in `tour` that is best by `criterion`, if it fits anywhere. O(stops); where travel depends on
/// the hour and is limited, a schedule for each position that is looked at in earnest.
pub(super) fn best_position(
    instance: &Instance,
    shift: usize,
    tour: &TourState,
    visit: u32,
    criterion: Criterion,
    blinks: &mut Blinks,
) -> Room {
    let terms = &instance.shifts[shift];
    if tour.len() >= terms.visits_max {
        return Room::Nowhere;
    }
    match (instance.roads(shift), terms.pause) {
        (ShiftRoads::Steady(roads), Some(_)) => {
            scan::<_, true>(roads, instance, shift, tour, visit, criterion, blinks)
        }
        (ShiftRoads::Steady(roads), None) => {
            scan::<_, false>(roads, instance, shift, tour, visit, criterion, blinks)
        }
        (ShiftRoads::Hourly(roads), Some(_)) => {
            scan::<_, true>(roads, instance, shift, tour, visit, criterion, blinks)
        }
        (ShiftRoads::Hourly(roads), None) => {
            scan::<_, false>(roads, instance, shift, tour, visit, criterion, blinks)
        }
    }
}

fn scan<R: Roads, const PAUSE: bool>(
    roads: R,
    instance: &Instance,
    shift: usize,
    tour: &TourState,
    visit: u32,
    criterion: Criterion,
    blinks: &mut Blinks,
) -> Room {
    let terms = &instance.shifts[shift];
    let what = instance.terms(shift, visit);
    let place = instance.place[visit as usize];
    let to = roads.legs_to(place);
    let from = roads.legs_from(place);
    let travel_left = terms.travel_max - tour.travel;
    let mut room = Room::Nowhere;
    let mut least = i64::MAX;
    for (at, pair) in tour.stops.windows(2).enumerate() {
        let (before, after) = (&pair[0], &pair[1]);
        let earliest =
            if PAUSE { before.ready[DUE].min(before.ready[DONE]) } else { before.ready[DONE] };
        if earliest > what.last {
            break;
        }
        let latest =
            if PAUSE { after.latest[DUE].max(after.latest[DONE]) } else { after.latest[DONE] };
        // Most positions are hopeless whatever the legs to and from them are, and this is quickly said.
        if (earliest + what.least_in).max(what.start) + what.least_out > latest {
            continue;
        }
        let (leg_in, leg_out) = (to(before.place), from(after.place));
        if R::Leg::VARIES {
            let (least_in, least_out) = (R::least(leg_in), R::least(leg_out));
            let leave = (earliest + least_in).max(what.start) + what.duration;
            let travel = i64::from(least_in + least_out - after.leg);
            if leave + least_out > latest || (criterion == Criterion::Travel && travel >= least) {
                continue;
            }
        }
        let time_in = leg_in.time(earliest);
        let leave = (earliest + time_in).max(what.start) + what.duration;
        let travel = i64::from(time_in + leg_out.time(leave) - after.leg);
        if (!R::Leg::VARIES && travel > travel_left)
            || (criterion == Criterion::Travel && travel >= least)
        {
            continue;
        }
        let arrival =
            arrival_after::<PAUSE>(instance, terms, what, before.ready, (leg_in, leg_out));
        if !in_time::<PAUSE>(arrival, after) {
            continue;
        }
        if R::Leg::VARIES && terms.travel_max < NO_TRAVEL_MAX {
            let visits = tour.visits().take(at).chain([visit]).chain(tour.visits().skip(at));
            let found = least_travel(instance, shift, roads, visits);
            if found.is_none_or(|found| found.travel > terms.travel_max) {
                continue;
            }
        }
        let cost = match criterion {
            Criterion::Travel => travel,
            Criterion::Delay => {
                let arrival = if arrival[DONE] < TOO_LATE { arrival[DONE] } else { arrival[DUE] };
                i64::from((arrival - after.begin).max(0))
            }
        };
        if cost >= least {
            continue;
        }
        if blinks.blink() {
            if room == Room::Nowhere {
                room = Room::Overlooked;
            }
            continue;
        }
        least = cost;
        room = Room::At(Position { at, travel, cost });
    }
    room
}

/// When the rep reaches the stop after a visit that is made on the way, by layer. O(1).
#[inline]
pub(super) fn arrival_after<const PAUSE: bool>(
    instance: &Instance,
    terms: &ShiftTerms,
    what: &Terms,
    ready: [i32; 2],
    (leg_in, leg_out): (impl Leg, impl Leg),
) -> [i32; 2] {
    if PAUSE {
        let arrival = arrive(terms.pause, ready, leg_in);
        arrive(terms.pause, instance.serve(what, arrival), leg_out)
    } else {
        let begin = instance.begin(what, leg_in.arrival(ready[DONE]));
        [TOO_LATE, leg_out.arrival(begin + what.duration)]
    }
}

/// Whether the tour works out from `after` on. Exact.
#[inline]
fn in_time<const PAUSE: bool>(arrival: [i32; 2], after: &Stop) -> bool {
    arrival[DONE] <= after.latest[DONE] || (PAUSE && arrival[DUE] <= after.latest[DUE])
}
