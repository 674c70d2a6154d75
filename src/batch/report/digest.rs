//! Computes totals over all entries, and the first or worst items of each list, in one pass.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::words::{days, shown, territories};
use crate::batch::{
    ChangeFigures, Entry, RepSince, Since, SinceChange, StageSeconds, TerritoryStatus, Unserved,
    WorkTotals,
};
use crate::remark::Remark;
use crate::units::{counted, grouped, thousandths};

/// Maximum number of territories, and of mandatory visits, in a list.
const LISTED: usize = 100;
/// Maximum number of faults or remarks that are listed for a territory.
const LINES_LISTED: usize = 20;
/// Maximum number of reps that are listed for a territory, and of changes for a rep.
const REPS_LISTED: usize = 20;
const CHANGES_LISTED: usize = 12;
/// Maximum width, in terminal columns, of a fault or remark, and of a name.
const LINE_COLUMNS: usize = 400;
const NAME_COLUMNS: usize = 120;

/// Sums over all territories.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct BatchTotals {
    /// Number of territories in the batch. It is the sum of the next four figures.
    pub territories: usize,
    /// Number of territories with a new plan that nobody needs to look at.
    pub planned: usize,
    /// Number of territories with a new plan that a person must look at.
    pub needs_a_person: usize,
    /// Number of territories without a new plan.
    pub failed: usize,
    /// Number of territories that the batch did not reach.
    pub not_reached: usize,
    /// Sums over all plans. These sums, and all figures below, count only territories with a plan.
    #[serde(flatten)]
    pub work: WorkTotals,
    /// Number of mandatory visits that are in no plan.
    pub must_visits_not_served: usize,
    /// Number of territories whose wanted visits exceed the capacity.
    pub overloaded: usize,
    /// Number of plans whose search was ended by the time limit.
    pub stopped_early: usize,
    /// Number of territories that were compared with an earlier plan.
    pub compared: usize,
    /// Numbers of differences from the earlier plans.
    #[serde(flatten)]
    pub since: ChangeFigures,
    /// Number of new, gone and moved visits for each reason code.
    pub reasons: BTreeMap<String, usize>,
}

/// The part of a report that a person reads. Its size does not grow with the number of territories.
#[derive(Debug, Clone, Default)]
pub struct Digest {
    /// Sums over all territories.
    pub totals: BatchTotals,
    /// All days of the batch, in order.
    pub dates: Vec<Date>,
    /// Seconds that each stage took for all territories together.
    pub seconds_by_stage: StageSeconds,
    pub(super) failed: Listed<Failed>,
    pub(super) needing: Listed<Needing>,
    pub(super) unserved: Listed<MustVisit>,
    pub(super) overloaded: Listed<Overloaded>,
    pub(super) changed: Listed<Changed>,
    pub(super) not_reached: Listed<String>,
}

/// The first items of a list, and the number of all items.
#[derive(Debug, Clone)]
pub(super) struct Listed<T> {
    pub(super) items: Vec<T>,
    pub(super) count: usize,
}

/// A territory without a new plan.
#[derive(Debug, Clone)]
pub(super) struct Failed {
    pub(super) territory: String,
    pub(super) file: String,
    pub(super) faults: Listed<String>,
}

/// A territory with a new plan that a person must look at.
#[derive(Debug, Clone)]
pub(super) struct Needing {
    pub(super) territory: String,
    pub(super) needs: Listed<String>,
}

/// A mandatory visit that the plan does not contain.
#[derive(Debug, Clone)]
pub(super) struct MustVisit {
    pub(super) territory: String,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) reason: String,
}

/// A territory whose wanted visits exceed the capacity.
#[derive(Debug, Clone)]
pub(super) struct Overloaded {
    pub(super) territory: String,
    pub(super) utilization_percent: f64,
    pub(super) reps: Option<usize>,
    pub(super) reps_needed: Option<f64>,
}

/// A territory whose plan differs from the earlier one.
#[derive(Debug, Clone)]
pub(super) struct Changed {
    pub(super) territory: String,
    /// Days of the earlier plan.
    pub(super) days: Option<String>,
    pub(super) figures: ChangeFigures,
    pub(super) reps: Listed<ChangedRep>,
}

/// A rep whose visits differ from the earlier plan.
#[derive(Debug, Clone)]
pub(super) struct ChangedRep {
    pub(super) rep: String,
    pub(super) figures: ChangeFigures,
    pub(super) changes: Listed<ChangeLine>,
}

/// A visit that is new (`+`), gone (`−`) or moved (`→`).
#[derive(Debug, Clone)]
pub(super) struct ChangeLine {
    pub(super) sign: char,
    pub(super) name: String,
    /// Reason for the change. For a moved visit, the new rep and day stand before it.
    pub(super) what: String,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { items: Vec::new(), count: 0 }
    }
}

impl<T> Listed<T> {
    /// Lists the first `most` items of `all`. `item` converts each of them.
    fn first<S>(most: usize, all: impl IntoIterator<Item = S>, item: impl Fn(S) -> T) -> Self {
        let mut listed = Self::default();
        for source in all {
            listed.push(most, || item(source));
        }
        listed
    }

    fn push(&mut self, most: usize, item: impl FnOnce() -> T) {
        self.count += 1;
        if self.items.len() < most {
            self.items.push(item());
        }
    }

    /// Adds an item to the list and keeps the `most` items with the highest rank, highest first. If
    /// ranks are equal, the earlier item stays first.
    fn push_by_rank(&mut self, most: usize, rank: impl Fn(&T) -> f64, item: T) {
        self.count += 1;
        let at = self.items.partition_point(|other| rank(other) >= rank(&item));
        self.items.insert(at, item);
        self.items.truncate(most);
    }

    /// Returns the number of items that are not listed.
    pub(super) fn more(&self) -> usize {
        self.count - self.items.len()
    }
}

impl Digest {
    /// Computes the digest of all entries, in the order of the territories.
    pub fn of(entries: impl Iterator<Item = Entry>) -> Self {
        let mut digest = Self::default();
        let mut dates = BTreeSet::new();
        for entry in entries {
            dates.extend(&entry.dates);
            digest.add(&entry);
        }
        digest.dates = dates.into_iter().collect();
        let WorkTotals { prize, distance_km, travel_minutes, .. } = &mut digest.totals.work;
        for sum in [prize, distance_km, travel_minutes] {
            *sum = thousandths(*sum);
        }
        for seconds in digest.seconds_by_stage.values_mut() {
            *seconds = thousandths(*seconds);
        }
        digest
    }

    /// Returns whether at least one territory needs a person.
    pub fn needs_a_person(&self) -> bool {
        self.totals.planned < self.totals.territories
    }

    /// Returns the result in one sentence.
    pub fn headline(&self) -> String {
        let BatchTotals { territories: all, planned, needs_a_person, failed, not_reached, .. } =
            self.totals;
        let for_days = days(&self.dates).map_or(String::new(), |days| format!(" for {days}"));
        let with_plan = match planned + needs_a_person {
            _ if all == 0 => return "No territory was found; nothing was planned.".to_owned(),
            with_plan if with_plan == all && all == 1 => "The one territory is planned".to_owned(),
            with_plan if with_plan == all => format!("All {} planned", territories(all)),
            0 if all == 1 => "The one territory is not planned".to_owned(),
            0 => format!("None of {} planned", territories(all)),
            with_plan => format!("{} of {} planned", grouped(with_plan as u64), territories(all)),
        };
        let needing = failed + needs_a_person;
        match (needing, not_reached) {
            (0, 0) => format!("{with_plan}{for_days}. Nothing needs you."),
            (0, _) => {
                format!("{with_plan}{for_days}; {} not reached.", grouped(not_reached as u64))
            }
            (_, 0) => format!("{with_plan}{for_days}; {}.", need_you(needing)),
            _ => format!(
                "{with_plan}{for_days}; {}, {} not reached.",
                need_you(needing),
                grouped(not_reached as u64)
            ),
        }
    }

    fn add(&mut self, entry: &Entry) {
        self.totals.territories += 1;
        match entry.status {
            TerritoryStatus::Planned => self.totals.planned += 1,
            TerritoryStatus::NeedsAPerson => {
                self.totals.needs_a_person += 1;
                self.needing.push(LISTED, || Needing::of(entry));
            }
            TerritoryStatus::Failed => {
                self.totals.failed += 1;
                self.failed.push(LISTED, || Failed::of(entry));
            }
            TerritoryStatus::NotReached => {
                self.totals.not_reached += 1;
                self.not_reached.push(LISTED, || shown(&entry.territory, NAME_COLUMNS));
            }
        }
        self.totals.must_visits_not_served += entry.unserved.len();
        for visit in &entry.unserved {
            self.unserved.push(LISTED, || MustVisit::of(entry, visit));
        }
        self.add_figures(entry);
        if let Some(since) = &entry.since {
            self.add_since(entry, since);
        }
        for (stage, seconds) in &entry.seconds {
            *self.seconds_by_stage.entry(stage.clone()).or_default() += seconds;
        }
    }

    fn add_figures(&mut self, entry: &Entry) {
        if let Some(figures) = &entry.figures {
            self.totals.work += figures.work;
            self.totals.stopped_early += usize::from(figures.stopped_early);
        }
        if let Some(load) = entry.load.filter(|load| load.is_overload())
            && let Some(utilization_percent) = load.utilization_percent
        {
            self.totals.overloaded += 1;
            let overloaded = Overloaded {
                territory: shown(&entry.territory, NAME_COLUMNS),
                utilization_percent,
                reps: entry.figures.map(|figures| figures.work.reps),
                reps_needed: load.reps_needed,
            };
            self.overloaded.push_by_rank(LISTED, |other| other.utilization_percent, overloaded);
        }
    }

    fn add_since(&mut self, entry: &Entry, since: &Since) {
        let figures = since.figures();
        for change in since.reps.iter().flat_map(changes_of) {
            *self.totals.reasons.entry(change.reason_code.clone()).or_default() += 1;
        }
        self.totals.compared += 1;
        self.totals.since += figures;
        if figures.changes() > 0 {
            let reps = since.reps.iter().filter(|rep| ChangeFigures::from(*rep).changes() > 0);
            let changed = Changed {
                territory: shown(&entry.territory, NAME_COLUMNS),
                days: days(&since.dates),
                figures,
                reps: Listed::first(REPS_LISTED, reps, ChangedRep::of),
            };
            self.changed.push_by_rank(LISTED, |other| other.figures.changes() as f64, changed);
        }
    }
}

fn need_you(count: usize) -> String {
    counted(count, "needs you", "need you")
}

fn changes_of(rep: &RepSince) -> impl Iterator<Item = &SinceChange> {
    rep.new.iter().chain(&rep.gone).chain(&rep.moved)
}

impl Failed {
    fn of(entry: &Entry) -> Self {
        Self {
            territory: shown(&entry.territory, NAME_COLUMNS),
            file: shown(&entry.file, LINE_COLUMNS),
            faults: Listed::first(LINES_LISTED, &entry.faults, |fault| shown(fault, LINE_COLUMNS)),
        }
    }
}

impl Needing {
    fn of(entry: &Entry) -> Self {
        let message = |remark: &Remark| shown(&remark.message, LINE_COLUMNS);
        Self {
            territory: shown(&entry.territory, NAME_COLUMNS),
            needs: Listed::first(LINES_LISTED, &entry.needs, message),
        }
    }
}

impl MustVisit {
    fn of(entry: &Entry, visit: &Unserved) -> Self {
        Self {
            territory: shown(&entry.territory, NAME_COLUMNS),
            id: shown(&visit.id, NAME_COLUMNS),
            name: shown(&visit.name, NAME_COLUMNS),
            reason: shown(&visit.reason, LINE_COLUMNS),
        }
    }
}

impl ChangedRep {
    fn of(rep: &RepSince) -> Self {
        Self {
            rep: shown(&rep.rep, NAME_COLUMNS),
            figures: rep.into(),
            changes: Listed::first(CHANGES_LISTED, changes_of(rep), ChangeLine::of),
        }
    }
}

impl ChangeLine {
    fn of(change: &SinceChange) -> Self {
        Self {
            sign: change.sign(),
            name: shown(&change.name, NAME_COLUMNS),
            what: shown(&change.what(), LINE_COLUMNS),
        }
    }
}

/// Writes the load of a territory, such as `134 % of capacity; needs 2.7 reps, has 2`.
impl std::fmt::Display for Overloaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.0} % of capacity", self.utilization_percent)?;
        match (self.reps_needed, self.reps) {
            (Some(needed), Some(reps)) => write!(f, "; needs {needed:.1} reps, has {reps}"),
            (Some(needed), None) => write!(f, "; needs {needed:.1} reps"),
            (None, _) => Ok(()),
        }
    }
}
