//! Compares a plan with an earlier plan, visit by visit, and finds the reason for each difference.

use jiff::civil::Date;

use super::keep::{PlannedStop, best_tour};
use super::names::Names;
use super::request::DayId;
use crate::call_plan::{CallPlan, Decision, NotDue};
use crate::ids::Id;
use crate::itinerary::{Itinerary, LeftOut, Outcome, Stop};
use crate::plan_files::{EarlierPlan, EarlierStop};
use crate::prospects::{Prospect, ProspectId};
use crate::remark::{Remark, RemarkCode, list_some};
use crate::solver::{Tours, VisitId};
use crate::territory::Territory;
use crate::units::{self, Prize};

/// Differences of a plan from an earlier plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// Days of the earlier plan.
    pub dates: Vec<Date>,
    /// Price of a change in the search, in points. It is `move_cost`, or more if that was needed to
    /// keep the budget of changes; 0 if the earlier plan was used only for the comparison.
    pub price: Prize,
    /// Budget of changes: the maximum number of changes that count; `None` for no limit.
    pub changes_max: Option<usize>,
    /// Rep and day of each visit that is the same in both plans.
    pub kept: Vec<RepDay>,
    /// Planned rep and day of each visit of the earlier plan that has been made.
    pub done: Vec<RepDay>,
    /// Visits that are gone or moved, in the order of the earlier plan; then new visits, in the
    /// order of this plan.
    pub list: Vec<VisitChange>,
}

/// A visit that is new, gone or moved since the earlier plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitChange {
    /// Id of the prospect.
    pub id: String,
    /// Name of the prospect.
    pub name: String,
    /// Rep and day of the visit in the earlier plan; `None` for a new visit.
    pub from: Option<RepDay>,
    /// Rep and day of the visit in this plan; `None` for a visit that is gone.
    pub to: Option<RepDay>,
    /// Code of the reason, in snake_case. Codes never change.
    pub reason_code: &'static str,
    /// Reason, as one clause.
    pub reason: String,
    /// True if the change counts for the budget: the visit is gone or moved although it could have
    /// stayed.
    pub counts: bool,
}

/// One rep on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepDay {
    /// Name of the rep.
    pub rep: String,
    /// The day.
    pub date: Date,
}

impl VisitChange {
    /// Returns the name of the rep under whom a table lists the change: the rep of the earlier
    /// plan, or the new rep if the visit is new.
    pub fn rep(&self) -> &str {
        self.from.as_ref().or(self.to.as_ref()).map_or("", |at| &at.rep)
    }
}

impl Changes {
    /// Returns the names of all reps: first those of the territory in their order, then those who
    /// are only in the earlier plan.
    pub fn reps<'a>(&'a self, territory: &'a Territory) -> Vec<&'a str> {
        let mut reps: Vec<&str> = territory.reps.iter().map(|rep| rep.name.as_str()).collect();
        let counted = self.kept.iter().chain(&self.done).map(|at| at.rep.as_str());
        for rep in counted.chain(self.list.iter().map(VisitChange::rep)) {
            if !reps.contains(&rep) {
                reps.push(rep);
            }
        }
        reps
    }

    /// Returns the number of changes that count for the budget.
    pub fn counted(&self) -> usize {
        self.list.iter().filter(|change| change.counts).count()
    }

    /// Returns a remark if the changes exceed the budget.
    pub(super) fn remark(&self) -> Option<Remark> {
        let most = self.changes_max?;
        let counted = self.counted();
        let names = self.list.iter().filter(|change| change.counts).map(|change| &change.name);
        let names: Vec<&String> = names.collect();
        (counted > most).then(|| {
            let visits = units::counted(counted, "visit of the earlier plan is", "visits of the earlier plan are");
            let message = format!(
                "{visits} gone or moved, but at most {most} may be: no plan \
                 with fewer changes was found that still makes every mandatory visit; changed are {}",
                list_some(&names, 10)
            );
            Remark::new(RemarkCode::ChangesMaxExceeded, message)
        })
    }
}

fn from(stop: &PlannedStop<'_>) -> RepDay {
    RepDay { rep: stop.stop.rep.clone(), date: stop.stop.date }
}

fn missed(stop: &EarlierStop) -> (&'static str, String) {
    ("missed", format!("was planned for {} and not visited", stop.date))
}

/// An earlier plan and a new plan that are compared.
pub(super) struct Comparison<'a> {
    pub(super) earlier: &'a EarlierPlan,
    /// Stops of the earlier plan that take part in the comparison.
    pub(super) stops: &'a [PlannedStop<'a>],
    pub(super) names: Names<'a>,
    pub(super) call_plan: &'a CallPlan,
    pub(super) itinerary: &'a Itinerary,
    pub(super) tours: &'a Tours,
}

impl Comparison<'_> {
    /// Finds the visits that stay, have been made, are gone, are moved, and are new.
    pub(super) fn changes(&self) -> Changes {
        let mut changes = Changes { dates: self.earlier.dates.clone(), ..Changes::default() };
        let mut visits: Vec<(RepDay, &Stop)> = self.visits().collect();
        let mut take = |is_it: &dyn Fn(&RepDay, ProspectId) -> bool| {
            let is_it = |(at, stop): &(RepDay, &Stop)| is_it(at, stop.prospect);
            let found = visits.iter().position(is_it)?;
            Some(visits.remove(found).0)
        };
        let stays = |stop: &&PlannedStop<'_>| {
            let (at, from) = (stop.prospect, from(stop));
            take(&|rep_day, visited| Some(visited) == at && *rep_day == from).is_some()
        };
        let (kept, others): (Vec<&PlannedStop>, Vec<&PlannedStop>) =
            self.stops.iter().partition(stays);
        changes.kept = kept.into_iter().map(from).collect();
        for stop in others {
            if self.is_done(stop) {
                changes.done.push(from(stop));
                continue;
            }
            let to = take(&|_, visited| Some(visited) == stop.prospect);
            let (reason_code, reason) = self.why(stop, to.is_some());
            changes.list.push(VisitChange {
                id: stop.stop.id.clone(),
                name: stop.stop.name.clone(),
                from: Some(from(stop)),
                to,
                reason_code,
                reason,
                counts: stop.place.is_some(),
            });
        }
        for (rep_day, stop) in visits {
            let prospect = &self.names.prospects[stop.prospect];
            let (reason_code, reason) = self.why_new(prospect, stop);
            changes.list.push(VisitChange {
                id: prospect.id.clone(),
                name: prospect.name.clone(),
                from: None,
                to: Some(rep_day),
                reason_code,
                reason,
                counts: false,
            });
        }
        changes
    }

    /// Returns all visits of the new plan, each with its rep and day.
    fn visits(&self) -> impl Iterator<Item = (RepDay, &Stop)> {
        self.itinerary.beats.iter().flat_map(|beat| {
            let rep = &self.names.territory.reps[beat.rep].name;
            let at = move || RepDay { rep: rep.clone(), date: beat.date };
            beat.stops.iter().map(move |stop| (at(), stop))
        })
    }

    fn decision(&self, stop: &PlannedStop<'_>) -> Option<&Decision> {
        let day = self.names.map.dates.id_where(|date| *date == stop.stop.date)?;
        Some(&self.call_plan.entry(stop.prospect?).decisions[day.index()])
    }

    /// Returns whether the stop was planned for a day that is past.
    fn is_past(&self, stop: &PlannedStop<'_>) -> bool {
        stop.stop.date < self.names.map.dates[DayId(0)]
    }

    /// Returns whether the visit has been made: on its day, or later if that day is past.
    fn is_done(&self, stop: &PlannedStop<'_>) -> bool {
        let made_since =
            |at: ProspectId| self.names.prospects[at].visited_on >= Some(stop.stop.date);
        match self.is_past(stop) {
            true => stop.prospect.is_some_and(made_since),
            false => matches!(self.decision(stop), Some(Decision::NotDue(NotDue::Done))),
        }
    }

    /// Returns the code and the reason of a visit that did not stay.
    fn why(&self, stop: &PlannedStop<'_>, is_moved: bool) -> (&'static str, String) {
        let Some(at) = stop.prospect else {
            return ("not_listed", "no longer on the lists".to_owned());
        };
        if self.is_past(stop) {
            return self.why_missed(stop, at, is_moved);
        }
        if let Some(Decision::NotDue(reason)) = self.decision(stop) {
            return self.why_not_due(reason, at);
        }
        if stop.place.is_none() {
            return self.why_impossible(stop, at);
        }
        let beat = from(stop);
        let was_there = |at: ProspectId| {
            self.stops.iter().any(|stop| stop.prospect == Some(at) && from(stop) == beat)
        };
        let there = self.visits().filter(|(rep_day, _)| *rep_day == beat);
        let there = there.map(|(_, stop)| stop.prospect);
        let newcomers: Vec<ProspectId> = there.filter(|at| !was_there(*at)).collect();
        let displaced_by = |newcomers: &[ProspectId]| {
            let names = newcomers.iter().map(|at| &self.names.prospects[*at].name);
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

    /// Returns the code and the reason of a visit of a past day that has not been made.
    fn why_missed(
        &self,
        stop: &PlannedStop<'_>,
        at: ProspectId,
        is_moved: bool,
    ) -> (&'static str, String) {
        match &self.itinerary.outcomes[at] {
            Outcome::LeftOut(LeftOut::NotDue(reason)) if !is_moved => self.why_not_due(reason, at),
            Outcome::LeftOut(reason) if !is_moved => (reason.code(), reason.to_string()),
            _ => missed(stop.stop),
        }
    }

    /// Returns the code and the reason of a visit that is no longer due. If a visit was made since
    /// the earlier plan began, that visit is the reason.
    fn why_not_due(&self, reason: &NotDue, at: ProspectId) -> (&'static str, String) {
        let visited_on = self.names.prospects[at].visited_on;
        let visited_since = visited_on.filter(|on| self.earlier.dates.first() <= Some(on));
        match (reason, visited_since) {
            (NotDue::NotYet { .. } | NotDue::MinGap { .. }, Some(on)) => {
                ("visited_before", format!("visited on {on} already"))
            }
            _ => (reason.code(), reason.to_string()),
        }
    }

    /// Returns whether the visit would still fit at its old place in the tour if the prospects
    /// `without` were not visited there.
    fn would_fit(&self, stop: &PlannedStop<'_>, without: &[ProspectId]) -> bool {
        let Some(place) = stop.place.as_ref().filter(|_| !without.is_empty()) else {
            return false;
        };
        let stays = |other: &VisitId| !without.contains(&self.names.map.visits[*other]);
        let tour = self.tours.0[place.shift.index()].visits.iter().copied();
        let others: Vec<VisitId> = tour.filter(stays).collect();
        (0..=others.len()).any(|at| {
            let mut with = others.clone();
            with.insert(at, place.visits[0]);
            best_tour(&self.names.map.problem, place.shift, with, None).is_some()
        })
    }

    fn why_impossible(&self, stop: &PlannedStop<'_>, at: ProspectId) -> (&'static str, String) {
        let RepDay { rep, date } = from(stop);
        let mut working = self.names.territory.reps_working_on(date);
        if let Some(failure) = &self.names.map.off_the_roads[at] {
            return ("off_the_roads", failure.to_string());
        }
        if !working.any(|(_, working)| working.name == rep) {
            return ("nobody_works", format!("{rep} does not work then"));
        }
        match &self.names.prospects[at].reps[..] {
            reps if !self.names.prospects[at].may_be_visited_by(&rep) => {
                ("other_rep", format!("is {}'s now", reps.join(" or ")))
            }
            _ => ("too_late", "too late for it now".to_owned()),
        }
    }

    /// Returns the code and the reason of a new visit.
    fn why_new(&self, prospect: &Prospect, stop: &Stop) -> (&'static str, String) {
        let first_day = self.names.map.dates[DayId(0)];
        let is_told = |planned: &EarlierStop| self.stops.iter().any(|told| told.stop == planned);
        let is_past = |planned: &&EarlierStop| {
            planned.id == prospect.id && planned.date < first_day && !is_told(planned)
        };
        match self.earlier.stops.iter().rfind(is_past) {
            Some(planned) if prospect.visited_on < Some(planned.date) => missed(planned),
            _ => (stop.due.reason.code(), stop.due.reason.to_string()),
        }
    }
}
