//! An earlier plan, read back from its folder: who was to be visited by whom, on which day, in which order.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, DateTime, Time};
use serde::Deserialize;

use crate::coverage::PlannedVisit;
use crate::lonlat::LonLat;
use crate::policy::parse_time_of_day;
use crate::prospects::Prospect;
use crate::solver::TimeWindow;
use crate::units::Seconds;

const SUMMARY: &str = "summary.json";
const STOPS: &str = "stops.geojson";
const ROUTES: &str = "routes.geojson";

/// What a plan says about who goes where.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlierPlan {
    /// Its days.
    pub dates: Vec<Date>,
    /// Its visits, by day, then rep, then in their order.
    pub stops: Vec<EarlierStop>,
    /// Its beats, by day, then rep.
    pub(crate) beats: Vec<EarlierBeat>,
    underway: Vec<EarlierUnderway>,
    /// After how many stops a rep has lunch on a day.
    lunch_after: BTreeMap<(String, Date), usize>,
}

/// A visit that was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierStop {
    /// The outlet's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The rep, by name.
    pub rep: String,
    /// The day.
    pub date: Date,
}

/// A beat that was planned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EarlierBeat {
    pub(crate) rep: String,
    pub(crate) date: Date,
    pub(crate) route_id: String,
    pub(crate) leave: Seconds,
    pub(crate) back: Seconds,
    pub(crate) lunch: Option<TimeWindow>,
    pub(crate) visits: Vec<EarlierVisit>,
}

/// When and where a visit of a beat was planned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EarlierVisit {
    pub(crate) id: String,
    pub(crate) at: LonLat,
    pub(crate) time: TimeWindow,
    pub(crate) wait: Seconds,
}

/// A rep for whom the rest of a day was planned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EarlierUnderway {
    rep: String,
    date: Date,
    pub(crate) from: LonLat,
    pub(crate) at: Seconds,
    pub(crate) lunch_taken: bool,
    pub(crate) done: Vec<String>,
}

/// Why a folder is no earlier plan to keep to.
#[derive(Debug, thiserror::Error)]
pub enum EarlierPlanError {
    /// A file is not there or not readable.
    #[error("{} cannot be read; name the folder of a plan that `beatplan plan` wrote", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the file system says.
        source: io::Error,
    },
    /// A file is damaged, or of another program.
    #[error("{} is damaged, or was not written by this version of `beatplan plan`: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A plan of another territory.
    #[error("{} holds a plan of the territory \"{found}\", not of \"{expected}\"", folder.display())]
    OtherTerritory {
        /// The folder.
        folder: PathBuf,
        /// The territory it is for.
        found: String,
        /// The territory that is planned.
        expected: String,
    },
    /// A plan for other lists.
    #[error(
        "{} holds a plan of {stops} visits, none of them to an outlet of these lists; name one of this territory",
        folder.display()
    )]
    OtherLists {
        /// The folder.
        folder: PathBuf,
        /// How many visits it has.
        stops: usize,
    },
    /// A plan of other days.
    #[error(
        "{} holds a plan for {found}, of which nothing can be kept on {expected}; name one that has a day in common",
        folder.display()
    )]
    OtherDays {
        /// The folder.
        folder: PathBuf,
        /// Its days.
        found: String,
        /// The days that are planned.
        expected: String,
    },
}

impl EarlierPlan {
    /// The files of a plan's folder that are read.
    pub const FILES: [&'static str; 3] = [SUMMARY, ROUTES, STOPS];

    /// The first day of the plan in `folder`; `None` if there is no plan.
    pub fn first_day(folder: &Path) -> Option<Date> {
        #[derive(Deserialize)]
        struct Days {
            dates: Vec<Date>,
        }
        let days: Days = read_json(&folder.join(SUMMARY)).ok()?;
        days.dates.first().copied()
    }

    /// Reads the plan in `folder`, which must be one of the territory called `territory`, have one of `dates` and, if it has
    /// any visits, one to any of `prospects`.
    ///
    /// # Errors
    /// [`EarlierPlanError`] if there is none, or none that could be kept to.
    pub fn read(
        folder: &Path,
        territory: &str,
        prospects: &[Prospect],
        dates: &[Date],
    ) -> Result<Self, EarlierPlanError> {
        let plan = Self::read_any_day(folder, territory, prospects)?;
        if !plan.dates.iter().any(|date| dates.contains(date)) {
            return Err(EarlierPlanError::OtherDays {
                folder: folder.to_owned(),
                found: days(&plan.dates),
                expected: days(dates),
            });
        }
        Ok(plan)
    }

    /// [`read`](Self::read), whatever days it is for.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_any_day(
        folder: &Path,
        territory: &str,
        prospects: &[Prospect],
    ) -> Result<Self, EarlierPlanError> {
        let summary: Summary = read_json(&folder.join(SUMMARY))?;
        if summary.territory != territory {
            return Err(EarlierPlanError::OtherTerritory {
                folder: folder.to_owned(),
                found: summary.territory,
                expected: territory.to_owned(),
            });
        }
        let path = folder.join(STOPS);
        let collection: Collection<StopProperties> = read_json(&path)?;
        let routes: Collection<RouteProperties> = read_json(&folder.join(ROUTES))?;
        let underway = summary.underway.into_iter().map(EarlierUnderway::try_from);
        let underway = underway.collect::<Result<_, String>>();
        let underway = underway.map_err(|what| {
            let path = folder.join(SUMMARY);
            EarlierPlanError::Damaged { path, what }
        })?;
        let mut seen = BTreeSet::new();
        let mut stops: Vec<StopProperties> = Vec::new();
        for Feature { geometry, properties: mut stop } in collection.features {
            stop.at = geometry.and_then(|geometry| geometry.position());
            if !seen.insert((stop.id.clone(), stop.date)) {
                let what = format!("{} is visited twice on {}", stop.id, stop.date);
                return Err(EarlierPlanError::Damaged { path, what });
            }
            stops.push(stop);
        }
        let known = Prospect::by_any_id(prospects);
        let is_known = |stop: &StopProperties| known.contains_key(&stop.id);
        if !stops.is_empty() && !stops.iter().any(is_known) {
            let folder = folder.to_owned();
            return Err(EarlierPlanError::OtherLists { folder, stops: stops.len() });
        }
        stops.sort_by(|a, b| {
            (a.date, &a.route_id, a.stop_no).cmp(&(b.date, &b.route_id, b.stop_no))
        });
        let beats = beats(&routes, &stops);
        let beats = beats.map_err(|what| EarlierPlanError::Damaged { path, what })?;
        // Moments of one place and day are in order as texts.
        let lunches = routes.features.into_iter().filter_map(|feature| {
            let RouteProperties { route_id, rep, date, lunch_from, .. } = feature.properties;
            let lunch_from = lunch_from?;
            let is_before =
                |stop: &&StopProperties| stop.route_id == route_id && stop.start_time < lunch_from;
            Some(((rep, date), stops.iter().filter(is_before).count()))
        });
        let lunch_after = lunches.collect();
        let stops = stops.into_iter().map(|stop| EarlierStop {
            id: stop.id,
            name: stop.name,
            rep: stop.rep,
            date: stop.date,
        });
        Ok(Self { dates: summary.dates, stops: stops.collect(), beats, underway, lunch_after })
    }

    /// Its visits, to be held against those made.
    pub fn planned_visits(&self) -> Vec<PlannedVisit> {
        let planned = self.stops.iter().map(|stop| PlannedVisit {
            date: stop.date,
            id: stop.id.clone(),
            rep: Some(stop.rep.clone()),
        });
        planned.collect()
    }

    /// After how many stops `rep` has lunch on `date`; `None` without lunch.
    pub(crate) fn lunch_after(&self, rep: &str, date: Date) -> Option<usize> {
        self.lunch_after.get(&(rep.to_owned(), date)).copied()
    }

    /// The rep who was to visit the outlet `id` on `date`.
    pub(crate) fn rep_of(&self, id: &str, date: Date) -> Option<&str> {
        let stop = self.stops.iter().find(|stop| stop.id == id && stop.date == date)?;
        Some(&stop.rep)
    }

    /// What is known of `rep`, if the plan is one for the rest of the rep's day `date`.
    pub(crate) fn underway_on(&self, date: Date, rep: &str) -> Option<&EarlierUnderway> {
        self.underway.iter().find(|known| known.date == date && known.rep == rep)
    }
}

#[derive(Deserialize)]
struct Summary {
    #[expect(dead_code, reason = "reading it is the check: another program's file is refused")]
    program: Program,
    territory: String,
    dates: Vec<Date>,
    #[serde(default)]
    underway: Vec<UnderwayText>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Program {
    Beatplan,
}

#[derive(Deserialize)]
struct UnderwayText {
    rep: String,
    date: Date,
    from_lon: f64,
    from_lat: f64,
    at: String,
    lunch_taken: bool,
    done: Vec<String>,
}

impl TryFrom<UnderwayText> for EarlierUnderway {
    type Error = String;

    fn try_from(text: UnderwayText) -> Result<Self, String> {
        let UnderwayText { rep, date, lunch_taken, done, .. } = text;
        let from = LonLat::new(text.from_lon, text.from_lat);
        match (from, parse_time_of_day(&text.at)) {
            (Some(from), Some(at)) => Ok(Self { rep, date, from, at, lunch_taken, done }),
            _ => Err(format!("where {rep} was at \"{}\" is no place and time", text.at)),
        }
    }
}

#[derive(Deserialize)]
struct Collection<T> {
    features: Vec<Feature<T>>,
}

#[derive(Deserialize)]
struct Feature<T> {
    #[serde(default)]
    geometry: Option<Geometry>,
    properties: T,
}

#[derive(Deserialize)]
struct Geometry {
    coordinates: serde_json::Value,
}

impl Geometry {
    /// Where it is, if it is a point.
    fn position(&self) -> Option<LonLat> {
        LonLat::new(self.coordinates.get(0)?.as_f64()?, self.coordinates.get(1)?.as_f64()?)
    }
}

#[derive(Deserialize)]
struct RouteProperties {
    route_id: String,
    rep: String,
    date: Date,
    start_time: String,
    end_time: String,
    lunch_from: Option<String>,
    lunch_until: Option<String>,
}

#[derive(Deserialize)]
struct StopProperties {
    route_id: String,
    stop_no: usize,
    id: String,
    name: String,
    rep: String,
    date: Date,
    start_time: String,
    end_time: String,
    wait_minutes: f64,
    #[serde(skip)]
    at: Option<LonLat>,
}

/// The beats of `routes` with their `stops`, which are in order; else what is wrong with them.
fn beats(
    routes: &Collection<RouteProperties>,
    stops: &[StopProperties],
) -> Result<Vec<EarlierBeat>, String> {
    let mut beats = Vec::new();
    for RouteProperties { route_id, rep, date, start_time, end_time, lunch_from, lunch_until } in
        routes.features.iter().map(|feature| &feature.properties)
    {
        let window = |start: &str, end: &str| {
            let (start, end) = (time_on(*date, start)?, time_on(*date, end)?);
            Ok::<TimeWindow, String>(TimeWindow { start, end })
        };
        let visit = |stop: &StopProperties| {
            let StopProperties { id, start_time, end_time, wait_minutes, at, .. } = stop;
            let at = at.ok_or_else(|| format!("the visit to {id} has no position"))?;
            let wait = Seconds((wait_minutes * 60.0).round() as u32);
            let time = window(start_time, end_time)?;
            Ok::<EarlierVisit, String>(EarlierVisit { id: id.clone(), at, time, wait })
        };
        let own = stops.iter().filter(|stop| stop.route_id == *route_id);
        let visits = own.map(visit).collect::<Result<_, _>>()?;
        let day = window(start_time, end_time)?;
        let lunch = lunch_from.as_ref().zip(lunch_until.as_ref());
        beats.push(EarlierBeat {
            rep: rep.clone(),
            date: *date,
            route_id: route_id.clone(),
            leave: day.start,
            back: day.end,
            lunch: lunch.map(|(from, until)| window(from, until)).transpose()?,
            visits,
        });
    }
    Ok(beats)
}

/// The time of day of a moment such as `2026-11-25T09:04:00+01:00`, from the midnight of `date` on.
fn time_on(date: Date, moment: &str) -> Result<Seconds, String> {
    const LOCAL: usize = "2026-11-25T09:04:00".len();
    let local: Option<DateTime> = moment.get(..LOCAL).and_then(|text| text.parse().ok());
    let since = local.map(|local| local.duration_since(date.to_datetime(Time::midnight())));
    let seconds = since.and_then(|since| u32::try_from(since.as_secs()).ok());
    seconds.map(Seconds).ok_or_else(|| format!("\"{moment}\" is no moment of {date}"))
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, EarlierPlanError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| EarlierPlanError::Io { path: path.to_owned(), source })?;
    serde_json::from_str(&text).map_err(|error| EarlierPlanError::Damaged {
        path: path.to_owned(),
        what: error.to_string(),
    })
}

/// `2026-11-25`, or `2026-11-25 to 2026-11-27`.
fn days(dates: &[Date]) -> String {
    match dates {
        [] => "no day".to_owned(),
        [only] => only.to_string(),
        [first, .., last] => format!("{first} to {last}"),
    }
}
