//! What waiting within the horizon does to the worth of a visit: it grows until the due date and never pays after it.

use jiff::civil::Date;

use super::decision::{Due, PrizeParts};
use crate::policy::{Policy, days_between};

/// From when on waiting costs, and how far urgency may grow meanwhile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    since: Date,
    urgency_max: f64,
}

impl Waiting {
    /// For a visit that can be made from `first` on, with that urgency then, and is due on `due_date`.
    ///
    /// One that is due already has nothing to grow into; one that is not grows to the urgency 1 of its due date. Growing
    /// further with every day overdue would reward the plan for being late.
    pub(super) fn new(first: Date, urgency: f64, due_date: Option<Date>) -> Self {
        let is_due = urgency >= 1.0;
        let since = due_date.filter(|due_date| !is_due && *due_date > first).unwrap_or(first);
        Self { since, urgency_max: urgency.max(1.0) }
    }

    /// The day on which the visit is worth most: the first one, or its due date if that is later.
    pub(super) fn since(&self) -> Date {
        self.since
    }

    /// What counts on the day `on` of a visit whose `parts` have the urgency of that day.
    pub(super) fn settle(&self, policy: &Policy, on: Date, parts: &mut PrizeParts) {
        let waited_days = days_between(self.since, on);
        parts.urgency = parts.urgency.min(self.urgency_max);
        parts.promptness = libm::pow(policy.promptness, f64::from(waited_days));
    }
}

/// Settles the worth of one visit on all days on which it could be made; the day on which it is worth most, if there is
/// any.
///
/// `days` are these days in order, with whether a promise has come. A promise that comes within the plan starts anew.
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
