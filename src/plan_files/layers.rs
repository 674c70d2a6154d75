//! Defines the properties of the features in each layer of a plan.
//!
//! Points, minutes and kilometres have up to three decimals.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Moment;
use crate::prospects::{FollowupType, Grade, OutletType, Stage, Status, Tier};

/// Properties of a route: the beat of one rep on one day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RouteProperties {
    /// Id of the route: territory, date, and number of the rep in the territory file, such as
    /// `malta/2026-11-25/1`.
    pub route_id: String,
    /// Name of the rep and date, such as `Maria 2026-11-25`; it names the page of the route in a
    /// printed atlas.
    pub page_name: String,
    /// Name of the rep.
    pub rep: String,
    /// Day of the beat.
    pub date: Date,
    /// Travel mode of the rep, as the territory file states it.
    pub mode: String,
    /// Moment at which the rep leaves home; if only the rest of a day is planned, the place where
    /// the rep is.
    pub start_time: Moment,
    /// Moment at which the rep returns home.
    pub end_time: Moment,
    /// Moment at which lunch begins; null without lunch.
    pub lunch_from: Option<Moment>,
    /// Moment at which lunch ends; null without lunch.
    pub lunch_until: Option<Moment>,
    /// Number of visits.
    pub visits: usize,
    /// Sum of the prizes of the visits, in points.
    pub prize: f64,
    /// Distance driven and walked, in kilometres.
    pub distance_km: f64,
    /// Time on the road, in minutes, parking and walks included; each drive is rounded up to a second.
    pub travel_minutes: f64,
    /// Part of `travel_minutes` for parking.
    pub park_minutes: f64,
    /// Part of `travel_minutes` for walks between road and door, and from door to door.
    pub walk_minutes: f64,
    /// Walked part of `distance_km`, in metres.
    pub walk_m: f64,
    /// Time at outlets, in minutes.
    pub visit_minutes: f64,
    /// Sum of the waiting times of the stops, in minutes.
    pub wait_minutes: f64,
}

/// Properties of a stop: one visit of a beat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StopProperties {
    /// Id of the route to which the stop belongs.
    pub route_id: String,
    /// Number of the stop in its route, from 1.
    pub stop_no: usize,
    /// Id of the outlet.
    pub id: String,
    /// Name of the outlet.
    pub name: String,
    /// Number of the visit among all visits to the outlet that are wanted in the plan, from 1.
    pub visit_number: u32,
    /// Name of the rep.
    pub rep: String,
    /// Day of the visit.
    pub date: Date,
    /// Moment at which the rep arrives at the door.
    pub arrival_time: Moment,
    /// Moment at which the visit begins.
    pub start_time: Moment,
    /// Moment at which the visit ends.
    pub end_time: Moment,
    /// Moment at which the rep leaves for the next stop, or home.
    pub leave_time: Moment,
    /// Waiting time for this visit, at its door or at the stop before, in minutes; lunch does not count.
    pub wait_minutes: f64,
    /// Length of the visit, in minutes.
    pub visit_minutes: f64,
    /// Travel from the stop before, or from the start, in seconds, parking and walks included.
    pub travel_seconds: f64,
    /// Distance of that travel, in metres, walks included.
    pub distance_m: f64,
    /// Travel mode of the rep, or `walk` if the rep walks from the stop before.
    pub travel_mode: String,
    /// Walked part of `distance_m`, in metres.
    pub walk_m: f64,
    /// Part of `travel_seconds` for those walks, in minutes.
    pub walk_minutes: f64,
    /// Part of `travel_seconds` for parking at this stop, in minutes; 0 if the rep walks from the stop before.
    pub park_minutes: f64,
    /// Worth of the visit, in points.
    pub prize: f64,
    /// Weight of the tier, a factor of the prize.
    pub tier_weight: f64,
    /// Urgency with `occasion_urgency`, a factor of the prize.
    pub urgency: f64,
    /// Part of `urgency` that an occasion adds.
    pub occasion_urgency: f64,
    /// Potential of the outlet, a factor of the prize.
    pub potential: f64,
    /// Promptness of the visit, a factor of the prize.
    pub promptness: f64,
    /// Code of the reason for the visit.
    pub reason_code: String,
    /// Reason for the visit, as one clause.
    pub reason: String,
    /// True if the visit is mandatory: an appointment, a pin or a must-visit.
    pub mandatory: bool,
    /// Travel time that the day would save without this stop, in minutes.
    pub detour_minutes: f64,
    /// Decrease of the plan's worth if this visit were left out, in points; null if the day would
    /// not be feasible without it.
    pub net_worth: Option<f64>,
    /// Tier of the outlet; null if it has none.
    pub tier: Option<Tier>,
    /// Stage of the outlet.
    pub stage: Stage,
    /// Purpose of the visits (follow-up type).
    pub followup_type: FollowupType,
    /// Type of the outlet.
    pub outlet_type: OutletType,
    /// Quality of a position that was found by address; null if the list states the position.
    pub position_quality: Option<Grade>,
    /// Address, as the list states it.
    pub address: Option<String>,
    /// Telephone number, as the list states it.
    pub phone: Option<String>,
    /// Objective of the visit.
    pub objective: String,
    /// Objection of the last visit; null if none was noted.
    pub objection: Option<String>,
    /// Talking point for the objection; null if there is none.
    pub talking_point: Option<String>,
    /// Day and name of an occasion; null if there is none soon. Personal data.
    pub occasion: Option<String>,
    /// Note, as the list states it. May be personal data.
    pub note: Option<String>,
}

/// Properties of a leg: a drive or walk of a beat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LegProperties {
    /// Id of the route to which the leg belongs.
    pub route_id: String,
    /// Number of the leg in its route, from 1.
    pub leg_no: usize,
    /// Name of the rep.
    pub rep: String,
    /// Day of the beat.
    pub date: Date,
    /// Number of the stop where the leg begins; null where the day begins.
    pub from_stop: Option<usize>,
    /// Number of the stop where the leg ends; null if it ends at home.
    pub to_stop: Option<usize>,
    /// Moment at which the leg begins.
    pub start_time: Moment,
    /// Moment at which the leg ends.
    pub end_time: Moment,
    /// Length of the leg, in minutes, parking and walks included.
    pub travel_minutes: f64,
    /// Part of `travel_minutes` for parking at the end of the leg.
    pub park_minutes: f64,
    /// Part of `travel_minutes` for walks.
    pub walk_minutes: f64,
    /// Length of the leg, in kilometres.
    pub distance_km: f64,
    /// Walked part of `distance_km`, in metres.
    pub walk_m: f64,
    /// True if the rep walks all the way.
    pub on_foot: bool,
}

/// Properties of a prospect. Columns of the lists that the program does not know follow as further
/// properties, which are text or null. If such a column has the name of a property below, its name
/// gets the prefix `list_`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProspectProperties {
    /// Id of the outlet.
    pub id: String,
    /// Name of the outlet.
    pub name: String,
    /// Decision on the prospect: `visit`; `left_out`; or `done` if it has already been visited that
    /// day and no further visit is wanted.
    pub decision: String,
    /// Number of visits in the plan.
    pub visits: usize,
    /// Number of visits for which the interval has room in the plan; 0 if no visit is possible on
    /// any day.
    pub visits_wanted: usize,
    /// Code of the reason for the decision.
    pub reason_code: String,
    /// Reason for the decision, as one clause.
    pub reason: String,
    /// Id of the route of the first visit; null without a visit.
    pub route_id: Option<String>,
    /// Number of the stop of the first visit in its route; null without a visit.
    pub stop_no: Option<usize>,
    /// Moment at which the first visit begins; null without a visit.
    pub start_time: Option<Moment>,
    /// Prize of the first visit, in points. Without a visit, the prize on the first day on which a
    /// visit is possible; null if it is possible on none.
    pub prize: Option<f64>,
    /// Weight of the tier, a factor of the prize.
    pub tier_weight: Option<f64>,
    /// Urgency with `occasion_urgency`, a factor of the prize.
    pub urgency: Option<f64>,
    /// Part of `urgency` that an occasion adds.
    pub occasion_urgency: Option<f64>,
    /// Potential of the outlet, a factor of the prize.
    pub potential: f64,
    /// Promptness of the visit, a factor of the prize.
    pub promptness: Option<f64>,
    /// True if the visit is mandatory on that day: an appointment, a pin or a must-visit.
    pub mandatory: bool,
    /// Travel time that a visit would add, in minutes, rounded up; null if this is not the reason.
    pub extra_travel_minutes: Option<u32>,
    /// Time that is missing for a visit, in minutes, rounded up; null if this is not the reason.
    pub missing_minutes: Option<u32>,
    /// Name of the rep who could best make a visit; null if a visit is made or is impossible.
    pub would_rep: Option<String>,
    /// Day on which that rep could best make the visit.
    pub would_date: Option<Date>,
    /// Number of stops that the rep would make before that visit.
    pub would_follow_stop: Option<usize>,
    /// Decrease of the plan's worth if that visit were made, in points; null if it is impossible
    /// even if it replaces up to three stops.
    pub forcing_costs: Option<f64>,
    /// Sum of the prizes of the stops that the visit would replace, in points; 0 if it replaces
    /// none.
    pub prize_lost: Option<f64>,
    /// Names of the outlets whose stops the visit would replace; null if it replaces none.
    pub instead_of: Option<String>,
    /// Code of the smallest change that makes room for the visit without replacing a stop; null if
    /// no change is needed or enough.
    pub change_code: Option<String>,
    /// Size of that change, in minutes; null for one more visit.
    pub change_minutes: Option<u32>,
    /// That change, in words.
    pub change: Option<String>,
    /// Tier that the list states or that follows from the revenue; null if there is none.
    pub tier: Option<Tier>,
    /// Stage of the outlet, from the list and the visit log.
    pub stage: Stage,
    /// Purpose of the visits (follow-up type), from the list or from the stage.
    pub followup_type: FollowupType,
    /// Status of the outlet, which states whether it trades.
    pub status: Status,
    /// Type of the outlet.
    pub outlet_type: OutletType,
    /// Day of the last visit, from the list and the visit log; null if there was none.
    pub visited_on: Option<Date>,
    /// Number of days from one visit to the next, from the list or the policy.
    pub interval_days: u32,
    /// Due date: day of the last visit plus the interval; null if there was no visit.
    pub due_date: Option<Date>,
    /// Number of days past the due date on the first day of the plan; 0 if the due date is not
    /// past.
    pub days_overdue: u32,
    /// Promised day of the next visit, as the list states it.
    pub next_action_date: Option<Date>,
    /// Revenue, as the list states it.
    pub revenue: Option<f64>,
    /// Opening hours, as the list states them.
    pub opening_hours: Option<String>,
    /// Days of the week on which visits are possible, from the list: `Mo,Tu,We,Fr`; null if all
    /// days are.
    pub visit_days: Option<String>,
    /// Preferred hours, as the list states them.
    pub preferred_hours: Option<String>,
    /// Avoided hours, as the list states them.
    pub avoided_hours: Option<String>,
    /// Market days, as the list states them.
    pub market_days: Option<String>,
    /// Objection of the last visit; null if none was noted.
    pub objection: Option<String>,
    /// Names of the reps who may visit the outlet, separated by `|`; null if all may.
    pub assigned_rep: Option<String>,
    /// Number of minutes from the road to the counter, parking included, as the list states it.
    pub approach_minutes: Option<u32>,
    /// Distance between the outlet and its road, in metres; null if no road that the rep may use is
    /// near.
    pub snap_distance_m: Option<f64>,
    /// Quality of a position that was found by address; null if the list states the position.
    pub position_quality: Option<Grade>,
    /// Address, as the list states it.
    pub address: Option<String>,
    /// Township, as the list states it.
    pub township: Option<String>,
    /// City, as the list states it.
    pub city: Option<String>,
    /// County, as the list states it.
    pub county: Option<String>,
    /// Postcode, as the list states it.
    pub postcode: Option<String>,
    /// Licence number, as the list states it.
    pub license_no: Option<String>,
    /// Unified social credit code, as the list states it.
    pub uscc: Option<String>,
    /// OpenStreetMap id, as the list states it.
    pub osm_id: Option<String>,
    /// Telephone number, as the list states it.
    pub phone: Option<String>,
    /// Source of the row, as the list states it.
    pub source: Option<String>,
    /// Date of the source, as the list states it.
    pub source_date: Option<Date>,
    /// Note, as the list states it. May be personal data.
    pub note: Option<String>,
}

/// Properties of a telephone call that is due.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhoneCallProperties {
    /// Number of the call, from 1.
    pub call_no: usize,
    /// Day of the call.
    pub date: Date,
    /// Id of the outlet.
    pub id: String,
    /// Name of the outlet.
    pub name: String,
    /// Telephone number of the outlet.
    pub phone: Option<String>,
    /// Names of the reps who may call the outlet, separated by `|`; null if all may.
    pub assigned_rep: Option<String>,
    /// Day of the last visit or call; null if there was none.
    pub contacted_on: Option<Date>,
    /// Due date: day of the last contact plus the interval of calls; null if there was no contact.
    pub due_date: Option<Date>,
    /// Number of days past the due date on the day of the call.
    pub days_overdue: u32,
    /// Tier of the outlet; null if it has none.
    pub tier: Option<Tier>,
    /// Stage of the outlet.
    pub stage: Stage,
    /// Purpose of the contact (follow-up type).
    pub followup_type: FollowupType,
    /// Objective of the call.
    pub objective: String,
    /// Objection of the last visit; null if none was noted.
    pub objection: Option<String>,
    /// Talking point for the objection; null if there is none.
    pub talking_point: Option<String>,
    /// Note, as the list states it. May be personal data.
    pub note: Option<String>,
}

/// Properties of an issue: a problem of one outlet that a person can correct.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IssueProperties {
    /// Code of the issue: a reason code, or `rough_position`.
    pub code: String,
    /// Severity: `error` for a mandatory visit that is not planned, `warning` for an outlet that
    /// cannot be reached, `notice` for a position that is not exact.
    pub severity: String,
    /// Id of the outlet.
    pub id: String,
    /// Name of the outlet.
    pub name: String,
    /// Description of the problem, as one clause.
    pub message: String,
}
