//! Computes the call plan. It states for each prospect and day whether a visit is due, the prize of
//! the visit, and the windows of time in which the visit may begin.
//!
//! Takes prospects and [`VisitRules`], and returns a [`CallPlan`] of plain data. Does not use
//! roads, reps or the order of visits. Also assigns tiers by revenue ([`assign_tiers`]) and applies
//! the visit log ([`apply_log`]).

mod decision;
mod entry;
mod log_state;
mod phone_calls;
mod pin;
mod rhythm;
mod tier;
mod visit_rules;
mod waiting;
mod windows;

pub use decision::{Decision, Due, DueReason, NotDue, PrizeParts};
pub use entry::{CallPlanEntry, FurtherVisit};
pub use log_state::apply_log;
pub use phone_calls::{PhoneCall, PhoneCalls};
pub use tier::{RevenueRank, assign_tiers, revenue_ranks};
pub use visit_rules::VisitRules;

use jiff::civil::Date;

use crate::ids::ById;
use crate::prospects::{Prospect, ProspectId};
use crate::remark::Remark;

/// Decisions for all prospects on all days of the horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct CallPlan {
    /// Days of the horizon, in the given order.
    pub dates: Vec<Date>,
    /// Entry of each prospect.
    pub entries: ById<ProspectId, CallPlanEntry>,
    /// Remarks on must-visits and appointments that cannot be kept, and on missing calendar years.
    pub remarks: Vec<Remark>,
}

impl CallPlan {
    /// Decides for all `prospects` on all `dates`, in order.
    ///
    /// On each day, the first rule that applies decides:
    ///
    /// 0. An outlet that was visited that day is done. An outlet where the rep met nobody that day
    ///    is not tried again.
    /// 1. An outlet is not visited if it is closed, is suspended, does not cooperate or is in its
    ///    call block, or if its position is less exact than the `geocode_quality` of the policy. A
    ///    remark names the appointments and must-visits that are lost for this reason.
    /// 2. On the day of an appointment, the visit is mandatory, at the agreed time only, whatever
    ///    the opening hours are.
    /// 3. An outlet with an appointment is not visited on the other days of the horizon, nor less
    ///    than one interval before the appointment. A past appointment that was not kept counts as
    ///    a promise (see [`urgency`](crate::policy::urgency)).
    /// 4. An outlet is not visited on a day of the week that the list excludes.
    /// 5. On the day of a pin, the visit is mandatory, during opening hours and around the pinned
    ///    time if there is one. A pin excludes visits on other days as an appointment does; a past
    ///    pin has no effect.
    /// 6. A must-visit is mandatory, during opening hours, even if it is not due.
    /// 7. Any other outlet may be visited during opening hours if it is due or has an occasion. On
    ///    a market day, it may be visited only if the visit is promised.
    ///
    /// The prize is `tier_weight × urgency × potential × promptness`; an occasion adds to the
    /// urgency. The urgency of a must-visit or pin is at least 1, and that of an appointment at
    /// least that of a promise. So if not all mandatory visits are possible, the most valuable are
    /// kept. Within the horizon, the prize rises until the due date, then falls with each day of
    /// waiting.
    ///
    /// If the interval is so short that the horizon has room for several visits, [`FurtherVisit`]s
    /// follow the first visit.
    pub fn new(prospects: &[Prospect], rules: VisitRules<'_>, dates: &[Date]) -> Self {
        let mut remarks = rules.calendar.missing_years(dates);
        let entries = prospects
            .iter()
            .map(|prospect| CallPlanEntry::new(prospect, rules, dates, &mut remarks))
            .collect();
        Self { dates: dates.to_vec(), entries, remarks }
    }

    /// Returns the entry of the prospect `id`.
    pub fn entry(&self, id: ProspectId) -> &CallPlanEntry {
        &self.entries[id]
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jiff::ToSpan;
    use jiff::civil::{date, datetime};

    use super::*;
    use crate::calendar::Calendar;
    use crate::lonlat::LonLat;
    use crate::policy::Policy;
    use crate::prospects::{OpeningHours, Pin, Stage, Status, Tier};
    use crate::units::{Prize, Seconds};

    const TUESDAY: Date = date(2026, 11, 24);
    const WEDNESDAY: Date = date(2026, 11, 25);
    const THURSDAY: Date = date(2026, 11, 26);

    fn prospect() -> Prospect {
        Prospect::new("P1", "Balzan Pharmacy", LonLat { lon: 14.4, lat: 35.9 })
    }

    fn hours(text: &str) -> Option<OpeningHours> {
        Some(text.parse().unwrap())
    }

    fn plan(prospect: &Prospect, dates: &[Date]) -> CallPlan {
        with_calendar(prospect, dates, &Calendar::default())
    }

    fn with_calendar(prospect: &Prospect, dates: &[Date], calendar: &Calendar) -> CallPlan {
        let rules = VisitRules { policy: &Policy::default(), calendar };
        CallPlan::new(std::slice::from_ref(prospect), rules, dates)
    }

    /// One line a day, then the remarks: code, reason, prize, windows, whether it must be visited.
    fn told(prospect: Prospect, dates: &[Date]) -> String {
        let plan = plan(&prospect, dates);
        let mut lines: Vec<String> = Vec::new();
        for decision in &plan.entries[ProspectId(0)].decisions {
            let mut line = format!("{}: {decision}", decision.code());
            if let Some(due) = decision.due() {
                let (_, begins) = due.at_pace(1.0).unwrap();
                let windows: Vec<String> =
                    begins.iter().map(|w| format!("{}-{}", w.start, w.end)).collect();
                let mandatory = if due.mandatory { ", mandatory" } else { "" };
                line +=
                    &format!(" | {} points, {}{mandatory}", due.prize.points(), windows.join(" "));
            }
            lines.push(line);
        }
        lines.extend(plan.remarks.iter().map(|r| format!("{}: {}", r.code, r.message)));
        lines.join("\n")
    }

    #[test]
    fn an_outlet_never_visited_is_due_on_every_day_it_is_open() {
        let never_visited =
            Prospect { opening_hours: hours("Tu,Th 09:00-12:00,14:00-18:00"), ..prospect() };
        assert_snapshot!(told(never_visited, &[TUESDAY, WEDNESDAY, THURSDAY]), @r#"
never_visited: never visited | 2 points, 09:00-11:45 14:00-17:45
closed_that_day: closed that day
never_visited: never visited | 1.921 points, 09:00-11:45 14:00-17:45
"#);
    }

    #[test]
    fn a_visit_grows_until_its_due_date_and_not_after_it() {
        let customer = Prospect {
            tier: Some(Tier::A),
            stage: Stage::Customer,
            visited_on: Some(date(2026, 11, 18)),
            ..prospect()
        };
        assert_snapshot!(told(customer, &[TUESDAY, WEDNESDAY, THURSDAY]), @r#"
due_soon: due on 2026-11-25 | 4.286 points, 00:00-23:40
due: due that day | 5 points, 00:00-23:40
overdue: 1 day overdue | 4.9 points, 00:00-23:40
"#);
    }

    #[test]
    fn one_that_is_closed_on_its_due_date_has_waited_since_then() {
        let customer = Prospect {
            tier: Some(Tier::A),
            stage: Stage::Customer,
            visited_on: Some(date(2026, 11, 18)),
            opening_hours: hours("Tu,Th 09:00-18:00"),
            ..prospect()
        };
        assert_snapshot!(told(customer, &[TUESDAY, WEDNESDAY, THURSDAY]), @r#"
due_soon: due on 2026-11-25 | 4.286 points, 09:00-17:40
closed_that_day: closed that day
overdue: 1 day overdue | 4.9 points, 09:00-17:40
"#);
    }

    /// One line a further visit: its number, then due date, and prize on each day on which it could be made.
    fn told_further(prospect: Prospect, days: i32) -> String {
        let dates: Vec<Date> =
            (0..days).map(|day| TUESDAY.checked_add(i64::from(day).days()).unwrap()).collect();
        let plan = plan(&prospect, &dates);
        let lines = plan.entries[ProspectId(0)].further.iter().map(|visit| {
            let days = visit.due.iter().zip(&dates).filter_map(|(due, date)| {
                let due = due.as_ref()?;
                assert!(!due.mandatory && due.reason.code() == "due_again");
                Some(format!("{:02}: {}", date.day(), due.prize.points()))
            });
            let days: Vec<String> = days.collect();
            format!("{}, {}: {}", visit.number, visit.due_date, days.join(", "))
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn an_interval_shorter_than_the_horizon_asks_for_further_visits() {
        let interested = Prospect { interval_days: Some(4), ..prospect() };
        assert_snapshot!(told_further(interested.clone(), 10), @r#"
2, 2026-11-28: 27: 1.5, 28: 2, 29: 1.96, 30: 1.921, 01: 1.882, 02: 1.845, 03: 1.808
3, 2026-12-02: 01: 1.5, 02: 2, 03: 1.96
"#);
        assert_snapshot!(told_further(interested.clone(), 3), @"");
        let seldom = Prospect { min_gap_days: Some(6), ..interested };
        assert_snapshot!(told_further(seldom, 10), @"2, 2026-11-30: 30: 2, 01: 1.96, 02: 1.921, 03: 1.882");
    }

    #[test]
    fn further_visits_follow_the_day_on_which_the_first_is_worth_most() {
        let due_on_friday = Prospect {
            visited_on: Some(date(2026, 11, 20)),
            interval_days: Some(7),
            opening_hours: hours("Mo-Fr 09:00-18:00"),
            ..prospect()
        };
        assert_snapshot!(told_further(due_on_friday, 12), @"2, 2026-12-04: 02: 1.429, 03: 1.714, 04: 2");
        let appointment = Prospect {
            appointment: Some(datetime(2026, 11, 26, 10, 0, 0, 0)),
            interval_days: Some(7),
            call_block_from: Some(date(2026, 12, 3)),
            call_block_until: Some(date(2026, 12, 3)),
            must_visit: true,
            ..prospect()
        };
        assert_snapshot!(told_further(appointment, 12), @"2, 2026-12-03: 01: 1.429, 02: 1.714, 04: 1.96, 05: 1.921");
    }

    #[test]
    fn a_must_visit_that_is_promised_within_the_horizon_is_worth_most_then() {
        let promised =
            Prospect { must_visit: true, next_action_date: Some(WEDNESDAY), ..prospect() };
        assert_snapshot!(told(promised, &[TUESDAY, WEDNESDAY, THURSDAY]), @r#"
must_visit: must be visited | 2 points, 00:00-23:45, mandatory
must_visit: must be visited | 6 points, 00:00-23:45, mandatory
must_visit: must be visited | 5.88 points, 00:00-23:45, mandatory
"#);
    }

    #[test]
    fn waiting_within_the_horizon_never_pays() {
        let overdue = Prospect { visited_on: Some(date(2026, 11, 1)), ..prospect() };
        let plan = plan(&overdue, &[TUESDAY, WEDNESDAY, THURSDAY]);
        let due: Vec<_> =
            plan.entry(ProspectId(0)).decisions.iter().map(|d| d.due().unwrap()).collect();
        assert!(due[0].prize > due[1].prize && due[1].prize > due[2].prize);
        assert_eq!(due[2].prize_parts.urgency, due[0].prize_parts.urgency);
        assert!((due[2].prize_parts.promptness - 0.98 * 0.98).abs() < 1e-12);
    }

    #[test]
    fn a_promise_within_the_horizon_is_worth_waiting_for() {
        let promised = Prospect { next_action_date: Some(WEDNESDAY), ..prospect() };
        let plan = plan(&promised, &[TUESDAY, WEDNESDAY, THURSDAY]);
        let urgencies: Vec<f64> = plan
            .entry(ProspectId(0))
            .decisions
            .iter()
            .map(|d| d.due().unwrap().prize_parts.urgency)
            .collect();
        assert_eq!(urgencies, [1.0, 3.0, 3.0]);
    }

    #[test]
    fn prize_is_tier_weight_times_urgency_times_potential() {
        let customer = Prospect {
            tier: Some(Tier::A),
            stage: Stage::Customer,
            potential: 1.2,
            visited_on: Some(date(2026, 11, 10)),
            ..prospect()
        };
        let plan = plan(&customer, &[TUESDAY]);
        let entry = plan.entry(ProspectId(0));
        let due = entry.decisions[0].due().unwrap();
        assert_eq!(due.prize, Prize::from_points(5.0 * 2.0 * 1.2));
        assert_eq!(
            due.prize_parts,
            PrizeParts {
                tier_weight: 5.0,
                urgency: 2.0,
                occasion: 0.0,
                potential: 1.2,
                promptness: 1.0
            }
        );
        assert_eq!(due.reason, DueReason::Overdue { days: 7 });
        assert_eq!(due.visit_duration, Seconds::from_minutes(20));
        assert_eq!(entry.due_date, Some(date(2026, 11, 17)));
        assert_eq!(entry.days_overdue(TUESDAY), 7);
        assert_eq!(entry.days_overdue(date(2026, 11, 1)), 0);
        assert_eq!((entry.interval_days, entry.min_gap_days), (7, 0));
    }

    #[test]
    fn a_prospect_becomes_due_within_the_horizon() {
        let customer = Prospect {
            tier: Some(Tier::B),
            stage: Stage::Customer,
            visited_on: Some(date(2026, 11, 15)),
            ..prospect()
        };
        assert_snapshot!(told(customer, &[TUESDAY, WEDNESDAY, date(2026, 11, 29), date(2026, 11, 30)]), @r#"
not_due: not due until 2026-11-29, may be visited from 2026-11-25
due_soon: due on 2026-11-29 | 1.429 points, 00:00-23:40
due: due that day | 2 points, 00:00-23:40
overdue: 1 day overdue | 1.96 points, 00:00-23:40
"#);
    }

    #[test]
    fn the_minimum_gap_leaves_an_outlet_in_peace() {
        let long_term = Prospect {
            stage: Stage::NotSoon,
            interval_days: Some(10),
            min_gap_days: Some(14),
            visited_on: Some(date(2026, 11, 11)),
            ..prospect()
        };
        assert_snapshot!(told(long_term, &[TUESDAY, WEDNESDAY]), @r#"
min_gap: visited lately, left in peace until 2026-11-25
overdue: 4 days overdue | 2.8 points, 00:00-23:40
"#);
    }

    #[test]
    fn one_that_does_not_trade_is_left_out_even_as_a_must_visit() {
        for status in [Status::Closed, Status::Suspended, Status::Uncooperative] {
            let told_of =
                |must_visit| told(Prospect { status, must_visit, ..prospect() }, &[TUESDAY]);
            let code = told_of(false);
            assert!(!code.contains("must_visit_impossible"), "{code}");
            assert!(told_of(true).contains("must_visit_impossible"), "{status:?}");
        }
        let closed = Prospect { status: Status::Closed, must_visit: true, ..prospect() };
        assert_snapshot!(told(closed, &[TUESDAY]), @r#"
closed: closed for good
must_visit_impossible: P1 "Balzan Pharmacy" must be visited but is left out: closed for good
"#);
    }

    #[test]
    fn a_call_block_holds_from_its_first_to_its_last_day() {
        let blocked = Prospect {
            call_block_from: Some(TUESDAY),
            call_block_until: Some(WEDNESDAY),
            ..prospect()
        };
        assert_snapshot!(told(blocked.clone(), &[date(2026, 11, 23), TUESDAY, WEDNESDAY, THURSDAY]), @r#"
never_visited: never visited | 2 points, 00:00-23:45
call_block: call block until 2026-11-25
call_block: call block until 2026-11-25
never_visited: never visited | 1.882 points, 00:00-23:45
"#);
        let for_ever = Prospect { call_block_until: None, ..blocked.clone() };
        assert_snapshot!(told(for_ever, &[THURSDAY]), @"call_block: call block without an end");
        let with_appointment =
            Prospect { appointment: Some(datetime(2026, 11, 25, 10, 0, 0, 0)), ..blocked };
        assert_snapshot!(told(with_appointment, &[WEDNESDAY]), @r#"
call_block: call block until 2026-11-25
appointment_impossible: P1 "Balzan Pharmacy" has an appointment on 2026-11-25 at 10:00 but is left out: call block until 2026-11-25
"#);
    }

    #[test]
    fn an_appointment_is_kept_on_its_day_and_on_no_other() {
        let appointment = Prospect {
            appointment: Some(datetime(2026, 11, 25, 10, 30, 0, 0)),
            leeway_minutes: Some(15),
            visited_on: Some(date(2026, 11, 23)),
            ..prospect()
        };
        assert_snapshot!(told(appointment, &[TUESDAY, WEDNESDAY, THURSDAY]), @r#"
appointment_other_day: has an appointment on 2026-11-25 at 10:30
appointment: appointment at 10:30 | 6 points, 10:30-10:45, mandatory
appointment_other_day: has an appointment on 2026-11-25 at 10:30
"#);
    }

    #[test]
    fn an_appointment_outside_opening_hours_is_kept_with_a_remark() {
        let appointment = Prospect {
            appointment: Some(datetime(2026, 11, 24, 19, 0, 0, 0)),
            opening_hours: hours("09:00-18:00"),
            ..prospect()
        };
        assert_snapshot!(told(appointment, &[TUESDAY]), @r#"
appointment: appointment at 19:00 | 6 points, 19:00-19:00, mandatory
appointment_outside_hours: P1 "Balzan Pharmacy" has an appointment on 2026-11-24 at 19:00, outside its opening hours; the plan keeps it
"#);
    }

    #[test]
    fn an_appointment_less_than_an_interval_ahead_stands_for_the_visit() {
        let on = |day| Prospect {
            appointment: Some(date(2026, 12, day).at(9, 0, 0, 0)),
            interval_days: Some(14),
            visited_on: Some(date(2026, 10, 1)),
            ..prospect()
        };
        assert_snapshot!(told(on(7), &[TUESDAY]), @"appointment_other_day: has an appointment on 2026-12-07 at 09:00");
        assert_snapshot!(told(on(8), &[TUESDAY]), @"overdue: 40 days overdue | 6 points, 00:00-23:40");
        assert_snapshot!(told(Prospect { must_visit: true, ..on(7) }, &[TUESDAY]), @"must_visit: must be visited | 6 points, 00:00-23:40, mandatory");
    }

    #[test]
    fn a_missed_appointment_is_a_promise_until_the_next_visit() {
        let missed = Prospect {
            appointment: Some(datetime(2026, 11, 20, 9, 0, 0, 0)),
            next_action_date: Some(THURSDAY),
            visited_on: Some(date(2026, 11, 19)),
            ..prospect()
        };
        assert_snapshot!(told(missed.clone(), &[TUESDAY]), @"promised: promised for 2026-11-20 | 6 points, 00:00-23:40");
        let kept = Prospect { visited_on: Some(date(2026, 11, 20)), ..missed };
        assert_snapshot!(told(kept, &[TUESDAY]), @"not_due: not due until 2026-11-27, may be visited from 2026-11-25");
    }

    #[test]
    fn a_must_visit_goes_before_due_date_and_gap_but_not_through_a_locked_door() {
        let must_visit = Prospect {
            must_visit: true,
            stage: Stage::Never,
            visited_on: Some(date(2026, 11, 23)),
            opening_hours: hours("We 09:00-09:05,10:00-12:00"),
            ..prospect()
        };
        assert_snapshot!(told(must_visit.clone(), &[TUESDAY, WEDNESDAY]), @r#"
closed_that_day: closed that day
must_visit: must be visited | 2 points, 10:00-11:40, mandatory
"#);
        assert_snapshot!(told(must_visit, &[TUESDAY]), @r#"
closed_that_day: closed that day
must_visit_impossible: P1 "Balzan Pharmacy" must be visited but is left out: closed that day
"#);
    }

    #[test]
    fn a_pin_holds_a_visit_to_its_day_and_time_within_opening_hours() {
        let pinned = Prospect {
            pinned: Some(Pin { date: WEDNESDAY, time: Some(Seconds::from_minutes(620)) }),
            leeway_minutes: Some(30),
            opening_hours: hours("09:00-12:00,14:00-18:00"),
            visited_on: Some(date(2026, 11, 23)),
            ..prospect()
        };
        assert_snapshot!(told(pinned.clone(), &[TUESDAY, WEDNESDAY, THURSDAY]), @r#"
pinned_other_day: pinned to 2026-11-25
pinned: pinned to 10:20 | 2 points, 09:50-10:50, mandatory
pinned_other_day: pinned to 2026-11-25
"#);
        assert_snapshot!(told(pinned.clone(), &[TUESDAY]), @"pinned_other_day: pinned to 2026-11-25");
        let any_time = Prospect { pinned: Some(Pin { date: WEDNESDAY, time: None }), ..pinned };
        assert_snapshot!(told(any_time.clone(), &[WEDNESDAY]), @"pinned: pinned to that day | 2 points, 09:00-11:40 14:00-17:40, mandatory");
        let done = Prospect { visited_on: Some(WEDNESDAY), ..any_time };
        assert_snapshot!(told(done, &[WEDNESDAY]), @"done: visited that day");
    }

    #[test]
    fn a_pin_to_closed_doors_gets_a_remark() {
        let at_noon = Prospect {
            pinned: Some(Pin { date: WEDNESDAY, time: Some(Seconds::from_hours(13)) }),
            opening_hours: hours("09:00-12:00,14:00-18:00"),
            ..prospect()
        };
        assert_snapshot!(told(at_noon, &[WEDNESDAY]), @r#"
closed_when_pinned: pinned to 13:00, when it is not open for a visit
pinned_impossible: P1 "Balzan Pharmacy" is pinned to 2026-11-25 but is left out then: pinned to 13:00, when it is not open for a visit
"#);
    }

    #[test]
    fn a_slower_rep_begins_at_the_pinned_time_as_well_unless_the_doors_close() {
        let at_ten = |hours_text| {
            let prospect = Prospect {
                pinned: Some(Pin { date: TUESDAY, time: Some(Seconds::from_hours(10)) }),
                opening_hours: hours(hours_text),
                ..prospect()
            };
            let plan = plan(&prospect, &[TUESDAY]);
            let (_, windows) =
                plan.entries[ProspectId(0)].decisions[0].due().unwrap().at_pace(2.0)?;
            Some((windows[0].start, windows[0].end))
        };
        let ten = Seconds::from_hours(10);
        assert_eq!(at_ten("09:00-18:00"), Some((ten, ten)));
        assert_eq!(at_ten("09:00-10:20"), None);
    }

    #[test]
    fn an_outlet_is_visited_on_its_days_of_the_week_and_at_an_appointment_on_any() {
        let tuesdays = Prospect { visit_days: Some("Tu".parse().unwrap()), ..prospect() };
        assert_snapshot!(told(tuesdays.clone(), &[TUESDAY, WEDNESDAY]), @r#"
never_visited: never visited | 2 points, 00:00-23:45
not_that_weekday: not visited on a Wednesday
"#);
        let agreed =
            Prospect { appointment: Some(datetime(2026, 11, 25, 10, 0, 0, 0)), ..tuesdays.clone() };
        assert_snapshot!(told(agreed, &[WEDNESDAY]), @"appointment: appointment at 10:00 | 6 points, 10:00-10:00, mandatory");
        let tuesdays = Prospect { interval_days: Some(6), ..tuesdays };
        assert_snapshot!(told_further(tuesdays, 15), @r#"
2, 2026-11-30: 01: 2, 08: 1.736
3, 2026-12-06: 08: 2
"#);
    }

    #[test]
    fn a_pin_of_a_day_gone_by_and_one_far_ahead_hold_nothing_back() {
        let on = |date| {
            let pinned = Some(Pin { date, time: None });
            told(Prospect { pinned, interval_days: Some(7), ..prospect() }, &[TUESDAY])
        };
        let free = "never_visited: never visited | 2 points, 00:00-23:45";
        assert_eq!(on(date(2026, 11, 23)), free);
        assert_eq!(on(date(2026, 12, 1)), free);
        assert_eq!(on(date(2026, 11, 30)), "pinned_other_day: pinned to 2026-11-30");
    }

    #[test]
    fn a_must_visit_that_was_visited_in_the_horizon_is_done() {
        let done = Prospect { must_visit: true, visited_on: Some(TUESDAY), ..prospect() };
        assert_snapshot!(told(done, &[TUESDAY, WEDNESDAY]), @r#"
done: visited that day
not_due: not due until 2026-12-01, may be visited from 2026-11-29
"#);
    }

    #[test]
    fn a_slower_rep_must_begin_sooner_and_a_quicker_one_may_begin_later() {
        let outlet = Prospect { opening_hours: hours("09:00-09:20,14:00-18:00"), ..prospect() };
        let plan = plan(&outlet, &[TUESDAY]);
        let due = plan.entries[ProspectId(0)].decisions[0].due().unwrap();
        let at_pace = |share| {
            let (duration, windows) = due.at_pace(share)?;
            let windows: Vec<String> =
                windows.iter().map(|w| format!("{}-{}", w.start, w.end)).collect();
            Some(format!("{} min: {}", duration.0 / 60, windows.join(" ")))
        };
        assert_eq!(at_pace(1.0).unwrap(), "15 min: 09:00-09:05 14:00-17:45");
        assert_eq!(at_pace(1.5).unwrap(), "23 min: 14:00-17:37");
        assert_eq!(at_pace(0.5).unwrap(), "8 min: 09:00-09:12 14:00-17:52");
        let short = Prospect { opening_hours: hours("09:00-09:20"), ..prospect() };
        let of_short = with_calendar(&short, &[TUESDAY], &Calendar::default());
        assert_eq!(of_short.entries[ProspectId(0)].decisions[0].due().unwrap().at_pace(1.5), None);
    }

    #[test]
    fn without_days_or_prospects_there_is_nothing_to_decide() {
        assert_eq!(plan(&prospect(), &[]).entries[ProspectId(0)].decisions, []);
        let rules = VisitRules { policy: &Policy::default(), calendar: &Calendar::default() };
        assert_eq!(CallPlan::new(&[], rules, &[TUESDAY]).entries.as_slice(), []);
    }
}
