//! Working days, homes and lunch from `summary.json`.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::lonlat::LonLat;
use crate::plan_files::{ClockSpan, PlanSummary, RepSettings, UnderwayRep};
use crate::week::Workdays;

impl RepSettings {
    pub(super) fn home(&self) -> LonLat {
        LonLat { lon: self.home_lon, lat: self.home_lat }
    }

    /// Returns the working hours in seconds since midnight.
    pub(super) fn hours(&self) -> RangeInclusive<i64> {
        seconds(self.shift)
    }

    /// Returns the length of lunch in seconds and the window for its start in seconds since
    /// midnight; `None` without lunch.
    pub(super) fn lunch(&self) -> Option<(i64, RangeInclusive<i64>)> {
        Some((i64::from(self.lunch_minutes?) * 60, seconds(self.lunch_start_between?)))
    }
}

impl PlanSummary {
    /// Returns the days by which the dates of lists and log are moved: the whole weeks from
    /// `dates_as_of` to the first day of the plan.
    pub(super) fn days_moved(&self) -> i64 {
        let (Some(as_of), Some(first)) = (self.dates_as_of, self.dates.first()) else { return 0 };
        let days = i64::from((*first - as_of).get_days());
        days - days.rem_euclid(7)
    }

    /// Returns the place and time from which the plan covers the rest of a rep's day; `None` if it
    /// covers the whole day.
    pub(super) fn underway(&self, rep: &str, date: Date) -> Option<&UnderwayRep> {
        self.underway.iter().find(|underway| underway.rep == rep && underway.date == date)
    }

    /// Returns the place at which a rep starts on `date`.
    pub(super) fn start(&self, rep: &RepSettings, date: Date) -> LonLat {
        self.underway(&rep.name, date).map_or(rep.home(), UnderwayRep::from)
    }

    pub(super) fn rep(&self, name: &str) -> Option<&RepSettings> {
        self.reps.iter().find(|rep| rep.name == name)
    }

    /// Returns true if `rep` works on `date`.
    pub(super) fn works(&self, rep: &RepSettings, date: Date) -> bool {
        let swapped = self.working_days.iter().any(|day| day.date == date);
        let is_holiday = self.holidays.contains(&date) && !swapped;
        let is_workday = self.is_among(rep.workdays, date);
        (is_workday && !is_holiday && !rep.days_off.contains(&date))
            || rep.extra_days.contains(&date)
    }

    /// Returns true if `date` counts as one of the weekdays `days`; a swapped day counts as its
    /// given weekday.
    pub(super) fn is_among(&self, days: Workdays, date: Date) -> bool {
        let week = [1, 2, 3, 4, 5, 6, 7].map(jiff::civil::Weekday::from_monday_one_offset);
        match self.working_days.iter().find(|day| day.date == date) {
            Some(swapped) => {
                week.into_iter().flatten().any(|d| days.has(d) && swapped.counts_as.has(d))
            }
            None => days.contains(date),
        }
    }

    /// Returns the holidays and swapped working days as a calendar for opening hours.
    pub(super) fn calendar(&self) -> Calendar {
        let mut calendar = Calendar::default();
        self.holidays.iter().for_each(|date| calendar.add_holiday(*date));
        for day in &self.working_days {
            let week = [1, 2, 3, 4, 5, 6, 7].map(jiff::civil::Weekday::from_monday_one_offset);
            let counts_as = week.into_iter().flatten().find(|weekday| day.counts_as.has(*weekday));
            counts_as.into_iter().for_each(|weekday| calendar.add_working_day(day.date, weekday));
        }
        calendar
    }
}

fn seconds(span: ClockSpan) -> RangeInclusive<i64> {
    i64::from(span.from.0)..=i64::from(span.to.0)
}
