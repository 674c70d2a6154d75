//! Territories drawn at random: towns in a square of 40 km, roads at 40 km/h, days of nine hours with an hour's lunch and at
//! most 15 visits of a quarter to a third of an hour.

use beatplan::solver::{
    Break, Offer, PlaceId, Shift, ShiftId, TimeWindow, TravelSlot, TravelTimes, Visit, VisitProblem,
};
use beatplan::units::{Prize, Seconds};
use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng;

/// Returns a problem with these numbers of prospects, reps and days.
pub(crate) fn territory(prospects: usize, reps: u32, days: u32, seed: u64) -> VisitProblem {
    let mut random = Pcg32::new(seed, prospects as u64);
    let mut below = move |count: u32| random.next_u32() % count;
    let towns: Vec<(i64, i64)> = (0..3 + prospects / 40)
        .map(|_| (i64::from(below(40_000)), i64::from(below(40_000))))
        .collect();
    let mut near_town = |spread: u32| {
        let town = towns[below(towns.len() as u32) as usize];
        let mut off = || {
            let sum: i64 = (0..4).map(|_| i64::from(below(spread))).sum();
            sum / 2 - i64::from(spread)
        };
        (town.0 + off(), town.1 + off())
    };
    let mut points: Vec<(i64, i64)> = (0..reps).map(|_| near_town(2_000)).collect();
    points.extend((0..prospects).map(|_| near_town(3_000)));
    let travel = TravelTimes::new(points.len(), |from, to| {
        let (a, b) = (points[from.0 as usize], points[to.0 as usize]);
        let squared = (a.0 - b.0).pow(2) + (a.1 - b.1).pow(2);
        // 1.3 times the straight line, at 40 km/h.
        let metres = (squared as u64).isqrt() * 13 / 10;
        Some(Seconds((metres * 9 / 100) as u32 + u32::from(from != to) * 30))
    });
    let hour = Seconds::from_hours;
    let shifts =
        (0..days).flat_map(|day| (0..reps).map(move |rep| (day, rep))).map(|(day, rep)| Shift {
            day,
            travel: TravelSlot::all_day(0),
            start_place: PlaceId(rep),
            end_place: PlaceId(rep),
            window: TimeWindow { start: hour(9), end: hour(18) },
            required_break: Some(Break {
                duration: hour(1),
                start: TimeWindow { start: Seconds::from_minutes(690), end: hour(13) },
            }),
            visits_max: 15,
            travel_max: None,
        });
    let shifts: Vec<Shift> = shifts.collect();
    let visits = (0..prospects).map(|at| {
        let weight = [5, 2, 2, 3, 3][below(5) as usize];
        let urgency = 300 + below(1700);
        let duration = Seconds::from_minutes(15 + 5 * below(2));
        let window = |from: u32, to: u32| TimeWindow {
            start: Seconds::from_minutes(from),
            end: Seconds::from_minutes(to - 20),
        };
        let windows = match below(5) {
            0 => vec![window(540, 720), window(840, 1080)],
            1 => vec![window(510, 1020)],
            _ => vec![window(480, 1200)],
        };
        let offers = (0..shifts.len() as u32).map(|shift| Offer {
            shift: ShiftId(shift),
            prize: Prize(weight * (urgency + 60 * (shift / reps))),
            duration,
            windows: windows.clone(),
        });
        Visit {
            place: PlaceId(reps + at as u32),
            mandatory: false,
            earliness: None,
            offers: offers.collect(),
        }
    });
    let visits = visits.collect();
    VisitProblem::new(vec![travel], shifts, visits, Prize(2000)).expect("a sound problem")
}
