//! Reads calendar files.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use jiff::civil::{Date, Weekday};

use super::Calendar;
use crate::suggest::nearest;

/// Error of a calendar file.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message shows each field")]
pub enum CalendarError {
    /// The file cannot be read.
    #[error("{file} cannot be read")]
    Unreadable { file: String, source: io::Error },
    /// The file lacks a column.
    #[error(
        "{file} lacks the column \"{column}\"; a calendar has the columns date and kind (holiday or workday); until, counts_as and name are optional"
    )]
    MissingColumn { file: String, column: &'static str },
    /// Rows have faults; the error lists all of them.
    #[error("{}", faults.iter().map(|fault| format!("{file}, {fault}")).collect::<Vec<_>>().join("\n"))]
    Faults { file: String, faults: Vec<CalendarFault> },
}

/// One fault in one row of a calendar file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFault {
    /// Line number in the file; the header is line 1.
    pub row: u64,
    /// Text that states the contents found and the contents expected.
    pub message: String,
}

impl fmt::Display for CalendarFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}{}", self.row, self.message)
    }
}

impl Calendar {
    /// Reads a calendar file, which is CSV in UTF-8.
    ///
    /// The columns `date` and `kind` (`holiday` or `workday`) are required. The other columns are
    /// optional: `until` (last date, at most 60 days later), `counts_as` (`Mo` … `Su`, for
    /// workdays) and `name`. Without `counts_as`, a Saturday counts as a Friday and a Sunday as a
    /// Monday. The calendar has data for the years of its rows.
    ///
    /// # Errors
    /// The file cannot be read, lacks a column, or has rows with faults. The error lists all
    /// faults.
    pub fn read(file: &Path) -> Result<Self, CalendarError> {
        let name = file.display().to_string();
        match fs::read_to_string(file) {
            Ok(text) => parse(&name, &text),
            Err(source) => Err(CalendarError::Unreadable { file: name, source }),
        }
    }
}

struct Columns {
    date: usize,
    until: Option<usize>,
    kind: usize,
    counts_as: Option<usize>,
}

/// Does the same as [`Calendar::read`], for a text in memory.
pub(super) fn parse(file: &str, text: &str) -> Result<Calendar, CalendarError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().cloned().unwrap_or_default();
    let column = |name: &str| header.iter().position(|cell| cell.eq_ignore_ascii_case(name));
    let needed = |column_name: &'static str| {
        column(column_name).ok_or_else(|| CalendarError::MissingColumn {
            file: file.to_owned(),
            column: column_name,
        })
    };
    let columns = Columns {
        date: needed("date")?,
        kind: needed("kind")?,
        until: column("until"),
        counts_as: column("counts_as"),
    };
    let mut calendar = Calendar::default();
    let mut faults = Vec::new();
    // Reading cannot fail: the text is valid UTF-8 and rows may differ in length.
    for record in reader.records().map_while(Result::ok) {
        let row = record.position().map_or(0, csv::Position::line);
        if let Err(message) = read_row(&record, &columns, &mut calendar) {
            faults.push(CalendarFault { row, message });
        }
    }
    if !faults.is_empty() {
        return Err(CalendarError::Faults { file: file.to_owned(), faults });
    }
    calendar.prepare();
    Ok(calendar)
}

fn read_row(
    record: &csv::StringRecord,
    columns: &Columns,
    calendar: &mut Calendar,
) -> Result<(), String> {
    let cell = |at: usize| record.get(at).unwrap_or_default();
    let optional = |at: Option<usize>| at.map(cell).filter(|text| !text.is_empty());
    let date = |name: &str, text: &str| -> Result<Date, String> {
        let fault =
            || format!(", column \"{name}\": found \"{text}\", expected a date such as 2026-10-01");
        text.parse().map_err(|_| fault())
    };
    let first = date("date", cell(columns.date))?;
    let last = optional(columns.until).map_or(Ok(first), |text| date("until", text))?;
    if last < first || (last - first).get_days() > 60 {
        return Err(format!(
            ", column \"until\": found \"{last}\", expected a day up to 60 days after {first}"
        ));
    }
    let counts_as = optional(columns.counts_as).map(weekday).transpose()?;
    let kind = cell(columns.kind);
    let days = first.series(jiff::ToSpan::day(1)).take_while(|day| *day <= last);
    match kind.to_ascii_lowercase().as_str() {
        "holiday" => days.for_each(|day| {
            calendar.years.insert(day.year());
            calendar.holidays.insert(day);
        }),
        "workday" => days.for_each(|day| {
            calendar.years.insert(day.year());
            calendar.add_working_day(day, counts_as.unwrap_or_else(|| usual(day)));
        }),
        other => {
            let meant = nearest(other, ["holiday", "workday"]);
            let hint = meant.map_or(String::new(), |meant| format!("; did you mean \"{meant}\"?"));
            return Err(format!(
                ", column \"kind\": found \"{kind}\", expected holiday or workday{hint}"
            ));
        }
    }
    Ok(())
}

/// Returns the day of the week that a swapped working day counts as if the file does not state it.
fn usual(day: Date) -> Weekday {
    match day.weekday() {
        Weekday::Saturday => Weekday::Friday,
        Weekday::Sunday => Weekday::Monday,
        other => other,
    }
}

fn weekday(text: &str) -> Result<Weekday, String> {
    let names = ["mo", "tu", "we", "th", "fr", "sa", "su"];
    let offset = names.iter().position(|name| name.eq_ignore_ascii_case(text));
    let weekday =
        offset.and_then(|at| Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok());
    weekday.ok_or_else(|| {
        format!(
            ", column \"counts_as\": found \"{text}\", expected one of Mo, Tu, We, Th, Fr, Sa, Su"
        )
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn reads_days_spans_and_what_a_working_day_counts_as() {
        let text = "\u{feff}Date,until,kind,counts_as,name\n2026-12-24,2026-12-26,holiday,,Christmas\n2026-12-19,,workday,Th,\n";
        let calendar = parse("x.csv", text).unwrap();
        assert_eq!(calendar.holidays().count(), 3);
        assert_eq!(calendar.weekday(date(2026, 12, 19)), Weekday::Thursday);
        assert_eq!(calendar.counts_as(date(2026, 12, 19)), date(2026, 12, 17));
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let text = "date,until,kind,counts_as\n24.12.2026,,holiday,\n2026-12-24,2026-12-01,holiday,\n2026-12-24,,hollyday,\n2026-12-19,,workday,Xx\n";
        insta::assert_snapshot!(parse("x.csv", text).unwrap_err().to_string(), @r#"
x.csv, row 2, column "date": found "24.12.2026", expected a date such as 2026-10-01
x.csv, row 3, column "until": found "2026-12-01", expected a day up to 60 days after 2026-12-24
x.csv, row 4, column "kind": found "hollyday", expected holiday or workday; did you mean "holiday"?
x.csv, row 5, column "counts_as": found "Xx", expected one of Mo, Tu, We, Th, Fr, Sa, Su
"#);
        insta::assert_snapshot!(parse("x.csv", "date\n").unwrap_err().to_string(), @r#"x.csv lacks the column "kind"; a calendar has the columns date and kind (holiday or workday); until, counts_as and name are optional"#);
    }
}
