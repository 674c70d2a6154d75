//! Holds public holidays and swapped working days (调休).
//!
//! [`Calendar::built_in`] returns the calendar of China; [`Calendar::read`] reads a calendar file.
//! A calendar only classifies dates. [`crate::territory`] decides who works, and
//! [`crate::prospects::OpeningHours`] decides when an outlet is open.

mod read;

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use opening_hours::{Context, ContextHolidays};

pub use read::{CalendarError, CalendarFault};

use crate::remark::{Remark, RemarkCode};

/// Public holidays and swapped working days. The default calendar has none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Calendar {
    holidays: BTreeSet<Date>,
    swapped: BTreeMap<Date, Weekday>,
    /// Years for which the calendar has data; empty if no data were read.
    years: BTreeSet<i16>,
    /// The holidays in the form that the evaluation of opening hours needs.
    context: Context,
}

/// Country codes and files of the built-in calendars.
const BUILT_IN: [(&str, &str); 1] = [("cn", include_str!("cn.csv"))];

impl Calendar {
    /// Returns the built-in calendar of the country with the ISO code `country`. The only one is
    /// `cn`: China in 2025 and 2026, as the State Council announced it.
    pub fn built_in(country: &str) -> Option<Self> {
        let (name, text) = BUILT_IN.iter().find(|(name, _)| name.eq_ignore_ascii_case(country))?;
        Some(read::parse(name, text).expect("a test reads every built-in calendar"))
    }

    /// Returns the codes of the countries that have a built-in calendar.
    pub fn countries() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// Makes `date` a holiday, unless it is a swapped working day.
    pub fn add_holiday(&mut self, date: Date) {
        self.holidays.insert(date);
        self.prepare();
    }

    /// Makes `date` a swapped working day, which counts as the day of the week `weekday`.
    pub fn add_working_day(&mut self, date: Date, weekday: Weekday) {
        self.swapped.insert(date, weekday);
    }

    /// Adds the days of `other`. For a date in both calendars, `other` counts.
    pub fn extend(&mut self, other: Self) {
        self.swapped.retain(|date, _| !other.holidays.contains(date));
        for (date, weekday) in other.swapped {
            self.holidays.remove(&date);
            self.swapped.insert(date, weekday);
        }
        self.holidays.extend(other.holidays);
        self.years.extend(other.years);
        self.prepare();
    }

    fn prepare(&mut self) {
        let mut public = ContextHolidays::default().get_public().clone();
        for date in &self.holidays {
            let (month, day) = (u32::try_from(date.month()), u32::try_from(date.day()));
            let (Ok(month), Ok(day)) = (month, day) else { continue };
            let date = chrono::NaiveDate::from_ymd_opt(date.year().into(), month, day);
            date.map(|date| public.insert(date));
        }
        let holidays = ContextHolidays::new(public.into(), std::sync::Arc::default());
        self.context = Context::default().with_holidays(holidays);
    }

    /// Returns whether `date` is a public holiday.
    pub fn is_holiday(&self, date: Date) -> bool {
        self.holidays.contains(&date) && !self.swapped.contains_key(&date)
    }

    /// Returns the day of the week that `date` counts as. It is its own day of the week, except on
    /// swapped working days.
    pub fn weekday(&self, date: Date) -> Weekday {
        self.swapped.get(&date).copied().unwrap_or_else(|| date.weekday())
    }

    /// Returns the nearest date that is the day of the week that `date` counts as. It is `date`
    /// itself, except on swapped working days.
    pub fn counts_as(&self, date: Date) -> Date {
        let Some(weekday) = self.swapped.get(&date) else { return date };
        let ahead = i64::from(date.weekday().until(*weekday));
        // The nearest date is up to three days later, else it is earlier.
        let days = if ahead <= 3 { ahead } else { ahead - 7 };
        date.saturating_add(days.days())
    }

    /// Returns the holidays in order. Holidays that are swapped working days are included.
    pub fn holidays(&self) -> impl Iterator<Item = Date> {
        self.holidays.iter().copied()
    }

    /// Returns the swapped working days in order, each with the day of the week that it counts as.
    pub fn working_days(&self) -> impl Iterator<Item = (Date, Weekday)> {
        self.swapped.iter().map(|(date, weekday)| (*date, *weekday))
    }

    /// Returns a remark for each year of `dates` for which the calendar has no data. Returns no
    /// remarks if the calendar has no data for any year.
    pub fn missing_years(&self, dates: &[Date]) -> Vec<Remark> {
        let years: BTreeSet<i16> = dates.iter().map(|date| date.year()).collect();
        let (Some(first), Some(last)) = (self.years.first(), self.years.last()) else {
            return vec![];
        };
        let known = if first == last { format!("{first}") } else { format!("{first} to {last}") };
        let missing = years.into_iter().filter(|year| !self.years.contains(year));
        missing
            .map(|year| {
                Remark::new(
                    RemarkCode::CalendarYearMissing,
                    format!(
                        "the calendar has no data for {year}, only for {known}; {year} is planned without holidays; add the \
                         year in a calendar file"
                    ),
                )
            })
            .collect()
    }

    pub(crate) fn context(&self) -> &Context {
        &self.context
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_built_in_calendar_can_be_read() {
        for country in Calendar::countries() {
            assert!(Calendar::built_in(country).is_some(), "{country}");
        }
        assert!(Calendar::built_in("xx").is_none());
    }

    #[test]
    fn the_calendar_of_china_has_the_announced_days() {
        let china = Calendar::built_in("CN").unwrap();
        let of = |year| china.holidays().filter(|date| date.year() == year).count();
        assert_eq!((of(2025), of(2026)), (28, 33));
        let swapped: Vec<String> = china
            .working_days()
            .filter(|(date, _)| date.year() == 2026)
            .map(|(date, weekday)| format!("{date} {weekday:?}"))
            .collect();
        assert_eq!(
            swapped,
            [
                "2026-01-04 Monday",
                "2026-02-14 Friday",
                "2026-02-28 Friday",
                "2026-05-09 Friday",
                "2026-09-20 Monday",
                "2026-10-10 Friday"
            ]
        );
        // A working day is swapped onto a weekend, and never onto a holiday.
        assert!(china.working_days().all(|(date, _)| !china.is_holiday(date)
            && matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)));
        assert_eq!(china.counts_as(date(2026, 2, 14)), date(2026, 2, 13));
        assert_eq!(china.counts_as(date(2026, 1, 4)), date(2026, 1, 5));
        assert_eq!(china.counts_as(date(2026, 1, 5)), date(2026, 1, 5));
    }

    #[test]
    fn a_year_that_is_not_known_is_remarked_on() {
        let china = Calendar::built_in("cn").unwrap();
        assert_eq!(china.missing_years(&[date(2026, 12, 31)]), []);
        let remarks =
            china.missing_years(&[date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2)]);
        let [remark] = &remarks[..] else { panic!("one remark: {remarks:?}") };
        insta::assert_snapshot!(remark.message, @"the calendar has no data for 2027, only for 2025 to 2026; 2027 is planned without holidays; add the year in a calendar file");
        assert_eq!(Calendar::default().missing_years(&[date(2027, 1, 1)]), []);
    }

    #[test]
    fn a_later_calendar_is_right_where_two_differ() {
        let mut china = Calendar::built_in("cn").unwrap();
        let own =
            read::parse("own.csv", "date,kind\n2026-10-10,holiday\n2026-10-07,workday\n").unwrap();
        china.extend(own);
        assert!(china.is_holiday(date(2026, 10, 10)) && !china.is_holiday(date(2026, 10, 7)));
    }
}
