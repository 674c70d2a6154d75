//! `visits.csv`: the log of visits made, and what it says about when each prospect was last seen.

use std::fs;
use std::path::Path;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::Prospect;
use super::cells::Cells;
use super::columns::{Aliases, Column};
use super::fault::TableError;
use super::list::{Format, List, ListOptions};
use crate::remark::Remark;

const FORMAT: Format = Format {
    columns: &[Column::Id, Column::VisitedOn, Column::Outcome, Column::Note],
    required: &[Column::Id, Column::VisitedOn],
    any_of: &[],
};

/// One visit that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedVisit {
    /// Its row, as a spreadsheet counts.
    pub row: u64,
    /// The prospect's id.
    pub id: String,
    /// The day.
    pub visited_on: Date,
    /// What came of it, in the rep's words.
    pub outcome: Option<String>,
    /// What else there is to say.
    pub note: Option<String>,
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

/// Reads the list `file` with the columns `id`, `visited_on` and perhaps `outcome` and `note`.
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
        if let (Some(id), Some(visited_on)) = (id, visited_on) {
            visits.push(LoggedVisit {
                row: row.number(),
                id: id.to_owned(),
                visited_on,
                outcome: cells.string("outcome"),
                note: cells.string("note"),
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

impl VisitLog {
    /// Moves [`Prospect::visited_on`] on to the newest visit of the log that is not after the day `on`.
    ///
    /// Returns remarks on visits to ids that no prospect has, and on visits after `on`, which do not count. O(n + m).
    pub fn apply(&self, prospects: &mut [Prospect], on: Date) -> Vec<Remark> {
        let index: FxHashMap<String, usize> =
            prospects.iter().enumerate().map(|(at, p)| (p.id.clone(), at)).collect();
        let mut unknown: Vec<String> = Vec::new();
        let mut later = 0;
        for visit in &self.visits {
            match index.get(&visit.id) {
                None => unknown.push(format!("{} (row {})", visit.id, visit.row)),
                Some(_) if visit.visited_on > on => later += 1,
                Some(&at) => {
                    let visited_on = &mut prospects[at].visited_on;
                    *visited_on = (*visited_on).max(Some(visit.visited_on));
                }
            }
        }
        let mut remarks = Vec::new();
        if !unknown.is_empty() {
            remarks.push(Remark::new(
                "unknown_visit_id",
                format!(
                    "{}: {} of {} visits are to ids that no prospect has: {}",
                    self.file,
                    unknown.len(),
                    self.visits.len(),
                    unknown.join(", ")
                ),
            ));
        }
        if later > 0 {
            remarks.push(Remark::new(
                "later_visits",
                format!("{}: visits after {on} do not count yet; there are {later}", self.file),
            ));
        }
        remarks
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jiff::civil::date;

    use super::*;
    use crate::lonlat::LonLat;

    fn prospect(id: &str, visited_on: Option<Date>) -> Prospect {
        Prospect { visited_on, ..Prospect::new(id, "Pharmacy", LonLat { lon: 14.4, lat: 35.9 }) }
    }

    #[test]
    fn the_newest_visit_up_to_the_planned_day_counts() {
        let log = parse_visits(
            "visits.csv",
            b"id,visited_on,outcome,note\n\
              P1,2026-11-20,order,\"2 boxes\"\n\
              P1,2026-11-03,,\n\
              P2,2026-11-24,not in,\n\
              P2,2026-11-25,,\n\
              P3,2026-10-01,,\n\
              P9,2026-11-01,,\n\
              P8,2026-11-02,,\n"
                .to_vec(),
        )
        .unwrap();
        let mut prospects = [
            prospect("P1", None),
            prospect("P2", Some(date(2026, 9, 1))),
            prospect("P3", Some(date(2026, 10, 30))),
            prospect("P4", None),
        ];
        let remarks = log.apply(&mut prospects, date(2026, 11, 24));
        assert_eq!(
            prospects.map(|p| p.visited_on),
            [Some(date(2026, 11, 20)), Some(date(2026, 11, 24)), Some(date(2026, 10, 30)), None]
        );
        let messages: Vec<String> = remarks.into_iter().map(|remark| remark.message).collect();
        assert_snapshot!(messages.join("\n"), @r#"
visits.csv: 2 of 7 visits are to ids that no prospect has: P9 (row 7), P8 (row 8)
visits.csv: visits after 2026-11-24 do not count yet; there are 1
"#);
        assert_eq!(log.visits[0].outcome.as_deref(), Some("order"));
    }

    #[test]
    fn every_visit_needs_an_id_and_a_day() {
        let error =
            parse_visits("visits.csv", b"id,visited_on\n,2026-11-24\nP1,\nP2,yesterday\n".to_vec());
        assert_snapshot!(error.unwrap_err().to_string(), @r#"
visits.csv, row 2, column "id": found "", expected the id of a prospect
visits.csv, row 3, column "visited_on": found "", expected a date such as 2026-11-24
visits.csv, row 4, column "visited_on": found "yesterday", expected a date such as 2026-11-24
"#);
    }
}
