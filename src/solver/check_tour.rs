//! Recomputes one tour from the problem alone, see [`check`](super::check()).

use super::check_travel::CheckedLeg;
use super::problem::VisitProblem;
use super::shift::Break;
use super::tour::Tour;
use super::travel_times::PlaceId;
use super::visit::{Offer, VisitId};

/// A rule that a tour breaks. All times are seconds after midnight.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TourViolation {
    /// The tour has a visit that does not exist.
    #[error("there is no visit {}", .0.0)]
    NoSuchVisit(VisitId),
    /// The tour has a visit that has no offer for its shift.
    #[error("visit {} is not offered", .0.0)]
    NotOffered(VisitId),
    /// The tour has more visits than its shift allows.
    #[error("{found} visits, at most {most} allowed")]
    TooManyVisits {
        /// Number of visits in the tour.
        found: usize,
        /// Maximum number of visits of the shift.
        most: u32,
    },
    /// The tour has more travel than its shift allows.
    #[error("{found} s of travel, at most {most} s allowed")]
    TooMuchTravel {
        /// Travel time of the tour, in seconds.
        found: u64,
        /// Maximum travel time of the shift, in seconds.
        most: u32,
    },
    /// The tour has a leg between two places without a way.
    #[error("no way for the leg after {after} visits")]
    NoWay {
        /// Number of visits before the leg.
        after: usize,
    },
    /// The tour has a visit that cannot begin in any of its windows.
    #[error("visit {} cannot begin before {earliest} s, after its last window", visit.0)]
    WindowMissed {
        /// The visit.
        visit: VisitId,
        /// Earliest time at which the visit can begin.
        earliest: u64,
    },
    /// The rep returns after the end of the shift.
    #[error("back at {back} s, the shift ends at {end} s")]
    ShiftExceeded {
        /// Earliest time at which the rep can return.
        back: u64,
        /// End of the shift.
        end: u32,
    },
    /// The shift requires a break and the tour has none.
    #[error("back at {back} s without the break that must begin by {begin_by} s")]
    BreakMissing {
        /// Earliest time at which the rep can return.
        back: u64,
        /// Latest time at which the break may begin.
        begin_by: u32,
    },
    /// The break of the tour begins too late.
    #[error("the break after {after} visits cannot begin by {begin_by} s")]
    BreakTooLate {
        /// Number of visits before the break.
        after: usize,
        /// Latest time at which the break may begin.
        begin_by: u32,
    },
    /// The tour has a break although its shift has none, or the break comes after more visits than
    /// the tour has.
    #[error("there is no break to take after {after} visits")]
    NoSuchBreak {
        /// Number of visits before the break, as the tour states it.
        after: usize,
    },
}

/// Recomputation of one tour.
pub(super) struct TourCheck<'a> {
    problem: &'a VisitProblem,
    tour: &'a Tour,
    /// Legs from the start place over all visits to the end place; empty for an empty tour.
    legs: Vec<CheckedLeg<'a>>,
}

/// Result of a day on which the break is taken at one given end of its leg.
struct DayOutcome {
    /// Earliest moment at which the rep can go on after the break and the leg, without arriving too
    /// early at the next visit.
    break_until: u64,
    /// True if this moment is determined by the earliness of the next visit.
    is_early: bool,
    /// Travel time of the day, in seconds.
    travel: u64,
}

impl<'a> TourCheck<'a> {
    pub(super) fn new(problem: &'a VisitProblem, tour: &'a Tour) -> Self {
        let shift = problem.shift(tour.shift);
        let mut places = vec![shift.start_place];
        places.extend(tour.visits.iter().map(|&v| problem.visit(v).place));
        places.push(shift.end_place);
        let leg = |pair: &[PlaceId]| CheckedLeg::new(problem, shift, pair[0], pair[1]);
        let mut legs: Vec<CheckedLeg<'_>> = places.windows(2).map(leg).collect();
        if tour.visits.is_empty() {
            legs.clear();
        }
        Self { problem, tour, legs }
    }

    fn offer(&self, visit: VisitId) -> Option<&'a Offer> {
        self.problem.visit(visit).offers.iter().find(|o| o.shift == self.tour.shift)
    }

    /// Returns the sum of the prizes of the visits.
    pub(super) fn prize(&self) -> u64 {
        self.tour.visits.iter().filter_map(|&v| self.offer(v)).map(|o| u64::from(o.prize.0)).sum()
    }

    /// Returns the total duration of the visits, in seconds.
    pub(super) fn visiting(&self) -> u64 {
        self.tour.visits.iter().map(|&visit| u64::from(self.duration(visit))).sum()
    }

    /// Returns the travel time in seconds, and the rules that the tour breaks.
    ///
    /// If the tour breaks a rule, the travel time is that of a rep who travels all legs at
    /// midnight.
    pub(super) fn check(&self) -> (u64, Vec<TourViolation>) {
        let found = self.timeless_violations();
        let travel = if found.is_empty() { self.best_day() } else { Err(found) };
        match travel {
            Ok(travel) => (travel, Vec::new()),
            Err(found) => (self.legs.iter().map(|leg| leg.at_midnight()).sum(), found),
        }
    }

    /// Returns the broken rules that have nothing to do with times.
    fn timeless_violations(&self) -> Vec<TourViolation> {
        let terms = self.problem.shift(self.tour.shift);
        let visits = &self.tour.visits;
        let mut found = Vec::new();
        if visits.len() > terms.visits_max as usize {
            found
                .push(TourViolation::TooManyVisits { found: visits.len(), most: terms.visits_max });
        }
        if let Some(after) = self.tour.break_after
            && (terms.required_break.is_none() || after > visits.len() || visits.is_empty())
        {
            found.push(TourViolation::NoSuchBreak { after });
        }
        let missing = visits.iter().filter(|&&v| self.offer(v).is_none());
        found.extend(missing.map(|&visit| TourViolation::NotOffered(visit)));
        let no_way = (0..self.legs.len()).filter(|&leg| !self.legs[leg].has_way());
        found.extend(no_way.map(|after| TourViolation::NoWay { after }));
        found
    }

    /// Returns the travel time of the day in seconds, with the break at the better end of its leg;
    /// or the broken rules.
    fn best_day(&self) -> Result<u64, Vec<TourViolation>> {
        if self.tour.visits.is_empty() {
            return Ok(0);
        }
        let day = match (self.day(true), self.day(false)) {
            (Err(_), Err(violation)) => return Err(vec![violation]),
            (Ok(first), Ok(after))
                if first.break_until < after.break_until
                    || (first.break_until == after.break_until && first.is_early) =>
            {
                first
            }
            (_, Ok(after)) => after,
            (Ok(first), Err(_)) => first,
        };
        match self.problem.shift(self.tour.shift).travel_max {
            Some(most) if day.travel > u64::from(most.0) => {
                Err(vec![TourViolation::TooMuchTravel { found: day.travel, most: most.0 }])
            }
            _ => Ok(day.travel),
        }
    }

    /// Computes the day with the break before its leg (`break_first`) or after it. Returns the
    /// first broken rule if there is one.
    fn day(&self, break_first: bool) -> Result<DayOutcome, TourViolation> {
        let terms = self.problem.shift(self.tour.shift);
        let open = u64::from(terms.window.start.0);
        let mut clock = open;
        let (mut travel, mut break_until, mut is_early) = (0, 0, false);
        for (done, leg) in self.legs.iter().enumerate() {
            let break_here = terms.required_break.filter(|_| self.tour.break_after == Some(done));
            if break_first && let Some(rules) = break_here {
                clock = self.end_of_break(rules, clock, done)?;
            }
            let left = clock;
            clock = leg.arrival(left);
            let mut leg_travel = clock - left;
            if !break_first && let Some(rules) = break_here {
                clock = self.end_of_break(rules, clock, done)?;
            }
            let (ready, mut begin) = (clock, clock);
            let mut not_before = 0;
            if let Some(&visit) = self.tour.visits.get(done) {
                begin = self.begin(visit, clock)?;
                clock = begin + u64::from(self.duration(visit));
                let earliness = self.problem.visit(visit).earliness.filter(|_| done > 0);
                not_before = earliness.map_or(0, |early| begin.saturating_sub(early.0.into()));
            }
            if ready < not_before {
                let after = break_here.filter(|_| !break_first);
                leg_travel = leg.left_late_for(after, left, not_before);
            }
            if break_here.is_some() {
                (break_until, is_early) = (ready.max(not_before), ready < not_before);
            }
            travel += if done == 0 { leg.left_late(break_here, open, begin) } else { leg_travel };
        }
        if clock > u64::from(terms.window.end.0) {
            let end = terms.window.end.0;
            return Err(TourViolation::ShiftExceeded { back: clock, end });
        }
        match terms.required_break {
            Some(Break { start, .. })
                if self.tour.break_after.is_none() && clock > u64::from(start.end.0) =>
            {
                let begin_by = start.end.0;
                Err(TourViolation::BreakMissing { back: clock, begin_by })
            }
            _ => Ok(DayOutcome { break_until, is_early, travel }),
        }
    }

    /// Returns the end of a break that can begin at `clock` or later.
    fn end_of_break(&self, rules: Break, clock: u64, after: usize) -> Result<u64, TourViolation> {
        let begin_by = rules.start.end.0;
        if clock > u64::from(begin_by) {
            return Err(TourViolation::BreakTooLate { after, begin_by });
        }
        Ok(clock.max(u64::from(rules.start.start.0)) + u64::from(rules.duration.0))
    }

    /// Returns the begin of a visit that can begin at `clock` or later.
    fn begin(&self, visit: VisitId, clock: u64) -> Result<u64, TourViolation> {
        let offer = self.offer(visit).ok_or(TourViolation::NotOffered(visit))?;
        let begins = offer.windows.iter().filter_map(|window| {
            let begin = clock.max(u64::from(window.start.0));
            (begin <= u64::from(window.end.0)).then_some(begin)
        });
        let begin = begins.min();
        begin.ok_or(TourViolation::WindowMissed { visit, earliest: clock })
    }

    fn duration(&self, visit: VisitId) -> u32 {
        self.offer(visit).map_or(0, |offer| offer.duration.0)
    }
}
