//! `summary.json`: figures of the plan, its inputs and settings, and remarks.
//!
//! It holds every setting that bears on the plan, so `verify` can check the plan from files alone.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{ClockSpan, ClockTime, Moment};
use crate::datum::Datum;
use crate::lonlat::LonLat;
use crate::policy::Policy;
use crate::prospects::ListSettings;
use crate::remark::Remark;
use crate::road::NetworkSize;
use crate::territory::Unplaced;
use crate::week::Workdays;

/// The content of `summary.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanSummary {
    /// The program that wrote the plan.
    pub program: Program,
    /// Version of the program.
    pub version: String,
    /// Credit of the map data.
    pub attribution: String,
    /// Name of the territory.
    pub territory: String,
    /// IANA name of the time zone; null if it has none.
    pub timezone: Option<String>,
    /// Days of the plan.
    pub dates: Vec<Date>,
    /// Day for which the dates in lists and visit log were written; only if the territory file says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates_as_of: Option<Date>,
    /// Seed of the search.
    pub seed: u64,
    /// Effort of the search.
    pub effort: Effort,
    /// Sums over the plan.
    pub totals: PlanTotals,
    /// The routes, as in `routes.geojson`.
    pub routes: Vec<RouteSummary>,
    /// Number of prospects left out, by reason code.
    pub left_out: BTreeMap<String, usize>,
    /// Number of prospects by precision of their position: `given` by the list, or the grade of the lookup.
    pub positions: BTreeMap<String, usize>,
    /// Rows of the lists without a position; they are in no layer.
    pub no_position: Vec<Unplaced>,
    /// Reps of whose first day only the rest was planned.
    pub underway: Vec<UnderwayRep>,
    /// Changes against an earlier plan; null if there was none to keep.
    pub changes: Option<PlanChanges>,
    /// Notes of the program for a person.
    pub remarks: Vec<Remark>,
    /// Quality of the plan.
    pub solver: SolverFigures,
    /// Size of the road network, by travel mode.
    pub networks: BTreeMap<String, NetworkSize>,
    /// Files that the plan was made from.
    pub inputs: Vec<SummaryInput>,
    /// True if notes and personal columns were left out.
    pub personal_dropped: bool,
    /// Datum of the second copy of routes and stops; null if there is none.
    pub datum_out: Option<Datum>,
    /// Settings of the reps, in the order of the territory file.
    pub reps: Vec<RepSettings>,
    /// Holidays of the calendar.
    pub holidays: Vec<Date>,
    /// Days that count as another day of the week.
    pub working_days: Vec<SwappedDay>,
    /// The policy in force, defaults included; its keys are those of the territory file.
    pub policy: Policy,
}

/// The only program whose plans are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Program {
    /// This program.
    Beatplan,
}

/// The effort of a search, as a number of steps and never as a time: the same effort gives the same plan on every machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// A fifth of the normal number of steps.
    Quick,
    /// About a second for one rep and day.
    #[default]
    Normal,
    /// Ten times the normal number of steps.
    Thorough,
}

/// Sums over a plan.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlanTotals {
    /// Prospects that have a position.
    pub prospects: usize,
    /// Prospects that may be visited on a day of the plan.
    pub due: usize,
    /// Prospects that have been visited on the first day already.
    pub done: usize,
    /// Visits planned.
    pub visits: usize,
    /// Visits wanted; more than one for a prospect if its interval asks for it.
    pub visits_wanted: usize,
    /// Telephone calls due.
    pub phone_calls: usize,
    /// Worth of the visits planned, in points.
    pub prize: f64,
    /// Worth of the visits wanted, each on its best day, in points.
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

/// A route in the summary: the same values as in `routes.geojson`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RouteSummary {
    /// Id of the route.
    pub route_id: String,
    /// Name of the rep.
    pub rep: String,
    /// Day of the beat.
    pub date: Date,
    /// Begin of the beat.
    pub start_time: Moment,
    /// End of the beat.
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

/// A rep of whose first day only the rest was planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnderwayRep {
    /// Name of the rep.
    pub rep: String,
    /// The day.
    pub date: Date,
    /// Time from which on the day was planned.
    pub at: ClockTime,
    /// Longitude of the rep at that time, WGS-84.
    pub from_lon: f64,
    /// Latitude of the rep at that time, WGS-84.
    pub from_lat: f64,
    /// True if the rep has had lunch.
    pub lunch_taken: bool,
    /// Ids of the prospects that the rep has visited that day.
    pub done: Vec<String>,
}

impl UnderwayRep {
    /// The place of the rep.
    pub fn from(&self) -> LonLat {
        LonLat { lon: self.from_lon, lat: self.from_lat }
    }
}

/// The changes of a plan against an earlier one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanChanges {
    /// Cost of a change by the policy, in points.
    pub move_cost: f64,
    /// Cost of a change with which the plan was found, in points: `move_cost`, or more to keep to the budget.
    pub price: f64,
    /// Budget of changes; null if there is none.
    pub changes_max: Option<usize>,
    /// Number of changes that count against the budget.
    pub counted: usize,
    /// Number of visits that stay with their rep on their day.
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
    /// Rep of the earlier plan; null if the visit is new.
    pub from_rep: Option<String>,
    /// Day of the earlier plan; null if the visit is new.
    pub from_date: Option<Date>,
    /// Rep of this plan; null if the visit is gone.
    pub rep: Option<String>,
    /// Day of this plan; null if the visit is gone.
    pub date: Option<Date>,
    /// Code of the reason.
    pub reason_code: String,
    /// Reason, as one clause.
    pub reason: String,
    /// True if the change counts against the budget.
    pub counts: bool,
}

/// The quality of a plan, as the solver measures it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SolverFigures {
    /// Prizes less the cost of travel and of uneven work, in points.
    pub objective: f64,
    /// Upper limit of the objective of every plan that serves as many mandatory visits; in points, rounded up.
    pub bound: f64,
    /// Largest distance of the objective from the best possible, in percent of the bound, rounded up; null if nothing can be
    /// gained.
    pub gap_percent: Option<f64>,
    /// Steps of the search.
    pub iterations: u64,
    /// True if a time limit ended the search or the work on the bound; another run may give another result.
    pub stopped_early: bool,
}

/// A file that the plan was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SummaryInput {
    /// `map`, `gazetteer`, `calendar`, `prospects`, `visits` or `profile`.
    pub role: String,
    /// Path of the file.
    pub file: String,
    /// XXH3 of its bytes, 64 bit, hexadecimal.
    pub xxh3: String,
    /// Travel mode; of a profile only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Settings of the territory file; of a list only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<ListSettings>,
}

/// A day that counts as another day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SwappedDay {
    /// The day.
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
    /// Travel mode: the name of a built-in profile, or a profile file.
    pub mode: String,
    /// Working hours.
    pub shift: ClockSpan,
    /// Length of lunch, in minutes; null if there is none.
    pub lunch_minutes: Option<u32>,
    /// Span in which lunch may begin; null if there is none.
    pub lunch_start_between: Option<ClockSpan>,
    /// Working days of the week.
    pub workdays: Workdays,
    /// Days off.
    pub days_off: Vec<Date>,
    /// Working days beside those of the week.
    pub extra_days: Vec<Date>,
    /// Maximum number of visits on a day.
    pub visits_max: u32,
    /// Maximum travel on a day, in minutes; null if there is no limit.
    pub travel_max_minutes: Option<u32>,
    /// Length of the rep's visits as a share of the usual length.
    pub visit_minutes_share: f64,
}
