//! Urgency of a visit on each day of the plan, derived again from the prospect and the policy.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::plan_files::PlanSummary;
use crate::policy::{MarketDayRule, Policy};
use crate::prospects::{FollowupType, Pin, Prospect, Stage};
use crate::units::Seconds;

/// A prospect with the data for the urgency of its visits.
pub(super) struct Worth<'a> {
    pub(super) row: &'a Prospect,
    pub(super) policy: &'a Policy,
    /// The days of the plan.
    pub(super) dates: &'a [Date],
    /// The settings of the plan.
    pub(super) summary: &'a PlanSummary,
    /// Holidays and swapped working days.
    pub(super) calendar: &'a Calendar,
    /// Days between visits to the outlet.
    pub(super) interval_days: u32,
    /// Length of the first visit in the plan.
    pub(super) first_visit: Seconds,
    /// Length of each later visit.
    pub(super) later_visit: Seconds,
}

/// The factors of a visit on one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Factors {
    /// Urgency without the addition for an occasion.
    pub(super) urgency: f64,
    /// Addition to the urgency for an occasion.
    pub(super) occasion: f64,
    pub(super) promptness: f64,
    /// The reason for the visit.
    pub(super) reason_code: &'static str,
}

impl Worth<'_> {
    /// Returns the factors of the visit `visit_number` on `date`; `None` if the visit is not
    /// possible.
    ///
    /// Urgency is at most the urgency of the first possible day, or 1 if that is larger. Promptness
    /// falls with each day after that day, or after the due date if the date is later and the
    /// urgency was below 1. A promise within the plan starts this again.
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

    /// Returns the minimum number of days between two visits.
    pub(super) fn spacing_days(&self) -> u32 {
        let due_after =
            (self.policy.due_after * f64::from(self.interval_days.max(1)) - 1e-9).ceil();
        // An interval is at most ten years, so the cast is safe.
        (due_after as u32).max(self.min_gap_days()).max(1)
    }

    /// Returns the factors of a later visit. Its due date is one interval after the due date of the
    /// visit before, or the spacing after it if the spacing is longer.
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

    /// Returns the best day for the first visit, from the days up to `until`, and the urgency on
    /// the first possible day.
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

    /// Returns the reason for a visit on `day`; the visit must be possible.
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

    /// Returns true if the last visit was on this day or later.
    fn is_kept(&self, on: Date) -> bool {
        self.row.visited_on.is_some_and(|visited_on| visited_on >= on)
    }

    /// Returns the day of the appointment, if no visit has kept it yet.
    fn appointment(&self) -> Option<Date> {
        self.row.appointment.map(|at| at.date()).filter(|on| !self.is_kept(*on))
    }

    /// Returns the pin, if no visit has kept it yet.
    fn pin(&self) -> Option<Pin> {
        self.row.pinned.filter(|pin| !self.is_kept(pin.date))
    }

    /// Returns true if the prospect must have a visit in the plan and no visit has kept this yet.
    fn must_be_visited(&self) -> bool {
        self.row.must_visit && self.dates.first().is_some_and(|first| !self.is_kept(*first))
    }

    /// Returns true if there is a promise up to `day` and no visit has kept the latest one yet.
    fn is_promised(&self, day: Date) -> bool {
        let promises = [self.row.next_action_date, self.appointment()];
        let latest = promises.into_iter().flatten().filter(|promise| *promise <= day).max();
        latest.is_some_and(|promise| !self.is_kept(promise))
    }

    /// Returns the urgency of this day alone and true for a promise; `None` if no visit is
    /// possible.
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

    /// Returns the elapsed share of the interval, up to the cap, if the visit is due; otherwise 0.
    fn by_interval(&self, days: i64) -> f64 {
        let ratio = days as f64 / f64::from(self.interval_days.max(1));
        if self.days_are_enough(days) { ratio.min(self.policy.urgency_cap) } else { 0.0 }
    }

    /// Returns the addition for the nearest occasion: 0 within the minimum gap, after a visit in
    /// the days before the occasion, and outside the `occasion_days` up to its day.
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

    /// Returns true if `days` reach the minimum gap and the share `due_after` of the interval.
    fn days_are_enough(&self, days: i64) -> bool {
        let least = self.policy.due_after * f64::from(self.interval_days.max(1));
        days as f64 >= least - 1e-9 && days >= i64::from(self.min_gap_days())
    }

    /// Returns the minimum gap in days: the gap of the prospect; otherwise the gap of the policy,
    /// up to the interval of the prospect.
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

    /// Returns true if the first visit can begin near the pinned time, if given, and end before
    /// closing time.
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

    /// Returns true if the outlet has opening hours on this day that are long enough for `visit`.
    fn is_open(&self, day: Date, visit: Seconds) -> bool {
        let hours = &self.policy.default_hours;
        let hours = self.row.opening_hours.as_ref().or_else(|| hours.get(&self.row.outlet_type));
        let is_long_enough = |open: &Range<Seconds>| open.end.0 - open.start.0 >= visit.0;
        hours.is_none_or(|hours| hours.on(day, self.calendar).iter().any(is_long_enough))
    }
}

/// Returns true if `day` is in the call block of `row`.
pub(super) fn is_blocked(row: &Prospect, day: Date) -> bool {
    (row.call_block_from.is_some() || row.call_block_until.is_some())
        && row.call_block_from.is_none_or(|from| from <= day)
        && row.call_block_until.is_none_or(|until| day <= until)
}

/// Returns the follow-up type of the prospect, or the type of its stage.
pub(super) fn followup_type(row: &Prospect) -> FollowupType {
    row.followup_type.unwrap_or(match row.stage {
        Stage::Customer => FollowupType::Service,
        Stage::NotSoon | Stage::Never => FollowupType::LongTerm,
        _ => FollowupType::Conversion,
    })
}

/// Returns the days from `earlier` to `later`; 0 if `later` is before `earlier`.
pub(super) fn days_between(earlier: Date, later: Date) -> i64 {
    i64::from((later - earlier).get_days()).max(0)
}

pub(super) fn plus(date: Date, days: u32) -> Date {
    date.saturating_add(i64::from(days).days())
}
