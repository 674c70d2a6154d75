//! Computes the windows in which a visit may begin: the opening hours minus the duration of the
//! visit. They are limited to the preferred hours, and the avoided hours are removed, if at least
//! one window remains.

use std::ops::Range;

use jiff::civil::Date;

use super::pin::around;
use super::{Due, DueReason, NotDue, VisitRules};
use crate::prospects::Prospect;
use crate::solver::TimeWindow;
use crate::units::Seconds;

/// Returns the windows in which a visit of `visit_duration` to `prospect` may begin on `date`: at
/// least one, in order, without overlap.
///
/// Uses the preferred hours if the outlet is open long enough during them, else all opening hours.
/// Then removes the avoided hours, if a window remains. Windows outside the shift of the policy do
/// not count.
pub(super) fn start_windows(
    prospect: &Prospect,
    rules: VisitRules<'_>,
    date: Date,
    visit_duration: Seconds,
) -> Result<Vec<TimeWindow>, NotDue> {
    let windows = open_windows(prospect, rules, date, visit_duration)?;
    let (policy, outlet_type) = (rules.policy, prospect.outlet_type);
    let preferred =
        prospect.preferred_hours.as_ref().or_else(|| policy.preferred_hours.get(&outlet_type));
    let avoided =
        prospect.avoided_hours.as_ref().or_else(|| policy.avoided_hours.get(&outlet_type));
    let if_any_will_do = |narrowed: Vec<TimeWindow>, all: Vec<TimeWindow>| {
        let shift = policy.shift;
        let will_do = |w: &TimeWindow| {
            w.start.max(shift.start) + visit_duration <= (w.end + visit_duration).min(shift.end)
        };
        if narrowed.iter().any(will_do) { narrowed } else { all }
    };
    let windows = match preferred {
        Some(hours) => if_any_will_do(within(&windows, hours.ranges(), visit_duration), windows),
        None => windows,
    };
    Ok(match avoided {
        Some(hours) => if_any_will_do(outside(&windows, hours.ranges(), visit_duration), windows),
        None => windows,
    })
}

/// Returns the parts of `windows` in which a visit lies within one of `spans`.
fn within(
    windows: &[TimeWindow],
    spans: &[Range<Seconds>],
    visit_duration: Seconds,
) -> Vec<TimeWindow> {
    let cut = |window: &TimeWindow, span: &Range<Seconds>| {
        let end = window.end.min(span.end.saturating_sub(visit_duration));
        let start = window.start.max(span.start);
        (start <= end && span.start + visit_duration <= span.end)
            .then_some(TimeWindow { start, end })
    };
    windows
        .iter()
        .flat_map(|window| spans.iter().filter_map(move |span| cut(window, span)))
        .collect()
}

/// Returns the parts of `windows` in which a visit does not overlap `spans`, which are in order.
fn outside(
    windows: &[TimeWindow],
    spans: &[Range<Seconds>],
    visit_duration: Seconds,
) -> Vec<TimeWindow> {
    let mut left = windows.to_vec();
    for span in spans {
        let cut = |window: &TimeWindow| {
            let before = (span.start >= window.start + visit_duration).then(|| TimeWindow {
                start: window.start,
                end: window.end.min(span.start - visit_duration),
            });
            let after = (span.end <= window.end)
                .then(|| TimeWindow { start: window.start.max(span.end), end: window.end });
            before
                .into_iter()
                .chain(after.filter(|after| before.is_none_or(|before| before.end < after.start)))
        };
        left = left.iter().flat_map(cut).collect();
    }
    left
}

/// Returns the windows in which a visit of `visit_duration` may begin according to the opening
/// hours of `prospect`: at least one, in order, without overlap.
///
/// If the list states no hours, the policy's hours for the outlet type apply. If it has none, the
/// outlet counts as open all day.
pub(super) fn open_windows(
    prospect: &Prospect,
    rules: VisitRules<'_>,
    date: Date,
    visit_duration: Seconds,
) -> Result<Vec<TimeWindow>, NotDue> {
    let hours = prospect
        .opening_hours
        .as_ref()
        .or_else(|| rules.policy.default_hours.get(&prospect.outlet_type));
    let open = match hours {
        Some(hours) => hours.on(date, rules.calendar),
        None => std::iter::once(Seconds::ZERO..Seconds::from_hours(24)).collect(),
    };
    if open.is_empty() {
        return Err(NotDue::ClosedThatDay);
    }
    let windows: Vec<TimeWindow> = open
        .into_iter()
        .filter(|open| open.start + visit_duration <= open.end)
        .map(|open| TimeWindow { start: open.start, end: open.end - visit_duration })
        .collect();
    if windows.is_empty() {
        return Err(NotDue::OpeningTooShort { visit_duration });
    }
    Ok(windows)
}

impl Due {
    /// Returns the duration in whole minutes, and the windows, of a visit by a rep who needs the
    /// fraction `share` of the usual duration.
    ///
    /// Returns `None` if the outlet is never open long enough. An opening that is too short for the
    /// usual duration is excluded for all reps.
    pub fn at_pace(&self, share: f64) -> Option<(Seconds, Vec<TimeWindow>)> {
        let usual = self.visit_duration;
        let minutes = f64::from(usual.0) / 60.0 * share;
        // A rounding error must not add a whole minute.
        let duration = Seconds::from_minutes((minutes - 1e-9).ceil().max(1.0) as u32);
        let is_agreed = matches!(self.reason, DueReason::Appointment { .. });
        let windows = self.windows.iter().filter_map(|window| {
            let longer = if is_agreed { usual } else { duration };
            let end = (window.end + usual).0.checked_sub(longer.0).map(Seconds)?;
            (window.start <= end).then_some(TimeWindow { start: window.start, end })
        });
        let mut windows: Vec<TimeWindow> = windows.collect();
        if let DueReason::Pinned { at: Some(time), leeway } = self.reason {
            windows = around(time, leeway, &windows);
        }
        (!windows.is_empty()).then_some((duration, windows))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::calendar::Calendar;
    use crate::lonlat::LonLat;
    use crate::policy::Policy;
    use crate::prospects::OutletType;

    fn windows(hours: Option<&str>, policy: &Policy) -> Result<Vec<String>, NotDue> {
        let mut prospect = Prospect::new("P1", "Clinic", LonLat { lon: 14.4, lat: 35.9 });
        prospect.outlet_type = OutletType::Clinic;
        prospect.opening_hours = hours.map(|text| text.parse().unwrap());
        let rules = VisitRules { policy, calendar: &Calendar::default() };
        let found = start_windows(&prospect, rules, date(2026, 11, 24), Seconds::from_minutes(20))?;
        Ok(found.iter().map(|w| format!("{}-{}", w.start, w.end)).collect())
    }

    #[test]
    fn a_visit_begins_early_enough_to_end_before_closing_time() {
        let policy = Policy::default();
        let found = windows(Some("09:00-12:00,14:00-18:00"), &policy).unwrap();
        assert_eq!(found, ["09:00-11:40", "14:00-17:40"]);
    }

    #[test]
    fn leaves_out_openings_too_short_for_the_visit() {
        let policy = Policy::default();
        assert_eq!(windows(Some("09:00-09:10,14:00-14:20"), &policy).unwrap(), ["14:00-14:00"]);
        assert_eq!(
            windows(Some("09:00-09:10"), &policy),
            Err(NotDue::OpeningTooShort { visit_duration: Seconds::from_minutes(20) })
        );
        assert_eq!(windows(Some("Mo 09:00-18:00"), &policy), Err(NotDue::ClosedThatDay));
    }

    #[test]
    fn hours_not_given_are_those_of_the_policy_else_all_day() {
        let mut policy = Policy::default();
        assert_eq!(windows(None, &policy).unwrap(), ["00:00-23:40"]);
        policy.default_hours.insert(OutletType::Clinic, "08:00-12:00".parse().unwrap());
        assert_eq!(windows(None, &policy).unwrap(), ["08:00-11:40"]);
        policy.default_hours.insert(OutletType::Clinic, "Su off".parse().unwrap());
        assert_eq!(windows(None, &policy), Err(NotDue::ClosedThatDay));
    }

    #[test]
    fn preferred_and_avoided_hours_count_if_any_such_time_will_do() {
        let mut policy = Policy::default();
        policy.avoided_hours.insert(OutletType::Clinic, "12:00-14:00".parse().unwrap());
        assert_eq!(windows(Some("09:00-18:00"), &policy).unwrap(), ["09:00-11:40", "14:00-17:40"]);
        assert_eq!(
            windows(Some("11:50-14:00"), &policy).unwrap(),
            ["11:50-13:40"],
            "no other time"
        );
        assert_eq!(windows(Some("08:00-13:00"), &policy).unwrap(), ["08:00-11:40"]);
        assert_eq!(
            windows(Some("07:00-09:10,12:00-13:00"), &policy).unwrap(),
            ["07:00-08:50", "12:00-12:40"],
            "nobody works before nine"
        );
        policy
            .preferred_hours
            .insert(OutletType::Clinic, "11:00-13:00,15:00-16:00".parse().unwrap());
        assert_eq!(windows(Some("09:00-18:00"), &policy).unwrap(), ["11:00-11:40", "15:00-15:40"]);
        assert_eq!(windows(Some("09:00-11:00"), &policy).unwrap(), ["09:00-10:40"]);
    }
}
