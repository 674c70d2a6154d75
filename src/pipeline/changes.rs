//! What is different from an earlier plan, visit by visit, and why.

use jiff::civil::Date;

use super::EarlierStop;
use super::cast::Cast;
use super::keep::{Kept, KeptStop, best_tour};
use crate::call_plan::{CallPlan, Decision, NotDue};
use crate::itinerary::{Itinerary, Outcome, Stop};
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
                "{counted} visits of the earlier plan are gone or moved, at most {most} were allowed: no plan \
                 with fewer was found that visits whom it must; these are {}",
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
        let mut visits: Vec<(RepDay, &Stop)> = self.visits().collect();
        let mut take = |is_it: &dyn Fn(&RepDay, usize) -> bool| {
            let is_it = |(at, stop): &(RepDay, &Stop)| is_it(at, stop.prospect.0 as usize);
            let found = visits.iter().position(is_it)?;
            Some(visits.remove(found).0)
        };
        let stays = |stop: &&KeptStop<'_>| {
            let (at, from) = (stop.prospect, from(stop));
            take(&|rep_day, visited| Some(visited) == at && *rep_day == from).is_some()
        };
        let (kept, others): (Vec<&KeptStop>, Vec<&KeptStop>) =
            self.kept.stops.iter().partition(stays);
        changes.kept = kept.len();
        for stop in others {
            if self.is_done(stop) {
                changes.done += 1;
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
            let prospect = &self.prospects[stop.prospect.0 as usize];
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
            let rep = &self.territory.reps[beat.rep].name;
            let at = move || RepDay { rep: rep.clone(), date: beat.date };
            beat.stops.iter().map(move |stop| (at(), stop))
        })
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
        let was_there = |at: usize| {
            self.kept.stops.iter().any(|stop| stop.prospect == Some(at) && from(stop) == beat)
        };
        let there = self.visits().filter(|(rep_day, _)| *rep_day == beat);
        let there = there.map(|(_, stop)| stop.prospect.0 as usize);
        let newcomers: Vec<usize> = there.filter(|at| !was_there(*at)).collect();
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
        let Some(place) = stop.place.as_ref().filter(|_| !without.is_empty()) else {
            return false;
        };
        let stays =
            |other: &VisitId| !without.contains(&(self.cast.visits[other.0 as usize].0 as usize));
        let tour = self.tours.0[place.shift.0 as usize].visits.iter().copied();
        let others: Vec<VisitId> = tour.filter(stays).collect();
        (0..=others.len()).any(|at| {
            let mut with = others.clone();
            with.insert(at, place.visits[0]);
            best_tour(&self.cast.problem, place.shift, with, None).is_some()
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
        match &self.prospects[at].reps[..] {
            reps if !self.prospects[at].may_be_visited_by(&rep) => {
                ("other_rep", format!("is {}'s now", reps.join(" or ")))
            }
            _ => ("too_late", "too late for it now".to_owned()),
        }
    }

    /// Why a visit is made now that was not to be made before.
    fn why_new(&self, prospect: &Prospect, stop: &Stop) -> (&'static str, String) {
        let first_day = self.cast.dates[0];
        let missed = |planned: &&EarlierStop| planned.id == prospect.id && planned.date < first_day;
        let visited_since =
            |date: Date| prospect.visited_on.is_some_and(|visited_on| visited_on >= date);
        match self.kept.keep.earlier.stops.iter().rfind(missed) {
            Some(missed) if !visited_since(missed.date) => {
                ("missed", format!("was planned for {} and not visited", missed.date))
            }
            _ => (stop.due.reason.code(), stop.due.reason.to_string()),
        }
    }
}
