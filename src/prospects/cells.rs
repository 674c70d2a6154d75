//! Reads one row cell by cell and collects its faults.
//!
//! A method returns `None` for a blank cell, and for a cell that it cannot read, which it adds to
//! [`Cells::faults`].

use jiff::civil::{Date, DateTime};
use serde::de::DeserializeOwned;
use serde::de::value::StrDeserializer;

use super::Pin;
use super::columns::{Column, normalised, value_alias};
use super::fault::RowFault;
use super::list::ListRow;
use super::moments::{parse_date, parse_date_time, parse_pin};
use super::numbers::{parse_amount, parse_degrees, parse_number};

pub(super) struct Cells<'a> {
    row: ListRow<'a>,
    pub(super) faults: Vec<RowFault>,
}

/// Largest amount of money accepted.
const AMOUNT_MAX: f64 = 1e15;

impl<'a> Cells<'a> {
    pub(super) fn new(row: ListRow<'a>) -> Self {
        Self { row, faults: Vec::new() }
    }

    pub(super) fn row(&self) -> ListRow<'a> {
        self.row
    }

    pub(super) fn text(&self, column: Column) -> Option<&'a str> {
        self.row.cell(column)
    }

    pub(super) fn string(&self, column: Column) -> Option<String> {
        self.text(column).map(str::to_owned)
    }

    /// Reads the cell with `parse`. If `parse` fails, the fault says that `expected` was expected.
    pub(super) fn parsed<T>(
        &mut self,
        column: Column,
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

    /// Does the same as [`parsed`](Self::parsed), and adds a fault if the cell is blank.
    pub(super) fn required<T>(
        &mut self,
        column: Column,
        expected: &str,
        parse: impl FnOnce(&'a str) -> Option<T>,
    ) -> Option<T> {
        if self.text(column).is_none() {
            self.fault(column, expected);
        }
        self.parsed(column, expected, parse)
    }

    pub(super) fn date(&mut self, column: Column) -> Option<Date> {
        self.parsed(column, "a date such as 2026-11-24", parse_date)
    }

    pub(super) fn required_date(&mut self, column: Column) -> Option<Date> {
        self.required(column, "a date such as 2026-11-24", parse_date)
    }

    pub(super) fn date_time(&mut self, column: Column) -> Option<DateTime> {
        self.parsed(column, "a date and time such as 2026-11-24 10:30", parse_date_time)
    }

    pub(super) fn pin(&mut self, column: Column) -> Option<Pin> {
        self.parsed(column, "a date, or a date and time, such as 2026-11-24 10:30", parse_pin)
    }

    pub(super) fn whole(&mut self, column: Column, least: u32, most: u32) -> Option<u32> {
        let expected = format!("a whole number from {least} to {most}");
        self.parsed(column, &expected, |text| {
            // Spreadsheets and data frames write 20 as 20.0 if other cells of the column are blank.
            let digits = text.strip_suffix(".0").unwrap_or(text);
            digits.parse().ok().filter(|n| (least..=most).contains(n))
        })
    }

    pub(super) fn number(&mut self, column: Column, most: f64) -> Option<f64> {
        let commas = self.row.list().has_decimal_commas();
        let expected = format!("a number from 0 to {most} such as 1.5");
        self.parsed(column, &expected, |text| {
            parse_number(text, commas).filter(|n| *n >= 0.0 && *n <= most)
        })
    }

    pub(super) fn amount(&mut self, column: Column) -> Option<f64> {
        let commas = self.row.list().has_decimal_commas();
        self.parsed(column, "a number such as 12500.50", |text| {
            parse_amount(text, commas).filter(|amount| amount.abs() <= AMOUNT_MAX)
        })
    }

    /// Reads an angle in degrees, from `-most` to `most`. If it cannot be read, the fault says that
    /// `expected` was expected.
    pub(super) fn degrees(&mut self, column: Column, most: f64, expected: &str) -> Option<f64> {
        let commas = self.row.list().has_decimal_commas();
        self.parsed(column, expected, |text| {
            parse_degrees(text, commas).filter(|n| n.abs() <= most)
        })
    }

    pub(super) fn flag(&mut self, column: Column) -> Option<bool> {
        self.parsed(column, "yes or no", |text| {
            let word = text.to_lowercase();
            match value_alias(column, text).unwrap_or(&word) {
                "yes" | "y" | "true" | "1" | "x" => Some(true),
                "no" | "n" | "false" | "0" | "-" => Some(false),
                _ => None,
            }
        })
    }

    /// Reads a value of the enum `T`, which may be written as its serde name or as an alias in
    /// `columns.toml`.
    pub(super) fn named<T: DeserializeOwned>(&mut self, column: Column) -> Option<T> {
        let text = self.text(column)?;
        let alias = value_alias(column, text);
        let spellings = [text.to_owned(), normalised(text), text.to_uppercase()];
        let mut names: &[&str] = &[];
        for spelling in alias.into_iter().chain(spellings.iter().map(String::as_str)) {
            match T::deserialize(StrDeserializer::<Names>::new(spelling)) {
                Ok(value) => return Some(value),
                Err(Names(known)) => names = known,
            }
        }
        self.fault(column, &format!("one of {}", names.join(", ")));
        None
    }

    /// Reads an identifier. Adds a fault if a spreadsheet has rounded the identifier.
    pub(super) fn code(&mut self, column: Column) -> Option<&'a str> {
        let text = self.text(column)?;
        if is_rounded(text) {
            let whole = match column {
                Column::Id => "the whole id",
                Column::Phone => "the whole telephone number",
                _ => "the whole number",
            };
            self.fault(column, &format!("{whole}: a spreadsheet has rounded this one; format the column as text and enter it again"));
        }
        Some(text)
    }

    pub(super) fn fault(&mut self, column: Column, expected: &str) {
        self.faults.push(RowFault {
            row: self.row.number(),
            column: Some(self.row.list().header(column).to_owned()),
            found: self.text(column).unwrap_or_default().to_owned(),
            expected: expected.to_owned(),
        });
    }
}

/// Returns whether a spreadsheet has rounded `code` and written it in scientific notation, such as
/// `9.14201E+17`.
pub(super) fn is_rounded(code: &str) -> bool {
    let Some((digits, power)) = code.split_once(['e', 'E']) else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let power = power.strip_prefix('+');
    let whole_and_fraction = digits.split_once('.');
    match (power, whole_and_fraction) {
        (Some(power), Some((whole, fraction))) => {
            is_number(power) && is_number(whole) && is_number(fraction)
        }
        (Some(power), None) => is_number(power) && is_number(digits),
        (None, Some((whole, fraction))) => {
            is_number(whole) && is_number(fraction) && code.parse::<f64>().is_ok()
        }
        (None, None) => false,
    }
}

/// Serde error that holds the names of all variants of an enum.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_a_spreadsheet_rounded_are_known() {
        for code in
            ["9.14201E+17", "9.14201e17", "1.38E+10", "9E+17", "9,1E+17".replace(',', ".").as_str()]
        {
            assert!(is_rounded(code), "{code}");
        }
        for code in
            ["914201E17", "1E5", "P1.5E+3", "91440300MA5F3T8K2X", "E+17", "1.5", "", "+1.5E"]
        {
            assert!(!is_rounded(code), "{code}");
        }
    }
}
