//! Describes the shifts, visits and changes of the solver in words.

use super::problem_map::ProblemMap;
use crate::ids::ById;
use crate::prospects::{Prospect, ProspectId};
use crate::solver::{Remedy, ShiftId, TermsChange, TermsChangeKind, VisitId};
use crate::territory::Territory;

/// Finds the names of the objects that the solver knows by ids.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) territory: &'a Territory,
    pub(super) prospects: &'a ById<ProspectId, Prospect>,
    pub(super) map: &'a ProblemMap,
}

impl Names<'_> {
    /// Returns the prospect of a visit.
    pub(super) fn prospect(&self, visit: VisitId) -> &Prospect {
        &self.prospects[self.map.visits[visit]]
    }

    /// Returns the rep and the day of a shift, such as "Maria on 2026-11-25".
    fn shift(&self, shift: ShiftId) -> String {
        let (rep, day) = self.map.shifts[shift];
        format!("{} on {}", self.territory.reps[rep].name, self.map.dates[day])
    }

    /// Returns a change as a condition, such as "if the shift of Maria on 2026-11-25 ended 12 min
    /// later".
    pub(super) fn change(&self, change: TermsChange) -> String {
        let name = |visit| &self.prospect(visit).name;
        let (shift, minutes) = (self.shift(change.shift), change.minutes);
        match change.kind {
            TermsChangeKind::LongerShift => {
                format!("if the shift of {shift} ended {minutes} min later")
            }
            TermsChangeKind::EarlierBreak => {
                format!("if the lunch of {shift} could begin {minutes} min earlier")
            }
            TermsChangeKind::LaterBreak => {
                format!("if the lunch of {shift} could begin {minutes} min later")
            }
            TermsChangeKind::MoreTravel => format!("with {minutes} min more travel for {shift}"),
            TermsChangeKind::EarlierVisit(visit) => {
                format!("if {} could be visited {minutes} min earlier, by {shift}", name(visit))
            }
            TermsChangeKind::LaterVisit(visit) => {
                format!("if {} could be visited {minutes} min later, by {shift}", name(visit))
            }
            TermsChangeKind::OneMoreVisit => format!("with one more visit allowed for {shift}"),
        }
    }

    /// Returns a remedy of a conflict as a condition.
    pub(super) fn remedy(&self, remedy: Remedy) -> String {
        match remedy {
            Remedy::Change(change) => self.change(change),
            Remedy::LeaveOut(visit) => format!("without {}", self.prospect(visit).name),
        }
    }
}

/// Returns the code of a change, in snake_case. Codes never change.
pub(super) fn code(change: TermsChange) -> &'static str {
    match change.kind {
        TermsChangeKind::LongerShift => "longer_shift",
        TermsChangeKind::EarlierBreak => "earlier_lunch",
        TermsChangeKind::LaterBreak => "later_lunch",
        TermsChangeKind::MoreTravel => "more_travel",
        TermsChangeKind::EarlierVisit(_) => "earlier_visit",
        TermsChangeKind::LaterVisit(_) => "later_visit",
        TermsChangeKind::OneMoreVisit => "one_more_visit",
    }
}
