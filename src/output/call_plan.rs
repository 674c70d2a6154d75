//! Writes the call plan as a table for CSV, GeoJSON and the terminal. The table has due visits with
//! their reasons, telephone calls, and prospects that are not due.

use jiff::civil::Date;
use serde::Serialize;

use super::layer::{Layer, feature, point};
use crate::call_plan::{CallPlan, CallPlanEntry, Decision, Due, NotDue, PhoneCalls, VisitRules};
use crate::ids::ById;
use crate::prospects::{FollowupType, OutletType, Prospect, ProspectId, Stage, Status, Tier};
use crate::units::{rounded, thousandths};

/// One row of the call plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallPlanRow {
    /// Part of the call plan: `due`, `phone_call` or `not_due`.
    pub list: &'static str,
    /// First day of the plan on which the visit is due, or the date of the telephone call; `None`
    /// for prospects that are not due.
    pub date: Option<String>,
    /// Id of the prospect.
    pub id: String,
    /// Name of the prospect.
    pub name: String,
    /// Type of outlet.
    pub outlet_type: OutletType,
    /// Tier of the prospect.
    pub tier: Option<Tier>,
    /// Sales stage.
    pub stage: Stage,
    /// Purpose of the visits (follow-up type).
    pub followup_type: FollowupType,
    /// Trading status.
    pub status: Status,
    /// Date of the last visit.
    pub visited_on: Option<String>,
    /// Number of days from one visit to the next; for a telephone call, from one call to the next.
    pub interval_days: Option<u32>,
    /// Date of the last visit plus the interval; for a telephone call, date of the last contact
    /// plus the interval.
    pub due_date: Option<String>,
    /// Number of days past the due date. It is counted on the first day of the plan; for a
    /// telephone call, on the date of the call.
    pub days_overdue: u32,
    /// First day on which a prospect that is not due may become due; `None` if it is not known.
    pub due_from: Option<String>,
    /// Stable code of the reason, in snake_case.
    pub reason_code: String,
    /// Reason for the decision, as one clause.
    pub reason: String,
    /// True if the visit must be in the plan.
    pub mandatory: bool,
    /// Prize of the visit on `date`, in points.
    pub prize: Option<f64>,
    /// Weight of the tier, in points.
    pub tier_weight: Option<f64>,
    /// Urgency, including `occasion_urgency`.
    pub urgency: Option<f64>,
    /// Urgency added by an occasion.
    pub occasion_urgency: Option<f64>,
    /// Multiplier on the prize that the list states.
    pub potential: f64,
    /// Objective of the visit.
    pub objective: String,
    /// Objection of the outlet at the last visit.
    pub objection: Option<String>,
    /// Talking point for answering the objection.
    pub talking_point: Option<String>,
    /// Telephone number of the outlet.
    pub phone: Option<String>,
    /// Street, house number and place.
    pub address: Option<String>,
    /// Names of the reps who may visit the prospect, separated by `|`.
    pub assigned_rep: Option<String>,
    /// Longitude in degrees east, WGS-84.
    pub lon: f64,
    /// Latitude in degrees north, WGS-84.
    pub lat: f64,
}

impl CallPlanRow {
    /// Returns all rows: due visits, telephone calls, then prospects that are not due. Overdue
    /// visits come before other due visits, and a higher prize comes first in both groups.
    /// Telephone calls are in the order of `calls`. Prospects that are not due are sorted by
    /// `due_from`; those without it come last.
    pub fn all(
        prospects: &ById<ProspectId, Prospect>,
        call_plan: &CallPlan,
        calls: &PhoneCalls,
        rules: VisitRules<'_>,
    ) -> Vec<Self> {
        let (mut due, mut not_due) = (Vec::new(), Vec::new());
        for (prospect, entry) in prospects.iter().zip(&call_plan.entries) {
            let first = entry
                .decisions
                .iter()
                .zip(&call_plan.dates)
                .find_map(|(d, date)| Some((d.due()?, *date)));
            match first {
                Some(first) => {
                    due.push(Self::due(prospect, entry, first, call_plan.dates[0], rules))
                }
                None => not_due.push(Self::not_due(prospect, entry, call_plan, rules)),
            }
        }
        let thousandths_of = |row: &Self| (row.prize.unwrap_or(0.0) * 1000.0).round() as i64;
        due.sort_by_key(|row| (row.days_overdue == 0, std::cmp::Reverse(thousandths_of(row))));
        not_due.sort_by_key(|row| (row.due_from.is_none(), row.due_from.clone()));
        let calls = calls.calls.iter().map(|call| {
            let prospect = &prospects[call.prospect];
            let days = rules.policy.phone_interval_days(prospect);
            Self {
                list: "phone_call",
                date: Some(call.date.to_string()),
                interval_days: days,
                due_date: call.due_date.map(|date| date.to_string()),
                days_overdue: call.days_overdue,
                reason_code: "phone_call".to_owned(),
                reason: call
                    .contacted_on
                    .map_or("never spoken to".to_owned(), |on| format!("last spoken to on {on}")),
                ..Self::of(prospect, call_plan.entry(call.prospect), call_plan.dates[0], rules)
            }
        });
        let calls: Vec<Self> = calls.collect();
        due.into_iter().chain(calls).chain(not_due).collect()
    }

    /// Returns a row with the values that are the same for every decision.
    fn of(
        prospect: &Prospect,
        entry: &CallPlanEntry,
        first_day: Date,
        rules: VisitRules<'_>,
    ) -> Self {
        let text = |date: Date| date.to_string();
        Self {
            list: "due",
            date: None,
            id: prospect.id.clone(),
            name: prospect.name.clone(),
            outlet_type: prospect.outlet_type,
            tier: prospect.tier,
            stage: prospect.stage,
            followup_type: entry.followup_type,
            status: prospect.status,
            visited_on: prospect.visited_on.map(text),
            interval_days: Some(entry.interval_days),
            due_date: entry.due_date.map(text),
            days_overdue: entry.days_overdue(first_day),
            due_from: None,
            reason_code: String::new(),
            reason: String::new(),
            mandatory: false,
            prize: None,
            tier_weight: None,
            urgency: None,
            occasion_urgency: None,
            potential: thousandths(prospect.potential),
            objective: rules.policy.objective(prospect).to_owned(),
            objection: prospect.objection.clone(),
            talking_point: rules.policy.talking_point(prospect).map(str::to_owned),
            phone: prospect.phone.clone(),
            address: prospect.address.clone(),
            assigned_rep: prospect.assigned_rep(),
            lon: rounded(prospect.at.lon, 6),
            lat: rounded(prospect.at.lat, 6),
        }
    }

    fn due(
        prospect: &Prospect,
        entry: &CallPlanEntry,
        (due, date): (&Due, Date),
        first_day: Date,
        rules: VisitRules<'_>,
    ) -> Self {
        Self {
            date: Some(date.to_string()),
            reason_code: due.reason.code().to_owned(),
            reason: due.reason.to_string(),
            mandatory: due.mandatory,
            prize: Some(due.prize.points()),
            tier_weight: Some(thousandths(due.prize_parts.tier_weight)),
            urgency: Some(thousandths(due.prize_parts.urgency_in_all())),
            occasion_urgency: Some(thousandths(due.prize_parts.occasion)),
            ..Self::of(prospect, entry, first_day, rules)
        }
    }

    fn not_due(
        prospect: &Prospect,
        entry: &CallPlanEntry,
        call_plan: &CallPlan,
        rules: VisitRules<'_>,
    ) -> Self {
        let decision = entry.decisions.last();
        Self {
            list: "not_due",
            due_from: decision.and_then(due_from).map(|date| date.to_string()),
            reason_code: decision.map_or("", Decision::code).to_owned(),
            reason: decision.map_or_else(String::new, Decision::to_string),
            ..Self::of(prospect, entry, call_plan.dates[0], rules)
        }
    }
}

/// Returns the first day on which the reason against a visit no longer applies; `None` if it is not
/// known.
fn due_from(decision: &Decision) -> Option<Date> {
    match decision {
        Decision::NotDue(NotDue::NotYet { from, .. } | NotDue::MinGap { until: from }) => {
            Some(*from)
        }
        Decision::NotDue(NotDue::AppointmentElsewhen { at }) => Some(at.date()),
        Decision::NotDue(NotDue::PinnedElsewhen { on }) => Some(*on),
        Decision::NotDue(NotDue::CallBlock { until: Some(until) }) => until.tomorrow().ok(),
        _ => None,
    }
}

/// Returns the rows as CSV in UTF-8, with a header.
pub fn call_plan_csv(rows: &[CallPlanRow]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).expect("rows are plain values, and memory takes them all");
    }
    let bytes = writer.into_inner().expect("memory takes them all");
    String::from_utf8(bytes).expect("all cells are text")
}

/// Returns the rows as GeoJSON, with one point for each row.
pub fn call_plan_geojson(rows: &[CallPlanRow]) -> String {
    let at = |row: &CallPlanRow| point(crate::lonlat::LonLat { lon: row.lon, lat: row.lat });
    let features: Vec<_> = rows.iter().map(|row| feature(at(row), row)).collect();
    Layer { name: "call_plan", features }.geojson()
}
