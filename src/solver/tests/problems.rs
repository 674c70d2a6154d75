//! Generates random problems. They have several shifts, modes and windows, breaks, mandatory
//! visits, pairs of places without a way, and limits.

use proptest::prelude::*;

use crate::ids::Id;
use crate::solver::{
    Break, Offer, PlaceId, Series, Shift, ShiftId, TimeWindow, TravelSlot, TravelTimes, Visit,
    VisitId, VisitProblem,
};
use crate::units::{Prize, Seconds};

/// Size and features of the generated problems.
#[derive(Debug, Clone, Copy)]
pub(in crate::solver) struct Size {
    /// Maximum number of visits; the minimum is one.
    pub(in crate::solver) visits: usize,
    /// Maximum number of shifts; the minimum is one.
    pub(in crate::solver) shifts: usize,
    /// True if the direct way is always the shortest, as on a road network.
    pub(in crate::solver) metric: bool,
    /// True if travel depends on the hour.
    pub(in crate::solver) hourly: bool,
    /// True if the problems have series.
    pub(in crate::solver) series: bool,
}

/// Returns a problem on a line. The places 0 to 4 are ten minutes apart; home is place 0.
///
/// Visits 0 to 3 are at places 1 to 4. They take half an hour each and are worth 1, 2, 3 and 0.01
/// points at any time. An hour of travel costs 0.1 points. The problem has one shift of `length`
/// without a break.
pub(in crate::solver) fn line(length: Seconds) -> VisitProblem {
    line_with(length, None, TimeWindow { start: Seconds::ZERO, end: length })
}

/// Does the same as [`line`], with a break; visit 0 may begin only in `first_window`.
pub(in crate::solver) fn line_with(
    length: Seconds,
    required_break: Option<Break>,
    first_window: TimeWindow,
) -> VisitProblem {
    let travel = TravelTimes::new(5, |from, to| Some(Seconds(from.0.abs_diff(to.0) * 600)));
    let window = TimeWindow { start: Seconds::ZERO, end: length };
    let shift = Shift { required_break, ..Shift::new(PlaceId(0), window) };
    let visits = [1000, 2000, 3000, 10].into_iter().zip(1..).map(|(prize, place)| {
        let offer = Offer {
            shift: ShiftId(0),
            prize: Prize(prize),
            duration: Seconds::from_minutes(30),
            windows: vec![if place == 1 { first_window } else { window }],
        };
        Visit::new(PlaceId(place), vec![offer])
    });
    VisitProblem::new(vec![travel], vec![shift], visits.collect(), Prize(100)).unwrap()
}

const PLACES: usize = 9;
const DAY: u32 = 1000;

/// Returns problems of all kinds with at most the given `size`.
pub(in crate::solver) fn problems(size: Size) -> impl Strategy<Value = VisitProblem> {
    let tables = match size.hourly {
        false => prop::collection::vec(table(size.metric), 1..=2).boxed(),
        true => tables_by_hour(size.metric).boxed(),
    };
    let visits = 1..=size.visits;
    let shifts = 1..=size.shifts;
    (tables, visits, shifts).prop_flat_map(move |(tables, visits, shifts)| {
        let travel = match size.hourly {
            false => (0..tables.len()).prop_map(TravelSlot::all_day).boxed(),
            true => slots(tables.len()).boxed(),
        };
        (
            Just(tables),
            prop::collection::vec(shift(travel), shifts),
            prop::collection::vec(visit(shifts), visits),
            prop_oneof![Just(0u32), 0..4000u32],
            series(if size.series { visits } else { 0 }),
            prop_oneof![Just(0u32), Just(0u32), 0..15_000u32],
        )
            .prop_map(|(tables, shifts, visits, cost, series, balance)| {
                let problem = VisitProblem::new(tables, shifts, visits, Prize(cost)).unwrap();
                problem.with_series(series).unwrap().with_balance(Prize(balance))
            })
    })
}

/// Returns two or three tables that have ways between the same places.
fn tables_by_hour(metric: bool) -> impl Strategy<Value = Vec<TravelTimes>> {
    let entry = prop_oneof![
        1 => Just(None),
        9 => prop::array::uniform3(1..250u32).prop_map(Some),
    ];
    (prop::collection::vec(entry, PLACES * PLACES), 2..=3usize).prop_map(move |(entries, count)| {
        let times = |table: usize| entries.iter().map(move |times| times.map(|t| t[table]));
        (0..count).map(|table| finished(times(table).collect(), metric)).collect()
    })
}

/// Returns up to two series, each of some of the visits in any order.
fn series(visits: usize) -> impl Strategy<Value = Vec<Series>> {
    let visits = (0..visits as u32).map(VisitId).collect::<Vec<_>>();
    let owner = prop::collection::vec(0..3usize, visits.len());
    (Just(visits).prop_shuffle(), owner, prop::array::uniform2(1..4u32)).prop_map(
        |(visits, owner, spacing)| {
            let of = |series: usize| {
                let own = visits.iter().zip(&owner).filter(|(_, owner)| **owner == series);
                let visits: Vec<VisitId> = own.map(|(visit, _)| *visit).collect();
                Series { visits, spacing_days: spacing[series] }
            };
            [of(0), of(1)].into_iter().filter(|series| !series.visits.is_empty()).collect()
        },
    )
}

/// Returns one to four slots of the day.
fn slots(tables: usize) -> impl Strategy<Value = Vec<TravelSlot>> {
    let changes = prop::collection::btree_set(1..DAY, 0..=3);
    (changes, prop::collection::vec(0..tables, 4)).prop_map(|(changes, tables)| {
        let begins = std::iter::once(0).chain(changes);
        let slot = |(from, table)| TravelSlot { from: Seconds(from), table };
        begins.zip(tables).map(slot).collect()
    })
}

fn table(metric: bool) -> impl Strategy<Value = TravelTimes> {
    let entry = prop_oneof![1 => Just(None), 9 => (1..250u32).prop_map(Some)];
    prop::collection::vec(entry, PLACES * PLACES).prop_map(move |times| finished(times, metric))
}

fn finished(mut times: Vec<Option<u32>>, metric: bool) -> TravelTimes {
    for place in 0..PLACES {
        times[place * PLACES + place] = Some(0);
    }
    if metric {
        close(&mut times);
    }
    TravelTimes::new(PLACES, |from, to| times[from.index() * PLACES + to.index()].map(Seconds))
}

/// Replaces each entry by the time of the shortest way (Floyd & Warshall).
fn close(times: &mut [Option<u32>]) {
    for via in 0..PLACES {
        for from in 0..PLACES {
            for to in 0..PLACES {
                let legs = (times[from * PLACES + via], times[via * PLACES + to]);
                if let (Some(a), Some(b)) = legs
                    && times[from * PLACES + to].is_none_or(|direct| a + b < direct)
                {
                    times[from * PLACES + to] = Some(a + b);
                }
            }
        }
    }
}

fn window(starts: std::ops::Range<u32>, length: u32) -> impl Strategy<Value = TimeWindow> {
    (starts, 0..length).prop_map(|(start, length)| TimeWindow {
        start: Seconds(start),
        end: Seconds(start + length),
    })
}

fn place() -> impl Strategy<Value = PlaceId> {
    (0..PLACES as u32).prop_map(PlaceId)
}

prop_compose! {
    fn shift(travel: BoxedStrategy<Vec<TravelSlot>>)(
        day in 0..6u32,
        travel in travel,
        start_place in place(),
        end_place in place(),
        window in working_hours(),
        required_break in prop::option::of(required_break()),
        visits_max in prop_oneof![Just(u32::MAX), 0..5u32],
        travel_max in prop::option::weighted(0.3, (100..900u32).prop_map(Seconds)),
    ) -> Shift {
        Shift { day, travel, start_place, end_place, window, required_break, visits_max, travel_max }
    }
}

fn working_hours() -> impl Strategy<Value = TimeWindow> {
    (0..200u32, 500..DAY)
        .prop_map(|(start, end)| TimeWindow { start: Seconds(start), end: Seconds(end) })
}

fn required_break() -> impl Strategy<Value = Break> {
    (window(200..500, 150), 1..200u32)
        .prop_map(|(start, duration)| Break { duration: Seconds(duration), start })
}

fn visit(shifts: usize) -> impl Strategy<Value = Visit> {
    let offers = prop::collection::vec(prop::option::weighted(0.8, terms()), shifts);
    let earliness = prop::option::weighted(0.3, (0..200u32).prop_map(Seconds));
    let visit = (place(), prop::bool::weighted(0.2), earliness, offers);
    visit.prop_map(|(place, mandatory, earliness, offers)| Visit {
        place,
        mandatory,
        earliness,
        offers: offers
            .into_iter()
            .enumerate()
            .filter_map(|(shift, terms)| {
                let (prize, duration, windows) = terms?;
                Some(Offer { shift: ShiftId(shift as u32), prize, duration, windows })
            })
            .collect(),
    })
}

/// Returns the prize, the duration and one to three windows of an offer.
fn terms() -> impl Strategy<Value = (Prize, Seconds, Vec<TimeWindow>)> {
    let windows = prop::collection::vec(window(0..DAY, 300), 1..=3).prop_map(|mut windows| {
        windows.sort();
        let mut apart: Vec<TimeWindow> = Vec::new();
        for window in windows {
            if apart.last().is_none_or(|last| last.end < window.start) {
                apart.push(window);
            }
        }
        apart
    });
    (0..100u32, 0..120u32, windows)
        .prop_map(|(prize, duration, windows)| (Prize(prize), Seconds(duration), windows))
}
