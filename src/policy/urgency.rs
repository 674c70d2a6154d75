//! Computes the urgency of a visit, which is a factor of the prize.

use jiff::ToSpan;
use jiff::civil::Date;

use super::Policy;

/// The visit history of an outlet, on the day for which a visit is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UrgencyInput {
    /// Day for which the visit is planned.
    pub on: Date,
    /// Day of the last visit; `None` without one. A day after `on` counts as `on`.
    pub visited_on: Option<Date>,
    /// Number of days from one visit to the next; 0 counts as 1.
    pub interval_days: u32,
    /// Minimum number of days between two visits.
    pub min_gap_days: u32,
    /// Date for which the next visit is promised; `None` without a promise.
    pub promised_on: Option<Date>,
}

/// The urgency of a visit, and its cause.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Urgency {
    /// Urgency: 0 if no visit is due, else between `due_after` and the largest of the cap and the
    /// promise.
    pub value: f64,
    /// Days since the last visit ÷ interval; `None` for an outlet that was never visited.
    pub ratio: Option<f64>,
    /// Cause of the urgency.
    pub cause: UrgencyCause,
}

/// The cause of an urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrgencyCause {
    /// A promised date has come, and no visit has been made since.
    Promised {
        /// Promised date.
        on: Date,
    },
    /// The outlet was never visited.
    NeverVisited,
    /// The fraction `due_after` of the interval is not over yet, or the minimum gap is not over
    /// yet.
    NotYet {
        /// First day on which a visit is due.
        from: Date,
        /// True if the minimum gap is the reason.
        min_gap: bool,
    },
    /// A visit is due, although the interval is not over.
    Soon {
        /// Due date: date of the last visit plus the interval.
        due_date: Date,
    },
    /// The interval is over.
    Due {
        /// Number of days since the due date; 0 on the due date.
        days_overdue: u32,
    },
}

/// The urgency of a visit. With `r = days since the last visit ÷ interval`:
///
/// ```text
/// urgency          ·········  cap (3)
///   3 |           /
///   2 |        /
///   1 |     /                 1 on the due date
/// 0.7 |   /                   due_after
///   0 |___|________________ r
///        0.7 1    2    3
/// ```
///
/// - inside the minimum gap, or while `r < due_after`: 0;
/// - from there on `r` itself, so 1 on the due date and one more for every interval overdue, at most `urgency_cap`;
/// - never visited: 1, due now;
/// - a promised date that has come, with no visit on or after it: at least `promise_urgency`, whatever gap and interval.
///   A visit on or after the date fulfils the promise.
///
/// ```
/// use beatplan::policy::{Policy, UrgencyInput, urgency};
/// use jiff::civil::date;
///
/// let visited = UrgencyInput {
///     on: date(2026, 11, 24),
///     visited_on: Some(date(2026, 11, 10)),
///     interval_days: 7,
///     min_gap_days: 0,
///     promised_on: None,
/// };
/// assert_eq!(urgency(&Policy::default(), visited).value, 2.0);
/// ```
pub fn urgency(policy: &Policy, input: UrgencyInput) -> Urgency {
    let by_interval = urgency_by_interval(policy, &input);
    match input.promised_on {
        Some(promise) if promise <= input.on && input.visited_on.is_none_or(|v| v < promise) => {
            Urgency {
                value: by_interval.value.max(policy.promise_urgency),
                ratio: by_interval.ratio,
                cause: UrgencyCause::Promised { on: promise },
            }
        }
        _ => by_interval,
    }
}

fn urgency_by_interval(policy: &Policy, input: &UrgencyInput) -> Urgency {
    let Some(visited_on) = input.visited_on else {
        return Urgency { value: 1.0, ratio: None, cause: UrgencyCause::NeverVisited };
    };
    let interval_days = input.interval_days.max(1);
    let elapsed_days = days_between(visited_on, input.on);
    let ratio = f64::from(elapsed_days) / f64::from(interval_days);
    let days_to_due_after = first_day_at(policy.due_after, interval_days);

    let (value, cause) = if elapsed_days < days_to_due_after.max(input.min_gap_days) {
        let from = days_after(visited_on, days_to_due_after.max(input.min_gap_days));
        (0.0, UrgencyCause::NotYet { from, min_gap: input.min_gap_days > days_to_due_after })
    } else if elapsed_days < interval_days {
        let due_date = days_after(visited_on, interval_days);
        (ratio.min(policy.urgency_cap), UrgencyCause::Soon { due_date })
    } else {
        let days_overdue = elapsed_days - interval_days;
        (ratio.min(policy.urgency_cap), UrgencyCause::Due { days_overdue })
    };
    Urgency { value, ratio: Some(ratio), cause }
}

/// Returns the smallest whole number of days that is at least `share` of `interval_days`.
pub(super) fn first_day_at(share: f64, interval_days: u32) -> u32 {
    // A product such as 0.7 × 10 may exceed a whole number by a rounding error, which must not add
    // a day.
    (share * f64::from(interval_days) - 1e-9).ceil() as u32
}

/// Returns the number of days from `earlier` to `later`; 0 if `later` is the earlier date.
pub(crate) fn days_between(earlier: Date, later: Date) -> u32 {
    u32::try_from((later - earlier).get_days()).unwrap_or(0)
}

/// Returns the day `days` days after `date`, or the last day of the calendar.
pub(crate) fn days_after(date: Date, days: u32) -> Date {
    date.saturating_add(i64::from(days).days())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 24);

    fn after(days: u32, interval_days: u32, min_gap_days: u32) -> Urgency {
        let visited_on = TODAY.saturating_sub(i64::from(days).days());
        let input = UrgencyInput {
            on: TODAY,
            visited_on: Some(visited_on),
            interval_days,
            min_gap_days,
            promised_on: None,
        };
        urgency(&Policy::default(), input)
    }

    #[test]
    fn urgency_is_the_elapsed_share_of_the_interval_between_due_after_and_the_cap() {
        // (days since the visit, interval, minimum gap, urgency)
        let table = [
            (0, 10, 0, 0.0),
            (6, 10, 0, 0.0),
            (7, 10, 0, 0.7),
            (8, 10, 0, 0.8),
            (10, 10, 0, 1.0),
            (15, 10, 0, 1.5),
            (29, 10, 0, 2.9),
            (30, 10, 0, 3.0),
            (31, 10, 0, 3.0),
            (3000, 10, 0, 3.0),
            (14, 21, 14, 0.0),
            (15, 21, 14, 15.0 / 21.0),
            (13, 10, 14, 0.0),
            (14, 10, 14, 1.4),
            (2, 3, 0, 0.0),
            (3, 3, 0, 1.0),
            (0, 1, 0, 0.0),
            (1, 1, 0, 1.0),
        ];
        for (days, interval, gap, expected) in table {
            let found = after(days, interval, gap).value;
            assert_eq!(found, expected, "{days} days after, interval {interval}, gap {gap}");
        }
    }

    #[test]
    fn says_from_which_day_a_visit_counts_as_due() {
        let cause = after(6, 10, 0).cause;
        assert_eq!(cause, UrgencyCause::NotYet { from: date(2026, 11, 25), min_gap: false });
        let cause = after(6, 10, 9).cause;
        assert_eq!(cause, UrgencyCause::NotYet { from: date(2026, 11, 27), min_gap: true });
        assert_eq!(after(8, 10, 0).cause, UrgencyCause::Soon { due_date: date(2026, 11, 26) });
        assert_eq!(after(13, 10, 0).cause, UrgencyCause::Due { days_overdue: 3 });
    }

    #[test]
    fn an_outlet_never_visited_is_due_now() {
        let input = UrgencyInput {
            on: TODAY,
            visited_on: None,
            interval_days: 7,
            min_gap_days: 30,
            promised_on: None,
        };
        let urgency = urgency(&Policy::default(), input);
        assert_eq!((urgency.value, urgency.cause), (1.0, UrgencyCause::NeverVisited));
    }

    #[test]
    fn a_promise_counts_from_its_day_until_somebody_has_been_there() {
        let with = |visited_on, promised_on| {
            let input = UrgencyInput {
                on: TODAY,
                visited_on,
                interval_days: 21,
                min_gap_days: 14,
                promised_on: Some(promised_on),
            };
            urgency(&Policy::default(), input).value
        };
        let yesterday = date(2026, 11, 23);
        let tomorrow = date(2026, 11, 25);
        assert_eq!(with(None, TODAY), 3.0);
        assert_eq!(with(None, tomorrow), 1.0);
        assert_eq!(with(Some(date(2026, 11, 20)), TODAY), 3.0, "a promise goes before the gap");
        assert_eq!(with(Some(date(2026, 11, 20)), yesterday), 3.0, "passed and not kept");
        assert_eq!(with(Some(yesterday), yesterday), 0.0, "kept");
        assert_eq!(with(Some(yesterday), tomorrow), 0.0, "not reached");
    }

    #[test]
    fn a_promise_does_not_lower_a_higher_urgency() {
        let policy = Policy { promise_urgency: 1.5, ..Policy::default() };
        let input = UrgencyInput {
            on: TODAY,
            visited_on: Some(date(2026, 10, 1)),
            interval_days: 7,
            min_gap_days: 0,
            promised_on: Some(TODAY),
        };
        assert_eq!(urgency(&policy, input).value, 3.0);
    }

    #[test]
    fn a_last_visit_after_the_planned_day_counts_as_that_day() {
        let input = UrgencyInput {
            on: TODAY,
            visited_on: Some(date(2027, 1, 1)),
            interval_days: 7,
            min_gap_days: 0,
            promised_on: None,
        };
        assert_eq!(urgency(&Policy::default(), input).value, 0.0);
    }
}
