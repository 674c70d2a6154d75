//! Compares the plan with the visits that were made.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::prospects::{ContactKind, LoggedVisit, Prospect, ProspectId};
use crate::units::thousandths;

/// A visit of a plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlannedVisit {
    /// Day for which the visit is planned.
    pub date: Date,
    /// Id of the outlet.
    pub id: String,
    /// Name of the planned rep; `None` if it is not known.
    pub rep: Option<String>,
}

/// Status of a planned visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AdherenceStatus {
    /// The rep made the visit on its day.
    Done,
    /// The rep made the visit up to three days before or after its day.
    DoneOtherDay,
    /// The rep did not make the visit.
    Missed,
    /// The rep has not made the visit, and its day is not over.
    Open,
}

/// A planned visit and its status.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The visit as planned.
    pub planned: PlannedVisit,
    /// Outlet of the visit; `None` if it is not in any list.
    pub prospect: Option<ProspectId>,
    /// Status of the visit.
    pub status: AdherenceStatus,
    /// Day on which the visit was made; `None` if it was not made.
    pub done_on: Option<Date>,
}

/// Figures about the planned visits of one rep, or of all reps.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct AdherenceFigures {
    /// Name of the rep; `None` for the total of all reps, and for visits whose rep is not known.
    pub rep: Option<String>,
    /// Number of planned visits.
    pub planned: u32,
    /// Number of visits that were made on their planned day.
    pub done: u32,
    /// Number of visits that were made up to three days before or after their planned day.
    pub done_other_day: u32,
    /// Number of visits that were not made.
    pub missed: u32,
    /// Number of visits that were not made yet and whose planned day is not over.
    pub open: u32,
    /// Number of visits that were made without a plan, between the first and the last planned day.
    pub unplanned: u32,
    /// `done ÷ (planned − open)`, rounded to the thousandth; `None` while all visits are open.
    pub adherence: Option<f64>,
}

/// The planned visits, compared with the visits that were made.
#[derive(Debug, Clone, PartialEq)]
pub struct Adherence {
    /// Total of all reps.
    pub all: AdherenceFigures,
    /// Figures of each rep, in the order of names. Visits whose rep is not known come first.
    pub reps: Vec<AdherenceFigures>,
    /// All planned visits, in the order of days, then of outlets.
    pub visits: Vec<Kept>,
}

/// Maximum number of days between the planned day and the day on which the visit was made.
const OTHER_DAY_WITHIN: u32 = 3;

impl Adherence {
    /// Returns the status of planned visits on the day `as_of`; `None` if no visit was planned. The
    /// planned visits are those in `planned` and those that the log names.
    ///
    /// A visit in the log counts with any outcome, even if nobody was present. Telephone calls do
    /// not count, nor do rows with a date after `as_of`. A visit that was made belongs to at most
    /// one planned visit of the same outlet, at most three days away: to the one on the date
    /// `planned_on` of its row if there is one, else to the one on its own day, else to the nearest
    /// one. If two are equally near, it belongs to the earlier one. A planned visit that was not
    /// made is open if its day is `as_of` or later. Two planned visits to one outlet on one day
    /// count once. The former ids of merged outlets are valid too.
    pub fn new(
        planned: &[PlannedVisit],
        log: &[LoggedVisit],
        prospects: &[Prospect],
        as_of: Date,
    ) -> Option<Self> {
        let ids = Prospect::by_any_id(prospects);
        let own_id = |id: &str| ids.get(id).map_or(id, |at| &*prospects[*at].id).to_owned();
        let made: Vec<&LoggedVisit> = log
            .iter()
            .filter(|visit| visit.kind == ContactKind::Visit && visit.visited_on <= as_of)
            .collect();
        // Planned reps by day and outlet. The rep of the plan has priority over the rep of the log.
        let mut all: BTreeMap<(Date, String), Option<String>> = BTreeMap::new();
        let of_log = made.iter().filter_map(|visit| {
            let (date, rep) = (visit.planned_on?, visit.rep.clone());
            Some(PlannedVisit { date, id: visit.id.clone(), rep })
        });
        for visit in planned.iter().cloned().chain(of_log) {
            let rep = all.entry((visit.date, own_id(&visit.id))).or_default();
            *rep = rep.take().or(visit.rep);
        }
        let planned: Vec<PlannedVisit> =
            all.into_iter().map(|((date, id), rep)| PlannedVisit { date, id, rep }).collect();
        let (first, last) = (planned.first()?.date, planned.last()?.date);

        let (answers, is_used) = matched(&planned, &made, own_id);
        let mut figures: BTreeMap<Option<String>, AdherenceFigures> = BTreeMap::new();
        let mut visits = Vec::with_capacity(planned.len());
        for (planned, answer) in planned.into_iter().zip(answers) {
            let done_on = answer.map(|at| made[at].visited_on);
            let status = match done_on {
                Some(day) if day == planned.date => AdherenceStatus::Done,
                Some(_) => AdherenceStatus::DoneOtherDay,
                None if planned.date >= as_of => AdherenceStatus::Open,
                None => AdherenceStatus::Missed,
            };
            let own = figures.entry(planned.rep.clone()).or_default();
            own.planned += 1;
            match status {
                AdherenceStatus::Done => own.done += 1,
                AdherenceStatus::DoneOtherDay => own.done_other_day += 1,
                AdherenceStatus::Missed => own.missed += 1,
                AdherenceStatus::Open => own.open += 1,
            }
            let prospect = ids.get(&planned.id).map(|at| ProspectId(*at as u32));
            visits.push(Kept { planned, prospect, status, done_on });
        }
        let in_span = |day: Date| (first..=last).contains(&day);
        let unplanned = made.iter().zip(&is_used).filter(|(_, is_used)| !**is_used);
        for (visit, _) in unplanned.filter(|(visit, _)| in_span(visit.visited_on)) {
            figures.entry(visit.rep.clone()).or_default().unplanned += 1;
        }
        let mut whole = AdherenceFigures::default();
        let mut reps: Vec<AdherenceFigures> = Vec::new();
        for (rep, own) in figures {
            whole.add(&own);
            reps.push(AdherenceFigures { rep, ..own }.with_adherence());
        }
        Some(Self { all: whole.with_adherence(), reps, visits })
    }
}

impl AdherenceFigures {
    fn add(&mut self, other: &Self) {
        self.planned += other.planned;
        self.done += other.done;
        self.done_other_day += other.done_other_day;
        self.missed += other.missed;
        self.open += other.open;
        self.unplanned += other.unplanned;
    }

    fn with_adherence(mut self) -> Self {
        let over = self.planned - self.open;
        let share = (over > 0).then(|| f64::from(self.done) / f64::from(over));
        self.adherence = share.map(thousandths);
        self
    }
}

/// Returns two lists: for each planned visit, the visit made that belongs to it; for each visit
/// made, `true` if it belongs to a planned visit.
fn matched(
    planned: &[PlannedVisit],
    made: &[&LoggedVisit],
    own_id: impl Fn(&str) -> String,
) -> (Vec<Option<usize>>, Vec<bool>) {
    let mut by_id: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (at, visit) in made.iter().enumerate() {
        by_id.entry(own_id(&visit.id)).or_default().push(at);
    }
    let mut pairs: Vec<((bool, u32, Date), usize, usize)> = Vec::new();
    for (at, visit) in planned.iter().enumerate() {
        for own in by_id.get(&visit.id).into_iter().flatten() {
            let day = made[*own].visited_on;
            let apart = (day - visit.date).get_days().unsigned_abs();
            let is_named = made[*own].planned_on == Some(visit.date);
            if apart <= OTHER_DAY_WITHIN {
                pairs.push(((!is_named, apart, visit.date.min(day)), at, *own));
            }
        }
    }
    pairs.sort_unstable();
    let (mut answers, mut is_used) = (vec![None; planned.len()], vec![false; made.len()]);
    for (_, at, own) in pairs {
        if answers[at].is_none() && !is_used[own] {
            answers[at] = Some(own);
            is_used[own] = true;
        }
    }
    (answers, is_used)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::lonlat::LonLat;
    use crate::prospects::parse_visits;

    fn november(day: i8) -> Date {
        date(2026, 11, day)
    }

    fn planned(day: i8, id: &str, rep: Option<&str>) -> PlannedVisit {
        PlannedVisit { date: november(day), id: id.to_owned(), rep: rep.map(str::to_owned) }
    }

    fn adherence(planned: &[PlannedVisit], log: &str, as_of: Date) -> Option<Adherence> {
        let log = parse_visits("visits.csv", log.as_bytes().to_vec()).unwrap();
        let prospects: Vec<Prospect> =
            ["P1", "P2", "P3"].map(|id| Prospect::new(id, id, LonLat::default())).into();
        Adherence::new(planned, &log.visits, &prospects, as_of)
    }

    #[test]
    fn every_planned_visit_is_done_done_another_day_missed_or_open() {
        let maria = Some("Maria");
        let all = [
            planned(10, "P1", maria),
            planned(10, "P2", maria),
            planned(10, "P9", maria),
            planned(20, "P3", maria),
            planned(20, "P1", Some("Rita")),
        ];
        let log = "id,visited_on,outcome,visit_kind,rep\n\
                   P1,2026-11-10,not_in,,Maria\n\
                   P2,2026-11-13,order,,Maria\n\
                   P9,2026-11-10,,phone call,Maria\n\
                   P3,2026-11-12,,,\n\
                   P3,2026-11-21,,,\n";
        let found = adherence(&all, log, november(20)).unwrap();
        let status: Vec<_> =
            found.visits.iter().map(|kept| (&*kept.planned.id, kept.status)).collect();
        use AdherenceStatus::{Done, DoneOtherDay, Missed, Open};
        assert_eq!(
            status,
            [("P1", Done), ("P2", DoneOtherDay), ("P9", Missed), ("P1", Open), ("P3", Open)]
        );
        let figures = |planned, done, done_other_day, missed, open, unplanned| AdherenceFigures {
            rep: None,
            planned,
            done,
            done_other_day,
            missed,
            open,
            unplanned,
            adherence: None,
        };
        let all = AdherenceFigures { adherence: Some(0.333), ..figures(5, 1, 1, 1, 2, 1) };
        assert_eq!(found.all, all);
        let reps: Vec<_> =
            found.reps.iter().map(|rep| (rep.rep.as_deref(), rep.adherence)).collect();
        assert_eq!(reps, [(None, None), (maria, Some(0.333)), (Some("Rita"), None)]);
    }

    #[test]
    fn one_visit_answers_for_one_planned_visit_and_first_for_the_one_its_row_names() {
        let twice = [planned(10, "P1", None), planned(12, "P1", None)];
        let log = "id,visited_on,planned_on\nP1,2026-11-11,2026-11-12\n";
        let found = adherence(&twice, log, november(30)).unwrap();
        let status: Vec<_> = found.visits.iter().map(|kept| kept.status).collect();
        assert_eq!(status, [AdherenceStatus::Missed, AdherenceStatus::DoneOtherDay]);
        assert_eq!(adherence(&[], "id,visited_on\nP1,2026-11-11\n", november(30)), None);
    }

    #[test]
    fn the_log_alone_may_say_what_was_planned() {
        let log = "编号,拜访日期,计划日期\nP1,2026-11-11,2026-11-11\nP2,2026-11-11,2026-11-09\n";
        let found = adherence(&[], log, november(30)).unwrap();
        assert_eq!((found.all.done, found.all.done_other_day), (1, 1));
        assert_eq!(found.all.adherence, Some(0.5));
    }
}
