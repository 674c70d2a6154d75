//! The files of a plan, read into plain data and not yet believed.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use geojson::JsonObject;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::moment::Moment;
use super::report::Place;
use super::row::{Row, read_features};
use super::summary::Summary;
use crate::lonlat::LonLat;

pub(super) const ROUTES: &str = "routes.geojson";
pub(super) const STOPS: &str = "stops.geojson";
pub(super) const PROSPECTS: &str = "prospects.geojson";
pub(super) const PHONE_CALLS: &str = "phone_calls.geojson";
pub(super) const SUMMARY: &str = "summary.json";

/// Where a fault is that concerns no single feature.
pub(super) const WHOLE_FILE: &str = "the whole file";

/// Why a plan cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file is not there or not readable.
    #[error(
        "{}: cannot be read: {source}; a plan has {ROUTES}, {STOPS}, {PROSPECTS}, {PHONE_CALLS} and {SUMMARY}, all written by \
         `beatplan plan`",
        path.display()
    )]
    Io {
        /// The file.
        path: PathBuf,
        /// What the file system says.
        source: io::Error,
    },
    /// Files are cut short, damaged, or not written by `beatplan plan`: all faults of all of them.
    #[error(
        "{}: holds no plan that can be read; was it written by this version of `beatplan plan`?\n{}",
        folder.display(), listed(faults)
    )]
    Faults {
        /// The folder.
        folder: PathBuf,
        /// What is wrong.
        faults: Vec<ReadFault>,
    },
}

/// What is wrong with one file, or one feature of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFault {
    /// The file.
    pub file: &'static str,
    /// The feature, or the whole file.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

impl fmt::Display for ReadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: {}", self.file, self.place, self.what)
    }
}

/// One line a fault, the first twenty.
fn listed(faults: &[ReadFault]) -> String {
    const MOST: usize = 20;
    let mut lines: Vec<String> = faults.iter().take(MOST).map(ToString::to_string).collect();
    if faults.len() > MOST {
        lines.push(format!("and {} more", faults.len() - MOST));
    }
    lines.join("\n")
}

/// Everything the five files say.
pub(super) struct WrittenPlan {
    pub(super) routes: Vec<Route>,
    pub(super) stops: Vec<Stop>,
    pub(super) prospects: Vec<WrittenProspect>,
    pub(super) phone_calls: Vec<PhoneCall>,
    pub(super) summary: Summary,
}

/// A feature of `routes.geojson`.
pub(super) struct Route {
    pub(super) route_id: String,
    pub(super) page_name: String,
    pub(super) rep: String,
    pub(super) date: Date,
    pub(super) mode: String,
    pub(super) start: Moment,
    pub(super) end: Moment,
    pub(super) lunch_start: Option<Moment>,
    pub(super) lunch_end: Option<Moment>,
    pub(super) visits: usize,
    pub(super) prize: f64,
    pub(super) distance_km: f64,
    pub(super) travel_minutes: f64,
    pub(super) visit_minutes: f64,
    pub(super) wait_minutes: f64,
    pub(super) course: Vec<LonLat>,
}

/// A feature of `stops.geojson`.
pub(super) struct Stop {
    pub(super) route_id: String,
    pub(super) stop_no: usize,
    pub(super) id: String,
    pub(super) visit_number: u32,
    pub(super) at: LonLat,
    pub(super) rep: String,
    pub(super) date: Date,
    pub(super) arrival: Moment,
    pub(super) start: Moment,
    pub(super) end: Moment,
    pub(super) leave: Moment,
    pub(super) wait_minutes: f64,
    pub(super) visit_minutes: f64,
    pub(super) travel_seconds: f64,
    pub(super) distance_m: f64,
    pub(super) travel_mode: String,
    pub(super) walk_m: f64,
    pub(super) detour_minutes: f64,
    pub(super) prize: f64,
    pub(super) tier_weight: f64,
    pub(super) urgency: f64,
    pub(super) occasion_urgency: f64,
    pub(super) potential: f64,
    pub(super) promptness: f64,
    pub(super) reason_code: String,
    pub(super) properties: JsonObject,
}

/// A feature of `prospects.geojson`.
pub(super) struct WrittenProspect {
    pub(super) id: String,
    pub(super) at: LonLat,
    pub(super) decision: String,
    pub(super) visits: usize,
    pub(super) visits_wanted: usize,
    pub(super) reason_code: String,
    pub(super) route_id: Option<String>,
    pub(super) stop_no: Option<usize>,
    pub(super) start: Option<Moment>,
    pub(super) prize: Option<f64>,
    pub(super) tier_weight: Option<f64>,
    pub(super) urgency: Option<f64>,
    pub(super) potential: f64,
    pub(super) promptness: Option<f64>,
    pub(super) mandatory: bool,
    pub(super) status: String,
    pub(super) tier: Option<String>,
    pub(super) visited_on: Option<Date>,
    pub(super) interval_days: u32,
    pub(super) due_date: Option<Date>,
    pub(super) days_overdue: u32,
    pub(super) properties: JsonObject,
}

/// A feature of `phone_calls.geojson`.
pub(super) struct PhoneCall {
    pub(super) id: String,
    pub(super) date: Date,
    pub(super) contacted_on: Option<Date>,
    pub(super) due_date: Option<Date>,
    pub(super) days_overdue: u32,
}

impl PhoneCall {
    pub(super) fn place(&self) -> Place {
        Place { file: PHONE_CALLS, feature: format!("{} on {}", self.id, self.date) }
    }
}

fn phone_call(row: &Row) -> Result<PhoneCall, ReadFault> {
    row.point()?;
    Ok(PhoneCall {
        id: row.get("id")?,
        date: row.get("date")?,
        contacted_on: row.get("contacted_on")?,
        due_date: row.get("due_date")?,
        days_overdue: row.get("days_overdue")?,
    })
}

impl WrittenPlan {
    /// Reads the five files of `folder`.
    pub(super) fn read(folder: &Path) -> Result<Self, ReadError> {
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path).map_err(|source| ReadError::Io { path, source })
        };
        let (routes, stops) = (read(ROUTES)?, read(STOPS)?);
        let (prospects, phone_calls) = (read(PROSPECTS)?, read(PHONE_CALLS)?);
        let summary = read(SUMMARY)?;
        let routes = read_features(ROUTES, &routes, route);
        let stops = read_features(STOPS, &stops, stop);
        let prospects = read_features(PROSPECTS, &prospects, prospect);
        let phone_calls = read_features(PHONE_CALLS, &phone_calls, phone_call);
        let summary = serde_json::from_str(&summary).map_err(|error| {
            vec![ReadFault { file: SUMMARY, place: WHOLE_FILE.to_owned(), what: error.to_string() }]
        });
        match (routes, stops, prospects, phone_calls, summary) {
            (Ok(routes), Ok(stops), Ok(prospects), Ok(phone_calls), Ok(summary)) => {
                Ok(Self { routes, stops, prospects, phone_calls, summary })
            }
            (routes, stops, prospects, phone_calls, summary) => {
                let faults =
                    [routes.err(), stops.err(), prospects.err(), phone_calls.err(), summary.err()];
                let faults = faults.into_iter().flatten().flatten().collect();
                Err(ReadError::Faults { folder: folder.to_owned(), faults })
            }
        }
    }

    /// The stops of `route` by their number.
    pub(super) fn stops_of(&self, route: &Route) -> Vec<&Stop> {
        let mut stops: Vec<&Stop> =
            self.stops.iter().filter(|stop| stop.route_id == route.route_id).collect();
        stops.sort_by_key(|stop| stop.stop_no);
        stops
    }

    pub(super) fn prospect(&self, id: &str) -> Option<&WrittenProspect> {
        self.prospects.iter().find(|prospect| prospect.id == id)
    }

    /// The time zone of the plan, if it is known by name.
    pub(super) fn zone(&self) -> Option<TimeZone> {
        TimeZone::get(self.summary.timezone.as_deref()?).ok()
    }
}

impl Route {
    pub(super) fn place(&self) -> Place {
        Place { file: ROUTES, feature: self.route_id.clone() }
    }

    /// When lunch begins and ends, in seconds since midnight, where both are said.
    pub(super) fn lunch(&self) -> Option<(i64, i64)> {
        Some((self.lunch_start?.seconds_of(self.date), self.lunch_end?.seconds_of(self.date)))
    }
}

impl Stop {
    pub(super) fn place(&self) -> Place {
        let feature = format!("{} stop {} ({})", self.route_id, self.stop_no, self.id);
        Place { file: STOPS, feature }
    }

    /// Travel to it in whole seconds, rounded up as a plan counts.
    pub(super) fn travel(&self) -> i64 {
        whole_seconds(((self.travel_seconds * 1000.0).round() / 1000.0).ceil())
    }

    /// Length of the visit in whole seconds.
    pub(super) fn visit_seconds(&self) -> i64 {
        whole_seconds(self.visit_minutes * 60.0)
    }
}

/// `seconds` to the nearest whole one; what is longer than thirty years counts as that, so that sums cannot overflow.
pub(super) fn whole_seconds(seconds: f64) -> i64 {
    seconds.round().clamp(-1e9, 1e9) as i64
}

impl WrittenProspect {
    pub(super) fn place(&self) -> Place {
        Place { file: PROSPECTS, feature: self.id.clone() }
    }
}

fn route(row: &Row) -> Result<Route, ReadFault> {
    Ok(Route {
        route_id: row.get("route_id")?,
        page_name: row.get("page_name")?,
        rep: row.get("rep")?,
        date: row.get("date")?,
        mode: row.get("mode")?,
        start: row.get("start_time")?,
        end: row.get("end_time")?,
        lunch_start: row.get("lunch_from")?,
        lunch_end: row.get("lunch_until")?,
        visits: row.get("visits")?,
        prize: row.get("prize")?,
        distance_km: row.get("distance_km")?,
        travel_minutes: row.get("travel_minutes")?,
        visit_minutes: row.get("visit_minutes")?,
        wait_minutes: row.get("wait_minutes")?,
        course: row.line()?,
    })
}

fn stop(row: &Row) -> Result<Stop, ReadFault> {
    Ok(Stop {
        route_id: row.get("route_id")?,
        stop_no: row.get("stop_no")?,
        id: row.get("id")?,
        visit_number: row.get("visit_number")?,
        at: row.point()?,
        rep: row.get("rep")?,
        date: row.get("date")?,
        arrival: row.get("arrival_time")?,
        start: row.get("start_time")?,
        end: row.get("end_time")?,
        leave: row.get("leave_time")?,
        wait_minutes: row.get("wait_minutes")?,
        visit_minutes: row.get("visit_minutes")?,
        travel_seconds: row.get("travel_seconds")?,
        distance_m: row.get("distance_m")?,
        travel_mode: row.get("travel_mode")?,
        walk_m: row.get("walk_m")?,
        detour_minutes: row.get("detour_minutes")?,
        prize: row.get("prize")?,
        tier_weight: row.get("tier_weight")?,
        urgency: row.get("urgency")?,
        occasion_urgency: row.get("occasion_urgency")?,
        potential: row.get("potential")?,
        promptness: row.get("promptness")?,
        reason_code: row.get("reason_code")?,
        properties: row.properties().clone(),
    })
}

fn prospect(row: &Row) -> Result<WrittenProspect, ReadFault> {
    Ok(WrittenProspect {
        id: row.get("id")?,
        at: row.point()?,
        decision: row.get("decision")?,
        visits: row.get("visits")?,
        visits_wanted: row.get("visits_wanted")?,
        reason_code: row.get("reason_code")?,
        route_id: row.get("route_id")?,
        stop_no: row.get("stop_no")?,
        start: row.get("start_time")?,
        prize: row.get("prize")?,
        tier_weight: row.get("tier_weight")?,
        urgency: row.get("urgency")?,
        potential: row.get("potential")?,
        promptness: row.get("promptness")?,
        mandatory: row.get("mandatory")?,
        status: row.get("status")?,
        tier: row.get("tier")?,
        visited_on: row.get("visited_on")?,
        interval_days: row.get("interval_days")?,
        due_date: row.get("due_date")?,
        days_overdue: row.get("days_overdue")?,
        properties: row.properties().clone(),
    })
}
