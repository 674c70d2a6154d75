//! Reading one row cell by cell: what is good comes back, what is not becomes a [`RowFault`].

use jiff::civil::{Date, DateTime, Time};
use serde::de::DeserializeOwned;
use serde::de::value::StrDeserializer;

use super::Pin;
use super::fault::RowFault;
use super::table::{Row, Table};
use crate::units::Seconds;

/// One row on its way to becoming something else.
pub(super) struct Cells<'a> {
    table: &'a Table,
    row: &'a Row,
    /// What was found wrong so far.
    pub(super) faults: Vec<RowFault>,
}

impl<'a> Cells<'a> {
    pub(super) fn new(table: &'a Table, row: &'a Row) -> Self {
        Self { table, row, faults: Vec::new() }
    }

    /// The text in `column`, `None` if there is none.
    pub(super) fn text(&self, column: &str) -> Option<&'a str> {
        self.table.cell(self.row, column)
    }

    /// The text in `column` as a string of its own.
    pub(super) fn string(&self, column: &str) -> Option<String> {
        self.text(column).map(str::to_owned)
    }

    /// What `parse` makes of the cell in `column`; a fault that wants `expected` where it makes nothing of it.
    pub(super) fn parsed<T>(
        &mut self,
        column: &str,
        expected: &str,
        parse: impl FnOnce(&'a str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(column)?;
        let value = parse(text);
        if value.is_none() {
            self.fault(column, expected);
        }
        value
    }

    /// The same for a cell that must not be blank.
    pub(super) fn required<T>(
        &mut self,
        column: &str,
        expected: &str,
        parse: impl FnOnce(&'a str) -> Option<T>,
    ) -> Option<T> {
        if self.text(column).is_none() {
            self.fault(column, expected);
        }
        self.parsed(column, expected, parse)
    }

    /// A date.
    pub(super) fn date(&mut self, column: &str) -> Option<Date> {
        self.parsed(column, "a date such as 2026-11-24", parse_date)
    }

    /// A date that must be there.
    pub(super) fn required_date(&mut self, column: &str) -> Option<Date> {
        self.required(column, "a date such as 2026-11-24", parse_date)
    }

    /// A date and a time of day.
    pub(super) fn date_time(&mut self, column: &str) -> Option<DateTime> {
        self.parsed(column, "a date and time such as 2026-11-24 10:30", parse_date_time)
    }

    /// A date, perhaps with a time of day that counts.
    pub(super) fn pin(&mut self, column: &str) -> Option<Pin> {
        self.parsed(column, "a date, or a date and time, such as 2026-11-24 10:30", parse_pin)
    }

    /// A whole number from `least` to `most`.
    pub(super) fn whole(&mut self, column: &str, least: u32, most: u32) -> Option<u32> {
        let expected = format!("a whole number from {least} to {most}");
        self.parsed(column, &expected, |text| {
            // Spreadsheets and data frames write whole numbers as 20.0 where a column has blanks.
            let digits = text.strip_suffix(".0").unwrap_or(text);
            digits.parse().ok().filter(|n| (least..=most).contains(n))
        })
    }

    /// A number from 0 to `most`.
    pub(super) fn number(&mut self, column: &str, most: f64) -> Option<f64> {
        let expected = format!("a number from 0 to {most} such as 1.5");
        self.parsed(column, &expected, |text| {
            parse_number(text).filter(|n| *n >= 0.0 && *n <= most)
        })
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, column: &str) -> Option<bool> {
        self.parsed(column, "yes or no", |text| match text.to_lowercase().as_str() {
            "yes" | "y" | "true" | "1" | "x" => Some(true),
            "no" | "n" | "false" | "0" | "-" => Some(false),
            _ => None,
        })
    }

    /// One of the names that the type `T` has for its values.
    pub(super) fn named<T: DeserializeOwned>(&mut self, column: &str) -> Option<T> {
        let text = self.text(column)?;
        let spellings = [text.to_owned(), snake_case(text), text.to_uppercase()];
        let mut names: &[&str] = &[];
        for spelling in spellings {
            match T::deserialize(StrDeserializer::<Names>::new(&spelling)) {
                Ok(value) => return Some(value),
                Err(Names(known)) => names = known,
            }
        }
        self.fault(column, &format!("one of {}", names.join(", ")));
        None
    }

    /// Notes that the cell in `column` is not what was expected.
    pub(super) fn fault(&mut self, column: &str, expected: &str) {
        self.faults.push(RowFault {
            row: self.row.number,
            column: Some(column.to_owned()),
            found: self.text(column).unwrap_or_default().to_owned(),
            expected: expected.to_owned(),
        });
    }
}

fn snake_case(text: &str) -> String {
    text.to_lowercase().replace([' ', '-'], "_")
}

/// The names an enum has for its values, as serde tells them when it is given another.
#[derive(Debug)]
struct Names(&'static [&'static str]);

impl serde::de::Error for Names {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self(&[])
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(expected)
    }
}

impl std::error::Error for Names {}

impl std::fmt::Display for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

/// A finite number with a decimal point.
pub(super) fn parse_number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// `2026-11-24`, `2026/1/5` or `2026.1.5`, with or without a time of day behind it.
fn parse_date(text: &str) -> Option<Date> {
    split_date_time(text).map(|(date, _)| date)
}

/// A date with a time of day behind it.
fn parse_date_time(text: &str) -> Option<DateTime> {
    split_date_time(text).and_then(|(date, time)| Some(date.to_datetime(time?)))
}

fn parse_pin(text: &str) -> Option<Pin> {
    let (date, time) = split_date_time(text)?;
    let midnight = Time::midnight();
    let seconds = |time: Time| u32::try_from(time.duration_since(midnight).as_secs()).ok();
    Some(Pin { date, time: time.and_then(seconds).map(Seconds) })
}

fn split_date_time(text: &str) -> Option<(Date, Option<Time>)> {
    match text.split_once([' ', 'T']) {
        Some((date, time)) => Some((calendar_date(date)?, Some(clock_time(time.trim_start())?))),
        None => Some((calendar_date(text)?, None)),
    }
}

fn calendar_date(text: &str) -> Option<Date> {
    let [year, month, day] = numbers(text, ['-', '/', '.'])?;
    let is_year = text.bytes().take_while(u8::is_ascii_digit).count() == 4;
    let date =
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    date.ok().filter(|_| is_year)
}

fn clock_time(text: &str) -> Option<Time> {
    let padded = if text.matches(':').count() == 1 { format!("{text}:0") } else { text.to_owned() };
    let [hour, minute, second] = numbers(&padded, [':', ':', ':'])?;
    let part = |number: u16| i8::try_from(number).ok();
    Time::new(part(hour)?, part(minute)?, part(second)?, 0).ok()
}

/// Three numbers of one to four digits between `separators`.
fn numbers(text: &str, separators: [char; 3]) -> Option<[u16; 3]> {
    let mut parts = text.split(separators).map(|part| {
        let all_digits = (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u16>().ok().filter(|_| all_digits)
    });
    let three = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(three)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;

    #[test]
    fn reads_dates_year_first() {
        let day = Some(date(2026, 1, 5));
        for text in ["2026-01-05", "2026/1/5", "2026.01.05", "2026-01-05 00:00:00", "2026-1-5T9:30"]
        {
            assert_eq!(parse_date(text), day, "{text}");
        }
        for text in [
            "05/01/2026",
            "2026-13-01",
            "2026-02-30",
            "2026-01",
            "26-01-05",
            "2026-01-05 x",
            "45000",
            "2026-01-05-06",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn an_appointment_needs_a_time() {
        let at = Some(datetime(2026, 11, 24, 10, 30, 0, 0));
        for text in ["2026-11-24 10:30", "2026-11-24T10:30:00", "2026/11/24  10:30"] {
            assert_eq!(parse_date_time(text), at, "{text}");
        }
        for text in ["2026-11-24", "10:30", "2026-11-24 25:00", "2026-11-24 10:30 pm"] {
            assert_eq!(parse_date_time(text), None, "{text}");
        }
    }
}
