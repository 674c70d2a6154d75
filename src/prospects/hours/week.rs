//! A week of opening hours, day by day, as OpenStreetMap's syntax writes it.

use std::fmt;

use super::{HoursError, OpeningHours, plain};

/// When it is open on one day: from and to in minutes since midnight, in order. None: closed.
pub(super) type DayHours = Vec<(u16, u16)>;

const DAY_NAMES: [&str; 8] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH"];

/// Hours of the days from Monday to Sunday, and of public holidays; `None` where nothing is said of a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Week([Option<DayHours>; 8]);

impl Week {
    /// Gives `days` the hours `hours`.
    pub(super) fn set(&mut self, days: [bool; 8], hours: &DayHours) {
        for (own, _) in self.0.iter_mut().zip(days).filter(|(_, is_meant)| *is_meant) {
            *own = Some(hours.clone());
        }
    }

    /// Adds a range to the hours of `days`.
    ///
    /// # Errors
    /// It overlaps another one.
    pub(super) fn add(&mut self, days: [bool; 8], range: (u16, u16)) -> Result<(), String> {
        for (own, _) in self.0.iter_mut().zip(days).filter(|(_, is_meant)| *is_meant) {
            let hours = own.get_or_insert_default();
            // What ends past midnight overlaps nothing after it that day, and everything else is in one day.
            let overlaps = |other: &(u16, u16)| {
                let end = |range: (u16, u16)| if range.1 < range.0 { u16::MAX } else { range.1 };
                range.0 < end(*other) && other.0 < end(range)
            };
            if let Some(other) = hours.iter().find(|other| overlaps(other) && **other != range) {
                return Err(format!("{} and {} overlap", Span(*other), Span(range)));
            }
            if !hours.contains(&range) {
                hours.push(range);
                hours.sort_unstable();
            }
        }
        Ok(())
    }

    pub(super) fn is_ever_open(&self) -> bool {
        self.0.iter().flatten().any(|hours| !hours.is_empty())
    }

    pub(super) fn is_closed_every_day(&self) -> bool {
        self.0[..7].iter().all(|day| day.as_ref().is_some_and(Vec::is_empty))
    }

    /// The hours of every day, if all have the same and none is named.
    pub(super) fn every_day(&self) -> Option<&DayHours> {
        let monday = self.0[0].as_ref()?;
        let is_alike = self.0[..7].iter().all(|day| day.as_ref() == Some(monday));
        (is_alike && self.0[7].is_none()).then_some(monday)
    }

    /// The hours of `day`, as a cell of the column for that day has them: it names no day, or that one among others.
    fn hours_of(mut self, day: usize) -> Result<DayHours, String> {
        self.0[day].take().ok_or_else(|| {
            format!("hours of other days; expected those of {} in its column", DAY_NAMES[day])
        })
    }
}

/// `09:00-12:00`.
struct Span((u16, u16));

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = self.0;
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

/// `Mo-Fr 08:30-13:00,14:00-17:30; Sa 09:00-12:30; Su off`: days with the same hours together, in the order of the first.
impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let closed = DayHours::new();
        // A day of the week of which nothing is said is closed; a holiday is a day like any other.
        let said = |day: usize| self.0[day].as_ref().or((day < 7).then_some(&closed));
        let mut written = [false; 8];
        for day in 0..8 {
            let Some(hours) = said(day).filter(|_| !written[day]) else { continue };
            let alike: Vec<usize> = if day == 7 {
                vec![7]
            } else {
                (day..7).filter(|other| said(*other) == Some(hours)).collect()
            };
            alike.iter().for_each(|other| written[*other] = true);
            if day > 0 {
                f.write_str("; ")?;
            }
            f.write_str(&day_names(&alike))?;
            if hours.is_empty() {
                f.write_str(" off")?;
            }
            for (at, range) in hours.iter().enumerate() {
                write!(f, "{}{}", if at == 0 { " " } else { "," }, Span(*range))?;
            }
        }
        Ok(())
    }
}

/// `Mo-We,Fr`; two neighbours stand apart: `Sa,Su`.
fn day_names(days: &[usize]) -> String {
    let runs = days.chunk_by(|one, next| one + 1 == *next);
    let names = runs.map(|run| match run {
        [first, _, .., last] => format!("{}-{}", DAY_NAMES[*first], DAY_NAMES[*last]),
        few => few.iter().map(|day| DAY_NAMES[*day]).collect::<Vec<_>>().join(","),
    });
    names.collect::<Vec<_>>().join(",")
}

/// Why the seven cells of a row are no opening hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct WeekHoursError {
    /// The cell at fault: 0 Monday to 6 Sunday.
    pub day: usize,
    /// Why.
    pub reason: String,
}

impl OpeningHours {
    /// The hours of a row that has a column for each day of the week, from Monday to Sunday; `None` where all are blank.
    ///
    /// A cell holds ranges (`08:30-13:00,14:00-17:30`, or any other plain form), `24 hours`, or a word for closed; a blank
    /// cell beside others that are not is a day on which it is closed.
    ///
    /// # Errors
    /// All cells that are none of these.
    ///
    /// ```
    /// use beatplan::prospects::OpeningHours;
    ///
    /// let weekday = Some("08:30-13:00,14:00-17:30");
    /// let cells = [weekday, weekday, weekday, weekday, weekday, Some("CLOSED"), None];
    /// let hours = OpeningHours::of_week(cells)?.expect("some cells are not blank");
    /// assert_eq!(hours.as_str(), "Mo-Fr 08:30-13:00,14:00-17:30; Sa,Su off");
    /// # Ok::<(), Vec<beatplan::prospects::WeekHoursError>>(())
    /// ```
    pub fn of_week(cells: [Option<&str>; 7]) -> Result<Option<Self>, Vec<WeekHoursError>> {
        let cells = cells.map(|cell| cell.map(str::trim).filter(|text| !text.is_empty()));
        if cells.iter().all(Option::is_none) {
            return Ok(None);
        }
        let mut week = Week::default();
        let mut errors = Vec::new();
        for (day, cell) in cells.into_iter().enumerate() {
            let hours = cell.map_or(Ok(DayHours::new()), |text| {
                if matches!(text, "-" | "–" | "—" | "/") {
                    Ok(DayHours::new())
                } else {
                    plain::parse_days(text).and_then(|week| week.hours_of(day))
                }
            });
            match hours {
                Ok(hours) => week.0[day] = Some(hours),
                Err(reason) => errors.push(WeekHoursError { day, reason }),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let hours = week.to_string().parse();
        hours.map(Some).map_err(|HoursError { reason }| vec![WeekHoursError { day: 0, reason }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_cells_make_one_week() {
        let hours =
            |cells| OpeningHours::of_week(cells).map(|hours| hours.map(|hours| hours.to_string()));
        let day = Some("9.00-12.30, 14-18");
        assert_eq!(
            hours([day, day, Some("closed"), day, day, Some("09:00-12:30"), None]),
            Ok(Some("Mo,Tu,Th,Fr 09:00-12:30,14:00-18:00; We,Su off; Sa 09:00-12:30".to_owned()))
        );
        assert_eq!(hours([None, Some(" "), None, None, None, None, None]), Ok(None));
        assert_eq!(hours([Some("-"); 7]), Ok(Some("Mo-Su off".to_owned())));
    }

    #[test]
    fn a_cell_may_name_the_day_of_its_column_and_no_other() {
        let week = |saturday| {
            OpeningHours::of_week([None, None, None, None, None, Some(saturday), None])
                .map(|hours| hours.unwrap().to_string())
                .map_err(|errors| errors[0].to_string())
        };
        assert_eq!(week("Sat 9:00-12:00"), Ok("Mo-Fr,Su off; Sa 09:00-12:00".to_owned()));
        assert_eq!(week("周六 休息"), Ok("Mo-Su off".to_owned()));
        insta::assert_snapshot!(week("Mo-Fr 9:00-12:00").unwrap_err(), @"hours of other days; expected those of Sa in its column");
    }

    #[test]
    fn every_cell_at_fault_is_named() {
        let cells =
            [Some("8-12"), Some("noon"), None, Some("08:30-13:00:14:00-17:30"), None, None, None];
        let faults = OpeningHours::of_week(cells).unwrap_err();
        let told: Vec<String> =
            faults.iter().map(|fault| format!("{}: {fault}", fault.day)).collect();
        insta::assert_snapshot!(told.join("\n"), @r#"
1: not understood from character 1 on: "noon"
3: not understood from character 7 on: "13:00:14:00-17:30"
"#);
    }
}
