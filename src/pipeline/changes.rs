//! What is different from an earlier plan, visit by visit, and why.

use jiff::civil::Date;

use super::cast::Cast;
use super::keep::{Kept, KeptStop, best_tour};
use crate::call_plan::{CallPlan, Decision, NotDue};
use crate::itinerary::{Itinerary, Outcome};
use crate::prospects::{Prospect, ProspectId};
use crate::remark::{Remark, list_some};
use crate::solver::{Tours, VisitId};
use crate::territory::Territory;
use crate::units::Prize;

/// What is different from an earlier plan on the days of this one.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// The price of a change with which the plan was found: `move_cost`, or more to keep to the budget.
    pub price: Prize,
    /// The budget, if there was one.
    pub changes_max: Option<usize>,
    /// How many visits stay with their rep and day.
    pub kept: usize,
    /// How many have been made meanwhile.
    pub done: usize,
    /// Visits gone or moved, in the order of the earlier plan; then new ones, in the order of this one.
    pub list: Vec<Change>,
}

/// One visit that is new, gone or moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The outlet's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// By whom it was to be visited and when; `None`: the visit is new.
    pub from: Option<RepDay>,
    /// By whom it is visited now and when; `None`: the visit is gone.
    pub to: Option<RepDay>,
    /// Why, in snake_case, stable for machines.
    pub reason_code: &'static str,
    /// Why, as one clause.
    pub reason: String,
    /// Whether it counts against the budget: it is gone or moved although it could have stayed.
    pub counts: bool,
}

/// One rep on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepDay {
    /// The rep, by name.
    pub rep: String,
    /// The day.
    pub date: Date,
}

impl Changes {
    /// How many changes count against the budget.
    pub fn counted(&self) -> usize {
        self.list.iter().filter(|change| change.counts).count()
    }

    /// That the budget was not kept to, if it was not.
    pub(super) fn remark(&self) -> Option<Remark> {
        let most = self.changes_max?;
        let counted = self.counted();
        let names = self.list.iter().filter(|change| change.counts).map(|change| &change.name);
        let names: Vec<&String> = names.collect();
        (counted > most).then(|| {
            let message = format!(
                "{counted} visits of the earlier plan are gone or moved, at most {most} were allowed: what must be \
                 visited and the hours of the day leave room for no fewer; these are {}",
                list_some(&names, 10)
            );
            Remark::new("changes_max_exceeded", message)
        })
    }
}

fn from(stop: &KeptStop<'_>) -> RepDay {
    RepDay { rep: stop.stop.rep.clone(), date: stop.stop.date }
}

/// Two plans side by side.
pub(super) struct Comparison<'a> {
    pub(super) kept: &'a Kept<'a>,
    pub(super) cast: &'a Cast,
    pub(super) territory: &'a Territory,
    pub(super) call_plan: &'a CallPlan,
    pub(super) prospects: &'a [Prospect],
    pub(super) itinerary: &'a Itinerary,
    pub(super) tours: &'a Tours,
}

impl Comparison<'_> {
    /// What became of the earlier plan.
    pub(super) fn changes(&self) -> Changes {
        let mut changes = Changes {
            price: self.kept.price,
            changes_max: self.kept.keep.changes_max,
            kept: 0,
            done: 0,
            list: Vec::new(),
        };
        for stop in &self.kept.stops {
            let (from, to) = (from(stop), stop.prospect.and_then(|at| self.now(at)));
            if to.as_ref() == Some(&from) {
                changes.kept += 1;
            } else if self.is_done(stop) {
                changes.done += 1;
            } else {
                let (reason_code, reason) = self.why(stop, to.is_some());
                changes.list.push(Change {
                    id: stop.stop.id.clone(),
                    name: stop.stop.name.clone(),
                    from: Some(from),
                    to,
                    reason_code,
                    reason,
                    counts: stop.place.is_some(),
                });
            }
        }
        for (rep_day, at) in self.visits().filter(|(_, at)| self.is_new(*at)) {
            let (reason_code, reason) = self.why_new(at, rep_day.date);
            changes.list.push(Change {
                id: self.prospects[at].id.clone(),
                name: self.prospects[at].name.clone(),
                from: None,
                to: Some(rep_day),
                reason_code,
                reason,
                counts: false,
            });
        }
        changes
    }

    /// By whom and when the prospect number `at` is visited now.
    fn now(&self, at: usize) -> Option<RepDay> {
        self.visits().find(|(_, visited)| *visited == at).map(|(rep_day, _)| rep_day)
    }

    /// All visits of the new plan.
    fn visits(&self) -> impl Iterator<Item = (RepDay, usize)> {
        self.itinerary.beats.iter().flat_map(|beat| {
            let rep = &self.territory.reps[beat.rep].name;
            beat.stops.iter().map(|stop| {
                (RepDay { rep: rep.clone(), date: beat.date }, stop.prospect.0 as usize)
            })
        })
    }

    fn is_new(&self, at: usize) -> bool {
        !self.kept.stops.iter().any(|stop| stop.prospect == Some(at))
    }

    fn decision(&self, stop: &KeptStop<'_>) -> Option<&Decision> {
        let day = self.cast.dates.iter().position(|date| *date == stop.stop.date)?;
        Some(&self.call_plan.entry(ProspectId(stop.prospect? as u32)).decisions[day])
    }

    fn is_done(&self, stop: &KeptStop<'_>) -> bool {
        matches!(self.decision(stop), Some(Decision::NotDue(NotDue::Done)))
    }

    /// Why the visit is not where it was.
    fn why(&self, stop: &KeptStop<'_>, is_moved: bool) -> (&'static str, String) {
        let Some(at) = stop.prospect else {
            return ("not_listed", "not on the lists any more".to_owned());
        };
        if let Some(Decision::NotDue(reason)) = self.decision(stop) {
            return (reason.code(), reason.to_string());
        }
        if stop.place.is_none() {
            return self.why_impossible(stop, at);
        }
        let beat = from(stop);
        let newcomers = self.visits().filter(|(rep_day, visited)| {
            let was_there =
                |stop: &KeptStop<'_>| stop.prospect == Some(*visited) && from(stop) == beat;
            *rep_day == beat && !self.kept.stops.iter().any(was_there)
        });
        let newcomers: Vec<usize> = newcomers.map(|(_, at)| at).collect();
        let displaced_by = |newcomers: &[usize]| {
            let names = newcomers.iter().map(|at| &self.prospects[*at].name);
            let names = list_some(&names.collect::<Vec<_>>(), 2);
            ("displaced", format!("displaced by {names}"))
        };
        if let Some(one) = newcomers.iter().find(|at| self.would_fit(stop, &[**at])) {
            return displaced_by(&[*one]);
        }
        if self.would_fit(stop, &newcomers) {
            return displaced_by(&newcomers);
        }
        match &self.itinerary.outcomes[at] {
            Outcome::LeftOut(reason) if !is_moved => (reason.code(), reason.to_string()),
            _ => ("better_elsewhere", "fits better there".to_owned()),
        }
    }

    /// Whether there would be room for the visit where it was, were it not for the prospects `without`.
    fn would_fit(&self, stop: &KeptStop<'_>, without: &[usize]) -> bool {
        let Some((visit, shift)) = stop.place.filter(|_| !without.is_empty()) else { return false };
        let stays =
            |other: &VisitId| !without.contains(&(self.cast.visits[other.0 as usize].0 as usize));
        let tour = self.tours.0[shift.0 as usize].visits.iter().copied();
        let others: Vec<VisitId> = tour.filter(stays).collect();
        (0..=others.len()).any(|at| {
            let mut with = others.clone();
            with.insert(at, visit);
            best_tour(&self.cast.problem, shift, with, None).is_some()
        })
    }

    fn why_impossible(&self, stop: &KeptStop<'_>, at: usize) -> (&'static str, String) {
        let RepDay { rep, date } = from(stop);
        let mut working = self.territory.reps_working_on(date);
        if let Some(failure) = &self.cast.off_the_roads[at] {
            return ("off_the_roads", failure.to_string());
        }
        if !working.any(|(_, working)| working.name == rep) {
            return ("nobody_works", format!("{rep} does not work then"));
        }
        match self.prospects[at].rep.as_deref() {
            Some(whose) if whose != rep => ("other_rep", format!("is {whose}'s now")),
            _ => ("too_late", "too late for it now".to_owned()),
        }
    }

    /// Why the prospect number `at` is visited now and was not to be before.
    fn why_new(&self, at: usize, date: Date) -> (&'static str, String) {
        let id = &self.prospects[at].id;
        let earlier = &self.kept.keep.earlier.stops;
        let missed = earlier.iter().rfind(|stop| stop.id == *id && stop.date < self.cast.dates[0]);
        if let Some(missed) = missed {
            return ("missed", format!("was planned for {} and not visited", missed.date));
        }
        let day = self.cast.dates.iter().position(|day| *day == date);
        let day = day.expect("visits are on days of the plan");
        let decision = &self.call_plan.entry(ProspectId(at as u32)).decisions[day];
        (decision.code(), decision.to_string())
    }
}
