//! Describes a territory: its reps, map, lists of prospects, calendar and policy.
//!
//! [`Territory::read`] reads the territory file (TOML). It returns checked settings, or all faults
//! of the file, each with its line. [`Territory::from_parts`] makes a territory from command-line
//! options. [`load_prospects`] reads the lists of a territory.

mod columns;
mod faults;
mod file;
mod load;
mod places;

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;

pub use faults::{TerritoryError, TerritoryFault};
pub use file::read_learned;
pub use load::{Lists, LoadError, load_prospects};
pub use places::Unplaced;

use crate::calendar::Calendar;
use crate::call_plan::VisitRules;
use crate::ids::{ById, impl_id};
use crate::learned::{DensityShares, LearnedTimes, PartOfDay};
use crate::lonlat::LonLat;
use crate::policy::{Policy, Workdays};
use crate::prospects::{ListSettings, TableError, VisitLog, read_visits};
use crate::road::{RoadNetwork, SpeedSettings};
use crate::solver::{Break, TimeWindow};
use crate::units::Seconds;

/// Index of a rep in [`Territory::reps`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepId(pub u32);

impl_id!(RepId);

/// Checked settings of one territory.
#[derive(Debug, Clone, PartialEq)]
pub struct Territory {
    /// Name of the territory.
    pub name: String,
    /// Folder in which relative paths start.
    pub folder: PathBuf,
    /// Path of the map, which is an extract or a built network.
    pub osm: PathBuf,
    /// Path of the extract in which addresses are looked up; `None` if this is the map.
    pub geocode_osm: Option<PathBuf>,
    /// Boundary of the territory.
    pub boundary: TerritoryBoundary,
    /// Time zone of the territory.
    pub timezone: TimeZone,
    /// Lists of prospects, at least one.
    pub prospects: Vec<ProspectSource>,
    /// Path of the visit log.
    pub visits: Option<PathBuf>,
    /// Times learned from the visit log; `None` if the territory uses none. Those of outlet types, of
    /// parking and of reps are in the policy and the reps already.
    pub learned: Option<Learned>,
    /// Date for which the dates in lists and log are written, if they move with the first day of a
    /// plan; `None` if they do not move.
    pub dates_as_of: Option<Date>,
    /// Region and rush hours of travel modes with measured speeds.
    pub speeds: SpeedSettings,
    /// Reps of the territory, at least one. Their names are unique.
    pub reps: ById<RepId, Rep>,
    /// Holidays and swapped working days.
    pub calendar: Calendar,
    /// Path of the calendar file.
    pub calendar_file: Option<PathBuf>,
    /// Policy of the territory.
    pub policy: Policy,
}

/// Times learned from the visit log, and their file.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// File that the territory file names.
    pub file: PathBuf,
    /// Its contents.
    pub times: LearnedTimes,
}

/// The boundary of a territory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TerritoryBoundary {
    /// The boundary is drawn around the homes and outlets.
    #[default]
    Around,
    /// The boundary is that of administrative areas of the map, given by name or as `relation/123`;
    /// at least one.
    Areas(Vec<String>),
    /// The boundary is that of the areas in this GeoJSON file.
    File(PathBuf),
}

/// One list of prospects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProspectSource {
    /// Path of the list, which is a text file or a workbook.
    pub file: PathBuf,
    /// Settings for reading the list.
    pub settings: ListSettings,
}

/// One field representative.
#[derive(Debug, Clone, PartialEq)]
pub struct Rep {
    /// Name of the rep, as in the column `rep` of lists.
    pub name: String,
    /// Position of the home, where each day starts and ends.
    pub home: LonLat,
    /// Name of the travel profile.
    pub mode: String,
    /// Working hours, from leaving home to the return.
    pub shift: TimeWindow,
    /// Lunch break; `None` if the shift has none.
    pub lunch: Option<Break>,
    /// Days of the week on which the rep works.
    pub workdays: Workdays,
    /// Dates on which the rep does not work.
    pub days_off: Vec<Date>,
    /// Dates on which the rep works, whatever the day of the week, the calendar and the days off
    /// are.
    pub extra_days: Vec<Date>,
    /// Maximum number of visits in a shift.
    pub visits_max: u32,
    /// Maximum travel time in a shift; `None` for no limit.
    pub travel_max: Option<Seconds>,
    /// Duration of this rep's visits divided by the usual duration.
    pub visit_minutes_share: f64,
}

/// Parts of a territory that has one rep and no territory file.
#[derive(Debug, Clone)]
pub struct TerritoryParts {
    /// Path of the map, which is an extract or a built network.
    pub osm: PathBuf,
    /// Paths of the lists of prospects, whose positions are in WGS-84.
    pub prospects: Vec<PathBuf>,
    /// Path of the visit log.
    pub visits: Option<PathBuf>,
    /// Position of the home, where each day starts and ends.
    pub home: LonLat,
    /// Name of the travel profile.
    pub mode: String,
    /// Time zone.
    pub timezone: TimeZone,
    /// Working hours, from leaving home to the return.
    pub shift: TimeWindow,
}

impl Territory {
    /// Reads and checks the territory file `path`.
    ///
    /// ```
    /// use beatplan::territory::Territory;
    ///
    /// let territory = Territory::read("data/gozo/territory.toml".as_ref())?;
    /// assert!(!territory.reps.is_empty());
    /// # Ok::<(), beatplan::territory::TerritoryError>(())
    /// ```
    ///
    /// # Errors
    /// The file cannot be read or has faults. The error lists all faults, each with its line.
    pub fn read(path: &Path) -> Result<Self, TerritoryError> {
        file::read(path, file::LearnedUse::Apply)
    }

    /// Reads and checks the territory file `path` as if it named no learned times, to learn anew.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_unlearned(path: &Path) -> Result<Self, TerritoryError> {
        file::read(path, file::LearnedUse::Ignore)
    }

    /// Returns a territory with the default policy and one rep, "Rep 1". Its name is that of the
    /// map.
    pub fn from_parts(parts: TerritoryParts) -> Self {
        let policy = Policy::default();
        let source = |file| ProspectSource { file, settings: ListSettings::default() };
        Self {
            name: map_name(&parts.osm),
            folder: PathBuf::new(),
            osm: parts.osm,
            geocode_osm: None,
            boundary: TerritoryBoundary::Around,
            timezone: parts.timezone,
            prospects: parts.prospects.into_iter().map(source).collect(),
            visits: parts.visits,
            learned: None,
            dates_as_of: None,
            speeds: SpeedSettings::default(),
            reps: vec![Rep {
                name: "Rep 1".to_owned(),
                home: parts.home,
                mode: parts.mode,
                shift: parts.shift,
                lunch: policy.lunch.break_in(parts.shift),
                workdays: policy.workdays,
                days_off: Vec::new(),
                extra_days: Vec::new(),
                visits_max: policy.visits_max,
                travel_max: policy.travel_max_minutes.map(Seconds::from_minutes),
                visit_minutes_share: 1.0,
            }]
            .into(),
            calendar: Calendar::default(),
            calendar_file: None,
            policy,
        }
    }

    /// Returns the path of the extract in which addresses are looked up; `None` if the map is a
    /// built network and no extract is set.
    pub fn gazetteer(&self) -> Option<&Path> {
        let map = || Some(&*self.osm).filter(|map| !RoadNetwork::is_network_file(map));
        self.geocode_osm.as_deref().or_else(map)
    }

    /// Returns the number of days by which the dates in lists and log move, for a plan that begins
    /// on `on`. It is a whole number of weeks, so that each date keeps its day of the week. 0
    /// without [`Self::dates_as_of`].
    pub fn days_moved(&self, on: Date) -> i64 {
        let weeks = |as_of: Date| i64::from((on - as_of).get_days()).div_euclid(7);
        self.dates_as_of.map_or(0, |as_of| 7 * weeks(as_of))
    }

    /// Reads the visit log for a plan that begins on `on`; returns `None` if the file does not
    /// exist. Moves the dates of rows that are dated before [`Self::dates_as_of`].
    ///
    /// # Errors
    /// The errors of [`read_visits`].
    pub fn read_log(&self, on: Date) -> Result<Option<VisitLog>, TableError> {
        let Some(file) = self.visits.as_deref().filter(|file| file.exists()) else {
            return Ok(None);
        };
        let mut log = read_visits(file)?;
        if let Some(as_of) = self.dates_as_of {
            log.move_dates(as_of, self.days_moved(on));
        }
        Ok(Some(log))
    }

    /// Returns the paths of all input files except the map and the travel profiles. Some of the
    /// files may not exist.
    pub fn input_files(&self) -> impl Iterator<Item = &Path> {
        let boundary = match &self.boundary {
            TerritoryBoundary::File(file) => Some(file),
            TerritoryBoundary::Around | TerritoryBoundary::Areas(_) => None,
        };
        let lists = self.prospects.iter().map(|source| &source.file);
        let learned = self.learned.as_ref().map(|learned| &learned.file);
        let others = [&self.geocode_osm, &self.visits, &self.calendar_file];
        lists
            .chain(others.into_iter().flatten())
            .chain(learned)
            .chain(boundary)
            .map(PathBuf::as_path)
    }

    /// Returns the rules for visits to all prospects of the territory.
    pub fn visit_rules(&self) -> VisitRules<'_> {
        VisitRules { policy: &self.policy, calendar: &self.calendar }
    }

    /// Returns the learned shares of the travel time for drives of `rep` that begin in `part`.
    pub fn travel_shares(&self, rep: &Rep, part: PartOfDay) -> DensityShares {
        self.shares_of(Some(&rep.name), part)
    }

    /// Returns the learned shares of the travel time for drives that begin in `part`, of a rep
    /// without a share.
    pub fn usual_travel_shares(&self, part: PartOfDay) -> DensityShares {
        self.shares_of(None, part)
    }

    fn shares_of(&self, rep: Option<&str>, part: PartOfDay) -> DensityShares {
        let shares = self.learned.as_ref().map(|learned| &learned.times.travel_time_share);
        shares.map_or_else(DensityShares::default, |shares| shares.of(rep, part))
    }

    /// Returns the reps who work on `date`, with their ids.
    pub fn reps_working_on(&self, date: Date) -> impl Iterator<Item = (RepId, &Rep)> {
        self.reps.iter_with_id().filter(move |(_, rep)| rep.works_on(date, &self.calendar))
    }
}

impl Rep {
    /// Returns whether the rep works on `date`: it is an extra day, or it is a workday that is
    /// neither a holiday nor a day off.
    pub fn works_on(&self, date: Date, calendar: &Calendar) -> bool {
        let is_usual = !calendar.is_holiday(date)
            && !self.days_off.contains(&date)
            && self.workdays.has(calendar.weekday(date));
        is_usual || self.extra_days.contains(&date)
    }
}

/// Returns the name of a map without folder and extension, such as `county` for
/// `maps/county.osm.pbf` and `maps/county.road`.
fn map_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let known = [".osm.pbf", ".pbf", ".road"].iter().find_map(|end| name.strip_suffix(end));
    known.unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_territory_without_a_file_is_called_after_its_map() {
        let names = ["maps/county.osm.pbf", "county.road", "county.2026.pbf", "map"];
        assert_eq!(
            names.map(|n| map_name(Path::new(n))),
            ["county", "county", "county.2026", "map"]
        );
    }
}
