//! Holds the problem as flat arrays of integers, which the inner loops of the search read.

use std::collections::BTreeSet;

use super::legs::{HourlyLegs, ShiftLegs, Slots, SteadyLegs, TravelTable};
use super::spacing::Spacing;
use crate::ids::Id;
use crate::solver::breaks::{BreakRule, NEVER, TOO_LATE};
use crate::solver::problem::VisitProblem;
use crate::solver::shift::{ShiftId, TravelSlot};
use crate::solver::travel_times::TravelTimes;
use crate::solver::visit::VisitId;

/// Limit of travel for shifts that have none. It excludes only legs between places without a way.
pub(super) const NO_TRAVEL_MAX: i64 = TravelTimes::UNREACHABLE as i64 - 1;

/// Terms of one visit in one shift.
#[derive(Debug, Clone, Copy)]
pub(in crate::solver) struct VisitTerms {
    /// Start of the first window.
    pub(super) start: i32,
    /// End of the first window.
    pub(super) end: i32,
    /// End of the last window; [`NEVER`] if the shift does not offer the visit.
    pub(super) last: i32,
    /// Duration of the visit, in seconds.
    pub(super) duration: i32,
    /// Shortest leg to the visit from any other stop, at any hour, in seconds.
    pub(super) least_in: i32,
    /// Duration of the visit plus the shortest leg from it to any other stop, in seconds.
    pub(super) least_out: i32,
    /// Prize of the visit, times 3600.
    pub(in crate::solver) gain: i64,
    /// Range in `later_windows` of the second window and all later ones.
    later: (u32, u32),
}

/// Terms of one shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::solver) struct ShiftTerms {
    /// Index in `tables` of the travel times of the shift.
    table: usize,
    slots: Slots,
    pub(super) start_place: u32,
    pub(super) end_place: u32,
    pub(super) open: i32,
    pub(super) close: i32,
    pub(super) break_rule: Option<BreakRule>,
    pub(super) visits_max: usize,
    pub(super) travel_max: i64,
}

/// A problem in the form that the search uses.
#[derive(Debug)]
pub(in crate::solver) struct Instance {
    pub(in crate::solver) shifts: Vec<ShiftTerms>,
    /// Number of visits of the problem.
    pub(super) visits: usize,
    /// For each visit: its place.
    pub(super) place: Vec<u32>,
    /// For each visit: true if it is mandatory.
    pub(super) mandatory: Vec<bool>,
    /// For each visit: its maximum earliness. It matters only if travel depends on the hour.
    pub(super) earliness: Vec<Option<i32>>,
    /// Cost of a second of travel, in the unit of gains.
    pub(in crate::solver) travel_cost: i64,
    /// Price of the square of a tour's hours of work, in thousandths of a point.
    balance: i64,
    /// Spacing of the visits of each series.
    pub(super) spacing: Spacing,
    /// Terms of each visit in each shift, ordered by shift, then by visit.
    terms: Vec<VisitTerms>,
    later_windows: Vec<(i32, i32)>,
    places: usize,
    tables: Vec<TravelTable>,
}

impl Instance {
    /// Prepares `problem` for the search.
    ///
    /// O(tables · places² + shifts · visits). A table counts several times if shifts combine it
    /// with different other tables.
    pub(in crate::solver) fn new(problem: &VisitProblem) -> Self {
        let visits = problem.visits().len();
        let mut later_windows = Vec::new();
        let mut terms = Vec::with_capacity(problem.shifts().len() * visits);
        for shift in 0..problem.shifts().len() as u32 {
            for visit in 0..visits as u32 {
                terms.push(terms_of(problem, ShiftId(shift), VisitId(visit), &mut later_windows));
            }
        }
        // For each table of the search: the tables of the problem of which it consists.
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
                slots: Slots {
                    pace: slots.iter().filter_map(pace).collect(),
                    changes: slots[1..].iter().map(|slot| slot.from.0 as i32).collect(),
                },
                start_place: shift.start_place.0,
                end_place: shift.end_place.0,
                open: shift.window.start.0 as i32,
                close: shift.window.end.0 as i32,
                break_rule: shift.required_break.map(BreakRule::from),
                visits_max: shift.visits_max as usize,
                travel_max: shift.travel_max.map_or(NO_TRAVEL_MAX, |most| i64::from(most.0)),
            }
        });
        let shifts: Vec<ShiftTerms> = shifts.collect();
        let places = problem.tables().first().map_or(0, TravelTimes::places);
        let table = |used: &Vec<usize>| {
            let times: Vec<&TravelTimes> = used.iter().map(|t| &problem.tables()[*t]).collect();
            TravelTable::new(places, &times)
        };
        let tables: Vec<TravelTable> = made_of.iter().map(table).collect();
        let mut stops_at = vec![0; places];
        let ends = shifts.iter().flat_map(|shift| [shift.start_place, shift.end_place]);
        for place in problem.visits().iter().map(|visit| visit.place.0).chain(ends) {
            stops_at[place as usize] += 1;
        }
        let least: Vec<_> = tables.iter().map(|table| table.least(&stops_at)).collect();
        for (shift, terms) in shifts.iter().zip(terms.chunks_mut(visits.max(1))) {
            for (terms, visit) in terms.iter_mut().zip(problem.visits()) {
                let (least_in, least_out) = least[shift.table][visit.place.index()];
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

    /// Returns the terms of `visit` in `shift`.
    #[inline]
    pub(in crate::solver) fn terms(&self, shift: usize, visit: u32) -> &VisitTerms {
        &self.terms[shift * self.visits + visit as usize]
    }

    /// Returns the legs of `shift`, with constant or time-dependent travel times.
    #[inline]
    pub(super) fn legs(&self, shift: usize) -> ShiftLegs<'_> {
        let terms = &self.shifts[shift];
        let (table, places) = (&self.tables[terms.table], self.places);
        if terms.slots.changes.is_empty() {
            ShiftLegs::Steady(SteadyLegs { table, places })
        } else {
            ShiftLegs::Hourly(HourlyLegs { table, slots: &terms.slots, places })
        }
    }

    /// Returns the first moment at which the visit may begin for a rep who arrives at `arrival`;
    /// [`TOO_LATE`] if there is none.
    #[inline]
    pub(super) fn begin(&self, terms: &VisitTerms, arrival: i32) -> i32 {
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

    /// Returns the earliest end of the visit in each layer. `arrival` holds the arrival in each
    /// layer.
    #[inline]
    pub(super) fn serve(&self, terms: &VisitTerms, arrival: [i32; 2]) -> [i32; 2] {
        let [due, done] = arrival;
        [self.begin(terms, due) + terms.duration, self.begin(terms, done) + terms.duration]
    }

    /// Returns the last moment at which the visit may begin that is not after `limit`; [`NEVER`] if
    /// there is none.
    #[inline]
    pub(super) fn latest_begin(&self, terms: &VisitTerms, limit: i32) -> i32 {
        let (from, to) = terms.later;
        for window in self.later_windows[from as usize..to as usize].iter().rev() {
            if limit >= window.0 {
                return limit.min(window.1);
            }
        }
        if limit >= terms.start { limit.min(terms.end) } else { NEVER }
    }

    /// Returns whether two shifts allow the same tours with the same prizes. O(visits).
    pub(super) fn are_alike(&self, one: usize, other: usize) -> bool {
        let windows = |terms: &VisitTerms| {
            &self.later_windows[terms.later.0 as usize..terms.later.1 as usize]
        };
        let alike = |a: &VisitTerms, b: &VisitTerms| {
            let key = |t: &VisitTerms| (t.start, t.end, t.last, t.duration, t.gain);
            key(a) == key(b) && windows(a) == windows(b)
        };
        let mut visits = 0..self.visits as u32;
        self.shifts[one] == self.shifts[other]
            && visits.all(|visit| alike(self.terms(one, visit), self.terms(other, visit)))
    }

    /// Returns the shortest travel time there and back, in all tables that shifts use and at all
    /// hours; zero if shifts use no table.
    pub(super) fn both_ways_min(&self, place: u32, there: u32) -> i32 {
        let (place, there) = (place as usize, there as usize);
        let both_ways = |table: &TravelTable| {
            let times = |from: usize, to: usize| {
                let first = (from * self.places + to) * table.paces;
                table.rows[first..first + table.paces].iter()
            };
            times(place, there).zip(times(there, place)).map(|(a, b)| a + b).min()
        };
        self.tables.iter().filter_map(both_ways).min().unwrap_or(0)
    }

    /// Returns the price, for balance, of a tour with `work` seconds of travel and visits, in the
    /// unit of gains.
    #[inline]
    pub(super) fn work_price(&self, work: i64) -> i64 {
        if self.balance == 0 {
            return 0;
        }
        // The multiplication saturates only for years of work. No tour has them, but an insertion
        // that is rejected can.
        self.balance.saturating_mul(work).saturating_mul(work) / 3600
    }

    /// Returns whether a visit that fits can cost more than its prize.
    pub(super) fn has_costs(&self) -> bool {
        self.travel_cost > 0 || self.balance > 0
    }

    /// Returns the duration of `visit` in `shift`, in seconds.
    pub(in crate::solver) fn duration(&self, shift: usize, visit: u32) -> i64 {
        i64::from(self.terms(shift, visit).duration)
    }

    /// Returns the greatest gain of `visit` in any shift.
    pub(super) fn gain_max(&self, visit: u32) -> i64 {
        let gains = (0..self.shifts.len()).map(|s| self.terms(s, visit));
        gains.filter(|t| t.last > NEVER).map(|t| t.gain).max().unwrap_or(0)
    }
}

fn terms_of(
    problem: &VisitProblem,
    shift: ShiftId,
    visit: VisitId,
    later_windows: &mut Vec<(i32, i32)>,
) -> VisitTerms {
    let none = VisitTerms {
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
    VisitTerms {
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
