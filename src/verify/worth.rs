//! How urgent a visit is on each day of the plan, derived again from the row and the policy.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::plan_files::PlanSummary;
use crate::policy::{MarketDayRule, Policy};
use crate::prospects::{FollowupType, Pin, Prospect, Stage};
use crate::units::Seconds;

/// A row, and what holds for it.
pub(super) struct Worth<'a> {
    pub(super) row: &'a Prospect,
    pub(super) policy: &'a Policy,
    /// The days of the plan.
    pub(super) dates: &'a [Date],
    /// What the plan was made with.
    pub(super) summary: &'a PlanSummary,
    /// Holidays and swapped working days.
    pub(super) calendar: &'a Calendar,
    /// Days between its visits.
    pub(super) interval_days: u32,
    /// How long its first visit takes …
    pub(super) first_visit: Seconds,
    /// … and each further one.
    pub(super) later_visit: Seconds,
}

/// What a visit counts with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Factors {
    /// Without what an occasion adds.
    pub(super) urgency: f64,
    /// What an occasion adds to it.
    pub(super) occasion: f64,
    pub(super) promptness: f64,
    /// Why it is due.
    pub(super) reason_code: &'static str,
}

impl Worth<'_> {
    /// What the visit with this number counts with on `date`; `None` if it cannot be made then.
    ///
    /// Urgency grows up to that of the first day on which the visit could be made, at least to 1. Promptness falls with
    /// every day since then, or since the due date if that is later and the visit was not urgent before. A promise that
    /// comes within the plan starts anew.
    pub(super) fn on(&self, visit_number: u32, date: Date) -> Option<Factors> {
        match visit_number {
            0 => None,
            1 => {
                let (best, at_first) = self.best_day(date)?;
                let (urgency, _) = self.urgency(date)?;
                Some(self.factors(best, at_first, (date, urgency), self.reason_code(date)))
            }
            _ => self.again(visit_number, date),
        }
    }

    /// Days that two visits are apart at least.
    pub(super) fn spacing_days(&self) -> u32 {
        let due_after =
            (self.policy.due_after * f64::from(self.interval_days.max(1)) - 1e-9).ceil();
        // Intervals are ten years at most.
        (due_after as u32).max(self.min_gap_days()).max(1)
    }

    /// A visit after the first: an interval after the one before it is due, or the spacing if that is longer.
    fn again(&self, visit_number: u32, date: Date) -> Option<Factors> {
        let (first, _) = self.best_day(*self.dates.last()?)?;
        let step = self.interval_days.max(self.spacing_days());
        let before = plus(first, step.saturating_mul(visit_number - 2));
        let urgency = |day: Date| {
            let is_due = day >= plus(before, self.spacing_days());
            let agreed = [self.appointment(), self.pin().map(|pin| pin.date)];
            let waits = agreed.into_iter().flatten().any(|agreed| {
                agreed > day && days_between(day, agreed) < self.interval_days.into()
            });
            let is_possible = is_due
                && !waits
                && self.may_be_visited_on(day)
                && !self.is_market_day(day)
                && !is_blocked(self.row, day)
                && self.is_open(day, self.later_visit);
            is_possible.then(|| (days_between(before, day) as f64 / f64::from(step)).min(1.0))
        };
        let mut possible = self.dates.iter().filter_map(|day| Some((*day, urgency(*day)?)));
        let (earliest, at_first) = possible.next()?;
        let due_date = plus(before, step);
        if due_date > *self.dates.last()? {
            return None;
        }
        let best = if at_first < 1.0 { due_date.max(earliest) } else { earliest };
        Some(self.factors(best, at_first, (date, urgency(date)?), "due_again"))
    }

    fn factors(
        &self,
        best: Date,
        at_first: f64,
        (date, urgency): (Date, f64),
        reason_code: &'static str,
    ) -> Factors {
        let waited = days_between(best, date) as f64;
        Factors {
            urgency: urgency.min(at_first.max(1.0)),
            occasion: self.occasion(date),
            promptness: libm::pow(self.policy.promptness, waited),
            reason_code,
        }
    }

    /// The day on which the first visit is worth most, as far as is known on the day `until`, and the urgency on the first
    /// day on which it could be made.
    fn best_day(&self, until: Date) -> Option<(Date, f64)> {
        let mut first: Option<(Date, f64, bool)> = None;
        for &day in self.dates.iter().filter(|day| **day <= until) {
            let Some((urgency, promised)) = self.urgency(day) else { continue };
            if first.is_none_or(|(_, _, was_promised)| promised && !was_promised) {
                first = Some((day, urgency, promised));
            }
        }
        let (first, at_first, _) = first?;
        let due_date = self.row.visited_on.map(|day| plus(day, self.interval_days));
        let best = match due_date {
            Some(due_date) if at_first < 1.0 => due_date.max(first),
            _ => first,
        };
        Some((best, at_first))
    }

    /// Why a visit that can be made on `day` is due.
    fn reason_code(&self, day: Date) -> &'static str {
        let due_date = self.row.visited_on.map(|on| plus(on, self.interval_days));
        match (self.appointment(), due_date) {
            (Some(agreed), _) if agreed == day => "appointment",
            _ if self.pin().is_some_and(|pin| pin.date == day) => "pinned",
            _ if self.must_be_visited() => "must_visit",
            _ if self.is_promised(day) => "promised",
            (_, None) => "never_visited",
            (_, Some(_)) if !self.is_due(day) => "occasion",
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

    /// The pin that nobody kept yet.
    fn pin(&self) -> Option<Pin> {
        self.row.pinned.filter(|pin| !self.is_kept(pin.date))
    }

    /// Whether the row asks for a visit within the plan that nobody made yet.
    fn must_be_visited(&self) -> bool {
        self.row.must_visit && self.dates.first().is_some_and(|first| !self.is_kept(*first))
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
        let is_uncertain = row.position_quality.is_some_and(|own| own > policy.geocode_quality);
        if is_uncertain
            || is_blocked(row, day)
            || [row.visited_on, row.attempted_on].contains(&Some(day))
        {
            return None;
        }
        let appointment = self.appointment();
        if let Some(agreed) = appointment.filter(|agreed| *agreed != day) {
            let is_near = agreed > day && days_between(day, agreed) < self.interval_days.into();
            if self.dates.contains(&agreed) || (is_near && !row.must_visit) {
                return None;
            }
        }
        if appointment != Some(day) && !self.may_be_visited_on(day) {
            return None;
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
        let pin = self.pin();
        if let Some(pin) = pin.filter(|pin| pin.date != day) {
            let is_near = pin.date > day && days_between(day, pin.date) < self.interval_days.into();
            if self.dates.contains(&pin.date) || (is_near && !row.must_visit) {
                return None;
            }
        }
        if let Some(pin) = pin.filter(|pin| pin.date == day) {
            return self.is_open_about(pin).then_some((urgency.max(1.0), promised));
        }
        if self.must_be_visited() {
            urgency = urgency.max(1.0);
        } else if !promised {
            let has_reason = self.is_due(day) || self.occasion(day) != 0.0;
            if !has_reason || self.is_market_day(day) {
                return None;
            }
        }
        self.is_open(day, self.first_visit).then_some((urgency, promised))
    }

    /// The share of the interval that is over, up to the cap, where that makes a visit due; else 0.
    fn by_interval(&self, days: i64) -> f64 {
        let ratio = days as f64 / f64::from(self.interval_days.max(1));
        if self.days_are_enough(days) { ratio.min(self.policy.urgency_cap) } else { 0.0 }
    }

    /// What the nearest occasion adds: from some days before it to its day, until somebody has been there in these days, and
    /// not within the minimum gap.
    fn occasion(&self, day: Date) -> f64 {
        let policy = self.policy;
        let visited_on = self.row.visited_on;
        if visited_on.is_some_and(|on| days_between(on, day) < self.min_gap_days().into()) {
            return 0.0;
        }
        let is_near = (0..=policy.occasion_days).map(|ahead| plus(day, ahead)).any(|on| {
            let is_new = visited_on.is_none_or(|visit| plus(visit, policy.occasion_days) < on);
            is_new && self.row.occasions.iter().any(|occasion| occasion.next(on) == Some(on))
        });
        if is_near { policy.occasion_urgency } else { 0.0 }
    }

    fn is_market_day(&self, day: Date) -> bool {
        self.policy.market_days == MarketDayRule::KeepOut
            && self.row.market_days.is_some_and(|days| days.falls_on(day))
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

    /// Whether the first visit could begin about the pinned time, if there is one, and end before closing time.
    fn is_open_about(&self, pin: Pin) -> bool {
        let hours = &self.policy.default_hours;
        let hours = self.row.opening_hours.as_ref().or_else(|| hours.get(&self.row.outlet_type));
        let leeway = i64::from(self.row.leeway_minutes.unwrap_or(self.policy.leeway_minutes)) * 60;
        let fits = |open: &Range<Seconds>| {
            let first = i64::from(open.start.0);
            let last = i64::from(open.end.0) - i64::from(self.first_visit.0);
            let time = pin.time.map(|time| i64::from(time.0));
            first <= last && time.is_none_or(|time| first <= time + leeway && time - leeway <= last)
        };
        let all_day = Seconds::ZERO..Seconds::from_hours(24);
        hours.map_or_else(
            || fits(&all_day),
            |hours| hours.on(pin.date, self.calendar).iter().any(fits),
        )
    }

    fn may_be_visited_on(&self, day: Date) -> bool {
        self.row.visit_days.is_none_or(|days| self.summary.is_among(days, day))
    }

    /// Whether it is open that day for as long as `visit`.
    fn is_open(&self, day: Date, visit: Seconds) -> bool {
        let hours = &self.policy.default_hours;
        let hours = self.row.opening_hours.as_ref().or_else(|| hours.get(&self.row.outlet_type));
        let is_long_enough = |open: &Range<Seconds>| open.end.0 - open.start.0 >= visit.0;
        hours.is_none_or(|hours| hours.on(day, self.calendar).iter().any(is_long_enough))
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
