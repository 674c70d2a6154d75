//! Reads an earlier plan from its folder: its visits and beats.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::files::{ROUTES, STOPS, SUMMARY};
use super::read::LayerGeometry;
use super::{
    PlanFeature, PlanSummary, RouteProperties, StopProperties, UnderwayRep, read_features,
};
use crate::coverage::PlannedVisit;
use crate::lonlat::LonLat;
use crate::prospects::Prospect;
use crate::units::Seconds;

/// The visits and beats of an earlier plan.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlierPlan {
    /// Days of the plan.
    pub dates: Vec<Date>,
    /// Visits of the plan, in the order of days, then of reps, then of the tours.
    pub stops: Vec<EarlierStop>,
    /// Beats of the plan, in the order of days, then of reps.
    pub(crate) beats: Vec<EarlierBeat>,
    underway: Vec<UnderwayRep>,
    /// Number of stops before lunch, for each rep and day with lunch.
    lunch_after: BTreeMap<(String, Date), usize>,
}

/// A visit of an earlier plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierStop {
    /// Id of the outlet.
    pub id: String,
    /// Name of the outlet.
    pub name: String,
    /// Name of the rep.
    pub rep: String,
    /// Day of the visit.
    pub date: Date,
    /// Planned arrival, in seconds since midnight.
    pub arrival: Seconds,
}

/// A beat of an earlier plan.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EarlierBeat {
    pub(crate) rep: String,
    pub(crate) date: Date,
    pub(crate) route_id: String,
}

type Stop = PlanFeature<StopProperties, LonLat>;
type Route = PlanFeature<RouteProperties, Vec<LonLat>>;

/// The reason why a folder contains no plan that can be kept or compared.
#[derive(Debug, thiserror::Error)]
pub enum EarlierPlanError {
    /// A file is missing or cannot be read.
    #[error("{} cannot be read; name the folder of a plan that `beatplan plan` wrote", path.display())]
    Io {
        /// Path of the file.
        path: PathBuf,
        /// Error of the file system.
        source: io::Error,
    },
    /// A file is damaged, or another program wrote it.
    #[error("{} is damaged, or was not written by this version of `beatplan plan`: {what}", path.display())]
    Damaged {
        /// Path of the file.
        path: PathBuf,
        /// Fault of the file, as one clause.
        what: String,
    },
    /// The plan was made for another territory.
    #[error("{} holds a plan of the territory \"{found}\", not of \"{expected}\"", folder.display())]
    OtherTerritory {
        /// Folder of the plan.
        folder: PathBuf,
        /// Territory for which the plan was made.
        found: String,
        /// Territory of this run.
        expected: String,
    },
    /// None of the plan's visits is to an outlet of the present lists.
    #[error(
        "{} holds a plan of {stops} visits, none of them to an outlet of these lists; name one of this territory",
        folder.display()
    )]
    OtherLists {
        /// Folder of the plan.
        folder: PathBuf,
        /// Number of visits in the plan.
        stops: usize,
    },
    /// The plan and this run have no day in common.
    #[error(
        "{} holds a plan for {found}; nothing of it can be kept on {expected}; name a plan that has a day in common",
        folder.display()
    )]
    OtherDays {
        /// Folder of the plan.
        folder: PathBuf,
        /// Days of the plan.
        found: String,
        /// Days of this run.
        expected: String,
    },
}

impl EarlierPlan {
    /// Names of the files of a plan folder that are read.
    pub const FILES: [&'static str; 3] = [SUMMARY, ROUTES, STOPS];

    /// Returns the first day of the plan in `folder`; `None` if the folder contains no plan.
    pub fn first_day(folder: &Path) -> Option<Date> {
        read_summary(folder).ok()?.dates.first().copied()
    }

    /// Reads the plan in `folder`. It must be a plan for `territory` and for at least one of
    /// `dates`. If it has visits, one of them must be to one of `prospects`.
    ///
    /// # Errors
    /// [`EarlierPlanError`] if the folder contains no such plan.
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

    /// Reads the plan in `folder`, whatever days it is for.
    ///
    /// # Errors
    /// The errors of [`read`](Self::read).
    pub fn read_any_day(
        folder: &Path,
        territory: &str,
        prospects: &[Prospect],
    ) -> Result<Self, EarlierPlanError> {
        let PlanSummary { territory: found, dates, underway, .. } = read_summary(folder)?;
        if found != territory {
            let (folder, expected) = (folder.to_owned(), territory.to_owned());
            return Err(EarlierPlanError::OtherTerritory { folder, found, expected });
        }
        if let Some(rep) =
            underway.iter().find(|rep| LonLat::new(rep.from_lon, rep.from_lat).is_none())
        {
            let what = format!("the place of {} is not a longitude and a latitude", rep.rep);
            return Err(EarlierPlanError::Damaged { path: folder.join(SUMMARY), what });
        }
        let mut stops: Vec<Stop> = read_layer(folder, STOPS)?;
        let routes: Vec<Route> = read_layer(folder, ROUTES)?;
        let damaged = |what| EarlierPlanError::Damaged { path: folder.join(STOPS), what };
        let mut seen = BTreeSet::new();
        if let Some(again) = stops.iter().find(|stop| !seen.insert((&stop.id, stop.date))) {
            return Err(damaged(format!("{} is visited twice on {}", again.id, again.date)));
        }
        let known = Prospect::by_any_id(prospects);
        if !stops.is_empty() && !stops.iter().any(|stop| known.contains_key(&stop.id)) {
            let folder = folder.to_owned();
            return Err(EarlierPlanError::OtherLists { folder, stops: stops.len() });
        }
        stops.sort_by(|a, b| {
            (a.date, &a.route_id, a.stop_no).cmp(&(b.date, &b.route_id, b.stop_no))
        });
        let beats = routes.iter().map(|route| EarlierBeat {
            rep: route.rep.clone(),
            date: route.date,
            route_id: route.route_id.clone(),
        });
        let beats = beats.collect();
        let lunches = routes.iter().filter_map(|route| {
            let lunch_from = route.lunch_from?.seconds_of(route.date);
            let is_before = |stop: &&Stop| {
                stop.route_id == route.route_id
                    && stop.start_time.seconds_of(route.date) < lunch_from
            };
            Some(((route.rep.clone(), route.date), stops.iter().filter(is_before).count()))
        });
        let lunch_after = lunches.collect();
        let stops = stops.iter().map(|stop| EarlierStop {
            id: stop.id.clone(),
            name: stop.name.clone(),
            rep: stop.rep.clone(),
            date: stop.date,
            arrival: time_of_day(stop.arrival_time.seconds_of(stop.date)),
        });
        Ok(Self { dates, stops: stops.collect(), beats, underway, lunch_after })
    }

    /// Returns the visits of the plan, for a comparison with the visits that were made.
    pub fn planned_visits(&self) -> Vec<PlannedVisit> {
        let planned = self.stops.iter().map(|stop| PlannedVisit {
            date: stop.date,
            id: stop.id.clone(),
            rep: Some(stop.rep.clone()),
        });
        planned.collect()
    }

    /// Returns the planned visit to the outlet `id` on `date`.
    pub fn stop_of(&self, id: &str, date: Date) -> Option<&EarlierStop> {
        self.stops.iter().find(|stop| stop.id == id && stop.date == date)
    }

    /// Returns the number of stops that `rep` has before lunch on `date`; `None` without lunch.
    pub(crate) fn lunch_after(&self, rep: &str, date: Date) -> Option<usize> {
        self.lunch_after.get(&(rep.to_owned(), date)).copied()
    }

    /// Returns the name of the rep who visits the outlet `id` on `date` according to the plan;
    /// `None` if no rep does.
    pub(crate) fn rep_of(&self, id: &str, date: Date) -> Option<&str> {
        Some(&self.stop_of(id, date)?.rep)
    }

    /// Returns time and place of `rep` on `date`; `None` if the plan is not for the rest of that
    /// day only.
    pub(crate) fn underway_on(&self, date: Date, rep: &str) -> Option<&UnderwayRep> {
        self.underway.iter().find(|known| known.date == date && known.rep == rep)
    }
}

/// Returns `seconds` within a day of 24 hours.
fn time_of_day(seconds: i64) -> Seconds {
    Seconds(u32::try_from(seconds.clamp(0, 86_399)).unwrap_or_default())
}

fn read_summary(folder: &Path) -> Result<PlanSummary, EarlierPlanError> {
    let (path, text) = read_text(folder, SUMMARY)?;
    serde_json::from_str(&text)
        .map_err(|error| EarlierPlanError::Damaged { path, what: error.to_string() })
}

fn read_layer<P, G>(
    folder: &Path,
    file: &'static str,
) -> Result<Vec<PlanFeature<P, G>>, EarlierPlanError>
where
    P: serde::de::DeserializeOwned + serde::Serialize,
    G: LayerGeometry,
{
    let (path, text) = read_text(folder, file)?;
    read_features(file, &text).map_err(|faults| {
        let what = format!("{}: {}", faults[0].place, faults[0].what);
        EarlierPlanError::Damaged { path, what }
    })
}

fn read_text(folder: &Path, file: &str) -> Result<(PathBuf, String), EarlierPlanError> {
    let path = folder.join(file);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok((path, text)),
        Err(source) => Err(EarlierPlanError::Io { path, source }),
    }
}

/// Returns `dates` in the form for a message: `2026-11-25`, or `2026-11-25 to 2026-11-27`.
fn days(dates: &[Date]) -> String {
    match dates {
        [] => "no day".to_owned(),
        [only] => only.to_string(),
        [first, .., last] => format!("{first} to {last}"),
    }
}
