//! Makes the solver's visits from the visits that the call plan wants.

use super::request::DayId;
use crate::call_plan::CallPlanEntry;
use crate::ids::{ById, Id};
use crate::prospects::ProspectId;
use crate::solver::{Offer, PlaceId, Series, ShiftId, Visit, VisitId};
use crate::territory::RepId;

/// All visits of a problem, with their prospects.
pub(super) struct Wanted {
    pub(super) visits: Vec<Visit>,
    /// Series of visits, one for each prospect with several visits.
    pub(super) series: Vec<Series>,
    pub(super) prospects: ById<VisitId, ProspectId>,
    /// Number of each visit among the visits to the same prospect, counted from 1.
    pub(super) numbers: ById<VisitId, u32>,
    /// First visit to each prospect; `None` if the prospect has none.
    pub(super) visit_of: ById<ProspectId, Option<VisitId>>,
}

impl Wanted {
    /// Returns a value without visits, for `prospects` prospects.
    pub(super) fn new(prospects: usize) -> Self {
        Self {
            visits: Vec::new(),
            series: Vec::new(),
            prospects: ById::default(),
            numbers: ById::default(),
            visit_of: vec![None; prospects].into(),
        }
    }

    /// Adds all visits that are wanted to `prospect`, which is at `place`. A visit has an offer for
    /// each shift in which the rep may make it.
    ///
    /// `pace` takes the number of the visit, a rep and a day. It returns the fraction of the usual
    /// duration that visits of this rep take, or `None` if the rep may not make the visit.
    pub(super) fn add(
        &mut self,
        prospect: ProspectId,
        place: PlaceId,
        entry: &CallPlanEntry,
        shifts: &ById<ShiftId, (RepId, DayId)>,
        pace: impl Fn(u32, RepId, DayId) -> Option<f64>,
    ) {
        let mut own = Vec::new();
        for (number, due) in entry.wanted() {
            let offer = |(shift, (rep, day)): (ShiftId, &(RepId, DayId))| {
                let due = due[day.index()]?;
                let (duration, windows) = due.at_pace(pace(number, *rep, *day)?)?;
                Some(Offer { shift, prize: due.prize, duration, windows })
            };
            self.visits.push(Visit {
                place,
                earliness: due.iter().flatten().find_map(|due| due.earliness),
                mandatory: due.iter().flatten().any(|due| due.mandatory),
                offers: shifts.iter_with_id().filter_map(offer).collect(),
            });
            own.push(self.prospects.push(prospect));
            self.numbers.push(number);
        }
        self.visit_of[prospect] = own.first().copied();
        if own.len() > 1 {
            self.series.push(Series { visits: own, spacing_days: entry.spacing_days });
        }
    }
}
