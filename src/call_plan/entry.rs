//! Computes the call plan of one prospect.

use jiff::civil::{Date, DateTime};

use super::VisitRules;
use super::decision::{Decision, Due, DueReason, NotDue, PrizeParts};
use super::pin::{around, open_pin};
use super::waiting::settle_all;
use super::windows::{open_windows, start_windows};
use crate::policy::{MarketDayRule, Urgency, UrgencyCause, UrgencyInput, urgency};
use crate::policy::{days_after, days_between};
use crate::prospects::{FollowupType, Pin, Prospect, Status, occasion_near};
use crate::remark::{Remark, RemarkCode};
use crate::solver::TimeWindow;
use crate::units::Seconds;

/// A second or later visit to the same prospect in one plan.
#[derive(Debug, Clone, PartialEq)]
pub struct FurtherVisit {
    /// Number of the visit, counted from 2.
    pub number: u32,
    /// Due date of the visit if all earlier visits are made on their due dates.
    pub due_date: Date,
    /// Terms of the visit on each day of the horizon, in order; `None` for days on which the visit
    /// is impossible.
    pub due: Vec<Option<Due>>,
}

/// The call plan of one prospect: the rhythm of its visits, and a decision for each day.
#[derive(Debug, Clone, PartialEq)]
pub struct CallPlanEntry {
    /// Follow-up type that the list states, or that follows from the stage.
    pub followup_type: FollowupType,
    /// Number of days from one visit to the next, as the list or else the policy states it.
    pub interval_days: u32,
    /// Minimum number of days between visits, as the list or else the policy states it.
    pub min_gap_days: u32,
    /// Due date: the date of the last visit plus the interval; `None` if the prospect was never
    /// visited.
    pub due_date: Option<Date>,
    /// Duration of a visit, as the list or else the policy states it.
    pub visit_duration: Seconds,
    /// Minimum number of days between two visits of one plan. It is the minimum gap, or the number
    /// of days until a visit is due if that is more.
    pub spacing_days: u32,
    /// Decision on the first visit for each day of the horizon, in order.
    pub decisions: Vec<Decision>,
    /// Second and later visits that are wanted within the horizon, in order.
    pub further: Vec<FurtherVisit>,
    /// Reason why an appointment, pin or must-visit within the horizon is impossible, as one
    /// clause; `None` if it is possible, or if there is none.
    pub impossible: Option<String>,
}

impl CallPlanEntry {
    /// Returns the number of visits that are wanted within the horizon.
    pub fn visits_wanted(&self) -> usize {
        let is_due = self.decisions.iter().any(|decision| decision.due().is_some());
        if is_due { 1 + self.further.len() } else { 0 }
    }

    /// Returns whether the prospect has a mandatory visit within the horizon that is possible.
    pub fn is_mandatory(&self) -> bool {
        self.decisions.iter().any(|decision| decision.due().is_some_and(|due| due.mandatory))
    }

    /// Returns the terms of a visit on a day of the horizon; `None` if the visit is impossible
    /// then. `visit_number` counts from 1.
    pub fn due(&self, visit_number: u32, day: usize) -> Option<&Due> {
        match self.further.iter().find(|visit| visit.number == visit_number) {
            Some(visit) => visit.due[day].as_ref(),
            None => self.decisions[day].due(),
        }
    }

    /// Returns the number of each visit that is wanted, counted from 1, and its terms on each day.
    pub fn wanted(&self) -> impl Iterator<Item = (u32, Vec<Option<&Due>>)> {
        let first = self.decisions.iter().map(Decision::due).collect();
        let further = self.further.iter();
        let further =
            further.map(|visit| (visit.number, visit.due.iter().map(Option::as_ref).collect()));
        std::iter::once((1, first)).chain(further).take(self.visits_wanted())
    }

    /// Returns the number of days past the due date on the day `on`; 0 before the due date, and 0
    /// if the prospect was never visited.
    pub fn days_overdue(&self, on: Date) -> u32 {
        self.due_date.map_or(0, |due_date| days_between(due_date, on))
    }

    pub(super) fn new(
        prospect: &Prospect,
        rules: VisitRules<'_>,
        dates: &[Date],
        remarks: &mut Vec<Remark>,
    ) -> Self {
        let interval_days = rules.policy.interval_days(prospect);
        let mut entry = Self {
            followup_type: rules.policy.followup_type(prospect),
            interval_days,
            min_gap_days: rules.policy.min_gap_days(prospect),
            spacing_days: rules.policy.spacing_days(prospect),
            due_date: prospect.visited_on.map(|visited_on| days_after(visited_on, interval_days)),
            visit_duration: rules.policy.visit_duration(prospect),
            decisions: Vec::with_capacity(dates.len()),
            further: Vec::new(),
            impossible: None,
        };
        for &date in dates {
            let decision = match entry.decide(prospect, rules, dates, date) {
                Ok(due) => Decision::Due(due),
                Err(reason) => Decision::NotDue(reason),
            };
            entry.decisions.push(decision);
        }
        if let Some(first) = entry.settle_waiting(prospect, rules, dates) {
            entry.further = entry.further_visits(prospect, rules, dates, first);
        }
        entry.remark(prospect, rules, dates, remarks);
        entry
    }

    /// Adjusts the prizes of all days. A prize rises until the due date, then falls with each day
    /// of waiting.
    ///
    /// Returns the day with the highest prize.
    fn settle_waiting(
        &mut self,
        prospect: &Prospect,
        rules: VisitRules<'_>,
        dates: &[Date],
    ) -> Option<Date> {
        let is_promised = |date: &Date| {
            let cause = self.urgency(prospect, rules, *date).cause;
            matches!(cause, UrgencyCause::Promised { .. })
        };
        let promised: Vec<bool> = dates.iter().map(is_promised).collect();
        let days = self.decisions.iter_mut().zip(dates.iter().zip(promised));
        let due = days.filter_map(|(decision, (date, is_promised))| match decision {
            Decision::Due(due) => Some((*date, due, is_promised)),
            Decision::NotDue(_) => None,
        });
        settle_all(rules.policy, self.due_date, due)
    }

    /// Returns the terms of a visit on `date`, or the reason why there is none. Applies the rules
    /// of [`CallPlan::new`](super::CallPlan::new) in their order.
    fn decide(
        &self,
        prospect: &Prospect,
        rules: VisitRules<'_>,
        dates: &[Date],
        date: Date,
    ) -> Result<Due, NotDue> {
        if prospect.visited_on == Some(date) {
            return Err(NotDue::Done);
        }
        if prospect.attempted_on == Some(date) {
            return Err(NotDue::NotIn);
        }
        if prospect.status != Status::Open {
            return Err(NotDue::Status(prospect.status));
        }
        if let Some(quality) = rules.policy.uncertain_position(prospect) {
            return Err(NotDue::UncertainPosition { quality });
        }
        if is_call_blocked(prospect, date) {
            return Err(NotDue::CallBlock { until: prospect.call_block_until });
        }
        if let Some(at) = open_appointment(prospect) {
            if at.date() == date {
                return Ok(self.appointment(prospect, rules, at));
            }
            let waits = self.waits_for(at.date(), date) && !prospect.must_visit;
            if dates.contains(&at.date()) || waits {
                return Err(NotDue::AppointmentElsewhen { at });
            }
        }
        if !may_be_visited_on(prospect, rules, date) {
            return Err(NotDue::NotThatWeekday { weekday: rules.calendar.weekday(date) });
        }
        if let Some(pin) = open_pin(prospect) {
            if pin.date == date {
                return self.pinned(prospect, rules, pin);
            }
            let waits = self.waits_for(pin.date, date) && !prospect.must_visit;
            if dates.contains(&pin.date) || waits {
                return Err(NotDue::PinnedElsewhen { on: pin.date });
            }
        }
        let urgency = self.urgency(prospect, rules, date);
        let (reason, counted) = if must_be_visited(prospect, dates) {
            (DueReason::MustVisit, urgency.value.max(1.0))
        } else {
            let reason = self.due_reason(urgency, date);
            let occasion = || self.occasion(prospect, rules, date);
            let reason =
                reason.or_else(|why| occasion().map(|on| DueReason::Occasion { on }).ok_or(why))?;
            (reason, urgency.value)
        };
        let is_agreed = matches!(reason, DueReason::MustVisit | DueReason::Promised { .. });
        if !is_agreed && is_kept_out_by_market(prospect, rules, date) {
            return Err(NotDue::MarketDay);
        }
        let windows = start_windows(prospect, rules, date, self.visit_duration)?;
        Ok(self.due_on(prospect, rules, Terms { date, reason, urgency: counted, windows }))
    }

    /// Returns whether an appointment or pin of `prospect` is so soon after `date` that other
    /// visits wait for it.
    pub(super) fn waits(&self, prospect: &Prospect, date: Date) -> bool {
        let appointment = open_appointment(prospect).map(DateTime::date);
        let pin = open_pin(prospect).map(|pin| pin.date);
        [appointment, pin].into_iter().flatten().any(|on| self.waits_for(on, date))
    }

    /// Returns whether `on` is after `date`, by less than one interval.
    fn waits_for(&self, on: Date, date: Date) -> bool {
        on > date && days_between(date, on) < self.interval_days
    }

    fn appointment(&self, prospect: &Prospect, rules: VisitRules<'_>, at: DateTime) -> Due {
        let start = time_of_day(at);
        let leeway = prospect.leeway_minutes.unwrap_or(rules.policy.leeway_minutes);
        let window = TimeWindow { start, end: start + Seconds::from_minutes(leeway) };
        let urgency =
            self.urgency(prospect, rules, at.date()).value.max(rules.policy.promise_urgency);
        let reason = DueReason::Appointment { at: start };
        self.due_on(
            prospect,
            rules,
            Terms { date: at.date(), reason, urgency, windows: vec![window] },
        )
    }

    /// Returns the terms of a pinned visit. They are those of a must-visit, limited to times around
    /// the pinned time.
    fn pinned(&self, prospect: &Prospect, rules: VisitRules<'_>, pin: Pin) -> Result<Due, NotDue> {
        // A person chose the pinned time, so it overrides preferred hours.
        let windows = match pin.time {
            Some(_) => open_windows(prospect, rules, pin.date, self.visit_duration)?,
            None => start_windows(prospect, rules, pin.date, self.visit_duration)?,
        };
        let leeway = prospect.leeway_minutes.unwrap_or(rules.policy.leeway_minutes);
        let leeway = Seconds::from_minutes(leeway);
        if let Some(time) = pin.time
            && around(time, leeway, &windows).is_empty()
        {
            return Err(NotDue::ClosedWhenPinned { time });
        }
        let urgency = self.urgency(prospect, rules, pin.date).value.max(1.0);
        let reason = DueReason::Pinned { at: pin.time, leeway };
        Ok(self.due_on(prospect, rules, Terms { date: pin.date, reason, urgency, windows }))
    }

    fn urgency(&self, prospect: &Prospect, rules: VisitRules<'_>, date: Date) -> Urgency {
        let promises = [prospect.next_action_date, prospect.appointment.map(DateTime::date)];
        let input = UrgencyInput {
            on: date,
            visited_on: prospect.visited_on,
            interval_days: self.interval_days,
            min_gap_days: self.min_gap_days,
            promised_on: promises.into_iter().flatten().filter(|promise| *promise <= date).max(),
        };
        urgency(rules.policy, input)
    }

    /// Returns the day of an occasion near `date`; `None` if there is none, or if `date` is within
    /// the minimum gap.
    pub(super) fn occasion(
        &self,
        prospect: &Prospect,
        rules: VisitRules<'_>,
        date: Date,
    ) -> Option<Date> {
        let visited_on = prospect.visited_on;
        let is_left_in_peace =
            visited_on.is_some_and(|v| days_between(v, date) < self.min_gap_days);
        if is_left_in_peace || rules.policy.occasion_urgency == 0.0 {
            return None;
        }
        let days = rules.policy.occasion_days;
        occasion_near(&prospect.occasions, date, days, visited_on).map(|(on, _)| on)
    }

    /// Returns the urgency that an occasion adds to a visit on `date`.
    pub(super) fn occasion_urgency(
        &self,
        prospect: &Prospect,
        rules: VisitRules<'_>,
        date: Date,
    ) -> f64 {
        self.occasion(prospect, rules, date).map_or(0.0, |_| rules.policy.occasion_urgency)
    }

    fn due_reason(&self, urgency: Urgency, date: Date) -> Result<DueReason, NotDue> {
        match urgency.cause {
            UrgencyCause::Promised { on } => Ok(DueReason::Promised { on }),
            UrgencyCause::NeverVisited => Ok(DueReason::NeverVisited),
            UrgencyCause::Soon { due_date } => Ok(DueReason::Soon { due_date }),
            UrgencyCause::Due { days_overdue } => Ok(DueReason::Overdue { days: days_overdue }),
            UrgencyCause::NotYet { from, min_gap: true } => Err(NotDue::MinGap { until: from }),
            UrgencyCause::NotYet { from, min_gap: false } => {
                Err(NotDue::NotYet { from, due_date: self.due_date.unwrap_or(date) })
            }
        }
    }

    fn due_on(&self, prospect: &Prospect, rules: VisitRules<'_>, terms: Terms) -> Due {
        let prize_parts = PrizeParts {
            tier_weight: rules.policy.tier_weight(prospect),
            urgency: terms.urgency,
            occasion: self.occasion_urgency(prospect, rules, terms.date),
            potential: prospect.potential,
            promptness: 1.0,
        };
        let is_agreed = matches!(terms.reason, DueReason::Appointment { .. });
        Due {
            prize: prize_parts.prize(),
            prize_parts,
            reason: terms.reason,
            visit_duration: self.visit_duration,
            windows: terms.windows,
            earliness: is_agreed.then(|| Seconds::from_minutes(rules.policy.earliness_minutes)),
            mandatory: terms.reason.is_mandatory(),
        }
    }

    /// Adds a remark for each appointment, pin or must-visit of the prospect that is impossible
    /// within the horizon.
    fn remark(
        &mut self,
        prospect: &Prospect,
        rules: VisitRules<'_>,
        dates: &[Date],
        remarks: &mut Vec<Remark>,
    ) {
        let who = format!("{} \"{}\"", prospect.id, prospect.name);
        let kept = |date: &Date| {
            dates
                .iter()
                .zip(&self.decisions)
                .any(|(d, decision)| d == date && decision.due().is_some())
        };
        let pin = open_pin(prospect).filter(|pin| dates.contains(&pin.date));
        if let Some(pin) = pin.filter(|pin| !kept(&pin.date)) {
            let on = dates.iter().position(|date| *date == pin.date);
            let why = on.map_or_else(String::new, |day| self.decisions[day].to_string());
            let message = format!("{who} is pinned to {} but is left out then: {why}", pin.date);
            remarks.push(Remark::new(RemarkCode::PinnedImpossible, message));
            self.impossible = Some(why);
        }
        let appointment = open_appointment(prospect).filter(|at| dates.contains(&at.date()));
        if let Some(at) = appointment {
            let at_text = at.strftime("%F at %H:%M");
            if !kept(&at.date()) {
                let why = reasons(&self.decisions);
                remarks.push(Remark::new(
                    RemarkCode::AppointmentImpossible,
                    format!("{who} has an appointment on {at_text} but is left out: {why}"),
                ));
                self.impossible = Some(why);
            } else if !is_open_for(prospect, rules, at, self.visit_duration) {
                remarks.push(Remark::new(
                    RemarkCode::AppointmentOutsideHours,
                    format!(
                        "{who} has an appointment on {at_text}, outside its opening hours; the plan keeps it"
                    ),
                ));
            }
        } else if must_be_visited(prospect, dates) && !dates.iter().any(kept) {
            let why = reasons(&self.decisions);
            remarks.push(Remark::new(
                RemarkCode::MustVisitImpossible,
                format!("{who} must be visited but is left out: {why}"),
            ));
            self.impossible = Some(why);
        }
    }
}

/// The terms in which two visits to the same prospect may differ.
struct Terms {
    date: Date,
    reason: DueReason,
    urgency: f64,
    windows: Vec<TimeWindow>,
}

/// Returns the appointment of `prospect`; `None` if there is none, or if a visit was made on its
/// day or later.
fn open_appointment(prospect: &Prospect) -> Option<DateTime> {
    let visited_on = prospect.visited_on;
    prospect.appointment.filter(|at| visited_on.is_none_or(|visited_on| visited_on < at.date()))
}

/// Returns whether a must-visit is not yet made on one of `dates`.
fn must_be_visited(prospect: &Prospect, dates: &[Date]) -> bool {
    prospect.must_visit && prospect.visited_on.is_none_or(|visited_on| visited_on < dates[0])
}

pub(super) fn is_call_blocked(prospect: &Prospect, date: Date) -> bool {
    let (from, until) = (prospect.call_block_from, prospect.call_block_until);
    (from.is_some() || until.is_some())
        && from.is_none_or(|from| from <= date)
        && until.is_none_or(|until| date <= until)
}

/// Returns whether the list allows visits on the day of the week of `date`.
pub(super) fn may_be_visited_on(prospect: &Prospect, rules: VisitRules<'_>, date: Date) -> bool {
    prospect.visit_days.is_none_or(|days| days.has(rules.calendar.weekday(date)))
}

/// Returns whether the policy excludes a visit on `date` because of a market day.
pub(super) fn is_kept_out_by_market(
    prospect: &Prospect,
    rules: VisitRules<'_>,
    date: Date,
) -> bool {
    rules.policy.market_days == MarketDayRule::KeepOut
        && prospect.market_days.is_some_and(|days| days.falls_on(date))
}

fn is_open_for(
    prospect: &Prospect,
    rules: VisitRules<'_>,
    at: DateTime,
    duration: Seconds,
) -> bool {
    let start = time_of_day(at);
    open_windows(prospect, rules, at.date(), duration)
        .is_ok_and(|windows| windows.iter().any(|w| w.start <= start && start <= w.end))
}

fn time_of_day(at: DateTime) -> Seconds {
    let part = |value: i8, unit: u32| u32::try_from(value).unwrap_or(0) * unit;
    Seconds(part(at.hour(), 3600) + part(at.minute(), 60) + part(at.second(), 1))
}

/// Returns the reasons of all days, without repeats.
fn reasons(decisions: &[Decision]) -> String {
    let mut texts: Vec<String> = decisions.iter().map(Decision::to_string).collect();
    texts.dedup();
    texts.join("; ")
}
