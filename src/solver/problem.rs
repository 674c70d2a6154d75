//! The problem of the day (or of several days and reps), in whole numbers, checked once at the door.

use std::collections::BTreeSet;

use super::series::{self, Series};
use super::travel::ShiftTravel;
use crate::units::{Prize, Seconds};

/// A row and column of the travel-time tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceId(pub u32);

/// One rep on one day; an index into [`VisitProblem::shifts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShiftId(pub u32);

/// Something that may be visited; an index into [`VisitProblem::visits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VisitId(pub u32);

/// From `start` to `end`, both inclusive, as times of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeWindow {
    /// First moment inside.
    pub start: Seconds,
    /// Last moment inside.
    pub end: Seconds,
}

/// A break of fixed length that a shift must contain, taken between visits.
///
/// It is taken at a place: before leaving it or after arriving there, never within a visit and never on the road.
/// A shift that is over before the pause could last begin (back at the end place by `start.end`, whole day done)
/// needs none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// How long.
    pub duration: Seconds,
    /// When it may begin.
    pub start: TimeWindow,
}

/// A span of the day in which one table of travel times applies, up to the next slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TravelSlot {
    /// Legs that are left from this moment on …
    pub from: Seconds,
    /// … are travelled at the pace of this one of the problem's tables.
    pub table: usize,
}

impl TravelSlot {
    /// One table for the whole day.
    pub fn all_day(table: usize) -> Vec<Self> {
        vec![Self { from: Seconds::ZERO, table }]
    }
}

/// One rep on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// The number of its day; only the days between visits of a [`Series`] follow from it.
    pub day: u32,
    /// Which travel times apply when; the first slot begins at midnight, each later one after the one before it.
    ///
    /// A leg under way when a slot ends goes on at the pace of the next one, in proportion to what is undone; the rep
    /// leaves every place as soon as they are free to, unless they would be too early at the next: see
    /// [`Visit::earliness`].
    pub travel: Vec<TravelSlot>,
    /// Where the rep sets out.
    pub start_place: PlaceId,
    /// Where the rep must be at the end.
    pub end_place: PlaceId,
    /// Not away before, not back after.
    pub window: TimeWindow,
    /// The break, if there is one.
    pub pause: Option<Pause>,
    /// At most so many visits.
    pub visits_max: u32,
    /// At most so much travel.
    pub travel_max: Option<Seconds>,
}

/// That a visit can be made in a shift, and on what terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The shift it is for.
    pub shift: ShiftId,
    /// What the visit is worth then.
    pub prize: Prize,
    /// How long it takes.
    pub duration: Seconds,
    /// When it may **begin**, in order, apart from one another, at least one.
    ///
    /// A rep who is early waits. That the visit ends before closing time is for whoever makes the window to see to.
    pub windows: Vec<TimeWindow>,
}

/// A visit that may be made, at most once in the whole horizon. Further visits to the same outlet form a [`Series`] with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Where.
    pub place: PlaceId,
    /// Whether it must be part of the plan.
    pub mandatory: bool,
    /// At most so long before it begins the rep may be at the door; who would be there sooner leaves the place before
    /// later. `None`: as early as they like.
    pub earliness: Option<Seconds>,
    /// The shifts it can be made in, in order, each at most once. None at all is allowed: it is then never made.
    pub offers: Vec<Offer>,
}

/// Travel times between all places of one mode, in whole seconds; row = from, column = to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TravelTimes {
    places: usize,
    seconds: Vec<u32>,
}

impl TravelTimes {
    /// What stands in the table where there is no way; the sum of a few of them still fits into 32 bits.
    pub const UNREACHABLE: u32 = 1 << 28;

    /// A table of `places × places` entries, `None` where there is no way.
    ///
    /// Times of [`TravelTimes::UNREACHABLE`] and more (eight years) count as no way.
    pub fn new(places: usize, entry: impl Fn(PlaceId, PlaceId) -> Option<Seconds>) -> Self {
        let seconds = (0..places * places)
            .map(|at| {
                let (from, to) = (PlaceId((at / places) as u32), PlaceId((at % places) as u32));
                entry(from, to).map_or(Self::UNREACHABLE, |s| s.0.min(Self::UNREACHABLE))
            })
            .collect();
        Self { places, seconds }
    }

    /// How many places the table has.
    pub fn places(&self) -> usize {
        self.places
    }

    /// All entries, row by row; [`TravelTimes::UNREACHABLE`] where there is no way.
    pub fn seconds(&self) -> &[u32] {
        &self.seconds
    }

    /// The time from `from` to `to`; [`TravelTimes::UNREACHABLE`] where there is no way. O(1).
    #[inline]
    pub fn get(&self, from: PlaceId, to: PlaceId) -> u32 {
        self.seconds[from.0 as usize * self.places + to.0 as usize]
    }

    /// Whether there is a way wherever `other`, of the same size, has one, and nowhere else.
    fn has_ways_of(&self, other: &Self) -> bool {
        let has_way = |seconds: &u32| *seconds < Self::UNREACHABLE;
        self.seconds.iter().map(has_way).eq(other.seconds.iter().map(has_way))
    }
}

/// The whole problem: see the module and DESIGN for its statement.
///
/// Maximise `Σ prize − travel_cost_per_hour · travel hours − Σ balance · (hours of travel and visits of a tour)²` over at
/// most one tour a shift, after serving as many mandatory visits as possible. Travel is that of the tour's
/// [`schedule`](super::schedule()).
#[derive(Debug, Clone)]
pub struct VisitProblem {
    travel: Vec<TravelTimes>,
    shifts: Vec<Shift>,
    visits: Vec<Visit>,
    series: Vec<Series>,
    travel_cost_per_hour: Prize,
    balance: Prize,
}

/// Why numbers are no [`VisitProblem`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProblemError {
    /// A shift or visit names a table, place or shift that is not there.
    #[error("{what} {index} names {found}, of which there are only {count}")]
    OutOfRange {
        /// `"shift"` or `"visit"`.
        what: &'static str,
        /// Which shift or visit.
        index: usize,
        /// What it names.
        found: String,
        /// How many of these there are.
        count: usize,
    },
    /// A window ends before it starts, windows of one offer overlap or are out of order, or an offer has none.
    #[error("{what} {index} has time windows that are empty, out of order or overlap")]
    BadWindows {
        /// `"shift"`, `"pause of shift"` or `"visit"`.
        what: &'static str,
        /// Which one.
        index: usize,
    },
    /// The offers of a visit are not in order of shifts, each at most once.
    #[error("visit {index} has offers that are not in order of shifts, each once")]
    BadOffers {
        /// Which visit.
        index: usize,
    },
    /// A time of more than 30 days, which no day's plan needs and which could overflow sums.
    #[error("{what} {index} has a time beyond thirty days")]
    TimeTooLarge {
        /// `"shift"` or `"visit"`.
        what: &'static str,
        /// Which one.
        index: usize,
    },
    /// The slots of a shift are none, do not begin at midnight, or are out of order.
    #[error("shift {index} has travel slots that do not begin at midnight or are out of order")]
    BadSlots {
        /// Which shift.
        index: usize,
    },
    /// There is a way in one slot of a shift and none in another.
    #[error("shift {index} uses travel-time tables that differ in where there is a way")]
    UnequalWays {
        /// Which shift.
        index: usize,
    },
    /// A series names a visit that is not there or stands in a series already, or has no spacing.
    #[error(
        "series {index} names a visit that is not there or in a series already, or has no spacing"
    )]
    BadSeries {
        /// Which series.
        index: usize,
    },
    /// The tables are not all of one size.
    #[error("travel-time tables have different numbers of places")]
    UnequalTables,
}

impl VisitProblem {
    /// Checks the numbers once, so that everything after can trust them.
    ///
    /// # Errors
    /// The first fault found, as a [`ProblemError`].
    pub fn new(
        travel: Vec<TravelTimes>,
        shifts: Vec<Shift>,
        visits: Vec<Visit>,
        travel_cost_per_hour: Prize,
    ) -> Result<Self, ProblemError> {
        const TIME_MAX: Seconds = Seconds::from_hours(30 * 24);
        let places = travel.first().map_or(0, TravelTimes::places);
        if travel.iter().any(|t| t.places() != places) {
            return Err(ProblemError::UnequalTables);
        }
        let in_range = |what, index, name: &str, value: usize, count: usize| {
            if value < count {
                Ok(())
            } else {
                Err(ProblemError::OutOfRange {
                    what,
                    index,
                    found: format!("{name} {value}"),
                    count,
                })
            }
        };
        let mut same_ways = BTreeSet::new();
        for (index, shift) in shifts.iter().enumerate() {
            let slots = &shift.travel;
            for slot in slots {
                in_range("shift", index, "travel table", slot.table, travel.len())?;
            }
            let at_midnight = slots.first().is_some_and(|slot| slot.from == Seconds::ZERO);
            if !at_midnight || !slots.is_sorted_by(|a, b| a.from < b.from) {
                return Err(ProblemError::BadSlots { index });
            }
            for pair in slots.windows(2) {
                let tables = (pair[0].table, pair[1].table);
                if same_ways.insert(tables) && !travel[tables.0].has_ways_of(&travel[tables.1]) {
                    return Err(ProblemError::UnequalWays { index });
                }
            }
            in_range("shift", index, "place", shift.start_place.0 as usize, places)?;
            in_range("shift", index, "place", shift.end_place.0 as usize, places)?;
            if shift.window.start > shift.window.end {
                return Err(ProblemError::BadWindows { what: "shift", index });
            }
            let pause_end = shift.pause.map_or(Seconds::ZERO, |p| p.start.end.max(p.duration));
            let slot_start = slots.last().map_or(Seconds::ZERO, |slot| slot.from);
            if shift.window.end.max(slot_start) > TIME_MAX || pause_end > TIME_MAX {
                return Err(ProblemError::TimeTooLarge { what: "shift", index });
            }
            if shift.pause.is_some_and(|p| p.start.start > p.start.end) {
                return Err(ProblemError::BadWindows { what: "pause of shift", index });
            }
        }
        for (index, visit) in visits.iter().enumerate() {
            in_range("visit", index, "place", visit.place.0 as usize, places)?;
            if visit.earliness.is_some_and(|early| early > TIME_MAX) {
                return Err(ProblemError::TimeTooLarge { what: "visit", index });
            }
            if !visit.offers.is_sorted_by(|a, b| a.shift < b.shift) {
                return Err(ProblemError::BadOffers { index });
            }
            for offer in &visit.offers {
                in_range("visit", index, "shift", offer.shift.0 as usize, shifts.len())?;
                let windows = &offer.windows;
                if windows.is_empty()
                    || windows.iter().any(|w| w.start > w.end)
                    || !windows.is_sorted_by(|a, b| a.end < b.start)
                {
                    return Err(ProblemError::BadWindows { what: "visit", index });
                }
                if offer.duration > TIME_MAX || windows.iter().any(|w| w.end > TIME_MAX) {
                    return Err(ProblemError::TimeTooLarge { what: "visit", index });
                }
            }
        }
        let (series, balance) = (Vec::new(), Prize(0));
        Ok(Self { travel, shifts, visits, series, travel_cost_per_hour, balance })
    }

    /// The same problem with visits that must keep apart.
    ///
    /// # Errors
    /// [`ProblemError::BadSeries`]: each visit is in one series at most, once, and spacings are a day or more.
    pub fn with_series(self, series: Vec<Series>) -> Result<Self, ProblemError> {
        series::validate(&series, self.visits.len())?;
        Ok(Self { series, ..self })
    }

    /// The same problem in which each tour costs `balance` times the square of its hours of travel and visits.
    ///
    /// Two tours of four hours cost less than one of six and one of two: the work is shared more evenly. At most 1000
    /// points, so that sums cannot overflow.
    pub fn with_balance(self, balance: Prize) -> Self {
        Self { balance: balance.min(Prize::from_points(1000.0)), ..self }
    }

    /// The same problem with other terms of its visits.
    ///
    /// # Errors
    /// As [`new`](Self::new), and if a series names one that is not there any more.
    pub fn with_visits(&self, visits: Vec<Visit>) -> Result<Self, ProblemError> {
        let (tables, shifts) = (self.travel.clone(), self.shifts.clone());
        let changed = Self::new(tables, shifts, visits, self.travel_cost_per_hour)?;
        Ok(changed.with_series(self.series.clone())?.with_balance(self.balance))
    }

    /// All shifts; a [`ShiftId`] is an index into them.
    pub fn shifts(&self) -> &[Shift] {
        &self.shifts
    }

    /// One shift.
    pub fn shift(&self, id: ShiftId) -> &Shift {
        &self.shifts[id.0 as usize]
    }

    /// All visits; a [`VisitId`] is an index into them.
    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// One visit.
    pub fn visit(&self, id: VisitId) -> &Visit {
        &self.visits[id.0 as usize]
    }

    /// The visits that must keep apart.
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// The terms on which `visit` can be made in `shift`, if it can. O(log offers).
    pub fn offer(&self, visit: VisitId, shift: ShiftId) -> Option<&Offer> {
        let offers = &self.visit(visit).offers;
        let at = offers.binary_search_by_key(&shift, |o| o.shift).ok()?;
        Some(&offers[at])
    }

    /// All travel-time tables; [`TravelSlot::table`] is an index into them.
    pub fn tables(&self) -> &[TravelTimes] {
        &self.travel
    }

    /// The roads in `shift`.
    pub fn travel(&self, shift: ShiftId) -> ShiftTravel<'_> {
        ShiftTravel::new(self.shift(shift), &self.travel)
    }

    /// What the square of a tour's hours of travel and visits costs, in the unit of prizes.
    pub fn balance(&self) -> Prize {
        self.balance
    }

    /// What an hour of travel costs, in the unit of prizes.
    pub fn travel_cost_per_hour(&self) -> Prize {
        self.travel_cost_per_hour
    }
}
