//! What is different from an earlier plan, visit by visit, and why.

use jiff::civil::Date;

use super::keep::{PlannedStop, best_tour};
use super::names::Names;
use super::problem_map::DayId;
use crate::call_plan::{CallPlan, Decision, NotDue};
use crate::ids::Id;
use crate::itinerary::{Itinerary, LeftOut, Outcome, Stop};
use crate::plan_files::{EarlierPlan, EarlierStop};
use crate::prospects::{Prospect, ProspectId};
use crate::remark::{Remark, RemarkCode, list_some};
use crate::solver::{Tours, VisitId};
use crate::territory::Territory;
use crate::units::Prize;

/// What is different from an earlier plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// The days of the earlier plan.
    pub dates: Vec<Date>,
    /// The price of a change with which the plan was found: `move_cost`, or more to keep to the budget; 0 where the earlier
    /// plan was not to be kept.
    pub price: Prize,
    /// The budget, if there was one.
    pub changes_max: Option<usize>,
    /// Of each visit that stays with its rep and day, these.
    pub kept: Vec<RepDay>,
    /// Of each visit that has been made meanwhile, by whom and when it was to be.
    pub done: Vec<RepDay>,
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

impl Change {
    /// The rep, by name, under whom it is told: the one who was to go, else the one who goes now.
    pub fn rep(&self) -> &str {
        self.from.as_ref().or(self.to.as_ref()).map_or("", |at| &at.rep)
    }
}

impl Changes {
    /// The reps, by name: the territory's in their order, then those only the earlier plan knows.
    pub fn reps<'a>(&'a self, territory: &'a Territory) -> Vec<&'a str> {
        let mut reps: Vec<&str> = territory.reps.iter().map(|rep| rep.name.as_str()).collect();
        let counted = self.kept.iter().chain(&self.done).map(|at| at.rep.as_str());
        for rep in counted.chain(self.list.iter().map(Change::rep)) {
            if !reps.contains(&rep) {
                reps.push(rep);
            }
        }
        reps
    }

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
                "{counted} visits of the earlier plan are gone or moved, at most {most} were allowed: no plan \
                 with fewer was found that visits whom it must; these are {}",
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

/// Two plans side by side.
pub(super) struct Comparison<'a> {
    pub(super) earlier: &'a EarlierPlan,
    /// Those of its stops that are compared.
    pub(super) stops: &'a [PlannedStop<'a>],
    pub(super) names: Names<'a>,
    pub(super) call_plan: &'a CallPlan,
    pub(super) itinerary: &'a Itinerary,
    pub(super) tours: &'a Tours,
}

impl Comparison<'_> {
    /// What became of the earlier plan.
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
            changes.list.push(Change {
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
            changes.list.push(Change {
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

    /// All visits of the new plan.
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

    /// Whether it was planned for a day gone by.
    fn is_past(&self, stop: &PlannedStop<'_>) -> bool {
        stop.stop.date < self.names.map.dates[DayId(0)]
    }

    /// Whether the visit has been made: on its day, or later if the day has gone by.
    fn is_done(&self, stop: &PlannedStop<'_>) -> bool {
        let made_since =
            |at: ProspectId| self.names.prospects[at].visited_on >= Some(stop.stop.date);
        match self.is_past(stop) {
            true => stop.prospect.is_some_and(made_since),
            false => matches!(self.decision(stop), Some(Decision::NotDue(NotDue::Done))),
        }
    }

    /// Why the visit is not where it was.
    fn why(&self, stop: &PlannedStop<'_>, is_moved: bool) -> (&'static str, String) {
        let Some(at) = stop.prospect else {
            return ("not_listed", "not on the lists any more".to_owned());
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

    /// Why a visit of a day gone by that has not been made is made another day, or not at all.
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

    /// Why a visit is not due any more; where one has been made since the earlier plan begins, that one.
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

    /// Whether there would be room for the visit where it was, were it not for the prospects `without`.
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

    /// Why a visit is made now that was not to be made before.
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
