//! Road networks of a plan, built again from its map and profiles.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::inputs::Inputs;
use super::learned::PART_HOURS;
use super::written::{Route, WrittenPlan};
use crate::osm::{self, Extract};
use crate::plan_files::{Moment, PlanSummary};
use crate::progress::Progress;
use crate::road::{BuildOptions, Period, Profile, RoadNetwork};
use crate::units::Seconds;

/// Networks of the modes in use, and for each missing network the reason.
pub(super) struct Networks {
    by_mode: BTreeMap<String, Roads>,
    pub(super) missing: BTreeMap<String, String>,
}

/// Profile of one mode, and one network for each set of speeds that applies during the shifts.
struct Roads {
    profile: Profile,
    by_speeds: Vec<(Profile, RoadNetwork)>,
}

/// A network and the start of its period. A new part of the day, for learned times, begins a period
/// too.
pub(super) struct Hour<'a> {
    /// Seconds since midnight; the network applies until the next one starts.
    pub(super) from: i64,
    pub(super) network: &'a RoadNetwork,
}

impl Networks {
    /// Builds the networks for the routes of `plan`, or returns the reason why this is not
    /// possible.
    pub(super) fn of(
        plan: &WrittenPlan,
        inputs: &Inputs<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, String> {
        let map = inputs.with_role("map").next().ok_or("summary.json names no map")?;
        let path = map.path.clone()?;
        let is_network = RoadNetwork::is_network_file(&path);
        let (mut by_mode, mut missing) = (BTreeMap::<String, Roads>::new(), BTreeMap::new());
        let mut extract: Option<Extract> = None;
        for route in &plan.routes {
            let mode = &route.mode;
            if missing.contains_key(mode) {
                continue;
            }
            if !by_mode.contains_key(mode) {
                match profile(mode, inputs) {
                    Ok(profile) => {
                        let profile = profile.with_settings(&plan.summary.speeds);
                        by_mode.insert(mode.clone(), Roads { profile, by_speeds: Vec::new() });
                    }
                    Err(why) => {
                        missing.insert(mode.clone(), why);
                        continue;
                    }
                }
            }
            let roads = by_mode.get_mut(mode).expect("it is there by now");
            for (_, speeds) in speeds_of_day(&roads.profile, route) {
                if roads.by_speeds.iter().any(|(known, _)| *known == speeds) {
                    continue;
                }
                if is_network {
                    let network = RoadNetwork::load(&path).map_err(|error| error.to_string())?;
                    if network.info().profile.usual() != roads.profile.usual() {
                        let found = &network.info().profile.name;
                        missing.insert(mode.clone(), format!("the network is one for {found}"));
                    } else if speeds != roads.profile.usual() {
                        let why = "the network has no speeds for its rush hours";
                        missing.insert(mode.clone(), why.to_owned());
                    } else {
                        roads.by_speeds.push((speeds, network));
                    }
                    continue;
                }
                let extract = match &mut extract {
                    Some(extract) => extract,
                    none => none.insert(osm::read(&path, progress).map_err(|e| e.to_string())?),
                };
                let options =
                    BuildOptions { periods: periods(&plan.summary), ..BuildOptions::default() };
                progress.begin("building the road network", 0);
                let network = RoadNetwork::build(extract, &speeds, &options);
                // `prepare` makes the same choice between paths of equal cost as the plan.
                network.prepare();
                roads.by_speeds.push((speeds, network));
                progress.end();
            }
        }
        Ok(Self { by_mode, missing })
    }

    /// Returns the networks of the day of `route` in order of time; empty if the mode has no
    /// network.
    pub(super) fn hours(&self, route: &Route) -> Vec<Hour<'_>> {
        if self.missing.contains_key(&route.mode) {
            return Vec::new();
        }
        let Some(roads) = self.by_mode.get(&route.mode) else { return Vec::new() };
        let network_at = |speeds: &Profile| {
            let found = roads.by_speeds.iter().find(|(known, _)| known == speeds);
            found.map(|(_, network)| network)
        };
        speeds_of_day(&roads.profile, route)
            .into_iter()
            .filter_map(|(from, speeds)| Some(Hour { from, network: network_at(&speeds)? }))
            .collect()
    }
}

/// Returns the speeds between departure from home and return, each with its start in seconds since
/// midnight.
fn speeds_of_day(profile: &Profile, route: &Route) -> Vec<(i64, Profile)> {
    let seconds = |moment: Moment| moment.seconds_of(route.date).clamp(0, 86_400);
    let (start, end) = (seconds(route.start_time), seconds(route.end_time));
    let mut changes = vec![start];
    for rush in &profile.rush_hours {
        let bounds = [rush.between.from, rush.between.to].map(|time| i64::from(time.0));
        changes.extend(bounds.into_iter().filter(|change| start < *change && *change < end));
    }
    let parts = PART_HOURS.iter().map(|hour| hour * 3600);
    changes.extend(parts.filter(|change| start < *change && *change < end));
    changes.sort_unstable();
    changes.dedup();
    let speeds = |date: Date, time: i64| {
        profile.at(date, Seconds(u32::try_from(time).expect("times of day are whole and small")))
    };
    changes.into_iter().map(|from| (from, speeds(route.date, from))).collect()
}

/// Returns the profile of `mode`: a built-in profile, or the profile file in the plan.
fn profile(mode: &str, inputs: &Inputs<'_>) -> Result<Profile, String> {
    if let Some(profile) = Profile::built_in(mode) {
        return Ok(profile);
    }
    let mut files = inputs.with_role("profile");
    let file = files
        .find(|file| file.input.mode.as_deref() == Some(mode))
        .ok_or_else(|| format!("summary.json names no profile file for {mode}"))?;
    let text = std::fs::read_to_string(file.path.as_ref().map_err(String::clone)?)
        .map_err(|error| error.to_string())?;
    Profile::parse(&text).map_err(|error| error.to_string())
}

/// Returns one period per day with a shift: from the earliest shift start to the latest shift end.
fn periods(summary: &PlanSummary) -> Vec<Period> {
    let calendar = summary.calendar();
    let period = |date| {
        let shifts =
            || summary.reps.iter().filter(move |rep| summary.works(rep, date)).map(|rep| rep.shift);
        let from = shifts().map(|shift| shift.from).min()?;
        let to = shifts().map(|shift| shift.to).max()?;
        Some(Period { date, from, to, is_holiday: calendar.is_holiday(date) })
    };
    summary.dates.iter().copied().filter_map(period).collect()
}
