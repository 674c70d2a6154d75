//! Check that each outlet is open to the rep at the time of the visit.

use jiff::civil::Date;

use super::lists::Lists;
use super::mandatory::is_remarked_on;
use super::report::{Checking, Place, clock};
use super::worth::is_blocked;
use super::written::{Stop, WrittenPlan};
use crate::calendar::Calendar;
use crate::plan_files::PlanSummary;
use crate::plan_files::files::PROSPECTS;
use crate::policy::Policy;
use crate::prospects::{Pin, Prospect, Stage, Status, TimesOfDay};
use crate::remark::RemarkCode;
use crate::units::Seconds;

/// Codes of remarks that report a mandatory visit as not made.
const NOT_MADE: [RemarkCode; 4] = [
    RemarkCode::MandatoryNotServed,
    RemarkCode::MustVisitImpossible,
    RemarkCode::AppointmentImpossible,
    RemarkCode::PinnedImpossible,
];

/// Checks that each visit is to an outlet that trades, outside its call block, by an assigned rep
/// and of the length in the row or the policy. It begins at its appointment, or begins and ends
/// within opening hours. Each mandatory visit is made or has a remark.
pub(super) fn check(plan: &WrittenPlan, lists: &Lists) -> Checking {
    let mut check = Checking::new(
        "doors",
        "visit",
        "within opening hours or at an appointment, none in a call block",
    );
    for stop in &plan.stops {
        if let Some(row) = lists.row(&stop.id) {
            check.count();
            check_visit(&mut check, stop, row, &plan.summary, lists.calendar());
            if lists.knows_visits() {
                check_length(&mut check, stop, row, &plan.summary);
            }
        }
    }
    let dates = &plan.summary.dates;
    let is_made = |row: &Prospect| {
        row.visited_on.is_some_and(|visited_on| dates.first().is_some_and(|day| *day <= visited_on))
    };
    for prospect in &plan.prospects {
        let Some(row) = lists.row(&prospect.id) else { continue };
        let is_visited = prospect.decision == "visit";
        let is_visited_on =
            |day: Date| plan.stops.iter().any(|stop| stop.id == row.id && stop.date == day);
        let wanted = match (appointment_in(row, dates), pin_in(row, dates)) {
            (Some(_), _) if !is_visited => "a visit at its appointment, or a remark",
            (None, Some(pin)) if !is_visited_on(pin.date) => {
                "a visit on the day it is pinned to, or a remark"
            }
            (None, None) if row.must_visit && !is_made(row) && !is_visited => {
                "a visit, because the list demands one, or a remark"
            }
            _ => continue,
        };
        if !is_remarked_on(plan, &row.id, &NOT_MADE) {
            let at = Place { file: PROSPECTS, feature: row.id.clone() };
            check.violation(&at, "decision", &prospect.decision, wanted);
        }
    }
    check
}

/// Returns the pin of the row if it is on one of `dates` and no visit was made on or after that
/// day.
fn pin_in(row: &Prospect, dates: &[Date]) -> Option<Pin> {
    let is_kept = |pin: &Pin| row.visited_on.is_some_and(|visited_on| visited_on >= pin.date);
    row.pinned.filter(|pin| dates.contains(&pin.date) && !is_kept(pin))
}

fn check_visit(
    check: &mut Checking,
    stop: &Stop,
    row: &Prospect,
    summary: &PlanSummary,
    calendar: &Calendar,
) {
    let policy = &summary.policy;
    let at = stop.place();
    if row.status != Status::Open {
        let found = format!("a visit although it is {:?}", row.status).to_lowercase();
        check.violation(&at, "status", found, "no visit");
    }
    if is_blocked(row, stop.date) {
        let until = super::report::shown(row.call_block_until);
        check.violation(
            &at,
            "date",
            stop.date,
            format_args!("no visit in a call block until {until}"),
        );
    }
    if !row.reps.is_empty() && !row.reps.contains(&stop.rep) {
        check.violation(&at, "rep", &stop.rep, row.reps.join(" or "));
    }
    let [start, end] = [stop.start_time, stop.end_time].map(|moment| moment.seconds_of(stop.date));
    if let Some(agreed) = appointment_in(row, &[stop.date]) {
        let leeway = i64::from(row.leeway_minutes.unwrap_or(policy.leeway_minutes)) * 60;
        if !(agreed..=agreed + leeway).contains(&start) {
            let expected = format!("{} to {}, as agreed", clock(agreed), clock(agreed + leeway));
            check.violation(&at, "start_time", clock(start), expected);
        }
        return;
    }
    if let Some(days) = row.visit_days.filter(|days| !summary.is_among(*days, stop.date)) {
        check.violation(&at, "date", stop.date, format_args!("one of {days}"));
    }
    if let Some(pin) = pin_in(row, &[stop.date]) {
        check_pin(check, stop, row, pin, policy);
    }
    let hours = row.opening_hours.as_ref().or_else(|| policy.default_hours.get(&row.outlet_type));
    let all_day = std::iter::once(Seconds::ZERO..Seconds::from_hours(24));
    let open = hours.map_or_else(|| all_day.collect(), |hours| hours.on(stop.date, calendar));
    let is_pinned_to_a_time = pin_in(row, &[stop.date]).is_some_and(|pin| pin.time.is_some());
    if !is_pinned_to_a_time {
        let usual = i64::from(visit_minutes(row, stop.visit_number, policy)) * 60;
        check_wishes(check, stop, row, policy, &open, usual);
    }
    let fits = |open: &std::ops::Range<Seconds>| {
        i64::from(open.start.0) <= start && end <= i64::from(open.end.0)
    };
    if !open.iter().any(fits) {
        let found = format!("{} to {}", clock(start), clock(end));
        let open: Vec<String> = open.iter().map(|o| format!("{}-{}", o.start, o.end)).collect();
        let open = if open.is_empty() { "closed that day".to_owned() } else { open.join(", ") };
        check.violation(&at, "start_time", found, format_args!("within opening hours: {open}"));
    }
}

/// Checks preferred and avoided hours. A visit of `usual` seconds must be within preferred hours
/// and outside avoided hours if opening hours and shift permit it.
fn check_wishes(
    check: &mut Checking,
    stop: &Stop,
    row: &Prospect,
    policy: &Policy,
    open: &[std::ops::Range<Seconds>],
    usual: i64,
) {
    let spans = |hours: Option<&TimesOfDay>| -> Vec<(i64, i64)> {
        let spans = hours.map_or(&[][..], TimesOfDay::ranges);
        spans.iter().map(|span| (span.start.0.into(), span.end.0.into())).collect()
    };
    let preferred =
        row.preferred_hours.as_ref().or_else(|| policy.preferred_hours.get(&row.outlet_type));
    let avoided = row.avoided_hours.as_ref().or_else(|| policy.avoided_hours.get(&row.outlet_type));
    let (preferred, avoided) = (spans(preferred), spans(avoided));
    let is_preferred =
        |from: i64, to: i64| preferred.iter().any(|span| span.0 <= from && to <= span.1);
    let is_avoided = |from: i64, to: i64| avoided.iter().any(|span| span.0 < to && from < span.1);
    // All hours are whole minutes, so it is enough to try each whole minute.
    let shift = (i64::from(policy.shift.start.0), i64::from(policy.shift.end.0));
    let fits = |from: i64| {
        let is_open =
            open.iter().any(|o| i64::from(o.start.0) <= from && from + usual <= i64::from(o.end.0));
        is_open && shift.0 <= from && from + usual <= shift.1
    };
    let minutes = || (0..24 * 60).map(|minute| minute * 60).filter(|from| fits(*from));
    let prefers = minutes().any(|from| is_preferred(from, from + usual));
    let avoids = minutes().any(|from| {
        (!prefers || is_preferred(from, from + usual)) && !is_avoided(from, from + usual)
    });
    let [start, end] = [stop.start_time, stop.end_time].map(|moment| moment.seconds_of(stop.date));
    if prefers && !is_preferred(start, end) {
        check.violation(
            &stop.place(),
            "start_time",
            clock(start),
            "within preferred hours, as that is possible",
        );
    }
    if avoids && is_avoided(start, end) {
        check.violation(
            &stop.place(),
            "start_time",
            clock(start),
            "not within avoided hours, as that is possible",
        );
    }
}

/// Checks that a visit pinned to a time begins within the leeway before or after that time.
fn check_pin(check: &mut Checking, stop: &Stop, row: &Prospect, pin: Pin, policy: &Policy) {
    let Some(time) = pin.time else { return };
    let (time, start) = (i64::from(time.0), stop.start_time.seconds_of(stop.date));
    let leeway = i64::from(row.leeway_minutes.unwrap_or(policy.leeway_minutes)) * 60;
    if (start - time).abs() > leeway {
        let expected = format!("{} ± {} min", clock(time), leeway / 60);
        check.violation(&stop.place(), "start_time", clock(start), expected);
    }
}

/// Checks the length of the visit: its usual length times the rep's share, rounded up to a minute.
fn check_length(check: &mut Checking, stop: &Stop, row: &Prospect, summary: &PlanSummary) {
    let usual = f64::from(visit_minutes(row, stop.visit_number, &summary.policy));
    let share = summary.rep(&stop.rep).map_or(1.0, |rep| rep.visit_minutes_share);
    let expected = (usual * share - 1e-9).ceil().max(1.0);
    check.near(&stop.place(), "visit_minutes", stop.visit_minutes, expected, 0.0);
}

/// Returns the length of a visit in minutes: that of the row, or else that of the policy. The first
/// visit to a blank outlet without earlier visits is a first call.
pub(super) fn visit_minutes(row: &Prospect, visit_number: u32, policy: &Policy) -> u32 {
    let lengths = policy.visit_minutes.of(row.outlet_type);
    let is_unknown = row.stage == Stage::Blank && row.visited_on.is_none();
    let is_first_call = is_unknown && visit_number <= 1;
    let by_policy = if is_first_call { lengths.first_call } else { lengths.known };
    row.visit_minutes.unwrap_or(by_policy)
}

/// Returns the time of day of the row's appointment in seconds, if it is on one of `dates` and no
/// visit was made on or after that day.
fn appointment_in(row: &Prospect, dates: &[Date]) -> Option<i64> {
    let agreed = row.appointment.filter(|agreed| dates.contains(&agreed.date()))?;
    let is_kept = row.visited_on.is_some_and(|visited_on| visited_on >= agreed.date());
    let time = agreed.time().duration_since(jiff::civil::Time::midnight()).as_secs();
    (!is_kept).then_some(time)
}
