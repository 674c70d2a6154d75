//! A rep in the middle of the day: what is left of it is planned from where the rep is.

use jiff::civil::Date;

use super::problem_map::{DayId, ProblemMap};
use crate::ids::ById;
use crate::lonlat::LonLat;
use crate::plan_files::EarlierPlan;
use crate::prospects::{Prospect, ProspectId};
use crate::remark::{Remark, RemarkCode};
use crate::solver::{Break, TimeWindow};
use crate::suggest::nearest;
use crate::territory::{RepId, Territory};
use crate::units::Seconds;

/// A rep in the middle of the first day of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Underway {
    /// The rep.
    pub rep: RepId,
    /// Where the rep is.
    pub from: LonLat,
    /// From which time of day on the rep is free.
    pub at: Seconds,
    /// Whether the rep has had the lunch break.
    pub lunch_taken: bool,
    /// Visits the rep has made that day, in the order of the lists; they count as visits of the shift.
    pub done: Vec<ProspectId>,
}

/// What is known of a rep in the field, in the words of a command line.
#[derive(Debug, Clone, Copy)]
pub struct FieldReport<'a> {
    /// The rep's name; `None` where there is only one.
    pub rep: Option<&'a str>,
    /// Where the rep is; `None`: at home.
    pub from: Option<LonLat>,
    /// From which time of day on the rep is free.
    pub at: Seconds,
    /// Whether the rep has had the lunch break.
    pub lunch_taken: bool,
    /// Whom the rep has visited that day, by id.
    pub done: &'a [String],
}

/// Why there is no planning from where a rep is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnderwayError {
    /// There are several reps.
    #[error("who is underway? The territory has several reps; add --rep and one of {}", reps.join(", "))]
    WhichRep {
        /// Their names.
        reps: Vec<String>,
    },
    /// There is no such rep.
    #[error("--rep: found \"{found}\", expected {expected}")]
    NoSuchRep {
        /// The name given.
        found: String,
        /// The one meant, or all there are.
        expected: String,
    },
    /// The rep does not work that day.
    #[error("{rep} does not work on {date} ({}): nothing is left of that day to plan", date.strftime("%A"))]
    DayOff {
        /// The rep.
        rep: String,
        /// The day.
        date: Date,
    },
    /// The shift is over.
    #[error("--at {at}: the shift of {rep} ends at {end}; nothing is left of the day to plan")]
    ShiftOver {
        /// The rep.
        rep: String,
        /// The time given.
        at: Seconds,
        /// When the shift ends.
        end: Seconds,
    },
    /// Ids that no prospect has.
    #[error("--done: {}", ids.join("\n--done: "))]
    UnknownIds {
        /// One clause for each.
        ids: Vec<String>,
    },
}

impl Underway {
    /// What `report` says of a rep on `date`, on the lists as they stand that day.
    ///
    /// Visits of that day that are logged already count as done by this rep where `earlier` says they were the rep's, or,
    /// if it does not know them, where the outlet is this rep's alone or there is no other rep.
    ///
    /// # Errors
    /// [`UnderwayError`] if there is no such rep, day of work or outlet.
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

    /// Those reps whom `earlier` was planned for in the middle of `date`, as it says.
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

    /// What is left of the rep's shift.
    pub(super) fn rest_of(&self, shift: TimeWindow) -> TimeWindow {
        TimeWindow { start: shift.start.max(self.at).min(shift.end), end: shift.end }
    }

    /// The break, unless the rep has had it or it could no longer begin.
    pub(super) fn break_to_come(&self, lunch: Option<Break>) -> Option<Break> {
        let lunch = lunch.filter(|lunch| !self.lunch_taken && self.at <= lunch.start.end)?;
        let start = TimeWindow { start: lunch.start.start.max(self.at), end: lunch.start.end };
        Some(Break { start, ..lunch })
    }

    /// That the rep cannot be home by the end of the shift, where that is so; the rep's day is then one without visits.
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

    /// How many of `most` visits are left.
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
