//! How urgent a visit is on each day of the plan, derived again from the row and the policy.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::policy::Policy;
use crate::prospects::{FollowupType, Prospect, Stage};
use crate::units::Seconds;

/// A row, and what holds for it.
pub(super) struct Worth<'a> {
    pub(super) row: &'a Prospect,
    pub(super) policy: &'a Policy,
    /// The days of the plan.
    pub(super) dates: &'a [Date],
    /// Days between its visits.
    pub(super) interval_days: u32,
    /// How long its visits take.
    pub(super) visit: Seconds,
}

/// What a visit counts with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Factors {
    pub(super) urgency: f64,
    pub(super) promptness: f64,
    /// Why it is due.
    pub(super) reason_code: &'static str,
}

impl Worth<'_> {
    /// What the visit counts with on `date`; `None` if it cannot be made then.
    ///
    /// Urgency grows up to that of the first day on which the visit could be made, at least to 1. Promptness falls with
    /// every day since then, or since the due date if that is later and the visit was not urgent before. A promise that
    /// comes within the plan starts anew.
    pub(super) fn on(&self, date: Date) -> Option<Factors> {
        let mut first: Option<(Date, f64, bool)> = None;
        for &day in self.dates.iter().filter(|day| **day <= date) {
            let Some((urgency, promised)) = self.urgency(day) else { continue };
            if first.is_none_or(|(_, _, was_promised)| promised && !was_promised) {
                first = Some((day, urgency, promised));
            }
        }
        let ((first, at_first, _), (urgency, _)) = (first?, self.urgency(date)?);
        let due_date = self.row.visited_on.map(|day| plus(day, self.interval_days));
        let since = match due_date {
            Some(due_date) if at_first < 1.0 => due_date.max(first),
            _ => first,
        };
        let waited = days_between(since, date) as f64;
        Some(Factors {
            urgency: urgency.min(at_first.max(1.0)),
            promptness: libm::pow(self.policy.promptness, waited),
            reason_code: self.reason_code(date),
        })
    }

    /// Why a visit that can be made on `day` is due.
    fn reason_code(&self, day: Date) -> &'static str {
        let due_date = self.row.visited_on.map(|on| plus(on, self.interval_days));
        match (self.appointment(), due_date) {
            (Some(agreed), _) if agreed == day => "appointment",
            _ if self.row.must_visit => "must_visit",
            _ if self.is_promised(day) => "promised",
            (_, None) => "never_visited",
            (_, Some(due_date)) if day < due_date => "due_soon",
            (_, Some(due_date)) if day == due_date => "due",
            _ => "overdue",
        }
    }

    /// Whether somebody was there on that day or later.
    fn is_kept(&self, on: Date) -> bool {
        self.row.visited_on.is_some_and(|visited_on| visited_on >= on)
    }

    /// The day of the appointment that nobody kept yet.
    fn appointment(&self) -> Option<Date> {
        self.row.appointment.map(|at| at.date()).filter(|on| !self.is_kept(*on))
    }

    /// Whether the latest promise up to `day` is to be kept.
    fn is_promised(&self, day: Date) -> bool {
        let promises = [self.row.next_action_date, self.appointment()];
        let latest = promises.into_iter().flatten().filter(|promise| *promise <= day).max();
        latest.is_some_and(|promise| !self.is_kept(promise))
    }

    /// The urgency of that day alone, and whether a promise has come; `None` if no visit can be made.
    fn urgency(&self, day: Date) -> Option<(f64, bool)> {
        let (row, policy) = (self.row, self.policy);
        if is_blocked(row, day) {
            return None;
        }
        let appointment = self.appointment();
        if let Some(agreed) = appointment.filter(|agreed| *agreed != day) {
            let is_near = agreed > day && days_between(day, agreed) < self.interval_days.into();
            if self.dates.contains(&agreed) || (is_near && !row.must_visit) {
                return None;
            }
        }
        let promised = self.is_promised(day);
        let mut urgency = match row.visited_on {
            None => 1.0,
            Some(visited_on) => self.by_interval(days_between(visited_on, day)),
        };
        if promised {
            urgency = urgency.max(policy.promise_urgency);
        }
        if appointment == Some(day) {
            return Some((urgency.max(policy.promise_urgency), true));
        }
        if row.must_visit {
            urgency = urgency.max(1.0);
        } else if !promised && !self.is_due(day) {
            return None;
        }
        self.is_open(day).then_some((urgency, promised))
    }

    /// The share of the interval that is over, up to the cap, where that makes a visit due; else 0.
    fn by_interval(&self, days: i64) -> f64 {
        let ratio = days as f64 / f64::from(self.interval_days.max(1));
        if self.days_are_enough(days) { ratio.min(self.policy.urgency_cap) } else { 0.0 }
    }

    fn is_due(&self, day: Date) -> bool {
        self.row.visited_on.is_none_or(|on| self.days_are_enough(days_between(on, day)))
    }

    /// Whether gap and `due_after` are over after so many days.
    fn days_are_enough(&self, days: i64) -> bool {
        let least = self.policy.due_after * f64::from(self.interval_days.max(1));
        days as f64 >= least - 1e-9 && days >= i64::from(self.min_gap_days())
    }

    /// The row's gap; else the policy's, but no more than an interval the row states.
    fn min_gap_days(&self) -> u32 {
        let (row, gaps) = (self.row, &self.policy.min_gap_days);
        let by_policy = match (row.stage, followup_type(row)) {
            (Stage::Never, _) => gaps.never,
            (_, FollowupType::Service) => gaps.service,
            (_, FollowupType::Conversion) => gaps.conversion,
            (_, FollowupType::LongTerm) => gaps.long_term,
        };
        row.min_gap_days.unwrap_or(by_policy.min(row.interval_days.unwrap_or(u32::MAX)))
    }

    /// Whether it is open that day for as long as a visit takes.
    fn is_open(&self, day: Date) -> bool {
        let hours = &self.policy.default_hours;
        let hours = self.row.opening_hours.as_ref().or_else(|| hours.get(&self.row.outlet_type));
        let is_long_enough = |open: &Range<Seconds>| open.end.0 - open.start.0 >= self.visit.0;
        hours.is_none_or(|hours| hours.on(day).iter().any(is_long_enough))
    }
}

/// Whether `day` is in the call block of `row`.
pub(super) fn is_blocked(row: &Prospect, day: Date) -> bool {
    (row.call_block_from.is_some() || row.call_block_until.is_some())
        && row.call_block_from.is_none_or(|from| from <= day)
        && row.call_block_until.is_none_or(|until| day <= until)
}

/// As the row says, else by its stage.
pub(super) fn followup_type(row: &Prospect) -> FollowupType {
    row.followup_type.unwrap_or(match row.stage {
        Stage::Customer => FollowupType::Service,
        Stage::NotSoon | Stage::Never => FollowupType::LongTerm,
        _ => FollowupType::Conversion,
    })
}

/// Days from `earlier` to `later`, 0 where that would be negative.
pub(super) fn days_between(earlier: Date, later: Date) -> i64 {
    i64::from((later - earlier).get_days()).max(0)
}

pub(super) fn plus(date: Date, days: u32) -> Date {
    date.saturating_add(i64::from(days).days())
}
