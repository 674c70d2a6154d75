//! The visits that the call plan wants, as the solver takes them.

use crate::call_plan::Entry;
use crate::prospects::ProspectId;
use crate::solver::{Offer, PlaceId, Series, ShiftId, Visit, VisitId};

/// All visits of a problem, and whose they are.
pub(super) struct Wanted {
    pub(super) visits: Vec<Visit>,
    /// Those to one prospect.
    pub(super) series: Vec<Series>,
    /// By visit: the prospect.
    pub(super) prospects: Vec<ProspectId>,
    /// By visit: which one of its prospect's it is, from 1.
    pub(super) numbers: Vec<u32>,
    /// By prospect: its first visit.
    pub(super) visit_of: Vec<Option<VisitId>>,
}

impl Wanted {
    /// None yet, of so many prospects.
    pub(super) fn new(prospects: usize) -> Self {
        let visit_of = vec![None; prospects];
        Self { visits: vec![], series: vec![], prospects: vec![], numbers: vec![], visit_of }
    }

    /// Adds all visits wanted of `prospect`, at `place`, in those of `shifts`, each a rep and a day, in which the rep may make
    /// the visit: `share_of` says so, asked with its number, with the share of the usual time that the rep's visits take.
    pub(super) fn add(
        &mut self,
        prospect: ProspectId,
        place: PlaceId,
        entry: &Entry,
        shifts: &[(usize, usize)],
        share_of: impl Fn(u32, &(usize, usize)) -> Option<f64>,
    ) {
        let first = VisitId(self.visits.len() as u32);
        self.visit_of[prospect.0 as usize] = Some(first);
        for (number, due) in entry.wanted() {
            let offer = |(shift, (rep, day)): (usize, &(usize, usize))| {
                let due = due[*day]?;
                let (duration, windows) = due.at_pace(share_of(number, &(*rep, *day))?)?;
                let shift = ShiftId(shift as u32);
                Some(Offer { shift, prize: due.prize, duration, windows })
            };
            self.visits.push(Visit {
                place,
                earliness: due.iter().flatten().find_map(|due| due.earliness),
                mandatory: due.iter().flatten().any(|due| due.mandatory),
                offers: shifts.iter().enumerate().filter_map(offer).collect(),
            });
            self.prospects.push(prospect);
            self.numbers.push(number);
        }
        let visits: Vec<VisitId> = (first.0..self.visits.len() as u32).map(VisitId).collect();
        if visits.len() > 1 {
            self.series.push(Series { visits, spacing_days: entry.spacing_days });
        }
    }
}
