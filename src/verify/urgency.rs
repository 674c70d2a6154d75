//! Why a visit is made, and how urgent that makes it.

use jiff::ToSpan;
use jiff::civil::Date;

use super::lists::Lists;
use super::report::{Checking, shown};
use super::written::{Stop, WrittenPlan, WrittenProspect};
use crate::policy::Policy;
use crate::prospects::{FollowupType, Prospect, Stage};

/// Largest error of a number with three decimals, and a little for the arithmetic.
const ROUNDED: f64 = 0.000_5 + 1e-9;

/// Intervals are those of row or policy; due dates follow from last visit and interval; the urgency of each visit from these
/// and its reason:
///
/// - never visited: 1; `due_soon`, `due`, `overdue`: days since the last visit ÷ interval, at most the cap;
/// - a promise or appointment: at least that of a promise; a must-visit: at least 1.
///
/// Inside the minimum gap, which the plan does not state, the days since the last visit count for nothing; the last two
/// kinds of visit are made all the same. So for them either value is taken.
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
            let expected = row
                .interval_days
                .unwrap_or_else(|| interval_days(row, prospect.tier.as_deref(), policy));
            check.equal(&prospect.place(), "interval_days", prospect.interval_days, expected);
        }
    }
    for stop in &plan.stops {
        let Some(prospect) = plan.prospect(&stop.id) else { continue };
        // In a plan of several days a visit counts as on the day from which it could have been made.
        let days = plan.summary.dates.iter().filter(|day| **day <= stop.date);
        let possible: Vec<(f64, f64)> = days
            .flat_map(|day| {
                let waited = days_between(*day, stop.date) as f64;
                let promptness = libm::pow(policy.promptness, waited);
                let urgencies = possible_urgencies(stop, *day, prospect, policy);
                urgencies.into_iter().map(move |urgency| (urgency, promptness))
            })
            .collect();
        let fits = |(urgency, promptness): &(f64, f64)| {
            (urgency - stop.urgency).abs() <= ROUNDED
                && (promptness - stop.promptness).abs() <= ROUNDED
        };
        if !possible.iter().any(fits) {
            let texts: Vec<String> =
                possible.iter().map(|(u, p)| format!("{u:.3} with promptness {p:.3}")).collect();
            let expected = match texts.is_empty() {
                true => format!("no visit: {} does not hold", stop.reason_code),
                false => texts.join(" or "),
            };
            check.violation(&stop.place(), "urgency", stop.urgency, expected);
        }
    }
    check
}

fn check_due_date(check: &mut Checking, prospect: &WrittenProspect, first_day: Option<Date>) {
    let at = prospect.place();
    let due_date = prospect
        .visited_on
        .map(|visited_on| visited_on.saturating_add(i64::from(prospect.interval_days).days()));
    check.equal(&at, "due_date", shown(prospect.due_date), shown(due_date));
    let overdue = due_date.zip(first_day).map_or(0, |(due, today)| days_between(due, today));
    check.equal(&at, "days_overdue", i64::from(prospect.days_overdue), overdue);
}

/// Days between visits by the policy: that of `never`, of the long term, of service by tier, of conversion by stage.
fn interval_days(row: &Prospect, tier: Option<&str>, policy: &Policy) -> u32 {
    let intervals = &policy.interval_days;
    let (service, conversion) = (&intervals.service, &intervals.conversion);
    let by_stage = match row.stage {
        Stage::Customer => FollowupType::Service,
        Stage::NotSoon | Stage::Never => FollowupType::LongTerm,
        _ => FollowupType::Conversion,
    };
    match row.followup_type.unwrap_or(by_stage) {
        _ if row.stage == Stage::Never => intervals.never,
        FollowupType::LongTerm => intervals.long_term,
        FollowupType::Service => match tier {
            Some("A") => service.a,
            Some("B") => service.b,
            Some("C") => service.c,
            _ => service.untiered,
        },
        FollowupType::Conversion => match row.stage {
            Stage::Interested => conversion.interested,
            Stage::Quoted => conversion.quoted,
            Stage::Hesitating => conversion.hesitating,
            _ => conversion.other,
        },
    }
}

/// Every urgency on `day` that the stop's reason allows.
fn possible_urgencies(
    stop: &Stop,
    day: Date,
    prospect: &WrittenProspect,
    policy: &Policy,
) -> Vec<f64> {
    let interval = f64::from(prospect.interval_days.max(1));
    let by_interval = prospect.visited_on.map(|visited_on| {
        let ratio = days_between(visited_on, day) as f64 / interval;
        let is_due = ratio >= policy.due_after - 1e-9;
        if is_due { ratio.min(policy.urgency_cap) } else { 0.0 }
    });
    let promise = policy.promise_urgency;
    let at_least = |least: f64| vec![least, by_interval.unwrap_or(1.0).max(least)];
    match stop.reason_code.as_str() {
        "never_visited" if prospect.visited_on.is_none() => vec![1.0],
        "due_soon" | "due" | "overdue" => by_interval.into_iter().filter(|u| *u > 0.0).collect(),
        "promised" | "appointment" => at_least(promise),
        "must_visit" | "pinned" => [at_least(1.0), at_least(promise)].concat(),
        _ => Vec::new(),
    }
}

/// Days from `earlier` to `later`, 0 where that would be negative.
fn days_between(earlier: Date, later: Date) -> i64 {
    i64::from((later - earlier).get_days()).max(0)
}
