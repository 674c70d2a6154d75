//! Where a visit fits into a tour, and at what price: the innermost loop of the search.

use super::instance::{Instance, ShiftTerms, Terms};
use super::random::Random;
use super::tour_state::{DONE, DUE, Stop, TourState, arrive};

/// A place for a visit in a tour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    /// Behind this stop.
    pub(super) at: usize,
    /// Additional travel.
    pub(super) travel: i64,
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
}

impl Blinks {
    /// One blink every `1 / rate` positions on average; none at all if `rate` is zero.
    pub(super) fn new(rate: f64, random: &mut Random) -> Self {
        let mut blinks = Self { left: u32::MAX, per_log: 1.0 / libm::log(1.0 - rate) };
        if rate > 0.0 {
            blinks.draw(random);
        }
        blinks
    }

    fn draw(&mut self, random: &mut Random) {
        self.left = (libm::log(1.0 - random.unit()) * self.per_log) as u32;
    }

    #[inline]
    fn blink(&mut self, random: &mut Random) -> bool {
        if self.left == 0 {
            self.draw(random);
            return true;
        }
        self.left -= 1;
        false
    }
}

/// The position for `visit` in `tour` that adds least travel, if it fits anywhere. O(stops).
///
/// The second value tells whether the scan was complete: that no position was skipped by a blink.
pub(super) fn best_position(
    instance: &Instance,
    shift: usize,
    tour: &TourState,
    visit: u32,
    blinks: &mut Blinks,
    random: &mut Random,
) -> (Option<Position>, bool) {
    let terms = &instance.shifts[shift];
    if tour.len() >= terms.visits_max {
        return (None, true);
    }
    match terms.pause {
        Some(_) => scan::<true>(instance, shift, tour, visit, blinks, random),
        None => scan::<false>(instance, shift, tour, visit, blinks, random),
    }
}

fn scan<const PAUSE: bool>(
    instance: &Instance,
    shift: usize,
    tour: &TourState,
    visit: u32,
    blinks: &mut Blinks,
    random: &mut Random,
) -> (Option<Position>, bool) {
    let terms = &instance.shifts[shift];
    let what = instance.terms(shift, visit);
    let place = instance.place[visit as usize];
    let to = instance.travel_to(shift, place);
    let from = instance.travel_from(shift, place);
    let travel_left = terms.travel_max - tour.travel;
    let mut best: Option<Position> = None;
    let mut least = i64::MAX;
    let mut complete = true;
    for (at, pair) in tour.stops.windows(2).enumerate() {
        let (before, after) = (&pair[0], &pair[1]);
        let earliest =
            if PAUSE { before.ready[DUE].min(before.ready[DONE]) } else { before.ready[DONE] };
        if earliest > what.last {
            break;
        }
        let latest =
            if PAUSE { after.latest[DUE].max(after.latest[DONE]) } else { after.latest[DONE] };
        if latest < what.start + what.duration {
            continue;
        }
        let (leg_in, leg_out) = (to[before.place as usize], from[after.place as usize]);
        let travel = i64::from(leg_in + leg_out - after.leg);
        if travel >= least
            || travel > travel_left
            || !fits::<PAUSE>(instance, terms, what, before, after, (leg_in, leg_out))
        {
            continue;
        }
        if blinks.blink(random) {
            complete = false;
            continue;
        }
        least = travel;
        best = Some(Position { at, travel });
    }
    (best, complete)
}

/// Whether a visit can be made between two stops that follow each other. O(1), exact.
#[inline]
fn fits<const PAUSE: bool>(
    instance: &Instance,
    terms: &ShiftTerms,
    what: &Terms,
    before: &Stop,
    after: &Stop,
    (leg_in, leg_out): (i32, i32),
) -> bool {
    if PAUSE {
        let arrival = arrive(terms, before.ready, leg_in);
        let ready = arrival.map(|a| instance.begin(what, a) + what.duration);
        let arrival = arrive(terms, ready, leg_out);
        arrival[DUE] <= after.latest[DUE] || arrival[DONE] <= after.latest[DONE]
    } else {
        let begin = instance.begin(what, before.ready[DONE] + leg_in);
        begin + what.duration + leg_out <= after.latest[DONE]
    }
}
