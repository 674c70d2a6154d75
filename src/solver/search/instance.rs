//! The problem as flat arrays of 32-bit numbers: what the inner loops read.

use std::collections::BTreeSet;

use super::roads::{HourlyRoads, ShiftRoads, SteadyRoads};
use super::spacing::Spacing;
use crate::solver::pause::{NEVER, PauseRule, TOO_LATE};
use crate::solver::problem::{ShiftId, TravelSlot, TravelTimes, VisitId, VisitProblem};

/// The most travel of a shift that has no limit of its own: no leg without a way.
pub(super) const NO_TRAVEL_MAX: i64 = TravelTimes::UNREACHABLE as i64 - 1;

/// What it means to make one visit in one shift.
#[derive(Debug, Clone, Copy)]
pub(in crate::solver) struct Terms {
    /// First moment of the first window.
    pub(super) start: i32,
    /// Last moment of the first window.
    pub(super) end: i32,
    /// Last moment of the last window; [`NEVER`] if the visit is not offered in this shift.
    pub(super) last: i32,
    /// How long the visit takes.
    pub(super) duration: i32,
    /// The least that a leg to the visit takes, from anywhere and at any hour.
    pub(super) least_in: i32,
    /// The least time from the begin of the visit to being at another place.
    pub(super) least_out: i32,
    /// Prize times 3600.
    pub(super) gain: i64,
    /// The second and later windows, in `later_windows`.
    later: (u32, u32),
}

/// One shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::solver) struct ShiftTerms {
    /// Its travel times: an index into the tables.
    table: usize,
    /// Which of the times of that table applies, slot by slot of the day; neighbours differ.
    pub(super) pace: Vec<usize>,
    /// When the slots after the first begin.
    pub(super) changes: Vec<i32>,
    pub(super) start_place: u32,
    pub(super) end_place: u32,
    pub(super) open: i32,
    pub(super) close: i32,
    pub(super) pause: Option<PauseRule>,
    pub(super) visits_max: usize,
    pub(super) travel_max: i64,
}

/// Travel times by row and by column, with all that there are for one pair of places side by side.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) rows: Vec<i32>,
    pub(super) columns: Vec<i32>,
    /// How many there are for a pair.
    pub(super) paces: usize,
}

/// See the module.
#[derive(Debug)]
pub(in crate::solver) struct Instance {
    pub(super) shifts: Vec<ShiftTerms>,
    /// How many visits there are.
    pub(super) visits: usize,
    /// The place of each visit.
    pub(super) place: Vec<u32>,
    /// Whether a visit is mandatory.
    pub(super) mandatory: Vec<bool>,
    /// How early the rep may be at the door of a visit; it matters only where travel depends on the hour.
    pub(super) earliness: Vec<Option<i32>>,
    /// What a second on the road costs, in the unit of gains.
    pub(super) travel_cost: i64,
    /// What the square of a tour's hours of work costs, in thousandths of a point.
    balance: i64,
    /// Which visits must keep apart.
    pub(super) spacing: Spacing,
    /// By shift, then visit.
    terms: Vec<Terms>,
    later_windows: Vec<(i32, i32)>,
    places: usize,
    tables: Vec<Table>,
}

impl Instance {
    /// Lays `problem` out anew. O(tables · places² + shifts · visits); a table that is used together with different others
    /// on different days counts once for each.
    pub(in crate::solver) fn new(problem: &VisitProblem) -> Self {
        let visits = problem.visits().len();
        let mut later_windows = Vec::new();
        let mut terms = Vec::with_capacity(problem.shifts().len() * visits);
        for shift in 0..problem.shifts().len() as u32 {
            for visit in 0..visits as u32 {
                terms.push(terms_of(problem, ShiftId(shift), VisitId(visit), &mut later_windows));
            }
        }
        // What each table of the search is made of.
        let mut made_of: Vec<Vec<usize>> = Vec::new();
        let shifts = problem.shifts().iter().map(|shift| {
            let mut slots = shift.travel.clone();
            slots.dedup_by_key(|slot| slot.table);
            let used: BTreeSet<usize> = slots.iter().map(|slot| slot.table).collect();
            let used: Vec<usize> = used.into_iter().collect();
            let table = made_of.iter().position(|known| *known == used).unwrap_or_else(|| {
                made_of.push(used.clone());
                made_of.len() - 1
            });
            let pace = |slot: &TravelSlot| used.iter().position(|table| *table == slot.table);
            ShiftTerms {
                table,
                pace: slots.iter().filter_map(pace).collect(),
                changes: slots[1..].iter().map(|slot| slot.from.0 as i32).collect(),
                start_place: shift.start_place.0,
                end_place: shift.end_place.0,
                open: shift.window.start.0 as i32,
                close: shift.window.end.0 as i32,
                pause: shift.pause.map(PauseRule::from),
                visits_max: shift.visits_max as usize,
                travel_max: shift.travel_max.map_or(NO_TRAVEL_MAX, |most| i64::from(most.0)),
            }
        });
        let shifts: Vec<ShiftTerms> = shifts.collect();
        let places = problem.tables().first().map_or(0, TravelTimes::places);
        let table = |used: &Vec<usize>| {
            let times: Vec<&TravelTimes> = used.iter().map(|t| &problem.tables()[*t]).collect();
            Table::new(places, &times)
        };
        let tables: Vec<Table> = made_of.iter().map(table).collect();
        let mut stops_at = vec![0; places];
        let ends = shifts.iter().flat_map(|shift| [shift.start_place, shift.end_place]);
        for place in problem.visits().iter().map(|visit| visit.place.0).chain(ends) {
            stops_at[place as usize] += 1;
        }
        let least: Vec<_> = tables.iter().map(|table| table.least(&stops_at)).collect();
        for (shift, terms) in shifts.iter().zip(terms.chunks_mut(visits.max(1))) {
            for (terms, visit) in terms.iter_mut().zip(problem.visits()) {
                let (least_in, least_out) = least[shift.table][visit.place.0 as usize];
                terms.least_in = least_in;
                terms.least_out += least_out;
            }
        }
        let visit = problem.visits().iter();
        let earliness = visit.map(|visit| visit.earliness.map(|early| early.0 as i32));
        Self {
            shifts,
            visits,
            place: problem.visits().iter().map(|v| v.place.0).collect(),
            mandatory: problem.visits().iter().map(|v| v.mandatory).collect(),
            earliness: earliness.collect(),
            travel_cost: i64::from(problem.travel_cost_per_hour().0),
            balance: i64::from(problem.balance().0),
            spacing: Spacing::new(problem),
            terms,
            later_windows,
            places,
            tables,
        }
    }

    /// What making `visit` in `shift` means.
    #[inline]
    pub(super) fn terms(&self, shift: usize, visit: u32) -> &Terms {
        &self.terms[shift * self.visits + visit as usize]
    }

    /// The roads of `shift`, of the one kind or the other.
    #[inline]
    pub(super) fn roads(&self, shift: usize) -> ShiftRoads<'_> {
        let terms = &self.shifts[shift];
        let (table, places) = (&self.tables[terms.table], self.places);
        if terms.changes.is_empty() {
            ShiftRoads::Steady(SteadyRoads { table, places })
        } else {
            ShiftRoads::Hourly(HourlyRoads { table, terms, places })
        }
    }

    /// The first moment at or after `arrival` at which a visit may begin; [`TOO_LATE`] if there is none.
    #[inline]
    pub(super) fn begin(&self, terms: &Terms, arrival: i32) -> i32 {
        if arrival <= terms.end {
            arrival.max(terms.start)
        } else if arrival <= terms.last {
            let (from, to) = terms.later;
            let windows = &self.later_windows[from as usize..to as usize];
            let window = windows.iter().find(|w| arrival <= w.1);
            window.map_or(TOO_LATE, |w| arrival.max(w.0))
        } else {
            TOO_LATE
        }
    }

    /// The earliest end of a visit, by layer, for a rep who is there at `arrival`.
    #[inline]
    pub(super) fn serve(&self, terms: &Terms, arrival: [i32; 2]) -> [i32; 2] {
        let [due, done] = arrival;
        [self.begin(terms, due) + terms.duration, self.begin(terms, done) + terms.duration]
    }

    /// The last moment at or before `limit` at which a visit may begin; [`NEVER`] if there is none.
    #[inline]
    pub(super) fn latest_begin(&self, terms: &Terms, limit: i32) -> i32 {
        let (from, to) = terms.later;
        for window in self.later_windows[from as usize..to as usize].iter().rev() {
            if limit >= window.0 {
                return limit.min(window.1);
            }
        }
        if limit >= terms.start { limit.min(terms.end) } else { NEVER }
    }

    /// Whether the same tours are possible in two shifts, and worth the same. O(visits).
    pub(super) fn are_alike(&self, one: usize, other: usize) -> bool {
        let windows =
            |terms: &Terms| &self.later_windows[terms.later.0 as usize..terms.later.1 as usize];
        let alike = |a: &Terms, b: &Terms| {
            let key = |t: &Terms| (t.start, t.end, t.last, t.duration, t.gain);
            key(a) == key(b) && windows(a) == windows(b)
        };
        let mut visits = 0..self.visits as u32;
        self.shifts[one] == self.shifts[other]
            && visits.all(|visit| alike(self.terms(one, visit), self.terms(other, visit)))
    }

    /// How many shifts there are.
    pub(in crate::solver) fn shifts(&self) -> usize {
        self.shifts.len()
    }

    /// The way there and back with the quickest travel times that are in use, at their quickest hour; zero if none are.
    pub(super) fn both_ways_min(&self, place: u32, there: u32) -> i32 {
        let (place, there) = (place as usize, there as usize);
        let both_ways = |table: &Table| {
            let times = |from: usize, to: usize| {
                let first = (from * self.places + to) * table.paces;
                table.rows[first..first + table.paces].iter()
            };
            times(place, there).zip(times(there, place)).map(|(a, b)| a + b).min()
        };
        self.tables.iter().filter_map(both_ways).min().unwrap_or(0)
    }

    /// What a second on the road costs, in the unit of gains.
    pub(in crate::solver) fn travel_cost(&self) -> i64 {
        self.travel_cost
    }

    /// What so many seconds of travel and visits in one tour cost for the sake of balance, in the unit of gains.
    #[inline]
    pub(super) fn work_price(&self, work: i64) -> i64 {
        if self.balance == 0 {
            return 0;
        }
        // Saturates only for work of years, which no tour has, but an explanation may ask for.
        self.balance.saturating_mul(work).saturating_mul(work) / 3600
    }

    /// Whether there are visits that fit and yet are not worth it.
    pub(super) fn has_costs(&self) -> bool {
        self.travel_cost > 0 || self.balance > 0
    }

    /// How long `visit` takes in `shift`.
    pub(in crate::solver) fn duration(&self, shift: usize, visit: u32) -> i64 {
        i64::from(self.terms(shift, visit).duration)
    }

    /// What `visit` is worth in `shift`: its prize times 3600.
    pub(in crate::solver) fn gain(&self, shift: usize, visit: u32) -> i64 {
        self.terms(shift, visit).gain
    }

    /// The greatest gain `visit` offers in any shift.
    pub(super) fn gain_max(&self, visit: u32) -> i64 {
        let gains = (0..self.shifts.len()).map(|s| self.terms(s, visit));
        gains.filter(|t| t.last > NEVER).map(|t| t.gain).max().unwrap_or(0)
    }
}

impl Table {
    fn new(places: usize, times: &[&TravelTimes]) -> Self {
        let all = |place: usize, other: usize| {
            times.iter().map(move |t| t.seconds()[place * places + other] as i32)
        };
        let pairs = || (0..places).flat_map(|a| (0..places).map(move |b| (a, b)));
        Self {
            rows: pairs().flat_map(|(from, to)| all(from, to)).collect(),
            columns: pairs().flat_map(|(to, from)| all(from, to)).collect(),
            paces: times.len(),
        }
    }

    /// By place: the least travel to it and from it, at any hour, from and to any other stop.
    ///
    /// `stops_at` says how many visits and ends of shifts there are at each place.
    fn least(&self, stops_at: &[u32]) -> Vec<(i32, i32)> {
        let places = stops_at.len();
        let least = |times: &[i32], place: usize| {
            let of_place = &times[place * places * self.paces..(place + 1) * places * self.paces];
            let others = of_place.chunks(self.paces).enumerate();
            let others = others.filter(|(at, _)| *at != place || stops_at[place] > 1);
            others.flat_map(|(_, times)| times.iter().copied()).min().unwrap_or(0)
        };
        (0..places).map(|place| (least(&self.columns, place), least(&self.rows, place))).collect()
    }
}

fn terms_of(
    problem: &VisitProblem,
    shift: ShiftId,
    visit: VisitId,
    later_windows: &mut Vec<(i32, i32)>,
) -> Terms {
    let none = Terms {
        start: TOO_LATE,
        end: NEVER,
        last: NEVER,
        duration: 0,
        least_in: 0,
        least_out: 0,
        gain: 0,
        later: (0, 0),
    };
    let Some(offer) = problem.offer(visit, shift) else { return none };
    let day = problem.shift(shift).window;
    let Some(last_begin) = day.end.0.checked_sub(offer.duration.0) else { return none };
    let mut windows = offer
        .windows
        .iter()
        .map(|w| (w.start.max(day.start).0 as i32, w.end.0.min(last_begin) as i32))
        .filter(|w| w.0 <= w.1);
    let Some((start, end)) = windows.next() else { return none };
    let from = later_windows.len() as u32;
    later_windows.extend(windows);
    let to = later_windows.len() as u32;
    let last = if to > from { later_windows[to as usize - 1].1 } else { end };
    Terms {
        start,
        end,
        last,
        duration: offer.duration.0 as i32,
        least_in: 0,
        least_out: offer.duration.0 as i32,
        gain: i64::from(offer.prize.0) * 3600,
        later: (from, to),
    }
}
