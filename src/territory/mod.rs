//! The territory: whose work is planned, on which map, for which lists of prospects, by which rules.
//!
//! [`Territory::read`] takes the territory file (TOML) that a rep or a manager edits and returns checked settings, or all
//! its faults at once, each with its line. [`Territory::from_parts`] makes one from a command line.
//! [`load_prospects`] reads the lists it names.

mod columns;
mod faults;
mod file;
mod load;
mod places;

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;

pub use faults::{TerritoryError, TerritoryFault};
pub use load::{Lists, LoadError, load_prospects};
pub use places::Unplaced;

use crate::calendar::Calendar;
use crate::call_plan::VisitRules;
use crate::lonlat::LonLat;
use crate::policy::{Policy, Workdays};
use crate::prospects::{ListSettings, TableError, VisitLog, read_visits};
use crate::road::RoadNetwork;
use crate::solver::{Break, TimeWindow};
use crate::units::Seconds;

/// The settings of one territory, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Territory {
    /// What it is called.
    pub name: String,
    /// The folder its relative paths start from.
    pub folder: PathBuf,
    /// The map: an extract or a built network.
    pub osm: PathBuf,
    /// The extract in which addresses are looked up, if not that map.
    pub geocode_osm: Option<PathBuf>,
    /// How far it reaches.
    pub boundary: TerritoryBoundary,
    /// Where its clocks are.
    pub timezone: TimeZone,
    /// Its lists of prospects, at least one.
    pub prospects: Vec<ProspectSource>,
    /// The log of visits made.
    pub visits: Option<PathBuf>,
    /// The day for which the dates in lists and log are written, if they move with the planned day.
    pub dates_as_of: Option<Date>,
    /// Its reps, at least one, with names of their own.
    pub reps: Vec<Rep>,
    /// Holidays, on which only those work who are told to, and swapped working days.
    pub calendar: Calendar,
    /// The file some of these come from.
    pub calendar_file: Option<PathBuf>,
    /// The rules rules.
    pub policy: Policy,
}

/// How far a territory reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TerritoryBoundary {
    /// Around its homes and outlets.
    #[default]
    Around,
    /// Administrative areas of the map, by name or as `relation/123`; at least one.
    Areas(Vec<String>),
    /// The areas of a GeoJSON file.
    File(PathBuf),
}

/// One list of prospects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProspectSource {
    /// The file, text or workbook.
    pub file: PathBuf,
    /// How it is to be read.
    pub settings: ListSettings,
}

/// One field representative.
#[derive(Debug, Clone, PartialEq)]
pub struct Rep {
    /// What prospects call them in their column `rep`.
    pub name: String,
    /// Where the day starts and ends.
    pub home: LonLat,
    /// How they travel: the name of a travel profile.
    pub mode: String,
    /// From leaving home to being back.
    pub shift: TimeWindow,
    /// The midday break, if the shift has one.
    pub lunch: Option<Break>,
    /// Days of the week on which they work.
    pub workdays: Workdays,
    /// Days on which they do not.
    pub days_off: Vec<Date>,
    /// Days on which they work whatever weekday and calendar say.
    pub extra_days: Vec<Date>,
    /// Most visits in a shift.
    pub visits_max: u32,
    /// Most time on the road in a shift.
    pub travel_max: Option<Seconds>,
    /// How long their visits take as a share of what visits usually take.
    pub visit_minutes_share: f64,
}

/// What a territory of one rep is made of when there is no file.
#[derive(Debug, Clone)]
pub struct TerritoryParts {
    /// The map: an extract or a built network.
    pub osm: PathBuf,
    /// Lists of prospects, WGS-84.
    pub prospects: Vec<PathBuf>,
    /// The log of visits made.
    pub visits: Option<PathBuf>,
    /// Where the day starts and ends.
    pub home: LonLat,
    /// How the rep travels.
    pub mode: String,
    /// Where the clocks are.
    pub timezone: TimeZone,
    /// From leaving home to being back.
    pub shift: TimeWindow,
}

impl Territory {
    /// Reads and checks the territory file `path`.
    ///
    /// # Errors
    /// The file cannot be read, or is at fault: then with all its faults, each with its line.
    pub fn read(path: &Path) -> Result<Self, TerritoryError> {
        file::read(path)
    }

    /// A territory of one rep, "Rep 1", with the default policy; it is called after its map.
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
            dates_as_of: None,
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
            }],
            calendar: Calendar::default(),
            calendar_file: None,
            policy,
        }
    }

    /// The extract in which addresses are looked up; a built network has none.
    pub fn gazetteer(&self) -> Option<&Path> {
        let map = || Some(&*self.osm).filter(|map| !RoadNetwork::is_network_file(map));
        self.geocode_osm.as_deref().or_else(map)
    }

    /// Days by which the dates in lists and log move for a plan that begins on `on`: whole weeks, so that each date keeps
    /// its day of the week. 0 without [`Self::dates_as_of`].
    pub fn days_moved(&self, on: Date) -> i64 {
        let weeks = |as_of: Date| i64::from((on - as_of).get_days()).div_euclid(7);
        self.dates_as_of.map_or(0, |as_of| 7 * weeks(as_of))
    }

    /// Reads the visit log for a plan that begins on `on`; `None` if there is none yet. Rows dated before
    /// [`Self::dates_as_of`] are moved.
    ///
    /// # Errors
    /// As [`read_visits`].
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

    /// The files it names beside its map and travel profiles, whether they are there or not.
    pub fn input_files(&self) -> impl Iterator<Item = &Path> {
        let boundary = match &self.boundary {
            TerritoryBoundary::File(file) => Some(file),
            TerritoryBoundary::Around | TerritoryBoundary::Areas(_) => None,
        };
        let lists = self.prospects.iter().map(|source| &source.file);
        let others = [&self.geocode_osm, &self.visits, &self.calendar_file];
        lists.chain(others.into_iter().flatten()).chain(boundary).map(PathBuf::as_path)
    }

    /// What holds for all its prospects.
    pub fn visit_rules(&self) -> VisitRules<'_> {
        VisitRules { policy: &self.policy, calendar: &self.calendar }
    }

    /// The reps who work on `date`, by their index.
    pub fn reps_working_on(&self, date: Date) -> impl Iterator<Item = (usize, &Rep)> {
        self.reps.iter().enumerate().filter(move |(_, rep)| rep.works_on(date, &self.calendar))
    }
}

impl Rep {
    /// Whether `date` is one of the rep's working days: an extra day; else no holiday, no day off, and by the day of the week
    /// it counts as.
    pub fn works_on(&self, date: Date, calendar: &Calendar) -> bool {
        let is_usual = !calendar.is_holiday(date)
            && !self.days_off.contains(&date)
            && self.workdays.has(calendar.weekday(date));
        is_usual || self.extra_days.contains(&date)
    }
}

/// `county` for `maps/county.osm.pbf` and `maps/county.road`.
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
