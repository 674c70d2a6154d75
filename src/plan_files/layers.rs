//! The properties of the layers of a plan, in the order of the files.
//!
//! Points, minutes and kilometres have up to three decimals.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Moment;
use crate::prospects::{FollowupType, Grade, OutletType, Stage, Status, Tier};

/// Properties of a route: the beat of one rep on one day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RouteProperties {
    /// Territory, date and number of the rep in the territory file: `malta/2026-11-25/1`.
    pub route_id: String,
    /// Rep and date, for a page of an atlas: `Maria 2026-11-25`.
    pub page_name: String,
    /// Name of the rep.
    pub rep: String,
    /// Day of the beat.
    pub date: Date,
    /// Travel mode of the rep, as the territory file has it.
    pub mode: String,
    /// Moment at which the rep leaves home, or the place where the rep is.
    pub start_time: Moment,
    /// Moment at which the rep is back home.
    pub end_time: Moment,
    /// Begin of lunch; null if none is taken.
    pub lunch_from: Option<Moment>,
    /// End of lunch; null if none is taken.
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
    /// The route of the stop.
    pub route_id: String,
    /// Number of the stop in its route, from 1.
    pub stop_no: usize,
    /// Id of the outlet.
    pub id: String,
    /// Name of the outlet.
    pub name: String,
    /// Number of the visit among the visits wanted of the outlet within the plan, from 1.
    pub visit_number: u32,
    /// Name of the rep.
    pub rep: String,
    /// Day of the visit.
    pub date: Date,
    /// Moment at which the rep arrives at the door.
    pub arrival_time: Moment,
    /// Begin of the visit.
    pub start_time: Moment,
    /// End of the visit.
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
    /// Factor of the prize: weight of the tier.
    pub tier_weight: f64,
    /// Factor of the prize: urgency, `occasion_urgency` included.
    pub urgency: f64,
    /// Part of `urgency` that an occasion adds.
    pub occasion_urgency: f64,
    /// Factor of the prize: potential of the outlet.
    pub potential: f64,
    /// Factor of the prize: promptness.
    pub promptness: f64,
    /// Code of the reason for the visit.
    pub reason_code: String,
    /// Reason for the visit, as one clause.
    pub reason: String,
    /// True for an appointment, a pin or a must-visit.
    pub mandatory: bool,
    /// Travel that the day would save without this stop, in minutes.
    pub detour_minutes: f64,
    /// Loss of the plan's worth without this visit, in points; null if the day would not work without it.
    pub net_worth: Option<f64>,
    /// Tier of the outlet; null if it has none.
    pub tier: Option<Tier>,
    /// Stage of the outlet.
    pub stage: Stage,
    /// Purpose of the visits.
    pub followup_type: FollowupType,
    /// Type of the outlet.
    pub outlet_type: OutletType,
    /// Precision of a position that was looked up; null if the list gives the position.
    pub position_quality: Option<Grade>,
    /// Address, from the list.
    pub address: Option<String>,
    /// Telephone number, from the list.
    pub phone: Option<String>,
    /// Objective of the visit.
    pub objective: String,
    /// Objection of the last visit; null if none is noted.
    pub objection: Option<String>,
    /// Talking point for the objection; null if there is none.
    pub talking_point: Option<String>,
    /// Day and name of an occasion; null if none is near. Personal.
    pub occasion: Option<String>,
    /// Note, from the list. Personal.
    pub note: Option<String>,
}

/// Properties of a leg: a drive or walk of a beat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LegProperties {
    /// The route of the leg.
    pub route_id: String,
    /// Number of the leg in its route, from 1.
    pub leg_no: usize,
    /// Name of the rep.
    pub rep: String,
    /// Day of the beat.
    pub date: Date,
    /// Number of the stop that the leg leaves; null where the day starts.
    pub from_stop: Option<usize>,
    /// Number of the stop that the leg leads to; null at home.
    pub to_stop: Option<usize>,
    /// Begin of the leg.
    pub start_time: Moment,
    /// End of the leg.
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

/// Properties of a prospect. Columns of the lists that the program does not know follow as further properties, text or
/// null; one with the name of a property below gets the prefix `list_`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProspectProperties {
    /// Id of the outlet.
    pub id: String,
    /// Name of the outlet.
    pub name: String,
    /// `visit`, `left_out`, or `done`: visited that day already.
    pub decision: String,
    /// Number of visits in the plan.
    pub visits: usize,
    /// Number of visits that the interval asks for within the plan; 0 if none may be made on any day.
    pub visits_wanted: usize,
    /// Code of the reason for the decision.
    pub reason_code: String,
    /// Reason for the decision, as one clause.
    pub reason: String,
    /// Route of the first visit; null without a visit.
    pub route_id: Option<String>,
    /// Number of the stop of the first visit; null without a visit.
    pub stop_no: Option<usize>,
    /// Begin of the first visit; null without a visit.
    pub start_time: Option<Moment>,
    /// Worth in points: of the first visit, else of the first day on which a visit is possible; null if on none.
    pub prize: Option<f64>,
    /// Factor of the prize: weight of the tier.
    pub tier_weight: Option<f64>,
    /// Factor of the prize: urgency, `occasion_urgency` included.
    pub urgency: Option<f64>,
    /// Part of `urgency` that an occasion adds.
    pub occasion_urgency: Option<f64>,
    /// Factor of the prize: potential of the outlet.
    pub potential: f64,
    /// Factor of the prize: promptness.
    pub promptness: Option<f64>,
    /// True for an appointment, a pin or a must-visit on that day.
    pub mandatory: bool,
    /// Travel that a visit would add, in minutes, rounded up; null unless that is the reason.
    pub extra_travel_minutes: Option<u32>,
    /// Time that is missing for a visit, in minutes, rounded up; null unless that is the reason.
    pub missing_minutes: Option<u32>,
    /// Rep who would best make the visit; null if it is made or impossible.
    pub would_rep: Option<String>,
    /// Day of that visit.
    pub would_date: Option<Date>,
    /// Number of stops before that visit.
    pub would_follow_stop: Option<usize>,
    /// Loss of the plan's worth with that visit, in points; null if no exchange of up to three stops is possible.
    pub forcing_costs: Option<f64>,
    /// Prizes of the stops that it would replace, in points; 0 if it fits beside all.
    pub prize_lost: Option<f64>,
    /// Names of the outlets that it would replace; null if there are none.
    pub instead_of: Option<String>,
    /// Code of the least change that makes room beside all stops; null if none is needed or enough.
    pub change_code: Option<String>,
    /// Size of that change, in minutes; null for one more visit.
    pub change_minutes: Option<u32>,
    /// That change in words.
    pub change: Option<String>,
    /// Tier, given or from revenue; null if there is none.
    pub tier: Option<Tier>,
    /// Stage, from list and visit log.
    pub stage: Stage,
    /// Purpose of the visits, from the list or by stage.
    pub followup_type: FollowupType,
    /// Status: whether the outlet trades.
    pub status: Status,
    /// Type of the outlet.
    pub outlet_type: OutletType,
    /// Day of the last visit by list and log; null if there was none.
    pub visited_on: Option<Date>,
    /// Days between visits, from the list or the policy.
    pub interval_days: u32,
    /// Last visit + interval; null if there was no visit.
    pub due_date: Option<Date>,
    /// Days past the due date on the first day of the plan; 0 if it is not past.
    pub days_overdue: u32,
    /// Promised day, from the list.
    pub next_action_date: Option<Date>,
    /// Revenue, from the list.
    pub revenue: Option<f64>,
    /// Opening hours, from the list.
    pub opening_hours: Option<String>,
    /// Days of the week for visits, from the list: `Mo,Tu,We,Fr`; null if any day will do.
    pub visit_days: Option<String>,
    /// Preferred hours, from the list.
    pub preferred_hours: Option<String>,
    /// Hours to avoid, from the list.
    pub avoided_hours: Option<String>,
    /// Market days, from the list.
    pub market_days: Option<String>,
    /// Objection of the last visit; null if none is noted.
    pub objection: Option<String>,
    /// Names of the reps who may visit it, with `|` between them; null if any may.
    pub assigned_rep: Option<String>,
    /// Minutes from the road to the counter, parking included, from the list.
    pub approach_minutes: Option<u32>,
    /// Distance to its road, in metres; null if no usable road is near.
    pub snap_distance_m: Option<f64>,
    /// Precision of a position that was looked up; null if the list gives the position.
    pub position_quality: Option<Grade>,
    /// Address, from the list.
    pub address: Option<String>,
    /// Township, from the list.
    pub township: Option<String>,
    /// City, from the list.
    pub city: Option<String>,
    /// County, from the list.
    pub county: Option<String>,
    /// Postcode, from the list.
    pub postcode: Option<String>,
    /// Licence number, from the list.
    pub license_no: Option<String>,
    /// Unified social credit code, from the list.
    pub uscc: Option<String>,
    /// OpenStreetMap id, from the list.
    pub osm_id: Option<String>,
    /// Telephone number, from the list.
    pub phone: Option<String>,
    /// Source of the row, from the list.
    pub source: Option<String>,
    /// Date of the source, from the list.
    pub source_date: Option<Date>,
    /// Note, from the list. Personal.
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
    /// Telephone number.
    pub phone: Option<String>,
    /// Names of the reps who may call, with `|` between them; null if any may.
    pub assigned_rep: Option<String>,
    /// Day of the last visit or call; null if there was none.
    pub contacted_on: Option<Date>,
    /// Last contact + interval of calls; null if there was no contact.
    pub due_date: Option<Date>,
    /// Days past the due date on the day of the call.
    pub days_overdue: u32,
    /// Tier of the outlet; null if it has none.
    pub tier: Option<Tier>,
    /// Stage of the outlet.
    pub stage: Stage,
    /// Purpose of the contact.
    pub followup_type: FollowupType,
    /// Objective of the call.
    pub objective: String,
    /// Objection of the last visit; null if none is noted.
    pub objection: Option<String>,
    /// Talking point for the objection; null if there is none.
    pub talking_point: Option<String>,
    /// Note, from the list. Personal.
    pub note: Option<String>,
}

/// Properties of an issue: a fault of one outlet that a person can correct.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IssueProperties {
    /// Code of the issue: a reason code, or `rough_position`.
    pub code: String,
    /// `error`: mandatory and not planned; `warning`: out of reach; `notice`: the position is rough.
    pub severity: String,
    /// Id of the outlet.
    pub id: String,
    /// Name of the outlet.
    pub name: String,
    /// The issue, as one clause.
    pub message: String,
}
