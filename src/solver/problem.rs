//! States the problem: travel times, shifts and visits. They are checked once, when the problem is
//! built.

use std::collections::BTreeSet;

use super::shift::{Shift, ShiftId};
use super::travel::ShiftTravel;
use super::travel_times::TravelTimes;
use super::visit::{Offer, Series, Visit, VisitId};
use crate::ids::Id;
use crate::units::{Prize, Seconds};

/// A problem to solve, in whole numbers.
///
/// A plan has at most one tour for each shift. A plan with more mandatory visits is better. Among
/// plans with the same number of mandatory visits, the best one maximises `Σ prize −
/// travel_cost_per_hour · hours of travel − Σ balance · (hours of travel and visits of a tour)²`.
/// The hours of travel are those of the [`schedule`](super::schedule()) of each tour.
#[derive(Debug, Clone)]
pub struct VisitProblem {
    travel: Vec<TravelTimes>,
    shifts: Vec<Shift>,
    visits: Vec<Visit>,
    series: Vec<Series>,
    travel_cost_per_hour: Prize,
    balance: Prize,
}

/// A fault in the numbers of a [`VisitProblem`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemError {
    /// A shift or visit refers to a table, place or shift that does not exist.
    #[error("{what} {index} refers to {found}, but there are only {count}")]
    OutOfRange {
        /// Kind of the object that refers to it: `"shift"` or `"visit"`.
        what: &'static str,
        /// Index of the shift or visit.
        index: usize,
        /// The table, place or shift that was referred to.
        found: String,
        /// Number of tables, places or shifts that exist.
        count: usize,
    },
    /// A window ends before it starts, or the windows of an offer are missing, overlap or are out
    /// of order.
    #[error("{what} {index} has time windows that are missing, empty, out of order or overlap")]
    BadWindows {
        /// Kind of the object with the windows: `"shift"`, `"break of shift"` or `"visit"`.
        what: &'static str,
        /// Index of the shift or visit.
        index: usize,
    },
    /// The offers of a visit are not in the order of the shifts, or the visit has two offers for
    /// one shift.
    #[error("visit {index} has offers out of order, or two for one shift")]
    BadOffers {
        /// Index of the visit.
        index: usize,
    },
    /// A time is longer than 30 days, so sums of such times could overflow.
    #[error("{what} {index} has a time of more than thirty days")]
    TimeTooLarge {
        /// Kind of the object with the time: `"shift"` or `"visit"`.
        what: &'static str,
        /// Index of the shift or visit.
        index: usize,
    },
    /// The travel slots of a shift are missing, are out of order, or do not begin at midnight.
    #[error("shift {index} has travel slots that do not begin at midnight or are out of order")]
    BadSlots {
        /// Index of the shift.
        index: usize,
    },
    /// Two travel-time tables of one shift have ways between different pairs of places.
    #[error("shift {index} uses travel-time tables that differ in the pairs with a way")]
    UnequalWays {
        /// Index of the shift.
        index: usize,
    },
    /// A series has a spacing of zero, or refers to a visit that does not exist or is in two places.
    #[error(
        "series {index} has no spacing, or a visit that does not exist or is in a series twice"
    )]
    BadSeries {
        /// Index of the series.
        index: usize,
    },
    /// The travel-time tables do not have the same number of places.
    #[error("travel-time tables have different numbers of places")]
    UnequalTables,
}

impl VisitProblem {
    /// Builds a problem and checks its numbers. All other functions rely on this check.
    ///
    /// `travel_cost_per_hour` is the cost of an hour of travel, in the unit of prizes.
    ///
    /// # Errors
    /// The first fault that was found.
    ///
    /// # Examples
    /// Two visits, ten and twenty minutes away from the rep's home:
    /// ```
    /// use beatplan::solver::*;
    /// use beatplan::units::{Prize, Seconds};
    ///
    /// let minutes = Seconds::from_minutes;
    /// let hours = TimeWindow { start: minutes(0), end: minutes(120) };
    /// let travel = TravelTimes::new(3, |from, to| Some(minutes(10 * from.0.abs_diff(to.0))));
    /// let offer = |points| Offer {
    ///     shift: ShiftId(0),
    ///     prize: Prize::from_points(points),
    ///     duration: minutes(30),
    ///     windows: vec![hours],
    /// };
    /// let visits = vec![
    ///     Visit::new(PlaceId(1), vec![offer(2.0)]),
    ///     Visit::new(PlaceId(2), vec![offer(3.0)]),
    /// ];
    /// let shifts = vec![Shift::new(PlaceId(0), hours)];
    /// let problem = VisitProblem::new(vec![travel], shifts, visits, Prize::from_points(1.0))?;
    /// assert_eq!(problem.visits().len(), 2);
    /// # Ok::<(), ProblemError>(())
    /// ```
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
            in_range("shift", index, "place", shift.start_place.index(), places)?;
            in_range("shift", index, "place", shift.end_place.index(), places)?;
            if shift.window.start > shift.window.end {
                return Err(ProblemError::BadWindows { what: "shift", index });
            }
            let break_end =
                shift.required_break.map_or(Seconds::ZERO, |p| p.start.end.max(p.duration));
            let slot_start = slots.last().map_or(Seconds::ZERO, |slot| slot.from);
            if shift.window.end.max(slot_start) > TIME_MAX || break_end > TIME_MAX {
                return Err(ProblemError::TimeTooLarge { what: "shift", index });
            }
            if shift.required_break.is_some_and(|p| p.start.start > p.start.end) {
                return Err(ProblemError::BadWindows { what: "break of shift", index });
            }
        }
        for (index, visit) in visits.iter().enumerate() {
            in_range("visit", index, "place", visit.place.index(), places)?;
            if visit.earliness.is_some_and(|early| early > TIME_MAX) {
                return Err(ProblemError::TimeTooLarge { what: "visit", index });
            }
            if !visit.offers.is_sorted_by(|a, b| a.shift < b.shift) {
                return Err(ProblemError::BadOffers { index });
            }
            for offer in &visit.offers {
                in_range("visit", index, "shift", offer.shift.index(), shifts.len())?;
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

    /// Returns the problem with the given series of visits.
    ///
    /// # Errors
    /// [`ProblemError::BadSeries`] if a series is not valid.
    pub fn with_series(self, series: Vec<Series>) -> Result<Self, ProblemError> {
        validate_series(&series, self.visits.len())?;
        Ok(Self { series, ..self })
    }

    /// Returns the problem with a price on uneven work. Each tour costs `balance` times the square
    /// of its hours of travel and visits.
    ///
    /// With this price, two tours of four hours cost less than one tour of six hours and one of
    /// two. A value above 1000 points counts as 1000 points, so that sums cannot overflow.
    #[must_use]
    pub fn with_balance(self, balance: Prize) -> Self {
        Self { balance: balance.min(Prize::from_points(1000.0)), ..self }
    }

    /// Returns a copy of the problem with other visits and the same series.
    ///
    /// # Errors
    /// The errors of [`new`](Self::new) and [`with_series`](Self::with_series).
    pub fn with_visits(&self, visits: Vec<Visit>) -> Result<Self, ProblemError> {
        let (tables, shifts) = (self.travel.clone(), self.shifts.clone());
        let changed = Self::new(tables, shifts, visits, self.travel_cost_per_hour)?;
        Ok(changed.with_series(self.series.clone())?.with_balance(self.balance))
    }

    /// Returns all shifts. A [`ShiftId`] is an index into this slice.
    pub fn shifts(&self) -> &[Shift] {
        &self.shifts
    }

    /// Returns the shift `id`.
    pub fn shift(&self, id: ShiftId) -> &Shift {
        &self.shifts[id.index()]
    }

    /// Returns all visits. A [`VisitId`] is an index into this slice.
    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// Returns the visit `id`.
    pub fn visit(&self, id: VisitId) -> &Visit {
        &self.visits[id.index()]
    }

    /// Returns all series of visits.
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// Returns the offer of `visit` for `shift`; `None` if there is none. O(log offers).
    pub fn offer(&self, visit: VisitId, shift: ShiftId) -> Option<&Offer> {
        let offers = &self.visit(visit).offers;
        let at = offers.binary_search_by_key(&shift, |o| o.shift).ok()?;
        Some(&offers[at])
    }

    /// Returns all travel-time tables. [`TravelSlot::table`](super::TravelSlot::table) is an index
    /// into this slice.
    pub fn tables(&self) -> &[TravelTimes] {
        &self.travel
    }

    /// Returns the travel times in `shift`.
    pub fn travel(&self, shift: ShiftId) -> ShiftTravel<'_> {
        ShiftTravel::new(self.shift(shift), &self.travel)
    }

    /// Returns the price on uneven work, in the unit of prizes: a tour costs this price times the
    /// square of its hours of travel and visits.
    pub fn balance(&self) -> Prize {
        self.balance
    }

    /// Returns the cost of an hour of travel, in the unit of prizes.
    pub fn travel_cost_per_hour(&self) -> Prize {
        self.travel_cost_per_hour
    }
}

fn validate_series(series: &[Series], visits: usize) -> Result<(), ProblemError> {
    let mut is_taken = vec![false; visits];
    for (index, Series { visits, spacing_days }) in series.iter().enumerate() {
        let mut is_free = |visit: &VisitId| {
            let taken = is_taken.get_mut(visit.index());
            taken.is_some_and(|taken| !std::mem::replace(taken, true))
        };
        if !visits.iter().all(&mut is_free) || *spacing_days == 0 {
            return Err(ProblemError::BadSeries { index });
        }
    }
    Ok(())
}
