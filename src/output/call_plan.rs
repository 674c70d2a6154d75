//! The call plan as a table: who is due and why, whom to call, who is not due and when; for CSV, GeoJSON and the terminal.

use jiff::civil::Date;
use serde::Serialize;

use super::layer::{Layer, feature, point};
use crate::call_plan::{CallPlan, CallPlanEntry, Decision, Due, NotDue, PhoneCalls, VisitRules};
use crate::ids::ById;
use crate::prospects::{FollowupType, OutletType, Prospect, ProspectId, Stage, Status, Tier};
use crate::units::thousandths;

/// One line of the call plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallPlanRow {
    /// `due`, `phone_call` or `not_due`.
    pub list: &'static str,
    /// The first day of the plan on which it can be made; of a telephone call its day.
    pub date: Option<String>,
    /// The prospect.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What kind of outlet it is.
    pub outlet_type: OutletType,
    /// Its tier.
    pub tier: Option<Tier>,
    /// Where it stands.
    pub stage: Stage,
    /// What visits are for.
    pub followup_type: FollowupType,
    /// Whether it trades.
    pub status: Status,
    /// Day of the last visit.
    pub visited_on: Option<String>,
    /// Days between visits, or calls.
    pub interval_days: Option<u32>,
    /// Last visit, or contact, + interval.
    pub due_date: Option<String>,
    /// Days past the due date on the first day of the plan; of a call on its day.
    pub days_overdue: u32,
    /// Of one not due: the first day on which that may change, if it is known.
    pub due_from: Option<String>,
    /// Why, in snake_case, stable for machines.
    pub reason_code: String,
    /// Why, as one clause.
    pub reason: String,
    /// Whether it must be part of a plan.
    pub mandatory: bool,
    /// What it is worth on that day.
    pub prize: Option<f64>,
    /// Points for the tier.
    pub tier_weight: Option<f64>,
    /// With what an occasion adds.
    pub urgency: Option<f64>,
    /// What an occasion adds.
    pub occasion_urgency: Option<f64>,
    /// The row's own multiplier.
    pub potential: f64,
    /// What to achieve.
    pub objective: String,
    /// What they have against us.
    pub objection: Option<String>,
    /// What to talk about then.
    pub talking_point: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Street and number, place.
    pub address: Option<String>,
    /// The reps it belongs to.
    pub assigned_rep: Option<String>,
    /// Degrees east, WGS-84.
    pub lon: f64,
    /// Degrees north, WGS-84.
    pub lat: f64,
}

impl CallPlanRow {
    /// All lines: who is due, the overdue ones first, the most valuable ones of both before the others; then the telephone
    /// calls by day; then who is not due, by the day on which they may be.
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

    /// What holds for a prospect whatever is decided.
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
            assigned_rep: (!prospect.reps.is_empty()).then(|| prospect.reps.join("|")),
            lon: (prospect.at.lon * 1e6).round() / 1e6,
            lat: (prospect.at.lat * 1e6).round() / 1e6,
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

/// The first day on which what stands against a visit no longer does, if that is known.
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

/// The rows as CSV, UTF-8, with a header.
pub fn call_plan_csv(rows: &[CallPlanRow]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).expect("rows are plain values, and memory takes them all");
    }
    let bytes = writer.into_inner().expect("memory takes them all");
    String::from_utf8(bytes).expect("all cells are text")
}

/// The rows as GeoJSON: a point each.
pub fn call_plan_geojson(rows: &[CallPlanRow]) -> String {
    let at = |row: &CallPlanRow| point(crate::lonlat::LonLat { lon: row.lon, lat: row.lat });
    let features: Vec<_> = rows.iter().map(|row| feature(at(row), row)).collect();
    Layer { name: "call_plan", features }.geojson()
}
