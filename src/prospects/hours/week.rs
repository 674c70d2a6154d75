//! Holds the opening hours of a week and writes them in OpenStreetMap's syntax.

use std::fmt;

/// Opening hours of one day, in order: start and end of each range, in minutes since midnight. An
/// empty vector means that the outlet is closed.
pub(super) type DayHours = Vec<(u16, u16)>;

pub(super) const DAY_NAMES: [&str; 8] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH"];

/// Opening hours of Monday to Sunday and of public holidays; `None` for days that the text does not
/// mention.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Week(pub(super) [Option<DayHours>; 8]);

impl Week {
    pub(super) fn set(&mut self, days: [bool; 8], hours: &DayHours) {
        for (own, _) in self.0.iter_mut().zip(days).filter(|(_, is_meant)| *is_meant) {
            *own = Some(hours.clone());
        }
    }

    /// Adds a range of hours to each of `days`.
    ///
    /// # Errors
    /// The range overlaps another range of the same day.
    pub(super) fn add(&mut self, days: [bool; 8], range: (u16, u16)) -> Result<(), String> {
        for (own, _) in self.0.iter_mut().zip(days).filter(|(_, is_meant)| *is_meant) {
            let hours = own.get_or_insert_default();
            // A range that ends after midnight counts until the end of the day on which it starts.
            let overlaps = |other: &(u16, u16)| {
                let end = |range: (u16, u16)| if range.1 < range.0 { u16::MAX } else { range.1 };
                range.0 < end(*other) && other.0 < end(range)
            };
            if let Some(other) = hours.iter().find(|other| overlaps(other) && **other != range) {
                return Err(format!("{} and {} overlap", ClockRange(*other), ClockRange(range)));
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

    /// Returns the hours of every day if all days of the week have the same hours and public
    /// holidays have no hours of their own; else `None`.
    pub(super) fn every_day(&self) -> Option<&DayHours> {
        let monday = self.0[0].as_ref()?;
        let is_alike = self.0[..7].iter().all(|day| day.as_ref() == Some(monday));
        (is_alike && self.0[7].is_none()).then_some(monday)
    }
}

/// Writes a range of hours such as `09:00-12:00`.
struct ClockRange((u16, u16));

impl fmt::Display for ClockRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = self.0;
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

/// Writes the hours of a week, such as `Mo-Fr 08:30-13:00,14:00-17:30; Sa 09:00-12:30; Su off`.
/// Days with the same hours are written together, at the place of the first of them.
impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let closed = DayHours::new();
        // A day of the week that the text does not mention is closed. If the text does not mention
        // holidays, the result does not mention them.
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
                write!(f, "{}{}", if at == 0 { " " } else { "," }, ClockRange(*range))?;
            }
        }
        Ok(())
    }
}

/// Writes the names of days, such as `Mo-We,Fr`. A comma separates the names of only two
/// consecutive days: `Sa,Su`.
fn day_names(days: &[usize]) -> String {
    let runs = days.chunk_by(|one, next| one + 1 == *next);
    let names = runs.map(|run| match run {
        [first, _, .., last] => format!("{}-{}", DAY_NAMES[*first], DAY_NAMES[*last]),
        few => few.iter().map(|day| DAY_NAMES[*day]).collect::<Vec<_>>().join(","),
    });
    names.collect::<Vec<_>>().join(",")
}
