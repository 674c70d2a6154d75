//! Computes the effect of waiting on a prize within the horizon: the prize rises until the due
//! date, then falls.

use jiff::civil::Date;

use super::decision::{Due, PrizeParts};
use crate::policy::{Policy, days_between};

/// The day from which waiting lowers the prize, and the maximum of the urgency until that day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    since: Date,
    urgency_max: f64,
}

impl Waiting {
    /// Returns the waiting of a visit that is possible from the day `first` on, with this urgency
    /// on that day, and due on `due_date`.
    ///
    /// The urgency of a visit that is not yet due rises to 1 on its due date. It does not rise
    /// further, because that would reward a late visit.
    pub(super) fn new(first: Date, urgency: f64, due_date: Option<Date>) -> Self {
        let is_due = urgency >= 1.0;
        let since = due_date.filter(|due_date| !is_due && *due_date > first).unwrap_or(first);
        Self { since, urgency_max: urgency.max(1.0) }
    }

    /// Returns the day with the highest prize: the first possible day, or the due date if that is
    /// later.
    pub(super) fn since(&self) -> Date {
        self.since
    }

    /// Adjusts the prize factors for the day `on`. Before the call, `parts` has the urgency of that
    /// day.
    pub(super) fn settle(&self, policy: &Policy, on: Date, parts: &mut PrizeParts) {
        let waited_days = days_between(self.since, on);
        parts.urgency = parts.urgency.min(self.urgency_max);
        parts.promptness = libm::pow(policy.promptness, f64::from(waited_days));
    }
}

/// Adjusts the prize of one visit on all possible days. Returns the day with the highest prize.
///
/// `days` are the possible days in order; each states whether a promised date has come. If a
/// promised date comes within the plan, the waiting starts again on that date.
pub(super) fn settle_all<'a>(
    policy: &Policy,
    due_date: Option<Date>,
    days: impl Iterator<Item = (Date, &'a mut Due, bool)>,
) -> Option<Date> {
    let mut waiting: Option<(Waiting, bool)> = None;
    for (date, due, is_promised) in days {
        let (waiting, _) = match &mut waiting {
            Some(begun) if begun.1 || !is_promised => begun,
            begun => {
                begun.insert((Waiting::new(date, due.prize_parts.urgency, due_date), is_promised))
            }
        };
        waiting.settle(policy, date, &mut due.prize_parts);
        due.prize = due.prize_parts.prize();
    }
    waiting.map(|(waiting, _)| waiting.since())
}
