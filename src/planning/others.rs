//! Handles the reps whose first day stays as in an earlier plan, because only one rep's day is
//! planned again.

use jiff::civil::Date;

use super::request::DayId;
use super::{Keep, Request};
use crate::call_plan::Decision;
use crate::ids::Id;
use crate::prospects::Prospect;
use crate::territory::{RepId, Territory};

/// The earlier plan, and the only rep who does not follow it on the first day.
#[derive(Clone, Copy)]
pub(crate) struct Others<'a> {
    territory: &'a Territory,
    keep: &'a Keep,
    only: RepId,
    first_day: Date,
}

impl<'a> Others<'a> {
    /// Returns the earlier plan and this rep; `None` if no earlier plan is kept, or if the first
    /// day of all reps is planned again.
    pub(super) fn new(territory: &'a Territory, request: &'a Request) -> Option<Self> {
        let keep = request.keep.as_ref()?;
        Some(Self { territory, keep, only: keep.only?, first_day: request.dates[0] })
    }

    /// Returns the other rep who visits `prospect` on the first day according to the earlier plan;
    /// `None` if there is none, or if the visit is no longer possible.
    pub(super) fn whose(&self, prospect: &Prospect, decisions: &[Decision]) -> Option<RepId> {
        let name = self.keep.earlier.rep_of(&prospect.id, self.first_day)?;
        let mut working = self.territory.reps_working_on(self.first_day);
        let (id, rep) = working.find(|(_, rep)| rep.name == name)?;
        let is_theirs = id != self.only && prospect.may_be_visited_by(name);
        let due = decisions[0].due().filter(|_| is_theirs)?;
        due.at_pace(rep.visit_minutes_share).map(|_| id)
    }

    /// Returns whether `rep` may make a visit on `day`. `theirs` is the rep to whom the visit
    /// [belongs](Self::whose); `None` if it belongs to nobody.
    pub(super) fn allow(&self, theirs: Option<RepId>, rep: RepId, day: DayId) -> bool {
        let is_first_day = day.index() == 0;
        match theirs {
            Some(whose) => whose == rep && is_first_day,
            None => !is_first_day || rep == self.only,
        }
    }
}
