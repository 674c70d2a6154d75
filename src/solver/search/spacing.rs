//! Finds the days on which a visit can be made, given the other visits of its series.
//!
//! These days depend on other tours. Therefore, a visit that is rejected for this reason must not
//! be stored as a visit that does not fit into a tour.

use crate::ids::Id;
use crate::solver::problem::VisitProblem;

/// Value of [`State::tour_of`](super::state::State::tour_of) for a visit that is in no tour.
pub(super) const ABSENT: u32 = u32::MAX;

/// Value of [`Spacing::series_of`] for a visit that is in no series.
const NO_SERIES: u32 = u32::MAX;

/// All series of visits, in the form that the search uses.
#[derive(Debug)]
pub(super) struct Spacing {
    /// For each visit: index of its series; empty if the problem has no series.
    series_of: Vec<u32>,
    /// For each series: its visits in order, and the minimum number of days between two of them.
    series: Vec<(Vec<u32>, i64)>,
    /// For each shift: number of its day.
    day: Vec<i64>,
}

/// A range of days. The first and the last day belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    first: i64,
    last: i64,
}

impl Spacing {
    pub(super) fn new(problem: &VisitProblem) -> Self {
        let all = problem.series();
        let mut series_of = Vec::new();
        if !all.is_empty() {
            series_of = vec![NO_SERIES; problem.visits().len()];
        }
        for (at, series) in all.iter().enumerate() {
            for visit in &series.visits {
                series_of[visit.index()] = at as u32;
            }
        }
        let terms = all.iter().map(|series| {
            let visits = series.visits.iter().map(|visit| visit.0).collect();
            (visits, i64::from(series.spacing_days))
        });
        let day = problem.shifts().iter().map(|shift| i64::from(shift.day)).collect();
        Self { series_of, series: terms.collect(), day }
    }

    /// Returns the days on which `visit` can be made; `None` if the visit is in no series. O(visits
    /// of the series).
    ///
    /// Only visits of the series that are in tours count, except `visit` itself and `leaving`.
    #[inline]
    pub(super) fn days(&self, tour_of: &[u32], visit: u32, leaving: Option<u32>) -> Option<Days> {
        let series = *self.series_of.get(visit as usize)?;
        (series != NO_SERIES).then(|| self.days_within(tour_of, series, visit, leaving))
    }

    fn days_within(&self, tour_of: &[u32], series: u32, visit: u32, leaving: Option<u32>) -> Days {
        let (visits, spacing) = &self.series[series as usize];
        let mut days = Days { first: i64::MIN, last: i64::MAX };
        let mut is_before = true;
        for &other in visits {
            let shift = tour_of[other as usize];
            if other == visit {
                is_before = false;
            } else if shift != ABSENT && leaving != Some(other) {
                let day = self.day[shift as usize];
                if is_before {
                    days.first = days.first.max(day + spacing);
                } else {
                    days.last = days.last.min(day - spacing);
                }
            }
        }
        days
    }

    /// Returns whether `visit` can be made in `shift`; see [`days`](Self::days).
    #[inline]
    pub(super) fn allows(
        &self,
        tour_of: &[u32],
        visit: u32,
        shift: usize,
        leaving: Option<u32>,
    ) -> bool {
        let days = self.days(tour_of, visit, leaving);
        days.is_none_or(|days| self.contains(days, shift))
    }

    /// Returns whether the day of `shift` is one of `days`.
    #[inline]
    pub(super) fn contains(&self, days: Days, shift: usize) -> bool {
        (days.first..=days.last).contains(&self.day[shift])
    }

    /// Returns whether two different visits are in the same series. Such visits can never change
    /// places.
    pub(super) fn is_one_series(&self, visit: u32, other: u32) -> bool {
        let series = |visit: u32| self.series_of.get(visit as usize).filter(|s| **s != NO_SERIES);
        series(visit).is_some_and(|one| series(other) == Some(one))
    }

    /// Returns whether all visits that are in tours keep the spacing of their series.
    pub(super) fn holds(&self, tour_of: &[u32]) -> bool {
        let made = |visit: &u32| tour_of[*visit as usize] != ABSENT;
        self.series
            .iter()
            .flat_map(|(visits, _)| visits)
            .filter(|visit| made(visit))
            .all(|visit| self.allows(tour_of, *visit, tour_of[*visit as usize] as usize, None))
    }
}
