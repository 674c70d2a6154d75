//! Check of the reasons and the urgency of visits.

use jiff::civil::Date;

use super::doors::visit_minutes;
use super::lists::Lists;
use super::report::{Checking, shown};
use super::worth::{Factors, Worth, days_between, followup_type, plus};
use super::written::{Stop, WrittenPlan, WrittenProspect};
use crate::policy::Policy;
use crate::prospects::{FollowupType, Prospect, Stage, Tier};
use crate::units::Seconds;

/// Largest error of a number rounded to three decimals, with a margin for the arithmetic.
const ROUNDED: f64 = 0.000_5 + 1e-9;

/// Checks intervals against prospect or policy, and due dates against last visit and interval.
/// Checks the urgency and promptness of each visit against these, if the prospect is in the lists.
pub(super) fn check(plan: &WrittenPlan, lists: &Lists) -> Checking {
    let mut check = Checking::new(
        "urgency",
        "prospect",
        "with interval, due date and urgency that follow from policy and last visit",
    );
    let policy = &plan.summary.policy;
    for prospect in &plan.prospects {
        check.count();
        check_due_date(&mut check, prospect, plan.summary.dates.first().copied());
        if let Some(row) = lists.row(&prospect.id) {
            let expected =
                row.interval_days.unwrap_or_else(|| interval_days(row, prospect.tier, policy));
            check.equal(&prospect.place(), "interval_days", prospect.interval_days, expected);
        }
    }
    for stop in plan.stops.iter().filter(|_| lists.knows_visits()) {
        let known = plan.prospect(&stop.id).zip(lists.row(&stop.id));
        let Some((prospect, row)) = known else { continue };
        let worth = Worth {
            row,
            policy,
            dates: &plan.summary.dates,
            summary: &plan.summary,
            calendar: lists.calendar(),
            interval_days: prospect.interval_days,
            first_visit: Seconds::from_minutes(visit_minutes(row, 1, policy)),
            later_visit: Seconds::from_minutes(visit_minutes(row, 2, policy)),
        };
        check_worth(&mut check, stop, worth.on(stop.visit_number, stop.date));
        check_spacing(&mut check, plan, stop, worth.spacing_days());
    }
    check
}

fn check_worth(check: &mut Checking, stop: &Stop, expected: Option<Factors>) {
    let at = stop.place();
    let Some(expected) = expected else {
        let found = format!("{} on {}", stop.urgency, stop.date);
        check.violation(&at, "urgency", found, "no visit: none is due or possible then");
        return;
    };
    check.near(&at, "urgency", stop.urgency, expected.urgency + expected.occasion, ROUNDED);
    check.near(&at, "occasion_urgency", stop.occasion_urgency, expected.occasion, ROUNDED);
    check.near(&at, "promptness", stop.promptness, expected.promptness, ROUNDED);
    check.equal(&at, "reason_code", stop.reason_code.as_str(), expected.reason_code);
}

/// Checks that each earlier visit to the same outlet is at least `spacing_days` before this visit.
fn check_spacing(check: &mut Checking, plan: &WrittenPlan, stop: &Stop, spacing_days: u32) {
    let others = plan.stops.iter().filter(|other| other.id == stop.id);
    for other in others.filter(|other| other.visit_number < stop.visit_number) {
        let earliest = plus(other.date, spacing_days);
        if stop.date < earliest {
            let expected =
                format!("{earliest} or later, {spacing_days} days after the visit before");
            check.violation(&stop.place(), "date", stop.date, expected);
        }
    }
}

fn check_due_date(check: &mut Checking, prospect: &WrittenProspect, first_day: Option<Date>) {
    let at = prospect.place();
    let due_date = prospect.visited_on.map(|visited_on| plus(visited_on, prospect.interval_days));
    check.equal(&at, "due_date", shown(prospect.due_date), shown(due_date));
    let overdue = due_date.zip(first_day).map_or(0, |(due, today)| days_between(due, today));
    check.equal(&at, "days_overdue", i64::from(prospect.days_overdue), overdue);
}

/// Returns the days between visits by the policy: for stage `never`, for long-term follow-up, for
/// service by tier, for conversion by stage.
fn interval_days(row: &Prospect, tier: Option<Tier>, policy: &Policy) -> u32 {
    let intervals = &policy.interval_days;
    let (service, conversion) = (&intervals.service, &intervals.conversion);
    match followup_type(row) {
        _ if row.stage == Stage::Never => intervals.never,
        FollowupType::LongTerm => intervals.long_term,
        FollowupType::Service => match tier {
            Some(Tier::A) => service.a,
            Some(Tier::B) => service.b,
            Some(Tier::C) => service.c,
            None => service.untiered,
        },
        FollowupType::Conversion => match row.stage {
            Stage::Interested => conversion.interested,
            Stage::Quoted => conversion.quoted,
            Stage::Hesitating => conversion.hesitating,
            _ => conversion.other,
        },
    }
}
