//! Files of a plan as read, before any check.

use std::io;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::report::Place;
use crate::lonlat::LonLat;
use crate::plan_files::files::{PHONE_CALLS, PROSPECTS, ROUTES, STOPS, SUMMARY};
use crate::plan_files::{
    PhoneCallProperties, PlanFeature, PlanSummary, ProspectProperties, ReadFault, RouteProperties,
    StopProperties, WHOLE_FILE, read_features,
};

/// The error for a plan that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file is missing or not readable.
    #[error(
        "{}: cannot be read; a plan has {ROUTES}, {STOPS}, {PROSPECTS}, {PHONE_CALLS} and {SUMMARY}, all written by \
         `beatplan plan`",
        path.display()
    )]
    Io {
        /// The path of the file.
        path: PathBuf,
        /// The error of the file system.
        source: io::Error,
    },
    /// Files are incomplete, damaged, or not written by `beatplan plan`. Holds all faults of all
    /// files.
    #[error(
        "{}: holds no plan that can be read; was it written by this version of `beatplan plan`?\n{}",
        folder.display(), listed(faults)
    )]
    Faults {
        /// The folder of the plan.
        folder: PathBuf,
        /// The faults of all files.
        faults: Vec<ReadFault>,
    },
}

/// Returns one line per fault, for at most twenty faults.
fn listed(faults: &[ReadFault]) -> String {
    const MOST: usize = 20;
    let mut lines: Vec<String> = faults.iter().take(MOST).map(ToString::to_string).collect();
    if faults.len() > MOST {
        lines.push(format!("and {} more", faults.len() - MOST));
    }
    lines.join("\n")
}

/// Content of the five files of a plan.
pub(super) struct WrittenPlan {
    pub(super) routes: Vec<Route>,
    pub(super) stops: Vec<Stop>,
    pub(super) prospects: Vec<WrittenProspect>,
    pub(super) phone_calls: Vec<PhoneCall>,
    pub(super) summary: PlanSummary,
}

/// A feature of `routes.geojson` with its line.
pub(super) type Route = PlanFeature<RouteProperties, Vec<LonLat>>;
/// A feature of `stops.geojson`.
pub(super) type Stop = PlanFeature<StopProperties, LonLat>;
/// A feature of `prospects.geojson`.
pub(super) type WrittenProspect = PlanFeature<ProspectProperties, LonLat>;
/// A feature of `phone_calls.geojson`.
pub(super) type PhoneCall = PlanFeature<PhoneCallProperties, LonLat>;

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
        let routes = read_features(ROUTES, &routes);
        let stops = read_features(STOPS, &stops);
        let prospects = read_features(PROSPECTS, &prospects);
        let phone_calls = read_features(PHONE_CALLS, &phone_calls);
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

    /// Returns the stops of `route` in order of their number.
    pub(super) fn stops_of(&self, route: &Route) -> Vec<&Stop> {
        let mut stops: Vec<&Stop> =
            self.stops.iter().filter(|stop| stop.route_id == route.route_id).collect();
        stops.sort_by_key(|stop| stop.stop_no);
        stops
    }

    pub(super) fn prospect(&self, id: &str) -> Option<&WrittenProspect> {
        self.prospects.iter().find(|prospect| prospect.id == id)
    }

    /// Returns the time zone of the plan; `None` if its name is absent or unknown.
    pub(super) fn zone(&self) -> Option<TimeZone> {
        TimeZone::get(self.summary.timezone.as_deref()?).ok()
    }
}

impl Route {
    pub(super) fn place(&self) -> Place {
        Place { file: ROUTES, feature: self.route_id.clone() }
    }

    /// Returns start and end of lunch in seconds since midnight, if the plan gives both.
    pub(super) fn lunch(&self) -> Option<(i64, i64)> {
        Some((self.lunch_from?.seconds_of(self.date), self.lunch_until?.seconds_of(self.date)))
    }
}

impl Stop {
    pub(super) fn place(&self) -> Place {
        let feature = format!("{} stop {} ({})", self.route_id, self.stop_no, self.id);
        Place { file: STOPS, feature }
    }

    /// Returns the travel time to the stop in whole seconds, rounded up as in a plan.
    pub(super) fn travel(&self) -> i64 {
        whole_seconds(((self.travel_seconds * 1000.0).round() / 1000.0).ceil())
    }

    /// Returns the length of the visit in whole seconds.
    pub(super) fn visit_seconds(&self) -> i64 {
        whole_seconds(self.visit_minutes * 60.0)
    }
}

/// Rounds `seconds` to whole seconds, limited to ±10⁹ (over thirty years) so that sums cannot
/// overflow.
pub(super) fn whole_seconds(seconds: f64) -> i64 {
    seconds.round().clamp(-1e9, 1e9) as i64
}

impl WrittenProspect {
    pub(super) fn place(&self) -> Place {
        Place { file: PROSPECTS, feature: self.id.clone() }
    }
}

impl PhoneCall {
    pub(super) fn place(&self) -> Place {
        Place { file: PHONE_CALLS, feature: format!("{} on {}", self.id, self.date) }
    }
}
