//! `summary.json` as `verify` needs it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::moment::Moment;
use crate::calendar::Calendar;
use crate::datum::Datum;
use crate::lonlat::LonLat;
use crate::policy::{Policy, Workdays, parse_time_of_day};
use crate::prospects::ListSettings;

#[derive(Deserialize)]
pub(super) struct Summary {
    #[expect(
        dead_code,
        reason = "reading it is the check: a summary of another program is refused"
    )]
    program: Program,
    pub(super) territory: String,
    pub(super) timezone: Option<String>,
    pub(super) dates: Vec<Date>,
    pub(super) dates_as_of: Option<Date>,
    pub(super) totals: Totals,
    pub(super) routes: Vec<RouteFigures>,
    pub(super) left_out: BTreeMap<String, usize>,
    pub(super) positions: BTreeMap<String, usize>,
    pub(super) no_position: Vec<UnplacedRow>,
    pub(super) underway: Vec<Underway>,
    pub(super) changes: Option<Changes>,
    pub(super) remarks: Vec<RemarkText>,
    pub(super) solver: SolverFigures,
    pub(super) inputs: Vec<Input>,
    pub(super) personal_dropped: bool,
    pub(super) datum_out: Option<Datum>,
    pub(super) reps: Vec<RepSettings>,
    pub(super) holidays: Vec<Date>,
    pub(super) working_days: Vec<WorkingDay>,
    pub(super) policy: Policy,
}

/// The only program whose plans are understood here.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Program {
    Beatplan,
}

/// A row of which nobody knows where it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(super) struct UnplacedRow {
    pub(super) file: String,
    pub(super) row: u64,
    pub(super) id: String,
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Totals {
    pub(super) prospects: usize,
    pub(super) due: usize,
    pub(super) done: usize,
    pub(super) visits: usize,
    pub(super) visits_wanted: usize,
    pub(super) phone_calls: usize,
    pub(super) prize: f64,
    pub(super) prize_due: f64,
    pub(super) distance_km: f64,
    pub(super) travel_minutes: f64,
    pub(super) wait_minutes: f64,
}

#[derive(Deserialize)]
pub(super) struct RouteFigures {
    pub(super) route_id: String,
    pub(super) rep: String,
    pub(super) date: Date,
    pub(super) start_time: Moment,
    pub(super) end_time: Moment,
    pub(super) visits: usize,
    pub(super) prize: f64,
    pub(super) distance_km: f64,
    pub(super) travel_minutes: f64,
}

/// A rep of whose day only the rest is planned.
#[derive(Deserialize)]
pub(super) struct Underway {
    pub(super) rep: String,
    pub(super) date: Date,
    pub(super) at: ClockTime,
    pub(super) from_lon: f64,
    pub(super) from_lat: f64,
    pub(super) lunch_taken: bool,
    pub(super) done: Vec<String>,
}

/// What is different from an earlier plan.
#[derive(Deserialize)]
pub(super) struct Changes {
    pub(super) changes_max: Option<usize>,
    pub(super) counted: usize,
    pub(super) kept: usize,
    pub(super) new: Vec<Change>,
    pub(super) gone: Vec<Change>,
    pub(super) moved: Vec<Change>,
}

#[derive(Deserialize)]
pub(super) struct Change {
    pub(super) id: String,
    pub(super) from_rep: Option<String>,
    pub(super) from_date: Option<Date>,
    pub(super) rep: Option<String>,
    pub(super) date: Option<Date>,
    pub(super) counts: bool,
}

/// A time of day in seconds since midnight; in files `"13:40"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClockTime(pub(super) i64);

#[derive(Deserialize)]
pub(super) struct RemarkText {
    pub(super) code: String,
    pub(super) message: String,
}

#[derive(Deserialize)]
pub(super) struct SolverFigures {
    pub(super) objective: f64,
    pub(super) bound: f64,
    pub(super) gap_percent: Option<f64>,
}

/// A file the plan was made from.
#[derive(Deserialize)]
pub(super) struct Input {
    /// `map`, `gazetteer`, `calendar`, `prospects`, `visits` or `profile`.
    pub(super) role: String,
    pub(super) file: String,
    /// XXH3 of its bytes, 64 bit, hexadecimal.
    pub(super) xxh3: String,
    /// For a profile: the travel mode it describes.
    pub(super) mode: Option<String>,
    /// For a list: how it is read.
    pub(super) settings: Option<ListSettings>,
}

/// A working day swapped onto another day of the week.
#[derive(Deserialize)]
pub(super) struct WorkingDay {
    pub(super) date: Date,
    pub(super) counts_as: Workdays,
}

#[derive(Deserialize)]
pub(super) struct RepSettings {
    pub(super) name: String,
    pub(super) home_lon: f64,
    pub(super) home_lat: f64,
    pub(super) mode: String,
    pub(super) shift: Span,
    pub(super) lunch_minutes: Option<u32>,
    pub(super) lunch_start_between: Option<Span>,
    pub(super) workdays: Workdays,
    pub(super) days_off: Vec<Date>,
    pub(super) extra_days: Vec<Date>,
    pub(super) visits_max: usize,
    pub(super) travel_max_minutes: Option<u32>,
    pub(super) visit_minutes_share: f64,
}

/// From one time of day to another or the same one, in seconds since midnight; in files `"11:30-13:00"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: i64,
    pub(super) to: i64,
}

impl RepSettings {
    pub(super) fn home(&self) -> LonLat {
        LonLat { lon: self.home_lon, lat: self.home_lat }
    }

    /// The length of the lunch break in seconds and when it may begin, if there is one to take.
    pub(super) fn lunch(&self) -> Option<(i64, Span)> {
        Some((i64::from(self.lunch_minutes?) * 60, self.lunch_start_between?))
    }
}

impl Underway {
    pub(super) fn from(&self) -> LonLat {
        LonLat { lon: self.from_lon, lat: self.from_lat }
    }
}

impl Summary {
    /// Days by which the dates of lists and log were moved: the whole weeks from `dates_as_of` to the first day of the plan.
    pub(super) fn days_moved(&self) -> i64 {
        let (Some(as_of), Some(first)) = (self.dates_as_of, self.dates.first()) else { return 0 };
        let days = i64::from((*first - as_of).get_days());
        days - days.rem_euclid(7)
    }

    /// Where and when the rest of a rep's day began to be planned, if only the rest was.
    pub(super) fn underway(&self, rep: &str, date: Date) -> Option<&Underway> {
        self.underway.iter().find(|underway| underway.rep == rep && underway.date == date)
    }

    /// Where a rep sets out on `date`.
    pub(super) fn start(&self, rep: &RepSettings, date: Date) -> LonLat {
        self.underway(&rep.name, date).map_or(rep.home(), Underway::from)
    }

    pub(super) fn rep(&self, name: &str) -> Option<&RepSettings> {
        self.reps.iter().find(|rep| rep.name == name)
    }

    /// Whether `rep` works on `date`.
    pub(super) fn works(&self, rep: &RepSettings, date: Date) -> bool {
        let swapped = self.working_days.iter().any(|day| day.date == date);
        let is_holiday = self.holidays.contains(&date) && !swapped;
        let is_workday = self.is_among(rep.workdays, date);
        (is_workday && !is_holiday && !rep.days_off.contains(&date))
            || rep.extra_days.contains(&date)
    }

    /// Whether `date` counts as one of `days` of the week.
    pub(super) fn is_among(&self, days: Workdays, date: Date) -> bool {
        let week = [1, 2, 3, 4, 5, 6, 7].map(jiff::civil::Weekday::from_monday_one_offset);
        match self.working_days.iter().find(|day| day.date == date) {
            Some(swapped) => {
                week.into_iter().flatten().any(|d| days.has(d) && swapped.counts_as.has(d))
            }
            None => days.contains(date),
        }
    }

    /// The holidays and swapped working days as the reading of opening hours takes them.
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

impl<'de> Deserialize<'de> for ClockTime {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let time = parse_time_of_day(&text).map(|time| Self(i64::from(time.0)));
        time.ok_or_else(|| D::Error::custom(format_args!("\"{text}\" is no time of day")))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let time = |text| parse_time_of_day(text).map(|time| i64::from(time.0));
        text.split_once('-')
            .and_then(|(from, to)| Some(Self { from: time(from)?, to: time(to)? }))
            .filter(|span| span.from <= span.to)
            .ok_or_else(|| {
                D::Error::custom(format_args!(
                    "\"{text}\" is no pair of times of day such as 11:30-13:00"
                ))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_may_be_a_single_moment_but_not_run_backwards() {
        let span = |text: &str| serde_json::from_value::<Span>(text.into());
        assert_eq!(span("11:30-13:00").unwrap(), Span { from: 41_400, to: 46_800 });
        assert_eq!(span("12:00-12:00").unwrap(), Span { from: 43_200, to: 43_200 });
        assert!(span("13:00-11:30").is_err());
        assert!(span("noon").is_err());
    }
}
