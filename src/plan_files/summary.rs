//! Defines `summary.json`: figures of the plan, its inputs and settings, and remarks.
//!
//! It contains all settings that influence the plan, so `verify` can check the plan from files
//! alone.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{ClockSpan, ClockTime, Moment};
use crate::datum::Datum;
use crate::learned::LearnedTimes;
use crate::lonlat::LonLat;
use crate::policy::Policy;
use crate::prospects::ListSettings;
use crate::remark::Remark;
use crate::road::{NetworkSize, SpeedRegion, SpeedSettings};
use crate::territory::Unplaced;
use crate::week::Workdays;

/// The contents of `summary.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanSummary {
    /// Program that wrote the plan.
    pub program: Program,
    /// Version of the program.
    pub version: String,
    /// Attribution of the map data.
    pub attribution: String,
    /// Name of the territory.
    pub territory: String,
    /// IANA name of the time zone; null if it has none.
    pub timezone: Option<String>,
    /// Days of the plan.
    pub dates: Vec<Date>,
    /// Day for which the dates in lists and visit log were written; present only if the territory
    /// file states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates_as_of: Option<Date>,
    /// Seed for the random numbers of the search.
    pub seed: u64,
    /// Effort of the search.
    pub effort: Effort,
    /// Sums over all beats of the plan.
    pub totals: PlanTotals,
    /// Routes of the plan, with the same values as in `routes.geojson`.
    pub routes: Vec<RouteSummary>,
    /// Number of prospects that are left out, for each reason code.
    pub left_out: BTreeMap<String, usize>,
    /// Number of prospects for each quality of their position: `given` if the list states it, else
    /// the grade of the look-up.
    pub positions: BTreeMap<String, usize>,
    /// Rows of the lists that have no position; no layer contains them.
    pub no_position: Vec<Unplaced>,
    /// Reps for whom only the rest of the first day was planned.
    pub underway: Vec<UnderwayRep>,
    /// Changes from the earlier plan that was kept; null if none was kept.
    pub changes: Option<PlanChanges>,
    /// Remarks of the program for a person.
    pub remarks: Vec<Remark>,
    /// Figures that measure the quality of the plan.
    pub solver: SolverFigures,
    /// Size of the road network of each travel mode.
    pub networks: BTreeMap<String, NetworkSize>,
    /// Region and rush hours that the territory file sets for measured speeds.
    #[serde(default)]
    pub speeds: SpeedSettings,
    /// Regions whose measured speeds the roads have, by travel mode; none for a mode with speeds by class.
    #[serde(default)]
    pub speed_regions: BTreeMap<String, Vec<SpeedRegion>>,
    /// Files from which the plan was made.
    pub inputs: Vec<SummaryInput>,
    /// True if notes and personal columns were left out.
    pub personal_dropped: bool,
    /// Datum of the second copy of routes and stops; null if there is none.
    pub datum_out: Option<Datum>,
    /// Settings of the reps, in the order of the territory file.
    pub reps: Vec<RepSettings>,
    /// Holidays of the calendar.
    pub holidays: Vec<Date>,
    /// Days that count as another day of the week (swapped working days).
    pub working_days: Vec<SwappedDay>,
    /// Policy of the plan, including default values and learned times; its keys are those of the territory file.
    pub policy: Policy,
    /// Times learned from the visit log, as in their file; only if the territory file names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learned: Option<LearnedTimes>,
}

/// Name of the program; plans of other programs are not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Program {
    /// This program.
    Beatplan,
}

/// The effort of a search. It is a number of steps, not a time, so the same effort gives the same
/// plan on every machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// A fifth of the normal number of steps.
    Quick,
    /// A number of steps that takes about a second for each rep and day.
    #[default]
    Normal,
    /// Ten times the normal number of steps.
    Thorough,
}

/// Sums over a plan.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlanTotals {
    /// Number of prospects that have a position.
    pub prospects: usize,
    /// Number of prospects that may be visited on a day of the plan.
    pub due: usize,
    /// Number of prospects that have already been visited on the first day.
    pub done: usize,
    /// Number of visits that are planned.
    pub visits: usize,
    /// Number of visits that are wanted. A prospect counts several times if its interval asks for
    /// several visits.
    pub visits_wanted: usize,
    /// Number of telephone calls that are due.
    pub phone_calls: usize,
    /// Sum of the prizes of the planned visits, in points.
    pub prize: f64,
    /// Sum of the prizes of the wanted visits, each on its best day, in points.
    pub prize_due: f64,
    /// Distance travelled, in kilometres.
    pub distance_km: f64,
    /// Time on the road, in minutes, parking and walks included.
    pub travel_minutes: f64,
    /// Part of `travel_minutes` for parking.
    pub park_minutes: f64,
    /// Part of `travel_minutes` for walks.
    pub walk_minutes: f64,
    /// Time at outlets, in minutes.
    pub visit_minutes: f64,
    /// Waiting time, in minutes.
    pub wait_minutes: f64,
}

/// A route in the summary, with the same values as in `routes.geojson`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RouteSummary {
    /// Id of the route.
    pub route_id: String,
    /// Name of the rep.
    pub rep: String,
    /// Day of the beat.
    pub date: Date,
    /// Moment at which the beat begins.
    pub start_time: Moment,
    /// Moment at which the beat ends.
    pub end_time: Moment,
    /// Number of visits.
    pub visits: usize,
    /// Sum of the prizes of the visits, in points.
    pub prize: f64,
    /// Distance travelled, in kilometres.
    pub distance_km: f64,
    /// Time on the road, in minutes, parking and walks included.
    pub travel_minutes: f64,
    /// Part of `travel_minutes` for parking.
    pub park_minutes: f64,
    /// Part of `travel_minutes` for walks.
    pub walk_minutes: f64,
    /// Time at outlets, in minutes.
    pub visit_minutes: f64,
}

/// A rep for whom only the rest of the first day was planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnderwayRep {
    /// Name of the rep.
    pub rep: String,
    /// Day of which the rest was planned.
    pub date: Date,
    /// Time of day from which the day was planned.
    pub at: ClockTime,
    /// Longitude of the rep at that time, WGS-84.
    pub from_lon: f64,
    /// Latitude of the rep at that time, WGS-84.
    pub from_lat: f64,
    /// True if the rep had already had lunch.
    pub lunch_taken: bool,
    /// Ids of the prospects that the rep had already visited that day.
    pub done: Vec<String>,
}

impl UnderwayRep {
    /// Returns the position of the rep.
    pub fn from(&self) -> LonLat {
        LonLat { lon: self.from_lon, lat: self.from_lat }
    }
}

/// The changes of a plan from an earlier plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanChanges {
    /// Cost of a change that the policy states, in points.
    pub move_cost: f64,
    /// Cost of a change with which the plan was found, in points. It is `move_cost`, or more if
    /// that was needed to keep the budget.
    pub price: f64,
    /// Budget: maximum number of changes that count; null if there is none.
    pub changes_max: Option<usize>,
    /// Number of changes that count for the budget.
    pub counted: usize,
    /// Number of visits that stay with the same rep on the same day.
    pub kept: usize,
    /// Number of visits that have been made.
    pub done: usize,
    /// Visits that were not planned before.
    pub new: Vec<WrittenChange>,
    /// Visits that are no longer planned.
    pub gone: Vec<WrittenChange>,
    /// Visits that have another rep or day.
    pub moved: Vec<WrittenChange>,
}

/// A visit that is new, gone or moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WrittenChange {
    /// Id of the outlet.
    pub id: String,
    /// Name of the outlet.
    pub name: String,
    /// Rep of the visit in the earlier plan; null if the visit is new.
    pub from_rep: Option<String>,
    /// Day of the visit in the earlier plan; null if the visit is new.
    pub from_date: Option<Date>,
    /// Rep of the visit in this plan; null if the visit is gone.
    pub rep: Option<String>,
    /// Day of the visit in this plan; null if the visit is gone.
    pub date: Option<Date>,
    /// Code of the reason for the change.
    pub reason_code: String,
    /// Reason for the change, as one clause.
    pub reason: String,
    /// True if the change counts for the budget.
    pub counts: bool,
}

/// The quality of a plan, as the solver measures it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SolverFigures {
    /// Objective of the plan, in points: the prizes minus the cost of travel and of uneven work.
    pub objective: f64,
    /// Upper bound on the objective of any plan with as many mandatory visits, in points, rounded
    /// up.
    pub bound: f64,
    /// Largest possible difference between the objective and the best possible objective, in
    /// percent of the bound, rounded up; null if no objective above zero is possible.
    pub gap_percent: Option<f64>,
    /// Number of steps of the search.
    pub iterations: u64,
    /// True if a time limit ended the search or the computation of the bound; another run may then
    /// give another result.
    pub stopped_early: bool,
}

/// A file from which the plan was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SummaryInput {
    /// Role of the file: `map`, `gazetteer`, `calendar`, `prospects`, `visits`, `learned` or `profile`.
    pub role: String,
    /// Path of the file.
    pub file: String,
    /// Fingerprint of the file: XXH3 of its bytes, 64 bit, hexadecimal.
    pub xxh3: String,
    /// Travel mode, if the file is a profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Settings of the territory file, if the file is a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<ListSettings>,
}

/// A day that counts as another day of the week (a swapped working day).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SwappedDay {
    /// The swapped day.
    pub date: Date,
    /// The day of the week that it counts as.
    pub counts_as: Workdays,
}

/// The settings of a rep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RepSettings {
    /// Name of the rep.
    pub name: String,
    /// Longitude of the home, WGS-84.
    pub home_lon: f64,
    /// Latitude of the home, WGS-84.
    pub home_lat: f64,
    /// Travel mode of the rep: the name of a built-in profile, or the path of a profile file.
    pub mode: String,
    /// Working hours of the rep.
    pub shift: ClockSpan,
    /// Duration of lunch, in minutes; null without lunch.
    pub lunch_minutes: Option<u32>,
    /// Span of time in which lunch may begin; null without lunch.
    pub lunch_start_between: Option<ClockSpan>,
    /// Days of the week on which the rep works.
    pub workdays: Workdays,
    /// Days on which the rep does not work.
    pub days_off: Vec<Date>,
    /// Days on which the rep works in addition to those of the week.
    pub extra_days: Vec<Date>,
    /// Maximum number of visits on a day.
    pub visits_max: u32,
    /// Maximum travel time on a day, in minutes; null for no limit.
    pub travel_max_minutes: Option<u32>,
    /// Duration of the rep's visits divided by the usual duration.
    pub visit_minutes_share: f64,
}
