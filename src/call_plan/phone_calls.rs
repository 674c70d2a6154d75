//! Finds the telephone calls that are due between visits, mainly to outlets that will not be won
//! soon.

use jiff::civil::Date;

use super::entry::is_call_blocked;
use crate::policy::{Policy, days_after, days_between};
use crate::prospects::{Prospect, ProspectId, Status};

/// A telephone call that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhoneCall {
    /// The prospect.
    pub prospect: ProspectId,
    /// Day of the call.
    pub date: Date,
    /// Date of the last contact, in person or by telephone; `None` if there was none.
    pub contacted_on: Option<Date>,
    /// Due date: the date of the last contact plus the interval for calls; `None` if there was no
    /// contact.
    pub due_date: Option<Date>,
    /// Number of days past the due date; 0 on the due date, and 0 if there is no due date.
    pub days_overdue: u32,
}

/// Telephone calls on several days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PhoneCalls {
    /// Calls in the order of the days. On each day, the most overdue call comes first. Prospects
    /// without a contact come last, in the order of the lists.
    pub calls: Vec<PhoneCall>,
    /// Prospects that are due for a call and have no telephone number.
    pub without_phone: Vec<ProspectId>,
}

impl PhoneCalls {
    /// Finds the calls that are due on `dates`, which must be in order.
    ///
    /// A call is due when the interval for calls since the last contact is over. No call is due to
    /// an outlet that does not trade or that is in its call block. No call is due on a day with a
    /// visit (`is_visited`) or on a day on which `may_call` is false. A call or visit of one day
    /// counts as made on the following days. O(n · days) for n prospects.
    pub fn new(
        prospects: &[Prospect],
        policy: &Policy,
        dates: &[Date],
        may_call: impl Fn(&Prospect, Date) -> bool,
        is_visited: impl Fn(ProspectId, Date) -> bool,
    ) -> Self {
        let mut all = Self::default();
        for (at, prospect) in prospects.iter().enumerate() {
            let id = ProspectId(at as u32);
            let Some(interval_days) = policy.phone_interval_days(prospect) else { continue };
            if prospect.status != Status::Open {
                continue;
            }
            let mut contacted_on = prospect.visited_on.max(prospect.called_on);
            for &date in dates {
                if is_visited(id, date) {
                    contacted_on = Some(date);
                    continue;
                }
                let due_date = contacted_on.map(|on| days_after(on, interval_days));
                let is_due = due_date.is_none_or(|due_date| due_date <= date);
                if !is_due || is_call_blocked(prospect, date) || !may_call(prospect, date) {
                    continue;
                }
                if prospect.phone.is_none() {
                    all.without_phone.push(id);
                    break;
                }
                let days_overdue = due_date.map_or(0, |due_date| days_between(due_date, date));
                all.calls.push(PhoneCall {
                    prospect: id,
                    date,
                    contacted_on,
                    due_date,
                    days_overdue,
                });
                contacted_on = Some(date);
            }
        }
        all.calls.sort_by_key(|call| {
            (
                call.date,
                std::cmp::Reverse(call.days_overdue),
                call.due_date.is_none(),
                call.prospect,
            )
        });
        all
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::lonlat::LonLat;
    use crate::prospects::Stage;

    fn not_soon(phone: Option<&str>, called_on: Option<Date>) -> Prospect {
        Prospect {
            stage: Stage::NotSoon,
            phone: phone.map(str::to_owned),
            called_on,
            visited_on: Some(date(2026, 11, 10)),
            ..Prospect::new("P1", "Pharmacy", LonLat { lon: 14.4, lat: 35.9 })
        }
    }

    fn days(prospect: Prospect, visited: Option<i8>) -> Vec<i8> {
        let dates: Vec<Date> = (23..=29).map(|day| date(2026, 11, day)).collect();
        let is_visited = |_, day: Date| visited == Some(day.day());
        let is_workday = |_: &Prospect, day: Date| day.weekday().to_monday_one_offset() < 6;
        let calls =
            PhoneCalls::new(&[prospect], &Policy::default(), &dates, is_workday, is_visited);
        calls.calls.iter().map(|call| call.date.day()).collect()
    }

    #[test]
    fn those_who_will_not_be_won_soon_are_called_twice_a_week() {
        assert_eq!(days(not_soon(Some("1"), None), None), [23, 26], "Monday and Thursday");
        assert_eq!(days(not_soon(Some("1"), Some(date(2026, 11, 21))), None), [24, 27]);
        assert_eq!(days(not_soon(Some("1"), None), Some(23)), [26], "a visit is as good as a call");
        assert_eq!(days(not_soon(Some("1"), None), Some(24)), [23, 27]);
    }

    #[test]
    fn nobody_is_called_who_cannot_be_or_is_not_to_be() {
        assert_eq!(days(not_soon(None, None), None), [0; 0]);
        let customer = Prospect { stage: Stage::Customer, ..not_soon(Some("1"), None) };
        assert_eq!(days(customer, None), [0; 0]);
        let closed = Prospect { status: Status::Closed, ..not_soon(Some("1"), None) };
        assert_eq!(days(closed, None), [0; 0]);
        let blocked =
            Prospect { call_block_until: Some(date(2026, 11, 25)), ..not_soon(Some("1"), None) };
        assert_eq!(days(blocked, None), [26]);
    }

    #[test]
    fn outlets_without_a_telephone_number_get_a_remark() {
        let calls = PhoneCalls::new(
            &[not_soon(None, None)],
            &Policy::default(),
            &[date(2026, 11, 24)],
            |_, _| true,
            |_, _| false,
        );
        assert_eq!((calls.calls.len(), calls.without_phone), (0, vec![ProspectId(0)]));
    }
}
