//! Handles a rep who is in the middle of a day. The rest of the day is planned from the present
//! position of the rep.

use jiff::civil::Date;

use super::problem_map::ProblemMap;
use super::request::DayId;
use crate::ids::ById;
use crate::lonlat::LonLat;
use crate::plan_files::EarlierPlan;
use crate::prospects::{Prospect, ProspectId};
use crate::remark::{Remark, RemarkCode};
use crate::solver::{Break, TimeWindow};
use crate::suggest::nearest;
use crate::territory::{RepId, Territory};
use crate::units::Seconds;

/// A rep who is in the middle of the first day of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Underway {
    /// The rep.
    pub rep: RepId,
    /// Present position of the rep.
    pub from: LonLat,
    /// Time of day from which the rep is free.
    pub at: Seconds,
    /// True if the rep has already had lunch.
    pub lunch_taken: bool,
    /// Prospects that the rep has already visited that day, in the order of the lists. They count
    /// for the maximum number of visits in the shift.
    pub done: Vec<ProspectId>,
}

/// Report of a rep who is underway, as the command line gives it.
#[derive(Debug, Clone, Copy)]
pub struct FieldReport<'a> {
    /// Name of the rep; `None` is allowed if the territory has only one rep.
    pub rep: Option<&'a str>,
    /// Present position of the rep; `None` for the rep's home.
    pub from: Option<LonLat>,
    /// Time of day from which the rep is free.
    pub at: Seconds,
    /// True if the rep has already had lunch.
    pub lunch_taken: bool,
    /// Ids of the prospects that the rep has already visited that day.
    pub done: &'a [String],
}

/// Error in the report of a rep who is underway.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnderwayError {
    /// The territory has several reps, and the report names none.
    #[error("who is underway? The territory has several reps; add --rep and one of {}", reps.join(", "))]
    WhichRep {
        /// Names of the reps.
        reps: Vec<String>,
    },
    /// No rep has the name in the report.
    #[error("--rep: found \"{found}\", expected {expected}")]
    NoSuchRep {
        /// Name in the report.
        found: String,
        /// The most similar name of a rep, or the names of all reps.
        expected: String,
    },
    /// The rep does not work on that day.
    #[error("{rep} does not work on {date} ({}): nothing is left of that day to plan", date.strftime("%A"))]
    DayOff {
        /// Name of the rep.
        rep: String,
        /// Day of the report.
        date: Date,
    },
    /// The shift of the rep is over.
    #[error("--at {at}: the shift of {rep} ends at {end}; nothing is left of the day to plan")]
    ShiftOver {
        /// Name of the rep.
        rep: String,
        /// Time in the report.
        at: Seconds,
        /// End of the shift.
        end: Seconds,
    },
    /// No prospect has the ids in the report.
    #[error("--done: {}", ids.join("\n--done: "))]
    UnknownIds {
        /// One clause for each of these ids.
        ids: Vec<String>,
    },
}

impl Underway {
    /// Checks `report`, the report of a rep on `date`. `prospects` are in their state on that day.
    ///
    /// The rep also made a visit that the log has on that day, if the `earlier` plan assigns the
    /// visit to this rep. If that plan does not contain the visit, it counts for this rep if no
    /// other rep may visit the prospect, or if the territory has no other rep.
    ///
    /// # Errors
    /// [`UnderwayError`] if the rep or a prospect does not exist, or if the rep does not work at
    /// that time.
    pub fn new(
        territory: &Territory,
        prospects: &ById<ProspectId, Prospect>,
        date: Date,
        report: FieldReport<'_>,
        earlier: Option<&EarlierPlan>,
    ) -> Result<Self, UnderwayError> {
        let rep = rep_named(territory, report.rep)?;
        let named = &territory.reps[rep];
        let name = || named.name.clone();
        if !territory.reps_working_on(date).any(|(working, _)| working == rep) {
            return Err(UnderwayError::DayOff { rep: name(), date });
        }
        let end = named.shift.end;
        if report.at >= end {
            return Err(UnderwayError::ShiftOver { rep: name(), at: report.at, end });
        }
        check_ids(prospects, report.done)?;
        let known = earlier.and_then(|plan| plan.underway_on(date, &named.name));
        let is_given = |id: &String| {
            report.done.contains(id) || known.is_some_and(|known| known.done.contains(id))
        };
        let is_logged = |prospect: &Prospect| {
            let planned = earlier.and_then(|plan| plan.rep_of(&prospect.id, date));
            prospect.visited_on == Some(date)
                && match (planned, &prospect.reps[..]) {
                    (Some(whose), _) => whose == named.name,
                    (None, [only]) => *only == named.name,
                    (None, _) => territory.reps.len() == 1,
                }
        };
        let is_done = |id: &ProspectId| {
            let prospect = &prospects[*id];
            is_given(&prospect.id) || is_logged(prospect)
        };
        Ok(Self {
            rep,
            from: report.from.unwrap_or(named.home),
            at: report.at,
            lunch_taken: report.lunch_taken || known.is_some_and(|known| known.lunch_taken),
            done: prospects.ids().filter(is_done).collect(),
        })
    }

    /// Returns the reps for whom the `earlier` plan was made in the middle of the day `date`.
    pub fn in_earlier_plan(
        territory: &Territory,
        prospects: &ById<ProspectId, Prospect>,
        date: Date,
        earlier: &EarlierPlan,
    ) -> Vec<Self> {
        let of_rep = |rep: RepId| {
            let known = earlier.underway_on(date, &territory.reps[rep].name)?;
            let is_done = |id: &ProspectId| known.done.contains(&prospects[*id].id);
            Some(Self {
                rep,
                from: known.from(),
                at: known.at.0,
                lunch_taken: known.lunch_taken,
                done: prospects.ids().filter(is_done).collect(),
            })
        };
        territory.reps_working_on(date).filter_map(|(rep, _)| of_rep(rep)).collect()
    }

    /// Returns the part of `shift` that remains.
    pub(super) fn rest_of(&self, shift: TimeWindow) -> TimeWindow {
        TimeWindow { start: shift.start.max(self.at).min(shift.end), end: shift.end }
    }

    /// Returns the break that the rep still has to take; `None` if the rep has had it, or if it is
    /// too late for it.
    pub(super) fn break_to_come(&self, lunch: Option<Break>) -> Option<Break> {
        let lunch = lunch.filter(|lunch| !self.lunch_taken && self.at <= lunch.start.end)?;
        let start = TimeWindow { start: lunch.start.start.max(self.at), end: lunch.start.end };
        Some(Break { start, ..lunch })
    }

    /// Returns a remark if the rep cannot be home by the end of the shift. The rest of the day then
    /// has no visits.
    pub(super) fn late_home(&self, territory: &Territory, map: &ProblemMap) -> Option<Remark> {
        let rep = &territory.reps[self.rep];
        let shift = map.shifts.id_where(|shift| *shift == (self.rep, DayId(0)))?;
        let (shift, travel) = (map.problem.shift(shift), map.problem.travel(shift));
        let (start, end) = (shift.window.start, shift.window.end);
        let message = match travel.arrival(shift.start_place, shift.end_place, start) {
            None => format!("there is no way home from where {} is", rep.name),
            Some(back) if back > end => {
                format!(
                    "{} is back home at {back} at the earliest, the shift ends at {end}",
                    rep.name
                )
            }
            Some(_) => return None,
        };
        Some(Remark::new(RemarkCode::HomeLate, message))
    }

    /// Returns the number of visits that the rep may still make, if `most` visits are allowed in
    /// the shift.
    pub(super) fn visits_left(&self, most: u32) -> u32 {
        most.saturating_sub(u32::try_from(self.done.len()).unwrap_or(u32::MAX))
    }
}

fn rep_named(territory: &Territory, name: Option<&str>) -> Result<RepId, UnderwayError> {
    let names = || territory.reps.iter().map(|rep| rep.name.as_str());
    match name {
        None if territory.reps.len() == 1 => Ok(RepId(0)),
        None => Err(UnderwayError::WhichRep { reps: names().map(str::to_owned).collect() }),
        Some(name) => territory.reps.id_where(|rep| rep.name == name).ok_or_else(|| {
            let expected = match nearest(name, names()) {
                Some(meant) => format!("the name of a rep; did you mean \"{meant}\"?"),
                None => format!("the name of a rep: {}", names().collect::<Vec<_>>().join(", ")),
            };
            UnderwayError::NoSuchRep { found: name.to_owned(), expected }
        }),
    }
}

fn check_ids(prospects: &[Prospect], given: &[String]) -> Result<(), UnderwayError> {
    let known = || prospects.iter().map(|prospect| prospect.id.as_str());
    let is_unknown = |id: &&String| !known().any(|known| known == id.as_str());
    let ids: Vec<String> = given
        .iter()
        .filter(is_unknown)
        .map(|id| match nearest(id, known()) {
            Some(meant) => format!("no prospect has the id \"{id}\"; did you mean \"{meant}\"?"),
            None => format!("no prospect has the id \"{id}\", nor one like it"),
        })
        .collect();
    if ids.is_empty() { Ok(()) } else { Err(UnderwayError::UnknownIds { ids }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Lunch;

    fn underway(at: &str, lunch_taken: bool) -> Underway {
        let at = crate::week::parse_time_of_day(at).unwrap();
        Underway {
            rep: RepId(0),
            from: LonLat::default(),
            at,
            lunch_taken,
            done: vec![ProspectId(3)],
        }
    }

    #[test]
    fn lunch_is_kept_until_it_could_no_longer_begin() {
        let shift = TimeWindow { start: Seconds::from_hours(9), end: Seconds::from_hours(18) };
        let lunch = Lunch::default().break_in(shift);
        let begins = |at, taken| {
            let left = underway(at, taken).break_to_come(lunch)?;
            Some(format!("{}-{}", left.start.start, left.start.end))
        };
        assert_eq!(begins("09:30", false).as_deref(), Some("11:30-13:00"));
        assert_eq!(begins("12:10", false).as_deref(), Some("12:10-13:00"));
        assert_eq!(begins("13:00", false).as_deref(), Some("13:00-13:00"));
        assert_eq!(begins("13:01", false), None);
        assert_eq!(begins("12:10", true), None);
        assert_eq!(underway("09:30", false).break_to_come(None), None);
    }

    #[test]
    fn the_rest_of_a_shift_begins_no_earlier_than_the_shift() {
        let shift = TimeWindow { start: Seconds::from_hours(9), end: Seconds::from_hours(18) };
        assert_eq!(underway("07:00", false).rest_of(shift), shift);
        assert_eq!(underway("13:40", false).rest_of(shift).start, Seconds::from_minutes(820));
        assert_eq!(underway("13:40", false).visits_left(15), 14);
        assert_eq!(underway("13:40", false).visits_left(0), 0);
    }
}
