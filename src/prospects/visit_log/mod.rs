//! Reads the visit log, which records the visits and telephone calls that were made.

mod append;
mod times;

use std::fmt;
use std::fs;
use std::path::Path;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

pub use append::{AppendError, Appended, append_visit};
pub use times::VISIT_MINUTES_MAX;

use super::cells::Cells;
use super::clock_moment::ClockMoment;
use super::columns::{Aliases, Column};
use super::fault::TableError;
use super::list::{List, ListOptions, ListSchema};
use crate::remark::Remark;

const SCHEMA: ListSchema = ListSchema {
    columns: &[
        Column::Id,
        Column::VisitedOn,
        Column::Outcome,
        Column::VisitKind,
        Column::PlannedOn,
        Column::Objection,
        Column::NextActionDate,
        Column::Rep,
        Column::Note,
        Column::ArrivedAt,
        Column::LeftAt,
        Column::PlannedArrival,
    ],
    required: &[Column::Id, Column::VisitedOn],
    any_of: &[],
};

/// Kind of a contact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// A visit, face to face.
    #[default]
    Visit,
    /// A telephone call. It does not count as a visit.
    PhoneCall,
}

/// Writes the name of the kind as it is in the log.
impl fmt::Display for ContactKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Visit => "visit",
            Self::PhoneCall => "phone_call",
        })
    }
}

/// One row of the visit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedVisit {
    /// Row number as a spreadsheet counts; 0 if it is not in a file yet.
    pub row: u64,
    /// Id of the prospect.
    pub id: String,
    /// Date of the visit or call.
    pub visited_on: Date,
    /// Outcome in the words of the rep, see [`Outcomes`](crate::policy::Outcomes).
    pub outcome: Option<String>,
    /// Visit or telephone call.
    pub kind: ContactKind,
    /// Date for which the visit was planned; `None` if it was not planned.
    pub planned_on: Option<Date>,
    /// Objection of the outlet; see [`Objections`](crate::policy::Objections).
    pub objection: Option<String>,
    /// Promised date of the next visit.
    pub next_action_date: Option<Date>,
    /// Name of the rep who made the visit.
    pub rep: Option<String>,
    /// Note of the rep.
    pub note: Option<String>,
    /// Arrival at the outlet.
    pub arrived_at: Option<ClockMoment>,
    /// Departure from the outlet; not before the arrival, if both have the same clock.
    pub left_at: Option<ClockMoment>,
    /// Planned arrival at the outlet.
    pub planned_arrival: Option<ClockMoment>,
}

impl LoggedVisit {
    /// Returns a visit whose other fields are empty.
    pub fn new(id: impl Into<String>, visited_on: Date) -> Self {
        Self {
            row: 0,
            id: id.into(),
            visited_on,
            outcome: None,
            kind: ContactKind::Visit,
            planned_on: None,
            objection: None,
            next_action_date: None,
            rep: None,
            note: None,
            arrived_at: None,
            left_at: None,
            planned_arrival: None,
        }
    }
}

/// A visit log.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitLog {
    /// Path of the file, for messages.
    pub file: String,
    /// Visits and telephone calls in the order of the rows.
    pub visits: Vec<LoggedVisit>,
    /// Remarks about the file.
    pub remarks: Vec<Remark>,
}

impl VisitLog {
    /// Moves the rows whose date is earlier than `before`: adds `days` to their date and to the
    /// dates that they mention.
    pub fn move_dates(&mut self, before: Date, days: i64) {
        for visit in self.visits.iter_mut().filter(|visit| visit.visited_on < before) {
            let named = [&mut visit.planned_on, &mut visit.next_action_date];
            for date in named.into_iter().flatten().chain([&mut visit.visited_on]) {
                *date = date.saturating_add(days.days());
            }
            let times = [&mut visit.arrived_at, &mut visit.left_at, &mut visit.planned_arrival];
            for moment in times.into_iter().flatten() {
                moment.at = moment.at.saturating_add(days.days());
            }
        }
    }
}

/// Reads the log `file`. The columns `id` and `visited_on` are required; `outcome`, `visit_kind`,
/// `planned_on`, `objection`, `next_action_date`, `rep`, `note`, `arrived_at`, `left_at` and
/// `planned_arrival` are optional. A clock time that cannot be right is left out, with a remark.
///
/// # Errors
/// The file cannot be read, is not a list, lacks columns, or has rows with faults. The error lists
/// all faults.
pub fn read_visits(file: &Path) -> Result<VisitLog, TableError> {
    let name = file.display().to_string();
    match fs::read(file) {
        Ok(bytes) => parse_visits(&name, bytes),
        Err(source) => Err(TableError::Unreadable { file: name, source }),
    }
}

/// Does the same as [`read_visits`], for the contents `bytes` of a file. Messages call the file
/// `file`.
///
/// # Errors
/// The errors of [`read_visits`].
pub fn parse_visits(file: &str, bytes: Vec<u8>) -> Result<VisitLog, TableError> {
    let options = ListOptions { schema: SCHEMA, aliases: &Aliases::default(), sheet: None };
    let mut list = List::parse(file, bytes, &options)?;
    let mut faults = std::mem::take(&mut list.faults);
    let mut visits = Vec::with_capacity(list.len());
    let mut odd_times = Vec::new();
    for row in list.rows() {
        let mut cells = Cells::new(row);
        let id = cells.required(Column::Id, "the id of a prospect", Some);
        let visited_on = cells.required_date(Column::VisitedOn);
        let kind: Option<ContactKind> = cells.named(Column::VisitKind);
        let planned_on = cells.date(Column::PlannedOn);
        let next_action_date = cells.date(Column::NextActionDate);
        if let (Some(id), Some(visited_on)) = (id, visited_on) {
            let times = times::read(&cells, visited_on, &mut odd_times);
            visits.push(LoggedVisit {
                row: row.number(),
                outcome: cells.string(Column::Outcome),
                kind: kind.unwrap_or_default(),
                planned_on,
                objection: cells.string(Column::Objection),
                next_action_date,
                rep: cells.string(Column::Rep),
                note: cells.string(Column::Note),
                arrived_at: times.arrived_at,
                left_at: times.left_at,
                planned_arrival: times.planned_arrival,
                ..LoggedVisit::new(id, visited_on)
            });
        }
        faults.append(&mut cells.faults);
    }
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.row);
        return Err(TableError::Faults { file: list.file, faults });
    }
    let mut remarks = std::mem::take(&mut list.remarks);
    remarks.extend(times::remark(&list.file, &odd_times));
    Ok(VisitLog { file: list.file, visits, remarks })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn every_visit_needs_an_id_and_a_day() {
        let error = parse_visits(
            "visits.csv",
            b"id,visited_on,visit kind,next_action_date\n,2026-11-24,,\nP1,,fax,\nP2,yesterday,Phone call,soon\n".to_vec(),
        );
        assert_snapshot!(error.unwrap_err().to_string(), @r#"
visits.csv, row 2, column "id": found "", expected the id of a prospect
visits.csv, row 3, column "visited_on": found "", expected a date such as 2026-11-24
visits.csv, row 3, column "visit kind": found "fax", expected one of visit, phone_call
visits.csv, row 4, column "visited_on": found "yesterday", expected a date such as 2026-11-24
visits.csv, row 4, column "next_action_date": found "soon", expected a date such as 2026-11-24
"#);
    }
}
