//! Observations in a visit log: visits with their duration, and drives between them.
//!
//! A time that cannot be right, or that may not be measured, is left out and counted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, DateTime};
use serde::Serialize;

use super::hops::Hop;
use super::stays::Stay;
use crate::ids::{ById, Id};
use crate::learned::PartOfDay;
use crate::prospects::{ContactKind, LoggedVisit, Prospect, ProspectId, Stage, VISIT_MINUTES_MAX};
use crate::road::Density;
use crate::territory::{Rep, RepId, Territory};
use crate::units::Seconds;

/// Minimum length of a visit, in minutes; shorter ones were logged afterwards.
const VISIT_MINUTES_MIN: f64 = 2.0;
/// Maximum time between two visits, in minutes; a longer one holds something else.
pub(super) const HOP_MINUTES_MAX: f64 = 90.0;
/// Minimum number of visits of a rep for a judgement of the rep's times.
const JUDGED_FROM: usize = 8;

/// Reason why a time of the log is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotUsed {
    /// The row is dated after the day of learning.
    InFuture,
    /// No list has the outlet.
    UnknownOutlet,
    /// The visit has no arrival or no departure.
    NoTimes,
    /// The times are on another day than the visit.
    OtherDay,
    /// The departure is before the arrival.
    LeftBeforeArrived,
    /// The visit lasts past midnight.
    PastMidnight,
    /// The visit lasts less than 2 minutes.
    TooShort,
    /// The visit lasts more than 4 hours.
    TooLong,
    /// The rep was at two outlets at once.
    Overlapping,
    /// Most visits of the rep last exactly as long as each other.
    SameLength,
    /// Most times of the rep are those of another day, of another rep, or of the plan.
    CopiedTimes,
    /// Drive on a day with visits of the rep that have no times.
    UntimedDay,
    /// More than 90 minutes between two visits.
    LongGap,
    /// The rep may have had lunch between two visits.
    Lunch,
    /// The rep walks between two outlets that share an approach.
    OnFoot,
    /// Faster than the travel mode allows.
    TooFast,
    /// No road leads from one outlet to the other.
    NoRoad,
}

impl NotUsed {
    /// Describes the times left out.
    pub fn text(self) -> &'static str {
        match self {
            Self::InFuture => "visits are in the future",
            Self::UnknownOutlet => "visits are to outlets that no list has",
            Self::NoTimes => "visits have no arrival or no departure",
            Self::OtherDay => "visits have times of another day",
            Self::LeftBeforeArrived => "visits end before they begin",
            Self::PastMidnight => "visits last past midnight",
            Self::TooShort => "visits last less than 2 min",
            Self::TooLong => "visits last more than 4 h",
            Self::Overlapping => "visits overlap another visit of the rep",
            Self::SameLength => "visits are of reps whose visits mostly last exactly as long",
            Self::CopiedTimes => {
                "visits are of reps whose times are mostly copies of other days, reps or the plan"
            }
            Self::UntimedDay => "drives are on days with visits without times",
            Self::LongGap => "drives have more than 90 min between two visits",
            Self::Lunch => "drives may hold a lunch",
            Self::OnFoot => "drives are walks between neighbours",
            Self::TooFast => "drives are faster than the travel mode allows",
            Self::NoRoad => "drives have no road",
        }
    }
}

/// Visits and drives that can be learned from.
#[derive(Debug, Clone, Default)]
pub struct Observations {
    /// Visits with a duration, in the order of the log.
    pub stays: Vec<Stay>,
    /// Drives between them, by day, rep and time.
    pub hops: Vec<Hop>,
    /// Number of times left out, by reason.
    pub not_used: BTreeMap<NotUsed, usize>,
}

/// A visit with clock times.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timed {
    /// Index of the row in the log.
    at: usize,
    pub(super) prospect: ProspectId,
    pub(super) rep: Option<RepId>,
    date: Date,
    pub(super) arrived: DateTime,
    pub(super) left: DateTime,
    pub(super) planned: Option<DateTime>,
}

impl Timed {
    /// The visit of row `at`, or why its times are not used.
    pub(super) fn new(
        territory: &Territory,
        log: &[LoggedVisit],
        at: usize,
        prospect: ProspectId,
    ) -> Result<Self, NotUsed> {
        let visit = &log[at];
        let [arrived, left] = times(territory, visit)?;
        let planned = visit.planned_arrival;
        let planned = planned.map(|moment| moment.on_clock_of(&territory.timezone));
        let (rep, date) = (rep_of(territory, visit), visit.visited_on);
        Ok(Self { at, prospect, rep, date, arrived, left, planned })
    }

    pub(super) fn minutes(&self) -> f64 {
        minutes_between(self.arrived, self.left)
    }
}

/// Returns the minutes from one moment to another; negative if `to` is before `from`.
pub(super) fn minutes_between(from: DateTime, to: DateTime) -> f64 {
    to.duration_since(from).as_secs_f64() / 60.0
}

/// A drive to be computed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trip {
    pub(super) rep: RepId,
    pub(super) from: ProspectId,
    pub(super) to: ProspectId,
    pub(super) date: Date,
    /// Departure.
    pub(super) time: Seconds,
}

/// The computed times of a trip, in minutes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drive {
    pub(super) drive_minutes: f64,
    pub(super) walk_minutes: f64,
    pub(super) park_minutes: Option<f64>,
    pub(super) metres: f64,
    pub(super) speed_max_kmh: f64,
    pub(super) density: Density,
}

/// Reads `log` as it stands on `as_of`. `prospects` are the lists without the log; `drive` computes
/// a trip, `None` without a road.
pub(super) fn observe(
    territory: &Territory,
    prospects: &ById<ProspectId, Prospect>,
    log: &[LoggedVisit],
    as_of: Date,
    drive: &dyn Fn(Trip) -> Option<Drive>,
) -> Observations {
    let mut found = Observations::default();
    let rows = visits(prospects, log, as_of, &mut found);
    let first_calls = first_calls(prospects, &rows);
    let mut timed = Vec::new();
    let mut untimed_days: BTreeSet<(RepId, Date)> = BTreeSet::new();
    for &(at, prospect) in &rows {
        match Timed::new(territory, log, at, prospect) {
            Ok(visit) => timed.push(visit),
            Err(why) => {
                found.leave(why, 1);
                let rep = rep_of(territory, &log[at]);
                untimed_days.extend(rep.map(|rep| (rep, log[at].visited_on)));
            }
        }
    }
    let judged = not_measured(&timed);
    timed.retain(|visit| match visit.rep.and_then(|rep| judged.get(&rep)) {
        Some(why) => {
            found.leave(*why, 1);
            false
        }
        None => true,
    });
    let days = days(&mut timed, &mut untimed_days, &mut found);

    for visit in &timed {
        let row = &prospects[visit.prospect];
        let is_first_call = first_calls.contains(&visit.at);
        let lengths = territory.policy.visit_minutes.of(row.outlet_type);
        let by_policy = if is_first_call { lengths.first_call } else { lengths.known };
        found.stays.push(Stay {
            prospect: visit.prospect,
            outlet_type: row.outlet_type,
            is_first_call,
            rep: visit.rep,
            stated_share: visit.rep.map_or(1.0, |rep| territory.reps[rep].visit_minutes_share),
            date: visit.date,
            minutes: visit.minutes(),
            usual_minutes: row.visit_minutes.unwrap_or(by_policy),
            is_stated: row.visit_minutes.is_some(),
        });
    }
    for ((date, rep), visits) in days {
        for pair in visits.windows(2) {
            if untimed_days.contains(&(rep, date)) {
                found.leave(NotUsed::UntimedDay, 1);
                continue;
            }
            match hop(territory, rep, pair[0], pair[1], prospects, drive) {
                Ok(hop) => found.hops.push(hop),
                Err(why) => found.leave(why, 1),
            }
        }
    }
    found
}

/// Returns the rep of a row: the one it names, or the only one of the territory.
fn rep_of(territory: &Territory, visit: &LoggedVisit) -> Option<RepId> {
    let reps = &territory.reps;
    let found = match &visit.rep {
        Some(name) => reps.iter_with_id().find(|(_, rep)| rep.name == *name),
        None => reps.iter_with_id().next().filter(|_| reps.len() == 1),
    };
    found.map(|(id, _)| id)
}

impl Observations {
    fn leave(&mut self, why: NotUsed, count: usize) {
        if count > 0 {
            *self.not_used.entry(why).or_default() += count;
        }
    }
}

/// Returns the visits made up to `as_of`, as indices into the log with their prospects, in the order
/// of the log. Of two rows for one outlet and day the later one counts.
pub(super) fn visits(
    prospects: &ById<ProspectId, Prospect>,
    log: &[LoggedVisit],
    as_of: Date,
    found: &mut Observations,
) -> Vec<(usize, ProspectId)> {
    let ids = Prospect::by_any_id(prospects.as_slice());
    let mut last: BTreeMap<(ProspectId, Date), usize> = BTreeMap::new();
    for (at, visit) in log.iter().enumerate().filter(|(_, visit)| visit.kind == ContactKind::Visit)
    {
        match ids.get(&visit.id) {
            _ if visit.visited_on > as_of => found.leave(NotUsed::InFuture, 1),
            None => found.leave(NotUsed::UnknownOutlet, 1),
            Some(prospect) => {
                last.insert((ProspectId::from_index(*prospect), visit.visited_on), at);
            }
        }
    }
    let mut rows: Vec<_> = last.into_iter().map(|((prospect, _), at)| (at, prospect)).collect();
    rows.sort_unstable();
    rows
}

/// Returns the rows that are first calls: the earliest visit to an outlet that the list calls blank
/// and never visited.
fn first_calls(
    prospects: &ById<ProspectId, Prospect>,
    rows: &[(usize, ProspectId)],
) -> BTreeSet<usize> {
    let mut first: BTreeMap<ProspectId, usize> = BTreeMap::new();
    for (at, prospect) in rows {
        first.entry(*prospect).or_insert(*at);
    }
    let is_blank =
        |prospect: &Prospect| prospect.stage == Stage::Blank && prospect.visited_on.is_none();
    first.into_iter().filter(|(id, _)| is_blank(&prospects[*id])).map(|(_, at)| at).collect()
}

/// Returns arrival and departure on the clock of the territory, or why they are not used.
fn times(territory: &Territory, visit: &LoggedVisit) -> Result<[DateTime; 2], NotUsed> {
    let (Some(arrived), Some(left)) = (visit.arrived_at, visit.left_at) else {
        return Err(NotUsed::NoTimes);
    };
    let [arrived, left] = [arrived, left].map(|moment| moment.on_clock_of(&territory.timezone));
    let minutes = minutes_between(arrived, left);
    if arrived.date() != visit.visited_on {
        Err(NotUsed::OtherDay)
    } else if minutes < 0.0 {
        Err(NotUsed::LeftBeforeArrived)
    } else if left.date() != arrived.date() {
        Err(NotUsed::PastMidnight)
    } else if minutes < VISIT_MINUTES_MIN {
        Err(NotUsed::TooShort)
    } else if minutes > f64::from(VISIT_MINUTES_MAX) {
        Err(NotUsed::TooLong)
    } else {
        Ok([arrived, left])
    }
}

/// Reps whose times were not measured, with the reason.
///
/// More than two thirds of a rep's visits last equally long, to the minute; or more than half have
/// arrival and departure of another day of the rep, or of another rep that day; or more than two
/// thirds begin at the planned minute.
fn not_measured(timed: &[Timed]) -> BTreeMap<RepId, NotUsed> {
    let mut by_rep: BTreeMap<RepId, Vec<&Timed>> = BTreeMap::new();
    // Clock times of a visit, with each rep and day that has them.
    let mut clocks: BTreeMap<_, BTreeSet<(RepId, Date)>> = BTreeMap::new();
    for visit in timed {
        if let Some(rep) = visit.rep {
            by_rep.entry(rep).or_default().push(visit);
            let clock = (visit.arrived.time(), visit.left.time());
            clocks.entry(clock).or_default().insert((rep, visit.date));
        }
    }
    let judge = |(rep, own): (RepId, Vec<&Timed>)| {
        if own.len() < JUDGED_FROM {
            return None;
        }
        let mut lengths: BTreeMap<i64, usize> = BTreeMap::new();
        own.iter().for_each(|visit| *lengths.entry(visit.minutes() as i64).or_default() += 1);
        if lengths.into_values().any(|count| count * 3 > own.len() * 2) {
            return Some((rep, NotUsed::SameLength));
        }
        let is_copy = |visit: &&&Timed| {
            let all = &clocks[&(visit.arrived.time(), visit.left.time())];
            let is_other = |(other, date): &(RepId, Date)| {
                if *other == rep { *date != visit.date } else { *date == visit.date }
            };
            all.iter().any(is_other)
        };
        let is_planned = |visit: &&&Timed| {
            visit.planned.is_some_and(|planned| minutes_between(planned, visit.arrived).abs() < 1.0)
        };
        let copies = own.iter().filter(is_copy).count();
        let planned = own.iter().filter(is_planned).count();
        let is_copied = copies * 2 > own.len() || planned * 3 > own.len() * 2;
        is_copied.then_some((rep, NotUsed::CopiedTimes))
    };
    by_rep.into_iter().filter_map(judge).collect()
}

/// Returns the visits of each day and rep in order of time. Removes visits that overlap another of
/// their rep; drives of such a day are not used.
pub(super) fn days(
    timed: &mut Vec<Timed>,
    untimed_days: &mut BTreeSet<(RepId, Date)>,
    found: &mut Observations,
) -> BTreeMap<(Date, RepId), Vec<Timed>> {
    let mut days: BTreeMap<(Date, RepId), Vec<Timed>> = BTreeMap::new();
    for visit in timed.iter() {
        if let Some(rep) = visit.rep {
            days.entry((visit.date, rep)).or_default().push(*visit);
        }
    }
    let mut overlapping: BTreeSet<usize> = BTreeSet::new();
    for ((date, rep), visits) in &mut days {
        visits.sort_by_key(|visit| (visit.arrived, visit.left, visit.at));
        for (at, visit) in visits.iter().enumerate() {
            let later = visits[at + 1..].iter().take_while(|next| next.arrived < visit.left);
            for next in later {
                overlapping.extend([visit.at, next.at]);
                untimed_days.insert((*rep, *date));
            }
        }
    }
    found.leave(NotUsed::Overlapping, overlapping.len());
    timed.retain(|visit| !overlapping.contains(&visit.at));
    days
}

/// Returns the drive from one visit to the next, or why it is not used.
fn hop(
    territory: &Territory,
    rep: RepId,
    from: Timed,
    to: Timed,
    prospects: &ById<ProspectId, Prospect>,
    drive: &dyn Fn(Trip) -> Option<Drive>,
) -> Result<Hop, NotUsed> {
    let real_minutes = minutes_between(from.left, to.arrived);
    if real_minutes > HOP_MINUTES_MAX {
        return Err(NotUsed::LongGap);
    }
    let apart_m = prospects[from.prospect].at.distance_m(prospects[to.prospect].at);
    if apart_m <= territory.policy.co_located_m {
        return Err(NotUsed::OnFoot);
    }
    let time = time_of_day(from.left);
    let trip = Trip { rep, from: from.prospect, to: to.prospect, date: from.date, time };
    let computed = drive(trip).ok_or(NotUsed::NoRoad)?;
    let metres_max = computed.speed_max_kmh * 1000.0 / 60.0 * real_minutes;
    if computed.metres > metres_max {
        return Err(NotUsed::TooFast);
    }
    let Drive { drive_minutes, walk_minutes, park_minutes, .. } = computed;
    let expected = drive_minutes + walk_minutes + park_minutes.unwrap_or(0.0);
    if may_hold_lunch(
        &territory.reps[rep],
        [time, time_of_day(to.arrived)],
        real_minutes - expected,
    ) {
        return Err(NotUsed::Lunch);
    }
    let (part, density) = (PartOfDay::at(time), computed.density);
    let date = from.date;
    Ok(Hop { rep, date, part, density, real_minutes, drive_minutes, walk_minutes, park_minutes })
}

/// Returns whether the rep may have had lunch between two times of day with `spare` minutes beside
/// the expected travel: the span meets the window of lunch, and half a lunch fits.
fn may_hold_lunch(rep: &Rep, [from, to]: [Seconds; 2], spare: f64) -> bool {
    rep.lunch.is_some_and(|lunch| {
        let meets = from <= lunch.start.end + lunch.duration && to >= lunch.start.start;
        meets && spare * 120.0 >= f64::from(lunch.duration.0)
    })
}

fn time_of_day(moment: DateTime) -> Seconds {
    let time = moment.time();
    let part = |number: i8| u32::try_from(number).unwrap_or_default();
    Seconds(part(time.hour()) * 3600 + part(time.minute()) * 60 + part(time.second()))
}
