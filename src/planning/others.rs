//! The reps whose first day stays as an earlier plan has it, when only one rep's day is planned anew.

use jiff::civil::Date;

use super::{Keep, Request};
use crate::call_plan::Decision;
use crate::prospects::Prospect;
use crate::territory::Territory;

/// Reps whose first day follows the earlier plan, and their visits.
pub(super) struct Others<'a> {
    territory: &'a Territory,
    keep: Option<(&'a Keep, usize)>,
    first_day: Date,
}

impl<'a> Others<'a> {
    pub(super) fn new(territory: &'a Territory, request: &'a Request) -> Self {
        let keep = request.keep.as_ref().and_then(|keep| Some((keep, keep.only?)));
        Self { territory, keep, first_day: request.dates[0] }
    }

    /// Whose visit the outlet is on the first day, if it is one of theirs and they can still make it then.
    pub(super) fn whose(&self, outlet: &Prospect, decisions: &[Decision]) -> Option<usize> {
        let (keep, only) = self.keep?;
        let name = keep.earlier.rep_of(&outlet.id, self.first_day)?;
        let mut working = self.territory.reps_working_on(self.first_day);
        let (at, rep) = working.find(|(_, rep)| rep.name == name)?;
        let due = decisions[0].due().filter(|_| at != only && outlet.may_be_visited_by(name))?;
        due.at_pace(rep.visit_minutes_share).map(|_| at)
    }

    /// Whether `rep` may make on day number `day` a visit that [is](Self::whose) `theirs` or nobody's.
    pub(super) fn allow(&self, theirs: Option<usize>, rep: usize, day: usize) -> bool {
        match theirs {
            Some(whose) => whose == rep && day == 0,
            None => !self.is_left_alone(rep, day),
        }
    }

    fn is_left_alone(&self, rep: usize, day: usize) -> bool {
        day == 0 && self.keep.is_some_and(|(_, only)| only != rep)
    }
}
