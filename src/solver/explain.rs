//! Explains why a visit is left out of a plan, and how much a planned visit costs.

use crate::units::Seconds;

use super::problem::VisitProblem;
use super::search::{InsertionTrial, Instance, State, insertion_trials, splice_gain};
use super::shift::ShiftId;
use super::tour::Tours;
use super::visit::VisitId;

/// Answers questions about given tours. It takes about as long to build as a copy of the problem.
#[derive(Debug)]
pub struct Explainer {
    instance: Instance,
    state: State,
}

/// A position in a tour for a visit that is not planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insertion {
    /// Shift of the tour.
    pub shift: ShiftId,
    /// Number of visits that the tour makes before the position.
    pub after: usize,
    /// Additional travel time of the tour, in seconds. It is below zero only if the way over the
    /// visit is shorter than the direct way.
    pub extra_travel: i64,
    /// The obstacle to inserting the visit here.
    pub obstacle: Obstacle,
    /// True if the rep would arrive after the last moment at which the visit may begin.
    pub closed: bool,
    /// The cheapest replacement of planned visits by this visit; `None` if no replacement is
    /// possible.
    pub replacement: Option<Replacement>,
}

/// The reason why a visit is not inserted at its best position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// There is no obstacle: the visit fits and is worth its travel.
    Nothing,
    /// The visit fits, but it costs more than it is worth.
    NotWorthTravel {
        /// Decrease of the objective by the visit, in the unit of
        /// [`Solution::objective`](super::Solution::objective); zero or more.
        loss: i64,
    },
    /// The shift already has its maximum number of visits.
    VisitsMax,
    /// The shift would have more travel than its limit allows.
    TravelMax {
        /// Travel time above the limit.
        over: Seconds,
    },
    /// The break would begin too late.
    BreakTooLate,
    /// The time between the visit before and the visit after is too short.
    NoTime {
        /// Missing time. The visit would fit if a window or the shift ended later by this time, or
        /// if the rep arrived earlier by it.
        missing: Seconds,
    },
}

/// Consecutive visits of a tour that another visit could replace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// Shift of the tour.
    pub shift: ShiftId,
    /// The planned visits that would be left out, in order.
    pub visits: Vec<VisitId>,
    /// Change of the objective. A replacement never leaves out a mandatory visit.
    pub change: i64,
}

/// The effect of leaving out a planned visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removal {
    /// Shift of the tour.
    pub shift: ShiftId,
    /// Travel time that the tour saves, in seconds.
    pub travel_saved: i64,
    /// Change of the objective: the prize is lost, and the cost of the saved travel is gained.
    pub change: i64,
}

impl Explainer {
    /// Prepares explanations of `tours`; returns `None` if the tours break a rule of the problem.
    /// O(tables · places² + shifts · visits).
    pub fn new(problem: &VisitProblem, tours: &Tours) -> Option<Self> {
        let instance = Instance::new(problem);
        let state = State::of(&instance, tours)?;
        Some(Self { instance, state })
    }

    /// Returns the best position for a visit that is not planned, and the obstacle there.
    ///
    /// The best position is the one with the least missing time; among several such positions, the
    /// one that lowers the objective least. Returns `None` if the visit is planned or if no shift
    /// can take it. A shift cannot take the visit if it does not offer it during its hours, if
    /// another visit of the same series is too near, or if no way leads there and back.
    ///
    /// O(all stops · [`Self::REPLACED_MOST`]).
    pub fn insertion(&self, visit: VisitId) -> Option<Insertion> {
        let (shift, trial) = self.trials(visit).min_by_key(|&(shift, trial)| {
            let blocked = trial.full || trial.travel_over > 0;
            (
                trial.missing.map_or(i64::MAX, |m| m.max(0)),
                blocked,
                trial.travel_over.max(0),
                self.loss(shift, visit, trial),
                trial.extra_travel,
            )
        })?;
        let replacement = self.replacement(visit);
        Some(Insertion { replacement, ..self.at(shift, visit, trial) })
    }

    /// Returns all positions for a visit that is not planned, in the order of shifts and positions.
    /// Each has its obstacle and no replacement.
    ///
    /// Returns no positions where [`insertion`](Self::insertion) returns `None`. O(all stops).
    pub fn positions(&self, visit: VisitId) -> impl Iterator<Item = Insertion> {
        self.trials(visit).map(move |(shift, trial)| self.at(shift, visit, trial))
    }

    fn trials(&self, visit: VisitId) -> impl Iterator<Item = (usize, InsertionTrial)> {
        let is_possible = move |&shift: &usize| {
            !self.state.is_served(visit.0) && self.state.keeps_apart(&self.instance, visit.0, shift)
        };
        (0..self.instance.shifts.len()).filter(is_possible).flat_map(move |shift| {
            let trials = insertion_trials(&self.instance, shift, &self.state.tours[shift], visit.0);
            trials.into_iter().map(move |trial| (shift, trial))
        })
    }

    fn at(&self, shift: usize, visit: VisitId, trial: InsertionTrial) -> Insertion {
        Insertion {
            shift: ShiftId(shift as u32),
            after: trial.at,
            extra_travel: trial.extra_travel,
            obstacle: self.obstacle(shift, visit, trial),
            closed: trial.closed,
            replacement: None,
        }
    }

    /// Returns the effect of leaving out `visit`. Returns `None` if the visit is not planned, or if
    /// the tour is not feasible without it.
    pub fn removal(&self, visit: VisitId) -> Option<Removal> {
        let (shift, at) = self.state.find(visit.0)?;
        let tour = &self.state.tours[shift];
        let ends = (at - 1, at + 1);
        let gain = splice_gain(&self.instance, shift, tour, ends, std::iter::empty())?;
        Some(Removal { shift: ShiftId(shift as u32), travel_saved: gain.spare, change: gain.value })
    }

    fn obstacle(&self, shift: usize, visit: VisitId, trial: InsertionTrial) -> Obstacle {
        let Some(missing) = trial.missing else { return Obstacle::BreakTooLate };
        if missing > 0 {
            Obstacle::NoTime { missing: Seconds(missing as u32) }
        } else if trial.full {
            Obstacle::VisitsMax
        } else if trial.travel_over > 0 {
            Obstacle::TravelMax { over: Seconds(trial.travel_over as u32) }
        } else if self.loss(shift, visit, trial) >= 0 {
            Obstacle::NotWorthTravel { loss: self.loss(shift, visit, trial) }
        } else {
            Obstacle::Nothing
        }
    }

    /// Returns the decrease of the objective if `visit` is inserted.
    fn loss(&self, shift: usize, visit: VisitId, trial: InsertionTrial) -> i64 {
        let work = trial.extra_travel + self.instance.duration(shift, visit.0);
        let price = self.state.tours[shift].price_of_more(&self.instance, work);
        trial.extra_travel * self.instance.travel_cost + price
            - self.instance.terms(shift, visit.0).gain
    }

    /// Maximum number of planned visits that one visit can replace.
    pub const REPLACED_MOST: usize = 3;

    /// Finds the consecutive planned visits whose replacement by `visit` lowers the objective
    /// least.
    fn replacement(&self, visit: VisitId) -> Option<Replacement> {
        let mut best = None;
        let apart = |&shift: &usize| self.state.keeps_apart(&self.instance, visit.0, shift);
        for shift in (0..self.instance.shifts.len()).filter(apart) {
            let tour = &self.state.tours[shift];
            for from in 0..tour.len() {
                for to in (from + 2..=tour.len() + 1).take(Self::REPLACED_MOST) {
                    let with = std::iter::once(visit.0);
                    let gain = splice_gain(&self.instance, shift, tour, (from, to), with);
                    if let Some(gain) = gain
                        && best.is_none_or(|(_, _, most)| gain > most)
                    {
                        best = Some((shift, (from, to), gain));
                    }
                }
            }
        }
        let (shift, (from, to), gain) = best?;
        let visits = self.state.tours[shift].visits().skip(from).take(to - from - 1);
        (gain.mandatory >= 0).then(|| Replacement {
            shift: ShiftId(shift as u32),
            visits: visits.map(VisitId).collect(),
            change: gain.value,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::tests::problems::line;

    /// Explains the tour over `visits` on the line problem: visits 0 to 3 are at places 1 to 4, ten
    /// minutes apart.
    fn explained(problem: &VisitProblem, visits: &[u32]) -> Explainer {
        let mut tours = Tours::empty(problem);
        tours.0[0].visits = visits.iter().map(|&v| VisitId(v)).collect();
        Explainer::new(problem, &tours).unwrap()
    }

    #[test]
    fn says_how_much_time_is_missing() {
        let problem = line(Seconds::from_minutes(100));
        let insertion = explained(&problem, &[0, 1]).insertion(VisitId(2)).unwrap();
        assert_eq!((insertion.shift, insertion.after), (ShiftId(0), 1));
        assert_eq!(insertion.extra_travel, 20 * 60);
        let missing = Seconds::from_minutes(50);
        assert_eq!(insertion.obstacle, Obstacle::NoTime { missing });
    }

    #[test]
    fn says_what_a_visit_would_replace_and_at_what_price() {
        let problem = line(Seconds::from_minutes(100));
        let insertion = explained(&problem, &[0, 1]).insertion(VisitId(2)).unwrap();
        let replacement = insertion.replacement.unwrap();
        assert_eq!(replacement.visits, [VisitId(0), VisitId(1)]);
        assert_eq!(replacement.change, -20 * 60 * 100);
    }

    #[test]
    fn says_when_a_visit_is_not_worth_its_travel() {
        let problem = line(Seconds::from_hours(8));
        let insertion = explained(&problem, &[0, 1, 2]).insertion(VisitId(3)).unwrap();
        let loss = 20 * 60 * 100 - 10 * 3600;
        assert_eq!(insertion.obstacle, Obstacle::NotWorthTravel { loss });
    }

    #[test]
    fn says_what_leaving_out_a_visit_saves() {
        let problem = line(Seconds::from_hours(8));
        let explainer = explained(&problem, &[0, 2]);
        let removal = explainer.removal(VisitId(2)).unwrap();
        assert_eq!(removal.travel_saved, 40 * 60);
        assert_eq!(removal.change, 40 * 60 * 100 - 3000 * 3600);
        assert_eq!(explainer.removal(VisitId(0)).unwrap().travel_saved, 0);
        assert_eq!(explainer.removal(VisitId(1)), None);
    }

    #[test]
    fn has_nothing_to_say_on_a_visit_that_is_made() {
        let problem = line(Seconds::from_hours(8));
        assert_eq!(explained(&problem, &[0]).insertion(VisitId(0)), None);
    }
}
