//! Computes the second and later visits to a prospect whose interval is shorter than the horizon.

use jiff::civil::Date;

use super::VisitRules;
use super::decision::{Due, DueReason, PrizeParts};
use super::entry::{
    CallPlanEntry, FurtherVisit, is_call_blocked, is_kept_out_by_market, may_be_visited_on,
};
use super::waiting::settle_all;
use super::windows::start_windows;
use crate::policy::{days_after, days_between};
use crate::prospects::Prospect;

impl CallPlanEntry {
    /// Returns the second and later visits that are due within the horizon. Each is due one
    /// interval after the visit before it. The first visit has its highest prize on the day
    /// `first`.
    ///
    /// A visit may be made [`spacing_days`](CallPlanEntry::spacing_days) after the due date of the
    /// visit before it, or later. Its prize rises until its due date and not beyond, because only
    /// the plan itself makes it late. It is never mandatory.
    pub(super) fn further_visits(
        &self,
        prospect: &Prospect,
        rules: VisitRules<'_>,
        dates: &[Date],
        first: Date,
    ) -> Vec<FurtherVisit> {
        let step_days = self.interval_days.max(self.spacing_days);
        let mut further = Vec::new();
        let mut before = first;
        for number in 2.. {
            let from = days_after(before, self.spacing_days);
            let due_date = days_after(before, step_days);
            if dates.last().is_none_or(|last| *last < due_date) {
                break;
            }
            let mut due: Vec<Option<Due>> = dates
                .iter()
                .map(|date| {
                    let ratio = f64::from(days_between(before, *date)) / f64::from(step_days);
                    let is_possible = *date >= from
                        && !self.waits(prospect, *date)
                        && !is_call_blocked(prospect, *date)
                        && may_be_visited_on(prospect, rules, *date)
                        && !is_kept_out_by_market(prospect, rules, *date);
                    let terms = (DueReason::Again { due_date }, ratio.min(1.0));
                    is_possible.then(|| self.again(prospect, rules, *date, terms))?
                })
                .collect();
            let days = due.iter_mut().zip(dates);
            let days = days.filter_map(|(due, date)| Some((*date, due.as_mut()?, false)));
            if settle_all(rules.policy, Some(due_date), days).is_some() {
                further.push(FurtherVisit { number, due_date, due });
            }
            before = due_date;
        }
        further
    }

    /// Returns the terms of such a visit on `date`; `None` if it is impossible then.
    fn again(
        &self,
        prospect: &Prospect,
        rules: VisitRules<'_>,
        date: Date,
        (reason, urgency): (DueReason, f64),
    ) -> Option<Due> {
        let visit_duration = rules.policy.known_visit_duration(prospect);
        let windows = start_windows(prospect, rules, date, visit_duration).ok()?;
        let prize_parts = PrizeParts {
            tier_weight: rules.policy.tier_weight(prospect),
            urgency,
            occasion: self.occasion_urgency(prospect, rules, date),
            potential: prospect.potential,
            promptness: 1.0,
        };
        let prize = prize_parts.prize();
        let (earliness, mandatory) = (None, false);
        Some(Due { prize, prize_parts, reason, visit_duration, windows, earliness, mandatory })
    }
}
