//! Why a visit is in the plan, or not: what it would take to make it, and what leaving it out would save.

use crate::units::Seconds;

use super::problem::{ShiftId, VisitId, VisitProblem};
use super::search::{Instance, Slot, State, slots, splice_gain};
use super::tour::Tours;

/// Answers questions about given tours. Building it costs about as much as copying the problem.
#[derive(Debug)]
pub struct Explainer {
    instance: Instance,
    state: State,
}

/// The best place there would be for a visit that is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insertion {
    /// In the tour of this shift …
    pub shift: ShiftId,
    /// … after so many visits.
    pub after: usize,
    /// Additional seconds on the road; below zero only where a detour is shorter than the direct way.
    pub extra_travel: i64,
    /// What stands against it.
    pub obstacle: Obstacle,
    /// What would have to give way, if anything could.
    pub replacement: Option<Replacement>,
}

/// Why a visit was not inserted at its best place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// Nothing: it fits and is worth its travel.
    Nothing,
    /// It fits, but costs more travel than it is worth.
    NotWorthTravel {
        /// By how much the objective would fall, in the unit of [`Solution::objective`](super::Solution::objective).
        loss: i64,
    },
    /// The shift has as many visits as it may have.
    VisitsMax,
    /// The shift would have too much travel.
    TravelMax {
        /// How much too much.
        over: Seconds,
    },
    /// The pause would come after the last moment it may begin.
    NoPause,
    /// There is not enough time between the visits before and after.
    NoTime {
        /// How much is missing: so much later a window or the shift would have to end, or so much earlier the rep be
        /// there.
        missing: Seconds,
    },
}

/// Visits next to one another in a tour in whose place another one could be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// In the tour of this shift.
    pub shift: ShiftId,
    /// The visits that would be left out, in order.
    pub visits: Vec<VisitId>,
    /// By how much the objective would change; mandatory visits are never given up for others.
    pub change: i64,
}

/// What the plan would be without a visit that is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removal {
    /// The shift in which it is made.
    pub shift: ShiftId,
    /// Seconds on the road that would be saved.
    pub travel_saved: i64,
    /// By how much the objective would change: prize lost against cost of travel saved.
    pub change: i64,
}

impl Explainer {
    /// About `tours`; `None` if they break a rule of the problem. O(tables · places² + shifts · visits).
    pub fn new(problem: &VisitProblem, tours: &Tours) -> Option<Self> {
        let instance = Instance::new(problem);
        let state = State::of(&instance, tours)?;
        Some(Self { instance, state })
    }

    /// What it would take to make `visit` beside all that is planned; `None` if it is planned, or if no shift offers it
    /// in its hours, far enough from others of its series, and has a way there and back.
    ///
    /// Of all positions the one where least time is missing, then the one that costs the objective least.
    /// O(all stops · [`Self::REPLACED_MOST`]).
    pub fn insertion(&self, visit: VisitId) -> Option<Insertion> {
        if self.state.is_served(visit.0) {
            return None;
        }
        let apart = |&shift: &usize| self.state.keeps_apart(&self.instance, visit.0, shift);
        let slots = (0..self.instance.shifts()).filter(apart).flat_map(|shift| {
            let slots = slots(&self.instance, shift, self.state.tour(shift), visit.0);
            slots.into_iter().map(move |slot| (shift, slot))
        });
        let (shift, slot) = slots.min_by_key(|&(shift, slot)| {
            let blocked = slot.full || slot.travel_over > 0;
            (
                slot.missing.map_or(i64::MAX, |m| m.max(0)),
                blocked,
                slot.travel_over.max(0),
                self.loss(shift, visit, slot),
                slot.extra_travel,
            )
        })?;
        Some(Insertion {
            shift: ShiftId(shift as u32),
            after: slot.at,
            extra_travel: slot.extra_travel,
            obstacle: self.obstacle(shift, visit, slot),
            replacement: self.replacement(visit),
        })
    }

    /// What leaving out `visit` would save; `None` if it is not made, or the tour would not work without it.
    pub fn removal(&self, visit: VisitId) -> Option<Removal> {
        let (shift, at) = self.state.find(visit.0)?;
        let tour = self.state.tour(shift);
        let ends = (at - 1, at + 1);
        let gain = splice_gain(&self.instance, shift, tour, ends, std::iter::empty())?;
        Some(Removal {
            shift: ShiftId(shift as u32),
            travel_saved: gain.spare(),
            change: gain.value(),
        })
    }

    fn obstacle(&self, shift: usize, visit: VisitId, slot: Slot) -> Obstacle {
        let Some(missing) = slot.missing else { return Obstacle::NoPause };
        if missing > 0 {
            Obstacle::NoTime { missing: Seconds(missing as u32) }
        } else if slot.full {
            Obstacle::VisitsMax
        } else if slot.travel_over > 0 {
            Obstacle::TravelMax { over: Seconds(slot.travel_over as u32) }
        } else if self.loss(shift, visit, slot) >= 0 {
            Obstacle::NotWorthTravel { loss: self.loss(shift, visit, slot) }
        } else {
            Obstacle::Nothing
        }
    }

    /// By how much the objective would fall.
    fn loss(&self, shift: usize, visit: VisitId, slot: Slot) -> i64 {
        let work = slot.extra_travel + self.instance.duration(shift, visit.0);
        let price = self.state.tour(shift).price_of_more(&self.instance, work);
        slot.extra_travel * self.instance.travel_cost() + price - self.instance.gain(shift, visit.0)
    }

    /// At most so many visits are taken out for another.
    pub const REPLACED_MOST: usize = 3;

    /// The stretch of visits that it costs least to replace by `visit`.
    fn replacement(&self, visit: VisitId) -> Option<Replacement> {
        let mut best = None;
        let apart = |&shift: &usize| self.state.keeps_apart(&self.instance, visit.0, shift);
        for shift in (0..self.instance.shifts()).filter(apart) {
            let tour = self.state.tour(shift);
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
        let visits = self.state.tour(shift).visits().skip(from).take(to - from - 1);
        (gain.mandatory() >= 0).then(|| Replacement {
            shift: ShiftId(shift as u32),
            visits: visits.map(VisitId).collect(),
            change: gain.value(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::tests::problems::line;

    /// Places 0 to 4 on a line, ten minutes apart; home at 0; visits 0 to 3 at places 1 to 4, half an hour each.
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
