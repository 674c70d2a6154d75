//! `visits.csv`: the log of visits and telephone calls made.
//!
//! [`read_visits`] reads it; [`apply_log`](crate::call_plan::apply_log) moves the state of prospects by it; `append` adds a row, whoever else does at the same
//! time.

mod append;

use std::fmt;
use std::fs;
use std::path::Path;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

pub use append::{AppendError, Appended, append_visit};

use super::cells::Cells;
use super::columns::{Aliases, Column};
use super::fault::TableError;
use super::list::{Format, List, ListOptions};
use crate::remark::Remark;

const FORMAT: Format = Format {
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
    ],
    required: &[Column::Id, Column::VisitedOn],
    any_of: &[],
};

/// How somebody was spoken to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// Face to face.
    #[default]
    Visit,
    /// By telephone: counts for calls, not for visits.
    PhoneCall,
}

/// As the log has it.
impl fmt::Display for ContactKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Visit => "visit",
            Self::PhoneCall => "phone_call",
        })
    }
}

/// One row of the log: a visit or telephone call that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedVisit {
    /// Its row, as a spreadsheet counts; 0 where it is not in a file yet.
    pub row: u64,
    /// The prospect's id.
    pub id: String,
    /// The day.
    pub visited_on: Date,
    /// What came of it, in the rep's words; see [`Outcomes`](crate::policy::Outcomes).
    pub outcome: Option<String>,
    /// Visit or telephone call.
    pub kind: ContactKind,
    /// For which day it was planned, if it was.
    pub planned_on: Option<Date>,
    /// What they have against us; see [`Objections`](crate::policy::Objections).
    pub objection: Option<String>,
    /// When the next visit was promised.
    pub next_action_date: Option<Date>,
    /// Who was there.
    pub rep: Option<String>,
    /// What else there is to say.
    pub note: Option<String>,
}

impl LoggedVisit {
    /// A visit of which nothing is known but whom it was to and when.
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
        }
    }
}

/// A log of visits.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitLog {
    /// What messages call it.
    pub file: String,
    /// All visits, in the order of the rows.
    pub visits: Vec<LoggedVisit>,
    /// What looks wrong but did not stop the reading.
    pub remarks: Vec<Remark>,
}

impl VisitLog {
    /// Moves the rows dated before `before` by `days`, with the dates that they name.
    pub fn move_dates(&mut self, before: Date, days: i64) {
        for visit in self.visits.iter_mut().filter(|visit| visit.visited_on < before) {
            let named = [&mut visit.planned_on, &mut visit.next_action_date];
            for date in named.into_iter().flatten().chain([&mut visit.visited_on]) {
                *date = date.saturating_add(days.days());
            }
        }
    }
}

/// Reads the list `file` with the columns `id`, `visited_on` and perhaps `outcome`, `visit_kind`, `planned_on`,
/// `objection`, `next_action_date`, `rep` and `note`.
///
/// # Errors
/// As [`read_prospects`](super::read_prospects).
pub fn read_visits(file: &Path) -> Result<VisitLog, TableError> {
    let name = file.display().to_string();
    match fs::read(file) {
        Ok(bytes) => parse_visits(&name, bytes),
        Err(source) => Err(TableError::Unreadable { file: name, source }),
    }
}

/// [`read_visits`] for contents that are in memory; `file` is what messages call them.
///
/// # Errors
/// As [`read_visits`].
pub fn parse_visits(file: &str, bytes: Vec<u8>) -> Result<VisitLog, TableError> {
    let options = ListOptions { format: FORMAT, aliases: &Aliases::default(), sheet: None };
    let mut list = List::parse(file, bytes, &options)?;
    let mut faults = std::mem::take(&mut list.faults);
    let mut visits = Vec::with_capacity(list.len());
    for row in list.rows() {
        let mut cells = Cells::new(row);
        let id = cells.required("id", "the id of a prospect", Some);
        let visited_on = cells.required_date("visited_on");
        let kind: Option<ContactKind> = cells.named("visit_kind");
        let planned_on = cells.date("planned_on");
        let next_action_date = cells.date("next_action_date");
        if let (Some(id), Some(visited_on)) = (id, visited_on) {
            visits.push(LoggedVisit {
                row: row.number(),
                outcome: cells.string("outcome"),
                kind: kind.unwrap_or_default(),
                planned_on,
                objection: cells.string("objection"),
                next_action_date,
                rep: cells.string("rep"),
                note: cells.string("note"),
                ..LoggedVisit::new(id, visited_on)
            });
        }
        faults.append(&mut cells.faults);
    }
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.row);
        return Err(TableError::Faults { file: list.file, faults });
    }
    let remarks = std::mem::take(&mut list.remarks);
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
