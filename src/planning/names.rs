//! Shifts, visits and changes of the solver in words.

use super::problem_map::ProblemMap;
use crate::prospects::Prospect;
use crate::solver::{Change, Remedy, ShiftId, VisitId};
use crate::territory::Territory;

/// What the solver's numbers are called.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) territory: &'a Territory,
    pub(super) prospects: &'a [Prospect],
    pub(super) map: &'a ProblemMap,
}

impl Names<'_> {
    /// Who is visited.
    pub(super) fn prospect(&self, visit: VisitId) -> &Prospect {
        &self.prospects[self.map.visits[visit.0 as usize].0 as usize]
    }

    /// A rep and a day: "Maria on 2026-11-25".
    fn shift(&self, shift: ShiftId) -> String {
        let (rep, day) = self.map.shifts[shift.0 as usize];
        format!("{} on {}", self.territory.reps[rep].name, self.map.dates[day])
    }

    /// A change as a condition: "if the shift of Maria on 2026-11-25 ended 12 min later".
    pub(super) fn change(&self, change: Change) -> String {
        let name = |visit| &self.prospect(visit).name;
        match change {
            Change::Shift { shift, minutes } => {
                format!("if the shift of {} ended {minutes} min later", self.shift(shift))
            }
            Change::PauseEarlier { shift, minutes } => {
                format!("if the lunch of {} could begin {minutes} min earlier", self.shift(shift))
            }
            Change::PauseLater { shift, minutes } => {
                format!("if the lunch of {} could begin {minutes} min later", self.shift(shift))
            }
            Change::Travel { shift, minutes } => {
                format!("with {minutes} min more travel for {}", self.shift(shift))
            }
            Change::Earlier { shift, visit, minutes } => {
                let shift = self.shift(shift);
                format!("if {} could be visited {minutes} min earlier, by {shift}", name(visit))
            }
            Change::Later { shift, visit, minutes } => {
                let shift = self.shift(shift);
                format!("if {} could be visited {minutes} min later, by {shift}", name(visit))
            }
            Change::OneMoreVisit { shift } => {
                format!("with one more visit allowed for {}", self.shift(shift))
            }
        }
    }

    /// What would resolve a conflict, as a condition.
    pub(super) fn remedy(&self, remedy: Remedy) -> String {
        match remedy {
            Remedy::Change(change) => self.change(change),
            Remedy::LeaveOut(visit) => format!("without {}", self.prospect(visit).name),
        }
    }
}

/// The kind of a change in snake_case, stable for machines.
pub(super) fn code(change: Change) -> &'static str {
    match change {
        Change::Shift { .. } => "longer_shift",
        Change::PauseEarlier { .. } => "earlier_lunch",
        Change::PauseLater { .. } => "later_lunch",
        Change::Travel { .. } => "more_travel",
        Change::Earlier { .. } => "earlier_visit",
        Change::Later { .. } => "later_visit",
        Change::OneMoreVisit { .. } => "one_more_visit",
    }
}
